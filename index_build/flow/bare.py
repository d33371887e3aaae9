"""Numbers without a clause: measures where they belong to the plan's own list of tasks, passages otherwise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from index_build.drafts import Draft
from index_build.flow.entries import Entries
from index_build.flow.running import SHORT
from index_build.frames import task_headings

# Articles of purpose and of force: no tasks in a plan that names units for its tasks.
_PURPOSE = re.compile(r"(?:制定|特制定|提出)(?:本|如下|以下)[^。]{0,12}。?$")
_FORCE = re.compile(
    r"本[^，。]{1,8}(?:适用于|所称|所指)"  # scope and terms
    r"|本[^，。]{0,12}自[^。]{2,30}(?:施行|实施|执行)[^。]{0,30}(?:。|$)"  # force
    r"|本[^，。]{1,10}由[^。]{2,40}负责解释[^。]{0,20}。?"
)
_OF_MEETING = re.compile("会议(?:要求|强调|指出|认为|听取)")
_CHAPTER = 500  # characters of an entry that is longer than a task ever is


def is_no_task(words: str) -> bool:
    """Whether an article is one of purpose, of scope, of terms or of force, or what a meeting says of all."""
    return (
        _FORCE.match(words) is not None
        or _OF_MEETING.match(words) is not None
        or _PURPOSE.search(words) is not None
    )


class TaskList:
    """The plan's own list of tasks, told by the drafts that have clauses, where any has."""

    def __init__(self, entries: Entries, drafts: Sequence[Draft]) -> None:
        self.entries, self.drafts = entries, drafts

    def settled(self) -> tuple[list[Draft], list[Draft]]:
        """The drafts that are measures, and those that are passages."""
        with_clause = [d for d in self.drafts if d.has_own_clause]
        main = self.entries.list_style(with_clause)
        chapters = not with_clause and self._are_chapters(main)
        tasks = task_headings(
            [self.entries.heading(n) for n, node in enumerate(self.entries.nodes) if node.parent == -1]
        )
        kept: list[Draft] = []
        left: list[Draft] = []
        last: Draft | None = None
        for draft in self.drafts:
            if not draft.has_own_clause and (
                chapters or not self._belongs(draft, main, last, bool(with_clause), tasks)
            ):
                left.append(draft)
                continue
            kept.append(draft)
            if draft.style == main:
                last = draft
        return kept, left

    def _are_chapters(self, style: str) -> bool:
        """Are the numbered entries chapters of prose (most longer than a task ever is), not tasks?"""
        lengths = sorted(d.body[-1][1] - d.body[0][0] for d in self.drafts if d.style == style)
        return bool(lengths) and lengths[len(lengths) // 2] > _CHAPTER

    def _belongs(
        self, draft: Draft, main: str, last: Draft | None, has_clauses: bool, tasks: set[str]
    ) -> bool:
        a, b = draft.body[0]
        if draft.node < 0 or draft.style != main or b - a < SHORT:
            return False
        if has_clauses and is_no_task(self.entries.text[a:b]):
            return False
        parent = self.entries.nodes[draft.node].parent
        if parent == -1 and self.entries.in_frame(draft.node):
            return False
        if not has_clauses and parent >= 0 and self._runs_through(main) and self._crosses_parts(main):
            return True  # the paper's own count takes all of its parts in
        continues = last is not None and draft.serial == last.serial + 1
        if (
            continues
            and last is not None
            and (self._runs_through(main) or self.entries.nodes[last.node].parent != parent)
        ):
            return True
        if self.entries.in_frame(draft.node):
            return False
        if has_clauses:
            return continues or any(s in self._having for s in self.entries.children.get(parent, []))
        return not tasks or not draft.section or draft.section[0] in tasks or continues

    @cached_property
    def _having(self) -> frozenset[int]:
        """The nodes that say who or when themselves; asked once all drafts have their clauses."""
        return frozenset(d.node for d in self.drafts if d.has_own_clause) | {
            n for n, closing in self.entries.closing.items() if closing
        }

    def _runs_through(self, style: str) -> bool:
        """Are the numbers of a style counted through the whole plan?"""
        return self._ones[style] == 1

    def _crosses_parts(self, style: str) -> bool:
        """Do the numbers of a style stand under more than two headings?"""
        return len({node.parent for node in self.entries.nodes if node.style == style}) > 2

    @cached_property
    def _ones(self) -> Counter[str]:
        """How often each style begins with 1."""
        return Counter(node.style for node in self.entries.nodes if node.number == 1)
