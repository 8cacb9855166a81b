"""Whether the wire moved during the session: a step of amplitude and spectrum from one stride to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emgkit.model import FloatArray, IntArray
from emgkit.quality.rows import ALL_TRIALS, Check, Row

BLOCK_S = 0.05
LOUD_SHARE = 0.25
"""The loudest quarter of a stride: its bursts, whatever a detector says, and also when they are gone."""
LEAST_STRIDES = 4
"""On either side of a step; the median of fewer is at the mercy of one odd stride."""
LEVEL_DB = 6.0
"""Twice or half the amplitude: more than one person varies from stride to stride in a steady walk."""
LEVEL_WITH_SPECTRUM_DB = 3.0
SPECTRUM_PCT = 15.0
SPREADS = 3.0
"""A step exceeds what the spread of the strides gives by chance this many times."""
OVER_TREND = 0.8
"""A step leaves less than this part of the deviations that a straight line leaves; else it is a trend."""
ROUNDING = 1e-10
"""So little power beside that of a constant is left by rounding."""

WIRE_MOVEMENT = Check(
    "wire_movement",
    "dB",
    f"limited from a step of {LEVEL_DB:g} dB, or of {LEVEL_WITH_SPECTRUM_DB:g} dB with {SPECTRUM_PCT:g} % of "
    "the mean frequency; a gradual trend is none",
    "largest step of the amplitude between the strides before and after a stride of the session (medians of "
    "the loudest quarter of each stride)",
)


@dataclass(frozen=True, slots=True, eq=False)
class Strides:
    """How loud and how fast the signal is in each used stride of a trial; arrays of shape (n_strides,)."""

    trial: str
    number: FloatArray
    """Number of the stride in its trial."""
    start_s: FloatArray
    level_db: FloatArray
    frequency_hz: FloatArray
    """Mean frequency, weighted by power."""


def strides_of(
    emg_uv: FloatArray,
    rate_hz: float,
    start_s: FloatArray,
    stop_s: FloatArray,
    *,
    number: Sequence[int] | IntArray,
    trial: str,
) -> Strides:
    """Return level and mean frequency of each stride.

    Parameters
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
        Band-passed.
    start_s, stop_s : arrays of shape (n_strides,)
    number : sequence of shape (n_strides,)
        For the words of the check.
    trial : str

    Notes
    -----
    Spectra of blocks of 50 ms. In each stride the loudest quarter of its blocks is summed; a stride shorter
    than four blocks has one.
    """
    block = max(2, round(BLOCK_S * rate_hz))
    waves = np.fft.rfft(emg_uv[: emg_uv.size // block * block].reshape(-1, block), axis=1)
    spectra = np.square(waves.real) + np.square(waves.imag)
    freq = np.fft.rfftfreq(block, 1 / rate_hz)
    power, weighted = spectra.sum(axis=1), spectra @ freq
    length_s = block / rate_hz
    first = np.clip(np.ceil(start_s / length_s), 0, power.size).astype(np.int64)
    last = np.clip(np.floor(stop_s / length_s), 0, power.size).astype(np.int64)
    level, frequency = np.full(first.size, np.nan), np.full(first.size, np.nan)
    for i, (a, b) in enumerate(zip(first, last, strict=True)):  # each stride has its own number of blocks
        n = max(1, int(LOUD_SHARE * (b - a)))
        loud = a + np.argsort(power[a:b], kind="stable")[::-1][:n]
        total, moment = power[loud].sum(), weighted[loud].sum()
        if moment > ROUNDING * freq[1] * total:  # a constant has none
            level[i] = 10 * np.log10(total / n)
            frequency[i] = moment / total
    known = np.isfinite(level)
    return Strides(
        trial,
        np.asarray(number, dtype=np.float64)[known],
        np.asarray(start_s, dtype=np.float64)[known],
        level[known],
        frequency[known],
    )


def wire_movement(trials: Sequence[Strides]) -> Row:
    """Check whether the wire moved, over the strides of all trials in their order.

    Notes
    -----
    A step is looked for between any two strides with at least four on either side: where the medians on both
    sides leave the least sum of absolute deviations of level and of mean frequency, each in units of its
    limit. It counts if it reaches the limits, exceeds three times its own standard error (from the median
    absolute deviation), and leaves fewer deviations than a straight line does: fatigue and a slow drift are
    no step. A change of walking speed may look like a moved wire.
    """
    level = np.concatenate([t.level_db for t in trials]) if trials else np.zeros(0)
    pitch = np.concatenate([100 * np.log(t.frequency_hz) for t in trials]) if trials else np.zeros(0)
    n = level.size
    if n < 2 * LEAST_STRIDES:
        why = f"It takes {2 * LEAST_STRIDES} used strides to tell a step from their spread; there are {n}."
        return WIRE_MOVEMENT.unknown(why, ALL_TRIALS)
    both = np.stack([level / LEVEL_WITH_SPECTRUM_DB, pitch / SPECTRUM_PCT])
    splits = range(LEAST_STRIDES, n - LEAST_STRIDES + 1)
    at = min(splits, key=lambda k: _left(both[:, :k]) + _left(both[:, k:]))
    step_db, step_pct = (float(np.median(y[at:]) - np.median(y[:at])) for y in (level, pitch))
    error_db, error_pct = _error(level, at), _error(pitch, at)
    steep = _left(both[:, :at]) + _left(both[:, at:]) < OVER_TREND * _left(_without_trend(both))
    loud = abs(step_db) >= LEVEL_DB and abs(step_db) > SPREADS * error_db
    other = (
        abs(step_db) >= LEVEL_WITH_SPECTRUM_DB
        and abs(step_db) > SPREADS * error_db
        and abs(step_pct) >= SPECTRUM_PCT
        and abs(step_pct) > SPREADS * error_pct
    )
    if not (steep and (loud or other)):
        return WIRE_MOVEMENT.row("good", abs(step_db), "No action needed.", ALL_TRIALS)
    names = [(t.trial, int(k), s) for t in trials for k, s in zip(t.number, t.start_s, strict=True)]
    trial, number, start_s = names[at]
    factor = 10 ** (step_db / 20)
    advice = (
        f"From stride {number} of {trial} on the amplitude is {factor:.2g} times that before, the mean "
        f"frequency {100 * (np.exp(step_pct / 100) - 1):+.0f} %: the wire has probably moved, unless the "
        "patient walks differently from there. Read the strides before and after it apart, and magnitude not "
        "across."
    )
    return WIRE_MOVEMENT.row("limited", abs(step_db), advice, ALL_TRIALS, f"{trial}, from {start_s:.2f} s")


def _left(y: FloatArray) -> float:
    """Return the sum of absolute deviations from the medians; y of shape (2, n_strides)."""
    # what lies above the median less what lies below it, without the middle one of an odd number
    ordered, half = np.sort(y, axis=1), y.shape[1] // 2
    return float(ordered[:, y.shape[1] - half :].sum() - ordered[:, :half].sum())


def _without_trend(y: FloatArray) -> FloatArray:
    """Return y less the straight line through the medians of its first and last third."""
    n = y.shape[1]
    third = n // 3
    x = np.arange(n)
    low, high = np.median(y[:, :third], axis=1), np.median(y[:, n - third :], axis=1)
    slope = (high - low) / (n - third)
    return np.asarray(y - slope[:, None] * x, dtype=np.float64)


def _error(y: FloatArray, at: int) -> float:
    """Return the standard error of the difference of both medians, from the spread about them."""
    around = np.concatenate([y[:at] - np.median(y[:at]), y[at:] - np.median(y[at:])])
    spread = 1.4826 * float(np.median(np.abs(around)))
    return float(1.2533 * spread * np.sqrt(1 / at + 1 / (y.size - at)))
