"""Steps of the baseline: the level changes at once and stays where it went."""

import numpy as np

from emgkit.model import FloatArray, IntArray
from emgkit.quality.located import Located, joined, runs
from emgkit.quality.rows import Check, Row
from emgkit.quality.signal import Signal

NEAR_S = (0.002, 0.012)
"""Distance from a moment between which the level beside it is taken, to see whether it changes at once."""
FAR_S = (0.01, 0.15)
"""The same, to see whether it stays: longer than any potential, and than the swing of a cable."""
NOISE_TIMES = 10.0
"""The high-pass at 20 Hz passes the whole height of a step: ten times the noise is a false burst."""
LOUD_TIMES = 2.0
"""A lower step is lost among the bursts: the mean of 140 ms of them moves by up to 1.5 times their level."""
SHARP = 0.7
"""Share of the height that is reached within `NEAR_S`: drift and movement of a cable are slower."""
RETURNS = 0.5
"""If the level returns by this part of the height within 0.3 s, it was an artefact and not a step."""
RING_S = (0.025, 0.1)
"""Before and after a step: where the filters ring from it."""
NOT_USABLE_PER_MIN = 30.0
"""Every second stride at an ordinary cadence."""

BASELINE_STEP = Check(
    "baseline_step",
    "per min",
    f"good without any, limited from one, not usable from two and {NOT_USABLE_PER_MIN:g} per min",
    f"lasting changes of the level within 10 ms, {NOISE_TIMES:g} times the noise and {LOUD_TIMES:g} times "
    "the bursts or higher",
)


def running_sum(s: Signal) -> FloatArray:
    """Return the sum of the samples, less their mean, before each sample and at the end: for `change`."""
    total = np.zeros(s.emg_uv.size + 1)
    np.cumsum(s.emg_uv - s.emg_uv.mean(), out=total[1:])
    return total


def change(total: FloatArray, rate_hz: float, apart_s: tuple[float, float]) -> FloatArray:
    """Return how much higher the mean level is after each sample than before it, in microvolts.

    Parameters
    ----------
    total : array of shape (n_samples + 1,)
        From `running_sum`.
    rate_hz : float
    apart_s : (float, float)
        The nearer and the farther end of both stretches.

    Returns
    -------
    array of shape (n_samples,), zero where the stretches leave the recording
    """
    near, far = (max(1, round(t * rate_hz)) for t in apart_s)
    n, length = total.size - 1, max(far - near, 1)
    mean = total[length:] - total[:-length]  # of the stretch that starts at each sample
    mean /= length
    out = np.zeros(n)
    last = n - near - length
    first = near + length
    if last >= first:
        after, before = mean[first + near : last + near + 1], mean[: last - first + 1]
        np.subtract(after, before, out=out[first : last + 1])
    return out


def find(s: Signal, total: FloatArray) -> Located:
    """Find the steps.

    Parameters
    ----------
    s : Signal
    total : array of shape (n_samples + 1,)
        From `running_sum`.

    Notes
    -----
    The mean of 10 to 150 ms after a moment less that of 10 to 150 ms before it exceeds the limits, most of it
    is reached within 12 ms to either side, and it is not taken back at once.
    """
    far = change(total, s.rate_hz, FAR_S)
    least = max(NOISE_TIMES * s.noise_uv, LOUD_TIMES * s.loud_uv)
    start, stop = joined(*runs(np.abs(far) > least), round(FAR_S[1] * s.rate_hz))
    # most signals have no step to look at closely
    near = change(total, s.rate_hz, NEAR_S) if start.size else far
    at, height = _sharp(far, near, start, stop, round(2 * NEAR_S[1] * s.rate_hz))
    before, after = (round(t * s.rate_hz) for t in RING_S)
    return Located(
        check=BASELINE_STEP.name,
        words="a step of the baseline",
        start=np.maximum(at - before, 0),
        stop=np.minimum(at + after, s.emg_uv.size),
        rate_hz=s.rate_hz,
        limit_pct=None,
        value=60 * at.size / (s.emg_uv.size / s.rate_hz),
        spoils=np.ones(at.size, dtype=np.bool_),
        size=np.abs(height),
    )


def _sharp(
    far: FloatArray, near: FloatArray, start: IntArray, stop: IntArray, reach: int
) -> tuple[IntArray, FloatArray]:
    """Return moment and height of those runs that are steps; a loop over the few that are there."""
    at, height = [], []
    for a, b in zip(start, stop, strict=True):
        high, low = far[a:b].max(), far[a:b].min()
        peak = high if high >= -low else low
        k = a + int(np.argmax(np.sign(peak) * far[a:b]))
        around = slice(max(k - reach, 0), k + reach + 1)
        returned = -min(np.sign(peak) * (low if peak > 0 else high), 0.0)
        if (np.sign(peak) * near[around]).max() >= SHARP * abs(peak) and returned < RETURNS * abs(peak):
            at.append(max(k - reach, 0) + int(np.argmax(np.sign(peak) * near[around])))
            height.append(peak)
    return np.array(at, dtype=np.int64), np.array(height, dtype=np.float64)


def baseline_step(s: Signal, found: Located | None) -> Row:
    """Judge the steps that were found, per minute."""
    if found is None:
        return BASELINE_STEP.unknown(s.why_no_fast, s.trial)
    if not found.start.size:
        return BASELINE_STEP.row("good", 0.0, "No action needed.", s.trial, found.where)
    bad = found.start.size > 1 and found.value >= NOT_USABLE_PER_MIN
    advice = (
        "The level of the signal jumps: the contact of the wire or a plug gives way, or an input was "
        "switched. After filtering each jump looks like a short burst. Strides with a jump are left out."
    )
    return BASELINE_STEP.row("not usable" if bad else "limited", found.value, advice, s.trial, found.where)
