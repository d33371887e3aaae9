"""Units and departments by their names.

    units        what one printed name says of itself: its level or place, its kind
    lists        lists of units as printed, with the prefix that they share filled in
    departments  when two names mean one department

The words that these lean on are data, see `vocabulary`.
"""

from index_build.names.departments import branch_place, department_key, same_department, split_place
from index_build.names.lists import (
    UnitHit,
    cut_at_depth,
    is_unit_list,
    lists_units,
    parse_units,
    units_at,
    without_person,
)
from index_build.names.units import ends_unit, is_person, level_of

__all__ = [
    "UnitHit",
    "branch_place",
    "cut_at_depth",
    "department_key",
    "ends_unit",
    "is_person",
    "is_unit_list",
    "level_of",
    "lists_units",
    "parse_units",
    "same_department",
    "split_place",
    "units_at",
    "without_person",
]
