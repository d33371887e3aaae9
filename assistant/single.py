"""Answers about one measure, one for each place, or the several that a question names: which hits answer, and
whether the documents say what was asked at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.compose import (
    Part,
    as_fact,
    cite,
    dates_in_text,
    facts_line,
    has_figure,
    has_figure_of,
    head,
    key_words,
    mention_claims,
    names_department,
    names_text,
    number_label,
    place_label,
    place_name,
    short_title,
    source_line,
    stated_deadlines,
)
from assistant.known import Known, Path, PolicyKey
from assistant.model import Answer, Claim, ClaimKind, Concept, Entry, Intent, Outcome, Question
from assistant.retrieve import WHO_OR_WHEN, Found, Searcher
from assistant.settings import AskSettings
from assistant.wording import say
from index_build.catalog import Catalog, Filter
from index_build.model import Deadline, Measure, Role
from index_build.words import normalise

CLOSE = 0.93  # a hit this near the first may take its place where the first does not say what was asked
ALSO = 0.72  # a hit this near the first may answer another part of the question
SOME_THINGS = r"\S"  # 几个证: things that may be listed without a figure
SAME_WORDS = 4  # characters in a row that make a thing named in the question the one in the text
_JOINED = re.compile(r"[和与及跟、]|以及|还有")
MANY = 3  # sources where several measures are asked for
ALMOST = 0.8  # how near they have to be to the first
CONTACTS = frozenset({r"\d{5,}", "https?|www"})  # telephone numbers and addresses on the web
FAR_AHEAD = 1.3  # the first hit's score over the second's from which it stands alone
PLACES_SHOWN = 6


class Records:
    """The catalog's texts and entries for checking one answer after another, kept once read."""

    def __init__(self, catalog: Catalog, searcher: Searcher) -> None:
        self._catalog = catalog
        self._searcher = searcher
        self._texts: dict[str, str] = {}

    def text(self, doc: str) -> str:
        if doc not in self._texts:
            if len(self._texts) > 64:
                self._texts.clear()
            self._texts[doc] = self._catalog.text(doc)
        return self._texts[doc]

    def entries(self, ids: Sequence[str]) -> Sequence[Entry]:
        return self._searcher.entries(ids)


@dataclass(frozen=True)
class Desk:
    """What answering works with: one generation of the index, its knowledge, its searcher."""

    catalog: Catalog
    records: Records
    known: Known
    searcher: Searcher
    settings: AskSettings


@dataclass(frozen=True)
class Chosen:
    """The entries that answer; none where nothing covers enough of the question.  `stated` says whether they
    say what was asked; `days` are days read out of the text where the record has no deadline."""

    entries: tuple[Entry, ...] = ()
    stated: bool = True
    days: tuple[Deadline, ...] = ()
    found: Found | None = None
    reason: str = ""


def policies_of(
    question: Question, known: Known, places: Sequence[Path] | None = None
) -> tuple[PolicyKey, ...] | None:
    """The policies to search: those of the documents asked about, else of the places; None for all."""
    wanted = question.places if places is None else tuple(places)
    if question.documents:
        chosen = tuple(k for k in question.documents if not wanted or known.policy(k).place in wanted)
        if chosen:
            return chosen
    if not wanted:
        return None
    return tuple(key for path in wanted for key in known.places.get(path, ()))


def choose(question: Question, desk: Desk, policies: Sequence[PolicyKey] | None) -> Chosen:
    """The hits that answer, or why none does."""
    if not question.concepts and question.numbers:
        return _by_number(question, desk, policies)
    found = desk.searcher.search(question, policies)
    if not found.hits:
        return Chosen(found=found, reason="no hits")
    moved = "topic" in question.carried and "place" not in question.carried
    reason = not_about_it(found, desk.settings, moved=moved)
    if reason:
        return Chosen(found=found, reason=reason)
    near = [
        h.entry
        for h, share in zip(found.hits[:8], found.coverage[:8], strict=True)
        if h.score >= CLOSE * found.hits[0].score and share >= 0.85 * found.coverage[0]
    ]
    chosen = _stated(question, desk, near, found)
    return _with_others(question, desk, chosen, found)


