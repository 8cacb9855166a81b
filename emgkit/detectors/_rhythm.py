"""Short bursts that repeat a few times a second, as in clonus: the beats within what is taken for one burst.

A motor unit in steady discharge is silent between its potentials, so that a short silence does not end a
burst, and people draw one burst around a row of beats, too. What repeats is more than potentials where every
beat is short, but holds more activity than a few of them, where the beats follow each other evenly, and where
nothing is heard between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from emgkit.detectors import intervals
from emgkit.model import BoolArray, FloatArray, IntArray

_RATE_HZ = (3.5, 10.0)
"""How often beats repeat: clonus at 5 to 8 Hz, with room for a beat that is early or late."""
_EVEN = 1.5
"""Of two intervals in a row, the longer is at most so many times the shorter."""
_LONGEST_S = 0.125
"""No beat is longer: pieces of a burst of few units are, and as uneven as these."""
_WINDOW_S = 0.012
"""Longer than a potential, shorter than what is looked for."""
_HEARD, _CHANCE = 2.5, 3.0  # standard deviations: what is heard in 12 ms, and what a silence may have
_SILENCE = 0.4
"""A silence counts from this part of the shortest gap between bursts on: 32 ms of 80."""
_PART = 0.3
"""It is at least this part of the time from beat to beat: few units in fast discharge are silent for less."""


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """Beats in rows of three and more, in order: first blocks and those after the last, shape (n, 2)."""

    sure: IntArray
    """Of rows of which three beats one after the other hold more activity than a few potentials."""
    doubtful: IntArray
    """Of rows of which three are longer than a potential, but hold no more than a few."""


def find(relative: FloatArray, shape: float, step_s: float, *, potential_s: float, gap_s: float) -> Beats:
    """Find the beats, three of which or more follow each other.

    Parameters
    ----------
    relative : array of shape (n_blocks,)
        Power over the quiet level.
    shape : float
        Shape of the gamma distribution of a block.
    step_s : float
        Length of a block.
    potential_s : float
        What is not longer can be a single potential. A beat of many holds as much activity.
    gap_s : float
        The shortest gap between bursts.

    Notes
    -----
    The mean power of 12 ms is loud where it is over the quiet level by more than 2.5 standard deviations, and
    for longer than 12 ms, as about each potential. A beat is what is loud, with shorter silences within than
    0.4 of `gap_s`. Between two beats the mean power is that of quiet, within three standard deviations.
    """
    window = max(1, round(_WINDOW_S / step_s))
    mean = ndimage.uniform_filter1d(relative, window)
    loud = intervals.from_mask(mean > 1 + _HEARD / np.sqrt(shape * window))
    # the window adds its own length to what is loud; what is shorter is a chance of the noise
    loud = intervals.drop_short(loud, window)
    beats = intervals.close_gaps(loud, _SILENCE * gap_s / step_s - window)
    if len(beats) < 3:
        return Beats(beats[:0], beats[:0])
    active = np.bincount(
        np.searchsorted(beats[:, 0], loud[:, 0], side="right") - 1,
        loud[:, 1] - loud[:, 0] - window,
        minlength=len(beats),
    )
    length = beats[:, 1] - beats[:, 0] - window
    short = length <= _LONGEST_S / step_s

    energy = np.concatenate(([0.0], np.cumsum(relative)))
    between = intervals.gaps(beats)
    excess = (energy[beats[1:, 0]] - energy[beats[:-1, 1]]) / between - 1
    is_silent = excess <= _CHANCE / np.sqrt(shape * between)  # the mean of n gamma variables
    apart_s = np.diff(beats[:, 0]) * step_s
    is_silent &= (between + window) * step_s >= _PART * apart_s
    in_time = (apart_s * _RATE_HZ[0] <= 1) & (apart_s * _RATE_HZ[1] >= 1)
    repeats = in_time & is_silent & short[1:] & short[:-1]
    shorter, longer = np.minimum(apart_s[1:], apart_s[:-1]), np.maximum(apart_s[1:], apart_s[:-1])
    goes_on = repeats[1:] & repeats[:-1] & (longer <= _EVEN * shorter)
    # a row may fade, if three of its beats are beyond doubt
    row = np.cumsum(np.append(1, ~goes_on)[: between.size])

    def with_three(are_beats: BoolArray) -> BoolArray:
        """Return which silences are of rows with three such beats one after the other."""
        three = goes_on & are_beats[2:] & are_beats[1:-1] & are_beats[:-2]
        return np.isin(row, row[1:][three])

    sure = with_three(active >= potential_s / step_s)
    doubtful = with_three(length > potential_s / step_s) & ~sure
    edges = beats + np.array([1, -1]) * (window // 2)
    return Beats(
        *(edges[np.append(silences, False) | np.append(False, silences)] for silences in (sure, doubtful))
    )


def joined_in(bursts: IntArray, beats: IntArray) -> IntArray:
    """Return the beats that lie with others in one burst; others are bursts of their own, or in none."""
    middle = beats.mean(axis=1)
    of = np.searchsorted(bursts[:, 0], middle, side="right") - 1
    inside = (of >= 0) & (middle < np.append(bursts[:, 1], 0)[of])
    count = np.bincount(of[inside], minlength=len(bursts))
    inside[inside] = count[of[inside]] > 1
    return np.asarray(beats[inside])


def notes(sure: IntArray, doubtful: IntArray, step_s: float) -> tuple[str, ...]:
    """Return what has to be said of beats that are taken for one burst."""
    said = []
    if len(sure):
        apart_s = np.diff(sure[:, 0]) * step_s
        apart_s = apart_s[apart_s * _RATE_HZ[0] <= 1]
        # a burst may join the last beat of a row with the first of the next alone
        rate = f"some {1 / float(np.median(apart_s)):.1f} times a second and " if apart_s.size else ""
        said.append(
            f"Short bursts that repeat evenly, {rate}silent in between, are taken for one burst: {len(sure)}"
            f" of them, the first at {sure[0, 0] * step_s:.2f} s."
        )
    if len(doubtful):
        said.append(
            "A few potentials at a time repeat evenly, silent in between, and are taken for one burst though"
            f" they may be several: {len(doubtful)} times, first at {doubtful[0, 0] * step_s:.2f} s."
        )
    return tuple(said)
