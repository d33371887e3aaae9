"""Answers about the papers themselves: which there are, who issued them and when, whether they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assistant.compose import cite_each
from assistant.desk import Desk
from assistant.known import doc_number
from assistant.labels import names_text, place_label, short_title
from assistant.model import Answer, Concept, Entry, Intent, Outcome, Question
from assistant.wording import say
from index_build.catalog import Filter
from index_build.model import Policy
from index_build.text import fold
from index_build.words import normalise

_IN_FORCE = re.compile(r"起施行|起试行|有效期|同时废止")
FEW_PAPERS = 3


def answer_documents(question: Question, desk: Desk) -> Answer:
    """The papers of the index, or of the places asked about, with number, date and count."""
    english = question.english
    chosen = [
        p
        for p in desk.known.policies
        if p.key in question.documents
        or (not question.documents and (not question.places or p.place in question.places))
    ]
    chosen = without_letters(chosen, desk)
    rows = []
    cited: list[Entry] = []
    for p in chosen:
        row = document_row(p, desk, english) + _standing(question, p, desk)
        clause = (
            _closing_clause(question, p, desk) if question.in_force and len(chosen) <= FEW_PAPERS else None
        )
        if clause:
            cited.append(clause)
            row += f" [{len(cited)}]"
        rows.append(row)
    text = "\n".join([say("documents", english, count=len(chosen)), "", *rows])
    return Answer(
        text,
        Outcome.ANSWERED if cited else Outcome.ABOUT,
        question,
        citations=cite_each(cited, desk.records),
    )


def without_letters(policies: Sequence[Policy], desk: Desk) -> list[Policy]:
    """The papers without those that hold nothing but the letter of another, which bears the same title."""
    titles = Counter((p.doc, short_title(p)) for p in policies)
    return [
        p
        for p in policies
        if titles[p.doc, short_title(p)] == 1 or desk.catalog.count(Filter(policies=(p.key,)))
    ]


def _closing_clause(question: Question, policy: Policy, desk: Desk) -> Entry | None:
    """Where the paper says itself from when it holds and what it repeals."""
    asked = replace(
        question,
        intent=Intent.WHAT,
        concepts=tuple(Concept(w) for w in ("自印发之日起施行", "有效期", "废止")),
        runs=(),
        numbers=(),
    )
    found = desk.searcher.search(asked, [policy.key])
    return next((h.entry for h in found.hits[:3] if _IN_FORCE.search(fold(h.entry.text))), None)


def _standing(question: Question, policy: Policy, desk: Desk) -> str:
    """Where it is asked whether a paper holds: from when to when, and whether another here repeals it."""
    if not question.in_force:
        return ""
    english = question.english
    text = ""
    if policy.effective:
        text += say("in_force_from", english, day=policy.effective.isoformat())
    if policy.expires:
        text += say("in_force_to", english, day=policy.expires.isoformat())
    own = {c for _, _, c in doc_number(normalise(policy.doc_no or ""))}
    by = [
        p.doc_no or short_title(p)
        for p in desk.known.policies
        if own & {c for no in p.repeals for _, _, c in doc_number(normalise(no))}
    ]
    return text + (
        say("in_force_repealed", english, names=names_text(by, english))
        if by
        else say("in_force_here", english)
    )


def document_row(policy: Policy, desk: Desk, english: bool) -> str:
    """A paper in one line: title, number, day, issuers, how many measures, what it repeals."""
    issued = ""
    if policy.issued:
        issued = f"，{policy.issued.isoformat()}" if not english else f", {policy.issued.isoformat()}"
    if policy.issuers:
        issuers = names_text(policy.issuers, english)
        issued += f" {issuers}印发" if not english else f", issued by {issuers}"
    row = say(
        "document_row",
        english,
        place=place_label(policy),
        title=short_title(policy),
        doc_no=f"（{policy.doc_no}）" if policy.doc_no else "",
        issued=issued,
        measures=desk.catalog.count(Filter(policies=(policy.key,))),
    )
    return row + (
        say("repeals", english, names=names_text(policy.repeals, english)) if policy.repeals else ""
    )
