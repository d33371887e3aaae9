"""Which hits answer a question, and whether they say what was asked at all: the line between answered, not stated
and not found.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.compose import (
    best_sentence,
    cite,
    dates_in_text,
    has_day_inside,
    has_figure,
    has_figure_of,
)
from assistant.desk import Desk
from assistant.known import PolicyKey
from assistant.matching import SECTION, Weighed, flat
from assistant.model import ANY_FIGURE, SOME_THINGS, WHO_OR_WHEN, Entry, Intent, Question
from assistant.question.told import of_another_part, told_again
from assistant.question.topic import WEAK
from assistant.retrieve import Found
from assistant.settings import AskSettings
from index_build.catalog import Filter
from index_build.model import Deadline, Measure

QUOTED_PIECE = 10  # characters of a clause by which an entry is known in an earlier answer
NEAR = 8  # hits that may take the first one's place
CLOSE = 0.93  # a hit this near the first may take its place where the first does not say what was asked
CLOSE_SHARE = 0.85  # and what it has to cover of what the first covers
COUNTS, COUNTS_SHARE = 0.85, 0.95  # score and coverage where it counts the things whose number is asked
ALSO, ALSO_SHARE = 0.72, 0.6  # score and coverage by which a hit may answer another part of the question
ALSO_AMONG = 6  # and among how many hits it is looked for
CONTACTS = frozenset({r"\d{5,}", "https?|www"})  # telephone numbers and addresses on the web
BEHIND = 10  # hits that are looked through where the first is silent
MANY = 3  # sources where several measures fit
CLAUSE = 80  # last characters of a measure, in which its clause of units stands
HELD, BARELY_HELD = 0.5, 0.3  # value by which an entry has a word, and below which it has nothing of it
FAR_AHEAD = 1.3  # the first hit's score over the second's from which it stands alone
AHEAD_NEEDS = 0.9  # the part of the coverage that such a hit still needs
MOVED_NEEDS = 0.65  # and one for a topic that is asked of another place
LED_NEEDS = 0.6  # and one that has the lead which the question names
WEIGHTY, RARE = 0.6, 0.8  # weight of a main word, and of a rare one, as parts of the weightiest
SPOKEN_OF = 0.7  # and what may be lacking beside it, as a part of its weight
RARE_NEEDS = 0.75  # the part of the coverage that a hit needs which has one
ELSEWHERE = 0.9  # coverage from which another place's measure is what the question is about
FURTHER = 0.25  # and by which the hit of the asked place has to stay behind it
TIED, TIED_SHARE = 0.97, 0.05  # score and coverage by which a second measure fits as well
NEARLY_ALL = 0.85  # coverage by which a hit behind the best answers where the best does not
TOLD = 0.4  # what a lacking word counts that only tells the situation
# The share that a hit needs which has much weight of rare words: .68 for one word that stands in one entry only, .36 for
# two of them.
MUCH, PER_ROOT = 1.45, 0.77
LACKING_NEEDS = 0.62  # coverage that a hit needs which lacks a main word
# What answers with less: in all wordings together as much as MEANT words that one entry alone has, in the place asked
# about a hit that no other place's goes far beyond.  Set by eval/refused.py: no unanswerable question of the shipped
# sets has as much.
MEANT, BARELY, BEST_OF_ALL = 4.0, 0.25, 0.9
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
    reason = not_about_it(found, desk.settings, moved=moved, led="lead" in found.hits[0].reasons)
    refused = reason
    if reason and is_best_of_all(question, desk, found):
        reason = ""
    if not reason and not moved and "lead" not in found.hits[0].reasons:
        reason = _is_of_another_place(question, desk, found)
    if reason:
        return Chosen(found=found, reason=reason)
    near = [
        h.entry
        for h, share in zip(found.hits[:NEAR], found.coverage[:NEAR], strict=True)
        if h.score >= CLOSE * found.hits[0].score and share >= CLOSE_SHARE * found.coverage[0]
    ]
    chosen = _stated(question, desk, near, found)
    if refused and not chosen.stated:
        return Chosen(found=found, reason=refused)
    return _with_others(question, desk, chosen, found)


def is_best_of_all(question: Question, desk: Desk, found: Found) -> bool:
    """Whether the best hit, of which a question of many words names too little, is still what it is about: it has much
    of all that its words may mean, and other places have nothing that fits better.  What the place lacks is either
    hardly touched by its best hit or some other place has it."""
    much, share = much_of(found), found.coverage[0]
    if much < MEANT or share < BARELY or not question.places or set(desk.known.places) <= {*question.places}:
        return False
    return best_elsewhere(question, desk) <= found.hits[0].score / BEST_OF_ALL


def much_of(found: Found) -> float:
    """How much the best hit has of everything that the question may mean, in words that one entry alone has."""
    return found.bm25.get(found.hits[0].entry.id, 0.0) / found.rarest


def says_it(question: Question, desk: Desk, found: Found) -> bool:
    """Whether the best hit says what was asked for at all."""
    return _says(question, desk, found.hits[0].entry, found)[0]


def best_elsewhere(question: Question, desk: Desk) -> float:
    """The score of the best hit in other places than those asked about; 0 where there is none."""
    everywhere = desk.searcher.search(replace(question, places=(), documents=()), None)
    others = (hit.score for hit in everywhere.hits if hit.entry.policy.place not in question.places)
    return max(others, default=0.0)


def _is_of_another_place(question: Question, desk: Desk, found: Found) -> str:
    """Why the best hit is only near what is asked about: another place's measure has nearly all of the question, and
    this one far less (a thing that only the region has, asked of the city); empty where it is none."""
    share = found.coverage[0]
    compared = question.intent is Intent.COMPARE  # a side may word otherwise what the other has word for word
    if (
        compared
        or not question.places
        or question.documents
        or share > 1.0 - FURTHER
        or not _lacks_noun(found)
    ):
        return ""
    best = desk.searcher.coverage(replace(question, places=()), question.places)
    if best >= ELSEWHERE and best - share >= FURTHER:
        return f"covers {share:.2f} of the question, {best:.2f} are covered in another place"
    return ""


def _covering_first(found: Found, settings: AskSettings) -> Found:
    """The hits, that one before the best which is hardly worse and has nearly all of the question where the best has
    too little of it."""
    if not not_about_it(found, settings):
        return found
    for at, hit in enumerate(found.hits[1:BEHIND], 1):
        if hit.score < CLOSE * found.hits[0].score:
            break
        if found.coverage[at] >= NEARLY_ALL:
            return _in_order(found, [at, *(other for other in range(len(found.hits)) if other != at)])
    return found


def _in_order(found: Found, order: Sequence[int]) -> Found:
    """What was found, of these hits only and so ordered."""
    return replace(
        found,
        hits=tuple(found.hits[at] for at in order),
        coverage=tuple(found.coverage[at] for at in order),
        held=tuple(found.held[at] for at in order),
    )


def _own_words_first(question: Question, found: Found) -> Found:
    """Where a follow-up names another thing (那企业开办呢) and the best hit is again the one that the answer before has
    quoted, which has that in a heading at most (便利企业开办和注销): first the best that has it in its body."""
    own = [at for at, w in enumerate(found.weighed) if w.concept.telling and not w.concept.carried]
    if "topic" not in question.carried or not own or not _quoted(found.hits[0].entry, question.previous):
        return found
    in_body = [at for at, held in enumerate(found.held[:BEHIND]) if all(held[n] > SECTION for n in own)]
    if not in_body or in_body[0] == 0:
        return found
    return _in_order(found, [in_body[0], *(at for at in range(len(found.hits)) if at != in_body[0])])


def _lacks_noun(found: Found) -> bool:
    """Whether the best hit has nothing of a thing that the question names, not only of what is done with it."""
    return any(
        w.concept.weight >= 1.0 and value < HELD
        for w, value in zip(found.weighed, found.held[0], strict=True)
    )


def _besides(found: Found, previous: Sequence[str]) -> Found:
    """What was found without the entries that the answers before have quoted."""
    new = [
        at
        for at, hit in enumerate(found.hits)
        if isinstance(hit.entry, Measure) and not _quoted(hit.entry, previous)
    ]
    return _in_order(found, new)


def _quoted(entry: Entry, previous: Sequence[str]) -> bool:
    """Whether the answers before have quoted the entry."""
    said = flat("".join(previous))
    text = flat(entry.text + ((isinstance(entry, Measure) and entry.plan) or ""))
    return any(piece in said for piece in _PIECE.findall(text) if len(piece) >= QUOTED_PIECE)


def _by_number(question: Question, desk: Desk, policies: Sequence[PolicyKey] | None) -> Chosen:
    """云政发〔2031〕4号第38条: the measure of that number in the paper or place asked about."""
    if not policies:
        return Chosen(reason="a number without a place or paper")
    wanted = [form for number in question.numbers for form in (number, f"第{number.strip('（）')}条")]
    measures = desk.catalog.measures(Filter(policies=tuple(policies), numbers=tuple(wanted)))
    empty = Found((), (), (), (), ())
    if not measures:
        return Chosen(reason="no such number")
    return _stated(question, desk, measures[:1], empty)


def _lacks_main_word(found: Found) -> bool:
    """Whether the best hit has nothing of one of the question's weightiest words."""
    top = max((w.weight for w in found.weighed), default=0.0)
    return any(
        w.weight >= WEIGHTY * top
        and value < (HELD if w.concept.weight > 1.0 else BARELY_HELD)
        and w.concept.weight >= 1.0
        and not w.concept.carried
        for w, value in zip(found.weighed, found.held[0], strict=True)
    )


