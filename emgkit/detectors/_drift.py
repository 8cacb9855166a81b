"""Slow change of the quiet level over a long recording: the wire warms up, dries or settles."""

from __future__ import annotations

import numpy as np

from emgkit.detectors import _power
from emgkit.model import FloatArray

_WINDOW_S, _LEAST_WINDOWS = 10.0, 3
_MEAN_S, _QUANTILE = 0.020, 0.1
_LEAST_DB, _MOST_DB = 1.5, 5.0
"""Less than the first is the chance of the estimate. A window whose quiet level lies further than the second
from the middle one is not drift: the muscle is on in it."""


def quiet_drift(power: FloatArray, step_s: float) -> FloatArray | None:
    """Return the factor by which the quiet power of each block exceeds the usual one, shape (n_blocks,).

    None where there is no drift, and for a recording shorter than three windows of 10 s, in which it cannot
    be told from activity.

    Notes
    -----
    The tenth part of the means of 20 ms that is the quietest bounds the quiet level of each window. Of these,
    a running median over three windows, and straight lines in between. A window in which the muscle hardly
    rests takes the level of its neighbours.
    """
    width = round(_MEAN_S / step_s)
    per_window = round(_WINDOW_S / _MEAN_S)
    means = _power.window_means(power, width)
    n = means.size // per_window
    if n < _LEAST_WINDOWS:
        return None
    quiet = np.quantile(means[: n * per_window].reshape(n, per_window), _QUANTILE, axis=1)
    level_db = 10 * np.log10(quiet)
    padded = np.concatenate((level_db[:1], level_db, level_db[-1:]))
    smooth = np.median(np.stack((padded[:-2], padded[1:-1], padded[2:])), axis=0)
    # of two in the middle the lower one: in the other the muscle may be on
    steady = np.abs(smooth - np.sort(smooth)[(n - 1) // 2]) <= _MOST_DB
    smooth -= np.median(smooth[steady])
    if np.ptp(smooth[steady]) < _LEAST_DB:
        return None
    centre = (np.arange(n) + 0.5) * per_window * width
    drift_db = np.interp(np.arange(power.size), centre[steady], smooth[steady])
    return np.asarray(10 ** (drift_db / 10))
