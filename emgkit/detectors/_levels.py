"""Learning the quiet level and the levels of activity from the recording itself; no rest is needed.

The power of a quiet block is a gamma variable about the quiet level. That of an active block is a mixture of
gamma variables about levels 3 dB apart: heavy-tailed, because an active muscle is anything between a single
unit and full interference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from emgkit.detectors import _markov
from emgkit.model import FloatArray, IntArray

LEVELS_DB = np.concatenate(([0.0], np.arange(4.0, 50.0, 3.0)))
"""Levels of the "on" state over the quiet level; the first lets it pass through moments of silence."""
_SILENCE = 0.1  # share of silence in the "on" state before anything is learned
_SILENCE_MAX = 0.3  # above, "on" would become a copy of "off"
_PRIOR_FALL_DB = 7.0  # before anything is learned, a level 7 dB higher is e times rarer ...
_PRIOR_S = 0.5  # ... and this counts as much as half a second of signal
_WINDOW_S = 0.020
_LEAST_QUIET_S = 0.02
_LEVEL_WINDOW_S = 0.010
_LEVEL_SHARE = 0.01
_SHAPE_MIN = 0.4
_STEP_DB = 0.02
_GRID_DB = np.arange(-30.0, 70.0 + _STEP_DB / 2, _STEP_DB)
GRID = 10 ** (_GRID_DB / 10)
"""Ratios of power to the quiet level for which tables are made."""


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The model of the block power."""

    floor: float
    """Mean power of a quiet block."""
    shape: float
    """Shape of the gamma distribution of a block: half of its effective degrees of freedom."""
    weights: FloatArray
    """Share of each of `LEVELS_DB` in the "on" state, shape (n_levels,)."""


def _prior_weights() -> FloatArray:
    weights = np.exp(-LEVELS_DB / _PRIOR_FALL_DB)
    weights[0] = 0.0
    weights *= (1 - _SILENCE) / weights.sum()
    weights[0] = _SILENCE
    return weights


def to_db(power: FloatArray) -> FloatArray:
    """Return 10 log10 of the power; it is above zero."""
    return np.asarray(10 * np.log10(power))


def cell(relative_db: FloatArray) -> IntArray:
    """Return the row of a table over `GRID` that is nearest to each ratio in decibels, shape (n,)."""
    row = relative_db * (1 / _STEP_DB) + (0.5 - _GRID_DB[0] / _STEP_DB)
    return np.asarray(np.clip(row, 0, GRID.size - 1, out=row), dtype=np.int32)


def _terms(relative: FloatArray, levels: Levels) -> FloatArray:
    """Log of weight times likelihood ratio per level, shape (n, n_levels); `relative` is power / floor."""
    gain = 10 ** (LEVELS_DB / 10)
    ratio = relative[:, None] * (1 - 1 / gain) - np.log(gain)
    return np.asarray(np.log(levels.weights) + levels.shape * ratio)


def log_likelihood_ratio(levels: Levels) -> FloatArray:
    """Return log p(power | on) - log p(power | off) for each ratio of `GRID`."""
    return np.asarray(np.logaddexp.reduce(_terms(GRID, levels), axis=1))


def _learned_weights(cells: IntArray, on: FloatArray, levels: Levels, step_s: float) -> FloatArray:
    """One step of expectation-maximisation for the weights, from blocks that are on with probability `on`."""
    mass = np.bincount(cells, weights=on, minlength=GRID.size)
    used = np.flatnonzero(mass)
    terms = _terms(GRID[used], levels)
    share = np.exp(terms - np.logaddexp.reduce(terms, axis=1)[:, None])
    counts = mass[used] @ share + _prior_weights() * _PRIOR_S / step_s
    weights = counts / counts.sum()
    if weights[0] > _SILENCE_MAX:
        weights[1:] *= (1 - _SILENCE_MAX) / weights[1:].sum()
        weights[0] = _SILENCE_MAX
    return np.asarray(weights)


def window_means(values: FloatArray, width: int) -> FloatArray:
    """Return the mean of each whole window of `width` values."""
    n = values.size // width
    total = values[: n * width : width].copy()
    for i in range(1, width):  # over the few values of a window, all windows at once
        total += values[i : n * width : width]
    return total / width


