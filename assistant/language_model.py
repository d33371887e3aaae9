"""The language model: words from any OpenAI-compatible address, or from any LlamaIndex LLM.  This module owns the
network side: timeouts, retries, limits, what was spent.  What the words may say is decided elsewhere.

A `Speaker` has one verb, `stream(messages)`, which gives pieces of text and raises `ModelError` for everything
that can go wrong: unreachable, refused (401, 404, 429, 5xx), timed out, dripping, never ending, of a wrong content
type, malformed, empty, broken off, a tool call instead of words.  Errors before the first piece are retried with
backoff where that can help; after it they are raised, and the caller keeps what it already has.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import httpx
import tenacity

from assistant.bounded_http import DEADLINE_HEADER, BoundedTransport, proxy_for
from assistant.budget import count
from assistant.settings import ModelSettings
from index_build.errors import ModelError

if TYPE_CHECKING:
    import openai
    from llama_index.core.llms import LLM

Message = Mapping[str, str]

CONNECT_S = 5.0
CHARACTERS_A_TOKEN = 6  # a reply of more characters than this for each token asked for is never ending
LONGEST_WAIT_S = 4.0
SAID_NOTHING = "语言模型没有给出内容；请检查 model · the language model said nothing: check model"
RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
REMEDIES = {
    401: "密钥不对，请检查 api_key · wrong key: check api_key",
    403: "没有权限，请检查 api_key · forbidden: check api_key",
    404: "地址或模型名不对，请检查 base_url 与 model · check base_url and model",
    429: "请求过多，请稍后再试 · too many requests: try again later",
}


@dataclass
class Spent:
    """What an answer cost: counted by the server where it says, else by us (`estimated`)."""

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False
    seconds: float = 0.0
    failures: int = 0

    def cost(self, settings: ModelSettings) -> float | None:
        """Prompt and completion tokens at the set prices (for a million tokens); None without prices."""
        prices = settings.prompt_price, settings.completion_price
        if prices == (0.0, 0.0):
            return None
        return (self.prompt_tokens * prices[0] + self.completion_tokens * prices[1]) / 1e6

    def row(self, settings: ModelSettings) -> dict[str, Any]:
        return {
            "requests": self.requests,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "estimated": self.estimated,
            "seconds": round(self.seconds, 3),
            "cost": self.cost(settings),
        }


class Speaker(Protocol):
    """Whatever gives words for messages."""

    spent: Spent

    def stream(self, messages: Sequence[Message], *, max_tokens: int | None = None) -> Iterator[str]: ...


def complete(speaker: Speaker, messages: Sequence[Message], *, max_tokens: int | None = None) -> str:
    """The whole reply; a failure is counted in `spent.failures` and raised."""
    try:
        return "".join(speaker.stream(messages, max_tokens=max_tokens))
    except ModelError:
        speaker.spent.failures += 1
        raise


@dataclass
class LanguageModel:
    """A model behind an OpenAI-compatible address.  One object an answer: it counts what it spends."""

    settings: ModelSettings
    spent: Spent = field(default_factory=Spent)

    def stream(self, messages: Sequence[Message], *, max_tokens: int | None = None) -> Iterator[str]:
        """The reply piece by piece.  Raises ModelError with the remedy for a server that cannot be reached, refuses,
        takes longer than `timeout_s`, breaks off, comes to `max_tokens` or says nothing; a request is sent again only
        before its first piece."""
        tokens = max_tokens or self.settings.max_tokens
        started = time.monotonic()
        said: list[str] = []
        self._counted: tuple[int, int] | None = None
        self._response: httpx.Response | None = None
        try:
            chunks = self._open(messages, tokens, started + self.settings.timeout_s)
            for piece in self._pieces(chunks, tokens):
                said.append(piece)
                yield piece
        finally:
            if self._response is not None:
                self._response.close()  # a reader that leaves early must not keep the server talking
            self.spent.seconds += time.monotonic() - started
            if self._response is not None:
                self._settle(messages, "".join(said))
        if not "".join(said).strip():
            raise ModelError(SAID_NOTHING)

    def _open(self, messages: Sequence[Message], tokens: int, deadline: float) -> Iterator[Any]:
        """The reply's chunks, the request sent again where that can help."""
        import openai  # noqa: PLC0415  (half a second to import; only a configured model pays it)

        request = {
            "model": self.settings.model or "default",
            "messages": list(messages),
            "max_tokens": tokens,
            "temperature": self.settings.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(can_be_retried),
            wait=wait_for,
            stop=tenacity.stop_after_attempt(1 + self.settings.retries)
            | tenacity.stop_before_delay(max(0.0, deadline - time.monotonic())),
            reraise=True,
        )
        try:
            for attempt in retrying:
                with attempt:
                    self.spent.requests += 1
                    return self._ask(request, deadline)
        except (openai.OpenAIError, httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError) as error:
            raise as_model_error(error) from error
        raise AssertionError("tenacity gives up by raising")

    def _ask(self, request: dict[str, Any], deadline: float) -> Iterator[Any]:
        """One request.  A server that knows no usage in streams refuses the option, and is asked without it."""
        import openai  # noqa: PLC0415

        left = max(0.1, deadline - time.monotonic())
        create: Any = client(self.settings).chat.completions.with_raw_response.create
        options = {
            "timeout": httpx.Timeout(left, connect=min(CONNECT_S, left)),
            "extra_headers": {DEADLINE_HEADER: repr(deadline)},
        }
        try:
            raw = create(**request, **options)
        except (openai.BadRequestError, openai.UnprocessableEntityError):
            if "stream_options" not in request:
                raise
            del request["stream_options"]
            raw = create(**request, **options)
        self._response = raw.http_response
        kind = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "text/event-stream":
            return iter(raw.parse())
        body = self._response.read()
        if kind == "application/json":
            return iter([json.loads(body)])  # the server does not stream
        raise ValueError(f"content type {kind or 'missing'}")

    def _pieces(self, chunks: Iterator[Any], tokens: int) -> Iterator[str]:
        """The words of the chunks; whatever else they hold ends the reply."""
        import openai  # noqa: PLC0415

        length, finish = 0, None
        try:
            for chunk in chunks:
                self._count(field_of(chunk, "usage"))
                choice = first_choice(chunk)
                if choice is None:
                    continue
                piece = words_of(choice)
                length += len(piece)
                if length > tokens * CHARACTERS_A_TOKEN:
                    raise ModelError("语言模型的回答没有尽头 · the language model's reply never ends")
                if piece:
                    yield piece
                finish = field_of(choice, "finish_reason") or finish
        except (openai.OpenAIError, httpx.HTTPError, ValueError, TypeError, AttributeError) as error:
            raise as_model_error(error) from error
        if finish == "length":
            raise ModelError(
                "语言模型的回答到了长度上限；请加大 max_tokens · the reply was cut: raise max_tokens"
            )
        if finish != "stop":
            raise ModelError(
                f"语言模型的回答中断了（{str(finish)[:20]}） · the language model's reply broke off"
            )

    def _settle(self, messages: Sequence[Message], said: str) -> None:
        """Add what the reply cost; a request that was refused cost nothing."""
        self.spent.estimated |= self._counted is None
        prompt, completion = self._counted or (sum(count(m["content"]) for m in messages), count(said))
        self.spent.prompt_tokens += prompt
        self.spent.completion_tokens += completion

    def _count(self, usage: Any) -> None:
        """Some servers send what was used so far with every chunk: the last word counts."""
        tokens = [field_of(usage, name) for name in ("prompt_tokens", "completion_tokens")]
        if all(isinstance(n, int) and 0 <= n < 10**9 for n in tokens):
            self._counted = (tokens[0], tokens[1])


