"""The covering letter of a paper and its closing: addressees, signature, where each ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index_build.outline import read_marker
from index_build.papers.signs import DOC_NO_LINE, ORGAN_END, SIGNED_LINE, is_dated, is_organ_line
from index_build.papers.titles import TITLE_END
from index_build.sheet import Line, Sheet

_ADDRESSED = r"各|市|省|区|县|旗|盟|州|委|厅|局|工委|机关|有关|驻"
_ADDRESSEES = re.compile(rf"((?:{_ADDRESSED})[^。：]{{2,200}})：(?=$|现|为|经|根据|按)")


def find_closing(sheet: Sheet, lines: Sequence[Line], body: int, end: int) -> int:
    """Where a signature with its date closes the paper (a few notes may follow it); its end without one."""
    for i in range(len(lines) - 1, max(-1, len(lines) - 7), -1):
        if lines[i].start <= body or not is_dated(sheet.line_text(lines[i])):
            continue
        if not any(_is_listed(sheet, line) for line in lines[:i]) or any(
            _is_listed(sheet, x) for x in lines[i:]
        ):
            continue  # the date of a head, not of a signature below the text
        top = i
        while top > 0 and is_organ_line(sheet, lines[top - 1]):
            top -= 1
        return lines[top].start
    return end


def _is_listed(sheet: Sheet, line: Line) -> bool:
    return line.end - line.start > 30 or read_marker(sheet, line.start) is not None


_NOTE_LINE = re.compile(r"注：|抄送：")


def find_letter_end(sheet: Sheet, lines: Sequence[Line], dates: Sequence[int]) -> int:
    """The index of the first line after the covering letter: after its signature and date; 0 without one.

    A paper whose date closes it (nothing but notes or an annex list comes after) has no letter."""
    for i in dates:
        if lines[-1].end - lines[i].end < max(120, (lines[i].end - lines[0].start) // 8):
            return 0
        if all(_NOTE_LINE.match(sheet.line_text(line)) for line in lines[i + 1 :]):
            return 0
        if i > 400:
            return 0
        at = i + 1
        while at < len(lines) and re.match(
            r"^（[^（）]{2,40}）$|^联系人|^附件：?$", sheet.line_text(lines[at])
        ):
            at += 1
        return at
    return 0


def find_addressees(sheet: Sheet, lines: Sequence[Line]) -> str | None:
    joined = ""
    for line in lines[:25]:
        text = sheet.line_text(line)
        if TITLE_END.search(text) or DOC_NO_LINE.match(text):
            joined = ""
            continue
        joined = joined + text if joined and joined[-1] != "：" else text
        if found := _ADDRESSEES.match(joined):
            return found.group(1)
        if joined[-1] in "。；）》" or not re.match(_ADDRESSED, joined):
            joined = ""
    return None


def find_signature(sheet: Sheet, lines: Sequence[Line], dates: Sequence[int]) -> tuple[str, ...]:
    """The issuers that sign right above the first date line."""
    if not dates:
        return ()
    names: list[str] = []
    beside = SIGNED_LINE.match(sheet.line_text(lines[dates[0]]))
    if beside and beside["organ"]:
        at = lines[dates[0]].start
        names.append(sheet.view.printed(at, at + len(beside["organ"])))
    for line in reversed(lines[max(0, dates[0] - 15) : dates[0]]):
        text = sheet.line_text(line)
        if (
            len(text) > 30
            or text[-1] in "。；：，、！"
            or not ORGAN_END.search(text)
            or not re.match(r"[\u4e00-\u9fff]", text)
        ):
            break
        names.append(sheet.view.printed(line.start, line.end))
    return tuple(reversed(names))
