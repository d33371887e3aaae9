"""`cewen ask`: one question, or a file of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from assistant.cli.options import answer_options, index_option, read_settings
from assistant.model import Answer, Turn
from index_build.errors import CewenError, QuestionError


@click.command(
    help="问一个问题，或用 --batch 批量回答 · Answer one question, or a file of them with --batch."
)
@click.argument("question", required=False)
@index_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="输出格式 · output format",
)
@click.option(
    "--batch",
    type=click.Path(path_type=Path),
    help="问题文件，每行一个 JSON · questions, one JSON object a line",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="答案文件（默认标准输出） · answers (default: standard output)",
)
@click.option("--trace", is_flag=True, help="写出理解、候选和核对的过程 · show how the answer came about")
@answer_options
def ask(
    question: str | None,
    index: Path,
    form: str,
    batch: Path | None,
    out: Path | None,
    trace: bool,
    **values: Any,
) -> None:
    from assistant.ask import Assistant, explain  # noqa: PLC0415  (`--help` and bad options load nothing else)

    settings = read_settings(values)
    if (question is None) == (batch is None):
        raise click.UsageError("写一个问题，或用 --batch 给出问题文件 · give a question or --batch")
    assistant = Assistant.open(index, settings)
    if batch is not None:
        _answer_batch(assistant, batch, out)
        return
    assert question is not None
    if form == "json":
        answer = collect(assistant.stream(question))
        row = answer.row()
        if trace:
            row["trace"] = {**explain(answer.question, assistant), "claims": row["claims"], **answer.trace}
        click.echo(json.dumps(row, ensure_ascii=False))
        tell_fallback(answer)
        return
    answer = print_answer(assistant.stream(question))
    tell_fallback(answer)
    if trace:
        shown = {**explain(answer.question, assistant), "claims": answer.row()["claims"], **answer.trace}
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1, default=str))


def tell_fallback(answer: Answer) -> None:
    """A line on stderr where a language model was asked and could not be used: the answer is the extractive one."""
    why = answer.trace.get("model", {}).get("fallback")
    if why:
        click.echo(
            f"语言模型没有用上，以上是原文摘录 · the model was of no use, extracts stand：{why}", err=True
        )


def collect(pieces: Iterable[str | Answer], show: Callable[[str], None] = lambda piece: None) -> Answer:
    """The answer that comes after the pieces of its text, each of which is shown as it comes."""
    answer: Answer | None = None
    for piece in pieces:
        if isinstance(piece, Answer):
            answer = piece
        else:
            show(piece)
    assert answer is not None
    return answer


def print_answer(pieces: Iterable[str | Answer]) -> Answer:
    """The text as it comes, then its sources."""
    answer = collect(pieces, lambda piece: click.echo(piece, nl=False))
    click.echo("")
    for line in source_lines(answer):
        click.echo(line)
    return answer


def source_lines(answer: Answer, limit: int = 20) -> list[str]:
    """Where each marker points to: document, paper, number, page."""
    from assistant.labels import number_label  # noqa: PLC0415  (`--help` and bad options load nothing else)
    from index_build.text import titled  # noqa: PLC0415

    lines = [""] if answer.citations else []
    for c in answer.citations[:limit]:
        entry = c.entry
        place = [titled(entry.policy.title), *([entry.policy.doc_no] if entry.policy.doc_no else [])]
        if entry.number:
            place.append(number_label(entry))
        if c.parts[0].page is not None:
            place.append(f"p. {c.parts[0].page}")
        lines.append(f"[{c.n}] {entry.policy.doc} · {' '.join(place)}")
    if len(answer.citations) > limit:
        lines.append(f"… 共 {len(answer.citations)} 处 · {len(answer.citations)} sources in all")
    return lines


def _answer_batch(assistant: Any, batch: Path, out: Path | None) -> None:
    """One answer row for each question row, in order; a row that cannot be answered says why."""
    rows = read_batch(batch)
    lines = (json.dumps(_batch_row(assistant, row), ensure_ascii=False) for row in rows)
    if out is None:
        for line in lines:
            click.echo(line)
        return
    with out.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(line + "\n")


def _batch_row(assistant: Any, row: dict[str, Any]) -> dict[str, Any]:
    history = [Turn(str(t.get("role", "user")), str(t.get("content", ""))) for t in row.get("history") or []]
    try:
        answer: Answer = assistant.answer(str(row.get("question") or ""), history)
    except CewenError as error:
        return {
            "id": row.get("id"),
            "error": str(error),
            "answer": "",
            "outcome": None,
            "citations": [],
            "facts": [],
        }
    return answer.row(row.get("id"))


def read_batch(path: Path) -> list[dict[str, Any]]:
    """The rows of a questions file.  QuestionError with file and line where one is not a JSON object."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QuestionError(
            f"问题文件 {path} 读不了（{error.strerror}）；请检查路径 · questions file cannot be read: check the path"
        ) from error
    except UnicodeDecodeError as error:
        raise QuestionError(
            f"问题文件 {path} 不是 UTF-8；请另存为 UTF-8 · questions file is not UTF-8: save it as UTF-8"
        ) from error
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise QuestionError(
                f"{path}:{number} 不是 JSON（{error}）；请改正这一行 · this line is not JSON: mend it"
            ) from error
        if not isinstance(row, dict) or not isinstance(row.get("history") or [], list):
            raise QuestionError(
                f"{path}:{number} 应是带 question 的 JSON 对象；请改正这一行 · expected an object with `question`: mend this line"
            )
        rows.append(row)
    return rows
