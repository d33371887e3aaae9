"""What a lower place changed against a higher one: pairs of measures from the catalog's cascade, each change as the
two records have it, both ends cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.choose import choose
from assistant.compose import answer_of_measures, mention_claims
from assistant.desk import Desk, policies_of
from assistant.known import Path, lies_in
from assistant.labels import head, names_text, number_label, place_name
from assistant.model import Answer, Claim, Intent, Outcome, Question
from assistant.wording import say
from index_build.catalog import Filter
from index_build.model import Measure, Role

OF_TOPIC = 0.8  # part of the best one's coverage by which a measure is about the topic
SHOWN_FIELDS = ("lead", "responsible", "deadline", "targets")
ASKED_FIELDS = {
    Intent.WHO_LEAD: ("lead",),
    Intent.WHO_RESPONSIBLE: ("responsible",),
    Intent.WHO: ("lead", "responsible"),
    Intent.WHEN: ("deadline",),
}


@dataclass(frozen=True)
class Pair:
    """A lower measure, the upper one that it carries on, and what differs: (field, upper's, lower's)."""

    lower: Measure
    upper: Measure
    changes: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


def answer_changes(question: Question, desk: Desk) -> Answer:
    """The changed pairs in full, page by page; those that are carried on unchanged counted."""
    english = question.english
    lower, upper = _levels(question, desk)
    pairs = _pairs(question, desk, lower, upper) if lower else []
    if not pairs:
        return Answer(say("changes_none", english), Outcome.NOT_FOUND, question)
    changed = [p for p in pairs if p.changes]
    moved = question.moved
    if moved:
        changed = [p for p in changed if _is_moved(p, moved)]
        if not changed:
            return Answer(say(f"changes_none_{moved}", english), Outcome.NOT_FOUND, question)
    shown = changed[: desk.settings.page_size]
    opening = say(
        f"changes_head_{moved}" if moved else "changes_head",
        english,
        lower=place_name(pairs[0].lower.policy.place),
        upper=place_name(pairs[0].upper.policy.place),
        all=len(pairs),
        count=len(changed),
    )
    if len(changed) > len(shown):
        opening += say("shown", english, shown=len(shown))
    lines = [opening + say("stop", english), ""]
    claims: list[Claim] = []
    cited: list[Measure] = []
    for pair in shown:
        n = len(cited) + 1
        cited += [pair.lower, pair.upper]
        lines.append(_row(pair, n, english))
        for at, measure in ((n, pair.lower), (n + 1, pair.upper)):
            claims += mention_claims(measure, Role.LEAD, at) if _differs(pair, "lead") else ()
    same = len(pairs) - len(changed)
    if same and not moved:
        lines += ["", say("changes_same", english, count=same)]
    if not cited:  # nothing but unchanged pairs: show the first, so that there is something to open
        cited = [pairs[0].lower, pairs[0].upper]
        lines += ["", _row(pairs[0], 1, english)]
    text = "\n".join(lines)
    return answer_of_measures(cited, desk.records, question=question, text=text, claims=claims)


def _is_moved(pair: Pair, moved: str) -> bool:
    """Whether both records name a day, and the lower place's last one is on that side of the upper's."""
    lower, upper = (
        max((d.date for d in m.deadlines if d.date), default=None) for m in (pair.lower, pair.upper)
    )
    if lower is None or upper is None:
        return False
    return lower > upper if moved == "later" else lower < upper


def _levels(question: Question, desk: Desk) -> tuple[Path | None, Path | None]:
    """(lower place, upper place): of the places named, the deepest, and another if it lies above that one."""
    named = sorted(question.places, key=len)
    if not named:
        return None, None
    lower = named[-1]
    upper = next((p for p in reversed(named[:-1]) if lies_in(lower, p)), None)
    if len(named) == 1 and not any(lower[:depth] in desk.known.places for depth in range(1, len(lower))):
        below = desk.known.below(lower)
        return (below[0], lower) if len(below) == 1 else (None, None)
    return lower, upper


def _pairs(question: Question, desk: Desk, lower: Path, upper: Path | None) -> list[Pair]:
    measures = desk.catalog.measures(Filter(places=(lower,)))
    topical = _of_topic(question, desk, lower)
    ids = [m.id for m in measures if topical is None or m.id in topical]
    by_id = {m.id: m for m in measures}
    links = [link for link in desk.catalog.cascade(ids) if link.lower in by_id]
    uppers = {
        e.id: e for e in desk.searcher.entries([link.upper for link in links]) if isinstance(e, Measure)
    }
    fields = ASKED_FIELDS.get(question.aspect, SHOWN_FIELDS) if question.aspect else SHOWN_FIELDS
    found: dict[str, Pair] = {}
    for link in links:
        above = uppers.get(link.upper)
        if above is None or (upper and above.policy.place != upper) or link.lower in found:
            continue
        changes = tuple((c.field, c.upper, c.lower) for c in link.changes if c.field in fields)
        found[link.lower] = Pair(by_id[link.lower], above, changes)
    return [found[i] for i in ids if i in found]


def _of_topic(question: Question, desk: Desk, lower: Path) -> set[str] | None:
    """The measures that the question's topic is about; None where it names none."""
    if not any(c.telling for c in question.concepts):
        return None
    chosen = choose(question, desk, policies_of(question, desk.known, [lower]))
    if not chosen.entries or chosen.found is None:
        return set()
    return {hit.entry.id for hit in chosen.found.near(0.0, OF_TOPIC)}


def _differs(pair: Pair, field: str) -> bool:
    return any(name == field for name, _, _ in pair.changes)


def _row(pair: Pair, n: int, english: bool) -> str:
    parts = [
        say(f"change_{name}", english, old=_values(old, english), new=_values(new, english))
        for name, old, new in pair.changes
    ]
    return say(
        "change_row",
        english,
        number=number_label(pair.lower, english).strip(),
        head=head(pair.lower, 30),
        changes=say("semicolon", english).join(parts) or say("change_nothing", english),
        markers=f"[{n}] [{n + 1}]",
    )


def _values(values: Sequence[str], english: bool) -> str:
    return names_text(values, english) or say("none", english)
