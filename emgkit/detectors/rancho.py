"""Low intensity and short packets left out: the intensity filter of Bogey, Barnes and Perry 1992.

Assumptions: the reference is the amplitude of a maximum; the quiet level is steady. No interval comes with an
edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from emgkit.detectors import _baseline, intervals
from emgkit.detectors.base import (
    MOST_UV,
    Parameters,
    check_length,
    check_rate,
    nothing_in_constant,
    parameter,
)
from emgkit.found import Detection
from emgkit.model import FloatArray

_BINS = 100  # the paper's percents of the cycle
_OWN_PEAK_S = 0.25  # window of the recording's own maximum
_CHANCE = 2.0  # standard deviations of the mean of one percent of the cycle


@dataclass(frozen=True)
class RanchoParameters(Parameters):
    """Parameters of the intensity filter."""

    method: ClassVar[str] = "rancho"

    band_low_hz: float = _baseline.high_pass_parameter(20.0, 2)
    cycle_s: float = parameter(
        1.0, "length of a cycle, of which percents are taken; give the mean cycle of the recording",
        low=0.1, high=10, unit="s",
    )  # fmt: skip
    reference_uv: float | None = parameter(
        None, "mean rectified signal of a maximum test; None: of the strongest 0.25 s of the signal itself",
        low=0, high=MOST_UV, low_open=True, unit="uV", optional=True,
    )  # fmt: skip
    intensity_pct: float = parameter(
        5.0, "intensity under this share of the reference is left out", low=0, high=100, unit="%"
    )
    packet_pct: float = parameter(
        5.0, "a packet shorter than this share of the cycle is left out", low=0, high=100, unit="%"
    )
    quiet_s: float = _baseline.quiet_parameter()


def find_bursts(samples_uv: FloatArray, rate_hz: float, parameters: RanchoParameters) -> Detection:
    """Find the bursts with the intensity filter.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    parameters : RanchoParameters

    Raises
    ------
    InputError
        If the rate leaves no band above `band_low_hz`.
    InsufficientDataError
        If the signal is shorter than 0.5 s.

    Notes
    -----
    The rectified signal is averaged over each percent of the cycle, and the mean of the quiet stretch
    subtracted. What is under 5 % of the reference is left out, then packets shorter than 5 % of the cycle.

    What differs from the paper: it works on the mean of several cycles in percent of each, with a manual
    maximum test as the reference. A detector sees no cycles. Here each percent is a hundredth of `cycle_s`,
    every cycle is judged for itself, edges fall on multiples of that hundredth, and without `reference_uv`
    the reference is the recording's own strongest quarter of a second: then the threshold is 5 % of what was
    reached in this walk, not of a maximum.

    References
    ----------
    Bogey RA, Barnes LA, Perry J. Arch Phys Med Rehabil 1992;73:835-841.
    """
    check_rate(rate_hz, parameters.band_low_hz)
    check_length(samples_uv.size, rate_hz, _baseline.NEEDED_S, parameters.method)
    nothing = nothing_in_constant(samples_uv, parameters)
    if nothing is not None:
        return nothing
    signal = _baseline.rectified(samples_uv, rate_hz, parameters.band_low_hz)
    base = _baseline.baseline(signal, signal**2, rate_hz, parameters.quiet_s)
    reference = parameters.reference_uv
    if reference is None:
        width = round(_OWN_PEAK_S * rate_hz)
        reference = float(_baseline.window_means(signal, width).max()) - base.mean
    threshold = parameters.intensity_pct / 100 * reference

    n = min(signal.size, round(_BINS * signal.size / (parameters.cycle_s * rate_hz)))
    border = np.round(np.linspace(0, samples_uv.size, n + 1)).astype(np.int64)
    intensity = np.add.reduceat(signal, border[:-1]) / np.diff(border) - base.mean
    packets = intervals.from_mask(intensity > threshold)
    packets = intervals.drop_short(packets, parameters.packet_pct / 100 * _BINS)

    notes = []
    if parameters.reference_uv is None:
        notes.append("The reference is the recording's own strongest 0.25 s, not a maximum test.")
    if threshold < _CHANCE * base.spread / np.sqrt(signal.size / n):
        notes.append(
            f"{parameters.intensity_pct:g} % of the reference lies within the scatter of the quiet signal:"
            " noise passes the filter."
        )
    return _baseline.finish(
        border[packets],
        samples_uv.size,
        1 / rate_hz,
        samples_uv.size / rate_hz,
        parameters,
        learned={
            "quiet_found_s": base.quiet_s,
            "quiet_mean_uv": base.mean,
            "reference_uv": reference,
            "threshold_uv": threshold,
        },
        silent=base.silent,
        notes=tuple(notes),
    )
