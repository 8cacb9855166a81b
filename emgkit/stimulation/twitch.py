"""The twitch in a channel of motion: whether it keeps step with the pulses, and how often it comes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit.model import FloatArray

PARTS = 64
"""Each interval between pulses is brought to so many parts."""
LOTS = 400
LEVEL = 0.01
FUSED_HZ = 10.0
"""Twitches of faster pulses run into one another."""
MIN_INTERVALS = 5
FOLLOWS = 0.4
SURE_SDS = 3.0


@dataclass(frozen=True, slots=True)
class Twitch:
    """What the channel of motion shows."""

    follows: bool | None
    """Whether the motion keeps step with the pulses; None if that cannot be told."""
    rate_hz: float
    """Twitches per second, over the intervals looked at; NaN if they cannot be counted."""
    share_pct: float
    """Share of the pulses that a twitch follows; NaN likewise."""
    n: int
    chance: float
    """Share of lots that keep step as well; NaN if none were drawn."""
    why: str = ""


def twitch(values: FloatArray, motion_rate_hz: float, pulse_s: FloatArray, interval_s: float) -> Twitch:
    """Look for twitches that keep step with the pulses.

    Parameters
    ----------
    values : array of shape (n_motion_samples,)
        An accelerometer, a force or a goniometer, in any unit.
    motion_rate_hz : float
    pulse_s : array of shape (n_pulses,)
    interval_s : float
        Usual interval of the pulses; longer ones are left out.

    Notes
    -----
    Each interval is laid on the others. The statistic is the variance of their mean; by chance it is that of
    means in which each interval is turned round by a phase drawn by lot (seeded), which keeps everything but
    the step with the pulses. A pulse is followed by a twitch if the mean of the other intervals is in its own
    with at least 0.4 of its size, provided that noise stays below that.
    """
    unknown = float("nan")
    if not interval_s > 0 or 1 / interval_s > FUSED_HZ:
        return Twitch(None, unknown, unknown, 0, unknown, "twitches of pulses as fast as these run together")
    gaps = np.diff(pulse_s)
    begin = pulse_s[:-1][np.abs(gaps - interval_s) <= 0.25 * interval_s]
    begin = begin[begin + interval_s <= (values.size - 1) / motion_rate_hz]
    n = int(begin.size)
    if n < MIN_INTERVALS:
        return Twitch(None, unknown, unknown, n, unknown, f"{n} whole intervals, {MIN_INTERVALS} are needed")
    at = begin[:, None] + np.arange(PARTS) / PARTS * interval_s
    x = np.interp(at, np.arange(values.size) / motion_rate_hz, values)
    x = x - x.mean(axis=1, keepdims=True)
    if not np.any(x):
        return Twitch(False, 0.0, 0.0, n, 1.0, "the channel of motion does not move")
    rng = np.random.default_rng(0)
    turns = rng.integers(PARTS, size=(LOTS, n))
    column = (np.arange(PARTS) + turns[..., None]) % PARTS
    by_lot = x[np.arange(n)[None, :, None], column].mean(axis=1).var(axis=1)
    level = float((1 + np.count_nonzero(by_lot >= x.mean(axis=0).var())) / (1 + LOTS))
    if level > LEVEL:
        return Twitch(False, 0.0, 0.0, n, level)
    others = (x.sum(axis=0) - x) / (n - 1)
    power = (others**2).sum(axis=1)
    size = (x * others).sum(axis=1) / power
    # noise: how far the mean of the others is in an interval's departure from it
    left = x - size[:, None] * others
    noise = float(np.sqrt(np.mean(left**2) / np.mean(power)))
    if SURE_SDS * noise > FOLLOWS:
        return Twitch(True, unknown, unknown, n, level, "the noise is too large to count single twitches")
    share = float(np.mean(size >= FOLLOWS))
    return Twitch(True, share / interval_s, 100 * share, n, level)