def _by_number(question: Question, desk: Desk, policies: Sequence[PolicyKey] | None) -> Chosen:
    """内政发〔2022〕4号第38条: the measure of that number in the paper or place asked about."""
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
        w.weight >= 0.6 * top
        and value < (0.5 if w.concept.weight > 1.0 else 0.3)
        and w.concept.weight >= 1.0
        and not w.concept.carried
        for w, value in zip(found.weighed, found.held[0], strict=True)
    )


def not_about_it(found: Found, settings: AskSettings, *, moved: bool = False) -> str:
    """Why the best hit does not answer; empty where it does.  A hit far ahead of all others may cover less, one
    that lacks a main word has to cover more; `moved` means that a topic of earlier turns is asked of another place,
    which may word it otherwise."""
    share, held = found.coverage[0], found.held[0]
    second = found.hits[1].score if len(found.hits) > 1 else 0.0
    needed = settings.min_coverage
    strong = [value for w, value in zip(found.weighed, held, strict=True) if w.concept.weight >= 0.5]
    firm = sum(value >= 0.5 for value in strong)
    alone = found.hits[0].score >= FAR_AHEAD * second
    if alone and firm >= 2:
        needed *= 0.9
    elif _lacks_main_word(found):
        needed = max(needed, 0.62)
    if moved:
        needed *= 0.65
    if share < needed:
        return f"covers {share:.2f} of the question, {needed:.2f} needed"
    return ""


def _stated(question: Question, desk: Desk, near: Sequence[Entry], found: Found) -> Chosen:
    """The first of the near entries that says what was asked, else the first of all, marked as silent."""
    for entry in near:
        says, days = _says(question, desk, entry, found)
        if says:
            return Chosen((entry,), True, days, found)
    return Chosen((near[0],), False, (), found)


def _says(question: Question, desk: Desk, entry: Entry, found: Found) -> tuple[bool, tuple[Deadline, ...]]:
    asked = question.aspect or question.intent
    if question.quantity in CONTACTS and not has_figure(entry.text, question.quantity):
        return False, ()
    measure = entry if isinstance(entry, Measure) else None
    who = bool(measure and measure.mentions)
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
    if question.quantity and question.quantity != SOME_THINGS:
        return has_figure_of(entry, found.weighed, question.quantity), days
    return True, days


def _leads_by_word(measure: Measure, question: Question, desk: Desk) -> bool:
    """Whether 责任单位 besides the lead are asked for: the question says so, or the clause does not say
    负责, which makes lead and responsible one."""
    if re.search(r"除|之外|以外|还有|其他|其它|其余|配合|协助", question.text):
        return True
    return "负责" not in cite(1, measure, desk.records).quote[-80:]


def _with_others(question: Question, desk: Desk, chosen: Chosen, found: Found) -> Chosen:
    """Further entries that the question names besides the first: another of two days, another of the things asked."""
    if not chosen.entries or not chosen.stated:
        return chosen
    entries = list(chosen.entries)
    first = entries[0]
    for hit, share in zip(found.hits[:6], found.coverage[:6], strict=True):
        if hit.entry.id == first.id or len(entries) >= 3:
            continue
        close = hit.score >= ALSO * found.hits[0].score and share >= 0.6 * found.coverage[0]
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


# Words of an answer


