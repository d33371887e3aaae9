"""Which places and papers a question is about, read together: a paper tells its place, a place its papers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.characters import blanked, inside_longer
from assistant.known import Known, Path, PolicyKey, Unit, doc_number, lies_in, place_at_front
from assistant.model import Question
from assistant.question.english import english_places
from assistant.question.named_papers import find_own_lists, find_papers, papers_of_units
from assistant.question.named_places import (
    find_level_places,
    find_mistyped_place,
    find_named_places,
    find_unlisted_place,
    place_of_units,
)
from assistant.question.phrases import Phrases


@dataclass(frozen=True)
class Scope:
    """`unknown` are names of places and numbers of papers that the index lacks; `spans` is where places and numbers
    stand, [start, end) in the text; `named` are the places that stand there, in order."""

    places: tuple[Path, ...] = ()
    unknown: tuple[str, ...] = ()
    documents: tuple[PolicyKey, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    named: tuple[tuple[int, int, Path], ...] = ()


def find_scope(
    plain: str,
    known: Known,
    phrases: Phrases,
    units: Sequence[Unit],
    english: bool,
    before: Question | None,
    titled: Sequence[PolicyKey] = (),
) -> Scope:
    """`plain` is the normalised question, `units` the units it names, which may hold a place's name inside; `before`
    is the question before, whose place a level (市里) may mean, `titled` the papers whose titles it writes out."""
    numbered = []
    for s, e, canonical in doc_number(plain):
        before_it, key = known.numbered(canonical)
        numbered.append((s + before_it, e, key))
    documents = [*titled, *(key for _, _, key in numbered if key and key not in titled)]
    spans = [(s, e) for s, e, _ in numbered]
    missing = [plain[s:e] for s, e, key in numbered if key is None]
    hidden = blanked(plain, spans)
    named, unknown, more = _find_places(hidden, known, phrases, units, english, before)
    named = _without_those_around(hidden, named)
    if documents:  # 霁政发〔2031〕2号澄湖海关: the place is a part of the unit's name
        named = [f for f in named if not inside_longer(f[0], f[1], units)]
    spans += more
    if not named and not unknown and not english:
        unlisted = find_unlisted_place(blanked(hidden, spans), units)
        if unlisted:
            unknown.append(unlisted[2])
            spans.append(unlisted[:2])
    places = list(dict.fromkeys(path for _, _, path in sorted(named)))
    carried_out = _carried_out(plain, named)
    if carried_out:
        places.remove(carried_out[2])
        named = [f for f in named if f[2] != carried_out[2]]
    if titled and places and phrases.says("compare", plain):  # a title beside another place's name
        own = dict.fromkeys(known.policy(key).place for key in titled)
        places = [*(place for place in own if place not in places), *places]
    if not places and not unknown and not missing and not titled:
        places = place_of_units(plain, units, known, before)
    around = places or list(dict.fromkeys(known.policy(key).place for key in documents))
    around = around or (list(before.places) if before else [])
    own_lists = find_own_lists(hidden, units)
    called = () if titled else find_papers(blanked(hidden, [*spans, *own_lists]), known, around, phrases)
    issued = papers_of_units(blanked(plain, own_lists), units, known, around)
    documents = list(dict.fromkeys((*documents, *called, *issued)))
    if documents and not named:
        places = list(dict.fromkeys(known.policy(key).place for key in documents))
    elif documents:
        documents = [key for key in documents if known.policy(key).place in places] or documents
    return Scope(tuple(places), (*missing, *unknown), tuple(documents), tuple(spans), tuple(sorted(named)))


# What then stands behind a place: 岚溪（霁川）, Lanxi in Jichuan.
_AROUND = re.compile(r"\s*[（(]\s*|\s+in\s+|(?<=[a-z])，\s*")


def _without_those_around(plain: str, named: Sequence[tuple[int, int, Path]]) -> list[tuple[int, int, Path]]:
    """The places without one that only says where the other of the two lies."""
    chosen = sorted(named)
    for first, second in zip(sorted(named), sorted(named)[1:], strict=False):
        lower, higher = sorted((first, second), key=lambda found: -len(found[2]))
        inside = lower[2] != higher[2] and lies_in(lower[2], higher[2])
        between = _AROUND.fullmatch(plain, first[1], second[0])
        bracket = bool(between) and plain[first[1] : second[0]].strip() in ("（", "(")
        if inside and between and (bracket or (higher is second and len(named) == 2)):
            chosen = [found for found in chosen if found is not higher]
    return chosen


def find_namesakes(plain: str, known: Known, scope: Scope) -> tuple[Path, ...]:
    """The other places that the only name of a place stands for: 澄湖 is a city and a county."""
    if len(scope.named) != 1 or len(scope.places) != 1 or scope.documents:
        return ()
    (start, end, path), *_ = scope.named
    others = known.aliases.get(plain[start:end], ())
    return tuple(other for other in others if other != path) if path in others else ()


_LATIN_NAME = re.compile(r"[a-z]{5,}")  # naiman的9月底任务
_CARRIES_OUT = re.compile(r"(?:落实|贯彻|承接|执行|对照|按照|根据)(?:了|的|好)?$")


def _carried_out(plain: str, named: Sequence[tuple[int, int, Path]]) -> tuple[int, int, Path] | None:
    """The higher of two places where the lower is asked what it does for it: 岚溪落实省里哪些要求 compares nothing."""
    if len({path for _, _, path in named}) != 2:
        return None
    return next(
        (
            (start, end, path)
            for start, end, path in named
            if _CARRIES_OUT.search(plain[:start]) and all(lies_in(other, path) for _, _, other in named)
        ),
        None,
    )


def _find_places(
    hidden: str,
    known: Known,
    phrases: Phrases,
    units: Sequence[Unit],
    english: bool,
    before: Question | None,
) -> tuple[list[tuple[int, int, Path]], list[str], list[tuple[int, int]]]:
    """Places by name, by level and in English: (named, unknown, where they stand)."""
    named, unknown, spans = find_named_places(hidden, known, units, phrases)
    levels = find_level_places(blanked(hidden, spans), known, units, before, [p for _, _, p in named])
    named, spans = [*named, *levels], [*spans, *((s, e) for s, e, _ in levels)]
    if not (named or unknown or english or before):
        mistyped = find_mistyped_place(hidden, known)
        named, spans = [*named, *mistyped], [*spans, *((s, e) for s, e, _ in mistyped)]
    if english or (not named and _LATIN_NAME.search(hidden)):
        seen = english_places(hidden, known, phrases)
        named, unknown, spans = [*named, *seen.named], [*unknown, *seen.unknown], [*spans, *seen.spans]
    return named, unknown, spans


_AND = re.compile(r"[和与及跟、]|以及")


def of_joined_places(plain: str, units: list[Unit], scope: Scope, known: Known) -> tuple[list[Unit], Scope]:
    """A县和B县水利局: the unit is that of both, and both are asked about."""
    for at, (start, end, name) in enumerate(units):
        front = place_at_front(name, known.places)
        before = next((p for _, e, p in scope.named if _AND.fullmatch(plain, e, start)), None)
        place = known.aliases.get(front, ())
        if not before or len(place) != 1 or len(name) < len(front) + 2:
            continue
        both = replace(
            scope,
            places=tuple(dict.fromkeys((*scope.places, *place))),
            named=tuple(sorted((*scope.named, (start, start + len(front), place[0])))),
        )
        return [*units[:at], (start, end, name.removeprefix(front)), *units[at + 1 :]], both
    return units, scope
