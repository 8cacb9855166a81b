"""Where an edge lies, and how surely: from the probability of activity in every block."""

from __future__ import annotations

import numpy as np

from emgkit.detectors._compiled import compiled
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
    # from the middle of quiet to that of the run, whose own block counts
    before, begun = middle[2 * first], middle[2 * first + 1] + 1
    ending, after = middle[2 * last + 1], middle[2 * last + 2]
    onset, offset = np.empty((2, len(bursts), wanted.size))
    _fill_reached(on, before, begun - before, 1, wanted, onset)
    _fill_reached(on, after - 1, after - ending, -1, wanted, offset)
    onset += before[:, None]
    # counted from the end, as they are looked for
    offset = n - (offset + (n - after)[:, None])
    edges = np.stack((onset, offset[:, ::-1]), axis=1)
    outwards = np.array([[-resolution, 0, 0], [0, 0, resolution]])
    edges = np.asarray(np.clip(edges + outwards, 0, n))
    edges[bursts[:, 0] == 0, 0] = 0
    edges[bursts[:, 1] == n, 1] = n
    return edges


@compiled
def _fill_reached(
    on: FloatArray, first: IntArray, count: IntArray, way: int, wanted: FloatArray, reached: FloatArray
) -> None:
    """Fill in where the highest probability so far in each stretch reaches these parts of its end, in blocks.

    A stretch is `count` blocks from `first` on, upwards (`way` 1) or downwards (-1); it is looked at from
    there. What the probability gains in a block it gains evenly over that block.

    Parameters
    ----------
    on : array of shape (n_blocks,)
    first, count : int arrays of shape (n_stretches,)
    way : int
    wanted : array of shape (n_wanted,), ascending
    reached : array of shape (n_stretches, n_wanted)
    """
    for i in range(first.size):
        end = 0.0
        for k in range(count[i]):
            end = max(end, on[first[i] + way * k])
        highest, w = 0.0, 0
        for k in range(count[i]):
            value = on[first[i] + way * k]
            while w < wanted.size and value >= wanted[w] * end:
                reached[i, w] = k + (wanted[w] * end - highest) / (value - highest)
                w += 1
            highest = max(highest, value)
