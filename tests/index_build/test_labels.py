"""Labels: every word of the table is read, and persons' labels name no unit."""

from __future__ import annotations

import pytest

from index_build.clauses import Clause, find_clauses
from index_build.clauses.labels import LABELS, Label
from index_build.model import Role


def names(clause: Clause, role: Role) -> list[str]:
    return [unit.name for unit, of in clause.units if of is role]


@pytest.mark.parametrize("word", LABELS[Label.LEAD] + LABELS[Label.RESPONSIBLE])
def test_every_unit_label_is_read(word: str) -> None:
    (clause,) = find_clauses(f"办好。（{word}：市财政局）")
    role = Role.LEAD if word in LABELS[Label.LEAD] else Role.RESPONSIBLE
    assert names(clause, role) == ["市财政局"]


@pytest.mark.parametrize("word", LABELS[Label.DEADLINE])
def test_every_time_label_is_read(word: str) -> None:
    (clause,) = find_clauses(f"办好。（责任单位：市财政局；{word}：2024年5月底前）")
    assert [hit.raw for hit, _ in clause.deadlines] == ["2024年5月底前"]


@pytest.mark.parametrize("word", [*LABELS[Label.PERSON], "包保县领导", "分管副区长及联系人"])
def test_a_persons_label_names_no_unit(word: str) -> None:
    (clause,) = find_clauses(f"办好。（责任单位：市财政局；{word}：张三）")
    assert names(clause, Role.RESPONSIBLE) == ["市财政局"]
    assert len(clause.units) == 1


def test_a_persons_label_does_not_swallow_the_unit_before_it() -> None:
    (clause,) = find_clauses("办好。牵头单位：县审批局责任领导：李四完成时限：2024年11月30日前")
    assert names(clause, Role.LEAD) == ["县审批局"]
    assert [hit.raw for hit, _ in clause.deadlines] == ["2024年11月30日前"]


def test_no_word_has_two_meanings() -> None:
    words = [word for row in LABELS.values() for word in row]
    assert len(words) == len(set(words))
