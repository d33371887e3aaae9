"""Questions that no one measure answers more than others: all of a paper fit them, or all below one heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.choose import Chosen
from assistant.desk import Desk, policies_of
from assistant.known import PolicyKey
from assistant.labels import short_title
from assistant.matching import SECTION, TITLE, flat
from assistant.model import Entry, Question
from index_build.catalog import Filter
from index_build.model import Measure
from index_build.text import tidy
from index_build.words import words

FEW = 3  # entries up to which one is still meant
TIED = 0.97  # score by which entries are alike
LOOKED_AT, SURELY = 6, 0.8  # hits whose headings are looked at; how surely a word of the lexicon is meant
_NUMBER = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十]{1,3}[章节部]\S{0,2})\s*"
)
_LETTER = re.compile(
    r"关于印发|印发给你们|现予印发|请(?:认真)?(?:遵照|贯彻|组织|抓好)[^。]{0,10}(?:执行|落实|实施)"
)


def fits_whole_paper(chosen: Chosen) -> bool:
    """Whether the letter of a paper or its title alone has what is asked about."""
    return _is_letter(chosen) or _is_in_title(chosen)


def _is_letter(chosen: Chosen) -> bool:
    """Whether the entry is a paper's title or only hands the paper on: who and when is said in the measures, of which
    it tells none."""
    entry = chosen.entries[0]
    if chosen.stated or isinstance(entry, Measure):
        return False
    text = flat(entry.text)
    return bool(_LETTER.search(text)) or flat(short_title(entry.policy)) in text


def _is_in_title(chosen: Chosen) -> bool:
    """Whether nothing but the paper's title has what is asked about: all of its measures have as much."""
    return 0.0 < max(_values(chosen), default=0.0) <= TITLE and len(_alike(chosen)) > FEW


def _values(chosen: Chosen) -> list[float]:
    """How far the first entry has each of the words that tell what is asked about."""
    first = chosen.first_hit
    if first is None or chosen.found is None:
        return []
    return [value for w, value in chosen.found.had(first) if w.concept.telling]


def _alike(chosen: Chosen) -> list[Entry]:
    """The entries that have as much of the question as the first one, which nothing puts before them."""
    first, hits = chosen.first_hit, chosen.found.hits if chosen.found else ()
    if first is None:
        return []
    return [hit.entry for hit in hits if hit.score >= TIED * first.score and hit.held == first.held]


def whole_section(question: Question, desk: Desk, chosen: Chosen) -> tuple[Measure, ...]:
    """The measures below the heading that alone has what is asked about, where nothing tells them apart."""
    first = chosen.entries[0]
    if question.many and (topical := _below_its_heading(chosen)):
        return _section_of(topical, desk)
    values = _values(chosen)
    if not question.places or question.carried or not isinstance(first, Measure):
        return ()
    if SECTION not in values or max(values) > SECTION:
        return ()
    if sum(entry.section == first.section for entry in _alike(chosen)) <= FEW:
        return ()
    return _section_of(first, desk)


def named_section(question: Question, desk: Desk) -> tuple[Measure, ...]:
    """The measures below the heading that is called so itself (“获得用电”这一节下面有哪几条): of those that have all of
    its words the one that the question repeats, else that which says least besides."""
    told = [w.forms for w in desk.searcher.weigh(question.concepts) if w.concept.telling]
    policies = policies_of(question, desk.known)
    if not told or policies == []:
        return ()
    below: dict[tuple[PolicyKey, tuple[str, ...]], list[Measure]] = {}
    for measure in desk.catalog.measures(Filter(policies=tuple(policies or ()))):
        for depth in range(1, len(measure.section) + 1):
            below.setdefault((measure.policy.key, measure.section[:depth]), []).append(measure)
    called = [path for path in below if _is_called(flat(path[1][-1]), told)]
    typed = flat(question.text)

    def besides(path: tuple[PolicyKey, tuple[str, ...]]) -> tuple[bool, int]:
        heading = flat(_NUMBER.sub("", tidy(path[1][-1])))
        return heading not in typed, len(heading)

    return tuple(below[min(called, key=besides)]) if called else ()


def _is_called(heading: str, told: Sequence[Sequence[tuple[str, float]]]) -> bool:
    """Whether a heading has all that is told: each in one of its forms, or in the words of one."""
    return bool(heading) and all(
        any(weight >= SURELY and all(word in heading for word in _words_of(form)) for form, weight in forms)
        for forms in told
    )


@lru_cache(maxsize=512)
def _words_of(form: str) -> tuple[str, ...]:
    """The words that a term is made of, of two characters at least (知识产权 保护); else the term itself."""
    parts = tuple(words(form))
    return parts if len(parts) > 1 and min(map(len, parts)) > 1 else (form,)


def _section_of(measure: Measure, desk: Desk) -> tuple[Measure, ...]:
    """The measures below the same heading."""
    paper = desk.catalog.measures(Filter(policies=(measure.policy.key,)))
    return tuple(other for other in paper if other.section == measure.section)


def _below_its_heading(chosen: Chosen) -> Measure | None:
    """The first measure found whose nearest heading has all that is asked about: 跨境贸易有哪些措施 asks for those
    below 提升跨境贸易便利度, whether or not they print the word again."""
    told = [w.forms for w in chosen.found.weighed if w.concept.telling] if chosen.found else []
    for hit in chosen.found.hits[:LOOKED_AT] if chosen.found and told else ():
        if not isinstance(hit.entry, Measure):
            continue
        if _is_called(flat(heading_of(hit.entry)), told):
            return hit.entry
    return None


def heading_of(*measures: Measure) -> str:
    """The nearest heading above all of them, without its number."""
    shared = [
        titles[0] for titles in zip(*(m.section for m in measures), strict=False) if len({*titles}) == 1
    ]
    return _NUMBER.sub("", tidy(shared[-1])) if shared else ""
