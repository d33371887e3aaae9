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
from assistant.known import Known, Path, Unit, doc_number, place_at_front
from assistant.model import WHO_OR_WHEN, Concept, DateRange, Intent, Question, Side, Turn
from assistant.question.doubted import find_doubted, find_doubted_in_english
from assistant.question.english import english_dates, is_english
from assistant.question.followup import LISTS, complete, last_exchange
from assistant.question.intent import (
    EXTREMES,
    LACKS,
    LEVELS,
    STANDINGS,
    Asked,
    is_limit,
    read_asked,
    single_intent,
)
from assistant.question.named_papers import find_titles
from assistant.question.named_units import HOLLOW, find_units, find_unknown_units
from assistant.question.phrases import Phrases
from assistant.question.pieces import find_pieces
from assistant.question.quantity import read_quantity
from assistant.question.references import References, find_references
from assistant.question.scope import Scope, find_namesakes, find_scope
from assistant.question.topic import (
    VERB,
    all_words,
    content_runs,
    find_concepts,
    names_as_typed,
    quoted_names,
    tell_apart,
)
from assistant.question.without import leave_out
from index_build.dates import DateHit, find_dates
from index_build.names import same_department
from index_build.words import normalise

IN_TITLE = 0.25
_YEAR = re.compile(r"(?<![\d〔\[（(第])((?:19|20)\d\d)(?=年|[^\d〕\]）)千元万家%件个]|$)")
_CLAIM = re.compile(
    r"(?:由|归|(?:责任|牵头|配合|负责)(?:单位|部门)(?:是|为|：|写成|写|叫)?)\s*[“\"'‘]?([\u4e00-\u9fff（）]{2,14}?)[”\"'’]?\s*"
    r"(?:来)?(?:牵头|负责|主管|配合|$|(?=[。，；！!,;]))"
)
_CLAIM_EN = re.compile(r"\b(?:is|are|was) led by [^.?!,;]*|\bthe lead (?:department )?is [^.?!,;]*")
# A unit that no document has, asked about by name: 是教育局牵头吗.
_DOUBTED = re.compile(
    r"(?:是不是|是|由|归)([\u4e00-\u9fff]{2,10}?(?:局|厅|委|办|法院|中心|公司|政府))(?:来)?(?:牵头|负责|管|配合|主管)[^，。]{0,4}(?:吗|[？?]|$|[，,]?(?:对不对|对吗|对吧|是吧|是吗|是不是|没错吧))"
)
_UNIT_END = re.compile(
    r"[局厅委办院部处会所站队社长]|书记|主任|中心|公司|政府|银行|海关|集团|街道|大学|学校|协会"
)
FEW_PAPERS = 3
_JOINED = re.compile(r"^[\s\x00、，,和与及跟同对比较vs/]*(?:以及|还有|and)?[\s\x00、，,]*$")


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
    plain, claimed = _without_orders(whole, phrases)
    how: dict[str, Any] = {signal: phrases.says(signal, plain) for signal in ("by_day", "export")}
    plain = phrases.cut(
        "export", phrases.cut("by_day", plain)
    ).strip()  # how to list is no part of what is asked
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
        question = replace(question, unknown_years=_unknown_years(plain, known, question.places))
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
    concepts = _beside_the_title(tell_apart(concepts, plain, phrases), known, scope)
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
        unknown_years=_unknown_years(plain, known, scope.places),
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
        sides=_sides(seen, known, phrases),
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
    units, scope = _of_joined_places(plain, units, scope, known)
    dates, days = _find_days(plain, english, _year_of(known, scope, units, before), scope, today)
    references = find_references(plain, scope.spans, numbered=bool(before and before.by_number))
    own_years = _own_years(plain, known, scope)
    taken = [*scope.spans, *((s, e) for s, e, _ in units), *days, *references.spans, *own_years]
    left = phrases.blank("in_section", phrases.blank("own_list", blanked(plain, taken)))
    names = [q for q in quoted_names(plain, phrases) if not overlaps(q[0], q[1], taken)]
    asking = blanked(plain, names)
    topical = _is_topical(left, phrases, english)

    def hollow() -> bool:
        return not _is_topical(_without_rows(left, phrases), phrases, english, known, scope)

    years = _years_of(known, scope.places) if scope.places else frozenset()
    called = references.spans
    asked = read_asked(
        asking, phrases, scope, units, dates, topical, doubted, hollow=hollow, own_years=years, numbers=called
    )
    if phrases.says("paper_asked", plain) and asked.intent is not Intent.DOCUMENTS:
        papers = _titled(phrases.blank("in_force", phrases.blank("paper", left)), known, phrases, scope)
        if papers:
            scope = replace(scope, documents=papers, places=tuple(known.policy(key).place for key in papers))
            asked = Asked(Intent.DOCUMENTS)
    if not units and not english:
        units = _unknown_units(plain, scope, phrases)
        if units:
            left = blanked(left, ((s, e) for s, e, _ in units))
            doubted = find_doubted(plain, units, phrases.called)
            asked = read_asked(asking, phrases, scope, units, dates, topical, doubted)
    if before and before.intent in LISTS and asked.intent is Intent.WHAT and hollow():
        left = _without_rows(left, phrases)  # 导出来, after a list: nothing new is asked
    if asked.level:  # 省级层面同样的事, of which the place is blanked out already
        left = blanked(left, (m.span() for signal in LEVELS for m in phrases.find_all(signal, plain)))
    left = _without_asking(left, asked, dates, phrases)
    day = next((d.last for d in dates if d.last and is_limit(d)), today) if asked.standing else today
    return _Seen(plain, asking, english, scope, tuple(units), tuple(dates), left, asked, references, day)


