"""What moves when a muscle is stimulated: movements that confirm the place of a wire, and that refute it."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

ACTION_STATUS = "secondary, check"
"""The table is general knowledge of anatomy, not copied from the books that it names."""


@dataclass(frozen=True, slots=True)
class Action:
    """The movements of one muscle on stimulation."""

    muscle: str
    confirms: str
    refutes: str
    """Movements of its neighbours, each with the muscle in brackets."""
    source: str
    status: str = ACTION_STATUS


@cache
def actions() -> Mapping[str, Action]:
    """Return the table, by the full name of the muscle."""
    text = resources.files("emgkit.reference").joinpath("actions.csv").read_text(encoding="utf-8")
    return {row["muscle"]: Action(**row) for row in csv.DictReader(text.splitlines())}


def action_of(muscle: str) -> Action | None:
    """Return the movements of a muscle by its full name, None if the table has no such muscle.

    Examples
    --------
    >>> action_of("tibialis_posterior").confirms
    'inversion with plantar flexion, toes still'
    """
    return actions().get(muscle)
