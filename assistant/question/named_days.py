"""Days and years that a question names, and the year of a day that is named without one."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from assistant.characters import blanked
from assistant.known import Known, Path, PolicyKey, Unit, doc_number
from assistant.model import DateRange, Question
from assistant.question.english import english_dates
from index_build.dates import DateHit, find_dates
from index_build.names import same_department

_YEAR = re.compile(r"(?<![\d〔\[（(第])((?:19|20)\d\d)(?=年|[^\d〕\]）)千元万家%件个]|$)")


def find_days(
    plain: str, english: bool, year: int | None, spans: Sequence[tuple[int, int]], today: dt.date | None
) -> tuple[list[DateRange], list[tuple[int, int]]]:
    """The days that the text names, and where those stand that are to be looked for among deadlines; `spans` are stretches
    of places and document numbers, in which none is named."""
    if english and (found := english_dates(plain, year)):
        return found, [(at, at + len(r.raw)) for r in found for at in [plain.find(r.raw)]]
    hits = find_dates(blanked(plain, spans), year, today=today)
    hits = [
        h for h in hits if plain[max(0, h.start - 1) : h.start] not in ("几", "哪", "么", "何")
    ]  # 几月底前 asks
    if english:
        hits = [h for h in hits if _is_day(h)]
    ranges = [DateRange(h.first, h.last, h.raw) for h in hits if h.first or h.last]
    return ranges, [(h.start, h.end) for h in hits if _is_day(h)]


def _is_day(hit: DateHit) -> bool:
    """Whether a date is one to look for among deadlines, no year and no “十四五” that a text speaks of."""
    return bool((hit.first or hit.last) and re.search(r"[月日号]|季度|半年|年底|年末|年内", hit.raw))


def year_of(
    known: Known,
    places: Sequence[Path],
    documents: Sequence[PolicyKey],
    units: Sequence[Unit],
    before: Question | None,
) -> int | None:
    """The year of a date without one: that of the document, place or unit asked about, or of what was before."""
    places = places or (before.places if before else ())
    years = [known.policy(key).year for key in documents]
    years += [p.year for p in known.policies if p.place in places]
    if not years and units:
        rows = (
            row for row in known.departments if any(same_department(name, row.name) for *_, name in units)
        )
        years = [known.policy(key).year for key in {row.policy for row in rows}]
    dated = [y for y in years if y] or [p.year for p in known.policies if p.year]
    return max(dated, key=dated.count) if dated else None


def unknown_years(plain: str, known: Known, places: Sequence[Path]) -> tuple[int, ...]:
    """Years of which no document of the places asked about is."""
    left = blanked(plain, ((s, e) for s, e, _ in doc_number(plain)))
    asked = {int(y) for y in _YEAR.findall(left)}
    have = years_of(known, places)
    return tuple(sorted(y for y in asked if have and y not in have))


def years_of(known: Known, places: Sequence[Path]) -> frozenset[int]:
    """The years of the papers of the places, of all without any."""
    return frozenset().union(*(years for path, years in known.years.items() if not places or path in places))


def own_years(plain: str, known: Known, places: Sequence[Path]) -> list[tuple[int, int]]:
    """Where the year of a paper of the place is named: 2022年 says which paper is meant, nothing of the topic."""
    have = {year for path in places for year in known.years.get(path, ())}
    return [
        m.span()
        for m in re.finditer(r"(?<![\d〔（(])(?:19|20)\d\d年(?!底|末|前|内|以|之|[上下]半|\d)", plain)
        if int(m[0][:4]) in have
    ]


def is_limit(day: DateRange) -> bool:
    """Whether a day can be a limit: a bare year is the plan's own."""
    return not re.fullmatch(
        r"(?:19|20)\d\d年?|[今本当去明]年度?|[今明后昨当]天|[本这]个?月|目前|现在", day.raw.strip()
    )
