"""Question → `Hit`s: the entries that can answer it, best first, each with how much of the question it covers.

Words find candidates (BM25 over the places and documents asked about); then each candidate is read against the
question's concepts: which of them it holds, how near each other, in its body or only in its headings.  The share
of the question that the best entry covers, by weight of rarity, is what decides whether there is an answer at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import mul

from assistant.characters import all_han, sounds_alike
from assistant.model import Concept, Entry, Hit, Intent, Question
from assistant.settings import AskSettings
from assistant.topic import VERB, WEAK
from index_build.errors import IndexFault, ModelError
from index_build.model import Measure, Role
from index_build.names import same_department
from index_build.store import Index
from index_build.words import index_terms, normalise, words

PolicyKey = tuple[str, int]

SECTION, TITLE = 0.8, 0.5  # what a concept is worth that stands only in the headings or in the paper's title
PARTIAL = 0.75  # what a concept is worth of which only some pairs of characters are there
SAID = 400  # characters of an earlier answer that are looked at
_CLAUSE = re.compile(r"[\u4e00-\u9fff\w%“”]+")
_PERIOD = re.compile("十[一二三四五六七八九]五")
_RUN = re.compile(r"[a-z0-9.]+|[^a-z0-9.]+")
_DAYS = re.compile(r"([\u4e00-\u9fff]{0,2})(\d{1,3})天(?:内)?")
_UNIT_NAME = re.compile(r"(?:局|厅|委|办|公司|法院|中心|部门|单位|政府|支队|银行|海关)$")
KEPT = 20_000  # entries kept as read
WINDOW = 90  # characters within which concepts stand together
UNSEEN = 0.7  # rarity, as a part of the highest, of a noun that no document has
UNSEEN_OTHER = 0.5  # and of a verb or an adverb, which is more often a way of speaking
FEW = (
    3  # entries with a pair of characters up to which it may stand across two words only (开通|电子 has 通电)
)
MEANT = 0.5  # weight from which an official word is surely meant
SAME_LENGTH = 0.9  # what 30日 is worth for 30天
TURNED = 0.95  # what a word of four characters is worth that stands with its halves changed round
MISTYPED = 0.9  # what a word is worth that differs in one character of the same sound
LOOKED_AT = 20  # entries in which a mistyped word is looked for
ACROSS = 0.45  # what a word of two characters is worth that only stands across two words (监测评价 has 测评)
LOOSELY = 0.6
SHORTENED = 0.75  # what a word is worth whose characters stand in order in a longer one (质保金, 质量保证金)
SHORTENED_LONG = 0.9  # and one of many characters (轻微违法不罚, 轻微违法不予处罚)
LONG, LONGEST = 5, 9  # characters of such a word
# What the ranking is made of: covered weight, weight standing together, word-for-word stretches, BM25, and the weight
# that headings and the first words of the body have, which say what an entry is about.
MIX = (0.40, 0.20, 0.15, 0.25, 0.10)
AT_FRONT = 0.7  # what a concept is worth there that stands in the first words only
OPENING = 26  # characters of such first words
QUOTED = 0.3  # and, for a question with no topic of its own, what the answer before it quoted


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
    """An entry as the ranking reads it."""

    body: str
    section: str
    title: str
    words: str  # the body's words, spaced: 测评 is none of 监测 评价


@dataclass(frozen=True)
class Found:
    """Hits with what they cover; `coverage` and `held` (what the entry has of each concept, 0 to 1) run parallel to
    `hits`; `missing` are words that no document has."""

    hits: tuple[Hit, ...]
    coverage: tuple[float, ...]
    held: tuple[tuple[float, ...], ...]
    weighed: tuple[Weighed, ...]
    missing: tuple[str, ...]


class Searcher:
    """Retrieval over one generation of an index; keeps rarities and read entries for the next question."""

    def __init__(self, index: Index, settings: AskSettings) -> None:
        self._index = index
        self._settings = settings
        self._entries: dict[str, tuple[Entry, Read]] = {}
        self._rarity: dict[str, float] = {}
        self._total = max(1, len(index.lexical))
        self.degraded: str | None = None  # why the last search went without its vectors

    def rarity(self, term: str) -> float:
        """Inverse document frequency of a word or, where it is none of the index's words, of its rarest pair."""
        known = self._rarity.get(term)
        if known is None:
            known = self._rarity[term] = self._measure_rarity(term)
        return known

    def _idf(self, count: int) -> float:
        return math.log(1 + (self._total - count + 0.5) / (count + 0.5))

    def _measure_rarity(self, term: str) -> float:
        frequency = self._index.lexical.document_frequency
        if "&" in term:
            return max((self.rarity(part) for part in term.split("&")), default=0.0)
        plain = normalise(term)
        whole = frequency(plain)
        counts = {t: whole if t == plain else frequency(t) for t in dict.fromkeys(index_terms(term))}
        if not whole and not (counts and min(counts.values()) > 0):
            return 0.0
        rarest = plain if whole else min(counts, key=lambda t: counts[t])
        count = whole or counts[rarest]
        return self._idf(count) if count > FEW or self._is_printed(plain, rarest) else 0.0

    def _is_printed(self, word: str, term: str) -> bool:
        """Whether one of the few entries with `term` has the word itself, not its characters across two words."""
        if not all_han(word):
            return True
        few = [entry for entry, _ in self._index.lexical.search({term: 1.0}, limit=2 * FEW)]
        return any(
            f" {word} " in read.words
            or word in read.section
            or word in read.title
            or (len(word) > 2 and word in read.body)
            for _, read in self._read(few)
        )

    def weigh(self, concepts: Iterable[Concept]) -> tuple[Weighed, ...]:
        top = self._idf(1)
        found = []
        for concept in concepts:
            forms = ((normalise(concept.words), 1.0), *((normalise(w), v) for w, v in concept.others))
            forms += tuple((other, SAME_LENGTH) for other in _same_length(forms[0][0]))
            turned = self._turned(forms[0][0])
            if turned and all(turned != form for form, _ in forms):
                forms = (*forms, (turned, TURNED))
            rarity = self._rarity_of(concept)
            seen = rarity > 0
            if not seen:
                rarity = top * (
                    UNSEEN if concept.weight > VERB else UNSEEN_OTHER if concept.weight > WEAK else 0.0
                )
            found.append(Weighed(concept, concept.weight * rarity, forms, seen))
        return tuple(found)

    def _turned(self, word: str) -> str:
        """开办企业 as 企业开办, where the index has it so; else empty."""
        if len(word) != 4 or not all_han(word) or words(word) not in ([word], [word[:2], word[2:]]):
            return ""
        turned = word[2:] + word[:2]
        return turned if self.rarity(turned) > 0 and self._index.lexical.document_frequency(turned) else ""

    def _rarity_of(self, concept: Concept) -> float:
        """That of the typed words, but an everyday word is no rarer than the official words that it stands for."""
        own = self.rarity(concept.words)
        official = max((self.rarity(w) for w, v in concept.others if v >= MEANT), default=0.0)
        if own and official:
            return min(own, official)
        return max([own, *(self.rarity(w) * v for w, v in concept.others)])

    def search(
        self, question: Question, policies: Collection[PolicyKey] | None, *, preferred: str | None = None
    ) -> Found:
        """The entries of `policies` (None: all) for the question's concepts, best first."""
        weighed = self.weigh(question.concepts)
        terms = _search_terms(weighed)
        limit = self._settings.candidates
        ranked = self._index.lexical.search(terms, policies=policies, limit=limit) if terms else []
        word_rank = {entry: at for at, (entry, _) in enumerate(ranked, 1)}
        vector_rank = self._by_vectors(question, policies, limit)
        ids = list(dict.fromkeys([*word_rank, *vector_rank, *([preferred] if preferred else [])]))
        top = ranked[0][1] if ranked else 1.0
        scores = {entry: score / top for entry, score in ranked}
        total = sum(w.weight for w in weighed) or 1.0
        runs = tuple(flat(run) for run in question.runs)
        said = _said_before(question)
        rows: list[tuple[Hit, float, tuple[float, ...]]] = []
        entries = self._read(ids)
        weighed = _mended(weighed, [read for _, read in entries[:LOOKED_AT]])
        weights = [w.weight for w in weighed]
        for entry, read in entries:
            held, near = _coverage(read, weighed)
            coverage = sum(map(mul, weights, held)) / total
            about = _opening(read, weighed) / total
            features = (coverage, near / total, _repeated(read, runs), scores.get(entry.id, 0.0), about)
            score = sum(map(mul, MIX, features))
            if vector_rank and self._settings.vector_weight:
                score += self._settings.vector_weight / (60 + vector_rank.get(entry.id, 10_000)) * 60
            score += QUOTED * _repeated(read, said) if said else 0.0
            factor, reasons = _fit(question, entry, preferred)
            rows.append(
                (
                    Hit(entry, score * factor, word_rank.get(entry.id), vector_rank.get(entry.id), reasons),
                    coverage,
                    held,
                )
            )
        rows.sort(key=lambda row: (-row[0].score, row[0].entry.id))
        return Found(
            hits=tuple(hit for hit, _, _ in rows),
            coverage=tuple(share for _, share, _ in rows),
            held=tuple(held for _, _, held in rows),
            weighed=weighed,
            missing=tuple(w.concept.words for w in weighed if not w.seen),
        )

    def _by_vectors(
        self, question: Question, policies: Collection[PolicyKey] | None, limit: int
    ) -> dict[str, int]:
        if not self._settings.vector_weight:
            return {}
        try:
            found = self._index.vectors.search(question.text, policies=policies, limit=limit)
        except (IndexFault, ModelError) as error:  # vectors only ever help: words answer without them
            self.degraded = str(error)
            return {}
        self.degraded = None
        return {entry: at for at, (entry, _) in enumerate(found, 1)}

    def _read(self, ids: Sequence[str]) -> list[tuple[Entry, Read]]:
        kept = self._entries  # another thread may put a new dict in its place: this one stays whole
        found = {i: kept[i] for i in ids if i in kept}
        wanted = [i for i in ids if i not in found]
        if wanted:
            fresh = {entry.id: (entry, _as_read(entry)) for entry in self._index.catalog.entries(wanted)}
            found.update(fresh)
            if len(kept) + len(fresh) > KEPT:
                self._entries = fresh
            else:
                kept.update(fresh)
        return [found[i] for i in ids if i in found]

    def entries(self, ids: Sequence[str]) -> list[Entry]:
        return [entry for entry, _ in self._read(ids)]


