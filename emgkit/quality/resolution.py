"""What the converter could record at all: its steps, its band, its time."""

import numpy as np

from emgkit.quality.faults import MIN_LEVELS, step_of
from emgkit.quality.rows import Check, Row
from emgkit.quality.signal import MIN_DURATION_S, MIN_STRETCH_S, Signal

STEP_LIMIT = 2.0
"""Quantisation acts as a little added noise while the noise is half a step or more (Widrow et al. 1996)."""

FULL_BAND_HZ = 1000.0
"""Wire EMG reaches 1 kHz and beyond."""
ISEK_BAND_HZ = 750.0
"""Least upper cut-off for wires that ISEK asks for."""
LEAST_BAND_HZ = 150.0
"""Where the narrow band in use for wires (150-1000 Hz) begins."""

QUANTISATION = Check(
    "quantisation",
    "",
    f"good up to {STEP_LIMIT:g}, limited above; not usable with fewer than {MIN_LEVELS} distinct values",
    "step of the converter in multiples of the root mean square of the quiet signal above 20 Hz",
)
BAND = Check(
    "band",
    "Hz",
    f"good above {FULL_BAND_HZ:g} Hz, limited up to there, not usable up to {LEAST_BAND_HZ:g} Hz; "
    f"ISEK asks for at least {ISEK_BAND_HZ:g} Hz",
    "half the sampling rate: no more of the signal can have been recorded",
    concerns="magnitude",
)
LENGTH = Check(
    "length",
    "s",
    f"good from {MIN_DURATION_S:g} s, not usable below",
    "duration of the recording",
)
CYCLES_IN_TRIAL = Check(
    "cycles_in_trial",
    "cycles",
    "limited below the least number asked for",
    "used gait cycles or repetitions of the trial",
)


def quantisation(s: Signal) -> Row:
    """Check the step of the converter against the noise of the quiet signal.

    References
    ----------
    B. Widrow, I. Kollar, M.-C. Liu (1996), Statistical theory of quantization, IEEE Trans Instrum Meas 45(2),
    353-361, doi:10.1109/19.492748.
    """
    n_levels = s.levels_uv.size
    if n_levels < MIN_LEVELS:
        advice = (
            f"The whole signal has only {n_levels} distinct value{'s' * (n_levels != 1)}: the channel is "
            "off, or the gain is far too low. Check the channel and record again."
        )
        return QUANTISATION.unknown(advice, s.trial) | {"verdict": "not usable"}
    if s.fast_uv is None or np.count_nonzero(s.quiet) < MIN_STRETCH_S * s.rate_hz:
        return QUANTISATION.unknown("There is too little quiet signal to compare the steps with.", s.trial)
    noise = float(np.sqrt(s.quiet_uv2))
    if noise == 0:
        return QUANTISATION.unknown("The quiet signal is constant.", s.trial)
    value = step_of(s) / noise
    if value <= STEP_LIMIT:
        return QUANTISATION.row("good", value, "No action needed.", s.trial)
    advice = "The steps of the recorder are coarser than the noise and hide weak activity. Raise the gain."
    return QUANTISATION.row("limited", value, advice, s.trial)


def band(s: Signal) -> Row:
    """Check the highest frequency that the sampling rate can hold, in hertz.

    Wire EMG reaches 1 kHz and beyond; an upper cut-off of 750 Hz, the least that ISEK asks for, needs a rate
    above 1500 Hz. The recorder's own low-pass filter may lie lower still; a file does not state it.

    References
    ----------
    R. Merletti (1999), Standards for reporting EMG data, J Electromyogr Kinesiol 9(1), III-IV.
    """
    value = s.rate_hz / 2
    if value > FULL_BAND_HZ:
        return BAND.row("good", value, "No action needed.", s.trial)
    if value <= LEAST_BAND_HZ:
        advice = (
            f"At {s.rate_hz:g} Hz next to nothing of wire EMG is recorded. Record again at a higher rate."
        )
        return BAND.row("not usable", value, advice, s.trial)
    below = (
        f", less than the {ISEK_BAND_HZ:g} Hz that ISEK asks for at least" if value <= ISEK_BAND_HZ else ""
    )
    advice = (
        f"The rate of {s.rate_hz:g} Hz cuts the band of the wire at {value:g} Hz{below}: amplitudes are "
        "lower than with the full band and must not be compared with such a recording. Record above 2000 Hz."
    )
    return BAND.row("limited", value, advice, s.trial)


def length(s: Signal) -> Row:
    """Check the duration of the recording, in seconds."""
    value = s.emg_uv.size / s.rate_hz
    if value >= MIN_DURATION_S:
        return LENGTH.row("good", value, "No action needed.", s.trial)
    return LENGTH.row(
        "not usable", value, "The recording is too short to hold a cycle. Record longer.", s.trial
    )


def cycles_in_trial(n_used_cycles: int, min_cycles: int, trial: str) -> Row:
    """Check how many cycles of the trial are used."""
    if n_used_cycles >= min_cycles:
        return CYCLES_IN_TRIAL.row("good", n_used_cycles, "No action needed.", trial)
    advice = "This recording adds little or nothing to the result: see why its cycles are left out."
    return CYCLES_IN_TRIAL.row("limited", n_used_cycles, advice, trial)
