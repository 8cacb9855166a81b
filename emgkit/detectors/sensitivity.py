"""How far the bursts depend on the setting of the detector, and on the detector itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from emgkit.detectors import METHODS, Search
from emgkit.errors import InputError, InsufficientDataError
from emgkit.found import Detection, Sensitivity
from emgkit.model import BoolArray, FloatArray, frozen
from emgkit.tables import BY_DETECTOR, BY_SETTING, NOT_DETERMINABLE, ROBUST

BEYOND_S = 0.030
"""An edge of another setting or detector may lie this far beyond the 95 % interval: two people who read the
same bursts differ by 8 to 11 ms in the median, and by 41 to 86 ms in one of ten."""

# Other settings that a user could as well have chosen: factors on the parameters in force.
ALTERNATES: Mapping[str, tuple[Mapping[str, float], ...]] = {
    "hmm": ({"band_low_hz": 5 / 3}, {"min_gap_s": 1.5}, {"onset_rate_hz": 4, "offset_rate_hz": 4}),
    "double_threshold": ({"band_low_hz": 5 / 3}, {"false_alarm": 0.2}, {"min_duration_s": 2}),
    "hodges_bui": ({"threshold_sd": 2 / 3}, {"window_s": 2}, {"low_pass_hz": 2}),
    "tkeo": ({"threshold_sd": 2 / 3}, {"smooth_hz": 0.5}, {"min_duration_s": 2}),
    "aglr": ({"band_low_hz": 5 / 3}, {"window_s": 2}, {"false_alarm": 100}),
    "lidierth": ({"threshold_sd": 2 / 3}, {"window_s": 2}, {"fail_s": 2}),
    "change_point": ({"band_low_hz": 5 / 3}, {"penalty": 2}, {"min_level_db": 2}),
    "rancho": ({"band_low_hz": 1.5}, {"intensity_pct": 2}, {"packet_pct": 0.6}),
    "neurokit": ({"min_duration_s": 2},),
}
SECOND = "double_threshold"
"""The second detector; where it is the chosen one, the default detector is the second."""
_DEFAULT = "hmm"


@dataclass(frozen=True, slots=True)
class Alternate:
    """Another setting of the chosen detector, or another detector at its defaults."""

    kind: Literal["setting", "detector"]
    method: str
    changed: Mapping[str, float] = field(default_factory=dict)


def alternates(chosen: Detection) -> tuple[Alternate, ...]:
    """Return what a detection is compared with: other settings, then one other detector.

    A setting that the detector would not accept, or that changes nothing, is left out.
    """
    found = []
    declared = METHODS[chosen.method].__dataclass_fields__
    for factors in ALTERNATES[chosen.method]:
        changed = {name: float(f"{factor * chosen.parameters[name]:.6g}") for name, factor in factors.items()}
        accepted = all(declared[name].metadata["limit"].admits(value) for name, value in changed.items())
        if accepted and any(chosen.parameters[name] != value for name, value in changed.items()):
            found.append(Alternate("setting", chosen.method, changed))
    return (*found, Alternate("detector", _DEFAULT if chosen.method == SECOND else SECOND))


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The chosen bursts in another detection; arrays of shape (n_bursts,)."""

    onset_shift_s: FloatArray
    """The other onset less the chosen one; NaN where the other detection has no such edge."""
    offset_shift_s: FloatArray
    holds: BoolArray
    """Whether the burst is the same one, with edges that are the same within the limits."""
    further: int
    """Bursts of the other detection that overlap none of the chosen."""


