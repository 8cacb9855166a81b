"""Intervals across cycles: of the mean of edges, and of a frequency."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit.found import MIN_CYCLES
from emgkit.measures import circular
from emgkit.model import FloatArray

OWN_LEVEL_Z = 1.959963984540054
"""The interval of a single edge is one of 95 %."""


@dataclass(frozen=True, slots=True)
class Mean:
    """Mean of positions with its interval, all in percent of the cycle; NaN where not determinable."""

    mean_pct: float
    sd_pct: float
    low_pct: float
    high_pct: float


def mean_of_edges(
    position_pct: FloatArray,
    low_pct: FloatArray,
    high_pct: FloatArray,
    *,
    cyclic: bool,
    confidence: float,
) -> Mean:
    """Average edges over cycles, and say how far the mean is known.

    Parameters
    ----------
    position_pct, low_pct, high_pct : arrays of shape (n_edges,), in percent of the cycle
        Each edge with the bounds of its own 95 % interval, NaN where a detector gives none.
    cyclic : bool
        True for positions on the circle of the gait cycle, False for positions on a line.
    confidence : float
        Level of the interval of the mean, 0 to 1.

    Returns
    -------
    Mean
        `low_pct` and `high_pct` are NaN below `MIN_CYCLES` edges, and where they would span the whole circle.

    Notes
    -----
    All cycles weigh the same, because an edge with a wide interval is often that of a weak burst, which
    really starts later and ends earlier: weights would move the mean towards the strong ones. Then

        half width = max(t(n - 1) S, z s) / sqrt(n)

    S is the standard deviation (n - 1) over the cycles of each edge's influence on the mean, on a line its
    deviation d, on the circle sin(d) / R with the length R of the mean vector. It already holds the
    independent error of each edge. s, the root mean square of the edges' own standard deviations, is the
    least that it can be: a spread that is small by chance, or because the same error is in all cycles, does
    not make the mean better known than its edges say. An interval of an edge that reaches further to one side
    than to the other is read as two halves of normal distributions with the standard deviations s1 below and
    s2 above, whose mean lies sqrt(2 / pi) (s2 - s1) beside the edge. The average of that does not vanish with
    the number of cycles, and the interval of the mean reaches further by it, to that side.

    References
    ----------
    N. I. Fisher (1993), Statistical Analysis of Circular Data, DOI 10.1017/CBO9780511564345 (circular
    dispersion). K. F. Wallis (2014), The two-piece normal, binormal, or double Gaussian distribution,
    Stat Sci 29(1), 106-112, DOI 10.1214/13-STS417. A. Wiksten, G. Ruecker, G. Schwarzer (2016), Hartung-Knapp
    method is not always conservative compared with fixed-effect meta-analysis, Stat Med 35(15), 2503-2515,
    DOI 10.1002/sim.6879 (why the errors that are known are a floor).

    Examples
    --------
    >>> edges = np.array([98.0, 99.0, 0.0, 1.0, 2.0])
    >>> found = mean_of_edges(edges, edges - 0.5, edges + 0.5, cyclic=True, confidence=0.95)
    >>> found.mean_pct, round(found.low_pct, 2), round(found.high_pct, 2)
    (0.0, -1.97, 1.97)
    """
    known = ~np.isnan(position_pct)
    position = position_pct[known]
    mean, sd, influence = _influences(position, cyclic)
    if position.size < MIN_CYCLES or np.isnan(mean):
        return Mean(mean, sd, float("nan"), float("nan"))

    from scipy.special import ndtri, stdtrit

    below, above = ((edge[known] / OWN_LEVEL_Z) for edge in (position_pct - low_pct, high_pct - position_pct))
    lean = _mean_of_known(np.sqrt(2 / np.pi) * (above - below))
    own_variance = _mean_of_known((1 - 2 / np.pi) * (above - below) ** 2 + above * below)
    spread = float(np.sqrt(np.sum(influence**2) / (position.size - 1)))
    upper = 0.5 + confidence / 2
    half = max(
        float(stdtrit(position.size - 1, upper)) * spread,
        float(ndtri(upper)) * own_variance**0.5,
    ) / (position.size**0.5)
    low, high = mean - half + min(lean, 0.0), mean + half + max(lean, 0.0)
    if cyclic and high - low >= 100:
        return Mean(mean, sd, float("nan"), float("nan"))
    return Mean(mean, sd, low, high)


def wilson_pct(count: int, total: int, confidence: float) -> tuple[float, float]:
    """Return the interval of a frequency in percent, from `count` of `total` cycles.

    Notes
    -----
    The score interval; it takes the cycles as independent of each other.

    References
    ----------
    E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, J Am Stat Assoc
    22(158), 209-212, DOI 10.1080/01621459.1927.10502953. L. D. Brown, T. T. Cai, A. DasGupta (2001), Interval
    estimation for a binomial proportion, Stat Sci 16(2), 101-133, DOI 10.1214/ss/1009213286.

    Examples
    --------
    >>> [round(bound, 1) for bound in wilson_pct(10, 10, 0.95)]
    [72.2, 100.0]
    """
    from scipy.special import ndtri

    z2 = float(ndtri(0.5 + confidence / 2)) ** 2
    share = count / total
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = np.sqrt(z2 * (share * (1 - share) + z2 / (4 * total)) / total) / (1 + z2 / total)
    # none and all of the cycles have exact bounds, which rounding must not pass
    low = 0.0 if count == 0 else 100 * (centre - half)
    high = 100.0 if count == total else 100 * (centre + half)
    return float(low), float(high)


def _influences(position_pct: FloatArray, cyclic: bool) -> tuple[float, float, FloatArray]:
    """Return mean, standard deviation, and how far each position moves the mean, times their number."""
    if not cyclic:
        mean = float(position_pct.mean()) if position_pct.size else float("nan")
        sd = float(position_pct.std(ddof=1)) if position_pct.size > 1 else float("nan")
        return mean, sd, position_pct - mean
    mean = circular.mean_pct(position_pct)
    angle = 2 * np.pi * (position_pct - mean) / 100
    influence = np.sin(angle) / np.mean(np.cos(angle)) if not np.isnan(mean) else np.full(angle.shape, np.nan)
    return mean, circular.sd_pct(position_pct), influence * 100 / (2 * np.pi)


def _mean_of_known(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else 0.0
