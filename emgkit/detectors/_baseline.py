"""What the detectors with a threshold share: filters without delay, the quietest stretch, and the last steps.

The papers take their threshold from a stretch at rest that somebody chose. Here it is found in the recording
itself: the quietest stretch of a stated length, and every other that is as quiet within 2 dB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from emgkit.detectors import intervals
from emgkit.detectors.base import Parameters, make_detection, parameter
from emgkit.errors import InputError
from emgkit.found import Detection
from emgkit.model import BoolArray, FloatArray, IntArray

NEEDED_S = 0.5
NO_INTERVAL = "No interval comes with an edge of this method."
_PADDING_S = 0.25
_STEPS = 10  # a quiet stretch begins at a multiple of a tenth of its length
_ALIKE_DB = 2.0
SILENT = 1e-5
"""50 dB under the power of the whole: no signal at all."""


def quiet_parameter() -> Any:
    """Declare the length of the quiet stretch."""
    return parameter(
        0.3, "length of the quietest stretch of the recording, which the quiet level is taken from",
        low=0.05, high=0.5, unit="s",
    )  # fmt: skip


def high_pass_parameter(default: float, order: int) -> Any:
    """Declare the cut-off of the high-pass."""
    return parameter(
        default,
        f"cut-off of the high-pass (Butterworth, order {order}, both ways)",
        low=1,
        high=500,
        unit="Hz",
    )


def zero_phase(
    values: FloatArray, rate_hz: float, cutoff_hz: float, kind: Literal["highpass", "lowpass"], order: int
) -> FloatArray:
    """Run a Butterworth filter of `order` forwards and backwards.

    A low-pass at or above 95 % of the Nyquist frequency is left out: the rate itself ends the band there.
    """
    from scipy.signal import butter, sosfiltfilt

    if kind == "lowpass" and cutoff_hz >= 0.95 * rate_hz / 2:
        return values
    sos = butter(order, cutoff_hz, kind, fs=rate_hz, output="sos")
    padding = min(values.size - 1, round(_PADDING_S * rate_hz))
    return np.asarray(sosfiltfilt(sos, values, padlen=padding))


def check_band(low_hz: float, high_hz: float) -> None:
    """Refuse a band without width.

    Raises
    ------
    InputError
        If `low_hz` is not below `high_hz`.
    """
    if low_hz >= high_hz:
        raise InputError(
            "the band is empty",
            found=f"{low_hz:g} to {high_hz:g} Hz",
            accepted="band_low_hz below band_high_hz",
        )


def rectified(samples_uv: FloatArray, rate_hz: float, low_hz: float) -> FloatArray:
    """Return the absolute value of the signal above `low_hz`."""
    centred = samples_uv - np.median(samples_uv)
    return np.asarray(np.abs(zero_phase(centred, rate_hz, low_hz, "highpass", 2)))


def window_means(values: FloatArray, width: int) -> FloatArray:
    """Return the mean of `width` values from each on, shape (n - width + 1,)."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray((total[width:] - total[:-width]) / width)


