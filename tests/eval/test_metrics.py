"""Every metric against a case worked by hand, a case it says nothing about, and a near miss."""

from __future__ import annotations

import math

import pytest

from eval.metrics import METRICS, score
from eval.metrics.measured import names
from eval.replies import NO_REPLY, reply_from_row
from eval.sources import Sources
from tests.eval.conftest import (
    EAST_FACT,
    OPENING,
    TEXTS,
    WEST_FACT,
    case,
    citation,
    fact,
    measure_words,
    reply,
    span,
)


def value(name: str, a_case, a_reply, sources: Sources) -> float | None:
    found = METRICS[name].measure(a_case, a_reply, sources)
    return None if found is None else found.value


WHO = case(lead=["区市场监管局"])
WHEN = case(
    "when", question="东区企业开办何时完成？", deadline_iso=["2022-12-31"], deadline_raw=["2022年12月底前"]
)
NONE = case("unanswerable", answerable=False)
BOTH = case(
    "cross_region",
    evidence_mode="all",
    lead=["区市场监管局", "区行政审批局"],
    evidence=[
        {"doc": "east.txt", "no": "1", "head": OPENING},
        {"doc": "west.txt", "no": "1", "head": OPENING},
    ],
)
LIST = case(
    "dept_list",
    evidence_mode="all",
    evidence=[
        {"doc": "east.txt", "no": "1", "head": OPENING},
        {"doc": "east.txt", "no": "2", "head": "推行不动产登记当日办结。"},
    ],
)


def test_every_metric_has_a_definition_and_a_group() -> None:
    assert len(METRICS) > 40
    for metric in METRICS.values():
        assert len(metric.definition) > 40, metric.name
        assert metric.zh


def test_nothing_measured_is_no_number(sources: Sources) -> None:
    """Small talk asks for no source, so most metrics say nothing, and none of them says 0 or 1 instead."""
    talk = case("smalltalk_meta", evidence=[])
    found = score(
        talk, reply_from_row({"id": "c1", "answer": "你好", "outcome": "about", "citations": []}), sources
    )
    assert set(found) == {"replied", "outcome_right"}


# -- retrieval ------------------------------------------------------------------------------------------------


def ranked(*rows: dict) -> dict:
    return {"citations": list(rows[:1]), "ranked": list(rows)}


def test_recall_and_rank_of_a_second_hit(sources: Sources) -> None:
    """The western twin first, the right measure second: recall at 1 is 0, at 3 is 1, reciprocal rank 1/2."""
    said = reply(**ranked(citation("west.txt", 1), citation("east.txt", 1)))
    assert value("recall_at_1", WHO, said, sources) == 0
    assert value("recall_at_3", WHO, said, sources) == 1
    assert value("mrr", WHO, said, sources) == pytest.approx(0.5)
    assert value("ndcg_at_10", WHO, said, sources) == pytest.approx(1 / math.log2(3))


def test_recall_where_all_is_asked(sources: Sources) -> None:
    """Two pieces of evidence: at 1 one of one possible, at 3 one of two; nDCG 1 / (1 + 1/log2 3)."""
    said = reply(**ranked(citation("east.txt", 1), citation("east.txt", 2)))
    assert value("recall_at_1", BOTH, said, sources) == 1
    assert value("recall_at_3", BOTH, said, sources) == 0.5
    assert value("ndcg_at_10", BOTH, said, sources) == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_the_first_of_several_hits_counts(sources: Sources) -> None:
    """Hits at ranks 1 and 2: the reciprocal rank is that of the first."""
    both = case(
        evidence=[
            {"doc": "east.txt", "no": "1", "head": OPENING},
            {"doc": "west.txt", "no": "1", "head": OPENING},
        ]
    )
    assert value("mrr", both, reply(**ranked(citation("east.txt", 1), citation("west.txt", 1))), sources) == 1


