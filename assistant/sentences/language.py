"""What words say roles, bounds, negations, absences and opposites: the tables by which a sentence is read.  To teach
it another way of saying something, add it to its table, with a row in the test.
"""

from __future__ import annotations

import re

from index_build.model import Role

BLANK = "＿"  # stands for a character that was looked at already
# Labels stand before their units, verbs after them.  Longer words first; English as folding leaves it, without
# spaces.
ROLE_LABELS = {
    "牵头责任单位": Role.LEAD, "牵头单位": Role.LEAD, "牵头部门": Role.LEAD, "牵头方": Role.LEAD, "主办单位": Role.LEAD,
    "主责单位": Role.LEAD, "负责单位": Role.LEAD, "主导部门": Role.LEAD, "主导单位": Role.LEAD, "责任主体": Role.LEAD,
    "实施主体": Role.LEAD, "配合单位": Role.RESPONSIBLE, "配合部门": Role.RESPONSIBLE, "责任单位": Role.RESPONSIBLE,
    "责任部门": Role.RESPONSIBLE, "协办单位": Role.RESPONSIBLE, "协同单位": Role.RESPONSIBLE, "参与单位": Role.RESPONSIBLE, "会同": Role.RESPONSIBLE,
    "ledby": Role.LEAD, "leadunits": Role.LEAD, "leadunit": Role.LEAD, "leaddepartments": Role.LEAD, "leaddepartment": Role.LEAD,
    "supportedby": Role.RESPONSIBLE, "assistedby": Role.RESPONSIBLE, "helpedby": Role.RESPONSIBLE,
    "supportfrom": Role.RESPONSIBLE, "responsibleunits": Role.RESPONSIBLE, "responsibleunit": Role.RESPONSIBLE,
}  # fmt: skip
ROLE_VERBS = {
    "牵头": Role.LEAD, "负责": Role.LEAD, "主办": Role.LEAD, "主管": Role.LEAD, "领办": Role.LEAD, "带头": Role.LEAD,
    "主导": Role.LEAD, "挂帅": Role.LEAD, "统筹": Role.LEAD, "承办": Role.LEAD, "主责": Role.LEAD, "打头": Role.LEAD,
    "配合": Role.RESPONSIBLE, "协助": Role.RESPONSIBLE, "协同": Role.RESPONSIBLE, "参与": Role.RESPONSIBLE, "协办": Role.RESPONSIBLE,
    "leads": Role.LEAD, "lead": Role.LEAD, "supports": Role.RESPONSIBLE, "support": Role.RESPONSIBLE,
    "assists": Role.RESPONSIBLE, "assist": Role.RESPONSIBLE, "helps": Role.RESPONSIBLE,
}  # fmt: skip
ROLE_WORDS = re.compile("|".join([*ROLE_LABELS, *ROLE_VERBS]), re.IGNORECASE)
# What may stand between units, and between units and their role word.
LIST_WORDS = re.compile(
    r"[、，,：:（）()“”\"\s]|以及|分别|共同|联合|会同|各自|一起|按职责|分工|具体|主要|和|与|及|跟|等|是|为|由|有|包括|均|都|则|还"
    r"|单位|部门|and|is|are|the|with|by"
)
_UNIT_END = (
    r"(?:人民政府办公室|政府办公室|人民政府|管理委员会|委员会|管委会|人民法院|人民检察院|检察院|法院|办公室|街道办事处|监管局|分局|总局"
    r"|支队|大队|总队|海关|税务局|集团公司|公司|银行|中心支行|支行|分行|协会|商会|学会|中心|事务所|交易所|研究院|医院|学院|大学"
    r"|政府|党委|政法委|发改委|卫健委|国资委|纪委监委|监委|宣传部|组织部|统战部|网信办|金融办|外事办|编办|局|厅|署|职能部门"
    r"|主管部门|有关部门|相关部门|各部门)"
)
UNKNOWN_UNIT = re.compile(rf"[一-鿿]{{1,16}}?{_UNIT_END}")
# A name with one of these right after it is another name.
GOES_ON = re.compile(r"[局长分办室所站队处科委会党院]|公司|中心")
NAME_START = re.compile(
    r"(?:^|[^一-鿿]|[由是为和与及对向让请各在经将被同跟或即有]|以及|会同|联合|单位|部门|配合|牵头|负责|协助|参与|其中|包括|分别)$"
)

