"""`python -m eval.bench`: everything measured once more, in turns, as a table of ratios.

python -m eval.bench                              the sample plans and 10 k invented measures, a few minutes
python -m eval.bench --docs FOLDER --set FILE     your own documents and questions
python -m eval.bench --sizes 10k,100k,1m          bigger corpora (1m needs half an hour and 10 GiB of disk)
python -m eval.bench.load                         fifty people at once, at the page and at the JSON interface
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from eval.bench import plans
from eval.bench.jobs import SEARCHES, SYSTEMS
from eval.bench.table import Row, as_json, markdown

BASELINE = "llamaindex-chroma"
SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
RIVALS_UP_TO = 20_000  # measures: beyond, the rivals that build minutes for it are left out unless asked for


@dataclass
class Bench:
    """A folder of texts and the questions asked of it; `found` gathers values by (quantity, system)."""

    texts: Path
    asked: Path
    work: Path
    systems: Sequence[str]
    found: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def keep(self, quantity: str, system: str, value: float) -> None:
        self.found.setdefault((quantity, system), []).append(value)

    def row(
        self, quantity: str, name: str, unit: str, baseline: str = BASELINE, target: float | None = None
    ) -> Row:
        values = {s: tuple(v) for (q, s), v in self.found.items() if q == quantity}
        return Row(
            name, unit, values, baseline if baseline in values else next(iter(values), baseline), target
        )

    def index(self, system: str) -> Path:
        return self.work / system


@dataclass(frozen=True, slots=True)
class Took:
    """Of a whole process and its children: seconds by the clock, and seconds of computing, which other work on the
    machine hardly moves."""

    wall: float
    cpu: float


def run_command(command: Sequence[str], name: str) -> tuple[Took, str]:
    """What a process took, and what it printed."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise click.ClickException(f"{name}: {(done.stderr or done.stdout).strip().splitlines()[-1]}")
    return Took(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), done.stdout


def run_job(*arguments: str) -> tuple[Took, dict[str, float]]:
    """What a job's whole process took, and what it says of itself."""
    took, printed = run_command(
        [sys.executable, "-m", "eval.bench.jobs", *arguments], " ".join(arguments[:2])
    )
    return took, json.loads(printed.strip().splitlines()[-1])


