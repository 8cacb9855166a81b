"""The parts of a cycle whose magnitude is told: the whole, stance and swing, and the phases."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from emgkit.found import Cycles, Part
from emgkit.gait import perry, strides
from emgkit.tables import GIVEN, OWN_EVENTS

_INITIAL_SWING = 5


def of_strides(trials: Sequence[Cycles], rows: Sequence[Mapping[str, Any]] | None = None) -> tuple[Part, ...]:
    """Return the whole stride, stance, swing and Perry's eight phases, with their bounds in each used stride.

    Bounds are those of `perry`: the stride's own events where there are any, else interpolated between them.
    What the table `phases` cannot determine is not known in any stride here. `rows` are those of
    `perry.phase_rows`, taken anew if they are not given.
    """
    rows = perry.phase_rows(trials) if rows is None else rows
    if not rows:
        return ()
    starts = perry.starts_pct(trials)
    starts[:, [np.isnan(row["start_pct"]) for row in rows]] = np.nan
    bounds = np.column_stack([starts, np.full(len(starts), 100.0)])
    foot_off = rows[_INITIAL_SWING]
    basis, why = foot_off["start_basis"], foot_off["why"]
    first, off, last = bounds[:, 0], bounds[:, _INITIAL_SWING], bounds[:, -1]
    whole = Part("whole stride", first, last, OWN_EVENTS, OWN_EVENTS, strides.join(trials).doubt or "none")
    return (
        whole,
        Part("stance", first, off, OWN_EVENTS, basis, why),
        Part("swing", off, last, basis, OWN_EVENTS, why),
        *(
            Part(
                row["phase"],
                bounds[:, k],
                bounds[:, k + 1],
                row["start_basis"],
                row["end_basis"],
                _joined(row["why"], rows[k + 1]["why"] if k + 1 < len(rows) else "none"),
            )
            for k, row in enumerate(rows)
        ),
    )


def _joined(start_why: str, end_why: str) -> str:
    said = {"start": start_why, "end": end_why}
    if start_why == end_why:
        return start_why
    return "; ".join(f"{name}: {why}" for name, why in said.items() if why != "none")


def of_repetitions(trials: Sequence[Cycles], phases: Mapping[str, tuple[float, float]]) -> tuple[Part, ...]:
    """Return the whole repetition and the phases that the settings name."""
    n = sum(int(np.count_nonzero(t.used)) for t in trials)
    whole = Part("whole repetition", np.zeros(n), np.full(n, 100.0), OWN_EVENTS, OWN_EVENTS)
    return (
        whole,
        *(Part(name, np.full(n, a), np.full(n, b), GIVEN, GIVEN) for name, (a, b) in phases.items()),
    )
