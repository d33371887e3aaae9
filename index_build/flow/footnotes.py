"""Notes at the end of a text that say who does the measures that bear their sign: …18公里。① … ①区水务局牵头，…

A sign is a circled number, a number in brackets ([1] too is folded to （1）), a star, or 注 with a number.  Such notes are no measures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index_build.drafts import Draft, Placed
from index_build.flow.running import RunningText

_SIGN = r"(?:[①-⑳]|（[0-9]{1,2}）|\*{1,5}|[＊※★]{1,5}|注[0-9]{1,2})"
_NOTE = re.compile(rf"(?:注释?|说明|备注)?[：:]?(?P<sign>{_SIGN})[：:、.]?")
_ANY_SIGN = re.compile(_SIGN)
_AT_END = re.compile(rf"(?:（?{_SIGN}）?)+[。；]?$")
_OPENING = re.compile(r"(?:注释?|说明|备注|责任分工|任务分工)[：:]?$")
_LINES_BELOW = 5  # lines of signature, copies and the like that may stand below the notes
_NEAR_END = 12  # characters at a measure's end in which its sign stands


class Note(NamedTuple):
    """A note's sign and clause, and where it stands (folded)."""

    sign: str
    clause: Placed
    start: int
    end: int


def find_notes(running: RunningText) -> list[Note]:
    """The notes at the end of the text, in order; empty where fewer than two say who or when, or no line bears their signs."""
    text, lines = running.sheet.view.text, running.sheet.lines
    notes: list[Note] = []
    first, last = running.sheet.numbers_between(running.start, running.end)
    for at in range(last - 1, first - 1, -1):
        line = lines[at]
        found = _NOTE.match(text, line.start, line.end)
        note = _read_note(running, found, line.end) if found else None
        if note:
            notes.append(note._replace(start=line.start))
        elif not notes and last - at < _LINES_BELOW:
            continue
        else:
            if notes and _OPENING.match(text, line.start, line.end):
                notes[-1] = notes[-1]._replace(start=line.start)
            break
    notes.reverse()
    borne = set(_ANY_SIGN.findall(text, running.start, notes[0].start)) if notes else set()
    signs = {note.sign for note in notes}  # one sign at every line is that of a list
    return notes if len(notes) > 1 and len(signs) == len(notes) and borne >= signs else []


def _read_note(running: RunningText, found: re.Match[str], end: int) -> Note | None:
    at = found.end()
    words = running.sheet.text[at:end].rstrip("。；")
    while words:  # what is said beside (每学期一次) is left out
        clause = running.whole_clause(words)
        if clause:
            return Note(found["sign"], Placed(clause, at), found.start(), end)
        words = words[: max(words.rfind(mark) for mark in "，；") + 1].rstrip("，；")
    return None


def give_notes(running: RunningText, drafts: Sequence[Draft], notes: Sequence[Note]) -> list[Draft]:
    """The drafts with the clauses of the notes whose signs stand at their ends, and without the signs."""
    by_sign = {note.sign: note.clause for note in notes}
    text = running.sheet.view.text
    given: list[Draft] = []
    for draft in drafts:
        start, end = draft.body[-1]
        found = _AT_END.search(text, max(start, end - _NEAR_END), end)
        signs = _ANY_SIGN.findall(text, found.start(), end) if found else []
        if found and signs and all(sign in by_sign for sign in signs):
            draft = draft.cut_at(found.start(), draft.clauses)
            for sign in signs:
                draft = draft.with_clause(by_sign[sign])
        given.append(draft)
    return given
