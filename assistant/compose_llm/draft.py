"""A worded answer in the making: what was released, what was dropped, and how measures are numbered."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from assistant.compose_llm.judgement import Dropped, Worded
from assistant.model import Claim, ClaimKind
from index_build.text import fold


@dataclass
class Draft:
    """What has been released so far.  Markers are numbered in the order in which measures are first cited."""

    opening: str = ""  # yes or no, said by the records
    numbers: dict[str, int] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    said: set[str] = field(default_factory=set)

    def release(self, worded: Worded, first_of_line: bool) -> str:
        """A judged sentence as it is shown, with its marker and what joins it to the text before."""
        n = self.numbers.setdefault(worded.mark, len(self.numbers) + 1)
        self.said.add(fold(worded.words))
        self.claims += [replace(c, citation=n) for c in worded.claims]
        self.claims.append(Claim(ClaimKind.TEXT, worded.words, n, ()))
        joint = (
            self.opening
            if not self.pieces
            else "\n"
            if first_of_line
            else " "
            if worded.words[0].isascii()
            else ""
        )
        return self.add(f"{joint}{worded.words}[{n}]")

    def add(self, piece: str) -> str:
        self.pieces.append(piece)
        return piece

    @property
    def text(self) -> str:
        return "".join(self.pieces)
