"""Where a measure stands against a day: not yet due, due this month, overdue, ongoing, or no time stated.

Pure: the day is given, never read from a clock here.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from index_build.model import DeadlineKind


class Standing(StrEnum):
    """How a measure or a deadline stands against a day; unstated where there is no limit."""

    NOT_DUE = "not_due"
    DUE_THIS_MONTH = "due_this_month"
    OVERDUE = "overdue"
    ONGOING = "ongoing"
    UNSTATED = "unstated"


class TimeLimit(Protocol):
    """What is needed of a deadline: its words, its last day and its kind."""

    @property
    def raw(self) -> str: ...
    @property
    def date(self) -> dt.date | None: ...
    @property
    def kind(self) -> DeadlineKind: ...


# A first result by a day, then work that goes on (9月底前初见成效，此后持续推进): after that day it is ongoing.
_GOES_ON = re.compile("持续|长期|常态|坚持|不断|每[年月季周日]")
# The most pressing first: what is still to come counts before what is past.
_ORDER = (Standing.DUE_THIS_MONTH, Standing.NOT_DUE, Standing.ONGOING, Standing.OVERDUE)


def goes_on(deadline: TimeLimit) -> bool:
    """Whether the work has no end, or goes on after its day."""
    lasting = deadline.kind in (DeadlineKind.ONGOING, DeadlineKind.RECURRING)
    return lasting or bool(_GOES_ON.search(deadline.raw))


def deadline_standing(deadline: TimeLimit, today: dt.date) -> Standing:
    """One time limit against `today`.  Without a last day it cannot be overdue."""
    if deadline.date is None:
        return Standing.ONGOING
    if deadline.date < today:
        return Standing.ONGOING if goes_on(deadline) else Standing.OVERDUE
    same_month = (deadline.date.year, deadline.date.month) == (today.year, today.month)
    return Standing.DUE_THIS_MONTH if same_month else Standing.NOT_DUE


def measure_standing(deadlines: Iterable[TimeLimit], today: dt.date) -> Standing:
    """All time limits of one measure: the nearest that is still to come decides, then ongoing, then overdue."""
    found = {deadline_standing(d, today) for d in deadlines}
    return next((standing for standing in _ORDER if standing in found), Standing.UNSTATED)
