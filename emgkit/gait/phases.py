"""Phase arithmetic: time <-> (cycle, percent), vectorised over all cycles.

A cycle is [start, end): its start is 0 %, its end belongs to the next cycle. Cycles are sorted and do not
overlap; the last may have no end (NaN), then phase in it is not determinable.
"""

import numpy as np

from emgkit.model import Cycles, FloatArray, IntArray

OUTSIDE = -1


def cycle_of(time_s: FloatArray, cycles: Cycles) -> IntArray:
    """Return the index of the cycle that each time lies in, `OUTSIDE` where there is none."""
    time_s = np.asarray(time_s, dtype=np.float64)
    if cycles.start_s.size == 0:
        return np.full(time_s.shape, OUTSIDE, dtype=np.int64)
    index = np.searchsorted(cycles.start_s, time_s, side="right") - 1
    end = cycles.end_s[np.maximum(index, 0)]
    inside = (index >= 0) & (np.isnan(end) | (time_s < end))
    return np.where(inside, index, OUTSIDE).astype(np.int64)


def to_pct(time_s: FloatArray, index: IntArray, cycles: Cycles) -> FloatArray:
    """Return times in percent on the linear axis of the cycles `index`; NaN where the cycle has no end.

    The axis goes on beyond the cycle: 50 ms before the start of a 1 s cycle is -5 %.
    """
    inside = index >= 0
    if cycles.start_s.size == 0:
        return np.full(np.shape(time_s), np.nan)
    at = np.where(inside, index, 0)
    start, end = cycles.start_s[at], cycles.end_s[at]
    pct = 100.0 * (np.asarray(time_s) - start) / (end - start)
    return np.where(inside, pct, np.nan)


def to_time(index: IntArray, pct: FloatArray, cycles: Cycles) -> FloatArray:
    """Return the times at `pct` percent of the cycles `index`; exact at 0 and 100."""
    start, end = cycles.start_s[index], cycles.end_s[index]
    fraction = np.asarray(pct) / 100.0
    return start * (1.0 - fraction) + end * fraction


def continued_pct(time_s: FloatArray, index: IntArray, cycles: Cycles) -> FloatArray:
    """Return the phase of times at or after a cycle's start, counted on through the cycles that follow.

    A time in the k-th cycle after `index` is 100 k + its phase there, as long as each cycle ends where the
    next begins. In a pause after the cycle (repetitions) the cycle's own axis goes on. NaN where the time
    lies in a cycle without an end, because its phase there is not determinable.
    """
    own = to_pct(time_s, index, cycles)
    there = cycle_of(time_s, cycles)
    if cycles.start_s.size == 0:
        return own
    # cycles that belong to one unbroken chain share a number
    broken = cycles.start_s[1:] != cycles.end_s[:-1]
    chain = np.concatenate([[0], np.cumsum(broken)])
    at, from_ = np.maximum(there, 0), np.maximum(index, 0)
    follows = (there > index) & (index >= 0) & (chain[at] == chain[from_])
    counted = 100.0 * (there - index) + to_pct(time_s, there, cycles)
    # beyond the end of a chain that is followed by nothing known, only a pause between repetitions keeps
    # the cycle's own axis: after the last contact of a walk the next cycle exists but was not recorded
    return np.where(follows, counted, own)
