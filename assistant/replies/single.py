"""Answers about one measure, or, where no place is named, one for each place that answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.choose import Chosen, asks_figure_too, choose, names_who
from assistant.compose import (
    Part,
    answer_of_parts,
    as_fact,
    facts_line,
    names_department,
    source_line,
)
from assistant.desk import Desk, policies_of
from assistant.extracts import dates_in_text, figures_said, key_words
from assistant.known import Path
from assistant.labels import names_text, place_name
from assistant.matching import Weighed, flat
from assistant.model import WHO_OR_WHEN, Answer, Claim, ClaimKind, Concept, Entry, Intent, Outcome, Question
from assistant.question.topic import WEAK
from assistant.replies.lists import answer_list
from assistant.replies.missing import answer_missing, ask_back
from assistant.replies.undecided import fits_whole_paper, heading_of, whole_section
from assistant.replies.yes_or_no import settle, settle_figure
from assistant.wording import say
from index_build.model import Deadline, Measure

_CALLED = frozenset(["工作", "任务", "措施", "举措", "事项", "政策", "方案", "计划", "情况"])
MANY = 3  # sources where several measures are asked for
SHORT_QUOTE = 60  # characters of a quote in which a figure is seen at a glance
# How near to the first these have to be, of how many hits; and the best of the other places.
ALMOST, LOOKED_AT, ABOUT = 0.8, 6, 0.7
PLACES_SHOWN = 6
# 办事平台相关的任务有哪些牵头部门: who it is of each measure of the topic.
_ALL_OF_TOPIC = re.compile(
    r"(?:相关|有关|涉及|提到|类)的?(?:几|各|所有|全部|这些|那些)?(?:项|条|个)?的?(?:任务|措施|事项|工作(?!日)|举措|条目)"
    r"|(?:几|各|每|所有|全部)(?:项|条|个)?的?(?:任务|措施|事项|举措)|\b(?:measures|tasks) (?:about|on|concerning|related to)\b"
)


def compose_entry(
    question: Question, desk: Desk, chosen: Chosen, entry: Entry, n: int, *, brief: bool = False
) -> Part:
    """What one entry says to the question, with marker [n]."""
    english = question.english
    asked = question.asked
    weighed = chosen.found.weighed if chosen.found else ()
    measure = entry if isinstance(entry, Measure) else None
    deadlines: Sequence[Deadline] = entry.deadlines
    if chosen.days and entry is chosen.entries[0]:
        deadlines = chosen.days
    line, claims = facts_line(entry, asked, n, english=english, deadlines=deadlines)
    silent = _silence(question, entry, deadlines, weighed) if asked in WHO_OR_WHEN else ""
    if silent:
        line = say("semicolon", english).join(x for x in (line, silent) if x)
    quote = key_words(entry, weighed, quantity=question.quantity, many=question.many)
    if asked is Intent.WHAT and not chosen.stated:
        line = say("no_figure", english)
    if measure and question.doubt and asked in WHO_OR_WHEN:
        line = _settled(question, measure, line)
    if asked is Intent.WHAT and chosen.stated and (settled := settle_figure(question, quote)):
        line = settled.strip(say("stop", english) + " ")
    if measure and question.units_counted and len(measure.mentions) > 1:
        units = dict.fromkeys(m.name for m in measure.mentions)
        line = say("units_in", english, count=len(units)) + say("stop", english) + line
    if asks_figure_too(question) and (
        line if asked in WHO_OR_WHEN else not line and len(quote) > SHORT_QUOTE
    ):
        figures = figures_said(entry, weighed, question.quantity or "")
        quotes = "".join(f"“{figure}”" for figure in figures)
        said = say("figures_said", english, quotes=quotes) if quotes else ""
        if asked in WHO_OR_WHEN:
            said = said or say("no_figure", english)
        line = say("semicolon", english).join(x for x in (said, line) if x)
        claims += tuple(Claim(ClaimKind.TEXT, figure, n, entry.extent) for figure in figures)
    claims += (Claim(ClaimKind.TEXT, quote, n, entry.extent),) if "……" not in quote else ()
    source = source_line(entry, quote, english) + (_page(entry, english) if question.page_asked else "")
    if not line:
        text = f"{source} [{n}]"
    elif brief and asked in WHO_OR_WHEN and line != silent:
        text = f"{line} [{n}]"
    else:
        text = f"{line}{say('stop', english)}[{n}]" + (f" {source}" if brief else f"\n\n{source}")
    extra = _days_of_answer(question, desk, chosen, entry)
    if not brief and measure and asked in WHO_OR_WHEN:
        rest, more = _rest_line(measure, asked, n, english, line)
        if rest:
            text += f"\n\n{rest}"
            claims += more
    return Part(text, claims, as_fact(entry, extra))


def _days_of_answer(question: Question, desk: Desk, chosen: Chosen, entry: Entry) -> tuple[Deadline, ...]:
    """Days printed in the text that the answer rests on, when a day was asked for or the answer is one."""
    asked = question.asked
    if chosen.days and entry is chosen.entries[0]:
        return chosen.days
    if asked in (Intent.WHEN, Intent.WHO_WHEN) and chosen.found:
        return dates_in_text(entry, chosen.found.weighed, desk.records)
    return ()


def _page(entry: Entry, english: bool) -> str:
    """Where the source stands, for those who ask; formats without pages have none."""
    page = entry.extent[0].page
    return say("on_page", english, page=page) if page else say("no_page", english)


def _rest_line(
    measure: Measure, asked: Intent, n: int, english: bool, said: str
) -> tuple[str, tuple[Claim, ...]]:
    """The record's other facts, in one line under the source, without what the first line has `said`."""
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
        if intent is Intent.WHO_LEAD and (not measure.lead or all(name in said for name in measure.lead)):
            continue
        if intent is Intent.WHO_RESPONSIBLE and all(name in said for name in measure.responsible):
            continue
        line, more = facts_line(measure, intent, n, english=english)
        if line:
            lines.append(line)
            claims += more
    return (say("semicolon", english).join(lines) + say("stop", english) if lines else ""), claims


