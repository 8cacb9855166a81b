"""Averages and spreads of positions on the cycle: the mean of 98 % and 2 % is 0 %."""

import numpy as np
import numpy.typing as npt

from emgkit.model import FloatArray


def mean_pct(positions_pct: FloatArray) -> float:
    """Return the circular mean in [0, 100) of positions in percent; NaN if there is none.

    Notes
    -----
    The direction of the mean vector; NaN positions are left out, and the mean of positions that balance
    (10 % and 60 %) is NaN because it has no direction.

    References
    ----------
    Mardia and Jupp 2000, Directional Statistics, DOI 10.1002/9780470316979.
    """
    vector = _mean_vector(positions_pct)
    if not np.abs(vector) > 1e-9:
        return float("nan")
    # rounded far below any meaning, so that a mean at contact is 0 and not 99.999999999
    return float(np.round(np.angle(vector) / (2 * np.pi) * 100, 9) % 100.0)


def sd_pct(positions_pct: FloatArray) -> float:
    """Return the circular standard deviation, sqrt(-2 ln R), in percent; NaN for fewer than two positions."""
    if np.count_nonzero(~np.isnan(positions_pct)) < 2:
        return float("nan")
    return float(sd_of_length_pct(np.abs(_mean_vector(positions_pct))))


def sd_of_length_pct(length: npt.ArrayLike) -> FloatArray:
    """Return the circular standard deviation in percent for lengths of the mean vector; NaN at length 0."""
    length = np.asarray(length, dtype=np.float64)
    length = np.where(length > 1 - 1e-12, 1.0, length)  # what is alike has no spread but rounding
    known = length > 1e-9
    spread = np.sqrt(2 * np.log(1 / np.where(known, length, 1.0)))
    return np.asarray(np.where(known, spread, np.nan) / (2 * np.pi) * 100, dtype=np.float64)


def _mean_vector(positions_pct: FloatArray) -> complex:
    known = positions_pct[~np.isnan(positions_pct)]
    if known.size == 0:
        return complex("nan")
    return complex(np.mean(np.exp(2j * np.pi * known / 100)))