def centred_means(values: FloatArray, width: int) -> FloatArray:
    """Return the mean of `width` values about each, shape (n,); near an end of those that there are."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    at = np.arange(values.size)
    start = np.maximum(at - width // 2, 0)
    stop = np.minimum(at - width // 2 + width, values.size)
    return np.asarray((total[stop] - total[start]) / (stop - start))


def quiet_mask(power: FloatArray, rate_hz: float, length_s: float) -> BoolArray:
    """Return which samples are quiet: the stretch of `length_s` with the least power, and all like it.

    Parameters
    ----------
    power : array of shape (n_samples,)
    length_s : float

    Returns
    -------
    array of shape (n_samples,)
        True in every stretch whose mean power is within 2 dB of the least, but for a tenth at both its ends.

    Notes
    -----
    The least of many stretches is quieter than the quiet signal is in the mean: a threshold from it alone
    would be passed by noise more often than it says. Within 2 dB a stretch may hold the first or last
    milliseconds of a burst, and a smoothed test function what leaks out of it: the tenths at its ends keep
    both away from the level and the spread.
    """
    step = max(1, int(length_s * rate_hz / _STEPS))
    n = power.size // step
    blocks = power[: n * step].reshape(n, step).mean(axis=1)  # free of the rounding of a running sum
    width = min(_STEPS, n)
    means = np.lib.stride_tricks.sliding_window_view(blocks, width).mean(axis=1)
    start = np.flatnonzero(means <= means.min() * 10 ** (_ALIKE_DB / 10))
    chosen = intervals.to_mask(np.column_stack((start + 1, start + width - 1)), n)
    return np.pad(np.repeat(chosen, step), (0, power.size - n * step))


@dataclass(frozen=True, slots=True)
class Baseline:
    """Mean and standard deviation of a test function in the quiet signal."""

    mean: float
    spread: float
    quiet_s: float
    """How much of the recording counts as quiet."""
    silent: bool
    """Whether the quiet stretch holds no signal at all."""

    def learned(self, unit: str, threshold: float) -> dict[str, float]:
        """Return what was learned, for the parameters of the result."""
        return {
            "quiet_found_s": self.quiet_s,
            f"quiet_mean_{unit}": self.mean,
            f"quiet_sd_{unit}": self.spread,
            f"threshold_{unit}": threshold,
        }


def baseline(test: FloatArray, power: FloatArray, rate_hz: float, quiet_s: float) -> Baseline:
    """Return the baseline of the test function where `power`, of the same shape, is quiet."""
    quiet = quiet_mask(power, rate_hz, quiet_s)
    return Baseline(
        float(test[quiet].mean()),
        float(test[quiet].std()),
        float(np.count_nonzero(quiet) / rate_hz),
        is_silent(power, quiet),
    )


def is_silent(power: FloatArray, quiet: BoolArray) -> bool:
    """Tell whether the quiet stretch holds no signal at all."""
    return bool(power[quiet].mean() <= SILENT * power.mean())


def above(values: FloatArray, threshold: float, width: int) -> IntArray:
    """Return the windows of `width` values whose mean exceeds `threshold`, joined, as intervals.

    So an onset is the beginning of the first window that exceeds, and an offset the end of the last one.
    """
    starts = intervals.from_mask(window_means(values, width) > threshold)
    starts[:, 1] += width - 1
    return intervals.from_mask(intervals.to_mask(starts, values.size))


def sustained(runs: IntArray, least: float, tolerated: float = 0.0) -> IntArray:
    """Return bursts whose onset and offset are both confirmed by time.

    Parameters
    ----------
    runs : array of shape (n_runs, 2)
        Where the test function exceeds its threshold.
    least : float
        A burst begins with the first run of at least this many samples, and ends before the first gap of as
        many.
    tolerated : float
        Gaps in a run, and runs in a gap, of up to this many samples do not count.
    """
    joined = intervals.close_gaps(runs, tolerated + 1) if tolerated else runs
    beginnings = intervals.drop_short(joined, least)[:, 0]
    groups = intervals.close_gaps(intervals.drop_short(joined, tolerated + 1), least)
    first = np.searchsorted(beginnings, groups[:, 0])
    onset = np.append(beginnings, np.iinfo(np.int64).max)[first]
    confirmed = onset < groups[:, 1]
    return np.column_stack((onset, groups[:, 1]))[confirmed]


def finish(
    bursts: IntArray,
    n: int,
    step_s: float,
    duration_s: float,
    parameters: Parameters,
    *,
    learned: Mapping[str, float | str],
    silent: bool,
    notes: tuple[str, ...] = (),
) -> Detection:
    """Return the detection of `bursts`, intervals on an axis of `n` steps of `step_s`.

    A burst that reaches an end of the recording is kept, and a note says that it is cut.
    """
    seconds = bursts * step_s
    seconds[bursts == n] = duration_s  # the last step may be left over
    said = [NO_INTERVAL]
    if silent:
        said.append(
            "The quietest stretch holds no signal (a gap in the recording, or nothing but bursts in it): the"
            " quiet level, and with it every edge, rests on nothing."
        )
    if len(bursts) == 0:
        said.append(
            "No burst: nothing rises far enough, for long enough, over the quietest signal. That may be a"
            " muscle that is off throughout, or one that is on throughout."
        )
    return make_detection(seconds, parameters, learned=learned, notes=(*said, *notes, *cut_notes(bursts, n)))


def cut_notes(bursts: IntArray, n: int) -> tuple[str, ...]:
    """Say which bursts reach an end of the recording."""
    said = []
    if len(bursts) and bursts[0, 0] == 0:
        said.append("The first burst is cut by the start of the recording; its onset is not known.")
    if len(bursts) and bursts[-1, 1] == n:
        said.append("The last burst is cut by the end of the recording; its offset is not known.")
    return tuple(said)
