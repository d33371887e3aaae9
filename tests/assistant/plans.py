"""Two invented plans of two invented counties with hand-made records, in a real catalog: what verification and the
language model are tested against.  Nothing here is extracted; every span is found by the words given."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.model import Answer, Citation, Claim, ClaimKind, Intent, Outcome, Question
from index_build.catalog import Catalog, CatalogWriter
from index_build.model import (
    Deadline,
    DeadlineKind,
    Document,
    Extraction,
    Measure,
    Mention,
    Passage,
    Policy,
    Role,
    Span,
)
from index_build.text import fold, tidy

QINGHE = """青禾县优化营商环境工作方案
青政发〔2031〕7号

一、提升政务服务
（一）企业开办
1.推行“一窗受理”，企业开办全流程压缩至0.5个工作日内办结，不得收取任何费用，网上可办率达到95%以上。（牵头单位：县政
务局；责任单位：县市场监管局、公安局、税务局；完成时限：6月底前）
2.公布惠企政策清单，3月底前完成梳理，9月底前实现免申即享，惠及企业不少于200家。（牵头单位：县工信局、县财政局；责任单位：各乡镇）
3.推进不动产登记“一件事”改革，取消纸质证明12项，登记时间由5天压减至3天。（牵头单位：县自然资源局；责任单位：县住建局）
4.建立常态化走访机制，鼓励金融机构开展续贷服务。（责任单位：县金融办、人民银行青禾县支行）
计划举措：每季度召开银企对接会，发布融资需求清单。
5.加强招标投标监管，严禁设置隐性门槛。（牵头单位：县发改委；完成时限：县发改委2031年8月底，县住建局2031年12月底）
以上任务均由县督查室统筹督办。
"""

BAISHA = """白沙县优化营商环境行动计划
白政办〔2032〕3号

