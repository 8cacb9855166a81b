"""Repetitions of a movement from a channel that shows it: a goniometer, an accelerometer, a force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from emgkit import tables
from emgkit.errors import InputError
from emgkit.found import Cycles
from emgkit.gait.cycles import from_repetitions
from emgkit.gait.runs import hysteresis, joined
from emgkit.model import FloatArray, IntArray, Motion, Side
from emgkit.settings import GaitSettings, RepetitionSettings

RANGE_QUANTILES = (0.01, 0.99)
"""Bounds of the channel's range; single spikes do not move them."""
LONG = 1.75
"""A repetition longer than this times the median may be several, between which the channel did not return."""
SLOW_S = 0.05
MIN_SMOOTH_SHARE = 0.5
"""Movement is slower than 10 Hz: a channel that loses more than half of its variance in a mean over 50 ms
holds noise."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Upper and lower threshold in the unit of the channel."""

    up: float
    down: float


def from_motion(
    motion: Motion,
    *,
    duration_s: float,
    side: Side | None,
    gait: GaitSettings,
    settings: RepetitionSettings,
) -> Cycles:
    """Cut an activity into repetitions where a channel of motion passes two thresholds.

    Parameters
    ----------
    duration_s : float
        Length of the recorded EMG.

    Returns
    -------
    Cycles
        A repetition starts where the channel rises above the upper threshold and ends where it falls below
        the lower one (with `start` "fall", where it falls below the lower and rises above the upper). With
        `end` "next_start" it lasts to the next start. A last one that does not end is left out with
        "no_next_contact". The thresholds in force stand in a note.

    Raises
    ------
    InputError
        If the channel does not move, holds noise, or never passes the thresholds.

    Notes
    -----
    Between the thresholds the last state stands (hysteresis), so noise that is smaller than their distance
    makes no repetition. The times are interpolated between samples. A threshold is passed after the movement
    has begun: the start is that of the threshold, not of the movement.
    """
    where = f"motion channel {motion.label}"
    _require_finite(motion, where)
    smooth = _smooth(motion.values, settings.smooth_s * motion.rate_hz)
    limits = thresholds(motion, smooth, settings)
    sign = 1.0 if settings.start == "rise" else -1.0
    enter, leave = (limits.up, limits.down) if sign > 0 else (-limits.down, -limits.up)
    values = sign * smooth
    moving = hysteresis(values, down=leave, up=enter)
    start, stop = joined(moving, settings.min_pause_s * motion.rate_hz)
    long = (stop - start >= settings.min_duration_s * motion.rate_hz) | (stop == values.size)
    start, stop = start[long], stop[long]
    begun = start == 0  # already moving at the first sample: its start was not recorded
    start, stop = start[~begun], stop[~begun]
    if start.size == 0:
        raise InputError(
            "the channel of motion shows no repetition",
            where=where,
            found=f"{motion.values.min():.4g} to {motion.values.max():.4g} {motion.unit}".strip(),
            accepted=f"a channel that passes {limits.up:.4g} and {limits.down:.4g} {motion.unit}".strip(),
            mend="change up and down under [settings.repetitions], or name another channel",
        )
    ended = stop < values.size
    cycles = from_repetitions(
        _passing(values, start, enter) / motion.rate_hz,
        _passing(values, stop[ended & (settings.end == "return")], leave) / motion.rate_hz,
        duration_s=duration_s,
        side=side,
        settings=gait,
        source="motion",
    )
    return _with_notes(cycles, motion, limits, settings, duration_s, begun=bool(begun.any()))


def phase_rows(
    trials: Sequence[Cycles], named_pct: Mapping[str, tuple[float, float]]
) -> list[dict[str, Any]]:
    """Return the rows of the table `phases` of repetitions: each phase that the settings name.

    Parameters
    ----------
    named_pct : mapping of name to (start, end)
        In percent of the repetition, in order.
    """
    n_used = sum(int(t.used.sum()) for t in trials)
    return [
        {
            "phase": name,
            "code": name,
            "start_pct": start,
            "start_sd_pct": np.nan,
            "end_pct": end,
            "start_basis": tables.GIVEN,
            "end_basis": tables.GIVEN,
            "n_cycles": n_used,
            "why": "none",
        }
        for name, (start, end) in named_pct.items()
    ]