def _has_rare_words(found: Found) -> bool:
    """Whether the best hit, well ahead of the others, prints a long word of the question that hardly any other entry
    has, and lacks only words that no document has at all: those are how people speak, not what they ask about."""
    second = found.hits[1].score if len(found.hits) > 1 else 0.0
    if found.hits[0].score < FAR_AHEAD * second:
        return False
    body = flat(found.hits[0].entry.text)
    rare = max((w.weight for w in found.weighed), default=0.0) * RARE
    printed = [
        w.weight
        for w in found.weighed
        if w.seen and w.weight >= rare and len(w.words) > 2 and w.words in body
    ]
    lacking = [w for w, value in zip(found.weighed, found.held[0], strict=True) if value < BARELY_HELD]
    topics = [w for w in lacking if not w.seen and w.concept.others]
    spoken_of = sum(w.weight for w in lacking if w.seen and w.concept.telling)
    return bool(printed) and not topics and spoken_of <= SPOKEN_OF * max(printed)


def _has_much(found: Found) -> bool:
    """Whether the best hit has so much weight of rare words that a smaller share of the question does; what it lacks of
    a sentence that only tells the situation counts in part."""
    held, lacking = _had_and_lacking(found)
    return held > 0 and held / (held + lacking) >= MUCH - PER_ROOT * math.sqrt(held / found.rarest)


