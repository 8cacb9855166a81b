"""Two-state hidden Markov chain: the probability of "on" in every block, given all blocks."""

from __future__ import annotations

import math

import numpy as np

from emgkit.detectors._compiled import compiled
from emgkit.model import FloatArray

_MAX_LLR = 60.0  # beyond this a single block decides alone; keeps the products within float64


def transition_matrix(on_rate_hz: float, off_rate_hz: float, step_s: float) -> FloatArray:
    """Return P[i, j], the probability to go from state i to j (0 off, 1 on) in `step_s`.

    The chain is the continuous-time one with the given rates, so that the result does not depend on the step.
    """
    total = on_rate_hz + off_rate_hz
    decay = -math.expm1(-total * step_s)
    turn_on, turn_off = on_rate_hz / total * decay, off_rate_hz / total * decay
    return np.array([[1 - turn_on, turn_on], [turn_off, 1 - turn_off]])


def smooth(llr: FloatArray, transition: FloatArray) -> FloatArray:
    """Return the probability of "on" in every block (forward-backward), shape (n,).

    Parameters
    ----------
    llr : array of shape (n,)
        Log-likelihood of each block under "on" minus that under "off".
    transition : array of shape (2, 2)
        See `transition_matrix`. The chain starts in its stationary distribution.
    """
    odds = np.exp(np.clip(llr, -_MAX_LLR, _MAX_LLR))
    on = np.empty(llr.size)
    _forward_backward(odds, transition[0, 1], transition[1, 0], on)
    return on


@compiled
def _forward_backward(odds: FloatArray, turn_on: float, turn_off: float, on: FloatArray) -> None:
    expected = turn_on / (turn_on + turn_off)
    for i in range(odds.size):
        weight = expected * odds[i]
        on[i] = weight / (weight + 1 - expected)
        expected = on[i] * (1 - turn_off) + (1 - on[i]) * turn_on
    later = 1.0  # likelihood of what follows under "on" over that under "off"
    for i in range(odds.size - 1, -1, -1):
        weight = on[i] * later
        on[i] = weight / (weight + 1 - on[i])
        ahead = odds[i] * later
        later = (turn_off + (1 - turn_off) * ahead) / (1 - turn_on + turn_on * ahead)
