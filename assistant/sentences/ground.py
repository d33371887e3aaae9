"""What a sentence may rest on: the cited measures' words as stored, their records, and the papers they stand in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.model import Citation, Entry, Texts
from assistant.sentences.figures import Number, find_numbers
from assistant.sentences.language import BLANK, SENTENCE_PARTS
from assistant.sentences.literal import holds, words_at
from index_build.dates import DateHit, find_dates
from index_build.model import Deadline, Measure, Role
from index_build.text import fold


@dataclass(frozen=True)
class Ground:
    """The cited measures as one thing to check against: their words as stored, their records, their papers."""

    text: str
    titles: str
    entries: tuple[Entry, ...]
    printed: tuple[tuple[str, Role], ...] = ()
    known_units: frozenset[str] = frozenset()
    other_places: frozenset[str] = frozenset()
    english: bool = False

    @classmethod
    def of(
        cls,
        citations: Sequence[Citation],
        catalog: Texts,
        *,
        known_units: Collection[str] = (),
        known_places: Collection[str] = (),
        english: bool = False,
    ) -> Ground:
        """`known_units` and `known_places` are further names to recognise, folded."""
        pieces, titles, printed = [], [], []
        for citation in citations:
            policy = citation.entry.policy
            source = catalog.text(policy.doc)
            pieces.append(words_at(source, citation.parts))
            if holds(citation.parts, citation.entry.parts):  # a body in pieces, with other cells between them
                pieces.append(words_at(source, citation.entry.parts))
            mentioned = citation.entry.mentions
            printed += [(fold(source[m.span.start : m.span.end]), m.role) for m in mentioned]
            titles += [
                policy.title,
                policy.doc_no or "",
                *policy.issuers,
                *policy.place,
                *citation.entry.section,
            ]
        return cls(
            "\n".join(pieces),
            fold("。".join(titles)),
            tuple(c.entry for c in citations),
            tuple(printed),
            frozenset(known_units),
            frozenset(known_places),
            english,
        )

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(e for e in self.entries if isinstance(e, Measure))

    @cached_property
    def roles(self) -> dict[str, set[Role]]:
        """Every form in which a cited unit may be named, and the roles that the records give it; a unit whose
        deadline is recorded, or that issued the paper, may be named without a role."""
        found: dict[str, set[Role]] = {}
        for measure in self.measures:
            for mention in measure.mentions:
                for form in unit_forms(fold(mention.name), measure.policy.place):
                    found.setdefault(form, set()).add(mention.role)
            for deadline in measure.deadlines:
                if deadline.who:
                    found.setdefault(fold(deadline.who), set())
        for words, role in self.printed:
            found.setdefault(words, set()).add(role)
        for entry in self.entries:
            for issuer in entry.policy.issuers:
                found.setdefault(fold(issuer), set())
        return found

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        return tuple(d for m in self.measures for d in m.deadlines)

    @cached_property
    def years(self) -> tuple[int | None, ...]:
        return tuple(dict.fromkeys(e.policy.year for e in self.entries)) or (None,)

    @cached_property
    def dates(self) -> tuple[DateHit, ...]:
        return tuple(hit for year in self.years for hit in find_dates(self.text, year))

    @cached_property
    def numbers(self) -> frozenset[Number]:
        return frozenset(find_numbers(self.text)) | frozenset(find_numbers(self.titles))

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        return tuple(SENTENCE_PARTS.findall(self.text))


def unit_forms(name: str, place: Sequence[str]) -> set[str]:
    """The name as the record has it, and with the place's own name in front (区住建局 → 鼓楼区住建局)."""
    forms = {name}
    if place:
        own = place[-1]
        forms.add(own + (name[1:] if name[:1] == own[-1:] else name))
    return forms


def without_titles(said: str, ground: Ground) -> str:
    """The sentence with the names of cited papers and their numbers blanked (their years are no dates of it)."""
    for title in ground.titles.split("。"):
        if len(title) > 4:
            said = said.replace(title, BLANK * len(title))
    return said
