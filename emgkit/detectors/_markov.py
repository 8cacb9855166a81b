"""Two-state hidden Markov chain: the probability of "on" in every block, given all blocks."""

from __future__ import annotations

import math

import numpy as np

from emgkit.detectors._compiled import compiled
from emgkit.model import FloatArray, IntArray

_MAX_LOG_ODDS = 60.0  # beyond this a single block decides alone
_SCALED = 8  # blocks whose odds can be multiplied within float64


def transition_matrix(on_rate_hz: float, off_rate_hz: float, step_s: float) -> FloatArray:
    """Return P[i, j], the probability to go from state i to j (0 off, 1 on) in `step_s`.

    The chain is the continuous-time one with the given rates, so that the result does not depend on the step.
    """
    total = on_rate_hz + off_rate_hz
    decay = -math.expm1(-total * step_s)
    turn_on, turn_off = on_rate_hz / total * decay, off_rate_hz / total * decay
    return np.array([[1 - turn_on, turn_on], [turn_off, 1 - turn_off]])


def odds(log_ratio: FloatArray) -> FloatArray:
    """Return the odds of "on" from the log-likelihood under "on" minus that under "off"."""
    return np.exp(np.clip(log_ratio, -_MAX_LOG_ODDS, _MAX_LOG_ODDS))


def smooth(cell: IntArray, odds: FloatArray, transition: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the probability of "on" in every block (forward-backward), and its sum over each cell's blocks.

    Shapes (n,) and (n_cells,).

    Parameters
    ----------
    cell : int array of shape (n,)
        Which of `odds` holds for each block.
    odds : array of shape (n_cells,)
        What a block alone says, see `odds`.
    transition : array of shape (2, 2)
        See `transition_matrix`. The chain starts in its stationary distribution.
    """
    on, future, mass = np.empty(cell.size), np.empty(cell.size), np.zeros(odds.size)
    _both_ways(cell, odds, transition[0, 1], transition[1, 0], on, future, mass)
    return on, mass


@compiled
def _both_ways(
    cell: IntArray,
    odds: FloatArray,
    turn_on: float,
    turn_off: float,
    past: FloatArray,
    future: FloatArray,
    mass: FloatArray,
) -> None:
    """Fill in the odds of "on" given the blocks so far, and those of what follows each block.

    Neither needs the other: in one loop the processor works on both at once. In the end `past` holds the
    probability of "on", and `mass` its sum over the blocks of each cell.
    """
    stay_on, stay_off = 1 - turn_off, 1 - turn_on
    # on and off before each block given the blocks so far, and of the blocks that follow given on and off
    on, off, then_on, then_off = turn_on, turn_off, 1.0, 1.0
    n = cell.size
    for i in range(n):
        on *= odds[cell[i]]
        past[i] = on / off
        on, off = stay_on * on + turn_on * off, turn_off * on + stay_off * off
        k = n - 1 - i
        future[k] = then_on / then_off
        then_on *= odds[cell[k]]
        then_on, then_off = stay_on * then_on + turn_off * then_off, turn_on * then_on + stay_off * then_off
        if i % _SCALED == 0:
            scale, then_scale = 1 / (on + off), 1 / (then_on + then_off)
            on, off, then_on, then_off = on * scale, off * scale, then_on * then_scale, then_off * then_scale
    for i in range(n):
        both = past[i] * future[i]
        past[i] = both / (1 + both)
    for i in range(n):
        mass[cell[i]] += past[i]