def test_a_refusal_retrieves_nothing_and_lists_are_not_ranked(sources: Sources) -> None:
    said = reply(outcome="not_found", citations=[], facts=[], ranked=[citation("east.txt", 1)])
    assert value("recall_at_1", WHO, said, sources) == 0
    assert value("mrr", WHO, said, sources) == 0
    assert value("recall_at_1", LIST, reply(), sources) is None
    assert value("mrr", NONE, reply(), sources) is None


def test_wrong_document_and_wrong_paper(sources: Sources) -> None:
    """Of two sources one is of the other district: 1/2 at 5.  In one file, another paper is the wrong place too."""
    said = reply(citations=[citation("west.txt", 1), citation("east.txt", 1, 2)])
    assert value("wrong_document_at_1", WHO, said, sources) == 1
    assert value("wrong_document_at_5", WHO, said, sources) == 0.5
    assert value("wrong_paper_at_1", WHO, said, sources) == 1
    assert value("wrong_paper_at_1", WHO, reply(), sources) == 0
    assert value("wrong_document_at_1", WHO, reply(citations=[]), sources) is None
    unseen = reply(**ranked(citation("east.txt", 1), citation("west.txt", 1)))
    assert value("wrong_document_at_5", WHO, unseen, sources) == 0, "only what is shown counts"


def test_two_papers_in_one_file() -> None:
    """A compilation: the same file name, but the words stand in the paper of the other district."""
    from eval.sources import Paper  # noqa: PLC0415  (the fixture is not wanted here)
    from tests.eval.conftest import EAST, WEST  # noqa: PLC0415

    both = Sources(
        {"all.txt": EAST + WEST}, {"all.txt": (Paper(0, "东区举措"), Paper(len(EAST), "西区举措"))}
    )
    asked = case(evidence=[{"doc": "all.txt", "no": "1", "head": OPENING}])
    start = (EAST + WEST).rindex(OPENING)
    twin = {"doc": "all.txt", "text": OPENING, "quote": OPENING, "start": start, "end": start + len(OPENING)}
    assert value("wrong_document_at_1", asked, reply(citations=[twin]), both) == 0
    assert value("wrong_paper_at_1", asked, reply(citations=[twin]), both) == 1


def test_evidence_cited_and_first(sources: Sources) -> None:
    second = reply(citations=[citation("east.txt", 2), citation("east.txt", 1, 2)])
    assert value("evidence_first", WHO, second, sources) == 0
    assert value("evidence_cited", WHO, second, sources) == 1
    assert value("evidence_all_recall", BOTH, reply(), sources) == 0.5
    assert value("evidence_all_recall", WHO, reply(), sources) is None
    assert value("evidence_first", BOTH, reply(), sources) is None


# -- who ------------------------------------------------------------------------------------------------------


def test_names_of_other_levels_are_other_names() -> None:
    """市发改委 is not 区发改委; 各街道 and 街道 are one entry; width does not count."""
    assert names(["市发改委"]) != names(["区发改委"])
    assert names(["各街道"]) == names(["街道"])
    assert names(["区财政局（金融办）"]) == names(["区财政局(金融办)"])
    assert names(["住建局"]) != names(["住房和城乡建设局"])


def test_lead_of_another_level_is_wrong(sources: Sources) -> None:
    said = reply(answer="牵头单位：市市场监管局。[1]", facts=[fact(["市市场监管局"], [], [])])
    for name in ("lead_right", "lead_exact", "lead_precision", "lead_recall", "lead_f1"):
        assert value(name, WHO, said, sources) == 0, name


def test_set_scores_by_hand(sources: Sources) -> None:
    """Asked for 公安分局 and 税务局; said 税务局 and 财政局: precision 1/2, recall 1/2, F1 1/2, not exact.
    With 公安分局 alone: precision 1, recall 1/2, F1 2/3."""
    asked = case("who_responsible", responsible=["区公安分局", "区税务局"])
    said = reply(facts=[fact([], ["区税务局", "区财政局"], [])])
    assert [value(f"responsible_{p}", asked, said, sources) for p in ("precision", "recall", "f1", "exact")] == [
        0.5, 0.5, 0.5, 0.0,
    ]  # fmt: skip
    one = reply(facts=[fact([], ["区公安分局"], [])])
    assert value("responsible_precision", asked, one, sources) == 1
    assert value("responsible_f1", asked, one, sources) == pytest.approx(2 / 3)
    empty = reply(facts=[])
    assert value("responsible_precision", asked, empty, sources) is None
    assert value("responsible_f1", asked, empty, sources) == 0
    assert value("lead_f1", asked, said, sources) is None, "the case asks for no lead"


