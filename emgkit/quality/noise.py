"""Noise floor and signal-to-noise ratio."""

import numpy as np

from emgkit.quality.rows import Check, Row, Verdict
from emgkit.quality.signal import MIN_STRETCH_S, Signal

NOISE_LIMIT_UV = 20.0
"""Five times the thermal noise of a wire of 1 Mohm in 1 kHz (4.1 uV): more is not the wire itself."""
SNR_GOOD_DB = 8.0
"""Published accuracies of the double threshold hold above 8 dB (Severini et al. 2012)."""
SNR_USABLE_DB = 3.0
"""Lowest ratio at which detectors are benchmarked here; below it the accuracy of an edge is not known."""

NOISE_FLOOR = Check(
    "noise_floor",
    "uV",
    f"good up to {NOISE_LIMIT_UV:g} uV, limited above",
    "root mean square of the quiet signal above 20 Hz",
    concerns="magnitude",
)
SNR = Check(
    "snr",
    "dB",
    f"good from {SNR_GOOD_DB:g} dB, limited from {SNR_USABLE_DB:g} dB, not usable below",
    "10 log10 (power while on / power while quiet - 1), above 20 Hz",
)


def noise_floor(s: Signal, *, in_uv: bool = True) -> Row:
    """Check the root mean square of the quiet signal above 20 Hz, in microvolts.

    `in_uv` is whether `amplitude` holds the samples for microvolts: without them the limit means nothing.
    """
    if s.fast_uv is None:
        return NOISE_FLOOR.unknown(s.why_no_fast, s.trial)
    if np.count_nonzero(s.quiet) < MIN_STRETCH_S * s.rate_hz:
        return NOISE_FLOOR.unknown(_too_little("quiet"), s.trial)
    value = float(np.sqrt(s.quiet_uv2))
    if not in_uv:
        why = "The samples are hardly microvolts at the electrode, see amplitude: no limit applies."
        return NOISE_FLOOR.unknown(why, s.trial)
    if value <= NOISE_LIMIT_UV:
        return NOISE_FLOOR.row("good", value, "No action needed.", s.trial)
    advice = (
        "The quiet signal is louder than a wire and its amplifier make by themselves: the muscle does not "
        "relax, there is interference, the contact is poor, or the gain is not taken out of the file. "
        "Judge timing by the signal-to-noise ratio."
    )
    return NOISE_FLOOR.row("limited", value, advice, s.trial)


def snr(s: Signal, *, steady: bool = False) -> Row:
    """Check the power while on over the power while quiet, minus one, in decibels.

    Parameters
    ----------
    s : Signal
    steady : bool
        Whether `activity` holds the level for as steady as that of noise. There is then no ratio.

    Notes
    -----
    Both masks come from a detection in the same signal, which puts the loud stretches of pure noise into
    `active`: the masks alone would give a channel without EMG a small ratio, and not none at all.

    References
    ----------
    G. Severini et al. (2012), Novel formulation of a double threshold algorithm for the estimation of muscle
    activation intervals designed for variable SNR environments, J Electromyogr Kinesiol 22(6), 878-885.
    """
    if s.fast_uv is None:
        return SNR.unknown(s.why_no_fast, s.trial)
    for name, mask in (("quiet", s.quiet), ("active", s.active)):
        if np.count_nonzero(mask) < MIN_STRETCH_S * s.rate_hz:
            return SNR.unknown(_too_little(name), s.trial)
    if steady:
        advice = "The level is as steady as that of noise, so nothing stands out from it; see activity."
        return SNR.unknown(advice, s.trial) | {"verdict": "not usable"}
    if s.quiet_uv2 == 0:
        return SNR.unknown("The quiet signal is constant, so its noise cannot be measured.", s.trial)
    excess = s.active_uv2 / s.quiet_uv2 - 1
    if excess <= 0:
        advice = "The signal is no louder while on than while quiet: do not use the bursts."
        return SNR.unknown(advice, s.trial) | {"verdict": "not usable"}
    value = float(10 * np.log10(excess))
    verdict: Verdict = (
        "good" if value >= SNR_GOOD_DB else "limited" if value >= SNR_USABLE_DB else "not usable"
    )
    advice = {
        "good": "No action needed.",
        "limited": "Bursts stand out little from the noise: edges are less exact and weak bursts may be "
        "missed. Compare the marked bursts with the trace.",
        "not usable": "Bursts do not stand out from the noise: do not read timing from this recording.",
    }[verdict]
    return SNR.row(verdict, value, advice, s.trial)


def _too_little(name: str) -> str:
    what = "quiet signal" if name == "quiet" else "signal in detected bursts"
    return f"There is less than {MIN_STRETCH_S:g} s of {what} in this recording."
