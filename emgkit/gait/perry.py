"""Perry's eight phases of gait, from the patient's own events where there are any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from emgkit import tables
from emgkit.found import Cycles
from emgkit.gait import strides
from emgkit.model import FloatArray
from emgkit.tables import NOMINAL, OWN_EVENTS, SCALED


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase and where it starts in a stride with foot-off at 62 %."""

    name: str
    code: str
    start_pct: float


PHASES = (
    Phase("initial contact", "IC", 0.0),
    Phase("loading response", "LR", 2.0),
    Phase("mid stance", "MSt", 12.0),
    Phase("terminal stance", "TSt", 31.0),
    Phase("pre-swing", "PSw", 50.0),
    Phase("initial swing", "ISw", 62.0),
    Phase("mid swing", "MSw", 75.0),
    Phase("terminal swing", "TSw", 87.0),
)
_START = np.array([phase.start_pct for phase in PHASES])
_CONTACT, _LOADING, _MID_STANCE, _TERMINAL_STANCE, _PRE_SWING, _INITIAL_SWING = range(6)
_KNOTS = np.array([*_START[[_CONTACT, _MID_STANCE, _PRE_SWING, _INITIAL_SWING]], 100.0])
"""Where contact, foot-off and contact of the other foot, foot-off and the next contact lie nominally."""
_NEEDS = (
    "none",
    "initial contact has no event of its own at its end",
    "needs the foot-off of the other foot",
    "needs the rise of the heel, from switches under heel and forefoot",
    "needs the contact of the other foot",
    "needs the foot-off of this foot",
    "needs kinematics: the swinging foot beside the standing one",
    "needs kinematics: the shank vertical",
)
"""What the start of each phase would have to be measured by, where it is not."""


def phase_rows(trials: Sequence[Cycles]) -> list[dict[str, Any]]:
    """Return the rows of the table `phases`: the eight phases, averaged over the used strides.

    Parameters
    ----------
    trials : sequence of Cycles
        Gait cycles of one foot.

    Returns
    -------
    list of dict
        One row per phase, in order. A start that cannot be determined is NaN and says why.

    Notes
    -----
    Five moments are the patient's own where they were recorded: contact (0 %), foot-off of the other foot
    (mid stance begins), rise of the heel (terminal stance), contact of the other foot (pre-swing) and
    foot-off (initial swing). Every other start is interpolated in each stride between the nearest own events
    of the feet before and after it,

        start = a + (nominal - A) / (B - A) * (b - a),

    where a and b are the own events and A and B their nominal places. So with foot-off alone stance and swing
    are scaled separately, and with both feet the double supports, the single support and the swing are. The
    rise of the heel moves no other start, and its mean counts only within single support.

    Means and standard deviations are those of a line: starts are lengths from the contact, and none can cross
    the next one. Each is over the strides in which the start is known; a start that was not measured has no
    standard deviation.

    References
    ----------
    Perry and Burnfield 2010, Gait Analysis: Normal and Pathological Function, 2nd edition, SLACK, ISBN
    978-1-55642-766-4.
    """
    joined = strides.join(trials)
    if joined.size == 0:
        return []
    starts, bases, whys = _starts(joined)
    mean, sd, n = (np.array(column) for column in zip(*map(strides.mean_sd, starts.T), strict=True))
    known = ~np.isnan(mean)
    if np.any(np.diff(mean[known]) <= 0):  # means over different strides, as of trials at different speeds
        doubtful = slice(_LOADING, _INITIAL_SWING)
        mean[doubtful] = np.nan
        whys[doubtful] = ["the strides in which it is known do not agree with the others"] * 4
    for i in range(len(PHASES)):
        if np.isnan(mean[i]):
            bases[i], n[i] = tables.NOT_DETERMINABLE, 0
        elif whys[i] == "none" and n[i] < joined.size:
            whys[i] = f"not known in {joined.size - n[i]} of {joined.size} strides"
    return [
        {
            "phase": phase.name,
            "code": phase.code,
            "start_pct": mean[i],
            "start_sd_pct": sd[i] if bases[i] == OWN_EVENTS else np.nan,
            "end_pct": [*mean, 100.0][i + 1],
            "start_basis": bases[i],
            "end_basis": [*bases, OWN_EVENTS][i + 1],
            "n_cycles": int(n[i]),
            "why": whys[i],
        }
        for i, phase in enumerate(PHASES)
    ]


def starts_pct(trials: Sequence[Cycles]) -> FloatArray:
    """Return the start of each phase in each used stride, shape (n_strides, 8); NaN where it is not known."""
    return _starts(strides.join(trials))[0]


def _starts(joined: strides.Strides) -> tuple[FloatArray, list[str], list[str]]:
    """Return the start of each phase in each stride, shape (n_strides, 8), with its basis and why."""
    knots = np.column_stack(
        [
            np.zeros(joined.size),
            joined.opposite_foot_off_pct,
            joined.opposite_contact_pct,
            joined.foot_off_pct,
            np.full(joined.size, 100.0),
        ]
    )
    own = ~np.isnan(knots).all(axis=0)
    if joined.disorder:
        own[1:3] = True  # they were recorded: no nominal start may stand in for them
    if joined.often_disordered:
        knots[:, 1:3] = np.nan
    at = _KNOTS[own]
    right = np.clip(np.searchsorted(at, _START, side="right"), 1, at.size - 1)
    share = (_START - at[right - 1]) / (at[right] - at[right - 1])
    before, after = knots[:, own][:, right - 1], knots[:, own][:, right]
    is_knot = share == 0  # then what comes after it does not matter, known or not
    starts = np.where(is_knot, before, before + share * (after - before))

    fallback = SCALED if own[1:4].any() else NOMINAL
    bases = [OWN_EVENTS if knot else fallback for knot in is_knot]
    whys = ["none" if knot else need for knot, need in zip(is_knot, _NEEDS, strict=True)]
    if joined.disorder:
        whys[_LOADING : _PRE_SWING + 1] = [joined.disorder] * 4
    elif joined.opposite_doubt:
        whys[_MID_STANCE] = whys[_PRE_SWING] = joined.opposite_doubt
    if joined.doubt:
        whys[_CONTACT] = whys[_INITIAL_SWING] = joined.doubt
    _raise_heel(joined.heel_rise_pct, starts, bases, whys)
    return starts, bases, whys


def _raise_heel(heel_rise: FloatArray, starts: FloatArray, bases: list[str], whys: list[str]) -> None:
    """Let terminal stance start where the heel rises, if that is known and on average in single support."""
    before, after = starts[:, _MID_STANCE], starts[:, _PRE_SWING]
    known = ~np.isnan(heel_rise + before + after)
    if not known.any():
        return
    n_beyond = int(np.count_nonzero(known & ~((before < heel_rise) & (heel_rise < after))))
    on_average = before[known].mean() < heel_rise[known].mean() < after[known].mean()
    # to leave out only the strides beyond would move the mean away from them
    starts[:, _TERMINAL_STANCE] = np.where(known & on_average, heel_rise, np.nan)
    bases[_TERMINAL_STANCE] = OWN_EVENTS
    if n_beyond:
        n_known = np.count_nonzero(known)
        whys[_TERMINAL_STANCE] = f"in {n_beyond} of {n_known} strides the heel rises outside single support"
    elif whys[_TERMINAL_STANCE] == _NEEDS[_TERMINAL_STANCE]:
        whys[_TERMINAL_STANCE] = "none"
