"""What a language model may use: the cited measures, each with its handles and its ground for checking.

A handle stands for words of the record and for the claims that they make, so that a fact is put in, never typed:

    {{m1.lead}} {{m1.responsible}} {{m1.deadline}} {{m1.plan}} {{m1.q1}} {{m1.number}} {{m1.policy}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from assistant.compose import deadline_claims, mention_claims
from assistant.labels import days_text, names_text, number_label
from assistant.model import Answer, Citation, Claim, ClaimKind, Entry
from assistant.sentences.ground import Ground
from index_build.catalog import Catalog
from index_build.model import Role
from index_build.text import fold, tidy

QUOTES = 8  # sentences of a body that get a handle


@dataclass(frozen=True, slots=True)
class Slot:
    """What a handle stands for: the words to put in, and the claims that they make."""

    words: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Material:
    """One retrieved measure as the model may use it: its mark, its handles, its words, its ground for checking."""

    mark: str
    citation: Citation
    slots: Mapping[str, Slot]
    ground: Ground

    @property
    def entry(self) -> Entry:
        return self.citation.entry


def materials_of(answer: Answer, catalog: Catalog) -> dict[str, Material]:
    """m1, m2, …: the citations of an answer, in their order."""
    english = answer.question.english
    units, places = names_known(catalog)
    found = {}
    for at, citation in enumerate(answer.citations, 1):
        ground = Ground.of([citation], catalog, known_units=units, known_places=places, english=english)
        found[f"m{at}"] = Material(f"m{at}", citation, dict(slots_of(citation, english)), ground)
    return found


def slots_of(citation: Citation, english: bool) -> Iterator[tuple[str, Slot]]:
    """The handles of a measure or a passage, by name, with what each stands for; none for what the record lacks."""
    entry, n = citation.entry, citation.n
    for role, names in ((Role.LEAD, entry.lead), (Role.RESPONSIBLE, entry.responsible)):
        if names:
            yield role.value, Slot(names_text(names, english), mention_claims(entry, role, n))
    if entry.deadlines:
        yield "deadline", Slot(days_text(entry.deadlines, english), deadline_claims(entry.deadlines, n))
    if entry.plan:
        plan = tidy(entry.plan).rstrip("。；")
        yield "plan", Slot(f"「{plan}」", (Claim(ClaimKind.PLAN, plan, n, ()),))
    for at, sentence in enumerate(body_sentences(entry), 1):
        yield f"q{at}", Slot(f"「{sentence}」", (Claim(ClaimKind.TEXT, sentence, n, ()),))
    if number := number_label(entry, english).strip():
        yield "number", Slot(number, ())
    yield "policy", Slot(f"《{tidy(entry.policy.title).strip('《》')}》", ())


_BODY_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")


def body_sentences(entry: Entry) -> list[str]:
    found = [m.group().strip().rstrip("。；") for m in _BODY_SENTENCE.finditer(tidy(entry.text))]
    return [s for s in found if 4 <= len(s) <= 300 and "「" not in s and "」" not in s][:QUOTES]


_KNOWN: WeakKeyDictionary[Catalog, tuple[frozenset[str], frozenset[str]]] = WeakKeyDictionary()


def names_known(catalog: Catalog) -> tuple[frozenset[str], frozenset[str]]:
    """Every department and every place of the index, to recognise them where they do not belong."""
    if catalog not in _KNOWN:
        units = frozenset(fold(row.name) for row in catalog.departments())
        places = frozenset(fold(name) for policy in catalog.policies() for name in policy.place)
        _KNOWN[catalog] = (units, places)
    return _KNOWN[catalog]
