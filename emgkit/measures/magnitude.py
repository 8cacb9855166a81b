"""Magnitude over intervals of samples, for all intervals at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emgkit.model import BoolArray, FloatArray, IntArray


def sample_at(time_s: FloatArray, rate_hz: float, n_samples: int) -> IntArray:
    """Return the first sample at or after each time, in 0 ... n_samples; NaN gives 0."""
    # a millionth of a sample of slack: 0.3 * 1000 is 299.99999999999994
    index = np.ceil(np.nan_to_num(np.asarray(time_s, dtype=np.float64)) * rate_hz - 1e-6)
    return np.clip(index, 0, n_samples).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """Running sum of a signal about its mean, in which the mean over any stretch is looked up."""

    centre: float
    """Mean of the signal: a running sum of a long recording about 0 would lose digits."""
    total: FloatArray
    """Sum of all samples before each sample and the end, shape (n_samples + 1,)."""

    def over(self, start: IntArray, stop: IntArray) -> FloatArray:
        """Return the mean over each [start, stop); NaN where it is empty."""
        n = stop - start
        mean = (self.total[stop] - self.total[start]) / np.maximum(n, 1) + self.centre
        return np.where(n > 0, mean, np.nan)


def means_of(values: FloatArray) -> Means:
    """Sum a signal up once for all stretches."""
    centre = float(values.mean()) if values.size else 0.0
    total = np.zeros(values.size + 1)
    np.cumsum(values - centre, out=total[1:])
    return Means(centre, total)


def mean_over(values: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return the mean of `values` over each [start, stop); NaN where it is empty."""
    return means_of(values).over(start, stop)


def share_over(mask: BoolArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return the share of each [start, stop) for which `mask` holds; exact, NaN where it is empty."""
    here = np.flatnonzero(mask)
    n = stop - start
    count = np.searchsorted(here, stop) - np.searchsorted(here, start)
    return np.where(n > 0, count / np.maximum(n, 1), np.nan)


def max_over(values: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return the maximum of `values` over each [start, stop); NaN where it is empty."""
    result = np.full(start.shape, np.nan)
    some = stop > start
    if some.any():
        # reduceat takes [a, b), [b, c), ...: every second of the pairs (start, stop) is one of ours
        pairs = np.column_stack([start[some], stop[some]]).ravel()
        padded = values if pairs.max() < values.size else np.append(values, -np.inf)
        result[some] = np.maximum.reduceat(padded, pairs)[::2]
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Magnitude:
    """Magnitude over intervals; arrays of shape (n_intervals,), NaN where an interval is empty."""

    mean_uv: FloatArray
    rms_uv: FloatArray
    peak_uv: FloatArray
    iemg_uvs: FloatArray


def net_rms(rms_uv: npt.ArrayLike, noise_uv: npt.ArrayLike) -> FloatArray:
    """Return the root mean square without the noise floor, subtracted in power; NaN where it is not known.

    Notes
    -----
    sqrt(max(rms^2 - noise^2, 0)), since the powers of independent signals add. 0 says that the signal is not
    louder than the noise.

    Examples
    --------
    >>> net_rms([5.0, 5.0, 2.0], [3.0, float("nan"), 3.0]).tolist()
    [4.0, nan, 0.0]
    """
    rms, noise = np.asarray(rms_uv, dtype=np.float64), np.asarray(noise_uv, dtype=np.float64)
    return np.asarray(np.sqrt(np.maximum(rms**2 - noise**2, 0.0)), dtype=np.float64)


def net_mean(mean_uv: FloatArray, rms_uv: FloatArray, noise_uv: float) -> FloatArray:
    """Return the mean rectified value of a burst without the noise floor; NaN where that is not known.

    Notes
    -----
    mean * net_rms / rms: the mean rectified value is reduced by the same factor as the root mean square. It
    is exact for a Gaussian signal in Gaussian noise, whose mean rectified value is sqrt(2 / pi) of the root
    mean square with noise, without it and for the noise alone. Over a stretch that is partly silent it has no
    such meaning; it is given for bursts only.
    """
    net = net_rms(rms_uv, noise_uv)
    return np.where(rms_uv > 0, mean_uv * net / np.where(rms_uv > 0, rms_uv, 1.0), net)


def measure(
    rectified: Means, power: Means, envelope_uv: FloatArray, rate_hz: float, start: IntArray, stop: IntArray
) -> Magnitude:
    """Measure the conditioned signal over each [start, stop).

    Mean of the absolute value, root mean square, maximum of the envelope, and integral of the absolute value
    (mean times duration).

    Parameters
    ----------
    rectified, power : Means
        Of the absolute value of the signal, in microvolts, and of its square.
    """
    mean = rectified.over(start, stop)
    return Magnitude(
        mean_uv=mean,
        rms_uv=np.sqrt(np.maximum(power.over(start, stop), 0.0)),
        peak_uv=max_over(envelope_uv, start, stop),
        iemg_uvs=mean * (stop - start) / rate_hz,
    )


def power_ratio_db(
    emg_uv: FloatArray, on: BoolArray, noise_uv: float, start: IntArray, stop: IntArray
) -> FloatArray:
    """Return 10 log10(P_on / P_noise - 1) over the samples of each [start, stop) that are on.

    NaN where the muscle is not on, where the noise is not known, or where it is not louder than the noise.
    """
    here = np.flatnonzero(on)
    power = mean_over(emg_uv[here] ** 2, *(np.searchsorted(here, edge) for edge in (start, stop)))
    with np.errstate(divide="ignore", invalid="ignore"):
        excess = power / noise_uv**2 - 1
        return np.where((noise_uv > 0) & (excess > 0), 10 * np.log10(excess), np.nan)
