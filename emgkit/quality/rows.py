"""What a check is, and the row it returns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["good", "limited", "not usable", "not determinable"]
Row = dict[str, Any]

WORST_FIRST: tuple[Verdict, ...] = ("not usable", "limited", "not determinable", "good")
"""A check that could not be made is better than one that failed, and worse than one that passed."""
ALL_TRIALS = "all"


@dataclass(frozen=True, slots=True)
class Check:
    """One check, declared once: the rows and the documentation read this."""

    name: str
    unit: str
    limit: str
    """The limits in words, with their numbers."""
    meaning: str
    """What the value is."""

    def row(self, verdict: Verdict, value: float, advice: str, trial: str) -> Row:
        """Return one row of the table `quality`; `value` is NaN where it is not determinable."""
        return {
            "check": self.name,
            "verdict": verdict,
            "value": float(value),
            "unit": self.unit,
            "limit": self.limit,
            "advice": advice,
            "trial": trial,
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