def _had_and_lacking(found: Found) -> tuple[float, float]:
    """The weight of the question that the best hit has and that it lacks; what only tells the situation counts less."""
    pairs = list(zip(found.weighed, found.held[0], strict=True))
    held = sum(w.weight * min(1.0, value) for w, value in pairs)
    lacking = sum(
        w.weight * (1.0 - min(1.0, value)) * (TOLD if w.concept.told else 1.0) for w, value in pairs
    )
    return held, lacking


def not_about_it(found: Found, settings: AskSettings, *, moved: bool = False, led: bool = False) -> str:
    """Why the best hit does not answer; empty where it does.  A hit far ahead of all others may cover less, one
    that lacks a main word has to cover more; `moved` means that a topic of earlier turns is asked of another place,
    which may word it otherwise, `led` that the unit which the question calls the lead leads it."""
    share, held = found.coverage[0], found.held[0]
    if any(w.concept.told for w in found.weighed):
        had, lacking = _had_and_lacking(found)
        share = max(share, had / (had + lacking)) if had else share
    second = found.hits[1].score if len(found.hits) > 1 else 0.0
    needed = settings.min_coverage
    strong = [value for w, value in zip(found.weighed, held, strict=True) if w.concept.telling]
    firm = sum(value >= HELD for value in strong)
    alone = found.hits[0].score >= FAR_AHEAD * second
    if alone and firm >= 2:
        needed *= AHEAD_NEEDS
    elif _lacks_main_word(found):
        needed = max(needed, LACKING_NEEDS)
    if needed > settings.min_coverage and _has_rare_words(found):
        needed = settings.min_coverage * RARE_NEEDS
    if moved:
        needed *= MOVED_NEEDS
    if led:
        needed *= LED_NEEDS
    if share < needed and not _has_much(found):
        return f"covers {share:.2f} of the question, {needed:.2f} needed"
    return ""


def _stated(question: Question, desk: Desk, near: Sequence[Entry], found: Found) -> Chosen:
    """The first of the near entries that says what was asked, else the first of all, marked as silent."""
    counted = _with_number(question, near, found)
    if counted:
        near = [counted, *near]
    if (question.aspect or question.intent) is Intent.WHEN and len(near) > 1:
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
    hit, share = found.hits[1], found.coverage[1]
    if not isinstance(hit.entry, Measure) or not isinstance(first, Measure):
        return ()
    as_well = hit.score >= TIED * found.hits[0].score and share >= found.coverage[0] - TIED_SHARE
    open_still = found.coverage[0] < NEARLY_ALL or flat(hit.entry.text) == flat(first.text)
    return (hit.entry,) if as_well and open_still and _says(question, desk, hit.entry, found)[0] else ()


