"""Units that a measure names in its own words, as the agents of its sentences, where a paper has no other clause.

市商务局负责…  ·  区城管局负责，工商分局配合，…  ·  市卫生局：…  ·  河务部门。…  ·  …由省水利厅会同省财政厅研究提出…
…请市公安局于…前…  ·  优化公交线网。市交通局牵头，市公安局协助，…
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from itertools import pairwise
from typing import NamedTuple

from index_build.clauses import Clause
from index_build.clauses.roles import HELP_WORDS
from index_build.drafts import Placed, Stretch
from index_build.majority import are_most, in_most
from index_build.model import Role
from index_build.names import UnitHit, cut_at_depth, ends_unit, lists_units
from index_build.sheet import Sheet
from index_build.tables.column_contents import names_time
from index_build.tables.columns import CONTENT_WORDS
from index_build.words import parts_of_speech

_HOW = r"(?:按照?(?:各自|有关|相关)?(?:工作)?职责(?:和?分工)?|分别|共同|具体|主要|统一|全面|直接|联合|统筹|积极|主动|密切)*"
_LEADS = r"牵头|负责|负总责|主办|主责|承办|承担"
_HELPS = "|".join(HELP_WORDS)
_WITH = r"会同|联合|商(?=[省市县区旗州国各有])"
_SAYS_WORD = re.compile(f"{_LEADS}|{_HELPS}|{_WITH}")  # a search for it alone skips from sign to sign
_SAYS = re.compile(rf"{_HOW}(?:(?P<leads>{_LEADS})|(?P<helps>{_HELPS})|(?P<with>{_WITH}))")
_TOGETHER = re.compile(rf"(?:负责|组织|落实)?(?:，?并)?(?:{_WITH}|协同|配合|协助)")
_BY = re.compile("由(?<![自理事缘案].)(?!于|此)|请(?<![申邀聘提报呈宴约].)(?![示求假教])")
_BODY = re.compile(
    r"^(?:各|有关|相关|其他|国网|[省市县区旗州盟镇乡全](?![场区]))"
    r"|(?:局|委|办|厅|部|部门|政府|委员会|管委会|单位|公司|集团|中心|院|队|处|科|室|组|会|行|联)(?:（[^（）]*）)?$"
)
_NO_NAME = re.compile(f"(?:{_LEADS}|{_HELPS}|责任)(?!部|局|办|委|中心)")  # a label without its colon
_GOVERNS = ("牵头", "主办", "主责")
_JOINS = "、和及与"
# What stands before the first comma of an item that opens with agents: a verb, or a unit and a colon or full stop.
_MAY_OPEN = re.compile(rf"[^，；。：]*?(?:{_LEADS}|{_HELPS}|{_WITH}|[：。])")
_LEAD_ALONE = re.compile(rf"[^，；。：]{{2,}}?(?:{_LEADS})，")
_TIME_FIRST = re.compile(
    r"(?:在|于|力争|确保)?(?P<time>[^，。；：]{2,16}(?:前|底|末|内|日|月份?|季度|半年))，"
)
_LONGEST_TASK_NAME = 40  # characters of the sentence that names a task
_TASK_NAME = re.compile(rf"[^。：]{{2,{_LONGEST_TASK_NAME}}}[。：](?=.)")
_LONGEST_NAMES = 120  # characters of the units before a verb
_SUBJECT_DOES = re.compile(
    r"(?:要|应|须|需|按|根据|结合|依托|对|在|于|做好|抓好|落实|组织|加强|制定|开展|指导|督促|推进|完成|建立|编制|保障|牵头|每)"
)


class Place(Enum):
    """Where the words of an item name their agents."""

    OPENING = auto()
    AFTER_BY = auto()  # 由, 请
    AFTER_NAME = auto()  # of the task, a sentence of its own
    INSIDE = auto()


class Agents(NamedTuple):
    """The units as a clause, and where the words name them."""

    placed: Placed
    place: Place


def find_agents(sheet: Sheet, start: int, stop: int, breaks: frozenset[int] | None) -> Agents | None:
    """The units that the words in folded [start, stop) name as those who do it; None where they name none.

    `breaks` are the places where a paragraph begins, where lines are cut by the page's width."""
    units: list[tuple[UnitHit, Role]] = []
    for at, end, mark in _pieces(sheet, start, stop, breaks):
        headed = at == start and mark in tuple("：。\n") and end + 1 < stop
        if headed and names_bodies(sheet.text, at, end):
            units += _in_role(sheet, at, end, Role.LEAD)
        else:
            units += _agents_of(sheet, at, end, units)
    if not any(role is Role.LEAD for _, role in units):
        return None
    first = min(hit.start for hit, _ in units)
    return Agents(clause_of_units(units), _place(sheet, start, first))


