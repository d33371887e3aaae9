"""A small real HTTP server that speaks the OpenAI protocol, with scripted behaviours: what the language model's
and the embedding model's clients are tested against.  It listens on a free port of 127.0.0.1.

    with FakeServer([says("你好"), status(429), cut("半句", after=2)]) as server:
        client = openai.OpenAI(base_url=server.base_url, api_key="k")

Each chat request takes the next behaviour of the script; the last one stays for all that follow.  Embeddings
are computed, not invented: `embedding(text)` below is what /v1/embeddings returns, so a test can compare.
"""

from __future__ import annotations

import contextlib
import json
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DIMENSION = 16


def embedding(text: str, dimension: int = DIMENSION) -> list[float]:
    """Characters counted into buckets by code point, scaled to length 1: equal texts lie together, and a reader
    can compute it."""
    counts = [0.0] * dimension
    for char in text:
        counts[ord(char) % dimension] += 1.0
    length = math.sqrt(sum(c * c for c in counts)) or 1.0
    return [c / length for c in counts]


@dataclass(frozen=True)
class Request:
    """A request as the server saw it."""

    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]


class Exchange(BaseHTTPRequestHandler):
    """One request and the means to answer it in any way, right or wrong."""

    protocol_version = "HTTP/1.1"
    server: FakeHTTPServer

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        self.server.owner.requests.append(Request(self.path, dict(self.headers), {}))
        if self.path.rstrip("/").endswith("/models"):
            models = [{"id": "fake-model", "object": "model", "created": 0, "owned_by": "tests"}]
            self.send_json({"object": "list", "data": models})
        else:
            self.send_json({"error": {"message": "no such path"}}, 404)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(raw or b"{}")
        self.body: Mapping[str, Any] = body
        owner = self.server.owner
        owner.requests.append(Request(self.path, dict(self.headers), body))
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if self.path.rstrip("/").endswith("/embeddings"):
                owner.next_embedding()(self)
            elif self.path.rstrip("/").endswith("/chat/completions"):
                owner.next_chat()(self)
            else:
                self.send_json({"error": {"message": "no such path"}}, 404)

    @property
    def streaming(self) -> bool:
        return bool(self.body.get("stream"))

    def send_bytes(
        self,
        data: bytes,
        status: int = 200,
        content_type: str = "application/json",
        headers: Mapping[str, str] = {},
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def send_json(self, value: Any, status: int = 200, headers: Mapping[str, str] = {}) -> None:
        self.send_bytes(json.dumps(value, ensure_ascii=False).encode(), status, headers=headers)

    def open_stream(self, content_type: str = "text/event-stream") -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def send_event(self, value: Any) -> None:
        data = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        self.wfile.write(f"data: {data}\n\n".encode())
        self.wfile.flush()


Behaviour = Callable[[Exchange], None]


class FakeHTTPServer(ThreadingHTTPServer):
    daemon_threads = True
    owner: FakeServer


@dataclass
class FakeServer:
    """The server of a test: `chat` and `embeddings` are its scripts, `requests` what it was asked."""

    chat: Sequence[Behaviour] = ()
    embeddings: Sequence[Behaviour] = ()
    requests: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chat_at = 0
        self._embedding_at = 0
        self._lock = threading.Lock()
        self.stopping = threading.Event()

    def __enter__(self) -> FakeServer:
        self._server = FakeHTTPServer(("127.0.0.1", 0), Exchange)
        self._server.owner = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    @property
    def chat_requests(self) -> list[Request]:
        return [r for r in self.requests if r.path.endswith("/chat/completions")]

    def next_chat(self) -> Behaviour:
        with self._lock:
            at = min(self._chat_at, len(self.chat) - 1)
            self._chat_at += 1
        return self.chat[at] if self.chat else says("好的。")

    def next_embedding(self) -> Behaviour:
        with self._lock:
            at = min(self._embedding_at, len(self.embeddings) - 1)
            self._embedding_at += 1
        return self.embeddings[at] if self.embeddings else embeds()


# -- embeddings ---------------------------------------------------------------------------------------------


def embeds(dimension: int = DIMENSION, *, shuffled: bool = False, drop: int = 0) -> Behaviour:
    """The right answer; `shuffled` gives the rows in another order (their `index` is right), `drop` leaves out
    the last ones."""

    def behave(exchange: Exchange) -> None:
        given = exchange.body.get("input", [])
        texts = [given] if isinstance(given, str) else list(given)
        data = [
            {"object": "embedding", "index": i, "embedding": embedding(str(text), dimension)}
            for i, text in enumerate(texts)
        ]
        if drop:
            data = data[:-drop]
        if shuffled:
            data.reverse()
        tokens = sum(len(str(t)) for t in texts)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        exchange.send_json(
            {"object": "list", "data": data, "model": exchange.body.get("model", ""), "usage": usage}
        )

    return behave


# -- chat: right answers ------------------------------------------------------------------------------------


def chunk(delta: Mapping[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    """One streamed piece of the protocol."""
    choice = {"index": 0, "delta": dict(delta), "finish_reason": finish}
    return {
        "id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "fake-model", "choices": [choice], **more,
    }  # fmt: skip


def completion(content: str | None, finish: str = "stop", **message: Any) -> dict[str, Any]:
    """A whole answer of the protocol."""
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 0,
        "model": "fake-model",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, **message},
                "finish_reason": finish,
            }
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }


