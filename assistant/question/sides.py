"""The sides of a comparison: what is asked of each place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.characters import blanked
from assistant.known import Known, Path, Unit
from assistant.model import Side
from assistant.question.named_papers import beside_the_title
from assistant.question.phrases import Phrases
from assistant.question.scope import Scope
from assistant.question.topic import content_runs, find_concepts

_JOINED = re.compile(r"^[\s\x00、，,和与及跟同对比较vs/]*(?:以及|还有|and)?[\s\x00、，,]*$")


def find_sides(
    plain: str, scope: Scope, units: Sequence[Unit], known: Known, phrases: Phrases, english: bool
) -> tuple[Side, ...]:
    """Words before the first place, and all words where the places
    stand together, hold for every side; words between two places for the one before them."""
    if len(scope.named) < 2:
        return ()
    hidden = blanked(plain, [*scope.spans, *((s, e) for s, e, _ in units)])
    groups: list[list[int]] = [[0]]
    for at in range(1, len(scope.named)):
        gap = hidden[scope.named[at - 1][1] : scope.named[at][0]]
        if _JOINED.match(gap):
            groups[-1].append(at)
        else:
            groups.append([at])
    shared = hidden[: scope.named[0][0]]
    sides: dict[Path, Side] = {}
    for at, group in enumerate(groups):
        end = scope.named[groups[at + 1][0]][0] if at + 1 < len(groups) else len(hidden)
        own = hidden[scope.named[group[-1]][1] : end]
        words = shared + "\x00" + own if len(groups) > 1 else hidden
        concepts = find_concepts(words, phrases, english=english)
        if not any(c.telling for c in concepts):
            concepts = find_concepts(hidden, phrases, english=english)
        concepts = beside_the_title(concepts, known, scope.documents)
        for i, member in enumerate(group):
            start, _, path = scope.named[member]
            stop = scope.named[group[i + 1]][0] if i + 1 < len(group) else end
            mine = tuple(name for s, _, name in units if start <= s < stop)
            sides.setdefault(
                path, Side(path, concepts, mine, () if english else content_runs(words, phrases))
            )
    return tuple(sides.values())