def _as_read(entry: Entry) -> Read:
    plan = entry.plan if isinstance(entry, Measure) and entry.plan else ""
    body = flat(entry.text + plan)
    spaced = f" {' '.join(words(body))} "
    return Read(body, flat("\n".join(entry.section)), flat(entry.policy.title), spaced)


@lru_cache(maxsize=4096)
def flat(text: str) -> str:
    return "".join(normalise(text).split())


def _said_before(question: Question) -> tuple[str, ...]:
    """What the answer before said, where this question only goes on about it (责任单位呢)."""
    if "topic" not in question.carried or "place" not in question.carried:
        return ()
    if any(not c.carried for c in question.concepts):
        return ()
    pieces = (piece for text in question.previous for piece in _CLAUSE.findall(text[:SAID]))
    return tuple(flat(piece) for piece in pieces if len(piece) > 5 and not _UNIT_NAME.search(piece))


def _same_length(word: str) -> tuple[str, ...]:
    """30天 as papers print it."""
    days = _DAYS.fullmatch(word)
    return tuple(days[1] + days[2] + unit for unit in ("日", "个工作日", "个自然日")) if days else ()


def _search_terms(weighed: Iterable[Weighed]) -> Mapping[str, float]:
    """Words and pairs for the word index; an other word counts by its weight, a carried one by the concept's."""
    terms: dict[str, float] = {}
    for item in weighed:
        for form, weight in item.forms:
            for term in index_terms(form):
                value = item.concept.weight * weight
                terms[term] = max(terms.get(term, 0.0), value)
    return terms