def pieces_of(text: str, size: int = 3) -> Iterator[str]:
    for at in range(0, len(text), size):
        yield text[at : at + size]


def says(text: str, *, size: int = 3, finish: str = "stop", usage: bool = True) -> Behaviour:
    """The text, streamed in pieces of `size` characters if streaming was asked for."""

    def behave(exchange: Exchange) -> None:
        if not exchange.streaming:
            exchange.send_json(completion(text, finish))
            return
        exchange.open_stream()
        exchange.send_event(chunk({"role": "assistant", "content": ""}))
        for piece in pieces_of(text, size):
            exchange.send_event(chunk({"content": piece}))
        exchange.send_event(chunk({}, finish))
        if usage:
            counted = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
            exchange.send_event({**chunk({}), "choices": [], "usage": counted})
        exchange.send_event("[DONE]")

    return behave


# -- chat: failures -----------------------------------------------------------------------------------------


def status(code: int, message: str = "scripted", retry_after: str | None = None) -> Behaviour:
    headers = {"Retry-After": retry_after} if retry_after else {}
    return lambda exchange: exchange.send_json(
        {"error": {"message": message, "type": "scripted", "code": code}}, code, headers
    )


def raw(data: bytes, content_type: str = "application/json", code: int = 200) -> Behaviour:
    """These bytes as the whole body, whatever they are."""
    return lambda exchange: exchange.send_bytes(data, code, content_type)


def events(values: Iterable[Any], *, done: bool = True) -> Behaviour:
    """These events, one after the other (dictionaries as JSON, strings as they are)."""
    kept = list(values)

    def behave(exchange: Exchange) -> None:
        exchange.open_stream()
        for value in kept:
            exchange.send_event(value)
        if done:
            exchange.send_event("[DONE]")

    return behave


def cut(text: str, after: int) -> Behaviour:
    """A stream that ends without a word after `after` characters (the connection is closed)."""

    def behave(exchange: Exchange) -> None:
        exchange.open_stream()
        for piece in pieces_of(text[:after], 2):
            exchange.send_event(chunk({"content": piece}))
        exchange.connection.close()

    return behave


def cut_bytes(text: str, lost: int = 1) -> Behaviour:
    """A stream whose last event breaks off inside a character."""

    def behave(exchange: Exchange) -> None:
        exchange.open_stream()
        data = f"data: {json.dumps(chunk({'content': text}), ensure_ascii=False)}".encode()
        at = data.index(text[-1].encode()) + 3 - lost
        exchange.wfile.write(data[:at])
        exchange.wfile.flush()

    return behave


def drip(text: str, delay_s: float, size: int = 1) -> Behaviour:
    """The text, one small piece every `delay_s` seconds."""

    def behave(exchange: Exchange) -> None:
        exchange.open_stream()
        for piece in pieces_of(text, size):
            if exchange.server.owner.stopping.wait(delay_s):
                return
            exchange.send_event(chunk({"content": piece}))
        exchange.send_event(chunk({}, "stop"))
        exchange.send_event("[DONE]")

    return behave


def endless(piece: str, delay_s: float = 0.0) -> Behaviour:
    """The same piece for ever (until the reader leaves)."""

    def behave(exchange: Exchange) -> None:
        exchange.open_stream()
        while not exchange.server.owner.stopping.is_set():
            exchange.send_event(chunk({"content": piece}))
            if delay_s:
                time.sleep(delay_s)

    return behave


def hangs(seconds: float) -> Behaviour:
    """Nothing at all for so long, then a right answer that comes too late."""

    def behave(exchange: Exchange) -> None:
        if not exchange.server.owner.stopping.wait(seconds):
            says("太晚了。")(exchange)

    return behave


def closes() -> Behaviour:
    """The connection is closed before a byte is sent."""

    def behave(exchange: Exchange) -> None:
        exchange.close_connection = True
        exchange.connection.close()

    return behave


def calls_tool(name: str, arguments: Mapping[str, Any]) -> Behaviour:
    """A tool call where words were asked for."""
    call = {
        "index": 0, "id": "t1", "type": "function",
        "function": {"name": name, "arguments": json.dumps(arguments, ensure_ascii=False)},
    }  # fmt: skip

    def behave(exchange: Exchange) -> None:
        if not exchange.streaming:
            exchange.send_json(completion(None, "tool_calls", tool_calls=[call]))
            return
        exchange.open_stream()
        exchange.send_event(chunk({"role": "assistant", "content": None, "tool_calls": [call]}))
        exchange.send_event(chunk({}, "tool_calls"))
        exchange.send_event("[DONE]")

    return behave
