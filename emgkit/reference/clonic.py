"""Bursts that repeat at the rate of a clonus."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from emgkit.model import FloatArray
from emgkit.reference import rules
from emgkit.reference.case import HERTZ, row_without_reference

_ROUNDING_S = 1e-9


def clonic(
    used: pd.DataFrame, bursts: pd.DataFrame, beats: Mapping[str, FloatArray]
) -> dict[str, Any] | None:
    """Return the row of bursts that repeat at 5 to 8 Hz, None if they do so in no used cycle.

    Parameters
    ----------
    used : DataFrame
        The used cycles.
    bursts : DataFrame
        All bursts; a row of them may go on into the next cycle.
    beats : mapping of trial to array of shape (n_beats, 2)
        Starts and stops, in seconds, of what repeats within bursts; it stands for the burst that it lies in.
    """
    starts, interval_s, joined = [], [], False
    trials = bursts["trial"].to_numpy(np.object_)
    onset_s, offset_s = (bursts[name].to_numpy(np.float64) for name in ("onset_s", "offset_s"))
    for trial in dict.fromkeys(trials.tolist()):
        mine = trials == trial
        each_onset_s, each_offset_s, taken = _one_by_one(onset_s[mine], offset_s[mine], beats.get(str(trial)))
        first, interval = _in_a_row(each_onset_s, each_offset_s)
        joined |= taken
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
    if joined:
        statement += " Some or all of them are taken for one burst in the timing."
    certain = 100 * n >= rules.CLONIC_PCT * of
    if not certain:
        statement += " Too few for a finding."
    rule = rules.CLONIC if certain else rules.UNDECIDED
    return row_without_reference(rule, statement, n, of, value=rate_hz, unit=HERTZ)


def _one_by_one(
    onset_s: FloatArray, offset_s: FloatArray, beats_s: FloatArray | None
) -> tuple[FloatArray, FloatArray, bool]:
    """Return the bursts of a trial in order, those with beats beat by beat, and whether there are such."""
    order = np.argsort(onset_s, kind="stable")
    onset_s, offset_s = onset_s[order], offset_s[order]
    if beats_s is None or not len(beats_s) or not onset_s.size:
        return onset_s, offset_s, False
    middle_s = beats_s.mean(axis=1)
    of = np.searchsorted(onset_s, middle_s, side="right") - 1
    inside = (of >= 0) & (middle_s < offset_s[of])  # a burst may have been taken out by hand
    others = np.delete(np.arange(onset_s.size), of[inside])
    start_s, stop_s = (
        np.concatenate([edge_s[others], beat_s])
        for edge_s, beat_s in zip((onset_s, offset_s), beats_s[inside].T, strict=True)
    )
    order = np.argsort(start_s, kind="stable")
    return start_s[order], stop_s[order], bool(inside.any())


def _in_a_row(onset_s: FloatArray, offset_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the onsets at which three such bursts in a row begin, and the intervals between them."""
    long = offset_s - onset_s >= rules.CLONIC_BURST_S - _ROUNDING_S
    if onset_s.size < rules.CLONIC_BURSTS:
        return np.zeros(0), np.zeros(0)
    interval = np.diff(onset_s)
    shortest, longest = 1 / rules.CLONIC_HIGH_HZ - _ROUNDING_S, 1 / rules.CLONIC_LOW_HZ + _ROUNDING_S
    repeats = (interval >= shortest) & (interval <= longest) & long[:-1] & long[1:]
    n_intervals = rules.CLONIC_BURSTS - 1
    first = np.lib.stride_tricks.sliding_window_view(repeats, n_intervals).all(axis=1)
    within = np.zeros(repeats.size, dtype=np.bool_)
    for step in range(n_intervals):
        within[step : step + first.size] |= first
    return onset_s[: first.size][first], interval[within]
