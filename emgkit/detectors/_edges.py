"""Where an edge lies, and how surely: from the probability of a turn before every block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit.model import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Turns:
    """Probability of a turn on and of a turn off before every block, shape (n_blocks,) each."""

    on: FloatArray
    off: FloatArray


def locate(
    bursts: IntArray, runs: IntArray, turns: Turns, tempered: Turns, interval: float, resolution: float
) -> FloatArray:
    """Return low bound, best estimate and high bound of every edge.

    Parameters
    ----------
    bursts : array of shape (n_bursts, 2)
        In blocks; each edge is also one of `runs`.
    runs : array of shape (n_runs, 2)
        Runs of blocks that are more probably on than off.
    turns, tempered : Turns
        For the estimate (the median) and for the bounds.
    interval : float
        Probability inside the bounds.
    resolution : float
        What the filters leave uncertain even if the probability does not; widens the bounds to both sides.

    Returns
    -------
    array of shape (n_bursts, 2, 3), in blocks
        For onset and offset: low, estimate, high. At an end of the recording all three are that end.

    Notes
    -----
    An edge is looked for between the middle of the run before it and the middle of the run after it, where
    it is the only turn of its direction to be expected.
    """
    n = turns.on.size
    if len(bursts) == 0:
        return np.empty((0, 2, 3))
    borders = np.concatenate(([0], runs.ravel(), [n]))  # off, on, off, ... ; the outer ones may be empty
    middle = (borders[1:] + borders[:-1]) // 2
    first = np.searchsorted(runs[:, 0], bursts[:, 0])
    last = np.searchsorted(runs[:, 1], bursts[:, 1])
    tail = (1 - interval) / 2
    edges = []
    for likely, cautious, start, stop, inward in (
        (turns.on, tempered.on, middle[2 * first], middle[2 * first + 1], 0.5),
        (turns.off, tempered.off, middle[2 * last + 1], middle[2 * last + 2], -0.5),
    ):
        # the first block that is on may hold quiet signal as well: the edge lies inside it, not before it
        best = _quantiles(likely, start, stop, [0.5]) + inward
        bounds = _quantiles(cautious, start, stop, [tail, 1 - tail]) + inward
        low = np.minimum(bounds[:, 0], best[:, 0]) - resolution
        high = np.maximum(bounds[:, 1], best[:, 0]) + resolution
        edges.append(np.clip(np.column_stack((low, best[:, 0], high)), 0, n))
    edges[0][bursts[:, 0] == 0] = 0
    edges[1][bursts[:, 1] == n] = n
    return np.stack(edges, axis=1)


def _quantiles(turn: FloatArray, start: IntArray, stop: IntArray, wanted: list[float]) -> FloatArray:
    """Return quantiles of the block before which the turn is, within (start, stop]; shape (n, n_wanted)."""
    cumulative = np.concatenate(([0.0], np.cumsum(turn)))
    stop = np.minimum(stop, turn.size - 1)
    begin, end = cumulative[start + 1], cumulative[stop + 1]
    level = begin[:, None] + (end - begin)[:, None] * np.asarray(wanted)
    found = np.searchsorted(cumulative, level, side="left") - 1
    return np.asarray(np.clip(found, start[:, None] + 1, stop[:, None]), dtype=np.float64)
