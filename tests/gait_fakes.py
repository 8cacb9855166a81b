"""Gait cycles built by hand, for the tests of phases and time parameters."""

from __future__ import annotations

import numpy as np

from emgkit.found import Cycles

WALK = {"opposite_off": 12.0, "heel_rise": 33.0, "opposite_contact": 49.0, "foot_off": 61.0}
"""One stride in percent, in the order of walking."""


def cycles(
    *strides: dict[str, float],
    duration_s: float | list[float] = 1.1,
    side: str | None = "left",
    both: bool = True,
    sequence: tuple[str, ...] = (),
    left_out: tuple[int, ...] = (),
) -> Cycles:
    """Strides one after the other with events in percent; an event that is not given is not known."""
    length = np.broadcast_to(np.asarray(duration_s, dtype=np.float64), (len(strides),))
    start = 2.0 + np.concatenate([[0.0], np.cumsum(length)[:-1]])

    def moments(name: str) -> np.ndarray:
        pct = np.array([stride.get(name, np.nan) for stride in strides])
        return start + pct / 100 * length

    return Cycles(
        start_s=start,
        end_s=start + length,
        foot_off_s=moments("foot_off"),
        reason=tuple("duration_outlier" if k in left_out else "none" for k in range(len(strides))),
        side=side,
        kind="gait",
        source="events",
        opposite_foot_off_s=moments("opposite_off") if both else None,
        opposite_contact_s=moments("opposite_contact") if both else None,
        heel_rise_s=moments("heel_rise") if any("heel_rise" in s for s in strides) else None,
        sequence=sequence,
    )
