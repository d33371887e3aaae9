"""Dates and time limits: one row an expression, the days worked out by hand."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index_build.date_forms import FORMS, Form
from index_build.dates import DateHit, find_dates, find_deadlines, read_limits
from index_build.model import DeadlineKind
from tests.index_build.openings import openings

YEAR = 2022
TODAY = dt.date(2024, 5, 15)  # a Wednesday

# text · raw · first · last · kind, in a plan of 2022
WRITTEN = (
    ("2022年3月底前", "2022年3月底前", None, "2022-03-31", "by"),
    ("3月底前", "3月底前", None, "2022-03-31", "by"),
    ("2024年2月底前", "2024年2月底前", None, "2024-02-29", "by"),
    ("2月底前", "2月底前", None, "2022-02-28", "by"),
    ("9月30日前", "9月30日前", None, "2022-09-30", "by"),
    ("9月30日之前", "9月30日之前", None, "2022-09-30", "by"),
    ("9月30日以前", "9月30日以前", None, "2022-09-30", "by"),
    ("9月15号前", "9月15号前", None, "2022-09-15", "by"),
    ("6月前", "6月前", None, "2022-06-30", "by"),
    ("6月份", "6月份", "2022-06-01", "2022-06-30", "during"),
    ("2023年6月", "2023年6月", "2023-06-01", "2023-06-30", "during"),
    ("年底前", "年底前", None, "2022-12-31", "by"),
    ("2023年底", "2023年底", None, "2023-12-31", "by"),
    ("2023年年底前", "2023年年底前", None, "2023-12-31", "by"),
    ("2023年末", "2023年末", None, "2023-12-31", "by"),
    ("今年底前", "今年底前", None, "2022-12-31", "by"),
    ("今年年底前", "今年年底前", None, "2022-12-31", "by"),
    ("明年6月底前", "明年6月底前", None, "2023-06-30", "by"),
    ("年内", "年内", "2022-01-01", "2022-12-31", "by"),
    ("2025年内", "2025年内", "2025-01-01", "2025-12-31", "by"),
    ("年中", None, None, None, None),
    ("2022年中，", "2022年中", None, "2022-06-30", "by"),
    ("上半年", "上半年", "2022-01-01", "2022-06-30", "during"),
    ("2022年上半年", "2022年上半年", "2022-01-01", "2022-06-30", "during"),
    ("下半年", "下半年", "2022-07-01", "2022-12-31", "during"),
    ("上半年前", "上半年前", None, "2022-06-30", "by"),
    ("第三季度", "第三季度", "2022-07-01", "2022-09-30", "during"),
    ("三季度末", "三季度末", None, "2022-09-30", "by"),
    ("2024年第4季度", "2024年第4季度", "2024-10-01", "2024-12-31", "during"),
    ("一季度底前", "一季度底前", None, "2022-03-31", "by"),
    ("前三季度", "前三季度", "2022-01-01", "2022-09-30", "during"),
    ("前三个季度", "前三个季度", "2022-01-01", "2022-09-30", "during"),
    ("5月上旬", "5月上旬", "2022-05-01", "2022-05-10", "during"),
    ("5月中旬前", "5月中旬前", None, "2022-05-20", "by"),
    ("2月下旬", "2月下旬", "2022-02-21", "2022-02-28", "during"),
    ("7月初", "7月初", "2022-07-01", "2022-07-10", "during"),
    ("2024.09.30", "2024.09.30", "2024-09-30", "2024-09-30", "by"),
    ("2024/7/31", "2024/7/31", "2024-07-31", "2024-07-31", "by"),
    ("2024-07-31前", "2024-07-31前", None, "2024-07-31", "by"),
    ("2024.9", "2024.9", "2024-09-01", "2024-09-30", "during"),
    ("二〇二四年九月三十日", "二〇二四年九月三十日", "2024-09-30", "2024-09-30", "by"),
    ("二零二四年十二月底前", "二零二四年十二月底前", None, "2024-12-31", "by"),
    ("二○二二年十月二十一日", "二○二二年十月二十一日", "2022-10-21", "2022-10-21", "by"),
    ("十一月底前", "十一月底前", None, "2022-11-30", "by"),
    ("二月廿八日", "二月廿八日", "2022-02-28", "2022-02-28", "by"),
    ("24年年底前", "24年年底前", None, "2024-12-31", "by"),
    ("2022下半年", "2022下半年", "2022-07-01", "2022-12-31", "during"),
    ("2023第三季度", "2023第三季度", "2023-07-01", "2023-09-30", "during"),
    ("2023年的任务", "2023年", "2023-01-01", "2023-12-31", "during"),
    ("2023年的第三季度", "2023年的第三季度", "2023-07-01", "2023-09-30", "during"),
    ("23年10月底前", "23年10月底前", None, "2023-10-31", "by"),
    ("到2025年", "2025年", "2025-01-01", "2025-12-31", "during"),
    ("2025年前", "2025年前", None, "2025-12-31", "by"),
    ("2022—2025年", "2022—2025年", "2022-01-01", "2025-12-31", "during"),
    ("2022年至2024年", "2022年至2024年", "2022-01-01", "2024-12-31", "during"),
    ("3—6月", "3—6月", "2022-03-01", "2022-06-30", "during"),
    ("2023年3月至6月", "2023年3月至6月", "2023-03-01", "2023-06-30", "during"),
    ("3月1日至6月30日", "3月1日至6月30日", "2022-03-01", "2022-06-30", "during"),
    ("2022年11月—2023年2月", "2022年11月—2023年2月", "2022-11-01", "2023-02-28", "during"),
    ("2022年起", "2022年起", "2022-01-01", None, "from"),
    ("2022年7月1日起", "2022年7月1日起", "2022-07-01", None, "from"),
    ("6月底以后", "6月底以后", "2022-06-30", None, "from"),
    ("2025年汛期前", "2025年汛期前", None, None, "by"),
    ("春节前", "春节前", None, None, "by"),
    ("供暖期前", "供暖期前", None, None, "by"),
    ("国庆节前", "国庆节前", None, "2022-09-30", "by"),
    ("2023年元旦前", "2023年元旦前", None, "2022-12-31", "by"),
    ("“五一”前", "“五一”前", None, "2022-04-30", "by"),
    ("“十四五”末", "“十四五”末", None, "2025-12-31", "by"),
    ("十五五期间", "十五五期间", "2026-01-01", "2030-12-31", "during"),
    ("次年1月底前", "次年1月底前", None, "2023-01-31", "by"),
    ("9月30日24时前", "9月30日24时前", None, "2022-09-30", "by"),
    ("3月20日下午5点前", "3月20日下午5点前", None, "2022-03-20", "by"),
    ("9月30曰前", "9月30曰前", None, "2022-09-30", "by"),
    ("年內", "年內", "2022-01-01", "2022-12-31", "by"),
    ("6月末", "6月末", None, "2022-06-30", "by"),
    ("每月20日前", "每月20日前", None, None, "recurring"),
    ("每季度末", "每季度末", None, None, "recurring"),
    ("每年3月底前", "每年3月底前", None, None, "recurring"),
    ("每半年", "每半年", None, None, "recurring"),
    ("每月5日和20日前", "每月5日和20日前", None, None, "recurring"),
    ("长期坚持", "长期坚持", None, None, "ongoing"),
    ("持续推进", "持续推进", None, None, "ongoing"),
    ("贯穿全年", "贯穿全年", None, None, "ongoing"),
    ("立行立改", "立行立改", None, None, "ongoing"),
    # read through OCR noise
    ("2O22年l2月底", "2O22年l2月底", None, "2022-12-31", "by"),
    ("2022 年 8\n月底", "2022年8月底", None, "2022-08-31", "by"),
    ("２０２２年３月底前", "２０２２年３月底前", None, "2022-03-31", "by"),
    ("56.2022年底前", "2022年底前", None, "2022-12-31", "by"),
)

NO_DATES = (
    "3个工作日内办结", "3年内", "两年内", "12个月内", "6个月", "24365平台", "5G 3.0版", "99.2022%", "13月", "2月30日", "第5季度",
    "持续推进简政放权", "长期照护保险", "每一位", "年度", "近年来", "中小企业", "三天内能办完吗", "1000—5000元", "12345热线", "国办发〔2022〕30号", "学年末考",
    "本月", "下季度", "月底前", "下周五", "1个季度内", "年内部",
)  # fmt: skip


def shown(hit: DateHit) -> tuple[str, str | None, str | None, str]:
    first, last = (day.isoformat() if day else None for day in (hit.first, hit.last))
    return "".join(hit.raw.split()), first, last, hit.kind.value


@pytest.mark.parametrize(("text", "raw", "first", "last", "kind"), WRITTEN, ids=lambda v: str(v))
def test_written_dates(
    text: str, raw: str | None, first: str | None, last: str | None, kind: str | None
) -> None:
    assert [shown(hit) for hit in find_dates(text, YEAR)] == ([(raw, first, last, kind)] if raw else [])


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_form_reads_its_example(form: object) -> None:
    example = form.example  # type: ignore[attr-defined]
    (hit,) = find_dates(example, YEAR, today=TODAY)
    assert hit.raw == example


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date(text: str) -> None:
    assert find_dates(text, YEAR) == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("本月要办完的事", "2024-05-01", "2024-05-31"),
        ("这个月", "2024-05-01", "2024-05-31"),
        ("下个月到期", "2024-06-01", "2024-06-30"),
        ("上月", "2024-04-01", "2024-04-30"),
        ("本季度", "2024-04-01", "2024-06-30"),
        ("下季度", "2024-07-01", "2024-09-30"),
        ("上季度", "2024-01-01", "2024-03-31"),
        ("本周", "2024-05-13", "2024-05-19"),
        ("下周", "2024-05-20", "2024-05-26"),
        ("今天", "2024-05-15", "2024-05-15"),
        ("明天", "2024-05-16", "2024-05-16"),
        ("本月20日前", None, "2024-05-20"),
        ("本月底前", None, "2024-05-31"),
        ("月底前要办完", None, "2024-05-31"),
        ("三个月内到期的", "2024-05-15", "2024-08-15"),
        ("三季度结束前", None, "2024-09-30"),
        ("下月20日前", None, "2024-06-20"),
        ("下个月底之前", None, "2024-06-30"),
        ("这周五前", None, "2024-05-17"),
        ("下周三", "2024-05-22", "2024-05-22"),
        ("本周日", "2024-05-19", "2024-05-19"),
        ("今年", "2024-01-01", "2024-12-31"),
        ("明年", "2025-01-01", "2025-12-31"),
        ("去年", "2023-01-01", "2023-12-31"),
        ("今年下半年", "2024-07-01", "2024-12-31"),
        ("下半年", "2024-07-01", "2024-12-31"),
        ("六月份之前", None, "2024-06-30"),
        ("年底前", None, "2024-12-31"),
        ("未来三个月", "2024-05-15", "2024-08-15"),
        ("近两周内", "2024-05-15", "2024-05-29"),
        ("接下来10天", "2024-05-15", "2024-05-25"),
        ("未来半年", "2024-05-15", "2024-11-15"),
    ],
)
def test_dates_of_questions_lean_on_the_day_of_asking(text: str, first: str | None, last: str | None) -> None:
    (hit,) = find_dates(text, None, today=TODAY)
    assert shown(hit)[1:3] == (first, last)


def test_the_plans_year_comes_before_the_day_of_asking() -> None:
    (hit,) = find_dates("6月底前要完成什么", 2022, today=TODAY)
    assert hit.last == dt.date(2022, 6, 30)


def test_a_month_without_any_year_has_no_day() -> None:
    (hit,) = find_dates("6月底前", None)
    assert (hit.first, hit.last, hit.kind) == (None, None, DeadlineKind.BY)


def test_a_year_holds_for_the_rest_of_its_sentence() -> None:
    text = "2023年6月底前建成，9月底前验收。12月底前总结。"
    assert [str(hit.last) for hit in find_dates(text, 2022)] == ["2023-06-30", "2023-09-30", "2022-12-31"]


# ---- limits in running text ---------------------------------------------------------------------------------

LIMITS = (
    ("12月底前全面实现电子化。", ["2022-12-31"]),
    ("7月底前用气业务一表办理，12月底前用热业务一表办理。", ["2022-07-31", "2022-12-31"]),
    ("年内力争建成并投入运营。", ["2022-12-31"]),
    ("到2022年底，将环节压缩为2个。", ["2022-12-31"]),
    ("到2025年，基本建成服务体系。", ["2025-12-31"]),
    ("力争2022年9月底前退出高风险序列。", ["2022-09-30"]),
    ("各职能部门2022年上半年编制并公布办事指南。", ["2022-06-30"]),
    ("2022年发布项目类型清单。", ["2022-12-31"]),
    ("环城公路年底前竣工。", ["2022-12-31"]),
    ("并于2022年10月底前完成计划的制定和公示。", ["2022-10-31"]),
    ("请分别于3月31日、6月25日和11月20日前报送总结。", ["2022-03-31", "2022-06-25", "2022-11-20"]),
    ("2022年末网络货运营业额达到12亿元。", ["2022-12-31"]),
    ("汛期前完成河道清障。", [None]),
    ("6月底前出台促进消费的实施意见。", ["2022-06-30"]),
    ("2022/9/30前上线。", ["2022-09-30"]),
    ("力争2022年3月至6月完成清淤。", ["2022-06-30"]),
    ("次年三月前提交报告。", ["2023-03-31"]),
    ("将试点延伸到10月底。", ["2022-10-31"]),
    ("“十四五”末，全市园区达到12个。", ["2025-12-31"]),
)

NO_LIMITS = (
    "2022年起，实现报装零投资。",
    "自2022年7月1日起施行，有效期2年。",
    "政策执行至2024年9月30日。",
    "有效期至2025年12月31日。",
    "缓缴期限延长至2022年底。",
    "截至2022年6月底，全市已有企业3万户。",
    "3月份我公司重新摸底统计。",
    "信息报送情况纳入年底考核。",
    "做好2010年以前职称信息的采集。",
    "2022年城镇用户年均停电时间压减至2个小时以内。",
    "落实自治区各部门2022年上半年编制的办事指南。",
    "对2022年12月31日前新登记注册的小微企业给予补贴。",
    "2022年6月底前出台的政策继续有效。",
    "在当年9月底前补报的企业移出名录。",
    "按照《2022年底前重点任务清单》执行。",
    "公布年内依法作出但未履行的承诺事项清单。",
    "于2022年6月1日印发通知。",
    "报装业务3个工作日内办结，不超过5天。",
    "每月20日前报送进展。",
    "持续推进“一网通办”。",
    "原则上1个季度内不再检查。",
    "比2021年底增长5%。",
    "已于2022年3月底前完成。",
    "“十四五”期间建成12个园区。",
    "确保十月至次年三月水位平稳。",
    "每年10月至次年三月开展越冬巡护。",
    "每年9月起至次年5月实施补水。",
    "当年冬季至次年三月持续投喂。",
)


@pytest.mark.parametrize(("text", "days"), LIMITS, ids=lambda v: str(v)[:20])
def test_limits_in_running_text(text: str, days: list[str | None]) -> None:
    got = [hit.last.isoformat() if hit.last else None for hit in find_deadlines(text, YEAR)]
    assert got == days


@pytest.mark.parametrize("text", NO_LIMITS)
def test_dates_that_limit_nothing(text: str) -> None:
    assert find_deadlines(text, YEAR) == []


@pytest.mark.parametrize(
    ("value", "limits"),
    [
        (
            "2022年8月底取得阶段性成效，持续推进",
            [("2022年8月底取得阶段性成效，持续推进", "2022-08-31", "by")],
        ),
        ("2022年10月底取得明显成效并长期坚持", [("2022年10月底取得明显成效并长期坚持", "2022-10-31", "by")]),
        (
            "3月底前完成方案，6月底前建成",
            [("3月底前完成方案", "2022-03-31", "by"), ("6月底前建成", "2022-06-30", "by")],
        ),
        ("长期坚持（已完成）", [("长期坚持（已完成）", None, "ongoing")]),
        ("2022年6月", [("2022年6月", "2022-06-30", "by")]),
        ("第三季度", [("第三季度", "2022-09-30", "by")]),
        ("2022年3月至6月", [("2022年3月至6月", "2022-06-30", "during")]),
        ("全年", [("全年", None, "ongoing")]),
        ("全年推进", [("全年推进", None, "ongoing")]),
        ("2023年全年", [("2023年全年", None, "ongoing")]),
        ("全年持续开展", [("全年持续开展", None, "ongoing")]),
        ("常年", [("常年", None, "ongoing")]),
        ("年内", [("年内", "2022-12-31", "by")]),
        ("每季度末", [("每季度末", None, "recurring")]),
        ("每年年底", [("每年年底", None, "recurring")]),
        ("2022年7月起", [("2022年7月起", None, "from")]),
        ("按时间节点推进", [("按时间节点推进", None, "ongoing")]),
        ("另行通知", [("另行通知", None, "by")]),
        ("", []),
        ("；", []),
    ],
)
def test_values_known_to_be_limits(value: str, limits: list[tuple[str, str | None, str]]) -> None:
    got = [
        (hit.raw, hit.last.isoformat() if hit.last else None, hit.kind.value)
        for hit in read_limits(value, YEAR)
    ]
    assert got == limits


# ---- laws ---------------------------------------------------------------------------------------------------


@given(day=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)), form=st.sampled_from(["{0.year}年{0.month}月{0.day}日", "{0.year}.{0.month:02}.{0.day:02}", "{0.year}/{0.month}/{0.day}", "{0.year}-{0.month:02}-{0.day:02}"]))  # fmt: skip
def test_a_written_day_is_read_back(day: dt.date, form: str) -> None:
    text = form.format(day)
    (hit,) = find_dates(f"于{text}印发", 2022)
    assert (hit.raw, hit.first, hit.last) == (text, day, day)


@given(st.one_of(st.text(max_size=200), st.text(alphabet="0123456789OlI年月日底末前内上下半季度旬第一二三四十至到—起每本今全 \n.-/，。", max_size=80)))  # fmt: skip
def test_any_text_is_survived_with_places_in_range(text: str) -> None:
    for today in (None, TODAY):
        end = 0
        for hit in find_dates(text, 2022, today=today):
            assert end <= hit.start < hit.end <= len(text)
            assert hit.raw == "".join(text[hit.start : hit.end].split())
            assert hit.first is None or hit.last is None or hit.first <= hit.last
            end = hit.end
    for hit in find_deadlines(text, 2022):
        assert 0 <= hit.start < hit.end <= len(text)
    for hit in read_limits(text, 2022):
        assert 0 <= hit.start < hit.end <= len(text)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_names_every_sign_it_can_begin_with(form: Form) -> None:
    assert openings(form.pattern) <= set(form.opens)
