"""When the foot is on the ground: stances from closings, without bounce and without scuffs in swing."""

from dataclasses import dataclass

import numpy as np

from emgkit.gait.runs import Runs, debounced, joined
from emgkit.model import BoolArray, FloatArray, IntArray

NEIGHBOURS = 7
"""Stances and swings that say what is usual at one place of a walk; a pause or a turn is the odd one."""
MIN_NEIGHBOURS = 3
UPPER = 0.6
"""A stance is held against this quantile of its neighbours: every other of them may be a scuff."""
STANDING_S = 2.5
"""A stance so long is standing, and does not say how long a step is: 80 % of strides of 3 s are less."""
MAX_SWING_RATIO = 1.25
"""Where the foot scuffs the swing is hardly longer than its neighbours; two swings about a stance are."""
REACH_S = 0.04
"""A short closing nearer than this to a stance belongs to it."""


@dataclass(frozen=True, slots=True, eq=False)
class Stances:
    """Half-open stances in samples, and the starts of the closings that are none."""

    start: IntArray
    stop: IntArray
    scuff: IntArray


def find(
    closed: Runs,
    size: int,
    rate_hz: float,
    *,
    debounce_s: float,
    min_swing_s: float,
    min_stance_s: float,
    min_stance_ratio: float,
) -> Stances:
    """Return the stances of a foot from when any of its switches is closed.

    Parameters
    ----------
    closed : start and stop of each closing, in samples
    size : int
        Samples of the recording.
    rate_hz : float
    debounce_s : float
        Shorter openings and closings are bounce.
    min_swing_s : float
        Shorter openings lie within one stance.
    min_stance_s : float
        Shorter closings are scuffs, unless they are within `REACH_S` of a stance, which they then belong to.
    min_stance_ratio : float
        Closings shorter than this times the stances around them are scuffs, too, where the swing that they
        lie in is as long as its neighbours. A true stance has two swings about it.
    """
    runs = debounced(closed, size, debounce_s * rate_hz)
    runs = joined(runs, REACH_S * rate_hz)
    length = runs[1] - runs[0]
    brief = _whole(runs, size) & (length < min_stance_s * rate_hz)
    scuffs = [runs[0][brief]]
    runs = joined((runs[0][~brief], runs[1][~brief]), min_swing_s * rate_hz)
    scuff = _scuffs(runs, size, min_stance_ratio, STANDING_S * rate_hz)
    scuffs.append(runs[0][scuff])
    return Stances(runs[0][~scuff], runs[1][~scuff], np.sort(np.concatenate(scuffs)))


def _whole(runs: Runs, size: int) -> BoolArray:
    return (runs[0] > 0) & (runs[1] < size)


def _scuffs(runs: Runs, size: int, ratio: float, standing: float) -> BoolArray:
    start, stop = runs
    if start.size < MIN_NEIGHBOURS:
        return np.zeros(start.shape, dtype=np.bool_)
    whole = _whole(runs, size)
    length = np.where(whole, stop - start, np.nan)
    short = whole & (length < ratio * _usual(np.where(length < standing, length, np.nan), UPPER))
    swing = (start[~short][1:] - stop[~short][:-1]).astype(np.float64)
    if swing.size == 0:
        return np.zeros(start.shape, dtype=np.bool_)
    usual = _usual(swing, 0.5)
    # the swing, from stance to stance, that each short closing lies in; none before the first stance
    which = np.cumsum(~short) - 1
    inside = short & (which >= 0) & (which < swing.size)
    at = np.where(inside, which, 0)
    return inside & (swing[at] <= MAX_SWING_RATIO * usual[at])


def _usual(values: FloatArray, quantile: float) -> FloatArray:
    """Return the quantile of each value and its neighbours; NaN where there are too few."""
    half = NEIGHBOURS // 2
    padded = np.concatenate([np.full(half, np.nan), values, np.full(half, np.nan)])
    around = np.sort(np.lib.stride_tricks.sliding_window_view(padded, NEIGHBOURS), axis=1)  # NaN comes last
    known = np.count_nonzero(~np.isnan(around), axis=1)
    at = np.ceil(quantile * np.maximum(known - 1, 0)).astype(np.int64)
    return np.where(known >= MIN_NEIGHBOURS, around[np.arange(values.size), at], np.nan)
