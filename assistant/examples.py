"""Questions that the indexed documents can answer: the examples of the start page, and what to ask next.

They are made from records of the index, never written for a corpus; a candidate is shown only if the assistant
answers it.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from index_build.model import Measure, Policy, UnitKind

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from index_build.catalog import Catalog

POLICIES = 12  # papers looked at, and measures of each: enough for variety, quick on a large index
MEASURES = 30
KINDS = ("who_when", "tasks", "due", "who")
_SPLIT = re.compile(r"[。；，;,：:、（(]")
_HALF = re.compile(
    r"^(?:按照|根据|依据|结合|围绕|依托|针对|通过|对|将|为|在|以|把|从|凡|各|除)"
)  # needs what follows
_PLAIN = re.compile(r"^[一-鿿A-Za-z0-9·—“”\"-]+$")


def theme(measure: Measure) -> str | None:
    """The measure's subject in a few words, where its first clause has a fitting length."""
    first = _SPLIT.split(measure.text.strip(), maxsplit=1)[0].strip('“”"')
    fits = 6 <= len(first) <= 20 and _PLAIN.match(first) and "“" not in first and not _HALF.match(first)
    return first if fits else None


def place_of(measure: Measure) -> str:
    return measure.policy.place[-1] if measure.policy.place else ""


def candidates(catalog: Catalog, language: str = "zh", place: Sequence[str] = ()) -> Iterator[str]:
    """Questions of every kind, one kind after the other, each time from another paper, of one place if that is given."""
    from index_build.catalog import Filter  # noqa: PLC0415  (sqlite is opened only by who has an index)

    asked: dict[str, list[deque[str]]] = {kind: [] for kind in KINDS}  # kind -> a queue for each paper
    of_place = [policy for policy in catalog.policies() if policy.place[: len(place)] == tuple(place)]
    for policy in by_turns(of_place)[:POLICIES]:
        found = catalog.measures(Filter(policies=(policy.key,)), limit=MEASURES)
        by_kind: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for kind, question in itertools.chain.from_iterable(map(QUESTIONS[language], found)):
            by_kind[kind].append(question)
        for kind, questions in by_kind.items():
            if questions:
                asked[kind].append(deque(dict.fromkeys(questions)))
    given: set[str] = set()
    for turn in range(POLICIES * MEASURES):
        for shift, kind in enumerate(KINDS):
            papers = asked[kind]
            queue = papers[(turn + shift) % len(papers)] if papers else None
            if queue and (question := queue.popleft()) not in given:
                given.add(question)
                yield question


def by_turns(policies: Iterable[Policy]) -> list[Policy]:
    """One paper of each place in turn, so that a compilation of one place does not ask all the questions."""
    places: dict[tuple[str, ...], list[Policy]] = {}
    for policy in policies:
        places.setdefault(policy.place, []).append(policy)
    rounds = itertools.zip_longest(*places.values())
    return [policy for one_each in rounds for policy in one_each if policy is not None]


def questions_of(measure: Measure) -> Iterator[tuple[str, str]]:
    """(kind, question) for what the record of a measure can answer: who, when, tasks, what is due."""
    subject, place = theme(measure), place_of(measure)
    leads = [m.name for m in measure.mentions if m.role.value == "lead" and m.kind is UnitKind.UNIT]
    dated = [d.date for d in measure.deadlines if d.date]
    if subject and leads:
        when = "，什么时候完成" if dated else ""
        yield ("who_when" if dated else "who", f"{place}{subject}由谁牵头{when}？")
    if leads:
        yield ("tasks", f"{leads[0]}牵头哪些任务？")
    if dated:
        yield ("due", f"{place}{dated[0].year}年{dated[0].month}月底前要完成哪些任务？")


def english_questions_of(measure: Measure) -> Iterator[tuple[str, str]]:
    """The same in English around the document's own words; lists are asked for by names that English has not."""
    subject, place = theme(measure), place_of(measure)
    if subject and place and measure.lead:
        dated = any(d.date for d in measure.deadlines)
        more = "by when is it due" if dated else "who helps"
        yield (
            "who_when" if dated else "who",
            f"Which department leads {subject} in {place}, and {more}?",
        )


QUESTIONS: Mapping[str, Callable[[Measure], Iterator[tuple[str, str]]]] = {
    "zh": questions_of,
    "en": english_questions_of,
}


def example_questions(
    assistant: Assistant, count: int = 6, language: str = "zh", place: Sequence[str] = ()
) -> list[str]:
    """The first candidates that the assistant answers with sources, in the language that they are asked in."""
    found: list[str] = []
    for question in itertools.islice(candidates(assistant.index.catalog, language, place), count * 4):
        answer = assistant.answer(question)
        spoken = "en" if answer.question.english else "zh"
        if answer.outcome.value == "answered" and answer.citations and spoken == language:
            found.append(question)
        if len(found) == count:
            break
    return found


def next_questions(row: Mapping[str, Any], count: int = 3) -> list[str]:
    """What to ask after this answer, from the records that it rests on."""
    facts = row.get("facts") or []
    if not facts or row.get("outcome") not in ("answered", "not_stated"):
        return []
    read = row.get("question_read") or {}
    first, intent = facts[0], read.get("intent", "")
    found = []
    if read.get("language") == "en":
        if len(facts) == 1 and first["deadlines"] and "when" not in intent:
            found.append("By when is it due?")
        if len(facts) == 1 and first["lead"] and not intent.startswith("who"):
            found.append("Who leads it?")
        if len(facts) == 1 and first["responsible"] and intent != "who_responsible":
            found.append("Who else is responsible for it?")
        return found[:count]
    if len(facts) == 1:
        if first["deadlines"] and "when" not in intent:
            found.append("这项任务什么时候完成？")
        if first["lead"] and not intent.startswith("who"):
            found.append("这项任务由谁牵头？")
        if first["responsible"] and intent in ("who_lead", "when", "what"):
            found.append("这项任务还有哪些责任单位？")
    if first["lead"] and intent != "department_tasks":
        found.append(f"{first['lead'][0]}还牵头哪些任务？")
    dates = [d["date"] for d in first["deadlines"] if d["date"]]
    if dates and intent != "due_list":
        year, month, _ = dates[0].split("-")
        place = next((c["place"][-1] for c in row.get("citations", ()) if c["place"]), "")
        found.append(f"{place}{year}年{int(month)}月底前还要完成哪些任务？")
    return found[:count]
