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

`check_answer` makes an answer fit to be shown: what is not verified is replaced by the record's own words,
markers that point nowhere go, sources that nothing uses go, and the rest is renumbered as it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.model import Answer, Citation, Claim, ClaimKind, Entry, Outcome, Verdict
from assistant.sentences import check_sentence
from assistant.sentences.figures import qualified_outside
from assistant.sentences.literal import cut_short, holds, near, negated_outside, words_at
from index_build.model import Deadline, Measure, Mention, Passage, Role, Span
from index_build.text import fold, tidy

__all__ = ["check_answer", "check_sentence", "verify"]

MARKER = re.compile(r"\[(\d{1,3})\](?!\()")
NO_SOURCES = frozenset({Outcome.NOT_FOUND, Outcome.DECLINED})
SHOWN = frozenset({Verdict.EXACT, Verdict.PARAPHRASED})
NOTHING_LEFT = "没有能在文件中核实的内容。"
ROLES = {ClaimKind.LEAD: Role.LEAD, ClaimKind.RESPONSIBLE: Role.RESPONSIBLE}


class Records(Protocol):
    """What verification reads of the catalog."""

    def text(self, doc: str) -> str: ...
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

    @property
    def mentions(self) -> tuple[Mention, ...]:
        return self.entry.mentions if isinstance(self.entry, Measure) else ()

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        return self.entry.deadlines if isinstance(self.entry, Measure) else ()

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
    named = [m for m in cited.mentions if agrees(name, m, cited)]
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
    said = [d for d in cited.deadlines if says_only(value, d)]
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
    plan = cited.entry.plan_parts if isinstance(cited.entry, Measure) else ()
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


# -- a whole answer -----------------------------------------------------------------------------------------


def check_answer(answer: Answer, catalog: Records) -> Answer:
    """The answer as it may be shown: each claim with its verdict, nothing unverified in the text."""
    if answer.outcome in NO_SOURCES:
        bare = tidy_gaps(MARKER.sub("", answer.text))
        return replace(answer, text=bare, citations=(), facts=(), claims=())
    cited = read_citations(answer.citations, catalog)
    citations = {n: as_stored(c) for n, c in cited.items()}
    widened = widen(answer.claims, citations, cited)
    cited = {n: recited(source, widened[n]) for n, source in cited.items()}
    english = answer.question.english
    claims = tuple(
        replace(c, verdict=verdict_of(c, cited.get(c.citation), catalog, english=english))
        for c in answer.claims
    )
    wrong = [c for c in claims if c.verdict not in SHOWN]
    text = replaced(answer.text, wrong, claims, cited) if wrong else answer.text
    text = MARKER.sub(lambda m: m.group() if int(m[1]) in widened else "", text)
    right = tuple(c for c in claims if c.verdict in SHOWN)
    facts = tuple((n, m) for n, m in facts_as_stored(answer, cited))
    kept = replace(answer, text=tidy_gaps(text), citations=tuple(widened.values()), claims=right, facts=facts)
    return say_nothing(kept) if not kept.text.strip() else renumbered(kept)


def recited(source: Cited, citation: Citation) -> Cited:
    """The same source under a citation of other parts."""
    if citation.parts == source.citation.parts:
        return replace(source, citation=citation)
    return replace(source, citation=citation, words=words_at(source.text, citation.parts))


def as_stored(cited: Cited) -> Citation:
    """The citation with the stored record, and with the document's own words if its quote says something else."""
    citation = replace(cited.citation, entry=cited.entry)
    if fold(citation.quote) == cited.words:
        return citation
    return replace(citation, quote=quote_of(cited.text, citation.parts))


def quote_of(text: str, parts: Iterable[Span]) -> str:
    return "".join([tidy(text[part.start : part.end]) for part in parts])


def widen(
    claims: Iterable[Claim], citations: Mapping[int, Citation], cited: Mapping[int, Cited]
) -> dict[int, Citation]:
    """Citations that also cover the inherited units and deadlines which the claims name: a rule for the whole
    plan stands outside the measure, and what is claimed has to be inside what is cited."""
    wide = dict(citations)
    for claim in claims:
        source = cited.get(claim.citation)
        if source is None:
            continue
        value = fold(claim.value)
        named: list[Mention | Deadline] = [*source.mentions, *source.deadlines]
        outside = [
            item.span
            for item in named
            if item.inherited and not source.holds(item.span) and inherits(item, value, claim.kind, source)
        ]
        for span in outside[:1]:
            now = wide[claim.citation]
            if span not in now.parts:
                parts = (*now.parts, span)
                wide[claim.citation] = replace(now, parts=parts, quote=quote_of(source.text, parts))
    return wide