def _place(sheet: Sheet, start: int, first: int) -> Place:
    """Where the first agent of an item that begins at `start` stands."""
    if first == start:
        return Place.OPENING
    if _BY.match(sheet.text, first - 1):
        return Place.AFTER_BY
    name = sheet.text[start : first - 1]
    ended = sheet.text[first - 1] in "。：" and _LEAD_ALONE.match(sheet.text, first) is not None
    return Place.AFTER_NAME if ended and "。" not in name and len(name) < _LONGEST_TASK_NAME else Place.INSIDE


def _may_name(text: str, start: int, stop: int) -> bool:
    """May an item's agents stand at its opening, after 由 or 请, or after its first sentence?"""
    if opens_with_agents(text, start, stop) or _BY.search(text, start, stop):
        return True
    name = _TASK_NAME.match(text, start, stop)
    return name is not None and opens_with_agents(text, name.end(), stop)


def own_clauses(
    sheet: Sheet, items: dict[int, Stretch], breaks: frozenset[int] | None, least: int = 2
) -> dict[int, Placed]:
    """The agents of a paper's items where they are its clause: most items (`items`, by number) name them as their
    opening, after 由 or 请, or after the name of the task; then a mere subject that opens another item is its
    clause too."""

    def counted(start: int, stop: int) -> Agents | None:
        """The agents of an item that may name them in such a place; those of others do not decide."""
        counts = _may_name(sheet.text, start, stop)
        found = find_agents(sheet, start, stop, breaks) if counts else None
        if found is None and start not in begins and (subject := find_subject(sheet, start, stop)):
            return Agents(subject, Place.OPENING)  # 4月底前，县人社局制定…
        return found

    begins = {start for start, _ in items.values()}
    items = {n: (after_time(sheet.text, *item), item[1]) for n, item in items.items()}
    found = in_most(items, counted)
    told = sum(agents.place is not Place.INSIDE for agents in found.values())
    if told < least or not are_most(told, len(items)):
        return {}
    for n in items.keys() - found.keys():
        if agents := find_agents(sheet, *items[n], breaks):
            found[n] = agents
    subjects = {n: find_subject(sheet, *items[n]) for n in items.keys() - found.keys()}
    return {n: a.placed for n, a in found.items()} | {n: s for n, s in subjects.items() if s}


def after_time(text: str, start: int, stop: int) -> int:
    """Where an item goes on that opens with a time and a comma: 4月底前，县人社局会同…"""
    opening = _TIME_FIRST.match(text, start, stop)
    return opening.end() if opening and names_time(opening["time"]) else start


def _pieces(
    sheet: Sheet, start: int, stop: int, breaks: frozenset[int] | None
) -> Iterator[tuple[int, int, str]]:
    """The parts of sentences in [start, stop), each with the mark after it, a line end where a paragraph ends."""
    lines = (line.start for line in sheet.lines_between(start + 1, stop))
    for a, b in pairwise([start, *(at for at in lines if breaks is None or at in breaks), stop]):
        for at, end, mark in cut_at_depth(sheet.text, a, b, separators="，；。："):
            yield at, end, mark or "\n"


def find_subject(sheet: Sheet, start: int, stop: int) -> Placed | None:
    """The units that are the subject of the first sentence: 各县市区按统一部署，做好…"""
    end = min(
        (
            stop,
            sheet.line_end(start),
            *(at for mark in "，。；：" if (at := sheet.text.find(mark, start, stop)) > 0),
        )
    )
    begins = (does.start() for does in _SUBJECT_DOES.finditer(sheet.text, start + 2, end))
    if subjects := [at for at in begins if names_bodies(sheet.text, start, at)]:
        return clause_of_units(list(_in_role(sheet, start, subjects[-1], Role.LEAD)))  # 县委组织部组织…
    after = end_of_units(sheet.text, start, end)
    if after is None or after == end or not _is_verb(sheet.text[after:end]):
        return None
    return clause_of_units(list(_in_role(sheet, start, after, Role.LEAD)))


def _is_verb(words: str) -> bool:
    """Does a verb open the words?"""
    return parts_of_speech(words)[0][1].startswith("v")


def opens_with_agents(text: str, start: int, stop: int) -> bool:
    """Do the words in folded [start, stop) open with units, as a heading or as those who are in charge?"""
    stop = min(stop, start + _LONGEST_NAMES)
    if _MAY_OPEN.match(text, start, stop) is None:
        return False
    for at, end, mark in cut_at_depth(text, start, stop, separators="，；。："):
        headed = mark in tuple("：。") and names_bodies(text, at, end)
        return headed or _speaker(text, at, end) is not None
    return False