def test_extra_departments_pass_right_but_not_exact(sources: Sources) -> None:
    said = reply(facts=[fact(["区市场监管局", "区财政局"], [], [])])
    assert value("lead_right", WHO, said, sources) == 1
    assert value("lead_exact", WHO, said, sources) == 0
    assert value("lead_precision", WHO, said, sources) == 0.5


def test_the_fact_of_source_1_answers(sources: Sources) -> None:
    """Facts may come in any order; the one that source [1] carries is the answer."""
    said = reply(facts=[fact(["区财政局"], [], [], n=2), fact(["区市场监管局"], [], [], n=1)])
    assert value("lead_exact", WHO, said, sources) == 1


def test_a_fact_that_the_answer_does_not_say(sources: Sources) -> None:
    assert value("lead_right", WHO, reply(answer="见[1]。"), sources) == 0
    assert value("lead_exact", WHO, reply(answer="见[1]。"), sources) == 1


def test_roles_swapped(sources: Sources) -> None:
    """The lead given as responsible is swapped; a wrong department is not."""
    swapped = reply(facts=[fact(["区公安分局"], ["区市场监管局"], [])])
    assert value("roles_swapped", WHO, swapped, sources) == 1
    assert value("roles_swapped", WHO, reply(facts=[fact(["区财政局"], [], [])]), sources) == 0
    in_both = reply(facts=[fact(["区市场监管局"], ["区市场监管局"], [])])
    assert value("roles_swapped", WHO, in_both, sources) == 0, "it does stand where it belongs"
    assert value("roles_swapped", WHO, reply(facts=[]), sources) is None


def test_words_in_the_first_passage_give_a_window_credit(sources: Sources) -> None:
    """A window states no fields, but a reader finds the department in it, with its prefix printed once."""
    asked = case("who_responsible", responsible=["区公安分局", "区税务局"])
    words = measure_words("east.txt", 1)
    start, end = span("east.txt", words)
    window = {"doc": "east.txt", "text": words, "quote": words, "start": start, "end": end}
    said = reply_from_row({"id": "c1", "answer": words, "outcome": "answered", "citations": [window]})
    assert value("who_in_first", asked, said, sources) == 1
    assert value("responsible_exact", asked, said, sources) is None
    body = reply_from_row({"id": "c1", "answer": "", "outcome": "answered", "citations": [window | {"text": OPENING, "quote": OPENING}]})  # fmt: skip
    assert value("who_in_first", asked, body, sources) == 0, "the clause was cut off"
    other = reply(citations=[citation("west.txt", 1)], facts=[WEST_FACT])
    assert value("who_in_first", asked, other, sources) == 0


# -- when -----------------------------------------------------------------------------------------------------


def test_same_date_in_other_words(sources: Sources) -> None:
    """2022年底前 and 2022年12月底前 are the same day and not the same words."""
    said = reply(answer="2022年底前完成。[1]")
    assert value("deadline_right", WHEN, said, sources) == 1
    assert value("deadline_words", WHEN, said, sources) == 0
    assert value("deadline_words", WHEN, reply(answer="完成时限：2022年 12月底前[1]"), sources) == 1


def test_days_off(sources: Sources) -> None:
    """31 December against 30 November is 31 days; a missing date has no distance."""
    said = reply(facts=[fact([], [], ["2022-11-30"])])
    assert value("days_off", WHEN, said, sources) == 31
    assert value("deadline_right", WHEN, said, sources) == 0
    assert value("days_off", WHEN, reply(facts=[fact([], [], [])]), sources) is None
    assert value("days_off", WHO, reply(), sources) is None


