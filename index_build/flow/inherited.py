"""Clauses that stand elsewhere than in a measure: in the heading above it, or after the last of its group."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from index_build.clauses import in_one_role, of_limits
from index_build.clauses.leads import lead_of_heading
from index_build.dates import find_dates, find_deadlines, find_heading_limit
from index_build.drafts import Draft, Placed, names_lead
from index_build.flow.entries import Entries
from index_build.flow.running import TIME_NOTE
from index_build.majority import are_most
from index_build.model import DeadlineKind, Role
from index_build.names import level_of, parse_units
from index_build.tables.columns import are_surely_units


def inherit_heading_clauses(entries: Entries, drafts: Sequence[Draft]) -> list[Draft]:
    """A heading's clause holds for the numbers under it that have none; its time also for those without one, and its
    lead for those that name only others."""
    found = list(drafts)
    by_node = {d.node: i for i, d in enumerate(drafts) if d.node >= 0}
    dropped: set[int] = set()
    for n in range(len(entries.nodes)):
        held = _held_by_heading(entries, n) if n in entries.children else []
        if not held:
            continue
        below = [by_node[c] for c in entries.below(n) if c not in entries.absorbed and c in by_node]
        bare = [i for i in below if not found[i].has_own_clause]
        leads = [c for c in held if c.clause.units and all(role is Role.LEAD for _, role in c.clause.units)]
        helped = [i for i in below if i not in bare and not names_lead(found[i].clauses)] if leads else []
        for i in bare:
            for clause in held:
                found[i] = found[i].with_clause(clause)
        for i in helped:
            found[i] = found[i].with_clause(leads[0]._replace(clause=leads[0].clause._replace(deadlines=())))
        if n in by_node and (bare or helped):
            dropped.add(by_node[n])
    return [d for i, d in enumerate(found) if i not in dropped]


def _held_by_heading(entries: Entries, n: int) -> list[Placed]:
    """The clauses of a heading; a heading that is nothing but units (（一）市财政局, 市财政局：) is one itself."""
    if n in entries.details or not entries.is_heading_line(n):
        return []
    if closing := entries.closing.get(n):
        return [Placed(c, entries.nodes[n].body) for c in closing]
    return [units] if (units := _units_of_heading(entries, n)) else []


def _units_of_heading(entries: Entries, n: int) -> Placed | None:
    """The units that a heading is, and nothing else, as those who lead what stands below it."""
    start, end = entries.nodes[n].body, entries.heading_end(n)
    words = re.sub(r"（[^（）]*）$", "", entries.sheet.view.text[start:end].rstrip("："))
    if not 3 <= len(words) <= 30 or not are_surely_units(words):
        return None
    hits = parse_units(words)
    doubtful = any(hit.name.endswith("办") and not level_of(hit.name) for hit in hits)  # 企业开办
    if not hits or doubtful:
        return None
    return Placed(in_one_role(hits, Role.LEAD, 0, len(words), "heading"), start)


def inherit_heading_leads(entries: Entries, drafts: Sequence[Draft]) -> list[Draft]:
    """Who leads the tasks below a heading (一、市教育局牵头任务), where those that name units name no lead."""
    leads = {
        n: lead
        for n, node in enumerate(entries.nodes)
        if entries.has_children(n)
        and (lead := lead_of_heading(entries.text, node.body, entries.heading_end(n), said=True))
    }
    found = list(drafts)
    for i, draft in enumerate(drafts) if leads else ():
        at = draft.node
        while at >= 0 and at not in leads:
            at = entries.nodes[at].parent
        if at >= 0 and not names_lead(draft.clauses):
            found[i] = draft.with_clause(leads[at])
    return found


def inherit_heading_times(entries: Entries, drafts: Sequence[Draft]) -> list[Draft]:
    """A time limit in a heading holds for the numbers under it that name none."""
    times = {
        n: _heading_times(entries, n)
        for n in range(len(entries.nodes))
        if entries.has_children(n) or n in entries.spread
    }
    found = list(drafts)
    if not any(times.values()):
        return found
    for i, draft in enumerate(drafts):
        at = draft.node
        while at >= 0 and not times.get(at):
            at = entries.nodes[at].parent
        if at < 0 or any(p.clause.deadlines for p in draft.clauses):
            continue
        if not any(find_deadlines(entries.text[a:b], entries.running.year) for a, b in draft.body):
            found[i] = draft.with_clause(times[at][0])
    return found


def _heading_times(entries: Entries, n: int) -> list[Placed]:
    start = entries.nodes[n].body
    end = max(entries.heading_end(n), start)
    if (closing := entries.closing.get(n)) and n not in entries.spread:
        end = max(end, start + closing[0].end)
    words = entries.text[start:end]
    limits = find_deadlines(words, entries.running.year)
    if not limits and (noted := TIME_NOTE.search(words)):
        hits = find_dates(noted["time"], entries.running.year)
        if len(hits) == 1 and hits[0].last and len(hits[0].raw) == len(noted["time"]):
            stretch = noted.span("time")
            limits = [hits[0]._replace(start=stretch[0], end=stretch[1], kind=DeadlineKind.BY)]
    if not limits and (whole := find_heading_limit(words, entries.running.year)):
        limits = [whole]
    if not limits:
        return []
    return [Placed(of_limits(limits, 0, end - start, "heading"), start, inherited=True)]


def inherit_group_clauses(entries: Entries, drafts: Sequence[Draft]) -> list[Draft]:
    """A clause that closes a group of numbers holds for all of them; agents of a number's own sentences close none."""
    grouping = _groups_at_end(drafts)
    own_line_groups = not _each_has_its_own(drafts)
    found = list(drafts)
    waiting: list[int] = []
    for i, draft in enumerate(drafts):
        parent = entries.nodes[draft.node].parent if draft.node >= 0 else None
        if parent is None or (waiting and entries.nodes[drafts[waiting[0]].node].parent != parent):
            waiting = []
        if parent is None:
            continue
        if not draft.has_own_clause:
            waiting.append(i)
            continue
        spoken = any(placed.clause.style == "agents" for placed in draft.clauses)
        if not spoken and (grouping or (draft.own_line and own_line_groups)):
            for w in waiting:
                if found[w].style == draft.style:
                    for clause in draft.clauses:
                        found[w] = found[w].with_clause(clause)
                    found[w] = found[w]._replace(plan=draft.plan)
        waiting = []
    return found


def _each_has_its_own(drafts: Sequence[Draft]) -> bool:
    """Do neighbours mostly each have a clause?  Then a number without one is an exception, not part of a group."""
    both = one = 0
    for before, draft in itertools.pairwise(drafts):
        if draft.has_own_clause and draft.own_line and draft.section == before.section:
            both += before.has_own_clause
            one += not before.has_own_clause
    return both >= max(one, 1)


def _groups_at_end(drafts: Sequence[Draft]) -> bool:
    """Does the plan put one clause after each group of numbers?  Told by where clauses are and are not."""
    sections: dict[tuple[str, ...], list[bool]] = {}
    for draft in drafts:
        if draft.node >= 0:
            sections.setdefault(draft.section, []).append(draft.has_own_clause)
    with_any = [flags for flags in sections.values() if any(flags) and len(flags) > 1]
    closed = [flags for flags in with_any if flags[-1] and not any(flags[:-1])]
    return len(closed) >= 2 and are_most(len(closed), len(with_any))
