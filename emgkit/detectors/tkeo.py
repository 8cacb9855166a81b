"""Threshold on the Teager-Kaiser energy: Li, Zhou and Aruin 2007, Solnik and others 2010.

Assumptions: the energy in the quietest stretch stands for quiet signal anywhere. No interval comes with an
edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from emgkit.detectors import _baseline, intervals
from emgkit.detectors.base import Parameters, check_length, check_rate, nothing_in_constant, parameter
from emgkit.found import Detection
from emgkit.model import FloatArray


@dataclass(frozen=True)
class TkeoParameters(Parameters):
    """Parameters of the Teager-Kaiser energy detector."""

    method: ClassVar[str] = "tkeo"

    band_low_hz: float = _baseline.high_pass_parameter(30.0, 3)
    band_high_hz: float = parameter(
        300.0, "cut-off of the low-pass (Butterworth, order 3, both ways); left out where the"
        " rate ends the band below it",
        low=1, high=10000, unit="Hz",
    )  # fmt: skip
    lag_s: float = parameter(
        0.001, "distance of the neighbours in the energy operator, rounded to samples; the papers sampled at"
        " 1000 Hz",
        low=0, high=0.02, low_open=True, unit="s",
    )  # fmt: skip
    smooth_hz: float = parameter(
        50.0, "cut-off of the low-pass of the rectified energy (Butterworth, order 2, both ways)",
        low=1, high=1000, unit="Hz",
    )  # fmt: skip
    threshold_sd: float = parameter(
        15.0, "standard deviations of the energy over its quiet mean", low=0, high=10000, low_open=True
    )
    min_duration_s: float = parameter(
        0.025,
        "the energy is over the threshold, or under it, for at least this long",
        low=0,
        high=10,
        unit="s",
    )
    quiet_s: float = _baseline.quiet_parameter()


def find_bursts(samples_uv: FloatArray, rate_hz: float, parameters: TkeoParameters) -> Detection:
    """Find the bursts with the Teager-Kaiser energy operator.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    parameters : TkeoParameters

    Raises
    ------
    InputError
        If the rate leaves no band above `band_low_hz`, or the band is empty.
    InsufficientDataError
        If the signal is shorter than 0.5 s.

    Notes
    -----
    The energy is psi(t) = x(t)^2 - x(t - d) x(t + d) of the band-passed signal; of a sinusoid of amplitude A
    and frequency f it is A^2 sin^2(2 pi f d), constant in time. The papers have d of one sample at 1000 Hz;
    it is kept in seconds, so that the operator does not change with the rate. psi is rectified and
    low-passed. An onset is the first moment from which it exceeds the mean of the quiet stretch by h standard
    deviations for 25 ms without a break. The papers have onsets only; an offset is here the first moment from
    which it stays below for as long. Their quiet stretch was chosen by hand; here it is the quietest of the
    recording.

    References
    ----------
    Li X, Zhou P, Aruin AS. Ann Biomed Eng 2007;35:1532-1538. doi:10.1007/s10439-007-9320-z
    Solnik S et al. Eur J Appl Physiol 2010;110:489-498. doi:10.1007/s00421-010-1521-8
    """
    check_rate(rate_hz, parameters.band_low_hz)
    _baseline.check_band(parameters.band_low_hz, parameters.band_high_hz)
    check_length(samples_uv.size, rate_hz, _baseline.NEEDED_S, parameters.method)
    nothing = nothing_in_constant(samples_uv, parameters)
    if nothing is not None:
        return nothing
    band = samples_uv - np.median(samples_uv)
    band = _baseline.zero_phase(band, rate_hz, parameters.band_low_hz, "highpass", 3)
    band = _baseline.zero_phase(band, rate_hz, parameters.band_high_hz, "lowpass", 3)
    lag = max(1, round(parameters.lag_s * rate_hz))
    energy = _baseline.zero_phase(
        np.abs(teager_kaiser(band, lag)), rate_hz, parameters.smooth_hz, "lowpass", 2
    )
    base = _baseline.baseline(energy, band**2, rate_hz, parameters.quiet_s)
    threshold = base.mean + parameters.threshold_sd * base.spread
    runs = intervals.from_mask(energy > threshold)
    bursts = _baseline.sustained(runs, parameters.min_duration_s * rate_hz)
    return _baseline.finish(
        bursts,
        samples_uv.size,
        1 / rate_hz,
        samples_uv.size / rate_hz,
        parameters,
        learned=base.learned("uv2", threshold) | {"lag_s": lag / rate_hz},
        silent=base.silent,
    )


def teager_kaiser(values: FloatArray, lag: int) -> FloatArray:
    """Return x(t)^2 - x(t - lag) x(t + lag), shape (n_samples,); the first and last `lag` repeat the next."""
    inner = values[lag:-lag] ** 2 - values[: -2 * lag] * values[2 * lag :]
    return np.pad(inner, lag, mode="edge")
