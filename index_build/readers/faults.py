"""The one form in which a reader refuses a file: what is wrong and what to do, Chinese first, on one line."""

from __future__ import annotations

from index_build.errors import ReadError


def refuse(name: str, chinese: str, english: str) -> ReadError:
    """The error to raise about the file `name`."""
    return ReadError(one_line(f"{name}：{both(chinese, english)}"))


def both(chinese: str, english: str) -> str:
    """The two languages as every message has them."""
    return f"{chinese.rstrip('。')} · {english.rstrip('.')}"


def one_line(message: str) -> str:
    """A message that stays one line whatever a file's name or a library's complaint holds."""
    return " ".join("".join(c if c.isprintable() else " " for c in message).split())
