"""Free words against records: whether a sentence that somebody worded (a language model, as a rule) asserts only
what the cited measures say.  It fails closed: what it cannot tie to the sources is not supported.

A sentence is read for everything in it that could be false, and each find must be in the cited text, in its role:

    markup        addresses, tags, code and leftover handles are no sentence of an answer
    quotations    “…” must be the document's own words, 《…》 the title of a cited paper or printed in it
    departments   known and unknown names, each in the role that the sentence's role words give it
    places        those that the cited papers are of, or name
    dates         as a time limit only if the record has that limit, otherwise as the text has it
    numbers       with their unit and their bound (以上, 不超过, 压减至): 70%以上 is not 70%以下
    denials       negations of the same words; and nothing that the source denies is affirmed
    opposites     提高 for 降低, 鼓励 for 禁止; obligations, totals and completions that the source does not state
    coverage      most of the other characters must come from the cited text

Each of these is one row of `CHECKS`; each finds reasons, and no reason means supported.  The words that are read
as roles, bounds, negations and opposites are the tables below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from assistant.model import Citation, Entry, Verdict
from index_build.dates import DateHit, find_dates
from index_build.model import Deadline, DeadlineKind, Measure, Role, Span
from index_build.text import fold


class Texts(Protocol):
    """What this module reads of the catalog."""

    def text(self, doc: str) -> str: ...


# -- the language ---------------------------------------------------------------------------------------------

# Labels stand before their units, verbs after them.  Longer words first; English as folding leaves it, without
# spaces.
ROLE_LABELS = {
    "牵头责任单位": Role.LEAD, "牵头单位": Role.LEAD, "牵头部门": Role.LEAD, "牵头方": Role.LEAD, "主办单位": Role.LEAD,
    "主责单位": Role.LEAD, "负责单位": Role.LEAD, "主导部门": Role.LEAD, "主导单位": Role.LEAD, "责任主体": Role.LEAD,
    "实施主体": Role.LEAD, "配合单位": Role.RESPONSIBLE, "配合部门": Role.RESPONSIBLE, "责任单位": Role.RESPONSIBLE,
    "责任部门": Role.RESPONSIBLE, "协办单位": Role.RESPONSIBLE, "协同单位": Role.RESPONSIBLE, "参与单位": Role.RESPONSIBLE,
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
_ROLE = re.compile("|".join([*ROLE_LABELS, *ROLE_VERBS]), re.IGNORECASE)
# What may stand between units, and between units and their role word.
_LIST_WORDS = re.compile(
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
_GOES_ON = re.compile(r"[局长分办室所站队处科委会党院]|公司|中心")
_NAME_START = re.compile(
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
    ("压减", "延长"), ("允许", "严禁"), ("允许", "不得"), ("可以", "不得"), ("可以", "严禁"), ("可以", "禁止"),
)  # fmt: skip
# What may not be said unless the source says it: duty, totality, completion, rank.
STRONG = (
    "必须", "应当", "强制", "一律", "全部", "所有", "唯一", "只能", "仅限", "首次", "最高", "最低", "最多", "最少", "最早", "最晚", "任何",
    "已经", "已完成", "已于", "正在", "即将", "目前", "现已", "成功", "确保", "保证", "承诺", "处罚", "罚款", "免除", "自动",
    "暂缓", "推迟", "延期", "顺延", "中止", "终止", "撤销", "作废", "失效", "过期", "难以", "缺乏", "排除", "错误", "虚假", "并非",
    "半数", "过半", "一半", "翻番", "翻倍", "多数", "少数", "几乎", "大幅", "显著", "随时", "立即", "当场", "免费",
)  # fmt: skip
_BOUND_BEFORE = (
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
_BOUND_AFTER = (
    (re.compile(r"^(?:以上|及以上|起)"), ">="),
    (re.compile(r"^(?:以下|及以下|以内|之内|内)"), "<="),
    (re.compile(r"^(?:左右|上下)"), "~"),
)
_DIGITS = "〇零一二三四五六七八九"
_UNIT_OF_NUMBER = (
    r"工作日|自然日|个月|小时|分钟|万元|亿元|元|平方米|公里|千瓦|千伏安|个百分点|百分点|日|天|年|月|周|项|家|户|件|次|个|倍|成|条|类|种|名|人次|人|所|处|级"
    r"|环节|份|批|吨|折|张|套|座|亩|期|轮|场|门|窗口|步|表|米|部|台|章|证"
)
NUMBER = re.compile(
    rf"(?<![\d.])(?P<digits>\d+(?:\.\d+)?)(?P<scale>[万亿千百](?!元))?(?P<percent>[%‰])?个?(?P<unit>{_UNIT_OF_NUMBER})?"
    rf"|百分之(?P<hundredth>[{_DIGITS}十百点]+)"
    rf"|(?P<han>[{_DIGITS}十百千万两半]+)个?(?P<han_unit>{_UNIT_OF_NUMBER})"
)
DEADLINE_WORDS = re.compile(
    r"完成时限|时限|期限|截止|最迟|完成|办结|落实|到位|deadline|due|before", re.IGNORECASE
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
    r"根据|依据|按照|按|原文|写道|写明|指出|提出|文件|方案|规定|要求|该项?|这项?|本项?|此项?|措施|任务|举措|工作|事项|由|牵头|负责|配合|协助|协同|参与|完成时限|时限|期限|时间|单位|部门|责任"
    r"|内容|包括|主要|具体|其中|分别|共同|以及|同时|并且|并|而|和|与|及|或|等|的|地|得|了|在|是|为|于|对|将|把|被|就|则|也|还|中|上|下|内|到|从|向|有|称|指|即|如下|见|第|项|前|来|应|需|要|由"
    r"|没有|未|没|明确|写明|列明|说明|给出|提到|注明|问题|回答|关于|可以|可|方面|情况|相关|有关|另外|此外|所以|因此|也就是说|意思是|简单说|来说|通过|进行|开展|实行|推行|实施"
)
ENGLISH_FRAME = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "it",
        "its",
        "of",
        "to",
        "for",
        "in",
        "on",
        "at",
        "by",
        "with",
        "from",
        "and",
        "or",
        "as",
        "is",
        "are",
        "was",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "will",
        "which",
        "who",
        "what",
        "when",
        "where",
        "measure",
        "measures",
        "task",
        "tasks",
        "plan",
        "document",
        "documents",
        "policy",
        "paper",
        "item",
        "number",
        "according",
        "under",
        "department",
        "departments",
        "unit",
        "units",
        "lead",
        "leads",
        "leading",
        "led",
        "responsible",
        "support",
        "supports",
        "supporting",
        "supported",
        "assist",
        "assists",
        "assisted",
        "help",
        "helps",
        "helping",
        "together",
        "jointly",
        "deadline",
        "deadlines",
        "due",
        "date",
        "time",
        "limit",
        "limits",
        "completed",
        "complete",
        "completion",
        "before",
        "end",
        "states",
        "state",
        "stated",
        "says",
        "say",
        "said",
        "reads",
        "text",
        "original",
        "chinese",
        "source",
        "sources",
        "quoted",
        "follows",
        "following",
        "below",
        "does",
        "do",
        "not",
        "no",
        "name",
        "names",
        "named",
        "give",
        "given",
        "any",
        "other",
        "others",
        "also",
        "both",
        "all",
        "respectively",
        "while",
    ]
)
LEAST_COVERAGE = 0.7  # the share of a sentence's own characters that the cited text has to hold
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_HAN = re.compile(r"[一-鿿]")


# -- what a sentence may rest on ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ground:
    """The cited measures as one thing to check against: their words as stored, their records, their papers."""

    text: str
    titles: str
    entries: tuple[Entry, ...]
    printed: tuple[tuple[str, Role], ...] = ()
    known_units: frozenset[str] = frozenset()
    other_places: frozenset[str] = frozenset()
    english: bool = False

    @classmethod
    def of(
        cls,
        citations: Sequence[Citation],
        catalog: Texts,
        *,
        known_units: Collection[str] = (),
        known_places: Collection[str] = (),
        english: bool = False,
    ) -> Ground:
        pieces, titles, printed = [], [], []
        for citation in citations:
            policy = citation.entry.policy
            source = catalog.text(policy.doc)
            pieces.append(words_at(source, citation.parts))
            if holds(citation.parts, citation.entry.parts):  # a body in pieces, with other cells between them
                pieces.append(words_at(source, citation.entry.parts))
            mentions = citation.entry.mentions if isinstance(citation.entry, Measure) else ()
            printed += [(fold(source[m.span.start : m.span.end]), m.role) for m in mentions]
            titles += [
                policy.title,
                policy.doc_no or "",
                *policy.issuers,
                *policy.place,
                *citation.entry.section,
            ]
        return cls(
            "\n".join(pieces),
            fold("。".join(titles)),
            tuple(c.entry for c in citations),
            tuple(printed),
            frozenset(fold(name) for name in known_units),
            frozenset(fold(name) for name in known_places if len(name) > 1),
            english,
        )

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(e for e in self.entries if isinstance(e, Measure))

    @cached_property
    def roles(self) -> dict[str, set[Role]]:
        """Every form in which a cited unit may be named, and the roles that the records give it; a unit whose
        deadline is recorded, or that issued the paper, may be named without a role."""
        found: dict[str, set[Role]] = {}
        for measure in self.measures:
            for mention in measure.mentions:
                for form in unit_forms(fold(mention.name), measure.policy.place):
                    found.setdefault(form, set()).add(mention.role)
            for deadline in measure.deadlines:
                if deadline.who:
                    found.setdefault(fold(deadline.who), set())
        for words, role in self.printed:
            found.setdefault(words, set()).add(role)
        for entry in self.entries:
            for issuer in entry.policy.issuers:
                found.setdefault(fold(issuer), set())
        return found

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        return tuple(d for m in self.measures for d in m.deadlines)

    @cached_property
    def years(self) -> tuple[int | None, ...]:
        return tuple(dict.fromkeys(e.policy.year for e in self.entries)) or (None,)

    @cached_property
    def dates(self) -> tuple[DateHit, ...]:
        return tuple(hit for year in self.years for hit in find_dates(self.text, year))

    @cached_property
    def numbers(self) -> frozenset[Number]:
        return frozenset(find_numbers(self.text)) | frozenset(find_numbers(self.titles))

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        return tuple(SENTENCE_PARTS.findall(self.text))


def words_at(text: str, parts: Iterable[Span]) -> str:
    """The folded words of these stretches, joined."""
    return "".join([fold(text[part.start : part.end]) for part in parts])


def holds(parts: Iterable[Span], inner: Iterable[Span]) -> bool:
    """Whether every inner stretch lies inside one of the parts."""
    outer = tuple(parts)
    return all(any(o.start <= i.start and i.end <= o.end for o in outer) for i in inner)


def near(words: str, text: str) -> bool:
    """Whether most of the words' character pairs stand in the text: said of the same thing."""
    pairs = {words[i : i + 2] for i in range(len(words) - 1)}
    return bool(pairs) and sum(p in text for p in pairs) / len(pairs) >= 0.5


