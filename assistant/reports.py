"""Reports of evaluation runs, as the folder of runs holds them: what was run, its key figures, two runs compared.

A run is a folder with scores.json and report.html; the file is the interface, the evaluation itself is not needed.
A file that cannot be read is listed with its fault, so that nobody takes a missing run for one that never was.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCORES, PAGE, CASES = "scores.json", "report.html", "cases.jsonl"
DIFFERING = 60  # questions listed in a comparison, each way


@dataclass(frozen=True)
class Figure:
    """A metric as a reader sees it.  `unit` is share, seconds or days."""

    zh: str
    en: str
    higher_is_better: bool = True
    unit: str = "share"
    key: bool = False


# metric of scores.json -> how it is shown, in this order; key figures stand in the table of runs.  To show another:
# one row here.
FIGURES: dict[str, Figure] = {
    "correct": Figure("答对", "Right", key=True),
    "recall_at_1": Figure("首条即依据", "First source right", key=True),
    "list_completeness": Figure("清单完整", "Lists complete", key=True),
    "abstains_when_it_should": Figure("该拒则拒", "Refuses when it should", key=True),
    "abstains_wrongly": Figure("不该拒而拒", "Refuses wrongly", higher_is_better=False, key=True),
    "citation_span_exact": Figure("出处位置准确", "Citations exact", key=True),
    "correct_strict": Figure("答对且不多不少", "Right and nothing beside"),
    "recall_at_5": Figure("前五条含依据", "Evidence in first five"),
    "wrong_document_at_1": Figure("首条出自别的文件", "First source of another file", higher_is_better=False),
    "lead_exact": Figure("牵头单位全同", "Leads exact"),
    "responsible_exact": Figure("责任单位全同", "Responsible exact"),
    "roles_swapped": Figure("牵头与责任颠倒", "Roles swapped", higher_is_better=False),
    "deadline_exact": Figure("完成日期全同", "Deadlines exact"),
    "list_precision": Figure("清单不混入", "Lists without others"),
    "must_contain": Figure("要点齐备", "Content there"),
    "outcome_right": Figure("结局恰当", "Outcome right"),
    "replied": Figure("有回答", "Replied"),
    "seconds": Figure("用时", "Time", higher_is_better=False, unit="seconds"),
}


@dataclass(frozen=True)
class Run:
    """One run folder.  `scores` is None where scores.json could not be read."""

    name: str
    folder: Path
    scores: Mapping[str, Any] | None

    @property
    def started(self) -> str:
        return str(self.scores["started"]) if self.scores else ""

    def row(self) -> dict[str, Any]:
        """One line of the table: the first system of the run with its key figures, the names of the others."""
        if self.scores is None:
            return {"name": self.name, "fault": True, "started": "", "page": False}
        about, systems = self.scores["about"], self.scores["systems"]
        first = next(iter(systems))
        return {
            "name": self.name,
            "fault": False,
            "started": self.started,
            "sets": [one["name"] for one in about["sets"]],
            "asked": about["cases"]["asked"],
            "documents": len(about["index"]["documents"]),
            "version": about["versions"].get("cewen", ""),
            "system": systems[first]["label"],
            "others": [system["label"] for name, system in systems.items() if name != first],
            "figures": {name: systems[first]["overall"].get(name) for name, f in FIGURES.items() if f.key},
            "page": (self.folder / PAGE).is_file(),
        }


def read_runs(folder: Path) -> tuple[Run, ...]:
    """The runs below a folder, newest first; none where there is no such folder."""
    runs = [Run(path.parent.name, path.parent, read_scores(path)) for path in folder.glob(f"*/{SCORES}")]
    return tuple(sorted(runs, key=lambda run: (run.started, run.name), reverse=True))


def read_scores(path: Path) -> Mapping[str, Any] | None:
    """What scores.json says; None where it cannot be read or is something else."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        whole = bool(found["started"] and found["systems"] and found["about"]["sets"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return found if whole else None