def compose_entry(
    question: Question, desk: Desk, chosen: Chosen, entry: Entry, n: int, *, brief: bool = False
) -> Part:
    """What one entry says to the question, with marker [n]."""
    english = question.english
    asked = question.aspect or question.intent
    weighed = chosen.found.weighed if chosen.found else ()
    measure = entry if isinstance(entry, Measure) else None
    deadlines: Sequence[Deadline] = ()
    if measure:
        deadlines = stated_deadlines(measure, clause_only=False)
    if chosen.days and entry is chosen.entries[0]:
        deadlines = chosen.days
    line, claims = facts_line(entry, asked, n, english=english, deadlines=deadlines)
    silent = _silence(question, entry, deadlines) if asked in WHO_OR_WHEN else ""
    if silent:
        line = say("semicolon", english).join(x for x in (line, silent) if x)
    if asked is Intent.WHAT and not chosen.stated:
        line = say("no_figure", english)
    if question.yes_or_no and measure and question.departments and asked in WHO_OR_WHEN:
        line = _yes_or_no(question, measure, asked) + line
    quote = key_words(entry, weighed, quantity=question.quantity)
    claims += (Claim(ClaimKind.TEXT, quote, n, entry.extent),) if "……" not in quote else ()
    source = source_line(entry, quote, english)
    if not line:
        text = f"{source} [{n}]"
    elif brief and asked in WHO_OR_WHEN:
        text = f"{line} [{n}]"
    else:
        text = f"{line}{say('stop', english)}[{n}]\n\n{source}"
    extra = _days_of_answer(question, desk, chosen, entry)
    if not brief and measure and asked in WHO_OR_WHEN:
        rest, more = _rest_line(measure, asked, n, english)
        if rest:
            text += f"\n\n{rest}"
            claims += more
    return Part(text, claims, as_fact(entry, extra))


def _days_of_answer(question: Question, desk: Desk, chosen: Chosen, entry: Entry) -> tuple[Deadline, ...]:
    """Days printed in the text that the answer rests on, when a day was asked for or the answer is one."""
    asked = question.aspect or question.intent
    if chosen.days and entry is chosen.entries[0]:
        return chosen.days
    if asked in (Intent.WHEN, Intent.WHO_WHEN) and chosen.found:
        return dates_in_text(entry, chosen.found.weighed, desk.records)
    return ()


def _rest_line(measure: Measure, asked: Intent, n: int, english: bool) -> tuple[str, tuple[Claim, ...]]:
    """The record's other facts, in one line under the source."""
    others = {
        Intent.WHO_LEAD: (Intent.WHO_RESPONSIBLE, Intent.WHEN),
        Intent.WHO_RESPONSIBLE: (Intent.WHO_LEAD, Intent.WHEN),
        Intent.WHO: (Intent.WHEN,),
        Intent.WHEN: (Intent.WHO,),
    }.get(asked, ())
    lines: list[str] = []
    claims: tuple[Claim, ...] = ()
    for intent in others:
        if intent is Intent.WHO_RESPONSIBLE and (not measure.responsible or not measure.lead):
            continue
        if intent is Intent.WHO_LEAD and not measure.lead:
            continue
        line, more = facts_line(measure, intent, n, english=english)
        if line:
            lines.append(line)
            claims += more
    return (say("semicolon", english).join(lines) + say("stop", english) if lines else ""), claims


def _silence(question: Question, entry: Entry, deadlines: Sequence[Deadline]) -> str:
    """What was asked and the entry does not say."""
    asked = question.aspect or question.intent
    english = question.english
    measure = entry if isinstance(entry, Measure) else None
    has_who = bool(measure and measure.mentions)
    if asked is Intent.WHEN and not deadlines:
        return say("no_deadline", english)
    if asked is Intent.WHO_WHEN and not deadlines and has_who:
        return say("no_deadline", english)
    if asked is Intent.WHO_WHEN and not has_who:
        return say("no_unit", english)
    if asked in (Intent.WHO, Intent.WHO_LEAD, Intent.WHO_RESPONSIBLE) and not has_who:
        return say("no_unit", english)
    if asked is Intent.WHO_LEAD and measure and not measure.lead:
        return say("no_lead", english)
    if asked is Intent.WHO_RESPONSIBLE and measure and not measure.responsible:
        return say("no_responsible", english)
    return ""


def _yes_or_no(question: Question, measure: Measure, asked: Intent) -> str:
    """是 or 不是 to "X牵头吗"; nothing where the named unit only describes the measure."""
    if not re.search(r"吗|是不是|是否|对不对|还是|对吗|^(?:is|are|does|do)\b", question.text.lower()):
        return ""
    role = (
        Role.LEAD
        if asked is Intent.WHO_LEAD
        else Role.RESPONSIBLE
        if asked is Intent.WHO_RESPONSIBLE
        else None
    )
    right = [d for d in question.departments if names_department(measure, d, role)]
    if right:
        return (
            say("yes", question.english)
            if len(question.departments) == 1 and "还是" not in question.text
            else ""
        )
    return say("no", question.english)


