"""A run: questions asked of systems, kept in a folder that can be resumed, scored again and compared.

FOLDER/run.json          when, versions, settings, index fingerprint, sets, what was not applicable
FOLDER/cases.jsonl       the cases that were asked
FOLDER/answers/NAME.jsonl  every answer with its trace, one file a system, written as they come
FOLDER/sources.json.gz   the documents' texts, so that scoring needs no index
FOLDER/scores.json       means, intervals, the score of every case: what `--baseline` reads
FOLDER/report.html       written by eval.report_page
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.case_rows import case_from_row
from eval.cases import Case, QuestionSet
from eval.replies import reply_from_row
from eval.sources import Sources, load_sources, save_sources
from eval.stats import Mean
from eval.summary import Summary, Values, score_all, summarise
from eval.systems import System, ask_timed
from index_build.errors import SetError

FORMAT = 1
PACKAGES = ("cewen", "llama-index-core", "chromadb", "tantivy", "rjieba", "bm25s", "numpy", "scipy")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Plan:
    """What a run is going to ask.  `left` are the cases that are not applicable, each with its reason."""

    sets: tuple[QuestionSet, ...]
    cases: tuple[Case, ...]
    left: tuple[tuple[Case, str], ...]
    sources: Sources
    fingerprint: str


def plan_run(
    sets: Sequence[QuestionSet], sources: Sources, fingerprint: str, only: Iterable[str] = ()
) -> Plan:
    """Sort the cases into those to ask and those that do not apply.  SetError if none applies: a run that checks
    nothing must not pass."""
    asked: list[Case] = []
    left: list[tuple[Case, str]] = []
    wanted = frozenset(only)
    for questions in sets:
        fit, unfit = questions.applicable(sources.texts)
        asked.extend(c for c in fit if not wanted or c.type in wanted)
        left.extend(unfit)
    twice = [case_id for case_id, n in _count(c.id for c in asked).items() if n > 1]
    if twice:
        raise SetError(f"编号重复 {twice[0]}；请改名 · the id is used in two sets: rename one")
    if not asked:
        why = left[0][1] if left else "没有问题 · no questions"
        raise SetError(
            f"没有可问的问题（{why}）；请把这些文件建入索引 · nothing applies: build the documents into the index"
        )
    return Plan(tuple(sets), tuple(asked), tuple(left), sources, fingerprint)


def _count(values: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found


def versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, Any]:
    """Cores, memory in GiB where the system tells, and the platform: what a figure's date is worthless without."""
    memory = None
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30)
    return {
        "cores": os.cpu_count(),
        "memory_gib": memory,
        "platform": f"{platform.system()} {platform.machine()}",
    }


def _about(plan: Plan, systems: Sequence[System]) -> dict[str, Any]:
    """What the answers depend on: a folder is resumed only if all of this is the same."""
    rows = json.dumps([case.row() for case in plan.cases], ensure_ascii=False, sort_keys=True)
    return {
        "format": FORMAT,
        "sets": [{"name": s.name, "cases": len(s.cases), "documents": list(s.documents)} for s in plan.sets],
        "cases": {"asked": len(plan.cases), "sha256": hashlib.sha256(rows.encode()).hexdigest()[:16]},
        "index": {"fingerprint": plan.fingerprint, "documents": sorted(plan.sources.texts)},
        "systems": {s.name: {"label": s.label, "settings": s.settings()} for s in systems},
        "versions": versions() | {"code": code_fingerprint()},
    }


