"""Two-state hidden Markov chain: smoothing without a loop over samples.

With two states every step of the forward and of the backward recursion is a 2x2 matrix, and matrices
compose. The sequence is laid out as about sqrt(n) rows of sqrt(n) steps: the products within all rows are
formed side by side, the rows are chained, and each row's products are applied to its start.
"""

from __future__ import annotations

import math

import numpy as np

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


def _chain(steps: FloatArray, start: FloatArray) -> FloatArray:
    """Return v_k = M_k v_(k-1), each scaled to sum 1; `steps` has shape (2, 2, n), the result (2, n)."""
    n = steps.shape[-1]
    width = max(1, math.isqrt(n))
    rows = -(-n // width)
    grid = np.empty((2, 2, rows * width))
    grid[..., :n] = steps
    grid[..., n:] = np.eye(2)[..., None]
    # the step within the row comes first, so that one step of all rows lies together in memory
    grid = np.ascontiguousarray(grid.reshape(2, 2, rows, width).transpose(3, 0, 1, 2))
    products = np.empty_like(grid)
    products[0] = grid[0]
    for column in range(1, width):
        before, step, after = products[column - 1], grid[column], products[column]
        np.multiply(step[:, 0, None], before[None, 0], out=after)
        after += step[:, 1, None] * before[None, 1]
        after /= after.max(axis=(0, 1))
    starts = np.empty((2, rows))
    vector = start
    for row in range(rows):
        starts[:, row] = vector
        vector = products[-1, :, :, row] @ vector
        vector = vector / vector.sum()
    values = products[:, :, 0] * starts[0] + products[:, :, 1] * starts[1]
    values /= values.sum(axis=1, keepdims=True)
    return np.asarray(values.transpose(1, 2, 0).reshape(2, -1)[:, :n])


def smooth(llr: FloatArray, transition: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the probability of "on" in every block, and of a turn on and a turn off before every block.

    Parameters
    ----------
    llr : array of shape (n,)
        Log-likelihood of each block under "on" minus that under "off".
    transition : array of shape (2, 2)
        See `transition_matrix`. The chain starts in its stationary distribution.

    Returns
    -------
    on, turn_on, turn_off : arrays of shape (n,)
        `turn_on[k]` is the probability that block k - 1 is off and block k is on, given all blocks;
        `turn_on[0]` and `turn_off[0]` are zero.
    """
    n = llr.size
    clipped = np.clip(llr, -_MAX_LLR, _MAX_LLR)
    emission = np.exp(np.stack((np.zeros(n), clipped)) - np.maximum(clipped, 0))
    stationary = np.array([transition[1, 0], transition[0, 1]])
    stationary = stationary / stationary.sum()

    first = emission[:, 0] * stationary
    forward = np.empty((2, n))
    forward[:, 0] = first / first.sum()
    backward = np.full((2, n), 0.5)
    if n > 1:
        forward[:, 1:] = _chain(emission[:, None, 1:] * transition.T[..., None], forward[:, 0])
        backward[:, :-1] = _chain(transition[..., None] * emission[None, :, :0:-1], backward[:, -1])[:, ::-1]
    joint = forward * backward
    on = joint[1] / joint.sum(axis=0)

    pair = forward[:, None, :-1] * transition[..., None] * (emission * backward)[None, :, 1:]
    pair /= pair.sum(axis=(0, 1))
    turn_on, turn_off = np.zeros(n), np.zeros(n)
    turn_on[1:], turn_off[1:] = pair[0, 1], pair[1, 0]
    return on, turn_on, turn_off
