"""A Butterworth filter forward and backward, with its cut-off stated after both passes."""

import math
from typing import Literal

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
    from emgkit.zero_phase import both_ways, butterworth  # numba, which not all who import this need

    # mirrored beyond either end for as long as the filter's slowest part lasts
    pad = min(x.size - 1, math.ceil(rate_hz / cutoff_hz))
    if pad < 1:
        raise InsufficientDataError(
            "the recording is too short to filter (in samples)", found=x.size, needed=2
        )
    factor = HALF_POWER ** (1 / (2 * per_pass))
    # moved on the analog axis, where the Butterworth formula holds: the bilinear transform warps frequency
    analog = math.tan(math.pi * cutoff_hz / rate_hz)
    analog = analog * factor if kind == "highpass" else analog / factor
    moved_hz = rate_hz / math.pi * math.atan(analog)
    return both_ways(butterworth(per_pass, moved_hz, kind, rate_hz), x, pad, mirror=mirror)