_AND = re.compile(r"[和与及跟、]|以及")


def _of_joined_places(plain: str, units: list[Unit], scope: Scope, known: Known) -> tuple[list[Unit], Scope]:
    """A县和B县水利局: the unit is that of both, and both are asked about."""
    for at, (start, end, name) in enumerate(units):
        front = place_at_front(name, known.places)
        before = next((p for _, e, p in scope.named if _AND.fullmatch(plain, e, start)), None)
        place = known.aliases.get(front, ())
        if not before or len(place) != 1 or len(name) < len(front) + 2:
            continue
        both = replace(
            scope,
            places=tuple(dict.fromkeys((*scope.places, *place))),
            named=tuple(sorted((*scope.named, (start, start + len(front), place[0])))),
        )
        return [*units[:at], (start, end, name.removeprefix(front)), *units[at + 1 :]], both
    return units, scope


ROWS = ("rows", "who_more", *LACKS, *STANDINGS, *EXTREMES, "due")


def _without_rows(left: str, phrases: Phrases) -> str:
    """The text without what only calls for rows of a list, and how these stand."""
    for signal in ROWS:
        left = phrases.blank(signal, left)
    return left


def _without_asking(left: str, asked: Asked, dates: Sequence[DateRange], phrases: Phrases) -> str:
    """What is left of the text without the words that only ask for a list, a count or a change."""
    if asked.mentioning:
        left = phrases.blank("mentions", left)
    if asked.intent in (Intent.DUE_LIST, Intent.DEPARTMENT_TASKS, Intent.COUNT):
        for day in dates:
            left = left.replace(day.raw, "\x00" * len(day.raw))
        left = _without_listing(_without_rows(left, phrases), phrases)
    if asked.intent is Intent.COUNT:
        for signal in LACKS:
            left = phrases.blank(signal, left)
    return phrases.blank("changes", left) if asked.intent is Intent.CHANGES else left


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


