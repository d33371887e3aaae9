"""`python -m eval.bench.load`: many people at once, over the page's own protocol and over the JSON interface.

Starts `cewen serve` over the sample plans (or an index of one's own) on this machine, lets so many clients ask one
question after another without a pause, and prints how long they waited and how much computing the server did.
Answers that the server has kept and answers to questions that it has not seen are measured apart: the latter have
blanks around them, which changes what they are kept under and nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import itertools
import json
import os
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

JSON = "JSON 接口 /api/answers"
PAGE = "页面自己的协议 the page's own protocol"
CONVERSATION = 3  # questions until a person begins anew
PATIENCE_S = 60.0
# (face, whether the answers are kept, quantile or rate) -> what is promised with 50 people on two cores
P95_MS, A_SECOND = 1_500.0, 400.0


@dataclass(frozen=True, slots=True)
class Line:
    """What so many clients found at one face.  `cpu_ms` is the server's computing for each answer."""

    face: str
    kept: bool
    clients: int
    answers: int
    seconds: float
    waits_ms: tuple[float, ...]
    cpu_ms: float | None

    def quantile(self, share: float) -> float:
        ranked = sorted(self.waits_ms)
        return ranked[min(len(ranked) - 1, int(len(ranked) * share))]

    def row(self) -> dict[str, Any]:
        return {
            "face": self.face,
            "kept": self.kept,
            "clients": self.clients,
            "answers": self.answers,
            "answers_per_s": round(self.answers / self.seconds, 1),
            "p50_ms": round(self.quantile(0.50), 1),
            "p95_ms": round(self.quantile(0.95), 1),
            "p99_ms": round(self.quantile(0.99), 1),
            "cpu_ms": round(self.cpu_ms, 2) if self.cpu_ms is not None else None,
        }


# ---- the server ---------------------------------------------------------------------------------------------


@contextlib.contextmanager
def serving(index: Path, workers: int = 0) -> Iterator[tuple[int, int, float]]:
    """`cewen serve` over an index: its port, its process, and the seconds until its page was ready."""
    from eval.bench.__main__ import cewen_command  # noqa: PLC0415  (it imports this module's neighbours)

    port = free_port()
    command = [
        *cewen_command(),
        "serve",
        "--index",
        str(index),
        "--port",
        str(port),
        "--workers",
        str(workers),
    ]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        asyncio.run(until_ready(port, process))
        yield port, process.pid, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    import socket  # noqa: PLC0415  (asked for once)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + PATIENCE_S
    while True:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            async with Caller.to(port) as caller:
                status, _ = await caller.request("GET", "/")
                if status == 200:
                    return
        if process.poll() is not None or time.monotonic() > limit:
            said = process.stderr.read().decode(errors="replace") if process.stderr else ""
            raise click.ClickException(f"cewen serve: {said.strip() or 'no answer'}")
        await asyncio.sleep(0.02)


def computed(pid: int) -> float | None:
    """The seconds that a process and those it started have computed; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        threads = Path(f"/proc/{pid}/task").glob("*/children")
        started = " ".join(thread.read_text(encoding="ascii") for thread in threads).split()
    except OSError:
        return None
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(computed(int(child)) or 0.0 for child in started)


# ---- a client -----------------------------------------------------------------------------------------------


class Caller:
    """One kept-alive connection.  A library would take more computing than the server that is measured, and both
    share this machine."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
        self._reader, self._writer, self._port = reader, writer, port

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, port: int) -> AsyncIterator[Caller]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
        try:
            yield cls(reader, writer, port)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def request(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        """Status and whole body."""
        status, length = await self._send(method, path, body)
        if length is not None:
            return status, await self._reader.readexactly(length)
        return status, b"".join([chunk async for chunk in self._chunks()])

    async def lines(self, path: str) -> AsyncIterator[bytes]:
        """The lines of a stream of events, to its end."""
        status, length = await self._send("GET", path, None)
        if status != 200 or length is not None:
            raise click.ClickException(f"{path}: {status}")
        left = b""
        async for chunk in self._chunks():
            *whole, left = (left + chunk).split(b"\n")
            for line in whole:
                yield line

    async def _send(self, method: str, path: str, body: object) -> tuple[int, int | None]:
        data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nContent-Length: {len(data)}\r\n"
            "Content-Type: application/json\r\n\r\n"
        )
        self._writer.write(head.encode() + data)
        answer = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(answer.split(" ", 2)[1])
        _, found, rest = answer.partition("\r\ncontent-length:")
        return status, int(rest.split("\r\n", 1)[0]) if found else None

    async def _chunks(self) -> AsyncIterator[bytes]:
        while size := int(await self._reader.readline(), 16):
            yield await self._reader.readexactly(size)
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)


