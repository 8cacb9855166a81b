"""Smoothed rectified signal over a threshold for long enough: Lidierth 1986.

Assumptions: the rectified signal of the quietest stretch stands for quiet signal anywhere. No interval comes
with an edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from emgkit.detectors import _baseline, intervals
from emgkit.detectors.base import Parameters, check_length, check_rate, nothing_in_constant, parameter
from emgkit.found import Detection
from emgkit.model import FloatArray


@dataclass(frozen=True)
class LidierthParameters(Parameters):
    """Parameters of the method of Lidierth."""

    method: ClassVar[str] = "lidierth"

    band_low_hz: float = _baseline.high_pass_parameter(20.0, 2)
    window_s: float = parameter(
        0.010, "window of the moving mean of the rectified signal", low=0.001, high=0.5, unit="s"
    )
    threshold_sd: float = parameter(
        3.0, "standard deviations over the quiet mean", low=0, high=1000, low_open=True
    )
    active_s: float = parameter(
        0.030, "a state, on or off, lasts at least this long (t1)", low=0, high=10, unit="s"
    )
    fail_s: float = parameter(
        0.010, "time for which the signal may cross the threshold without ending a state (t2)",
        low=0, high=10, unit="s",
    )  # fmt: skip
    quiet_s: float = _baseline.quiet_parameter()


def find_bursts(samples_uv: FloatArray, rate_hz: float, parameters: LidierthParameters) -> Detection:
    """Find the bursts with the method of Lidierth.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    parameters : LidierthParameters

    Raises
    ------
    InputError
        If the rate leaves no band above `band_low_hz`.
    InsufficientDataError
        If the signal is shorter than 0.5 s.

    Notes
    -----
    The test function is the moving mean of the rectified signal, centred. A burst begins where it exceeds the
    mean of the quiet stretch by h standard deviations and stays there for at least t1, while it may fall
    below for no longer than t2 at a time. It ends by the same rule with the signs exchanged. The window, h,
    t1 and t2 are settings of the method that have to fit the recording; the defaults here are not taken from
    the paper. Its quiet stretch was chosen by hand; here it is the quietest of the recording.

    References
    ----------
    Lidierth M. Electroencephalogr Clin Neurophysiol 1986;64:378-380. doi:10.1016/0013-4694(86)90163-X
    Staude G et al. EURASIP J Appl Signal Process 2001;2:67-81. doi:10.1155/S1110865701000191
    """
    check_rate(rate_hz, parameters.band_low_hz)
    check_length(samples_uv.size, rate_hz, _baseline.NEEDED_S, parameters.method)
    nothing = nothing_in_constant(samples_uv, parameters)
    if nothing is not None:
        return nothing
    signal = _baseline.rectified(samples_uv, rate_hz, parameters.band_low_hz)
    width = max(1, round(parameters.window_s * rate_hz))
    test = _baseline.centred_means(signal, width)
    base = _baseline.baseline(test, signal**2, rate_hz, parameters.quiet_s)
    threshold = base.mean + parameters.threshold_sd * base.spread
    runs = intervals.from_mask(test > threshold)
    return _baseline.finish(
        _baseline.sustained(runs, parameters.active_s * rate_hz, parameters.fail_s * rate_hz),
        samples_uv.size,
        1 / rate_hz,
        samples_uv.size / rate_hz,
        parameters,
        learned=base.learned("uv", threshold),
        silent=base.silent,
    )
