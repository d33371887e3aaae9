"""Earlier turns: what a follow-up leaves out is filled in from the question before it and from the answer that one
got; a new topic drops what no longer fits.  Plain messages are enough; nothing has to be kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.known import place_at_front
from assistant.model import WHO_OR_WHEN, Concept, Intent, Question, Turn
from assistant.question.intent import read_role
from assistant.question.phrases import Phrases
from assistant.question.references import asked_first
from assistant.question.topic import find_concepts

RAISED = 0.8  # weight of weak words where they are all that a follow-up has
# What words of the question before count beside few of its own, or more.
KEPT_WITH_FEW, KEPT_WITH_MORE = 0.5, 0.2
FEW_WORDS = 2
TURNS_READ = 6  # earlier user turns that a follow-up may lean on
LISTS = frozenset({Intent.DEPARTMENT_TASKS, Intent.DUE_LIST, Intent.COUNT})
ALONE = frozenset({Intent.ABOUT, Intent.DOCUMENTS, Intent.INVENT})

_ORDINAL = re.compile(
    r"第\s*([一二三四五六七八九十]|\d{1,2})\s*(?:个|项|条|件)"
    r"|the (first|second|third|fourth|fifth)\b|(最后)一?(?:个|项|条)"
)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
_BACK = re.compile(r"(?:后面|后边|后|最后)(?:的)?(?:那|这|一)?(?:个|家)?(?:单位|部门|局)|后者|后面那个")
_FRONT = re.compile(r"(?:前面|前边)(?:的)?(?:那|这|一)?(?:个|家)?(?:单位|部门|局)|前者|前面那个")
_OF_THESE = re.compile(
    r"^(?:其中|里面|这里面|这些里|那|它|哪些是?|有没有|有)*.{2,12}?(?:前|底|内|到期|完成|之前)的?(?:有|是)?(?:哪些|几项|吗|呢|没有)?[？?]?$"
    r"|^(?:那|就|再|给我)*(?:只|仅|光|单)(?:看|要|列|留|剩|挑|说|给我?)|筛(?:出|选)"
    r"|^(?:and |so )?(?:which|what|how many|any) of (?:them|these|those|its)\b|^.*\bonly (?:those|the ones)\b"
)
# All of the place are meant again, not the list before.
_OF_ALL = re.compile(
    r"全部(?:的)?(?:任务|措施)|所有(?:的)?(?:任务|措施)|整个|全[区旗县市省]|一共|总共|\ball (?:the )?(?:tasks|measures)\b"
)
_WITHIN = re.compile(
    r"^(?:那)?(?:其中|里面|这里面|这些里|这当中|哪些是)|^(?:and |so )?(?:which|what|how many|any) of (?:them|these|those)\b"
)
_MORE = re.compile(
    r"^(?:那|嗯|好的?[，,]|有没有|还有没有|有)*(?:还有|别的|其他的?|其它的?|再来|下一个|另外)+(?:政策|措施|办法|规定|举措|做法|支持)?"
    r"(?:呢|吗|没有|么|没|的呢|一个|一项|哪些)*[？?]?$"
)
_BESIDE = re.compile(
    r"^(?:那|再)?(?:跟|和|与|同).{1,10}?(?:比|相比|对比|比较)(?:一下|一比|起来)?(?:呢|怎么样|如何)?[？?]?$"
)
_LEVEL = re.compile(r"^(?:自治区|[省市区县旗盟州])(?=..)(?!场|政|直|委)")
_MORE_THAN = re.compile(r"比|和|跟|与|同|还是|\bthan\b|\band\b|\bversus\b|\bvs\b")
_NOTHING_FOUND = re.compile(r"没有找到相应的措施|No such measure was found")
# 代办那个呢: another thing than the one before.
_ANOTHER = re.compile(
    r"[\u4e00-\u9fff](?<!第)(?:那|这)(?:一)?(?:个|条|项|块|件)(?:事儿?|措施)?(?:呢|的话|[，,、])"
)
# 这个归档案局管？ after one measure: whether it is that unit's, no list of its tasks.
_IS_IT_THEIRS = re.compile(
    r"^(?!.*(?:哪|什么|啥|几|多少|清单|列|台账|全部|所有|任务|措施|事项))"
    r"(?=.*(?:是|归|由|该|属于|找|让).{2,16}?(?:[？?]|吗|么|吧|嘛|对不|是不是|没错|$))"
    r"(?:这|那|它|也|还|不|是|难道|莫非|归|由|都|该|应该|找|.{0,6}也)"
    r"|^(?:so |and |then |but )?(?:is|isn't|does|do)\b(?!.*\b(?:which|what|how|who|tasks?|measures?)\b)"
)
# 帮办代办那项呢 asks of another thing what was asked before.
_AS_BEFORE = re.compile(
    r"^(?!.*(?:谁|哪|什么|啥|几|多|怎|咋|何|吗|为)).*(?:呢|(?<!第)(?:那|这)一?(?:个|条|项|块|件|方面))[？?。]?$"
    r"|^(?:what|how) about\b(?!.*\b(?:who|when|which|how)\b.*\b(?:who|when|which|how)\b)"
)
_ROLES_ASKED = frozenset(
    {Intent.WHAT, Intent.WHO, Intent.WHO_LEAD, Intent.WHO_RESPONSIBLE, Intent.DEPARTMENT_TASKS}
)
_ROLE_WORD = re.compile(r"牵头|配合|负责|责任|参与|协助|lead|responsible")
_ITEM = re.compile(
    r"(?:^|[\n；;：:。])\s*(?:[-•]\s*)?(?:[（(]?(\d{1,3})[）).、．]|[①-⑳]|(（[一二三四五六七八九十]{1,3}）)(?=\S))\s*"
)
_CITED_NUMBER = re.compile(
    r"第\s*[（(]?\s*(\d{1,3})\s*[）)]?\s*条|(?:附件\s*\d+\s*)?（([一二三四五六七八九十]{1,3}|\d{1,3})）(?=[：:，,])"
)
# A measure's number as the rows of an answer have it: 第5条, 第14（2）条, no. 5, （二）, T-01.
_OWN_NUMBER = re.compile(
    r"^(?:第\s*([^第条\s]{1,12}?)\s*条|no\. (\S+)(?=\s)|(（(?:[一二三四五六七八九十]{1,3}|\d{1,3})）)|([A-Za-z]{1,3}-?\d{1,4})(?=\s))\s*"
)


# A row of a list that is picked out, not all of them asked about; and that units of theirs are.
_PICKS = re.compile(
    r"最|它|其|也|还|第[一二三四五六七八九十\d]|[哪那这上下]一?[个项条件](?!单位|部门|局)|\b(?:first|last|second|third|one|it)\b"
)
_UNITS = re.compile(
    r"(?<!作为牵头)(?<!作为责任)(?<!作为配合)(?:单位|部门)|谁|哪家|哪.?个?局|\bwho\b|\bdepartments?\b"
)


def last_exchange(history: Sequence[Turn]) -> tuple[Turn | None, Sequence[Turn], tuple[str, ...]]:
    """(the last user turn, what came before it, the answers it got)."""
    last = next((i for i in range(len(history) - 1, -1, -1) if history[i].role == "user"), None)
    if last is None:
        return None, (), ()
    answers = tuple(t.content for t in history[last + 1 :] if t.role == "assistant")
    return history[last], history[max(0, last - 2 * TURNS_READ) : last], answers


def complete(
    question: Question, before: Question, answers: tuple[str, ...], plain: str, phrases: Phrases
) -> Question:
    """The question with what it leaves out."""
    if question.intent in ALONE:
        return _same_papers(question, before, plain, phrases)
    carried: list[str] = []
    changes: dict[str, Any] = {"previous": answers}
    before = _topic_that_stands(before, answers)
    more = question.intent not in LISTS and bool(_MORE.match(plain))
    if more:  # 还有别的政策吗: what any measure is called is no topic
        question = replace(question, concepts=())
    own = tuple(c for c in question.concepts if c.telling)
    role = None if own else _role_of_list(question, before, plain)
    if role:
        question = replace(question, intent=Intent.DEPARTMENT_TASKS, role=role, concepts=())
    if not own and question.concepts:  # 事项清单呢: weak words are all there is to go by
        own = tuple(replace(c, weight=RAISED) for c in question.concepts)
        question = replace(question, concepts=own)
    _carry_place(question, before, own, changes, carried)
    question = _carry_asking(question, before, own, plain, changes)
    if before.by_number and not own and not question.numbers and question.intent not in LISTS:
        changes["numbers"], changes["by_number"] = before.numbers, True  # 第21条 of another place
    intent = changes.get("intent", question.intent)
    refers = phrases.says("follow", plain)
    rows = None if own else _carry_rows(question, before, answers, plain, intent, phrases, changes, carried)
    if rows is not None:
        intent = rows
    elif intent not in LISTS or not (question.departments or question.dates):
        _carry_topic(question, before, answers, own, plain, refers, changes, carried)
    of_these = (not own and not _OF_ALL.search(plain)) or bool(_OF_THESE.match(plain))
    narrowed = intent is not Intent.DUE_LIST or ("place" in carried and of_these)
    if intent in LISTS and not question.departments and before.departments and narrowed:
        changes["departments"] = tuple(_moved(n, before, question) for n in before.departments)
        carried.append("department")
    compared = phrases.says("who_more", plain) and _MORE_THAN.search(plain)
    if compared and len(question.departments) == 1 and before.departments:
        changes.update(intent=Intent.COUNT, departments=(*before.departments, *question.departments))
    if more and intent not in LISTS:
        changes.update(more=True, numbers=(), previous=(*before.previous, *answers))
    if not own and (_BACK.search(plain) or _FRONT.search(plain)):
        changes["unit_at"] = -1 if _BACK.search(plain) else 0
    return replace(question, carried=tuple(carried), **changes)


def _carry_rows(
    question: Question,
    before: Question,
    answers: tuple[str, ...],
    plain: str,
    intent: Intent,
    phrases: Phrases,
    changes: dict[str, Any],
    carried: list[str],
) -> Intent | None:
    """The rows meant of the list before: its first ones, one, or all of which something is asked.  What is asked then;
    None where no row is meant."""
    first = _first_rows(question, before, plain, answers)
    numbers = tuple(number for number, _ in first)
    if first and all(numbers):
        changes.update(numbers=numbers, by_number=True)
        changes.update(departments=question.departments, concepts=question.concepts)
        if intent not in LISTS:
            return intent
        changes.update(intent=Intent.WHAT, role=None)
        return Intent.WHAT
    if first:  # one of them has no number to call it by: all rows again
        question = replace(question, numbers=())
        changes.update(numbers=(), by_number=False)
    elif item := _listed_item(plain, answers):
        _carry_item(question, item, intent, phrases, changes, carried)
        return intent
    if not _asks_of_rows(question, before, plain):
        return None
    changes.update(intent=before.intent, role=before.role, aspect=question.intent)
    changes.update(dates=before.dates, cumulative=before.cumulative, concepts=before.concepts)
    return before.intent


def _carry_asking(
    question: Question, before: Question, own: Sequence[Concept], plain: str, changes: dict[str, Any]
) -> Question:
    """What is asked: a comparison with the place before, whether a unit is the one, or as much as fits of what the
    question before asked.  The question comes back, as one of who it is where a unit is doubted."""
    if _BESIDE.search(plain) and len(before.places) == 1 and question.places not in ((), before.places):
        both = (*before.places, *question.places)
        changes.update(intent=Intent.COMPARE, aspect=before.asked, places=both)
    elif _doubts_unit(question, before, own, plain):
        changes.update(intent=Intent.WHO, role=None, doubt="whether")
        question = replace(question, intent=Intent.WHO)
    else:
        _carry_intent(question, before, own, changes)
        if own and question.intent is Intent.WHAT and before.asked in WHO_OR_WHEN and _AS_BEFORE.match(plain):
            changes["intent"] = before.asked
    if (
        before.intent is Intent.DUE_LIST
        and question.departments
        and not question.dates
        and _WITHIN.match(plain)
    ):
        changes.update(intent=Intent.DUE_LIST, dates=before.dates, cumulative=before.cumulative)
    of_unit = before.intent in LISTS and before.departments
    if of_unit and question.intent in LISTS and question.role is None and not _ROLE_WORD.search(plain):
        changes["role"] = before.role  # 一共几项, after those that it leads
    if question.level:
        _carry_level(question, before, changes)
    return question


def _asks_of_rows(question: Question, before: Question, plain: str) -> bool:
    """Whether who or when is asked of the rows of the list before (分别什么时候完成), of which none is picked out."""
    listed = before.intent in LISTS and (before.departments or before.dates) and not before.units_counted
    narrowed = question.departments or question.dates or question.numbers or question.places
    asks = question.intent in WHO_OR_WHEN and (question.intent is Intent.WHEN or bool(_UNITS.search(plain)))
    return bool(listed and not narrowed and asks and not _PICKS.search(plain))


def _doubts_unit(question: Question, before: Question, own: Sequence[Concept], plain: str) -> bool:
    """Whether only a unit is named, to ask whether the measure just spoken of is its own."""
    doubted = question.intent is Intent.WHAT and question.doubt is not None
    return bool(
        (doubted or question.intent is Intent.DEPARTMENT_TASKS)
        and len(question.departments) == 1
        and not own
        and not question.dates
        and before.intent not in LISTS
        and before.intent not in ALONE
        and before.concepts
        and (doubted or _IS_IT_THEIRS.match(plain))
    )


def _topic_that_stands(before: Question, answers: tuple[str, ...]) -> Question:
    """The question before; where nothing was found for what it added (要交钱吗), with the topic it went on from."""
    kept = [c for c in before.concepts if c.carried]
    top = max((c.weight for c in kept), default=0.0)
    if top < 0.1 or len(kept) == len(before.concepts) or not any(map(_NOTHING_FOUND.search, answers)):
        return before
    return replace(before, concepts=tuple(replace(c, weight=min(1.0, c.weight / top)) for c in kept))


def _same_papers(question: Question, before: Question, plain: str, phrases: Phrases) -> Question:
    """谁发的, 文号呢 after a place's papers: of the same ones; 有哪些文件 asks for all."""
    named = question.places or question.documents or question.unknown_places
    if question.intent is not Intent.DOCUMENTS or named or phrases.says("documents", plain):
        return question
    carried = ("place",) * bool(before.places) + ("document",) * bool(before.documents)
    return replace(question, places=before.places, documents=before.documents, carried=carried)


