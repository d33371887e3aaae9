"""What besides its words speaks for an entry: the number, unit, day, period or paper that the question names, each one
row of `FITS`: a factor on its score, with the reason that `trace` shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.matching import flat
from assistant.model import WHO_OR_WHEN, Entry, Question
from index_build.model import Measure, Role
from index_build.names import same_department

_PERIOD = re.compile("十[一二三四五六七八九]五")
FIGURE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?:个?工作日|个?小时|分钟|天|%|[万亿]?元|兆|[个家所座件户])")
Fit = Callable[[Question, Entry], tuple[float, str] | None]


def _measure_over_passage(question: Question, entry: Entry) -> tuple[float, str] | None:
    asked = question.asked
    if isinstance(entry, Measure):
        names = bool(entry.mentions) or bool(entry.deadlines)
        return (1.08 if asked in WHO_OR_WHEN and names else 1.0), "measure"
    return (0.85 if asked in WHO_OR_WHEN else 0.95), "passage"


def _named_number(question: Question, entry: Entry) -> tuple[float, str] | None:
    if entry.number is None:
        return None
    if entry.number in question.numbers or _bare_number(entry.number) in question.numbers:
        return (1.6 if "topic" in question.carried else 3.0), "number"
    return None


def _bare_number(number: str) -> str:
    """第四条 and （四） are asked for in the same words."""
    return f"（{number.strip('第条（）')}）"


def _named_unit(question: Question, entry: Entry) -> tuple[float, str] | None:
    if any(same_department(d, name) for d in question.departments for name in entry.policy.issuers):
        return 1.25, "issuer"
    if question.doubt == "lead":
        leads = [m.name for m in entry.mentions if m.role is Role.LEAD]
        if any(same_department(d, name) for d in question.departments for name in leads):
            return 1.3, "lead"
    if any(
        same_department(d, name) for d in question.departments for name in (m.name for m in entry.mentions)
    ):
        return 1.12, "unit"
    return None


def _named_day(question: Question, entry: Entry) -> tuple[float, str] | None:
    days = {d.date for d in entry.deadlines}
    return (1.1, "day") if any(r.last in days for r in question.dates if r.last) else None


def _named_period(question: Question, entry: Entry) -> tuple[float, str] | None:
    """十四五末: a paper or a measure that speaks of the same five years."""
    period = _PERIOD.search(question.text)
    if not period:
        return None
    if period[0] in entry.policy.title:
        return 1.15, "period"
    return (1.1, "period") if period[0] in entry.text else None


def _told_figure(question: Question, entry: Entry) -> tuple[float, str] | None:
    """提速到6个工作日, 谁牵头: an entry that prints the figure which the question tells."""
    text = flat(entry.text + ((isinstance(entry, Measure) and entry.plan) or ""))
    told = FIGURE.findall(flat(question.text))
    return (
        (1.08, "figure")
        if any(re.search(rf"(?<![\d.]){re.escape(figure)}", text) for figure in told)
        else None
    )


def _named_document(question: Question, entry: Entry) -> tuple[float, str] | None:
    if entry.policy.key in question.documents:
        return 1.2, "document"
    return None


def _only_a_title(question: Question, entry: Entry) -> tuple[float, str] | None:
    """A passage that only prints the paper's title says nothing about its measures."""
    if isinstance(entry, Measure):
        return None
    title, text = flat(entry.policy.title), flat(entry.text)
    if len(text) < len(title) * 1.6 + 16 and (text in title or title[-12:] in text):
        return 0.6, "title"
    return None


def _always(question: Question) -> bool:
    return True


# Whether a question names such a thing at all, and what then speaks for an entry.
FITS: tuple[tuple[Callable[[Question], object], Fit], ...] = (
    (_always, _only_a_title),
    (_always, _measure_over_passage),
    (lambda q: q.numbers, _named_number),
    (lambda q: q.departments, _named_unit),
    (lambda q: q.dates, _named_day),
    (lambda q: _PERIOD.search(q.text), _named_period),
    (lambda q: q.documents, _named_document),
    (lambda q: FIGURE.search(flat(q.text)), _told_figure),
)


def fits_of(question: Question) -> tuple[Fit, ...]:
    """What may speak for an entry, of all that the question names."""
    return tuple(fit for names, fit in FITS if names(question))


def fit_of(question: Question, entry: Entry, fits: Sequence[Fit]) -> tuple[float, tuple[str, ...]]:
    """What besides the words speaks for an entry: a factor and its reasons."""
    factor, reasons = 1.0, []
    for fit in fits:
        found = fit(question, entry)
        if found:
            factor *= found[0]
            reasons.append(found[1])
    return factor, tuple(reasons)
