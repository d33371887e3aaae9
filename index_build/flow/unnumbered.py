"""Paragraphs without numbers that each open with who does them, in a paper that has no other clause.

A table that a conversion has left as lines reads so: 区城管局负责，工商分局配合，取缔…, its time on the line below, and its
topic above, a character a line.
"""

from __future__ import annotations

import re

from index_build.clauses import of_limits
from index_build.dates import read_limits
from index_build.drafts import Draft, Placed, Stretch
from index_build.flow.agents import Agents, Place, find_agents, opens_with_agents
from index_build.flow.running import RunningText
from index_build.majority import are_most, in_most
from index_build.outline import read_marker
from index_build.paragraphs import paragraphs
from index_build.sheet import Sheet
from index_build.tables.column_contents import names_time

_IN_CHARGE = re.compile("负责|牵头|承担|主办|[局办委厅部府门会院队][：。]")
_LEAST = 3  # paragraphs
_SENTENCE = 10  # characters that a paragraph has at least which could be a task
_TIME = 24  # characters of a time on a line of its own
_LEAST_TOPIC = 3  # lines of one character


def find_unnumbered(running: RunningText, end: int) -> list[Draft]:
    """The measures of [running.start, end) where most of its paragraphs open with who does them; else none."""
    sheet, text = running.sheet, running.sheet.text
    if sum(1 for _ in _IN_CHARGE.finditer(text, running.start, end)) < _LEAST:
        return []
    pieces = paragraphs(sheet, running.start, end, running.breaks)
    times = {piece for piece in pieces if piece[1] - piece[0] <= _TIME and names_time(text[slice(*piece)])}
    tasks = [(a, b) for a, b in pieces if b - a >= _SENTENCE and (a, b) not in times]
    said = in_most({piece: piece for piece in tasks}, lambda *piece: _speaking(sheet, piece, running.breaks))
    if len(said) < _LEAST or not are_most(len(said), len(tasks)):
        return []
    found: list[Draft] = []
    topic: tuple[str, ...] = ()
    letters: list[Stretch] = []
    for piece in pieces:
        if piece[1] - piece[0] == 1:
            letters.append(piece)
            continue
        if len(letters) >= _LEAST_TOPIC:
            topic = (sheet.view.printed(letters[0][0], letters[-1][1]),)
        letters = []
        if piece in said:
            found.append(Draft(None, topic, (piece,), (piece,), (said[piece].placed,)))
        elif piece in times and found and found[-1].extent[-1][1] == piece[0]:
            found[-1] = found[-1].with_clause(_limit(running, piece))
    return found


def _speaking(sheet: Sheet, piece: Stretch, breaks: frozenset[int] | None) -> Agents | None:
    """The agents of a paragraph that opens with them and has no number."""
    if not opens_with_agents(sheet.text, *piece) or read_marker(sheet, piece[0]) is not None:
        return None
    agents = find_agents(sheet, *piece, breaks)
    return agents if agents and agents.place is Place.OPENING else None


def _limit(running: RunningText, piece: Stretch) -> Placed:
    words = running.sheet.view.text[piece[0] : piece[1]]
    return Placed(of_limits(read_limits(words, running.year), 0, len(words), "agents"), piece[0])
