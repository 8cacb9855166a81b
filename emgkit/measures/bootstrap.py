"""Intervals by resampling strides: the same strides give the same interval on every run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from emgkit.model import FloatArray

REPLICATES = 2000
LEAST_USABLE = 0.99
"""Least share of samples with a positive statistic; now and then only strides that are alike are drawn."""
_SEED = 1978

Statistic = Callable[[FloatArray], FloatArray]
"""Takes how often each stride counts, shape (n_samples, n_strides); returns a number for each sample."""


def interval(statistic: Statistic, n_strides: int, confidence: float) -> tuple[float, float]:
    """Return the bootstrap interval of a positive statistic over strides.

    Parameters
    ----------
    statistic : callable
    n_strides : int
    confidence : float
        Level, 0 to 1.

    Returns
    -------
    low, high : float
        NaN where the statistic is zero or not determinable in more than a hundredth of the samples, not all.

    Notes
    -----
    Strides are drawn with replacement, 2000 times with a fixed seed; they are taken as independent. With the
    logarithm L of the statistic, its bootstrap bias and standard error, and Student's t with n - 1:

        exp(L - bias +- t(n - 1) SE)

    Spreads of few strides are too small on average and skewed. The logarithm, the bias and t make up for it;
    percentiles of the bootstrap do not. How often it holds the truth: docs/validation/mean_interval.md.

    References
    ----------
    B. Efron, R. J. Tibshirani (1993), An Introduction to the Bootstrap, DOI 10.1201/9780429246593.

    Examples
    --------
    >>> heights = np.arange(1.0, 21.0)
    >>> low, high = interval(lambda counts: counts @ heights / counts.sum(axis=-1), 20, 0.95)
    >>> bool(low < heights.mean() < high)
    True
    """
    from scipy import stats

    counts = np.random.default_rng(_SEED).multinomial(
        n_strides, np.full(n_strides, 1 / n_strides), size=REPLICATES
    )
    drawn = statistic(counts.astype(np.float64))
    value = statistic(np.ones((1, n_strides)))[0]
    if value == 0 and not drawn.any():
        return 0.0, 0.0
    usable = drawn > 0  # also false for NaN
    if not (value > 0 and usable.mean() >= LEAST_USABLE):
        return float("nan"), float("nan")
    log = np.log(drawn[usable] / value)
    half = float(stats.t.ppf(0.5 + confidence / 2, n_strides - 1)) * log.std(ddof=1)
    low, high = value * np.exp(-log.mean() - half), value * np.exp(-log.mean() + half)
    return float(low), float(high)