def correction(question: Question, parts: Sequence[Part]) -> str:
    """The units that the question asserts and no record of the answer names are set right, not repeated."""
    wrong = [c for c in question.claimed if not any(p.fact and names_department(p.fact, c) for p in parts)]
    if not question.claimed:
        return ""
    return say("ignored", question.english) if wrong else ""


def answer_single(question: Question, desk: Desk) -> Answer:
    """One measure; without a place, one for each place that answers."""
    policies = policies_of(question, desk.known)
    if not question.numbers and not any(c.weight >= 0.3 for c in question.concepts):
        return ask_back(question, desk, policies)
    chosen = choose(question, desk, policies)
    if not chosen.entries:
        chosen = _from_above(question, desk) or chosen
    if not chosen.entries:
        return answer_missing(question, desk, chosen)
    if policies is None:
        others = _by_place(question, desk, chosen)
        if len(others) > 1:
            return _answer_places(question, desk, others)
    if question.many and len(chosen.entries) == 1 and (question.aspect or question.intent) is Intent.WHAT:
        chosen = replace(chosen, entries=_as_many(chosen))
    parts = [compose_entry(question, desk, chosen, entry, n) for n, entry in enumerate(chosen.entries, 1)]
    texts = [p.text for p in parts]
    if len(parts) > 1:
        key = "several" if question.many else "conflict"
        texts.insert(0, say(key, question.english, count=len(parts)))
    note = correction(question, parts)
    return Answer(
        text="\n\n".join([*texts, *([note] if note else [])]),
        outcome=Outcome.ANSWERED if chosen.stated else Outcome.NOT_STATED,
        question=question,
        citations=tuple(cite(n, e, desk.records) for n, e in enumerate(chosen.entries, 1)),
        facts=tuple((n, p.fact) for n, p in enumerate(parts, 1) if p.fact),
        claims=tuple(c for p in parts for c in p.claims),
    )


def _from_above(question: Question, desk: Desk) -> Chosen | None:
    """白榆口岸 in a plan of the province: what a higher place's paper says of something called after the place."""
    higher = {path[:depth] for path in question.places for depth in range(1, len(path))}
    policies = [key for path in higher for key in desk.known.places.get(path, ())]
    if not policies or not question.around:
        return None
    concepts = (*question.concepts, *(Concept(words) for words in question.around))
    chosen = choose(replace(question, places=(), concepts=concepts), desk, policies)
    named = [e for e in chosen.entries if any(words in _flat(e.text) for words in question.around)]
    return replace(chosen, entries=tuple(named)) if named else None


def _as_many(chosen: Chosen) -> tuple[Entry, ...]:
    """The first entry and the two next that cover nearly as much: 有哪些措施 asks for more than one."""
    found = chosen.found
    if not found or not chosen.stated:
        return chosen.entries
    near = [
        hit.entry
        for hit, share in zip(found.hits[:6], found.coverage[:6], strict=True)
        if hit.score >= ALMOST * found.hits[0].score and share >= ALMOST * found.coverage[0]
    ]
    return tuple(dict.fromkeys((*chosen.entries, *(e for e in near if isinstance(e, Measure)))))[:MANY]


def ask_back(question: Question, desk: Desk, policies: Sequence[PolicyKey] | None) -> Answer:
    """A question that names no topic: what there is to ask about."""
    english = question.english
    places = [place_name(path) for path in desk.known.places if path]
    if question.places and policies:
        text = say(
            "unclear_place",
            english,
            place=names_text([place_name(p) for p in question.places], english),
            count=len(policies),
            measures=desk.catalog.count(Filter(policies=tuple(policies))),
        )
        return Answer(text, Outcome.CLARIFY, question)
    hint = say("unclear_hint", english, places=names_text(places[:12], english))
    return Answer(f"{say('unclear', english)}{hint}", Outcome.CLARIFY, question, choices=tuple(places))


