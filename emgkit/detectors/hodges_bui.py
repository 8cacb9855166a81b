"""Mean of a window over the quiet mean by several standard deviations: Hodges and Bui 1996.

Assumptions: the rectified signal of the quietest stretch stands for quiet signal anywhere. No interval comes
with an edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from emgkit.detectors import _baseline
from emgkit.detectors.base import Parameters, check_length, check_rate, nothing_in_constant, parameter
from emgkit.found import Detection
from emgkit.model import FloatArray


@dataclass(frozen=True)
class HodgesBuiParameters(Parameters):
    """Parameters of the method of Hodges and Bui."""

    method: ClassVar[str] = "hodges_bui"

    band_low_hz: float = _baseline.high_pass_parameter(20.0, 2)
    low_pass_hz: float = parameter(
        50.0, "cut-off of the low-pass of the rectified signal (Butterworth, order 2, both ways)",
        low=1, high=1000, unit="Hz",
    )  # fmt: skip
    threshold_sd: float = parameter(
        3.0, "standard deviations over the quiet mean", low=0, high=1000, low_open=True
    )
    window_s: float = parameter(
        0.025, "window whose mean has to exceed the threshold", low=0.001, high=0.5, unit="s"
    )
    quiet_s: float = _baseline.quiet_parameter()


def find_bursts(samples_uv: FloatArray, rate_hz: float, parameters: HodgesBuiParameters) -> Detection:
    """Find the bursts with the method of Hodges and Bui.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    parameters : HodgesBuiParameters

    Raises
    ------
    InputError
        If the rate leaves no band above `band_low_hz`.
    InsufficientDataError
        If the signal is shorter than 0.5 s.

    Notes
    -----
    With g the rectified and low-passed signal, and mean and SD of g over the quiet stretch, an onset is the
    first moment t at which the mean of g over [t, t + W) exceeds mean + h SD. The paper has onsets only; here
    an offset is found by the same rule with time reversed. As the window looks into the burst, a strong burst
    is found early at its onset and late at its offset, by up to W and the few milliseconds that the low-pass
    leaks out of it.

    The paper compares 27 combinations of cut-off (10, 50, 500 Hz), h (1, 2, 3) and W with a visual reading,
    from which most deviate. The defaults are the combination in common use. The paper's quiet stretch lay
    before a stimulus; here it is the quietest of the recording. There is no least duration: single windows of
    noise that exceed are found as bursts.

    References
    ----------
    Hodges PW, Bui BH. Electroencephalogr Clin Neurophysiol 1996;101:511-519.
    doi:10.1016/S0921-884X(96)95190-5
    """
    check_rate(rate_hz, parameters.band_low_hz)
    check_length(samples_uv.size, rate_hz, _baseline.NEEDED_S, parameters.method)
    nothing = nothing_in_constant(samples_uv, parameters)
    if nothing is not None:
        return nothing
    signal = _baseline.rectified(samples_uv, rate_hz, parameters.band_low_hz)
    smooth = _baseline.zero_phase(signal, rate_hz, parameters.low_pass_hz, "lowpass", 2)
    base = _baseline.baseline(smooth, signal**2, rate_hz, parameters.quiet_s)
    threshold = base.mean + parameters.threshold_sd * base.spread
    bursts = _baseline.above(smooth, threshold, max(1, round(parameters.window_s * rate_hz)))
    return _baseline.finish(
        bursts,
        samples_uv.size,
        1 / rate_hz,
        samples_uv.size / rate_hz,
        parameters,
        learned=base.learned("uv", threshold),
        silent=base.silent,
    )
