"""Dates: as time limits only where the record has that limit, for that unit and that part of the task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.characters import blanked, pairs
from assistant.sentences.ground import Ground, without_titles
from assistant.sentences.language import BLANK, DEADLINE_WORDS, HAN, HAN_DIGITS
from assistant.sentences.literal import clause_around, near, places_of, quotes_of, within
from index_build.dates import DateHit, find_dates
from index_build.model import Deadline, DeadlineKind
from index_build.text import fold

_STRAY_DATE = re.compile(
    rf"\d{{4}}年|\d{{1,2}}月|[{HAN_DIGITS}十]{{1,3}}月|\d{{1,2}}[日号](?!内)|\d{{4}}[-/.]\d|[今明后去]年|[本下上]月|年底|年末|年初|季度"
    r"|January|February|March|April|May\d|June|July|August|September|October|November|December",
    re.IGNORECASE,
)


def dates(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    """Reasons against days that the source has not, or that its record has not as a limit."""
    hits = said_dates(said, ground)
    quoted = quotes_of(said)
    limited = DEADLINE_WORDS.search(blanked(said, quoted, BLANK))
    for hit in hits:
        if within(hit.start, quoted) and not limited:
            continue
        if hit.kind is DeadlineKind.ONGOING:
            if fold(hit.raw) not in ground.text:
                yield f"时限不在依据中：{hit.raw}"
            continue
        clause = clause_around(said, hit.start, hit.end)
        as_limit = DEADLINE_WORDS.search(clause) or hit.raw.endswith("前")
        if as_limit and ground.measures:
            yield from limit_reasons(said, hit, clause, ground)
        elif not any(same_days(hit, known) for known in ground.dates) and not is_issue_date(hit, ground):
            yield f"日期不在依据中：{hit.raw}"
    covered = [(h.start, h.end) for h in hits]
    for match in _STRAY_DATE.finditer(without_titles(said, ground)):
        if not any(a <= match.start() < b for a, b in covered) and match.group() not in ground.text:
            yield f"日期读不出：{match.group()}"


def said_dates(said: str, ground: Ground) -> list[DateHit]:
    # an English full stop is no part of a date
    plain = re.sub(r"\.(?!\d)", "。", without_titles(said, ground))
    return find_dates(plain, ground.years[0])


def is_issue_date(hit: DateHit, ground: Ground) -> bool:
    return hit.first == hit.last and hit.last in {e.policy.issued for e in ground.entries}


def same_days(one: DateHit, other: DateHit) -> bool:
    if one.first is None and one.last is None:
        return one.kind is other.kind and one.raw == other.raw
    return (one.first, one.last, one.kind) == (other.first, other.last, other.kind)


def limit_reasons(said: str, hit: DateHit, clause: str, ground: Ground) -> Iterator[str]:
    """A date said as a time limit: one of the record's own, of the unit it binds, and of the part of the task
    that the sentence speaks of."""
    found = [d for d in ground.deadlines if is_limit(hit, d)]
    if not found:
        literal = any(same_days(hit, k) and fold(hit.raw) == fold(k.raw) for k in ground.dates)
        if not literal or not near(clause, ground.text) or re.search(r"时限|期限|截止|最迟", clause):
            yield f"时限不在依据中：{hit.raw}"
        return
    of_others = all(d.who for d in found) and len(ground.deadlines) > 1
    if of_others and not any(fold(d.who or "") in said[: hit.start] for d in found):
        yield f"时限属于另一单位：{hit.raw}"
    clause = DEADLINE_WORDS.sub("", clause.replace(fold(hit.raw), ""))
    named = any(d.who and fold(d.who) in said[: hit.start] for d in found)
    if len({d.date for d in ground.deadlines}) > 1 and len(HAN.findall(clause)) >= 4 and not named:
        own = max(overlap(clause, around) for around in limit_clauses(found, ground))
        others = limit_clauses([d for d in ground.deadlines if d not in found], ground)
        if max(overlap(clause, around) for around in others) > own:
            yield f"时限与内容不对应：{hit.raw}"


def is_limit(hit: DateHit, deadline: Deadline) -> bool:
    """Whether the day that a sentence says is this deadline: the same last day, or the same words where either has none."""
    if hit.last is None or deadline.date is None:
        same = hit.kind is deadline.kind and fold(hit.raw) in fold(deadline.raw)
        return fold(hit.raw) == fold(deadline.raw) or same
    if DeadlineKind.FROM in (hit.kind, deadline.kind) and hit.kind is not deadline.kind:
        return False
    return hit.last == deadline.date


def limit_clauses(deadlines: Sequence[Deadline], ground: Ground) -> list[str]:
    """The words around each deadline in the source, its own words taken out."""
    found = []
    for deadline in deadlines:
        raw = fold(deadline.raw)
        for at in places_of(raw, ground.text):
            found.append(clause_around(ground.text, at, at + len(raw)).replace(raw, ""))
    return found or [""]


def overlap(one: str, other: str) -> float:
    rest = set(pairs(other))
    return len(rest & set(pairs(one))) / (len(rest) or 1)
