"""What a file says its papers are: titles, numbers, issuers, dates, validity, annexes, compilations."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest

from index_build.measures import extract
from index_build.model import Document, Policy, PolicyKind
from index_build.papers import find_papers, read_day
from index_build.readers.xlsx import read_xlsx
from index_build.sheet import read_sheet

LETTER = """云岭省人民政府办公厅关于印发
云岭省优化营商环境行动方案的通知
岭政办发〔2024〕12号
各市、县人民政府，省政府各部门：
现将《云岭省优化营商环境行动方案》印发给你们，请认真贯彻执行。
云岭省人民政府办公厅
2024年4月25日
（此件公开发布）
云岭省优化营商环境行动方案
为持续优化营商环境，制定本方案。
一、重点任务
1.推行企业开办全程网办，持续压减环节、时间、成本，让经营主体办事更省心、更省力、更省钱，不断提升办事体验。
2.推行告知承诺制，完善配套制度，加强事中事后监管，明确告知的内容、承诺的方式和核查的办法，公布事项清单。
本方案自印发之日起施行，有效期3年，《云岭省优化营商环境若干措施》（岭政发〔2021〕3号）同时废止。
"""


def policies(text: str) -> list[Policy]:
    return [paper.policy for paper in find_papers(read_sheet(Document("plan.txt", text, "0" * 64)))]


def test_a_plan_with_its_letter() -> None:
    (policy,) = policies(LETTER)
    assert policy.title == "云岭省优化营商环境行动方案"
    assert policy.doc_no == "岭政办发〔2024〕12号"
    assert policy.issuers == ("云岭省人民政府办公厅",)
    assert policy.issued == dt.date(2024, 4, 25)
    assert policy.year == 2024
    assert policy.kind is PolicyKind.PLAN
    assert policy.addressees == "各市、县人民政府，省政府各部门"
    assert policy.effective == dt.date(2024, 4, 25)
    assert policy.expires == dt.date(2027, 4, 25)
    assert policy.repeals == ("岭政发〔2021〕3号",)


@pytest.mark.parametrize(
    "after",
    [
        ["注：指依托一体化平台办理的事项，清单由市数据局每年公布一次，企业和群众均可查询。"] * 2
        + ["注：数据来自市统计局年度公报，口径为规模以上企业，不含个体工商户和农民专业合作社。"] * 3,
        ["本方案由市数据局负责解释，联系电话见市政府网站；执行中的问题请及时反映，以便研究改进。"] * 3,
    ],
    ids=["notes", "little beside the plan"],
)
def test_a_date_that_closes_the_plan_makes_no_letter_of_it(after: list[str]) -> None:
    tasks = [
        f"{n}.推进第{n}项改革，简化流程，压缩时限，让企业少跑路。（牵头单位：市数据局）" for n in range(1, 31)
    ]
    head = [
        "临溪市优化营商环境工作方案",
        "各县（区）人民政府：",
        "为优化营商环境，制定本方案。",
        "一、重点任务",
    ]
    text = "\n".join([*head, *tasks, "临溪市人民政府", "2031年3月15日", *after])
    assert len(extract(Document("a.txt", text, "0" * 64)).measures) == 30


def test_the_letter_ends_where_the_plan_begins() -> None:
    sheet = read_sheet(Document("plan.txt", LETTER, "0" * 64))
    (paper,) = find_papers(sheet)
    assert sheet.text[paper.body :].startswith("为持续优化营商环境")
    assert "请认真贯彻执行" in sheet.text[paper.start : paper.body]


def test_the_year_of_the_title_goes_before_that_of_the_date() -> None:
    (policy,) = policies("青禾市2025年营商环境工作要点\n青禾市人民政府办公室\n2024年12月28日\n1.推行网办。")
    assert (policy.year, policy.issued) == (2025, dt.date(2024, 12, 28))


def test_a_span_of_years_is_no_year_of_the_plan() -> None:
    (policy,) = policies("青禾市营商环境三年行动计划（2024—2026年）\n1.推行网办。")
    assert policy.year is None


def test_several_issuers_sign() -> None:
    (policy,) = policies(
        "关于规范联合验收工作的通知\n各有关单位：\n现将有关事项通知如下。\n霁州市住房和城乡建设局\n霁州市水务局\n2024年1月19日\n"
        + "一、规范流程。"
        + "各部门要按照规定的流程办理联合验收，做到一次告知、一表申请、一窗受理、一并核验、一次办结、一码查询。"
        * 3
    )
    assert policy.issuers == ("霁州市住房和城乡建设局", "霁州市水务局")


def test_the_issuer_is_in_the_title_where_nobody_signs() -> None:
    (policy,) = policies("砚湖区司法局关于开展涉企执法检查的通知\n各街道：\n请认真落实。")
    assert policy.issuers == ("砚湖区司法局",)


COMPILATION = """政策汇编
（一）云岭
1. 云岭省关于印发促进外贸稳定
增长实施方案的通知（2024
年3 月5 日）
岭政办〔2024〕6号
各市人民政府：
现印发给你们。
云岭省人民政府办公厅
2024 年3 月5 日
云岭省促进外贸稳定增长实施方案
1.支持企业参展。
2.支持信保。
（二）青禾
1. 青禾市惠企政策清单（2024年6月1日）
禾政办〔2024〕9号
1.发放稳岗补贴。
2.发放技改补贴。
"""


def test_a_compilation_holds_its_papers_and_its_measures_are_none() -> None:
    found = policies(COMPILATION)
    assert [p.title for p in found] == ["云岭省关于印发促进外贸稳定增长实施方案的通知", "青禾市惠企政策清单"]
    assert [p.doc_no for p in found] == ["岭政办〔2024〕6号", "禾政办〔2024〕9号"]
    assert [p.issued for p in found] == [dt.date(2024, 3, 5), dt.date(2024, 6, 1)]
    assert [p.kind for p in found] == [PolicyKind.PLAN, PolicyKind.LIST]


def test_headings_between_papers_belong_to_none() -> None:
    document = Document("plan.txt", COMPILATION, "0" * 64)
    first = find_papers(read_sheet(document))[0].policy
    assert document.slice(first.span).rstrip().endswith("2.支持信保。")


def test_annexes_with_titles_are_papers_and_take_what_they_do_not_say_from_the_plan() -> None:
    found = policies(
        "白榆县关于优化营商环境的实施方案\n白榆县人民政府\n2024年5月6日\n1.推行网办。\n附件：\n1.白榆县综合窗口改革实施方案\n2.白榆县信用建设实施方案\n"
        "附件1\n白榆县综合窗口改革\n实施方案\n1.设立综合窗口。\n附件2\n白榆县信用建设实施方案\n1.建立信用档案。\n"
    )
    assert [p.title for p in found] == [
        "白榆县关于优化营商环境的实施方案",
        "白榆县综合窗口改革实施方案",
        "白榆县信用建设实施方案",
    ]
    assert {p.issued for p in found} == {dt.date(2024, 5, 6)}
    assert {p.year for p in found} == {2024}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年4月5日", dt.date(2024, 4, 5)),
        ("二〇二四年四月十五日", dt.date(2024, 4, 15)),
        ("二○二四年十二月三十一日", dt.date(2024, 12, 31)),
        ("2024年2月30日", None),
        ("四月五日", None),
    ],
)
def test_days_are_read(text: str, day: dt.date | None) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("霁州市政务数据管理办法", PolicyKind.RULES),
        ("霁州市惠企事项清单", PolicyKind.LIST),
        ("霁州市优化服务二十条", PolicyKind.PLAN),
        ("霁州市关于召开座谈会的通知", PolicyKind.NOTICE),
    ],
)
def test_kinds_by_title(title: str, kind: PolicyKind) -> None:
    assert policies(f"{title}\n1.甲。\n2.乙。")[0].kind is kind


def test_a_text_without_any_title_is_named_after_its_file() -> None:
    (policy,) = policies(
        "1.推行企业开办全程网办，压减环节，压减时间，压减材料，压减跑动次数，压减办理成本，全面提升企业的获得感、幸福感、安全感和满意度。"
    )
    assert policy.title == "plan"


def workbook(*sheets: tuple[str, str]) -> bytes:
    """A workbook of sheets (name, first row), a task table under each."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, caption in sheets:
        sheet = book.create_sheet(name)
        sheet.append([caption])
        sheet.append(["序号", "任务", "牵头单位"])
        sheet.append([1, "改造乡镇敬老院九所。", "县民政局"])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.mark.parametrize(
    ("sheets", "title"),
    [
        (
            (
                ("经济类", "云泽县2031年重点工作台账（经济类）"),
                ("民生类", "云泽县2031年重点工作台账（民生类）"),
            ),
            "云泽县2031年重点工作台账",
        ),
        ((("任务", "云泽县2031年重点工作台账（试行）"),), "云泽县2031年重点工作台账（试行）"),
        ((("云泽县任务", "单位：万元"),), "云泽县任务"),
    ],
)
def test_a_workbook_is_named_by_the_row_over_its_table(
    sheets: tuple[tuple[str, str], ...], title: str
) -> None:
    document = read_xlsx(workbook(*sheets), "plan.xlsx")
    assert find_papers(read_sheet(document))[0].policy.title == title