def compare(chosen: Detection, other: Detection, tolerance_s: float) -> Comparison:
    """Look each chosen burst up in another detection.

    Parameters
    ----------
    chosen, other : Detection
        Of the same signal.
    tolerance_s : float
        Largest move of an edge, and longest gap within a burst, that does not count.

    Notes
    -----
    A burst holds if other bursts overlap it, with no gap between them longer than `tolerance_s`; if these do
    not reach into a neighbour; and if onset and offset each move by at most `tolerance_s` and lie at most
    30 ms outside their 95 % interval, or from the edge itself where there is no interval. An edge that runs
    into a neighbour's burst, or of a burst that vanishes, is not there.
    """
    n = chosen.onset_s.size
    first = np.searchsorted(other.offset_s, chosen.onset_s, side="right")
    stop = np.searchsorted(other.onset_s, chosen.offset_s, side="left")
    found = stop > first
    at_first, at_last = (np.where(found, index, -1) for index in (first, stop - 1))
    # a burst in front that no index but -1 meets
    onset = np.append(other.onset_s, np.nan)[at_first]
    offset = np.append(other.offset_s, np.nan)[at_last]
    reaches_back = np.append(False, onset[1:] < chosen.offset_s[:-1])[:n]
    reaches_on = np.append(offset[:-1] > chosen.onset_s[1:], False)[:n]
    wide = other.onset_s[1:] - other.offset_s[:-1] > tolerance_s
    n_wide = np.concatenate(([0], np.cumsum(wide)))
    split = found & (np.append(n_wide, 0)[at_last] > np.append(n_wide, 0)[at_first])

    onset_shift = np.where(reaches_back, np.nan, onset - chosen.onset_s)
    offset_shift = np.where(reaches_on, np.nan, offset - chosen.offset_s)
    holds = ~split
    for shift, edge, low, high in (
        (onset_shift, chosen.onset_s, chosen.onset_low_s, chosen.onset_high_s),
        (offset_shift, chosen.offset_s, chosen.offset_low_s, chosen.offset_high_s),
    ):
        least = np.fmax(np.fmin(low - edge, 0.0) - BEYOND_S, -tolerance_s)
        most = np.fmin(np.fmax(high - edge, 0.0) + BEYOND_S, tolerance_s)
        holds &= (shift >= least) & (shift <= most)  # False where it is NaN
    met = np.searchsorted(chosen.onset_s, other.offset_s) > np.searchsorted(
        chosen.offset_s, other.onset_s, side="right"
    )
    return Comparison(onset_shift, offset_shift, holds, int(np.count_nonzero(~met)))


def judge(comparisons: Sequence[tuple[str, Comparison]], n_bursts: int) -> Sensitivity:
    """Return the largest moves of each edge, and what each burst depends on.

    Parameters
    ----------
    comparisons : sequence of (kind, Comparison)
        The kind is that of the `Alternate`.
    n_bursts : int
    """
    broken = {
        kind: np.any([~c.holds for k, c in comparisons if k == kind] or [np.zeros(n_bursts, bool)], axis=0)
        for kind in ("setting", "detector")
    }
    words = np.select([broken["setting"], broken["detector"]], [BY_SETTING, BY_DETECTOR], default=ROBUST)
    return Sensitivity(
        onset_shift_s=_largest([c.onset_shift_s for _, c in comparisons], n_bursts),
        offset_shift_s=_largest([c.offset_shift_s for _, c in comparisons], n_bursts),
        robustness=tuple(words.tolist()) if comparisons else (NOT_DETERMINABLE,) * n_bursts,
    )


def _largest(shifts: Sequence[FloatArray], n_bursts: int) -> FloatArray:
    """Return the move with the largest absolute value of each burst, NaN if any of them is."""
    if not shifts:
        return frozen(np.full(n_bursts, np.nan))
    stacked = np.stack(shifts)
    at = np.abs(np.where(np.isnan(stacked), np.inf, stacked)).argmax(axis=0)
    return frozen(np.take_along_axis(stacked, at[None], axis=0)[0])


def assess(search: Search, chosen: Detection, given: Mapping[str, Any], tolerance_s: float) -> Sensitivity:
    """Repeat a detection with its alternates and compare.

    Parameters
    ----------
    search : Search
        Of the same samples.
    chosen : Detection
    given : mapping
        Parameters that were given for it; an other setting changes one or two of them, and leaves the rest.
    tolerance_s : float
        As in `compare`.

    Returns
    -------
    Sensitivity
        An alternate that cannot be run on this recording is listed with the reason.
    """
    comparisons = []
    rows = []
    for one in alternates(chosen):
        row: dict[str, Any] = {"kind": one.kind, "method": one.method, "changed": dict(one.changed)}
        parameters = {**given, **one.changed} if one.kind == "setting" else {}
        try:
            other = search.detect(one.method, **parameters)
        except (InputError, InsufficientDataError) as error:
            rows.append(row | {"bursts": 0, "hold": 0, "further": 0, "not_run": str(error)})
            continue
        compared = compare(chosen, other, tolerance_s)
        comparisons.append((one.kind, compared))
        counts = {
            "bursts": int(other.onset_s.size),
            "hold": int(compared.holds.sum()),
            "further": compared.further,
        }
        rows.append(row | counts | {"not_run": ""})
    judged = judge(comparisons, chosen.onset_s.size)
    return Sensitivity(judged.onset_shift_s, judged.offset_shift_s, judged.robustness, tuple(rows))
