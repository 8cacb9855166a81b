"""Where an edge lies, and how surely: from the probability of a turn before every block."""

from __future__ import annotations

import numpy as np

from emgkit.model import FloatArray, IntArray


def locate(
    bursts: IntArray,
    runs: IntArray,
    turn_on: FloatArray,
    turn_off: FloatArray,
    interval: float,
    resolution: float,
) -> FloatArray:
    """Return low bound, best estimate and high bound of every edge.

    Parameters
    ----------
    bursts : array of shape (n_bursts, 2)
        In blocks; each edge is also one of `runs`.
    runs : array of shape (n_runs, 2)
        Runs of blocks that are more probably on than off.
    turn_on, turn_off : arrays of shape (n_blocks,)
        Probability of a turn on and of a turn off before every block.
    interval : float
        Probability inside the bounds.
    resolution : float
        What the filters leave uncertain even if the probability does not; widens the bounds to both sides.

    Returns
    -------
    array of shape (n_bursts, 2, 3), in blocks
        For onset and offset: low, estimate (the median), high. At an end of the recording all three are that
        end.

    Notes
    -----
    An edge is looked for between the middle of the run before it and the middle of the run after it, where
    it is the only turn of its direction to be expected. The outer blocks of a burst may hold quiet signal as
    well: an edge lies somewhere inside them, with equal probability.
    """
    n = turn_on.size
    if len(bursts) == 0:
        return np.empty((0, 2, 3))
    borders = np.concatenate(([0], runs.ravel(), [n]))  # off, on, off, ... ; the outer ones may be empty
    middle = (borders[1:] + borders[:-1]) // 2
    first = np.searchsorted(runs[:, 0], bursts[:, 0])
    last = np.searchsorted(runs[:, 1], bursts[:, 1])
    tail = (1 - interval) / 2
    edges = []
    for turn, start, stop, begin in (
        (turn_on, middle[2 * first], middle[2 * first + 1], 0.0),
        (turn_off, middle[2 * last + 1], middle[2 * last + 2], -1.0),
    ):
        at = _quantiles(turn, start, stop, [tail, 0.5, 1 - tail]) + begin
        edges.append(np.clip(at + np.array([-resolution, 0, resolution]), 0, n))
    edges[0][bursts[:, 0] == 0] = 0
    edges[1][bursts[:, 1] == n] = n
    return np.stack(edges, axis=1)


def _quantiles(turn: FloatArray, start: IntArray, stop: IntArray, wanted: list[float]) -> FloatArray:
    """Return quantiles of the place of the turn within (start, stop]; shape (n, n_wanted).

    The probability of a turn before block k is spread evenly over [k, k + 1).
    """
    cumulative = np.concatenate(([0.0], np.cumsum(turn)))
    begin, end = cumulative[start + 1], cumulative[np.minimum(stop, turn.size - 1) + 1]
    level = begin[:, None] + (end - begin)[:, None] * np.asarray(wanted)
    above = np.clip(np.searchsorted(cumulative, level, side="left"), 1, turn.size)
    share = (level - cumulative[above - 1]) / np.maximum(turn[above - 1], np.finfo(np.float64).tiny)
    found = above - 1 + np.clip(share, 0, 1)
    return np.asarray(np.clip(found, start[:, None] + 1, stop[:, None] + 1))
