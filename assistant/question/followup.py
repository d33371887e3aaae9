"""Earlier turns: what a follow-up leaves out is filled in from the question before it and from the answer that one
got; a new topic drops what no longer fits.  Plain messages are enough; nothing has to be kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.known import place_at_front
from assistant.model import WHO_OR_WHEN, Concept, Intent, Question, Turn
from assistant.question.answered_rows import cited_number, first_rows, listed_item
from assistant.question.intent import read_role
from assistant.question.phrases import Phrases
from assistant.question.topic import find_concepts

RAISED = 0.8  # weight of weak words where they are all that a follow-up has
# What words of the question before count beside few of its own, or more.
KEPT_WITH_FEW, KEPT_WITH_MORE = 0.5, 0.2
FEW_WORDS = 2
TURNS_READ = 6  # earlier user turns that a follow-up may lean on
LISTS = frozenset({Intent.DEPARTMENT_TASKS, Intent.DUE_LIST, Intent.COUNT})
ALONE = frozenset({Intent.ABOUT, Intent.DOCUMENTS, Intent.INVENT})
_LEVEL = re.compile(r"^(?:自治区|[省市区县旗盟州])(?=..)(?!场|政|直|委)")
_NOTHING_FOUND = re.compile(r"没有找到相应的措施|No such measure was found")
_ROLES_ASKED = frozenset(
    {Intent.WHAT, Intent.WHO, Intent.WHO_LEAD, Intent.WHO_RESPONSIBLE, Intent.DEPARTMENT_TASKS}
)


@dataclass
class _FollowUp:
    """A follow-up that is being filled in: `question` is what its own words say, `changes` what it takes over from the
    one `before` and its `answers`, `carried` which kinds of things these are."""

    question: Question
    before: Question
    answers: tuple[str, ...]
    plain: str
    phrases: Phrases
    changes: dict[str, Any] = field(default_factory=dict)
    carried: list[str] = field(default_factory=list)

    def says(self, signal: str) -> bool:
        return self.phrases.says(signal, self.plain)

    @property
    def own(self) -> tuple[Concept, ...]:
        """The words of its own that tell what it is about."""
        return tuple(c for c in self.question.concepts if c.telling)

    @property
    def intent(self) -> Intent:
        """What is asked, by its own words or taken over."""
        intent: Intent = self.changes.get("intent", self.question.intent)
        return intent

    def moved(self) -> tuple[str, ...]:
        """The units asked about before, as those of the place asked about now."""
        return tuple(_moved(name, self.before, self.question) for name in self.before.departments)


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
    it = _FollowUp(question, _topic_that_stands(before, answers), answers, plain, phrases)
    it.changes["previous"] = answers
    more = question.intent not in LISTS and it.says("more")
    _settle_own_words(it, more)
    _carry_place(it)
    _carry_asking(it)
    if it.before.by_number and not it.own and not question.numbers and it.question.intent not in LISTS:
        it.changes.update(numbers=it.before.numbers, by_number=True)  # 第21条 of another place
    intent = it.intent
    rows = None if it.own else _carry_rows(it, intent)
    if rows is not None:
        intent = rows
    elif intent not in LISTS or not (question.departments or question.dates):
        _carry_topic(it)
    _carry_units(it, intent)
    if more and intent not in LISTS:
        it.changes.update(more=True, numbers=(), previous=(*it.before.previous, *answers))
    if not it.own and (it.says("last_unit") or it.says("first_unit")):
        it.changes["unit_at"] = -1 if it.says("last_unit") else 0
    return replace(it.question, carried=tuple(it.carried), **it.changes)


def _settle_own_words(it: _FollowUp, more: bool) -> None:
    """The words of its own: none where it asks for more (还有别的政策吗: what any measure is called is no topic) or for one
    role of a list; weak ones where there are no others (事项清单呢)."""
    if more:
        it.question = replace(it.question, concepts=())
    role = None if it.own else _role_of_list(it)
    if role:
        it.question = replace(it.question, intent=Intent.DEPARTMENT_TASKS, role=role, concepts=())
    if not it.own:
        raised = tuple(replace(c, weight=RAISED) for c in it.question.concepts)
        it.question = replace(it.question, concepts=raised)


def _role_of_list(it: _FollowUp) -> str | None:
    """配合的呢, 只说牵头的就行: the one role that is left of a department's tasks, of which nothing else is asked."""
    listed = it.before.intent in LISTS and it.before.departments
    narrowed = it.question.departments or it.question.numbers or it.question.dates
    if not listed or narrowed or it.question.intent not in _ROLES_ASKED or it.says("units_asked"):
        return None
    return read_role(it.plain)