def unit_forms(name: str, place: Sequence[str]) -> set[str]:
    """The name as the record has it, and with the place's own name in front (区住建局 → 昆都仑区住建局)."""
    forms = {name}
    if place:
        own = place[-1]
        forms.add(own + (name[1:] if name[:1] == own[-1:] else name))
    return forms


@dataclass(frozen=True, slots=True)
class SentenceCheck:
    """What came of a sentence: `reasons` name what is not supported (Chinese, for the trace)."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()

    @property
    def supported(self) -> bool:
        return self.verdict in (Verdict.EXACT, Verdict.PARAPHRASED)


def check_sentence(
    sentence: str,
    citations: Sequence[Citation],
    catalog: Texts,
    *,
    known_units: Collection[str] = (),
    known_places: Collection[str] = (),
    english: bool = False,
) -> SentenceCheck:
    """Check one worded sentence against the measures it cites: `exact` if it is their own words, `paraphrased` if
    everything in it is supported, else `unsupported` with the reasons.

    Where several are cited, one of them has to support the whole sentence, or each clause has to be supported by
    one: what is right of one measure must not be told of another.  `known_units` and `known_places` are further
    names to recognise (those of the whole index); with `english` the sentence may be English."""
    grounds = [
        Ground.of([c], catalog, known_units=known_units, known_places=known_places, english=english)
        for c in citations
    ] or [Ground.of((), catalog, english=english)]
    checks = [check_against(sentence, ground) for ground in grounds]
    supported = next((check for check in checks if check.supported), None)
    if supported or len(grounds) == 1:
        return supported or checks[0]
    for clause in _CLAUSES.findall(MARKERS.sub("", sentence)):
        alone = [check_against(clause, ground) for ground in grounds]
        if not any(check.supported for check in alone):
            return min(alone, key=lambda check: len(check.reasons))
    return SentenceCheck(Verdict.PARAPHRASED)


_CLAUSES = re.compile(r"[^，；。,;]+[，；。,;]?")


def check_against(sentence: str, ground: Ground) -> SentenceCheck:
    said = fold(MARKERS.sub("", sentence))
    if not said:
        return SentenceCheck(Verdict.UNSUPPORTED, ("没有内容",))
    reasons = tuple(dict.fromkeys(reason for check in CHECKS for reason in check(said, ground, sentence)))
    if reasons:
        return SentenceCheck(Verdict.UNSUPPORTED, reasons)
    bare = said.strip("。；，“”")
    literal = (
        bare in ground.text and not cut_short(bare, ground.text) and not negated_outside(bare, ground.text)
    )
    return SentenceCheck(Verdict.EXACT if literal else Verdict.PARAPHRASED)


# -- literal words and what stands around them ----------------------------------------------------------------


def places_of(words: str, text: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0 and words:
        yield at
        at = text.find(words, at + 1)


def cut_short(words: str, text: str) -> bool:
    """Whether every occurrence cuts a number: 5个工作日 out of 0.5个工作日, 1 out of 12."""

    def cuts(at: int) -> bool:
        end = at + len(words)
        before, after = text[max(0, at - 2) : at], text[end : end + 2]
        left = words[0].isdigit() and re.search(r"\d\.?$", before) is not None
        right = words[-1].isdigit() and re.match(r"\.?\d|[%‰]", after) is not None
        han = words[0] in _DIGITS + "十百千" and before[-1:] in (*_DIGITS, "十", "百", "千")
        return left or right or han

    return all(cuts(at) for at in places_of(words, text))


def negated_outside(words: str, text: str) -> bool:
    """Whether every occurrence stands under a negation that the words leave out: 收取费用 out of 不得收取费用."""
    return all(_negation_before(text, at) for at in places_of(words, text))


def _negation_before(text: str, at: int) -> str | None:
    """The last negation between the start of the clause and `at`."""
    start = max((m.end() for m in CLAUSE_END.finditer(text, max(0, at - 60), at)), default=max(0, at - 60))
    found = list(negations(text[start:at]))
    return found[-1][1] if found else None


def negations(text: str) -> Iterator[tuple[int, str]]:
    """Each negation and where it ends; words such as 不动产 and bounds such as 不超过 are none."""
    plain = NOT_NEGATIONS.sub(lambda m: "＿" * len(m.group()), text)
    for match in NEGATION.finditer(plain):
        yield match.end(), match.group()


def qualified_outside(words: str, text: str) -> bool:
    """Whether every occurrence of a figure has a bound beside it that the words leave out: 70% of 70%以上."""

    def bounded(at: int) -> bool:
        return any(sign in bound_of(text, at, at + len(words)) for sign in (">", "<", "~"))

    return all(bounded(at) for at in places_of(words, text))


# -- the checks -----------------------------------------------------------------------------------------------

Check = Callable[[str, Ground, str], Iterator[str]]


def markup(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    if match := MARKUP.search(sentence) or MARKUP.search(said):
        yield f"含有标记或地址：{match.group()}"


def quotations(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    titles = [match.span() for match in TITLED.finditer(said)]
    for match in QUOTED.finditer(said):
        if within(match.start(), titles):
            continue
        words = "".join(g or "" for g in match.groups()).rstrip("。；，")
        if not words:
            continue
        if words not in ground.text or cut_short(words, ground.text):
            yield f"引文不在原文中：{words[:20]}"
        elif negated_outside(words, ground.text):
            yield f"引文漏掉了否定：{words[:20]}"
    for title in TITLED.findall(said):
        if title not in ground.titles and f"《{title}》" not in ground.text:
            yield f"文件名不在依据中：{title[:20]}"


@dataclass(frozen=True, slots=True)
class UnitHit:
    """A department named in a sentence; `roles` are those that the records give it, None for an unknown one."""

    start: int
    end: int
    name: str
    roles: frozenset[Role] | None


def find_units(said: str, ground: Ground) -> list[UnitHit]:
    """Every department in a sentence, the longest name at each place; then whatever else looks like one."""
    forms = ground.roles
    names = set(forms) | ground.known_units
    longest = max((len(n) for n in names), default=0)
    hits: list[UnitHit] = []
    free, at = 0, 0
    while at < len(said):
        size = next((s for s in range(min(longest, len(said) - at), 1, -1) if said[at : at + s] in names), 0)
        if not size:
            at += 1
            continue
        hits += unknown_units(said, free, at)
        name = said[at : at + size]
        whole = name in forms and _starts_name(said, at, forms) and not _GOES_ON.match(said, at + size)
        hits.append(UnitHit(at, at + size, name, frozenset(forms[name]) if whole else None))
        at = free = at + size
    return hits + unknown_units(said, free, len(said))


def _starts_name(said: str, at: int, forms: Collection[str]) -> bool:
    before = said[max(0, at - 20) : at]
    return bool(_NAME_START.search(before)) or any(before.endswith(form) for form in forms)


def unknown_units(said: str, start: int, end: int) -> list[UnitHit]:
    """Names by their endings (…局, …委员会); generic words such as 责任单位 are none."""
    masked = _ROLE.sub(lambda m: "，" * len(m.group()), said[start:end])
    return [
        UnitHit(start + match.start(), start + match.end(), match.group(), None)
        for match in UNKNOWN_UNIT.finditer(masked)
    ]


def departments(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    hits = find_units(said, ground)
    quoted = quotes_of(said)
    # a unit inside a quotation was checked with it, unless the sentence itself gives a role to what it quotes
    given = any(not within(m.start(), quoted) for m in _ROLE.finditer(said) if not _inside(m.start(), hits))
    for hit in hits:
        if within(hit.start, quoted) and not given:
            continue
        if hit.roles is None:
            if not _stands_in_body(hit.name, ground):
                yield f"部门不在依据中：{hit.name}"
            elif _role_said(said, hit, hits):
                yield f"部门没有这个职责：{hit.name}"
        elif not _role_said(said, hit, hits) <= hit.roles:
            yield f"部门的职责不符：{hit.name}"
    yield from strangers(said, hits, quoted)
    yield from loose_roles(said, hits, quoted, ground)


def loose_roles(
    said: str, hits: Sequence[UnitHit], quoted: Sequence[tuple[int, int]], ground: Ground
) -> Iterator[str]:
    """A role given to nobody by name (以上单位为配合单位): whom it is told of cannot be checked."""
    bodies = "".join([fold(entry.text) for entry in ground.entries])
    for clause in SENTENCE_PARTS.finditer(said):
        if ABSENT_WORDS.search(clause.group()) or any(clause.start() <= h.start < clause.end() for h in hits):
            continue
        for match in _ROLE.finditer(said, clause.start(), clause.end()):
            if (
                match.group() not in bodies
                and not within(match.start(), quoted)
                and not match.group().isascii()
            ):
                yield f"职责没有指明单位：{clause.group()[:20]}"


def quotes_of(said: str) -> list[tuple[int, int]]:
    return [match.span() for pattern in (QUOTED, TITLED) for match in pattern.finditer(said)]


def within(at: int, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in stretches)


def _stands_in_body(name: str, ground: Ground) -> bool:
    """A unit that a measure's body names without giving it a role may be named without one, too."""
    return any(name in fold(e.text) for e in ground.entries) or name in ground.titles


