"""Clauses that stand elsewhere than in their measure: in an annex table by article, in a rule for the whole plan.

Drafts change hands here, between a notice and its annexes, once all papers of a document are read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from index_build.clauses.assigned import find_assigned
from index_build.clauses.defaults import apply_default_units, apply_defaults
from index_build.clauses.shares import give_shares, read_numbers
from index_build.dates import find_deadlines
from index_build.drafts import Draft, Drafts, Placed
from index_build.flow import is_no_task
from index_build.majority import are_most
from index_build.paper_drafts import PaperReading
from index_build.sheet import Sheet
from index_build.tables.columns import Column
from index_build.tables.rows import TaskTable

# Papers whose points 一、二、三 are what they are about.
_OWN_POINTS = re.compile("措施|举措|政策|意见|办法|条$")
_MOST_POINTS = 6  # of a letter


def hand_down(readings: Sequence[PaperReading], found: Sequence[Drafts]) -> None:
    """Give units of annex tables to the articles they name, and rules for a whole plan to its measures."""
    for i, reading in enumerate(readings):
        first = next(j for j in range(i, -1, -1) if not readings[j].paper.annex or j == 0)
        group = range(first, i + 1)
        for table in reading.tables:
            if Column.ARTICLE in table.columns:
                _hand_out_rows(reading, table, [found[j] for j in group])
        _hand_out_tasks(reading.sheet, [found[j] for j in group])
        if reading.duty_shares or (reading.paper.annex and not reading.tables):
            _hand_out_lines(reading, [found[j] for j in group])
        _keep_letter(readings[first], found[first], [found[j] for j in group])
        for rule in found[i].plan_wide:
            _hand_out_rule(rule, found[i])
        _hand_out_limits([readings[j] for j in sorted({first, i})], found[i])
        for j in sorted({first, i}):
            if readings[j].default_units:
                found[i].measures[:] = apply_default_units(found[i].measures, readings[j].default_units)
    for i, drafts in enumerate(found):
        _keep_duties(drafts, [found[j] for j in range(i + 1, len(found)) if readings[j].paper.annex])


def _hand_out_limits(stating: Sequence[PaperReading], drafts: Drafts) -> None:
    """A time limit that the paper, or the notice that it is the annex of, sets for all measures without one."""
    limits = [limit for reading in stating for limit in reading.default_limits]
    if not limits:
        return
    year, text = stating[-1].year, stating[-1].sheet.text
    timed = [
        any(p.clause.deadlines for p in draft.clauses)
        or any(find_deadlines(text[a:b], year) for a, b in draft.body)
        for draft in drafts.measures
    ]
    drafts.measures[:] = apply_defaults(drafts.measures, limits, timed)


def _keep_duties(drafts: Drafts, annexes: Sequence[Drafts]) -> None:
    """A call for reports (各单位于3月底前将…报…) in the letter or under a heading of organisation is no task of a plan
    that says who does each of its tasks."""
    duties = [d for d in drafts.measures if d.duty and not d.has_own_clause]
    if not duties:
        return
    tasks = [d for found in (drafts, *annexes) for d in found.measures if not d.duty]
    named = sum(any(held.clause.units for held in d.clauses) for d in tasks)
    if 2 * named <= len(tasks):
        return
    for draft in duties:
        drafts.set_aside(draft)


def _keep_letter(reading: PaperReading, drafts: Drafts, group: Sequence[Drafts]) -> None:
    """The points 一、二、三 of a notice that only brings tasks with units, in a table or an annex, are its letter, no tasks."""
    tasks = [
        d
        for found in group
        for d in found.measures
        if d.has_own_clause and (d.style == "row" or found is not drafts)
    ]
    points = [d for d in drafts.measures if d.node >= 0]
    if len(tasks) < max(2, len(points)) or _OWN_POINTS.search(reading.paper.policy.title):
        return
    if len(points) > _MOST_POINTS or any(d.has_own_clause or d.style != "han" for d in points):
        return
    for draft in points:
        drafts.set_aside(draft)


def _hand_out_rows(reading: PaperReading, table: TaskTable, targets: Sequence[Drafts]) -> None:
    own = targets[-1]
    places: dict[int, list[tuple[Drafts, int]]] = defaultdict(list)
    for drafts in targets:
        for n, draft in enumerate(drafts.measures):
            if draft.node >= 0:
                places[draft.serial].append((drafts, n))
    for row in table.rows:
        words = reading.sheet.joined(row.cells.get(Column.ARTICLE, ()))
        clauses = tuple(reading.cells.clauses(row))
        hit = False
        for drafts, n in (place for number in read_numbers(words) for place in places.get(number, ())):
            draft = drafts.measures[n]
            if not draft.has_own_clause:
                for clause in clauses:
                    draft = draft.with_clause(clause)
                drafts.measures[n] = draft
                hit = True
        body = row.cells.get(Column.BODY, ())
        if not hit and body:
            own.measures.append(Draft(words or None, row.sections, body, row.extent, clauses, style="row"))
    for drafts in targets:
        if any(draft.has_own_clause for draft in drafts.measures):
            _drop_no_tasks(reading.sheet, drafts)


def _hand_out_tasks(sheet: Sheet, targets: Sequence[Drafts]) -> None:
    """Rows of a table that name the plan's own tasks (优化企业开办服务 | 省市场监管局) give these their units.

    Only where most rows do: a table that has words of its own is a list of measures of its own."""
    rows = [(drafts, d) for drafts in targets for d in drafts.measures if d.style == "row"]
    if not rows:
        return
    bare = [
        (drafts, d) for drafts in targets for d in drafts.measures if d.node >= 0 and not d.has_own_clause
    ]
    by_opening: dict[str, list[tuple[Drafts, Draft, str]]] = defaultdict(list)
    for drafts, draft in bare:
        words = sheet.joined(draft.body)
        by_opening[words[:4]].append((drafts, draft, words))
    pairs = []
    for held, row in rows:
        words = sheet.joined(row.body).rstrip("。；")
        same = [b for b in by_opening.get(words[:4], []) if len(words) >= 4 and b[2].startswith(words)]
        if len(same) == 1:
            pairs.append((held, row, *same[0][:2]))
    if not are_most(len(pairs), len(rows)):
        return
    for held, row, drafts, draft in pairs:
        at = drafts.measures.index(draft)
        for clause in row.clauses:
            draft = draft.with_clause(clause)
        drafts.measures[at] = draft
        held.measures.remove(row)


def _hand_out_lines(reading: PaperReading, targets: Sequence[Drafts]) -> None:
    """Lines of an annex that name measures by number (第1至3项：牵头单位为…), or a table of units and numbers anywhere,
    give these their units, where most have none."""
    takers = targets[:-1] or targets
    numbered = [d for drafts in takers for d in drafts.measures if d.node >= 0]
    if 2 * sum(d.has_own_clause for d in numbered) >= len(numbered):
        return
    paper = reading.paper
    read = reading.running(paper.start, paper.end).whole_clause
    shares = reading.duty_shares or find_assigned(reading.sheet, paper.start, paper.end, reading.breaks, read)
    own = targets[-1]
    serials = {draft.serial for draft in numbered}
    headings = {p.stretch[0] for d in own.measures for p in d.clauses if p.clause.style == "heading"}
    shares = [
        share
        for share in shares
        if share.numbers & serials and not any(share.start <= at < share.end for at in headings)
    ]
    if not shares:
        return
    for draft in list(own.measures) if own not in takers else ():
        if any(share.start < draft.extent[-1][1] and draft.extent[0][0] < share.end for share in shares):
            own.set_aside(draft)
    for drafts in takers:
        drafts.measures[:] = give_shares(drafts.measures, shares)


def _drop_no_tasks(sheet: Sheet, drafts: Drafts) -> None:
    """Articles of purpose and of force become passages once the others have their units."""
    for draft in [d for d in drafts.measures if not d.has_own_clause]:
        if is_no_task(sheet.joined(draft.body)):
            drafts.set_aside(draft)


def _hand_out_rule(rule: Placed, drafts: Drafts) -> None:
    """以下各任务均需…: for the measures after the rule; 以上 and the plan's own name: for all of them."""
    at = rule.stretch[0]
    for n, draft in enumerate(drafts.measures):
        if draft.extent[-1][1] > at:
            drafts.measures[n] = draft.with_clause(rule)
