"""Checks of the trials beside the walk: is the rest quiet, and are rest and maximum test signals at all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emgkit.model import FloatArray
from emgkit.quality import faults, interference
from emgkit.quality.activity import BLOCK_S, LEAST_BLOCKS, NOT_USABLE_DB, excess_db, fast_part
from emgkit.quality.rows import Check, Row, places
from emgkit.quality.signal import prepare

REST_RATIO = 2.0
"""6 dB: more than electrodes and amplifier change within a session."""
REST_BURSTS_PCT = 5.0
LOUD_RATIO = 2.0
"""A maximum test has at least twice the amplitude of the quiet signal, or it shows nothing."""
CONSTANT = "The signal is constant: it is no rest of the muscle."

REST_LEVEL = Check(
    "rest_level",
    "",
    f"good from {1 / REST_RATIO:g} to {REST_RATIO:g}, limited outside",
    "root mean square of the rest trial over that of the quiet signal of the walk, in the band of the "
    "magnitudes",
)
REST_BURSTS = Check(
    "rest_bursts",
    "%",
    f"good below {REST_BURSTS_PCT:g} %, limited from there",
    "share of the rest trial in bursts, 0 where the level is as steady as that of noise (see `activity`)",
)


def check_rest(
    emg_uv: FloatArray,
    rate_hz: float,
    *,
    trial: str,
    level_uv: float,
    quiet_uv: float,
    burst_start_s: Sequence[float] | FloatArray,
    burst_stop_s: Sequence[float] | FloatArray,
) -> list[Row]:
    """Check a trial in which the muscle was to rest.

    Parameters
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
        As recorded.
    level_uv, quiet_uv : float
        Root mean square of the whole rest trial and of the quiet signal of the walk, in the same band; the
        latter NaN where there is none.
    burst_start_s, burst_stop_s : arrays of shape (n_bursts,)
        Bursts that the detector finds in the rest.

    Returns
    -------
    list of rows of the table `quality`
        Level, bursts, hum, clipping and flat line; none is worse than a limit to the walk.
    """
    s = prepare(emg_uv, rate_hz, quiet=None, active=None, trial=trial)
    constant = np.ptp(s.emg_uv) == 0
    rows = [REST_LEVEL.unknown(CONSTANT, trial) if constant else _level(level_uv, quiet_uv, trial)]
    mains_hz, share = interference.mains(s)
    x = interference.without_lines(s, mains_hz, share, interference.spectrum(s))
    fast = None if x is None else fast_part(x, rate_hz)
    if constant:
        rows.append(REST_BURSTS.unknown(CONSTANT, trial))
    elif fast is None:
        rows.append(REST_BURSTS.unknown(s.why_no_fast, trial))
    elif fast.size < LEAST_BLOCKS * round(BLOCK_S * rate_hz):
        rows.append(REST_BURSTS.unknown("The rest trial is too short to tell bursts from noise.", trial))
    else:
        steady = excess_db(fast, rate_hz) < NOT_USABLE_DB
        rows.append(_bursts(s.emg_uv.size / rate_hz, steady, burst_start_s, burst_stop_s, trial))
    return [
        *rows,
        interference.hum(s, mains_hz, share),
        faults.clipping(s, faults.find_clipping(s)),
        faults.flat_line(s),
    ]


def check_maximum(emg_uv: FloatArray, rate_hz: float, *, trial: str) -> list[Row]:
    """Check the signal of a maximum test: hum, tones, clipping and flat line.

    Whether it was a maximum is another question.
    """
    s = prepare(emg_uv, rate_hz, quiet=None, active=None, trial=trial)
    mains_hz, share = interference.mains(s)
    return [
        interference.hum(s, mains_hz, share),
        interference.tones(s, mains_hz, share, interference.spectrum(s)),
        faults.clipping(s, faults.find_clipping(s)),
        faults.flat_line(s),
    ]


def shows_activity(emg_uv: FloatArray, rate_hz: float, noise_uv: float) -> bool:
    """Tell whether a maximum test is louder than the quiet signal, with mains and tones taken out.

    Parameters
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    noise_uv : float
        Root mean square of the quiet signal of the walk; nothing is louder than NaN.
    """
    s = prepare(emg_uv, rate_hz, quiet=None, active=None, trial="")
    x = interference.without_lines(s, *interference.mains(s), interference.spectrum(s))
    block = round(rate_hz)
    if x is None or x.size < block:
        return False
    seconds = x[: x.size // block * block].reshape(-1, block)
    return bool(np.sqrt(np.square(seconds).mean(axis=1).max()) >= LOUD_RATIO * noise_uv)


def _level(level_uv: float, quiet_uv: float, trial: str) -> Row:
    if not quiet_uv > 0:
        return REST_LEVEL.unknown("The walk has no quiet signal to compare the rest with.", trial)
    value = level_uv / quiet_uv
    if value > REST_RATIO:
        advice = (
            f"The rest ({level_uv:.1f} uV) is louder than the quiet signal of the walk ({quiet_uv:.1f} uV): "
            "the muscle did not rest, or there was interference. Do not take it for the noise of the wire."
        )
    elif value < 1 / REST_RATIO:
        advice = (
            f"The quiet signal of the walk ({quiet_uv:.1f} uV) is louder than the rest ({level_uv:.1f} uV): "
            "between the bursts the muscle does not fall silent, or the cable moves. Weak activity there is "
            "not among the bursts."
        )
    else:
        return REST_LEVEL.row("good", value, "No action needed.", trial)
    return REST_LEVEL.row("limited", value, advice, trial)


def _bursts(
    duration_s: float,
    steady: bool,
    start_s: Sequence[float] | FloatArray,
    stop_s: Sequence[float] | FloatArray,
    trial: str,
) -> Row:
    on_s = float(np.sum(np.asarray(stop_s, dtype=np.float64) - np.asarray(start_s, dtype=np.float64)))
    value = 0.0 if steady else 100 * on_s / duration_s
    if value < REST_BURSTS_PCT:
        return REST_BURSTS.row("good", value, "No action needed.", trial)
    advice = "The muscle was active during the rest, or something moved: it is no measure of the noise."
    return REST_BURSTS.row("limited", value, advice, trial, places(start_s, stop_s))
