"""Two invented districts with the same measure, and answer rows over them that a reader can check by eye."""

from __future__ import annotations

from typing import Any

import pytest

from eval.case_rows import case_from_row
from eval.cases import Case
from eval.replies import Reply, reply_from_row
from eval.sources import Paper, Sources

EAST = """东区优化营商环境工作举措
1.推行企业开办一日办结，首套印章免费。
牵头单位：区市场监管局
责任单位：区公安分局、税务局
完成时限：2022年12月底前
2.推行不动产登记当日办结。
牵头单位：区自然资源分局
完成时限：2022年6月底前
3.推行用水用气联合报装。
牵头单位：区住建局
"""
WEST = """西区优化营商环境工作举措
1.推行企业开办一日办结，首套印章免费。
牵头单位：区行政审批局
责任单位：区税务局
完成时限：2023年3月底前
"""
TEXTS = {"east.txt": EAST, "west.txt": WEST}
OPENING = "推行企业开办一日办结，首套印章免费。"


@pytest.fixture
def sources() -> Sources:
    return Sources(dict(TEXTS), {"east.txt": (Paper(0, "东区举措"),), "west.txt": (Paper(0, "西区举措"),)})


def span(doc: str, words: str) -> list[int]:
    start = TEXTS[doc].index(words)
    return [start, start + len(words)]


def measure_words(doc: str, number: int) -> str:
    """A measure with its clause, as the document prints it."""
    text = TEXTS[doc]
    start = text.index(f"{number}.") + 2
    end = text.find(f"\n{number + 1}.", start)
    return text[start : end if end > 0 else len(text)].strip()


def citation(doc: str, number: int, n: int = 1) -> dict[str, Any]:
    """The measure as a citation row: its body as text, all of it quoted at its place."""
    words = measure_words(doc, number)
    start, end = span(doc, words)
    return {
        "n": n,
        "doc": doc,
        "number": str(number),
        "text": words.split("\n")[0],
        "quote": words,
        "start": start,
        "end": end,
    }


def fact(lead: list[str], responsible: list[str], dates: list[str], n: int = 1) -> dict[str, Any]:
    deadlines = [{"raw": d, "date": d, "who": None, "kind": "by"} for d in dates]
    return {"citation": n, "measure": "m", "lead": lead, "responsible": responsible, "deadlines": deadlines}


EAST_FACT = fact(["区市场监管局"], ["区公安分局", "区税务局"], ["2022-12-31"])
WEST_FACT = fact(["区行政审批局"], ["区税务局"], ["2023-03-31"])


def case(kind: str = "who_lead", **fields: Any) -> Case:
    """A case about measure 1 of the eastern district, unless fields say otherwise."""
    row: dict[str, Any] = {
        "id": "c1",
        "type": kind,
        "question": "东区企业开办谁牵头？",
        "answerable": True,
        "evidence": [{"doc": "east.txt", "no": "1", "head": OPENING, "tail": "完成时限：2022年12月底前"}],
    }
    if fields.get("answerable") is False:
        row["evidence"] = []
    return case_from_row(row | fields)


def reply(
    answer: str = "牵头单位：区市场监管局。[1]",
    outcome: str | None = "answered",
    citations: list[dict[str, Any]] | None = None,
    facts: list[dict[str, Any]] | None = None,
    **fields: Any,
) -> Reply:
    """A right answer to `case()`, unless fields say otherwise."""
    row = {
        "id": "c1",
        "answer": answer,
        "outcome": outcome,
        "citations": [citation("east.txt", 1)] if citations is None else citations,
        "facts": [EAST_FACT] if facts is None else facts,
    }
    return reply_from_row(row | fields)
