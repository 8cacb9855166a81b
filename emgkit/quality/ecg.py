"""Heart: complexes that come at the rhythm of a heart and not at that of the steps."""

import numpy as np
from scipy import ndimage, signal

from emgkit.model import FloatArray, IntArray
from emgkit.quality.located import Located
from emgkit.quality.rows import Check, Row
from emgkit.quality.signal import Signal

SLOW_S = 0.15
"""The moving mean over 12 ms less that over this keeps 5 to 35 Hz: most of the power of a complex."""
WORK_HZ = 250.0
"""Rate at which complexes are looked for; enough for 35 Hz."""
STANDS_OUT = 5.0
"""Peaks over so many robust standard deviations of the quiet signal are looked at."""
AROUND_S = 0.08
"""To either side of a peak: a complex of 80 to 120 ms."""
ALIKE = 0.8
"""Correlation with the median of all: complexes of one heart are alike, noise and motor units are not."""
INTERVAL_S = (0.34, 1.45)
"""0.7 to 3 Hz."""
REFRACTORY_S = 0.3
TOLERANCE = 0.12
"""Of the interval: the breath moves it by some 5 %."""
MOST_BEATS = 5
"""Beats are hidden by bursts: so many intervals may lie between two that are seen."""
REGULAR = 0.75
"""Part of the distances that must be multiples of the same interval."""
LEAST = 6
LOCKED = 0.9
"""Length of the mean vector of the phases in the stride from which on they belong to the step: those of a
heart that is seen in a third of the stride only reach 0.83."""
LIMIT = 3.0
"""Peaks of three times the noise stand out from it and can be held for bursts."""

ECG = Check(
    "ecg",
    "",
    f"good below {LIMIT:g}, limited from there",
    "peak of the heart's complexes above 20 Hz in multiples of the noise; 0 if no rhythm of a heart is found",
)


def find(s: Signal, smooth_uv: FloatArray) -> Located:
    """Find the complexes of the heart in the quiet signal.

    Parameters
    ----------
    s : Signal
    smooth_uv : array of shape (n_samples,)
        From `signal.smoothed`.

    Notes
    -----
    Peaks of the band 5 to 35 Hz outside the bursts that look alike and follow one another at
    multiples of the same interval of 0.34 to 1.45 s; not those that keep their place in the stride.
    """
    assert s.fast_uv is not None
    peaks, interval_s = _complexes(s, smooth_uv)
    half = round(AROUND_S * s.rate_hz / 2)
    start, stop = np.maximum(peaks - half, 0), np.minimum(peaks + half, s.emg_uv.size)
    size = np.array([np.abs(s.fast_uv[a:b]).max() for a, b in zip(start, stop, strict=True)])
    value = float(np.median(size) / s.noise_uv) if peaks.size and s.noise_uv > 0 else 0.0
    words = f"the heart at {60 / interval_s:.0f} per min" if peaks.size else "the heart"
    return Located(ECG.name, words, start, stop, s.rate_hz, limit_pct=None, value=value, size=size)


def _complexes(s: Signal, smooth_uv: FloatArray) -> tuple[IntArray, float]:
    """Return the samples of the peaks, none if they have no rhythm of a heart, and their interval."""
    none = np.zeros(0, dtype=np.int64), float("nan")
    every = max(1, int(s.rate_hz / WORK_HZ))
    rate_hz = s.rate_hz / every
    band = smooth_uv[::every]
    band = band - ndimage.uniform_filter1d(band, max(3, round(SLOW_S * rate_hz)))
    quiet = (~s.active)[::every][: band.size]
    spread = float(np.median(np.abs(band[quiet]))) / 0.6745 if quiet.any() else 0.0
    if spread == 0:
        return none
    high = np.where(quiet, np.abs(band), 0.0)
    at, _ = signal.find_peaks(high, height=STANDS_OUT * spread, distance=round(REFRACTORY_S * rate_hz))
    around = round(AROUND_S * rate_hz)
    at = at[(at >= around) & (at < band.size - around)]
    if at.size < LEAST:
        return none
    shapes = band[at[:, None] + np.arange(-around, around + 1)]
    shapes = shapes - shapes.mean(axis=1, keepdims=True)
    shapes = shapes / np.linalg.norm(shapes, axis=1, keepdims=True)
    template = np.median(shapes, axis=0)
    at = at[shapes @ template >= ALIKE * np.linalg.norm(template)]
    time_s = at / rate_hz
    interval_s = _interval(np.diff(time_s)) if at.size >= LEAST else float("nan")
    expected = quiet.sum() / rate_hz / interval_s
    if not at.size >= 0.5 * expected or _keeps_step(time_s, s.contact_s):
        return none
    return (at * every).astype(np.int64), interval_s


def _interval(apart_s: FloatArray) -> float:
    """Return the interval of a heart of which most distances are multiples, up to five; else NaN."""
    tried = np.linspace(*INTERVAL_S, 150)
    times = np.maximum(np.rint(apart_s / tried[:, None]), 1)
    off = np.abs(apart_s / times - tried[:, None]) / tried[:, None]
    fits = ((off < TOLERANCE) & (times <= MOST_BEATS)).mean(axis=1)
    if not fits.max() >= REGULAR:
        return float("nan")
    # parts of the true interval fit as well, and others worse: the longest of those that fit best
    miss = np.where(fits >= fits.max() - 0.05, off.mean(axis=1), np.inf)
    best = int(np.flatnonzero(miss <= 1.5 * miss.min() + 0.01)[-1])
    fit = off[best] < TOLERANCE
    return float(apart_s[fit].sum() / times[best][fit].sum())


def _keeps_step(time_s: FloatArray, contact_s: FloatArray | None) -> bool:
    """Return whether the moments keep their place in the stride."""
    if contact_s is None or contact_s.size < 2:
        return False
    inside = time_s[(time_s >= contact_s[0]) & (time_s < contact_s[-1])]
    if not inside.size:
        return False
    phase = np.interp(inside, contact_s, np.arange(contact_s.size))
    # twice a stride is locked to the step, too
    return any(bool(np.abs(np.exp(2j * np.pi * k * phase).mean()) > LOCKED) for k in (1, 2))


def ecg(s: Signal, found: Located | None) -> Row:
    """Judge how far the complexes stand out."""
    if found is None:
        return ECG.unknown(s.why_no_fast, s.trial)
    if found.value < LIMIT:
        return ECG.row("good", found.value, "No action needed.", s.trial, found.where)
    advice = (
        f"Complexes of {found.words} lie over the signal, independent of the step. Those in the quiet phases "
        "can be held for bursts: compare the bursts with the trace. Strides are not left out for it."
    )
    return ECG.row("limited", found.value, advice, s.trial, found.where)
