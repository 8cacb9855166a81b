"""What has to be said of a recording wherever its numbers stand: on the first page and on the terminal."""

from __future__ import annotations

from collections.abc import Iterable

CUT_SHORT = "the file is cut short"
"""How the note of every reader begins that finds fewer samples than the file states."""
_CONTRADICTED = "the label contradicts what was given"


def contradiction(channel: str, says: str, taken: str) -> str:
    """Return the note of a channel whose label says another side or muscle than a person; one is wrong.

    Examples
    --------
    >>> contradiction("channel 'LTA'", "left", "right").partition(": ")[2]
    "channel 'LTA' says left and is taken for right; check which is true"
    """
    return f"{_CONTRADICTED}: {channel} says {says} and is taken for {taken}; check which is true"


def cautions(notes: Iterable[str]) -> tuple[str, ...]:
    """Return the notes of that weight, whatever names stand before them; a wrong side or muscle first.

    Examples
    --------
    >>> cautions(["walk_1: the file is cut short: its header states 9 data records", "walk_1: no events"])
    ('walk_1: the file is cut short: its header states 9 data records',)
    """
    found = [note for note in notes if CUT_SHORT in note or _CONTRADICTED in note]
    return tuple(sorted(found, key=lambda note: _CONTRADICTED not in note))