def _carry_place(
    question: Question,
    before: Question,
    own: Sequence[Concept],
    changes: dict[str, Any],
    carried: list[str],
) -> None:
    if question.places or question.unknown_places or question.documents or not before.places:
        return
    changes["places"], changes["namesakes"] = before.places, before.namesakes
    carried.append("place")
    if before.documents and (not own or question.intent in LISTS):
        changes["documents"] = before.documents
        carried.append("document")


def _carry_intent(
    question: Question, before: Question, own: Sequence[Concept], changes: dict[str, Any]
) -> None:
    """临溪呢？ asks what was asked before; 那时限呢 after a list asks for the list."""
    if (
        question.intent is Intent.WHAT
        and not own
        and not question.departments
        and before.intent is not Intent.WHAT
    ):
        changes["intent"] = (
            (before.aspect or Intent.WHAT) if before.intent is Intent.COMPARE else before.intent
        )
        changes["role"] = before.role
        if before.intent in LISTS:
            changes["dates"] = question.dates or before.dates
            changes["departments"] = tuple(_moved(n, before, question) for n in before.departments)
    elif question.intent is Intent.WHAT and before.intent in LISTS and question.departments and not own:
        changes["intent"], changes["role"] = before.intent, before.role
        changes["dates"] = question.dates or before.dates


