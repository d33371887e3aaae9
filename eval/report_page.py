"""The report of a run as one self-contained HTML page.

It holds no script from elsewhere, no font and no picture, so it can be mailed, and everything in it that comes from
documents, questions or models is escaped.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.cases import TYPES, Case
from eval.faults import FAULTS
from eval.metrics import METRICS
from eval.metrics.abstention import expected_outcomes
from eval.metrics.measured import Group, holds
from eval.replies import Reply
from eval.report import GROUPS, difference, figure, interval, measured, number
from eval.run import Run
from eval.sources import Sources
from eval.stats import Mean
from eval.summary import Comparison, Scored, Summary

# metric -> what it says, for a reader who has never seen one: the cards at the top
CARDS: dict[str, tuple[str, str]] = {
    "correct": ("每十个问题答对几个", "questions answered right in every respect"),
    "recall_at_1": ("第一条出处就是该找的措施", "the first source is the right measure"),
    "list_completeness": ("“列出全部”时列全了多少", "how much of a full list is listed"),
    "abstains_when_it_should": ("文件没写时，老实说没有", "says so where the documents do not say"),
    "abstains_wrongly": ("文件写了，却说没有（越低越好）", "refuses although it is there (lower is better)"),
    "citation_span_exact": ("引文与原文逐字相符", "quotes stand in the source word for word"),
}
COLUMNS = ("correct", "recall_at_1", "lead_right", "responsible_right", "deadline_right", "list_completeness",
           "must_contain", "abstains_wrongly")  # fmt: skip
OUTCOMES: dict[str, tuple[str, str]] = {
    "answered": ("作答", "answered"),
    "not_stated": ("文件未写明", "not stated"),
    "not_found": ("未找到", "not found"),
    "clarify": ("反问", "asked back"),
    "declined": ("婉拒", "declined"),
    "about": ("自我介绍", "about"),
    "no_reply": ("没有回答", "no reply"),
}
KINDS: dict[str, tuple[str, str]] = {
    "answerable": ("文件写明的", "stated in the documents"),
    "unanswerable": ("文件没有写的", "not in the documents"),
    "ambiguous": TYPES["ambiguous"],
    "injection": TYPES["injection"],
    "smalltalk_meta": TYPES["smalltalk_meta"],
}
CONTEXT = 60  # characters shown around a piece of evidence
PASSAGES = 3


def write_html(run: Run, comparisons: Sequence[Comparison], path: Path) -> None:
    """One page.  The first system of the run is the one whose questions are shown one by one."""
    import jinja2  # noqa: PLC0415  (only the page needs it)

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True
    )
    page = environment.get_template("report.html").render(page_data(run, comparisons))
    path.write_text(page, encoding="utf-8")


def page_data(run: Run, comparisons: Sequence[Comparison]) -> dict[str, Any]:
    """Everything the template prints, as plain values."""
    first = run.summaries[0]
    about = run.about["about"]
    return {
        "title": "、".join(s["name"] for s in about["sets"]),
        "started": run.about["started"],
        "made": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "machine": run.about["machine"],
        "versions": about["versions"],
        "index": about["index"],
        "asked": about["cases"]["asked"],
        "left": run.about.get("left") or [],
        "systems": [{"name": s.name, "label": s.label} for s in run.summaries],
        "cards": _cards(first),
        "sentence": _sentence(first),
        "groups": [g for g in (_group(group, run.summaries) for group in GROUPS) if g["rows"]],
        "by_type": _table(first.by_type, lambda t: TYPES[t], first),
        "by_document": _table(first.by_document, lambda d: (d, ""), first),
        "columns": [{"zh": METRICS[c].zh, "name": c} for c in COLUMNS],
        "outcomes": _outcomes(first),
        "faults": [{"key": f, "zh": FAULTS[f][0], "en": FAULTS[f][1], "about": FAULTS[f][2], "n": n} for f, n in first.faults.items()],
        "misses": [_miss(s, run.sources) for s in first.scored if s.fault],
        "questions": [_question(s) for s in first.scored],
        "comparisons": [_comparison(c, first) for c in comparisons],
        "judged": _judged(run.folder),
    }  # fmt: skip


def _judged(folder: Path) -> dict[str, Any] | None:
    """What a judge's file says, if one was asked: figures to stand beside the exact ones."""
    path = folder / "judge.json"
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))

    def shown(row: Mapping[str, Any] | None) -> dict[str, str]:
        mean = Mean(**row) if row else None
        return {"value": figure(mean), "spread": interval(mean), "n": str(mean.n if mean else 0)}

    return {
        "model": data["model"],
        "rows": [
            ("判为正确 judged_correct", shown(data["judged_correct"])),
            ("陈述有据 faithfulness", shown(data["faithfulness"])),
        ],
        "not_measured": data["not_measured"],
        "agreement": data["agreement"],
    }