@dataclass
class LlamaSpeaker:
    """Any LlamaIndex LLM as a speaker."""

    llm: LLM
    spent: Spent = field(default_factory=Spent)

    def stream(self, messages: Sequence[Message], *, max_tokens: int | None = None) -> Iterator[str]:
        """The reply piece by piece; any failure of the given LLM is a ModelError.  Tokens are estimated."""
        from llama_index.core.llms import ChatMessage  # noqa: PLC0415  (only where a LlamaIndex LLM is given)

        chat = [ChatMessage(role=m["role"], content=m["content"]) for m in messages]
        started, said = time.monotonic(), list[str]()
        self.spent.requests += 1
        self.spent.estimated = True
        self.spent.prompt_tokens += sum(count(m["content"]) for m in messages)
        try:
            for response in self.llm.stream_chat(chat):
                piece = response.delta or ""
                said.append(piece)
                yield piece
        except llama_failures() as error:
            raise as_model_error(error) from error
        finally:
            self.spent.seconds += time.monotonic() - started
            self.spent.completion_tokens += count("".join(said))
        if not "".join(said).strip():
            raise ModelError(SAID_NOTHING)


def llama_failures() -> tuple[type[Exception], ...]:
    """What the integrations of LlamaIndex raise."""
    import openai  # noqa: PLC0415

    return (
        openai.OpenAIError, httpx.HTTPError, OSError, RuntimeError, ValueError, TypeError, AttributeError,
        LookupError, NotImplementedError,
    )  # fmt: skip


