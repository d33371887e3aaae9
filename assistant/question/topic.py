"""The words of a question that its answer has to contain, as `Concept`s: quoted phrases, everyday wordings with
their official words, and the other words that are neither place nor unit nor part of the asking.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.characters import blanked, cut_out, overlaps
from assistant.model import Concept
from assistant.question.phrases import Phrases
from index_build.vocabulary import lexicon
from index_build.words import tagged

WEAK = 0.3  # weight of a word that many measures share (清单, 平台)
VERB = 0.85
HEARSAY = 0.6  # weight of a word that is neither a noun nor known, beside one that is
NOUN_LIKE = frozenset({"eng", "vn", "x", "b", "i", "l", "j"})
LONGEST_NAME = 4
MANNER = frozenset({"d", "c", "r", "p", "u", "y", "o", "e"})  # tags of words that say how, never what
NAMES = frozenset({"ns", "nr", "nrt"})
UNTOLD = 0.4  # weight of an English word that is in no table
SINGLE = 0.25  # weight of a word of one character (签, 领)
PARTED = 0.9  # what a word is worth that is said in two parts (摸个底)
LONGEST_QUOTE = 8  # a longer quotation is words, not a term
SHORTEST_NAME = 4  # characters of a name made of asking words

_QUOTED = re.compile(r"[“\"'‘「『]([^“”\"'‘’「」『』]{2,30})[”\"'’」』]")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff“”「」\"\x00]")
_BRANCH = re.compile(r"([\u4e00-\u9fff]{2,4}?)(?:系统|口(?!岸|子|径|碑|头)|条线|战线)")
# Not 这个月, 有个人, 好几个县, whose first characters count or point, nor 好了的.
_PARTED = re.compile(
    r"([\u4e00-\u9fff])(?<![这那哪每某有没是几两多少好整首各另上下一二三四五六七八九十百千万半])(?:[了过]?个|[了过])"
    r"(?![的地得了着过吗呢吧么啊不没])([\u4e00-\u9fff])"
)
_NAME_EDGES = re.compile(r"^(?:请问|在|由|把|对|那|这)+|(?:是|的|由|归|在|这|那|都|该|应|要|得|呢|啊)+$")
_SENTENCE = re.compile(r"[^，,。；;？?！!：:…]+")
_ORDINAL = re.compile(r"第[一二三四五六七八九十]{1,2}")
_YEAR = re.compile(r"(?:19|20)\d\d年?")
_SPELL = re.compile(
    r"(?:\d+|[一二两三四五六七八九十半]+)个?(?:工作日|小时|钟头|分钟|天|日|月|星期|礼拜|周)(?:以?之?内)?"
)
_COUNTING = frozenset("份篇个条项件种类")
_PART_OF_ASKING = ("follow", "who", "lead", "responsible", "list", "when")
_KEPT_SINGLE = frozenset("水电气热暖税")


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    others: tuple[tuple[str, float], ...] = ()
    weight: float = 1.0


@lru_cache(maxsize=16)  # a question's words are looked at up to four times
def find_concepts(left: str, phrases: Phrases, *, english: bool = False) -> tuple[Concept, ...]:
    """What the text is about, each thing once, in its order; recognised places and units are blanked out before."""
    if english:
        return _english_concepts(left, phrases)
    quotes = [(start, end, left[start:end]) for start, end in quoted_names(left, phrases)]
    left = _without_names(left, phrases)
    left = phrases.blank("wanting", left)  # 想开 is no word of its own: 开个小饭馆 is wanted
    left = cut_out(_asking(phrases.stop), left)
    typed, left = left, _mended(left, phrases)
    left = _without_parts_of_asking(left, phrases)
    for start, end, words in quotes:
        left = left[:start] + words + left[end:]
    stretches = [
        *_quotes(left),
        *_everyday(left, phrases),
        *_branches(left),
        *_parted(left, phrases),
        *_words(left, phrases),
    ]
    found: dict[str, Concept] = {}
    for stretch in _merged(stretches):
        words = left[stretch.start : stretch.end].strip("“”\"'‘’「」『』，。")
        if words and (words not in phrases.stop or stretch.weight > 1.0):
            as_typed = typed[stretch.start : stretch.end].strip("“”\"'‘’「」『』，。")
            others = stretch.others if as_typed == words else ((as_typed, 1.0), *stretch.others)
            frame = not others and _is_frame(words, phrases.stop)
            found.setdefault(words, Concept(words, stretch.weight, others, frame=frame))
    return tuple(found.values())


@lru_cache(maxsize=16)  # the words and the stretches of a question
def _without_parts_of_asking(left: str, phrases: Phrases) -> str:
    for signal in _PART_OF_ASKING:
        left = phrases.blank(signal, left)
    return left


def quoted_names(text: str, phrases: Phrases) -> list[tuple[int, int]]:
    """Where short quotations stand, [start, end) without their marks, in a text that asks outside of them: what is
    quoted is the topic then, whatever it would ask by itself (“谁执法谁普法”何时完成)."""
    quotes = [m.span(1) for m in _QUOTED.finditer(text) if "\x00" not in m[1] and len(m[1]) <= LONGEST_QUOTE]
    return quotes if quotes and phrases.says("asking", blanked(text, quotes)) else []


def _is_frame(word: str, stop: Collection[str]) -> bool:
    """Whether a word can be cut into asking words and nothing else (是从, 没人, 管几年)."""
    reached = {0}
    for end in range(1, len(word) + 1):
        if any(word[start:end] in stop for start in reached):
            reached.add(end)
    return len(word) in reached


def tell_apart(concepts: tuple[Concept, ...], plain: str, phrases: Phrases) -> tuple[Concept, ...]:
    """The concepts, those marked that stand in a sentence which only tells the situation: another one asks."""
    sentences = list(_SENTENCE.finditer(plain))
    asks = [phrases.says("asking", m[0]) for m in sentences]
    if not any(asks) or all(asks):
        return concepts
    told = [m.span() for m, asking in zip(sentences, asks, strict=True) if not asking]

    def is_told(words: str) -> bool:
        at = plain.find(words)
        return any(start <= at < end for start, end in told)

    return tuple(replace(c, told=True) if is_told(c.words) else c for c in concepts)


def _without_names(left: str, phrases: Phrases) -> str:
    """The text without a name that stands right before the first recognised place with only asking words before it:
    another name of the place or of what it lies in, no topic."""
    opening = left.find("\x00")
    if opening < 2:
        return left
    *before, last = tagged(left[:opening]) or [("", "", False)]
    word, tag, _ = last
    named = tag in NAMES and 2 <= len(word) <= LONGEST_NAME and left[:opening].endswith(word)
    if named and all(w in phrases.stop for w, _, _ in before):
        return left[: opening - len(word)] + "\x00" * len(word) + left[opening:]
    return left


def _mended(left: str, phrases: Phrases) -> str:
    """The text with wrong characters of everyday words set right, where the dictionary does not have the word."""
    at = 0
    unknown: list[tuple[int, int]] = []
    inside: set[int] = set()  # words that the dictionary has are not cut
    for word, _, known in tagged(left):
        start = left.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        if known:
            inside.update(range(start + 1, at))
        elif (
            len(word) > 1
            and word not in phrases.everyday
            and word not in phrases.stop
            and "\u4e00" <= word[0] <= "\u9fff"
        ):
            unknown.append((start, at))
    for start, end in unknown:
        found = phrases.mend(left, start, end, inside)
        if found:
            left = left[: found[0]] + found[2] + left[found[1] :]
    return left


@lru_cache(maxsize=8)
def _asking(stop: frozenset[str]) -> re.Pattern[str]:
    """Asking phrases of three characters and more, whatever words they would be cut into (在线等)."""
    long = sorted((w for w in stop if len(w) > 2 and "\u4e00" <= w[0] <= "\u9fff"), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, long)) or r"(?!)")


def _quotes(left: str) -> Iterable[_Stretch]:
    """Short quotations are terms of their own (“零投资”)."""
    for m in _QUOTED.finditer(left):
        if len(m[1]) <= LONGEST_QUOTE and "\x00" not in m[1]:
            yield _Stretch(m.start(1), m.end(1), weight=1.25)


def _everyday(left: str, phrases: Phrases) -> Iterable[_Stretch]:
    for start, end, others in phrases.find_everyday(left):
        if left[start:end] not in phrases.stop:
            yield _Stretch(start, end, others, WEAK if left[start:end] in phrases.weak else 1.0)


def _parted(left: str, phrases: Phrases) -> Iterable[_Stretch]:
    """A word of two characters that is said with a particle or 个 between them: 摸个底, 盖了章, 签过约."""
    for m in _PARTED.finditer(left):
        word = m[1] + m[2]
        if m[1] in phrases.stop or word in phrases.stop or word in phrases.weak:
            continue
        if [known for _, _, known in tagged(word)] == [True]:
            others = {**dict(phrases.everyday.get(word, ())), word: PARTED}
            yield _Stretch(m.start(), m.end(), tuple(others.items()))


def _branches(left: str) -> Iterable[_Stretch]:
    """A department's short name where its whole branch is meant (市监系统, 人社口), with the other forms of it."""
    functions = lexicon().functions
    for m in _BRANCH.finditer(left):
        for size in (4, 3, 2):
            short = m[1][-size:]
            if len(short) == size and short in functions:
                full = functions[short]
                forms = [form for form, whole in functions.items() if whole == full and form != short]
                others = tuple((form, 0.9) for form in sorted(forms, key=len, reverse=True))
                yield _Stretch(m.end(1) - size, m.end(1), others)
                break