def _dated_first(near: Sequence[Entry], found: Found, desk: Desk) -> list[Entry]:
    """Entries that fit about equally: where the first has one day for all of it, one before it that prints a day in the
    sentence which the question is about (by when the counters stand, not by when the whole measure is done)."""
    first = near[0]
    if isinstance(first, Measure) and (len(first.deadlines) > 1 or has_day_inside(first)):
        return list(near)
    return sorted(near, key=lambda entry: not dates_in_text(entry, found.weighed, desk.records))


def _instead(question: Question, desk: Desk, first: Entry, found: Found) -> Chosen | None:
    """Where the best hit is silent: measures that a heading only sums up, or another entry with the figure asked."""
    asked = question.asked
    rows = [
        hit.entry
        for hit, share in zip(found.hits[:BEHIND], found.coverage[:BEHIND], strict=True)
        if hit.entry.id != first.id
        and hit.score >= ALSO * found.hits[0].score
        and share >= desk.settings.min_coverage
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
    if isinstance(entry, Measure) and entry.mentions:
        return False
    if _NAMES_WHO.search(entry.text):
        return True
    return bool(weighed) and bool(_DOES_IT.search(best_sentence(entry, weighed)))


def _says(question: Question, desk: Desk, entry: Entry, found: Found) -> tuple[bool, tuple[Deadline, ...]]:
    asked = question.asked
    if question.quantity in CONTACTS and not has_figure(entry.text, question.quantity):
        return False, ()
    measure = entry if isinstance(entry, Measure) else None
    who = bool(measure and measure.mentions) or names_who(entry, found.weighed)
    days: tuple[Deadline, ...] = ()
    when = bool(measure and measure.deadlines)
    if asked in (Intent.WHEN, Intent.WHO_WHEN) and not when:
        days = dates_in_text(entry, found.weighed, desk.records)
        when = bool(days)
    if asked is Intent.WHEN:
        return when, days
    if asked is Intent.WHO_WHEN:
        return who or when, days
    if asked is Intent.WHO_RESPONSIBLE:
        return bool(
            measure
            and (measure.responsible or (measure.lead and not _leads_by_word(measure, question, desk)))
        ), days
    if asked is Intent.WHO_LEAD:
        return bool(measure and measure.lead), days
    if asked in WHO_OR_WHEN:
        return who, days
    texts = [entry.text, (measure and measure.plan) or ""]
    if question.quantity and (
        told_again(question.text, texts, question.quantity)
        or of_another_part(question.text, question.places, "".join(texts))
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
    also = [
        hit.entry
        for hit, share in zip(found.hits[:BEHIND], found.coverage[:BEHIND], strict=True)
        if hit.score >= COUNTS * found.hits[0].score and share >= COUNTS_SHARE * found.coverage[0]
    ]
    entries = dict.fromkeys((*near, *also))
    return next((e for e in entries if has_figure_of(e, found.weighed, f"余?{counted[1]}", whole=True)), None)


def _leads_by_word(measure: Measure, question: Question, desk: Desk) -> bool:
    """Whether 责任单位 besides the lead are asked for: the question says so, or the clause does not say
    负责, which makes lead and responsible one."""
    if re.search(r"除|之外|以外|还有|其他|其它|其余|配合|协助", question.text):
        return True
    return "负责" not in cite(1, measure, desk.records).quote[-CLAUSE:]


def _with_others(question: Question, desk: Desk, chosen: Chosen, found: Found) -> Chosen:
    """Further entries that the question names besides the first: another of two days, another of the things asked."""
    if not chosen.entries or not chosen.stated:
        return chosen
    entries = list(chosen.entries)
    first = entries[0]
    for hit, share in zip(found.hits[:ALSO_AMONG], found.coverage[:ALSO_AMONG], strict=True):
        if hit.entry.id == first.id or len(entries) >= MANY:
            continue
        close = hit.score >= ALSO * found.hits[0].score and share >= ALSO_SHARE * found.coverage[0]
        if close and _names_other_day(question, entries, hit.entry):
            entries.append(hit.entry)
    return replace(chosen, entries=tuple(entries))


def _names_other_day(question: Question, entries: Sequence[Entry], entry: Entry) -> bool:
    """8月底还是12月底: the question names two days, and this entry has the one that the others lack."""
    if len(question.dates) < 2 or not isinstance(entry, Measure):
        return False
    have = {d.date for e in entries if isinstance(e, Measure) for d in e.deadlines}
    mine = {d.date for d in entry.deadlines}
    return any(r.last and r.last in mine and r.last not in have for r in question.dates)
