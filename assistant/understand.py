"""Text and history → `Question`: which places, documents, departments and days are meant, what is asked, and the
words that have to be found.  Pure: the index comes in as `Known`, the language as `Phrases`, the day as `today`.

Each step takes what it recognises out of the text; what is left in the end are the words of the topic.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from assistant.characters import blanked, overlaps
from assistant.known import Known, Unit
from assistant.model import WHO_OR_WHEN, DateRange, Intent, Question, Turn
from assistant.question.asking import is_topical, without_asking, without_rows
from assistant.question.doubted import find_doubted, find_doubted_in_english
from assistant.question.english import is_english
from assistant.question.followup import LISTS, complete, last_exchange
from assistant.question.intent import LACKS, LEVELS, Asked, read_asked, single_intent
from assistant.question.named_days import find_days, is_limit, own_years, unknown_years, year_of, years_of
from assistant.question.named_papers import beside_the_title, find_titles, papers_titled
from assistant.question.named_units import find_units, unknown_units_asked
from assistant.question.orders import without_orders
from assistant.question.phrases import Phrases
from assistant.question.pieces import find_pieces
from assistant.question.quantity import read_quantity
from assistant.question.references import References, find_references
from assistant.question.scope import Scope, find_namesakes, find_scope, of_joined_places
from assistant.question.sides import find_sides
from assistant.question.topic import (
    all_words,
    content_runs,
    find_concepts,
    names_as_typed,
    quoted_names,
    tell_apart,
)
from assistant.question.without import leave_out
from index_build.words import normalise


@dataclass(frozen=True)
class _Seen:
    """What the text alone says: `left` is it without what was recognised, position for position."""

    plain: str
    asking: str  # it without names in quotes, which ask nothing
    english: bool
    scope: Scope
    units: tuple[Unit, ...]
    dates: tuple[DateRange, ...]
    left: str
    asked: Asked
    references: References
    day: dt.date | None  # how measures stand is asked of this day


Memory = dict[tuple[object, ...], Question]
REMEMBERED = 500  # questions with the turns before them


def understand(
    text: str,
    history: Sequence[Turn],
    known: Known,
    phrases: Phrases,
    today: dt.date | None = None,
    *,
    without: Collection[str] = (),
    memory: Memory | None = None,
) -> Question:
    """What `text` asks, with the help of the turns before it, without what the person took out.  `memory`, of one index
    and one lexicon, keeps what was understood: the turns before were once questions themselves."""
    asked = (text, tuple(history), today, tuple(without))
    known_before = memory.get(asked) if memory is not None else None
    if known_before is not None:
        return known_before
    turn, earlier, answers = last_exchange(history)
    before = None
    if turn:
        before = understand(turn.content, earlier, known, phrases, today, without=turn.without, memory=memory)
    whole = normalise(text).strip()
    plain, claimed = without_orders(whole, phrases)
    how: dict[str, Any] = {signal: phrases.says(signal, plain) for signal in ("by_day", "export")}
    # How to list is no part of what is asked.
    plain = phrases.cut("export", phrases.cut("by_day", plain)).strip()
    if not plain:
        how["english"] = is_english(whole, phrases, before is not None and before.english)
    seen = _see(plain, known, phrases, before, today)
    question = replace(_question(text, seen, claimed, known, phrases), **how)
    concepts = question.concepts
    if before is not None:
        question = complete(question, before, answers, plain, phrases)
    elif _asks_of_one(question) and not any(c.telling for c in concepts):
        question = replace(question, concepts=concepts + names_as_typed(question.runs, phrases))
    elif _asks_of_one(question) and question.places and not (question.departments or question.english):
        question = replace(question, pieces=_pieces(question, seen, phrases))
    if "measure" in question.carried:
        question = replace(question, by_number=False)
    if "place" in question.carried:
        question = replace(question, unknown_years=unknown_years(plain, known, question.places))
    question = leave_out(question, without, known)
    if question.concepts is not concepts:
        question = replace(question, terms=all_words(question.concepts))
    if memory is not None:
        if len(memory) >= REMEMBERED:
            memory.clear()
        memory[asked] = question
    return question


def _pieces(question: Question, seen: _Seen, phrases: Phrases) -> tuple[Question, ...]:
    """The question for each of the things that are asked at once."""
    asked: list[Question] = []
    for piece in find_pieces(seen.plain, seen.left, phrases):
        intent, quantity = single_intent(piece.text, phrases), read_quantity(piece.text, phrases)
        if asked and piece.goes_on:
            intent, quantity = asked[-1].intent, asked[-1].quantity
        runs = content_runs(piece.left, phrases)
        asked.append(
            replace(
                question,
                text=piece.text,
                intent=intent,
                quantity=quantity,
                concepts=piece.concepts,
                terms=all_words(piece.concepts),
                runs=runs,
            )
        )
    return tuple(asked)


def _asks_of_one(question: Question) -> bool:
    """Whether one measure is asked about, and not by its number."""
    return question.intent in (Intent.WHAT, *WHO_OR_WHEN) and not question.numbers


def _question(text: str, seen: _Seen, claimed: tuple[str, ...], known: Known, phrases: Phrases) -> Question:
    """What was seen as a question that stands alone."""
    plain, scope, asked = seen.plain, seen.scope, seen.asked
    concepts = find_concepts(seen.left, phrases, english=seen.english)
    concepts = beside_the_title(tell_apart(concepts, plain, phrases), known, scope.documents)
    compared = asked.intent is Intent.COMPARE
    sides = find_sides(plain, scope, seen.units, known, phrases, seen.english) if compared else ()
    ends = [(start, end + 2) for start, end, _ in scope.named if end + 2 <= len(plain)]
    return Question(
        **vars(asked),  # its fields are the question's, by their names
        text=text,
        claimed=claimed,
        places=scope.places,
        namesakes=find_namesakes(plain, known, scope),
        unknown_places=scope.unknown,
        departments=tuple(dict.fromkeys(name for _, _, name in seen.units)),
        dates=seen.dates,
        unknown_years=unknown_years(plain, known, scope.places),
        documents=scope.documents,
        numbers=seen.references.numbers,
        annex=seen.references.annex,
        by_number=bool(seen.references.numbers),
        in_force=phrases.says("in_force", plain),
        subject=_is_subject(plain, seen.units, phrases),
        english=seen.english,
        concepts=concepts,
        terms=all_words(concepts),
        yes_or_no=phrases.says("yesno", seen.asking),
        page_asked=phrases.says("page_asked", plain),
        in_section=phrases.says("in_section", plain),
        quantity=read_quantity(seen.asking, phrases),
        partners=_partners(plain, seen.units),
        moved=_moved(plain, phrases),
        both_levels=bool(asked.level) and phrases.says("both_levels", plain),
        undated=asked.standing == "ongoing" and phrases.says("lacks_deadline", plain),
        day=seen.day,
        cumulative=phrases.says("cumulative", plain),
        as_worded=phrases.says("as_worded", plain),
        clause_only=phrases.says("time_line", plain),
        sides=sides,
        runs=() if seen.english else content_runs(seen.left, phrases),
        lacking=_lacking(plain, phrases, seen.units) if asked.intent is Intent.COUNT else None,
        jointly=phrases.says("jointly", plain),
        around=() if seen.english else tuple(plain[s:e] for s, e in ends),
    )


def _see(plain: str, known: Known, phrases: Phrases, before: Question | None, today: dt.date | None) -> _Seen:
    """Units, places, papers and days, each taken out of the text, then what is asked."""
    titles = find_titles(plain, known)
    plain = blanked(plain, ((s, e) for s, e, _ in titles))
    english = is_english(plain, phrases, before is not None and before.english)
    units = find_units(plain, known, phrases, english)
    doubted = find_doubted_in_english(plain, units) if english else find_doubted(plain, units, phrases.called)
    if doubted and doubted.kind != "lead":
        units = list(doubted.units)
    titled = [key for _, _, keys in titles for key in keys]
    scope = find_scope(plain, known, phrases, units, english, before, titled)
    units = [u for u in units if not any(s <= u[0] and u[1] <= e for s, e in scope.spans)]
    units, scope = of_joined_places(plain, units, scope, known)
    dates, days = find_days(
        plain, english, year_of(known, scope.places, scope.documents, units, before), scope.spans, today
    )
    references = find_references(plain, scope.spans, numbered=bool(before and before.by_number))
    years_named = own_years(plain, known, scope.places)
    taken = [*scope.spans, *((s, e) for s, e, _ in units), *days, *references.spans, *years_named]
    left = phrases.blank("in_section", phrases.blank("own_list", blanked(plain, taken)))
    names = [q for q in quoted_names(plain, phrases) if not overlaps(q[0], q[1], taken)]
    asking = blanked(plain, names)
    topical = is_topical(left, phrases, english)

    def hollow() -> bool:
        return not is_topical(without_rows(left, phrases), phrases, english, known, scope.documents)

    years = years_of(known, scope.places) if scope.places else frozenset()
    called = references.spans
    asked = read_asked(
        asking, phrases, scope, units, dates, topical, doubted, hollow=hollow, own_years=years, numbers=called
    )
    if phrases.says("paper_asked", plain) and asked.intent is not Intent.DOCUMENTS:
        papers = papers_titled(
            phrases.blank("in_force", phrases.blank("paper", left)),
            known,
            phrases,
            scope.places,
            scope.documents,
        )
        if papers:
            scope = replace(scope, documents=papers, places=tuple(known.policy(key).place for key in papers))
            asked = Asked(Intent.DOCUMENTS)
    if not units and not english:
        units = unknown_units_asked(plain, scope.spans, phrases)
        if units:
            left = blanked(left, ((s, e) for s, e, _ in units))
            doubted = find_doubted(plain, units, phrases.called)
            asked = read_asked(asking, phrases, scope, units, dates, topical, doubted)
    if before and before.intent in LISTS and asked.intent is Intent.WHAT and hollow():
        left = without_rows(left, phrases)  # 导出来, after a list: nothing new is asked
    if asked.level:  # 省级层面同样的事, of which the place is blanked out already
        left = blanked(left, (m.span() for signal in LEVELS for m in phrases.find_all(signal, plain)))
    left = without_asking(left, asked, dates, phrases)
    day = next((d.last for d in dates if d.last and is_limit(d)), today) if asked.standing else today
    return _Seen(plain, asking, english, scope, tuple(units), tuple(dates), left, asked, references, day)


_HELPED = re.compile(
    r"(?:所|要|需要?|都|给|为|替|帮)*(?P<helps>配合|协助|协同|支持)(?:的是)?"
    r"|(?:来)?牵头(?:的)?(?:里面?|中|当中|这些|那些)*[、，,的]*(?:并|而|且)?(?:哪(?:些|几)[项条个]?)?(?:是|要|需要?|得|有)*(?:由|让)?"
)


def _partners(plain: str, units: Sequence[Unit]) -> tuple[tuple[str, str], ...]:
    """A配合B, A牵头、B配合: the part of each of two units in the same measures."""
    if len(units) != 2:
        return ()
    (_, end, one), (start, after, two) = sorted(units)
    between = _HELPED.fullmatch(plain, end, start)
    if not between:
        return ()
    if between["helps"]:
        return (one, "responsible"), (two, "lead")
    helps = re.match(r"(?:来|要|也|都)*(?:配合|协助|参与|作为责任单位)", plain[after:])
    return ((one, "lead"), (two, "responsible")) if helps else ()


def _moved(plain: str, phrases: Phrases) -> str | None:
    """Whether deadlines are asked for that were put off ("later") or brought forward ("earlier")."""
    said = [moved for moved in ("later", "earlier") if phrases.says(moved, plain)]
    return said[0] if len(said) == 1 else None


def _lacking(plain: str, phrases: Phrases, units: Sequence[Unit]) -> str | None:
    lacks = phrases.find("lacks_deadline", plain)
    if lacks:
        return "date" if re.search(r"日期|日子|具体|几月|哪天|date", lacks[0]) else "deadline"
    if units:
        return None
    return next((s.removeprefix("lacks_") for s in LACKS if phrases.says(s, plain)), None)


def _is_subject(plain: str, units: Sequence[Unit], phrases: Phrases) -> bool:
    """Whether a unit is what is asked about (档案局牵头整理哪些), not what an answer is doubted to be."""
    if phrases.says("asks_unit", plain) or phrases.says("yesno", plain):
        return False
    return any(
        re.match(
            r"(?:要|需要|应该?|都|主要|一共|还|今年)*(?:牵头|负责|主管|承担|承办|配合|参与|协助|主抓)(?!.{0,4}[吗？?])",
            plain[e:],
        )
        for _, e, _ in units
    )
