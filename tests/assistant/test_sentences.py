"""What a worded sentence may say of the measures it cites.  Most rows are of what must fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.model import Verdict
from assistant.sentences import CHECKS, check_sentence
from assistant.sentences.figures import bound_of, find_numbers, han_number
from assistant.sentences.ground import unit_forms
from assistant.sentences.literal import cut_short, negated_outside
from index_build.catalog import Catalog
from tests.assistant.plans import cite, make_catalog

QINGHE = "青禾县.txt-"


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return make_catalog(tmp_path_factory.mktemp("sentences"))


SUPPORTED = [
    ("1", "由县政务局牵头，县市场监管局、县公安局、县税务局配合，6月底前完成。", Verdict.PARAPHRASED),
    ("1", "牵头单位是县政务局，责任单位为县市场监管局、公安局、税务局。", Verdict.PARAPHRASED),
    ("1", "企业开办全流程压缩至0.5个工作日内办结，不得收取任何费用。", Verdict.EXACT),
    ("1", "这项工作由青禾县政务局牵头。[m1]", Verdict.PARAPHRASED),
    ("1", "完成时限为2031年6月30日。", Verdict.PARAPHRASED),
    ("1", "网上可办率要达到95%以上。", Verdict.PARAPHRASED),
    ("1", "推行“一窗受理”，企业开办全流程半个工作日内办结。", Verdict.PARAPHRASED),
    ("1", "《青禾县优化营商环境工作方案》（青政发〔2031〕7号）第1项规定，企业开办压缩至0.5个工作日内办结。", Verdict.PARAPHRASED),
    ("2", "县工信局、县财政局共同牵头，各乡镇配合。", Verdict.PARAPHRASED),
    ("2", "3月底前完成梳理，9月底前实现免申即享。", Verdict.EXACT),
    ("3", "文件没有写明完成时限。", Verdict.PARAPHRASED),
    ("3", "取消纸质证明12项，登记时间由5天压减至3天。", Verdict.EXACT),
    ("4", "文件未列明牵头单位，责任单位是县金融办、人民银行青禾县支行。", Verdict.PARAPHRASED),
    ("5", "县发改委的完成时限为2031年8月底，县住建局为2031年12月底。", Verdict.PARAPHRASED),
    ("5", "由县发改委牵头，严禁设置隐性门槛。", Verdict.PARAPHRASED),
]  # fmt: skip


@pytest.mark.parametrize(("number", "sentence", "verdict"), SUPPORTED, ids=[s for _, s, _ in SUPPORTED])
def test_supported(catalog: Catalog, number: str, sentence: str, verdict: Verdict) -> None:
    check = check_sentence(sentence, [cite(catalog, QINGHE + number)], catalog)
    assert (check.verdict, check.reasons) == (verdict, ())


# number of the measure, the sentence, and a part of the reason that has to be among those given
UNSUPPORTED = [
    # who, in another role or another place
    ("1", "由县市场监管局牵头。", "职责不符：县市场监管局"),
    ("1", "县公安局牵头，县政务局配合。", "职责不符：县公安局"),
    ("1", "责任单位是县政务局。", "职责不符：县政务局"),
    ("1", "负责单位：县公安局。", "职责不符：县公安局"),
    ("2", "由县财政局配合。", "职责不符：县财政局"),
    ("4", "由县金融办牵头。", "职责不符：县金融办"),
    ("1", "本措施的主导部门为县公安局。", "职责不符：县公安局"),
    ("1", "到6月底前，任务由县公安局挂帅。", "职责不符：县公安局"),
    ("1", "由县财政局牵头。", "部门不在依据中"),
    ("1", "牵头单位：县政务局、县财政局。", "部门不在依据中：县财政局"),
    ("1", "由市政务局牵头。", "部门不在依据中"),
    ("1", "由白沙县政务局牵头。", "部门不在依据中"),
    ("1", "县政务局办公室牵头。", "部门不在依据中"),
    ("1", "县政务局长牵头。", "部门不在依据中"),
    ("1", "由住建牵头。", "职责主体不在依据中"),
    ("1", "由张三负责。", "职责主体不在依据中：张三"),
    ("1", "费用由县财政承担。", "职责主体不在依据中：县财政"),
    # what the record has or has not
    ("1", "文件未写明牵头单位。", "依据中有而称没有"),
    ("1", "文件没有写明完成时限。", "依据中有而称没有"),
    # when
    ("1", "完成时限为2032年6月30日。", "时限不在依据中"),
    ("1", "7月底前完成。", "时限不在依据中"),
    ("1", "明年6月底前完成。", "时限不在依据中"),
    ("1", "完成时限为6月底后。", "时限不在依据中"),
    ("1", "完成时限为2031年1月15日。", "时限不在依据中"),
    ("3", "完成时限为6月底前。", "时限不在依据中"),
    ("2", "9月底前完成梳理，3月底前实现免申即享。", "时限与内容不对应"),
    ("5", "县住建局的完成时限为2031年8月底。", "时限属于另一单位"),
    ("5", "县发改委2031年12月底完成。", "时限属于另一单位"),
    ("4", "每月召开银企对接会。", "日期不在依据中：每月"),
    ("1", "长期坚持。", "时限不在依据中"),
    # how much
    ("1", "网上可办率达到95%以下。", "数字不在依据中"),
    ("1", "网上可办率达到96%以上。", "数字不在依据中"),
    ("1", "网上可办率超过95%。", "数字不在依据中"),
    ("1", "网上可办率达到百分之九十以上。", "数字不在依据中"),
    ("1", "企业开办5个工作日内办结。", "数字不在依据中：5个工作日"),
    ("1", "企业开办全流程压缩0.5个工作日。", "数字不在依据中"),
    ("1", "企业开办0.5天办结。", "数字不在依据中"),
    ("1", "企业开办三个工作日内办结。", "数字不在依据中：三个工作日"),
    ("2", "惠及企业不超过200家。", "数字不在依据中：200家"),
    ("2", "惠及企业200家以下。", "数字不在依据中：200家"),
    ("2", "惠及企业300家。", "数字不在依据中：300家"),
    ("3", "登记时间由3天压减至5天。", "数字不在依据中：3天"),
    ("3", "登记时间压减3天。", "数字不在依据中：3天"),
    ("1", "联系电话0471-1234567。", "数字不在依据中"),
    # the opposite
    ("1", "企业开办可以收取任何费用。", "漏掉了原文的否定"),
    ("1", "不推行“一窗受理”。", "否定不在依据中：不推行"),
    ("3", "保留纸质证明12项。", "与原文相反：保留"),
    ("3", "新增纸质证明12项。", "与原文相反：新增"),
    ("3", "登记时间由5天延长至3天。", "与原文相反：延长"),
    ("4", "要求金融机构开展续贷服务。", "与原文相反：要求"),
    ("4", "禁止金融机构开展续贷服务。", "否定不在依据中：禁止"),
    ("4", "金融机构必须开展续贷服务。", "原文没有的断言：必须"),
    ("5", "设置隐性门槛。", "漏掉了原文的否定"),
    ("5", "允许设置隐性门槛。", "漏掉了原文的否定"),
    ("1", "该措施已经全部完成。", "原文没有的断言：已经"),
    # made up
    ("1", "“企业开办一律当天办结”，文件如此要求。", "引文不在原文中"),
    ("5", "文件要求“设置隐性门槛”。", "引文漏掉了否定"),
    ("1", "《白沙县优化营商环境行动计划》要求推行“一窗受理”。", "文件名不在依据中"),
    ("1", "企业还可享受贷款贴息和租金补贴。", "原文没有这样说"),
    ("1", "企业开办后须缴纳押金。", "原文没有这样说"),
    ("1", "文件要求“企业开办全流程，不得收取任何费用”。", "引文不在原文中"),  # words left out in the middle
    ("1", "白沙县企业开办全流程不得收取任何费用，网上可办。", "地方不在依据中：白沙县"),
    # markup, other languages, nothing
    ("1", "<b>县政务局</b>牵头。", "含有标记"),
    ("1", "详见 https://example.com 。", "含有标记"),
    ("1", "由{{m9.lead}}牵头。", "含有标记"),
    ("1", "县政务局\u202e牵头。", "含有标记"),
    ("1", "The service window is open to everyone in the county.", "另一种语言"),
    ("1", "[1]", "没有内容"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "sentence", "reason"), UNSUPPORTED, ids=[s for _, s, _ in UNSUPPORTED])
def test_unsupported(catalog: Catalog, number: str, sentence: str, reason: str) -> None:
    check = check_sentence(sentence, [cite(catalog, QINGHE + number)], catalog)
    assert check.verdict is Verdict.UNSUPPORTED
    assert any(reason in given for given in check.reasons), check.reasons


def test_every_check_has_a_sentence_that_only_it_refuses(catalog: Catalog) -> None:
    """No check is idle: without it some row of the table would pass."""
    from assistant import sentences  # noqa: PLC0415

    needed: set[str] = set()
    for number, sentence, _ in UNSUPPORTED:
        ground = sentences.Ground.of([cite(catalog, QINGHE + number)], catalog)
        said = sentences.fold(sentences.MARKERS.sub("", sentence))
        against = [check.__name__ for check in CHECKS if said and list(check(said, ground, sentence))]
        if len(against) == 1:
            needed.add(against[0])
    assert needed == {check.__name__ for check in CHECKS}


def test_every_unsupported_sentence_is_near_a_supported_one() -> None:
    """The table is of near-misses: each measure that a row is about also has a row that passes."""
    assert {n for n, _, _ in UNSUPPORTED} <= {n for n, _, _ in SUPPORTED}


@pytest.mark.parametrize(
    "sentence",
    [
        "由县行政审批局牵头，7月底前完成。",
        "企业开办全流程压缩至1个工作日内办结。",
        "网上可办率达到90%以上。",
    ],
)
def test_what_is_right_of_one_place_is_wrong_of_another(catalog: Catalog, sentence: str) -> None:
    assert check_sentence(sentence, [cite(catalog, "白沙县.txt-1")], catalog).supported
    assert not check_sentence(sentence, [cite(catalog, "青禾县.txt-1")], catalog).supported


def test_a_department_of_another_measure_is_recognised_by_its_name(catalog: Catalog) -> None:
    """人行 has no ending that marks a department: only the index knows it."""
    sentence, cited = "人行参加。", [cite(catalog, QINGHE + "4")]
    check = check_sentence(sentence, cited, catalog, known_units=["人行"])
    assert any("部门不在依据中：人行" in reason for reason in check.reasons)


ENGLISH = [
    ("The measure is led by 县政务局, supported by 县公安局; the deadline is 2031-06-30.", True),
    ("led by 县公安局.", False),
    ("The lead department is 县公安局, and that is stated in the document.", False),
    ("The deadline of this measure is 2032-06-30.", False),
    ("The deadline is June 30, 2032 according to the document.", False),
    ("The document names no deadline for the measure.", False),  # it does name one
    ("Businesses may be charged any fee according to the plan.", False),
]


@pytest.mark.parametrize(("sentence", "right"), ENGLISH, ids=[s for s, _ in ENGLISH])
def test_english(catalog: Catalog, sentence: str, right: bool) -> None:
    check = check_sentence(sentence, [cite(catalog, QINGHE + "1")], catalog, english=True)
    assert check.supported is right, check.reasons


def test_english_may_say_that_nothing_is_stated(catalog: Catalog) -> None:
    sentence = "The document names no deadline for the measure."
    assert check_sentence(sentence, [cite(catalog, QINGHE + "3")], catalog, english=True).supported


NUMBERS = [
    ("压缩至0.5个工作日内", [(0.5, "工作日", "to<=")]),
    ("不少于200家", [(200.0, "家", ">=")]),
    ("由5天压减至3天", [(5.0, "天", "from"), (3.0, "天", "to")]),
    ("压减3日", [(3.0, "天", "by-")]),
    ("降低50%左右", [(50.0, "%", "by-~")]),
    ("百分之七十以上", [(70.0, "%", ">=")]),
    ("三十五项", [(35.0, "项", "")]),
    ("1.2万元", [(12000.0, "元", "")]),
    ("2031年6月", []),
    ("一窗受理", []),
]


@pytest.mark.parametrize(("text", "found"), NUMBERS, ids=[t for t, _ in NUMBERS])
def test_find_numbers(text: str, found: list[tuple[float, str, str]]) -> None:
    assert [(n.value, n.unit, n.bound) for n in find_numbers(text)] == found


@pytest.mark.parametrize(
    ("text", "value"),
    [("三十五", 35), ("两", 2), ("半", 0.5), ("一百二十", 120), ("两千", 2000), ("三万五千", 35000), ("九点五", 9.5), ("十", 10), ("零", 0)],
)  # fmt: skip
def test_han_number(text: str, value: float) -> None:
    assert han_number(text) == value


def test_bounds_stand_before_and_after() -> None:
    assert bound_of("不得超过3天", 4, 6) == "<="
    assert bound_of("达到90%以上", 2, 5) == "to>="
    assert bound_of("共3项", 1, 3) == ""


def test_a_number_is_not_cut_out_of_another() -> None:
    assert cut_short("5个工作日", "压缩至0.5个工作日")
    assert cut_short("95", "95%")
    assert not cut_short("5个工作日", "先0.5个工作日，后5个工作日")


def test_negations_outside_the_words() -> None:
    assert negated_outside("收取费用", "不得以任何理由收取费用")
    assert not negated_outside("收取费用", "不得拖延，收取费用应当公示")
    assert not negated_outside("登记提速", "推进不动产登记提速")


def test_unit_forms_take_the_place_in() -> None:
    assert unit_forms("区住建局", ("北省", "东市", "南岭区")) == {"区住建局", "南岭区住建局"}
    assert unit_forms("住建局", ()) == {"住建局"}


def test_nothing_cited_supports_nothing(catalog: Catalog, tmp_path: Path) -> None:
    assert not check_sentence("由县政务局牵头。", [], catalog).supported
