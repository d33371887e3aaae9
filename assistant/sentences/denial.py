"""Negations and opposites: the same things denied and affirmed as in the source, nothing promised beyond it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.characters import blanked
from assistant.sentences.ground import Ground, without_titles
from assistant.sentences.language import (
    ABSENT_WORDS,
    BLANK,
    ENGLISH_NEGATION,
    FIELD_WORDS,
    NEUTRAL,
    OPPOSITES,
    ROLE_WORDS,
    SENTENCE_PARTS,
    STRONG,
)
from assistant.sentences.literal import negation_before, negations, places_of, quotes_of


def denials(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    """Reasons against negations that the source has not, and against affirming what it denies."""
    for clause in SENTENCE_PARTS.findall(blanked(said, quotes_of(said), BLANK)):
        if ABSENT_WORDS.search(clause):
            yield from absences(clause, said, ground)
            continue
        for end, word in negations(clause):
            if not denied_there(word, clause[end : end + 2], ground):
                yield f"否定不在依据中：{word}{clause[end : end + 6]}"
    if ENGLISH_NEGATION.search(sentence):
        yield from absences(sentence, sentence, ground)
    yield from affirmed(said, ground)


def denied_there(word: str, what: str, ground: Ground) -> bool:
    """Whether the source denies the same thing: what follows the negation follows one there, in the same clause."""
    if not what:
        return word in ground.text
    return any(what in clause[end : end + 10] for clause in ground.clauses for end, _ in negations(clause))


def absences(clause: str, said: str, ground: Ground) -> Iterator[str]:
    """文件未写明完成时限: true only of a record that has none."""
    named = [name for name, words in FIELD_WORDS.items() if words.search(clause)]
    named = named or [name for name, words in FIELD_WORDS.items() if words.search(said)]
    if not named:
        yield f"否定不在依据中：{clause[:20]}"
    if any(getattr(measure, name) for measure in ground.measures for name in named):
        yield f"依据中有而称没有：{clause[:20]}"


_BETWEEN = re.compile(r"^(?:以任何理由|以任何形式|以任何方式|再|擅自|随意|违规|变相|得|予|准|许)+")


def affirmed(said: str, ground: Ground) -> Iterator[str]:
    """What the source denies and the sentence affirms: 不得收取费用 → 可以收取费用."""
    for clause in ground.clauses:
        for end, word in negations(clause):
            denied = _BETWEEN.sub("", clause[end:])
            common = NEUTRAL.match(denied) or ROLE_WORDS.match(denied)
            what = denied[: 4 if common else 2]
            if len(what) < 2 or not says_without(what, said):
                continue
            if all(negation_before(ground.text, at) for at in places_of(what, ground.text)):
                yield f"漏掉了原文的否定：{word}{what}"


def says_without(what: str, said: str) -> bool:
    return any(negation_before(said, at) is None for at in places_of(what, said))


_REPORTS = re.compile(
    r"(?:原文|文件|方案|计划|规定|措施|该项|这项|本项)(?:中|里)?(?:明确|提出|还|也)?(?:要求|规定|提出|指出|写明)"
)


def opposites(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    """Reasons against words whose opposite the source has, and against strong ones that it has not."""
    plain = _REPORTS.sub("", without_titles(said, ground))
    for pair in OPPOSITES:
        for word, other in (pair, pair[::-1]):
            if word in plain and word not in ground.text and other in ground.text:
                yield f"与原文相反：{word}（原文：{other}）"
    for word in STRONG:
        if word in plain and word not in ground.text:
            yield f"原文没有的断言：{word}"