def test_an_extra_date_is_right_but_not_exact(sources: Sources) -> None:
    said = reply(facts=[fact([], [], ["2022-12-31", "2022-06-30"])])
    assert value("deadline_right", WHEN, said, sources) == 1
    assert value("deadline_exact", WHEN, said, sources) == 0
    assert value("days_off", WHEN, said, sources) == 0


def test_when_in_first(sources: Sources) -> None:
    assert value("when_in_first", WHEN, reply(), sources) == 1
    assert value("when_in_first", WHEN, reply(citations=[citation("east.txt", 2)], facts=[]), sources) == 0
    assert value("when_in_first", WHO, reply(), sources) is None


# -- lists ----------------------------------------------------------------------------------------------------


def test_half_a_list_with_a_stranger(sources: Sources) -> None:
    """One of two measures, and one that does not belong: complete 1/2, precise 1/2, not exact."""
    said = reply(citations=[citation("east.txt", 1), citation("east.txt", 3, 2)])
    assert value("list_completeness", LIST, said, sources) == 0.5
    assert value("list_precision", LIST, said, sources) == 0.5
    assert value("list_exact", LIST, said, sources) == 0
    whole = reply(citations=[citation("east.txt", 2), citation("east.txt", 1, 2)])
    assert value("list_exact", LIST, whole, sources) == 1


def test_precision_of_an_unfinished_list_is_not_measured(sources: Sources) -> None:
    part = case("dept_list", evidence_mode="all", evidence_all=False)
    assert value("list_precision", part, reply(), sources) is None
    assert value("list_completeness", part, reply(), sources) == 1
    nothing = reply(outcome="not_found", citations=[], facts=[])
    assert value("list_completeness", LIST, nothing, sources) == 0
    assert value("list_precision", LIST, nothing, sources) is None
    refused = reply(outcome="not_stated", citations=[citation("east.txt", 1), citation("east.txt", 2, 2)])
    assert value("list_completeness", LIST, refused, sources) == 0, "a refusal lists nothing"


# -- citations ------------------------------------------------------------------------------------------------


def test_offsets_one_character_off(sources: Sources) -> None:
    good, bad = citation("east.txt", 1), citation("east.txt", 2, 2)
    bad = bad | {"start": bad["start"] + 1}
    said = reply(citations=[good, bad])
    found = METRICS["citation_span_exact"].measure(WHO, said, sources)
    assert found is not None
    assert (found.value, found.items) == (0.5, 2)
    assert value("quote_verbatim", WHO, said, sources) == 1, "the words are there, only the place is wrong"


def test_invented_quote(sources: Sources) -> None:
    false = citation("east.txt", 1) | {"quote": "推行企业开办半日办结。"}
    assert value("quote_verbatim", WHO, reply(citations=[false]), sources) == 0
    assert value("citation_span_exact", WHO, reply(citations=[false]), sources) == 0
    assert value("quote_verbatim", WHO, reply(citations=[]), sources) is None


def test_quote_in_pieces(sources: Sources) -> None:
    """A quote whose pieces lie apart is exact when the pieces joined are."""
    first, second = span("east.txt", "推行企业开办一日办结"), span("east.txt", "首套印章免费")
    pieces = {
        "doc": "east.txt",
        "text": OPENING,
        "quote": "推行企业开办一日办结首套印章免费",
        "parts": [first, second],
    }
    assert value("citation_span_exact", WHO, reply(citations=[pieces]), sources) == 1
    assert value("quote_verbatim", WHO, reply(citations=[pieces]), sources) == 1


