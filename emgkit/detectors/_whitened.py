"""Power of the whitened signal over that of the quiet signal, for the detectors that compare likelihoods."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from emgkit.detectors import _power
from emgkit.detectors._baseline import SILENT, is_silent, quiet_mask
from emgkit.model import BoolArray, FloatArray

_MEMORY_S = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Whitened:
    """Power of each block of the whitened signal over that of the quiet signal, shape (n_blocks,) each."""

    forward: FloatArray
    """Of the signal that was high-passed forwards: nothing of a burst before its onset."""
    backward: FloatArray
    """High-passed backwards: nothing of a burst after its offset."""
    least: FloatArray
    """The smaller of the two: nothing of a burst beyond either of its edges."""
    noise_uv: float
    silent: bool
    memory: float
    """Samples of the quiet signal that say as much of its power as one of white noise would: 1 or more."""


def whiten(filtered: _power.Filtered, whitening_s: float, quiet_s: float) -> Whitened:
    """Whiten by the quiet signal, and take the quiet level as the unit."""
    from scipy.signal import lfilter

    raw = _power.block_power(filtered)
    quiet = quiet_mask(raw, 1 / filtered.step_s, quiet_s)
    whitening = np.array([1.0])
    if whitening_s > 0:
        whitening = _power.prediction_filter(filtered, quiet, whitening_s)

    def power(white: FloatArray) -> FloatArray:
        inside = white[filtered.padding :][: filtered.n_blocks * filtered.block]
        return np.asarray((inside.reshape(-1, filtered.block) ** 2).mean(axis=1))

    def relative(values: FloatArray) -> FloatArray:
        # a signal that is exactly zero between bursts has no finite contrast; one of a single step is zero in
        # the smaller of the two directions throughout
        return values / (max(float(values[quiet].mean()), SILENT * float(values.mean())) or 1.0)

    white = np.asarray(lfilter(whitening, [1.0], filtered.forward))
    forward = power(white)
    backward = power(lfilter(whitening, [1.0], filtered.backward[::-1])[::-1])
    return Whitened(
        forward=relative(forward),
        backward=relative(backward),
        least=relative(np.minimum(forward, backward)),
        noise_uv=math.sqrt(float(power(filtered.forward)[quiet].mean())),
        silent=is_silent(raw, quiet),
        memory=_memory(white[filtered.padding :], np.repeat(quiet, filtered.block), filtered.rate_hz),
    )


def _memory(white: FloatArray, quiet: BoolArray, rate_hz: float) -> float:
    """Return the sum of the squared autocorrelation: the mean of n squares has 2 memory / n as its variance.

    A whitening filter cannot fill a band that the recording does not have.
    """
    values = np.where(quiet, white[: quiet.size], 0.0)
    power = float(values @ values) / max(int(np.count_nonzero(quiet)), 1)
    if power <= 0:
        return 1.0
    memory = 1.0
    for lag in range(1, round(_MEMORY_S * rate_hz) + 1):  # a few lags, not samples
        pairs = max(int(np.count_nonzero(quiet[lag:] & quiet[:-lag])), 1)
        correlation = float(values[lag:] @ values[:-lag]) / pairs / power
        memory += 2 * (correlation**2 - 1 / pairs)  # less what chance alone gives
    return max(memory, 1.0)
