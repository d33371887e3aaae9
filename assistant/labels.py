"""What an answer calls papers, places, measures, units and days: as printed, in either language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from assistant.model import Entry, Question
from assistant.wording import say
from index_build.model import Deadline, Policy
from index_build.text import nested, tidy

HEAD = 48  # characters of a measure in a list
PLACES_LISTED = 12  # places that are named where there are more
FEW, LONG_HEAD = 5, 130  # and in one of only so many
_INNER_TITLE = re.compile(r"《([^《》]{4,})》")
_ISSUE = re.compile(r"^.*?关于印发(?=.{6,})|(?:的通知|的通知）)$")


def short_title(policy: Policy) -> str:
    """The title of the paper that is issued, without 关于印发…的通知 around it."""
    return issued_title(policy.title)


@lru_cache(maxsize=4096)
def issued_title(title: str) -> str:
    title = tidy(title)
    inner = _INNER_TITLE.search(title)
    if inner and ("印发" in title or title.startswith("《")):
        return nested(inner[1])
    if "印发" in title:
        title = _ISSUE.sub("", title)
        title = re.sub(r"的通知$", "", title)
    return nested(title.strip())


def place_name(place: Sequence[str]) -> str:
    return place[-1] if place else ""


def place_label(policy: Policy) -> str:
    """The place, left out where the title opens with it."""
    name = place_name(policy.place)
    return "" if not name or short_title(policy).startswith(name) else name


def number_label(entry: Entry, english: bool = False) -> str:
    """An entry's number as an answer says it, 第21条 or （三）; "" where it has none."""
    number = entry.number
    if not number:
        return ""
    if number[0].isdigit():
        return say("article", english, number=number)
    return f" {number}" if english else number


def head(entry: Entry, length: int = HEAD) -> str:
    """The first words of an entry, cut at a clause."""
    text = tidy(entry.text)
    if len(text) <= length:
        return text.rstrip("。；，、")
    cut = max(text.rfind(mark, length // 2, length) for mark in "。；，、")
    return text[: cut if cut > 0 else length].rstrip("。；，、") + "…"


def days_text(deadlines: Iterable[Deadline], english: bool = False) -> str:
    """Deadlines as printed, each once, with the unit they bind; in English with the ISO day."""
    shown = []
    for d in deadlines:
        raw = tidy(d.raw)
        if english and d.date:
            raw += f" ({d.date.isoformat()})"
        shown.append(say("bound", english, who=d.who, raw=raw) if d.who else raw)
    return say("semicolon", english).join(dict.fromkeys(shown))


def names_text(names: Iterable[str], english: bool = False) -> str:
    """Names one after another, as printed."""
    return say("names", english).join(names)


def places_text(question: Question) -> str:
    """The places asked about; "" where none is named."""
    return names_text([place_name(p) for p in question.places], question.english)


def asked_places(question: Question) -> str:
    """The places asked about, or that all of them are."""
    return places_text(question) or say("all_places", question.english)


def places_listed(names: Sequence[str], english: bool = False) -> str:
    """The first places, and how many there are where they are more than a reader looks through."""
    if len(names) <= PLACES_LISTED:
        return names_text(names, english)
    return say("and_places", english, names=names_text(names[:PLACES_LISTED], english), count=len(names))