def code_fingerprint() -> str:
    """Changes with any line of the code, the prompts and the word lists that make answers."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[1]
    for folder in ("assistant", "index_build", "prompts"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and "samples" not in path.parts:
                digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _write_json(path: Path, value: Any) -> None:
    """Whole or not at all."""
    aside = path.with_suffix(path.suffix + ".part")
    aside.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    aside.replace(path)


def read_answers(path: Path) -> dict[str, dict[str, Any]]:
    """Rows by case id; a last line that was cut off by a crash is left out and asked again."""
    if not path.is_file():
        return {}
    rows: dict[str, dict[str, Any]] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    for at, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            if at == len(lines):
                break
            raise SetError(
                f"{path} 第 {at} 行坏了；请删掉这个文件重跑 · line {at} is damaged: delete it and run again"
            ) from error
        rows[row["id"]] = row
    return rows


def _ask_missing(
    system: System, cases: Sequence[Case], path: Path, workers: int, progress: Progress | None
) -> None:
    """Ask what the file does not hold yet, writing each row as it comes."""
    done = read_answers(path)
    missing = [case for case in cases if case.id not in done]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        for row in done.values():
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        out.flush()
        finished = len(cases) - len(missing)

        def keep(row: dict[str, Any]) -> None:
            nonlocal finished
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            finished += 1
            if progress:
                progress(system.name, finished, len(cases))

        if workers <= 1:
            for case in missing:
                keep(ask_timed(system, case))
            return
        with ThreadPoolExecutor(workers) as pool:
            futures = [pool.submit(ask_timed, system, case) for case in missing]
            for future in as_completed(futures):
                keep(future.result())


def execute(
    plan: Plan, systems: Sequence[System], folder: Path, *, workers: int = 1, progress: Progress | None = None
) -> Run:
    """Ask every system every case, score, and leave the folder complete.

    A folder with an unfinished run of the same sets, index, settings and code is gone on with; any other run in it
    is replaced; a folder that holds something else is refused."""
    about = _about(plan, systems)
    before = _unfinished(folder, about)
    started = before["started"] if before else _now()
    left = [{"id": case.id, "type": case.type, "why": why} for case, why in plan.left]
    head = {"about": about, "started": started, "machine": machine(), "workers": workers, "left": left}
    _write_json(folder / "run.json", head | {"finished": None})
    rows = "".join(json.dumps(case.row(), ensure_ascii=False) + "\n" for case in plan.cases)
    (folder / "cases.jsonl").write_text(rows, encoding="utf-8")
    save_sources(plan.sources, folder / "sources.json.gz")
    for system in systems:
        _ask_missing(system, plan.cases, folder / "answers" / f"{system.name}.jsonl", workers, progress)
    _write_json(folder / "run.json", head | {"finished": _now()})
    return rescore(folder)


def _unfinished(folder: Path, about: Mapping[str, Any]) -> dict[str, Any] | None:
    """The head of a run that can be gone on with; otherwise the folder is made ready for a new one."""
    run_file = folder / "run.json"
    if not run_file.is_file():
        if folder.is_dir() and any(folder.iterdir()):
            raise SetError(
                f"{folder} 不是空目录，也不是运行目录；请换一个 --report · is neither empty nor a run: choose another"
            )
        folder.mkdir(parents=True, exist_ok=True)
        return None
    before: dict[str, Any] = json.loads(run_file.read_text(encoding="utf-8"))
    if before.get("about") == about and before.get("finished") is None:
        return before
    for answers in (folder / "answers").glob("*.jsonl"):
        answers.unlink()
    return None


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Run:
    """A folder read back: what it says about itself, and a summary for each system (the first is the one meant)."""

    folder: Path
    about: Mapping[str, Any]
    summaries: tuple[Summary, ...]
    sources: Sources


def rescore(folder: Path) -> Run:
    """Score the answers that a folder holds, with the metrics as they are now, and write scores.json."""
    run_file = folder / "run.json"
    if not run_file.is_file():
        raise SetError(
            f"{folder} 不是运行目录；请给出含 run.json 的目录 · is no run: give a folder that holds run.json"
        )
    about = json.loads(run_file.read_text(encoding="utf-8"))
    lines = (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [case_from_row(json.loads(line)) for line in lines]
    sources = load_sources(folder / "sources.json.gz")
    summaries = []
    for name, system in about["about"]["systems"].items():
        rows = read_answers(folder / "answers" / f"{name}.jsonl")
        replies = {case_id: reply_from_row(row) for case_id, row in rows.items()}
        summaries.append(summarise(name, system["label"], score_all(cases, replies, sources)))
    run = Run(folder, about, tuple(summaries), sources)
    _write_json(folder / "scores.json", scores_row(run))
    return run


def scores_row(run: Run) -> dict[str, Any]:
    """scores.json: everything that a script or a later comparison wants, without the answers themselves."""
    return {
        "format": FORMAT,
        "started": run.about["started"],
        "machine": run.about["machine"],
        "about": run.about["about"],
        "systems": {s.name: _summary_row(s) for s in run.summaries},
    }


def _summary_row(summary: Summary) -> dict[str, Any]:
    return {
        "label": summary.label,
        "overall": _means_row(summary.overall),
        "by_type": {t: _means_row(m) for t, m in summary.by_type.items()},
        "by_document": {d: _means_row(m) for d, m in summary.by_document.items()},
        "outcomes": {k: dict(v) for k, v in summary.outcomes.items()},
        "faults": dict(summary.faults),
        "cases": {
            s.case.id: {
                "type": s.case.type,
                "outcome": s.reply.outcome,
                "fault": s.fault,
                "scores": {name: [score.value, score.why] for name, score in s.scores.items()},
            }
            for s in summary.scored
        },
    }


def _means_row(values: Mapping[str, Mean]) -> dict[str, Any]:
    return {name: asdict(value) for name, value in values.items()}


def load_values(path: Path, system: str | None = None) -> tuple[str, Values]:
    """The case values of a run (its folder or scores.json), for comparison: of the named system, or of the first."""
    file = path / "scores.json" if path.is_dir() else path
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        systems = data["systems"]
        name = system if system in systems else next(iter(systems))
        found: dict[str, dict[str, float]] = {}
        for case_id, row in systems[name]["cases"].items():
            for metric, (value, _) in row["scores"].items():
                found.setdefault(metric, {})[case_id] = value
    except OSError as error:
        raise SetError(
            f"{file} 读不了；请给出运行目录或 scores.json · cannot be read: give a run or its scores.json"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise SetError(f"{file} 不是 scores.json；请重新运行 · is no scores.json: run it again") from error
    return f"{name}@{data.get('started', '?')}", found


def default_folder(sets: Sequence[QuestionSet], root: Path = Path("reports")) -> Path:
    """reports/SET-TIME in the current folder."""
    name = "+".join(s.name for s in sets)[:40] or "run"
    return root / f"{name}-{dt.datetime.now().strftime('%Y%m%d-%H%M%S')}"