def inherits(item: Mention | Deadline, value: str, kind: ClaimKind, cited: Cited) -> bool:
    """Whether this mention or deadline is what the claim's value names."""
    if isinstance(item, Mention):
        return ROLES.get(kind) is item.role and agrees(value, item, cited)
    return kind is ClaimKind.DEADLINE and says_only(value, item)


def facts_as_stored(answer: Answer, cited: Mapping[int, Cited]) -> Iterator[tuple[int, Measure]]:
    """Each fact with the stored record in its place; of the days that the answer read out of the text beside the
    record's own, those that are printed where they claim to be."""
    for n, fact in answer.facts:
        source = cited.get(n)
        if source is None or source.entry.id != fact.id:
            continue
        entry = source.entry
        kept = entry if isinstance(entry, Measure) else as_measure(entry)
        more = [
            d
            for d in fact.deadlines
            if d not in kept.deadlines and source.holds(d.span) and fold(d.raw) in source.printed(d.span)
        ]
        yield n, replace(kept, deadlines=(*kept.deadlines, *more)) if more else kept


def as_measure(passage: Passage) -> Measure:
    """A passage as the fact that an answer rests on: nobody's task, so without who and when."""
    p = passage
    return Measure(p.id, p.policy, p.section, p.number, p.text, p.parts, p.parts)


def replaced(text: str, wrong: Sequence[Claim], claims: Sequence[Claim], cited: Mapping[int, Cited]) -> str:
    """The text with every line that shows an unverified value rewritten in the record's own words.  A line is
    taken if it has the claim's marker, or has no marker at all and no verified claim has that value."""
    good = {fold(c.value) for c in claims if c.verdict in SHOWN}
    said: set[int] = set()
    lines = []
    for line in text.split("\n"):
        markers = {int(m[1]) for m in MARKER.finditer(line)}
        folded = fold(line)
        bad = [
            c.citation
            for c in wrong
            if fold(c.value) in folded
            and (c.citation in markers or (not markers and fold(c.value) not in good))
        ]
        if not bad:
            lines.append(line)
            continue
        for n in dict.fromkeys((*bad, *sorted(markers))):
            if n in cited and n not in said:
                said.add(n)
                lines.append(record_line(n, cited[n].entry))
    return "\n".join(lines)


def record_line(n: int, entry: Entry) -> str:
    """What the record says, in its own words: the body, who and when."""
    pieces = [f"“{tidy(entry.text).rstrip('。；;')}”"]
    if isinstance(entry, Measure):
        if entry.lead:
            pieces.append(f"牵头单位：{'、'.join(entry.lead)}")
        if entry.responsible:
            pieces.append(f"责任单位：{'、'.join(entry.responsible)}")
        if entry.deadlines:
            pieces.append(f"完成时限：{'；'.join([deadline_words(d) for d in entry.deadlines])}")
    return f"{'；'.join(pieces)}。[{n}]"


def deadline_words(deadline: Deadline) -> str:
    who = f"{deadline.who}：" if deadline.who else ""
    return who + tidy(deadline.raw)


def say_nothing(answer: Answer) -> Answer:
    return replace(answer, text=NOTHING_LEFT, outcome=Outcome.NOT_FOUND, citations=(), facts=(), claims=())


def renumbered(answer: Answer) -> Answer:
    """Only the citations that the text, a claim or a fact uses, numbered in the order in which the text marks
    them (those without a marker after the others, in their old order)."""
    marked = dict.fromkeys(int(m[1]) for m in MARKER.finditer(answer.text))
    used = set(marked) | {c.citation for c in answer.claims} | {n for n, _ in answer.facts}
    order = [*marked, *(c.n for c in answer.citations if c.n in used and c.n not in marked)]
    number = {old: new for new, old in enumerate(order, 1)}
    by_number = {c.n: c for c in answer.citations}
    return replace(
        answer,
        text=MARKER.sub(lambda m: f"[{number[int(m[1])]}]", answer.text),
        citations=tuple(replace(by_number[old], n=new) for old, new in number.items()),
        facts=tuple((number[n], m) for n, m in answer.facts),
        claims=tuple(replace(c, citation=number[c.citation]) for c in answer.claims),
    )


_GAPS = re.compile(r"[^\S\n]+(?=[，。；：、！？])|(?<=[，。；：、！？])[^\S\n]+(?=$)", re.MULTILINE)


def tidy_gaps(text: str) -> str:
    """What taking markers out leaves behind: spaces before punctuation and at line ends."""
    return re.sub(r"\n{3,}", "\n\n", _GAPS.sub("", text)).strip()
