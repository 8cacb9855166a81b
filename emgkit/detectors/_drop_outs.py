"""Drop-outs: short stretches in which the recorder stood still, which are neither quiet nor active signal.

A link that loses packets writes zeros, goes on with its last value or draws a line to the next one; an
amplifier that resets is grounded.
Such a stretch is quieter than any electrode can be: taken for the quiet level, it makes all that is real look
active.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emgkit.detectors import intervals
from emgkit.found import Detection
from emgkit.model import FloatArray, IntArray, frozen

LEAST_S = 0.01
"""No electrode is silent for so long, unless the steps are too coarse to show its noise."""
STILL_UV = 0.25
"""Noise of an electrode and its amplifier, 0.5 uV (root mean square) or more, does not stay so near a line.
A converter without an input flickers by a step or two."""
MOST_SHARE = 0.1
"""A signal that stands still for longer may be one that is silent between its bursts."""
COARSE_STEPS = 1.5
"""What begins and ends with smaller changes, in steps of the converter, is quiet signal in coarse steps."""


def find(samples_uv: FloatArray, rate_hz: float) -> IntArray:
    """Return the drop-outs as intervals of samples, shape (n, 2).

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float

    Notes
    -----
    Where the signal stays within 0.25 uV of a straight line for 10 ms or longer, after or before a change of
    more than 0.5 uV and 1.5 of the smallest steps. None, if that is a tenth of the recording or more.
    """
    none = np.empty((0, 2), dtype=np.int64)
    width = max(3, int(LEAST_S / 2 * rate_hz))  # what is still for 10 ms holds a whole block
    n = samples_uv.size // width
    blocks = samples_uv[: n * width].reshape(n, width)
    # hardly any block needs to be looked at as a whole
    half = (width - 1) // 2
    bend = blocks[:, 0] - 2 * blocks[:, half] + blocks[:, 2 * half]
    still = np.flatnonzero(np.abs(bend) <= 4 * STILL_UV)
    slope = (blocks[still, -1] - blocks[still, 0]) / (width - 1)
    beside = blocks[still] - blocks[still, :1] - slope[:, None] * np.arange(width)
    flat = np.abs(beside).max(axis=1, initial=0.0) <= STILL_UV
    still, slope = still[flat], slope[flat]
    if not still.size or still.size >= MOST_SHARE * n:
        return none
    # each sample is held against the line of the still block that is nearest to it
    middle = (still[1:] + still[:-1] + 1) * width // 2
    nearest = np.repeat(np.arange(still.size), np.diff(np.concatenate(([0], middle, [samples_uv.size]))))
    first = still * width
    line = blocks[still, 0][nearest] + slope[nearest] * (np.arange(samples_uv.size) - first[nearest])
    runs = intervals.from_mask(np.abs(samples_uv - line) <= STILL_UV)
    holds = np.searchsorted(first, runs[:, 1] - width, side="right") > np.searchsorted(first, runs[:, 0])
    runs = intervals.drop_short(runs[holds], LEAST_S * rate_hz)
    if not len(runs):
        return none
    change = np.abs(np.diff(samples_uv, prepend=samples_uv[0], append=samples_uv[-1]))
    step = change[change > 0].min(initial=np.inf)
    beside = np.clip(runs[:, :, None] + np.arange(-1, 2), 0, samples_uv.size).reshape(-1, 6)
    runs = runs[change[beside].max(axis=1) > max(2 * STILL_UV, COARSE_STEPS * step)]
    return runs if intervals.total(runs) < MOST_SHARE * samples_uv.size else none


def bridged(samples_uv: FloatArray, lost: IntArray) -> FloatArray:
    """Return the signal with each drop-out filled from both sides by the mirror image of what lies there.

    So quiet signal goes on as quiet signal, with its own noise, and a burst as a burst.

    Examples
    --------
    >>> bridged(np.array([1.0, 2.0, 0.0, 0.0, 0.0, 3.0, 4.0]), np.array([[2, 5]])).tolist()
    [1.0, 2.0, 2.0, 1.0, 3.0, 3.0, 4.0]
    """
    inside = intervals.to_mask(lost, samples_uv.size)
    kept = samples_uv[~inside]
    at = np.flatnonzero(inside)
    length = lost[:, 1] - lost[:, 0]
    which = np.repeat(np.arange(len(lost)), length)
    start, stop = lost[which].T
    before = start - (np.cumsum(length) - length)[which]  # samples kept before the drop-out
    # where the recording begins or ends with it, all is filled from the other side
    ahead = (at - start < stop - 1 - at) | (2 * at == start + stop - 1) | (stop == samples_uv.size)
    ahead &= start > 0
    source = np.where(ahead, before - 1 - (at - start), before + stop - 1 - at)
    filled = samples_uv.copy()
    filled[at] = kept[np.clip(source, 0, kept.size - 1)]
    return filled


def unknown_inside(found: Detection, lost: IntArray, rate_hz: float) -> Detection:
    """Return a detection in the bridged signal as one of the recorded signal.

    A burst that lies wholly in a drop-out is left out, and an edge that lies in one may lie anywhere in it:
    its interval, where the method gives one, reaches from end to end.
    """
    start_s, stop_s = (edge / rate_hz for edge in lost.T)

    def drop_out_of(time_s: FloatArray) -> IntArray:
        at = np.searchsorted(start_s, time_s, side="right") - 1
        return np.where((at >= 0) & (time_s <= stop_s[at]), at, -1)

    onset, offset = drop_out_of(found.onset_s), drop_out_of(found.offset_s)
    keep = (onset < 0) | (onset != offset)

    def lowered(low_s: FloatArray, where: IntArray) -> FloatArray:
        return frozen(np.where(where >= 0, np.minimum(low_s, start_s[where]), low_s)[keep])

    def raised(high_s: FloatArray, where: IntArray) -> FloatArray:
        return frozen(np.where(where >= 0, np.maximum(high_s, stop_s[where]), high_s)[keep])

    n, lost_s = len(lost), intervals.total(lost) / rate_hz
    note = (
        f"The signal stands still in {n} stretch{'es' * (n > 1)} ({lost_s:.2f} s together), as of a recorder "
        "that lost samples: bursts were looked for as if it went on there as it does on both sides."
    )
    return replace(
        found,
        onset_s=frozen(found.onset_s[keep]),
        offset_s=frozen(found.offset_s[keep]),
        onset_low_s=lowered(found.onset_low_s, onset),
        onset_high_s=raised(found.onset_high_s, onset),
        offset_low_s=lowered(found.offset_low_s, offset),
        offset_high_s=raised(found.offset_high_s, offset),
        notes=(*found.notes, note),
        probability=None if found.probability is None else frozen(found.probability[keep]),
    )