Asker = Callable[[str], Awaitable[None]]


def by_json(caller: Caller, client: int) -> Asker:
    async def ask(question: str) -> None:
        status, body = await caller.request("POST", "/api/answers", {"question": question})
        if status != 200 or not body.startswith(b'{"'):
            raise click.ClickException(f"/api/answers: {status} {body[:200]!r}")

    return ask


@dataclass
class Person:
    """Someone at the page: a session of Gradio's queue, and the conversation that they are in."""

    session: str
    event: int
    component: int
    conversation: str | None = None
    asked: int = 0


async def person_at(caller: Caller, client: int) -> Person:
    _, body = await caller.request("GET", "/config")
    events = json.loads(body)["dependencies"]
    ask = next(e for e in events if e["targets"] and e["targets"][0][1] == "ask")
    return Person(f"load{client}", ask["id"], ask["targets"][0][0])


def by_page(caller: Caller, person: Person) -> Asker:
    async def ask(question: str) -> None:
        if person.asked % CONVERSATION == 0:
            person.conversation = None
        person.asked += 1
        body = {
            "data": [],
            "event_data": {"question": question, "conversation": person.conversation, "instead_of": None},
            "fn_index": person.event,
            "trigger_id": person.component,
            "session_hash": person.session,
        }
        status, said = await caller.request("POST", "/gradio_api/queue/join", body)
        if status != 200:
            raise click.ClickException(f"queue/join: {status} {said[:200]!r}")
        last = b""
        async for line in caller.lines(f"/gradio_api/queue/data?session_hash={person.session}"):
            if b'"process_completed"' in line or b'"process_generating"' in line:
                last = line
        found = json.loads(last.removeprefix(b"data: "))
        if not found["success"]:
            raise click.ClickException(f"queue/data: {last[:300]!r}")
        new = person.conversation is None
        person.conversation = conversation_of(found["output"]["data"]) or person.conversation
        if new:  # the page's list of conversations has one more
            await caller.request("GET", "/api/conversations?words=")

    return ask


def conversation_of(data: Sequence[Any]) -> str | None:
    """The conversation that a state names; None where only what changed was sent."""
    state = data[0] if data else None
    return state.get("conversation") if isinstance(state, dict) else None


# ---- the crowd ----------------------------------------------------------------------------------------------


def unseen(questions: Sequence[str], start: int) -> Iterator[str]:
    """Questions whose answers are not kept: a number, in blanks of two kinds, behind each."""
    for number in itertools.count(start):
        blanks = f"{number:b}".translate(str.maketrans("01", " \t"))
        yield questions[number % len(questions)] + blanks


async def crowd(
    port: int, face: str, clients: int, questions: Iterator[str], seconds: float, most: int
) -> tuple[list[float], float]:
    """The milliseconds of every answer, and the seconds it took; at most `most` questions."""
    waits: list[float] = []
    left = itertools.islice(questions, most)
    ends = time.perf_counter() + seconds

    async def one(client: int) -> None:
        async with Caller.to(port) as caller:
            if face == PAGE:
                ask = by_page(caller, await person_at(caller, client))
            else:
                ask = by_json(caller, client)
            await ready.wait()
            for question in left:
                began = time.perf_counter()
                await asyncio.wait_for(ask(question), PATIENCE_S)
                waits.append((time.perf_counter() - began) * 1e3)
                if time.perf_counter() > ends:
                    return

    ready = asyncio.Barrier(clients)
    started = time.perf_counter()
    async with asyncio.TaskGroup() as people:
        for client in range(clients):
            people.create_task(one(client))
    return waits, time.perf_counter() - started


