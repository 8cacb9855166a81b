"""Which cycle a burst belongs to, and where in it it lies."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emgkit.found import Cycles, Detection
from emgkit.model import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """Bursts on their cycles; arrays of shape (n_bursts,). NaN where a phase is not determinable."""

    cycle: IntArray
    """Index of the cycle, -1 outside every cycle."""
    number: IntArray
    """Number of the burst within its cycle, from 1; 0 outside every cycle."""
    onset_pct: FloatArray
    offset_pct: FloatArray
    onset_low_pct: FloatArray
    onset_high_pct: FloatArray
    offset_low_pct: FloatArray
    offset_high_pct: FloatArray
    wraps: BoolArray


PhaseOf = Callable[[FloatArray, IntArray, Cycles], FloatArray]


def assign(
    detection: Detection,
    cycles: Cycles,
    *,
    cycle_of: Callable[[FloatArray, Cycles], IntArray],
    to_pct: PhaseOf,
    continued_pct: PhaseOf,
) -> Assigned:
    """Give each burst to the cycle in which it starts; a burst across the next contact stays one burst.

    A burst that begins in the pause before a repetition and lasts into it belongs to that repetition, with a
    negative onset: muscles begin before the movement that is seen.

    Parameters
    ----------
    cycle_of, to_pct, continued_pct
        The phase arithmetic of `emgkit.gait.phases`.
    """
    cycle = cycle_of(detection.onset_s, cycles)
    if cycles.kind == "repetition" and cycles.start_s.size:
        following = np.searchsorted(cycles.start_s, detection.onset_s, side="right")
        at = np.minimum(following, cycles.start_s.size - 1)
        reaches = (following < cycles.start_s.size) & (detection.offset_s > cycles.start_s[at])
        cycle = np.where((cycle < 0) & reaches, following, cycle).astype(np.int64)
    number = np.zeros(cycle.shape, dtype=np.int64)
    inside = np.flatnonzero(cycle >= 0)
    # bursts are in order of time, so those of one cycle stand together
    first = np.searchsorted(cycle[inside], cycle[inside], side="left")
    number[inside] = np.arange(inside.size) - first + 1

    end = np.append(cycles.end_s, np.nan)[cycle]
    next_start = np.append(cycles.start_s, [np.nan, np.nan])[np.where(cycle >= 0, cycle + 1, -1)]
    return Assigned(
        cycle=cycle,
        number=number,
        onset_pct=to_pct(detection.onset_s, cycle, cycles),
        offset_pct=continued_pct(detection.offset_s, cycle, cycles),
        onset_low_pct=to_pct(detection.onset_low_s, cycle, cycles),
        onset_high_pct=continued_pct(detection.onset_high_s, cycle, cycles),
        offset_low_pct=continued_pct(detection.offset_low_s, cycle, cycles),
        offset_high_pct=continued_pct(detection.offset_high_s, cycle, cycles),
        wraps=(detection.offset_s > end) & (end == next_start),
    )
