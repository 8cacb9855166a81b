"""What an edit is held against: the automatic value that it was made on."""

from __future__ import annotations

from dataclasses import dataclass

from emgkit.model import Edit

TOLERANCE_S = 0.005
"""An automatic edge or bound within this of the one that was edited is the same one: more than the same
detector on the same file gives anywhere, and less than two people who read the same burst differ by."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """An edit that does not fit the automatic result, or another edit, and why."""

    edit: Edit
    text: str
