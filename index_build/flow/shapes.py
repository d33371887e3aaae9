"""The shape of a paper's numbers, style by style: where their clauses stand to their words, and what their lines are.

One number shows little; what most numbers of its style do tells what it is: a clause that opens its task (a number, who
and when, and mostly on the next line what is to be done), a mere name over sentences, a heading over paragraphs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cached_property

from index_build.flow.entries import Entries
from index_build.flow.running import MARKS, TIME_NOTE, WORDS, RunningText

_LEAST_OPENING = 3  # numbers that open with their clause
_LEAST_TITLED = 2
_LEAST_LINES = 3  # entries of one line
_LONG = 0.2  # share of entries that may have further lines all the same


class Shapes:
    """What the numbers of one running text are, as those of their style are."""

    def __init__(self, running: RunningText, entries: Entries) -> None:
        self.running, self.sheet, self.text = running, running.sheet, running.sheet.text
        self.entries = entries

    def opens_with_clause(self, n: int) -> bool:
        """Has a number, as others of its style, one clause right behind it, and words after that?"""
        return self._opens(n) and self.entries.nodes[n].style in self._opening_styles

    def is_titled(self, n: int) -> bool:
        """Is a number's line, as those of its style, a mere name with its clause over sentences?"""
        return self.entries.nodes[n].style in self._titled_styles and self._names(n)

    def is_spread(self, n: int) -> bool:
        """Is the numbered line a heading over paragraphs that have clauses of their own?"""
        node, closing = self.entries.nodes[n], self.entries.closing[n]
        if self.running.breaks is not None or not self.entries.below_its_line(n):
            return False
        if self.running.begins_paragraph(node.body):
            return False
        line = self.text[node.body : self.sheet.line_end(node.start)]
        if line[-1:] in ("。", "；", "：") and not TIME_NOTE.search(line):
            return False
        return len(closing) > 1 or node.style in self._heading_styles

    def is_one_line(self, style: str) -> bool:
        """Are the entries of a style paragraphs of one line, but for a few?"""
        return style in self._one_line_styles

    def _opens(self, n: int) -> bool:
        closing = self.entries.closing.get(n, [])
        if len(closing) != 1 or closing[0].start > 1 or self.entries.has_children(n):
            return False
        after = self.entries.nodes[n].body + closing[0].end
        return WORDS.search(self.text, after, self.entries.stop(n)) is not None

    def _names(self, n: int) -> bool:
        """Is the number's line a mere name with its clause (第一条 设立专项资金（市财政局牵头）), over sentences?"""
        closing, node = self.entries.closing.get(n, []), self.entries.nodes[n]
        if len(closing) != 1 or self.entries.has_children(n) or self.entries.below_its_line(n):
            return False
        if not self.entries.is_heading_line(n) or self.text[node.body + closing[0].start - 1] in MARKS:
            return False
        after = node.body + closing[0].end
        return self.sheet.at_line_start(after) and "。" in self.text[after : self.entries.stop(n)]

    @cached_property
    def _opening_styles(self) -> frozenset[str]:
        return self._styles_of_most(self._opens, _LEAST_OPENING)

    @cached_property
    def _titled_styles(self) -> frozenset[str]:
        return self._styles_of_most(self._names, _LEAST_TITLED)

    def _styles_of_most(self, has_shape: Callable[[int], bool], least: int) -> frozenset[str]:
        """Styles more than half of whose numbers with a clause have a shape."""
        styles = {n: self.entries.nodes[n].style for n, found in self.entries.closing.items() if found}
        having = Counter(styles.values())
        shaped = Counter(style for n, style in styles.items() if has_shape(n))
        return frozenset(s for s, count in shaped.items() if count >= least and 2 * count > having[s])

    @cached_property
    def _heading_styles(self) -> frozenset[str]:
        """Styles whose numbers stand before headings somewhere: over numbers, or over paragraphs with clauses."""
        nodes = self.entries.nodes
        over_numbers = {node.style for n, node in enumerate(nodes) if self.entries.has_children(n)}
        over_paragraphs = {
            nodes[n].style
            for n, closing in self.entries.closing.items()
            if len(closing) > 1 and self.entries.below_its_line(n)
        }
        return frozenset(over_numbers | over_paragraphs)

    @cached_property
    def _one_line_styles(self) -> frozenset[str]:
        leaves = [(n, self.entries.nodes[n]) for n in self.entries.leaves()]
        count = Counter(node.style for _, node in leaves)
        long = Counter(
            node.style for n, node in leaves if self.sheet.lines_between(node.start + 1, self.entries.stop(n))
        )
        return frozenset(s for s in count if count[s] >= _LEAST_LINES and long[s] <= _LONG * count[s])