def _carry_level(question: Question, before: Question, changes: dict[str, Any]) -> None:
    """自治区层面谁在抓同一件事: the place asked about before is the one whose measure is at hand."""
    if question.places and all(p not in question.places for p in before.places):
        changes["places"] = (*before.places, *question.places)
    if question.aspect is Intent.WHAT and before.intent not in LISTS:
        changes["aspect"] = before.asked


def _moved(name: str, before: Question, question: Question) -> str:
    """A unit of the place asked about before as one of another place: without that place's name or level."""
    if question.places in ((), before.places):
        return name
    bare = _LEVEL.sub("", name.removeprefix(place_at_front(name, before.places)))
    return bare if len(bare) > 1 else name


def _role_of_list(question: Question, before: Question, plain: str) -> str | None:
    """配合的呢, 只说牵头的就行: the one role that is left of a department's tasks, of which nothing else is asked."""
    listed = before.intent in LISTS and before.departments
    narrowed = question.departments or question.numbers or question.dates
    if not listed or narrowed or question.intent not in _ROLES_ASKED or _UNITS.search(plain):
        return None
    return read_role(plain)


def _carry_topic(
    question: Question,
    before: Question,
    answers: tuple[str, ...],
    own: Sequence[Concept],
    plain: str,
    refers: bool,
    changes: dict[str, Any],
    carried: list[str],
) -> None:
    """The words of the question before: all of them where this one has none, less of them the more it has."""
    if (len(own) > 3 and not refers) or before.intent in ALONE or (own and _ANOTHER.search(plain)):
        return
    weight = 1.0 if not own else KEPT_WITH_FEW if len(own) <= FEW_WORDS else KEPT_WITH_MORE
    kept = {c.words for c in question.concepts}
    changes["concepts"] = question.concepts + tuple(
        replace(c, weight=c.weight * weight, carried=True) for c in before.concepts if c.words not in kept
    )
    carried.append("topic")
    if own:
        return
    changes["runs"] = before.runs
    if not question.places or question.places == before.places:
        numbers = [a or f"（{b}）" for text in answers for a, b in _CITED_NUMBER.findall(text)]
        if len(set(numbers)) == 1 and not question.numbers:
            changes["numbers"] = (_plain_number(numbers[0]),)
        elif before.numbers and not question.numbers:
            changes["numbers"] = before.numbers
    if not question.departments and before.departments and before.intent not in LISTS:
        changes["departments"] = before.departments


