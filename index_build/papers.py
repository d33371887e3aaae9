"""The papers (policies) in a file and what each says about itself: title, document number, issuers, date, place,
year, addressees, validity and kind.

A file is one paper unless it shows several openings: headings "3. title（date）" of a compilation, lines that are
a document number each, or annexes with titles of their own.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index_build.model import Cell, Policy, PolicyKind, Table
from index_build.outline import Line, Sheet, read_marker, read_number
from index_build.places import place_path

DOC_NO = re.compile(
    r"([\u4e00-\u9fff]{1,12}(?:（[\u4e00-\u9fff]{1,4}）)?（(?:19|20)\d\d）(?:第)?\d{1,5}号)|([\u4e00-\u9fff]{2,10}(?:19|20)\d\d年第\d{1,4}号)"
)
_DOC_NO_LINE = re.compile(rf"^(?:文号：|发文字号：|[^\u4e00-\u9fff]{{0,30}})?(?:{DOC_NO.pattern})$")
_DAY = r"(?:19|20)\d\d年\d{1,2}月\d{1,2}日|[一二三四五六七八九〇○零]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
_DATE_LINE = re.compile(rf"^（?({_DAY})）?(?:印发|发布)?$")
# An organ or a document number and the day on one line, blanks between.
_SIGNED_LINE = re.compile(
    rf"^(?:(?P<doc_no>(?:{DOC_NO.pattern}))|(?P<organ>[\u4e00-\u9fff]{{4,40}}?))[，,]?（?(?P<day>{_DAY})）?(?:印发|发布)?$"
)
_ISO_DAY = r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
_DATED_LABEL = re.compile(
    rf"(?P<label>成文|印发|发文|发布|公布|生成|公开|施行)(?:日期|时间)：?(?P<day>{_DAY}|{_ISO_DAY})"
)
_ORGAN_LABEL = re.compile(
    r"(?:发文|发布|制定|印发|公开)(?:机关|机构|单位|部门)：(?P<organ>[\u4e00-\u9fff]{4,30}?)(?=成文|发布|发文|主题|文号|索引|有效|生成|$|[^\u4e00-\u9fff])"
)
_NUMBER_LABEL = re.compile(rf"(?:文号|发文字号|发文文号|文件编号|文件号|编号)：(?P<doc_no>{DOC_NO.pattern})")
# （2024年5月20日某市人民政府第10次常务会议通过）
_ADOPTED = re.compile(
    rf"^（(?P<day>{_DAY})(?:经)?(?P<organ>[\u4e00-\u9fff]{{2,16}}?(?:人民政府|人民代表大会(?:常务委员会)?|人大常委会))?第?[^）]{{0,30}}?(?:会议|批准|审议)?(?:通过|公布|发布|印发|审议)"
)
_DIGIT = re.compile(r"\d")
_HEADED = re.compile(rf"\d{{1,2}}\.[\u4e00-\u9fff《“][^。；\n]{{6,160}}?（({_DAY})）")
_ANNEX = re.compile(r"^附件(\d{1,2}|[一二三四五六七八九十]{1,3})?(?:[：:．.、-]\d?)?$")
_TITLE_END = re.compile(
    r"(?:通知|方案|计划|举措|措施|要点|清单|规划|办法|规定|细则|意见|条例|行动|条|工作安排|分工|(?:分工|任务|分解|汇总|明细|推进|进度|计划|安排)表|任务书|台账|一览表|目录|汇编|通告|公告|决定|指引|指南|制度)"
    r"(?:（[^（）]{1,20}）)*(?:的通知)?$"
)
# What titles end in that other lines end in, too.
_WEAK_TITLE_END = re.compile(r"(?:任务|事项|项目|工作|工程|实事)(?:（[^（）]{1,20}）)*$")
# An item of a list, no title: 1.举办年货大集（县商务局）.
_LISTED = re.compile(r"\d{1,2}[.、](?!\d)|（(?:\d{1,2}|[一二三四五六七八九十]{1,3})）")
_ADDRESSED = r"各|市|省|区|县|旗|盟|州|委|厅|局|工委|机关|有关|驻"
_ADDRESSEES = re.compile(rf"((?:{_ADDRESSED})[^。：]{{2,200}})：(?=$|现|为|经|根据|按)")

PREFIX_BEFORE_ABOUT = re.compile(r"^([\u4e00-\u9fff、]{4,60}?)(?:印发)?关于")
_PREFIX_PRINTING = re.compile(r"^([\u4e00-\u9fff、]{4,60}?)印发")
_ORGAN_END = re.compile(
    r"(?:政府|委员会|办公室|办公厅|局|厅|委|办|院|部|署|会|中心|公司|集团|银行|海关|大学|党组|指挥部|领导小组|专班|管委会|法院|检察院|支行|总队|支队|室)(?:（[^（）]{1,20}）)?$"
)
_ORGAN_SPLIT = re.compile(
    r"(?<=人民政府办公室)|(?<=人民政府办公厅)|(?<=委员会办公室)|(?<=市委办公室)|(?<=区委办公室)|(?<=县委办公室)|(?<=旗委办公室)|(?<=省委办公厅)|(?<=委员会)(?=[\u4e00-\u9fff]{2,8}(?:局|厅|委员会|办公室)$)"
)

_EFFECTIVE = re.compile(
    r"自(?:(?P<day>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)|(?P<issue>(?:印发|发布|公布)之日))起(?:正式)?(?:施行|实施|执行|生效)"
)
_VALID_YEARS = re.compile(r"有效期(?:为|限为|限)?(?P<years>\d{1,2}|[一二两三四五六七八九十]{1,2})年")
_VALID_UNTIL = re.compile(r"有效期(?:截?至|到)(?P<day>(?:19|20)\d\d年\d{1,2}月\d{1,2}日)")
_REPEAL = re.compile(r"(?P<doc_no>（(?:19|20)\d\d）\d{1,5}号)）?[^。；]{0,40}(?:废止|失效|停止执行)")
_SIGN_OF_ORGAN = re.compile(r"[\u4e00-\u9fff]{1,12}$")
# The day on which a page was put up, near its head: 2024-08-09发布, 发表时间：2024-8-9.
_POSTED = re.compile(
    r"(?:发布|发表|刊登|刊发)(?:日期|时间|于)?：?(?P<first>20\d\d)[-/.年]|(?P<last>20\d\d)[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:发布|发表)"
)
_HEAD_OF_PAGE = 300
_MONTH_BELOW_TITLE = re.compile(r"（(20\d\d)年(?:度|\d{1,2}月(?:\d{1,2}日)?)?）")
_YEAR_IN_TITLE = re.compile(r"((?:19|20)\d\d)(?:年|—|－|-|–|~)")

_KINDS: tuple[tuple[PolicyKind, str], ...] = (
    (PolicyKind.RULES, r"(?:办法|规定|条例|细则|规则|制度|章程)(?:（[^（）]{1,8}）)?$"),
    (PolicyKind.LIST, r"(?:清单|台账|目录|一览表|任务表|分工表|汇总表)(?:（[^（）]{1,12}）)?$"),
    (PolicyKind.PLAN, r"方案|计划|举措|措施|要点|规划|行动|意见|条$|安排|任务|分工"),
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A policy and where its text stands in the folded view: [start, end), the body from `body` on.

    [start, body) holds title, covering letter, signature; from `closing` on stand a closing signature, its date
    and notes; `annex` says that the paper is an annex of the one before."""

    policy: Policy
    start: int
    body: int
    end: int
    closing: int
    annex: bool = False


