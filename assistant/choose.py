"""Which hits answer a question, and whether they say what was asked: the line between answered and not stated.  Whether
the best of them answers at all is told in `enough`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.compose import cite, has_day_inside
from assistant.desk import Desk
from assistant.enough import is_best_of_all, is_of_another_place, not_about_it
from assistant.extracts import best_sentence, dates_in_text, has_figure, has_figure_of
from assistant.known import PolicyKey
from assistant.matching import SECTION, Weighed, flat
from assistant.model import ANY_FIGURE, SOME_THINGS, WHO_OR_WHEN, Entry, Hit, Intent, Question
from assistant.question.topic import WEAK
from assistant.retrieve import Found
from assistant.settings import AskSettings
from assistant.told import of_another_part, told_again
from index_build.catalog import Filter
from index_build.model import Deadline, Measure

QUOTED_PIECE = 10  # characters of a clause by which an entry is known in an earlier answer
NEAR = 8  # hits that may take the first one's place
# Score and coverage, as parts of the first one's, by which a hit may take its place where that does not say what was
# asked; by which it counts the things whose number is asked; by which it may answer another part of the question.
CLOSE, CLOSE_SHARE = 0.93, 0.85
COUNTS, COUNTS_SHARE = 0.85, 0.95
ALSO, ALSO_SHARE = 0.72, 0.6
ALSO_AMONG = 6  # hits among which such another part is looked for
CONTACTS = frozenset({r"\d{5,}", "https?|www"})  # telephone numbers and addresses on the web
BEHIND = 10  # hits that are looked through where the first is silent
MANY = 3  # sources where several measures fit
CLAUSE = 80  # last characters of a measure, in which its clause of units stands
TIED, TIED_SHARE = 0.97, 0.05  # score and coverage by which a second measure fits as well
NEARLY_ALL = 0.85  # coverage by which a hit behind the best answers where the best does not
_PIECE = re.compile(r"[\w%“”]+")
_COUNTED = re.compile(r"多少(项|个|种|类|批|处|座|所|条)")


@dataclass(frozen=True)
class Chosen:
    """The entries that answer; none where nothing covers enough of the question.  `stated` says whether they
    say what was asked; `days` are days read out of the text where the record has no deadline."""

    entries: tuple[Entry, ...] = ()
    stated: bool = True
    days: tuple[Deadline, ...] = ()
    found: Found | None = None
    reason: str = ""
    equal: bool = False  # the entries fit equally, they do not contradict each other

    @property
    def first_hit(self) -> Hit | None:
        """The hit of the first entry; None where there is none, or it was not found by words."""
        hits = self.found.hits if self.found and self.entries else ()
        return next((hit for hit in hits if hit.entry.id == self.entries[0].id), None)


def choose(question: Question, desk: Desk, policies: Sequence[PolicyKey] | None) -> Chosen:
    """The hits that answer, or why none does."""
    if question.numbers and not any(c.weight > WEAK for c in question.concepts):
        return _by_number(question, desk, policies)
    found = desk.searcher.search(question, policies)
    if question.more:
        found = _besides(found, question.previous)
    if not found.hits:
        return Chosen(found=found, reason="no hits")
    moved = "topic" in question.carried and "place" not in question.carried
    found = _own_words_first(question, _covering_first(found, desk.settings))
    led = "lead" in found.hits[0].reasons
    refused = not_about_it(found, desk.settings, moved=moved, led=led)
    reason = "" if refused and is_best_of_all(question, desk, found) else refused
    if not (reason or moved or led):
        reason = is_of_another_place(question, desk, found)
    if reason:
        return Chosen(found=found, reason=reason)
    near = [hit.entry for hit in found.near(CLOSE, CLOSE_SHARE, NEAR)]
    chosen = _stated(question, desk, near, found)
    if refused and not chosen.stated:
        return Chosen(found=found, reason=refused)
    return _with_others(question, desk, chosen, found)


def says_it(question: Question, desk: Desk, found: Found) -> bool:
    """Whether the best hit says what was asked for at all."""
    return _says(question, desk, found.hits[0].entry, found)[0]


def _covering_first(found: Found, settings: AskSettings) -> Found:
    """The hits, that one before the best which is hardly worse and has nearly all of the question where the best has
    too little of it."""
    if not not_about_it(found, settings):
        return found
    close = found.near(CLOSE, 0.0, BEHIND)[1:]
    return _put_first(found, next((hit for hit in close if hit.coverage >= NEARLY_ALL), None))


def _put_first(found: Found, hit: Hit | None) -> Found:
    """What was found with this hit before all others; as it was where there is none."""
    if hit is None:
        return found
    return replace(found, hits=(hit, *(other for other in found.hits if other is not hit)))


def _own_words_first(question: Question, found: Found) -> Found:
    """Where a follow-up names another thing (那企业开办呢) and the best hit is again the one that the answer before has
    quoted, which has that in a heading at most (便利企业开办和注销): first the best that has it in its body."""
    own = [at for at, w in enumerate(found.weighed) if w.concept.telling and not w.concept.carried]
    if "topic" not in question.carried or not own or not _quoted(found.hits[0].entry, question.previous):
        return found
    in_body = (hit for hit in found.hits[:BEHIND] if all(hit.held[n] > SECTION for n in own))
    return _put_first(found, next(in_body, None))


def _besides(found: Found, previous: Sequence[str]) -> Found:
    """What was found without the entries that the answers before have quoted."""
    new = (h for h in found.hits if isinstance(h.entry, Measure) and not _quoted(h.entry, previous))
    return replace(found, hits=tuple(new))


def _quoted(entry: Entry, previous: Sequence[str]) -> bool:
    """Whether the answers before have quoted the entry."""
    said = flat("".join(previous))
    text = flat(entry.text + (entry.plan or ""))
    return any(piece in said for piece in _PIECE.findall(text) if len(piece) >= QUOTED_PIECE)


def _by_number(question: Question, desk: Desk, policies: Sequence[PolicyKey] | None) -> Chosen:
    """云政发〔2031〕4号第38条: the measure of that number in the paper or place asked about."""
    if not policies:
        return Chosen(reason="a number without a place or paper")
    wanted = [form for number in question.numbers for form in (number, f"第{number.strip('（）')}条")]
    measures = desk.catalog.measures(Filter(policies=tuple(policies), numbers=tuple(wanted)))
    if not measures:
        return Chosen(reason="no such number")
    return _stated(question, desk, measures[:1], Found())


def _stated(question: Question, desk: Desk, near: Sequence[Entry], found: Found) -> Chosen:
    """The first of the near entries that says what was asked, else the first of all, marked as silent."""
    counted = _with_number(question, near, found)
    if counted:
        near = [counted, *near]
    if question.asked is Intent.WHEN and len(near) > 1:
        near = _dated_first(near, found, desk)
    if question.asked in WHO_OR_WHEN and asks_figure_too(question):
        near = sorted(near, key=lambda e: not has_figure_of(e, found.weighed, question.quantity or ""))
    for entry in near:
        says, days = _says(question, desk, entry, found)
        if says:
            tied = _tied(question, desk, entry, found)
            return Chosen((entry, *tied), True, days, found, equal=bool(tied))
    return _instead(question, desk, near[0], found) or Chosen((near[0],), False, (), found)


def asks_figure_too(question: Question) -> bool:
    """Whether a figure of a kind is asked for beside who it is: 几天能办下来，找哪个部门."""
    return question.asked is not Intent.WHEN and question.quantity not in (None, SOME_THINGS, ANY_FIGURE)


def _tied(question: Question, desk: Desk, first: Entry, found: Found) -> tuple[Entry, ...]:
    """Another measure that fits as well as the one chosen and says what was asked: which is meant nobody can tell."""
    if (
        question.asked not in WHO_OR_WHEN
        or question.doubt
        or len(found.hits) < 2
        or first.id != found.hits[0].entry.id
    ):
        return ()
    best, hit = found.hits[:2]
    if not isinstance(hit.entry, Measure) or not isinstance(first, Measure):
        return ()
    as_well = hit.score >= TIED * best.score and hit.coverage >= best.coverage - TIED_SHARE
    open_still = best.coverage < NEARLY_ALL or flat(hit.entry.text) == flat(first.text)
    return (hit.entry,) if as_well and open_still and _says(question, desk, hit.entry, found)[0] else ()


def _dated_first(near: Sequence[Entry], found: Found, desk: Desk) -> list[Entry]:
    """Entries that fit about equally: where the first has one day for all of it, one before it that prints a day in the
    sentence which the question is about (by when the counters stand, not by when the whole measure is done)."""
    first = near[0]
    if len(first.deadlines) > 1 or has_day_inside(first):
        return list(near)
    return sorted(near, key=lambda entry: not dates_in_text(entry, found.weighed, desk.records))


def _instead(question: Question, desk: Desk, first: Entry, found: Found) -> Chosen | None:
    """Where the best hit is silent: measures that a heading only sums up, or another entry with the figure asked."""
    asked = question.asked
    rows = [
        hit.entry
        for hit in found.near(ALSO, 0.0, BEHIND)
        if hit.entry.id != first.id and hit.coverage >= desk.settings.min_coverage
    ]
    if asked in WHO_OR_WHEN and not isinstance(first, Measure):
        says = [e for e in rows if isinstance(e, Measure) and _says(question, desk, e, found)[0]]
        best = says[0] if says else None
        equal = [e for e in says[1:] if _score(found, e) >= CLOSE * _score(found, best)] if best else []
        return Chosen((best, *equal[: MANY - 1]), True, (), found, equal=bool(equal)) if best else None
    if isinstance(first, Measure):
        return None  # another measure's figure would answer another question
    if asked is Intent.WHAT and question.quantity and question.quantity != SOME_THINGS:
        figures = [e for e in rows if has_figure_of(e, found.weighed, question.quantity, whole=True)]
        return Chosen((figures[0],), True, (), found) if figures else None
    return None


def _score(found: Found, entry: Entry | None) -> float:
    return next((hit.score for hit in found.hits if entry and hit.entry.id == entry.id), 0.0)


_NAMES_WHO = re.compile(
    r"由[^，。；、]{2,20}(?:局|厅|委|办|院|部|中心|委员会|办公室|政府|公司)(?:具体|统一)?(?:负责|牵头|承担|解释)"
)
# 区政务服务局根据审批结果制发凭证: a unit that does it, at the beginning of the sentence.
_DOES_IT = re.compile(
    r"(?:^|[”〕】）)])[各由市区县旗省]*[\u4e00-\u9fff]{2,14}(?:局|厅|委|办|法院|部门|中心|委员会|办公室|政府|公司)"
    r"(?:根据|按照|依据|依照|凭|负责|统一|应当?|会同|组织|牵头|汇[集总]|收集|将|向|制发|核发|颁发|发放)"
)


def names_who(entry: Entry, weighed: Sequence[Weighed] = ()) -> bool:
    """Whether a text that is no task, and so has no record of units, says in words who it is: 本办法由A负责解释; in the
    sentence that is about the question also as the one who does it."""
    if entry.mentions:
        return False
    if _NAMES_WHO.search(entry.text):
        return True
    return bool(weighed) and bool(_DOES_IT.search(best_sentence(entry, weighed)))


def _says(question: Question, desk: Desk, entry: Entry, found: Found) -> tuple[bool, tuple[Deadline, ...]]:
    asked = question.asked
    if question.quantity in CONTACTS and not has_figure(entry.text, question.quantity):
        return False, ()
    who = bool(entry.mentions) or names_who(entry, found.weighed)
    days: tuple[Deadline, ...] = ()
    when = bool(entry.deadlines)
    if asked in (Intent.WHEN, Intent.WHO_WHEN) and not when:
        days = dates_in_text(entry, found.weighed, desk.records)
        when = bool(days)
    if asked is Intent.WHEN:
        return when, days
    if asked is Intent.WHO_WHEN:
        return who or when, days
    if asked is Intent.WHO_RESPONSIBLE:
        led = entry.lead and not _leads_by_word(entry, question, desk)
        return bool(entry.responsible or led), days
    if asked is Intent.WHO_LEAD:
        return bool(entry.lead), days
    if asked in WHO_OR_WHEN:
        return who, days
    texts = [entry.text, entry.plan or ""]
    places = (*question.places, *(side.place for side in question.sides))
    if question.quantity and (
        told_again(question.text, texts, question.quantity)
        or of_another_part(question.text, places, "".join(texts))
    ):
        return False, days
    if question.quantity and question.quantity != SOME_THINGS:
        return has_figure_of(entry, found.weighed, question.quantity), days
    return True, days


def _with_number(question: Question, near: Sequence[Entry], found: Found) -> Entry | None:
    """多少项: of entries that fit about equally the one that counts them."""
    counted = _COUNTED.search(question.text)
    if question.quantity or not counted:
        return None
    also = (hit.entry for hit in found.near(COUNTS, COUNTS_SHARE, BEHIND))
    entries = dict.fromkeys((*near, *also))
    return next((e for e in entries if has_figure_of(e, found.weighed, f"余?{counted[1]}", whole=True)), None)


def _leads_by_word(entry: Entry, question: Question, desk: Desk) -> bool:
    """Whether 责任单位 besides the lead are asked for: the question says so, or the clause does not say
    负责, which makes lead and responsible one."""
    if re.search(r"除|之外|以外|还有|其他|其它|其余|配合|协助", question.text):
        return True
    return "负责" not in cite(1, entry, desk.records).quote[-CLAUSE:]


def _with_others(question: Question, desk: Desk, chosen: Chosen, found: Found) -> Chosen:
    """Further entries that the question names besides the first: another of two days, another of the things asked."""
    if not chosen.entries or not chosen.stated:
        return chosen
    entries = list(chosen.entries)
    first = entries[0]
    for hit in found.near(ALSO, ALSO_SHARE, ALSO_AMONG):
        if hit.entry.id != first.id and _names_other_day(question, entries, hit.entry):
            entries.append(hit.entry)
    return replace(chosen, entries=tuple(entries[:MANY]))


def _names_other_day(question: Question, entries: Sequence[Entry], entry: Entry) -> bool:
    """8月底还是12月底: the question names two days, and this entry has the one that the others lack."""
    if len(question.dates) < 2:
        return False
    have = {d.date for e in entries for d in e.deadlines}
    mine = {d.date for d in entry.deadlines}
    return any(r.last and r.last in mine and r.last not in have for r in question.dates)
