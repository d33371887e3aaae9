"""What first hits are like that answering refuses because they cover too little of the question: the figures behind
`assistant.enough.is_best_of_all`.

    python -m eval.refused eval/sets/corpus.jsonl --index cewen-index

Every case about one measure is counted whose first hit is refused, by what it is: the right entry, a wrong one, or
one where nothing is right; and each answerable question is asked of other places too, which mostly have nothing of
the kind and are the hardest to refuse.  The table says how many of each would be answered at which limits.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from assistant.ask import Assistant
from assistant.choose import says_it
from assistant.desk import Desk, policies_of
from assistant.enough import BARELY, best_elsewhere, much_of, not_about_it
from assistant.model import WHO_OR_WHEN, Intent, Question
from eval.case_files import load_set
from eval.cases import Case
from eval.sources import fold

KINDS = ("right", "wrong", "unanswerable", "other place")
MUCH = (0.0, 2.0, 3.0, 3.5, 4.0, 4.5, 5.0)  # limits of the table: words that one entry alone has
BEST = (0.0, 0.8, 0.9, 1.0)  # and the score over the best of other places
EVERY = 3  # each third place is asked beside the right one


@dataclass(frozen=True, slots=True)
class Refused:
    """A refused first hit; `best` is its score over that of the best hit of other places (infinite where these
    have none, 0 where no place is named)."""

    case: str
    kind: str
    much: float
    share: float
    best: float


def refused_hits(cases: Iterable[Case], assistant: Assistant) -> Iterator[Refused]:
    """The refused first hits of all cases about one measure, and of the same questions asked of other places."""
    desk = assistant.desk
    places = sorted(desk.known.places)
    for case in cases:
        question = assistant.read(case.question, case.history, today=case.today or dt.date.today())
        if question.intent not in (*WHO_OR_WHEN, Intent.WHAT) or question.numbers or question.off_topic:
            continue
        yield from _refused(case, question, desk)
        if case.answerable and question.places and not (question.carried or question.departments):
            for place in places[len(case.id) % EVERY :: EVERY]:
                if place not in question.places:
                    there = replace(question, places=(place,), documents=())
                    yield from _refused(case, there, desk, elsewhere=True)


def _kind(case: Case, text: str) -> str:
    if not case.answerable:
        return "unanswerable"
    return "right" if any(fold(e.head) in fold(text) for e in case.evidence) else "wrong"


def _refused(case: Case, question: Question, desk: Desk, *, elsewhere: bool = False) -> Iterator[Refused]:
    found = desk.searcher.search(question, policies_of(question, desk.known))
    if not found.hits or not not_about_it(found, desk.settings):
        return
    first = found.hits[0]
    kind = "other place" if elsewhere else _kind(case, first.entry.text)
    if kind == "right" or says_it(question, desk, found):
        others = best_elsewhere(question, desk) if question.places else inf
        yield Refused(case.id, kind, much_of(found), first.coverage, first.score / others if others else inf)


def table(hits: Sequence[Refused]) -> str:
    """How many of each kind pass at which limits, one line a pair of limits."""
    every = Counter(hit.kind for hit in hits)
    rows = ["much  best  " + "  ".join(f"{kind:>12}" for kind in KINDS)]
    rows.append("all refused " + "  ".join(f"{every[kind]:>12}" for kind in KINDS))
    for much in MUCH:
        for best in BEST:
            passing = Counter(
                hit.kind for hit in hits if hit.much >= much and hit.best >= best and hit.share >= BARELY
            )
            rows.append(f"{much:4.1f}  {best:4.1f}  " + "  ".join(f"{passing[kind]:>12}" for kind in KINDS))
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--index", type=Path, default=Path("cewen-index"))
    options = parser.parse_args()
    assistant = Assistant.open(options.index)
    cases = [case for path in options.sets for case in load_set(path).cases]
    print(table(list(refused_hits(cases, assistant))))


if __name__ == "__main__":
    main()
