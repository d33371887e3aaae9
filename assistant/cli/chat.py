"""`cewen chat`: many turns in a terminal; plain lines where the output is piped."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from assistant.cli.ask import collect, print_answer, source_lines, tell_fallback
from assistant.cli.options import answer_options, index_option, read_settings
from assistant.model import Answer, Turn
from index_build.errors import CewenError

LEAVE = frozenset({"exit", "quit", "q", "退出", "再见", "/exit", "/quit"})
ANEW = frozenset({"/new", "新对话", "/新对话"})


@click.command(
    help="在终端里连续问答。 · Ask and answer over many turns.\n\n输入“新对话”重新开始，“退出”结束 · /new starts over, exit ends."
)
@index_option
@answer_options
def chat(index: Path, **values: Any) -> None:
    from assistant.ask import Assistant  # noqa: PLC0415  (`--help` loads nothing else)

    assistant = Assistant.open(index, read_settings(values))
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    show = _show_rich if terminal else _show_plain
    if terminal:
        click.echo("策问 Cewen：输入问题；“新对话”重新开始，“退出”结束 · type a question; /new, exit")
    history: list[Turn] = []
    for line in _lines(terminal):
        text = line.strip()
        if not text:
            continue
        if text.lower() in LEAVE:
            break
        if text.lower() in ANEW:
            history.clear()
            continue
        try:
            answer = show(assistant.stream(text, tuple(history)))
        except CewenError as error:
            click.echo(f"cewen: {error}", err=True)
            continue
        tell_fallback(answer)
        history += [Turn("user", text), Turn("assistant", answer.text)]


def _lines(terminal: bool) -> Any:
    if not terminal:
        yield from sys.stdin
        return
    while True:
        try:
            yield input("问 › ")
        except (EOFError, KeyboardInterrupt):
            click.echo("")
            return


def _show_plain(pieces: Iterable[str | Answer]) -> Answer:
    answer = print_answer(pieces)
    click.echo("")
    return answer


def _show_rich(pieces: Iterable[str | Answer]) -> Answer:
    from rich.console import Console  # noqa: PLC0415  (only on a terminal)
    from rich.live import Live  # noqa: PLC0415
    from rich.markdown import Markdown  # noqa: PLC0415

    console = Console()
    text = ""
    with Live(console=console, auto_refresh=False) as live:

        def draw(piece: str) -> None:
            nonlocal text
            text += piece
            live.update(Markdown(text), refresh=True)

        answer = collect(pieces, draw)
        live.update(Markdown(answer.text), refresh=True)
    for line in source_lines(answer):
        console.print(line, style="dim", markup=False, highlight=False)
    return answer