def _carry_item(
    question: Question,
    item: tuple[str, str],
    intent: Intent,
    phrases: Phrases,
    changes: dict[str, Any],
    carried: list[str],
) -> None:
    """第二项呢: the number and the words of that item, instead of what was asked before."""
    number, text = item
    changes["concepts"] = tuple(replace(c, carried=True) for c in find_concepts(text, phrases))
    changes["numbers"] = (number,) if number else ()
    changes["departments"] = question.departments
    if question.yes_or_no and question.departments and intent is Intent.DEPARTMENT_TASKS:
        changes.update(intent=Intent.WHO, role=None, doubt="whether")  # 第二项人社厅参与吗
    elif intent in LISTS and question.intent is Intent.WHAT:
        changes.update(intent=Intent.WHAT, role=None)  # 第三条呢
    carried.append("measure")


def _plain_number(number: str) -> str:
    """（241） is the measure numbered 241; （二） keeps its brackets."""
    inner = number.strip("（）")
    return inner if inner.isdigit() else number


def _listed_item(plain: str, answers: tuple[str, ...]) -> tuple[str, str] | None:
    """(number, text) of the item that 第二个, 最后一项 means in the last answer's list."""
    ordinal = _ORDINAL.search(plain)
    if not ordinal or not answers:
        return None
    items = _items(answers[-1])
    wanted = len(items) if ordinal[3] else _ORDINALS.get(ordinal[2] or "", _count(ordinal[1]))
    if wanted and plain[: ordinal.start()].endswith("倒数"):
        wanted = len(items) + 1 - wanted
    if not 0 < wanted <= len(items):
        return None
    return items[wanted - 1]