def names_bodies(text: str, start: int, end: int) -> bool:
    """Are the words nothing but names of public bodies (and no 政策宣讲进企业)?"""
    words = text[start:end]
    if "—" in words or not (
        2 <= len(words) <= _LONGEST_NAMES and ends_unit(words) and lists_units(text, start, end)
    ):
        return False
    return all(
        _BODY.search(name) and not CONTENT_WORDS.search(name) and not _NO_NAME.match(name)
        for name in re.split("[、和及]", words)
        if name
    )


def clause_of_units(units: Sequence[tuple[UnitHit, Role]], style: str = "agents") -> Placed:
    """Units of a measure's own words as its clause, each named once, in the part that it has first."""
    known: dict[str, tuple[UnitHit, Role]] = {}
    for hit, role in units:
        known.setdefault(hit.name, (hit, role))
    first, last = min(hit.start for hit, _ in units), max(hit.end for hit, _ in units)
    return Placed(Clause(first, last, tuple(known.values()), (), None, style))


def _in_role(sheet: Sheet, start: int, end: int, role: Role) -> Iterator[tuple[UnitHit, Role]]:
    return ((hit, role) for hit in sheet.units(start, end))


def _agents_of(
    sheet: Sheet, start: int, end: int, before: Sequence[tuple[UnitHit, Role]]
) -> list[tuple[UnitHit, Role]]:
    """The agents of one part of a sentence: at its head, or after 由."""
    text = sheet.text
    if before and (together := _TOGETHER.match(text, start, end)):
        return _together_with(sheet, together.end(), end)
    if (said := _speaker(text, start, end)) is None:
        by = _BY.search(text, start, end)
        if by is None:
            return []
        start = by.end()
        said = _speaker(text, start, end)
        if said is None and any(role is Role.LEAD for _, role in before):
            return []  # the sentences before say who; 收费标准由产权单位公示 is a part of what is done
        if said is None:
            after = end_of_units(text, start, end)
            return list(_in_role(sheet, start, after, Role.LEAD)) if after and after < end else []
    start += text[start] in "由请"
    led = any(role is Role.LEAD for _, role in before)
    governed = led and any(word in text[before[0][0].end : start] for word in _GOVERNS)
    helps = said["helps"] is not None or (governed and said["leads"] not in _GOVERNS)
    found = list(_in_role(sheet, start, said.start(), Role.RESPONSIBLE if helps else Role.LEAD))
    at = said.end() if said["with"] else said.end("leads") if said["leads"] else said.end("helps")
    if not said["with"]:
        together = _TOGETHER.match(text, at, end)
        if together is None and text[at : at + 1] == "、":  # 由甲局牵头、乙局配合
            return [*found, *_agents_of(sheet, at + 1, end, [*before, *found])]
        at = together.end() if together else end
    return [*found, *_together_with(sheet, at, end)]


def _together_with(sheet: Sheet, start: int, end: int) -> list[tuple[UnitHit, Role]]:
    """The units that open [start, end), after 会同."""
    after = end_of_units(sheet.text, start, end) if start < end else None
    return list(_in_role(sheet, start, after, Role.RESPONSIBLE)) if after else []


def _speaker(text: str, start: int, end: int) -> re.Match[str] | None:
    """The verb whose subjects, nothing but units, open [start, end)."""
    start += text[start : start + 1] in tuple("由请")
    end = min(end, start + _LONGEST_NAMES)
    if _SAYS_WORD.search(text, start + 2, end) is None:
        return None
    for said in _SAYS.finditer(text, start + 2, end):
        if "由" not in text[start : said.start()] and names_bodies(text, start, said.start()):
            return said
    return None


def end_of_units(text: str, start: int, end: int) -> int | None:
    """Where the list of units ends that opens [start, end), and what they do begins; None where there is none.

    A name ends with a word, and goes on only with nouns: 城管部门查处, 公安局交警支队查处."""
    end = min(end, start + _LONGEST_NAMES)
    kinds = dict(_word_ends(text, start, end))
    ends = [at for at in kinds if ends_unit(text[start:at]) and lists_units(text, start, at)]
    chosen: int | None = None
    for at in ends:
        if chosen is None or text[chosen] in _JOINS or kinds[chosen].startswith(("n", "j", "s", "m")):
            chosen = at
    return chosen


def _word_ends(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Where words end, each with the part of speech of the word that follows."""
    found = parts_of_speech(text[start:end])
    at = start
    for i, (word, _) in enumerate(found):
        at += len(word)
        yield at, found[i + 1][1] if i + 1 < len(found) else ""
