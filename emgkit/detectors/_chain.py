"""Hidden Markov chain of quiet and of levels of activity: smoothed in one pass forwards and one back.

The states: quiet; "on" but silent (between the discharges of a few units); and the levels of activity from
low to high. From quiet a burst enters at any level, and it ends from any level. Within it the level climbs
and falls step by step, as in a ramp, or jumps, as from one potential to the next.

Every step costs a few products per state, because the transitions are a chain of neighbours and products of
two vectors. The recurrence itself cannot be vectorised over time, so it is compiled.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from emgkit.detectors._compiled import compiled
from emgkit.model import FloatArray, IntArray

N_ON: Final = 11
"""States that are on: silent, then the levels. Known when the chain is compiled, so that it is unrolled."""


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """How often the chain moves, per second, and whereto; arrays of shape (N_ON,), silent first."""

    onset_hz: float
    """From quiet to activity."""
    entry: FloatArray
    """At which state a burst begins, sums to 1."""
    offset_hz: FloatArray
    """From each state to quiet."""
    step_hz: float
    """From a level to each of its neighbours."""
    jump_hz: FloatArray
    """From each state to any."""
    jump_to: FloatArray
    """Where a jump leads, sums to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """What the chain says of every block, and how often it expects what."""

    on: FloatArray
    """Probability that the block is not quiet, shape (n,)."""
    entries: FloatArray
    """Expected number of onsets at each state, shape (N_ON,)."""
    exits: FloatArray
    """Expected number of offsets from each state."""
    spent: FloatArray
    """Expected number of blocks in each state."""
    jumps: float
    """Expected number of jumps."""


def smooth(
    cell: IntArray,
    quiet: FloatArray,
    active: FloatArray,
    rates: Rates,
    step_s: float,
    *,
    count: bool = False,
) -> Smoothed:
    """Return the probabilities of the chain, given all blocks (forward-backward).

    Parameters
    ----------
    cell : int array of shape (n,)
        The row of `quiet` and `active` that holds for each block.
    quiet, active : arrays of shape (n_cells,) and (n_cells, N_ON)
        Likelihood of each state, to a factor per row.
    rates : Rates
    step_s : float
        Length of a block.
    count : bool
        Whether moves are counted, which learning needs; otherwise these are zero.

    Notes
    -----
    A state is left in one step with probability 1 - exp(-rate x step), so that what is expected does not
    depend on the step as long as it is short against the moves. The chain starts quiet or on with equal
    probability.

    References
    ----------
    Rabiner LR. A tutorial on hidden Markov models. Proc IEEE 1989. doi:10.1109/5.18626
    """
    onset = -math.expm1(-rates.onset_hz * step_s)
    neighbours = np.array([0, 1, *[2] * (N_ON - 3), 1])
    total_hz = rates.offset_hz + rates.jump_hz + rates.step_hz * neighbours
    left = -np.expm1(-total_hz * step_s)
    offset, jump = left * rates.offset_hz / total_hz, left * rates.jump_hz / total_hz
    moves = np.stack((1 - left, offset, jump, rates.jump_to, rates.entry))
    # one place more at both ends of the states, always zero: the neighbours that the outer ones lack
    step = np.zeros(N_ON + 2)
    step[2:-1] = (left * rates.step_hz / total_hz)[1:]
    on = np.empty(cell.size)
    counts = np.zeros((3, N_ON))
    forward = np.empty((cell.size, 1 + N_ON), dtype=np.float32)
    jumps = _forward_backward(cell, quiet, active, onset, step, moves, forward, on, counts, count)
    return Smoothed(on, counts[0], counts[1], counts[2], jumps)


@compiled
def _forward_backward(
    cell: IntArray,
    quiet: FloatArray,
    active: FloatArray,
    onset: float,
    step: FloatArray,
    moves: FloatArray,
    forward: npt.NDArray[np.float32],
    on: FloatArray,
    counts: FloatArray,
    count: bool,
) -> float:
    n = cell.size
    stay, offset, jump, to, entry = moves[0], moves[1], moves[2], moves[3], moves[4]
    now, after = np.zeros(N_ON + 2), np.zeros(N_ON + 2)

    rest = 0.5
    for j in range(N_ON):
        after[j + 1] = 0.5 * to[j]
    for i in range(n):
        if i > 0:
            leave, leap = 0.0, 0.0
            for j in range(N_ON):
                leave += offset[j] * now[j + 1]
                leap += jump[j] * now[j + 1]
            enter = onset * rest
            for j in range(N_ON):
                after[j + 1] = (
                    stay[j] * now[j + 1]
                    + (step[j] * now[j] + step[j + 2] * now[j + 2])
                    + leap * to[j]
                    + enter * entry[j]
                )
            after[1] -= step[2] * now[2]  # the lowest level has no neighbour below
            rest = rest - enter + leave
        row = cell[i]
        rest *= quiet[row]
        total = rest
        for j in range(N_ON):
            now[j + 1] = after[j + 1] * active[row, j]
            total += now[j + 1]
        scale = 1 / total
        rest *= scale
        forward[i, N_ON] = rest
        for j in range(N_ON):
            now[j + 1] *= scale
            forward[i, j] = now[j + 1]

    # from here on `now` is the backward vector, `after` the same times the likelihood of its block
    on[n - 1] = 1 - rest
    jumps = 0.0
    rest = 1.0
    for j in range(N_ON):
        now[j + 1] = 1.0
    for i in range(n - 1, 0, -1):
        row = cell[i]
        rest *= quiet[row]
        enter, leap = 0.0, 0.0
        for j in range(N_ON):
            after[j + 1] = now[j + 1] * active[row, j]
            enter += entry[j] * after[j + 1]
            leap += to[j] * after[j + 1]
        silent = after[1]
        after[1] = 0.0  # no neighbour of the lowest level
        total = 0.0
        for j in range(N_ON):
            now[j + 1] = (
                stay[j] * after[j + 1]
                + step[j + 1] * (after[j] + after[j + 2])
                + jump[j] * leap
                + offset[j] * rest
            )
        now[1] = stay[0] * silent + jump[0] * leap + offset[0] * rest
        for j in range(N_ON):
            total += forward[i - 1, j] * now[j + 1]
        calm = (1 - onset) * rest + onset * enter
        before = forward[i - 1, N_ON]
        scale = 1 / (total + before * calm)
        if count:
            after[1] = silent
            for j in range(N_ON):
                counts[0, j] += scale * before * onset * entry[j] * after[j + 1]
                counts[1, j] += scale * forward[i - 1, j] * offset[j] * rest
                counts[2, j] += scale * forward[i - 1, j] * now[j + 1]
                jumps += scale * forward[i - 1, j] * jump[j] * leap
        on[i - 1] = total * scale
        rest = calm * scale
        for j in range(N_ON):
            now[j + 1] *= scale
    return jumps
