"""The words of an answer: titles, quotes, figures, days, citations that equal their slices."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.ask import Assistant
from assistant.compose import as_fact, cite
from assistant.extracts import has_figure, has_figure_of, key_words
from assistant.labels import days_text, head, number_label, short_title
from assistant.matching import Weighed
from assistant.model import Concept
from index_build.catalog import Filter
from index_build.model import Deadline, DeadlineKind, Measure, Passage, Policy, Span
from index_build.text import fold, nested

POLICY = Policy("x.txt", 0, "岚溪县优化营商环境行动方案", Span(0, 10))
SPAN = Span(0, 5)


def measure(text: str, number: str | None = "1", plan: str | None = None) -> Measure:
    return Measure("m", POLICY, (), number, text, (SPAN,), (SPAN,), plan=plan)


def weighed(*words: str) -> tuple[Weighed, ...]:
    return tuple(Weighed(Concept(w), 1.0, ((w, 1.0),), True) for w in words)


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("岚溪县优化营商环境行动方案", "岚溪县优化营商环境行动方案"),
        ("关于印发《岚溪县行动方案》的通知", "岚溪县行动方案"),
        ("岚溪县人民政府关于印发岚溪县优化营商环境行动方案的通知", "岚溪县优化营商环境行动方案"),
        ("岚溪县落实《省行动方案》工作举措", "岚溪县落实〈省行动方案〉工作举措"),
        ("《岚溪县行动方案》", "岚溪县行动方案"),
    ],
)
def test_short_titles(title: str, short: str) -> None:
    assert short_title(Policy("x", 0, title, Span(0, 1))) == short


def test_title_marks_inside_title_marks() -> None:
    assert nested("落实《甲》和《乙》") == "落实〈甲〉和〈乙〉"


@pytest.mark.parametrize(
    ("number", "label"),
    [
        ("12", "第12条"),
        ("13（3）", "第13（3）条"),
        ("（一）", "（一）"),
        ("第三十一条", "第三十一条"),
        (None, ""),
    ],
)
def test_numbers_as_people_say_them(number: str | None, label: str) -> None:
    assert number_label(measure("甲", number)) == label


def test_a_short_body_is_quoted_whole() -> None:
    text = "推行公证服务网上办理，公证书可以邮寄送达。"
    assert key_words(measure(text), weighed("公证")) == text


def test_of_a_long_body_the_sentences_that_answer_in_their_order() -> None:
    filler = "持续加强组织领导，压实工作责任，确保各项任务落到实处。" * 5
    text = f"甲类项目审批压缩至10个工作日。{filler}乙类项目审批压缩至20个工作日。{filler}"
    quote = key_words(measure(text), weighed("乙类项目", "审批"), quantity="个?工作日")
    assert "20个工作日" in quote
    assert quote.index("甲类") < quote.index("乙类") if "甲类" in quote else True
    assert len(quote) < 300


def test_a_figure_in_the_plan_is_quoted_beside_the_body() -> None:
    quote = key_words(
        measure("压缩办电时间。", plan="低压办电不超过6个工作日。"), weighed("办电"), quantity="个?工作日"
    )
    assert "压缩办电时间" in quote
    assert "6个工作日" in quote


@pytest.mark.parametrize(
    ("text", "quantity", "there"),
    [
        ("容量提高至200千瓦", "千瓦", True),
        ("提高用电容量", "千瓦", False),
        ("不超过5个工作日", "个?工作日", True),
        ("压缩工作日", "个?工作日", False),
        ("达到70%以上", "%", True),
        ("拨打12345", r"\d{5,}", True),
        ("拨打热线电话", r"\d{5,}", False),
        ("设立一个窗口", r"\d", True),
        ("设立窗口", r"\d", False),
        ("按照青发改〔2031〕271号文件执行", r"\d", False),  # a document's number is no figure
        ("按照青发改〔2031〕271号文件降低2成", r"\d", True),
        ("2031年3月20日前公布结果", "个?(工作日|天|日|月)", False),  # the calendar is no length of time
        ("9月底前完成", "个?(工作日|天|日|月)", False),
        ("3月20日起20日内公布", "个?(工作日|天|日|月)", True),
        ("2个月内公布", "个?(工作日|天|日|月)", True),
    ],
)
def test_figures_of_the_asked_kind(text: str, quantity: str, there: bool) -> None:
    assert has_figure(text, quantity) is there


def test_days_as_printed_each_once_with_whom_they_bind() -> None:
    day = dt.date(2031, 8, 31)
    rows = [
        Deadline("8月底前", day, DeadlineKind.BY, SPAN, "县财政局"),
        Deadline("8月底前", day, DeadlineKind.BY, SPAN, "县财政局"),
        Deadline("年底前", None, DeadlineKind.BY, SPAN),
    ]
    assert days_text(rows) == "县财政局：8月底前；年底前"
    assert days_text(rows[2:] + rows[:1], english=True) == "年底前; 县财政局: 8月底前 (2031-08-31)"


def test_the_head_of_a_list_row_ends_at_a_clause() -> None:
    assert head(measure("推行公证服务网上办理。")) == "推行公证服务网上办理"
    long = (
        "推行企业开办一网通办，" + "企业登记、印章刻制、申领发票等环节全部在一个平台上并行办理，实现一日办结"
    )
    row = head(measure(long), 30)
    assert row.endswith("…")
    assert len(row) <= 31
    assert long.startswith(row[:-1])


def test_a_passage_as_a_fact_has_the_days_read_out_of_it() -> None:
    passage = Passage("p", POLICY, (), "自2031年7月1日起施行", (SPAN,))
    day = Deadline("2031年7月1日", dt.date(2031, 7, 1), DeadlineKind.FROM, SPAN)
    fact = as_fact(passage, [day])
    assert (fact.id, fact.lead, fact.deadlines) == ("p", (), (day,))


def test_a_citation_quotes_its_own_slices(asked: Assistant) -> None:
    catalog = asked.index.catalog
    measures = catalog.measures(Filter())
    assert len(measures) == 16
    for n, m in enumerate(measures, 1):
        citation = cite(n, m, catalog)
        text = catalog.text(m.policy.doc)
        assert fold(citation.quote) == fold("".join(text[p.start : p.end] for p in citation.parts))
        assert fold(m.text) in fold(citation.quote)
        assert all(
            fold(name).removeprefix("县").removeprefix("市") in fold(citation.quote) for name in m.lead
        )


def test_with_whole_the_figure_has_to_stand_in_a_sentence_about_most_of_the_question() -> None:
    entry = measure("检查结果及时公示。培训在20个工作日内结束，公示照旧。")
    asked = weighed("检查", "结果", "公示")
    assert has_figure_of(entry, asked, "个?工作日")
    assert not has_figure_of(entry, asked, "个?工作日", whole=True)


def test_any_figure_has_to_stand_by_a_word_that_is_surely_meant() -> None:
    entry = measure("建立3家创业导师工作室。加大创业担保贷款支持力度。")
    asked = (Weighed(Concept("创业担保贷款"), 1.0, (("创业担保贷款", 1.0), ("创业", 0.6)), True),)
    assert not has_figure_of(entry, asked, r"\d")
    assert not has_figure_of(entry, asked, "元")
