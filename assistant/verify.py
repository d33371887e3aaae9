"""Verification: whether each claim of an answer is found, in its role, inside the span it cites.

The document's text as stored is the ground, and the record as stored says which words stand in which role; a
citation or an entry that an answer brings along is itself checked against both.  What a claim's verdict is:

    kind               exact when
    lead, responsible  the record has a mention of that role by this name, its span lies inside the citation's
                       parts, and the words printed there are the name or its end (a shared prefix is filled in
                       only as the record says)
    deadline           the claim says nothing but the printed words, the date and the unit of one deadline of the
                       record, whose span lies inside the parts and prints those words
    plan               the words stand in the record's plan, inside the parts
    text, target       the words stand in the parts as printed, no number cut short, no negation left outside

Otherwise: `paraphrased` (worded otherwise, every fact in it supported), `moved` (in the document, but outside the
cited span), `unsupported` (there, but in another role or with its meaning changed), `absent`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.model import Citation, Claim, ClaimKind, Entry, Texts, Verdict
from assistant.sentences import check_sentence
from assistant.sentences.figures import qualified_outside
from assistant.sentences.literal import cut_short, holds, near, negated_outside, words_at
from index_build.model import Deadline, Mention, Role, Span
from index_build.text import fold

ROLES = {ClaimKind.LEAD: Role.LEAD, ClaimKind.RESPONSIBLE: Role.RESPONSIBLE}


class Records(Texts, Protocol):
    """What verification reads of the catalog."""

    def entries(self, ids: Sequence[str]) -> Sequence[Entry]: ...


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as the catalog has it: the stored record, the stored text, and the folded words of its parts."""

    citation: Citation
    entry: Entry
    text: str
    words: str

    @property
    def body(self) -> str:
        """The words of the measure's body alone: where a table or a page break lies between its pieces, they do
        not stand together in `words`."""
        parts = self.entry.parts
        return words_at(self.text, parts) if holds(self.citation.parts, parts) else ""

    def holds(self, span: Span) -> bool:
        """Whether all that the span prints lies inside the citation's parts; between two parts nothing but white
        space and page marks may be left out."""
        if holds(self.citation.parts, (span,)):
            return True
        inside = [
            Span(max(span.start, part.start), min(span.end, part.end))
            for part in self.citation.parts
            if part.start < span.end and span.start < part.end
        ]
        return bool(inside) and words_at(self.text, inside) == self.printed(span)

    def printed(self, span: Span) -> str:
        return fold(self.text[span.start : span.end])


def verify(claims: Sequence[Claim], citations: Sequence[Citation], catalog: Records) -> tuple[Claim, ...]:
    """The claims with their verdicts; a claim of a citation that is not there is `absent`."""
    cited = read_citations(citations, catalog)
    return tuple(replace(c, verdict=verdict_of(c, cited.get(c.citation), catalog)) for c in claims)


def read_citations(citations: Sequence[Citation], catalog: Records) -> dict[int, Cited]:
    """By marker number, what the catalog holds for each citation; one whose entry, document or stretch the
    catalog does not have is left out."""
    stored = {entry.id: entry for entry in catalog.entries([c.entry.id for c in citations])}
    texts: dict[str, str] = {}
    cited = {}
    for citation in citations:
        entry = stored.get(citation.entry.id)
        if entry is None or not citation.parts:
            continue
        doc = entry.policy.doc
        if doc not in texts:
            texts[doc] = catalog.text(doc)
        text = texts[doc]
        if all(0 <= part.start < part.end <= len(text) for part in citation.parts):
            cited[citation.n] = Cited(citation, entry, text, words_at(text, citation.parts))
    return cited


def verdict_of(claim: Claim, cited: Cited | None, catalog: Records, *, english: bool = False) -> Verdict:
    """How a claim stands in the record that it cites; absent where it cites none."""
    value = fold(claim.value)
    if cited is None or not value:
        return Verdict.ABSENT
    if claim.kind in ROLES:
        verdict = unit_verdict(value, ROLES[claim.kind], cited)
    elif claim.kind is ClaimKind.DEADLINE:
        verdict = deadline_verdict(claim, value, cited)
    elif claim.kind is ClaimKind.PLAN:
        verdict = plan_verdict(value, cited)
    else:
        verdict = text_verdict(claim, value, cited, catalog, english)
    if verdict is Verdict.EXACT and not all(cited.holds(span) for span in claim.spans):
        return Verdict.MOVED
    return verdict


# -- who ----------------------------------------------------------------------------------------------------


def agrees(name: str, mention: Mention, cited: Cited) -> bool:
    """Whether the mention is this name, and its span prints it (or its end, the prefix being filled in)."""
    printed = cited.printed(mention.span)
    return bool(printed) and name in (fold(mention.name), printed) and fold(mention.name).endswith(printed)