def folder_mib(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 2**20


def cewen_command() -> list[str]:
    """The installed command beside this Python, else the same through Python."""
    script = Path(sys.executable).parent / "cewen"
    return (
        [str(script)]
        if script.is_file()
        else [sys.executable, "-c", "from assistant.cli import main; main()"]
    )


def measure_builds(bench: Bench, rounds: int) -> None:
    for turn in range(rounds):
        for system in bench.systems:
            out = bench.work / f"{system}-{turn}"
            whole, said = run_job("build", system, str(bench.texts), str(out))
            bench.keep("build", system, whole.wall)
            bench.keep("build_cpu", system, whole.cpu)
            bench.keep("build_inside", system, said["seconds"])
            bench.keep("build_peak", system, said["peak_mib"])
            bench.keep("size", system, folder_mib(out))
            if turn == 0:
                out.rename(bench.index(system))


def measure_rebuilds(bench: Bench, rounds: int) -> None:
    """Cewen alone updates; for the others a rebuild is a build."""
    for _ in range(rounds):
        _, said = run_job("build", "cewen", str(bench.texts), str(bench.index("cewen")))
        bench.keep("unchanged", "cewen", said["seconds"])
    for _ in range(rounds):
        plans.change_plans(bench.texts)
        _, said = run_job("build", "cewen", str(bench.texts), str(bench.index("cewen")))
        bench.keep("changed", "cewen", said["seconds"])
    for system in bench.systems:
        if system != "cewen":
            for quantity in ("unchanged", "changed"):
                bench.found[quantity, system] = list(bench.found["build_inside", system])[:rounds]


def measure_asking(bench: Bench, rounds: int, repeats: int) -> None:
    question = json.loads(bench.asked.read_text(encoding="utf-8"))[0]
    for _ in range(rounds):
        for system in bench.systems:
            places = (str(bench.texts), str(bench.index(system)))
            _, said = run_job("warm", system, *places, str(bench.asked), str(repeats))
            bench.keep("p50", system, said["p50_ms"])
            bench.keep("p99", system, said["p99_ms"])
            bench.keep("ask_peak", system, said["peak_mib"])
            if system in SEARCHES:
                _, said = run_job("search", system, *places, str(bench.asked), str(repeats))
            bench.keep("search", system, said["p50_ms"])
            whole, _ = run_job("cold", system, *places, question)
            bench.keep("cold", system, whole.wall)
        index = str(bench.index("cewen"))
        for name, command in (
            ("cewen", [*cewen_command(), "ask", question, "--index", index]),
            ("import llama_index.core", [sys.executable, "-c", "import llama_index.core"]),
            ("python -c pass", [sys.executable, "-c", "pass"]),
        ):
            took, _ = run_command(command, name)
            bench.keep("command", name, took.wall)
            bench.keep("command_cpu", name, took.cpu)


def measure_extraction(bench: Bench, rounds: int) -> None:
    for _ in range(rounds):
        _, said = run_job("extract", str(bench.texts))
        bench.keep("extract", "cewen", said["characters"] / said["seconds"] / 1000)


# (quantity, name, unit, the ratio to the baseline that is promised for real documents)
QUANTITIES: tuple[tuple[str, str, str, float | None], ...] = (
    ("build", "建索引（整个进程） build, whole process", "s", 1.0),
    ("build_cpu", "建索引（整个进程，计算时间） build, whole process, CPU", "s", None),
    ("build_inside", "建索引（不计导入） build, imports left out", "s", None),
    ("unchanged", "未改动再建 unchanged rebuild", "s", 0.25),
    ("changed", "改动 1%（至少一份文件）再建 rebuild of 1 %, at least one file", "s", 0.5),
    ("build_peak", "建索引内存峰值 peak memory, build", "MiB", None),
    ("size", "索引大小 index size", "MiB", None),
    ("p50", "热问中位（策问：整个答案；对手：检索） warm question, p50", "ms", None),
    ("p99", "热问 p99 warm question, p99", "ms", None),
    ("search", "热检索中位（仅检索） warm search alone, p50", "ms", None),
    ("ask_peak", "问答内存峰值 peak memory, asking", "MiB", None),
    ("cold", "冷启动一问 cold one-shot, whole process", "s", None),
)


def rows_of(bench: Bench, label: str, promised: bool) -> list[Row]:
    return [
        bench.row(quantity, f"{label}: {name}", unit, target=target if promised else None)
        for quantity, name, unit, target in QUANTITIES
    ]


def command_rows(bench: Bench) -> list[Row]:
    other = "import llama_index.core"
    return [
        bench.row("command", "`cewen ask` 整个进程 whole process", "s", other, 0.5),
        bench.row("command_cpu", "`cewen ask` 整个进程，计算时间 whole process, CPU", "s", other),
    ]


def extraction_row(bench: Bench, label: str) -> Row:
    return bench.row("extract", f"{label}: 提取速度 extraction", "thousand characters/s", "cewen")


def bench_documents(
    folder: Path, asked: Sequence[str], work: Path, systems: Sequence[str], rounds: int
) -> Bench:
    """Texts as Cewen reads them, so that every system starts from the same .txt files."""
    from index_build.readers import find_files, read  # noqa: PLC0415  (--help need not load the readers)

    texts = work / "texts"
    texts.mkdir(parents=True)
    for path in find_files([folder]):
        for document in read(path):
            (texts / f"{Path(document.name).stem}.txt").write_bytes(document.text.encode("utf-8"))
    bench = _prepared(texts, asked, work, systems)
    measure_builds(bench, rounds)
    measure_asking(bench, rounds, 3)
    measure_extraction(bench, rounds)
    measure_rebuilds(bench, rounds)
    return bench


def bench_plans(measures: int, work: Path, systems: Sequence[str]) -> Bench:
    texts = work / "texts"
    files = plans.write_plans(texts, measures)
    bench = _prepared(texts, plans.questions(100, files), work, systems)
    measure_builds(bench, 1)
    measure_asking(bench, 1, 2)
    measure_extraction(bench, 1)
    measure_rebuilds(bench, 1)
    return bench


def _prepared(texts: Path, asked: Sequence[str], work: Path, systems: Sequence[str]) -> Bench:
    questions = work / "questions.json"
    questions.write_text(json.dumps(list(asked), ensure_ascii=False), encoding="utf-8")
    return Bench(texts, questions, work, systems)


def _about() -> str:
    from eval.run import machine, versions  # noqa: PLC0415  (see bench_documents)

    box = machine()
    packages = ", ".join(f"{k} {v}" for k, v in versions().items())
    return (
        f"{dt.date.today().isoformat()}, {box['cores']} 核 cores, {box['memory_gib']} GiB, {box['platform']}; {packages}. "
        f"括号内为与 {BASELINE} 之比（同一轮内轮流测量，取中位） · in brackets the ratio to {BASELINE}, measured in turns, median"
    )


@click.command(
    help="与同类方案同场比速度、内存和大小 · Speed, memory and size against the rivals, in one run."
)
@click.option(
    "--docs",
    type=click.Path(path_type=Path, exists=True),
    help="文件夹（默认示例方案） · documents, default the sample plans",
)
@click.option(
    "--set", "question_set", type=click.Path(path_type=Path, exists=True), help="问题集 · question set"
)
@click.option(
    "--sizes",
    default="10k",
    show_default=True,
    help="虚构措施数：1k,10k,100k,1m，none 不测 · invented measures",
)
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True, help="轮数 · rounds")
@click.option("--systems", default=",".join(SYSTEMS), help="逗号分隔 · comma-separated", show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("reports/bench"),
    show_default=True,
    help="写到 · folder to write",
)
def main(
    docs: Path | None, question_set: Path | None, sizes: str, rounds: int, systems: str, out: Path
) -> None:
    from eval.baselines import own_nltk_data  # noqa: PLC0415  (see bench_documents)
    from eval.case_files import load_set  # noqa: PLC0415

    own_nltk_data()  # once for all processes, so that no rival pays for it
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    root = Path(__file__).parents[2]
    asked = [c.question for c in load_set(question_set or root / "eval/sets/samples.jsonl").cases]
    chosen = [s.strip() for s in systems.split(",")]
    unknown = [s for s in chosen if s not in SYSTEMS] + [
        s for s in sizes.split(",") if s not in SIZES and s != "none"
    ]
    if unknown:
        raise click.UsageError(f"{unknown[0]}: {', '.join(SYSTEMS)} / {', '.join(SIZES)}, none")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="cewen-bench-") as work:
        label = docs.name if docs else "示例方案 samples"
        bench = bench_documents(
            docs or root / "index_build/samples", asked, Path(work) / "docs", chosen, rounds
        )
        rows += [*command_rows(bench), *rows_of(bench, label, True), extraction_row(bench, label)]
        for size in sizes.split(","):
            if size == "none":
                continue
            few = [s for s in chosen if s in ("cewen", "tantivy-windows")]
            entrants = chosen if SIZES[size] <= RIVALS_UP_TO else few
            bench = bench_plans(SIZES[size], Path(work) / size, entrants)
            rows += [*rows_of(bench, size, False), extraction_row(bench, size)]
    text = markdown(rows, _about())
    out.mkdir(parents=True, exist_ok=True)
    (out / "bench.md").write_text(text, encoding="utf-8")
    (out / "bench.json").write_text(
        json.dumps(as_json(rows), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    click.echo(text)


if __name__ == "__main__":
    main()
