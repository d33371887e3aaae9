"""Reports of a run as text: tables for the terminal and for a README, and how figures are written.  Chinese first,
English second; the HTML page is `report_page`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eval.faults import FAULTS
from eval.metrics import METRICS
from eval.metrics.measured import Group, Metric
from eval.run import Run
from eval.stats import Mean, Paired
from eval.summary import Comparison, Summary

GROUPS: dict[Group, tuple[str, str]] = {
    Group.OVERALL: ("总体", "Overall"),
    Group.RETRIEVAL: ("检索", "Retrieval"),
    Group.WHO: ("谁", "Who"),
    Group.WHEN: ("何时", "When"),
    Group.LISTS: ("清单", "Lists"),
    Group.CITATIONS: ("出处", "Citations"),
    Group.ABSTENTION: ("拒答", "Abstention"),
    Group.CONTENT: ("要点", "Content"),
    Group.COST: ("代价", "Cost"),
}
FEW = 2  # systems whose intervals fit into a terminal


def figure(mean: Mean | None, unit: str = "share") -> str:
    """A mean as people read it: shares as per cent, the rest as numbers; an unmeasured one is a dash."""
    return "—" if mean is None else number(mean.value, unit)


def number(value: float, unit: str) -> str:
    if unit == "share":
        return f"{100 * value:.1f}%"
    if unit == "seconds":
        return f"{1000 * value:.0f} ms" if value < 1 else f"{value:.1f} s"
    if unit == "money":
        return f"{value:.4f}"
    return f"{value:.2f}" if unit == "score" else f"{value:.0f}"


def interval(mean: Mean | None, unit: str = "share") -> str:
    if mean is None or mean.low is None or mean.high is None:
        return ""
    return f"{number(mean.low, unit)}–{number(mean.high, unit)}"


def measured(group: Group, summaries: Sequence[Summary]) -> list[Metric]:
    """The metrics of a group that say something of any of the systems."""
    return [m for m in METRICS.values() if m.group is group and any(m.name in s.overall for s in summaries)]


# -- terminal -------------------------------------------------------------------------------------------------


def print_report(run: Run, comparisons: Sequence[Comparison], console: Any) -> None:
    """The run as tables on a rich console: metrics by group with intervals, then faults, then comparisons."""
    from rich.table import Table  # noqa: PLC0415  (60 ms; only the terminal report needs it)

    table = Table(title="策问评测 · Cewen evaluation", header_style="bold", expand=False)
    table.add_column("指标 · metric", no_wrap=True)
    few = len(run.summaries) <= FEW
    for n, summary in enumerate(run.summaries, 1):
        table.add_column(summary.label if few else str(n), justify="right", no_wrap=True)
    for group, (zh, en) in GROUPS.items():
        rows = measured(group, run.summaries)
        if rows:
            table.add_row(f"[bold]{zh} · {en}[/bold]" if few else f"[bold]{zh}[/bold]")
        for metric in rows:
            cells = [_cell(s.overall.get(metric.name), metric.unit, few) for s in run.summaries]
            arrow = "" if metric.higher_is_better else "↓"
            name = f"{metric.zh}{arrow} [dim]{metric.name}[/dim]" if few else f"{metric.zh}{arrow}"
            table.add_row(f"  {name}", *cells)
    if not few:
        console.print("，".join(f"{n} {s.label}" for n, s in enumerate(run.summaries, 1)))
    console.print(table)
    first = run.summaries[0]
    if first.faults:
        faults = "，".join(f"{FAULTS[f][0]} {n}" for f, n in first.faults.items())
        console.print(f"{first.label} 的错误 · faults: {faults}")
    left = run.about.get("left") or []
    if left:
        console.print(f"不适用 · not applicable: {len(left)}（{left[0]['why']}）")
    for comparison in comparisons:
        console.print(comparison_line(comparison), highlight=False)


def comparison_line(comparison: Comparison) -> str:
    """One line for each system compared with; the page has all of it."""
    parts = []
    for name in ("correct", "recall_at_1", "list_completeness"):
        found = comparison.metrics.get(name)
        if found:
            parts.append(f"{METRICS[name].zh} 赢 {found.won} 输 {found.lost} (p={found.p:.2g})")
    return f"对 against {comparison.theirs}：" + "；".join(parts)


def _cell(mean: Mean | None, unit: str, wide: bool) -> str:
    if mean is None:
        return "[dim]—[/dim]"
    if not wide:
        return f"{100 * mean.value:.0f}%" if unit == "share" else number(mean.value, unit)
    spread = interval(mean, unit)
    return f"{number(mean.value, unit)} [dim]{spread} n={mean.n}[/dim]"


def print_comparison(comparison: Comparison, console: Any) -> None:
    from rich.table import Table  # noqa: PLC0415  (see print_report)

    table = Table(title=f"{comparison.ours} 对 · against {comparison.theirs}", header_style="bold")
    for column in ("指标 metric", "赢 won", "输 lost", "平 same", "差 difference", "p"):
        table.add_column(column, justify="left" if column.startswith("指标") else "right", no_wrap=True)
    for name, found in comparison.metrics.items():
        metric = METRICS[name]
        if metric.group is Group.COST or not found.won + found.lost:
            continue
        table.add_row(name, str(found.won), str(found.lost), str(found.same),
                      difference(found, metric.unit), f"{found.p:.3g}")  # fmt: skip
    console.print(table)
    if not table.rows:
        console.print("逐题相同 · the same in every case")
    if comparison.lost:
        console.print(f"输掉的问题 · lost: {'、'.join(comparison.lost)}")


def difference(found: Paired, unit: str) -> str:
    scale, suffix = (100, "") if unit == "share" else (1, "")
    spread = ""
    if found.low is not None and found.high is not None:
        spread = f" [{scale * found.low:+.1f}, {scale * found.high:+.1f}]"
    return f"{scale * found.difference:+.1f}{suffix}{spread}"


# -- markdown, for READMEs ------------------------------------------------------------------------------------

README_ROWS = ("correct", "recall_at_1", "recall_at_5", "wrong_document_at_1", "wrong_paper_at_1", "who_in_first",
               "when_in_first", "lead_exact", "deadline_right", "list_completeness", "list_precision",
               "abstains_when_it_should", "abstains_wrongly", "citation_span_exact", "shown_characters")  # fmt: skip


def markdown(run: Run) -> str:
    """A table of every system against every metric that a README wants, means with intervals, under a line that says
    when, on what and over which questions it was measured."""
    about, box = run.about["about"], run.about["machine"]
    sets = "、".join(f"{s['name']} ({s['cases']})" for s in about["sets"])
    memory = f", {box['memory_gib']} GiB" if box["memory_gib"] else ""
    lines = [
        f"{run.about['started'][:10]}, {box['cores']} 核 cores{memory}; {sets}; "
        f"{len(about['index']['documents'])} 份文件 documents; 括号内为 95% 区间 · in brackets the 95 % interval",
        "",
        "| 指标 metric | " + " | ".join(s.label for s in run.summaries) + " |",
        "|---|" + "---|" * len(run.summaries),
    ]
    for name in README_ROWS:
        metric = METRICS[name]
        cells = []
        for summary in run.summaries:
            mean = summary.overall.get(name)
            spread = interval(mean, metric.unit)
            cells.append(f"{figure(mean, metric.unit)} ({spread})" if spread else figure(mean, metric.unit))
        counts = {s.overall[name].n for s in run.summaries if name in s.overall}
        many = f", n={max(counts)}" if counts else ""
        lines.append(
            f"| {metric.zh} {name}{'' if metric.higher_is_better else ' ↓'}{many} | "
            + " | ".join(cells)
            + " |"
        )
    return "\n".join(lines) + "\n"


def definitions() -> str:
    """Every metric as a markdown table: what eval/README.md holds, and `cewen eval metrics` prints."""
    lines = ["| 指标 | metric | 定义 definition |", "|---|---|---|"]
    for group, (zh, en) in GROUPS.items():
        lines.append(f"| **{zh}** | **{en}** | |")
        for metric in METRICS.values():
            if metric.group is group:
                arrow = "" if metric.higher_is_better else " ↓"
                lines.append(
                    f"| {metric.zh}{arrow} | `{metric.name}` | {metric.definition.replace('|', '/')} |"
                )
    return "\n".join(lines) + "\n"
