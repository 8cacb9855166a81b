"""The verdict on a session: A, B or C, with the sentence why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from emgkit.quality.rows import ALL_TRIALS, Concern

Grade = Literal["A", "B", "C"]

MEANING: Mapping[Grade, str] = {
    "A": "timing and magnitude can be read",
    "B": "can be read with the limits named",
    "C": "do not read",
}
_CALLED: Mapping[str, str] = {"snr": "SNR", "cycles": "number of cycles"}
_FAULTS: Mapping[str, str] = {
    "activity": "no activity told from noise",
    "amplitude": "impossible amplitude",
    "band": "too low a rate",
    "contact_synchrony": "events and foot switches that contradict each other",
    "cycles": "too few cycles",
    "length": "too short",
    "quantisation": "too coarse steps",
    "rectified": "rectified or smoothed signal",
    "snr": "low SNR",
    "tones": "a tone",
    "upper_edge": "too narrow a band",
}
"""What is wrong where a check is not usable, if its name does not say so."""
_OF_ACTIVITY = ("activity", "open_wire")
_NAMED = 3
"""Trials named with a check; it says how many more there are."""


@dataclass(frozen=True, slots=True)
class SessionVerdict:
    """The grade, and why it is not a better one."""

    grade: Grade
    why: str


def session_verdict(
    rows: Sequence[Mapping[str, Any]],
    beside: Sequence[Mapping[str, Any]] = (),
    *,
    concerns: Mapping[str, Concern],
    wire_works: bool = False,
) -> SessionVerdict:
    """Return the verdict on all trials together.

    Parameters
    ----------
    rows : sequence of rows of the table `quality`
        Of the trials that were analysed, and of all together.
    beside : sequence of rows
        Of rest and maximum trials. No timing rests on them: they limit a result and never forbid it.
    concerns : mapping of check to what it limits
    wire_works : bool
        Whether a maximum test shows that the wire picks up the muscle.

    Returns
    -------
    SessionVerdict
        C if any check of an analysed trial is not usable, or if there is no sign of activity in any trial
        and `wire_works` is false; B if any check is limited or could not be made; else A.
    """
    bad = _of(rows, "not usable")
    if bad:
        trials = {row["trial"] for row in rows} - {ALL_TRIALS}
        spoilt = {row["trial"] for row in bad}
        remedy = (
            " The other trials may be read if they are analysed without it."
            if ALL_TRIALS not in spoilt and len(spoilt) < len(trials)
            else ""
        )
        return SessionVerdict("C", f"Do not read: {_names(bad, rows, called=_FAULTS)}.{remedy}")
    # of a trial without a burst, either check can say that a silent muscle and a dead wire look alike
    alike = {row["trial"] for row in _of(rows, "not determinable") if row["check"] in _OF_ACTIVITY}
    if not wire_works and alike >= {row["trial"] for row in rows if row["check"] == "activity"}:
        return SessionVerdict(
            "C",
            "Do not read: no activity of the muscle was found in any trial, and no maximum test shows that "
            "the wire picks it up. A silent muscle and a wire that is out of place look alike.",
        )
    limited, unknown = _of(rows, "limited"), _of(rows, "not determinable")
    around = [row for row in beside if row["verdict"] != "good"]
    if not (limited or unknown or around):
        n = len(rows) + len(beside)
        return SessionVerdict("A", f"Timing and magnitude can be read: all {n} checks passed.")
    return SessionVerdict("B", " ".join(_limits(rows, limited, unknown, beside, around, concerns)))


def _limits(
    rows: Sequence[Mapping[str, Any]],
    limited: Sequence[Mapping[str, Any]],
    unknown: Sequence[Mapping[str, Any]],
    beside: Sequence[Mapping[str, Any]],
    around: Sequence[Mapping[str, Any]],
    concerns: Mapping[str, Concern],
) -> list[str]:
    """Return the sentences of a B: what each limit concerns."""
    by: dict[str, list[Mapping[str, Any]]] = {}
    for row in limited:
        by.setdefault(concerns.get(row["check"], "timing and magnitude"), []).append(row)
    both = by.get("timing and magnitude", [])
    free = [what for what in ("timing", "magnitude") if not both and what not in by]
    said = [f"{' and '.join(free).capitalize()} can be read."] if free else []
    said += [
        f"{what.capitalize()} with limits: {_names(by[what], rows)}."
        for what in ("timing and magnitude", "timing", "magnitude")
        if what in by
    ]
    if unknown:
        said.append(f"Could not be checked: {_names(unknown, rows)}.")
    if around:
        said.append(f"Of the rest and maximum trials, not good: {_names(around, beside, always=True)}.")
    return said


def _of(rows: Sequence[Mapping[str, Any]], verdict: str) -> list[Mapping[str, Any]]:
    return [row for row in rows if row["verdict"] == verdict]


def _names(
    chosen: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
    *,
    always: bool = False,
    called: Mapping[str, str] = _CALLED,
) -> str:
    """Return the checks, each once, with the trials that they are about where there are several."""
    named = always or len({row["trial"] for row in rows} - {ALL_TRIALS}) > 1
    every: dict[str, set[str]] = {}
    for row in rows:
        every.setdefault(str(row["check"]), set()).add(str(row["trial"]))
    found: dict[str, list[str]] = {}
    for row in chosen:
        found.setdefault(str(row["check"]), []).append(str(row["trial"]))
    parts = []
    for check, trials in found.items():
        name = called.get(check, check.replace("_", " "))
        more = len(trials) - _NAMED
        if not named or trials == [ALL_TRIALS]:
            parts.append(name)
        elif len(trials) > 1 and set(trials) == every[check]:
            parts.append(f"{name} (every trial)")
        else:
            parts.append(f"{name} ({', '.join(trials[:_NAMED])}{f' and {more} more' if more > 0 else ''})")
    return "; ".join(parts)
