"""The papers of a file, each with its policy and the places of its letter, body and closing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

from index_build.model import Policy
from index_build.numerals import read_number
from index_build.papers.letters import find_addressees, find_closing, find_letter_end, find_signature
from index_build.papers.openings import (
    before_shelf_marks,
    find_annex_openings,
    find_headed_openings,
    find_numbered_openings,
)
from index_build.papers.signs import (
    find_date_lines,
    find_day_beside,
    find_doc_no,
    find_issued,
    find_organs_beside,
)
from index_build.papers.titles import (
    as_printed,
    find_notice_title,
    find_title,
    issuers_in_title,
    kind_of,
    skip_title,
)
from index_build.papers.validity import with_validity
from index_build.places import place_path
from index_build.sheet import Sheet

# The day on which a page was put up, near its head: 2024-08-09发布, 发表时间：2024-8-9.
_POSTED = re.compile(
    r"(?:发布|发表|刊登|刊发)(?:日期|时间|于)?：?(?P<first>20\d\d)[-/.年]|(?P<last>20\d\d)[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:发布|发表)"
)
_HEAD_OF_PAGE = 300
_MONTH_BELOW_TITLE = re.compile(r"（(20\d\d)年(?:度|\d{1,2}月(?:\d{1,2}日)?)?）")
_YEAR_IN_TITLE = re.compile(r"((?:19|20)\d\d|二[〇○零][〇○零一二三四五六七八九]{2}(?=年))(?:年|—|－|-|–|~)")


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


def find_papers(sheet: Sheet) -> list[Paper]:
    """The papers of a file in order; every one has a title (the file's name where the text gives none)."""
    openings = find_headed_openings(sheet) or find_numbered_openings(sheet)
    bounds = openings or [(0, None)]
    papers: list[Paper] = []
    for i, (start, headed) in enumerate(bounds):
        end = bounds[i + 1][0] if i + 1 < len(bounds) else len(sheet.text)
        end = before_shelf_marks(sheet, start, end)
        begin = 0 if i == 0 and headed is None else start
        parts = [(begin, None), *find_annex_openings(sheet, begin, end)]
        first: Paper | None = None
        for j, (a, title) in enumerate(parts):
            b = parts[j + 1][0] if j + 1 < len(parts) else end
            paper = _read_paper(sheet, a, b, len(papers), headed if j == 0 else None, title, first)
            first = first or paper
            papers.append(paper)
    return papers


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
    dates = find_date_lines(sheet, lines, headed or start)
    letter_end = find_letter_end(sheet, lines, dates)
    body = lines[letter_end].start if 0 < letter_end < len(lines) else (headed or start)
    head = lines[: max(letter_end, 25)]
    title = find_title(sheet, lines, start, headed, body, annex)
    body = skip_title(sheet, body, end, title)
    notice = sheet.text[start:headed] if headed else find_notice_title(sheet, head) or title
    named = issuers_in_title(re.sub(r"^\d{1,2}\.", "", notice))
    policy = Policy(
        doc=sheet.document.name,
        ordinal=ordinal,
        title=title,
        span=sheet.view.span(start, max(end, start + 1)),
        doc_no=find_doc_no(sheet, head),
        issuers=find_signature(sheet, lines, dates)
        or tuple(as_printed(sheet, start, name) for name in named or find_organs_beside(sheet, head)),
        issued=find_issued(sheet, start, headed, [lines[i] for i in dates if i < max(letter_end, 60)])
        or find_day_beside(sheet, head),
        kind=kind_of(title),
        addressees=find_addressees(sheet, head),
    )
    if parent and annex:
        policy = _completed(policy, parent.policy)
    policy = replace(policy, year=_year(policy, sheet.text[start:end]), place=_place(policy, notice))
    if parent:
        policy = replace(
            policy, year=policy.year or parent.policy.year, place=policy.place or parent.policy.place
        )
    closing = find_closing(sheet, lines, body, end)
    return Paper(with_validity(policy, sheet.text[start:end]), start, body, end, closing, annex is not None)


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
    named = {year for y in _YEAR_IN_TITLE.findall(policy.title) if (year := read_number(y))}
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