def read_day(text: str) -> dt.date | None:
    """2023年4月25日 or 二〇二三年四月二十五日 as a date; None where there is no such day."""
    found = re.search(r"([^年（(]+)年([^月]+)月([^日]+)日", text)
    if not found:
        return _read_iso_day(text)
    year = re.sub(r"^.*?(?=\d{4}$|[一二三四五六七八九〇○零]{4}$)", "", found.group(1))
    if not year.isdigit():
        year = "".join(str(read_number(c)) for c in year.replace("○", "〇"))
    try:
        return dt.date(int(year), read_number(found.group(2)), read_number(found.group(3)))
    except ValueError:
        return None


def _read_iso_day(text: str) -> dt.date | None:
    found = re.search(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text)
    if not found:
        return None
    try:
        return dt.date(*map(int, found.groups()))
    except ValueError:
        return None


def find_papers(sheet: Sheet) -> list[Paper]:
    """The papers of a file in order; every one has a title (the file's name where the text gives none)."""
    openings = _headed_openings(sheet) or _numbered_openings(sheet)
    bounds = openings or [(0, None)]
    papers: list[Paper] = []
    for i, (start, headed) in enumerate(bounds):
        end = bounds[i + 1][0] if i + 1 < len(bounds) else len(sheet.text)
        end = _before_shelf_marks(sheet, start, end)
        begin = 0 if i == 0 and headed is None else start
        parts = [(begin, None), *_annex_openings(sheet, begin, end)]
        first: Paper | None = None
        for j, (a, title) in enumerate(parts):
            b = parts[j + 1][0] if j + 1 < len(parts) else end
            paper = _read_paper(sheet, a, b, len(papers), headed if j == 0 else None, title, first)
            first = first or paper
            papers.append(paper)
    return papers


