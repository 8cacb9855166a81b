"""A fault that lies at places in time: what a check found, and where."""

from dataclasses import dataclass

import numpy as np

from emgkit.masks import filled
from emgkit.model import BoolArray, FloatArray, IntArray
from emgkit.quality.rows import places

ONE_PLACE_S = 0.1
"""Places that are closer to one another are named as one: the tops of one burst, say."""


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """What one check found in a trial.

    `start` and `stop` are samples, half-open, sorted and without overlap; shape (n_places,).
    """

    check: str
    words: str
    """What is wrong there, as the ledger says it."""
    start: IntArray
    stop: IntArray
    rate_hz: float
    limit_pct: float | None
    """Share of a cycle from which the cycle is left out; None if the fault leaves none out for its length."""
    value: float = float("nan")
    """What the check measured, in its own unit."""
    spoils: BoolArray | None = None
    """Places, of shape (n_places,), that spoil a cycle however short they are; None if there are none."""
    size: FloatArray | None = None
    """How large the fault is at each place, in microvolts; None if that says nothing."""

    def spans_s(self) -> tuple[FloatArray, FloatArray]:
        """Return start and end of the places in seconds; those within `ONE_PLACE_S` are one."""
        start, stop = joined(self.start, self.stop, ONE_PLACE_S * self.rate_hz)
        return start / self.rate_hz, stop / self.rate_hz

    @property
    def where(self) -> str:
        """The places in words."""
        return places(*self.spans_s())

    def marked(self, n_samples: int) -> BoolArray:
        """Return which samples lie in the places, shape (n_samples,)."""
        return filled(self.start, self.stop, n_samples)


def runs(flags: BoolArray) -> tuple[IntArray, IntArray]:
    """Return start and stop of each run of true flags."""
    closed = np.concatenate([[False], flags, [False]])
    edges = np.flatnonzero(closed[1:] != closed[:-1])
    return edges[::2], edges[1::2]


def joined(start: IntArray, stop: IntArray, gap: float) -> tuple[IntArray, IntArray]:
    """Join runs that are at most `gap` samples apart."""
    apart = start[1:] - stop[:-1] > gap
    return start[np.append(True, apart)[: start.size]], stop[np.append(apart, True)[: stop.size]]


def largest_within(values: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return the largest value in each run of samples, of shape (n_runs,)."""
    if start.size == 0:
        return np.zeros(0)
    ends = np.stack([start, np.minimum(stop, values.size - 1)], axis=1).ravel()
    # every second segment lies between two runs
    return np.asarray(np.maximum.reduceat(values, ends)[::2], dtype=np.float64)
