"""Places: paths, ambiguity, zones, everyday forms, and the place of a paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import index_build.places as places
from index_build.places import (
    Place,
    compile_divisions,
    find_places,
    gazetteer,
    place_aliases,
    place_path,
)

NEIMENG = ("内蒙古自治区",)
KUN = ("内蒙古自治区", "包头市", "昆都仑区")
NAIMAN = ("内蒙古自治区", "通辽市", "奈曼旗")
TONGZHOU = ("北京市", "通州区")


def named(text: str, **more: object) -> list[tuple[str, Place]]:
    return [(text[start:end], path) for start, end, path in find_places(text, **more)]  # type: ignore[arg-type]


def test_the_data_file_is_the_packages_data() -> None:
    """Renewed by writing compile_divisions() to the file."""
    kept = Path(places.__file__).parent / "lexicon" / "divisions.tsv"
    assert kept.read_text(encoding="utf-8") == compile_divisions()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("昆都仑区", KUN),
        ("奈曼旗", NAIMAN),
        ("乌海市", ("内蒙古自治区", "乌海市")),
        ("太原市", ("山西省", "太原市")),
        ("顺义区", ("北京市", "顺义区")),
        ("滨海新区", ("天津市", "滨海新区")),
        ("东莞市", ("广东省", "东莞市")),
        ("琼海市", ("海南省", "琼海市")),
        ("锡林郭勒盟", ("内蒙古自治区", "锡林郭勒盟")),
        ("云阳县", ("重庆市", "云阳县")),
        ("延边朝鲜族自治州", ("吉林省", "延边朝鲜族自治州")),
        ("台湾省", ("台湾省",)),
    ],
)
def test_paths_from_the_province_down(name: str, path: Place) -> None:
    assert named(f"在{name}办事") == [(name, path)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("内蒙古怎么办", [("内蒙古", NEIMENG)]),
        ("乌海和包头哪个快", [("乌海", ("内蒙古自治区", "乌海市")), ("包头", ("内蒙古自治区", "包头市"))]),
        ("昆都仑开公司", [("昆都仑", KUN)]),
        ("奈曼办证", [("奈曼", NAIMAN)]),
        ("吉林的政策", [("吉林", ("吉林省",))]),
        ("内蒙古自治区通辽市奈曼旗", [("内蒙古自治区通辽市奈曼旗", NAIMAN)]),
        ("包头昆都仑区", [("包头昆都仑区", KUN)]),
        ("赣州兴国县", [("赣州兴国县", ("江西省", "赣州市", "兴国县"))]),  # 赣州 was a prefecture, too
        ("江西赣州章贡区", [("江西赣州章贡区", ("江西省", "赣州市", "章贡区"))]),
        ("南通市通州区", [("南通市通州区", ("江苏省", "南通市", "通州区"))]),
        ("北京通州", [("北京通州", TONGZHOU)]),
        ("长春市朝阳区", [("长春市朝阳区", ("吉林省", "长春市", "朝阳区"))]),
        # zones
        ("北京经济技术开发区", [("北京经济技术开发区", ("北京市", "北京经济技术开发区"))]),
        ("通辽经济技术开发区", [("通辽经济技术开发区", ("内蒙古自治区", "通辽市", "通辽经济技术开发区"))]),
        ("河北雄安新区", [("河北雄安新区", ("河北省", "河北雄安新区"))]),
        ("山西转型综改示范区", [("山西转型综改示范区", ("山西省", "山西转型综改示范区"))]),
        ("天津建设开发区", [("天津", ("天津市",))]),
        ("奈曼旗工业园区", [("奈曼旗", NAIMAN)]),
        # words that look like places
        ("延长阶段性政策", []),
        ("公安局、民政局", []),
        ("振兴乡村", []),
        ("新建项目合作开发", []),
        ("凤凰街道", []),
        ("", []),
        ("京", []),
    ],
)
def test_names_in_text(text: str, found: list[tuple[str, Place]]) -> None:
    assert named(text) == found


def test_a_name_of_several_places_gives_each_of_them() -> None:
    found = {path for _, path in named("新城区的企业")}
    assert ("内蒙古自治区", "呼和浩特市", "新城区") in found
    assert ("陕西省", "西安市", "新城区") in found


def test_context_tells_places_apart() -> None:
    assert named("新城区的企业", context=("陕西省", "西安市")) == [("新城区", ("陕西省", "西安市", "新城区"))]
    assert named("西安的新城区") == [
        ("西安", ("陕西省", "西安市")),
        ("新城区", ("陕西省", "西安市", "新城区")),
    ]
    assert named("朝阳的企业", context=("吉林省", "长春市")) == [("朝阳", ("吉林省", "长春市", "朝阳区"))]


def test_places_of_the_index_are_known_by_their_everyday_names() -> None:
    assert named("昆区住建局") == []
    assert named("昆区住建局", among=[KUN]) == [("昆区", KUN)]
    assert named("延长有什么政策", among=[("陕西省", "延安市", "延长县")]) == [
        ("延长", ("陕西省", "延安市", "延长县"))
    ]
    assert named("通州区", among=[TONGZHOU]) == [("通州区", TONGZHOU)]


@pytest.mark.parametrize(
    ("path", "aliases"),
    [
        (KUN, {"昆都仑区", "昆都仑", "昆区", "包头市昆都仑区"}),
        (NEIMENG, {"内蒙古自治区", "内蒙古", "内蒙"}),
        (NAIMAN, {"奈曼旗", "奈曼", "通辽市奈曼旗"}),
        (("内蒙古自治区", "呼和浩特市"), {"呼和浩特市", "呼和浩特", "呼市", "内蒙古自治区呼和浩特市"}),
        (("广西壮族自治区",), {"广西壮族自治区", "广西"}),
        (("山西省", "忻州市", "代县"), {"代县", "忻州市代县"}),
        (
            ("北京市", "北京经济技术开发区"),
            {"北京经济技术开发区", "北京经开区", "北京开发区", "经开区", "开发区"},
        ),
        (("某地方",), {"某地方"}),
        ((), set()),
    ],
)
def test_everyday_names(path: Place, aliases: set[str]) -> None:
    assert place_aliases(path) == aliases


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        (("昆都仑区贯彻落实《自治区以更优营商环境服务市场主体行动方案》工作举措",), KUN),
        (("关于印发《奈曼旗优化营商环境方案》的通知", "奈曼旗人民政府办公室"), NAIMAN),
        (("2023年太原市工作要点",), ("山西省", "太原市")),
        (("优化营商环境行动方案", "乌海市人民政府"), ("内蒙古自治区", "乌海市")),
        (("落实《内蒙古自治区行动方案》的实施意见", "奈曼旗人民政府"), NAIMAN),
        (("转发内蒙古自治区人民政府办公厅文件的通知", "通辽市人民政府办公室"), ("内蒙古自治区", "通辽市")),
        (("优化营商环境方案", "", "晋政办发〔2023〕4号"), ("山西省",)),
        (("行动方案", "内政发〔2022〕4号"), NEIMENG),
        (("通州区一业一证方案", "北京市通州区人民政府办公室"), TONGZHOU),
        # a listed place that only begins the name of one without a list
        (("滨澜新区2025年工作要点",), ("滨澜新区",)),
        (("某方案", "兰陵湾县人民政府办公室"), ("兰陵湾县",)),
        (("关于印发《奈曼湾旗质量方案》的通知",), ("奈曼湾旗",)),
        (("海南岛县2025年方案",), ("海南岛县",)),
        (("临沂市兰陵湾县2025年工作要点",), ("山东省", "临沂市", "兰陵湾县")),
        (("通辽市各旗县区政府2025年任务",), ("内蒙古自治区", "通辽市")),
        (("包头昆都仑区方案",), KUN),
        (("广西全区工作要点",), ("广西壮族自治区",)),
        (("加快建设新区2025年方案",), ()),
        (("通州区一业一证方案", "京通政发〔2023〕1号"), TONGZHOU),
        (("通州区一业一证方案",), ("通州区",)),
        (
            ("北京经济技术开发区建设示范区方案", "北京经济技术开发区管理委员会"),
            ("北京市", "北京经济技术开发区"),
        ),
        (("中共包头市委办公室关于印发方案的通知",), ("内蒙古自治区", "包头市")),
        (("昆都\n 仑区方案",), KUN),
        (("优化营商环境方案",), ()),
        # places that no list has
        (("白榆县贯彻落实《河北省优化营商环境条例》实施方案", "白榆县人民政府"), ("白榆县",)),
        (("云岭省以高效服务激发活力方案", "云岭省人民政府", "云政发〔2024〕3号"), ("云岭省",)),
        (("优化营商环境方案", "云岭省青禾市白榆县人民政府"), ("云岭省", "青禾市", "白榆县")),
        (("农贸市场整治方案", "", "晋政办发〔2023〕4号"), ("山西省",)),
        (("建设示范区实施方案",), ()),
        (("市场监管领域方案",), ()),
        ((), ()),
    ],
)
def test_the_place_of_a_paper(texts: tuple[str, ...], path: Place) -> None:
    assert place_path(*texts) == path


def test_places_are_read_only_when_asked_for() -> None:
    """The data file stays unread until the first question; `gazetteer` is the one that reads it."""
    assert gazetteer() is gazetteer()
    assert "gazetteer" in gazetteer.__wrapped__.__name__


@given(
    st.one_of(
        st.text(max_size=120),
        st.text(alphabet="内蒙古自治区通辽市奈曼旗北京朝阳昆都仑开发新吉林经济技术的和", max_size=40),
    )
)
def test_any_text_is_survived_with_places_in_range(text: str) -> None:
    for start, end, path in find_places(text):
        assert 0 <= start < end <= len(text)
        assert path
    assert isinstance(place_path(text, text), tuple)


@pytest.mark.parametrize(
    ("texts", "path"),
    [
        (("临溪区贯彻落实《云岭省行动方案》工作举措", "临溪区人民政府"), ("临溪区",)),
        (("白榆县2025年重点任务清单", "云岭省青禾市白榆县人民政府"), ("云岭省", "青禾市", "白榆县")),
        (("关于印发《青禾市攻坚行动实施方案》的通知",), ("青禾市",)),
        (("霁州省激发市场主体活力行动方案", "霁州省人民政府"), ("霁州省",)),
        # a listed province, and below it a name that no list has
        (("云泽市2024年行动方案", "湖北省云泽市人民政府办公室"), ("湖北省", "云泽市")),
        (("临榆新城区实施细则", "吉林省临榆县民政局"), ("吉林省", "临榆县")),
        (("湖北省老旧小区改造方案", "湖北省人民政府"), ("湖北省",)),
        (("浙江省山区县高质量发展方案",), ("浙江省",)),
        # a listed county's short name that opens another name
        (("霞浦岭县公共租赁住房管理实施细则",), ("霞浦岭县",)),
        (("霞浦县公共租赁住房管理实施细则",), ("福建省", "宁德市", "霞浦县")),
        (("武陵源河流域整治方案", "溆泽县河长制办公室"), ("溆泽县",)),
        # the number is made of signs, not of names
        (
            ("临栖市危险化学品整治方案", "临栖市安全生产委员会办公室", "临安委办〔2025〕9号"),
            ("临栖市",),
        ),
        (("平岚市省级督察反馈问题整改清单",), ("平岚市",)),
        (("㵲泽县文化惠民实事任务分解",), ("㵲泽县",)),
        (("中共澄泽县委澄泽县人民政府关于推进城镇化的意见",), ("澄泽县",)),
        (("南坪省优化营商环境若干规定", "南坪省人民政府"), ("南坪省",)),
        (("云岭省推进园区改革方案",), ("云岭省",)),
        (("恩施州优化营商环境方案",), ("湖北省", "恩施土家族苗族自治州")),
        (("优化工业园区管理办法", "智慧城市建设方案", "全区通办事项清单"), ()),
    ],
)
def test_a_place_that_no_list_has_is_told_by_its_form(texts: tuple[str, ...], path: tuple[str, ...]) -> None:
    assert place_path(*texts) == path
