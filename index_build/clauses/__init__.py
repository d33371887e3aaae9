"""Responsibility clauses: who and by when, as plans write them.

find          clauses in folded text    clause               what one says, and where
brackets, label_lines, plan_wide        the forms in which they stand
labels, own_labels                      what their fields are called
roles         who is what in them       bindings             deadlines and the units they bind
leads         rules about who leads     defaults             what holds for a whole paper
shares, assigned                        units given to measures by their numbers
"""

from index_build.clauses.brackets import BRACKET_STYLES
from index_build.clauses.clause import Clause, in_one_role, of_limits, shifted
from index_build.clauses.find import find_clauses, whole_clause
from index_build.clauses.plan_wide import may_rule_widely

__all__ = [
    "BRACKET_STYLES",
    "Clause",
    "find_clauses",
    "in_one_role",
    "may_rule_widely",
    "of_limits",
    "shifted",
    "whole_clause",
]
