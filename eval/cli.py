"""`cewen eval`: run question sets and write a report; draft, check, compare and score again.

`cewen eval SET...` runs; the other verbs are `make`, `check`, `compare`, `rescore`.  Exit codes: 0 good; 1 the
run is significantly worse than `--baseline`; 2 nothing could be asked, or a bad argument."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli import by_parameter
from assistant.cli.options import answer_options, index_option, read_settings
from assistant.settings import ModelSettings
from eval.cases import TYPES

if TYPE_CHECKING:
    from eval.run import Plan, Run
    from eval.summary import Comparison
    from eval.systems import Cewen, System

_sets = click.argument("sets", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SET...")


class SetsOrVerb(click.Group):
    """A group whose first word may be a question set: then `run` is meant."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(
    cls=SetsOrVerb,
    help="在问题集上评测，写出报告：cewen eval 问题集... 即 cewen eval run 问题集...\n\n"
    "Run question sets and write a report; `cewen eval SET...` is `cewen eval run SET...`.",
)
@click.pass_context
def evaluate(ctx: click.Context) -> None:
    # cewen.toml's table [eval] holds for every verb
    given = ctx.default_map or {}
    ctx.default_map = {name: by_parameter(command, given) for name, command in evaluate.commands.items()}


@evaluate.command(
    "run", help="运行问题集并写报告；比基线显著变差则退出码为 1 · run sets, exit 1 on a significant loss"
)
@_sets
@index_option
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, exists=True),
    help="上一次的 scores.json 或运行目录 · an earlier run",
)
@click.option(
    "--report", type=click.Path(path_type=Path), help="写到这个目录（默认 reports/…）· folder to write"
)
@click.option(
    "--rivals", default="", help="同场对比：all 或逗号分隔的名字 · rivals in the same run: all, or names"
)
@click.option(
    "--answers",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="另评别处产生的答案 · also score answers made elsewhere",
)
@click.option(
    "--type",
    "types",
    multiple=True,
    type=click.Choice(list(TYPES)),
    metavar="TYPE",
    help="只问这些类型 · only these types",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="同时提问数（接模型时调大）· questions at a time, for a model behind an address",
)
@click.option(
    "--judge-base-url",
    envvar="CEWEN_JUDGE_BASE_URL",
    help="另请模型评判，并报告与精确指标的一致程度 · a model to judge as well",
)
@click.option("--judge-model", envvar="CEWEN_JUDGE_MODEL", help="评判模型名 · its name")
@click.option("--judge-api-key", envvar="CEWEN_JUDGE_API_KEY", help="评判模型的密钥 · its key")
@click.option("--quiet", is_flag=True, help="不打印表格 · print no tables")
@answer_options
def run_command(
    sets: tuple[Path, ...],
    index: Path,
    baseline: Path | None,
    report: Path | None,
    rivals: str,
    answers: tuple[Path, ...],
    types: tuple[str, ...],
    workers: int,
    judge_base_url: str | None,
    judge_model: str | None,
    judge_api_key: str | None,
    quiet: bool,
    **values: Any,
) -> None:
    from eval.case_files import load_set  # noqa: PLC0415  (start-up is lazy: --help pays for nothing)
    from eval.run import default_folder, execute, plan_run  # noqa: PLC0415
    from eval.systems import Cewen  # noqa: PLC0415

    questions = [load_set(path) for path in sets]
    earlier = _earlier(baseline)
    judge = ModelSettings(judge_base_url, judge_model, judge_api_key) if judge_base_url else None
    ours = Cewen.open(index, read_settings(values))
    plan = plan_run(questions, ours.sources(), ours.fingerprint(), types)
    systems = [ours, *_others(plan, ours, rivals, answers)]
    with Bars(quiet) as tell:
        run = execute(plan, systems, report or default_folder(questions), workers=workers, progress=tell)
    if judge is not None:
        from eval.judges import judge_run  # noqa: PLC0415

        judge_run(run, judge)
    sys.exit(_finish(run, earlier, quiet))


def _others(plan: Plan, ours: Cewen, rivals: str, answers: tuple[Path, ...]) -> list[System]:
    """Answer files and rivals, asked in the same run."""
    from eval.systems import AnswerFile  # noqa: PLC0415

    systems: list[System] = [AnswerFile(path) for path in answers]
    if rivals:
        from eval.baselines import RIVALS, open_rivals  # noqa: PLC0415

        names = list(RIVALS) if rivals == "all" else [name.strip() for name in rivals.split(",")]
        systems.extend(open_rivals(plan.sources, names, ours.scope))
    return systems


def _earlier(baseline: Path | None) -> tuple[str, Any] | None:
    """The baseline's values, read before anything is asked, so that a wrong path costs nothing."""
    if baseline is None:
        return None
    from eval.run import load_values  # noqa: PLC0415

    return load_values(baseline, "cewen")


class Bars:
    """A progress bar for each system on stderr, as a context that gives the function to call."""

    def __init__(self, quiet: bool) -> None:
        from rich.console import Console  # noqa: PLC0415
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bars = Progress(*columns, console=Console(stderr=True), disable=quiet)
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Any:
        self._bars.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def _tell(self, name: str, done: int, total: int) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total)
        self._bars.update(self._tasks[name], completed=done)


