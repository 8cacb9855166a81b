"""Bursts that repeat at the rate of a clonus."""

from typing import Any

import numpy as np
import pandas as pd

from emgkit.model import FloatArray
from emgkit.reference import rules
from emgkit.reference.case import HERTZ, row_without_reference

_ROUNDING_S = 1e-9


def clonic(used: pd.DataFrame, bursts: pd.DataFrame) -> dict[str, Any] | None:
    """Return the row of bursts that repeat at 5 to 8 Hz, None if they do so in no used cycle.

    Parameters
    ----------
    used : DataFrame
        The used cycles.
    bursts : DataFrame
        All bursts; a row of them may go on into the next cycle.
    """
    starts, interval_s = [], []
    trials = bursts["trial"].to_numpy(np.object_)
    onset_s, offset_s = (bursts[name].to_numpy(np.float64) for name in ("onset_s", "offset_s"))
    for trial in dict.fromkeys(trials.tolist()):
        mine = trials == trial
        first, interval = _in_a_row(onset_s[mine], offset_s[mine])
        interval_s.append(interval)
        starts += [(trial, start) for start in first]
    if not starts:
        return None
    shows = [
        any(trial == name and start <= at < end for name, at in starts)
        for trial, start, end in zip(used["trial"], used["start_s"], used["end_s"], strict=True)
    ]
    n, of = sum(shows), len(shows)
    if n == 0:
        return None
    rate_hz = 1 / float(np.median(np.concatenate(interval_s)))
    statement = (
        f"{rules.CLONIC_BURSTS} or more bursts in a row repeat at {rules.CLONIC_LOW_HZ:g} to "
        f"{rules.CLONIC_HIGH_HZ:g} Hz (median {rate_hz:.1f} Hz), starting in {n} of {of} used cycles."
    )
    certain = 100 * n >= rules.CLONIC_PCT * of
    if not certain:
        statement += " Too few for a finding."
    rule = rules.CLONIC if certain else rules.UNDECIDED
    return row_without_reference(rule, statement, n, of, value=rate_hz, unit=HERTZ)


def _in_a_row(onset_s: FloatArray, offset_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the onsets at which three such bursts in a row begin, and the intervals between them."""
    order = np.argsort(onset_s, kind="stable")
    onset = onset_s[order]
    long = offset_s[order] - onset >= rules.CLONIC_BURST_S - _ROUNDING_S
    if onset.size < rules.CLONIC_BURSTS:
        return np.zeros(0), np.zeros(0)
    interval = np.diff(onset)
    shortest, longest = 1 / rules.CLONIC_HIGH_HZ - _ROUNDING_S, 1 / rules.CLONIC_LOW_HZ + _ROUNDING_S
    repeats = (interval >= shortest) & (interval <= longest) & long[:-1] & long[1:]
    n_intervals = rules.CLONIC_BURSTS - 1
    first = np.lib.stride_tricks.sliding_window_view(repeats, n_intervals).all(axis=1)
    within = np.zeros(repeats.size, dtype=np.bool_)
    for step in range(n_intervals):
        within[step : step + first.size] |= first
    return onset[: first.size][first], interval[within]