_SHELF_MARK = re.compile(
    r"(?:（[一二三四五六七八九十]{1,3}）|[一二三四五六七八九十]{1,3}、)[\u4e00-\u9fff]{2,8}$"
)


def _before_shelf_marks(sheet: Sheet, start: int, end: int) -> int:
    """A compilation's own headings ("（二）某省") before the next paper belong to no paper."""
    for line in reversed(sheet.lines_between(start, end)[-3:]):
        if not _SHELF_MARK.match(sheet.line_text(line)) or line.start <= start:
            break
        end = line.start
    return end


def _headed_openings(sheet: Sheet) -> list[tuple[int, int | None]]:
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


def _numbered_openings(sheet: Sheet) -> list[tuple[int, int | None]]:
    """Openings told by document numbers that stand on lines of their own, each with a title beside it."""
    ends = (tail.start() for tail in re.finditer("号", sheet.tails))
    marks = [
        i for i in ends if len(sheet.line_text(sheet.lines[i])) < 60 and _is_doc_no(sheet, sheet.lines[i])
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


def _is_doc_no(sheet: Sheet, line: Line) -> bool:
    return bool(_DOC_NO_LINE.match(sheet.line_text(line)))


def _is_title_line(sheet: Sheet, line: Line) -> bool:
    text = sheet.line_text(line)
    return 2 <= len(text) <= 45 and text[-1] not in "。；：，、）" and not _is_dated(text)


def _annex_openings(sheet: Sheet, start: int, end: int) -> list[tuple[int, str | None]]:
    """Annexes with a title and text of their own ("附件3" on a line, then a title)."""
    found: list[tuple[int, str | None]] = []
    first, last = sheet.numbers_between(start, end)
    for head in re.finditer("附", sheet.heads[first + 1 : max(first + 1, last - 2)]):
        at = first + 1 + head.start()
        line, *below = sheet.lines[at : min(at + 6, last)]
        if _ANNEX.match(sheet.line_text(line)):
            title = _title_from(sheet, below)
            listed = re.match(r"\d{1,2}[.、]", sheet.line_text(below[0]))
            if title and not listed:
                found.append((line.start, title))
    return found


# The head of a column of a table that a conversion has left as lines.
_COLUMN_HEAD = re.compile(
    "(?:序号|(?:牵头|责任|配合|主办|协办|承办|主管)(?:单位|部门|科室|处室)|(?:完成|办理)?时限)"
)


_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|第[一二三四五六七八九十]{1,3}[章节条]"
)


def _title_from(sheet: Sheet, lines: Sequence[Line]) -> str | None:
    """The title that starts with the first of these lines, over as many as it takes to end like a title."""
    joined = ""
    title: str | None = None
    for line in _above_tables(sheet, lines)[:5]:
        text = sheet.line_text(line)
        if _COLUMN_HEAD.fullmatch(text) or _HEADING.match(text) or _LISTED.match(text):
            return title
        if len(joined) + len(text) > 120 or (joined and text[-1:] in "。；：，"):
            return title
        if title and (len(text) > 20 or not _TITLE_END.search(joined + text) or text[:1].isdigit()):
            return title
        joined += text
        if _TITLE_END.search(joined):
            title = joined
    return title