ABSENT_WORDS = re.compile(
    r"(?:没有|未|没)(?:作出|作|做出|做)?(?:明确|写明|列明|规定|说明|载明|提及|提到|给出|注明|标明|指定|列出|列|写|设定|单列|另列)"
)
FIELD_WORDS = {
    "deadlines": re.compile(r"时限|期限|时间|日期|何时|截止|deadline|date"),
    "lead": re.compile(r"牵头|lead"),
    "responsible": re.compile(r"责任单位|责任部门|配合|协办|协同|support|assist"),
}
NOT_NEGATIONS = re.compile(
    r"不动产|不断|不仅|不但|不同|不良|不足|不见面|不定期|不少于|不低于|不超过|不高于|不多于|不大于|不小于|不晚于|不得少于|不得低于|不得超过|不得高于|不得晚于"
    r"|未来|无论|无缝|无障碍|无人机|无形|非公|非税|非遗|非现场|没收|尤其是|莫不|不一而足|不变"
)
NEGATION = re.compile(
    r"不得|不再|不能|不可|不予|不准|不许|不应|不宜|不必|不用|不需|无需|无须|毋须|不|严禁|禁止|杜绝|防止|避免|严防|未|没有|没|无|非|勿|莫|免于|免除|免"
    r"|取消|停止|暂停|废止|拒绝|除外|除了"
)
ENGLISH_NEGATION = re.compile(
    r"\b(?:no|not|none|never|without|neither|nor|cannot|nothing)\b|n['’]t\b", re.IGNORECASE
)
OPPOSITES = (
    ("提高", "降低"), ("提升", "下降"), ("增加", "减少"), ("扩大", "缩小"), ("放宽", "收紧"), ("延长", "缩短"), ("上调", "下调"),
    ("允许", "禁止"), ("公开", "保密"), ("免费", "收费"), ("线上", "线下"), ("取消", "保留"), ("取消", "设立"), ("新增", "取消"),
    ("简化", "增设"), ("下放", "上收"), ("自愿", "强制"), ("鼓励", "限制"), ("鼓励", "要求"), ("以前", "以后"), ("之前", "之后"),
    ("事前", "事后"), ("国有", "民营"), ("企业", "个人"), ("省级", "市级"), ("首次", "再次"), ("压减", "增加"), ("压缩", "延长"),
    ("压减", "延长"), ("允许", "严禁"), ("允许", "不得"),
)  # fmt: skip
# What may not be said unless the source says it: duty, totality, completion, rank.
STRONG = (
    "必须", "应当", "强制", "一律", "全部", "所有", "唯一", "只能", "仅限", "首次", "最高", "最低", "最多", "最少", "最早", "最晚", "任何",
    "已经", "已完成", "已于", "正在", "即将", "目前", "现已", "成功", "确保", "保证", "承诺", "处罚", "罚款", "免除", "自动",
    "暂缓", "推迟", "延期", "顺延", "中止", "终止", "撤销", "作废", "失效", "过期", "难以", "缺乏", "排除", "错误", "虚假", "并非",
    "半数", "过半", "一半", "翻番", "翻倍", "多数", "少数", "几乎", "大幅", "显著", "随时", "立即", "当场", "免费",
)  # fmt: skip
BOUND_BEFORE = (
    (re.compile(r"(?:不得?少于|不得?低于|不得?小于|至少|最少|起码)$"), ">="),
    (re.compile(r"(?:不得?超过|不得?高于|不得?多于|不得?大于|不得?晚于|至多|最多|最长|控制在)$"), "<="),
    (re.compile(r"(?:超过|超|高于|大于|多于|逾|突破)$"), ">"),
    (re.compile(r"(?:低于|少于|小于|不到|不足)$"), "<"),
    (re.compile(r"(?:压缩|压减|缩减|缩短|减少|降低|下降|减|降|精简)(?:至|到|为)$"), "to"),
    (re.compile(r"(?:提高|增加|增长|提升|扩大|达|上升)(?:至|到|为)$"), "to"),
    (re.compile(r"(?:压缩|压减|缩减|缩短|减少|降低|下降|减|降|精简)了?$"), "by-"),
    (re.compile(r"(?:提高|增加|增长|提升|扩大|上升)了?$"), "by+"),
    (re.compile(r"由$"), "from"),
)
BOUND_AFTER = (
    (re.compile(r"^(?:以上|及以上|起)"), ">="),
    (re.compile(r"^(?:以下|及以下|以内|之内|内)"), "<="),
    (re.compile(r"^(?:左右|上下)"), "~"),
)
HAN_DIGITS = "〇零一二三四五六七八九"
_UNIT_OF_NUMBER = (
    r"工作日|自然日|个月|小时|分钟|万元|亿元|元|平方米|公里|千瓦|千伏安|个百分点|百分点|日|天|年|月|周|项|家|户|件|次|个|倍|成|条|类|种|名|人次|人|所|处|级"
    r"|环节|份|批|吨|折|张|套|座|亩|期|轮|场|门|窗口|步|表|米|部|台|章|证"
)
NUMBER = re.compile(
    rf"(?<![\d.])(?P<digits>\d+(?:\.\d+)?)(?P<scale>[万亿千百](?!元))?(?P<percent>[%‰])?个?(?P<unit>{_UNIT_OF_NUMBER})?"
    rf"|百分之(?P<hundredth>[{HAN_DIGITS}十百点]+)"
    rf"|(?P<han>[{HAN_DIGITS}十百千万两半]+)个?(?P<han_unit>{_UNIT_OF_NUMBER})"
)
DEADLINE_WORDS = re.compile(
    r"完成时限|时限|期限|截止|最迟|完成|办结|落实|到位|deadline|due|before|complet", re.IGNORECASE
)
CLAUSE_END = re.compile(r"[，。；：！？\n,;!?]")
SENTENCE_PARTS = re.compile(r"[^，。；！？\n,;!?]+")
QUOTED = re.compile(r"“([^“”]*)”|「([^「」]*)」|\"([^\"]*)\"|『([^『』]*)』")
TITLED = re.compile(r"《([^《》]*)》")
MARKUP = re.compile(
    r"<[a-zA-Z/!]|https?[:：]|www\.|javascript[:：]|data[:：]|```|`|!\[|\]（|\]\(|\{\{|\}\}|\{%|<\||\|>|&[a-z#0-9]+;"
    r"|[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]"
)
MARKERS = re.compile(r"\[\^?m?\d{1,4}(?:\s*[,，、]\s*m?\d{1,4})*\]|【m?\d{1,4}】")
# Words that carry no claim of their own: they need no source.
NEUTRAL = re.compile(
    r"落实|推进|须|您|询问|所问|想问|答|说|组织|按职责|职责|分工|会同|截止|计划|改革"
    r"|请|根据|依据|按照|按|原文|写道|写明|指出|提出|文件|方案|规定|要求|该项?|这项?|本项?|此项?|措施|任务|举措|工作|事项|由|牵头|负责|配合|协助|协同|参与|完成时限|时限|期限|时间|单位|部门|责任"
    r"|内容|包括|主要|具体|其中|分别|共同|以及|同时|并且|并|而|和|与|及|或|等|的|地|得|了|在|是|为|于|对|将|把|被|就|则|也|还|中|上|下|内|到|从|向|有|称|指|即|如下|见|第|项|前|来|应|需|要|由"
    r"|没有|未|没|明确|写明|列明|说明|给出|提到|注明|问题|回答|关于|可以|可|方面|情况|相关|有关|另外|此外|所以|因此|也就是说|意思是|简单说|来说|通过|进行|开展|实行|推行|实施"
)
_FRAME = """
a an the this that these those it its of to for in on at by with from and or as is are was be been being has have
had will must which who what when where measure measures task tasks plan document documents policy paper item number
according under department departments unit units lead leads leading led responsible support supports supporting
supported assist assists assisted help helps helping together jointly deadline deadlines due date time limit limits
completed complete completion before end states state stated says say said reads text original chinese source sources
quoted follows following below does do not no name names named give given any other others also both all respectively
while
"""
ENGLISH_FRAME = frozenset(_FRAME.split())
LEAST_COVERAGE = 0.7  # the share of a sentence's own characters that the cited text has to hold
LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
HAN = re.compile(r"[一-鿿]")