def _mended(weighed: tuple[Weighed, ...], near: Sequence[Read]) -> tuple[Weighed, ...]:
    """Short words that no document has, with the printed words near them that only differ in one character of the
    same sound (工商注消 for 工商注销)."""
    mended = []
    for item in weighed:
        word = item.forms[0][0]
        if not item.seen and len(item.forms) == 1 and 2 <= len(word) <= 4 and all_han(word):
            others = {w for w in _one_off(word, near) if sounds_alike(w, word)}
            item = replace(item, forms=(*item.forms, *((w, MISTYPED) for w in sorted(others))))
        mended.append(item)
    return tuple(mended)


def _one_off(word: str, near: Sequence[Read]) -> set[str]:
    """Printed stretches that differ from a word in one character, as long as it."""
    ways = (re.escape(word[:at]) + r"[\u4e00-\u9fff]" + re.escape(word[at + 1 :]) for at in range(len(word)))
    pattern = re.compile("|".join(ways))
    return {m[0] for read in near for m in pattern.finditer(f"{read.section}\n{read.body}")}


def _coverage(read: Read, weighed: Sequence[Weighed]) -> tuple[tuple[float, ...], float]:
    """How far the entry holds each concept, and the weight of those that stand together in its best window."""
    held: list[float] = []
    places: list[tuple[int, int, float]] = []  # position, concept, weight
    for at, item in enumerate(weighed):
        best, typed = 0.0, item.forms[0][0]
        for form, weight in item.forms:
            whole = form != typed
            if whole and form not in read.body and not _is_elsewhere(form, read):
                continue  # most words of the lexicon, told without reading the entry any closer
            value, positions = _match(form, read, whole=whole)
            if value < SHORTENED_LONG and item.concept.weight > 1.0:
                value *= LOOSELY  # a term in quotation marks is meant word for word
            if value * weight > best:
                best = value * weight
            places.extend((position, at, item.weight * value * weight) for position in positions)
        held.append(best)
    return tuple(held), _nearest(places)