def test_a_numbered_heading_is_no_title() -> None:
    (policy,) = policies(
        "云泽县2031年食品安全责任清单\n云泽安委〔2031〕3号\n云泽县食品安全委员会　2031年3月12日\n"
        "一、源头治理行动\n1.开展农药残留治理，公布禁限用农药名录，接受群众监督。（责任单位：县农业农村局）\n2.清查屠宰场所，取缔私屠滥宰窝点，检验证明随货同行。"
        "（责任单位：县公安局）"
    )
    assert policy.title == "云泽县2031年食品安全责任清单"


@pytest.mark.parametrize(
    "shown", ["云泽市问题整改台账_政务公开", "云泽市问题整改台账 - 云泽市人民政府", "云泽市问题整改台账"]
)
def test_the_name_of_a_site_is_no_part_of_a_title(shown: str) -> None:
    text = "索引号：1\n1.修订服务规范，开展窗口人员轮训。（责任单位：市行政审批局）"
    document = Document("plan.html", text, "0" * 64, title=shown)
    assert find_papers(read_sheet(document))[0].policy.title == "云泽市问题整改台账"


def test_the_way_to_a_page_is_no_part_of_its_title() -> None:
    (policy,) = policies(
        "首页 > 专题专栏 > 整改落实\n云泽市问题整改台账\n现将整改台账公布如下：\n1.修订服务规范，开展窗口人员轮训。（责任单位：市行政审批局）"
    )
    assert policy.title == "云泽市问题整改台账"


