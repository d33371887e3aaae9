"""Where papers begin in a file.

A file is one paper unless it shows several openings: headings "3. title（date）" of a compilation, lines that are
a document number each, or annexes with titles of their own.
"""

from __future__ import annotations

import re

from index_build.papers.signs import DAY, is_dated, is_doc_no
from index_build.papers.titles import title_from
from index_build.sheet import Line, Sheet

_DIGIT = re.compile(r"\d")
_HEADED = re.compile(rf"\d{{1,2}}\.[\u4e00-\u9fff《“][^。；\n]{{6,160}}?（({DAY})）")
_ANNEX = re.compile(r"^附件(\d{1,2}|[一二三四五六七八九十]{1,3})?(?:[：:．.、-]\d?)?$")
_SHELF_MARK = re.compile(
    r"(?:（[一二三四五六七八九十]{1,3}）|[一二三四五六七八九十]{1,3}、)[\u4e00-\u9fff]{2,8}$"
)


def before_shelf_marks(sheet: Sheet, start: int, end: int) -> int:
    """A compilation's own headings ("（二）某省") before the next paper belong to no paper."""
    for line in reversed(sheet.lines_between(start, end)[-3:]):
        if not _SHELF_MARK.match(sheet.line_text(line)) or line.start <= start:
            break
        end = line.start
    return end


def find_headed_openings(sheet: Sheet) -> list[tuple[int, int | None]]:
    """Openings of a compilation: "N. title（2023年5月12日）", over several lines; at least two of them."""
    found: list[tuple[int, int | None]] = []
    for head in _DIGIT.finditer(sheet.heads):
        line = sheet.lines[head.start()]
        match = _HEADED.match(sheet.text, line.start)
        if match and sheet.at_line_start(match.end()):
            if found and found[-1][1] == match.end():
                found.pop()  # a list entry "4.…" above the heading is not its beginning
            found.append((line.start, match.end()))
    return found if len(found) > 1 else []


def find_numbered_openings(sheet: Sheet) -> list[tuple[int, int | None]]:
    """Openings told by document numbers that stand on lines of their own, each with a title beside it."""
    ends = (tail.start() for tail in re.finditer("号", sheet.tails))
    marks = [
        i for i in ends if len(sheet.line_text(sheet.lines[i])) < 60 and is_doc_no(sheet, sheet.lines[i])
    ]
    if len(marks) < 2:
        return []
    found: list[tuple[int, int | None]] = []
    for i in marks:
        top = i
        while top > 0 and i - top < 6 and _is_title_line(sheet, sheet.lines[top - 1]):
            top -= 1
        below = "".join(sheet.line_text(line) for line in sheet.lines[i + 1 : i + 5])
        if top < i or "通知" in below or "方案" in below:
            found.append((sheet.lines[top].start, None))
    return found if len(found) > 1 else []


def _is_title_line(sheet: Sheet, line: Line) -> bool:
    text = sheet.line_text(line)
    return 2 <= len(text) <= 45 and text[-1] not in "。；：，、）" and not is_dated(text)


def find_annex_openings(sheet: Sheet, start: int, end: int) -> list[tuple[int, str | None]]:
    """Annexes with a title and text of their own ("附件3" on a line, then a title)."""
    found: list[tuple[int, str | None]] = []
    first, last = sheet.numbers_between(start, end)
    for head in re.finditer("附", sheet.heads[first + 1 : max(first + 1, last - 2)]):
        at = first + 1 + head.start()
        line, *below = sheet.lines[at : min(at + 6, last)]
        if _ANNEX.match(sheet.line_text(line)):
            title = title_from(sheet, below)
            listed = re.match(r"\d{1,2}[.、]", sheet.line_text(below[0]))
            if title and not listed:
                found.append((line.start, title))
    return found
