"""Responsibility clauses: who and by when, as plans write them.

find          clauses in folded text    labels, own_labels   what their fields are called
roles         who is what in them       bindings             deadlines and the units they bind
leads         rules about who leads     defaults             what holds for a whole paper
shares, assigned                        units given to measures by their numbers
"""

from index_build.clauses.find import (
    BRACKET_STYLES,
    Clause,
    find_clauses,
    in_one_role,
    may_rule_widely,
    shifted,
    whole_clause,
)

__all__ = [
    "BRACKET_STYLES",
    "Clause",
    "find_clauses",
    "in_one_role",
    "may_rule_widely",
    "shifted",
    "whole_clause",
]
