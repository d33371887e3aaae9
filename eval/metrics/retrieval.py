"""Is the evidence found, how early, and from the right place?"""

from __future__ import annotations

import math

from eval.cases import Case
from eval.metrics.measured import Group, Measured, Metric, MetricFunction, Score, asks, evidence_share, ranks
from eval.replies import Reply
from eval.sources import Sources


def recall_at(k: int) -> MetricFunction:
    def measure(case: Case, reply: Reply, sources: Sources) -> Measured:
        if not asks(case) or case.is_list:
            return None
        found = ranks(case, reply.ranked[:k])
        hits = sum(r is not None for r in found)
        if case.evidence_mode == "any":
            return Score(float(hits > 0), f"ranks {found}")
        return Score(hits / min(k, len(found)), f"ranks {found}")

    measure.__doc__ = f"""Share of the evidence among the first {k} passages; 1 of 1 where any one suffices, and
    never out of more than {k}.  Source: recall@k (Manning et al. 2008, ch. 8), capped as in BEIR.  Lists are
    scored by list_completeness instead.  A refusal shows nothing and scores 0.  A passage counts if it holds the
    head of the measure; whether its clause was cut off is not seen here, see who_in_first and when_in_first."""
    return measure


def mrr(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 / rank of the first passage that holds any evidence, 0 if none does.  Source: reciprocal rank (Voorhees,
    TREC-8 1999).  Says nothing about the second piece of evidence."""
    if not asks(case) or case.is_list:
        return None
    found = [r for r in ranks(case, reply.ranked) if r is not None]
    return Score(
        1 / (min(found) + 1) if found else 0.0, f"first at {min(found) + 1}" if found else "not retrieved"
    )


def ndcg_at_10(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Normalised discounted cumulative gain of the first 10 passages, gain 1 for each piece of evidence at its first
    passage.  Source: Järvelin and Kekäläinen 2002, binary gains.  Where any one suffices the ideal is one hit."""
    if not asks(case) or case.is_list:
        return None
    found = sorted({r for r in ranks(case, reply.ranked[:10]) if r is not None})
    if case.evidence_mode == "any":
        found, ideal = found[:1], 1
    else:
        ideal = min(10, len(case.evidence))
    best = sum(1 / math.log2(i + 2) for i in range(ideal))
    gain = sum(1 / math.log2(r + 2) for r in found)
    return Score(min(1.0, gain / best), f"ranks {found}, ideal {ideal}")


def wrong_document_at(k: int) -> MetricFunction:
    def measure(case: Case, reply: Reply, sources: Sources) -> Measured:
        if not asks(case) or not reply.cited:
            return None
        right = {e.doc for e in case.evidence}
        top = reply.cited[:k]
        wrong = [s.doc for s in top if s.doc not in right]
        return Score(
            len(wrong) / len(top), f"from {sorted(set(wrong))}" if wrong else "all from the right documents"
        )

    measure.__doc__ = f"""Share of the first {k} sources shown that come from a document without any of the evidence (lower is
    better).  Source: document-level retrieval mismatch, DRM (SAC, arXiv 2510.06999).  Not measured where nothing
    is shown; a wrong measure of the right document is not seen here."""
    return measure


def wrong_paper_at_1(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if the first passage stands in another paper than any of the evidence: a compilation file holds many papers of
    many places, so the file's name alone proves nothing (lower is better).  Own definition, DRM one level down.
    Needs offsets and the papers of the file; a file of one paper counts as one."""
    if not asks(case) or not reply.cited or not reply.cited[0].parts:
        return None
    right = sources.papers_of(case)
    if not right:
        return None
    first = reply.cited[0]
    paper = sources.paper_at(first.doc, first.parts[0][0])
    return Score(float(paper not in right), f"from {paper[1] or paper[0]}")


def evidence_first(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if source [1] holds evidence.  Source: the score script.  Only where any one piece suffices and the answer
    was not refused is it asked of citations rather than of the ranking; a refusal scores 0."""
    if not asks(case) or case.evidence_mode == "all":
        return None
    found = [r for r in ranks(case, reply.cited) if r is not None]
    return Score(float(bool(found) and min(found) == 0), f"ranks {found}")


def evidence_cited(case: Case, reply: Reply, sources: Sources) -> Measured:
    """1 if any cited source holds evidence.  Source: the score script; where any one piece suffices."""
    if not asks(case) or case.evidence_mode == "all":
        return None
    found = [r for r in ranks(case, reply.cited) if r is not None]
    return Score(
        float(bool(found)), f"source [{min(found) + 1}]" if found else "the right measure is not cited"
    )


def evidence_all_recall(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Share of the evidence that is cited, where all of it is asked for.  Source: the score script."""
    if not asks(case) or case.evidence_mode != "all":
        return None
    return evidence_share(case, reply.cited)


ROWS = (
    Metric("recall_at_1", recall_at(1), Group.RETRIEVAL, "首条即依据"),
    Metric("recall_at_3", recall_at(3), Group.RETRIEVAL, "前三条含依据"),
    Metric("recall_at_5", recall_at(5), Group.RETRIEVAL, "前五条含依据"),
    Metric("recall_at_10", recall_at(10), Group.RETRIEVAL, "前十条含依据"),
    Metric("mrr", mrr, Group.RETRIEVAL, "倒数排名"),
    Metric("ndcg_at_10", ndcg_at_10, Group.RETRIEVAL, "nDCG@10"),
    Metric("wrong_document_at_1", wrong_document_at(1), Group.RETRIEVAL, "首条出自别的文件", False),
    Metric("wrong_document_at_5", wrong_document_at(5), Group.RETRIEVAL, "前五条出自别的文件", False),
    Metric("wrong_paper_at_1", wrong_paper_at_1, Group.RETRIEVAL, "首条出自别的方案", False),
    Metric("evidence_first", evidence_first, Group.RETRIEVAL, "出处一即依据"),
    Metric("evidence_cited", evidence_cited, Group.RETRIEVAL, "引用了依据"),
    Metric("evidence_all_recall", evidence_all_recall, Group.RETRIEVAL, "依据引用齐全"),
)
