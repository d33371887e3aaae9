"""Unit lists and departments: one row a way of writing, the names worked out by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index_build.clauses import find_clauses
from index_build.errors import SettingsError
from index_build.model import UnitKind
from index_build.names import (
    department_key,
    is_unit_list,
    parse_units,
    same_department,
    split_place,
)
from index_build.vocabulary import forget, load_lexicon

# what is printed · the names read (a star marks a group of units)
LISTS = (
    # the shared prefix
    ("市自然资源局、住房和城乡建设局", "市自然资源局 市住房和城乡建设局"),
    ("区税务局、公安分局、人社局", "区税务局 区公安分局 区人社局"),
    ("市司法局、公安局、检察院、法院", "市司法局 市公安局 市检察院 市法院"),
    ("省医保局、财政厅，各市人民政府", "省医保局 省财政厅 各市人民政府*"),
    ("自治区能源局、水利厅、林草局", "自治区能源局 自治区水利厅 自治区林草局"),
    ("兴安盟公安局、司法局", "兴安盟公安局 兴安盟司法局"),
    ("昆都仑区住建局、财政局", "昆都仑区住建局 昆都仑区财政局"),
    ("廊坊市发改委、财政局", "廊坊市发改委 廊坊市财政局"),
    ("县财政局、县税务局、人社局", "县财政局 县税务局 县人社局"),
    ("高新区经发局、社会事务局", "高新区经发局 高新区社会事务局"),
    ("市财政局、人社局，区住建局、城管局", "市财政局 市人社局 区住建局 区城管局"),
    ("市财政局，税务局", "市财政局 税务局"),
    ("财政局、人社局", "财政局 人社局"),
    ("公安分局、区人社局、医保局", "公安分局 区人社局 区医保局"),
    ("内蒙古气象局、地震局", "内蒙古气象局 内蒙古地震局"),
    ("青禾市财政局、人社局", "青禾市财政局 青禾市人社局"),
    ("青禾市临溪区住建局、税务局", "青禾市临溪区住建局 青禾市临溪区税务局"),
    ("省商务厅、青禾市人民政府、财政厅", "省商务厅 青禾市人民政府 省财政厅"),
    ("省金融办、云岭证监局、青禾银保监分局", "省金融办 云岭证监局 青禾银保监分局"),
    ("兰州市财政局、税务局", "兰州市财政局 兰州市税务局"),
    ("岭州市财政局、税务局", "岭州市财政局 岭州市税务局"),
    ("甘孜藏族自治州财政局、税务局", "甘孜藏族自治州财政局 甘孜藏族自治州税务局"),
    ("德州市德城区住建局、城管局", "德州市德城区住建局 德州市德城区城管局"),
    ("市委市政府督查室、财政局", "市委市政府督查室 市财政局"),
    ("镇江市财政局、税务局", "镇江市财政局 镇江市税务局"),
    ("市中区财政局、税务局", "市中区财政局 市中区税务局"),
    ("市中级人民法院、检察院", "市中级人民法院 市检察院"),
    ("镇政府、派出所", "镇政府 镇派出所"),
    # words that begin like a level
    ("市公安局、市场监督管理局", "市公安局 市市场监督管理局"),
    ("旗财政局、区域经济合作和金融服务局", "旗财政局 旗区域经济合作和金融服务局"),
    ("县市场监管局、乡村振兴局", "县市场监管局 县乡村振兴局"),
    ("区市场局、司法局", "区市场局 区司法局"),
    ("市财政局、市政府金融工作办公室", "市财政局 市政府金融工作办公室"),
    ("市财政局、政府金融工作办公室", "市财政局 市政府金融工作办公室"),
    ("市城管局、市政管理中心", "市城管局 市市政管理中心"),
    # party organs
    ("市委宣传部、公安局", "市委宣传部 市公安局"),
    ("市委组织部、宣传部、人社局", "市委组织部 市委宣传部 市人社局"),
    ("旗委政法委、区域经济合作和金融服务局", "旗委政法委 旗区域经济合作和金融服务局"),
    ("旗纪委监委、行政审批和政务服务局", "旗纪委监委 旗行政审批和政务服务局"),
    ("自治区党委网信办、发展改革委", "自治区党委网信办 自治区发展改革委"),
    ("市政府办公室、发改委", "市政府办公室 市发改委"),
    # units of their own standing
    ("县林业局、国有大岭林场、水利局", "县林业局 国有大岭林场 县水利局"),
    ("区卫健局、社区卫生服务中心、各街道", "区卫健局 社区卫生服务中心 各街道*"),
    ("市数据局、三大运营商", "市数据局 三大运营商*"),
    ("各乡镇、县直有关单位、村（居）委会", "各乡镇* 县直有关单位* 村（居）委会*"),
    ("县财政局、纺织产业园、项目所在地乡镇政府", "县财政局 纺织产业园 项目所在地乡镇政府*"),
    ("旗住建局、国网奈曼供电公司、自然资源局", "旗住建局 国网奈曼供电公司 旗自然资源局"),
    ("市发改委、乌海供电公司、气象局", "市发改委 乌海供电公司 市气象局"),
    ("市财政局、国家税务总局乌海市税务局、公安局", "市财政局 国家税务总局乌海市税务局 市公安局"),
    ("自治区商务厅、呼和浩特海关、满洲里海关", "自治区商务厅 呼和浩特海关 满洲里海关"),
    ("市金融办、人民银行通辽市中心支行、通辽银保监分局", "市金融办 人民银行通辽市中心支行 通辽银保监分局"),
    ("省通信管理局、中国电信山西分公司、中国移动山西公司", "省通信管理局 中国电信山西分公司 中国移动山西公司"),
    ("市工商联、团市委、妇联", "市工商联 团市委 市妇联"),
    ("区审批局、智慧昆都仑数据中心", "区审批局 智慧昆都仑数据中心"),
    ("市住建局、新奥燃气公司", "市住建局 新奥燃气公司"),
    ("市水务局、城市建设投资集团有限公司", "市水务局 市城市建设投资集团有限公司"),
    ("市商务局、临空经济区（廊坊）管委会", "市商务局 临空经济区（廊坊）管委会"),
    ("市财政局、国有资产监督管理委员会", "市财政局 市国有资产监督管理委员会"),
    ("国家发展改革委、工业和信息化部", "国家发展改革委 工业和信息化部"),
    # groups of units
    ("市发改委，各旗县市区、开发区", "市发改委 各旗县市区* 各开发区*"),
    ("各苏木乡镇场、街道", "各苏木乡镇场* 各街道*"),
    ("各镇人民政府、街道办事处，县直有关单位", "各镇人民政府* 各街道办事处* 县直有关单位*"),
    ("市人社局、市直有关部门", "市人社局 市直有关部门*"),
    ("各地区各部门", "各地区各部门*"),
    ("自治区政务服务局、各有关部门", "自治区政务服务局 各有关部门*"),
    ("各县〈市、区〉人民政府，市直各单位", "各县〈市、区〉人民政府* 市直各单位*"),
    ("各县（市、区）政府、市数据局", "各县（市、区）政府* 市数据局"),
    ("各县、市、区人民政府，市商务局", "各县、市、区人民政府* 市商务局"),
    ("各市（州）、县（市、区）人民政府", "各市（州）、县（市、区）人民政府*"),
    ("驻区各单位、区属各企业", "驻区各单位* 区属各企业*"),
    ("市工程建设项目审批制度改革工作领导小组成员单位", "市工程建设项目审批制度改革工作领导小组成员单位*"),
    ("市属各开发区管委会、市直各部门", "市属各开发区管委会* 市直各部门*"),
    ("市监总局、国家知识产权局等有关部门和单位", "市监总局 国家知识产权局 有关部门和单位*"),
    ("州有关部门，各县（市）党委、政府，州司法局", "州有关部门* 各县（市）党委、政府* 州司法局"),
    ("各区党工委、管委会，市财政局", "各区党工委、管委会* 市财政局"),
    # joins
    ("市财政局和市人社局", "市财政局 市人社局"),
    ("市住建局、文化和旅游局及各有关部门", "市住建局 市文化和旅游局 各有关部门*"),
    ("市教育局以及各学校", "市教育局 各学校*"),
    ("市发展和改革委员会和工业和信息化局", "市发展和改革委员会 市工业和信息化局"),
    ("市公安局与市司法局", "市公安局 市司法局"),
    ("市大数据管理中心等市级有关单位", "市大数据管理中心 市级有关单位*"),
    ("市教育局、市科技局等高等院校主管部门", "市教育局 市科技局 高等院校主管部门*"),
    ("市财政局、市人社局等", "市财政局 市人社局"),
    ("市财政局、市人社局等部门", "市财政局 市人社局"),
    ("市财政局等5个部门", "市财政局"),
    ("市商务局/市财政局", "市商务局 市财政局"),
    ("市财政局 市人社局", "市财政局 市人社局"),
    ("市财政局\n市人社局", "市财政局 市人社局"),
    ("市财政局市人社局", "市财政局 市人社局"),
    ("市财 政局、市人\n社局", "市财政局 市人社局"),
    # brackets inside
    ("区财政局（金融办）、住建局", "区财政局（金融办） 区住建局"),
    ("市水务局、市政府办公室（市人民防空办公室）、林草局", "市水务局 市政府办公室（市人民防空办公室） 市林草局"),
    ("市能源局、内蒙古电力〔集团〕公司", "市能源局 内蒙古电力〔集团〕公司"),
    ("市住建局(人防办)、水务局", "市住建局(人防办) 市水务局"),
    ("“双随机、一公开”联席会议成员单位", "“双随机、一公开”联席会议成员单位*"),
    ("市财政局（未收尾、市人社局", "市财政局（未收尾 市人社局"),
    # roles and persons are no part of names
    ("市发展改革委、市财政局按职责分工负责", "市发展改革委 市财政局"),
    ("由市教育局牵头", "市教育局"),
    ("市发改委（牵头）、市财政局（配合）", "市发改委 市财政局"),
    ("张三同志、市财政局", "市财政局"),
    ("副市长李四", "副市长李四"),
    ("", ""),
    ("、，；", ""),
    # names as printed, mistakes and all
    ("市行政审批和政务服局、司法局", "市行政审批和政务服局 市司法局"),
)  # fmt: skip


@pytest.mark.parametrize(("printed", "names"), LISTS, ids=lambda v: v[:24])
def test_unit_lists(printed: str, names: str) -> None:
    got = [unit.name + ("*" if unit.kind is UnitKind.COLLECTIVE else "") for unit in parse_units(printed)]
    assert got == names.split()


@pytest.mark.parametrize("printed", [row[0] for row in LISTS], ids=lambda v: v[:24])
def test_each_name_ends_in_what_is_printed_there(printed: str) -> None:
    end = 0
    for unit in parse_units(printed):
        assert end <= unit.start < unit.end <= len(printed)
        assert unit.name.endswith("".join(printed[unit.start : unit.end].split()))
        end = unit.end


@pytest.mark.parametrize(
    "text",
    [
        "市财政局",
        "市财政局、人社局",
        "各有关部门",
        "市委宣传部、各区政府",
        "未成年人保护中心",
        "不动产登记中心",
    ],
)
def test_what_is_a_unit_list(text: str) -> None:
    assert is_unit_list(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "试行",
        "以下简称县医保局",
        "含不动产登记中心",
        "分大厅、中间",
        "除财政局外",
        "市财政局、抵押登记",
        "10个项目",
    ],
)
def test_what_is_no_unit_list(text: str) -> None:
    assert not is_unit_list(text)


SAME = (
    ("区审批服务局", "审批服务局"),
    ("青禾市住建局", "市住房和城乡建设局"),
    ("区审批服务局", "区行政审批和政务服务局"),
    ("市行政审批局", "市行政审批服务局"),
    ("旗行政审批和政务服务局", "旗政务服务局"),
    ("政数局", "市政务服务和数据管理局"),
    ("住建局", "住房和城乡建设局"),
    ("市住建局", "市住房城乡建设委"),
    ("市监局", "市场监督管理局"),
    ("区市场局", "区市场监管局"),
    ("发改委", "发展和改革委员会"),
    ("省发展改革委", "省发改委"),
    ("人社厅", "人力资源和社会保障厅"),
    ("市规划自然资源委", "市自然资源和规划局"),
    ("区公安分局", "区公安局"),
    ("昆区住建局", "昆都仑区住房和城乡建设局"),
    ("昆都仑区住建局", "区住建局"),
    ("昆都仑区公安分局", "公安分局"),
    ("国家税务总局乌海市税务局", "市税务局"),
    ("内蒙古税务局", "自治区税务局"),
    ("人民银行乌海市中心支行", "中国人民银行乌海市中心支行"),
    ("人行", "人民银行"),
    ("国网奈曼供电公司", "供电公司"),
    ("区财政局（金融办）", "区财政局"),
    ("市委编办", "编办"),
    ("旗委网信办", "网信办"),
    ("市纪委监委", "市纪委"),
    ("区法院", "区人民法院"),
    ("市政府办", "市人民政府办公室"),
    ("高新区管委会", "高新区管理委员会"),
    ("文旅局", "文化广电和旅游局"),
    ("市政府外事办公室", "市外事办"),
    ("市委金融办", "市金融局"),
    ("市国动办", "市人防办"),
    ("县供电公司", "国网县供电公司"),
)

DIFFERENT = (
    ("市住建局", "区住建局"),
    ("青禾市财政局", "白榆市财政局"),
    ("昆都仑区住建局", "青山区住建局"),
    ("乌海市税务局", "通辽市税务局"),
    ("省财政厅", "市财政局"),
    ("市大数据局", "市大数据中心"),
    ("市政务服务局", "市政务服务中心"),
    ("市人民法院", "市人民检察院"),
    ("市公安局", "市司法局"),
    ("市区域经济合作局", "市商务局"),
    ("市城市管理委", "市城管执法局"),
    ("自治区商务厅", "市商务局"),
    ("各有关部门", "各区政府"),
    ("兰州市财政局", "德州市财政局"),
    ("市供电公司", "县供电公司"),
)


@pytest.mark.parametrize(("a", "b"), SAME, ids=lambda v: v)
def test_names_of_one_department(a: str, b: str) -> None:
    assert same_department(a, b)
    assert same_department(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT, ids=lambda v: v)
def test_names_of_two_departments(a: str, b: str) -> None:
    assert not same_department(a, b)
    assert not same_department(b, a)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("区住建局", "区|住房和城乡建设"),
        ("住房和城乡建设局", "|住房和城乡建设"),
        ("昆都仑区住建局", "昆都仑区|住房和城乡建设"),
        ("市市场监督管理局", "市|市场监督管理"),
        ("市体育局", "市|体育"),
        ("各旗县市区", "|各旗县市区"),
        ("科尔沁区", "|科尔沁区"),
        ("市营商办", "市|优化营商环境工作领导小组办公室"),
    ],
)
def test_keys(name: str, key: str) -> None:
    assert department_key(name) == key


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("包头市昆都仑区住建局", ("包头市昆都仑区", "住建局")),
        ("市市场监管局", ("市", "市场监管局")),
        ("市场监管局", ("", "市场监管局")),
        ("区域经济合作局", ("", "区域经济合作局")),
        ("乌海供电公司", ("乌海", "供电公司")),
        ("公安局", ("", "公安局")),
        ("兰州市公安局", ("兰州市", "公安局")),
        ("市直有关部门", ("", "市直有关部门")),
    ],
)
def test_place_and_department_of_a_name(name: str, parts: tuple[str, str]) -> None:
    assert split_place(name) == parts


# ---- the user's lexicon -------------------------------------------------------------------------------------


@pytest.fixture
def with_users_words(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Makes the words of a user's file known for one test."""
    with pytest.MonkeyPatch.context() as patch:

        def know(words: str) -> None:
            (tmp_path / "ours.toml").write_text(words, encoding="utf-8")
            patch.setenv("CEWEN_LEXICON", str(tmp_path))
            forget()

        yield know
    forget()


