"""`cewen internal`: which documents only staff see."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.options import index_option


@click.command(
    help="把文件标为内部：访客在回答、清单、导出和各接口里都看不到它，立即生效。不给名称则列出。\n\n"
    "Mark documents as internal: visitors see nothing of them, at once. Without names, list them. "
    "NAMES are documents of the index, or files and folders, before or after they are indexed."
)
@index_option
@click.argument("names", nargs=-1)
@click.option("--open", "opened", is_flag=True, help="改为对访客开放 · open them to visitors again")
def internal(index: Path, names: tuple[str, ...], opened: bool) -> None:
    # the catalog is opened only when this command runs
    from assistant.internal import Internal, internal_among, internal_path, path_mark  # noqa: PLC0415
    from index_build.errors import IndexMissing, SettingsError  # noqa: PLC0415
    from index_build.store import open_index  # noqa: PLC0415

    kept = Internal(internal_path(index))
    try:
        rows = open_index(index).catalog.documents()
    except IndexMissing:
        rows = ()
    known = {row.name for row in rows}
    for name in names:
        mark = path_mark(Path(name)) if name not in known and Path(name).exists() else name
        if not opened:
            kept.add([mark])
            if not internal_among(rows, [mark]):
                note = "索引里还没有它，编入后即为内部 · not indexed yet: internal as soon as it is"
                click.echo(f"{name}：{note}", err=True)
        elif mark in kept.marks():
            kept.forget([mark])
        elif name in internal_among(rows, kept.marks()):
            kept.open_to_visitors([row for row in rows if row.name == name])
        else:
            raise SettingsError(
                f"{name} 不是内部文件；cewen internal 可查看 · not internal: see cewen internal"
            )
    marks = kept.marks()
    hidden = internal_among(rows, marks)
    for name in sorted(hidden):
        click.echo(name)
    for mark in sorted(m for m in marks - hidden if not internal_among(rows, [m])):
        click.echo(f"{mark}\t（未收录 · not indexed）")
    if not marks:
        click.echo("没有内部文件 · no internal documents")
