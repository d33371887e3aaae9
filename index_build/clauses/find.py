"""Every responsibility clause of a text: in brackets, after labels on lines of their own, as sentences.

`find_clauses` reads folded text (a View's) and returns each clause with the place of every unit and date in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from index_build.clauses.bindings import Reading
from index_build.clauses.brackets import bracket_clauses
from index_build.clauses.clause import Clause, clause_of, shifted
from index_build.clauses.label_lines import line_clauses
from index_build.clauses.labels import says_label_is
from index_build.clauses.plan_wide import is_the_rule, plan_wide_clauses
from index_build.clauses.roles import has_verb, labelled, spoken
from index_build.text import plainly

_OTHER_OPENINGS = "【〖{｛"
_OTHER_BRACKETS = str.maketrans("【】〖〗{}｛｝", "（）（）（）（）")
_SENTENCE = re.compile(r"[^。\n]+")
_OPENING = re.compile(
    r"——由?|(?:(?:本|此|该|以上|上述)(?:项|条|款)?(?:各项)?(?:工作|任务|措施|举措|事项)?(?:，)?(?:由)?|由)"
)


def find_clauses(
    text: str,
    *,
    first_is_lead: bool = False,
    year: int | None = None,
    is_plain: bool = False,
    wide: bool = True,
    stops: Callable[[], Sequence[int]] = tuple,
) -> list[Clause]:
    """Every responsibility clause of a folded text, in order, none inside another.

    `first_is_lead` is the document's rule that the unit named first leads (see `names_first_lead`).  What a caller
    knows of the whole paper spares looking for it in each entry: that its text `is_plain` (see `plainly`) already,
    and whether it `may_rule_widely`; neither a sentence nor a list after a label goes beyond one of the `stops`, which are asked for where there are any."""
    plain = text if is_plain else plainly(text)
    for mark in _OTHER_OPENINGS:
        if mark in plain:
            plain = plain.translate(_OTHER_BRACKETS)
    read = Reading(plain, text, first_is_lead, year, wide=wide)
    clauses = bracket_clauses(read)
    clauses += line_clauses(read, [(clause.start, clause.end) for clause in clauses], stops)
    if not clauses:
        clauses = _sentence_clauses(read, stops())
    if wide and (rules := plan_wide_clauses(read)):
        clauses = [c for c in clauses if not any(is_the_rule(c, rule) for rule in rules)] + rules
    return sorted(clauses, key=lambda clause: clause.start) if len(clauses) > 1 else clauses


def whole_clause(words: str, *, first_is_lead: bool = False, year: int | None = None) -> Clause | None:
    """The one clause that folded words without brackets are as a whole (市教育局牵头，市财政局配合，9月底前); None where they
    are none, more than one, or say neither who nor when."""
    said = find_clauses(f"（{words}）", first_is_lead=first_is_lead, year=year)
    if len(said) != 1 or said[0].start or not (said[0].units or said[0].deadlines):
        return None
    return shifted(said[0], -1, end=len(words))


def _sentences(plain: str, stops: Sequence[int]) -> Iterator[tuple[int, int]]:
    for a, b in pairwise([0, *stops, len(plain)]):
        yield from (sentence.span() for sentence in _SENTENCE.finditer(plain, a, b))


def _sentence_clauses(read: Reading, stops: Sequence[int]) -> list[Clause]:
    """A sentence that says nothing but who: 由市财政局牵头，市人社局配合。"""
    clauses = []
    for start, end in _sentences(read.plain, stops):
        if end - start > 300:
            continue
        if says_label_is(read.plain, start, end):
            found = labelled(read, start, end)
            clauses += [clause_of(found, start, end, "sentence")] if found[0] else []
            continue
        if (dash := read.plain.rfind("——", start, end)) > start:
            start = dash  # 新建公园六处——县城管局牵头，县财政局配合
        opening = _OPENING.match(read.plain, start, end)
        whole = opening is not None and read.plain.endswith("完成", start, end)
        if not has_verb(read.plain, start if whole else max(start, end - 24), end):
            continue
        if said := spoken(read, opening.end() if opening else start, end):
            clauses.append(clause_of(said, start, end, "sentence"))
    return clauses
