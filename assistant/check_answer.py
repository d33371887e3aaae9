"""An answer made fit to be shown: what is not verified (`verify`) is replaced by the record's own words, markers that
point nowhere go, sources that nothing uses go, and the rest is renumbered as it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from assistant.compose import as_fact, facts_line
from assistant.model import Answer, Citation, Claim, ClaimKind, Entry, Intent, Outcome, Verdict
from assistant.sentences.literal import words_at
from assistant.verify import ROLES, Cited, Records, agrees, read_citations, says_only, verdict_of
from index_build.model import Deadline, Measure, Mention, Span
from index_build.text import fold, tidy

MARKER = re.compile(r"\[(\d{1,3})\](?!\()")
_MARKED = re.compile(r"\[(\d{1,3})\](?:–\[(\d{1,3})\])?(?!\()")
NO_SOURCES = frozenset({Outcome.NOT_FOUND, Outcome.DECLINED})
SHOWN = frozenset({Verdict.EXACT, Verdict.PARAPHRASED})
NOTHING_LEFT = "没有能在文件中核实的内容。"


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
        named: list[Mention | Deadline] = [*source.entry.mentions, *source.entry.deadlines]
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
        held = (d for d in fact.deadlines if source.holds(d.span) and fold(d.raw) in source.printed(d.span))
        yield n, as_fact(source.entry, held)


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
    line, _ = facts_line(entry, Intent.WHO_WHEN, n)
    return f"“{tidy(entry.text).rstrip('。；;')}”{'；' if line else ''}{line}。[{n}]"


def say_nothing(answer: Answer) -> Answer:
    return replace(answer, text=NOTHING_LEFT, outcome=Outcome.NOT_FOUND, citations=(), facts=(), claims=())


def renumbered(answer: Answer) -> Answer:
    """Only the citations that the text, a claim or a fact uses, numbered in the order in which the text marks
    them (those without a marker after the others, in their old order)."""
    by_number = {c.n: c for c in answer.citations}
    marked = dict.fromkeys(n for n in marked_in(answer.text) if n in by_number)
    used = set(marked) | {c.citation for c in answer.claims} | {n for n, _ in answer.facts}
    order = [*marked, *(c.n for c in answer.citations if c.n in used and c.n not in marked)]
    number = {old: new for new, old in enumerate(order, 1)}
    return replace(
        answer,
        text=MARKER.sub(lambda m: f"[{number[int(m[1])]}]", answer.text),
        citations=tuple(replace(by_number[old], n=new) for old, new in number.items()),
        facts=tuple((number[n], m) for n, m in answer.facts),
        claims=tuple(replace(c, citation=number[c.citation]) for c in answer.claims),
    )


def marked_in(text: str) -> Iterator[int]:
    """The numbers that a text marks, as they are read; [4]–[9] marks all between."""
    for m in _MARKED.finditer(text):
        yield from range(int(m[1]), int(m[2] or m[1]) + 1)


_GAPS = re.compile(r"[^\S\n]+(?=[，。；：、！？])|(?<=[，。；：、！？])[^\S\n]+(?=$)", re.MULTILINE)


def tidy_gaps(text: str) -> str:
    """What taking markers out leaves behind: spaces before punctuation and at line ends."""
    return re.sub(r"\n{3,}", "\n\n", _GAPS.sub("", text)).strip()