def _by_place(question: Question, desk: Desk, chosen: Chosen) -> list[tuple[Path, Chosen]]:
    """The places whose best entry answers about as well as the best of all, best first."""
    assert chosen.found
    found = chosen.found
    best = found.hits[0].score
    places: dict[Path, float] = {}
    for hit, share in zip(found.hits, found.coverage, strict=True):
        if hit.score >= 0.7 * best and share >= max(desk.settings.min_coverage, 0.7 * found.coverage[0]):
            places.setdefault(hit.entry.policy.place, hit.score)
    rows = []
    for place in places:
        one = choose(replace(question, places=(place,)), desk, policies_of(question, desk.known, [place]))
        if one.entries:
            rows.append((place, one))
    stated = [row for row in rows if row[1].stated]
    return stated or rows


def _answer_places(question: Question, desk: Desk, rows: Sequence[tuple[Path, Chosen]]) -> Answer:
    shown = rows[:PLACES_SHOWN]
    lines, parts = [], []
    for n, (place, chosen) in enumerate(shown, 1):
        part = compose_entry(question, desk, chosen, chosen.entries[0], n, brief=True)
        lines.append(say("place_row", question.english, place=place_name(place), text=part.text))
        parts.append(part)
    entries = [chosen.entries[0] for _, chosen in shown]
    note = correction(question, parts)
    text = "\n".join(
        [say("by_place", question.english), "", *lines, "", say("choose_place", question.english)]
    )
    return Answer(
        text=text + (f"\n\n{note}" if note else ""),
        outcome=Outcome.ANSWERED if any(c.stated for _, c in shown) else Outcome.NOT_STATED,
        question=question,
        citations=tuple(cite(n, e, desk.records) for n, e in enumerate(entries, 1)),
        facts=tuple((n, p.fact) for n, p in enumerate(parts, 1) if p.fact),
        claims=tuple(c for p in parts for c in p.claims),
        choices=tuple(place_name(place) for place, _ in rows),
    )


# Comparisons


def answer_compare(question: Question, desk: Desk) -> Answer:
    """The best measure of each place (or document), side by side."""
    sides = comparison_sides(question, desk)
    lines = [say("place_unknown", question.english, place=name) for name in question.unknown_places]
    parts: list[Part] = []
    entries: list[Entry] = []
    for label, side, policies in sides:
        chosen = choose(side, desk, policies)
        if not chosen.entries:
            lines.append(say("place_none", question.english, place=label))
            continue
        texts = []
        for entry in _all_asked(side, chosen):
            n = len(entries) + 1
            part = compose_entry(side, desk, chosen, entry, n, brief=True)
            entries.append(entry)
            parts.append(part)
            texts.append(part.text)
        lines.append(say("place_row", question.english, place=label, text=" ".join(texts)))
    if not entries:
        return answer_missing(question, desk, Chosen(reason="no side answers"))
    asked = question.aspect or Intent.WHAT
    opening = _compared(question, asked, parts) if len(parts) == len(sides) == 2 else ""
    return Answer(
        text="\n".join([*([opening, ""] if opening else []), *lines]),
        outcome=Outcome.ANSWERED,
        question=question,
        citations=tuple(cite(n, e, desk.records) for n, e in enumerate(entries, 1)),
        facts=tuple((n, p.fact) for n, p in enumerate(parts, 1) if p.fact),
        claims=tuple(c for p in parts for c in p.claims),
    )


