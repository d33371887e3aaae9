"""An answer as a page shows it: safe HTML with citation markers, a card a measure, chips for what was understood.

Made from the answer row (CONTRACT.md), live or out of the history, so that a conversation looks the same after a
restart.  Everything that comes from documents, people or a model is escaped here: raw HTML, links and images in
markdown are shown as the characters they are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from assistant.labels import issued_title
from assistant.ledger.standing import deadline_standing, measure_standing
from assistant.question.without import date_key, date_words, department_key, place_key, unknown_key
from index_build.model import DeadlineKind

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

MARKER = re.compile(r"\[(\d{1,3})\]")
_HALF_MARKER = re.compile(r"\[\d{0,3}$")
NEVER = ("image", "link", "autolink", "html_inline", "html_block", "reference", "entity")


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit as the answer row has it."""

    raw: str
    date: dt.date | None
    kind: DeadlineKind
    who: str | None


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    # markdown-it costs 30 ms to import, which the command line never needs
    from markdown_it import MarkdownIt  # noqa: PLC0415

    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table").disable(NEVER)
    made.add_render_rule("text", _text_with_markers)
    return made


def _text_with_markers(renderer: Any, tokens: Sequence[Any], at: int, options: Any, env: Any) -> str:
    """Text of markdown, escaped, with [n] as a button where n is a citation (or may still become one)."""
    from markdown_it.common.utils import escapeHtml  # noqa: PLC0415  (see _markdown)

    known: Collection[int] | None = env.get("known")

    def button(match: re.Match[str]) -> str:
        n = int(match.group(1))
        if known is not None and n not in known:
            return match.group()
        return f'<button type="button" class="cite" data-n="{n}">{n}</button>'

    return MARKER.sub(button, escapeHtml(tokens[at].content))


def answer_html(text: str, known: Collection[int] | None = None) -> str:
    """Markdown to HTML that is safe to insert.  `known` are the citation numbers; None while still streaming."""
    shown = _HALF_MARKER.sub("", text) if known is None else text
    html: str = _markdown().render(shown, {"known": known})
    return html


def cards(row: Mapping[str, Any], today: dt.date) -> list[dict[str, Any]]:
    """A card for every measure that the answer rests on: who, by when, where it is written, how it stands."""
    cited = {citation["n"]: citation for citation in row.get("citations", ())}
    found = []
    for fact in row.get("facts", ()):
        citation = cited.get(fact["citation"])
        if citation is None:
            continue
        limits = [limit_of(d) for d in fact["deadlines"]]
        found.append(
            {
                "n": fact["citation"],
                "measure": fact["measure"],
                "heading": short(citation["text"]),
                "lead": fact["lead"],
                "responsible": fact["responsible"],
                "inherited": fact.get(
                    "inherited", []
                ),  # conversations kept before it was told apart have none
                "deadlines": [
                    {
                        "raw": limit.raw,
                        "date": limit.date.isoformat() if limit.date else None,
                        "who": limit.who,
                        "standing": deadline_standing(limit, today).value,
                    }
                    for limit in limits
                ],
                "standing": measure_standing(limits, today).value,
                "basis": basis(citation),
            }
        )
    return found


def limit_of(deadline: Mapping[str, Any]) -> Limit:
    date = dt.date.fromisoformat(deadline["date"]) if deadline["date"] else None
    return Limit(deadline["raw"], date, DeadlineKind(deadline["kind"]), deadline["who"])


def basis(citation: Mapping[str, Any]) -> dict[str, Any]:
    """Where it is written: enough to name the place and to open it; `paper` is the short form of the title."""
    kept = ("n", "doc", "policy", "doc_no", "place", "section", "number", "page", "parts", "quote", "entry")
    return {key: citation.get(key) for key in kept} | {"paper": issued_title(citation.get("policy") or "")}


def short(text: str, longest: int = 42) -> str:
    """The first clause of a measure's body, as its heading."""
    first = re.split(r"[。；，;]", text.strip(), maxsplit=1)[0]
    if len(first) < 8:  # 2022年起, 具体来说
        first = re.split(r"[。；;]", text.strip(), maxsplit=1)[0]
    return first if len(first) <= longest else first[: longest - 1] + "…"


def chips(read: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was understood of the question, in the order a person checks it; `carried` from an earlier turn or not."""
    found = [("place", " ".join(path[-2:]), place_key(path)) for path in read.get("place", ())]
    found += [("department", name, department_key(name)) for name in read.get("department", ())]
    found += [("date", date_words(day), date_key(day)) for day in read.get("dates", ()) if date_words(day)]
    unknown = [*read.get("unknown_place", ()), *read.get("unknown_year", ())]
    found += [("unknown", str(name), unknown_key(name)) for name in unknown]
    carried = read.get("carried", ())
    chips = [
        {"kind": kind, "text": text, "key": key, "carried": kind in carried}
        for kind, text, key in dict.fromkeys(found)
    ]
    return chips[:8]


# Questions whose answer is a list of measures that a department or a time limit picks out.
LISTS = ("department_tasks", "due_list")


def ledger_filters(read: Mapping[str, Any]) -> dict[str, str] | None:
    """The ledger's filters for a question that asked for such a list, where they can say it: one of each at most.
    The page offers them only if they find as many measures as the answer counted."""
    kinds = ("place", "department", "dates", "document")
    if read.get("intent") not in LISTS or any(len(read.get(kind, ())) > 1 for kind in kinds):
        return None
    if read.get("terms") or read.get("unknown_place") or read.get("unknown_year") or read.get("number"):
        return None
    found = {
        "place": "/".join(next(iter(read.get("place", ())), ())),
        "department": next(iter(read.get("department", ())), ""),
        "due_from": next((day.get("first") or "" for day in read.get("dates", ())), ""),
        "due_by": next((day.get("last") or "" for day in read.get("dates", ())), ""),
    }
    return {name: value for name, value in found.items() if value} or None


def taken_out(read: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the person took out, as chips to put back."""
    found = []
    for key in read.get("without", ()):
        kind, _, text = key.partition(":")
        shown = " ".join(text.split("/")[-2:]) if kind == "place" else text
        found.append({"kind": kind, "text": shown, "key": key})
    return found


def verified(claims: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many statements were found word for word in their role at their source, and how many are worded
    otherwise and shown beside their quote."""
    counted = Counter(claim.get("verdict") for claim in claims)
    return {"exact": counted["exact"], "paraphrased": counted["paraphrased"]}


def answer_view(row: Mapping[str, Any], today: dt.date) -> dict[str, Any]:
    """Everything a page needs to show one finished answer."""
    citations = row.get("citations", ())
    return {
        "outcome": row["outcome"],
        "text": row["answer"],
        "html": answer_html(row["answer"], {c["n"] for c in citations}),
        "citations": [basis(c) for c in citations],
        "cards": cards(row, today),
        "chips": chips(row.get("question_read", {})),
        "taken_out": taken_out(row.get("question_read", {})),
        "ledger": ledger_filters(row.get("question_read", {})),
        "choices": list(row.get("choices", ())),
        "verified": verified(row.get("claims", ())),
    }
