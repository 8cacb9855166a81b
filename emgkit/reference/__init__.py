"""Sourced timing windows and the comparison with them."""

from emgkit.reference.actions import ACTION_STATUS, Action, action_of, actions
from emgkit.reference.findings import find
from emgkit.reference.rules import RULES, Rule
from emgkit.reference.windows import (
    NAME,
    NOMINAL_FOOT_OFF_PCT,
    POPULATION,
    STATUS,
    VERSION,
    ReferenceWindow,
    scaled_pct,
    windows_for,
)

__all__ = [
    "ACTION_STATUS",
    "NAME",
    "NOMINAL_FOOT_OFF_PCT",
    "POPULATION",
    "RULES",
    "STATUS",
    "VERSION",
    "Action",
    "ReferenceWindow",
    "Rule",
    "action_of",
    "actions",
    "find",
    "scaled_pct",
    "windows_for",
]