def test_span_recall_and_precision_by_characters(sources: Sources) -> None:
    """The evidence runs from the head to its tail.  Citing the body alone covers its share of that and wastes nothing;
    citing measures 1 and 2 covers all and wastes the second."""
    evidence = span("east.txt", measure_words("east.txt", 1))
    length = evidence[1] - evidence[0]
    start, end = span("east.txt", OPENING)
    body = {"doc": "east.txt", "text": OPENING, "quote": OPENING, "start": start, "end": end}
    said = reply(citations=[body])
    assert value("span_recall", WHO, said, sources) == pytest.approx(len(OPENING) / length)
    assert value("span_precision", WHO, said, sources) == 1
    second = measure_words("east.txt", 2)
    two = reply(citations=[citation("east.txt", 1), citation("east.txt", 2, 2)])
    assert value("span_recall", WHO, two, sources) == 1
    assert value("span_precision", WHO, two, sources) == pytest.approx(length / (length + len(second)))


def test_characters_shown_twice_count_once(sources: Sources) -> None:
    """One source runs over measures 1 and 2, another shows measure 2 again."""
    first, second = (span("east.txt", measure_words("east.txt", n)) for n in (1, 2))
    start, end = first[0], second[1]
    words = TEXTS["east.txt"][start:end]
    wide = {"doc": "east.txt", "text": words, "quote": words, "start": start, "end": end}
    said = reply(citations=[wide, citation("east.txt", 2, 2)])
    assert value("span_precision", WHO, said, sources) == pytest.approx((first[1] - first[0]) / (end - start))


def test_the_tail_is_looked_for_after_the_head() -> None:
    twice = Sources({"t.txt": "甲措施。长期坚持\n乙措施要做的事情。长期坚持\n"})
    asked = case(evidence=[{"doc": "t.txt", "no": "2", "head": "乙措施要做的事情。", "tail": "长期坚持"}])
    start, end = (twice.texts["t.txt"].index("乙措施"), len(twice.texts["t.txt"]) - 1)
    assert twice.place(asked.evidence[0]) == ((start, end), True)


def test_span_precision_needs_a_known_end(sources: Sources) -> None:
    open_end = case(evidence=[{"doc": "east.txt", "no": "1", "head": OPENING}])
    assert value("span_precision", open_end, reply(), sources) is None
    assert value("span_recall", open_end, reply(), sources) == 1
    lost = case(evidence=[{"doc": "east.txt", "no": "1", "head": "没有这句话"}])
    assert value("span_recall", lost, reply(), sources) is None


def claims(*verdicts: str | None, number: int = 1) -> list[dict]:
    return [{"kind": "lead", "value": "区市场监管局", "citation": number, "verdict": v} for v in verdicts]


def test_claims(sources: Sources) -> None:
    said = reply(claims=claims("exact", "paraphrased", "unsupported"))
    assert value("claims_verified", WHO, said, sources) == pytest.approx(1 / 3)
    assert value("claims_verified", WHO, reply(claims=claims(None)), sources) is None, (
        "nothing checked is not verified"
    )
    assert value("uncited_claims", WHO, said, sources) == 0
    assert value("uncited_claims", WHO, reply(claims=claims("exact", number=2)), sources) == 1
    assert value("uncited_claims", WHO, reply(answer="没有标号", claims=claims("exact")), sources) == 1
    assert value("uncited_claims", WHO, reply(claims=[]), sources) is None


def test_markers_that_point_nowhere(sources: Sources) -> None:
    assert value("dangling_markers", WHO, reply(answer="甲[1]乙[2]"), sources) == 0.5
    assert value("dangling_markers", WHO, reply(answer="甲"), sources) is None


# -- abstention -----------------------------------------------------------------------------------------------


def test_abstention_both_ways(sources: Sources) -> None:
    no = reply(answer="未找到", outcome="not_found", citations=[], facts=[])
    assert value("abstains_when_it_should", NONE, no, sources) == 1
    assert value("abstains_when_it_should", NONE, reply(), sources) == 0
    assert value("abstains_wrongly", WHO, no, sources) == 1
    assert value("abstains_wrongly", WHO, reply(), sources) == 0
    assert value("abstains_wrongly", NONE, no, sources) is None
    assert value("abstains_when_it_should", WHO, no, sources) is None
    assert value("answers_when_it_should", WHO, NO_REPLY, sources) == 0


