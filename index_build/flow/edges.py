"""A paper's own way of writing clauses, learned from the shape that its items share: read where no usual clause is.

Most items of a paper may end with units and a time, or begin with them, set off by any sign that parts words: a dash,
a stroke, a bar, an arrow, a bracket, a tab, blanks, a line of its own.  An item is cut into pieces at such signs; the
pieces at its edge that are nothing but units, times and labels are its clause where most items have such an edge.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index_build.clauses import Clause
from index_build.clauses.labels import is_label
from index_build.clauses.roles import has_verb
from index_build.drafts import Draft, Placed
from index_build.flow.pieces import SIGNS, Kind, Piece, PieceReader
from index_build.flow.running import RunningText
from index_build.majority import are_most
from index_build.model import Role
from index_build.names import ends_unit

_DAY_IN_DIGITS = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?$")
_TIME_ENDS = "前底末日月年内成结工位效施实进持号旬初"
_LEAST = 2  # items that make a style
_PROBED = 8  # items, at least one of which shows the style where there is one
_LONGEST_TAIL = 12  # characters that tell whether an item may end in units or what they do
_LONGEST_EDGE = 160  # characters of an item's edge that are looked at
_FIELDS = "/｜|\t\n"  # signs that part fields, lead from helpers among them


class Edge(NamedTuple):
    """The clause at an item's edge, where its pieces begin and end, and the sign that parts it from the words."""

    clause: Placed
    start: int
    end: int
    joint: str


class EdgeReader:
    """Reads the edges of items of one running text."""

    def __init__(self, running: RunningText) -> None:
        self.running, self.sheet, self.text = running, running.sheet, running.sheet.text
        self.pieces = PieceReader(running)

    def at_end(self, start: int, stop: int) -> Edge | None:
        """The clause that ends an item in folded [start, stop)."""
        last = stop
        while last > start and self.text[last - 1] in SIGNS:
            last -= 1
        tail = max(start, last - _LONGEST_TAIL)
        if self.text[last - 1] not in _TIME_ENDS and not (
            ends_unit(self.text[tail:last])
            or has_verb(self.text, tail, last)
            or _DAY_IN_DIGITS.search(self.text, tail, last)
        ):
            return None
        pieces = list(self.pieces.cut(max(start, stop - _LONGEST_EDGE), stop))
        first = len(pieces)
        while first > 1 and (parts := self.pieces.read(pieces[first - 1])):
            pieces[first - 1 : first] = parts
            first -= 1  # never the first piece, which says what is to be done (新建冷链中心/县供销社)
        labels = (i for i, piece in enumerate(pieces) if i > first and self.pieces.kind(piece) is Kind.LABEL)
        if (label := next(labels, None)) and "。" in pieces[label].before:
            first = label  # 实现全程网办。牵头 市数据局
        edge = pieces[first:]
        return self._edge(edge, edge[0].before) if edge else None

    def below_first_line(self, start: int, stop: int) -> int | None:
        """Where the first line of an item ends that has further lines."""
        end = self.sheet.line_end(start)
        return end if end < stop else None

    def opens(self, start: int, stop: int) -> bool:
        """May an item begin with a clause?  Its first piece, all that is read of most items, tells."""
        first = self.pieces.first(start, min(stop, start + _LONGEST_EDGE))
        return first is not None and bool(self.pieces.read(first))

    def first_line(self, start: int, stop: int) -> Edge | None:
        """A first line that is nothing but a clause, words below it."""
        end = self.below_first_line(start, stop)
        if end is None or end - start > _LONGEST_EDGE:
            return None
        pieces: list[Piece] = []
        for piece in self.pieces.cut(start, end):
            if not (parts := self.pieces.read(piece)):
                return None
            pieces += parts
        return self._edge(pieces, "\n") if pieces else None

    def at_start(self, start: int, stop: int) -> Edge | None:
        """The clause that begins an item, ended by more than a comma."""
        pieces: list[Piece] = []
        for piece in self.pieces.cut(start, min(stop, start + _LONGEST_EDGE)):
            one = self.pieces.read(piece)
            pieces += one or [piece]
            if not one:
                break
        last = len(pieces) - 1
        while last > 0 and pieces[last].before.strip(" ") in ("", "，", "："):
            last -= 1  # the subject of a sentence
        if last <= 0:
            return None
        return self._edge(pieces[:last], pieces[last].before)

    def _edge(self, pieces: Sequence[Piece], joint: str) -> Edge | None:
        """The pieces as one clause; None where they name no units, or do not read as one."""
        text, places = "", list[int]()
        for piece in pieces:
            if text:
                text += "：" if text[-1] != "：" and self._is_label_end(text) else "；"
                places.append(piece.start)
            text += self.text[piece.start : piece.end]
            places += range(piece.start, piece.end)
        clause = self.running.whole_clause(text)
        if clause is None:
            return None
        clause = self._by_fields(clause, pieces, joint, places)
        return Edge(Placed(clause, places=places), pieces[0].start, pieces[-1].end, joint)

    def _bracket_before(self, piece: Piece) -> str:
        """The kind of bracket that opens right before a piece."""
        sign = self.text[piece.start - 1 : piece.start]
        return sign if sign in tuple("（【〖〗「<") else ""

    @staticmethod
    def _is_label_end(text: str) -> bool:
        return is_label(re.split("[；：（]", text)[-1])

    def _by_fields(self, clause: Clause, pieces: Sequence[Piece], joint: str, places: list[int]) -> Clause:
        """Units in two fields, or in two kinds of brackets, without a word on their parts: those of the first lead."""
        kinds = [(self.pieces.kind(piece), piece) for piece in pieces]
        if clause.style != "list" or any(kind is Kind.LABEL for kind, _ in kinds):
            return clause
        units = [piece for kind, piece in kinds if kind is Kind.UNITS]
        if len(units) < 2:
            return clause
        signs = {sign for piece in pieces[1:] for sign in piece.before} | set(joint)
        fields = any(sign in _FIELDS for sign in units[1].before) and len(signs) <= 2
        if not fields and self._bracket_before(units[0]) == self._bracket_before(units[1]):
            return clause
        end = units[0].end
        roles = [Role.LEAD if places[hit.start] < end else Role.RESPONSIBLE for hit, _ in clause.units]
        return clause._replace(
            units=tuple((hit, role) for (hit, _), role in zip(clause.units, roles, strict=True))
        )


