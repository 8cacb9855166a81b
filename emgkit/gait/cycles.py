"""Cycles from contacts or repetitions; which of them are used, the ledger says."""

from typing import Literal

import numpy as np

from emgkit.found import Cycles
from emgkit.gait import ledger
from emgkit.model import FloatArray, Side
from emgkit.settings import GaitSettings


def from_contacts(
    contact_s: FloatArray,
    foot_off_s: FloatArray,
    *,
    duration_s: float,
    side: Side | None,
    source: str,
    settings: GaitSettings,
) -> Cycles:
    """Cut a walk into gait cycles, each from one foot contact to the next of the same foot.

    Parameters
    ----------
    contact_s, foot_off_s : array of shape (n_contacts,), (n_foot_offs,)
        Events of one foot, in seconds, in any order.
    duration_s : float
        Length of the recorded signal.

    Returns
    -------
    Cycles
        One for each contact. The last has no end and is left out with "no_next_contact". Contacts that follow
        within `settings.min_cycle_s` are the same contact, marked twice; a note says how many.
    """
    start = np.unique(contact_s)
    again = np.append(False, np.diff(start) < settings.min_cycle_s)[: start.size]
    notes = _merged_note(start[again], settings.min_cycle_s)
    start = start[~again]
    end = np.append(start[1:], np.nan) if start.size else start
    cycles = Cycles(
        start_s=start,
        end_s=end,
        foot_off_s=first_inside(np.unique(foot_off_s), start, end),
        reason=("none",) * start.size,
        side=side,
        kind="gait",
        source=source,
        notes=notes,
    )
    cycles = ledger.leave_out_incomplete(cycles, duration_s)
    cycles = ledger.leave_out_pauses(cycles, settings)
    cycles = ledger.leave_out_outliers(cycles, settings)
    return ledger.leave_out_ends_of_passes(cycles, settings)


def from_repetitions(
    start_s: FloatArray,
    end_s: FloatArray,
    *,
    duration_s: float,
    side: Side | None,
    settings: GaitSettings,
    source: Literal["repetitions", "motion"] = "repetitions",
) -> Cycles:
    """Cut an activity into repetitions, each from its start to its end, or else to the next start.

    Durations of repetitions may differ, so none is an outlier.
    """
    start = np.unique(start_s)
    next_start = np.append(start[1:], np.nan) if start.size else start
    own_end = first_inside(np.unique(end_s), start, next_start)
    end = np.where(np.isnan(own_end), next_start, own_end)
    cycles = Cycles(
        start_s=start,
        end_s=end,
        foot_off_s=np.full(start.shape, np.nan),
        reason=("none",) * start.size,
        side=side,
        kind="repetition",
        source=source,
    )
    cycles = ledger.leave_out_incomplete(cycles, duration_s)
    cycles = ledger.leave_out_pauses(cycles, settings)
    return ledger.leave_out_ends_of_passes(cycles, settings)


def _merged_note(time_s: FloatArray, min_cycle_s: float) -> tuple[str, ...]:
    if time_s.size == 0:
        return ()
    return (
        f"{time_s.size} foot contacts within {min_cycle_s:g} s of the one before were taken for the same "
        f"contact; the first of them is at {time_s[0]:.3f} s",
    )


def first_inside(time_s: FloatArray, start: FloatArray, end: FloatArray) -> FloatArray:
    """Return the first of the sorted times in (start, end] of each interval; NaN where there is none."""
    if time_s.size == 0 or start.size == 0:
        return np.full(start.shape, np.nan)
    at = np.searchsorted(time_s, start, side="right")
    first = np.append(time_s, np.nan)[at]
    beyond = first > end  # False where the end is not known
    return np.where(beyond, np.nan, first)
