"""What is kept of a conversation, as values: the conversation, its messages, and feedback on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.model import Turn


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation in a list: `messages` counts them; times are UTC."""

    id: str
    title: str
    created: dt.datetime
    updated: dt.datetime
    messages: int


@dataclass(frozen=True, slots=True)
class Message:
    """One turn as it was said; `answer` is the whole answer row of an assistant's turn, None for a person's.

    `useful` is the feedback given to it: True 有用, False 有误, None not rated."""

    id: str
    conversation: str
    role: str
    content: str
    created: dt.datetime
    answer: Mapping[str, Any] | None = None
    useful: bool | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """What a person decided about the doubts that the reading of a measure left: `good` if it was read rightly.  It
    holds for these doubts; a measure that is read anew with others is to be checked again."""

    measure: str
    doubts: tuple[str, ...]
    good: bool
    note: str
    user: str
    created: dt.datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said of an answer.  `user` is None once the conversation is deleted."""

    id: str
    user: str | None
    useful: bool
    reason: str
    right_answer: str
    question: str
    earlier: tuple[Turn, ...]
    said: str
    answer: Mapping[str, Any] | None
    created: dt.datetime
