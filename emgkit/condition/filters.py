"""Zero-phase Butterworth band-pass, and the envelope of the rectified signal."""

import functools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from emgkit.condition.envelopes import LOW_PASS_PER_PASS, envelope_of
from emgkit.condition.passes import two_passes
from emgkit.errors import InputError
from emgkit.model import FloatArray, frozen
from emgkit.settings import ConditionSettings

OUTSIDE_REACH = 0.01
"""Share of the response of a filter that is not counted to its reach."""
IMPULSE_CYCLES = 4
"""Periods of the lowest cut-off after which the response of these filters has died away."""


@dataclass(frozen=True, slots=True, eq=False)
class Conditioned:
    """The signal on which magnitudes are computed; both arrays of shape (n_samples,), in microvolts."""

    emg_uv: FloatArray
    envelope_uv: FloatArray
    band: str
    """The band in words, with what the rate left of it."""


def condition(samples_uv: FloatArray, rate_hz: float, settings: ConditionSettings) -> Conditioned:
    """Band-pass the raw wire signal and draw its envelope.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float

    Raises
    ------
    InputError
        If the band does not fit the rate.
    InsufficientDataError
        If the recording is too short to filter.

    Notes
    -----
    Butterworth, forward and backward, so without shift in time. Each pass has half the order, and a cut-off
    moved by (sqrt(2) - 1)^(1 / (2 n)) so that the two passes together are -3 dB at the stated frequency. The
    low-pass is left out where the rate itself ends the band below it. The envelopes are those of
    `emgkit.condition.envelopes`.
    """
    if settings.order % 2:
        raise InputError("the order after both passes is even", found=settings.order, accepted="2, 4, 6, 8")
    nyquist = rate_hz / 2
    low, high = settings.band_low_hz, settings.band_high_hz
    if not low < min(high, nyquist):
        raise InputError(
            "the band does not fit the rate",
            found=f"{low:g} to {high:g} Hz at {rate_hz:g} Hz",
            accepted=f"a lower cut-off below {min(high, nyquist):g} Hz",
            mend="change condition.band_low_hz and condition.band_high_hz",
        )
    if settings.envelope == "low_pass" and settings.envelope_cutoff_hz >= nyquist:
        raise InputError(
            "the envelope's cut-off does not fit the rate",
            found=settings.envelope_cutoff_hz,
            accepted=f"below {nyquist:g} Hz",
            mend="change condition.envelope_cutoff_hz",
        )
    per_pass = settings.order // 2
    emg = two_passes(samples_uv, rate_hz, low, "highpass", per_pass)
    # within 5 % of the Nyquist frequency a low-pass only distorts what the converter's own filter left
    cut_by_rate = high > 0.95 * nyquist
    if not cut_by_rate:
        emg = two_passes(emg, rate_hz, high, "lowpass", per_pass)
    envelope = envelope_of(emg, rate_hz, settings)
    top = f"{nyquist:g} Hz (ended by the rate of {rate_hz:g} Hz)" if cut_by_rate else f"{high:g} Hz"
    band = f"{low:g} Hz to {top}, Butterworth, order {settings.order} after both passes, zero phase"
    return Conditioned(frozen(emg), frozen(envelope), band)


def reach_s(rate_hz: float, settings: ConditionSettings) -> float:
    """Return how far the filters of `condition` look to either side, in seconds.

    Closer to an end of the recording they depend on signal that is not there, and mirror what is.

    Notes
    -----
    The reach of a filter is the time beyond which its response to a single impulse holds less than 1 % of its
    absolute sum; that of a moving window is half of it. That of both together is their sum.
    """
    band_s = _response_s(rate_hz, settings.band_low_hz, "highpass", settings.order // 2)
    if settings.envelope == "rms":
        return band_s + settings.envelope_window_s / 2
    return band_s + _response_s(rate_hz, settings.envelope_cutoff_hz, "lowpass", LOW_PASS_PER_PASS)


@functools.lru_cache(maxsize=16)
def _response_s(
    rate_hz: float, cutoff_hz: float, kind: Literal["highpass", "lowpass"], per_pass: int
) -> float:
    half = math.ceil(rate_hz * IMPULSE_CYCLES / cutoff_hz)
    impulse = np.zeros(2 * half + 1)
    impulse[half] = 1.0
    response = two_passes(impulse, rate_hz, cutoff_hz, kind, per_pass)
    tail = np.cumsum(np.abs(response[half:])[::-1])[::-1]
    return int(np.argmax(tail < OUTSIDE_REACH * tail[0])) / rate_hz