def _role_said(said: str, hit: UnitHit, hits: Sequence[UnitHit]) -> set[Role]:
    """The roles that the sentence gives a unit: by the verb after it, by the label before it; where neither is
    tied to it, every role of which the sentence speaks (to be safe)."""
    words = [
        (m.start(), m.end(), m.group().lower()) for m in _ROLE.finditer(said) if not _inside(m.start(), hits)
    ]
    after = next((w for w in words if w[0] >= hit.end), None)
    if after and _only_lists(said, hit.end, after[0], hits):
        named_as = re.search(r"[是为]|作为|担任|is|are", said[hit.end : after[0]])
        if after[2] in ROLE_VERBS or named_as:
            return {_role_of(after[2])}
    before = next((w for w in reversed(words) if w[1] <= hit.start), None)
    if before and before[2] in ROLE_LABELS and _only_lists(said, before[1], hit.start, hits):
        return {_role_of(before[2])}
    start = max((m.end() for m in re.finditer(r"[。；;\n]", said[: hit.start])), default=0)
    stop = next((m.start() for m in re.finditer(r"[。；;\n]", said) if m.start() >= hit.end), len(said))
    return {_role_of(w[2]) for w in words if start <= w[0] < stop}


def _role_of(word: str) -> Role:
    return ROLE_LABELS[word] if word in ROLE_LABELS else ROLE_VERBS[word]