def find_run(folder: Path, name: str) -> Run | None:
    """By the name of its folder, out of those that are there: a name is never made a path."""
    return next((run for run in read_runs(folder) if run.name == name), None)


def compare(one: Run, other: Run) -> dict[str, Any]:
    """Two runs side by side: every figure that both have, and the questions that went otherwise.

    Compared is the first system of `one` with the same of `other`, or with its first."""
    assert one.scores is not None and other.scores is not None
    name = next(iter(one.scores["systems"]))
    ours = one.scores["systems"][name]
    theirs = other.scores["systems"].get(name) or next(iter(other.scores["systems"].values()))
    shared = [case for case in ours["cases"] if case in theirs["cases"]]
    cases = {**read_rows(other.folder / CASES), **read_rows(one.folder / CASES)}
    said = [read_rows(run.folder / "answers" / f"{name}.jsonl") for run in (one, other)]
    judged = measured_in_both(ours, theirs, shared, "correct")
    won = [c for c in judged if score(ours, c, "correct") > score(theirs, c, "correct")]
    lost = [c for c in judged if score(ours, c, "correct") < score(theirs, c, "correct")]
    return {
        "one": {"name": one.name, "started": one.started, "system": ours["label"]},
        "other": {"name": other.name, "started": other.started, "system": theirs["label"]},
        "shared": len(shared),
        "figures": [
            {
                "name": metric,
                "one": ours["overall"].get(metric),
                "other": theirs["overall"].get(metric),
                **won_and_lost(ours, theirs, shared, metric),
            }
            for metric in FIGURES
            if metric in ours["overall"] or metric in theirs["overall"]
        ],
        "chance": chance(len(won), len(lost)),
        "won": [differing(c, cases.get(c, {}), *said) for c in won[:DIFFERING]],
        "lost": [
            {**differing(c, cases.get(c, {}), *said), "fault": ours["cases"][c].get("fault")}
            for c in lost[:DIFFERING]
        ],
    }


def chance(won: int, lost: int) -> float:
    """How probable it is that as many questions or more go one way, were each as likely to go either (the exact
    sign test, both sides)."""
    n = won + lost
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(min(won, lost) + 1)) / 2**n)


def differing(
    case_id: str, case: Mapping[str, Any], one: Mapping[str, Any], other: Mapping[str, Any]
) -> dict[str, Any]:
    """A question that went otherwise: what was expected, and what each run said."""
    expected = {
        "lead": case.get("lead") or [],
        "responsible": case.get("responsible") or [],
        "deadline": case.get("deadline_raw") or case.get("deadline_iso") or [],
    }
    return {
        "id": case_id,
        "question": case.get("question", ""),
        "answerable": case.get("answerable", True),
        "expected": {field: values for field, values in expected.items() if values},
        "one": one.get(case_id, {}).get("answer"),
        "other": other.get(case_id, {}).get("answer"),
    }


def score(system: Mapping[str, Any], case: str, metric: str) -> float:
    return float(system["cases"][case]["scores"][metric][0])


def measured_in_both(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], cases: list[str], metric: str
) -> list[str]:
    return [c for c in cases if all(metric in system["cases"][c]["scores"] for system in (ours, theirs))]


def won_and_lost(
    ours: Mapping[str, Any], theirs: Mapping[str, Any], cases: list[str], metric: str
) -> dict[str, int]:
    """In how many cases a figure is better, worse, the same; only cases in which both have it."""
    sign = 1 if FIGURES[metric].higher_is_better else -1
    both = measured_in_both(ours, theirs, cases, metric)
    steps = [sign * (score(ours, c, metric) - score(theirs, c, metric)) for c in both]
    return {
        "better": sum(step > 0 for step in steps),
        "worse": sum(step < 0 for step in steps),
        "same": sum(step == 0 for step in steps),
    }


def read_rows(path: Path) -> dict[str, Any]:
    """The rows of a file of a run by their ids; nothing where the run did not keep it."""
    if not path.is_file():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {row["id"]: row for row in rows if "id" in row}