def _without_listing(left: str, phrases: Phrases) -> str:
    """The text without 负责哪些措施, but with the topic that may stand inside (负责哪条网上办税的措施)."""
    for match in phrases.find_all("tasks", left):
        told = [c.weight for c in find_concepts(match[0], phrases)]
        if not any(w > VERB or (w >= 0.5 and phrases.says("field", match[0])) for w in told):
            left = blanked(left, [match.span()])
    return left


def _is_topical(
    left: str, phrases: Phrases, english: bool, known: Known | None = None, scope: Scope | None = None
) -> bool:
    """Whether anything is left besides the asking: the assistant, a paper's number, what measures do not say; with
    `known` and `scope` also besides the words that call a paper by its title."""
    for signal in ("about", "paper", "in_force", "count_units", "whole", *LACKS):
        left = phrases.blank(signal, left)
    concepts = find_concepts(left, phrases, english=english)
    if known and scope:
        concepts = _beside_the_title(concepts, known, scope)
    return any(c.telling for c in concepts)


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


def _find_days(
    plain: str, english: bool, year: int | None, scope: Scope, today: dt.date | None
) -> tuple[list[DateRange], list[tuple[int, int]]]:
    """The days that the text names, and where those stand that are to be looked for among deadlines."""
    if english and (found := english_dates(plain, year)):
        return found, [(at, at + len(r.raw)) for r in found for at in [plain.find(r.raw)]]
    hits = find_dates(blanked(plain, scope.spans), year, today=today)
    hits = [
        h for h in hits if plain[max(0, h.start - 1) : h.start] not in ("几", "哪", "么", "何")
    ]  # 几月底前 asks
    if english:
        hits = [h for h in hits if _is_day(h)]
    ranges = [DateRange(h.first, h.last, h.raw) for h in hits if h.first or h.last]
    return ranges, [(h.start, h.end) for h in hits if _is_day(h)]


def _unknown_units(plain: str, scope: Scope, phrases: Phrases) -> list[Unit]:
    """Units that no document has, where the question is about one: 是教育局牵头吗, 教育局有哪些任务."""
    doubted = _DOUBTED.search(plain)
    if doubted and not HOLLOW.match(doubted[1]):
        return [(doubted.start(1), doubted.end(1), doubted[1])]
    if phrases.says("tasks", plain) and not phrases.says("asks_unit", plain):
        return find_unknown_units(plain, scope.spans, phrases)
    return []


def _without_orders(plain: str, phrases: Phrases) -> tuple[str, tuple[str, ...]]:
    """The text without orders to leave the sources, and the departments that it asserts on the way."""
    if not phrases.says("orders", plain):
        return plain, ()
    claimed: list[str] = []

    def note(match: re.Match[str]) -> str:
        if re.search(r"哪|谁|什么|何", match[0]) or not (
            _UNIT_END.search(match[0]) or match.lastindex is None
        ):
            return match[0]
        claimed.append(match[1] if match.lastindex else match[0])
        return "，"

    left = phrases.cut("orders", _CLAIM_EN.sub(note, _CLAIM.sub(note, plain)))
    return re.sub(r"[【】]", " ", left).strip(" ，。：:,;；\x00"), tuple(claimed)


def _is_day(hit: DateHit) -> bool:
    """Whether a date is one to look for among deadlines, no year and no “十四五” that a text speaks of."""
    return bool((hit.first or hit.last) and re.search(r"[月日号]|季度|半年|年底|年末|年内", hit.raw))


def _year_of(known: Known, scope: Scope, units: Sequence[Unit], before: Question | None) -> int | None:
    """The year of a date without one: that of the document, place or unit asked about, or of what was before."""
    places = scope.places or (before.places if before else ())
    years = [known.policy(key).year for key in scope.documents]
    years += [p.year for p in known.policies if p.place in places]
    if not years and units:
        rows = (
            row for row in known.departments if any(same_department(name, row.name) for *_, name in units)
        )
        years = [known.policy(key).year for key in {row.policy for row in rows}]
    dated = [y for y in years if y] or [p.year for p in known.policies if p.year]
    return max(dated, key=dated.count) if dated else None