def _comparisons(run: Run, earlier: tuple[str, Any] | None) -> list[Comparison]:
    """The first system against the baseline, then against every other system of the run."""
    from eval.summary import compare, values_of  # noqa: PLC0415

    first = run.summaries[0]
    ours = values_of(first)
    found = [compare(first.label, ours, f"基线 baseline {earlier[0]}", earlier[1])] if earlier else []
    return found + [compare(first.label, ours, s.label, values_of(s)) for s in run.summaries[1:]]


def _finish(run: Run, earlier: tuple[str, Any] | None, quiet: bool) -> int:
    """Write and print the reports; the exit code: a run in which nothing was answered has measured nothing."""
    from rich.console import Console  # noqa: PLC0415

    from eval.report import markdown, print_report  # noqa: PLC0415
    from eval.report_page import write_html  # noqa: PLC0415
    from eval.summary import losses  # noqa: PLC0415

    comparisons = _comparisons(run, earlier)
    write_html(run, comparisons, run.folder / "report.html")
    (run.folder / "table.md").write_text(markdown(run), encoding="utf-8")
    console = Console()
    if not quiet:
        print_report(run, comparisons, console)
        console.print(f"报告 · report: {run.folder / 'report.html'}")
    failed = [s.reply.error for s in run.summaries[0].scored if s.reply.outcome is None]
    if failed:
        click.echo(f"cewen: {len(failed)} 个问题没有回答 · questions got no answer: {failed[0]}", err=True)
    if len(failed) == len(run.summaries[0].scored):
        return 2
    lost = losses(comparisons[0]) if earlier else {}
    for name, p in lost.items():
        click.echo(f"cewen: {name} 显著变差 · is significantly worse than the baseline (p={p:.3g})", err=True)
    return 1 if lost else 0


@evaluate.command("metrics", help="列出全部指标与定义 · every metric with its definition")
def metrics_command() -> None:
    from eval.report import definitions  # noqa: PLC0415

    click.echo(definitions(), nl=False)


@evaluate.command("check", help="检查问题集，列出每处错误 · list every fault of question sets")
@_sets
def check_command(sets: tuple[Path, ...]) -> None:
    from eval.case_files import check_set  # noqa: PLC0415

    found = 0
    for path in sets:
        questions, faults = check_set(path)
        for fault in faults:
            click.echo(str(fault), err=True)
        found += len(faults)
        drafts = sum(case.draft for case in questions.cases)
        click.echo(
            f"{path}: {len(questions.cases)} 问 questions, {drafts} 草稿 drafts, {len(faults)} 处错误 faults"
        )
    sys.exit(2 if found else 0)


@evaluate.command(
    "convert", help="在 .jsonl 与 .xlsx 之间转换问题集 · convert a set between .jsonl and .xlsx"
)
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
def convert_command(source: Path, target: Path) -> None:
    from eval.case_files import load_set, save_set  # noqa: PLC0415

    save_set(load_set(source), target)
    click.echo(f"{target}")


@evaluate.command("rescore", help="不再提问，用现在的指标重新评分 · score a run again without asking")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--baseline", type=click.Path(path_type=Path, exists=True), help="上一次的运行 · an earlier run"
)
@click.option("--quiet", is_flag=True, help="不打印表格 · print no tables")
def rescore_command(folder: Path, baseline: Path | None, quiet: bool) -> None:
    from eval.run import rescore  # noqa: PLC0415

    earlier = _earlier(baseline)
    sys.exit(_finish(rescore(folder), earlier, quiet))


@evaluate.command(
    "compare", help="比较两次运行：逐指标检验，逐题胜负 · compare two runs, question by question"
)
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
def compare_command(ours: Path, theirs: Path) -> None:
    from rich.console import Console  # noqa: PLC0415

    from eval.report import print_comparison  # noqa: PLC0415
    from eval.run import load_values  # noqa: PLC0415
    from eval.summary import compare, losses  # noqa: PLC0415

    comparison = compare(*load_values(ours, "cewen"), *load_values(theirs, "cewen"))
    print_comparison(comparison, Console())
    sys.exit(1 if losses(comparison) else 0)


@evaluate.command(
    "make", help="从台账与反馈起草问题，供人审阅 · draft questions from the ledger and feedback, for review"
)
@index_option
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="写到 .jsonl 或 .xlsx · file to write"
)
@click.option(
    "--count", type=click.IntRange(1), default=60, show_default=True, help="大约几题 · about how many"
)
@click.option("--seed", type=int, default=0, show_default=True, help="换一批 · another sample")
@click.option("--feedback", is_flag=True, help="只要网页上的反馈 · only feedback from the page")
def make_command(index: Path, out: Path, count: int, seed: int, feedback: bool) -> None:
    from eval.case_files import save_set  # noqa: PLC0415
    from eval.drafts import draft_set, feedback_set  # noqa: PLC0415
    from eval.systems import Cewen  # noqa: PLC0415

    catalog = Cewen.open(index).assistant.index.catalog
    questions = feedback_set(_history(index), catalog) if feedback else draft_set(catalog, count, seed)
    save_set(questions, out)
    click.echo(
        f"{out}: {len(questions.cases)} 草稿 drafts；审阅后把 draft 改为 false · review, then set draft to false"
    )


def _history(index: Path) -> Path:
    """The history file of an index; a SettingsError where there is none, since opening would make one."""
    from assistant.history import history_path  # noqa: PLC0415
    from index_build.errors import SettingsError  # noqa: PLC0415

    path = history_path(index)
    if not path.is_file():
        raise SettingsError(
            f"还没有反馈（{path}）；请先用 cewen serve 并点评答案 · no feedback yet: rate answers on the page"
        )
    return path