def test_the_kind_of_refusal_matters(sources: Sources) -> None:
    """No deadline stated is another answer than no such measure."""
    asked = case("unanswerable", answerable=False, outcomes=["not_stated"])
    assert value("outcome_right", asked, reply(outcome="not_found", citations=[]), sources) == 0
    assert value("abstains_when_it_should", asked, reply(outcome="not_found", citations=[]), sources) == 1
    assert value("outcome_right", asked, reply(outcome="not_stated"), sources) == 1


def test_sources_under_a_refusal(sources: Sources) -> None:
    assert value("sources_under_refusal", NONE, reply(outcome="not_found"), sources) == 1
    assert value("sources_under_refusal", NONE, reply(outcome="not_found", citations=[]), sources) == 0
    assert value("sources_under_refusal", NONE, reply(outcome="not_stated"), sources) is None


# -- content, cost, overall -----------------------------------------------------------------------------------


def test_must_contain_groups(sources: Sources) -> None:
    asked = case("what", must_contain=[["一日办结", "当日"], ["免费"], ["补贴"]])
    found = METRICS["must_contain"].measure(asked, reply(answer="一日 办结，免费[1]"), sources)
    assert found is not None
    assert (found.value, found.items) == (pytest.approx(2 / 3), 3)
    assert value("must_contain", WHO, reply(), sources) is None


def test_cost(sources: Sources) -> None:
    assert value("seconds", WHO, reply(seconds=0.25), sources) == 0.25
    assert value("seconds", WHO, reply(), sources) is None
    assert value("tokens", WHO, reply(tokens=120), sources) == 120
    assert value("tokens", WHO, reply(), sources) is None
    assert value("cost", WHO, reply(cost=0.002), sources) == 0.002
    assert value("cost", WHO, reply(), sources) is None
    assert value("shown_characters", WHO, reply(citations=[]), sources) is None


def test_correct_needs_every_part(sources: Sources) -> None:
    asked = case("who_when", lead=["区市场监管局"], deadline_iso=["2022-12-31"], must_contain=[["12月底"]])
    right = reply(answer="牵头单位：区市场监管局；2022年12月底前[1]")
    assert value("correct", asked, right, sources) == 1
    assert value("correct_strict", asked, right, sources) == 1
    assert value("truthfulness", asked, right, sources) == 1
    assert value("correct", asked, reply(), sources) == 0, "12月底 is not said"
    assert value("truthfulness", asked, reply(), sources) == -1
    silent = reply(outcome="not_found", citations=[], facts=[])
    assert value("truthfulness", asked, silent, sources) == 0


def test_strict_wants_nothing_beside_the_point(sources: Sources) -> None:
    crowd = [
        citation("east.txt", 1),
        citation("east.txt", 2, 2),
        citation("east.txt", 3, 3),
        citation("west.txt", 1, 4),
    ]
    assert value("correct", WHO, reply(citations=crowd), sources) == 1
    assert value("correct_strict", WHO, reply(citations=crowd), sources) == 0
    extra = reply(facts=[fact(["区市场监管局", "区财政局"], [], [])])
    assert value("correct_strict", WHO, extra, sources) == 0
    assert value("correct_strict", LIST, reply(), sources) is None


def test_a_window_is_correct_where_its_words_are(sources: Sources) -> None:
    """A system without fields: right if its first passage names the department, wrong if not, never "not measured"."""
    words = measure_words("east.txt", 1)
    start, end = span("east.txt", words)
    window = {"doc": "east.txt", "text": words, "quote": words, "start": start, "end": end}
    said = reply_from_row({"id": "c1", "answer": words, "outcome": "answered", "citations": [window]})
    assert value("correct", WHO, said, sources) == 1
    assert value("correct_strict", WHO, said, sources) is None
    assert value("correct", case(lead=["区财政局"]), said, sources) == 0
    assert EAST_FACT["lead"] == ["区市场监管局"]
