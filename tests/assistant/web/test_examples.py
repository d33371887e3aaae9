"""Example questions come from the index, of several kinds and papers, and each is answered with sources."""

from __future__ import annotations

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


def test_nothing_is_suggested_after_nothing() -> None:
    assert next_questions({"outcome": "not_found", "facts": []}) == []
