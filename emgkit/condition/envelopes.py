"""Envelopes that do not change with the rate: low-passed rectified signal, or moving root mean square."""

import math

import numpy as np

from emgkit.condition.passes import two_passes
from emgkit.model import FloatArray
from emgkit.settings import ConditionSettings

FINE_HZ = 4000.0
"""The signal is interpolated to this rate or more before it is rectified or squared."""
SINC_SAMPLES = 64
"""Samples on either side that an interpolated one is made of; fewer would narrow the band."""
LOW_PASS_PER_PASS = 2
"""Order of one pass of the low-pass; 4 after both."""
BOX_CUTOFF = 0.4429
"""A moving mean of w seconds is -3 dB at this number over w: sin(pi x) / (pi x) is 0.7071 at x = 0.4429."""


def envelope_of(emg_uv: FloatArray, rate_hz: float, settings: ConditionSettings) -> FloatArray:
    """Return the envelope of a band-passed signal, never negative.

    Parameters
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    settings : ConditionSettings
        `envelope` says which, `envelope_cutoff_hz` or `envelope_window_s` how smooth.

    Returns
    -------
    array of shape (n_samples,), in microvolts

    Notes
    -----
    "low_pass": e(t) = L[|x|](t), with L a Butterworth low-pass forward and backward, -3 dB at the stated
    cut-off after both passes. Its ringing below zero is cut off. The scale is that of the mean rectified
    value: a steady Gaussian signal of root mean square s has an envelope of s sqrt(2 / pi).

    "rms": e(t) = sqrt(1/w integral of x^2 from t - w/2 to t + w/2). The window is centred, so there is no
    shift in time. Its edges may lie between samples, so that its length is the same at every rate; the mean
    of the power is -3 dB at 0.443 / w. At an end of the recording the window is what is left of it inside.

    Both look only at what was recorded: the low-pass sees the rectified signal mirrored at either end.

    Rectifying folds: |sin| of a frequency f has parts at 2 f, 4 f ..., and those beyond half the rate come
    back anywhere, even at 0 Hz. At 1000 Hz this alone moves an envelope of 10 Hz by up to 6 %. So the signal
    is interpolated (band-limited) to `FINE_HZ` or more first; what is left is below 1 %.

    References
    ----------
    Merletti 1999, Standards for reporting EMG data, J Electromyogr Kinesiol 9(1), III-IV (ISEK).
    """
    finer = max(1, math.ceil(FINE_HZ / rate_hz))
    fine, fine_hz = _interpolated(emg_uv, finer), finer * rate_hz
    if settings.envelope == "rms":
        return np.sqrt(_moving_mean(fine**2, fine_hz, settings.envelope_window_s)[::finer])
    smooth = two_passes(
        np.abs(fine), fine_hz, settings.envelope_cutoff_hz, "lowpass", LOW_PASS_PER_PASS, mirror="even"
    )
    return np.maximum(smooth[::finer], 0.0)


def _interpolated(emg_uv: FloatArray, finer: int) -> FloatArray:
    """Return the signal with `finer` times as many samples, band-limited."""
    if finer == 1:
        return emg_uv
    from scipy import signal

    sinc = finer * signal.firwin(2 * SINC_SAMPLES * finer + 1, 1 / finer, window=("kaiser", 5.0))
    fine = np.empty((emg_uv.size, finer))
    fine[:, 0] = sinc[SINC_SAMPLES * finer] * emg_uv  # the sinc is zero at all other samples
    for k in range(1, finer):
        # what lies k parts of a sample later: every `finer`-th value of the sinc meets a sample
        fine[:, k] = np.convolve(emg_uv, sinc[k::finer])[SINC_SAMPLES:][: emg_uv.size]
    return fine.ravel()


def envelope_words(settings: ConditionSettings) -> str:
    """Return which envelope it is, in words with its numbers."""
    if settings.envelope == "rms":
        w = settings.envelope_window_s
        return (
            f"moving root mean square over {w:g} s, centred, zero phase (its power -3 dB at "
            f"{BOX_CUTOFF / w:.3g} Hz)"
        )
    return (
        f"rectified, low-pass {settings.envelope_cutoff_hz:g} Hz, Butterworth, order {2 * LOW_PASS_PER_PASS} "
        "after both passes, zero phase"
    )


def _moving_mean(values: FloatArray, rate_hz: float, window_s: float) -> FloatArray:
    """Return the mean over the window about each sample, or over what of the window is recorded."""
    # a sample stands for the time from half a sample before it to half a sample after it
    total = np.concatenate([[0.0], np.cumsum(values)])
    border = np.arange(values.size + 1.0)
    half, centre = window_s * rate_hz / 2, border[:-1] + 0.5
    start, stop = np.maximum(centre - half, 0.0), np.minimum(centre + half, values.size)
    mean = (np.interp(stop, border, total) - np.interp(start, border, total)) / (stop - start)
    return np.asarray(np.maximum(mean, 0.0), dtype=np.float64)
