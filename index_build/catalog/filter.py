"""Which measures: the one filter of ledger, lists, exports and interfaces, and what a list of documents or
departments consists of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from index_build.model import Role
from index_build.text import fold, simplify


@dataclass(frozen=True, slots=True)
class Filter:
    """Which measures: every field that is set has to hold, and within a field one of its values.

    `departments` are names as people say them (区住建局); without a place they hold for every place.  `places`
    are whole paths, and a path is not its lower places.  `due_from` and `due_by` are days, both included, of one
    and the same deadline.  `words` have to stand in the body, the plan or the headings, each of them.  `ids`, where
    they are given, are all that may be named, `not_ids` are not."""

    departments: tuple[str, ...] = ()
    role: Role | None = None
    places: tuple[tuple[str, ...], ...] = ()
    policies: tuple[tuple[str, int], ...] = ()
    due_from: dt.date | None = None
    due_by: dt.date | None = None
    words: str = ""
    numbers: tuple[str, ...] = ()
    has_deadline: bool | None = None
    has_lead: bool | None = None
    has_doubt: bool | None = None
    ids: tuple[str, ...] | None = None
    not_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as listed: `path` is the file it was read from, `warnings` the reader's and the extractor's."""

    name: str
    sha256: str
    characters: int
    measures: int
    warnings: tuple[str, ...]
    passages: int = 0
    path: str = ""
    file_sha256: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One printed name in one policy, and in how many of its measures it leads or helps."""

    name: str
    key: str
    policy: tuple[str, int]
    lead: int
    responsible: int


EVERY_MEASURE = Filter()


def is_selective(where: Filter) -> bool:
    """Whether a filter names few measures, which an index leads to."""
    return bool(where.departments or where.due_from or where.due_by)


def searched_form(text: str) -> str:
    """What `Filter.words` is matched in and by."""
    return simplify(fold(text)).lower()
