"""Whether a hit answers of which a long question in everyday words names little."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.ask import Assistant
from assistant.choose import choose
from assistant.desk import policies_of
from assistant.enough import best_elsewhere, is_best_of_all, much_of, not_about_it
from assistant.model import Answer, Outcome, Question
from assistant.retrieve import Found

DAY = dt.date(2031, 5, 10)
SITUATION = "{place}大爷的民宿床单、窗帘、拖鞋、早餐、停车、阁楼样样卡人准入流程{asking}"


def searched(asked: Assistant, text: str) -> tuple[Question, Found]:
    question = asked.read(text, today=DAY)
    return question, asked.desk.searcher.search(question, policies_of(question, asked.known))


def answer(asked: Assistant, text: str) -> Answer:
    return asked.answer(text, today=DAY)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (SITUATION.format(place="澄湖市", asking="到底谁牵头"), "市文旅局"),
        (
            "岚溪县大嫂的冰柜、招牌、棚子、三轮、桌椅样样在乎公证书邮寄哪个局牵头",
            "县司法局",
        ),
    ],
)
def test_a_long_story_is_answered_by_what_no_other_place_has_better(
    asked: Assistant, text: str, unit: str
) -> None:
    _, found = searched(asked, text)
    assert not_about_it(found, asked.desk.settings), "too little of the question for itself"
    said = answer(asked, text)
    assert (said.outcome, unit in said.text) == (Outcome.ANSWERED, True)


def test_the_same_story_of_a_place_without_such_a_measure_is_refused(asked: Assistant) -> None:
    text = SITUATION.format(place="岚溪县", asking="到底谁牵头")
    question, found = searched(asked, text)
    assert best_elsewhere(question, asked.desk) > found.hits[0].score
    assert not is_best_of_all(question, asked.desk, found)
    said = answer(asked, text)
    assert (said.outcome, said.citations) == (Outcome.NOT_FOUND, ())


def test_a_figure_that_such_a_hit_does_not_print_is_refused_not_called_unstated(asked: Assistant) -> None:
    text = SITUATION.format(place="澄湖市", asking="一共交多少钱")
    question, found = searched(asked, text)
    assert is_best_of_all(question, asked.desk, found)
    assert not choose(question, asked.desk, policies_of(question, asked.known)).entries
    assert answer(asked, text).outcome is Outcome.NOT_FOUND


def test_without_a_place_there_is_nothing_to_compare_with(asked: Assistant) -> None:
    question, found = searched(asked, SITUATION.format(place="", asking="到底谁牵头"))
    assert much_of(found) > 4
    assert not is_best_of_all(question, asked.desk, found)
