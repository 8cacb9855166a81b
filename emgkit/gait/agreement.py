"""How far foot switches agree with the events of the file, where both tell of the same foot."""

from typing import Literal

import numpy as np

from emgkit.found import Agreement
from emgkit.model import FloatArray, IntArray

WITHIN_S = 0.25
"""Two times that are further apart are not of one contact; half of a quick stride of 0.5 s."""
_NAMES = {"foot_contact": "foot contacts", "foot_off": "foot-offs"}


def compare(
    event_s: FloatArray, switch_s: FloatArray, kind: Literal["foot_contact", "foot_off"]
) -> Agreement | None:
    """Match the events of a foot with what its switches say, and return their differences.

    Parameters
    ----------
    event_s, switch_s : arrays in seconds, in any order

    Returns
    -------
    Agreement, or None if there are no events or nothing in the switches
        An event and a time of the switches match if each is the nearest of the other and they are at most
        `WITHIN_S` apart. What the switches say before the first event or after the last is not counted:
        often only part of a trial is marked.
    """
    event_s, switch_s = np.unique(event_s), np.unique(switch_s)
    if event_s.size == 0 or switch_s.size == 0:
        return None
    switch_of, event_of = _nearest(event_s, switch_s), _nearest(switch_s, event_s)
    difference = switch_s[switch_of] - event_s
    mutual = event_of[switch_of] == np.arange(event_s.size)
    difference = difference[mutual & (np.abs(difference) <= WITHIN_S)]
    over = (switch_s >= event_s[0] - WITHIN_S) & (switch_s <= event_s[-1] + WITHIN_S)
    some = difference.size > 0
    return Agreement(
        kind=kind,
        n_events=event_s.size,
        n_switches=int(np.count_nonzero(over)),
        n_matched=difference.size,
        median_s=float(np.median(difference)) if some else float("nan"),
        median_absolute_s=float(np.median(np.abs(difference))) if some else float("nan"),
        largest_s=float(np.max(np.abs(difference))) if some else float("nan"),
    )


def matched_s(time_s: FloatArray, switch_s: FloatArray) -> FloatArray:
    """Return for each time the nearest of the sorted `switch_s`, NaN where none is within `WITHIN_S`."""
    if switch_s.size == 0:
        return np.full(time_s.shape, np.nan)
    near = switch_s[_nearest(time_s, switch_s)]
    return np.where(np.abs(near - time_s) <= WITHIN_S, near, np.nan)


def _nearest(from_s: FloatArray, to_s: FloatArray) -> IntArray:
    """Return for each time the index of the nearest of the sorted `to_s`."""
    middle = (to_s[1:] + to_s[:-1]) / 2
    return np.searchsorted(middle, from_s).astype(np.int64)


def sentence(agreement: Agreement) -> str:
    """Say in a sentence how far they agree, in milliseconds.

    Examples
    --------
    >>> sentence(compare(np.array([1.0, 2.0, 3.0]), np.array([1.01, 2.02, 4.0]), "foot_contact"))
    'foot contacts of switches and events: 2 of 3 events matched, switches 15 ms late (median), 20 ms at most'
    """
    found = f"{_NAMES[agreement.kind]} of switches and events: "
    found += f"{agreement.n_matched} of {agreement.n_events} events matched"
    alone = agreement.n_switches - agreement.n_matched
    if agreement.n_matched:
        late_ms = round(1000 * agreement.median_s)
        when = (
            f"{abs(late_ms)} ms {'late' if late_ms > 0 else 'early'}" if late_ms else "neither early nor late"
        )
        found += f", switches {when} (median), {round(1000 * agreement.largest_s)} ms at most"
    return found + (f"; {alone} of the switches without an event" if alone > 0 else "")