def read_edges(running: RunningText, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts, those without a clause with the one at their edge, where most have one there."""
    reader = EdgeReader(running)
    given = list(drafts)
    bare = [i for i, d in enumerate(drafts) if d.node >= 0 and not d.has_own_clause and len(d.body) == 1]
    numbered = sum(d.node >= 0 for d in drafts)
    if len(bare) < _LEAST or not are_most(len(bare), numbered):
        return _without_first_lines(reader, given)
    for place in (_at_end, _at_first_line_end, _at_start):
        if not any(place(reader, drafts[i]) for i in bare[:_PROBED]):
            continue
        found = {i: edited for i in bare if (edited := place(reader, drafts[i]))}
        named = sum(any(p.clause.units for p in edited.clauses) for edited in found.values())
        if named >= _LEAST and are_most(named, len(bare)):
            for i, edited in found.items():
                given[i] = edited
            break
    return given


def _at_end(reader: EdgeReader, draft: Draft) -> Draft | None:
    edge = reader.at_end(*draft.body[0])
    return _cut(reader, draft, edge) if edge else None


def _at_first_line_end(reader: EdgeReader, draft: Draft) -> Draft | None:
    """The name of a task and its clause on one line, what is to be done below."""
    end = reader.below_first_line(*draft.body[0])
    edge = reader.at_end(draft.body[0][0], end) if end else None
    return _cut(reader, draft, edge) if edge else None


def _at_start(reader: EdgeReader, draft: Draft) -> Draft | None:
    """Units before the words, the time there too or at their end."""
    start, stop = draft.body[0]
    if not reader.opens(start, stop):
        return None
    edge = reader.first_line(start, stop) or reader.at_start(start, stop)
    if edge is None:
        return None
    edited = _cut(reader, draft, edge)
    time = reader.at_end(*edited.body[-1])
    return _cut(reader, edited, time) if time and not time.clause.clause.units else edited


def _cut(reader: EdgeReader, draft: Draft, edge: Edge) -> Draft:
    """The draft with the clause at its edge, which is none of its words."""
    (start, stop), text = draft.body[-1], reader.text
    first, last = edge.start, edge.end
    while first > start and text[first - 1] in SIGNS:
        first -= 1
    first += first > start and text[first] == "。"
    while last < stop and text[last] in SIGNS:
        last += 1
    body = tuple((a, b) for a, b in (*draft.body[:-1], (start, first), (last, stop)) if a < b)
    return draft._replace(body=body or draft.body, clauses=(*draft.clauses, edge.clause))


def _without_first_lines(reader: EdgeReader, drafts: list[Draft]) -> list[Draft]:
    """Words of measures whose first line is nothing but the clause that has been read in it already."""
    found: dict[int, Draft] = {}
    for i, draft in enumerate(drafts):
        if draft.node < 0 or len(draft.body) != 1 or len(draft.clauses) != 1:
            continue
        begins = draft.clauses[0].stretch[0] == draft.body[0][0]
        if begins and (edge := reader.first_line(*draft.body[0])):
            found[i] = _cut(reader, draft._replace(clauses=()), edge)
    if len(found) < _LEAST or not are_most(len(found), sum(d.node >= 0 for d in drafts)):
        return drafts
    return [found.get(i, draft) for i, draft in enumerate(drafts)]