def _words(left: str, phrases: Phrases) -> Iterable[_Stretch]:
    at = 0
    doubted = [m.span() for m in _SPELL.finditer(left)] if phrases.says("yesno", left) else []
    for word, tag, known in tagged(left):
        start = left.find(word, at)
        if start < 0:
            continue
        at = end = start + len(word)
        if _ORDINAL.fullmatch(word) and (named := _noun_at(left, end)):
            yield _Stretch(start, end + len(named))  # 第二中学
            continue
        if word in phrases.stop:
            continue
        if any(
            a <= start and end <= b for a, b in doubted
        ):  # 一个小时能办完吗: the text may well say another
            yield _Stretch(start, end, weight=WEAK)
            continue
        if _is_asking(word, phrases):
            continue
        if not known:
            start, end = _without_asking(left, start, end, phrases)
        word = left[start:end]
        if len(word) < 2 and word not in _KEPT_SINGLE:
            if known and tag[0] in "vn" and word not in phrases.stop and "\u4e00" <= word <= "\u9fff":
                yield _Stretch(start, end, weight=SINGLE)
            continue
        if word in phrases.weak or _YEAR.fullmatch(word) or (known and tag[:1] in MANNER):
            yield _Stretch(start, end, weight=WEAK)
        else:
            noun = tag[0] in "ns" or tag in NOUN_LIKE or word[0].isdigit()
            yield _Stretch(start, end, weight=1.0 if noun else VERB if known and tag[0] == "v" else HEARSAY)