def test_a_users_file_adds_short_names(with_users_words: Callable[[str], None]) -> None:
    assert not same_department("市数经局", "市数字经济发展局")
    with_users_words('[functions]\n"数字经济发展" = ["数经"]\n')
    assert same_department("市数经局", "市数字经济发展局")
    assert same_department("住建局", "住房和城乡建设局")


def test_what_was_read_with_other_words_is_forgotten(with_users_words: Callable[[str], None]) -> None:
    text = "推行网办。（市文化驿、旅游驿）"
    assert find_clauses(text) == []
    with_users_words('strong = ["驿"]\n')
    assert [unit.name for unit, _ in find_clauses(text)[0].units] == ["市文化驿", "市旅游驿"]


def test_the_environment_names_the_users_folders(tmp_path: Path) -> None:
    """Worker processes of a build get the folders this way too."""
    (tmp_path / "ours.toml").write_text('[functions]\n"数字经济发展" = ["数经"]\n', encoding="utf-8")
    code = "from index_build.names import same_department; print(same_department('市数经局', '市数字经济发展局'))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "CEWEN_LEXICON": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "True"


def test_a_users_short_name_joins_a_row_that_stands(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text('[functions]\n"住建" = ["建委会"]\n', encoding="utf-8")
    assert load_lexicon(tmp_path).functions["建委会"] == "住房和城乡建设"


@pytest.mark.parametrize(
    ("content", "words"),
    [("[functions\n", "TOML"), ("[departments]\na = ['b']\n", "functions"), ("strong = 3\n", "strong")],
)
def test_a_broken_lexicon_file_is_named_with_its_remedy(tmp_path: Path, content: str, words: str) -> None:
    (tmp_path / "ours.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"ours\.toml") as fault:
        load_lexicon(tmp_path)
    assert words in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_missing_lexicon_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        load_lexicon(tmp_path / "nowhere")


def test_no_short_name_means_two_departments() -> None:
    """The data may not say two things: every wording leads to one row, and no row's name is another's wording."""
    words = load_lexicon()
    for table in (words.functions, words.bodies):
        for full in set(table.values()):
            assert table[full] == full


# ---- laws ---------------------------------------------------------------------------------------------------

_CORES = [
    "财政局",
    "住房和城乡建设局",
    "文化和旅游局",
    "市场监管局",
    "区域经济合作局",
    "乡村振兴局",
    "医保局",
    "人民法院",
    "发展改革委",
]


@given(
    level=st.sampled_from(["市", "县", "区", "旗", "省", "州", "自治区", "通辽市", "昆都仑区"]),
    groups=st.lists(st.lists(st.sampled_from(_CORES), min_size=1, max_size=4), min_size=1, max_size=3),
    between=st.sampled_from("，；"),
)
def test_generated_lists_are_read_back(level: str, groups: list[list[str]], between: str) -> None:
    text = between.join(level + "、".join(group) for group in groups)
    assert [unit.name for unit in parse_units(text)] == [level + core for group in groups for core in group]


@given(
    st.one_of(
        st.text(max_size=120),
        st.text(alphabet="市区县旗省各局委办公室部门和及等、，（）〈〉“”财政人社等牵头负责 \n", max_size=60),
    )
)
def test_any_text_is_survived_with_places_in_range(text: str) -> None:
    end = 0
    for unit in parse_units(text):
        assert end <= unit.start < unit.end <= len(text)
        assert unit.name.endswith("".join(text[unit.start : unit.end].split()))
        assert "|" in department_key(unit.name)
        end = unit.end


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("青泽县生态环境分局", "市生态环境局青泽分局", True),
        ("青泽县生态环境分局", "市生态环境局青泽县分局", True),
        ("市生态环境局", "市生态环境局青泽分局", False),
        ("白榆县生态环境分局", "市生态环境局青泽分局", False),
        ("青泽县公安局", "市生态环境局青泽分局", False),
    ],
)
def test_a_branch_is_the_body_of_its_place(a: str, b: str, same: bool) -> None:
    """Of places that no list has."""
    assert same_department(a, b) is same
    assert same_department(b, a) is same
