"""The numbered entries and headings of a running text as a tree, with the clauses of each and what is part of what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

from index_build.clauses import Clause
from index_build.drafts import Draft
from index_build.flow.clauses import ClauseReader, says_what
from index_build.flow.heads import Heads
from index_build.flow.running import RunningText
from index_build.frames import is_frame
from index_build.outline import TASK_WORDS, Node, nest

_LISTED = (
    "dot",
    "round",
    "han_round",
    "article",
    "han",
    "han_dot",
    "half_round",
    "circle",
    "zero",
    "part",
    "letter",
    "motion",
    *TASK_WORDS,
)


class Entries:
    """Entries by their place in the outline: `closing` are the clauses that close words of an entry, `inner` those
    inside its sentences, `absorbed` the entries that are parts of another, `spread` those that head paragraphs with
    clauses of their own, `details` where the text begins that an entry's children add to it."""

    def __init__(self, running: RunningText, heads: Heads, reader: ClauseReader) -> None:
        self.running, self.reader, self.sheet, self.text = running, reader, running.sheet, running.sheet.text
        self.breaks, self.tail = running.breaks, heads.tail
        self.nodes: list[Node] = nest(heads.markers, running.end)
        self.children: dict[int, list[int]] = {}
        for n, node in enumerate(self.nodes):
            self.children.setdefault(node.parent, []).append(n)
        self.absorbed: dict[int, int] = {}
        self.closing: dict[int, list[Clause]] = {}
        self.inner: dict[int, list[Clause]] = {}
        self.spread: set[int] = set()
        self.details: dict[int, int] = {}
        self._headings: dict[int, str] = {}
        self._paths: dict[int, tuple[str, ...]] = {}
        self._framed: dict[int, bool] = {}

    def read_clauses(self, n: int) -> None:
        origin = self.nodes[n].body
        closing, self.inner[n] = self.reader.clauses_in(
            origin, self.stop(n), is_framed=lambda: self.in_frame(n)
        )
        self.closing[n] = [c for c in closing if not says_what(c, self.running.year)]

    def take_in(self, n: int) -> None:
        for child in self.below(n):
            self.absorbed[child] = n

    def below(self, n: int) -> list[int]:
        """The nodes under a node, which follow it at once."""
        level, below = self.nodes[n].level, n + 1
        while below < len(self.nodes) and self.nodes[below].level > level:
            below += 1
        return list(range(n + 1, below))

    def has_children(self, n: int) -> bool:
        """Do entries stand under this one that are no parts of another?  They become parts all at once, if at all."""
        return n in self.children and n + 1 not in self.absorbed

    def leaves(self) -> Iterable[int]:
        return (n for n in range(len(self.nodes)) if n not in self.absorbed and not self.has_children(n))

    def stop(self, n: int) -> int:
        """Where the node's text ends, with everything that it absorbed."""
        child = n + 1
        while self.absorbed.get(child) == n:
            child += 1
        stop, body = self.nodes[child - 1].end, self.nodes[n].body
        stop = stop if stop < self.tail else self.tail
        return stop if stop > body else body

    def own_text(self, n: int) -> str:
        return self.text[self.nodes[n].body : min(self.nodes[n].end, self.tail)]

    def section(self, n: int) -> tuple[str, ...]:
        """The headings above a node, the highest first."""
        return self._path(self.nodes[n].parent)

    def _path(self, n: int) -> tuple[str, ...]:
        """The headings down to node `n`, its own the last; kept once none of them can change any more."""
        if n < 0:
            return ()
        if n in self._paths:
            return self._paths[n]
        parent = self.nodes[n].parent
        path = (*self._path(parent), self.heading(n))
        if n in self._headings and (parent < 0 or parent in self._paths):
            self._paths[n] = path
        return path

    def heading(self, n: int) -> str:
        """A node's heading as printed, its number included."""
        if n not in self._headings:
            words = self._heading_words(n)
            if n not in self.closing and n not in self.absorbed:
                return words  # its clauses, which end a heading, are not read yet
            self._headings[n] = words
        return self._headings[n]

    def _heading_words(self, n: int) -> str:
        return self.sheet.view.printed(self.nodes[n].start, self.heading_end(n)).rstrip("：:")

    def heading_end(self, n: int) -> int:
        """Up to the full stop, or to the end of its line (of its lines, where the page's width cut it)."""
        node = self.nodes[n]
        end = min(self.sheet.line_end(node.start), node.end)
        stop = self.text.find("。", node.start, min(node.end, node.start + 90))
        if 0 <= stop < end or (
            0 <= stop <= node.start + 60 and self.breaks is not None and end - node.start >= 24
        ):
            end = stop
        if closing := self.closing.get(n):
            end = min(end, max(node.body + closing[0].start, node.body + 1))
        return max(end, min(node.body + 1, node.end))

    def is_heading_line(self, n: int) -> bool:
        """Is the node's own text, before its clause, a heading rather than sentences?"""
        own = self.own_text(n)[: self.closing[n][0].start] if self.closing.get(n) else self.own_text(n)
        return len(own) <= 45 and "。" not in own[:-1] and "，" not in own[12:-1]

    def below_its_line(self, n: int) -> bool:
        """Does the first clause of a number stand below the line of the number?"""
        closing = self.closing.get(n)
        if not closing:
            return False
        return self.nodes[n].body + closing[0].start > self.sheet.line_end(self.nodes[n].start)

    def in_frame(self, n: int) -> bool:
        """Does a node stand under aims or organisation, or is it such a heading at the top?"""
        parent = self.nodes[n].parent
        if parent in self._framed:
            return self._framed[parent]
        framed = _is_framed(self._path(parent) or (self.heading(n),))
        if parent in self._paths:
            self._framed[parent] = framed
        return framed

    def number(self, n: int) -> str | None:
        """The number as printed; 13（3） for a part that starts again under each number."""
        node = self.nodes[n]
        if node.style in ("round", "circle") and node.parent >= 0 and node.style in self._restarting:
            parent = self.nodes[node.parent]
            if parent.style == "dot":
                return (
                    f"{parent.printed}（{node.printed}）"
                    if node.style == "round"
                    else f"{parent.printed}{node.printed}"
                )
        return node.printed

    @cached_property
    def _restarting(self) -> frozenset[str]:
        """Part styles that begin again under each number (or whose numbers are the plan's own count)."""
        ones = Counter(
            node.style for n, node in enumerate(self.nodes) if node.number == 1 and n not in self.absorbed
        )
        main = Counter(self.nodes[n].style for n, found in self.closing.items() if found).most_common(1)
        numbered_by_dot = bool(main) and main[0][0] == "dot"
        return frozenset(s for s in ("round", "circle") if ones[s] > 1 or numbered_by_dot)

    def list_style(self, with_clause: Sequence[Draft]) -> str:
        """The style of number that the plan's tasks have."""
        numbered = [d.style for d in with_clause if d.node >= 0]
        if not numbered:
            numbered = [
                self.nodes[n].style
                for n in self.leaves()
                if self.nodes[n].style in _LISTED and not self.in_frame(n)
            ]
        counted = Counter(numbered)
        return counted.most_common(1)[0][0] if counted else ""


def _is_framed(headings: tuple[str, ...]) -> bool:
    return any(is_frame(heading, top=i == 0) for i, heading in enumerate(headings))
