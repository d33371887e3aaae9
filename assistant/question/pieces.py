"""A text that asks of several things at once → a piece for each: 添多少个学位、多少个停车位; 用气和用水报装分别几天.  Whether
one measure answers them all is told by what is found, not here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.model import Concept
from assistant.question.phrases import Phrases
from assistant.question.topic import find_concepts

_SEGMENT = re.compile(r"[^，、；;。？?！!]+[？?]?")
_GOES_ON = re.compile(r"呢[？?]?$")
_ASKS = re.compile(r"多少|(?<!哪)几|多久|多长|谁|哪|何时|什么时|啥时|呢")
_SHARED_OUT = re.compile(
    r"(?P<before>(?:.*[，：:\x00])?(?:的|在|里|中)?)(?P<first>[^，。、；：:\x00]{2,12}?)(?:和|与|跟|、|以及|还有)"
    r"(?P<second>[^，。、；：:\x00]{2,12}?)(?:，)?(?:分别|各自|各(?=[要是由归压几多在])|都(?=是?多少|是?几))(?P<rest>.+)"
)
MOST = 3  # things that one text asks about
LESS = 0.5  # what the words of the piece before count in the next, as in a follow-up


@dataclass(frozen=True, slots=True)
class Piece:
    """What of a text asks of one thing: its words, and what they are about."""

    text: str
    left: str
    concepts: tuple[Concept, ...]

    @property
    def goes_on(self) -> bool:
        """停车位呢: what was asked before is asked of this."""
        return bool(_GOES_ON.search(self.text))


def find_pieces(plain: str, left: str, phrases: Phrases) -> tuple[Piece, ...]:
    """The pieces of `plain`, two or more; none where it asks of one thing.  `left` is it without places and units,
    position for position."""
    asks = len(_ASKS.findall(plain))
    shared = _SHARED_OUT.match(left) if asks else None
    pieces = _of_pair(shared, plain, phrases) if shared else ()
    return pieces or (_of_segments(plain, left, phrases) if asks > 1 else ())


def _own(text: str, phrases: Phrases) -> tuple[Concept, ...]:
    """The words of a piece; none where none of them tells anything."""
    concepts = find_concepts(text, phrases)
    return concepts if any(c.telling for c in concepts) else ()


def _of_pair(shared: re.Match[str], plain: str, phrases: Phrases) -> tuple[Piece, ...]:
    """A和B分别…: each with the words before and behind both."""
    around = (shared["before"], shared["rest"])
    pieces = []
    for name in ("first", "second"):
        own = _own(shared[name], phrases)
        if not own:
            return ()
        start, end = shared.span(name)
        text = plain[: shared.start("first")] + plain[start:end] + plain[shared.start("rest") :]
        others = tuple(replace(c, carried=True) for words in around for c in find_concepts(words, phrases))
        pieces.append(Piece(text, f"{around[0]}{shared[name]}{around[1]}", (*own, *others)))
    return tuple(pieces)


def _of_segments(plain: str, left: str, phrases: Phrases) -> tuple[Piece, ...]:
    """The segments that ask, each with those before it that only tell; one that names nothing goes with the one before."""
    pieces: list[Piece] = []
    start = 0
    for segment in _SEGMENT.finditer(plain):
        asks = _ASKS.search(segment[0])
        if not asks:
            continue
        text, words = plain[start : segment.end()], left[start : segment.end()]
        start = segment.end()
        own = _own(words, phrases)
        if not own or (pieces and _ASKS.search(pieces[-1].text) is None):
            continue
        if _GOES_ON.search(segment[0]) and not pieces:
            return ()
        pieces.append(Piece(text, words, own))
    return _leaning(pieces) if 1 < len(pieces) <= MOST else ()


def _leaning(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces, each after the first with the words of the first at half their weight."""
    first = pieces[0].concepts
    leaning = [pieces[0]]
    for piece in pieces[1:]:
        known = {c.words for c in piece.concepts}
        kept = [replace(c, weight=c.weight * LESS, carried=True) for c in first if c.words not in known]
        leaning.append(replace(piece, concepts=(*piece.concepts, *kept)))
    return tuple(leaning)