def thresholds(motion: Motion, smooth: FloatArray, settings: RepetitionSettings) -> Thresholds:
    """Return the thresholds in the unit of the channel.

    Parameters
    ----------
    smooth : array of shape (n_samples,)
        The smoothed channel, whose range the shares are of.

    Raises
    ------
    InputError
        If the channel does not move, or holds noise; shares of such a range mean nothing.
    """
    where = f"motion channel {motion.label}"
    low, high = (float(v) for v in np.quantile(smooth, RANGE_QUANTILES))
    if high <= low:
        raise InputError(
            "the channel of motion does not move",
            where=where,
            found=f"{low:.4g} {motion.unit} throughout".replace("  ", " "),
            mend="name another channel",
        )
    slow = _smooth(motion.values, SLOW_S * motion.rate_hz)
    share = float(np.var(slow) / np.var(motion.values))
    if share < MIN_SMOOTH_SHARE:
        raise InputError(
            "the channel of motion holds noise, no movement",
            where=where,
            found=f"{100 * share:.0f} % of its variance is slower than about 10 Hz",
            accepted=f"at least {100 * MIN_SMOOTH_SHARE:.0f} %",
            mend="name another channel",
        )
    if settings.scale == "unit":
        return Thresholds(settings.up, settings.down)
    if settings.start == "fall":  # the movement leaves the high end
        return Thresholds(high - settings.down * (high - low), high - settings.up * (high - low))
    return Thresholds(low + settings.up * (high - low), low + settings.down * (high - low))


def _require_finite(motion: Motion, where: str) -> None:
    bad = ~np.isfinite(motion.values)
    if bad.any():
        raise InputError(
            f"{int(bad.sum())} samples of the channel of motion are no numbers",
            where=where,
            found=f"the first at {int(np.argmax(bad)) / motion.rate_hz:.3f} s",
            accepted="finite numbers",
        )


def _smooth(values: FloatArray, width: float) -> FloatArray:
    """Return the moving mean over an odd number of samples, `width` at most; the ends go on as they are."""
    from scipy.ndimage import uniform_filter1d

    odd = 2 * int((width - 1) // 2) + 1 if width >= 1 else 1
    return np.asarray(uniform_filter1d(values, odd, mode="nearest"), dtype=np.float64)


def _passing(values: FloatArray, sample: IntArray, threshold: float) -> FloatArray:
    """Return where the line from the sample before to `sample` passes the threshold, in samples."""
    before, after = values[sample - 1], values[sample]
    step = after - before
    part = np.divide(threshold - before, step, out=np.ones(step.shape), where=step != 0)
    return np.asarray(sample - 1 + np.clip(part, 0.0, 1.0), dtype=np.float64)


def _with_notes(
    cycles: Cycles,
    motion: Motion,
    limits: Thresholds,
    settings: RepetitionSettings,
    duration_s: float,
    *,
    begun: bool,
) -> Cycles:
    unit = f" {motion.unit}" if motion.unit else " (unit not recorded)"
    rising, falling = f"rises above {limits.up:.4g}{unit}", f"falls below {limits.down:.4g}{unit}"
    first, last = (rising, falling) if settings.start == "rise" else (falling, rising)
    ends = f"where it {last}" if settings.end == "return" else "where the next one starts"
    notes = [f"a repetition starts where channel {motion.label} {first} and ends {ends}"]
    ends_s = np.where(np.isnan(cycles.end_s), duration_s, cycles.end_s)
    length_s = ends_s - cycles.start_s
    long = np.flatnonzero(length_s > LONG * np.median(length_s))
    if long.size and settings.end == "return":
        k = int(long[0])
        notes.append(
            f"{long.size} of {length_s.size} repetitions last more than {LONG:g} times the median and may be "
            "several movements, between which the channel did not return; the first is from "
            f"{cycles.start_s[k]:.2f} to {ends_s[k]:.2f} s"
        )
    if begun:
        notes.append("a movement under way at the first sample has no start and is no repetition")
    return replace(cycles, notes=(*cycles.notes, *notes))