1.推行“一窗受理”，企业开办全流程压缩至1个工作日内办结，网上可办率达到90%以上。（牵头单位：县行政审批局；责任单位：县市场监管局；完成时限：7月底前）
2.公布惠企政策清单，惠及企业不少于300家。（牵头单位：县财政局；责任单位：县工信局）
"""


@dataclass(frozen=True)
class Row:
    """One measure in short: body as printed, (name, printed) of leads and helpers, (raw, date, who) of deadlines."""

    number: str
    body: str
    lead: Sequence[tuple[str, str]] = ()
    responsible: Sequence[tuple[str, str]] = ()
    deadlines: Sequence[tuple[str, dt.date | None, str | None]] = ()
    plan: str | None = None
    inherited: str | None = None


def at(document: Document, words: str, start: int, end: int) -> Span:
    """The words within [start, end), white space between them allowed."""
    text = document.text
    for first in range(start, end):
        have, last = "", first
        while last < end and fold(words).startswith(fold(text[first : last + 1])) and have != fold(words):
            have = fold(text[first : last + 1])
            last += 1
        if have == fold(words) and not text[first].isspace():
            return document.span(first, last)
    raise AssertionError(f"{words!r} does not stand in {document.name} [{start}, {end})")


def measure(document: Document, policy: Policy, row: Row, ident: str) -> Measure:
    text = document.text
    line = text.index(f"\n{row.number}.") + 1
    following = [text.find(f"\n{int(row.number) + 1}.", line), text.find("\n以上任务", line), len(text)]
    end = min(f for f in following if f > 0)
    body = at(document, row.body, line, end)
    mentions = [
        Mention(name, role, at(document, printed, body.end, end))
        for role, units in ((Role.LEAD, row.lead), (Role.RESPONSIBLE, row.responsible))
        for name, printed in units
    ]
    if row.inherited:
        span = at(document, row.inherited, text.index("以上任务"), len(text))
        mentions.append(Mention(row.inherited, Role.RESPONSIBLE, span, inherited=True))
    deadlines = tuple(
        Deadline(raw, day, DeadlineKind.BY, at(document, raw, line, end), who)
        for raw, day, who in row.deadlines
    )
    plan = (at(document, row.plan, line, end),) if row.plan else ()
    return Measure(
        id=ident,
        policy=policy,
        section=("一、提升政务服务",),
        number=row.number,
        text=row.body,
        parts=(body,),
        extent=(document.span(line, len(text[:end].rstrip())),),
        mentions=tuple(mentions),
        deadlines=deadlines,
        plan=row.plan,
        plan_parts=plan,
        has_clause=True,
    )


def extraction(name: str, text: str, policy: Policy, rows: Sequence[Row]) -> Extraction:
    document = Document(name, text, hashlib.sha256(text.encode()).hexdigest())
    measures = tuple(measure(document, policy, row, f"{name}-{row.number}") for row in rows)
    closing = text.find("以上任务")
    passages = ()
    if closing >= 0:
        span = document.span(closing, len(text.rstrip()))
        passages = (Passage(f"{name}-p", policy, (), tidy(document.slice(span)), (span,)),)
    return Extraction(document, (policy,), measures, passages)


def qinghe() -> Extraction:
    name = "青禾县.txt"
    policy = Policy(
        doc=name,
        ordinal=0,
        title="青禾县优化营商环境工作方案",
        span=Span(0, len(QINGHE)),
        doc_no="青政发〔2031〕7号",
        issuers=("青禾县人民政府",),
        issued=dt.date(2031, 1, 15),
        year=2031,
        place=("东海省", "临江市", "青禾县"),
    )
    rows = [
        Row("1", "推行“一窗受理”，企业开办全流程压缩至0.5个工作日内办结，不得收取任何费用，网上可办率达到95%以上。",
            [("县政务局", "县政务局")],
            [("县市场监管局", "县市场监管局"), ("县公安局", "公安局"), ("县税务局", "税务局")],
            [("6月底前", dt.date(2031, 6, 30), None)], inherited="县督查室"),
        Row("2", "公布惠企政策清单，3月底前完成梳理，9月底前实现免申即享，惠及企业不少于200家。",
            [("县工信局", "县工信局"), ("县财政局", "县财政局")], [("各乡镇", "各乡镇")],
            [("3月底前", dt.date(2031, 3, 31), None), ("9月底前", dt.date(2031, 9, 30), None)]),
        Row("3", "推进不动产登记“一件事”改革，取消纸质证明12项，登记时间由5天压减至3天。",
            [("县自然资源局", "县自然资源局")], [("县住建局", "县住建局")]),
        Row("4", "建立常态化走访机制，鼓励金融机构开展续贷服务。",
            [], [("县金融办", "县金融办"), ("人民银行青禾县支行", "人民银行青禾县支行")],
            plan="每季度召开银企对接会，发布融资需求清单。"),
        Row("5", "加强招标投标监管，严禁设置隐性门槛。", [("县发改委", "县发改委")], [],
            [("2031年8月底", dt.date(2031, 8, 31), "县发改委"), ("2031年12月底", dt.date(2031, 12, 31), "县住建局")]),
    ]  # fmt: skip
    return extraction(name, QINGHE, policy, rows)


def baisha() -> Extraction:
    name = "白沙县.txt"
    policy = Policy(
        doc=name,
        ordinal=0,
        title="白沙县优化营商环境行动计划",
        span=Span(0, len(BAISHA)),
        doc_no="白政办〔2032〕3号",
        issuers=("白沙县人民政府办公室",),
        issued=dt.date(2032, 2, 1),
        year=2032,
        place=("东海省", "临江市", "白沙县"),
    )
    rows = [
        Row("1", "推行“一窗受理”，企业开办全流程压缩至1个工作日内办结，网上可办率达到90%以上。",
            [("县行政审批局", "县行政审批局")], [("县市场监管局", "县市场监管局")],
            [("7月底前", dt.date(2032, 7, 31), None)]),
        Row("2", "公布惠企政策清单，惠及企业不少于300家。", [("县财政局", "县财政局")], [("县工信局", "县工信局")]),
    ]  # fmt: skip
    return extraction(name, BAISHA, policy, rows)


def make_catalog(folder: Path) -> Catalog:
    writer = CatalogWriter(folder / "catalog.db")
    for made in (qinghe(), baisha()):
        writer.add(made)
    writer.finish()
    return Catalog(folder / "catalog.db")


def stored(catalog: Catalog, ident: str) -> Measure:
    (entry,) = catalog.entries([ident])
    assert isinstance(entry, Measure)
    return entry


def cite(catalog: Catalog, ident: str, n: int = 1, parts: tuple[Span, ...] | None = None) -> Citation:
    """A citation of a whole measure, or of `parts` of its document."""
    entry = stored(catalog, ident)
    where = entry.extent if parts is None else parts
    text = catalog.text(entry.policy.doc)
    return Citation(n, entry, "".join(tidy(text[p.start : p.end]) for p in where), where)


def answer_of(
    catalog: Catalog, text: str, idents: Sequence[str], claims: Sequence[Claim] = (), **more: object
) -> Answer:
    """An answer over these measures, numbered from 1, with every one of them a fact."""
    citations = tuple(cite(catalog, ident, n) for n, ident in enumerate(idents, 1))
    facts = tuple((c.n, c.entry) for c in citations if isinstance(c.entry, Measure))
    question = more.pop("question", Question("谁牵头？", Intent.WHO_WHEN))
    outcome = more.pop("outcome", Outcome.ANSWERED)
    return Answer(text, outcome, question, citations, facts, tuple(claims), **more)  # type: ignore[arg-type]


def claim(kind: ClaimKind, value: str, citation: int = 1, spans: tuple[Span, ...] = ()) -> Claim:
    return Claim(kind, value, citation, spans)
