"""Example questions come from the index, of several kinds and papers, and each is answered with sources."""

from __future__ import annotations

import pytest

from assistant.api.service import Service
from assistant.ask import Assistant
from assistant.examples import candidates, example_questions, next_questions
from assistant.model import Turn


def test_examples_are_answered(assistant: Assistant) -> None:
    found = example_questions(assistant)
    assert len(found) == len(set(found)) == 6
    answers = [assistant.answer(question) for question in found]
    assert all(answer.outcome.value == "answered" and answer.citations for answer in answers)
    assert len({answer.citations[0].entry.policy.doc for answer in answers}) >= 3
    assert len({question[-6:] for question in found}) >= 3, "several kinds of question"


def test_english_examples_are_answered_in_english(assistant: Assistant) -> None:
    found = example_questions(assistant, language="en")
    assert len(found) == len(set(found)) == 6
    for question in found:
        answer = assistant.answer(question)
        assert question.startswith("Which department leads ") and answer.outcome.value == "answered"
        assert answer.text.startswith("Lead: ")
        subject = question.removeprefix("Which department leads ").partition(" in ")[0]
        assert subject in answer.citations[0].entry.text, "of the measure that was asked about"


def test_examples_of_a_place_are_about_it(assistant: Assistant, service: Service) -> None:
    found = service.examples("zh", ("云岭省", "青禾市", "白榆县"))
    assert found
    for question in found:
        assert {c.entry.policy.place[-1] for c in assistant.answer(question).citations} == {"白榆县"}, (
            question
        )
    assert service.examples("zh", ("云岭省", "没有的市")) == []


def test_candidates_do_not_repeat(assistant: Assistant) -> None:
    found = list(candidates(assistant.index.catalog))
    assert len(found) > 20 and len(found) == len(set(found))


def test_what_to_ask_next_can_be_answered(assistant: Assistant, service: Service) -> None:
    question = example_questions(assistant, 1)[0]
    row = service.answer(question).row()
    suggested = next_questions(row)
    assert suggested
    for further in suggested:
        history = [{"role": "user", "content": question}, {"role": "assistant", "content": row["answer"]}]
        answer = service.answer(further, [Turn(**turn) for turn in history])
        assert answer.outcome.value in ("answered", "not_stated"), (further, answer.text)
        assert answer.citations


@pytest.mark.parametrize(
    "asked", ["", "Can I get a loan in 临溪区?"], ids=["who and when", "in the paper's own words"]
)
def test_what_to_ask_next_is_in_the_language_of_the_answer(
    assistant: Assistant, service: Service, asked: str
) -> None:
    question = asked or example_questions(assistant, 1, "en")[0]
    row = service.answer(question).row()
    suggested = next_questions(row)
    assert suggested and all(further.isascii() for further in suggested)
    for further in suggested:
        answer = service.answer(further, [Turn("user", question), Turn("assistant", row["answer"])])
        assert answer.outcome.value in ("answered", "not_stated") and answer.text[0].isascii()
        assert answer.question.english
        assert answer.citations[0].entry.id == row["facts"][0]["measure"]


def test_nothing_is_suggested_after_nothing() -> None:
    assert next_questions({"outcome": "not_found", "facts": []}) == []
