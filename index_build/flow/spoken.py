"""Who does a number that has no clause, as its own words say it: in its last sentence, before what is to be done, or
as the agents of its sentences.

What a sentence says counts where the plan says of most of its numbers who does them, agents where no other clause is.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from index_build.clauses import whole_clause
from index_build.drafts import Placed
from index_build.flow.agents import own_clauses
from index_build.flow.asked import find_asked
from index_build.flow.bare import is_no_task
from index_build.flow.entries import Entries
from index_build.flow.running import RunningText

# The end of a measure that says in words who does it: …，由县财政局会同县金融办负责。
_SAID_AT_END = re.compile(
    r"""
    [，；。]由
    (?P<who>
        (?=[^，。；]{0,60}(?:牵头|负责))  # its first part says who leads
        [^。；由]{3,120}?
        (?:牵头|负责|配合|参与|落实|实施|协助|办理)
    )
    (?:，[^。；，]{2,24}(?:前|底|内|末|日|月|到位|完成|建成|推进|坚持|实施))?  # a time after it
    [。；]?$
    """,
    re.VERBOSE,
)
# The same before what is to be done: 由市数据局牵头，市财政局配合，建设…
_WHO_BEFORE = r"""
    (?P<who>
        [^。；，由]{2,60}?(?:牵头|负责|主办)(?:落实|组织|实施|抓总)?
        (?:，[^。；，]{2,60}?(?:配合|参与|协助|协办|参加|支持))*
    )
    ，(?=[^，。；]{4})
"""
_SAID_BEFORE = re.compile(f"由?{_WHO_BEFORE}", re.VERBOSE)
_SAID_INSIDE = re.compile(f"[，；。]由{_WHO_BEFORE}", re.VERBOSE)
_LONGEST_ENDING = 160  # characters of the last sentence that says who
_IN_CHARGE = ("牵头", "负责", "主办")  # one of them stands in whatever is said
_SHARES_OUT = re.compile("职责|分工")
_FEW = 10  # one number in so many may have another clause where agents are read


class Spoken:
    """What the numbers of one running text say in words."""

    def __init__(self, running: RunningText, entries: Entries) -> None:
        self.running, self.sheet, self.text = running, running.sheet, running.sheet.text
        self.entries = entries

    @cached_property
    def agents(self) -> dict[int, Placed]:
        """By number, the units that its sentences name as those who do it, where most numbers of the paper do so and
        hardly any has another clause."""
        nodes = self.entries.nodes
        marked = sum(any(c.style != "sentence" for c in found) for found in self.entries.closing.values())
        if _FEW * marked > len(nodes):
            return {}
        leaves = [n for n in self.entries.leaves() if not self.entries.in_frame(n) or self._shares_out(n)]
        if not leaves or _FEW * marked > len(leaves):
            return {}
        style = Counter(nodes[n].style for n in leaves).most_common(1)[0][0]
        items = {n: (nodes[n].body, self.entries.stop(n)) for n in leaves if nodes[n].style == style}
        if style == "article":
            items = {n: item for n, item in items.items() if not is_no_task(self.text[slice(*item)])}
        return own_clauses(self.sheet, items, self.running.breaks) or find_asked(self.sheet, items)

    def in_sentence(self, n: int, stop: int) -> list[Placed]:
        """The units that a sentence of a number names, which ends at `stop`, where the plan says of most who does them."""
        if not self._gives_units or self.entries.in_frame(n):
            return []
        return self._said(self.entries.nodes[n].body, stop)

    def _said(self, start: int, stop: int) -> list[Placed]:
        """The units that the last sentence of [start, stop) names, or one before what they are to do."""
        if not any(self.text.find(word, start, stop) >= 0 for word in _IN_CHARGE):
            return []
        at_end = _SAID_AT_END.search(self.text, max(start, stop - _LONGEST_ENDING), stop)
        before = _SAID_BEFORE.match(self.text, start, stop) or _SAID_INSIDE.search(self.text, start, stop)
        for found in filter(None, (at_end, before)):
            said = whole_clause(found["who"], year=self.running.year)
            if said and said.units and said.style == "verbs":
                return [Placed(said._replace(deadlines=()), found.start("who"))]
        return []

    def _shares_out(self, n: int) -> bool:
        """Does a number stand under a heading of who does what (职责分工)?"""
        return any(_SHARES_OUT.search(heading) for heading in self.entries.section(n))

    @cached_property
    def _gives_units(self) -> bool:
        """Do most numbers of the plan say who, so that a sentence is their clause where they have no other?"""
        leaves = [n for n in self.entries.leaves() if not self.entries.in_frame(n)]
        having = sum(
            bool(self.entries.closing.get(n))
            or bool(self.entries.inner.get(n))
            or bool(self._said(self.entries.nodes[n].body, self.entries.stop(n)))
            for n in leaves
        )
        return 2 * having >= len(leaves)
