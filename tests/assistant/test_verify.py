"""Claims and whole answers against the records.  Most tests are of what must fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.check_answer import NOTHING_LEFT, check_answer, record_line
from assistant.model import Answer, Citation, Claim, ClaimKind, Intent, Outcome, Question, Verdict
from assistant.verify import verify
from index_build.catalog import Catalog
from index_build.model import Deadline, DeadlineKind, Measure, Mention, Role, Span
from index_build.text import fold
from tests.assistant.plans import answer_of, at, cite, claim, make_catalog, stored

Q, B = "青禾县.txt-", "白沙县.txt-"
TEXT, LEAD, RESPONSIBLE, PLAN, DEADLINE, TARGET = ClaimKind
EXACT, PARAPHRASED, MOVED, ABSENT, UNSUPPORTED = Verdict


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return make_catalog(tmp_path_factory.mktemp("verify"))


def verdict(catalog: Catalog, made: Claim, *citations: Citation) -> Verdict | None:
    return verify([made], citations, catalog)[0].verdict


# kind, value, measure, verdict
CLAIMS = [
    # what holds
    (LEAD, "县政务局", Q + "1", EXACT),
    (RESPONSIBLE, "县公安局", Q + "1", EXACT),  # 公安局 is printed, the record fills 县 in
    (RESPONSIBLE, "公安局", Q + "1", EXACT),
    (DEADLINE, "6月底前", Q + "1", EXACT),
    (DEADLINE, "6月底前（2031-06-30）", Q + "1", EXACT),
    (DEADLINE, "2031年6月30日", Q + "1", EXACT),
    (DEADLINE, "县住建局：2031年12月底", Q + "5", EXACT),
    (PLAN, "每季度召开银企对接会", Q + "4", EXACT),
    (TEXT, "推行“一窗受理”，企业开办全流程压缩至0.5个工作日内办结", Q + "1", EXACT),
    (TEXT, "推行 “一窗受理”，企业开办\n全流程压缩至０.5个工作日内办结", Q + "1", EXACT),  # folded
    (TARGET, "0.5个工作日内", Q + "1", EXACT),
    (TARGET, "95%以上", Q + "1", EXACT),
    # swapped roles
    (LEAD, "县市场监管局", Q + "1", UNSUPPORTED),
    (RESPONSIBLE, "县政务局", Q + "1", UNSUPPORTED),
    (LEAD, "县住建局", Q + "3", UNSUPPORTED),
    # names that nobody printed so
    (LEAD, "市政务局", Q + "1", ABSENT),
    (LEAD, "政务局", Q + "1", UNSUPPORTED),  # stands in the text, but the record's name is printed with 县
    (LEAD, "青禾县政务局", Q + "1", ABSENT),
    (LEAD, "县大数据局", Q + "1", ABSENT),
    (RESPONSIBLE, "县公安", Q + "1", ABSENT),
    # a department of another measure, of another document
    (LEAD, "县发改委", Q + "1", MOVED),
    (LEAD, "县行政审批局", Q + "1", ABSENT),
    # other dates
    (DEADLINE, "7月底前", Q + "1", ABSENT),
    (DEADLINE, "6月底", Q + "1", UNSUPPORTED),
    (DEADLINE, "2032年6月30日", Q + "1", ABSENT),
    (DEADLINE, "2032年6月底前", Q + "1", ABSENT),
    (DEADLINE, "6月底前（2032-06-30）", Q + "1", ABSENT),
    (DEADLINE, "9月底前", Q + "1", MOVED),
    (DEADLINE, "县发改委：2031年12月底", Q + "5", ABSENT),
    (DEADLINE, "县住建局", Q + "5", UNSUPPORTED),
    (DEADLINE, "0.5个工作日内办结", Q + "1", UNSUPPORTED),
    # altered, shortened and inserted words
    (TEXT, "推行“一窗通办”", Q + "1", UNSUPPORTED),
    (TEXT, "不推行“一窗受理”，企业开办全流程压缩至0.5个工作日内办结", Q + "1", UNSUPPORTED),
    (TEXT, "得收取任何费用", Q + "1", UNSUPPORTED),
    (TEXT, "收取任何费用", Q + "1", UNSUPPORTED),
    (TEXT, "设置隐性门槛", Q + "5", UNSUPPORTED),
    (TEXT, "纸质证明12项", Q + "3", UNSUPPORTED),  # 取消 is left out
    (TEXT, "建立覆盖全县的企业信用评价体系", Q + "1", ABSENT),
    # figures
    (TARGET, "5个工作日内", Q + "1", UNSUPPORTED),  # cut out of 0.5
    (TARGET, "95%以下", Q + "1", UNSUPPORTED),
    (TARGET, "95%", Q + "1", PARAPHRASED),  # the bound is left out
    (TARGET, "96%以上", Q + "1", UNSUPPORTED),
    (TARGET, "90%以上", Q + "1", ABSENT),  # the other county's
    (TARGET, "不超过200家", Q + "2", UNSUPPORTED),
    # plan
    (PLAN, "每月召开银企对接会", Q + "4", ABSENT),
    (PLAN, "建立常态化走访机制", Q + "4", UNSUPPORTED),  # the body, not the plan
    (PLAN, "推行“一窗受理”", Q + "1", UNSUPPORTED),
    (PLAN, "公布惠企政策清单", Q + "4", MOVED),
    (TEXT, "", Q + "1", ABSENT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "ident", "expected"), CLAIMS, ids=[f"{k}-{v}-{i[-1]}" for k, v, i, _ in CLAIMS]
)
def test_verdicts(catalog: Catalog, kind: ClaimKind, value: str, ident: str, expected: Verdict) -> None:
    got = verdict(catalog, claim(kind, value), cite(catalog, ident))
    if expected in (ABSENT, UNSUPPORTED) and kind in (TEXT, TARGET):
        assert got in (ABSENT, UNSUPPORTED), got  # which of the two depends on how near the words are
    else:
        assert got is expected


def test_a_claim_without_its_citation_is_absent(catalog: Catalog) -> None:
    assert verdict(catalog, claim(LEAD, "县政务局", 2), cite(catalog, Q + "1")) is ABSENT


def test_the_right_name_on_the_other_documents_measure_fails(catalog: Catalog) -> None:
    assert verdict(catalog, claim(LEAD, "县政务局"), cite(catalog, B + "1")) is ABSENT
    assert verdict(catalog, claim(LEAD, "县行政审批局"), cite(catalog, B + "1")) is EXACT
    assert verdict(catalog, claim(LEAD, "县财政局"), cite(catalog, B + "2")) is EXACT
    assert verdict(catalog, claim(LEAD, "县工信局"), cite(catalog, B + "2")) is UNSUPPORTED


def shifted(citation: Citation, by: int) -> Citation:
    return replace(citation, parts=tuple(Span(p.start + by, p.end + by, p.page) for p in citation.parts))


def test_a_shifted_span_moves_what_falls_out_of_it(catalog: Catalog) -> None:
    cited = cite(catalog, Q + "1")
    assert verdict(catalog, claim(TEXT, "1.推行“一窗受理”"), cited) is EXACT
    assert verdict(catalog, claim(TEXT, "1.推行“一窗受理”"), shifted(cited, 1)) is MOVED
    assert verdict(catalog, claim(DEADLINE, "6月底前"), shifted(cited, -3)) is MOVED
    assert verdict(catalog, claim(LEAD, "县政务局"), shifted(cited, 95)) is MOVED


def test_a_span_outside_the_document_supports_nothing(catalog: Catalog) -> None:
    cited = replace(cite(catalog, Q + "1"), parts=(Span(0, 10**6),))
    assert verdict(catalog, claim(LEAD, "县政务局"), cited) is ABSENT
    assert verdict(catalog, claim(LEAD, "县政务局"), replace(cited, parts=())) is ABSENT


def test_a_citation_of_the_body_alone_does_not_hold_the_clause(catalog: Catalog) -> None:
    body = cite(catalog, Q + "1", parts=stored(catalog, Q + "1").parts)
    assert verdict(catalog, claim(LEAD, "县政务局"), body) is MOVED
    assert verdict(catalog, claim(DEADLINE, "6月底前"), body) is MOVED


def test_claim_spans_have_to_lie_in_the_citation(catalog: Catalog) -> None:
    cited = cite(catalog, Q + "1")
    own = stored(catalog, Q + "1").mentions[0].span
    other = stored(catalog, Q + "2").mentions[0].span
    assert verdict(catalog, claim(LEAD, "县政务局", spans=(own,)), cited) is EXACT
    assert verdict(catalog, claim(LEAD, "县政务局", spans=(other,)), cited) is MOVED


def test_the_stored_record_counts_and_not_the_one_that_is_brought(catalog: Catalog) -> None:
    """A citation whose entry was tampered with: the helper made the lead, the date made another."""
    cited = cite(catalog, Q + "1")
    entry = stored(catalog, Q + "1")
    swapped = tuple(
        m._replace(role=Role.LEAD if m.role is Role.RESPONSIBLE else Role.RESPONSIBLE) for m in entry.mentions
    )
    later = tuple(replace(d, raw="7月底前") for d in entry.deadlines)
    forged = replace(cited, entry=replace(entry, mentions=swapped, deadlines=later))
    assert verdict(catalog, claim(LEAD, "县市场监管局"), forged) is UNSUPPORTED
    assert verdict(catalog, claim(DEADLINE, "7月底前"), forged) is ABSENT


def test_an_unknown_entry_supports_nothing(catalog: Catalog) -> None:
    cited = cite(catalog, Q + "1")
    forged = replace(cited, entry=replace(cited.entry, id="made-up"))
    assert verdict(catalog, claim(LEAD, "县政务局"), forged) is ABSENT


def test_a_mention_whose_span_prints_something_else_is_no_support(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """An extraction gone wrong: the record says 县政务局, its span prints 县市场监管局."""
    from index_build.catalog import CatalogWriter  # noqa: PLC0415
    from tests.assistant.plans import qinghe  # noqa: PLC0415

    made = qinghe()
    first = made.measures[0]
    wrong = first.mentions[0]._replace(span=first.mentions[1].span)
    bad = replace(made, measures=(replace(first, mentions=(wrong, *first.mentions[1:])), *made.measures[1:]))
    path = tmp_path_factory.mktemp("wrong") / "catalog.db"
    writer = CatalogWriter(path)
    writer.add(bad)
    writer.finish()
    wrong_catalog = Catalog(path)
    assert verdict(wrong_catalog, claim(LEAD, "县政务局"), cite(wrong_catalog, Q + "1")) is UNSUPPORTED


def test_a_day_of_the_text_is_shown_but_never_verified_as_a_deadline(catalog: Catalog) -> None:
    document = catalog.document("青禾县.txt")
    cited = cite(catalog, Q + "2")
    printed = at(document, "惠及企业不少于200家", cited.parts[0].start, cited.parts[0].end)
    assert verdict(catalog, claim(DEADLINE, "惠及企业不少于200家", spans=(printed,)), cited) is PARAPHRASED
    assert verdict(catalog, claim(DEADLINE, "惠及企业不少于200家"), cited) is UNSUPPORTED


# -- whole answers --------------------------------------------------------------------------------------------


def test_a_right_answer_stays_as_it_is(catalog: Catalog) -> None:
    text = "牵头单位：县政务局；完成时限：6月底前。[1]\n\n青禾县方案第1项：“推行“一窗受理””"
    answer = answer_of(
        catalog, text, [Q + "1"],
        [claim(LEAD, "县政务局"), claim(DEADLINE, "6月底前"), claim(TEXT, "推行“一窗受理”")],
    )  # fmt: skip
    checked = check_answer(answer, catalog)
    assert checked.text == text
    assert [c.verdict for c in checked.claims] == [EXACT, EXACT, EXACT]
    assert checked.citations == answer.citations
    assert checked.facts == answer.facts


def test_a_wrong_line_is_replaced_by_the_records_own_words(catalog: Catalog) -> None:
    text = "牵头单位：县公安局。[1]\n另见办理说明。[1]"
    checked = check_answer(answer_of(catalog, text, [Q + "1"], [claim(LEAD, "县公安局")]), catalog)
    first, second = checked.text.split("\n")
    assert first == (
        "“推行“一窗受理”，企业开办全流程压缩至0.5个工作日内办结，不得收取任何费用，网上可办率达到95%以上”；"
        "牵头单位：县政务局；责任单位：县市场监管局、县公安局、县税务局、县督查室；完成时限：6月底前。[1]"
    )
    assert second == "另见办理说明。[1]"
    assert checked.claims == ()


def test_a_wrong_value_in_a_line_without_a_marker_goes_too(catalog: Catalog) -> None:
    text = "结论如下：\n县大数据局牵头\n依据见 [1]"
    checked = check_answer(answer_of(catalog, text, [Q + "1"], [claim(LEAD, "县大数据局")]), catalog)
    assert "县大数据局" not in checked.text
    assert "县政务局" in checked.text


def test_a_wrong_line_of_two_sources_becomes_both_records(catalog: Catalog) -> None:
    text = "两县都由县财政局牵头。[1][2]"
    claims = [claim(LEAD, "县财政局", 1), claim(LEAD, "县财政局", 2)]
    checked = check_answer(answer_of(catalog, text, [Q + "1", B + "2"], claims), catalog)
    assert [c.verdict for c in checked.claims] == [EXACT]  # right of the second
    assert "县政务局" in checked.text
    assert checked.text.count("[1]") == checked.text.count("[2]") == 1


def test_markers_that_point_nowhere_go(catalog: Catalog) -> None:
    answer = answer_of(catalog, "由县政务局牵头 [1] [7]。[0]", [Q + "1"], [claim(LEAD, "县政务局")])
    assert check_answer(answer, catalog).text == "由县政务局牵头 [1]。"


def test_unused_sources_go_and_the_rest_is_renumbered_in_reading_order(catalog: Catalog) -> None:
    text = "白沙县由县行政审批局牵头。[3]\n青禾县由县政务局牵头。[1]"
    answer = answer_of(
        catalog,
        text,
        [Q + "1", Q + "2", B + "1"],
        [claim(LEAD, "县政务局", 1), claim(LEAD, "县行政审批局", 3)],
    )
    answer = replace(answer, facts=tuple(f for f in answer.facts if f[0] != 2))
    checked = check_answer(answer, catalog)
    assert checked.text == "白沙县由县行政审批局牵头。[1]\n青禾县由县政务局牵头。[2]"
    assert [(c.n, c.entry.id) for c in checked.citations] == [(1, B + "1"), (2, Q + "1")]
    assert [(n, m.id) for n, m in checked.facts] == [(2, Q + "1"), (1, B + "1")]
    assert {(c.value, c.citation) for c in checked.claims} == {("县政务局", 2), ("县行政审批局", 1)}


def test_a_fabricated_quote_is_replaced_by_the_document(catalog: Catalog) -> None:
    answer = answer_of(catalog, "见原文 [1]", [Q + "1"])
    forged = replace(answer, citations=(replace(answer.citations[0], quote="企业开办一律免费并当天办结。"),))
    (citation,) = check_answer(forged, catalog).citations
    text = catalog.text("青禾县.txt")
    assert fold(citation.quote) == fold("".join(text[p.start : p.end] for p in citation.parts))


def test_a_forged_fact_and_a_forged_entry_become_the_records(catalog: Catalog) -> None:
    answer = answer_of(catalog, "见原文 [1]", [Q + "1"])
    measure = stored(catalog, Q + "1")
    lie = Mention("县大数据局", Role.LEAD, measure.mentions[0].span)
    extra = Deadline("8月底前", None, DeadlineKind.BY, measure.deadlines[0].span)
    forged = replace(measure, mentions=(lie,), deadlines=(*measure.deadlines, extra))
    checked = check_answer(
        replace(answer, facts=((1, forged),), citations=(replace(answer.citations[0], entry=forged),)),
        catalog,
    )
    assert checked.facts == ((1, measure),)
    assert checked.citations[0].entry == measure


def test_days_read_out_of_the_text_stay_in_the_facts(catalog: Catalog) -> None:
    measure = stored(catalog, Q + "3")
    document = catalog.document("青禾县.txt")
    span = at(document, "由5天压减至3天", measure.extent[0].start, measure.extent[0].end)
    day = Deadline("由5天压减至3天", None, DeadlineKind.DURING, span)
    answer = answer_of(catalog, "见原文 [1]", [Q + "3"])
    checked = check_answer(replace(answer, facts=((1, replace(measure, deadlines=(day,))),)), catalog)
    assert checked.facts[0][1].deadlines == (day,)


@pytest.mark.parametrize("outcome", [Outcome.NOT_FOUND, Outcome.DECLINED])
def test_no_sources_under_an_answer_that_has_none(catalog: Catalog, outcome: Outcome) -> None:
    answer = answer_of(
        catalog, "没有找到白沙县的牵头单位 [1]。", [Q + "1"], [claim(LEAD, "县政务局")], outcome=outcome
    )
    checked = check_answer(answer, catalog)
    assert (checked.citations, checked.facts, checked.claims) == ((), (), ())
    assert checked.text == "没有找到白沙县的牵头单位。"


def test_not_stated_keeps_its_source(catalog: Catalog) -> None:
    answer = answer_of(catalog, "文件未写明完成时限。[1]", [Q + "3"], outcome=Outcome.NOT_STATED)
    assert [c.entry.id for c in check_answer(answer, catalog).citations] == [Q + "3"]


def test_when_nothing_can_be_verified_the_answer_says_so(catalog: Catalog) -> None:
    answer = answer_of(catalog, "由县大数据局牵头。[1]", [Q + "1"], [claim(LEAD, "县大数据局")])
    forged = replace(
        answer, citations=(replace(answer.citations[0], entry=replace(answer.citations[0].entry, id="x")),)
    )
    checked = check_answer(forged, catalog)
    assert (checked.text, checked.outcome) == (NOTHING_LEFT, Outcome.NOT_FOUND)


def test_an_inherited_unit_widens_the_citation_to_the_rule(catalog: Catalog) -> None:
    text = "责任单位：县督查室。[1]"
    made = claim(RESPONSIBLE, "县督查室")
    answer = answer_of(catalog, text, [Q + "1"], [made])
    assert verdict(catalog, made, answer.citations[0]) is MOVED
    checked = check_answer(answer, catalog)
    assert checked.text == text
    assert [c.verdict for c in checked.claims] == [EXACT]
    assert checked.citations[0].quote.endswith("县督查室")
    assert len(checked.citations[0].parts) == 2


def test_what_is_checked_once_stays_the_same(catalog: Catalog) -> None:
    text = "牵头单位：县公安局。[1]\n青禾县由县政务局牵头。[3]"
    claims = [claim(LEAD, "县公安局", 1), claim(LEAD, "县政务局", 3)]
    once = check_answer(answer_of(catalog, text, [B + "1", Q + "2", Q + "1"], claims), catalog)
    assert check_answer(once, catalog) == once


def test_a_list_whose_rows_beyond_the_page_are_claimed_keeps_their_sources(catalog: Catalog) -> None:
    answer = answer_of(catalog, "共 2 项，显示前 1 项：\n1. 一窗受理 [1]", [Q + "1", Q + "2"])
    assert [c.entry.id for c in check_answer(answer, catalog).citations] == [Q + "1", Q + "2"]


def test_links_and_long_numbers_are_no_markers(catalog: Catalog) -> None:
    text = "见[1](#a)和〔2031〕7号、[2031]号，由县政务局牵头 [1]。"
    checked = check_answer(answer_of(catalog, text, [Q + "1"]), catalog)
    assert checked.text == text


def test_record_line_of_a_passage_names_nobody(catalog: Catalog) -> None:
    (entry,) = catalog.entries(["青禾县.txt-p"])
    assert record_line(2, entry) == "“以上任务均由县督查室统筹督办”。[2]"


def test_a_passage_can_be_cited(catalog: Catalog) -> None:
    (entry,) = catalog.entries(["青禾县.txt-p"])
    cited = Citation(1, entry, entry.text, entry.extent)
    made = claim(TEXT, "以上任务均由县督查室统筹督办。")
    assert verdict(catalog, made, cited) is EXACT
    assert verdict(catalog, claim(LEAD, "县督查室"), cited) is UNSUPPORTED
    question = Question("谁督办？", Intent.WHO)
    fact = Measure(entry.id, entry.policy, (), None, entry.text, entry.parts, entry.parts)
    answer = Answer("由县督查室督办 [1]", Outcome.ANSWERED, question, (cited,), ((1, fact),), (made,))
    assert check_answer(answer, catalog).facts == ((1, fact),)


def test_a_name_cut_by_a_page_is_held_by_two_parts(catalog: Catalog) -> None:
    """县政 and 务局 stand on two lines; parts that leave out the line end between them still hold the name."""
    whole = cite(catalog, Q + "1")
    (name,) = [m.span for m in stored(catalog, Q + "1").mentions if m.name == "县政务局"]
    text = catalog.text("青禾县.txt")
    gap = text.index("\n", name.start)
    assert name.start < gap < name.end
    (part,) = whole.parts
    cut = replace(whole, parts=(Span(part.start, gap), Span(gap + 1, part.end)))
    assert verdict(catalog, claim(LEAD, "县政务局"), cut) is EXACT
    lost = replace(whole, parts=(Span(part.start, gap), Span(gap + 2, part.end)))
    assert verdict(catalog, claim(LEAD, "县政务局"), lost) is MOVED