def _carry_rows(it: _FollowUp, intent: Intent) -> Intent | None:
    """The rows meant of the list before: its first ones, one, or all of which something is asked.  What is asked then;
    None where no row is meant."""
    named = it.question.places or it.question.documents
    first = [] if named or it.before.intent not in LISTS else first_rows(it.plain, it.answers)
    numbers = tuple(number for number, _ in first)
    if first and all(numbers):
        it.changes.update(numbers=numbers, by_number=True)
        it.changes.update(departments=it.question.departments, concepts=it.question.concepts)
        if intent not in LISTS:
            return intent
        it.changes.update(intent=Intent.WHAT, role=None)
        return Intent.WHAT
    if first:  # one of them has no number to call it by: all rows again
        it.changes.update(numbers=(), by_number=False)
    elif item := listed_item(it.plain, it.answers):
        _carry_item(it, item, intent)
        return intent
    if not _asks_of_rows(it, all_again=bool(first)):
        return None
    before = it.before
    it.changes.update(intent=before.intent, role=before.role, aspect=it.question.intent)
    it.changes.update(dates=before.dates, cumulative=before.cumulative, concepts=before.concepts)
    return before.intent


def _asks_of_rows(it: _FollowUp, *, all_again: bool) -> bool:
    """Whether who or when is asked of the rows of the list before (分别什么时候完成), of which none is picked out."""
    question, before = it.question, it.before
    listed = before.intent in LISTS and (before.departments or before.dates) and not before.units_counted
    numbers = question.numbers and not all_again
    narrowed = question.departments or question.dates or numbers or question.places
    asks = question.intent in WHO_OR_WHEN and (question.intent is Intent.WHEN or it.says("units_asked"))
    return bool(listed and not narrowed and asks and not it.says("picks_row"))


def _carry_item(it: _FollowUp, item: tuple[str, str], intent: Intent) -> None:
    """第二项呢: the number and the words of that item, instead of what was asked before."""
    number, text = item
    question = it.question
    it.changes["concepts"] = tuple(replace(c, carried=True) for c in find_concepts(text, it.phrases))
    it.changes["numbers"] = (number,) if number else ()
    it.changes["departments"] = question.departments
    if question.yes_or_no and question.departments and intent is Intent.DEPARTMENT_TASKS:
        it.changes.update(intent=Intent.WHO, role=None, doubt="whether")  # 第二项人社厅参与吗
    elif intent in LISTS and question.intent is Intent.WHAT:
        it.changes.update(intent=Intent.WHAT, role=None)  # 第三条呢
    it.carried.append("measure")


def _carry_asking(it: _FollowUp) -> None:
    """What is asked: a comparison with the place before, whether a unit is the one, or as much as fits of what the
    question before asked."""
    before = it.before
    other = it.question.places not in ((), before.places)
    if it.says("beside_that") and len(before.places) == 1 and other:
        both = (*before.places, *it.question.places)
        it.changes.update(intent=Intent.COMPARE, aspect=before.asked, places=both)
    elif _doubts_unit(it):
        it.changes.update(intent=Intent.WHO, role=None, doubt="whether")
        it.question = replace(it.question, intent=Intent.WHO)
    else:
        _carry_intent(it)
    question = it.question
    of_those = before.intent is Intent.DUE_LIST and question.departments and not question.dates
    if of_those and it.says("within_these"):
        it.changes.update(intent=Intent.DUE_LIST, dates=before.dates, cumulative=before.cumulative)
    of_unit = before.intent in LISTS and before.departments
    if of_unit and question.intent in LISTS and question.role is None:
        # 一共几项, after those that it leads; 那它配合的有几条, which names another part
        it.changes["role"] = read_role(it.plain) if it.says("any_role") else before.role
    if question.level:
        _carry_level(it)


