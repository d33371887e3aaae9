"""Cards: tasks printed as labels with their values (牵头单位 | 市水务局), not as rows below a head.

A card is a table of two or four columns, a part of such a table, or lines that are a label and lines that are its
value.  A label that comes again begins the next card.  Cards become `Row`s, as the rows of task tables do.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from index_build.drafts import Stretch, merged
from index_build.model import Cell, Table
from index_build.outline import read_marker
from index_build.sheet import Line, Sheet
from index_build.tables.cells import bare_number
from index_build.tables.column_contents import tell_columns
from index_build.tables.columns import (
    EMPTY_CELL,
    UNIT_COLUMNS,
    Column,
    fits_column,
    read_head,
    settle_columns,
)
from index_build.tables.rows import Row, TaskTable

_LONGEST_LABEL = 14
_LONGEST_HEADING = 60
_WORDS = frozenset({Column.BODY, Column.TASK, Column.PLAN, Column.SECTION})
_MOST_HEADINGS = 4
_LEAST_TURNED = 3  # cells of a row: a label and two values
_OPENINGS = ("牵头", "责任", "主办", "主责", "配合", "协办")  # of labels of units
_OPENING_SIGNS = "".join({word[0] for word in _OPENINGS})


@dataclass(frozen=True, slots=True)
class _Pair:
    """A label and the folded stretches of its value; `start` and `end` hold both."""

    label: str
    column: Column | None
    value: tuple[Stretch, ...]
    start: int
    end: int


@dataclass(slots=True)
class _Card:
    """The pairs of one card and what is printed above it."""

    headings: tuple[Stretch, ...] = ()
    pairs: list[_Pair] = field(default_factory=list)

    def has(self, label: str) -> bool:
        return any(pair.label == label for pair in self.pairs)


def read_label(text: str) -> Column | None:
    """What the value beside a label is; None where the text is no label that cards of tasks have."""
    column = read_head(text) if len(text) <= _LONGEST_LABEL else None
    return None if column is Column.PERIOD else column  # 11月底 is a value


# ---- tables of labels and values -------------------------------------------------------------------------------


def read_card_table(sheet: Sheet, table: Table, floor: int) -> TaskTable | None:
    """A table that is cards, with the headings right above it (after folded `floor`); None where it has a head over
    columns, or no label that names units."""
    rows = _rows(table)
    if _is_strip(sheet, rows):
        return _strip_below_words(sheet, table, rows, floor)
    if not _is_of_pairs(sheet, rows):
        return None
    cards: list[_Card] = []
    start, end = sheet.stretch(table)
    headings = above = _headings_above(sheet, sheet.lines_between(floor, start))
    beside = [cells for cells in rows if len(cells) > 1]
    turned = _is_turned(sheet, beside)
    if turned:
        cards = [_Card(tuple(above), _column(sheet, beside, c)) for c in range(1, len(beside[0]))]
    for cells in () if turned else rows:
        if len(cells) == 1:
            stretch = sheet.stretch(cells[0])
            above = [*above, stretch] if stretch[1] > stretch[0] else above
            continue
        for pair in _pairs(sheet, cells):
            if not cards or above or (cards[-1].has(pair.label) and not _goes_on(cards[-1], pair)):
                cards.append(_Card(tuple(above)))
                above = []
            _add(cards[-1], pair)
    made = [row for card in cards if (row := _row(sheet, card))]
    if not made:
        return None
    return TaskTable(headings[0][0] if headings else start, end, (), tuple(made), tuple(above))


def _is_strip(sheet: Sheet, rows: Sequence[Sequence[Cell]]) -> bool:
    """Is a table a row of labels over a row of values, none of which says what is to be done?"""
    if len(rows) != 2 or len(rows[0]) < 2 or len(rows[0]) != len(rows[1]):
        return False
    kinds, values = ([read_label(sheet.words(cell)) for cell in cells] for cells in rows)
    return all(kinds) and bool(UNIT_COLUMNS & set(kinds)) and not any(values) and not _WORDS & set(kinds)


def _strip_below_words(
    sheet: Sheet, table: Table, rows: Sequence[Sequence[Cell]], floor: int
) -> TaskTable | None:
    """A task printed as a paragraph with such a table below it, as the paper prints several."""
    shown = [[sheet.words(cell) for cell in cells] for cells in _first_rows(sheet)]
    own = [sheet.words(cell) for cell in rows[0]]
    at, end = sheet.stretch(table)
    lines = sheet.lines_between(floor, at)
    if shown.count(own) < 2 or not lines:
        return None
    body = (_after_label(sheet, lines[-1]), lines[-1].end)
    title = [line for line in lines[-2:-1] if line.end - line.start <= _LONGEST_HEADING]
    headings = [(line.start, line.end) for line in title if sheet.text[line.end - 1] not in "。；，："]
    pairs = [
        _Pair(words, read_label(words), (sheet.stretch(value),), *sheet.stretch(value))
        for words, value in zip(own, rows[1], strict=True)
    ]
    row = _row(sheet, _Card((*headings, body), pairs))
    start = min(a for a, _ in (*headings, body))
    return TaskTable(start, end, (), (row,)) if row else None


def _first_rows(sheet: Sheet) -> Iterator[list[Cell]]:
    return (_rows(table)[0] for table in sheet.document.tables if table.rows == 2)


def _after_label(sheet: Sheet, line: Line) -> int:
    """Where the words of a paragraph begin: after a label like 主要任务："""
    colon = sheet.text.find("：", line.start, min(line.end, line.start + _LONGEST_LABEL))
    return colon + 1 if colon > 0 and read_label(sheet.text[line.start : colon]) in _WORDS else line.start


def _rows(table: Table) -> list[list[Cell]]:
    """By row, the cells that cover it, each once, from left to right."""
    rows: list[list[Cell]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        for row in rows[cell.row : cell.row + cell.row_span]:
            row.append(cell)
    return [sorted(row, key=lambda cell: cell.column) for row in rows]


def _is_of_pairs(sheet: Sheet, rows: Sequence[Sequence[Cell]]) -> bool:
    """Do most rows begin with a label and its value, units among them, and none name columns?"""
    labelled = counted = units = 0
    for cells in rows:
        if len(cells) < 2:
            continue
        kinds = [read_label(sheet.words(cell)) for cell in cells]
        if all(kinds) and any(kind in UNIT_COLUMNS for kind in kinds):
            return False
        counted += 1
        labelled += kinds[0] is not None and kinds[1] is None
        units += any(
            kind in UNIT_COLUMNS and kinds[c + 1] is None for c, kind in enumerate(kinds[:-1]) if c % 2 == 0
        )
    return units > 0 and labelled >= 3 and 2 * labelled > counted


def _is_turned(sheet: Sheet, rows: Sequence[Sequence[Cell]]) -> bool:
    """Has each row a label and then a value for each of several tasks, a task a column?"""
    if len({len(cells) for cells in rows}) != 1 or len(rows[0]) < _LEAST_TURNED:
        return False
    kinds = [[read_label(sheet.words(cell)) for cell in cells] for cells in rows]
    return all(row[0] and not any(row[1:]) for row in kinds)


def _column(sheet: Sheet, rows: Sequence[Sequence[Cell]], c: int) -> list[_Pair]:
    """The values of one column with the labels of the first."""
    pairs = []
    for cells in rows:
        words, value = sheet.words(cells[0]), sheet.stretch(cells[c])
        pairs.append(_Pair(words, read_label(words), (value,), *value))
    return pairs


def _pairs(sheet: Sheet, cells: Sequence[Cell]) -> Iterator[_Pair]:
    # a last label without a value says nothing
    for label, value in zip(cells[::2], cells[1::2], strict=False):
        at, held, words = sheet.stretch(label), sheet.stretch(value), sheet.words(label)
        if words:
            yield _Pair(words, read_label(words), (held,), at[0], max(at[1], held[1]))


def _goes_on(card: _Card, pair: _Pair) -> bool:
    """A label merged over several rows has one more value."""
    return any(old.start == pair.start for old in card.pairs)


def _add(card: _Card, pair: _Pair) -> None:
    for n, old in enumerate(card.pairs):
        if old.start == pair.start:
            value = tuple(dict.fromkeys((*old.value, *pair.value)))
            card.pairs[n] = _Pair(old.label, old.column, value, old.start, max(old.end, pair.end))
            return
    card.pairs.append(pair)


def _row(sheet: Sheet, card: _Card) -> Row | None:
    """A card as a row: its words under the label that says the most, or what is printed above it."""
    columns = settle_columns([pair.column for pair in card.pairs])
    headings = list(card.headings)
    body: tuple[Stretch, ...] = ()
    if columns is None:
        kinds = {pair.column for pair in card.pairs}
        if not headings or not UNIT_COLUMNS & kinds:
            return None
        columns, body = [pair.column or Column.OTHER for pair in card.pairs], (headings.pop(),)
    cells: dict[Column, tuple[Stretch, ...]] = {Column.BODY: body} if body else {}
    sections = [sheet.view.printed(*stretch) for stretch in headings]
    number: str | None = None
    printed: Stretch | None = None
    for pair, column in zip(card.pairs, columns, strict=True):
        words = sheet.joined(pair.value)
        if not words or EMPTY_CELL.match(words):
            continue
        if column is Column.NUMBER:
            number, printed = bare_number(words), pair.value[0]
        elif column in (Column.SECTION, Column.TASK):
            sections.append(words)
        elif column is not Column.OTHER:
            cells[column] = (*cells.get(column, ()), *(s for s in pair.value if s[1] > s[0]))
    if not cells.get(Column.BODY):
        return None
    extent = merged([*body, *((pair.start, pair.end) for pair in card.pairs)])
    return Row(number, tuple(sections), cells, extent, printed)


def read_learned_cards(sheet: Sheet, table: Table) -> TaskTable | None:
    """Cards of two columns whose labels no list has, but come again in each card: what their values read as tells them."""
    rows = [cells for cells in _rows(table) if len(cells) == 2]
    named = [sheet.words(cells[0]) for cells in rows]
    times = Counter(words for words in named if 0 < len(words) <= _LONGEST_LABEL)
    if sum(count > 1 for count in times.values()) < _LEAST_TURNED or max(times.values()) * 2 > len(named):
        return None
    values: dict[str, list[str]] = {label: [] for label in times}
    for label, cells in zip(named, rows, strict=True):
        if label in values:
            values[label].append(sheet.words(cells[1]))
    told = tell_columns(list(values.values()), list(values))
    columns = {label: column for label, (column, _) in zip(values, told, strict=True)}
    cards: list[_Card] = []
    for label, cells in zip(named, rows, strict=True):
        if not cards or cards[-1].has(label):
            cards.append(_Card())
        at, held = sheet.stretch(cells[0]), sheet.stretch(cells[1])
        cards[-1].pairs.append(_Pair(label, columns.get(label), (held,), at[0], max(at[1], held[1])))
    made = [row for card in cards if (row := _row(sheet, card))]
    return TaskTable(*sheet.stretch(table), (), tuple(made), inferred=True) if len(made) > 1 else None


# ---- lines of labels and values --------------------------------------------------------------------------------


def find_line_cards(sheet: Sheet, start: int, end: int) -> list[TaskTable]:
    """Cards in folded [start, end) whose labels and values stand on lines of their own, one after the other."""
    lines = _parted(sheet, start, end)
    short = {i: sheet.text[a:b] for i, (a, b) in enumerate(lines) if b - a <= _LONGEST_LABEL}
    repeated = [words for words, times in Counter(short.values()).items() if times > 1]
    units = {words for words in repeated if read_label(words) in UNIT_COLUMNS}
    naming = Counter(words for i, words in short.items() if words in units and _units_follow(sheet, lines, i))
    if not any(times > 1 for times in naming.values()) or _are_clauses(sheet, lines, sum(naming.values())):
        return []
    kinds = {words: read_label(words) for words in set(short.values())}
    labels = {i: column for i, words in short.items() if (column := kinds[words]) is not None}
    cards: list[_Card] = []
    done = 0  # the lines before this one are used
    for i, following in itertools.zip_longest(labels, [*labels][1:]):
        after = _value_end(sheet, lines, labels, i, following)
        value = (lines[i + 1].start, lines[after - 1].end) if after > i + 1 else (lines[i].end, lines[i].end)
        words = sheet.line_text(lines[i]).rstrip("：")
        pair = _Pair(words, labels[i], (value,), lines[i].start, max(lines[i].end, value[1]))
        if not cards or cards[-1].has(words) or i > done:
            cards.append(_Card(tuple(_above(sheet, lines[done:i]))))
        cards[-1].pairs.append(pair)
        done = after
    made = [(card, row) for card in cards if (row := _row(sheet, card))]
    if not made:
        return []
    first = min(s[0] for s in (*made[0][0].headings, *made[0][1].extent))
    used = merged([s for card, row in made for s in (*card.headings, *row.extent)])
    last = made[-1][1].extent[-1][1]
    notes = [(a, b) for (_, a), (b, _) in itertools.pairwise(used) if b > a]
    return [TaskTable(first, last, (), tuple(row for _, row in made), tuple(notes))]


def _are_clauses(sheet: Sheet, lines: Sequence[Line], cards: int) -> bool:
    """Do as many lines as there are cards name units or times after a label and a colon?  Then all are clauses."""
    beside = 0
    for line in lines:
        colon = sheet.text.find("：", line.start, min(line.end - 1, line.start + _LONGEST_LABEL))
        kind = read_label(sheet.text[line.start : colon]) if colon > 0 else None
        beside += kind in UNIT_COLUMNS or kind is Column.DEADLINE
    return beside >= cards


def _parted(sheet: Sheet, start: int, end: int) -> Sequence[Line]:
    """The lines of folded [start, end), those that open with a label and a blank as two: 牵头单位　　市水务局."""
    lines = sheet.lines_between(start, end)
    naming = sum(
        sheet.text.startswith(_OPENINGS, line.start) and _label_end(sheet, line) is not None
        for line in sheet.lines_headed(_OPENING_SIGNS, start, end)
    )
    if naming < 2:
        return lines
    found: list[Line] = []
    for line in lines:
        at = _label_end(sheet, line)
        found += [line] if at is None else [Line(line.start, at), Line(at, line.end)]
    return found


def _label_end(sheet: Sheet, line: Line) -> int | None:
    """Where a label ends that a blank parts from its value on the same line."""
    stop = min(line.end, line.start + _LONGEST_LABEL)
    if not sheet.view.has_gap(line.start, stop):
        return None
    for at in range(line.start + 2, stop):
        if sheet.gap_after(at - 1):
            label = sheet.text[line.start : at]
            return at if read_label(label) and label[-1] != "：" else None  # with a colon it is a clause
    return None


def _units_follow(sheet: Sheet, lines: Sequence[Line], i: int) -> bool:
    """Is the line after a label units, and no label itself?"""
    if i + 1 >= len(lines):
        return False
    words = sheet.line_text(lines[i + 1])
    return fits_column(Column.LEAD, words) and read_label(words) is None


def _value_end(
    sheet: Sheet, lines: Sequence[Line], labels: dict[int, Column], i: int, following: int | None
) -> int:
    """The line after a value: up to the next label (`following`), where one follows soon; else the value is one line,
    and those that a mark at its end joins to it."""
    if following is not None and (following - i <= 2 or labels[i] in _WORDS):
        between = range(i + 1, following)
        headed = next((k for k in between if k > i + 1 and _heading_style(sheet, lines[k])), None)
        return headed or following
    after = i + 1
    while after < len(lines) and after not in labels:
        after += 1
        if sheet.text[lines[after - 1].end - 1] not in "、，；":
            break
    return after


def with_headings(sheet: Sheet, table: TaskTable, floor: int) -> TaskTable:
    """A table with the headings that stand right above it, after folded `floor`; a card has them already."""
    if not table.columns:
        return table
    headings = _headings_above(sheet, sheet.lines_between(floor, table.start))
    if not headings:
        return table
    names = tuple(sheet.view.printed(*stretch) for stretch in headings)
    rows = tuple(replace(row, sections=(*names, *row.sections)) for row in table.rows)
    return replace(table, start=headings[0][0], rows=rows, headings=tuple(headings))


def _headings_above(sheet: Sheet, lines: Sequence[Line]) -> list[Stretch]:
    """The last of these lines that are headings, each of a level of its own, and nothing else between them."""
    found: list[Stretch] = []
    styles: set[str] = set()
    for line in reversed(lines):
        style = _heading_style(sheet, line)
        if style is None or style in styles or len(found) == _MOST_HEADINGS:
            break
        styles.add(style)
        found.append((line.start, line.end))
    return found[::-1]


def _above(sheet: Sheet, lines: Sequence[Line]) -> list[Stretch]:
    """What is printed above a card's first label: the headings, or the one line that stands there."""
    return _headings_above(sheet, lines) or [(line.start, line.end) for line in lines[-1:]]


def _heading_style(sheet: Sheet, line: Line) -> str | None:
    """The kind of heading that a line is, numbered or marked by the format; None for sentences and list entries."""
    if line.end - line.start > _LONGEST_HEADING or sheet.text[line.end - 1] in "。；：":
        return None
    if "：" in sheet.line_text(line):
        return None
    marker = read_marker(sheet, line.start)
    if marker:
        return None if marker.style == "bullet" else marker.style
    marked = sheet.headings_between(line.start, line.start + 1)
    return f"heading{marked[0][2]}" if marked else None