def _bar(mean: Mean, unit: str) -> dict[str, float] | None:
    """Where the dot and the whisker stand on a scale from 0 to 100; only shares have such a scale."""
    if unit != "share":
        return None
    low = mean.low if mean.low is not None else mean.value
    high = mean.high if mean.high is not None else mean.value
    return {"at": 100 * mean.value, "low": 100 * low, "width": 100 * (high - low)}


def _cards(summary: Summary) -> list[dict[str, Any]]:
    cards = []
    for name, (zh, en) in CARDS.items():
        mean, metric = summary.overall.get(name), METRICS[name]
        if mean is not None:
            cards.append({"name": name, "title": metric.zh, "value": figure(mean), "spread": interval(mean), "n": mean.n,
                          "zh": zh, "en": en, "bar": _bar(mean, metric.unit), "good": metric.higher_is_better})  # fmt: skip
    return cards


def _sentence(summary: Summary) -> dict[str, int]:
    right = sum(s.scores["correct"].value == 1 for s in summary.scored if "correct" in s.scores)
    counted = sum("correct" in s.scores for s in summary.scored)
    wrong = sum("truthfulness" in s.scores and s.scores["truthfulness"].value < 0 for s in summary.scored)
    return {"right": right, "counted": counted, "wrong": wrong, "silent": counted - right - wrong}


def _group(group: Group, summaries: Sequence[Summary]) -> dict[str, Any]:
    rows = []
    for metric in measured(group, summaries):
        cells = []
        for summary in summaries:
            mean = summary.overall.get(metric.name)
            cells.append({"value": figure(mean, metric.unit), "spread": interval(mean, metric.unit),
                          "n": mean.n if mean else 0, "bar": _bar(mean, metric.unit) if mean else None})  # fmt: skip
        rows.append({"name": metric.name, "zh": metric.zh, "definition": metric.definition, "down": not metric.higher_is_better, "cells": cells})  # fmt: skip
    return {"zh": GROUPS[group][0], "en": GROUPS[group][1], "rows": rows}


def _table(parts: Mapping[str, Mapping[str, Mean]], label: Any, summary: Summary) -> list[dict[str, Any]]:
    rows = []
    for key, means in parts.items():
        zh, en = label(key)
        cells = []
        for column in COLUMNS:
            mean = means.get(column)
            good = (
                None if mean is None else mean.value if METRICS[column].higher_is_better else 1 - mean.value
            )
            cells.append({"value": figure(mean), "spread": interval(mean), "n": mean.n if mean else 0,
                          "shade": None if good is None else round(good, 3)})  # fmt: skip
        rows.append(
            {
                "key": key,
                "zh": zh,
                "en": en,
                "n": means["replied"].n if "replied" in means else 0,
                "cells": cells,
            }
        )
    return rows


def _outcomes(summary: Summary) -> dict[str, Any]:
    used = [o for o in OUTCOMES if any(o in row for row in summary.outcomes.values())]
    rows = [
        {"zh": KINDS[k][0], "en": KINDS[k][1], "cells": [summary.outcomes[k].get(o, 0) for o in used]}
        for k in KINDS
        if k in summary.outcomes
    ]
    return {"columns": [{"zh": OUTCOMES[o][0], "en": OUTCOMES[o][1]} for o in used], "rows": rows}


def _question(scored: Scored) -> dict[str, Any]:
    fault = FAULTS[scored.fault][:2] if scored.fault else None
    right = scored.scores["correct"].value == 1 if "correct" in scored.scores else scored.fault is None
    return {"id": scored.case.id, "type": TYPES[scored.case.type][0], "question": scored.case.question, "right": right,
            "fault": fault[0] if fault else "", "seconds": number(scored.reply.seconds, "seconds") if scored.reply.seconds else ""}  # fmt: skip


