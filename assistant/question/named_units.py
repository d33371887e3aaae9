"""Units that a text names: those of the index in any of their forms, and names that only look like a unit's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.characters import all_han, overlaps
from assistant.known import UNIT_END, Known, Unit
from assistant.question.english import english_departments
from assistant.question.named_places import LEVELS, SUFFIXED
from assistant.question.phrases import Phrases
from index_build.names import department_key
from index_build.places import find_places
from index_build.vocabulary import lexicon
from index_build.words import words

HOLLOW = re.compile(
    r"^(?:哪|那|这|各|每|有关|相关|什么|几|某|其他|其它|牵头|责任|配合|主管|负责|的|个|一|两|三|全|本|该|我|由|和|与|归|是|在|让|被|把|给)"
)
_NO_UNIT = re.compile(
    r"^(?:人民)?政府$|^(?:集团|公司|中心|办公室|委员会|银行|协会|区|县|旗|市)$|(?:大厅|客厅|餐厅|布局|格局|结局|大局|全局|当局|开局|常委|外办|一站|网站|车站|工作日)$"
)
_COLLECTIVE = re.compile(r"各|有关|相关|行业|.*(?:有关|相关|各).*(?:部门|单位)$")
_DOES = re.compile(
    r"(?:都|一共|共|今年|分别|各自|主要|还|要|得|需要?|应该?|须|必须)*(?:牵头|负责|配合|协助|参与|承担|承办|领了|干|做|的?任务|的?职责|的?分工|的?台账|的?活|的?事)"
    r"(?!.{0,6}(?:吗|么|[谁吧]))"
)
_ASKED_WHICH = ("哪", "些", "几", "个", "由")  # 哪些街道办事处牵头
_IS_GIVEN = re.compile(r"(?:给|派给|分给|交给|安排给)$")
# After a unit's name: the matter it deals with is meant, at the level or place before it (自治区海关业务).
_HAS_TO_DO = re.compile(
    r"(?:部门|口|系统|那边|这边|那头|这头|条线)?(?:手上|手里|手头|名下|头上|身上|的任务|的活|的差事|今年(?:要|得|该)|牵头的?(?:任务|措施|事|工作|有|是|哪|都)|(?:要|得|该)(?:干|做|办)的)"
)
# What the word 政府 before it does not make a unit of: 政府采购, 政府债务.
_NOT_OF_GOVERNMENT = (
    "采购",
    "债",
    "欠",
    "网站",
    "投资项目",
    "定价",
    "指导价",
    "信息公开",
    "基金",
    "诚信",
    "失信",
    "承诺",
)
# The last sign of a unit that opens another word: 城市建设部分, 市政府办理什么.
_OTHER_WORD = re.compile(r"部(?:分(?!管)|署)|办(?:理|结|事)|委托|处(?:理|置|罚)")
_OF_TOPIC = re.compile(r"\s*(?:的)?(?:业务|手续|事项|通关|费用|服务|环节)")
_LOOKS_LIKE_UNIT = re.compile(
    r"[\u4e00-\u9fff]{2,14}?(?:局|厅|委员会|委|办公室|法院|检察院|海关|支队|公司|管委会|银行|中心|协会|学院)(?![长域限面内])"
)


def find_units(plain: str, known: Known, phrases: Phrases, english: bool) -> list[Unit]:
    """Units of the index that the text names, in any of their forms."""
    found: list[Unit] = []
    literal = _literal_units(plain, known)
    for match in UNIT_END.finditer(plain):
        end = match.end()
        if _OTHER_WORD.match(plain, match.start()):
            continue
        if (found and found[-1][1] >= end) or any(s < end <= e for s, e, _ in literal):
            continue
        for start in range(max(0, end - 20), end - 1):
            name = plain[start:end]
            if not all_han(name) or HOLLOW.match(name) or _NO_UNIT.search(name):
                continue
            if plain[max(0, start - 2) : start] == "自治":
                continue
            if name.endswith("政府") and plain.startswith(_NOT_OF_GOVERNMENT, end):
                break
            if _is_unit(name, known):
                if any(s < start < e for s, e, _ in found):
                    break  # 交通委|办: the end of a unit and the word after it
                if name not in known.department_names and _OF_TOPIC.match(plain, end):
                    break
                found = [f for f in found if f[1] <= start]
                found.append((start, end, name))
                break
            if known.placed_inside and (printed := _placed_inside(name, known)):
                found = [f for f in found if f[1] <= start]
                found.append((start, end, printed))
                break
    found = [*(u for u in found if not overlaps(u[0], u[1], literal)), *literal]
    found += _short_units(plain, found)
    return [*english_departments(plain, phrases), *found] if english else found


def _literal_units(plain: str, known: Known) -> list[Unit]:
    """Units by the very name that is printed, where it has no form to know it by.  各部门, 有关单位 are units only
    where the question says what they do; elsewhere they are words of the topic."""
    found: list[Unit] = []
    for at in range(len(plain) - 1):
        if found and at < found[-1][1]:
            continue
        for name, printed in known.literal_names.get(plain[at : at + 2], ()):
            if plain.startswith(name, at):
                end = at + len(name)
                all_of_them = _COLLECTIVE.match(name) or printed.startswith("各")
                if plain[max(0, at - 1) : at] in _ASKED_WHICH and all_of_them:
                    continue
                if not all_of_them or _DOES.match(plain, end) or _IS_GIVEN.search(plain[:at]):
                    found.append((at, end, printed))
                break
    return found


def _short_units(plain: str, found: Sequence[Unit]) -> list[Unit]:
    """Departments by their function alone, where the text speaks of what they have to do (人社手上, 住建牵头的)."""
    functions = lexicon().functions
    short: list[Unit] = []
    for match in _HAS_TO_DO.finditer(plain):
        end = match.start()
        for size in (4, 3, 2):
            name = plain[max(0, end - size) : end]
            if len(name) == size and name in functions and not overlaps(end - size, end, found):
                short.append((end - size, end, name))
                break
    return short


def _placed_inside(name: str, known: Known) -> str | None:
    """国网福建电力公司 for 国网福建省电力公司: the unit with the same place inside its name."""
    for m in known.place_pattern.finditer(name) if known.place_pattern else ():
        if m.start() > 0:
            return known.placed_inside.get(name[: m.start()] + name[m.end() :])
    return None


def _is_unit(name: str, known: Known) -> bool:
    """Whether the index knows the unit, and what stands before its body is a place or a level, not the words before
    it (有几项任务是市税务局)."""
    if name in known.department_names:
        return True
    key = department_key(name)
    if not known.has_department(key):
        return False
    place = key.partition("|")[0]
    if not place or place in LEVELS or place in known.aliases:
        return True
    spans = find_places(place)
    return bool(spans) and "".join(place[s:e] for s, e, _ in sorted(spans)) == place


def find_unknown_units(plain: str, taken: Iterable[tuple[int, int]], phrases: Phrases) -> list[Unit]:
    """Names that end like a unit's and that no document has, cut at the last word that is part of the asking."""
    busy = list(taken)
    found = []
    for match in _LOOKS_LIKE_UNIT.finditer(plain):
        name = ""
        for word in reversed(words(match[0])):
            if name and word in phrases.stop and not SUFFIXED.search(word):
                break
            name = word + name
        if not match[0].endswith(name):
            name = match[0]
        start = max([match.end() - len(name), *(e for s, e in busy if s < match.end() and e < match.end())])
        name = plain[start : match.end()]
        if len(name) < 3 or HOLLOW.match(name) or _NO_UNIT.search(name):
            continue
        if overlaps(start, match.end(), busy):
            continue
        found.append((start, match.end(), name))
    return found


# A unit that no document has, asked about by name: 是教育局牵头吗.
_DOUBTED = re.compile(
    r"(?:是不是|是|由|归)([\u4e00-\u9fff]{2,10}?(?:局|厅|委|办|法院|中心|公司|政府))(?:来)?(?:牵头|负责|管|配合|主管)[^，。]{0,4}(?:吗|[？?]|$|[，,]?(?:对不对|对吗|对吧|是吧|是吗|是不是|没错吧))"
)


def unknown_units_asked(plain: str, taken: Sequence[tuple[int, int]], phrases: Phrases) -> list[Unit]:
    """Units that no document has, where the question is about one: 是教育局牵头吗, 教育局有哪些任务."""
    doubted = _DOUBTED.search(plain)
    if doubted and not HOLLOW.match(doubted[1]):
        return [(doubted.start(1), doubted.end(1), doubted[1])]
    if phrases.says("tasks", plain) and not phrases.says("asks_unit", plain):
        return find_unknown_units(plain, taken, phrases)
    return []
