"""What an entry says to a question, in its own words: its sentences by how much of the question each holds, and the
figures and days that they print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.characters import share_of_pairs
from assistant.matching import STEM, STEMMED, Weighed
from assistant.model import ANY_FIGURE, SOME_THINGS, Entry, Texts
from index_build.dates import DateHit, find_dates
from index_build.model import Deadline, DeadlineKind, Span
from index_build.text import tidy
from index_build.words import normalise

WHOLE_BODY = 170  # a body up to this long is quoted whole
QUOTED = 240  # characters of a longer one
LIST_QUOTED = 700  # and of one that lists what is asked for
MOST = 0.5  # the share of a question that a sentence holds which is wholly about it
OPENING = 18  # a first sentence up to this long is the measure's own heading
_EVERY = re.compile(r"每(?:半年|两年|季度?|年|月|周|天|日|旬|(?:半|半个)?小时|\d*分钟)")
UNDATED = frozenset({DeadlineKind.RECURRING})
_SENTENCE = re.compile(r"[^。；;！!？?]*[。；;！!？?”」]*")
_LISTED = re.compile(r"\s*(?:[（(](?:\d{1,2}|[一二三四五六七八九十]{1,2})[）)]|[①-⑳]|\d{1,2}[.．、](?!\d))")
_FIGURE = re.compile(
    r"\d|[一二两三四五六七八九十百千万亿]+(?:余|多)?"
    r"(?:个|项|家|天|日|次|件|倍|成|元|户|名|人|所|座|处|套|台|辆|亩|吨|场|年|月|小时|分钟|公里|平方米|米)|百分之"
)
_SHARE = re.compile(r"百分之[一二三四五六七八九十百点]|[一二三四五六七八九]分之[一二三四五六七八九]")
# A day, month or year of the calendar is no length of time, a document's number no figure.
_CALENDAR = re.compile(
    r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|(?<!\d)\d{1,2}月(?:\d{1,2}日)?|[〔\[（(]\d{4}[〕\]）)](?:第?\d+号)?"
)
# A share that is paid or charged: 按投资额的10%给予补助, 下调5%.
_PAID_SHARE = re.compile(
    r"(?:补|奖|贴|资助|支持|给予|减免|减征|优惠|打折|下调|下浮|上浮|收取|计收|征收|缴纳|支付|承担|分担|报销|贷款|费率|税率|利率)"
    r"[^，。；;]{0,30}(?:%|分之)|%[^，。；;]{0,14}(?:补|奖|贴|资助|支持|减|收取|缴|支付|承担|报销|给予|计)"
)
_ANY = (SOME_THINGS, ANY_FIGURE)
_CLAUSE_END = re.compile(r"[，,；;。！!？?：:“”（）()]")
_EACH_OWN = re.compile("分别|依次")  # what parts then share out: 分别压减至2个、5个、9个小时
# Characters of a stretch that is said whole, and of one with several figures; stretches that are said.
SHORT, SHORT_OF_SEVERAL, FIGURES_SAID = 24, 36, 3
# Weight of a wording that makes a sentence be about the question: for any figure, for one of a kind.
SURELY, LIKELY = 0.8, 0.5


def key_words(
    entry: Entry, weighed: Iterable[Weighed], *, quantity: str | None = None, many: bool = False
) -> str:
    """What the entry says to the question: whole where short, else the sentences that hold most of it, in order;
    where `many` things are asked for, the list that these sentences are a part of."""
    limit = QUOTED
    body = tidy(entry.text)
    plan = tidy(entry.plan or "")
    sentences = _sentences(body)
    if len(body) <= WHOLE_BODY:
        chosen = body
        if plan and quantity and has_figure(plan, quantity):
            return f"{body}……{_best(_sentences(plan), weighed, quantity, limit)}"
        if plan and _value(plan, weighed, quantity) > _value(body, weighed, quantity):
            chosen = _best(sentences + _sentences(plan), weighed, quantity, limit)
        return chosen
    return _best(sentences + _sentences(plan), weighed, quantity, limit, many=many)


def _sentences(tidied: str) -> list[str]:
    return [m[0] for m in _SENTENCE.finditer(tidied) if m[0].strip()]


def _all_sentences(entry: Entry) -> list[str]:
    return _sentences(tidy(entry.text)) + _sentences(tidy(entry.plan or ""))


def _main(weighed: Sequence[Weighed]) -> list[Weighed]:
    """Those that tell what is asked about, all of them where none does."""
    return [w for w in weighed if w.concept.telling] or list(weighed)


def best_sentence(entry: Entry, weighed: Sequence[Weighed]) -> str:
    """The sentence that holds most of the question; "" where none holds any of it."""
    sentences = [s.strip() for s in _sentences(tidy(entry.text))]
    values = [_value(s, weighed, None) for s in sentences]
    best = max(values, default=0.0)
    return sentences[values.index(best)] if best else ""


def _best(
    sentences: Sequence[str],
    weighed: Iterable[Weighed],
    quantity: str | None,
    limit: int,
    *,
    many: bool = False,
) -> str:
    weighed = tuple(weighed)
    values = [_value(s, weighed, quantity) for s in sentences]
    ranked = sorted(range(len(sentences)), key=lambda i: (-values[i], i))
    kept: list[int] = []
    used = 0
    for i in ranked:
        if kept and (used + len(sentences[i]) > limit or values[i] < values[ranked[0]] * 0.3):
            continue
        kept.append(i)
        used += len(sentences[i])
    if many:
        kept = _with_lists(sentences, kept)
    kept.sort()
    text = ""
    for at, i in enumerate(kept):
        text += ("……" if at and kept[at - 1] != i - 1 else "") + sentences[i]
    return text


def _with_lists(sentences: Sequence[str], kept: Sequence[int]) -> list[int]:
    """The kept sentences with the other items of the lists that they open or stand in."""
    found = list(kept)
    used = sum(len(sentences[i]) for i in kept)
    for at in kept:
        for step in (1, -1):
            i = at + step
            while 0 <= i < len(sentences) and (
                _LISTED.match(sentences[i]) or (step < 0 and _LISTED.match(sentences[i + 1]))
            ):
                if i not in found:
                    used += len(sentences[i])
                    if used > LIST_QUOTED:
                        return found
                    found.append(i)
                i += step
    return found


def _value(sentence: str, weighed: Iterable[Weighed], quantity: str | None) -> float:
    """How much of the question a sentence holds; a figure of the asked kind counts as much as its words."""
    flat = normalise(sentence)
    total = value = 0.0
    for item in weighed:
        total += item.weight
        value += item.weight * max((w * _share(form, flat) for form, w in item.forms), default=0.0)
    share = value / total if total else 0.0
    if quantity and has_figure(sentence, quantity):
        share += 0.35
    return share


def _share(form: str, flat: str) -> float:
    if form in flat:
        return 1.0
    if len(form) < 3:
        return 0.0
    share = share_of_pairs(form, flat)
    if len(form) == STEMMED and share >= 0.5:
        return STEM
    return 0.7 * share if share >= 0.5 else 0.0


def has_figure(text: str, quantity: str) -> bool:
    """Whether a text prints a figure of the asked kind."""
    flat = _CALENDAR.sub("。", normalise(text).replace(" ", ""))
    if "每(?:" in quantity and _EVERY.search(flat):
        return True
    if quantity.endswith("元|%") and not _PAID_SHARE.search(flat):
        quantity = quantity.removesuffix("|%")  # a rate of coverage is no money
    if "%" in quantity and _SHARE.search(flat):
        return True
    if quantity in _ANY:
        return bool(_FIGURE.search(flat))
    return bool(
        re.search(
            rf"(?:[\d.一二三四五六七八九十百千万两半]|—|-)\s*(?:{quantity})|(?:{quantity})(?=以上|以内)",
            flat,
            re.IGNORECASE,
        )
    ) or (quantity.startswith("\\d") and bool(re.search(quantity, flat)))


def has_figure_of(entry: Entry, weighed: Sequence[Weighed], quantity: str, *, whole: bool = False) -> bool:
    """Whether a sentence that is about the question prints a figure of the asked kind; under a short opening that is
    about it (压缩办电时间。) every sentence is.  With `whole` the sentence has to hold most of the question."""
    sentences = _all_sentences(entry)
    if not sentences:
        return False
    main = _main(weighed)
    least = SURELY if quantity in _ANY else LIKELY
    opened = len(sentences[0]) <= OPENING and _is_about(sentences[0], main, least)
    if whole:
        above = normalise(f"{entry.policy.title}\n{entry.section}")
        main = [w for w in main if not any(form in above for form, _ in w.forms)] or main
        return any(has_figure(s, quantity) and _value(s, main, None) >= MOST for s in sentences)
    return any(has_figure(s, quantity) and (opened or _is_about(s, main, least)) for s in sentences)


def figures_said(entry: Entry, weighed: Sequence[Weighed], quantity: str) -> tuple[str, ...]:
    """The stretches that print a figure of the asked kind, in sentences that are about the question, as printed."""
    if quantity in _ANY:
        return ()
    main = _main(weighed)
    sentences = _all_sentences(entry)
    about = [s for s in sentences if _is_about(s, main)] or sentences
    found: dict[str, None] = {}
    for clause in (c for s in about for c in _CLAUSE_END.split(s)):
        if has_figure(clause, quantity):
            pieces = [p for p in clause.split("、") if has_figure(p, quantity)]
            short = SHORT if len(pieces) < 2 else SHORT_OF_SEVERAL
            whole = len(clause) <= short or not pieces or _EACH_OWN.search(clause)
            nearest = clause if whole else max(reversed(pieces), key=lambda p: _value(p, main, None))
            found[nearest.strip()] = None
    return tuple(found)[:FIGURES_SAID]


def _is_about(sentence: str, weighed: Iterable[Weighed], least: float = LIKELY) -> bool:
    flat = normalise(sentence).replace(" ", "")
    return any(
        _share(part, flat) >= 0.5
        for w in weighed
        for form, weight in w.forms
        if weight >= least
        for part in form.split("&")
    )


def dates_in_text(entry: Entry, weighed: Sequence[Weighed], texts: Texts) -> tuple[Deadline, ...]:
    """Days printed in the sentences that answer, where they are no deadline of the record: the end of a policy,
    the day a paper comes into force, a report's day."""
    text = texts.text(entry.policy.doc)
    best: tuple[float, tuple[Deadline, ...]] = (0.0, ())
    for part in entry.extent:
        piece = text[part.start : part.end]
        for m in _SENTENCE.finditer(piece):
            hits = [h for h in find_dates(m[0], entry.policy.year) if h.first or h.last or h.kind in UNDATED]
            value = _value(tidy(m[0]), weighed, None)
            if hits and value > best[0]:
                at = part.start + m.start()
                best = (value, tuple(_as_deadline(h, at, part) for h in hits))
    return best[1]


def _as_deadline(hit: DateHit, at: int, part: Span) -> Deadline:
    return Deadline(hit.raw, hit.last or hit.first, hit.kind, Span(at + hit.start, at + hit.end, part.page))