def _all_asked(side: Question, chosen: Chosen) -> list[Entry]:
    """The entry that answers, and one more where the question joins two things (社会投资类和政府投资类) and only
    another entry has the second word for word."""
    entries = list(chosen.entries)
    found = chosen.found
    if not found or not chosen.stated or len(entries) > 1:
        return entries
    first = _flat(entries[0].text)
    for run in side.runs:
        pieces = _JOINED.split(run)
        if len(pieces) < 2 or not any(_longest_shared(piece, first) >= SAME_WORDS for piece in pieces):
            continue
        for piece in pieces:
            if _longest_shared(piece, first) >= SAME_WORDS:
                continue
            for hit, share in zip(found.hits[:20], found.coverage[:20], strict=True):
                if hit.entry in entries or not isinstance(hit.entry, Measure) or share < 0.4:
                    continue
                figure = not side.quantity or has_figure(hit.entry.text, side.quantity)
                if figure and _longest_shared(piece, _flat(hit.entry.text)) >= SAME_WORDS:
                    entries.append(hit.entry)
                    break
    return entries[:3]


def _longest_shared(piece: str, text: str) -> int:
    """The length of the longest stretch of `piece` that stands in `text`."""
    best = 0
    for start in range(len(piece)):
        while start + best < len(piece) and piece[start : start + best + 1] in text:
            best += 1
    return best


def _flat(text: str) -> str:
    return "".join(normalise(text).split())


def comparison_sides(question: Question, desk: Desk) -> list[tuple[str, Question, tuple[PolicyKey, ...]]]:
    """(label, the question of that side, the policies to search) of each place or paper compared."""
    if len(question.places) + len(question.unknown_places) > 1:
        own = {side.place: side for side in question.sides}
        rows = []
        for place in question.places:
            side = own.get(place)
            one = replace(
                question,
                places=(place,),
                concepts=side.concepts if side else question.concepts,
                departments=side.departments if side else question.departments,
                runs=side.runs if side else question.runs,
            )
            rows.append((place_name(place), one, policies_of(question, desk.known, [place]) or ()))
        return rows
    return [
        (short_title(desk.known.policy(key)), replace(question, documents=(key,)), (key,))
        for key in question.documents
    ]


def _compared(question: Question, asked: Intent, parts: Sequence[Part]) -> str:
    """相同 or 不同, where the records settle it."""
    first, second = parts[0].fact, parts[1].fact
    if not first or not second:
        return ""
    english = question.english
    if asked in (Intent.WHEN,):
        same = {d.date for d in first.deadlines} == {d.date for d in second.deadlines}
        what = say("deadline", english, days="").rstrip("： :")
    elif asked in (Intent.WHO, Intent.WHO_LEAD):
        bare = [{n.lstrip("省市区县旗") for n in m.lead} for m in (first, second)]
        same = bare[0] == bare[1]
        what = say("lead", english, names="").rstrip("： :")
    else:
        return ""
    return say("same" if same else "different", english, what=what)


def _spelled(numbers: Sequence[str]) -> list[str]:
    return [f"第{number}条" for number in numbers]


# Nothing found


def answer_missing(question: Question, desk: Desk, chosen: Chosen) -> Answer:
    """Which place, year or topic is missing, and the nearest there is; no sources are shown."""
    english = question.english
    place = names_text([place_name(p) for p in question.places], english) or say("all_places", english)
    text = say("not_found_topic", english, place=place)
    if question.numbers and not question.concepts:
        text = say("no_number", english, place=place, numbers=names_text(_spelled(question.numbers), english))
    choices: tuple[str, ...] = ()
    if chosen.found:
        missing = list(chosen.found.missing)[:4]
        if missing:
            text += say("missing_words", english, words=names_text(missing, english))
        if chosen.found.hits and chosen.found.coverage[0] >= 0.2:
            nearest = chosen.found.hits[0].entry
            text += "\n\n" + say(
                "nearest_measure",
                english,
                place=place_label(nearest.policy),
                title=short_title(nearest.policy),
                number=number_label(nearest, english),
                head=head(nearest, 40),
            )
    if question.places:
        elsewhere = choose(replace(question, places=(), documents=()), desk, None)
        if elsewhere.entries and elsewhere.entries[0].policy.place not in question.places:
            choices = (place_name(elsewhere.entries[0].policy.place),)
            text += "\n\n" + say("elsewhere", english, names=names_text(choices, english))
    return Answer(text, Outcome.NOT_FOUND, question, choices=choices)


__all__ = ["Desk", "answer_compare", "answer_missing", "answer_single", "choose", "mention_claims"]
