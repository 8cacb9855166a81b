"""Slow change of the quiet level over a long recording: the wire warms up, dries or settles."""

from __future__ import annotations

import numpy as np

from emgkit.detectors import _levels
from emgkit.model import FloatArray

_WINDOW_S = 10.0
_LEAST_WINDOWS = 3
_LEAST_DB, _MOST_DB = 1.5, 5.0
"""Less than the first is the chance of the estimate. A window whose lowest level lies further than the second
from the middle one is not drift: the muscle is on in it."""


def quiet_drift(power: FloatArray, step_s: float) -> FloatArray | None:
    """Return the factor by which the quiet power of each block exceeds the usual one, shape (n_blocks,).

    None where there is none, and for a recording shorter than three windows of 10 s, in which drift cannot be
    told from activity.

    Notes
    -----
    The lowest level of each window, a running median over three of them, and straight lines in between. A
    window in which the muscle never rests takes the level of its neighbours.
    """
    width = round(_WINDOW_S / step_s)
    n = power.size // width
    if n < _LEAST_WINDOWS:
        return None
    stops = np.append(np.arange(1, n) * width, power.size)  # the last window takes what is left over
    starts = np.arange(n) * width
    level_db = np.array(
        [
            10 * np.log10(_levels.lowest_level(power[start:stop], step_s))
            for start, stop in zip(starts, stops, strict=True)
        ]
    )
    padded = np.concatenate((level_db[:1], level_db, level_db[-1:]))
    smooth = np.median(np.stack((padded[:-2], padded[1:-1], padded[2:])), axis=0)
    smooth -= np.median(smooth)
    steady = np.abs(smooth) <= _MOST_DB
    if np.ptp(smooth[steady]) < _LEAST_DB:
        return None
    centre = (starts + stops) / 2
    drift_db = np.interp(np.arange(power.size), centre[steady], smooth[steady])
    return np.asarray(10 ** (drift_db / 10))