def llama_llm(settings: ModelSettings) -> LLM:
    """The set model as a LlamaIndex LLM, for programs that are built on it."""
    from llama_index.llms.openai_like import OpenAILike  # noqa: PLC0415  (only for LlamaIndex programs)

    return OpenAILike(
        model=settings.model or "default",
        api_base=settings.base_url,
        api_key=settings.api_key or "none",
        is_chat_model=True,
        context_window=settings.context_tokens + settings.max_tokens,
        max_tokens=settings.max_tokens,
        temperature=settings.temperature,
        timeout=settings.timeout_s,
        max_retries=settings.retries,
    )


# -- the connection -------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def client(settings: ModelSettings) -> openai.OpenAI:
    """One client, with its pool of connections, for each address and key."""
    import openai  # noqa: PLC0415

    return openai.OpenAI(
        base_url=settings.base_url,
        api_key=settings.api_key or "none",
        max_retries=0,  # retried here, so that an answer has one deadline
        http_client=httpx.Client(transport=BoundedTransport(proxy_for(settings.base_url or ""))),
    )


# -- reading replies, whatever they are -----------------------------------------------------------------------


def field_of(value: Any, name: str) -> Any:
    """A field of an object or of a mapping; None where there is none."""
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def first_choice(chunk: Any) -> Any:
    """None where the chunk has none.  Raises ValueError for an error sent inside the stream."""
    choices = field_of(chunk, "choices")
    if field_of(chunk, "error"):
        raise ValueError(f"error in the stream: {str(field_of(chunk, 'error'))[:200]}")
    return choices[0] if isinstance(choices, list) and choices else None


def words_of(choice: Any) -> str:
    """The text of a streamed or a whole choice.  Raises ValueError for a tool call or for anything but text."""
    said = field_of(choice, "delta") or field_of(choice, "message")
    if field_of(said, "tool_calls") or field_of(said, "function_call"):
        raise ValueError("a tool call instead of words")
    content = field_of(said, "content")
    if content is None:
        return ""
    if not isinstance(content, str):
        raise ValueError("content is no text")
    return content


def can_be_retried(error: BaseException) -> bool:
    """Whether the same request may succeed a moment later: the server is busy, or the connection broke."""
    import openai  # noqa: PLC0415

    if isinstance(error, openai.APIStatusError):
        return error.status_code in RETRIED
    return isinstance(error, openai.APIConnectionError) and not isinstance(error, openai.APITimeoutError)


def wait_for(state: tenacity.RetryCallState) -> float:
    """What the server asks for (Retry-After), else longer each time; never longer than LONGEST_WAIT_S."""
    error = state.outcome.exception() if state.outcome else None
    response = getattr(error, "response", None)
    asked = response.headers.get("retry-after", "") if response is not None else ""
    if asked.replace(".", "", 1).isdigit():
        return min(float(asked), LONGEST_WAIT_S)
    return tenacity.wait_exponential_jitter(initial=0.2, max=LONGEST_WAIT_S, jitter=0.2)(state)


def as_model_error(error: Exception) -> ModelError:
    """One line that names the failure and its remedy."""
    if isinstance(error, ModelError):
        return error
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        remedy = REMEDIES.get(status, "请检查语言模型服务 · check the model's server")
        return ModelError(f"语言模型拒绝了请求（{status}）；{remedy}")
    if "timed out" in str(error).lower() or "timeout" in type(error).__name__.lower():
        return ModelError(
            "语言模型超时；请加大 timeout_s 或换更快的模型 · timed out: raise timeout_s or take a faster model"
        )
    if isinstance(error, ValueError | TypeError | AttributeError):
        why = " ".join(str(error).split())[:120]
        return ModelError(
            f"语言模型的回答读不懂（{why}）；请检查 base_url · the reply makes no sense: check base_url"
        )
    return ModelError(
        "连不上语言模型；请检查 base_url 与网络 · cannot reach the model: check base_url and network"
    )