def measure(
    port: int, pid: int, face: str, kept: bool, clients: int, asked: Sequence[str], seconds: float, most: int
) -> Line:
    if kept:
        questions: Iterator[str] = itertools.cycle(asked)
        asyncio.run(crowd(port, face, 1, iter(asked), PATIENCE_S, len(asked)))
    else:
        questions = unseen(asked, int(time.time() * 1000))
    before = computed(pid)
    waits, took = asyncio.run(crowd(port, face, clients, questions, seconds, most))
    after = computed(pid)
    cpu = (after - before) * 1e3 / len(waits) if before is not None and after is not None else None
    return Line(face, kept, clients, len(waits), took, tuple(waits), cpu)


def table(lines: Sequence[Line], ready: float, about: str) -> str:
    shown = [
        about,
        "",
        f"页面就绪 page ready: {ready:.2f} s",
        "",
        "| | 人数 clients | 回答 answers | 每秒 a second | p50 ms | p95 ms | p99 ms | 服务器计算 server CPU ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for line in lines:
        row = line.row()
        kind = "已存 kept" if line.kept else "新问 new"
        cpu = "—" if row["cpu_ms"] is None else row["cpu_ms"]
        shown.append(
            f"| {line.face}，{kind} | {line.clients} | {line.answers} | {row['answers_per_s']} | {row['p50_ms']} |"
            f" {row['p95_ms']} | {row['p99_ms']} | {cpu} |"
        )
    return "\n".join(shown)


def missed(lines: Sequence[Line]) -> list[str]:
    """The promises that were not kept, in words."""
    found = []
    for line in lines:
        p95, rate = line.quantile(0.95), line.answers / line.seconds
        if line.face == PAGE and p95 > P95_MS:
            found.append(f"{line.face}: p95 {p95:.0f} ms > {P95_MS:.0f} ms")
        if line.face == JSON and rate < A_SECOND:
            kind = "已存 kept" if line.kept else "新问 new"
            found.append(f"{line.face}，{kind}: {rate:.0f}/s < {A_SECOND:.0f}/s")
    return found


@click.command(
    help="许多人同时使用：页面与 JSON 接口 · Many people at once, at the page and at the JSON interface."
)
@click.option("--index", type=click.Path(path_type=Path, exists=True),
              help="索引（默认以示例方案现建） · index, default made of the sample plans")  # fmt: skip
@click.option(
    "--set", "question_set", type=click.Path(path_type=Path, exists=True), help="问题集 · question set"
)
@click.option("--clients", type=click.IntRange(1, 500), default=50, show_default=True, help="人数 · people")
@click.option("--seconds", type=click.FloatRange(0.5, 600), default=8.0, show_default=True,
              help="每项最长时间 · time for each line")  # fmt: skip
@click.option("--most", type=click.IntRange(1), default=20_000, show_default=True,
              help="每项最多问题数 · questions for each line")  # fmt: skip
@click.option("--workers", type=click.IntRange(0, 64), default=0, show_default=True,
              help="cewen serve --workers · processes that find answers")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), default=Path("reports/bench"), show_default=True,
              help="写到 · folder to write")  # fmt: skip
def main(
    index: Path | None,
    question_set: Path | None,
    clients: int,
    seconds: float,
    most: int,
    workers: int,
    out: Path,
) -> None:
    from eval.case_files import load_set  # noqa: PLC0415  (--help need not load it)

    root = Path(__file__).parents[2]
    asked = [c.question for c in load_set(question_set or root / "eval/sets/samples.jsonl").cases]
    with tempfile.TemporaryDirectory(prefix="cewen-load-") as work:
        if index is None:
            from index_build.build import build  # noqa: PLC0415
            from index_build.settings import BuildSettings  # noqa: PLC0415

            index = Path(work) / "index"
            build([root / "index_build/samples"], index, BuildSettings(vectors=False))
        with serving(index, workers) as (port, pid, ready):
            lines = [
                measure(port, pid, face, kept, clients, asked, seconds, most)
                for face in (JSON, PAGE)
                for kept in (True, False)
            ]
    load = f"，开始时系统负载 load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    about = f"{dt.date.today().isoformat()}, {os.cpu_count()} 核 cores, --workers {workers}{load}"
    text = table(lines, ready, about)
    out.mkdir(parents=True, exist_ok=True)
    (out / "load.md").write_text(text + "\n", encoding="utf-8")
    rows = {"about": about, "ready_s": round(ready, 2), "lines": [line.row() for line in lines]}
    (out / "load.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(text)
    for miss in missed(lines):
        click.echo(miss, err=True)


if __name__ == "__main__":
    main()
