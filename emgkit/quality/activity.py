"""Whether there is anything but steady noise and tones in the channel."""

from __future__ import annotations

import numpy as np

from emgkit.model import FloatArray
from emgkit.quality.rows import Check, Row
from emgkit.quality.signal import Signal, above

BLOCK_S = 0.1
"""Shorter than most bursts, long enough to hold some 10 independent values of a band of 50 Hz."""
PIECE_S = 10.0
"""Several strides; the level of the noise may drift from piece to piece."""
LOUD_PCT, QUIET_PCT = 95.0, 10.0
"""Percentiles of the level: they differ for a muscle that is on for 5 to 90 % of the time."""
LEAST_BLOCKS = 15
NOT_USABLE_DB = 2.0
"""What bursts of 2 dB below the noise make; steady noise of 2 s or more stays under it (benchmarks)."""
LIMITED_DB = 4.0
HIGH_PASS_HZ = 60.0
"""Movement artefacts of the cable have next to nothing above; wire EMG has nearly all its power there."""
SMOOTH_HZ = 5.0
_HIGHEST_DB = 80.0

ACTIVITY = Check(
    "activity",
    "dB",
    f"good from {LIMITED_DB:g} dB, limited from {NOT_USABLE_DB:g} dB, not usable below",
    f"how much further the {LOUD_PCT:g}th and the {QUIET_PCT:g}th percentile of the power in "
    f"{BLOCK_S:g} s lie apart than those of steady noise of the same spectrum; above {HIGH_PASS_HZ:g} Hz, "
    "without mains and tones",
)


def activity(s: Signal, x: FloatArray | None, *, bursts: bool = True) -> Row:
    """Check whether the level changes more than that of steady noise with the same spectrum.

    The detection plays no part in it: a detector finds something in every noise.

    Parameters
    ----------
    s : Signal
    x : array of shape (n_samples,), in microvolts
        The part above 20 Hz without mains and tones, from `interference.without_lines`.
    bursts : bool
        Whether bursts were found. Without any, a silent muscle and a dead wire look alike.

    Notes
    -----
    The power of Gaussian noise with the spectrum S(f) over the time T is nearly gamma-distributed with
    n = 2 T (int S df)^2 / int S^2 df degrees of freedom (Bendat and Piersol 2010, 8.3); its percentiles are
    chi-squared with n over n. The value is the measured ratio of the two percentiles over that of
    the noise, in decibels: 0 for noise of any colour. It is taken in pieces of about 10 s and the median of
    the pieces counts, so that neither slow drift nor a single artefact makes activity. A muscle that is on
    all the time at one level cannot be told from noise by any such test.

    References
    ----------
    J. S. Bendat, A. G. Piersol (2010), Random Data, 4th ed., Wiley, doi:10.1002/9781118032428.
    """
    x = None if x is None else fast_part(x, s.rate_hz)
    if x is None or x.size < LEAST_BLOCKS * round(BLOCK_S * s.rate_hz):
        return ACTIVITY.unknown(s.why_no_fast, s.trial)
    if np.ptp(s.emg_uv) == 0:
        return ACTIVITY.unknown("The signal is constant.", s.trial) | {"verdict": "not usable"}
    value = excess_db(x, s.rate_hz)
    if value >= LIMITED_DB:
        return ACTIVITY.row("good", value, "No action needed.", s.trial)
    if value >= NOT_USABLE_DB:
        advice = (
            "The level changes little more than that of steady noise: weak activity, or a muscle that hardly "
            "rests. Compare the marked bursts with the trace."
        )
        return ACTIVITY.row("limited", value, advice, s.trial)
    if not bursts:
        advice = (
            "No burst was found, and the level is as steady as noise. Whether the muscle is silent or the "
            "wire picks up nothing cannot be told here: a maximum test or stimulation through the wire tells."
        )
        return ACTIVITY.row("not determinable", value, advice, s.trial)
    advice = (
        "The level is as steady as that of noise of the same spectrum: the marked bursts may be chance. "
        "Either the wire picks up no muscle, or the muscle is on at one level throughout. Do not read "
        "timing; check the wire, and compare with a rest and a maximum test."
    )
    return ACTIVITY.row("not usable", value, advice, s.trial)


def fast_part(x: FloatArray, rate_hz: float) -> FloatArray | None:
    """Return the part above 60 Hz (Butterworth, both ways); None where the rate is too low for one."""
    return None if rate_hz <= 4 * HIGH_PASS_HZ else above(HIGH_PASS_HZ, x, rate_hz)


def excess_db(x: FloatArray, rate_hz: float) -> float:
    """Return by how much the spread of the level exceeds that of steady noise of the same spectrum.

    Parameters
    ----------
    x : array of shape (n_samples,)
        Without offset, at least `LEAST_BLOCKS` blocks long.
    """
    from scipy import special

    block = round(BLOCK_S * rate_hz)
    level = np.square(x[: x.size // block * block]).reshape(-1, block).mean(axis=1)
    n_pieces = max(1, round(level.size * BLOCK_S / PIECE_S))
    length = level.size // n_pieces
    pieces = level[: n_pieces * length].reshape(n_pieces, length)
    quiet, loud = np.percentile(pieces, [QUIET_PCT, LOUD_PCT], axis=1)
    n = _degrees_of_freedom(x, rate_hz)
    expected = special.gammaincinv(n / 2, LOUD_PCT / 100) / special.gammaincinv(n / 2, QUIET_PCT / 100)
    with np.errstate(divide="ignore"):
        measured = np.where(loud > 0, loud / quiet, 1.0)
    return float(min(10 * np.log10(np.median(measured) / expected), _HIGHEST_DB))


def _degrees_of_freedom(x: FloatArray, rate_hz: float) -> float:
    """Return how many independent values the power of one block holds, were the signal steady noise."""
    length = round(rate_hz / SMOOTH_HZ)
    spectra = np.fft.rfft(x[: x.size // length * length].reshape(-1, length), axis=1)
    density = (spectra.real**2 + spectra.imag**2).mean(axis=0)
    return float(2 * BLOCK_S * SMOOTH_HZ * density.sum() ** 2 / np.square(density).sum())