def _inside(at: int, hits: Sequence[UnitHit]) -> bool:
    return any(hit.start <= at < hit.end for hit in hits)


def _only_lists(said: str, start: int, end: int, hits: Sequence[UnitHit]) -> bool:
    """Whether [start, end) holds only units and what joins them."""
    rest, at = [], start
    for hit in hits:
        if start <= hit.start and hit.end <= end:
            rest.append(said[at : hit.start])
            at = hit.end
    rest.append(said[at:end])
    return not _LIST_WORDS.sub("", "".join(rest))


_BY_WHOM = re.compile(
    r"由([^，。；：由]{1,400}?)(?:共同|联合|分别|具体|主要)?(?:牵头|负责|配合|协助|承担|主办|组织|参与|落实|实施|主导|挂帅|统筹)"
)
_IS_WHOM = re.compile(
    r"(?:牵头|责任|配合|主办|协办|主责|负责|参与|主导)(?:责任)?(?:单位|部门|方)(?:是|为|：|有|包括)+([^。；，：]{1,400})"
)
_WHO_DOES = re.compile(
    r"(?:^|[，。；：])((?:(?!由)[一-鿿]){2,8}?)(?:来|共同|联合)?(?:牵头|配合|协助)(?=[，。；、]|$)"
)
_LED_BY = re.compile(
    r"(?:ledby|supportedby|assistedby|helpedby|supportfrom)([^，。；：.]{1,400})", re.IGNORECASE
)
_NO_NAMES = re.compile(
    r"^(?:文件|原文|方案)?(?:中)?(?:没有|未|没|谁|哪|以下|上述|下列|如下|多个|两个|各|其|它|他)"
)


