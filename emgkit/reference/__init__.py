"""Sourced timing references, the shipped one and a laboratory's own, and the comparison with them."""

from emgkit.reference.actions import ACTION_STATUS, Action, action_of, actions
from emgkit.reference.codes import code_remarks
from emgkit.reference.file import read_reference, shipped
from emgkit.reference.findings import find
from emgkit.reference.rules import RULES, Rule
from emgkit.reference.sets import FILE_FORMAT, Reference, ReferenceSet
from emgkit.reference.table import COLUMNS, OPTIONAL_COLUMNS
from emgkit.reference.windows import (
    NOMINAL_FOOT_OFF_PCT,
    NORMALISATIONS,
    ReferenceWindow,
    scaled_pct,
)

__all__ = [
    "ACTION_STATUS",
    "COLUMNS",
    "FILE_FORMAT",
    "NOMINAL_FOOT_OFF_PCT",
    "NORMALISATIONS",
    "OPTIONAL_COLUMNS",
    "RULES",
    "Action",
    "Reference",
    "ReferenceSet",
    "ReferenceWindow",
    "Rule",
    "action_of",
    "actions",
    "code_remarks",
    "find",
    "read_reference",
    "scaled_pct",
    "shipped",
]
