"""What the columns of a table hold, told by their contents: the share of cells that read as units, times, running
numbers, persons, telephone numbers, signs, progress reports or words, together with whatever the heads say.

The order of the columns is free, and a head is a hint among others: one that the lists of `columns` know names its
column, unless the cells plainly hold something else; of any other head only its words for who, when and what count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from index_build.clauses import find_clauses
from index_build.clauses.labels import SOUNDS_HELPING
from index_build.clauses.roles import has_verb
from index_build.dates import find_dates
from index_build.names import is_person, is_unit_list
from index_build.tables.cells import SERIAL
from index_build.tables.columns import (
    EMPTY_CELL,
    SAYS_WHAT,
    UNIT_COLUMNS,
    Column,
    name_columns,
    reads_as_units,
)
from index_build.text import HAN, fold


class Content(StrEnum):
    """What most cells of a column read as."""

    SERIAL = "serial"
    UNITS = "units"
    TIME = "time"
    PERSON = "person"
    CONTACT = "contact"
    SIGN = "sign"
    PROGRESS = "progress"
    PROBLEM = "problem"
    WORDS = "words"


class Told(NamedTuple):
    """What a column is and how sure that is, from 0 to 1; None where neither its head nor its cells say."""

    column: Column | None
    confidence: float


_HEADED = 0.9  # confidence of a head that the lists know
_MOST = 0.7  # share of cells that settles a column
_FEW = 0.15  # share of cells below which a column holds something else
_SAMPLE = 40  # cells that are looked at
_LONGEST_TIME = 40  # characters of a cell that is a time
_BEFORE_TIME, _AFTER_TIME = 3, 12  # characters beside the date in such a cell
_LONG = 8  # characters that the words of tasks have at least, on the average

_SERIAL = re.compile(
    rf"{SERIAL.pattern}|[（(〔]?(?:[一二三四五六七八九十]{{1,3}}|[①-⑳])[.、．)）〕]?|第[一二三四五六七八九十百\d]+[条项款号]"
)
_CONTACT = re.compile(r"[\d\-—()（）+转、/]{7,}|[\w.]+@[\w.]+")
_SIGN = re.compile(
    r"(?:[★▲●■◆◎☆△○□◇√✓✔]|牵头|主办|主责|主|协办|配合|协同|协|参与|参加|责任|会办|支持)(?:单位|部门)?"
)
_PROGRESS = re.compile(
    r"(?:[一-鿿]{0,6}，)?(?:已|正在|目前|基本|尚未|未启动|未完成|完成率|未开工|进行中)|.*(?:已完成|正在推进)"
)
_PROBLEM = re.compile(
    "不足|不到位|不够|滞后|缺乏|缺失|存在|不严|不实|薄弱|不完善|不规范|不力|偏低|未能|未按|仍有|不高"
)
_LASTING = re.compile("(?:长期|持续|常态|全年|适时|即时|即知即改|立行立改|贯穿|每[年月季周日])")
_TIME_SIGN = re.compile(r"[年月季旬周日号底末前期]|\d[./-]\d")
_OF_COUNTS = ("单位", "计量单位", "数量单位")  # heads of what is counted in, beside those of who does it
_CALLED_TIME = re.compile("时|期|限|月|季|何日|哪天|进度|节点")
_CALLED_LEAD = re.compile("主抓|牵头|主办|主责|承办|首责|挑头|领办|主管|总抓|抓总")
_CALLED_UNITS = re.compile(f"{_CALLED_LEAD.pattern}|{SOUNDS_HELPING.pattern}|谁|单位|部门|责任|机构|主体")
_CALLED_OTHER = re.compile("督|考核|审核|评价|验收|填报|上报|来源|反馈|监督|备注|指导|报送|交办|收件|送达")


@dataclass(frozen=True, slots=True)
class Contents:
    """The shares of a column's cells by what they read as; `length` is the average of characters of the words."""

    shares: dict[Content, float]
    filled: int
    length: float
    units: float  # units that a cell of units names on the average
    distinct: float

    def share(self, content: Content) -> float:
        return self.shares.get(content, 0.0)


def contents_of(cells: Sequence[str]) -> Contents:
    """What the cells of one column read as."""
    words = [w for cell in cells[:_SAMPLE] if not EMPTY_CELL.match(w := fold(cell))]
    if not words:
        return Contents({}, 0, 0.0, 0.0, 0.0)
    shares = {content: sum(map(reads, words)) / len(words) for content, reads in _READS.items()}
    shares[Content.WORDS] = sum(len(HAN.findall(w)) >= 4 for w in words) / len(words)
    listed = sum(len(re.findall("[、，；/]", w)) + 1 for w in words) / len(words)
    length = sum(len(HAN.findall(w)) for w in words) / len(words)
    return Contents(shares, len(words), length, listed, len(set(words)) / len(words))