def _unknown_years(plain: str, known: Known, places: Sequence[Path]) -> tuple[int, ...]:
    """Years of which no document of the places asked about is."""
    left = blanked(plain, ((s, e) for s, e, _ in doc_number(plain)))
    asked = {int(y) for y in _YEAR.findall(left)}
    have = _years_of(known, places)
    return tuple(sorted(y for y in asked if have and y not in have))


def _years_of(known: Known, places: Sequence[Path]) -> frozenset[int]:
    """The years of the papers of the places, of all without any."""
    return frozenset().union(*(years for path, years in known.years.items() if not places or path in places))


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


def _titled(left: str, known: Known, phrases: Phrases, scope: Scope) -> tuple[tuple[str, int], ...]:
    """The paper, or the few, in whose title every word of the text stands (能源三十条是谁发的)."""
    words = [normalise(c.words) for c in find_concepts(left, phrases) if c.telling]
    found = [
        p
        for p in known.policies
        if words
        and (not scope.documents or p.key in scope.documents)
        and (not scope.places or p.place in scope.places)
        and all(w in normalise(p.title) for w in words)
    ]
    return tuple(p.key for p in found) if len(found) <= FEW_PAPERS else ()


def _own_years(plain: str, known: Known, scope: Scope) -> list[tuple[int, int]]:
    """Where the year of a paper of the place is named: 2022年 says which paper is meant, nothing of the topic."""
    have = {year for path in scope.places for year in known.years.get(path, ())}
    return [
        m.span()
        for m in re.finditer(r"(?<![\d〔（(])(?:19|20)\d\d年(?!底|末|前|内|以|之|[上下]半|\d)", plain)
        if int(m[0][:4]) in have
    ]


def _beside_the_title(concepts: tuple[Concept, ...], known: Known, scope: Scope) -> tuple[Concept, ...]:
    """Words that only call the paper by its title count less than what is asked of it."""
    titles = [normalise(known.policy(key).title) for key in scope.documents]
    if not titles:
        return concepts
    return tuple(
        replace(c, weight=c.weight * IN_TITLE) if any(c.words in title for title in titles) else c
        for c in concepts
    )


def _sides(seen: _Seen, known: Known, phrases: Phrases) -> tuple[Side, ...]:
    """For a comparison: what is asked of each place.  Words before the first place, and all words where the places
    stand together, hold for every side; words between two places for the one before them."""
    plain, scope, units, english = seen.plain, seen.scope, seen.units, seen.english
    if seen.asked.intent is not Intent.COMPARE or len(scope.named) < 2:
        return ()
    hidden = blanked(plain, [*scope.spans, *((s, e) for s, e, _ in units)])
    groups: list[list[int]] = [[0]]
    for at in range(1, len(scope.named)):
        gap = hidden[scope.named[at - 1][1] : scope.named[at][0]]
        if _JOINED.match(gap):
            groups[-1].append(at)
        else:
            groups.append([at])
    shared = hidden[: scope.named[0][0]]
    sides: dict[Path, Side] = {}
    for at, group in enumerate(groups):
        end = scope.named[groups[at + 1][0]][0] if at + 1 < len(groups) else len(hidden)
        own = hidden[scope.named[group[-1]][1] : end]
        words = shared + "\x00" + own if len(groups) > 1 else hidden
        concepts = find_concepts(words, phrases, english=english)
        if not any(c.telling for c in concepts):
            concepts = find_concepts(hidden, phrases, english=english)
        concepts = _beside_the_title(concepts, known, scope)
        for i, member in enumerate(group):
            start, _, path = scope.named[member]
            stop = scope.named[group[i + 1]][0] if i + 1 < len(group) else end
            mine = tuple(name for s, _, name in units if start <= s < stop)
            sides.setdefault(
                path, Side(path, concepts, mine, () if english else content_runs(words, phrases))
            )
    return tuple(sides.values())
