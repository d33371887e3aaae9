"""Rows of a table that has no column of units, whose words say who does them: 交办意见 | 请市水利局牵头，会同…

The words may stand beside the mere name of the matter, in a column whose head no list has; then they are the task.
"""

from __future__ import annotations

from collections.abc import Sequence

from index_build.drafts import Draft, Placed, Stretch, merged
from index_build.flow.agents import own_clauses
from index_build.sheet import Sheet
from index_build.tables.columns import UNIT_COLUMNS, Column
from index_build.tables.rows import Row, TaskTable

_SHORT = 0.7  # how long the name of a matter is at most, beside the words on it


def with_spoken_units(sheet: Sheet, table: TaskTable, drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts of a table's rows with the units that their words name, where the table has no column for these."""
    named = {Column.PARTY, Column.ARTICLE, *UNIT_COLUMNS} & set(table.columns)
    if named or len(drafts) < 2 or any(p.clause.units for draft in drafts for p in draft.clauses):
        return list(drafts)
    rows = dict(enumerate(table.rows, start=1))
    bodies = {i: draft.body[0] for i, draft in enumerate(drafts) if len(draft.body) == 1}
    if found := own_clauses(sheet, bodies, None):
        return [_with_clause(draft, found.get(i)) for i, draft in enumerate(drafts)]
    beside = {i: _longest(rows[drafts[i].serial], body) for i, body in bodies.items()}
    words = {i: stretch for i, stretch in beside.items() if stretch}
    found = own_clauses(sheet, words, None) if 2 * len(words) > len(drafts) else {}
    return [
        _with_clause(_about(sheet, draft, words[i]), found[i]) if i in found else draft
        for i, draft in enumerate(drafts)
    ]


def _longest(row: Row, body: Stretch) -> Stretch | None:
    """The longest cell of a row under no known head, where the body is short beside it."""
    longest = max(row.cells.get(Column.OTHER, ()), key=lambda s: s[1] - s[0], default=None)
    if longest is None or body[1] - body[0] > _SHORT * (longest[1] - longest[0]):
        return None
    return longest


def _about(sheet: Sheet, draft: Draft, words: Stretch) -> Draft:
    """The draft with `words` for its task, what it was called a heading of it."""
    name = sheet.view.printed(*draft.body[0])
    return draft._replace(
        section=(*draft.section, name), body=(words,), extent=merged((*draft.extent, words))
    )


def _with_clause(draft: Draft, clause: Placed | None) -> Draft:
    return draft.with_clause(clause) if clause else draft