def _items(answer: str) -> list[tuple[str, str]]:
    """The items of a list as printed: their own number and their text.  Where rows have a measure's number behind that
    of the row, a row without one is of a measure without a number."""
    starts = list(_ITEM.finditer(answer))
    if not starts:
        return []
    starts = [m for m in starts if not m[2]] or starts
    ends = [m.start() for m in starts[1:]] + [len(answer)]
    texts = [answer[m.end() : end].strip(" ；;。\n") for m, end in zip(starts, ends, strict=True)]
    own = [_OWN_NUMBER.match(text) for text in texts]
    found = []
    for m, text, label in zip(starts, texts, own, strict=True):
        printed = next((n for n in label.groups() if n), "") if label else ""
        number = _plain_number(printed) if any(own) else m[1] or m[2] or ""
        text = text[label.end() :] if label else text
        found.append((number, re.sub(r"（(?:牵头单位|责任单位|完成时限).*$|\[\d+\]", "", text)))
    return found


def _first_rows(
    question: Question, before: Question, plain: str, answers: tuple[str, ...]
) -> list[tuple[str, str]]:
    """The first rows of the list before, where so many are asked for (前两条谁牵头)."""
    first = asked_first(plain) if before.intent in LISTS and answers else None
    return _items(answers[-1])[:first] if first and not (question.places or question.documents) else []


def _count(text: str | None) -> int:
    if not text:
        return 0
    return int(text) if text.isdigit() else "一二三四五六七八九十".find(text) + 1
