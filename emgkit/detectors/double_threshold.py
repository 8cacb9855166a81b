"""Double threshold on a chi-square variable: Bonato, D'Alessio and Knaflitz 1998.

Assumptions: the quiet signal is Gaussian and steady over the recording; once whitened, the sum of the squares
of two successive samples over its variance is chi-square with two degrees of freedom. No interval comes with
an edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from emgkit.detectors import _baseline, _power, intervals
from emgkit.detectors._steps import Steps
from emgkit.detectors.base import (
    MOST_UV,
    Parameters,
    check_length,
    check_rate,
    min_duration_parameter,
    nothing_in_constant,
    parameter,
)
from emgkit.errors import InputError
from emgkit.found import Detection
from emgkit.model import BoolArray, FloatArray

_NEEDED_S = 0.5
_ENERGY_WINDOW_S = 0.025
_MODES_APART_DB = 3.0


@dataclass(frozen=True)
class DoubleThresholdParameters(Parameters):
    """Parameters of the double threshold."""

    method: ClassVar[str] = "double_threshold"

    band_low_hz: float = parameter(
        30.0, "cut-off of the high-pass (Butterworth, order 4, once forwards and once backwards)",
        low=1, high=500, unit="Hz",
    )  # fmt: skip
    whitening_s: float = parameter(
        0.005, "length of the filter that whitens the quiet signal; 0: none", low=0, high=0.05, unit="s"
    )
    window_s: float = parameter(
        0.010, "observation window; of its m pairs of samples r0 have to exceed the first threshold",
        low=0, high=1, low_open=True, unit="s",
    )  # fmt: skip
    r0: int = parameter(1, "second threshold: pairs in the window that exceed the first", low=1, whole=True)
    false_alarm: float = parameter(
        0.05, "probability that a window of quiet signal is detected", low=1e-12, high=0.5
    )
    min_duration_s: float = min_duration_parameter()
    noise_uv: float | None = parameter(
        None, "root mean square of the quiet signal in the band; None: from the signal itself",
        low=0, high=MOST_UV, low_open=True, unit="uV", optional=True,
    )  # fmt: skip


def find_bursts(
    samples_uv: FloatArray, rate_hz: float, parameters: DoubleThresholdParameters, steps: Steps | None = None
) -> Detection:
    """Find the bursts with the double threshold.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    parameters : DoubleThresholdParameters
    steps : Steps, optional
        What other detections of the same samples have computed.

    Raises
    ------
    InputError
        If the rate leaves no band above `band_low_hz`, or `r0` exceeds the pairs in a window.
    InsufficientDataError
        If the signal is shorter than 0.5 s.

    Notes
    -----
    z_i = x_2i^2 + x_(2i+1)^2 of the whitened signal of variance s^2. In noise, P_z = P(z > zeta) =
    exp(-zeta / 2 s^2), and P_fa = sum over k = r0 .. m of C(m, k) P_z^k (1 - P_z)^(m - k) gives P_z, hence
    zeta = -2 s^2 ln P_z. A pair is on where both the window that ends with it and the window that begins
    with it hold r0 exceedances: otherwise every offset (or onset) would be late (or early) by the window. It
    has to be on in the signal high-passed forwards and in that high-passed backwards.
    The noise level is the lower of the two modes of the logarithm of the energy of 25 ms, as in the method
    of 2012; where the two are less than 3 dB apart there is one mode only, and it counts as noise. The
    paper's r0 1, m 5 (10 ms at its rate of 1000 Hz), P_fa 0.05 and the 30 ms of its post-processor are the
    defaults; P_fa is of one window, so that in long quiet signal some windows do exceed.

    References
    ----------
    Bonato P, D'Alessio T, Knaflitz M. IEEE Trans Biomed Eng 1998;45:287-299. doi:10.1109/10.661154
    Agostini V, Knaflitz M. IEEE Trans Biomed Eng 2012;59:219-225. doi:10.1109/TBME.2011.2170687
    """
    check_rate(rate_hz, parameters.band_low_hz)
    check_length(samples_uv.size, rate_hz, _NEEDED_S, parameters.method)
    nothing = nothing_in_constant(samples_uv, parameters)
    if nothing is not None:
        return nothing
    filtered = _power.filter_both_ways(samples_uv, rate_hz, parameters.band_low_hz, steps)
    m = max(1, round(parameters.window_s * filtered.rate_hz / 2))
    if parameters.r0 > m:
        raise InputError(
            "r0 exceeds the pairs of samples in a window", found=parameters.r0, accepted=f"1 to {m}"
        )
    quiet, noise_power, one_mode = _noise(filtered)
    whitening = _power.SAME
    if parameters.whitening_s > 0 and quiet.any():
        whitening = _power.prediction_filter(filtered, quiet, parameters.whitening_s)
    if parameters.noise_uv is not None:
        noise_power, one_mode = parameters.noise_uv**2, False
    pair_probability = _pair_probability(parameters.false_alarm, parameters.r0, m)

    def on(*, backward: bool) -> BoolArray:
        z, gain = _pairs(filtered, whitening, quiet, backward=backward)
        return _second_threshold(z > -2 * noise_power * gain * math.log(pair_probability), parameters.r0, m)

    # the high-pass rings after a burst, run backwards before it: what is on in both is the burst
    mask = on(backward=False) & on(backward=True)
    step = 2 / filtered.rate_hz
    bursts = intervals.from_mask(mask)
    bursts = intervals.close_gaps(bursts, parameters.min_duration_s / step)
    bursts = intervals.drop_short(bursts, parameters.min_duration_s / step)
    notes = (
        ("The energy has one mode only, which was taken as noise: no quiet signal can be told apart.",)
        if one_mode
        else ()
    )
    return _baseline.finish(
        bursts,
        mask.size,
        step,
        samples_uv.size / rate_hz,
        parameters,
        learned={"noise_uv": math.sqrt(noise_power), "pairs_in_window": float(m)},
        silent=False,
        notes=notes,
    )


def _noise(filtered: _power.Filtered) -> tuple[BoolArray, float, bool]:
    """Return the quiet blocks, their mean power, and whether the energy has one mode only."""
    width = max(1, round(_ENERGY_WINDOW_S / filtered.step_s))
    means = _power.window_means(_power.error_power(filtered, _power.SAME), width)
    level = 10 * np.log10(np.maximum(means, means.max() * 1e-9))
    low, high, is_low = _two_modes(level)
    one_mode = high - low < _MODES_APART_DB
    window_quiet = np.ones(means.size, dtype=np.bool_) if one_mode else is_low
    quiet = np.repeat(window_quiet, width)
    return quiet, float(means[window_quiet].mean()), bool(one_mode)


def _two_modes(level: FloatArray) -> tuple[float, float, BoolArray]:
    """Fit two Gaussians to the levels; return their means and which levels belong to the lower."""
    mean = np.quantile(level, [0.1, 0.9])
    spread = np.full(2, max(level.std() / 2, 0.5))
    share = np.full(2, 0.5)
    centre = level.mean()
    powers = np.stack((np.ones(level.size), level - centre, (level - centre) ** 2))
    mean -= centre
    member = np.empty((2, level.size))
    with np.errstate(over="ignore"):  # of the odds against a level that belongs to one of them beyond doubt
        for _ in range(50):
            before = (*mean, *spread, *share)
            # logarithm of each height, as a polynomial of the level
            height = np.log(share / spread) - mean**2 / (2 * spread**2)
            each = np.stack((height, mean / spread**2, -1 / (2 * spread**2)))
            np.divide(1, 1 + np.exp((each[:, 1] - each[:, 0]) @ powers), out=member[0])
            np.subtract(1, member[0], out=member[1])
            mass, first, second = powers @ member.T
            # about the mean: second - 2 mean first + mean^2 mass
            mean = first / (mass + 1e-9)
            spread = np.sqrt(np.maximum(second - 2 * mean * first + mean**2 * mass, 0) / (mass + 1e-9))
            spread = np.maximum(spread, 0.5)
            share = (mass + 1e-9) / (mass + 1e-9).sum()
            if (*mean, *spread, *share) == before:
                break
    low, high = np.argsort(mean)
    return float(centre + mean[low]), float(centre + mean[high]), np.asarray(member[low] >= 0.5)


def _pairs(
    filtered: _power.Filtered, whitening: FloatArray, quiet: BoolArray, *, backward: bool
) -> tuple[FloatArray, float]:
    """Return z of the whitened signal, and the power of the whitened quiet signal over that before."""
    is_quiet = quiet.astype(np.float64)
    pairs = _power.error_power(filtered, whitening, backward=backward, block=2)
    white = pairs if filtered.block == 2 else _power.error_power(filtered, whitening, backward=backward)
    before = _power.error_power(filtered, _power.SAME, backward=backward)
    noise, gained = (float(np.einsum("i,i", power[: quiet.size], is_quiet)) for power in (before, white))
    return 2 * pairs, gained / noise if noise > 0 else 1.0


def _pair_probability(false_alarm: float, r0: int, m: int) -> float:
    """Solve P_fa(P_z) = sum over k >= r0 of C(m, k) P_z^k (1 - P_z)^(m - k) for P_z."""
    from scipy.special import betaincinv

    # the sum is the regularised incomplete beta function I(P_z; r0, m - r0 + 1)
    return float(betaincinv(r0, m - r0 + 1, false_alarm))


def _second_threshold(exceeds: BoolArray, r0: int, m: int) -> BoolArray:
    # nothing exceeds beyond the ends
    count = np.cumsum(np.concatenate((np.zeros(m, np.bool_), exceeds, np.zeros(m - 1, np.bool_))))
    enough = count[m:] - count[:-m] >= r0  # in the windows that end with each pair and later
    return np.asarray(enough[: exceeds.size] & enough[m - 1 :])
