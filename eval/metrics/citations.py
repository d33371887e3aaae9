"""Do the sources hold what the answer says?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from eval.cases import Case
from eval.metrics.measured import Group, Measured, Metric, Score, asks
from eval.replies import Reply
from eval.sources import Sources, fold


def citation_span_exact(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the citations whose offsets yield exactly the quote, white space and page marks left out.  Source:
    `citation_span_exact` of the score script.  Does not say whether the quote supports the answer."""
    known = [s for s in reply.cited if s.doc in sources.texts]
    if not known:
        return None
    wrong = [
        s
        for s in known
        if not s.parts or sources.printed(s.doc, s.parts) != fold(s.quote) or not fold(s.quote)
    ]
    why = f"offsets do not yield {wrong[0].quote[:20]!r}" if wrong else "every quote stands at its offsets"
    return Score((len(known) - len(wrong)) / len(known), why, len(known))


def quote_verbatim(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the citations whose pieces stand word for word somewhere in the document they name.  Source: the
    verbatim quote rate of fojin (xr843/fojin#901).  Weaker than citation_span_exact: the place may be wrong."""
    known = [s for s in reply.cited if s.doc in sources.texts]
    if not known:
        return None
    wrong = [
        s
        for s in known
        if not sources.has_words(s.doc, s.quote)
        and sources.printed(s.doc, s.parts) != (fold(s.quote) or None)
    ]
    why = f"not in {wrong[0].doc}: {wrong[0].quote[:20]!r}" if wrong else "every quote is in its document"
    return Score((len(known) - len(wrong)) / len(known), why, len(known))


def _overlap(a: Iterable[tuple[int, int]], b: Iterable[tuple[int, int]]) -> int:
    other = list(b)
    return sum(max(0, min(e, f) - max(s, t)) for s, e in a for t, f in other)


def span_recall(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the evidence's characters that the shown passages cover; the best piece where any one suffices.  Source:
    LegalBench-RAG (arXiv 2408.10343).  Where a case gives no `tail`, only the head's characters are known."""
    if not asks(case):
        return None
    places = [(e.doc, place[0]) for e in case.evidence if (place := sources.place(e))]
    if not places:
        return None
    shares, lengths = [], []
    for doc, span in places:
        parts = [p for s in reply.cited if s.doc == doc for p in s.parts]
        shares.append(_overlap([span], _merged(parts)) / (span[1] - span[0]))
        lengths.append(span[1] - span[0])
    if case.evidence_mode == "any":
        return Score(max(shares), f"best of {len(shares)}")
    value = sum(s * n for s, n in zip(shares, lengths, strict=True)) / sum(lengths)
    return Score(value, f"{len(shares)} measures")


def _merged(parts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(parts):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def span_precision(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the shown passages' characters that belong to the evidence: how much a reader reads in vain.  Source:
    LegalBench-RAG.  Only where every piece of evidence has a `tail`, so that its end is known."""
    if not asks(case) or not reply.cited or not all(s.parts for s in reply.cited):
        return None
    places = [(e.doc, sources.place(e)) for e in case.evidence]
    if not places or any(place is None or not place[1] for _, place in places):
        return None
    shown = belongs = 0
    for doc in {s.doc for s in reply.cited}:
        parts = _merged(p for s in reply.cited if s.doc == doc for p in s.parts)
        shown += sum(b - a for a, b in parts)
        belongs += _overlap(parts, _merged(place[0] for d, place in places if d == doc and place))
    return Score(belongs / shown, f"{belongs} of {shown} characters")


def claims_verified(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the answer's claims that the verifier found in their role inside the cited span (verdict exact).
    Source: RAGAS faithfulness = supported claims / claims, with a verifier in place of its judge.  None where no
    claim was checked: nothing checked is not verified (xr843/fojin#953)."""
    checked = [c for c in reply.claims or () if c.verdict is not None]
    if not checked:
        return None
    bad = [c for c in checked if c.verdict != "exact"]
    why = f"{bad[0].kind} {bad[0].value[:20]!r} is {bad[0].verdict}" if bad else "all exact"
    return Score((len(checked) - len(bad)) / len(checked), why, len(checked))


def uncited_claims(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the claims whose citation number has no source or no marker in the text (lower is better).  Source:
    citation recall of ALCE (arXiv 2305.14627) turned round, structural only: support is claims_verified."""
    if not reply.claims:
        return None
    marked = {int(n) for n in _MARKER.findall(reply.answer)}
    bad = [
        c for c in reply.claims if not c.citation or c.citation > len(reply.cited) or c.citation not in marked
    ]
    return Score(len(bad) / len(reply.claims), f"{len(bad)} of {len(reply.claims)}", len(reply.claims))


_MARKER = re.compile(r"\[(\d{1,3})\]")


def dangling_markers(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the markers [n] in the text that point at no source (lower is better).  The most reported fault of such
    products (infiniflow/ragflow#7232)."""
    marked = [int(n) for n in _MARKER.findall(reply.answer)]
    if not marked:
        return None
    bad = [n for n in marked if not 1 <= n <= len(reply.cited)]
    return Score(
        len(bad) / len(marked), f"no source for {bad}" if bad else "every marker has its source", len(marked)
    )


def sources_under_refusal(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if "not found" or "declined" shows sources all the same (lower is better).  Source: anything-llm#505."""
    if reply.outcome not in ("not_found", "declined"):
        return None
    return Score(float(bool(reply.cited)), f"{len(reply.cited)} sources")


ROWS = (
    Metric("citation_span_exact", citation_span_exact, Group.CITATIONS, "出处位置准确", pooled=True),
    Metric("quote_verbatim", quote_verbatim, Group.CITATIONS, "引文逐字", pooled=True),
    Metric("span_recall", span_recall, Group.CITATIONS, "依据文字覆盖"),
    Metric("span_precision", span_precision, Group.CITATIONS, "出处不多引"),
    Metric("claims_verified", claims_verified, Group.CITATIONS, "陈述已核对", pooled=True),
    Metric("uncited_claims", uncited_claims, Group.CITATIONS, "陈述无出处", False, True),
    Metric("dangling_markers", dangling_markers, Group.CITATIONS, "悬空标号", False, True),
    Metric("sources_under_refusal", sources_under_refusal, Group.CITATIONS, "拒答仍列出处", False),
)