def unit_verdict(name: str, role: Role, cited: Cited) -> Verdict:
    """Exact where a mention inside the cited span has this name in this role."""
    named = [m for m in cited.entry.mentions if agrees(name, m, cited)]
    if not named:
        return elsewhere(name, cited)
    in_role = [m for m in named if m.role is role]
    if not in_role:
        return Verdict.UNSUPPORTED
    return Verdict.EXACT if any(cited.holds(m.span) for m in in_role) else Verdict.MOVED


def elsewhere(words: str, cited: Cited) -> Verdict:
    """Words that no field of the record has: in the cited span, but not in that role; in the document; nowhere."""
    if words in cited.words:
        return Verdict.UNSUPPORTED
    return Verdict.MOVED if words in fold(cited.text) else Verdict.ABSENT


# -- when ---------------------------------------------------------------------------------------------------

_JOINTS = re.compile(r"[（）()：:，,、；;。—–\-~～即至于为\"“”]*")


def deadline_verdict(claim: Claim, value: str, cited: Cited) -> Verdict:
    """Exact where a deadline printed inside the cited span is what the value says and no more."""
    said = [d for d in cited.entry.deadlines if says_only(value, d)]
    if not said:
        return date_verdict(value, claim.spans, cited)
    printed = [d for d in said if fold(d.raw) in cited.printed(d.span)]
    if not printed:
        return Verdict.ABSENT
    return Verdict.EXACT if any(cited.holds(d.span) for d in printed) else Verdict.MOVED


def date_verdict(value: str, spans: Sequence[Span], cited: Cited) -> Verdict:
    """A day that the record has as no deadline of the measure: where the claim points at its words inside the
    cited span it may be shown beside them, but it is not verified as a time limit."""
    pointed = [span for span in spans if cited.holds(span) and value in cited.printed(span)]
    return Verdict.PARAPHRASED if pointed else elsewhere(value, cited)


def says_only(value: str, deadline: Deadline) -> bool:
    """Whether the value is made of the deadline's printed words, its date and its unit, and nothing else."""
    rest, found = value, False
    known = [fold(deadline.raw)]
    if deadline.date:
        day = deadline.date
        known += [day.isoformat(), f"{day.year}年{day.month}月{day.day}日"]
    for words in known:
        if words and words in rest:
            rest, found = rest.replace(words, "", 1), True
    if deadline.who:
        rest = rest.replace(fold(deadline.who), "", 1)
    return found and _JOINTS.fullmatch(rest) is not None


# -- what ---------------------------------------------------------------------------------------------------


def plan_verdict(value: str, cited: Cited) -> Verdict:
    """Exact where the plan's own words inside the cited span hold the value."""
    plan = cited.entry.plan_parts
    inside = [part for part in plan if cited.holds(part)]
    if (
        plan
        and value in words_at(cited.text, plan)
        and not negated_outside(value, words_at(cited.text, plan))
    ):
        return Verdict.EXACT if value in words_at(cited.text, inside) else Verdict.MOVED
    return elsewhere(value, cited)


def text_verdict(claim: Claim, value: str, cited: Cited, catalog: Records, english: bool) -> Verdict:
    """Exact where the value is the cited words, in their order; paraphrased where `check_sentence` supports it."""
    for words in (cited.words, cited.body):
        pieces = pieces_in_order(value, words)
        if not pieces:
            continue
        if any(negated_outside(piece, words) for piece in pieces):
            return Verdict.UNSUPPORTED
        loose = claim.kind is ClaimKind.TARGET and qualified_outside(value, words)
        return Verdict.PARAPHRASED if loose else Verdict.EXACT
    if value in fold(cited.text) and value not in cited.words:
        return Verdict.MOVED
    sentence = check_sentence(claim.value, (cited.citation,), catalog, english=english)
    if sentence.verdict is Verdict.PARAPHRASED:
        return Verdict.PARAPHRASED
    return Verdict.UNSUPPORTED if near(value, cited.words) else Verdict.ABSENT


_PIECE = re.compile(r"[^。；！？…]+[。；！？]?")


def pieces_in_order(value: str, words: str) -> list[str]:
    """The value whole, or its sentences (…… between them or not), if they stand in the words as printed and in
    that order; nothing where one is missing or cuts a number."""
    if value in words:
        return [] if cut_short(value, words) else [value]
    pieces, at = _PIECE.findall(value), 0
    for piece in pieces:
        found = words.find(piece, at)
        if found < 0 or cut_short(piece, words) or len(piece) < 4:
            return []
        at = found + len(piece)
    return pieces