def _doubts_unit(it: _FollowUp) -> bool:
    """Whether only a unit is named, to ask whether the measure just spoken of is its own."""
    question, before = it.question, it.before
    doubted = question.intent is Intent.WHAT and question.doubt is not None
    return bool(
        (doubted or question.intent is Intent.DEPARTMENT_TASKS)
        and len(question.departments) == 1
        and not it.own
        and not question.dates
        and before.intent not in LISTS
        and before.intent not in ALONE
        and before.concepts
        and (doubted or it.says("is_it_theirs"))
    )


def _carry_intent(it: _FollowUp) -> None:
    """临溪呢？ asks what was asked before, so does 代办那项呢 of another thing; 那时限呢 after a list asks for the list."""
    question, before = it.question, it.before
    if question.intent is not Intent.WHAT or it.says("asks_content"):
        return
    if it.own:
        if before.asked in WHO_OR_WHEN and it.says("as_before"):
            it.changes["intent"] = before.asked
    elif not question.departments:
        if before.intent is not Intent.WHAT:
            compared = before.intent is Intent.COMPARE
            intent = (before.aspect or Intent.WHAT) if compared else before.intent
            it.changes.update(intent=intent, role=before.role)
        if before.intent in LISTS:
            it.changes.update(dates=question.dates or before.dates, departments=it.moved())
    elif before.intent in LISTS:
        dates = question.dates or before.dates
        it.changes.update(intent=before.intent, role=before.role, dates=dates)


def _carry_level(it: _FollowUp) -> None:
    """自治区层面谁在抓同一件事: the place asked about before is the one whose measure is at hand."""
    question, before = it.question, it.before
    if question.places and all(p not in question.places for p in before.places):
        it.changes["places"] = (*before.places, *question.places)
    if question.aspect is Intent.WHAT and before.intent not in LISTS:
        it.changes["aspect"] = before.asked


def _carry_place(it: _FollowUp) -> None:
    question, before = it.question, it.before
    if question.places or question.unknown_places or question.documents or not before.places:
        return
    it.changes.update(places=before.places, namesakes=before.namesakes)
    it.carried.append("place")
    if before.documents and (not it.own or question.intent in LISTS):
        it.changes["documents"] = before.documents
        it.carried.append("document")


def _carry_topic(it: _FollowUp) -> None:
    """The words of the question before: all of them where this one has none, less of them the more it has."""
    question, before, own = it.question, it.before, it.own
    drops = len(own) > 3 and not it.says("follow")
    if drops or before.intent in ALONE or (own and it.says("another")):
        return
    weight = 1.0 if not own else KEPT_WITH_FEW if len(own) <= FEW_WORDS else KEPT_WITH_MORE
    kept = {c.words for c in question.concepts}
    it.changes["concepts"] = question.concepts + tuple(
        replace(c, weight=c.weight * weight, carried=True) for c in before.concepts if c.words not in kept
    )
    it.carried.append("topic")
    if own:
        return
    it.changes["runs"] = before.runs
    if not question.numbers and (not question.places or question.places == before.places):
        if number := cited_number(it.answers):
            it.changes["numbers"] = (number,)
        elif before.numbers:
            it.changes["numbers"] = before.numbers
    if not question.departments and before.departments and before.intent not in LISTS:
        it.changes["departments"] = before.departments


def _carry_units(it: _FollowUp, intent: Intent) -> None:
    """The units asked about before, for a list of their tasks or beside another one that has more."""
    departments, before = it.question.departments, it.before
    if not before.departments:
        return
    of_these = (not it.own and not it.says("of_all")) or it.says("of_these")
    narrowed = intent is not Intent.DUE_LIST or ("place" in it.carried and of_these)
    if intent in LISTS and not departments and narrowed:
        it.changes["departments"] = it.moved()
        it.carried.append("department")
    if len(departments) == 1 and it.says("who_more") and it.says("than_that"):
        it.changes.update(intent=Intent.COUNT, departments=(*before.departments, *departments))


def _moved(name: str, before: Question, question: Question) -> str:
    """A unit of the place asked about before as one of another place: without that place's name or level."""
    if question.places in ((), before.places):
        return name
    bare = _LEVEL.sub("", name.removeprefix(place_at_front(name, before.places)))
    return bare if len(bare) > 1 else name


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
