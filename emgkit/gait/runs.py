"""Spells during which a switch is closed: half-open runs of samples, and what is bounce."""

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


def joined(runs: Runs, shortest: float) -> Runs:
    """Join runs that are less than `shortest` samples apart."""
    start, stop = runs
    apart = (start[1:] - stop[:-1]) >= shortest
    return start[np.append(True, apart)[: start.size]], stop[np.append(apart, True)[: stop.size]]


def debounced(closed: BoolArray, shortest: float) -> Runs:
    """Return the closings without what is shorter than `shortest` samples.

    Openings first: so the first closing of a chattering make stays the start, and the last opening of a
    chattering break the stop.
    """
    start, stop = joined(runs_of(closed), shortest)
    # what is cut by an end of the recording may be longer than it seems
    long = (stop - start >= shortest) | (start == 0) | (stop == closed.size)
    return start[long], stop[long]


def hysteresis(values: FloatArray, down: float, up: float) -> BoolArray:
    """Return True from each rise above `up` to the next fall below `down`; at first, True above `up`."""
    high = values > up
    low = (values < down) & ~high
    # what is decided where a run of high or of low values begins stands until the other's begins
    rise, fall = runs_of(high)[0], runs_of(low)[0]
    at = np.concatenate([rise, fall])
    order = np.argsort(at)
    at, risen = at[order], order < rise.size
    first = np.append(True, risen[1:] != risen[:-1])[: at.size]
    at, risen = at[first], risen[first]
    return filled((at[risen], np.append(at, values.size)[1:][risen]), values.size)
