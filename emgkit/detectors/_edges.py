"""Where an edge lies, and how surely: from the probability of a turn before every block."""

from __future__ import annotations

import numpy as np

from emgkit.model import FloatArray, IntArray


def locate(
    bursts: IntArray, runs: IntArray, turn_on: FloatArray, turn_off: FloatArray, interval: float
) -> FloatArray:
    """Return low bound, median and high bound of every edge.

    Parameters
    ----------
    bursts : array of shape (n_bursts, 2)
        In blocks; each edge is also one of `runs`.
    runs : array of shape (n_runs, 2)
        Runs of blocks that are more probably on than off.
    turn_on, turn_off : arrays of shape (n_blocks,)
        See `emgkit.detectors._markov.smooth`.
    interval : float
        Probability inside the bounds.

    Returns
    -------
    array of shape (n_bursts, 2, 3), in blocks
        For onset and offset: low, median, high. At an end of the recording all three are that end.

    Notes
    -----
    An edge is looked for between the middle of the run before it and the middle of the run after it, where
    it is the only turn of its direction to be expected.
    """
    n = turn_on.size
    if len(bursts) == 0:
        return np.empty((0, 2, 3))
    borders = np.concatenate(([0], runs.ravel(), [n]))  # off, on, off, ... ; the outer ones may be empty
    middle = (borders[1:] + borders[:-1]) // 2
    first = np.searchsorted(runs[:, 0], bursts[:, 0])
    last = np.searchsorted(runs[:, 1], bursts[:, 1])
    onset = _quantiles(turn_on, middle[2 * first], middle[2 * first + 1], interval)
    offset = _quantiles(turn_off, middle[2 * last + 1], middle[2 * last + 2], interval)
    onset[bursts[:, 0] == 0] = 0
    offset[bursts[:, 1] == n] = n
    return np.stack((onset, offset), axis=1)


def _quantiles(turn: FloatArray, start: IntArray, stop: IntArray, interval: float) -> FloatArray:
    """Return the quantiles of the time of the turn within (start, stop], shape (n, 3)."""
    cumulative = np.concatenate(([0.0], np.cumsum(turn)))
    stop = np.minimum(stop, turn.size - 1)
    begin, end = cumulative[start + 1], cumulative[stop + 1]
    tail = (1 - interval) / 2
    wanted = begin[:, None] + (end - begin)[:, None] * np.array([tail, 0.5, 1 - tail])
    found = np.searchsorted(cumulative, wanted, side="left") - 1
    return np.clip(found, start[:, None] + 1, stop[:, None]).astype(np.float64)