def names_units(words: str) -> bool:
    """Does a folded cell hold units, with words for their parts or without?"""
    if reads_as_units(words) or is_unit_list(words):
        return True
    return has_verb(words, 0, len(words)) and bool(find_clauses(f"（{words}）"))


def names_time(words: str) -> bool:
    """Is a folded cell a time limit: a date from its begin on, or words for no fixed day?"""
    if len(words) > _LONGEST_TIME or not (_TIME_SIGN.search(words) or _LASTING.match(words)):
        return False
    if _LASTING.match(words):
        return True
    hits = find_dates(words, 2000)
    return (
        bool(hits)
        and hits[0].start <= _BEFORE_TIME
        and (len(words) - hits[0].end <= _AFTER_TIME or len(hits) > 1)
    )


def _is_person(words: str) -> bool:
    return all(is_person(piece) for piece in re.split("[、，；/]", words) if piece)


_READS: dict[Content, Callable[[str], bool]] = {
    Content.SERIAL: lambda w: _SERIAL.fullmatch(w) is not None,
    Content.UNITS: names_units,
    Content.TIME: names_time,
    Content.PERSON: _is_person,
    Content.CONTACT: lambda w: _CONTACT.fullmatch(w) is not None,
    Content.SIGN: lambda w: _SIGN.fullmatch(w) is not None,
    Content.PROGRESS: lambda w: _PROGRESS.match(w) is not None,
    Content.PROBLEM: lambda w: _PROBLEM.search(w) is not None,
}


def tell_columns(cells: Sequence[Sequence[str]], heads: Sequence[str] = ()) -> list[Told]:
    """What each column holds, by its cells below the head and by its head where there is one.

    `cells` are the columns from left to right, each from top to bottom; `heads` may be shorter or empty.  Of several
    columns of units whose heads say nothing the one that names fewer units and is always filled leads."""
    heads = [*heads, *[""] * (len(cells) - len(heads))]
    named = name_columns(heads)
    if not any(len(column) > 1 for column in cells):
        return [Told(column, _HEADED if column else 0.0) for column in named]
    return _Telling(heads, named, [contents_of(column) for column in cells]).told()


