"""How much the strides differ: profile, bursts and time, each with its interval over the strides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from emgkit import table_values
from emgkit.found import MIN_CYCLES, Cycles
from emgkit.measures.bootstrap import RESAMPLES, Statistic, interval
from emgkit.measures.circular import sd_of_length_pct
from emgkit.measures.profile import PCT, resample
from emgkit.measures.summary import Counted
from emgkit.measures.trial import Signal
from emgkit.model import FloatArray

MIN_PROFILES = 3
"""Least number of strides from which the spread of the profile is stated."""
MIN_RESAMPLED = 10
"""Least number of strides from which a bootstrap interval is stated."""
Bounds = Callable[[Statistic, int], tuple[float, float]]
"""Takes a statistic and the number of cycles; returns the bounds of its interval."""


def variability_table(
    trials: Sequence[tuple[Signal, Cycles]],
    cycles: pd.DataFrame,
    counted: Counted,
    *,
    walking: bool,
    confidence: float,
    resamples: int = RESAMPLES,
) -> pd.DataFrame:
    """Return the table `variability` over the used cycles of all trials.

    Parameters
    ----------
    trials : sequence of (Signal, Cycles)
    cycles : DataFrame
        The table `cycles` of the analysis.
    counted : Counted
        From `summary.count_bursts`.
    walking : bool
        True for gait, where positions lie on a circle.
    confidence : float
        Level of the intervals.
    resamples : int
        Samples of cycles behind each interval.

    Notes
    -----
    The profile is taken at 0, 1 ... 99 % of each cycle. Bursts are those of the most frequent number of
    bursts, other than none; of equally frequent numbers the smaller.
    """
    envelope = np.concatenate([_profiles(signal, ledger) for signal, ledger in trials])
    moments = Moments(envelope)
    bounds = partial(interval, confidence=confidence, resamples=resamples)
    time_s = cycles["duration_s"].to_numpy(np.float64)[cycles["used"].to_numpy(np.bool_)]
    rows = [
        _row("variance_ratio", "none", variance_ratio_of(moments), len(envelope), MIN_PROFILES, bounds),
        _row("profile_cv", "%", profile_cv_of(moments), len(envelope), MIN_PROFILES, bounds),
        _row(
            "stride_time_cv" if walking else "repetition_time_cv",
            "%",
            cv_of(time_s),
            time_s.size,
            MIN_CYCLES,
            bounds,
        ),
    ]
    return table_values.build("variability", rows + _burst_rows(counted, walking=walking, bounds=bounds))


def _profiles(signal: Signal, ledger: Cycles) -> FloatArray:
    """Return the envelope at 0, 1 ... 99 % of each used cycle, shape (n_used, 100)."""
    n_used = int(np.count_nonzero(ledger.used))
    return resample(signal, ledger, np.broadcast_to(PCT[:100], (n_used, 100)))[0]


def _burst_rows(counted: Counted, *, walking: bool, bounds: Bounds) -> list[dict[str, Any]]:
    counts = np.bincount(counted.modality, minlength=1)
    counts[0] = 0
    modality = int(counts.argmax()) or None
    bursts = counted.bursts
    alike = bursts["modality"].to_numpy(np.int64) == (modality or 0)
    number = np.where(alike, bursts["number"].to_numpy(np.int64), 0)
    columns = {name: bursts[name].to_numpy(np.float64) for name in ("onset_pct", "offset_pct", "mean_uv")}
    whole = bursts["cut"].to_numpy(np.object_) == "none"
    columns["duration_s"] = np.where(whole, bursts["duration_s"].to_numpy(np.float64), np.nan)
    rows: list[dict[str, Any]] = []
    for burst in range(1, (modality or 1) + 1):
        for measure, unit, name in (
            ("onset_sd", "%", "onset_pct"),
            ("offset_sd", "%", "offset_pct"),
            ("duration_cv", "%", "duration_s"),
            ("amplitude_cv", "%", "mean_uv"),
        ):
            values = columns[name][number == burst]
            known = values[~np.isnan(values)]
            statistic = spread_of(known, cyclic=walking) if measure.endswith("_sd") else cv_of(known)
            row = _row(measure, unit, statistic, known.size, MIN_CYCLES, bounds)
            rows.append(row | {"modality": modality, "burst": burst if modality else None})
    return rows


class Moments:
    """Number of strides, mean at each point and sum of squares, for samples of the strides.

    Parameters
    ----------
    values : array of shape (n_strides, n_points)
    """

    def __init__(self, values: FloatArray) -> None:
        self._centre = values.sum(axis=0) / max(1, len(values))
        # so that squares of what is alike are nothing, not a difference of large numbers
        self._rest = values - self._centre
        self._squares = np.sum(self._rest**2, axis=1)
        self._kept: tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray]] | None = None

    def __call__(self, counts: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return them for how often each stride counts.

        Those of counts that cannot change are kept: several statistics ask for the same.

        Parameters
        ----------
        counts : array of shape (n_samples, n_strides)

        Returns
        -------
        n : array of shape (n_samples,)
        mean : array of shape (n_samples, n_points)
        within : array of shape (n_samples,)
            Sum over strides and points of the squares about the mean of the point.
        """
        if self._kept is not None and self._kept[0] is counts:
            return self._kept[1]
        n = _number(counts)
        mean = counts @ self._rest
        mean /= n[:, None]
        within = np.maximum(counts @ self._squares - n * _squared(mean), 0.0)
        mean += self._centre
        found = n, mean, within
        if not counts.flags.writeable:
            self._kept = counts, found
        return found


