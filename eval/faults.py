"""Why an answer is wrong, as one class each: the first cause in the order question → source → fields → words."""

from __future__ import annotations

from collections.abc import Mapping

from eval.cases import Case
from eval.metrics.abstention import expected_outcomes
from eval.metrics.measured import Score, ranks
from eval.replies import Reply
from eval.sources import Sources

# class -> (Chinese, English, what to look at)
FAULTS: dict[str, tuple[str, str, str]] = {
    "no_reply": ("没有回答", "no reply", "程序出错或缺行 · an error, or the row is missing"),
    "wrongly_answered": ("该拒未拒", "wrongly answered", "文件没有写，却给了答案 · answered what the documents do not say"),
    "wrongly_refused": ("不该拒答", "wrongly refused", "文件写了，却说没有 · refused what the documents say"),
    "asked_back": ("不必反问", "asked back", "问题已说清，却反问 · asked back though the question was clear"),
    "wrong_place": ("地方不对", "wrong place", "首条出自别的文件或方案 · the first source is of another place or paper"),
    "not_retrieved": ("没有检索到", "not retrieved", "依据不在检索结果里 · the evidence is not among the passages"),
    "not_cited": ("检索到未引用", "retrieved, not cited", "依据在结果里，答案没用 · found, but the answer rests on others"),
    "list_incomplete": ("清单不全", "list incomplete", "少列了措施 · measures are missing"),
    "list_mixed": ("清单混入", "list mixed", "列了不相干的措施 · measures that do not belong"),
    "roles_swapped": ("牵头责任颠倒", "roles swapped", "单位对，身份不对 · the right unit in the wrong role"),
    "lead_wrong": ("牵头单位不对", "lead wrong", "依据对，牵头单位不对 · right measure, wrong lead"),
    "responsible_wrong": ("责任单位不对", "responsible wrong", "依据对，责任单位不对 · right measure, wrong others"),
    "date_wrong": ("日期不对", "date wrong", "依据对，完成日期不对 · right measure, wrong date"),
    "words_missing": ("缺要点", "words missing", "依据对，答案缺要点 · right measure, the answer lacks what was asked"),
    "beside_the_point": ("夹杂无关", "beside the point", "答对了，但别的措施在前或夹杂 · right, with others before or beside it"),
    "wrong_outcome": ("结局不当", "wrong outcome", "结局不是应有的 · the outcome is not one that fits"),
}  # fmt: skip


def find_fault(case: Case, reply: Reply, scores: Mapping[str, Score], sources: Sources) -> str | None:
    """The class of the miss, a key of FAULTS; None for an answer without fault."""

    def value(name: str) -> float | None:
        return scores[name].value if name in scores else None

    if reply.outcome is None:
        return "no_reply"
    if value("correct") == 1 or (case.type == "smalltalk_meta" and reply.outcome in expected_outcomes(case)):
        if value("list_precision") not in (None, 1.0):
            return "list_mixed"
        if not case.answerable and case.outcomes and value("outcome_right") == 0:
            return "wrong_outcome"
        return "beside_the_point" if value("correct_strict") == 0 else None
    if case.type == "smalltalk_meta":
        return "wrong_outcome"
    if not case.answerable:
        return "wrongly_answered"
    if reply.refused:
        return "wrongly_refused"
    if reply.outcome == "clarify" and case.type != "ambiguous":
        return "asked_back"
    return _source_fault(
        case, reply, value("wrong_document_at_1"), value("wrong_paper_at_1")
    ) or _field_fault(scores)


def _source_fault(
    case: Case, reply: Reply, wrong_document: float | None, wrong_paper: float | None
) -> str | None:
    cited, ranked = ranks(case, reply.cited), ranks(case, reply.ranked)
    every = case.evidence_mode == "all"
    found = (
        sum(r is not None for r in cited) / max(1, len(cited)) >= 0.8
        if every
        else any(r is not None for r in cited)
    )
    if found:
        return None
    if case.is_list and any(r is not None for r in cited):
        return "list_incomplete"
    if wrong_document == 1 or wrong_paper == 1:
        return "wrong_place"
    if every:
        return "not_retrieved" if any(r is None for r in ranked) else "not_cited"
    return "not_cited" if any(r is not None for r in ranked) else "not_retrieved"


def _field_fault(scores: Mapping[str, Score]) -> str:
    """Which field is wrong, where the evidence is right."""
    if "roles_swapped" in scores and scores["roles_swapped"].value > 0:
        return "roles_swapped"
    for metric, fault in (
        ("lead_right", "lead_wrong"),
        ("responsible_right", "responsible_wrong"),
        ("deadline_right", "date_wrong"),
    ):
        if metric in scores and scores[metric].value < 1:
            return fault
    return "words_missing"