class _Telling:
    """Settles the columns of one table, the surest kinds first."""

    def __init__(
        self, heads: Sequence[str], named: Sequence[Column | None], contents: Sequence[Contents]
    ) -> None:
        self.heads, self.contents = heads, contents
        self.found = [Told(column, _HEADED if column else 0.0) for column in named]

    def told(self) -> list[Told]:
        for c, told in enumerate(self.found):
            if told.column is not None and self._belies(c, told.column):
                self.found[c] = Told(None, 0.0)
        self._serials()
        self._times()
        self._units()
        for c in self._left():
            if max(map(self.contents[c].share, (Content.PERSON, Content.CONTACT, Content.PROGRESS))) >= _MOST:
                self.found[c] = Told(Column.OTHER, _MOST)
        self._words()
        return self.found

    def _left(self) -> list[int]:
        return [c for c, told in enumerate(self.found) if told.column is None and self.contents[c].filled > 1]

    def _named(self) -> set[Column | None]:
        return {told.column for told in self.found}

    def _has(self, *kinds: Column) -> bool:
        return any(told.column in kinds for told in self.found)

    def _belies(self, c: int, column: Column) -> bool:
        """Do the cells plainly hold something else than their head says?"""
        held = self.contents[c]
        if held.filled < 3:
            return False
        if (
            column in UNIT_COLUMNS
            and self.heads[c].strip() in _OF_COUNTS
            and len(UNIT_COLUMNS & self._named()) > 1
        ):
            return held.share(Content.UNITS) <= _FEW  # %, 万立方米
        if column in UNIT_COLUMNS:
            persons = max(held.share(Content.PERSON), held.share(Content.CONTACT))
            long = held.length > 3 * _LONG or held.share(Content.TIME) >= _MOST
            return held.share(Content.UNITS) <= _FEW and (persons >= _MOST or long)
        if column is Column.DEADLINE:
            return held.share(Content.TIME) <= _FEW and (
                held.length > 3 * _LONG or held.share(Content.UNITS) >= _MOST
            )
        if column is Column.OTHER:  # 进度 over dates
            timed = "进度" in self.heads[c] and held.share(Content.TIME) >= 0.9
            return timed and not self._has(Column.DEADLINE)
        if column in SAYS_WHAT:
            return held.share(Content.UNITS) >= 0.9 and not self._has(*UNIT_COLUMNS)
        return False

    def _serials(self) -> None:
        left = [c for c in self._left() if self.contents[c].share(Content.SERIAL) >= _MOST]
        counted = [c for c in left if self.contents[c].distinct > 0.9]
        for c in left:
            number = counted[:1] == [c] and not self._has(Column.NUMBER)
            self.found[c] = Told(Column.NUMBER if number else Column.OTHER, _MOST)

    def _times(self) -> None:
        left = [c for c in self._left() if self._share(c, Content.TIME, _CALLED_TIME) >= _MOST]
        for n, c in enumerate(left):
            last = n == len(left) - 1 and not self._has(Column.DEADLINE)
            sure = self.contents[c].share(Content.TIME)
            self.found[c] = Told(Column.DEADLINE if last else Column.OTHER, sure if last else _MOST)

    def _share(self, c: int, content: Content, called: re.Pattern[str]) -> float:
        """The share of cells that read so, a little more where the head has a word for it."""
        hint = 0.2 if called.search(self.heads[c]) and not _CALLED_OTHER.search(self.heads[c]) else 0.0
        return self.contents[c].share(content) + hint if self.contents[c].share(content) > _FEW else 0.0

    def _units(self) -> None:
        left = [c for c in self._left() if self._share(c, Content.UNITS, _CALLED_UNITS) >= _MOST]
        beside = self._has(*UNIT_COLUMNS)  # then a head without a word for it names some other body (业主)
        own = [
            c
            for c in left
            if not _CALLED_OTHER.search(self.heads[c])
            and not (beside and self.heads[c] and not _CALLED_UNITS.search(self.heads[c]))
        ]
        alone = len(own) == 1 and not self._has(*UNIT_COLUMNS)
        lead = self._lead_of(own)
        for c in left:
            head, sure = self.heads[c], min(1.0, self.contents[c].share(Content.UNITS))
            if c not in own:
                column = Column.OTHER
            elif alone and not _CALLED_LEAD.search(head):
                column = Column.RESPONSIBLE if SOUNDS_HELPING.search(head) else Column.UNITS
            else:
                column = Column.LEAD if c == lead else Column.RESPONSIBLE
            self.found[c] = Told(column, sure)

    def _lead_of(self, units: Sequence[int]) -> int | None:
        """Of columns of units the one that leads; none where another leads already."""
        called = [c for c in units if _CALLED_LEAD.search(self.heads[c])]
        free = [c for c in units if not SOUNDS_HELPING.search(self.heads[c])]
        if self._has(Column.LEAD, Column.UNITS) or not (called or free):
            return None
        if called:
            return called[0]
        most = max(self.contents[c].filled for c in units)
        full = [c for c in free if self.contents[c].filled == most] or free
        fewest = min(self.contents[c].units for c in full)
        return next((c for c in full if self.contents[c].units <= fewest + 0.25), None)

    def _words(self) -> None:
        """The body among columns of words, where there are units or times; shorter words beside it are its topic."""
        if not self._has(*UNIT_COLUMNS, Column.DEADLINE):
            return
        left = [c for c in self._left() if self.contents[c].share(Content.WORDS) >= 0.5]
        if self._has(Column.BODY, Column.TASK, Column.PLAN, Column.ARTICLE):
            self._topics(left)
            return
        longest = max(left, key=self._weight, default=None)
        if longest is None or self.contents[longest].length <= (3 if self._has(Column.SECTION) else 5):
            return
        self.found[longest] = Told(Column.BODY, min(1.0, self.contents[longest].length / (2 * _LONG)))
        for c in left:
            if c != longest and c < longest and self.contents[c].length < self.contents[longest].length / 2:
                self.found[c] = Told(Column.SECTION, 0.5)

    def _topics(self, left: Sequence[int]) -> None:
        """A column of short words right before the body is its topic, where no other is."""
        body = next((c for c, told in enumerate(self.found) if told.column is Column.BODY), 0)
        if body - 1 in left and self.heads[body - 1] and not self._has(Column.SECTION, Column.TASK):
            topic, said = self.contents[body - 1], self.contents[body]
            if topic.length < said.length / 2 and topic.share(Content.PROBLEM) < 0.5:
                self.found[body - 1] = Told(Column.SECTION, 0.5)

    def _weight(self, c: int) -> float:
        """How much a column of words is like tasks: long, and no report of what is amiss or of what is done."""
        held = self.contents[c]
        less = 0.2 if max(held.share(Content.PROBLEM), held.share(Content.PROGRESS)) >= 0.5 else 1.0
        return held.length * held.distinct * less
