"""Intervals by resampling strides: the same strides give the same interval on every run."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from emgkit.model import FloatArray

REPLICATES = 2000
_SEED = 1978

Statistic = Callable[[FloatArray], FloatArray]
"""Takes how often each stride counts, shape (n_samples, n_strides); returns a number for each sample."""


def interval(statistic: Statistic, n_strides: int, confidence: float) -> tuple[float, float]:
    """Return the bias-corrected and accelerated bootstrap interval of a statistic over strides.

    Parameters
    ----------
    statistic : callable
    n_strides : int
    confidence : float
        Level, 0 to 1.

    Returns
    -------
    low, high : float
        NaN where the statistic is not determinable in some of the samples.

    Notes
    -----
    Strides are drawn with replacement, 2000 times with a fixed seed. They are taken as independent of each
    other.

    References
    ----------
    B. Efron (1987), Better bootstrap confidence intervals, J Am Stat Assoc 82(397), 171-185,
    DOI 10.1080/01621459.1987.10478410.

    Examples
    --------
    >>> heights = np.arange(20.0)
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
    without_one = statistic(1.0 - np.eye(n_strides))
    if not (np.isfinite(drawn).all() and np.isfinite(value) and np.isfinite(without_one).all()):
        return float("nan"), float("nan")
    below = np.mean(drawn < value) + np.mean(drawn == value) / 2
    bias = stats.norm.ppf(np.clip(below, 0.5 / REPLICATES, 1 - 0.5 / REPLICATES))
    lean = without_one.mean() - without_one
    size = np.sum(lean**2) ** 1.5
    acceleration = np.sum(lean**3) / (6 * size) if size > 0 else 0.0
    z = bias + stats.norm.ppf([0.5 - confidence / 2, 0.5 + confidence / 2])
    at = stats.norm.cdf(bias + z / (1 - acceleration * z))
    low, high = np.quantile(drawn, at)
    return float(low), float(high)
