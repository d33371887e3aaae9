"""Running text as drafts: the outline of a stretch, the clauses under each number, and what they make of them.

A clause closes the words before it, so a number with several clauses is several measures; a clause that closes a
group of numbers, or stands in their heading, holds for all of them.  A number without any is a measure where it
belongs to the plan's own list of tasks, and a passage otherwise.

`running` is the stretch; `heads` finds its numbers and headings, `clauses` who and when; `entries` is the tree of
both, in which `parts` joins what is one and `shapes` tells, style by style, where clauses stand to words; `reading` makes the drafts,
to which `inherited` gives the clauses that stand elsewhere and of which `bare` keeps those that are tasks.

Where a number has no clause, `spoken` reads its own words: `agents` are the units that they name, `asked` those that
are asked or bidden; `footnotes` are notes that items bear the signs of; `edges` learns a paper's own clause from the
edges of its items (cut by `pieces`), and `unnumbered` takes paragraphs that say who where no number has a clause.
"""

from index_build.flow.bare import is_no_task
from index_build.flow.heads import letter_breaks
from index_build.flow.reading import read_flow
from index_build.flow.running import RunningText

__all__ = ["RunningText", "is_no_task", "letter_breaks", "read_flow"]
