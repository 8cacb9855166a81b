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


@compiled
def smooth(cell: IntArray, odds: FloatArray, turn_on: float, turn_off: float, on: FloatArray) -> None:
    """Fill in the probability of "on" in every block (forward-backward).

    Parameters
    ----------
    cell : int array of shape (n,)
        Which of `odds` holds for each block.
    odds : array of shape (n_cells,)
        What a block alone says, see `odds`.
    turn_on, turn_off : float
        See `transition_matrix`. The chain starts in its stationary distribution.
    on : array of shape (n,)
        Is filled in.

    Notes
    -----
    The odds given the blocks so far do not need those of what follows each block, nor the other way round: in
    one loop the processor works on both at once.
    """
    n = cell.size
    future = np.empty(n)
    stay_on, stay_off = 1 - turn_off, 1 - turn_on
    # on and off before each block given the blocks so far, and of the blocks that follow given on and off
    up, down, later_up, later_down = turn_on, turn_off, 1.0, 1.0
    for i in range(n):
        up *= odds[cell[i]]
        on[i] = up / down
        up, down = stay_on * up + turn_on * down, turn_off * up + stay_off * down
        k = n - 1 - i
        future[k] = later_up / later_down
        later_up *= odds[cell[k]]
        to_on, to_off = stay_on * later_up + turn_off * later_down, turn_on * later_up + stay_off * later_down
        later_up, later_down = to_on, to_off
        if i % _SCALED == 0:
            scale, later_scale = 1 / (up + down), 1 / (later_up + later_down)
            up, down = up * scale, down * scale
            later_up, later_down = later_up * later_scale, later_down * later_scale
    for i in range(n):
        both = on[i] * future[i]
        on[i] = both / (1 + both)