def _silence(
    question: Question, entry: Entry, deadlines: Sequence[Deadline], weighed: Sequence[Weighed]
) -> str:
    """What was asked and the entry does not say."""
    asked = question.asked
    english = question.english
    has_who = bool(entry.mentions)
    if asked is Intent.WHEN and not deadlines:
        return say("no_deadline", english)
    if asked is Intent.WHO_WHEN and not deadlines and has_who:
        return say("no_deadline", english)
    if asked is Intent.WHO_WHEN and not has_who:
        return say("no_unit", english)
    if asked is Intent.WHO and names_who(entry, weighed):
        return ""
    if asked in (Intent.WHO, Intent.WHO_LEAD, Intent.WHO_RESPONSIBLE) and not has_who:
        return say("no_unit", english)
    if asked is Intent.WHO_LEAD and not entry.lead:
        return say("no_lead", english)
    if asked is Intent.WHO_RESPONSIBLE and not entry.responsible:
        return say("no_responsible", english)
    return ""


def _settled(question: Question, measure: Measure, line: str) -> str:
    """The line with what is doubted settled first; units that this names are not named again."""
    opening, english = settle(question, measure), question.english
    if not opening:
        return line
    for key, names in (("lead", measure.lead), ("responsible", measure.responsible)):
        if names and all(name in opening for name in names):
            told = say(key, english, names=names_text(names, english))
            line = line.replace(told, "").strip(say("semicolon", english))
    return opening + line if line else opening.rstrip(say("stop", english) + " ")


def correction(question: Question, parts: Sequence[Part]) -> str:
    """The units that the question asserts and no record of the answer names are set right, not repeated."""
    wrong = [c for c in question.claimed if not any(p.fact and names_department(p.fact, c) for p in parts)]
    if not question.claimed:
        return ""
    return say("ignored", question.english) if wrong else ""


def answer_single(question: Question, desk: Desk) -> Answer:
    """One measure; without a place, one for each place that answers."""
    policies = policies_of(question, desk.known)
    if not question.numbers and not _has_topic(question):
        return ask_back(question, desk, policies)
    chosen = choose(question, desk, policies)
    if not chosen.entries:
        chosen = _from_above(question, desk) or chosen
    if not chosen.entries:
        return answer_missing(question, desk, chosen)
    if question.places and fits_whole_paper(chosen):
        return ask_back(question, desk, policies)
    if policies is None:
        others = _by_place(question, desk, chosen)
        if len(others) > 1:
            return _sections_of_places(question, desk, others) or _answer_places(question, desk, others)
        if others and others[0][1].stated and not chosen.stated:
            chosen = others[0][1]
    all_asked = question.asked is Intent.WHAT or (
        question.asked in WHO_OR_WHEN and bool(_ALL_OF_TOPIC.search(question.text))
    )
    if section := () if question.departments else whole_section(question, desk, chosen):
        return answer_section(question, desk, section)
    if question.many and len(chosen.entries) == 1 and all_asked:
        chosen = replace(chosen, entries=_as_many(chosen))
    parts = [compose_entry(question, desk, chosen, entry, n) for n, entry in enumerate(chosen.entries, 1)]
    texts = [p.text for p in parts]
    if len(parts) > 1:
        key = "several" if question.many or chosen.equal else "conflict"
        texts.insert(0, say(key, question.english, count=len(parts)))
    note = correction(question, parts)
    return answer_of_parts(
        parts,
        chosen.entries,
        desk.records,
        question=question,
        text="\n\n".join([*texts, *([note] if note else [])]),
        outcome=Outcome.ANSWERED if chosen.stated else Outcome.NOT_STATED,
    )


