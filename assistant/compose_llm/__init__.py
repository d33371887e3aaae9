"""Wording by a language model: the model chooses and words, the records supply.

The model sees the retrieved measures as quoted data and writes sentences with handles instead of facts:

    {{m1.lead}} {{m1.responsible}} {{m1.deadline}} {{m1.plan}} {{m1.q1}}      what the record of measure m1 says
    [m1]                                                                      the measure a sentence rests on

A sentence is released only once it is complete, its handles are known and of the one measure that it cites, its
own words hold no department, date, number or place, and the sentence with the handles filled in is supported by
that measure (`sentences.check_against`).  Whatever fails is dropped; what was asked and is then missing is added
in the record's own words; and if nothing is left, or the model fails, the extractive answer stands as it was.
`trace["model"]` says what happened: tokens, cost, seconds, what was dropped and why, and the fallback.

    reword      an extractive answer → its worded form, sentence by sentence: `materials` of its citations, shown as
                `evidence`, spoken as a `stream` of sentences, each under `judgement`, gathered in a `draft` whose
                `omissions` the records supply
    search      a topic that was not found, looked for once more with the model's help
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.check_answer import check_answer
from assistant.compose_llm.draft import Draft
from assistant.compose_llm.evidence import messages_for
from assistant.compose_llm.judgement import BULLET, Dropped, judge
from assistant.compose_llm.materials import Material, materials_of
from assistant.compose_llm.omissions import added
from assistant.compose_llm.stream import sentences_of
from assistant.language_model import LanguageModel, Message, Speaker
from assistant.model import WHO_OR_WHEN, Answer, Intent, Outcome, Turn
from assistant.settings import ModelSettings
from assistant.wording import say
from index_build.catalog import Catalog
from index_build.errors import ModelError
from index_build.text import fold

REWORDED = WHO_OR_WHEN | {Intent.WHAT}
MOST_SOURCES = 6  # measures of an answer that is worded


def reword(
    answer: Answer,
    settings: ModelSettings,
    catalog: Catalog,
    history: Sequence[Turn] = (),
    *,
    speaker: Speaker | None = None,
) -> Iterator[str | Answer]:
    """Pieces of the answer as they may be shown, then the Answer, whose text is all the pieces joined.

    `speaker` is the model to ask (any LlamaIndex LLM as `LlamaSpeaker`), by default the one that is set."""
    unfit = unfit_for_wording(answer)
    if unfit:
        yield from as_it_is(answer, {"used": False, "reason": unfit})
        return
    speaker = speaker or LanguageModel(settings)
    draft, failure = Draft(yes_or_no(answer)), ""
    materials = materials_of(answer, catalog)
    try:
        messages, shown = messages_for(answer.question, materials, history, settings)
        yield from released(speaker, messages, shown, draft)
    except ModelError as error:
        failure = str(error)
    trace = trace_of(speaker, settings, draft, failure)
    if not draft.pieces:
        trace["fallback"] = failure or "没有一句能核实 · no sentence could be verified"
        yield from as_it_is(answer, {**trace, "used": False})
        return
    yield from added(answer, materials, draft)
    yield check_answer(finished(answer, materials, draft, {**trace, "used": True}), catalog)


def yes_or_no(answer: Answer) -> str:
    """How the extractive answer opens, where yes or no was asked."""
    openings = [say(key, answer.question.english) for key in ("yes", "no")]
    return next((words for words in openings if answer.text.startswith(words)), "")


def unfit_for_wording(answer: Answer) -> str:
    """Why an answer is left as it is; "" if it may be worded.  Lists, counts and comparisons come from the catalog
    complete, and refusals say what they have to."""
    question = answer.question
    if answer.outcome is not Outcome.ANSWERED or not answer.citations:
        return f"outcome {answer.outcome.value}"
    if question.intent not in REWORDED or question.asked not in REWORDED:
        return f"intent {question.intent.value}"
    if question.unit_at is not None:
        return "one unit of an earlier answer is asked for"
    if question.claimed:
        return "the answer sets right what the question asserts"
    return f"{len(answer.citations)} sources" if len(answer.citations) > MOST_SOURCES else ""


def as_it_is(answer: Answer, trace: Mapping[str, Any]) -> Iterator[str | Answer]:
    """The extractive answer, with what happened in its trace."""
    yield from answer.pieces()
    yield replace(answer, trace={**answer.trace, "model": dict(trace)})


def released(
    speaker: Speaker, messages: Sequence[Message], materials: Mapping[str, Material], draft: Draft
) -> Iterator[str]:
    """The model's sentences, as each is whole and verified."""
    new_line = False
    for sentence in sentences_of(speaker.stream(messages)):
        if re.search(r"\w", sentence):
            judged = judge(sentence, materials)
            if isinstance(judged, Dropped):
                draft.dropped.append(judged)
            elif fold(judged.words) not in draft.said:
                yield draft.release(judged, new_line or bool(BULLET.match(sentence)))
        new_line = sentence.endswith("\n")


def finished(
    answer: Answer, materials: Mapping[str, Material], draft: Draft, trace: Mapping[str, Any]
) -> Answer:
    """The worded answer: the measures that the draft cites, numbered as the draft numbers them."""
    facts = dict(answer.facts)
    order = [(n, materials[mark].citation) for mark, n in draft.numbers.items()]
    return replace(
        answer,
        text=draft.text,
        citations=tuple(replace(citation, n=n) for n, citation in order),
        facts=tuple((n, facts[citation.n]) for n, citation in order if citation.n in facts),
        claims=tuple(draft.claims),
        trace={**answer.trace, "model": dict(trace)},
    )


def trace_of(speaker: Speaker, settings: ModelSettings, draft: Draft, failure: str) -> dict[str, Any]:
    """What happened, for `trace["model"]`: model, tokens, cost, seconds, sentences released and dropped, error."""
    return {
        "model": settings.model,
        **speaker.spent.row(settings),
        "released": len(draft.pieces),
        "dropped": [{"sentence": d.sentence, "reasons": list(d.reasons)} for d in draft.dropped],
        "error": failure or None,
        "fallback": None,
    }