def _expected(case: Case) -> list[tuple[str, str]]:
    """What the case asks for, as (label, text) pairs."""
    pairs: list[tuple[str, Iterable[str]]] = [
        ("牵头 · lead", case.lead),
        ("责任 · responsible", case.responsible),
        ("日期 · date", case.deadline_iso),
        ("时限原文 · words", case.deadline_raw),
        ("要点 · content", (" / ".join(g) for g in case.must_contain)),
    ]
    found = [(label, "、".join(values)) for label, values in pairs]
    outcomes = "、".join(OUTCOMES[o][0] for o in expected_outcomes(case))
    return [("结局 · outcome", outcomes), *((label, text) for label, text in found if text)]


def _said(reply: Reply) -> list[tuple[str, str]]:
    """The same of the answer: what its first source's record says."""
    outcome = OUTCOMES[reply.outcome or "no_reply"][0]
    pairs = [("结局 · outcome", outcome)]
    fact = reply.first_fact
    if fact:
        for label, values in (
            ("牵头 · lead", fact.lead),
            ("责任 · responsible", fact.responsible),
            ("日期 · date", fact.dates),
        ):
            if values:
                pairs.append((label, "、".join(values)))
    if reply.error:
        pairs.append(("出错 · error", reply.error))
    return pairs


def _evidence_texts(case: Case, sources: Sources) -> list[dict[str, str]]:
    """Each piece of evidence as the document prints it, with a little of what stands around."""
    found = []
    for evidence in case.evidence[:12]:
        place = sources.place(evidence)
        row = {"doc": evidence.doc, "no": evidence.no or "", "before": "", "text": evidence.head, "after": ""}
        if place:
            (start, end), whole = place
            text = sources.texts[evidence.doc]
            row["before"] = fold_lines(text[max(0, start - CONTEXT) : start])
            row["text"] = fold_lines(text[start:end])
            row["after"] = fold_lines(text[end : end + (CONTEXT if whole else 4 * CONTEXT)])
        found.append(row)
    return found


def fold_lines(text: str) -> str:
    return " ".join(text.split())


def _shown_rows(case: Case, reply: Reply) -> list[dict[str, Any]]:
    """The sources shown and, where they do not hold the evidence, the candidates that were not used."""
    rows = []
    for n, shown in enumerate(reply.ranked, 1):
        right = any(holds(shown, e) for e in case.evidence)
        if n <= PASSAGES or (right and n > len(reply.cited)):
            words = fold_lines(shown.words)[:420]
            rows.append(
                {"n": n, "cited": n <= len(reply.cited), "doc": shown.doc, "text": words, "right": right}
            )
    return rows


def _miss(scored: Scored, sources: Sources) -> dict[str, Any]:
    case, reply = scored.case, scored.reply
    assert scored.fault is not None
    zh, en, about = FAULTS[scored.fault]
    low: dict[str, list[str]] = {}
    for name, score in scored.scores.items():
        metric = METRICS[name]
        if metric.unit == "share" and (score.value < 1 if metric.higher_is_better else score.value > 0):
            low.setdefault(score.why, []).append(metric.zh)
    return {
        "id": case.id,
        "fault": scored.fault,
        "zh": zh,
        "en": en,
        "about": about,
        "type": TYPES[case.type],
        "question": case.question,
        "history": [{"role": t.role, "content": t.content} for t in case.history],
        "hard": case.why_hard or "",
        "expected": _expected(case),
        "said": _said(reply),
        "answer": reply.answer[:1500],
        "evidence": _evidence_texts(case, sources),
        "shown": _shown_rows(case, reply),
        "read": {
            k: v for k, v in reply.read.items() if v and k in ("place", "department", "dates", "intent")
        },
        "low": [{"why": why, "names": "、".join(names)} for why, names in low.items()],
    }


def _comparison(comparison: Comparison, summary: Summary) -> dict[str, Any]:
    by_id = {s.case.id: s for s in summary.scored}

    def line(case_id: str) -> dict[str, str]:
        scored = by_id[case_id]
        return {
            "id": case_id,
            "question": scored.case.question,
            "why": FAULTS[scored.fault][0] if scored.fault else "",
        }

    rows = [
        {"zh": METRICS[name].zh, "name": name, "won": p.won, "lost": p.lost, "same": p.same,
         "difference": difference(p, METRICS[name].unit), "p": f"{p.p:.3g}", "test": p.test}
        for name, p in comparison.metrics.items() if METRICS[name].group is not Group.COST
    ]  # fmt: skip
    return {"ours": comparison.ours, "theirs": comparison.theirs, "rows": rows, "same": comparison.same,
            "won": [line(i) for i in comparison.won if i in by_id], "lost": [line(i) for i in comparison.lost if i in by_id]}  # fmt: skip
