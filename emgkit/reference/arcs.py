"""Stretches on the circle of the gait cycle."""

from dataclasses import dataclass

_TURNS = (-200.0, -100.0, 0.0, 100.0, 200.0)


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
    return min(sum(_on_line(a, b.moved(turn)) for turn in _TURNS), a.length, b.length)


def aligned(a: Arc, to: Arc) -> Arc:
    """Return `a` moved by whole turns to where it overlaps `to` most; the smallest move where several do.

    Edges of the two can then be subtracted: a burst that starts 60 % early stays 60 % early.
    """
    return a.moved(max(_TURNS, key=lambda turn: (_on_line(a.moved(turn), to), -abs(turn), turn)))


def _on_line(a: Arc, b: Arc) -> float:
    return max(0.0, min(a.off, b.off) - max(a.on, b.on))
