"""The amplitude that percentages are of: found in maximum tests or in the task itself, and judged."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emgkit.errors import InsufficientDataError
from emgkit.found import NO_MAXIMUM, AmplitudeReference, Cycles
from emgkit.measures.magnitude import mean_over, sample_at
from emgkit.measures.trial import Signal
from emgkit.model import BoolArray, FloatArray

SUSTAINED_S = 1.0
"""A contraction that is not held for longer than this has not settled at its maximum."""
STEADY_SHARE = 0.5
"""Each fifth of the best window lies within this share of the window's mean."""
CONTRACTION_SHARE = 0.5
"""A contraction lasts while the signal is at least this share of the best window."""
LOUD_RATIO = 2.0
"""A contraction is at least so many times as loud as the quiet signal of the trials."""
SMOOTH_S = 0.25
"""Window of the moving mean in which contractions are counted."""
_FIFTHS = 5


@dataclass(frozen=True, slots=True, eq=False)
class MaximumTest:
    """One recording of a maximum test, conditioned like the trials."""

    trial: str
    rate_hz: float
    emg_uv: FloatArray
    fault: BoolArray
    """Samples that are clipped or flat, shape (n_samples,)."""


@dataclass(frozen=True, slots=True)
class Window:
    """The strongest window of a signal."""

    trial: str
    mean_uv: float
    start_s: float


def best_window_mean(emg_uv: FloatArray, rate_hz: float, window_s: float) -> tuple[float, float]:
    """Return the largest mean of the absolute value over any window, and where that window starts.

    Returns
    -------
    mean_uv, start_s : float
        NaN, NaN if the signal is shorter than the window.
    """
    n = round(window_s * rate_hz)
    if n < 1 or emg_uv.size < n:
        return float("nan"), float("nan")
    start = np.arange(emg_uv.size - n + 1)
    mean = mean_over(np.abs(emg_uv), start, start + n)
    best = int(np.argmax(mean))
    return float(mean[best]), best / rate_hz


def best_window(trials: Sequence[tuple[str, FloatArray, float]], window_s: float) -> Window | None:
    """Return the strongest window of trials given as (name, conditioned signal in microvolts, rate).

    None if all of them are shorter than the window.
    """
    windows = [Window(name, *best_window_mean(emg, rate_hz, window_s)) for name, emg, rate_hz in trials]
    known = [window for window in windows if not np.isnan(window.mean_uv)]
    return max(known, key=lambda window: window.mean_uv) if known else None


def maximum_reference(
    tests: Sequence[MaximumTest], window_s: float, task: Window | None, noise_uv: float = float("nan")
) -> AmplitudeReference:
    """Return the best window over all maximum tests, with what speaks against its being a maximum.

    Parameters
    ----------
    tests : sequence of MaximumTest
    window_s : float
    task : Window or None
        The strongest window of the same length in the trials of the task.
    noise_uv : float
        Root mean square of the quiet signal of the trials; NaN if it is not known.

    Raises
    ------
    InsufficientDataError
        If a test is shorter than the window.

    Notes
    -----
    The reference is the largest mean of the rectified signal over any `window_s` of any test; `rms_uv` is the
    root mean square of the same window. Against it speak, each with its numbers:

    - the contraction that holds most of the window lasts no longer than 1 s. A contraction is a stretch in
      which the moving mean over 0.25 s is at least half of the best window;
    - a fifth of the window differs from its mean by more than half of it: an artefact, or a rise;
    - samples of the window are clipped or flat;
    - its root mean square is less than twice that of the quiet signal of the trials: noise is steady, too;
    - the task reaches more in a window of the same length. Then it is no maximum, and there is no percentage.

    `n_contractions` counts the contractions of all tests that last for the window or longer.
    """
    if not tests:
        return NO_MAXIMUM
    found = []
    for test in tests:
        mean_uv, start_s = best_window_mean(test.emg_uv, test.rate_hz, window_s)
        if np.isnan(mean_uv):
            raise InsufficientDataError(
                "the maximum test is shorter than the window of the reference (in seconds)",
                where=test.trial,
                found=test.emg_uv.size / test.rate_hz,
                needed=window_s,
            )
        found.append((mean_uv, start_s, test))
    mean_uv, start_s, test = max(found, key=lambda item: item[0])
    if mean_uv == 0:
        return AmplitudeReference("none", f"none: the maximum test {test.trial} holds no signal")
    lengths = [_contractions(t, mean_uv) for t in tests]
    n_contractions = sum(int(np.count_nonzero(stop - start >= window_s)) for start, stop in lengths)
    below = task is not None and task.mean_uv > mean_uv
    first = round(start_s * test.rate_hz)
    inside = test.emg_uv[first : first + round(window_s * test.rate_hz)]
    rms_uv = float(np.sqrt(np.mean(inside**2)))
    against = _against(test, mean_uv, start_s, window_s)
    if rms_uv < LOUD_RATIO * noise_uv:
        against += (
            f"with {rms_uv:.1f} uV (root mean square) it is not {LOUD_RATIO:g} times as loud as the quiet"
            f" signal of the trials, {noise_uv:.1f} uV",
        )
    if task is not None and below:
        against = (
            f"the task reaches more than the test, {task.mean_uv:.1f} uV in {task.trial} from "
            f"{task.start_s:.2f} s, so it is no maximum and there is no percentage of it",
            *against,
        )
    counted = f"{n_contractions} contraction{'' if n_contractions == 1 else 's'}"
    return AmplitudeReference(
        kind="maximum",
        words=(
            f"maximum test: mean rectified signal of {mean_uv:.1f} uV in the best {window_s:g} s "
            f"({test.trial}, from {start_s:.2f} s; {counted} in {len(tests)} "
            f"test{'' if len(tests) == 1 else 's'})"
        ),
        mean_uv=float("nan") if below else mean_uv,
        rms_uv=float("nan") if below else rms_uv,
        trial=test.trial,
        start_s=start_s,
        window_s=window_s,
        n_contractions=n_contractions,
        best_uv=mean_uv,
        against=against,
    )