def _above_tables(sheet: Sheet, lines: Sequence[Line]) -> Sequence[Line]:
    """Lines up to the first table; its cells are no part of a title (but a title may be its first row)."""
    if not lines:
        return lines
    below = bisect_left(sheet.table_starts, lines[0].start)
    for i, line in enumerate(lines):
        if any(start <= line.start for start in sheet.table_starts[below : below + 1]):
            return lines[: max(i, 1)]
    return lines


def _read_paper(
    sheet: Sheet,
    start: int,
    end: int,
    ordinal: int,
    headed: int | None,
    annex: str | None,
    parent: Paper | None,
) -> Paper:
    lines = sheet.lines_between(start, end) or sheet.lines[:1]
    dates = _date_lines(sheet, lines, headed or start)
    letter_end = _letter_end(sheet, lines, dates)
    body = lines[letter_end].start if 0 < letter_end < len(lines) else (headed or start)
    head = lines[: max(letter_end, 25)]
    title = _title(sheet, lines, start, headed, body, annex)
    body = _after_title(sheet, body, end, title)
    notice = sheet.text[start:headed] if headed else _notice_title(sheet, head) or title
    named = _issuers_in_title(re.sub(r"^\d{1,2}\.", "", notice))
    policy = Policy(
        doc=sheet.document.name,
        ordinal=ordinal,
        title=title,
        span=sheet.view.span(start, max(end, start + 1)),
        doc_no=_doc_no(sheet, head),
        issuers=_signature(sheet, lines, dates)
        or tuple(_as_printed(sheet, start, name) for name in named or _organs_beside(sheet, head)),
        issued=_issued(sheet, start, headed, [lines[i] for i in dates if i < max(letter_end, 60)])
        or _day_beside(sheet, head),
        kind=_kind(title),
        addressees=_addressees(sheet, head),
    )
    if parent and annex:
        policy = _completed(policy, parent.policy)
    policy = replace(policy, year=_year(policy, sheet.text[start:end]), place=_place(policy, notice))
    if parent:
        policy = replace(
            policy, year=policy.year or parent.policy.year, place=policy.place or parent.policy.place
        )
    closing = _closing(sheet, lines, body, end)
    return Paper(_with_validity(policy, sheet.text[start:end]), start, body, end, closing, annex is not None)


def _issued(sheet: Sheet, start: int, headed: int | None, dated: Sequence[Line]) -> dt.date | None:
    """The date of a compilation's heading, or of the first line that is a date."""
    if headed is not None:
        found = re.search(rf"（({_DAY})）$", sheet.text[start:headed])
        return read_day(found.group(1)) if found else None
    return read_day(sheet.line_text(dated[0])) if dated else None


_DATE_TAIL = re.compile("[日）发布]")


def _date_lines(sheet: Sheet, lines: Sequence[Line], start: int) -> list[int]:
    """Which of the lines, from folded `start` on, are dates: their numbers among the lines."""
    first = bisect_left(sheet.starts, lines[0].start) if lines else 0
    found = (tail.start() - first for tail in _DATE_TAIL.finditer(sheet.tails, first, first + len(lines)))
    return [
        i
        for i in found
        if lines[i].start >= start
        and lines[i].end - lines[i].start < 70
        and _is_dated(sheet.line_text(lines[i]))
        and not _in_task_table(sheet, lines[i])
    ]


def _is_dated(text: str) -> bool:
    """Is the line a date, alone or after the organ or the number that it dates?"""
    if _DATE_LINE.match(text):
        return True
    if "年" not in text:
        return False
    found = _SIGNED_LINE.match(text)
    return found is not None and (found["organ"] is None or bool(_ORGAN_END.search(found["organ"])))


