"""What was asked and the model left out, said in the record's own words; then where each measure stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from assistant.compose import facts_line, source_line
from assistant.compose_llm.draft import Draft
from assistant.compose_llm.materials import Material
from assistant.model import Answer, Claim, ClaimKind, Intent
from assistant.sentences.language import ABSENT_WORDS, ENGLISH_NEGATION, FIELD_WORDS
from assistant.wording import say
from index_build.model import Deadline, Measure
from index_build.text import fold, tidy

# What was asked -> the kinds of claims that the worded answer must not leave out.
ASKED: Mapping[Intent, tuple[ClaimKind, ...]] = {
    Intent.WHO: (ClaimKind.LEAD, ClaimKind.RESPONSIBLE),
    Intent.WHO_LEAD: (ClaimKind.LEAD,),
    Intent.WHO_RESPONSIBLE: (ClaimKind.RESPONSIBLE,),
    Intent.WHEN: (ClaimKind.DEADLINE,),
    Intent.WHO_WHEN: (ClaimKind.LEAD, ClaimKind.RESPONSIBLE, ClaimKind.DEADLINE),
    Intent.WHAT: (),
}


def added(answer: Answer, materials: Mapping[str, Material], draft: Draft) -> Iterator[str]:
    """What was asked and the model left out, from the records; then where each measure stands and its own words,
    which are shown beside what was worded."""
    intent, english = answer.question.asked, answer.question.english
    for mark, material in materials.items():
        missing = missing_claims(answer, material, draft, ASKED[intent])
        if not missing and not (mark == "m1" and mark not in draft.numbers):
            continue
        n = draft.numbers.setdefault(mark, len(draft.numbers) + 1)
        days = days_of(answer, material)
        line, claims = facts_line(material.entry, intent, n, english=english, deadlines=days)
        if line:
            draft.claims += claims
            yield draft.add(f"\n{line}{say('stop', english)}[{n}]")
    for silent in silences(answer, materials, draft):
        yield draft.add(silent)
    for mark, n in draft.numbers.items():
        quote = quote_of(answer, materials[mark])
        if fold(quote).rstrip("。；") in fold(draft.text):
            continue  # the worded answer quotes it already
        draft.claims.append(Claim(ClaimKind.TEXT, quote, n, ()))
        yield draft.add(f"\n\n{source_line(materials[mark].entry, quote, english)}[{n}]")


def days_of(answer: Answer, material: Material) -> tuple[Deadline, ...]:
    """The days that the extractive answer gave for a measure: its deadlines, or days read out of its text."""
    n = material.citation.n
    told = {fold(c.value) for c in answer.claims if c.citation == n and c.kind is ClaimKind.DEADLINE}
    return tuple(
        d for at, fact in answer.facts if at == n for d in fact.deadlines if fold(tidy(d.raw)) in told
    )


def silences(answer: Answer, materials: Mapping[str, Material], draft: Draft) -> Iterator[str]:
    """What was asked and a cited record does not say, unless the worded answer already says so."""
    english, kinds = answer.question.english, ASKED[answer.question.asked]
    for mark, n in draft.numbers.items():
        entry = materials[mark].entry
        for kind, key, stated in (
            (ClaimKind.DEADLINE, "no_deadline", bool(days_of(answer, materials[mark]))),
            (ClaimKind.LEAD, "no_lead", not isinstance(entry, Measure) or bool(entry.lead)),
        ):
            words = say(key, english)
            if kind in kinds and not stated and words in answer.text and not says_absence(draft, n, kind):
                yield f"\n{words}{say('stop', english)}[{n}]"


def says_absence(draft: Draft, n: int, kind: ClaimKind) -> bool:
    """Whether a sentence about citation `n` already says that the record has no such field."""
    field_words = FIELD_WORDS["deadlines" if kind is ClaimKind.DEADLINE else "lead"]
    told = [c.value for c in draft.claims if c.citation == n and c.kind is ClaimKind.TEXT]
    return any((ABSENT_WORDS.search(t) or ENGLISH_NEGATION.search(t)) and field_words.search(t) for t in told)


def missing_claims(
    answer: Answer, material: Material, draft: Draft, kinds: Collection[ClaimKind]
) -> list[Claim]:
    """The verified claims of the extractive answer, of the kinds asked for, that the worded one does not make."""
    made = {(c.kind, fold(c.value)) for c in draft.claims if c.citation == draft.numbers.get(material.mark)}
    return [
        c
        for c in answer.claims
        if c.citation == material.citation.n and c.kind in kinds and (c.kind, fold(c.value)) not in made
    ]


def quote_of(answer: Answer, material: Material) -> str:
    """The words that the extractive answer quotes of a measure, else its body."""
    n = material.citation.n
    quoted = [c.value for c in answer.claims if c.kind is ClaimKind.TEXT and c.citation == n]
    return quoted[0] if quoted else tidy(material.entry.text)
