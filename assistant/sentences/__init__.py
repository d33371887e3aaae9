"""Free words against records: whether a sentence that somebody worded (a language model, as a rule) asserts only
what the cited measures say.  It fails closed: what it cannot tie to the sources is not supported.

A sentence is read for everything in it that could be false, and each find must be in the cited text, in its role:

    markup        addresses, tags, code and leftover handles are no sentence of an answer
    quotations    “…” must be the document's own words, 《…》 the title of a cited paper or printed in it
    departments   known and unknown names, each in the role that the sentence's role words give it
    places        those that the cited papers are of, or name
    dates         as a time limit only if the record has that limit, otherwise as the text has it
    numbers       with their unit and their bound (以上, 不超过, 压减至): 70%以上 is not 70%以下
    denials       negations of the same words; and nothing that the source denies is affirmed
    opposites     提高 for 降低, 鼓励 for 禁止; obligations, totals and completions that the source does not state
    coverage      most of the other characters must come from the cited text

Each of these is one row of `CHECKS`; each finds reasons, and no reason means supported.  The words that are read
as roles, bounds, negations and opposites are tables (`language`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from assistant.model import Citation, Texts, Verdict
from assistant.sentences.denial import denials, opposites
from assistant.sentences.ground import Ground
from assistant.sentences.how_much import numbers
from assistant.sentences.language import MARKERS
from assistant.sentences.literal import cut_short, negated_outside
from assistant.sentences.when import dates
from assistant.sentences.who import departments, places
from assistant.sentences.words import coverage, markup, quotations
from index_build.text import fold

Check = Callable[[str, Ground, str], Iterator[str]]

CHECKS: tuple[Check, ...] = (
    markup, quotations, departments, places, dates, numbers, denials, opposites, coverage,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SentenceCheck:
    """What came of a sentence: `reasons` name what is not supported (Chinese, for the trace)."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        return self.verdict in (Verdict.EXACT, Verdict.PARAPHRASED)


def check_sentence(
    sentence: str,
    citations: Sequence[Citation],
    catalog: Texts,
    *,
    known_units: Collection[str] = (),
    known_places: Collection[str] = (),
    english: bool = False,
) -> SentenceCheck:
    """Check one worded sentence against the measures it cites: `exact` if it is their own words, `paraphrased` if
    everything in it is supported, else `unsupported` with the reasons.

    Where several are cited, one of them has to support the whole sentence, or each clause has to be supported by
    one: what is right of one measure must not be told of another.  `known_units` and `known_places` are further
    names to recognise (those of the whole index); with `english` the sentence may be English."""
    units, places_known = ({fold(name) for name in names} for names in (known_units, known_places))
    grounds = [
        Ground.of([c], catalog, known_units=units, known_places=places_known, english=english)
        for c in citations
    ] or [Ground.of((), catalog, english=english)]
    checks = [check_against(sentence, ground) for ground in grounds]
    supported = next((check for check in checks if check.supported), None)
    if supported or len(grounds) == 1:
        return supported or checks[0]
    for clause in _CLAUSES.findall(MARKERS.sub("", sentence)):
        alone = [check_against(clause, ground) for ground in grounds]
        if not any(check.supported for check in alone):
            return min(alone, key=lambda check: len(check.reasons))
    return SentenceCheck(Verdict.PARAPHRASED)


_CLAUSES = re.compile(r"[^，；。,;]+[，；。,;]?")


def check_against(sentence: str, ground: Ground) -> SentenceCheck:
    """As `check_sentence`, against what one measure says."""
    said = fold(MARKERS.sub("", sentence))
    if not said:
        return SentenceCheck(Verdict.UNSUPPORTED, ("没有内容",))
    reasons = tuple(dict.fromkeys(reason for check in CHECKS for reason in check(said, ground, sentence)))
    if reasons:
        return SentenceCheck(Verdict.UNSUPPORTED, reasons)
    bare = said.strip("。；，“”")
    literal = (
        bare in ground.text and not cut_short(bare, ground.text) and not negated_outside(bare, ground.text)
    )
    return SentenceCheck(Verdict.EXACT if literal else Verdict.PARAPHRASED)
