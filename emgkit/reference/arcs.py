"""Stretches on the circle of the gait cycle."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

_TURNS = (0.0, 100.0, -100.0, 200.0, -200.0)
"""The first of those that serve equally well is taken."""


@dataclass(frozen=True, slots=True)
class Arc:
    """From `on` to `off` in percent; `off` > `on`, and above 100 where the stretch crosses the contact."""

    on: float
    off: float

    @property
    def length(self) -> float:
        """Length in percent of the cycle, at most one turn."""
        return min(self.off - self.on, 100.0)

    def moved(self, by: float) -> "Arc":
        """Return the arc moved along the axis."""
        return Arc(self.on + by, self.off + by)


def arc(on: float, off: float) -> Arc:
    """Return the arc from `on` to the next `off` after it."""
    return Arc(on, off if off > on else off + 100.0)


def overlap(a: Arc, b: Arc) -> float:
    """Return how much of the circle lies in both, in percent of the cycle.

    Examples
    --------
    >>> overlap(arc(90, 20), arc(10, 30)), overlap(arc(40, 60), arc(95, 5))
    (10.0, 0.0)
    """
    shared = sum(max(0.0, min(a.off, b.off + turn) - max(a.on, b.on + turn)) for turn in sorted(_TURNS))
    return min(shared, a.length, b.length)


def overlaps(on: FloatArray, off: FloatArray, b: Arc) -> FloatArray:
    """Return the same of many arcs with one; all of shape (n_arcs,)."""
    shared = np.sum([_on_line(on, off, b.moved(turn)) for turn in sorted(_TURNS)], axis=0)
    return np.asarray(np.minimum(shared, np.minimum(np.minimum(off - on, 100.0), b.length)))


def aligned(a: Arc, to: Arc) -> Arc:
    """Return `a` moved by whole turns to where it overlaps `to` most; the smallest move where several do.

    Edges of the two can then be subtracted: a burst that starts 60 % early stays 60 % early.
    """

    def shared(turn: float) -> float:
        return max(0.0, min(a.off + turn, to.off) - max(a.on + turn, to.on))

    return a.moved(max(_TURNS, key=shared))


def align(on: FloatArray, off: FloatArray, to: Arc) -> tuple[FloatArray, FloatArray]:
    """Return the same of many arcs; all of shape (n_arcs,)."""
    shared = [_on_line(on + turn, off + turn, to) for turn in _TURNS]
    turn = np.array(_TURNS)[np.argmax(shared, axis=0)]
    return on + turn, off + turn


def _on_line(on: FloatArray, off: FloatArray, b: Arc) -> FloatArray:
    return np.asarray(np.maximum(0.0, np.minimum(off, b.off) - np.maximum(on, b.on)))