def _effective_shape(power: FloatArray, on: FloatArray, step_s: float, block: int) -> float:
    """Return the shape of the gamma distribution, from how the mean of 20 ms of quiet signal scatters.

    Neighbouring blocks are not independent. Taking the scatter from windows longer than a block makes the
    evidence of a run of blocks count for what it is worth. It is bounded below, so that an unsteady quiet
    level cannot talk the detector out of seeing bursts.
    """
    width = max(1, round(_WINDOW_S / step_s))
    nominal = block / 2
    n = power.size // width
    quiet = 1 - on[: n * width].reshape(n, width).max(axis=1)
    if quiet.sum() < 5:
        return _SHAPE_MIN * nominal
    # Quartiles of the logarithm: a stray window counts little. Weighted by the probability that a window is
    # quiet rather than picked by it: a small change of the signal then changes little.
    log_means = np.log(window_means(power, width))
    order = np.argsort(log_means)
    rank = np.cumsum(quiet[order]) - quiet[order] / 2
    low, high = np.interp([0.25, 0.75], rank / quiet.sum(), log_means[order])
    spread = max(float(high - low) / 1.349, 1e-3)
    # var(log gamma) is about 1 / (shape - 1/2)
    return float(np.clip((1 / spread**2 + 0.5) / width, _SHAPE_MIN * nominal, nominal))


def lowest_level(power: FloatArray, step_s: float) -> float:
    """Return the lowest level at which the signal stays for more than 1 % of the time, as power.

    The distribution of levels is estimated without assuming its form: the mean power of each 10 ms is a
    gamma variable whose scale has one of many values 1 dB apart, and the weights of these are fitted
    (nonparametric maximum likelihood of a mixture, Laird 1978, doi:10.1080/01621459.1978.10480103).
    """
    width = max(1, round(_LEVEL_WINDOW_S / step_s))
    means = window_means(power, width)
    scale = float(np.quantile(means, 0.9))
    ratio_db = 10 * np.log10(np.clip(means / scale, GRID[0] / GRID[-1], GRID[-1]))
    value, count = np.unique(np.rint(2 * ratio_db) / 2, return_counts=True)
    level = np.arange(np.floor(value.min()) - 1, np.ceil(value.max()) + 4)
    ratio = 10 ** ((value[:, None] - level) / 10)
    log_density = 0.35 * width * (np.log(ratio) - ratio)
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    weights = np.full(level.size, 1 / level.size)
    for _ in range(60):
        joint = density * weights
        weights = count @ (joint / joint.sum(axis=1, keepdims=True)) / count.sum()
    within_3_db = np.convolve(weights, np.ones(4), "valid")
    first = int(np.argmax(within_3_db > _LEVEL_SHARE))
    part = slice(first, first + 4)
    centre = float(weights[part] @ level[part] / weights[part].sum())
    return float(scale * 10 ** (centre / 10))


def learn(
    power: FloatArray, step_s: float, block: int, transition: FloatArray, floor: float, iterations: int
) -> tuple[Levels, FloatArray]:
    """Learn the model by expectation-maximisation, from a first guess of the quiet level.

    Returns
    -------
    levels : Levels
    on : array of shape (n_blocks,)
        Probability of "on" under the learned model.
    """
    levels = Levels(floor, 0.7 * block / 2, _prior_weights())

    power_db = to_db(power)

    def probability() -> tuple[IntArray, FloatArray]:
        cells = cell(power_db - 10 * math.log10(levels.floor))
        return cells, _markov.smooth(log_likelihood_ratio(levels)[cells], transition)

    for _ in range(iterations):
        cells, on = probability()
        quiet = 1 - on
        share = quiet.sum()
        floor = (
            float(np.einsum("i,i", quiet, power) / share) if share * step_s > _LEAST_QUIET_S else levels.floor
        )
        weights = _learned_weights(cells, on, levels, step_s)
        shape = _effective_shape(power, on, step_s, block)
        levels = replace(levels, floor=floor, shape=shape, weights=weights)
    return levels, probability()[1]