def _squared(rows: FloatArray) -> FloatArray:
    """Return the sum of the squares of each row."""
    return np.asarray(np.einsum("ij,ij->i", rows, rows))


def _number(counts: FloatArray) -> FloatArray:
    """Return how many strides are drawn in each sample; a product of matrices adds up fastest."""
    return np.asarray(counts @ np.ones(counts.shape[1]))


def variance_ratio_of(moments: Moments) -> Statistic:
    """Return the variance ratio of profiles as a statistic over strides.

    Parameters
    ----------
    moments : Moments
        Of the profiles, of shape (n_strides, n_points).

    Notes
    -----
    With x_ij at point i of k in stride j of n, its mean over strides m_i, and the mean of all m:

        VR = sum_ij (x_ij - m_i)^2 / (k (n - 1)) / (sum_ij (x_ij - m)^2 / (k n - 1))

    0 for strides that are all alike, about 1 for strides that have nothing in common.

    References
    ----------
    C. Hershler, M. Milner (1978), An optimality criterion for processing electromyographic (EMG) signals
    relating to human locomotion, IEEE Trans Biomed Eng 25(5), 413-420.

    Examples
    --------
    >>> same = np.tile([1.0, 5.0, 2.0], (4, 1))
    >>> float(variance_ratio_of(Moments(same))(np.ones((1, 4)))[0])
    0.0
    """

    def statistic(counts: FloatArray) -> FloatArray:
        n, mean, within = moments(counts)
        k = mean.shape[1]
        between = n * _squared(mean - mean.mean(axis=1, keepdims=True))
        return _ratio(within / (k * (n - 1)), (within + between) / (k * n - 1))

    return statistic


def profile_cv_of(moments: Moments) -> Statistic:
    """Return the coefficient of variation of the profile in percent, as a statistic over strides.

    Notes
    -----
    With the mean m_i and the standard deviation s_i (n - 1) over strides at point i of k:

        CV = 100 sqrt(sum_i s_i^2 / k) / (sum_i |m_i| / k)

    References
    ----------
    D. A. Winter, H. J. Yack (1987), EMG profiles during normal human walking: stride-to-stride and
    inter-subject variability, Electroencephalogr Clin Neurophysiol 67(5), 402-411, DOI
    10.1016/0013-4694(87)90003-4.
    """

    def statistic(counts: FloatArray) -> FloatArray:
        n, mean, within = moments(counts)
        k = mean.shape[1]
        return 100 * _ratio(np.sqrt(within / (k * (n - 1))), np.abs(mean).mean(axis=1))

    return statistic


def cv_of(values: FloatArray) -> Statistic:
    """Return the coefficient of variation, 100 SD / mean with n - 1, as a statistic over strides."""
    return profile_cv_of(Moments(values[:, None]))


def spread_of(positions_pct: FloatArray, *, cyclic: bool) -> Statistic:
    """Return the standard deviation of positions as a statistic over strides.

    On the circle it is sqrt(-2 ln R), as in `circular.sd_pct`; on a line that with n - 1.
    """
    if not cyclic:
        moments = Moments(positions_pct[:, None])

        def on_line(counts: FloatArray) -> FloatArray:
            n, _, within = moments(counts)
            return np.sqrt(_ratio(within, n - 1))

        return on_line

    angle = 2 * np.pi * positions_pct / 100
    direction = np.column_stack([np.cos(angle), np.sin(angle)])

    def on_circle(counts: FloatArray) -> FloatArray:
        return sd_of_length_pct(np.hypot(*(counts @ direction).T) / _number(counts))

    return on_circle


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    known = below > 0
    return np.where(known, above / np.where(known, below, 1.0), np.nan)


def _row(
    measure: str, unit: str, statistic: Statistic, n: int, needed: int, bounds: Bounds
) -> dict[str, Any]:
    row: dict[str, Any] = {"measure": measure, "modality": None, "burst": None, "unit": unit, "n": n}
    row |= {"value": np.nan, "low": np.nan, "high": np.nan}
    if n < needed:
        return row | {"why": f"{n} found, {needed} needed"}
    value = float(statistic(np.ones((1, n)))[0])
    if np.isnan(value):
        balanced = f"the {n} found balance around the cycle and have no mean"
        return row | {"why": balanced if measure.endswith("_sd") else "what it is divided by is zero"}
    if n < MIN_RESAMPLED:
        return row | {"value": value, "why": f"interval: {n} found, {MIN_RESAMPLED} needed"}
    low, high = bounds(statistic, n)
    why = (
        "interval: the measure is zero or not determinable in some of the samples"
        if np.isnan(low)
        else "none"
    )
    return row | {"value": value, "low": low, "high": high, "why": why}
