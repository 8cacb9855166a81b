"""A recording that holds less than it states: what is said of it wherever its numbers stand."""

from __future__ import annotations

from collections.abc import Iterable

CUT_SHORT = "the file is cut short"
"""How the note of every reader begins that finds fewer samples than the file states."""


def cut_short(notes: Iterable[str]) -> tuple[str, ...]:
    """Return the notes that a file is cut short, whatever names stand before them.

    Examples
    --------
    >>> cut_short(["walk_1: the file is cut short: its header states 9 data records", "walk_1: no events"])
    ('walk_1: the file is cut short: its header states 9 data records',)
    """
    return tuple(note for note in notes if CUT_SHORT in note)