def _against(test: MaximumTest, mean_uv: float, start_s: float, window_s: float) -> tuple[str, ...]:
    """Return what the test itself says against its best window."""
    start, stop = _contractions(test, mean_uv)
    shared = np.minimum(stop, start_s + window_s) - np.maximum(start, start_s)
    held_s = float((stop - start)[np.argmax(shared)]) if start.size else 0.0
    border = sample_at(start_s + window_s * np.arange(_FIFTHS + 1) / _FIFTHS, test.rate_hz, test.emg_uv.size)
    fifths = mean_over(np.abs(test.emg_uv), border[:-1], border[1:]) / mean_uv
    bad = 100 * float(np.mean(test.fault[border[0] : border[-1]]))
    said = []
    if held_s <= SUSTAINED_S:
        said.append(f"the contraction is held for {held_s:.2f} s, not longer than {SUSTAINED_S:g} s")
    if np.nanmax(np.abs(fifths - 1)) > STEADY_SHARE:
        said.append(
            f"the best window is not steady: its fifths reach from {100 * np.nanmin(fifths):.0f} to "
            f"{100 * np.nanmax(fifths):.0f} % of its mean"
        )
    if bad > 0:
        said.append(f"{bad:.1f} % of the best window is clipped or flat")
    return tuple(said)


def _contractions(test: MaximumTest, mean_uv: float) -> tuple[FloatArray, FloatArray]:
    """Return start and stop, in seconds, of the stretches that reach a share of the best window."""
    n = test.emg_uv.size
    centre = np.arange(n)
    half = round(SMOOTH_S / 2 * test.rate_hz)
    smooth = mean_over(np.abs(test.emg_uv), np.maximum(centre - half, 0), np.minimum(centre + half + 1, n))
    edges = np.diff(np.concatenate([[0], smooth >= CONTRACTION_SHARE * mean_uv, [0]]))
    return np.flatnonzero(edges == 1) / test.rate_hz, np.flatnonzero(edges == -1) / test.rate_hz


def task_mean(trials: Sequence[tuple[Signal, Cycles]]) -> AmplitudeReference:
    """Return the mean over all used cycles of all trials, each cycle with the same weight."""
    parts = []
    for signal, cycles in trials:
        n = signal.emg_uv.size
        start = sample_at(cycles.start_s[cycles.used], signal.rate_hz, n)
        stop = sample_at(cycles.end_s[cycles.used], signal.rate_hz, n)
        parts.append([signal.rectified.over(start, stop), signal.power.over(start, stop)])
    mean, power = np.nanmean(np.concatenate(parts, axis=1), axis=1)
    if not (mean > 0 and power > 0):  # of a silent task, sums may leave the one and not the other by rounding
        return AmplitudeReference("none", "none: the task holds no signal")
    words = f"mean of the task: mean rectified signal of {mean:.1f} uV over the used cycles of all trials"
    return AmplitudeReference("task_mean", words, float(mean), float(np.sqrt(power)))


def task_peak(profile_uv: FloatArray, rms_profile_uv: FloatArray) -> AmplitudeReference:
    """Return the peak of the average over the used cycles of all trials.

    Parameters
    ----------
    profile_uv, rms_profile_uv : arrays of shape (101,), in microvolts
        Averages of the low-passed rectified signal and of the moving root mean square.
    """
    if not all(np.nanmax(profile, initial=0) > 0 for profile in (profile_uv, rms_profile_uv)):
        return AmplitudeReference("none", "none: the task holds no signal")
    at = int(np.nanargmax(profile_uv))
    words = (
        f"peak of the task: {profile_uv[at]:.1f} uV, the largest value of the rectified and low-passed "
        f"signal averaged over the used cycles of all trials, at {at} % of the cycle"
    )
    return AmplitudeReference("task_peak", words, float(profile_uv[at]), float(np.nanmax(rms_profile_uv)))