def _in_task_table(sheet: Sheet, line: Line) -> bool:
    """Does the line stand in a table beside other cells of its row?"""
    offset = sheet.view.offset(line.start)
    for table in sheet.tables_near(line.start, line.start + 1):
        at = bisect_right(table.cells, offset, key=lambda cell: cell.start) - 1
        own = table.cells[at] if at >= 0 else None
        if own is not None and offset < own.end:
            return any(cell is not own for cell in _filled_in(table, own.row))
    return False


def _filled_in(table: Table, row: int) -> list[Cell]:
    """The cells that begin in a row and have text; cells stand in reading order."""
    first = bisect_left(table.cells, row, key=lambda cell: cell.row)
    last = bisect_right(table.cells, row, key=lambda cell: cell.row)
    return [cell for cell in table.cells[first:last] if cell.end > cell.start]


def _day_beside(sheet: Sheet, lines: Sequence[Line]) -> dt.date | None:
    """The day that a label (成文日期：) or a note of adoption under the title names."""
    for text in _fields(sheet, lines):
        if found := _DATED_LABEL.search(text) or _ADOPTED.match(text):
            return read_day(found["day"])
    return None


def _organs_beside(sheet: Sheet, lines: Sequence[Line]) -> tuple[str, ...]:
    for text in _fields(sheet, lines):
        found = _ORGAN_LABEL.search(text) or _ADOPTED.match(text)
        if found and found["organ"]:
            return (found["organ"],)
    return ()


def _fields(sheet: Sheet, lines: Sequence[Line]) -> Iterator[str]:
    """The short lines at the head of a paper; a label alone on its line together with its value below."""
    for line, below in itertools.pairwise([*lines[:30], None]):
        text = sheet.line_text(line) if line else ""
        if len(text) < 120:
            yield text + sheet.line_text(below) if below and text.endswith("：") else text


def _completed(annex: Policy, plan: Policy) -> Policy:
    """What an annex does not say about itself, its plan says."""
    return replace(
        annex,
        doc_no=annex.doc_no or plan.doc_no,
        issuers=annex.issuers or plan.issuers,
        issued=annex.issued or plan.issued,
    )


def _year(policy: Policy, text: str) -> int | None:
    """The plan's year: the title's, the date's, the document number's, the one that the text names most,
    that of a note below its title, or that in which its page was put up."""
    named = {int(y) for y in _YEAR_IN_TITLE.findall(policy.title)}
    if len(named) == 1 and "年" in policy.title:
        return named.pop()
    if policy.issued:
        return policy.issued.year
    if policy.doc_no and (found := re.search(r"((?:19|20)\d\d)", policy.doc_no)):
        return int(found.group(1))
    if named:
        return None  # a span of years
    counted = Counter(re.findall(r"(20\d\d)年", text)).most_common(2)
    if counted and counted[0][1] > 1 and (len(counted) == 1 or counted[0][1] > counted[1][1]):
        return int(counted[0][0])
    if below := _MONTH_BELOW_TITLE.search(text, 0, _HEAD_OF_PAGE):
        return int(below[1])
    posted = _POSTED.search(text, 0, _HEAD_OF_PAGE)
    return int(posted["first"] or posted["last"]) if posted else None


def _place(policy: Policy, notice: str) -> tuple[str, ...]:
    return place_path(policy.title, notice, *policy.issuers, policy.doc_no or "", policy.addressees or "")


def _closing(sheet: Sheet, lines: Sequence[Line], body: int, end: int) -> int:
    """Where a signature with its date closes the paper (a few notes may follow it); its end without one."""
    for i in range(len(lines) - 1, max(-1, len(lines) - 7), -1):
        if lines[i].start <= body or not _is_dated(sheet.line_text(lines[i])):
            continue
        if not any(_is_listed(sheet, line) for line in lines[:i]) or any(
            _is_listed(sheet, x) for x in lines[i:]
        ):
            continue  # the date of a head, not of a signature below the text
        top = i
        while top > 0 and _is_organ_line(sheet, lines[top - 1]):
            top -= 1
        return lines[top].start
    return end