def _is_elsewhere(form: str, read: Read) -> bool:
    """Whether a form may still be had that does not stand in the body: in a heading, or by its parts."""
    return form in read.section or form in read.title or "&" in form


def _opening(read: Read, weighed: Sequence[Weighed]) -> float:
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


def _repeated(read: Read, runs: Sequence[str]) -> float:
    """How much of the typed stretches the entry repeats word for word, in its body or nearest heading, 0 to 1:
    only pieces of four characters and more count, the longer the more."""
    size = sum(len(run) - 1 for run in runs)
    if size <= 2:
        return 0.0
    kept = 0
    text = read.body + "\n" + read.section
    for run in runs:
        length = 0
        for at in range(len(run) - 1):
            if run[at : at + 2] in text and (length == 0 or run[at - length : at + 2] in text):
                length += 1
                continue
            kept += length if length >= 3 else 0
            length = 1 if run[at : at + 2] in text else 0
        kept += length if length >= 3 else 0
    return min(1.0, kept / size)


@lru_cache(maxsize=4096)
def _abbreviation(form: str) -> re.Pattern[str] | None:
    """Characters of a word in order, each with a few others after it: 质保金 in 质量保证金."""
    if not 3 <= len(form) <= LONGEST or not all_han(form):
        return None
    return re.compile("[\u4e00-\u9fff]{0,2}".join(map(re.escape, form)))


@lru_cache(maxsize=4096)
def _pieces(form: str) -> tuple[str, ...]:
    """Pairs of neighbouring characters; a number or a Latin word is one piece (12345热线)."""
    pieces: list[str] = []
    for run in _RUN.findall(form):
        whole = len(run) == 1 or run[0].isascii()
        pieces += [run] if whole else [run[i : i + 2] for i in range(len(run) - 1)]
    return tuple(pieces) or (form,)


def _match(form: str, read: Read, *, whole: bool = False) -> tuple[float, list[int]]:
    """How far an entry has a form, 0 to 1, and where in its body.  供水&供气&供热 is had as far as its parts are.
    A word that the lexicon supplies has to stand there `whole`; what was typed may be cut or shortened."""
    if "&" in form:
        each = [_match(part, read, whole=True) for part in form.split("&")]
        share = sum(value for value, _ in each) / len(each)
        return (share, [at for _, places in each for at in places[:1]]) if share >= 0.5 else (0.0, [])
    at = read.body.find(form)
    if at >= 0:
        positions = [at]
        while (at := read.body.find(form, at + 1)) >= 0 and len(positions) < 12:
            positions.append(at)
        return (1.0 if len(form) > 2 or form in read.words else ACROSS), positions
    if form in read.section:
        return SECTION, []
    if form in read.title:
        return TITLE, []
    if whole or len(form) < 3:
        return 0.0, []
    pattern = _abbreviation(form)
    shortened = pattern.search(read.body) if pattern else None
    if shortened and len(form) >= LONG:
        return SHORTENED_LONG, [shortened.start()]
    pairs = _pieces(form)
    there = [read.body.find(pair) for pair in pairs]
    share = sum(p >= 0 for p in there) / len(pairs)
    if share < 0.5:
        if shortened:
            return SHORTENED, [shortened.start()]
        heading = sum(pair in read.section for pair in pairs) / len(pairs)
        return (SECTION * PARTIAL * heading, []) if heading >= 0.6 else (0.0, [])
    return PARTIAL * share, [p for p in there if p >= 0][:2]


