"""What a check is, and the row it returns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from emgkit.model import FloatArray

Verdict = Literal["good", "limited", "not usable", "not determinable"]
Concern = Literal["timing and magnitude", "timing", "magnitude"]
Row = dict[str, Any]

WORST_FIRST: tuple[Verdict, ...] = ("not usable", "limited", "not determinable", "good")
"""A check that could not be made is better than one that failed, and worse than one that passed."""
ALL_TRIALS = "all"
WHOLE = "whole recording"
"""Where a fault lies that cannot be put at a place in time."""
_PLACES = 5
"""Places that a row names; it says how many more there are."""


def places(start_s: Sequence[float] | FloatArray, stop_s: Sequence[float] | FloatArray) -> str:
    """Return the stretches in which a fault was found, in words; "none" without any.

    Examples
    --------
    >>> places([1.25, 4.0], [1.5, 4.1])
    '1.25-1.50 s, 4.00-4.10 s'
    """
    spans = [f"{a:.2f}-{b:.2f} s" for a, b in zip(start_s, stop_s, strict=True)]
    if not spans:
        return "none"
    more = len(spans) - _PLACES
    return ", ".join(spans[:_PLACES]) + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class Check:
    """One check, declared once: the rows and the documentation read this."""

    name: str
    unit: str
    limit: str
    """The limits in words, with their numbers."""
    meaning: str
    """What the value is."""
    concerns: Concern = "timing and magnitude"
    """What is limited where the check is not passed."""

    def row(self, verdict: Verdict, value: float, advice: str, trial: str, where: str = WHOLE) -> Row:
        """Return one row of the table `quality`; `value` is NaN where it is not determinable.

        `where` is the place in time of what was found, see `places`.
        """
        return {
            "check": self.name,
            "verdict": verdict,
            "value": float(value),
            "unit": self.unit,
            "limit": self.limit,
            "advice": advice,
            "trial": trial,
            "where": where,
        }

    def unknown(self, why: str, trial: str) -> Row:
        """Return the row of a check that could not be made; `why` is a sentence."""
        return self.row("not determinable", float("nan"), why, trial)


def overall(rows: list[Row] | list[Mapping[str, Any]]) -> tuple[Verdict, str]:
    """Return the worst verdict of the rows, and a sentence that says which checks it comes from.

    "not usable" is worst, then "limited", "not determinable", "good". Without rows: "not determinable".
    """
    if not rows:
        return "not determinable", "No check of the signal was made."
    worst = min((row["verdict"] for row in rows), key=WORST_FIRST.index)
    if worst == "good":
        return "good", f"All {len(rows)} checks of the signal passed."
    named: dict[str, list[str]] = {}
    for row in rows:
        if row["verdict"] == worst:
            named.setdefault(str(row["check"]).replace("_", " "), []).append(str(row["trial"]))
    parts = [
        name if set(trials) == {ALL_TRIALS} else f"{name} ({', '.join(dict.fromkeys(trials))})"
        for name, trials in named.items()
    ]
    opening = {
        "not usable": "Not usable as it is, because of",
        "limited": "Usable with limits, because of",
        "not determinable": "No fault was found, but these checks could not be made:",
    }[worst]
    return worst, f"{opening} {'; '.join(parts)}."
