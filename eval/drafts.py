"""Draft questions for a person to review: from the ledger (who, when, lists, and near misses that are unanswerable
by construction) and from feedback on the page.  Every case made here is a draft, and no run asks drafts.

A near miss takes the topic of a measure of one place and asks another place that has nothing like it: right topic,
wrong place is what assistants get wrong most, and what people forget to put into a set."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from assistant.characters import pairs
from eval.case_rows import case_from_row
from eval.cases import HEAD_LENGTH, Case, Evidence, QuestionSet
from eval.sources import fold
from index_build.catalog import Catalog
from index_build.model import Measure, Policy

_CLAUSE = re.compile(r"[，。；：！？,;:]")
_NOISE = str.maketrans("", "", "“”\"'「」《》")
SHORTEST, LONGEST = 4, 26
LIST_SIZES = range(2, 11)
ALIKE = 0.34  # share of a topic's character pairs from which another text counts as on the same topic


def topic(text: str) -> str:
    """What a measure is about, in its own first words."""
    for piece in _CLAUSE.split(fold(text)):
        words = piece.translate(_NOISE).strip()
        if len(words) >= SHORTEST:
            return words[:LONGEST]
    return fold(text)[:LONGEST]


def place(policy: Policy) -> str:
    """How a question names where a paper is from: the place, or the paper where it has none."""
    return policy.place[-1] if policy.place else f"《{policy.title}》中"


def _evidence(measure: Measure) -> Evidence:
    head = "".join(measure.text.split())[:HEAD_LENGTH]
    return Evidence(measure.policy.doc, head, measure.number)


def _fields(measure: Measure, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What a question expects, as far as the measure's record has it."""
    dated = [d for d in measure.deadlines if d.date]
    have = {
        "lead": measure.lead,
        "responsible": measure.responsible,
        "deadline_iso": tuple(dict.fromkeys(d.date.isoformat() for d in dated if d.date)),
        "deadline_raw": tuple(dict.fromkeys(d.raw for d in dated)),
    }
    return {name: have[name] for name in names}


# type of question -> (what is asked of a topic, the fields that have to be there)
STATED: dict[str, tuple[str, tuple[str, ...]]] = {
    "who_lead": ("由谁牵头？", ("lead",)),
    "who_responsible": ("责任单位有哪些？", ("responsible",)),
    "when": ("什么时候完成？", ("deadline_iso", "deadline_raw")),
    "who_when": ("谁牵头、什么时候完成？", ("lead", "deadline_iso", "deadline_raw")),
}


def ask(kind: str, measure: Measure) -> Case | None:
    """A question whose answer the measure states; None where it does not."""
    asked, names = STATED[kind]
    fields: dict[str, Any] = _fields(measure, names)
    if not all(fields.values()):
        return None
    question = f"{place(measure.policy)}{topic(measure.text)}，{asked}"
    return Case("", kind, question, True, evidence=(_evidence(measure),), draft=True, **fields)


def ask_missing_deadline(measure: Measure) -> Case | None:
    """A measure with a responsibility clause and no deadline: the answer is "not stated"."""
    if measure.deadlines or not measure.has_clause:
        return None
    return _not_stated(measure, "完成时限是什么时候？", "the measure names no deadline")


def ask_missing_others(measure: Measure) -> Case | None:
    """A measure that names a lead alone: who else takes part is "not stated"."""
    if not measure.lead or measure.responsible or not measure.has_clause:
        return None
    return _not_stated(measure, "除牵头单位外还有哪些责任单位？", "only a lead is named")


def _not_stated(measure: Measure, asked: str, why: str) -> Case:
    question = f"{place(measure.policy)}{topic(measure.text)}，{asked}"
    return _refusal(question, ("not_stated",), (measure.policy.doc,), why)


def _refusal(question: str, outcomes: tuple[str, ...], documents: tuple[str, ...], why: str) -> Case:
    return Case(
        "", "unanswerable", question, False, outcomes=outcomes, documents=documents, why_hard=why, draft=True
    )


SINGLE: tuple[Callable[[Measure], Case | None], ...] = (
    *(partial(ask, kind) for kind in STATED),
    ask_missing_deadline,
    ask_missing_others,
)


def _pairs(text: str) -> set[str]:
    return set(pairs(fold(text).translate(_NOISE)))


