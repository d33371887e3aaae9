"""Question sets: what is read, what is refused and how the refusal reads, and spreadsheets there and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.case_files import COLUMNS, check_set, load_set, save_set
from eval.case_rows import row_faults
from eval.cases import TYPES, Case, QuestionSet
from index_build.errors import SetError

GOOD: dict[str, Any] = {
    "id": "q1",
    "type": "who_lead",
    "question": "东区企业开办谁牵头？",
    "history": [],
    "answerable": True,
    "evidence": [{"doc": "east.txt", "no": "1", "head": "推行企业开办一日办结，"}],
    "evidence_mode": "any",
    "lead": ["区市场监管局"],
    "must_contain": [["区市场监管局", "市场监管局"], "[1]"],
    "why_hard": None,
}
FOLLOW = GOOD | {
    "id": "q2",
    "type": "follow_up",
    "history": [
        {"role": "user", "content": "东区：企业开办谁牵头？"},
        {"role": "assistant", "content": "区市场监管局。"},
    ],
    "deadline_iso": ["2022-12-31"],
    "deadline_raw": ["2022年12月底前；持续推进"],
    "why_hard": "=1+1",
}
NONE = {
    "id": "q3",
    "type": "unanswerable",
    "question": "西区停车谁管？",
    "answerable": False,
    "outcomes": ["not_found"],
}


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return path


def test_a_set_is_read(tmp_path: Path) -> None:
    found = load_set(write(tmp_path / "s.jsonl", {"set": "mine", "documents": ["east.txt"]}, GOOD, NONE))
    assert (found.name, found.documents, len(found.cases)) == ("mine", ("east.txt",), 2)
    assert found.cases[0].must_contain == (("区市场监管局", "市场监管局"), ("[1]",))
    assert found.cases[0].evidence[0].no == "1"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"type": "who"}, "type", "who_lead"),
        ({"id": " "}, "id", "not empty"),
        ({"answerable": "yes"}, "answerable", "true or false"),
        ({"answerable": None}, "answerable", "true or false"),
        ({"lead": "区市场监管局"}, "lead", "list of texts"),
        ({"deadline_iso": ["2022-13-31"]}, "deadline_iso", "2022-06-30"),
        ({"outcomes": ["silence"]}, "outcomes", "not_found"),
        ({"evidence": [{"doc": "a.txt"}]}, "evidence", "head"),
        ({"evidence": [{"doc": "a.txt", "head": "有 空白"}]}, "evidence", "white space"),
        ({"evidence": []}, "evidence", "needs its evidence"),
        ({"evidence_mode": "some"}, "evidence_mode", "any"),
        ({"history": [{"role": "bot", "content": "x"}]}, "history", "assistant"),
        ({"must_contain": [[]]}, "must_contain", "list of texts"),
        ({"answerable": False}, "evidence", "must be empty"),
        ({"type": "follow_up"}, "history", "earlier turns"),
        ({"departement": []}, "departement", "no such field"),
        ({"today": "tomorrow"}, "today", "2022-06-30"),
    ],
)
def test_each_fault_names_its_field_and_remedy(change: dict[str, Any], field: str, words: str) -> None:
    faults = row_faults(GOOD | change)
    assert any(name == field and words in remedy for name, remedy in faults), faults


def test_the_error_names_file_line_field_and_how_many_more(tmp_path: Path) -> None:
    path = write(tmp_path / "s.jsonl", GOOD, GOOD | {"id": "x", "type": "?"}, GOOD | {"id": "y", "lead": "z"})
    with pytest.raises(SetError, match=r"s\.jsonl 第 2 行 · line 2, type: .*另有 1 处"):
        load_set(path)


def test_ids_are_used_once(tmp_path: Path) -> None:
    _, faults = check_set(write(tmp_path / "s.jsonl", GOOD, GOOD))
    assert [(f.line, f.field) for f in faults] == [(2, "id")]
    assert "line 1" in faults[0].remedy


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("s.jsonl", b"{not json}\n", "JSON"),
        ("s.jsonl", "编号".encode("gbk"), "UTF-8"),
        ("s.jsonl", b"[1]\n", "JSON object"),
        ("s.jsonl", b"\n", "no question"),
        ("s.csv", b"id\n", ".jsonl"),
        ("s.xlsx", b"no zip", ".xlsx"),
    ],
)
def test_files_that_are_no_sets(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SetError, match=words):
        load_set(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SetError, match="no such file"):
        load_set(tmp_path / "none.jsonl")


def test_there_and_back_through_a_spreadsheet(tmp_path: Path) -> None:
    """Every field survives, a formula stays text, and both formats hold the same cases."""
    first = load_set(write(tmp_path / "s.jsonl", {"set": "mine", "documents": ["east.txt"]}, GOOD, NONE))
    follow = load_set(write(tmp_path / "f.jsonl", FOLLOW))
    whole = QuestionSet("mine", first.cases + follow.cases, ("east.txt",), "备注")
    for name in ("t.xlsx", "t.jsonl"):
        save_set(whole, tmp_path / name)
        assert load_set(tmp_path / name) == whole, name


def test_spreadsheet_as_people_write_it(tmp_path: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    book.active.append(["编号", "类型", "问题", "可回答", "依据", "牵头单位", "必须包含", "前文", "完成日期"])
    book.active.append(
        [
            "q1",
            "follow_up",
            "那谁牵头？",
            "是",
            "east.txt | 推行企业开办",
            "甲局；乙局",
            "甲 | 甲局\n乙",
            "用户：你好\n助手：在",
            "2022-06-30",
        ]
    )
    book.active.append([None] * 9)
    book.save(tmp_path / "p.xlsx")
    found = load_set(tmp_path / "p.xlsx").cases[0]
    assert found.lead == ("甲局", "乙局")
    assert found.must_contain == (("甲", "甲局"), ("乙",))
    assert [t.role for t in found.history] == ["user", "assistant"]
    assert found.evidence[0].head == "推行企业开办"
    assert found.deadline_iso == ("2022-06-30",)


def test_spreadsheet_faults_name_row_and_column(tmp_path: Path) -> None:
    from openpyxl import Workbook  # noqa: PLC0415

    book = Workbook()
    book.active.append(["编号", "类型", "题目", "可回答"])
    book.active.append(["q1", "谁", "问题", "也许"])
    book.save(tmp_path / "p.xlsx")
    _, faults = check_set(tmp_path / "p.xlsx")
    assert ("题目", 1) in {(f.field, f.line) for f in faults}
    assert {f.field for f in faults if f.line == 2} >= {"type", "answerable", "question"}


def test_columns_cover_every_field() -> None:
    assert set(COLUMNS) == set(Case.__dataclass_fields__)
    assert len(TYPES) == 14


# -- which cases apply ----------------------------------------------------------------------------------------


def questions(*rows: dict[str, Any], documents: tuple[str, ...] = ("east.txt", "west.txt")) -> QuestionSet:
    from eval.case_rows import case_from_row  # noqa: PLC0415

    return QuestionSet("s", tuple(case_from_row(r) for r in rows), documents)


def test_cases_of_missing_documents_do_not_apply() -> None:
    """An unanswerable question needs the whole set indexed: it may be answerable in a document that is not there."""
    both = [
        {"doc": "east.txt", "no": "1", "head": "甲甲甲甲"},
        {"doc": "west.txt", "no": "1", "head": "甲甲甲甲"},
    ]
    found = questions(
        GOOD,
        NONE,
        GOOD | {"id": "any", "evidence": both},
        GOOD | {"id": "all", "evidence": both, "evidence_mode": "all"},
        GOOD | {"id": "draft", "draft": True},
    )
    asked, left = found.applicable(["east.txt"])
    assert [c.id for c in asked] == ["q1", "any"]
    assert {c.id: why for c, why in left}["q3"].endswith("west.txt")
    assert "draft" in {c.id: why for c, why in left}["draft"]
    assert len(found.applicable(["east.txt", "west.txt"])[0]) == 4


def test_a_draft_may_be_unfinished() -> None:
    assert row_faults(GOOD | {"evidence": [], "draft": True}) == []
    assert row_faults(GOOD | {"type": "?", "draft": True}) != []
