"""Intervals of a mean over cycles by drawing cycles anew; the same cycles give the same interval."""

import math

import numpy as np

from emgkit.model import FloatArray

MIN_CYCLES = 5
"""From fewer cycles the spread of a mean is not known well enough to draw it."""
_SEED = 1979  # of Efron's first paper; any number does, but it must be one


def mean_interval(values: FloatArray, confidence: float, resamples: int) -> tuple[FloatArray, FloatArray]:
    """Return the bootstrap interval of the mean over cycles, for each column alone.

    Parameters
    ----------
    values : array of shape (n_cycles, n_columns)
    confidence : float
        Level, such as 0.95.
    resamples : int

    Returns
    -------
    low, high : arrays of shape (n_columns,)
        NaN below `MIN_CYCLES` cycles.

    Notes
    -----
    Whole cycles are drawn with replacement, as often as there are cycles, and averaged; a resample weights
    all columns alike, so it is one product of matrices. The bounds are percentiles of these means. Plain
    percentiles are too narrow for few cycles, by sqrt((n - 1) / n) and by the normal in place of Student's
    distribution. So the tail a / 2 is replaced by Phi(-sqrt(n / (n - 1)) t), with t the quantile 1 - a / 2 of
    Student's distribution with n - 1 degrees of freedom (the expanded percentile interval). Each column is
    judged for itself: at some percent among a hundred the true mean is expected to lie outside.

    References
    ----------
    Efron 1979, Ann Statist 7, 1-26, DOI 10.1214/aos/1176344552.
    Hesterberg 2015, Am Stat 69, 371-386, DOI 10.1080/00031305.2015.1089789.

    Examples
    --------
    >>> low, high = mean_interval(np.arange(12.0)[:, None], 0.95, 2000)
    >>> bool(low[0] < 5.5 < high[0])
    True
    """
    n, n_columns = values.shape
    if n < MIN_CYCLES:
        unknown = np.full(n_columns, np.nan)
        return unknown, unknown
    from scipy import stats

    weights = np.random.default_rng(_SEED).multinomial(n, np.full(n, 1 / n), size=resamples) / n
    t = stats.t.ppf(0.5 + confidence / 2, n - 1)
    tail = float(stats.norm.cdf(-math.sqrt(n / (n - 1)) * t))
    low, high = np.quantile(weights @ values, [tail, 1 - tail], axis=0)
    return low, high
