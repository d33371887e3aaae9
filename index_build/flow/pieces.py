"""An item's words cut into pieces at the signs and blanks that part them: units, times, labels, and words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from itertools import pairwise
from typing import NamedTuple

from index_build.clauses import whole_clause
from index_build.clauses.labels import is_label, labels_in
from index_build.clauses.roles import has_verb
from index_build.dates import find_dates
from index_build.flow.running import RunningText
from index_build.tables.columns import are_surely_units, reads_as_units

SIGNS = "，。；：/｜|→⇒➔>（）【】〖〗「」<《》—–~·『』[]{}•`@"
_SIGN = re.compile(f"(?!(?<=[0-9])/[0-9])[{re.escape(SIGNS)}]")  # 2031/9/30 is one time
_SPACE = re.compile(r"\s+")
_TIME_SIGN = re.compile("[0-9年月季旬底期持按每常即]")
_LONGEST_TIME = 24  # characters
# What a time may have after its date: 前全面完成.
_DONE = re.compile(
    "(?:之?前|以前|底|末|内|年)?(?:全面|基本|全部)?"
    "(?:完成|办结|完工|建成|到位|见效|实施|落实|推进|坚持|销号|整改到位)?[！。]?"
)
_OPENS_LIKE_UNIT = re.compile("[局委办厅院会部署心司团府室站队所社校行处关联协镇乡道]")
# What stands between units that no sign parts: a verb before the next unit, a label after a unit or before one.
_UNIT_END, _UNIT_START = "[局委办厅院会部署心司团府室站队所社校行处联镇乡道]", "(?=[省市县区旗州各国有0-9])"
_VERB = "(?:牵头|负责|主抓|主办|配合|协助|参与|协同|协办)"
_LABEL_END = "(?:单位|部门|主责|协同|截止|时限)"
_LABEL = "(?:(?:牵头|主办|责任|配合|协办|参与|协助)(?:单位|部门)|主责|协同|截止|(?:完成)?时限)"
_GLUED = re.compile(f"(?<={_UNIT_END}){_VERB}{_UNIT_START}|{_LABEL_END}{_UNIT_START}")
_GLUED_LABEL = re.compile(f"(?:^|(?<={_UNIT_END})){_LABEL}(?:{_UNIT_START}|$)")
_GLUED_TIME = re.compile(f"{_UNIT_END}(?=20[0-9]{{2}}年|[0-9]{{1,2}}月|年)|[前底日旬](?=[省市县区旗州各国])")


class Kind(Enum):
    """What a piece is."""

    UNITS = auto()
    TIME = auto()
    LABEL = auto()
    WORDS = auto()


class Piece(NamedTuple):
    """Folded [start, end) between two signs, and the signs before it."""

    start: int
    end: int
    before: str


class PieceReader:
    """Cuts stretches of one running text, and tells what their pieces are."""

    def __init__(self, running: RunningText) -> None:
        self.running, self.sheet, self.text = running, running.sheet, running.sheet.text

    def cut(self, start: int, stop: int) -> Iterator[Piece]:
        """The pieces of folded [start, stop), each with the signs and white space before it."""
        cuts = {found.start(): found.group() for found in _SIGN.finditer(self.text, start, stop)}
        blanks = self._blanks(start, stop)
        before, begin = "", start
        for at in sorted({*cuts, *blanks}):
            if begin < at:
                yield Piece(begin, at, before)
                before = ""
            before += blanks.get(at, "") + cuts.get(at, "")
            begin = at + (at in cuts)
        if begin < stop:
            yield Piece(begin, stop, before)

    def first(self, start: int, stop: int) -> Piece | None:
        """The first piece of folded [start, stop)."""
        while start < stop and self.text[start] in SIGNS:
            start += 1
        sign = _SIGN.search(self.text, start, stop)
        return next(self.cut(start, sign.start() if sign else stop), None) if start < stop else None

    def _blanks(self, start: int, stop: int) -> dict[int, str]:
        """What the white space before folded places of [start, stop) parts: lines, fields or words."""
        offsets, source, breaks = self.sheet.view.offsets, self.sheet.document.text, self.running.breaks
        found: dict[int, str] = {}
        if offsets[stop - 1] - offsets[start] == stop - 1 - start:
            return found
        for gap in _SPACE.finditer(source, offsets[start], offsets[stop - 1]):
            at = self.sheet.view.index(gap.end())
            if "\n" not in gap.group():
                found[at] = "\t" if "\t" in gap.group() else " "
            elif breaks is None or at in breaks:
                found[at] = "\n"
        return found

    def kind(self, piece: Piece) -> Kind:
        words = self.text[piece.start : piece.end]
        if is_label(words):
            return Kind.LABEL
        if self._is_time(words):
            return Kind.TIME
        if len(words) < 3 or not _OPENS_LIKE_UNIT.search(words):
            return Kind.WORDS
        if are_surely_units(words):
            return Kind.UNITS
        if not has_verb(words, 0, len(words)) and not any(label[1] == 0 for label in labels_in(words, 0, 8)):
            return Kind.WORDS
        clause = whole_clause(words, year=self.running.year)
        names = [unit.name for unit, _ in clause.units] if clause else []
        return Kind.UNITS if names and all(map(reads_as_units, names)) else Kind.WORDS

    def read(self, piece: Piece) -> list[Piece]:
        """A piece that is no words, or the parts of one that runs units, verbs, labels and times together
        (县林业局牵头县财政局配合9月底前完成); empty where it is words."""
        words = self.text[piece.start : piece.end]
        cuts = {at for found in _GLUED_LABEL.finditer(words) for at in found.span()} - {0, len(words)}
        if not cuts and self.kind(piece) is not Kind.WORDS:
            return [piece]
        cuts |= {found.end() for sign in (_GLUED, _GLUED_TIME) for found in sign.finditer(words)}
        if not cuts - {0, len(words)}:
            return []
        places = [0, *sorted(cuts - {0, len(words)}), len(words)]
        parts = [
            Piece(piece.start + a, piece.start + b, piece.before if a == 0 else "")
            for a, b in pairwise(places)
        ]
        kinds = [self.kind(part) for part in parts]
        return parts if Kind.UNITS in kinds and Kind.WORDS not in kinds else []

    def _is_time(self, words: str) -> bool:
        if len(words) > _LONGEST_TIME or not _TIME_SIGN.search(words):
            return False
        hits = find_dates(words, self.running.year)
        if len(hits) != 1:
            return False
        rest = words[: hits[0].start] + words[hits[0].end :]
        return _DONE.fullmatch(rest) is not None
