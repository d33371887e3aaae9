"""How far an entry holds the concepts of a question: each in its body, its headings or its title, whole, in pieces,
shortened or mistyped; and which of them stand together.  Shares are 0 to 1, weights those of rarity.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.characters import all_han, pairs, sounds_alike
from assistant.model import Concept, Entry
from index_build.words import normalise, words

# What a concept is worth that stands only in the headings or in the paper's title; no weight of the lexicon comes to
# these, so that they tell where it stands.
SECTION, TITLE = 0.799, 0.499
PARTIAL = 0.75  # what a concept is worth of which only some pairs of characters are there
_RUN = re.compile(r"[a-z0-9.]+|[^a-z0-9.]+")
WINDOW = 90  # characters within which concepts stand together
MISTYPED = 0.9  # what a word is worth that differs in one character of the same sound
ACROSS = 0.45  # what a word of two characters is worth that only stands across two words (监测评价 has 测评)
CUT = 0.85  # and one of which a character stands alone
LOOSELY = 0.6  # what a part of a term in quotation marks is worth, which is meant word for word
MAIN = 0.5  # weight of a main word, as a part of the weightiest
FULLY = 0.9  # what an entry has to have of the main words that no title has
NAMED = 0.9  # what a word of the title is worth then
SHORTENED = 0.75  # what a word is worth whose characters stand in order in a longer one (质保金, 质量保证金)
SHORTENED_LONG = 0.9  # and one of many characters (轻微违法不罚, 轻微违法不予处罚)
# A word of so many characters, and what it is worth without its last or first (龙舟赛, 查两癌).
STEMMED, STEM = 3, 0.55
LONG, LONGEST = 5, 9  # characters of such a word
AT_FRONT = 0.7  # what a concept is worth there that stands in the first words only
OPENING = 26  # characters of such first words


@dataclass(frozen=True, slots=True)
class Weighed:
    """A concept with its rarity in this index; `forms` are its words and their other words, with weights."""

    concept: Concept
    weight: float
    forms: tuple[tuple[str, float], ...]
    seen: bool

    @property
    def words(self) -> str:
        return self.forms[0][0]


@dataclass(frozen=True, slots=True)
class Read:
    """An entry as the ranking reads it: all of it `flat`; the body with its plan, the section with all its headings."""

    body: str
    section: str
    title: str
    words: str  # the body's words, spaced: 测评 is none of 监测 评价


def as_read(entry: Entry) -> Read:
    """Kept by the searcher: made once for each entry that any search looks at."""
    body = flat(entry.text + (entry.plan or ""))
    spaced = f" {' '.join(words(body))} "
    return Read(body, flat("\n".join(entry.section)), flat(entry.policy.title), spaced)


@lru_cache(maxsize=4096)
def flat(text: str) -> str:
    """Normalised and without white space, as texts are compared."""
    return "".join(normalise(text).split())


def mend(weighed: tuple[Weighed, ...], near: Sequence[Read]) -> tuple[Weighed, ...]:
    """Short words that no document has, with the printed words near them that only differ in one character of the
    same sound (工商注消 for 工商注销), and nouns with the names that they shorten (公厕, 公共厕所)."""
    mended = []
    for item in weighed:
        word = item.forms[0][0]
        if not item.seen and 2 <= len(word) <= 4 and all_han(word):
            alone = len(item.forms) == 1
            others = {(w, MISTYPED) for w in _one_off(word, near) if alone and sounds_alike(w, word)}
            if len(word) == 2 and item.concept.weight >= 1.0:
                others |= {(w, SHORTENED) for w in _long_forms(word, near)}
            item = replace(item, forms=(*item.forms, *sorted(others)))
        mended.append(item)
    return tuple(mended)


def _long_forms(word: str, near: Sequence[Read]) -> set[str]:
    """Printed names of two words, or of one, that open with the characters of the short word in their order."""
    first, last = map(re.escape, word)
    pattern = re.compile(rf" ({first}\S{{1,2}}) ?({last}\S{{1,2}}) ")
    return {m[1] + m[2] for read in near for m in pattern.finditer(read.words)}


def _one_off(word: str, near: Sequence[Read]) -> set[str]:
    """Printed stretches that differ from a word in one character, as long as it.  Looked for by the longer part before
    or behind that character: a pattern for each word would take longer to compile than this takes."""
    size, found = len(word), set()
    for read in near:
        text = f"{read.section}\n{read.body}"
        for at in range(size):
            before, after = word[:at], word[at + 1 :]
            part, shift = (before, 0) if len(before) >= len(after) else (after, at + 1)
            place = text.find(part, shift)
            while place >= 0:
                there = text[place - shift : place - shift + size]
                if there[:at] == before and there[at + 1 :] == after and all_han(there):
                    found.add(there)
                place = text.find(part, place + 1)
    return found


def covered(read: Read, weighed: Sequence[Weighed]) -> tuple[tuple[float, ...], float]:
    """How far the entry holds each concept, and the weight of those that stand together in its best window."""
    body, section, title = read.body, read.section, read.title
    held: list[float] = []
    places: list[tuple[int, int, float]] = []  # position, concept, weight
    for at, item in enumerate(weighed):
        best, typed = 0.0, item.forms[0][0]
        for form, weight in item.forms:
            whole = form != typed
            if whole and form not in body and form not in section and form not in title and "&" not in form:
                continue  # most words of the lexicon, told without reading the entry any closer
            value, positions = match(form, read, whole=whole)
            if value < SHORTENED_LONG and item.concept.weight > 1.0:
                value *= LOOSELY  # a term in quotation marks is meant word for word
            if value * weight > best:
                best = value * weight
            if positions:
                share = item.weight * value * weight
                places += [(position, at, share) for position in positions]
        held.append(best)
    return _with_title(held, read, weighed), _nearest(places)


def _with_title(held: list[float], read: Read, weighed: Sequence[Weighed]) -> tuple[float, ...]:
    """Words of the paper's title say which paper is meant where the body has a main word of what is asked of it: they
    are then as good as had (宣传周的小结几号交, in the letter that announces it)."""
    if TITLE not in held:
        return tuple(held)
    main = max((w.weight for w in weighed), default=0.0) * MAIN
    rest = [(w, value) for w, value in zip(weighed, held, strict=True) if w.weight >= main and value != TITLE]
    if not any(w.words not in read.title for w, _ in rest) or any(value < FULLY for _, value in rest):
        return tuple(held)
    return tuple(NAMED if value == TITLE else value for value in held)


def opening(read: Read, weighed: Sequence[Weighed]) -> float:
    """The weight of the concepts that the headings or the first words have."""
    first, section, found = read.body[:OPENING], read.section, 0.0
    for item in weighed:
        best = 0.0
        for form, weight in item.forms:
            if form in section:
                best = max(best, weight)
            elif form in first:
                best = max(best, weight * AT_FRONT)
        found += item.weight * best
    return found


def repeated(read: Read, runs: Sequence[str]) -> float:
    """How much of the typed stretches the entry repeats word for word, in its body or nearest heading, 0 to 1:
    only pieces of four characters and more count, the longer the more."""
    size = sum(map(len, runs)) - len(runs)
    if size <= 2:
        return 0.0
    kept = 0
    text = f"{read.body}\n{read.section}"
    for run in runs:
        for pair in _every_other_pair(run):
            if pair in text:
                kept += _repeated_pairs(run, text)
                break
    return min(1.0, kept / size)


@lru_cache(maxsize=4096)
def _every_other_pair(run: str) -> tuple[str, ...]:
    """Pairs of which every piece of four characters has one: where a text has none of them, it repeats no piece."""
    return tuple(run[at : at + 2] for at in range(0, len(run) - 1, 2))


def _repeated_pairs(run: str, text: str) -> int:
    """How many pairs of characters the repeated pieces of a stretch have."""
    kept = length = 0
    for at in range(len(run) - 1):
        there = run[at : at + 2] in text
        if there and (length == 0 or run[at - length : at + 2] in text):
            length += 1
            continue
        kept += length if length >= 3 else 0
        length = 1 if there else 0
    return kept + length if length >= 3 else kept


@lru_cache(maxsize=4096)
def _abbreviation(form: str) -> re.Pattern[str] | None:
    """Characters of a word in order, each with a few others after it: 质保金 in 质量保证金."""
    if not 3 <= len(form) <= LONGEST or not all_han(form):
        return None
    return re.compile(".{0,2}?".join(form))


def _shortened(form: str, text: str) -> int:
    """Where a word stands with a few other Chinese characters after each of its own; -1 where nowhere.  Whether they
    are Chinese is asked of what was found: a class of all of them takes long to compile for every word asked."""
    pattern = _abbreviation(form)
    found = pattern.search(text) if pattern else None
    while found and not all_han(found[0]):
        found = found.re.search(text, found.start() + 1)
    return found.start() if found else -1


@lru_cache(maxsize=4096)
def _pieces(form: str) -> tuple[str, ...]:
    """Pairs of neighbouring characters; a number or a Latin word is one piece (12345热线)."""
    pieces: list[str] = []
    for run in _RUN.findall(form):
        whole = len(run) == 1 or run[0].isascii()
        pieces += [run] if whole else pairs(run)
    return tuple(pieces) or (form,)


def match(form: str, read: Read, *, whole: bool = False) -> tuple[float, list[int]]:
    """How far an entry has a form, 0 to 1, and where in its body.  供水&供气&供热 is had as far as its parts are.
    A word that the lexicon supplies has to stand there `whole`; what was typed may be cut or shortened."""
    if "&" in form:
        each = [match(part, read, whole=True) for part in form.split("&")]
        share = sum(value for value, _ in each) / len(each)
        return (share, [at for _, places in each for at in places[:1]]) if share >= 0.5 else (0.0, [])
    at = read.body.find(form)
    if at >= 0:
        positions = [at]
        while (at := read.body.find(form, at + 1)) >= 0 and len(positions) < 12:
            positions.append(at)
        if len(form) == 2 and form not in read.words:
            return _across(form, read), positions
        return 1.0, positions
    if form in read.section:
        return SECTION, []
    if form in read.title:
        return TITLE, []
    if whole or len(form) < 3:
        return 0.0, []
    shortened = _shortened(form, read.body)
    if shortened >= 0 and len(form) >= LONG:
        return SHORTENED_LONG, [shortened]
    if shortened < 0 and form[0] in read.title and _shortened(form, read.title) >= 0:
        return TITLE, []
    pairs = _pieces(form)
    there = [read.body.find(pair) for pair in pairs]
    share = (len(pairs) - there.count(-1)) / len(pairs)
    if share < 0.5:
        if shortened >= 0:
            return SHORTENED, [shortened]
        heading = sum([pair in read.section for pair in pairs]) / len(pairs)
        return (SECTION * PARTIAL * heading, []) if heading >= 0.6 else (0.0, [])
    if shortened >= 0 and PARTIAL * share < SHORTENED:
        return SHORTENED, [shortened]
    value = PARTIAL * share
    if len(form) == STEMMED and (f" {form[:-1]} " in read.words or f" {form[1:]} " in read.words):
        value = max(value, STEM)
    return value, [p for p in there if p >= 0][:2]


def _across(form: str, read: Read) -> float:
    """What a word of two characters is worth that stands across two words, one of which may be a character alone: then
    the words were cut apart wrongly (助 餐点 has 助餐)."""
    first, last = form[0], form[1]
    alone = f" {first} {last}" in read.words or f"{first} {last} " in read.words
    return CUT if alone else ACROSS


def _nearest(places: list[tuple[int, int, float]]) -> float:
    """The largest sum of concept weights within WINDOW characters, each concept once."""
    places.sort()
    best, first = 0.0, 0
    for last in range(1, len(places) + 1):
        following = places[last][0] if last < len(places) else None
        if following is not None and following - places[first][0] <= WINDOW:
            continue  # the window goes on, and has no less then
        by_concept: dict[int, float] = {}
        for _, concept, weight in places[first:last]:
            by_concept[concept] = max(by_concept.get(concept, 0.0), weight)
        best = max(best, sum(by_concept.values()))
        while following is not None and following - places[first][0] > WINDOW:
            first += 1
    return best
