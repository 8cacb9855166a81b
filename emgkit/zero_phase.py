"""A filter of second-order sections forwards and backwards, so without shift in time.

It does what `scipy.signal.sosfiltfilt` does, in a fraction of its time: the state of a section stays in the
registers of the processor.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

import numpy as np

from emgkit.compiled import compiled_as_written
from emgkit.model import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """A filter as second-order sections, one after the other."""

    coefficients: FloatArray
    """b0, b1, b2, 1, a1, a2 of each, shape (n_sections, 6)."""
    settled: FloatArray
    """State of each after a long constant input of 1, shape (n_sections, 2)."""


@functools.lru_cache(maxsize=32)
def butterworth(
    order: int, cutoff_hz: float, kind: Literal["highpass", "lowpass"], rate_hz: float
) -> Sections:
    """Return a Butterworth filter, -3 dB at the cut-off after one pass; its design takes as long as a use."""
    from scipy import signal

    coefficients = signal.butter(order, cutoff_hz, kind, fs=rate_hz, output="sos")
    return Sections(np.asarray(coefficients), np.asarray(signal.sosfilt_zi(coefficients)))


def both_ways(
    sections: Sections, samples: FloatArray, beyond: int, *, mirror: Literal["odd", "even"] = "odd"
) -> FloatArray:
    """Return the samples after the filter has run over them forwards and then backwards.

    Parameters
    ----------
    sections : Sections
    samples : array of shape (n_samples,)
    beyond : int
        For so many samples, fewer than there are, the signal goes on beyond either end.
    mirror : {"odd", "even"}
        How it goes on: turned about its last value, or mirrored as it is.
    """
    before, after = samples[beyond:0:-1], samples[-2 : -beyond - 2 : -1]
    if mirror == "odd":
        before, after = 2 * samples[0] - before, 2 * samples[-1] - after
    filtered = np.concatenate((before, samples, after))
    for backwards in (False, True):
        first = filtered[-1 if backwards else 0]
        for coefficients, settled in zip(sections.coefficients, first * sections.settled, strict=True):
            _run(coefficients, settled, filtered, backwards)
    return filtered[beyond : beyond + samples.size]


@compiled_as_written
def _run(section: FloatArray, state: FloatArray, samples: FloatArray, backwards: bool) -> None:
    """Filter in place, from the first sample on or from the last; direct form II transposed."""
    b0, b1, b2, a1, a2 = section[0], section[1], section[2], section[4], section[5]
    soon, later = state[0], state[1]
    n = samples.size
    for k in range(n):
        i = n - 1 - k if backwards else k
        x = samples[i]
        y = b0 * x + soon
        soon = b1 * x - a1 * y + later
        later = b2 * x - a2 * y
        samples[i] = y
