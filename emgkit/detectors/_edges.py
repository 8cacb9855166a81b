"""Where an edge lies, and how surely: from the probability of activity in every block."""

from __future__ import annotations

import numpy as np

from emgkit.model import FloatArray, IntArray

_OUTER = 0.15
"""Share of the doubt that is kept outside the burst, 15 % of 5 %: its first and last potentials lie under the
noise more often than noise is taken for activity."""


def locate(
    bursts: IntArray, runs: IntArray, on: FloatArray, interval: float, resolution: float
) -> FloatArray:
    """Return low bound, best estimate and high bound of every edge.

    Parameters
    ----------
    bursts : array of shape (n_bursts, 2)
        In blocks; each edge is also one of `runs`.
    runs : array of shape (n_runs, 2)
        Runs of blocks that are more probably on than off.
    on : array of shape (n_blocks,)
        Probability of activity.
    interval : float
        Probability inside the bounds.
    resolution : float
        What the filters leave uncertain even if the probability does not; widens the bounds outwards.

    Returns
    -------
    array of shape (n_bursts, 2, 3), in blocks
        For onset and offset: low, estimate (the median), high. At an end of the recording all three are that
        end.

    Notes
    -----
    An onset is looked for between the middle of the run before it and the middle of the run after it. The
    probability that it lies before a block is at least the highest P(on) up to there, and just that where
    one turn explains it; doubts about single silent moments within the burst do not count. Offsets likewise,
    backwards.
    """
    n = on.size
    if len(bursts) == 0:
        return np.empty((0, 2, 3))
    borders = np.concatenate(([0], runs.ravel(), [n]))  # off, on, off, ... ; the outer ones may be empty
    middle = (borders[1:] + borders[:-1]) // 2
    first = np.searchsorted(runs[:, 0], bursts[:, 0])
    last = np.searchsorted(runs[:, 1], bursts[:, 1])
    outer = _OUTER * (1 - interval)
    wanted = np.array([outer, 0.5, interval + outer])
    onset = _reached(on, middle[2 * first], middle[2 * first + 1] + 1, wanted)
    offset = n - _reached(on[::-1], n - middle[2 * last + 2], n - middle[2 * last + 1], wanted)
    edges = np.stack((onset, offset[:, ::-1]), axis=1)
    outwards = np.array([[-resolution, 0, 0], [0, 0, resolution]])
    edges = np.asarray(np.clip(edges + outwards, 0, n))
    edges[bursts[:, 0] == 0, 0] = 0
    edges[bursts[:, 1] == n, 1] = n
    return edges


def _reached(on: FloatArray, start: IntArray, stop: IntArray, wanted: FloatArray) -> FloatArray:
    """Return where the highest probability so far in each stretch reaches these parts of its end, in blocks.

    What it gains in a block it gains evenly over that block. Shape (n_stretches, n_wanted).
    """
    end = np.cumsum(stop - start + 1)  # of all stretches, one after the other, a zero before each
    begin = end - (stop - start + 1)
    highest = np.zeros(end[-1])
    at = np.empty((start.size, wanted.size), dtype=np.int64)
    for i in range(start.size):  # over edges, not blocks
        part = highest[begin[i] : end[i]]
        np.maximum.accumulate(on[start[i] : stop[i]], out=part[1:])
        at[i] = part.searchsorted(wanted * part[-1])
    below, above = highest[begin[:, None] + at - 1], highest[begin[:, None] + at]
    level = wanted * highest[end - 1, None]
    return np.asarray(start[:, None] + at - 1 + (level - below) / (above - below))
