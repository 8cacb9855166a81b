"""Spells during which a switch is closed: half-open runs of samples, and what is bounce."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from emgkit import masks
from emgkit.model import BoolArray, FloatArray, IntArray

Runs: TypeAlias = tuple[IntArray, IntArray]
"""Start and stop samples of the closings, sorted, without overlap; each of shape (n_runs,)."""


def runs_of(closed: BoolArray) -> Runs:
    """Return where `closed`, of shape (n_samples,), is True."""
    change = np.flatnonzero(closed[1:] != closed[:-1]) + 1
    # a run that is cut by an end of the array has its edge there
    ends = np.array([0, closed.size])[[closed[:1].any(), closed[-1:].any()]]
    change = np.sort(np.concatenate([change, ends]))
    return change[::2], change[1::2]


def filled(runs: Runs, size: int) -> BoolArray:
    """Return an array of shape (size,) that is True inside the runs; the inverse of `runs_of`."""
    return masks.filled(*runs, size)


def gaps(runs: Runs, size: int) -> Runs:
    """Return the runs between the runs."""
    start, stop = np.append(0, runs[1]), np.append(runs[0], size)
    some = stop > start
    return start[some], stop[some]


def in_any(several: Sequence[Runs]) -> Runs:
    """Return where any of several switches is closed."""
    return _where(several, 1)


def in_all(several: Sequence[Runs]) -> Runs:
    """Return where all of several switches are closed."""
    return _where(several, len(several))


def _where(several: Sequence[Runs], least: int) -> Runs:
    """Return where at least so many are closed: they are counted at their edges, not at each sample."""
    edges = np.concatenate([*(start for start, _ in several), *(stop for _, stop in several)])
    # starts come first, and so before the stops at the same sample: what touches is one run
    order = np.argsort(edges, kind="stable")
    enough = np.cumsum(np.where(order < edges.size // 2, 1, -1)) >= least
    change = edges[order[np.diff(enough, prepend=False)]]
    start, stop = change[::2], change[1::2]
    some = stop > start
    return start[some], stop[some]


def joined(runs: Runs, shortest: float) -> Runs:
    """Join runs that are less than `shortest` samples apart."""
    start, stop = runs
    apart = (start[1:] - stop[:-1]) >= shortest
    return start[np.append(True, apart)[: start.size]], stop[np.append(apart, True)[: stop.size]]


def debounced(runs: Runs, size: int, shortest: float) -> Runs:
    """Return the closings, of a recording of `size` samples, without what is shorter than `shortest` samples.

    Openings first: so the first closing of a chattering make stays the start, and the last opening of a
    chattering break the stop.
    """
    start, stop = joined(runs, shortest)
    # what is cut by an end of the recording may be longer than it seems
    long = (stop - start >= shortest) | (start == 0) | (stop == size)
    return start[long], stop[long]


def hysteresis(values: FloatArray, down: float, up: float) -> Runs:
    """Return the runs from each rise above `up` to the next fall below `down`; at first, True above `up`.

    Parameters
    ----------
    down, up : float
        `down` is not above `up`.
    """
    # 1 above, -1 below, 0 between, where what was before stands
    side = (values > up).view(np.int8) - (values < down).view(np.int8)
    at = np.append(0, np.flatnonzero(side[1:] != side[:-1]) + 1)[: side.size]
    at = at[side[at] != 0]
    high = side[at] > 0
    first = np.diff(high, prepend=False)
    edges = at[first]
    if edges.size % 2:
        edges = np.append(edges, values.size)
    return edges[::2], edges[1::2]
