"""Verification over whole plans: what the records say is exact for every measure, and no near-miss of it ever is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.compose import cite
from assistant.compose_llm.judgement import Dropped, judge
from assistant.compose_llm.materials import materials_of
from assistant.model import Answer, Claim, ClaimKind, Intent, Outcome, Question, Verdict
from assistant.verify import verify
from index_build.build import build
from index_build.catalog import Catalog
from index_build.model import Measure
from index_build.settings import BuildSettings
from index_build.store import open_index
from index_build.text import fold, tidy

SAMPLES = Path(__file__).parents[2] / "index_build" / "samples"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    folder = tmp_path_factory.mktemp("plans") / "index"
    build([SAMPLES], folder, BuildSettings())
    return open_index(folder).catalog


@pytest.fixture(scope="module")
def measures(catalog: Catalog) -> list[Measure]:
    found = catalog.measures()
    assert len(found) > 150
    return found


def stated(measure: Measure) -> list[Claim]:
    """Every claim that the record supports."""
    claims = [Claim(ClaimKind.LEAD, name, 1, ()) for name in measure.lead]
    claims += [Claim(ClaimKind.RESPONSIBLE, name, 1, ()) for name in measure.responsible]
    claims += [Claim(ClaimKind.DEADLINE, tidy(d.raw), 1, (d.span,)) for d in measure.deadlines]
    claims += [Claim(ClaimKind.PLAN, tidy(measure.plan), 1, ())] if measure.plan else []
    return [*claims, Claim(ClaimKind.TEXT, tidy(measure.text), 1, ())]


def verdicts(
    claims: list[Claim], measure: Measure, catalog: Catalog
) -> Iterator[tuple[Claim, Verdict | None]]:
    for claim in verify(claims, [cite(1, measure, catalog)], catalog):
        yield claim, claim.verdict


def test_all_that_the_records_say_is_exact(catalog: Catalog, measures: list[Measure]) -> None:
    wrong = [
        (measure.policy.title[:12], measure.number, claim.kind.value, claim.value[:40], verdict)
        for measure in measures
        for claim, verdict in verdicts(stated(measure), measure, catalog)
        if verdict is not Verdict.EXACT and not inherited(measure, claim)
    ]
    assert wrong == []


def inherited(measure: Measure, claim: Claim) -> bool:
    """A rule for the whole plan stands outside the measure: whole answers are widened to it, bare claims are not."""
    items = [
        *((m.name, m.inherited) for m in measure.mentions),
        *((tidy(d.raw), d.inherited) for d in measure.deadlines),
    ]
    return (claim.value, True) in items


def altered_numbers(text: str) -> Iterator[str]:
    """The text with one digit of each number raised by one."""
    for match in re.finditer(r"\d", text):
        digit = str((int(match.group()) + 1) % 10)
        yield text[: match.start()] + digit + text[match.end() :]


def denied(text: str) -> Iterator[str]:
    """The text with a 不 put in at the start of each clause."""
    for match in re.finditer(r"(?:^|[，；。])(?=[一-鿿]{2})", text):
        yield text[: match.end()] + "不" + text[match.end() :]


def near_misses(measure: Measure, others: list[Measure]) -> Iterator[Claim]:
    own = {fold(m.name) for m in measure.mentions}
    for name in set(measure.responsible) - set(measure.lead):
        yield Claim(ClaimKind.LEAD, name, 1, ())
    for name in set(measure.lead) - set(measure.responsible):
        yield Claim(ClaimKind.RESPONSIBLE, name, 1, ())
    for other in others:
        for name in other.lead:
            if fold(name) not in own:
                yield Claim(ClaimKind.LEAD, name, 1, ())
    printed = {fold(d.raw) for d in measure.deadlines}
    for deadline in measure.deadlines:
        if deadline.date:
            day = deadline.date.replace(year=deadline.date.year + 1, day=min(deadline.date.day, 28))
            yield Claim(ClaimKind.DEADLINE, day.isoformat(), 1, (deadline.span,))
        for raw in altered_numbers(tidy(deadline.raw)):
            if fold(raw) not in printed:
                yield Claim(ClaimKind.DEADLINE, raw, 1, ())
    body = tidy(measure.text)
    for text in [*altered_numbers(body), *denied(body)]:
        yield Claim(ClaimKind.TEXT, text, 1, ())
    if measure.plan:
        for text in [*altered_numbers(tidy(measure.plan)), *denied(tidy(measure.plan))]:
            yield Claim(ClaimKind.PLAN, text, 1, ())


def test_no_near_miss_is_ever_exact(catalog: Catalog, measures: list[Measure]) -> None:
    tried, wrong = 0, []
    for at, measure in enumerate(measures):
        others = [measures[(at + 7 * k) % len(measures)] for k in range(1, 6)]
        for claim, verdict in verdicts(list(near_misses(measure, others)), measure, catalog):
            tried += 1
            if verdict is Verdict.EXACT:
                wrong.append((measure.policy.title[:12], measure.number, claim.kind.value, claim.value[:60]))
    assert tried > 2500
    assert wrong == []


TRUE_SENTENCES = {
    "lead": "这项工作由{{m1.lead}}牵头。[m1]",
    "responsible": "责任单位包括{{m1.responsible}}。[m1]",
    "deadline": "完成时限是{{m1.deadline}}。[m1]",
    "plan": "计划举措是{{m1.plan}}。[m1]",
    "q1": "原文要求{{m1.q1}}。[m1]",
}
FALSE_SENTENCES = {
    "lead": "这项工作由{{m1.lead}}配合。[m1]",
    "responsible": "牵头单位是{{m1.responsible}}。[m1]",
    "deadline": "完成时限晚于{{m1.deadline}}。[m1]",
    "plan": "计划举措不是{{m1.plan}}。[m1]",
    "q1": "原文不要求{{m1.q1}}。[m1]",
}


def test_true_sentences_pass_and_false_ones_do_not(catalog: Catalog, measures: list[Measure]) -> None:
    """A model that uses its handles well is hardly ever refused; one that twists them always is."""
    refused, passed, tried = [], [], 0
    for measure in measures:
        answer = Answer("", Outcome.ANSWERED, Question("谁？", Intent.WHO), (cite(1, measure, catalog),))
        materials = materials_of(answer, catalog)
        both = set(measure.lead) & set(measure.responsible)
        for slot in TRUE_SENTENCES.keys() & materials["m1"].slots.keys():
            tried += 1
            if isinstance(judge(TRUE_SENTENCES[slot], materials), Dropped):
                refused.append((measure.number, slot))
            if not isinstance(judge(FALSE_SENTENCES[slot], materials), Dropped) and not both:
                passed.append((measure.number, slot))
    assert tried > 500
    assert passed == []
    assert len(refused) <= tried // 100, refused