def answer_section(question: Question, desk: Desk, section: Sequence[Measure]) -> Answer:
    """All that stands below a heading."""
    heading = heading_of(*section)
    title = say("section", question.english, heading=heading, count=len(section))
    return answer_list(question, desk, title, section)


def _has_topic(question: Question) -> bool:
    """Whether there is more to go by than one word that many measures share (企业), and words that any task is called."""
    weights = [c.weight for c in question.concepts if c.weight >= WEAK and c.words not in _CALLED]
    return len(weights) > 1 or any(w > WEAK for w in weights)


def _from_above(question: Question, desk: Desk) -> Chosen | None:
    """白榆口岸 in a plan of the province: what a higher place's paper says of something called after the place."""
    higher = {path[:depth] for path in question.places for depth in range(1, len(path))}
    policies = [key for path in higher for key in desk.known.places.get(path, ())]
    if not policies or not question.around:
        return None
    concepts = (*question.concepts, *(Concept(words) for words in question.around))
    chosen = choose(replace(question, places=(), concepts=concepts), desk, policies)
    named = [e for e in chosen.entries if any(words in flat(e.text) for words in question.around)]
    return replace(chosen, entries=tuple(named)) if named else None


def _as_many(chosen: Chosen) -> tuple[Entry, ...]:
    """The first entry and the two next that cover nearly as much: 有哪些措施 asks for more than one."""
    found = chosen.found
    if not found or not chosen.stated:
        return chosen.entries
    near = (hit.entry for hit in found.near(ALMOST, ALMOST, LOOKED_AT))
    return tuple(dict.fromkeys((*chosen.entries, *(e for e in near if isinstance(e, Measure)))))[:MANY]


def _by_place(question: Question, desk: Desk, chosen: Chosen) -> list[tuple[Path, Chosen]]:
    """The places whose best entry answers about as well as the best of all, best first."""
    assert chosen.found
    places = dict.fromkeys(
        desk.known.policy(hit.entry.policy.key).place
        for hit in chosen.found.near(ABOUT, ABOUT)
        if hit.coverage >= desk.settings.min_coverage
    )
    rows = []
    for place in places:
        one = choose(replace(question, places=(place,)), desk, policies_of(question, desk.known, [place]))
        if one.entries:
            rows.append((place, one))
    stated = [row for row in rows if row[1].stated]
    return stated or rows


def _sections_of_places(question: Question, desk: Desk, rows: Sequence[tuple[Path, Chosen]]) -> Answer | None:
    """跨境贸易有哪些措施: what stands below the headings of that name, paper by paper, and of places that have no such
    heading the measure found; None where no paper has one."""
    if not question.many or question.asked is not Intent.WHAT:
        return None
    sections = [whole_section(question, desk, chosen) for _, chosen in rows]
    if not any(sections):
        return None
    english = question.english
    measures = [
        m
        for section, (_, chosen) in zip(sections, rows, strict=True)
        for m in section or _as_many(chosen)
        if isinstance(m, Measure)
    ]
    topic = _as_typed([c.words for c in question.concepts if c.telling], question)
    place = say("all_places", english) if english else ""
    title = say("count_topic", english, place=place, topic=topic, count=len(measures))
    answer = answer_list(question, desk, title, measures)
    return replace(
        answer,
        text=f"{answer.text}\n\n{say('choose_place', english)}",
        choices=tuple(place_name(path) for path, _ in rows),
    )


def _as_typed(words: Sequence[str], question: Question) -> str:
    """The words of a topic as one stretch, if they were typed as one."""
    for run in question.runs:
        if all(word in run for word in words):
            return run[min(run.find(w) for w in words) : max(run.find(w) + len(w) for w in words)]
    return names_text(words, question.english)


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
    return answer_of_parts(
        parts,
        entries,
        desk.records,
        question=question,
        text=text + (f"\n\n{note}" if note else ""),
        outcome=Outcome.ANSWERED if any(c.stated for _, c in shown) else Outcome.NOT_STATED,
        choices=(place_name(place) for place, _ in rows),
    )
