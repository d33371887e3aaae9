"""What a system said to a case: the answer row of the contract, read into frozen values that metrics can ask.

A system is anything that answers: Cewen, a rival, a file of answers from elsewhere.  Beside the contract's
fields a row may hold `ranked` (what was retrieved, best first: doc, start, end, text), `seconds`, `tokens`,
`cost` and `error`.  What a row does not hold is None or empty, and no metric invents it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

REFUSALS = frozenset({"not_found", "not_stated", "declined"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as a system showed or ranked it; `parts` are offsets into the document's text."""

    doc: str
    text: str
    quote: str = ""
    parts: tuple[tuple[int, int], ...] = ()
    has_parts: bool = True

    @property
    def words(self) -> str:
        """All that a reader sees of it: the body, and what is quoted beside it."""
        return self.text if self.quote in self.text else f"{self.text}\n{self.quote}"


@dataclass(frozen=True, slots=True)
class Fact:
    """Who and when of one measure, as the system states them."""

    citation: int | None
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    dates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """One claim of an answer, with the verdict of the system's own verifier."""

    kind: str
    value: str
    citation: int | None
    verdict: str | None


@dataclass(frozen=True)
class Reply:
    """One answer.  `outcome` is None where the system gave no answer at all (an error, a missing row).

    `facts` is None for systems that state no fields (a window of text says nothing about who leads)."""

    id: str
    answer: str
    outcome: str | None
    cited: tuple[Shown, ...] = ()
    ranked: tuple[Shown, ...] = ()
    facts: tuple[Fact, ...] | None = None
    claims: tuple[Stated, ...] | None = None
    seconds: float | None = None
    tokens: int | None = None
    cost: float | None = None
    error: str | None = None
    read: Mapping[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return self.outcome in REFUSALS

    @property
    def first_fact(self) -> Fact | None:
        """The fact of source [1]; the first one where no fact names it."""
        facts = self.facts or ()
        return next((f for f in facts if f.citation == 1), facts[0] if facts else None)


NO_REPLY = Reply("", "", None)


def _shown(row: Mapping[str, Any]) -> Shown:
    pieces = row.get("parts") or [[row.get("start"), row.get("end")]]
    sound = all(isinstance(x, int) for piece in pieces for x in piece)
    return Shown(
        doc=row.get("doc") or "",
        text=row.get("text") or row.get("quote") or "",
        quote=row.get("quote") or row.get("text") or "",
        parts=tuple((a, b) for a, b in pieces) if sound else (),
        has_parts=sound,
    )


def _fact(row: Mapping[str, Any]) -> Fact:
    dates = [d.get("date") or d.get("iso") for d in row.get("deadlines") or ()]
    return Fact(
        citation=row.get("citation"),
        lead=tuple(row.get("lead") or ()),
        responsible=tuple(row.get("responsible") or ()),
        dates=tuple(dict.fromkeys(d for d in dates if d)),
    )


def _ranked(cited: Sequence[Shown], found: Sequence[Shown]) -> tuple[Shown, ...]:
    """Sources in the order in which a person meets them: those shown first, then the rest of what was retrieved."""
    seen: set[tuple[str, str]] = set()
    order = []
    for shown in (*cited, *found):
        key = (shown.doc, shown.text)
        if key not in seen:
            seen.add(key)
            order.append(shown)
    return tuple(order)


def reply_from_row(row: Mapping[str, Any]) -> Reply:
    """An answer row (`Answer.row`, with the extra fields named above) as a reply.

    Under a refusal nothing is shown, so nothing counts as retrieved either."""
    cited = tuple(_shown(c) for c in row.get("citations") or ())
    found = tuple(_shown(c) for c in row.get("ranked") or ())
    outcome = row.get("outcome")
    refused = outcome in REFUSALS
    return Reply(
        id=row.get("id") or "",
        answer=row.get("answer") or "",
        outcome=outcome,
        cited=cited,
        ranked=cited if refused else _ranked(cited, found),
        facts=tuple(_fact(f) for f in row["facts"]) if row.get("facts") is not None else None,
        claims=_claims(row.get("claims")),
        seconds=row.get("seconds"),
        tokens=row.get("tokens"),
        cost=row.get("cost"),
        error=row.get("error"),
        read=row.get("question_read") or {},
    )


def _claims(rows: Sequence[Mapping[str, Any]] | None) -> tuple[Stated, ...] | None:
    if rows is None:
        return None
    return tuple(
        Stated(r.get("kind", ""), r.get("value", ""), r.get("citation"), r.get("verdict")) for r in rows
    )