def _is_listed(sheet: Sheet, line: Line) -> bool:
    return line.end - line.start > 30 or read_marker(sheet, line.start) is not None


def _is_organ_line(sheet: Sheet, line: Line) -> bool:
    text = sheet.line_text(line)
    return (
        len(text) <= 30
        and text[-1] not in "。；：，、！"
        and bool(_ORGAN_END.search(text))
        and not text[0].isdigit()
    )


def _with_validity(policy: Policy, text: str) -> Policy:
    effective = expires = None
    found = _EFFECTIVE.search(text)
    if found:
        effective = read_day(found.group("day")) if found.group("day") else policy.issued
    until = _VALID_UNTIL.search(text)
    years = _VALID_YEARS.search(text)
    if until:
        expires = read_day(until.group("day"))
    elif years and effective:
        expires = _years_later(effective, read_number(years.group("years")))
    return replace(policy, effective=effective, expires=expires, repeals=_repeals(text))


def _repeals(text: str) -> tuple[str, ...]:
    """The numbers of the documents that a paper puts out of force."""
    found: dict[str, None] = {}
    at = 0
    while repeal := _REPEAL.search(text, at):
        sign = _SIGN_OF_ORGAN.search(text[max(at, repeal.start() - 12) : repeal.start()])
        if sign:
            found[_printed_number(sign.group() + repeal["doc_no"])] = None
        at = repeal.end() if sign else repeal.start() + 1
    return tuple(found)


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _printed_number(doc_no: str) -> str:
    """Document numbers are shown in 〔〕, whatever brackets the source has."""
    return re.sub(r"（((?:19|20)\d\d)）", r"〔\1〕", doc_no)


_NOTE_LINE = re.compile(r"注：|抄送：")


def _letter_end(sheet: Sheet, lines: Sequence[Line], dates: Sequence[int]) -> int:
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


def _doc_no(sheet: Sheet, lines: Sequence[Line]) -> str | None:
    for line in lines[:30]:
        text = sheet.line_text(line)
        found = _DOC_NO_LINE.match(text)
        if found:
            return _printed_number(found.group(1) or found.group(2))
        if (
            len(text) < 200
            and (beside := _SIGNED_LINE.match(text) or _NUMBER_LABEL.search(text))
            and (beside["doc_no"])
        ):
            return _printed_number(beside["doc_no"])
    return None


def _title(
    sheet: Sheet, lines: Sequence[Line], start: int, headed: int | None, body: int, annex: str | None
) -> str:
    """The paper's title: an annex's own, the compilation's heading, the plan's title after the letter, the notice's."""
    if annex:
        return _as_printed(sheet, start, annex)
    if headed is not None:
        raw = re.sub(rf"（(?:{_DAY})）$", "", sheet.text[start:headed])
        raw = re.sub(r"^\d{1,2}\.", "", raw)
        return _as_printed(sheet, start, raw)
    after = [line for line in lines if line.start >= body][:5]
    title = _title_from(sheet, after) if body > start else None
    title = (
        title or _notice_title(sheet, lines[:14]) or _caption(sheet, lines[:14]) or _first_line(sheet, lines)
    )
    return _as_printed(sheet, start, title)


def _caption(sheet: Sheet, lines: Sequence[Line]) -> str | None:
    """The title that alone fills the first row of a table, without its sheet's name in brackets behind it."""
    index = sheet.view.index
    for table in sheet.tables_near(lines[0].start, lines[-1].end) if lines else ():
        row = _filled_in(table, 0)
        for at, line in enumerate(lines):
            text = sheet.line_text(line)
            if len(row) == 1 and line.start == index(row[0].start) and len(text) > 6:
                text = text.removesuffix(f"（{sheet.line_text(lines[at - 1])}）") if at else text
                return text if _TITLE_END.search(text) else None
    return None


def _as_printed(sheet: Sheet, start: int, folded: str) -> str:
    at = sheet.text.find(folded, start)
    return sheet.view.printed(at, at + len(folded)) if at >= 0 else folded


