"""When the stimulator fired: on the wire itself, or on a trigger channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from emgkit.model import BoolArray, FloatArray, IntArray

MIN_PULSES = 5
STEEP = 15.0
"""A pulse steps from one sample to the next by more than this many times the spread of the other steps."""
ALIKE = 0.3
"""A step smaller than this part of the large ones is no pulse: an artefact is the same each time."""
DEAD_S = 0.015
"""Steps closer than this belong to one pulse; a train of 50 Hz has one each 20 ms."""
REGULAR_PCT = 1.0
"""A stimulator keeps its interval to this; a motor unit or a heart does not."""
REGULAR_SHARE = 0.8
MIN_TRIGGER_HZ = 2000.0
"""A slower trigger is late by more than 0.5 ms, differently for each pulse, and smears stack and latency."""
MISSED_UP_TO = 5
"""A gap of up to so many intervals holds missed pulses; a longer one is a pause between trains."""


@dataclass(frozen=True, slots=True, eq=False)
class Pulses:
    """The pulses of one trial.

    Arrays of shape (n_pulses,).
    """

    sample: IntArray
    """First sample that the pulse has changed."""
    sign: FloatArray
    """1 or -1, the direction of the artefact on the wire; NaN where it does not stand out of the noise."""
    source: Literal["wire", "trigger"]
    interval_s: float
    """Usual interval; NaN with fewer than two pulses."""
    regular: BoolArray
    """Whether each interval, of shape (n_pulses - 1,), is the usual one or a multiple that holds missed
    pulses."""
    n_missed: int
    why: str = ""
    """Why there are no pulses that can be relied on; empty if there are."""

    @property
    def polarity(self) -> str:
        """Return "positive", "negative", "alternating", "mixed" or "not determinable"."""
        known = self.sign[np.isfinite(self.sign)]
        if known.size < max(MIN_PULSES, 0.9 * self.sign.size):
            return "not determinable"
        if np.all(known > 0):
            return "positive"
        if np.all(known < 0):
            return "negative"
        return "alternating" if np.mean(np.diff(known) != 0) > 0.9 else "mixed"


def on_wire(emg_uv: FloatArray, rate_hz: float) -> Pulses:
    """Find the pulses by their artefact on the wire.

    Parameters
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
        As recorded, not filtered.
    rate_hz : float

    Returns
    -------
    Pulses
        With `why`, and as they are, if they are too few or their intervals not those of a stimulator: steps
        that are not regular may be motor units.

    Notes
    -----
    A pulse is a step of more than `STEEP` times 1.4826 median absolute deviations of all steps, out of a
    signal that is not itself an artefact (so the end of a saturation is none).
    """
    step = np.abs(np.diff(emg_uv, prepend=emg_uv[:1]))
    changed = step[step > 0]
    # of a converter with coarse steps the median may be 0: the step of the converter is then the spread
    spread = max(1.4826 * float(np.median(step)), float(changed.min(initial=np.inf))) if changed.size else 0.0
    if not changed.size:
        return _pulses(np.zeros(0, dtype=np.int64), emg_uv, rate_hz, "wire", "the signal does not change")
    first, height = _clusters(step, STEEP * spread, rate_hz)
    if first.size:
        large = ALIKE * float(np.quantile(height, 0.9))
        middle = float(np.median(emg_uv))
        away = np.abs(emg_uv[np.maximum(first - 1, 0)] - middle)
        keep = (height >= large) & (away < 0.5 * height)
        first = first[keep]
    return _pulses(first, emg_uv, rate_hz, "wire", "")


def on_trigger(values: FloatArray, trigger_rate_hz: float, emg_uv: FloatArray, rate_hz: float) -> Pulses:
    """Find the pulses on a trigger channel: where it leaves its usual level by half of its largest excursion.

    Parameters
    ----------
    values : array of shape (n_trigger_samples,)
    trigger_rate_hz : float
    emg_uv : array of shape (n_samples,), in microvolts
        The wire, whose artefact shows the polarity.
    rate_hz : float

    Returns
    -------
    Pulses
        With `why` if the channel shows too few. Irregular intervals are no fault here.
    """
    none = np.zeros(0, dtype=np.int64)
    if trigger_rate_hz < min(rate_hz, MIN_TRIGGER_HZ):
        why = (
            f"the trigger channel has a rate of {trigger_rate_hz:g} Hz, too slow to tell when a pulse was; "
            f"the rate of the wire or {MIN_TRIGGER_HZ:g} Hz are needed"
        )
        return _pulses(none, emg_uv, rate_hz, "trigger", why)
    usual = float(np.median(values))
    off = values - usual
    largest = float(np.abs(off).max(initial=0.0))
    spread = 1.4826 * float(np.median(np.abs(off)))
    if largest == 0 or largest < STEEP * spread:
        return _pulses(none, emg_uv, rate_hz, "trigger", "the trigger channel shows no pulse")
    sign = 1.0 if off.max() >= -off.min() else -1.0
    first, _ = _clusters(np.clip(sign * off, 0, None), largest / 2, trigger_rate_hz, rising=True)
    at = np.round(first / trigger_rate_hz * rate_hz).astype(np.int64)
    return _pulses(at[at < emg_uv.size], emg_uv, rate_hz, "trigger", "")


def _clusters(
    size: FloatArray, limit: float, rate_hz: float, *, rising: bool = False
) -> tuple[IntArray, FloatArray]:
    """Return the first sample above `limit` and the largest value of each cluster of such samples."""
    above = size > limit
    if rising:  # a trigger may stay up for long: only where it rises does it count
        above &= np.concatenate([[False], size[:-1] <= limit])
    at = np.flatnonzero(above)
    if not at.size:
        return at.astype(np.int64), np.zeros(0)
    begin = np.concatenate([[True], np.diff(at) > DEAD_S * rate_hz])
    starts = np.flatnonzero(begin)
    return at[starts].astype(np.int64), np.maximum.reduceat(size[at], starts)


def _pulses(
    first: IntArray, emg_uv: FloatArray, rate_hz: float, source: Literal["wire", "trigger"], why: str
) -> Pulses:
    gaps = np.diff(first) / rate_hz
    interval_s = float("nan")
    regular, missed = np.zeros(gaps.size, dtype=np.bool_), 0
    if gaps.size:
        # the shorter intervals: the longer ones hold missed pulses or pauses
        near = float(np.quantile(gaps, 0.25, method="lower"))
        interval_s = float(np.median(gaps[np.abs(gaps - near) <= 0.1 * near]))
        times = np.maximum(np.round(gaps / interval_s), 1)
        tolerance = np.maximum(REGULAR_PCT / 100 * interval_s, 2 / rate_hz)
        regular = (np.abs(gaps - times * interval_s) <= tolerance) & (times <= MISSED_UP_TO)
        missed = int((times[regular] - 1).sum())
    if not why and first.size < MIN_PULSES:
        why = f"pulses found: {first.size}, {MIN_PULSES} are needed"
    elif not why and source == "wire" and regular.mean() < REGULAR_SHARE:
        why = (
            f"only {100 * regular.mean():.0f} % of the intervals between steep steps of the signal are "
            "regular, so they may be motor units; record the trigger of the stimulator"
        )
    return Pulses(first, _signs(first, emg_uv, rate_hz), source, interval_s, regular, missed, why)


def _signs(first: IntArray, emg_uv: FloatArray, rate_hz: float) -> FloatArray:
    """Return the direction in which each pulse first moves the wire by more than its noise."""
    reach = max(2, round(0.001 * rate_hz))
    at = np.clip(first[:, None] + np.arange(-1, reach), 0, emg_uv.size - 1)
    moved = emg_uv[at] - emg_uv[np.maximum(first - 2, 0)][:, None]
    spread = 1.4826 * float(np.median(np.abs(np.diff(emg_uv)))) if emg_uv.size > 1 else 0.0
    away = np.abs(moved)
    largest = away.max(axis=1, initial=0.0)
    at_first = np.argmax(away >= 0.5 * largest[:, None], axis=1)
    sign = np.sign(moved[np.arange(first.size), at_first])
    return np.where(largest > STEEP / 2 * spread, sign, np.nan)
