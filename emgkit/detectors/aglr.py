"""Sliding likelihood ratio of a change in variance, then the likeliest change point: Staude and Wolf 1999.

Assumptions: the whitened signal is Gaussian, of one variance in quiet and of a larger one in a burst. No
interval comes with an edge.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from emgkit.detectors import _baseline, _power, _whitened, intervals
from emgkit.detectors.base import (
    Parameters,
    check_length,
    check_rate,
    min_duration_parameter,
    nothing_in_constant,
    parameter,
)
from emgkit.found import Detection
from emgkit.model import BoolArray, FloatArray, IntArray

_LEVELS = 10 ** (np.arange(4.0, 48.1, 4.0) / 10)  # power of a ramp's top over the quiet level
_RAMPS_S = np.array([0.005, 0.01, 0.02, 0.035, 0.05, 0.07, 0.1, 0.15, 0.2])


@dataclass(frozen=True)
class AglrParameters(Parameters):
    """Parameters of the approximated generalised likelihood ratio."""

    method: ClassVar[str] = "aglr"

    band_low_hz: float = parameter(
        30.0, "cut-off of the high-pass (Butterworth, order 4, forwards for onsets, backwards for offsets)",
        low=1, high=500, unit="Hz",
    )  # fmt: skip
    whitening_s: float = parameter(
        0.005, "length of the filter that whitens the quiet signal; 0: none", low=0, high=0.05, unit="s"
    )
    window_s: float = parameter(0.025, "window of the likelihood ratio", low=0.005, high=0.5, unit="s")
    false_alarm: float = parameter(
        1e-5, "probability that a window of quiet signal raises an alarm", low=1e-30, high=0.5
    )
    profile: str = parameter(
        "ramp", "how the standard deviation rises: at once, or along a ramp", words=("ramp", "step")
    )
    ramp_s: float = parameter(0.1, "longest ramp", low=0.005, high=0.2, unit="s")
    min_duration_s: float = min_duration_parameter()
    quiet_s: float = _baseline.quiet_parameter()


def find_bursts(samples_uv: FloatArray, rate_hz: float, parameters: AglrParameters) -> Detection:
    """Find the bursts with the approximated generalised likelihood ratio.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    parameters : AglrParameters

    Raises
    ------
    InputError
        If the rate leaves no band above `band_low_hz`.
    InsufficientDataError
        If the signal is shorter than 0.5 s.

    Notes
    -----
    With y the square of the whitened signal over its quiet variance and r its mean over a window of L
    samples, the logarithm of the likelihood ratio of a change to an unknown variance is

        g = L / 2 (r - 1 - ln r),

    which grows with r above 1. In white noise L r is chi-square with L degrees of freedom, so the threshold
    on g follows from `false_alarm`; the paper sets it by hand. Where the band ends below half the rate,
    whitening leaves samples that depend on each other; their effective number is taken for L. Windows that
    exceed the threshold, joined, are where a burst is looked for. Its onset is then the change point t0 with
    the largest likelihood

        sum over t >= t0 of (y_t - ln v(t - t0) - y_t / v(t - t0)) / 2

    in the stretch from one window and the longest ramp before the first alarm to as much after it. The
    profile v is a step to an unknown variance, whose estimate is the mean of y after t0, or (the default)
    such a step or a ramp: the standard deviation rises along a line from that of quiet to an unknown one and
    stays there. Length and top of the ramp are chosen by the same likelihood. An offset is an onset of the
    signal reversed in time. Edges lie on blocks of 1 ms.

    The paper is on the one onset of a reaction; it has no offsets and no least duration, and a chosen quiet
    stretch, where here it is the quietest of the recording.

    References
    ----------
    Staude G, Wolf W. Med Eng Phys 1999;21:449-467. doi:10.1016/S1350-4533(99)00067-3
    Staude GH. IEEE Trans Biomed Eng 2001;48:1292-1305. doi:10.1109/10.959325
    """
    check_rate(rate_hz, parameters.band_low_hz)
    check_length(samples_uv.size, rate_hz, _baseline.NEEDED_S, parameters.method)
    nothing = nothing_in_constant(samples_uv, parameters)
    if nothing is not None:
        return nothing
    filtered = _power.filter_both_ways(samples_uv, rate_hz, parameters.band_low_hz)
    step, block, n = filtered.step_s, filtered.block, filtered.n_blocks
    white = _whitened.whiten(filtered, parameters.whitening_s, parameters.quiet_s)
    width = max(1, round(parameters.window_s / step))
    freedom = width * block / white.memory
    rough = _baseline.above(white.forward, least_ratio(parameters.false_alarm, freedom), width)

    ramps_s = _RAMPS_S[parameters.ramp_s >= _RAMPS_S] if parameters.profile == "ramp" else np.empty(0)
    search = width + math.ceil(ramps_s.max(initial=0.0) / step)
    ramps = (ramps_s / step).tolist()
    onset = change_points(white.forward, rough, search, block, ramps)
    mirrored = n - rough[::-1, ::-1]
    offset = n - change_points(white.backward[::-1], mirrored, search, block, ramps)[::-1]
    bursts = intervals.from_mask(intervals.to_mask(np.column_stack((onset, offset))[onset < offset], n))
    bursts = intervals.close_gaps(bursts, parameters.min_duration_s / step)
    bursts = intervals.drop_short(bursts, parameters.min_duration_s / step)
    return _baseline.finish(
        bursts,
        n,
        step,
        samples_uv.size / rate_hz,
        parameters,
        learned={"noise_uv": white.noise_uv, "threshold": log_ratio(parameters.false_alarm, freedom)},
        silent=white.silent,
    )


def least_ratio(false_alarm: float, n: float) -> float:
    """Return the mean of `n` squares over their variance that noise exceeds with this probability."""
    from scipy.special import chdtri

    return float(chdtri(n, false_alarm)) / n


def log_ratio(false_alarm: float, n: float) -> float:
    """Return the threshold on g that belongs to `least_ratio`."""
    r = least_ratio(false_alarm, n)
    return n / 2 * (r - 1 - math.log(r))


def change_points(
    relative: FloatArray, rough: IntArray, search: int, block: int, ramps: list[float]
) -> IntArray:
    """Return the most likely onset of each burst.

    Parameters
    ----------
    relative : array of shape (n_blocks,)
        Power of each block over that of the quiet signal.
    rough : array of shape (n_bursts, 2)
        Where the alarm was raised.
    search : int
        Blocks to look at before and after the first alarm.
    block : int
        Samples per block.
    ramps : list of float
        Lengths of the ramps in blocks, beside the step, which is always tried.

    Returns
    -------
    array of shape (n_bursts,), the first block that belongs to the burst
    """
    if len(rough) == 0:
        return np.empty(0, dtype=np.int64)
    at = rough[:, :1] + np.arange(-search, search)
    before = np.concatenate(([0], rough[:-1, 1]))[:, None]
    known = (at >= before) & (at < rough[:, 1:])  # neither the burst before nor what comes after this one
    y = np.where(known, relative[np.clip(at, 0, relative.size - 1)], 0.0)
    best = np.full(len(rough), -np.inf)
    start = np.zeros(len(rough), dtype=np.int64)
    for likelihood in _likelihoods(y, known, block, ramps):
        # before the recording or in another burst there is no onset; one block of the burst has to remain
        likelihood = np.where(known, likelihood, -np.inf)
        at_best = likelihood.argmax(axis=1)
        value = np.take_along_axis(likelihood, at_best[:, None], axis=1)[:, 0]
        better = value > best
        best = np.where(better, value, best)
        start = np.where(better, at_best, start)
    return np.asarray(np.take_along_axis(at, start[:, None], axis=1)[:, 0])


def _likelihoods(y: FloatArray, known: BoolArray, block: int, ramps: list[float]) -> Iterator[FloatArray]:
    """Yield the log-likelihood of a change before each block, for one profile after the other."""
    from scipy.fft import irfft, next_fast_len, rfft

    after = np.cumsum(known[:, ::-1], axis=1)[:, ::-1]
    mean = np.cumsum(y[:, ::-1], axis=1)[:, ::-1] / np.maximum(after, 1)
    ratio = np.maximum(mean, 1.0)  # a fall is no onset
    yield block / 2 * after * (ratio - 1 - np.log(ratio))
    # the same sum for every change point is a correlation with the profile
    n = y.shape[1]
    size = next_fast_len(2 * n, real=True)
    y_spectrum, known_spectrum = rfft(y, size), rfft(known.astype(np.float64), size)
    for length in ramps:
        risen = np.minimum((np.arange(n) + 0.5) / length, 1)
        for level in _LEVELS:
            variance = (1 + (math.sqrt(level) - 1) * risen) ** 2
            gain, cost = rfft(1 - 1 / variance, size).conj(), rfft(np.log(variance), size).conj()
            yield block / 2 * irfft(y_spectrum * gain - known_spectrum * cost, size)[:, :n]