def strangers(said: str, hits: Sequence[UnitHit], quoted: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Whoever is given a role without looking like a department (住建牵头, 由张三负责)."""
    for pattern in (_BY_WHOM, _IS_WHOM, _WHO_DOES, _LED_BY):
        for match in pattern.finditer(said):
            if _NO_NAMES.match(match[1]) or ABSENT_WORDS.search(match[1]) or within(match.start(), quoted):
                continue
            if _inside(match.end(1), hits):
                continue  # the verb is part of a name: 组织 of 市委组织部
            if not _only_lists(said, match.start(1), match.end(1), hits):
                yield f"职责主体不在依据中：{match[1][:20]}"


# -- where ----------------------------------------------------------------------------------------------------

_PLACE = re.compile(r"[一-鿿]{2}(?:省|市|州|盟|县|旗|区)(?![域别分间块场民级直委政府长内外容属])")
# Not the name of a place: 全市, 园区, 开发区, 各县.
_NO_PLACE = re.compile(
    r"(?:[全各本我该县市旗省州同跨多两大小等和与及在为由以到从对于]|[一-鿿][全各本我该县市旗省州园城地社街辖片景校厂小新老郊矿牧农林山库灾疫自特专]"
    r"|[开示保自功试先聚][发范税贸能验行集]|高新|经开|综保|工业|物流|合作|产业)[省市州盟县旗区]$|[一-鿿]{2}[园城地社街辖片景校厂小新老郊]区$"
)


def places(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    """A place that the cited papers are of, or that their text names; another one's facts are not theirs."""
    plain = without_titles(said, ground)
    for form in sorted(ground.roles, key=len, reverse=True):
        plain = plain.replace(form, "＿" * len(form))
    own = ground.text + ground.titles
    for name in ground.other_places:
        if name in plain and name not in own:
            yield f"地方不在依据中：{name}"
    for match in _PLACE.finditer(plain):
        if match.group() not in own and not _NO_PLACE.search(match.group()):
            yield f"地方不在依据中：{match.group()}"


# -- dates ----------------------------------------------------------------------------------------------------

_STRAY_DATE = re.compile(
    rf"\d{{4}}年|\d{{1,2}}月|[{_DIGITS}十]{{1,3}}月|\d{{1,2}}[日号](?!内)|\d{{4}}[-/.]\d|[今明后去]年|[本下上]月|年底|年末|年初|季度"
    r"|January|February|March|April|May\d|June|July|August|September|October|November|December",
    re.IGNORECASE,
)


def dates(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    hits = said_dates(said, ground)
    quoted = quotes_of(said)
    limited = DEADLINE_WORDS.search(blanked(said, quoted))
    for hit in hits:
        if within(hit.start, quoted) and not limited:
            continue
        if hit.kind is DeadlineKind.ONGOING:
            if fold(hit.raw) not in ground.text:
                yield f"时限不在依据中：{hit.raw}"
            continue
        clause = clause_around(said, hit.start, hit.end)
        as_limit = DEADLINE_WORDS.search(clause) or hit.raw.endswith("前")
        if as_limit and ground.measures:
            yield from limit_reasons(said, hit, clause, ground)
        elif not any(same_days(hit, known) for known in ground.dates) and not is_issue_date(hit, ground):
            yield f"日期不在依据中：{hit.raw}"
    covered = [(h.start, h.end) for h in hits]
    for match in _STRAY_DATE.finditer(without_titles(said, ground)):
        if not any(a <= match.start() < b for a, b in covered) and match.group() not in ground.text:
            yield f"日期读不出：{match.group()}"


def without_titles(said: str, ground: Ground) -> str:
    """The sentence with the names of cited papers and their numbers blanked (their years are no dates of it)."""
    for title in ground.titles.split("。"):
        if len(title) > 4:
            said = said.replace(title, "＿" * len(title))
    return said


def said_dates(said: str, ground: Ground) -> list[DateHit]:
    # an English full stop is no part of a date
    plain = re.sub(r"\.(?!\d)", "。", without_titles(said, ground))
    return find_dates(plain, ground.years[0])


def is_issue_date(hit: DateHit, ground: Ground) -> bool:
    return hit.first == hit.last and hit.last in {e.policy.issued for e in ground.entries}


def same_days(one: DateHit, other: DateHit) -> bool:
    if one.first is None and one.last is None:
        return one.kind is other.kind and one.raw == other.raw
    return (one.first, one.last, one.kind) == (other.first, other.last, other.kind)


def clause_around(text: str, start: int, end: int) -> str:
    first = max((m.end() for m in CLAUSE_END.finditer(text, 0, start)), default=0)
    last = next((m.start() for m in CLAUSE_END.finditer(text, end)), len(text))
    return text[first:last]


def limit_reasons(said: str, hit: DateHit, clause: str, ground: Ground) -> Iterator[str]:
    """A date said as a time limit: one of the record's own, of the unit it binds, and of the part of the task
    that the sentence speaks of."""
    found = [d for d in ground.deadlines if is_limit(hit, d)]
    if not found:
        literal = any(same_days(hit, k) and fold(hit.raw) == fold(k.raw) for k in ground.dates)
        if not literal or not near(clause, ground.text) or re.search(r"时限|期限|截止|最迟", clause):
            yield f"时限不在依据中：{hit.raw}"
        return
    of_others = all(d.who for d in found) and len(ground.deadlines) > 1
    if of_others and not any(fold(d.who or "") in said[: hit.start] for d in found):
        yield f"时限属于另一单位：{hit.raw}"
    clause = DEADLINE_WORDS.sub("", clause.replace(fold(hit.raw), ""))
    named = any(d.who and fold(d.who) in said[: hit.start] for d in found)
    if len({d.date for d in ground.deadlines}) > 1 and len(_HAN.findall(clause)) >= 4 and not named:
        own = max(overlap(clause, around) for around in limit_clauses(found, ground))
        others = limit_clauses([d for d in ground.deadlines if d not in found], ground)
        if max(overlap(clause, around) for around in others) > own:
            yield f"时限与内容不对应：{hit.raw}"


def is_limit(hit: DateHit, deadline: Deadline) -> bool:
    if hit.last is None or deadline.date is None:
        same = hit.kind is deadline.kind and fold(hit.raw) in fold(deadline.raw)
        return fold(hit.raw) == fold(deadline.raw) or same
    if DeadlineKind.FROM in (hit.kind, deadline.kind) and hit.kind is not deadline.kind:
        return False
    return hit.last == deadline.date


def limit_clauses(deadlines: Sequence[Deadline], ground: Ground) -> list[str]:
    """The words around each deadline in the source, its own words taken out."""
    found = []
    for deadline in deadlines:
        raw = fold(deadline.raw)
        for at in places_of(raw, ground.text):
            found.append(clause_around(ground.text, at, at + len(raw)).replace(raw, ""))
    return found or [""]


def overlap(one: str, other: str) -> float:
    pairs = {one[i : i + 2] for i in range(len(one) - 1)}
    rest = {other[i : i + 2] for i in range(len(other) - 1)}
    return len(pairs & rest) / (len(rest) or 1)


# -- numbers --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A figure with its unit and its bound (`>=`, `<=`, `to`, …; "" for none)."""

    value: float
    unit: str
    bound: str
    raw: str = field(compare=False, default="")
    start: int = field(compare=False, default=0)


_SAME_UNIT = {"日": "天", "自然日": "天", "个百分点": "百分点"}
_SCALES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "亿": 1e8}


def find_numbers(text: str) -> list[Number]:
    """Every figure but those of dates (…年, …月)."""
    found = []
    for match in NUMBER.finditer(text):
        value, unit = _value_of(match)
        if value is None or unit in ("年", "月"):
            continue
        bound = bound_of(text, match.start(), match.end())
        found.append(Number(value, _SAME_UNIT.get(unit, unit), bound, match.group(), match.start()))
    return found


def _value_of(match: re.Match[str]) -> tuple[float | None, str]:
    if match["digits"]:
        unit = match["percent"] or match["unit"] or ""
        scale = _SCALES[match["scale"] or ""]
        if unit in ("万元", "亿元"):
            scale, unit = scale * (1e4 if unit[0] == "万" else 1e8), "元"
        return float(match["digits"]) * scale, unit
    if match["hundredth"]:
        return han_number(match["hundredth"]), "%"
    return han_number(match["han"]), match["han_unit"] or ""


def han_number(text: str) -> float | None:
    """三十五 → 35, 两 → 2, 半 → 0.5, 一二三 → 123; None if it is no number."""
    if text == "半":
        return 0.5
    whole, _, part = text.partition("点")
    if not re.search("[十百千万]", whole):
        digits = "".join(_han_digit(c) for c in whole)
        tail = "".join(_han_digit(c) for c in part)
        return float(f"{digits}.{tail}" if tail else digits) if digits.isdigit() else None
    total, section, digit = 0, 0, 0
    for char in whole:
        if char in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[char]
            digit = 0
        elif char == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif value := _han_digit(char):
            digit = int(value)
        else:
            return None
    return float(total + section + digit)


def _han_digit(char: str) -> str:
    if char == "两":
        return "2"
    at = _DIGITS.find(char)
    return "" if at < 0 else str(max(0, at - 1))


def bound_of(text: str, start: int, end: int) -> str:
    """How the figure at [start, end) is bounded by what stands before and after it."""
    after = next((sign for pattern, sign in _BOUND_AFTER if pattern.match(text[end : end + 4])), "")
    before = next(
        (sign for pattern, sign in _BOUND_BEFORE if pattern.search(text[max(0, start - 8) : start])), ""
    )
    return before + after


def numbers(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    covered = [(h.start, h.end) for h in said_dates(said, ground)]
    plain = without_titles(said, ground)
    for number in find_numbers(plain):
        if any(a <= number.start < b for a, b in covered) or is_figure(number, ground):
            continue
        if not (is_own_number(plain, number, ground) or counts_sources(plain, number, ground)):
            yield f"数字不在依据中：{number.raw}"


def is_figure(number: Number, ground: Ground) -> bool:
    """The same figure with the same bound; 压缩至3天 may be told as 3天, but not the other way round."""
    return any(
        (number.value, number.unit) == (known.value, known.unit)
        and number.bound in (known.bound, known.bound.removeprefix("to"))
        for known in ground.numbers
    )


def is_own_number(said: str, number: Number, ground: Ground) -> bool:
    """第12项 of a measure that is numbered 12."""
    printed = re.sub(r"\D", "", number.raw)
    return said[: number.start].endswith("第") and any(printed == (e.number or "") for e in ground.entries)


def counts_sources(said: str, number: Number, ground: Ground) -> bool:
    """共3项, where three measures are cited."""
    counted = said[: number.start].endswith(("共", "以下", "下列", "上述", "这", "合计"))
    return counted and number.unit in ("项", "条", "个", "家") and number.value == len(ground.entries)


# -- negations and opposites ----------------------------------------------------------------------------------


def denials(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    for clause in SENTENCE_PARTS.findall(blanked(said, quotes_of(said))):
        if ABSENT_WORDS.search(clause):
            yield from absences(clause, said, ground)
            continue
        for end, word in negations(clause):
            if not denied_there(word, clause[end : end + 2], ground):
                yield f"否定不在依据中：{word}{clause[end : end + 6]}"
    if ENGLISH_NEGATION.search(sentence):
        yield from absences(sentence, sentence, ground)
    yield from affirmed(said, ground)


def denied_there(word: str, what: str, ground: Ground) -> bool:
    """Whether the source denies the same thing: what follows the negation follows one there, in the same clause."""
    if not what:
        return word in ground.text
    return any(what in clause[end : end + 10] for clause in ground.clauses for end, _ in negations(clause))


def absences(clause: str, said: str, ground: Ground) -> Iterator[str]:
    """文件未写明完成时限: true only of a record that has none."""
    named = [name for name, words in FIELD_WORDS.items() if words.search(clause)]
    named = named or [name for name, words in FIELD_WORDS.items() if words.search(said)]
    if not named:
        yield f"否定不在依据中：{clause[:20]}"
    if any(getattr(measure, name) for measure in ground.measures for name in named):
        yield f"依据中有而称没有：{clause[:20]}"


_BETWEEN = re.compile(r"^(?:以任何理由|以任何形式|以任何方式|再|擅自|随意|违规|变相|得|予|准|许)+")


def affirmed(said: str, ground: Ground) -> Iterator[str]:
    """What the source denies and the sentence affirms: 不得收取费用 → 可以收取费用."""
    for clause in ground.clauses:
        for end, word in negations(clause):
            denied = _BETWEEN.sub("", clause[end:])
            common = NEUTRAL.match(denied) or _ROLE.match(denied)
            what = denied[: 4 if common else 2]
            if len(what) < 2 or not says_without(what, said):
                continue
            if all(_negation_before(ground.text, at) for at in places_of(what, ground.text)):
                yield f"漏掉了原文的否定：{word}{what}"


def says_without(what: str, said: str) -> bool:
    return any(_negation_before(said, at) is None for at in places_of(what, said))


_REPORTS = re.compile(
    r"(?:原文|文件|方案|计划|规定|措施|该项|这项|本项)(?:中|里)?(?:明确|提出|还|也)?(?:要求|规定|提出|指出|写明)"
)


def opposites(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    plain = _REPORTS.sub("", without_titles(said, ground))
    for pair in OPPOSITES:
        for word, other in (pair, pair[::-1]):
            if word in plain and word not in ground.text and other in ground.text:
                yield f"与原文相反：{word}（原文：{other}）"
    for word in STRONG:
        if word in plain and word not in ground.text:
            yield f"原文没有的断言：{word}"


# -- the rest -------------------------------------------------------------------------------------------------


def coverage(said: str, ground: Ground, sentence: str) -> Iterator[str]:
    """What is left once quotations, names, dates, figures and connecting words are taken out (they were checked):
    most of it must come from the cited text, and all of it in a clause that names a unit, a date or a figure."""
    latin = _LATIN_WORD.findall(MARKERS.sub("", sentence))
    if not ground.english and any(len(w) > 2 and w.lower() not in ground.text.lower() for w in latin):
        yield "用了另一种语言"
        return
    if ground.english and sum(map(len, latin)) > max(20, len(_HAN.findall(said))):
        yield from english_words(latin, ground)
        return
    facts = [
        *[(h.start, h.end) for h in said_dates(said, ground)],
        *[(h.start, h.end) for h in find_units(said, ground)],
    ]
    rest = without_titles(blanked(said, facts), ground)
    rest = NUMBER.sub(lambda m: "＿" * len(m.group()), rest)
    rest = blanked(rest, [span for span in quotes_of(said) if rest[span[0]] == said[span[0]]])
    held = covered_characters(rest, ground.text + "\n" + ground.titles)
    plain = {
        i for p in (NEUTRAL, _ROLE, ABSENT_WORDS) for m in p.finditer(rest) for i in range(m.start(), m.end())
    }
    needed = [i for i, c in enumerate(rest) if _HAN.match(c) and i not in plain]
    missing = [i for i in needed if i not in held]
    if needed and 1 - len(missing) / len(needed) < LEAST_COVERAGE:
        yield f"原文没有这样说：{''.join(rest[i] for i in missing)[:20]}"
    for clause in SENTENCE_PARTS.finditer(rest):
        beside = [i for i in missing if clause.start() <= i < clause.end()]
        if beside and "＿" in clause.group():
            yield f"事实旁的说法不在依据中：{''.join(rest[i] for i in beside)[:20]}"


def blanked(said: str, stretches: Sequence[tuple[int, int]]) -> str:
    for start, end in stretches:
        said = said[:start] + "＿" * (end - start) + said[end:]
    return said


def english_words(latin: Sequence[str], ground: Ground) -> Iterator[str]:
    strange = [w for w in latin if w.lower() not in ENGLISH_FRAME and w.lower() not in ground.text.lower()]
    if strange:
        yield f"英文说法无法核对：{' '.join(strange[:5])}"


def covered_characters(said: str, text: str, size: int = 2) -> set[int]:
    """The positions whose character pair (with a neighbour) stands in the text."""
    held: set[int] = set()
    for i in range(len(said) - size + 1):
        if said[i : i + size] in text:
            held.update(range(i, i + size))
    return held


CHECKS: tuple[Check, ...] = (
    markup, quotations, departments, places, dates, numbers, denials, opposites, coverage,
)  # fmt: skip
