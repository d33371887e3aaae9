"""`cewen measures`: the ledger (责任台账), filtered, shown or exported."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from assistant.cli.options import index_option

if TYPE_CHECKING:
    from assistant.ledger.rows import Row

FORMATS = ("table", "jsonl", "csv", "xlsx", "ics")
SHOWN_ROWS = 200  # of a table on a terminal, unless --limit says otherwise


@click.command(
    help="责任台账：按部门、地区、时限、文件、词语筛选，显示或导出。\n\nThe ledger, filtered and exported."
)
@index_option
@click.option("--department", multiple=True, help="部门，可重复 · department, repeatable")
@click.option("--lead-only", is_flag=True, help="只要该部门牵头的 · only what it leads")
@click.option("--place", multiple=True, help="地区，如 思明区，可重复 · place, repeatable")
@click.option("--below", is_flag=True, help="连同下级地区 · with the places below")
@click.option("--due-by", help="截止日期不晚于，如 2022-06-30、2022年底 · due by")
@click.option("--due-from", help="截止日期不早于 · due from")
@click.option("--document", multiple=True, help="文件名、标题或文号，可重复 · file name, title or number")
@click.option("--text", default="", help="含这些词 · holds these words")
@click.option("--order", type=click.Choice(["source", "due", "place"]), default="source", show_default=True,
              help="次序 · order")  # fmt: skip
@click.option("--format", type=click.Choice(FORMATS), help="格式，默认 table，或随 --out 的后缀 · format")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="写入文件 · write to a file")
@click.option("--limit", type=click.IntRange(min=0), help="最多几行，0 为全部 · at most, 0: all")
def measures(
    index: Path,
    department: tuple[str, ...],
    lead_only: bool,
    place: tuple[str, ...],
    below: bool,
    due_by: str | None,
    due_from: str | None,
    document: tuple[str, ...],
    text: str,
    order: str,
    format: str | None,
    out: Path | None,
    limit: int | None,
) -> None:
    if lead_only and not department:
        raise click.UsageError("--lead-only 要和 --department 一起用 · --lead-only needs --department")
    form = format or _form_of(out)
    if form == "xlsx" and out is None and sys.stdout.isatty():
        raise click.UsageError(".xlsx 请用 --out 写入文件 · write .xlsx to a file with --out")
    from assistant.ledger.exports import export, title_of  # noqa: PLC0415
    from assistant.ledger.filter import read_filter  # noqa: PLC0415
    from assistant.ledger.rows import rows  # noqa: PLC0415  (--help need not open the catalog)
    from index_build.store import open_index  # noqa: PLC0415

    with contextlib.closing(open_index(index)) as opened:
        catalog, today = opened.catalog, dt.date.today()
        where = read_filter(
            catalog, departments=department, lead_only=lead_only, places=place, below=below, documents=document,
            due_from=due_from, due_by=due_by, words=text, today=today,
        )  # fmt: skip
        total = catalog.count(where)
        on_terminal = form == "table" and out is None and sys.stdout.isatty()
        shown = SHOWN_ROWS if limit is None and on_terminal else limit or total
        made = itertools.islice(rows(catalog, where, order=order, today=today), shown)
        if on_terminal:
            show_table(made)
        else:
            title = title_of(
                place, department, document, lead_only=lead_only, due_from=due_from, due_by=due_by, words=text
            )
            with contextlib.nullcontext(sys.stdout.buffer) if out is None else _replacing(out) as file:
                export(made, form, file, title=title)
                file.flush()
    click.echo(_said(total, shown, out), err=True)


def _said(total: int, shown: int, out: Path | None) -> str:
    """How many measures there are, how many of them are shown, and where they went."""
    parts = [f"共 {total} 项 · {total} measures"]
    if shown < total:
        parts.append(f"显示前 {shown} 项，--limit 0 看全部 · the first {shown}, --limit 0 for all")
    if out is not None:
        parts.append(f"已写入 {out}")
    return "；".join(parts)


def _form_of(out: Path | None) -> str:
    suffix = out.suffix.lstrip(".").lower() if out else ""
    return suffix if suffix in FORMATS else "table"


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """A file that is there complete or not at all."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        file = aside.open("wb")
    except OSError as error:
        error.filename = str(path)  # the name that was asked for, not the one beside it
        raise
    try:
        with file:
            yield file
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def show_table(made: Iterator[Row]) -> None:
    """A table for a terminal."""
    from rich.console import Console  # noqa: PLC0415  (60 ms; only a terminal pays for it)
    from rich.table import Table  # noqa: PLC0415

    from assistant.ledger.exports import COLUMNS, TABLE_HEADS  # noqa: PLC0415

    columns = [column for column in COLUMNS if column.head in TABLE_HEADS]
    table = Table(show_lines=True, header_style="bold", expand=True)
    for column in columns:
        share = {"措施内容": 5, "责任单位": 2, "牵头单位": 2, "完成时限": 2}.get(column.head)
        table.add_column(column.head, overflow="fold", ratio=share, no_wrap=share is None)
    for one in made:
        brief = {**one, "place": one["place"][-1:]}  # the last step of the path is enough where room is short
        table.add_row(*(column.value(brief) or "—" for column in columns))
    Console().print(table)
