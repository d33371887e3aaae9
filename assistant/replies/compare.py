"""Places or papers side by side: the measure of each that answers, and whether they agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.choose import Chosen, choose
from assistant.compose import Part, answer_of_parts
from assistant.desk import Desk, policies_of
from assistant.extracts import has_figure
from assistant.known import PolicyKey
from assistant.labels import names_text, place_name, short_title
from assistant.matching import flat
from assistant.model import Answer, Entry, Intent, Outcome, Question
from assistant.replies.missing import answer_missing
from assistant.replies.single import compose_entry
from assistant.wording import say
from index_build.model import Measure

SAME_WORDS = 4  # characters in a row that make a thing named in the question the one in the text
_JOINED = re.compile(r"[和与及跟、]|以及|还有")


def answer_compare(question: Question, desk: Desk) -> Answer:
    """The best measure of each place (or document), side by side."""
    sides = comparison_sides(question, desk)
    lines = [say("place_unknown", question.english, place=name) for name in question.unknown_places]
    parts: list[Part] = []
    entries: list[Entry] = []
    for label, side, policies in sides:
        chosen = choose(side, desk, policies)
        if not chosen.entries:
            lines.append(say("place_none", question.english, place=label))
            continue
        texts = []
        for entry in _all_asked(side, chosen):
            n = len(entries) + 1
            part = compose_entry(side, desk, chosen, entry, n, brief=True)
            entries.append(entry)
            parts.append(part)
            texts.append(part.text)
        lines.append(say("place_row", question.english, place=label, text=" ".join(texts)))
    if not entries:
        missing = answer_missing(question, desk, Chosen(reason="no side answers"))
        if not question.unknown_places:
            return missing
        names = names_text(question.unknown_places, question.english)
        return replace(missing, text=say("not_found_place", question.english, names=names) + missing.text)
    asked = question.aspect or Intent.WHAT
    opening = (
        _compared(question, asked, parts, [label for label, _, _ in sides])
        if len(parts) == len(sides) == 2
        else ""
    )
    return answer_of_parts(
        parts,
        entries,
        desk.records,
        question=question,
        text="\n".join([*([opening, ""] if opening else []), *lines]),
        outcome=Outcome.ANSWERED,
    )


def _all_asked(side: Question, chosen: Chosen) -> list[Entry]:
    """The entry that answers, and one more where the question joins two things (新建的和改建的) and only
    another entry has the second word for word."""
    entries = list(chosen.entries)
    found = chosen.found
    if not found or not chosen.stated or len(entries) > 1:
        return entries
    first = flat(entries[0].text)
    for run in side.runs:
        pieces = _JOINED.split(run)
        if len(pieces) < 2 or not any(_longest_shared(piece, first) >= SAME_WORDS for piece in pieces):
            continue
        for piece in pieces:
            if _longest_shared(piece, first) >= SAME_WORDS:
                continue
            for hit in found.hits[:20]:
                if hit.entry in entries or not isinstance(hit.entry, Measure) or hit.coverage < 0.4:
                    continue
                figure = not side.quantity or has_figure(hit.entry.text, side.quantity)
                if figure and _longest_shared(piece, flat(hit.entry.text)) >= SAME_WORDS:
                    entries.append(hit.entry)
                    break
    return entries[:3]


def _longest_shared(piece: str, text: str) -> int:
    """The length of the longest stretch of `piece` that stands in `text`."""
    best = 0
    for start in range(len(piece)):
        while start + best < len(piece) and piece[start : start + best + 1] in text:
            best += 1
    return best


def comparison_sides(question: Question, desk: Desk) -> list[tuple[str, Question, tuple[PolicyKey, ...]]]:
    """(label, the question of that side, the policies to search) of each place or paper compared."""
    if len(question.places) + len(question.unknown_places) > 1:
        own = {side.place: side for side in question.sides}
        rows = []
        for place in question.places:
            side = own.get(place)
            one = replace(
                question,
                places=(place,),
                concepts=side.concepts if side else question.concepts,
                departments=side.departments if side else question.departments,
                runs=side.runs if side else question.runs,
            )
            rows.append((place_name(place), one, policies_of(question, desk.known, [place]) or ()))
        return rows
    return [
        (short_title(desk.known.policy(key)), replace(question, documents=(key,)), (key,))
        for key in question.documents
    ]


def _compared(question: Question, asked: Intent, parts: Sequence[Part], labels: Sequence[str]) -> str:
    """相同 or 不同, where the records settle it, and whose day comes first."""
    first, second = parts[0].fact, parts[1].fact
    if not first or not second:
        return ""
    english = question.english
    if asked in (Intent.WHEN,):
        if not first.deadlines or not second.deadlines:
            return ""
        same = {d.date for d in first.deadlines} == {d.date for d in second.deadlines}
        what = say("deadline", english, days="").rstrip("： :")
        days = [min((d.date for d in m.deadlines if d.date), default=None) for m in (first, second)]
        if not same and days[0] and days[1] and days[0] != days[1]:
            sooner = labels[0] if days[0] < days[1] else labels[1]
            return say("different", english, what=what) + say("sooner", english, place=sooner)
    elif asked in (Intent.WHO, Intent.WHO_LEAD):
        if not first.lead or not second.lead:
            return ""
        bare = [{n.lstrip("省市区县旗") for n in m.lead} for m in (first, second)]
        same = bare[0] == bare[1]
        what = say("lead", english, names="").rstrip("： :")
    else:
        return ""
    return say("same" if same else "different", english, what=what)
