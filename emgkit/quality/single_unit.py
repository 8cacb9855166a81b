"""A single motor unit rather than an interference pattern: timing yes, magnitude no."""

from __future__ import annotations

import numpy as np

from emgkit.model import BoolArray, FloatArray
from emgkit.quality.rows import Check, Row
from emgkit.quality.signal import Signal
from emgkit.quantiles import quantile

WINDOW_S = 0.004
"""To either side of a peak: potentials at a wire last 4 to 8 ms."""
APART_S = 0.015
"""No motor unit discharges twice within this time, but for rare doublets."""
HEIGHT = 0.5
"""Peaks above this part of the largest (99.9th percentile) are looked at."""
LEAST_DISCHARGES = 15
LEAST_ACTIVE_S = 0.5
SHARE_PCT = 72.0
"""Between what a single unit reaches (72 % or more in 99 % of simulated wires) and what 10 to 40 units reach
(98.5 % of wires stay below; in the others one unit near the wire outweighs the rest)."""
RATE_HZ = (3.0, 35.0)
"""Rates at which one motor unit discharges while it is active."""

SINGLE_UNIT = Check(
    "single_unit",
    "%",
    f"good below {SHARE_PCT:g} %, limited from there if it occurs {RATE_HZ[0]:g} to {RATE_HZ[1]:g} times "
    "a second, else not determinable",
    "share of the power of the bursts that one waveform explains, the mean of those about the largest peaks",
    concerns="magnitude",
)


def single_unit(s: Signal) -> Row:
    """Check whether the bursts are discharges of one motor unit.

    Notes
    -----
    Peaks of the larger sign above half the 99.9th percentile, at least 15 ms apart, are cut out 4 ms to
    either side. Their mean m is the waveform; the share is the sum over all of (w m)^2 / (m m), with w the
    cut-outs, over the energy of the active samples, both less what the noise of the quiet signal adds. In an
    interference pattern the largest peaks are chance sums of many units, and their mean explains little of
    the rest.
    """
    if s.fast_uv is None:
        return SINGLE_UNIT.unknown(s.why_no_fast, s.trial)
    active_s = np.count_nonzero(s.active) / s.rate_hz
    if active_s < LEAST_ACTIVE_S:
        why = f"There is less than {LEAST_ACTIVE_S:g} s of signal in detected bursts."
        return SINGLE_UNIT.unknown(why, s.trial)
    if s.active_uv2 == 0:
        return SINGLE_UNIT.unknown("The signal is constant.", s.trial)
    noise = 0.0 if np.isnan(s.quiet_uv2) else s.quiet_uv2
    share, n = _explained(s.fast_uv, s.active, s.rate_hz, noise)
    value, rate_hz = 100 * share, n / active_s
    if value < SHARE_PCT:
        return SINGLE_UNIT.row("good", value, "No action needed.", s.trial)
    if n < LEAST_DISCHARGES or not RATE_HZ[0] <= rate_hz <= RATE_HZ[1]:
        why = (
            f"The bursts are mostly one waveform, which occurs {n} times, {rate_hz:.2g} times a second while "
            "on: whether that is a motor unit, an artefact or a tone cannot be told. Look at the trace."
        )
        return SINGLE_UNIT.unknown(why, s.trial)
    advice = (
        f"The bursts are mostly one waveform, {rate_hz:.0f} times a second while on: a single motor unit, "
        "not an interference pattern. Its timing can be read; its amplitude says nothing of how strongly the "
        "muscle works, and onset and offset are those of this unit."
    )
    return SINGLE_UNIT.row("limited", value, advice, s.trial)


def _explained(x: FloatArray, active: BoolArray, rate_hz: float, noise: float) -> tuple[float, int]:
    """Return the share of the active energy that the mean waveform explains, and how often it occurs.

    `noise` is the power of the quiet signal.
    """
    from scipy import signal

    half = max(2, round(WINDOW_S * rate_hz))
    on = x[active]
    low, high = quantile(on, 0.001), quantile(on, 0.999)
    upright = x if high >= -low else -x
    least = HEIGHT * max(high, -low)
    # what lies below counts for nothing, so there need be no peaks to sort out
    tops = np.maximum(upright, np.nextafter(least, -np.inf))
    at, _ = signal.find_peaks(tops, height=least, distance=max(1, round(APART_S * rate_hz)))
    at = at[active[at] & (at >= half) & (at < x.size - half)]
    if at.size == 0:
        return 0.0, 0
    cut = upright[at[:, None] + np.arange(-half, half + 1)]
    mean = cut.mean(axis=0)
    # projected on one waveform, noise adds its power once for each cut-out
    energy = np.square(cut @ mean).sum() / (mean @ mean) - at.size * noise
    whole = np.square(on).sum() - on.size * noise
    return float(np.clip(energy / whole, 0.0, 1.0)) if whole > 0 else 0.0, int(at.size)
