"""The plain answer to a doubt about a unit: 是, 不是, or which of the two, from the record and with its names as printed.

A unit that only helps is not called the lead, and one that the measure does not name is not passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.compose import ROLE_ASKED
from assistant.labels import names_text
from assistant.model import Question
from assistant.wording import say
from index_build.model import Measure, Mention, Role
from index_build.names import same_department
from index_build.words import normalise


def means(asked: str, printed: str) -> bool:
    """Whether a printed unit is the one asked about, which may be called by its last words alone: 海关, 供电公司."""
    return same_department(asked, printed) or (len(asked) > 1 and printed.endswith(asked))


def mentions_of(measure: Measure, asked: str) -> tuple[Mention, ...]:
    """Where the measure names a unit, as lead first."""
    found = [m for m in measure.mentions if means(asked, m.name)]
    return tuple(sorted(found, key=lambda m: m.role is not Role.LEAD))


def settle(question: Question, measure: Measure) -> str:
    """The opening of the answer; empty where nothing is doubted or the measure names no unit at all."""
    if not measure.mentions or not question.departments:
        return ""
    if question.doubt == "either":
        return _which(question.departments, measure, question.english)
    if question.doubt == "part" and _names_one(question, measure):
        return _which(question.departments, measure, question.english, helps="it_assists")
    if question.doubt == "whether":
        return _whether(question, measure)
    if question.doubt == "part":
        return say("not_in_it", question.english, names=names_text(question.departments, question.english))
    if question.doubt == "lead" and measure.lead:
        return _other_lead(question.departments, measure, question.english)
    return ""


# 是每餐5元吗, 改造20座，对吗: the figure is what is doubted, not whether the thing can be done.
_FIGURE_DOUBTED = re.compile(
    r"(?:是|有|为|要|到|补|建|改造|发|给|收|共)[^，。？?！!；;是]{0,12}[\d一二两三四五六七八九十百千万]+[^，。？?！!；;]{0,8}?[，,]?"
    r"(?:吗|么|吧|对吗|对不对|对吧|是吗|是吧|没错吧)[？?。]*$|(?:是不是|是否)[^，。？?！!；;]{0,8}[\d一二两三四五六七八九十百千万]+[^，。？?！!；;]{0,8}[？?。]*$"
)


def settle_figure(question: Question, said: str) -> str:
    """是 or 不是 to a figure that the question doubts, where `said`, what the source says, has one of that unit; empty
    where it has none or where none is doubted."""
    from assistant.sentences.figures import find_numbers  # noqa: PLC0415  (few questions need its tables)

    doubted = _FIGURE_DOUBTED.search(normalise(question.text))
    asked = [number for number in find_numbers(doubted[0]) if number.unit] if doubted else []
    if not asked:
        return ""
    last = asked[-1]
    printed = [number for number in find_numbers(said) if number.unit == last.unit]
    if not printed or (last.bound and last.bound != "="):
        return ""
    same = any(number.value == last.value for number in printed)
    return say("yes" if same else "no", question.english)


def _names_one(question: Question, measure: Measure) -> bool:
    return any(mentions_of(measure, name) for name in question.departments)


def _which(asked: Sequence[str], measure: Measure, english: bool, helps: str = "it_helps") -> str:
    """由A牵头，不是B; `helps` is how a part other than the lead is worded."""
    found = [(name, mentions_of(measure, name)) for name in asked]
    leading = list(dict.fromkeys(m[0].name for _, m in found if m and m[0].role is Role.LEAD))
    helping = list(dict.fromkeys(m[0].name for _, m in found if m and m[0].role is not Role.LEAD))
    others = [name for name, m in found if not m]
    if not leading and not helping:
        return say("neither", english)
    parts = []
    if leading:
        parts.append(say("it_leads", english, names=names_text(leading, english)))
    if helping:
        parts.append(say(helps, english, names=names_text(helping, english)))
    if helping and not leading and measure.lead:
        parts.append(say("leads_instead", english, names=names_text(measure.lead, english)))
    if others:
        parts.append(say("not_named", english, names=names_text(others, english)))
    return say("comma", english).join(parts) + say("stop", english)


def _whether(question: Question, measure: Measure) -> str:
    """是 or 不是 to one unit; its part where it has another one than was asked."""
    english, role = question.english, ROLE_ASKED.get(question.asked)
    name = question.departments[0]
    mine = mentions_of(measure, name)
    if any(mentions_of(measure, d) for d in question.departments[1:]) and not mine:
        name = next(d for d in question.departments[1:] if mentions_of(measure, d))
        mine = mentions_of(measure, name)
    if not mine:
        return say("no", english)
    roles = {m.role for m in mine}
    if role in roles or (role is None and (Role.LEAD in roles or not measure.lead)):
        return say("yes", english)
    part = "it_leads" if Role.LEAD in roles else "it_helps"
    opening = say("no", english) if role is Role.LEAD else ""
    text = say(part, english, names=mine[0].name)
    if part == "it_helps" and measure.lead:
        text += say("comma", english) + say("leads_instead", english, names=names_text(measure.lead, english))
    return opening + text + say("stop", english)


def _other_lead(asked: Sequence[str], measure: Measure, english: bool) -> str:
    """The lead of the record where the question takes another for it."""
    if any(m.role is Role.LEAD for name in asked for m in mentions_of(measure, name)):
        return ""
    if all(means(name, lead) for name in asked for lead in measure.lead):
        return ""
    return say(
        "leads_not", english, names=names_text(measure.lead, english), others=names_text(asked, english)
    ) + say("stop", english)
