"""The signal after each pulse, laid one upon the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit.model import BoolArray, FloatArray
from emgkit.stimulation.pulses import Pulses

BEFORE_S = 0.005
"""Signal before the pulse, whose mean is the level that the signal is measured from."""
LONGEST_S = 0.4
OUTLIER = 4.0
"""A pulse between whose neighbours the signal is so many times larger than usual is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Epochs:
    """The signal around each pulse: `uv` of shape (n_pulses, n_samples), `time_s` of shape (n_samples,)."""

    uv: FloatArray
    time_s: FloatArray
    sign: FloatArray
    """Direction of the artefact of each pulse; 1 where it is not known."""


def cut(emg_uv: FloatArray, rate_hz: float, pulses: Pulses) -> Epochs:
    """Cut the signal into pieces of one interval, each from `BEFORE_S` before its pulse to before the next.

    Pulses too close to an end of the recording, or to the next pulse, have no whole piece and are left out.
    """
    before = round(BEFORE_S * rate_hz)
    guard = before + 1
    span = int(min(LONGEST_S, pulses.interval_s) * rate_hz) - guard
    last = pulses.sample + span
    whole = (pulses.sample >= guard) & (last <= emg_uv.size)
    # the next pulse may come a little early, but not half the interval
    free = np.append(np.diff(pulses.sample), span + guard) >= span
    at = pulses.sample[whole & free][:, None] + np.arange(-before, max(span, 0))
    uv = emg_uv[at]
    if uv.size:
        uv = uv - uv[:, : max(before - 1, 1)].mean(axis=1, keepdims=True)
    sign = np.where(np.isfinite(pulses.sign), pulses.sign, 1.0)[whole & free]
    return Epochs(uv, np.arange(-before, max(span, 0)) / rate_hz, sign)


def loud(uv: FloatArray) -> BoolArray:
    """Tell which rows are much larger than usual, for a voluntary contraction or a movement."""
    rms = np.sqrt(np.mean((uv - uv.mean(axis=1, keepdims=True)) ** 2, axis=1))
    return np.asarray(rms > OUTLIER * np.median(rms), dtype=np.bool_)
