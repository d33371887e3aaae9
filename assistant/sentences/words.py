"""The words themselves: no markup, literal quotations, and nothing that the cited text does not hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.characters import blanked, cut_out
from assistant.sentences.ground import Ground, without_titles
from assistant.sentences.language import (
    ABSENT_WORDS,
    BLANK,
    ENGLISH_FRAME,
    HAN,
    LATIN_WORD,
    LEAST_COVERAGE,
    MARKERS,
    MARKUP,
    NEUTRAL,
    NUMBER,
    QUOTED,
    ROLE_WORDS,
    SENTENCE_PARTS,
    TITLED,
)
from assistant.sentences.literal import cut_short, negated_outside, quotes_of, within
from assistant.sentences.when import said_dates
from assistant.sentences.who import find_units


def markup(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    if match := MARKUP.search(sentence) or MARKUP.search(said):
        yield f"含有标记或地址：{match.group()}"


def quotations(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    """Reasons against quoted words that are not the source's, and titles that it has not."""
    titles = [match.span() for match in TITLED.finditer(said)]
    for match in QUOTED.finditer(said):
        if within(match.start(), titles):
            continue
        words = "".join(g or "" for g in match.groups()).rstrip("。；，")
        if not words:
            continue
        if words not in ground.text or cut_short(words, ground.text):
            yield f"引文不在原文中：{words[:20]}"
        elif negated_outside(words, ground.text):
            yield f"引文漏掉了否定：{words[:20]}"
    for title in TITLED.findall(said):
        if title not in ground.titles and f"《{title}》" not in ground.text:
            yield f"文件名不在依据中：{title[:20]}"


def coverage(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    """What is left once quotations, names, dates, figures and connecting words are taken out (they were checked):
    most of it must come from the cited text, and all of it in a clause that names a unit, a date or a figure."""
    latin = LATIN_WORD.findall(MARKERS.sub("", sentence))
    if not ground.english and any(len(w) > 2 and w.lower() not in ground.text.lower() for w in latin):
        yield "用了另一种语言"
        return
    if ground.english and sum(map(len, latin)) > max(20, len(HAN.findall(said))):
        yield from english_words(latin, ground)
        return
    facts = [
        *[(h.start, h.end) for h in said_dates(said, ground)],
        *[(h.start, h.end) for h in find_units(said, ground)],
    ]
    rest = without_titles(blanked(said, facts, BLANK), ground)
    rest = cut_out(NUMBER, rest, BLANK)
    rest = blanked(rest, [span for span in quotes_of(said) if rest[span[0]] == said[span[0]]], BLANK)
    held = covered_characters(rest, ground.text + "\n" + ground.titles)
    plain = {
        i
        for p in (NEUTRAL, ROLE_WORDS, ABSENT_WORDS)
        for m in p.finditer(rest)
        for i in range(m.start(), m.end())
    }
    needed = [i for i, c in enumerate(rest) if HAN.match(c) and i not in plain]
    missing = [i for i in needed if i not in held]
    if needed and 1 - len(missing) / len(needed) < LEAST_COVERAGE:
        yield f"原文没有这样说：{''.join(rest[i] for i in missing)[:20]}"
    for clause in SENTENCE_PARTS.finditer(rest):
        beside = [i for i in missing if clause.start() <= i < clause.end()]
        if beside and BLANK in clause.group():
            yield f"事实旁的说法不在依据中：{''.join(rest[i] for i in beside)[:20]}"


def english_words(latin: Sequence[str], ground: Ground) -> Iterator[str]:
    strange = [w for w in latin if w.lower() not in ENGLISH_FRAME and w.lower() not in ground.text.lower()]
    if strange:
        yield f"英文说法无法核对：{' '.join(strange[:5])}"


def covered_characters(said: str, text: str, size: int = 2) -> set[int]:
    """The positions whose character pair (with a neighbour) stands in the text."""
    held: set[int] = set()
    for i in range(len(said) - size + 1):
        if said[i : i + size] in text:
            held.update(range(i, i + size))
    return held
