"""Two invented plans with records made by hand: what the parts of an index are tested with.  The places are real
names only where a test is about resolving them; every plan is made up."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from index_build.catalog import Catalog, CatalogWriter
from index_build.model import (
    Cell,
    Deadline,
    DeadlineKind,
    Document,
    Extraction,
    Heading,
    Measure,
    Mention,
    Page,
    Passage,
    Policy,
    PolicyKind,
    Role,
    Span,
    Table,
    UnitKind,
)

CITY = ("云岭省", "青禾市")
COUNTY = ("云岭省", "青禾市", "临溪区")

CITY_TEXT = """# Page 3:
青禾市优化营商环境工作方案
青政发〔2031〕7号
为做好今年工作，制定本方案。
1.企业开办压缩至半个工作日，3月底前完成系统改造，持续推进。
（牵头单位：市市场监管局、行政审批局；责任单位：市公安局、各县区）
计划举措：开设综合窗口。
# Page 4:
2.推广電子證照。（牵头单位：市发改委；完成时限：12月底前）
3.清理拖欠账款，1月底前摸底，8月底前清零。（责任单位：市住房和城乡建设局）
"""
COUNTY_TEXT = """临溪区优化营商环境工作举措
1.企业开办当日办结。（牵头单位：区发改委；责任单位：住建局、市公安局）
2.推行告知承诺制。
"""


def document(name: str, text: str, **more: object) -> Document:
    return Document(name, text, hashlib.sha256(text.encode()).hexdigest(), **more)  # type: ignore[arg-type]


CITY_DOC = document(
    "青禾.txt",
    CITY_TEXT,
    pages=(Page(3, 0), Page(4, CITY_TEXT.index("# Page 4"))),
    headings=(Heading(10, 23, 1),),
    tables=(Table(30, 60, 1, 2, (Cell(30, 40, 0, 0), Cell(41, 60, 0, 1, 1, 2))),),
    bold=((11, 14), (41, 44)),
    title="青禾市优化营商环境工作方案",
    warnings=("第 5 页没有文字",),
)
COUNTY_DOC = document("临溪.md", COUNTY_TEXT)


def at(doc: Document, words: str, after: str = "") -> Span:
    start = doc.text.index(words, doc.text.index(after))
    return doc.span(start, start + len(words))


CITY_POLICY = Policy(
    doc="青禾.txt",
    ordinal=1,
    title="青禾市优化营商环境工作方案",
    span=CITY_DOC.span(10, len(CITY_TEXT)),
    doc_no="青政发〔2031〕7号",
    issuers=("青禾市人民政府",),
    issued=dt.date(2031, 1, 15),
    year=2031,
    place=CITY,
    kind=PolicyKind.PLAN,
    addressees="各县区人民政府",
    effective=dt.date(2031, 2, 1),
    expires=dt.date(2033, 1, 31),
    repeals=("青政发〔2029〕2号",),
)
COUNTY_POLICY = Policy(
    "临溪.md", 1, "临溪区优化营商环境工作举措", COUNTY_DOC.span(0, len(COUNTY_TEXT)), year=2031, place=COUNTY
)


def lead(doc: Document, name: str, printed: str, after: str) -> Mention:
    return Mention(name, Role.LEAD, at(doc, printed, after))


def helper(doc: Document, name: str, printed: str, after: str, kind: UnitKind = UnitKind.UNIT) -> Mention:
    return Mention(name, Role.RESPONSIBLE, at(doc, printed, after), kind)


def by(doc: Document, raw: str, date: dt.date | None, after: str, who: str | None = None) -> Deadline:
    return Deadline(raw, date, DeadlineKind.BY, at(doc, raw, after), who)


def measure(
    doc: Document, policy: Policy, key: str, number: str | None, body: str, **more: object
) -> Measure:
    span = at(doc, body)
    return Measure(
        key, policy, ("一、政务服务", "（一）企业开办"), number, body, (span,), (span,), **more  # type: ignore[arg-type]
    )  # fmt: skip


START_UP = measure(
    CITY_DOC, CITY_POLICY, "m-start", "1", "企业开办压缩至半个工作日，3月底前完成系统改造，持续推进。",
    mentions=(
        lead(CITY_DOC, "市市场监管局", "市市场监管局", "牵头单位"),
        lead(CITY_DOC, "市行政审批局", "行政审批局", "牵头单位"),
        helper(CITY_DOC, "市公安局", "市公安局", "责任单位"),
        helper(CITY_DOC, "各县区", "各县区", "责任单位", UnitKind.COLLECTIVE),
    ),
    deadlines=(
        by(CITY_DOC, "3月底前", dt.date(2031, 3, 31), "企业开办", "市行政审批局"),
        Deadline("持续推进", None, DeadlineKind.ONGOING, at(CITY_DOC, "持续推进"), None, True),
    ),
    plan="开设综合窗口。",
    plan_parts=(at(CITY_DOC, "开设综合窗口。"),),
    has_clause=True,
    doubts=("编号跳号",),
)  # fmt: skip
LICENCES = measure(
    CITY_DOC, CITY_POLICY, "m-licence", "2", "推广電子證照。",
    mentions=(lead(CITY_DOC, "市发改委", "市发改委", "推广"),),
    deadlines=(by(CITY_DOC, "12月底前", dt.date(2031, 12, 31), "推广"),),
    has_clause=True,
)  # fmt: skip
ARREARS = measure(
    CITY_DOC, CITY_POLICY, "m-arrears", "3", "清理拖欠账款，1月底前摸底，8月底前清零。",
    mentions=(
        Mention("市住房和城乡建设局", Role.RESPONSIBLE, at(CITY_DOC, "市住房和城乡建设局"), inherited=True),
    ),
    deadlines=(
        by(CITY_DOC, "1月底前", dt.date(2031, 1, 31), "清理"),
        by(CITY_DOC, "8月底前", dt.date(2031, 8, 31), "清理"),
    ),
)  # fmt: skip
SAME_DAY = measure(
    COUNTY_DOC, COUNTY_POLICY, "m-same-day", "1", "企业开办当日办结。",
    mentions=(
        lead(COUNTY_DOC, "区发改委", "区发改委", "企业"),
        helper(COUNTY_DOC, "区住建局", "住建局", "责任单位"),
        helper(COUNTY_DOC, "市公安局", "市公安局", "责任单位"),
    ),
    has_clause=True,
)  # fmt: skip
PROMISE = measure(COUNTY_DOC, COUNTY_POLICY, "m-promise", "2", "推行告知承诺制。")
AIM = Passage(
    "p-aim", CITY_POLICY, (), "为做好今年工作，制定本方案。", (at(CITY_DOC, "为做好今年工作，制定本方案。"),)
)

CITY_PLAN = Extraction(CITY_DOC, (CITY_POLICY,), (START_UP, LICENCES, ARREARS), (AIM,), ("第 4 条之后跳号",))
COUNTY_PLAN = Extraction(COUNTY_DOC, (COUNTY_POLICY,), (SAME_DAY, PROMISE), ())


def catalog(folder: Path, *extractions: Extraction) -> Catalog:
    path = folder / "catalog.sqlite"
    writer = CatalogWriter(path)
    for extraction in extractions or (CITY_PLAN, COUNTY_PLAN):
        writer.add(extraction, path=f"/plans/{extraction.document.name}")
    writer.finish()
    return Catalog(path)


def one_measure(key: str, text: str, place: tuple[str, ...], names: tuple[str, ...], doc: str) -> Extraction:
    """A document of one measure whose leads are `names`."""
    whole = document(doc, f"{text}（{'、'.join(names)}）")
    policy = Policy(doc, 1, doc, whole.span(0, len(whole.text)), place=place)
    span = whole.span(0, len(text))
    mentions = tuple(Mention(name, Role.LEAD, at(whole, name)) for name in names)
    made = Measure(key, policy, (), None, text, (span,), (span,), mentions)
    return Extraction(whole, (policy,), (made,), ())
