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
    """Return v_k = M_k v_(k-1), each scaled to sum 1; `steps` has shape (n, 2, 2), the result (n, 2)."""
    n = len(steps)
    width = max(1, math.isqrt(n))
    rows = -(-n // width)
    padded = np.broadcast_to(np.eye(2), (rows * width, 2, 2)).copy()
    padded[:n] = steps
    grid = padded.reshape(rows, width, 2, 2)
    products = np.empty_like(grid)
    running = np.broadcast_to(np.eye(2), (rows, 2, 2))
    for column in range(width):
        running = grid[:, column] @ running
        running = running / running.max(axis=(1, 2), keepdims=True)
        products[:, column] = running
    starts = np.empty((rows, 2))
    vector = start
    for row in range(rows):
        starts[row] = vector
        vector = products[row, -1] @ vector
        vector = vector / vector.sum()
    values = np.einsum("rcij,rj->rci", products, starts).reshape(-1, 2)[:n]
    return np.asarray(values / values.sum(axis=1, keepdims=True))


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
    emission = np.exp(np.column_stack((np.zeros(n), clipped)) - np.maximum(clipped, 0)[:, None])
    stationary = np.array([transition[1, 0], transition[0, 1]])
    stationary = stationary / stationary.sum()

    first = emission[0] * stationary
    forward = np.empty((n, 2))
    forward[0] = first / first.sum()
    backward = np.ones((n, 2)) / 2
    if n > 1:
        forward[1:] = _chain(emission[1:, :, None] * transition.T[None], forward[0])
        backward[:-1] = _chain(transition[None] * emission[:0:-1, None, :], backward[-1])[::-1]
    joint = forward * backward
    on = joint[:, 1] / joint.sum(axis=1)

    pair = forward[:-1, :, None] * transition[None] * (emission[1:] * backward[1:])[:, None, :]
    pair /= pair.sum(axis=(1, 2), keepdims=True)
    zero = np.zeros(1)
    return on, np.concatenate((zero, pair[:, 0, 1])), np.concatenate((zero, pair[:, 1, 0]))