@pytest.mark.parametrize(
    "asking",
    [
        "点击上方蓝字关注我们",
        "长按二维码关注我们",
        "扫码关注“云泽发布”公众号",
        "欢迎关注云泽卫健",
        "关注公众号",
    ],
)
def test_what_a_channel_asks_of_its_readers_is_no_title(asking: str) -> None:
    (policy,) = policies(f"{asking}\n\n云泽市献血工作方案\n\n1.开展集中献血。（责任单位：市卫健委）")
    assert policy.title == "云泽市献血工作方案"
    (policy,) = policies("关注民生小实事工作方案\n\n1.开展集中献血。（责任单位：市卫健委）")
    assert policy.title == "关注民生小实事工作方案"


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("霁州市实施方案\n霁政办发〔2024〕8号\n1.推行网办，6月底前上线。", 2024),
        (
            "霁州市实施方案\n1.推行网办，2025年6月底前上线。\n2.推行秒批，2025年内完成。\n3.参照2024年做法。",
            2025,
        ),
        ("霁州市实施方案\n1.推行网办，6月底前上线。", None),
    ],
)
def test_the_year_of_a_plan_without_a_date(text: str, year: int | None) -> None:
    assert policies(text)[0].year == year


@pytest.mark.parametrize(
    ("head", "doc_no", "issuers", "issued"),
    [
        ("临政发〔2025〕3号　　2025年1月15日", "临政发〔2025〕3号", (), "2025-01-15"),
        ("南坪省人民政府  2023年11月1日", None, ("南坪省人民政府",), "2023-11-01"),
        ("发布日期：2024-05-20", None, (), "2024-05-20"),
        ("发布时间：2024年5月20日  来源：市政府办公室", None, (), "2024-05-20"),
        ("（2024年5月20日南坪市人民政府第10次常务会议通过）", None, ("南坪市人民政府",), "2024-05-20"),
        (
            "发文机关：南坪市人民政府办公室　成文日期：2024年3月4日\n发文字号：南政办发〔2024〕7号",
            "南政办发〔2024〕7号",
            ("南坪市人民政府办公室",),
            "2024-03-04",
        ),
        (
            "发布机构：\n南坪市发展和改革委员会\n成文日期：\n2024-03-04",
            None,
            ("南坪市发展和改革委员会",),
            "2024-03-04",
        ),
    ],
)
def test_number_organ_and_day_beside_one_another(
    head: str, doc_no: str | None, issuers: tuple[str, ...], issued: str
) -> None:
    (policy,) = policies(
        f"南坪优化营商环境行动方案\n{head}\n一、重点任务\n1.推行企业开办全程网办。\n2.推行告知承诺。"
    )
    assert (policy.doc_no, policy.issuers, str(policy.issued)) == (doc_no, issuers, issued)
