"""Question → `Hit`s: the entries that can answer it, best first, each with how much of the question it covers.

Words find candidates (BM25 over the places and documents asked about); then each candidate is read against the
question's concepts (`matching`): which of them it holds, how near each other, in its body or only in its headings;
and what else speaks for it is weighed in (`fits`).  The share of the question that the best entry covers, by weight
of rarity, is what decides whether there is an answer at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from assistant.characters import all_han
from assistant.fits import fit_of, fits_of
from assistant.known import Path, PolicyKey
from assistant.matching import Read, Weighed, as_read, covered, flat, mend, opening, repeated
from assistant.model import Concept, Entry, Hit, Question
from assistant.question.topic import VERB, WEAK
from assistant.settings import AskSettings
from index_build.errors import IndexFault, ModelError
from index_build.store import Index
from index_build.words import index_terms, normalise, words

SAID = 400  # characters of an earlier answer that are looked at
_CLAUSE = re.compile(r"[\u4e00-\u9fff\w%“”]+")
_DAYS = re.compile(r"([\u4e00-\u9fff]{0,2})(\d{1,3})天(?:内)?")
_UNIT_NAME = re.compile(r"(?:局|厅|委|办|公司|法院|中心|部门|单位|政府|支队|银行|海关)$")
KEPT = 20_000  # entries kept as read
WORDS_KEPT = 100_000  # words whose rarity is kept
UNSEEN = 0.7  # rarity, as a part of the highest, of a noun that no document has
UNSEEN_OTHER = 0.2  # and of a verb or an adverb, which is mostly a way of speaking
# Entries with a pair of characters up to which it may stand across two words only (开通|电子 has 通电).
FEW = 3
MEANT = 0.5  # weight from which an official word is surely meant
SAME_LENGTH = 0.9  # what 30日 is worth for 30天
TURNED = 0.95  # what a word of four characters is worth that stands with its halves changed round
LOOKED_AT = 20  # entries in which a mistyped word is looked for
# What the ranking is made of: covered weight, weight standing together, word-for-word stretches, BM25, and the weight
# that headings and the first words of the body have, which say what an entry is about.
MIX = (0.40, 0.20, 0.15, 0.25, 0.10)
QUOTED = 0.3  # and, for a question with no topic of its own, what the answer before it quoted


@dataclass(frozen=True)
class Found:
    """Hits, best first, and the concepts that they were looked for by; `rarest` is the weight of a word that one entry
    has."""

    hits: tuple[Hit, ...] = ()
    weighed: tuple[Weighed, ...] = ()
    rarest: float = 1.0

    @property
    def missing(self) -> tuple[str, ...]:
        """Words that no document has."""
        return tuple(w.concept.words for w in self.weighed if not w.seen)

    def near(self, score: float, coverage: float, among: int | None = None) -> list[Hit]:
        """The hits, of the first `among`, whose score and coverage are at least these parts of the best one's."""
        return [
            hit
            for best in self.hits[:1]
            for hit in self.hits[:among]
            if hit.score >= score * best.score and hit.coverage >= coverage * best.coverage
        ]

    def had(self, hit: Hit) -> list[tuple[Weighed, float]]:
        """Each concept with what the hit has of it."""
        return list(zip(self.weighed, hit.held, strict=True))


@dataclass(frozen=True, slots=True)
class _Candidates:
    """`total` is the weight of all concepts; `bm25` are scores of words, best first, the ranks count from 1."""

    entries: Sequence[tuple[Entry, Read]]
    weighed: tuple[Weighed, ...]
    total: float
    bm25: Mapping[str, float]
    word_rank: Mapping[str, int]
    vector_rank: Mapping[str, int]


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
            if len(self._rarity) >= WORDS_KEPT:
                self._rarity.clear()
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
        """The concepts with their rarity in this index; of one that no document has, a part of the highest."""
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
                rarity = top * _unseen_part(concept)
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

    def search(self, question: Question, policies: Collection[PolicyKey] | None) -> Found:
        """The entries of `policies` (None: all) for the question's concepts, best first."""
        looked_at = self._candidates(question, policies)
        weighed, word_rank, vector_rank = looked_at.weighed, looked_at.word_rank, looked_at.vector_rank
        bm25, total = looked_at.bm25, looked_at.total
        top = next(iter(bm25.values()), 1.0)
        weights = [w.weight for w in weighed]
        runs = tuple(flat(run) for run in question.runs)
        said = _said_before(question)
        fits = fits_of(question)
        hits: list[Hit] = []
        for entry, read in looked_at.entries:
            held, near = covered(read, weighed)
            coverage = sum(map(mul, weights, held)) / total
            about = opening(read, weighed) / total
            by_words = bm25.get(entry.id, 0.0)
            features = (coverage, near / total, repeated(read, runs), by_words / top, about)
            score = sum(map(mul, MIX, features))
            if vector_rank and self._settings.vector_weight:
                score += self._settings.vector_weight / (60 + vector_rank.get(entry.id, 10_000)) * 60
            score += QUOTED * repeated(read, said) if said else 0.0
            factor, reasons = fit_of(question, entry, fits)
            ranks = word_rank.get(entry.id), vector_rank.get(entry.id)
            hits.append(Hit(entry, score * factor, *ranks, reasons, coverage, held, by_words))
        hits.sort(key=lambda hit: (-hit.score, hit.entry.id))
        return Found(tuple(hits), weighed, self._idf(1))

    def coverage(self, question: Question, elsewhere: Collection[Path]) -> float:
        """The most that an entry of other places than these covers of the question, of those that its words find."""
        looked_at = self._candidates(question, None)
        weighed = looked_at.weighed
        weights = [w.weight for w in weighed]
        others = [read for entry, read in looked_at.entries if entry.policy.place not in elsewhere]
        shares = [sum(map(mul, weights, covered(read, weighed)[0])) for read in others]
        return max(shares, default=0.0) / looked_at.total

    def _candidates(self, question: Question, policies: Collection[PolicyKey] | None) -> _Candidates:
        """The entries that words or vectors find, as read, and the question's concepts as weighed for them."""
        weighed = self.weigh(question.concepts)
        terms = _search_terms(weighed)
        limit = self._settings.candidates
        ranked = self._index.lexical.search(terms, policies=policies, limit=limit) if terms else []
        word_rank = {entry: at for at, (entry, _) in enumerate(ranked, 1)}
        vector_rank = self._by_vectors(question, policies, limit)
        ids = list(dict.fromkeys([*word_rank, *vector_rank]))
        entries = self._read(ids)
        total = sum(w.weight for w in weighed) or 1.0
        weighed = mend(weighed, [read for _, read in entries[:LOOKED_AT]])
        return _Candidates(entries, weighed, total, dict(ranked), word_rank, vector_rank)

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
        wanted = [i for i in ids if i not in kept]
        found = kept
        if wanted:
            found = {i: kept[i] for i in ids if i in kept}
            fresh = {entry.id: (entry, as_read(entry)) for entry in self._index.catalog.entries(wanted)}
            found.update(fresh)
            if len(kept) + len(fresh) > KEPT:
                self._entries = fresh
            else:
                kept.update(fresh)
        return [found[i] for i in ids if i in found]

    def entries(self, ids: Sequence[str]) -> list[Entry]:
        return [entry for entry, _ in self._read(ids)]


def _unseen_part(concept: Concept) -> float:
    """What a word that no document has counts for, as a part of the highest rarity."""
    if concept.frame or concept.weight <= WEAK:
        return 0.0
    return UNSEEN if concept.weight > VERB else UNSEEN_OTHER


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