def _noun_at(left: str, at: int) -> str:
    """The noun right behind an ordinal, with which it is a name; empty behind that of a row (第二个)."""
    word, tag, _ = next(iter(tagged(left[at:])), ("", "", False))
    return word if len(word) > 1 and tag[:1] == "n" else ""


def _is_asking(word: str, phrases: Phrases) -> bool:
    """Whether a word is only a counting word and an asking word that were cut as one (那份文件)."""
    return len(word) > 2 and word[0] in _COUNTING and word[1:] in phrases.stop


def _without_asking(left: str, start: int, end: int, phrases: Phrases) -> tuple[int, int]:
    """A word that no dictionary has, without the asking words that were cut together with it (想先, 最多扣)."""
    changed = True
    while changed and end - start > 1:
        changed = False
        for size in (3, 2, 1):
            if end - start >= size and left[start : start + size] in phrases.stop:
                start, changed = start + size, True
                break
            if end - start >= size and left[end - size : end] in phrases.stop:
                end, changed = end - size, True
                break
    return start, end


def _merged(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Overlapping stretches as one, with the other words of all of them and its own parts among them."""
    merged: list[_Stretch] = []
    for s in sorted(stretches, key=lambda s: (s.start, -s.end)):
        last = merged[-1] if merged else None
        if last and last.weight > 1.0 and s.end <= last.end and s.end - s.start < last.end - last.start:
            continue  # a part of a quoted term says nothing of its own
        if last and s.start < last.end:
            others = dict(last.others)
            for word, weight in s.others:
                others[word] = max(others.get(word, 0.0), weight)
            merged[-1] = _Stretch(
                last.start, max(last.end, s.end), tuple(others.items()), max(last.weight, s.weight)
            )
        else:
            merged.append(s)
    return merged


def _english_concepts(left: str, phrases: Phrases) -> tuple[Concept, ...]:
    """English phrases by the term lexicon; other English words say nothing to Chinese texts."""
    found: dict[str, Concept] = {}
    for _, _, others in phrases.find_english(left):
        first = others[0][0]
        weight = WEAK if first in phrases.weak else 1.0
        found.setdefault(first, Concept(first, weight, others[1:]))
    for word in _unknown_words(left, phrases):
        found.setdefault(word, Concept(word, UNTOLD))
    for number in re.findall(r"\d{2,}(?:\.\d+)?", left):
        found.setdefault(number, Concept(number))
    if _HAN.search(left):  # Chinese terms in an English sentence
        for concept in find_concepts(_NOT_HAN.sub(" ", left), phrases):
            found.setdefault(concept.words, concept)
    return tuple(found.values())


def _unknown_words(left: str, phrases: Phrases) -> Iterable[str]:
    """English words of content that no table has: what the question asks may hang on them."""
    spans = [(start, end) for start, end, _ in phrases.find_english(left)]
    for m in re.finditer(r"[a-z]{5,}", left):
        if m[0] not in phrases.stop and not overlaps(*m.span(), spans):
            yield m[0]


def content_runs(left: str, phrases: Phrases) -> tuple[str, ...]:
    """Unbroken stretches of topic as typed: what a heading or a title repeats word for word."""
    left = _without_parts_of_asking(left, phrases)
    return tuple(run for run in re.findall(r"[\w“”]{2,}", left.replace("\x00", " ")) if len(run) > 1)


def names_as_typed(runs: Iterable[str], phrases: Phrases) -> tuple[Concept, ...]:
    """Unbroken stretches of which no word tells anything (一码管地, 随到随办): as names they mean something only where
    a document prints them.  What holds a longer word of asking, or one that all measures share, is no name."""
    bare = [name for run in runs if len(name := _NAME_EDGES.sub("", run)) >= SHORTEST_NAME]
    return tuple(
        Concept(name, frame=True)
        for name in bare
        if not any(len(word) > 1 and word in name for words in (phrases.stop, phrases.weak) for word in words)
    )


def all_words(concepts: Iterable[Concept]) -> dict[str, float]:
    """Search word → weight: the concepts flattened, as `question_read` shows them."""
    found: dict[str, float] = {}
    for concept in concepts:
        found[concept.words] = max(found.get(concept.words, 0.0), round(concept.weight, 3))
        for other, weight in concept.others:
            found[other] = max(found.get(other, 0.0), round(concept.weight * weight, 3))
    return found
