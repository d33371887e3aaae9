"""Columns of task tables: what a column holds, told by its head or by its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from index_build.clauses.labels import HELPER, HELPING, LEADING
from index_build.clauses.roles import names_first_lead
from index_build.names import is_unit_list
from index_build.text import fold, plainly


class Column(StrEnum):
    NUMBER = "number"
    ARTICLE = "article"
    SECTION = "section"
    TASK = "task"
    BODY = "body"
    PLAN = "plan"
    LEAD = "lead"
    RESPONSIBLE = "responsible"
    UNITS = "units"
    DEADLINE = "deadline"
    PERIOD = "period"
    PARTY = "party"
    PART = "part"
    OTHER = "other"


# What stands in a head before the word itself (市级牵头单位, 整改时限), and what it calls a body.
_OF = r"(?:[省市县区旗州盟镇]级?|本级|[省市县区旗]直|整改|落实|工作|任务|改革|攻坚|推进|项目|具体|主要|总|建议)*"
_BODY_OF_STATE = (
    r"(?:单位|部门|处室|科室|股室|主体|机构|科股室|局办|委办局|单位和部门|部门和单位|（单位）|（部门）|/)+"
)
_PERSON = r"(?:领导|责任人|负责人|联系人|联络员|专员|电话|手机|联系方式|人员|人)"
_AND_PERSON = rf"(?:(?:及其?|和|、|/)?(?:主要|第一|具体|直接)?{_PERSON})?"
_LEADING, _HELPING = "|".join(LEADING), "|".join(HELPING)
# One row a kind of column: what its head says (folded).  The first row that fits decides.
# fmt: off
HEADS: tuple[tuple[Column, str], ...] = (
    (Column.OTHER,
     r"(?:启动|开始|起始|开工|立项|下达|交办|上报|报送|发文|印发|成文|受理)(?:时间|日期|节点)|(?:计划|预计|拟)(?:开工|启动|开始)|备注|说明|完成情况|进展情况|(?:工作)?进展"
     r"|姓名|职务|职级|职称|性别|传真|邮箱|地址|进度|依据|来源|成效|是否.*|.*(?:存在|反馈|主要|突出|具体)?问题(?:描述|表现|清单)?|.*(?:现状|差距|原因)(?:分析)?|(?:验收|考核|评价|计量)(?:标准|单位|指标)|(?:督办|督导|督查|监督)(?:责任)?(?:单位|部门)|目标值"
     rf"|(?!.*(?:单位|部门)).{{0,8}}{_PERSON}(?:及.{{2,6}}|和.{{2,6}}|、.{{2,6}})?"),
    (Column.NUMBER,
     r"[总大小子分]?(?:序号|编号|序|项|项次|任务号)|(?:项目|任务|事项|措施|条目|总)(?:序号|编号)|No\.?"),
    (Column.ARTICLE,
     r"(?:对应)?(?:条款|条目|条文)(?:号|序号|编号)?|(?:对应)?措施(?:号|序号|编号)|方案条款|条"),
    (Column.UNITS,
     r".*(?:单位|部门).*(?:时限|时间|期限|节点)(?:要求|安排)?"),
    (Column.PERIOD,
     r"(?:20\d\d年)?(?:第?[一二三四1-4]季度?|Q[1-4]|(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?|[上下]半年|(?:当|本|全)?年[底末终])"
     r"(?:末|底)?(?:前)?(?:重点|目标|任务|进度|计划|安排|工作)*|20[2-4]\d年度?(?:底|末|年底)?前?(?:工作)?(?:目标|进度)?"),
    (Column.DEADLINE,
     r".*(?:时限|时间|期限|节点|日期)(?:要求|安排|进度|计划|节点)?|完成(?:进度|季度|月份)|(?:工作|推进|序时|时序|计划)?进度(?:要求|安排|计划|节点)"
     r"|(?:序时|时序|计划)进度|时序(?:要求|安排)|(?:计划|预计|拟)(?:竣工|完工|完成|投产|投用|交付|办结)"),
    (Column.UNITS,
     r"(?:责任分工|任务分工|职责分工|部门分工|分工|分工安排|责任落实|责任体系|牵头(?:单位|部门)?(?:及|和|、|/|（)(?:责任|配合|参与|协办)(?:单位|部门)）?)"),
    (Column.LEAD,
     rf"{_OF}(?:{_LEADING}|主管|组织)(?:责任|负责|组织|实施)?{_BODY_OF_STATE}{_AND_PERSON}|牵头|主办"),
    (Column.RESPONSIBLE,
     rf"{_OF}(?:{_HELPING}|涉及|相关|成员|对口|建设|承建|代建|业主|项目)(?:责任|配合|参与|落实|实施)?{_BODY_OF_STATE}{_AND_PERSON}"
     rf"|.{{0,4}}{_PERSON}(?:及其?|和|、|/)(?:责任|所在)?(?:单位|部门)"
     r"|责任|配合|协办|单位|部门|(?:责任|整改|实施|工作|建设)主体"),
    (Column.SECTION,
     r"[一二三]级(?:任务|事项|分类)|类别|领域|板块|专项|[一二三]级指标|指标|指标名称|分类|任务类别|工作类别|任务分类|专题|方面|环节|.{2,4}(?:领域|类别|板块|指标)|大类|小类"),
    (Column.PLAN,
     r"计划举措|推进(?:计划|措施|举措)|落实(?:措施|举措)|工作计划|实施计划|(?:工作|实施|推进)步骤|主要目标|阶段(?:性)?(?:目标|任务)|工作目标|目标(?:要求)?|预期(?:目标|成果|成效)|成果形式|(?:提升|改革|年度|目标)目标"),
    (Column.BODY,
     r"[\u4e00-\u9fff]{0,6}(?:内容|举措|措施)(?:及?要求)?|具体(?:任务|事项|工作)|任务描述|任务分解|(?:工作|具体|任务|改革|落实)要求|主要任务内容|(?:主要|具体)做法"),
    (Column.TASK,
     r"(?:重点|主要|工作|改革|年度|试点)?(?:工作)?(?:任务|事项|项目|要点|工作|目标任务)(?:名称)?|名称|[\u4e00-\u9fff]{1,6}(?:事项|任务|项目|工作)(?:名称)?"),
)
# fmt: on
_HEAD = re.compile("|".join(f"({pattern})" for _, pattern in HEADS))  # a row of `HEADS` is a group of it
_ANSWERS = re.compile(rf"{_OF}(?:责任|主体){_BODY_OF_STATE}")
_HEAD_JOIN = re.compile("以及|及其?|和|与|、|/")
_HEAD_NOTE = re.compile(r"（[^（）]*）$")
UNIT_COLUMNS = frozenset({Column.LEAD, Column.RESPONSIBLE, Column.UNITS})
SAYS_WHAT = frozenset({Column.BODY, Column.TASK, Column.PLAN, Column.SECTION, Column.ARTICLE})
EMPTY_CELL = re.compile(r"^[—\-－–/／、无]*$")


def read_head(text: str) -> Column | None:
    """What a column is, by its head; None where it is no head that tables of tasks have."""
    folded = plainly(fold(text)).strip("：:*_")
    if not folded or len(folded) > 40:
        return None
    column = _head(folded)
    note = _HEAD_NOTE.search(folded)
    if note and column is None:
        column = _head(folded[: note.start()])
        if column in UNIT_COLUMNS and names_first_lead(folded, note.start() + 1, note.end() - 1):
            return Column.UNITS
    if column is None and len(parts := _HEAD_JOIN.split(folded)) > 1:  # 项目内容及年度目标
        return Column.BODY if {Column.BODY, Column.TASK} & set(map(_head, parts)) else None
    return column


def _head(folded: str) -> Column | None:
    found = _HEAD.fullmatch(folded)
    return HEADS[found.lastindex - 1][0] if found and found.lastindex else None


def settle_columns(heads: Sequence[Column | None]) -> list[Column] | None:
    """Make one body column of what the heads offer; None where this is no table of tasks."""
    columns = [head or Column.OTHER for head in heads]
    timed = Column.DEADLINE in columns or columns.count(Column.PERIOD) > 1
    named = UNIT_COLUMNS & set(columns) or columns.count(Column.PARTY) > 1
    if not (named or (timed and len(columns) > 2)):
        return None
    if Column.BODY not in columns:
        for fallback in (Column.TASK, Column.PLAN, Column.SECTION):
            if fallback in columns:
                at = len(columns) - 1 - columns[::-1].index(fallback)
                columns[at] = Column.BODY
                break
    if {Column.NUMBER, Column.LEAD} <= set(columns) and not {Column.OTHER, *SAYS_WHAT} & set(columns):
        columns[columns.index(Column.NUMBER)] = Column.ARTICLE  # the numbers of measures that stand elsewhere
    bodies = [i for i, c in enumerate(columns) if c is Column.BODY]
    if len(bodies) > 1:  # 主要内容 and 具体措施: the first says what, the next says how
        for i in bodies[1:]:
            columns[i] = Column.PLAN
    if Column.BODY not in columns and Column.ARTICLE not in columns:
        return None
    return columns


def name_columns(heads: Sequence[str]) -> list[Column | None]:
    """What columns are by their heads; 责任部门 leads where those that help (协助部门) have a column of their own."""
    named = [read_head(head) for head in heads]
    if Column.RESPONSIBLE not in named or {Column.LEAD, Column.UNITS} & set(named):
        return named
    units = [c for c, column in enumerate(named) if column is Column.RESPONSIBLE]
    called = {c: plainly(fold(heads[c])) for c in units}
    first = [c for c in units if _ANSWERS.match(called[c])]
    if len(first) == 1 and any(HELPER.search(called[c]) for c in units if c != first[0]):
        named[first[0]] = Column.LEAD
    return named


_UNIT_ENDS = (
    "局", "委", "办", "厅", "院", "部", "署", "会", "中心", "公司", "集团", "银行", "支行", "分行", "总行", "海关", "政府", "单位", "部门", "机构", "企业", "学校", "大学", "高校", "学院", "管委会", "管理处", "法院", "检察院", "总队", "支队", "大队", "所", "站", "社", "处", "队", "室", "园区", "开发区", "新区", "地区", "街道", "街镇", "乡镇", "苏木", "科协", "作协", "区", "县", "市", "旗", "盟", "省", "军", "馆", "库", "校", "网", "台", "协会", "商会", "联合会", "联", "工会", "联盟", "专班", "机场", "港", "港口", "医院", "铁路局", "指挥部", "领导小组", "小组", "委员会",
)  # fmt: skip
_UNIT_END = re.compile(rf"(?:{'|'.join(_UNIT_ENDS)})(?:（[^（）]{{1,24}}）)?$")
# What a cell of units ends with: one of these words, a note in brackets or a name in quotes.
_LAST_SIGNS = frozenset("）”’」" + "".join(word[-1] for word in _UNIT_ENDS))
_UNIT_START = re.compile(
    r"(?:市|省|区|县|旗|州|盟|自治区|各|有关|相关|国网|国家|中国|中共|人民|人行|全|本)|"
    r"[\u4e00-\u9fff]{2,10}(?:局|委|办|厅|院|政府|公司|海关|银行|分行|支行|部门|单位|管委会|集团|中心|机场|法院|港)"
)
# Two units with no mark between (市政务服务办市大数据管理中心), or a word cut before its unit (建市交通运输委).
_JOINED = re.compile(
    r"(?:局|厅|委|办|院|中心|公司|集团|政府|海关)(?:[省市区县旗](?!政府|委)|各)[\u4e00-\u9fff]|^[^市各本全省区县旗]市(?=[\u4e00-\u9fff]{3})"
)
# Bodies of the whole country: a plan of a place means their branch, so the name goes on.
_HALF_NAME = re.compile(
    r"^(?:国家[\u4e00-\u9fff]{2,6}(?:总局|局)|金融监管总局|中国人民银行|人民银行|国网|中国银保监会)$"
)
_QUOTED, _NOTED = re.compile(r"[“‘「][^”’」]*[”’」]"), re.compile(r"（[^（）]*）")
_UNIT_JOINT = re.compile(r"[、，；]|(?<=[中心局委办司])等(?=[市各省区县旗])")
_SAYS_TIME = re.compile(r"\d{1,2}月|年|季度|底前|前$|持续|长期|全年|适时|[—-]$")
CONTENT_WORDS = re.compile(r"加强|推进|推动|完善|优化|提升|建立|健全|开展|实施|进一步|[对的将]|联合抽查")


def fits_column(kind: Column, words: str) -> bool:
    if kind is Column.DEADLINE:
        return len(words) < 40 and _SAYS_TIME.search(words) is not None
    if kind in UNIT_COLUMNS:
        return reads_as_units(words)
    return True


def are_surely_units(words: str) -> bool:
    """Are folded words nothing but units, by how names of bodies are built and by how cells of units look?"""
    return reads_as_units(words) and is_unit_list(words)


def reads_as_units(words: str) -> bool:
    """Do folded words look like a cell of units: each piece begins and ends as a unit does, and says no more?"""
    if not words or EMPTY_CELL.match(words):
        return bool(words)
    if words[-1] not in _LAST_SIGNS:
        return False
    pieces = [p for p in _UNIT_JOINT.split(_NOTED.sub("", _QUOTED.sub("", words))) if p]
    return all(
        len(piece) <= 28
        and _UNIT_END.search(piece)
        and _UNIT_START.match(piece)
        and not _JOINED.search(piece)
        and not _HALF_NAME.match(piece)
        and not CONTENT_WORDS.search(piece)
        for piece in pieces
    ) and bool(pieces)