def _nearest(places: list[tuple[int, int, float]]) -> float:
    """The largest sum of concept weights within WINDOW characters, each concept once."""
    places.sort()
    best, first = 0.0, 0
    for last in range(len(places)):
        while places[last][0] - places[first][0] > WINDOW:
            first += 1
        by_concept: dict[int, float] = {}
        for _, concept, weight in places[first : last + 1]:
            by_concept[concept] = max(by_concept.get(concept, 0.0), weight)
        best = max(best, sum(by_concept.values()))
    return best


WHO_OR_WHEN = frozenset({Intent.WHO, Intent.WHO_LEAD, Intent.WHO_RESPONSIBLE, Intent.WHEN, Intent.WHO_WHEN})
Fit = Callable[[Question, Entry], tuple[float, str] | None]


def _measure_over_passage(question: Question, entry: Entry) -> tuple[float, str] | None:
    asked = question.aspect or question.intent
    if isinstance(entry, Measure):
        names = bool(entry.mentions) or bool(entry.deadlines)
        return (1.08 if asked in WHO_OR_WHEN and names else 1.0), "measure"
    return (0.85 if asked in WHO_OR_WHEN else 0.95), "passage"


def _named_number(question: Question, entry: Entry) -> tuple[float, str] | None:
    if not question.numbers or entry.number is None:
        return None
    if entry.number in question.numbers or _bare_number(entry.number) in question.numbers:
        return (1.6 if "topic" in question.carried else 3.0), "number"
    return None


def _bare_number(number: str) -> str:
    """第四条 and （四） are asked for in the same words."""
    return f"（{number.strip('第条（）')}）"


def _named_unit(question: Question, entry: Entry) -> tuple[float, str] | None:
    if not question.departments:
        return None
    if any(same_department(d, name) for d in question.departments for name in entry.policy.issuers):
        return 1.25, "issuer"
    names = [m.name for m in entry.mentions] if isinstance(entry, Measure) else []
    if question.doubt == "lead" and isinstance(entry, Measure):
        leads = [m.name for m in entry.mentions if m.role is Role.LEAD]
        if any(same_department(d, name) for d in question.departments for name in leads):
            return 1.3, "lead"
    if any(same_department(d, name) for d in question.departments for name in names):
        return 1.12, "unit"
    return None


def _named_day(question: Question, entry: Entry) -> tuple[float, str] | None:
    if not isinstance(entry, Measure) or not question.dates:
        return None
    days = {d.date for d in entry.deadlines}
    return (1.1, "day") if any(r.last in days for r in question.dates if r.last) else None


def _named_period(question: Question, entry: Entry) -> tuple[float, str] | None:
    """十四五末: a paper or a measure that speaks of the same five years."""
    period = _PERIOD.search(question.text)
    if not period:
        return None
    if period[0] in entry.policy.title:
        return 1.15, "period"
    return (1.1, "period") if period[0] in entry.text else None


def _named_document(question: Question, entry: Entry) -> tuple[float, str] | None:
    if (entry.policy.doc, entry.policy.ordinal) in question.documents:
        return 1.2, "document"
    return None


def _only_a_title(question: Question, entry: Entry) -> tuple[float, str] | None:
    """A passage that only prints the paper's title says nothing about its measures."""
    if isinstance(entry, Measure):
        return None
    title, text = flat(entry.policy.title), flat(entry.text)
    if len(text) < len(title) * 1.6 + 16 and (text in title or title[-12:] in text):
        return 0.6, "title"
    return None


FITS: tuple[Fit, ...] = (
    _only_a_title,
    _measure_over_passage,
    _named_number,
    _named_unit,
    _named_day,
    _named_period,
    _named_document,
)


def _fit(question: Question, entry: Entry, preferred: str | None) -> tuple[float, tuple[str, ...]]:
    """What besides the words speaks for an entry: a factor and its reasons."""
    factor, reasons = 1.0, []
    for fit in FITS:
        found = fit(question, entry)
        if found:
            factor *= found[0]
            reasons.append(found[1])
    if preferred and entry.id == preferred:
        factor *= 1.15
        reasons.append("earlier turn")
    return factor, tuple(reasons)


__all__ = ["Found", "Searcher", "Weighed"]
