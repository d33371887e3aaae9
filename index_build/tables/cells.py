"""What the cells of units and times of a task table hold beside plain lists: numbers of pieces, roles in words, days
as a sheet counts them.  Pure text; where a cell stands is its table's matter.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from index_build.clauses import Clause, find_clauses, shifted
from index_build.dates import DateHit
from index_build.model import DeadlineKind, Role

Piece = tuple[str, list[int]]  # text, and the folded place of each character

_NUMBER = re.compile(r"\d{1,2}[.、．）](?=[\u4e00-\u9fff])|(?:（\d{1,2}）|[①-⑳])(?=[\u4e00-\u9fff\d])")
# A cell that is a number and nothing else: 3, （3）, 1-2, T-01, A1, （一）-1; not a year.
SERIAL = re.compile(
    r"(?!(?:19|20)\d\d$)[（(]?(?:(?:[A-Z]{1,3}-?)?\d{1,4}(?:[.-]\d{1,2})?|（[一二三四五六七八九十]{1,3}）-\d{1,2})[.、)）]?"
)
_AROUND_NUMBER = ".、．()（）"
_SAYS_ROLES = re.compile(r"牵头|主办|主责|首责|[位门办合责]：")
_SERIAL_DAY = re.compile(r"[34]\d{4}|5[0-4]\d{3}")
_FIRST_DAY = dt.date(1899, 12, 30)  # as sheets count: 45473 is 2024-06-30


def without_number(piece: Piece) -> Piece:
    """A piece without the number that opens it (1.县农业农村局)."""
    text, places = piece
    found = _NUMBER.match(text)
    return (text[found.end() :], places[found.end() :]) if found else piece


def bare_number(words: str) -> str | None:
    """What a cell of numbers says: （3） is 3, 12. is 12; the brackets of （一）-1 are within it."""
    bare = words.strip(_AROUND_NUMBER)
    return (words if set(bare) & set("（）") else bare) or None


def number_of(text: str) -> str | None:
    """The number that opens a piece, as `printed` numbers are: 1, ①."""
    found = _NUMBER.match(text)
    return found.group().strip("（）.、．") if found else None


def by_number(pieces: Sequence[Piece], number: str | None, numbers: Sequence[str | None]) -> Piece | None:
    """Of pieces that bear the numbers of a row's own tasks, the one for `number`, without it."""
    named = [number_of(text) for text, _ in pieces]
    if number is None or None in named or not set(named) <= set(numbers) or number not in named:
        return None
    return without_number(pieces[named.index(number)])


def roles_in_words(text: str, year: int | None) -> Clause | None:
    """A cell that says by words what its column does not: 牵头：市民政局；配合：市商务局 · 市教育局牵头，…配合."""
    if not _SAYS_ROLES.search(text):
        return None
    found = find_clauses(f"（{text}）", year=year)
    if len(found) != 1 or not any(role is Role.LEAD for _, role in found[0].units):
        return None
    clause = shifted(found[0], -1)
    return Clause(0, min(len(text), clause.end), clause.units, clause.deadlines, None, "cell")


def serial_day(text: str) -> DateHit | None:
    """A day that a sheet shows as the number it counts days by (45473)."""
    if not _SERIAL_DAY.fullmatch(text):
        return None
    day = _FIRST_DAY + dt.timedelta(days=int(text))
    return DateHit(0, len(text), text, None, day, DeadlineKind.BY)
