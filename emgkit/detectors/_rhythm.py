"""Bursts that repeat a few times a second, as in clonus: the silence between them is no part of a burst.

A motor unit in steady discharge is silent between its potentials, so that a short silence does not end a
burst. It does where what repeats is more than potentials: every beat is short, but holds more activity than
two units give in it, the beats follow each other evenly, and nothing is heard between them.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from emgkit.detectors import intervals
from emgkit.model import FloatArray, IntArray

_RATE_HZ = (3.5, 10.0)
"""How often beats repeat: clonus at 5 to 8 Hz, with room for a beat that is early or late."""
_EVEN = 1.5
"""Of two intervals in a row, the longer is at most so many times the shorter."""
_ACTIVE_S = 0.025
"""A beat holds so much activity at least. Two potentials, of 8 ms with their echo, hold less."""
_LONGEST_S = 0.125
"""No beat is longer: pieces of a burst of few units are, and as uneven as these."""
_WINDOW_S = 0.012
"""Longer than a potential, shorter than what is looked for."""
_HEARD, _CHANCE = 2.5, 3.0  # standard deviations: what is heard in 12 ms, and what a silence may have
SILENCE = 0.4
"""A silence counts from this part of the shortest gap between bursts on: 32 ms of 80."""


def silences(relative: FloatArray, shape: float, step_s: float, gap_s: float) -> IntArray:
    """Return a block in the middle of each silence between beats, three of which or more follow each other.

    Parameters
    ----------
    relative : array of shape (n_blocks,)
        Power over the quiet level.
    shape : float
        Shape of the gamma distribution of a block.
    step_s : float
        Length of a block.
    gap_s : float
        The shortest gap between bursts that do not repeat.

    Returns
    -------
    int array of shape (n_silences,), in order

    Notes
    -----
    The mean power of 12 ms is loud where it is over the quiet level by more than 2.5 standard deviations, and
    for longer than 12 ms, as about each potential. A beat is what is loud, with shorter silences within than
    `SILENCE` of `gap_s`. Between two beats the mean power is that of quiet, within three standard deviations.
    """
    window = max(1, round(_WINDOW_S / step_s))
    mean = ndimage.uniform_filter1d(relative, window)
    loud = intervals.from_mask(mean > 1 + _HEARD / np.sqrt(shape * window))
    # the window adds its own length to what is loud; what is shorter is a chance of the noise
    loud = intervals.drop_short(loud, window)
    beats = intervals.close_gaps(loud, SILENCE * gap_s / step_s - window)
    active = np.bincount(
        np.searchsorted(beats[:, 0], loud[:, 0], side="right") - 1,
        loud[:, 1] - loud[:, 0] - window,
        minlength=len(beats),
    )
    short = beats[:, 1] - beats[:, 0] - window <= _LONGEST_S / step_s
    full = active >= _ACTIVE_S / step_s

    energy = np.concatenate(([0.0], np.cumsum(relative)))
    between = intervals.gaps(beats)
    excess = (energy[beats[1:, 0]] - energy[beats[:-1, 1]]) / between - 1
    is_silent = excess <= _CHANCE / np.sqrt(shape * between)  # the mean of n gamma variables
    apart_s = np.diff(beats[:, 0]) * step_s
    in_time = (apart_s * _RATE_HZ[0] <= 1) & (apart_s * _RATE_HZ[1] >= 1)
    repeats = in_time & is_silent & short[1:] & short[:-1]
    shorter, longer = np.minimum(apart_s[1:], apart_s[:-1]), np.maximum(apart_s[1:], apart_s[:-1])
    goes_on = repeats[1:] & repeats[:-1] & (longer <= _EVEN * shorter)
    # a row may fade, but three of its beats are beyond doubt
    row = np.cumsum(np.append(1, ~goes_on)[: between.size])
    sure = row[1:][goes_on & full[2:] & full[1:-1] & full[:-2]]
    return np.asarray((beats[:-1, 1] + beats[1:, 0])[np.isin(row, sure)] // 2)