def near_misses(measures: Sequence[Measure], chance: random.Random) -> Iterator[Case]:
    """Topics of one place asked of another that has nothing alike, in any of its measures."""
    by_place: dict[tuple[str, ...], list[set[str]]] = defaultdict(list)
    for measure in measures:
        if measure.policy.place:
            by_place[measure.policy.place].append(_pairs(measure.text))
    places = sorted(by_place)
    documents = tuple(sorted({m.policy.doc for m in measures}))
    for measure in chance.sample(list(measures), len(measures)):
        about = _pairs(topic(measure.text))
        others = [p for p in places if p != measure.policy.place and not _contains(p, measure.policy.place)]
        chance.shuffle(others)
        for other in others:
            if about and all(len(about & text) / len(about) < ALIKE for text in by_place[other]):
                question = f"{other[-1]}{topic(measure.text)}，由谁牵头？"
                yield _refusal(question, (), documents, f"near miss: only {place(measure.policy)} has it")
                break


def _contains(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether one place lies in the other: a question about a county may be answered from its province's plan."""
    shorter = min(len(a), len(b))
    return a[:shorter] == b[:shorter]


def department_lists(measures: Sequence[Measure]) -> Iterator[Case]:
    """All tasks that a department leads in one paper, where they are few enough to check by hand."""
    led: dict[tuple[Policy, str], list[Measure]] = defaultdict(list)
    for measure in measures:
        for name in measure.lead:
            led[measure.policy, name].append(measure)
    for (policy, name), tasks in led.items():
        if len(tasks) in LIST_SIZES:
            question = f"《{policy.title}》里，{name}牵头哪些任务？请全部列出"
            yield _list_case("dept_list", question, tasks, lead=(name,))


def due_lists(measures: Sequence[Measure]) -> Iterator[Case]:
    """All that is due on one day in one paper."""
    due: dict[tuple[Policy, str], list[Measure]] = defaultdict(list)
    for measure in measures:
        for iso in _fields(measure, ["deadline_iso"])["deadline_iso"]:
            due[measure.policy, iso].append(measure)
    for (policy, iso), tasks in due.items():
        if len(tasks) in LIST_SIZES:
            year, month, day = map(int, iso.split("-"))
            question = f"《{policy.title}》里，完成时限到{year}年{month}月{day}日的有哪些任务？"
            yield _list_case("deadline_list", question, tasks, deadline_iso=(iso,))


def _list_case(kind: str, question: str, tasks: Iterable[Measure], **expected: Any) -> Case:
    evidence = tuple(_evidence(m) for m in tasks)
    return Case("", kind, question, True, evidence=evidence, evidence_mode="all", draft=True, **expected)


def draft_set(catalog: Catalog, count: int, seed: int) -> QuestionSet:
    """About `count` drafts, the kinds in equal parts as far as the ledger allows; the same seed gives the same."""
    chance = random.Random(seed)
    measures = catalog.measures()
    streams: list[Iterator[Case]] = []
    for draft in SINGLE:
        shuffled = chance.sample(measures, len(measures))
        streams.append(iter([case for case in map(draft, shuffled) if case is not None]))
    streams.append(near_misses(measures, chance))
    lists = [*department_lists(measures), *due_lists(measures)]
    streams.append(iter(chance.sample(lists, len(lists))))
    drafts: dict[str, Case] = {}
    while streams and len(drafts) < count:
        for stream in list(streams):
            case = next(stream, None)
            if case is None:
                streams.remove(stream)
            elif len(drafts) < count:
                drafts.setdefault(case.question, case)
    named = tuple(_named(case, n) for n, case in enumerate(drafts.values(), 1))
    return QuestionSet("drafts", named, tuple(d.name for d in catalog.documents()))


def _named(case: Case, n: int) -> Case:
    return case_from_row(case.row() | {"id": f"d-{case.type.replace('_', '-')}-{n:03d}"})


def feedback_set(history_file: Path, catalog: Catalog) -> QuestionSet:
    """What people said of answers, as drafts: 有用 keeps the answer as expected, 有误 keeps their remark to be worked
    into the expected answer."""
    # the history is opened only where feedback is asked for
    from assistant.history import History  # noqa: PLC0415

    rows = []
    for row in History(history_file).drafts():
        note = row.pop("note", {})
        remark = "；".join(str(note[k]) for k in ("reason", "right_answer") if note.get(k))
        rows.append(row | {"why_hard": remark or None})
    return QuestionSet(
        "feedback", tuple(map(case_from_row, rows)), tuple(d.name for d in catalog.documents())
    )