# Lines beside a title that are no words of it.
_APART = re.compile(
    r"^附[件表]\d{0,2}[：:]?$|^[\u4e00-\u9fff]{4,24}(?:文件|公报|简报|专报)(?:（?第?\d{0,4}期?）?)?$"
    r"|^[^。]{1,30}[>＞»›][^。]{1,60}$"  # where a page stands in its site: 首页 > 专题专栏
)


def _notice_title(sheet: Sheet, lines: Sequence[Line]) -> str | None:
    """The title above the addressees: lines without a full stop that together end like one, or one that ends less so."""
    joined = ""
    weak: str | None = None
    for line in _above_tables(sheet, lines)[:10]:
        text = sheet.line_text(line)
        if _DOC_NO_LINE.match(text) or _is_dated(text) or _APART.match(text):
            if _TITLE_END.search(joined):
                return joined
            joined = ""
            continue
        if text[-1:] in "。；：" or _COLUMN_HEAD.fullmatch(text) or _LISTED.match(text):
            break
        if joined and "：" in text:
            break
        joined += text
        if _TITLE_END.search(joined) and len(joined) > 6:
            return joined
        if weak is None and len(joined) > 6 and _WEAK_TITLE_END.search(joined):
            weak = joined
        if len(joined) > 140:
            break
    return weak


_SITE = re.compile(r"\s*[_|｜]\s*|\s+[-—]\s+")  # what stands between a page's title and the site's name


def _first_line(sheet: Sheet, lines: Sequence[Line]) -> str:
    if sheet.document.title:
        own = _SITE.split(sheet.document.title)[0]
        return own if _TITLE_END.search(own) else sheet.document.title
    first = sheet.line_text(lines[0]) if lines and not _in_task_table(sheet, lines[0]) else ""
    return first if 4 <= len(first) <= 60 else sheet.document.name.rsplit(".", 1)[0]


def _after_title(sheet: Sheet, body: int, end: int, title: str) -> int:
    """Skip the title where the body repeats it at its head."""
    folded = re.sub(r"\s", "", title)
    if sheet.text.startswith(folded, body):
        return min(body + len(folded), end)
    return body


def _addressees(sheet: Sheet, lines: Sequence[Line]) -> str | None:
    joined = ""
    for line in lines[:25]:
        text = sheet.line_text(line)
        if _TITLE_END.search(text) or _DOC_NO_LINE.match(text):
            joined = ""
            continue
        joined = joined + text if joined and joined[-1] != "：" else text
        if found := _ADDRESSEES.match(joined):
            return found.group(1)
        if joined[-1] in "。；）》" or not re.match(_ADDRESSED, joined):
            joined = ""
    return None


def _signature(sheet: Sheet, lines: Sequence[Line], dates: Sequence[int]) -> tuple[str, ...]:
    """The issuers that sign right above the first date line."""
    if not dates:
        return ()
    names: list[str] = []
    beside = _SIGNED_LINE.match(sheet.line_text(lines[dates[0]]))
    if beside and beside["organ"]:
        at = lines[dates[0]].start
        names.append(sheet.view.printed(at, at + len(beside["organ"])))
    for line in reversed(lines[max(0, dates[0] - 15) : dates[0]]):
        text = sheet.line_text(line)
        if (
            len(text) > 30
            or text[-1] in "。；：，、！"
            or not _ORGAN_END.search(text)
            or not re.match(r"[\u4e00-\u9fff]", text)
        ):
            break
        names.append(sheet.view.printed(line.start, line.end))
    return tuple(reversed(names))


def _issuers_in_title(title: str) -> tuple[str, ...]:
    found = PREFIX_BEFORE_ABOUT.match(title) or _PREFIX_PRINTING.match(title)
    if not found:
        return ()
    raw = re.sub(r"等[一二三四五六七八九十\d]+部门$", "", found.group(1))
    parts = [p for piece in raw.split("、") for p in _ORGAN_SPLIT.split(piece) if p]
    return tuple(p for p in parts if _ORGAN_END.search(p))


def _kind(title: str) -> PolicyKind:
    core = re.sub(r"》?的通知$", "", title)
    for kind, pattern in _KINDS:
        if re.search(pattern, core):
            return kind
    return PolicyKind.NOTICE
