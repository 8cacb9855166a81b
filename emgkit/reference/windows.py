"""The reference: on and off of each muscle in percent of the gait cycle, named, versioned and sourced."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

NAME = "perry_1992"
VERSION = "1"
POPULATION = "not recorded in the transcription that the table was taken from"
STATUS = (
    "Secondary transcription of Perry (1992): check it against the book before clinical use. "
    "Other sources differ by tens of percent for some muscles."
)
NOMINAL_FOOT_OFF_PCT = 62.0
"""Foot-off of the cycle in which the windows are given."""

_SAME_AS = {"gastrocnemius_medialis": "gastrocnemius", "gastrocnemius_lateralis": "gastrocnemius"}


@dataclass(frozen=True, slots=True)
class ReferenceWindow:
    """One burst of one variant of a muscle's pattern, in percent of a cycle with foot-off at 62 %.

    `offset_pct` < `onset_pct` where the burst crosses the contact. An onset at 0 means on before the contact,
    an offset at 100 on past the end of swing: the reference gives no edge there.
    """

    muscle: str
    variant: str
    """"usual" or "alternate"."""
    burst: int
    onset_pct: float
    offset_pct: float
    source: str
    status: str

    @property
    def no_onset(self) -> bool:
        """Whether the reference is on before the contact and gives no onset."""
        return self.onset_pct == 0

    @property
    def no_offset(self) -> bool:
        """Whether the reference is on past the end of swing and gives no offset."""
        return self.offset_pct == 100


@cache
def _table() -> tuple[ReferenceWindow, ...]:
    text = resources.files("emgkit.reference").joinpath(f"{NAME}.csv").read_text(encoding="utf-8")
    return tuple(
        ReferenceWindow(
            muscle=row["muscle"],
            variant=row["variant"],
            burst=int(row["burst"]),
            onset_pct=float(row["onset_pct"]),
            offset_pct=float(row["offset_pct"]),
            source=row["source"],
            status=row["status"],
        )
        for row in csv.DictReader(text.splitlines())
    )


def windows_for(muscle: str | None) -> tuple[ReferenceWindow, ...]:
    """Return the reference windows of a muscle, the usual variant first; empty if there is no reference.

    Parameters
    ----------
    muscle : str or None
        Full name in snake case. For the heads of the gastrocnemius these are the windows of the muscle as a
        whole, and `ReferenceWindow.muscle` says so.

    Examples
    --------
    >>> [(w.variant, w.onset_pct, w.offset_pct) for w in windows_for("tibialis_anterior")]
    [('usual', 54.0, 9.0), ('alternate', 54.0, 20.0)]
    >>> windows_for("flexor_carpi_ulnaris")
    ()
    """
    if muscle is None:
        return ()
    name = _SAME_AS.get(muscle, muscle)
    return tuple(window for window in _table() if window.muscle == name)


def scaled_pct(pct: float, foot_off_pct: float) -> float:
    """Return where a position of the reference lies in a cycle with another foot-off.

    Stance (0 to 62) and swing (62 to 100) are stretched separately.

    Examples
    --------
    >>> scaled_pct(31.0, 70.0), scaled_pct(81.0, 70.0)
    (35.0, 85.0)
    """
    if pct <= NOMINAL_FOOT_OFF_PCT:
        return pct * foot_off_pct / NOMINAL_FOOT_OFF_PCT
    part = (pct - NOMINAL_FOOT_OFF_PCT) / (100.0 - NOMINAL_FOOT_OFF_PCT)
    return foot_off_pct + part * (100.0 - foot_off_pct)
