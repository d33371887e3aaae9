"""`cewen build`: files and folders into the index, one report line a file."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.options import index_option
from index_build.settings import BuildSettings, EmbeddingSettings

if TYPE_CHECKING:
    from index_build.build import BuildReport, FileLine

STATES = {
    "new": ("✓", "新增 new"),
    "changed": ("✓", "更新 changed"),
    "unchanged": ("=", "未变 unchanged"),
    "removed": ("-", "移除 removed"),
    "duplicate": ("=", "重复 duplicate"),
    "failed": ("✗", "失败 failed"),
}
STAGES = {"read": "读取与抽取 reading", "lexical": "词语索引 words", "vectors": "向量 vectors"}
SHOWN_WARNINGS = 5


@click.command(
    help="读取文件或文件夹，建立或更新索引。\n\nRead files and folders; create or update the index."
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@index_option
@click.option(
    "--samples", is_flag=True, help="用随附的虚构示例方案 · the invented sample plans that come along"
)
@click.option("--fresh", is_flag=True, help="只留本次给出的文件 · leave out what the index held before")
@click.option("--remove", multiple=True, help="移除这份文件（按文件名），可重复 · take this document out")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False),
              help="把存疑之处写成清单（.csv 或 .jsonl）· write what a person should check")  # fmt: skip
@click.option(
    "--vectors/--no-vectors", default=None, help="是否建向量，默认同原索引 · with vectors; default: as it was"
)
@click.option("--embedding-base-url", envvar="CEWEN_EMBEDDING_BASE_URL",
              help="OpenAI 兼容的向量服务地址；不填则本机拟合 · an OpenAI-compatible address; none: fitted here")  # fmt: skip
@click.option("--embedding-model", envvar="CEWEN_EMBEDDING_MODEL", help="向量模型名 · its model")
@click.option("--embedding-api-key", envvar="CEWEN_EMBEDDING_API_KEY",
              help="密钥，不写入磁盘 · its key, never written to disk")  # fmt: skip
@click.option(
    "--workers", type=click.IntRange(min=0), default=0, help="进程数，0 为自动 · processes, 0: as needed"
)
def build(
    paths: tuple[Path, ...],
    index: Path,
    samples: bool,
    fresh: bool,
    remove: tuple[str, ...],
    report: Path | None,
    vectors: bool | None,
    embedding_base_url: str | None,
    embedding_model: str | None,
    embedding_api_key: str | None,
    workers: int,
) -> None:
    if samples:
        paths = (*paths, Path(str(files("index_build") / "samples")))
    if remove and paths:
        raise click.UsageError("--remove 请单独使用 · use --remove by itself")
    if not paths and not remove:
        raise click.UsageError(
            "请给出文件或文件夹，或加 --samples 试用示例 · name files or folders, or try --samples"
        )
    if embedding_base_url and not embedding_model:
        raise click.UsageError(
            "用了 --embedding-base-url 还需 --embedding-model · an address needs --embedding-model"
        )
    from index_build import build as pipeline  # noqa: PLC0415  (--help need not load it)

    embedding = EmbeddingSettings(
        base_url=embedding_base_url, model=embedding_model, api_key=embedding_api_key
    )
    settings = BuildSettings(
        embedding=embedding, vectors=vectors, fresh=fresh, workers=workers or os.cpu_count() or 1
    )
    with _progress() as tell:
        if remove:
            done = pipeline.remove(remove, index, settings, tell)
        else:
            done = pipeline.build(paths, index, settings, tell)
    for note in done.notes:
        click.echo(f"! {note}")
    if report:
        count = write_review(index, report)
        click.echo(f"存疑清单 {report}：{count} 条 · {count} things to check")
    click.echo(summary(done, index))
    sys.exit(done.exit_code)


def line_text(line: FileLine) -> str:
    """The report of one file, its warnings below it."""
    sign, state = STATES[line.state.value]
    names = "、".join(line.names) or line.path.name
    shown = names if len(line.names) <= 3 else f"{line.path.name}（{len(line.names)} 份）"
    if line.reason is not None:
        return f"{sign} {line.path}  {state}：{line.reason}"
    if line.state.value == "removed":
        return f"{sign} {shown}  {state}"
    text = f"{sign} {shown}  {state}：措施 {line.measures} measures，段落 {line.passages} passages"
    warnings = [f"    ! {warning}" for warning in line.warnings[:SHOWN_WARNINGS]]
    more = len(line.warnings) - SHOWN_WARNINGS
    if more > 0:
        warnings.append(f"    ! 另有 {more} 条提示，见 --report · {more} more, see --report")
    return "\n".join([text, *warnings])


def summary(done: BuildReport, index_dir: Path) -> str:
    took = sum(done.seconds.values())
    failed = sum(line.state.value == "failed" for line in done.lines)
    state = f"第 {done.generation} 版" if done.published else f"第 {done.generation} 版，内容未变 unchanged"
    text = (
        f"索引 {index_dir}（{state}）：{done.documents} 份文件、{done.measures} 项措施，用时 {took:.1f} 秒 · "
        f"{done.documents} documents, {done.measures} measures, {took:.1f} s"
    )
    return text + (
        f"\n{failed} 个文件未能读取，其余可用 · {failed} failed, the rest is indexed" if failed else ""
    )


@contextlib.contextmanager
def _progress() -> Iterator[Any]:
    """A bar on a terminal, plain lines elsewhere; the lines of the report in both."""
    if not sys.stderr.isatty():

        def say(stage: str, done: int, total: int, *, line: FileLine | None = None) -> None:
            if line is not None:
                click.echo(line_text(line))

        yield say
        return
    from rich.console import Console  # noqa: PLC0415  (60 ms; only a terminal pays for it)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int, *, line: FileLine | None = None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=total or None)
            bar.update(tasks[stage], completed=done, total=total or None)
            if line is not None:
                bar.stop()
                click.echo(line_text(line))
                bar.start()

        yield show


REVIEW_HEADS = ("文件", "政策", "编号", "页", "位置", "内容", "牵头单位", "完成时限", "疑点")


def write_review(index_dir: Path, path: Path) -> int:
    """What a person should check, as .jsonl or .csv: doubts about measures, then warnings about files."""
    from index_build.catalog import Filter  # noqa: PLC0415
    from index_build.store import open_index  # noqa: PLC0415

    index = open_index(index_dir)
    found: list[tuple[str, ...]] = []
    for m in index.catalog.measures(Filter(has_doubt=True)):
        limits = "；".join(d.raw for d in m.deadlines)
        place = f"{m.parts[0].start}–{m.parts[-1].end}"
        page = "" if m.page is None else str(m.page)
        for doubt in m.doubts:
            found.append((m.policy.doc, m.policy.title, m.number or "", page, place, m.text[:60], "、".join(m.lead),
                          limits, doubt))  # fmt: skip
    for row in index.catalog.documents():
        found.extend((row.name, "", "", "", "", "", "", "", warning) for warning in row.warnings)
    index.close()
    with path.open("w", encoding="utf-8" if path.suffix == ".jsonl" else "utf-8-sig", newline="") as out:
        if path.suffix == ".jsonl":
            out.writelines(
                json.dumps(dict(zip(REVIEW_HEADS, one, strict=True)), ensure_ascii=False) + "\n"
                for one in found
            )
        else:
            from assistant.ledger.exports import guarded  # noqa: PLC0415

            sheet = csv.writer(out)
            sheet.writerow(REVIEW_HEADS)
            sheet.writerows([guarded(value) for value in one] for one in found)
    return len(found)
