"""Phase arithmetic: time <-> (cycle, percent), vectorised over all cycles.

A cycle is [start, end): its start is 0 %, its end belongs to the next cycle. Cycles are sorted and do not
overlap; the last may have no end (NaN), then phase in it is not determinable.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emgkit.found import Cycles
from emgkit.model import FloatArray, IntArray

OUTSIDE = -1
_BELOW_100 = float(np.nextafter(100.0, 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Bursts cut at the bounds of the cycles; arrays of shape (n_parts,), in order of burst and time."""

    burst: IntArray
    """Index of the burst that the part belongs to."""
    cycle: IntArray
    """Index of the cycle that it lies in, `OUTSIDE` between and beside cycles."""
    start_s: FloatArray
    stop_s: FloatArray
    start_pct: FloatArray
    """In percent of its cycle; NaN outside every cycle and in one without an end."""
    stop_pct: FloatArray
    """The same; 100 where the part reaches the end of its cycle."""


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

    The axis goes on beyond the cycle: 50 ms before the start of a 1 s cycle is -5 %. It is exact at the start
    (0) and at the end (100), and a time before the end is never 100 %.
    """
    inside = index >= 0
    if cycles.start_s.size == 0:
        return np.full(np.shape(time_s), np.nan)
    at = np.where(inside, index, 0)
    start, end = cycles.start_s[at], cycles.end_s[at]
    # divided first: x / x is 1, but 100 x / x need not be 100
    pct = 100.0 * ((np.asarray(time_s) - start) / (end - start))
    pct = np.where(np.asarray(time_s) < end, np.minimum(pct, _BELOW_100), pct)
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


def split(onset_s: FloatArray, offset_s: FloatArray, cycles: Cycles) -> Parts:
    """Cut bursts at every start and end of a cycle: the parts of a burst together are the burst.

    Parameters
    ----------
    onset_s, offset_s : arrays of shape (n_bursts,), in seconds
        No offset is before its onset. A burst without length is one part.

    Examples
    --------
    >>> start, end, used = np.array([1.0, 2.0]), np.array([2.0, 4.0]), ("none", "none")
    >>> walk = Cycles(start, end, np.full(2, np.nan), used, "left", "gait", "events")
    >>> parts = split(np.array([1.5]), np.array([2.5]), walk)
    >>> parts.cycle.tolist(), parts.start_pct.tolist(), parts.stop_pct.tolist()
    ([0, 1], [50.0, 0.0], [100.0, 25.0])
    """
    onset_s, offset_s = np.asarray(onset_s, dtype=np.float64), np.asarray(offset_s, dtype=np.float64)
    bound = np.unique(np.concatenate([cycles.start_s, cycles.end_s[~np.isnan(cycles.end_s)]]))
    first = np.searchsorted(bound, onset_s, side="right")  # the first bound inside the burst
    n_cuts = np.maximum(np.searchsorted(bound, offset_s, side="left") - first, 0)
    burst = np.repeat(np.arange(onset_s.size), n_cuts + 1)
    head = np.cumsum(n_cuts + 1) - (n_cuts + 1)
    number = np.arange(burst.size) - head[burst]  # of the part in its burst, from 0
    # one more bound, so that a burst after the last may look it up; it is not used
    bound = np.append(bound, np.nan)
    start = np.where(number == 0, onset_s[burst], bound[np.maximum(first[burst] + number - 1, 0)])
    stop = np.where(number == n_cuts[burst], offset_s[burst], bound[first[burst] + number])
    cycle = cycle_of(start, cycles)
    return Parts(
        burst=burst.astype(np.int64),
        cycle=cycle,
        start_s=start,
        stop_s=stop,
        start_pct=to_pct(start, cycle, cycles),
        stop_pct=to_pct(stop, cycle, cycles),
    )


def scale(pct: npt.ArrayLike, foot_off_pct: npt.ArrayLike, to_foot_off_pct: npt.ArrayLike) -> FloatArray:
    """Return positions in a cycle whose foot-off is moved: stance and swing are stretched separately.

    Parameters
    ----------
    pct : array, in percent of the cycle
        Beyond 0 to 100 each further cycle is scaled in the same way.
    foot_off_pct, to_foot_off_pct : array or float, in percent of the cycle
        Foot-off as it is, and as it shall be; they broadcast with `pct`.

    Returns
    -------
    array of the broadcast shape
        NaN where a foot-off is not inside the cycle (or not known): there is no stance or no swing to scale.

    Notes
    -----
    With foot-off f and the wanted g, p becomes g p / f up to f and 100 - (100 - g) (100 - p) / (100 - f) from
    there. Exact at 0, at the foot-off and at 100; ``scale(scale(p, f, g), g, f)`` is p.

    Examples
    --------
    >>> scale([0.0, 35.0, 70.0, 85.0, 100.0], 70.0, 60.0).tolist()
    [0.0, 30.0, 60.0, 80.0, 100.0]
    """
    pct, off, to = np.broadcast_arrays(
        *(np.asarray(value, dtype=np.float64) for value in (pct, foot_off_pct, to_foot_off_pct))
    )
    inside = (off > 0) & (off < 100) & (to > 0) & (to < 100)
    off, to = np.where(inside, off, np.nan), np.where(inside, to, np.nan)
    before = 100.0 * np.floor(pct / 100.0)
    here = pct - before
    stance = to * (here / off)
    swing = 100.0 - (100.0 - to) * ((100.0 - here) / (100.0 - off))
    return np.asarray(before + np.where(here <= off, stance, swing), dtype=np.float64)


def time_of(index: int, pct: float, cycles: Cycles) -> float:
    """Return the time of a phase that is counted on as `continued_pct` does, NaN where there is none.

    Below 0 % and, where no cycle follows at once, from 100 % on the cycle's own axis goes on for a
    repetition; in walking nothing is known there.
    """
    n = cycles.start_s.size
    if not 0 <= index < n:
        return float("nan")
    there = index
    while pct >= 100 and there + 1 < n and cycles.end_s[there] == cycles.start_s[there + 1]:
        there, pct = there + 1, pct - 100
    if cycles.kind == "gait" and not 0 <= pct <= 100:
        return float("nan")
    at = np.array([there], dtype=np.int64)
    return float(to_time(at, np.array([pct]), cycles)[0])
