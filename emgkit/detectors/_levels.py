"""Learning the quiet level and the levels of activity from the recording itself; no rest is needed.

The power of a quiet block is a gamma variable about the quiet level. That of an active block is a mixture of
gamma variables about levels 3 dB apart: heavy-tailed, because an active muscle is anything between a single
unit and full interference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from emgkit.detectors import _markov, _power
from emgkit.detectors._compiled import compiled
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


_PRIOR_WEIGHTS = _prior_weights()
_GAIN = 10 ** (LEVELS_DB / 10)
_EVIDENCE = (1 - 1 / _GAIN)[:, None] * GRID - np.log(_GAIN)[:, None]
_MOST = _EVIDENCE.max(axis=0)
_EVIDENCE -= _MOST
"""What a ratio of power says for each level against quiet, per unit of shape (natural logarithm): `_MOST` for
the level for which it says most, and less by `_EVIDENCE` for each."""


def to_db(power: FloatArray) -> FloatArray:
    """Return 10 log10 of the power; it is above zero."""
    return np.asarray(10 * np.log10(power))


def cell(relative_db: FloatArray) -> IntArray:
    """Return the row of a table over `GRID` that is nearest to each ratio in decibels, shape (n,)."""
    row = _row(relative_db)
    return np.asarray(np.clip(row, 0, GRID.size - 1, out=row), dtype=np.int32)


def _row(relative_db: FloatArray) -> FloatArray:
    """Return that row, and a fraction."""
    return np.asarray(relative_db * (1 / _STEP_DB) + (0.5 - _GRID_DB[0] / _STEP_DB))


@dataclass(frozen=True, slots=True, eq=False)
class _Expected:
    """What is expected of the blocks, given all of them."""

    most: FloatArray
    """Highest probability of "on" in each window, shape (n_windows,)."""
    quiet: float
    """Number of quiet blocks."""
    quiet_power: float
    """Sum of their power."""
    mass: FloatArray
    """Number of blocks that are on, by their ratio of `GRID`, of those that occur, shape (n_ratios,)."""
    each: FloatArray
    """Likelihood of these ratios under each level, divided by that under the level for which they say most,
    shape (n_levels, n_ratios)."""
    together: FloatArray
    """Likewise under "on", shape (n_ratios,)."""


def _learned_weights(before: FloatArray, found: _Expected, step_s: float) -> FloatArray:
    """One step of expectation-maximisation for the weights; `before` is what they were."""
    counts = before * (found.each @ (found.mass / found.together)) + _PRIOR_WEIGHTS * _PRIOR_S / step_s
    weights = counts / counts.sum()
    if weights[0] > _SILENCE_MAX:
        weights[1:] *= (1 - _SILENCE_MAX) / weights[1:].sum()
        weights[0] = _SILENCE_MAX
    return np.asarray(weights)


class _Scatter:
    """How the mean of 20 ms scatters where the signal is quiet, as the shape of a gamma distribution.

    Neighbouring blocks are not independent. Taking the scatter from windows longer than a block makes the
    evidence of a run of blocks count for what it is worth. It is bounded below, so that an unsteady quiet
    level cannot talk the detector out of seeing bursts.
    """

    def __init__(self, power: FloatArray, step_s: float, block: int) -> None:
        self.width = max(1, round(_WINDOW_S / step_s))
        """Blocks of a window."""
        self._nominal = block / 2
        log_means = np.log(_power.window_means(power, self.width))
        self._order = np.argsort(log_means)
        self._ordered = log_means[self._order]

    def shape(self, most: FloatArray) -> float:
        """Return the effective shape of a block, if in each window a block is on with probability `most`."""
        quiet = 1 - most
        total = float(quiet.sum())
        if total < 5:
            return _SHAPE_MIN * self._nominal
        # Quartiles of the logarithm: a stray window counts little. Weighted by the probability that a window
        # is quiet rather than picked by it: a small change of the signal then changes little.
        quiet = quiet[self._order]
        quartiles = 0.25 * total, 0.75 * total
        low, high = np.interp(quartiles, np.cumsum(quiet) - quiet / 2, self._ordered)
        spread = max(float(high - low) / 1.349, 1e-3)
        # var(log gamma) is about 1 / (shape - 1/2)
        shape = (1 / spread**2 + 0.5) / self.width
        return min(max(shape, _SHAPE_MIN * self._nominal), self._nominal)


def lowest_level(power: FloatArray, step_s: float) -> float:
    """Return the lowest level at which the signal stays for more than 1 % of the time, as power.

    The distribution of levels is estimated without assuming its form: the mean power of each 10 ms is a
    gamma variable whose scale has one of many values 1 dB apart, and the weights of these are fitted
    (nonparametric maximum likelihood of a mixture, Laird 1978, doi:10.1080/01621459.1978.10480103).
    """
    width = max(1, round(_LEVEL_WINDOW_S / step_s))
    means = _power.window_means(power, width)
    scale = float(np.quantile(means, 0.9))
    ratio_db = 10 * np.log10(np.clip(means / scale, GRID[0] / GRID[-1], GRID[-1]))
    value, count = np.unique(np.rint(2 * ratio_db) / 2, return_counts=True)
    level = np.arange(np.floor(value.min()) - 1, np.ceil(value.max()) + 4)
    ratio = 10 ** ((value[:, None] - level) / 10)
    log_density = 0.35 * width * (np.log(ratio) - ratio)
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    weights = np.full(level.size, 1 / level.size)
    share = count / count.sum()
    for _ in range(60):
        weights = weights * ((share / (density @ weights)) @ density)
    within_3_db = np.convolve(weights, np.ones(4), "valid")
    first = int(np.argmax(within_3_db > _LEVEL_SHARE))
    part = slice(first, first + 4)
    centre = float(weights[part] @ level[part] / weights[part].sum())
    return float(scale * 10 ** (centre / 10))


def learn(
    power: FloatArray, step_s: float, block: int, transition: FloatArray, floor: float, iterations: int
) -> Levels:
    """Learn the model by expectation-maximisation, from a first guess of the quiet level."""
    levels = Levels(floor, 0.7 * block / 2, _PRIOR_WEIGHTS)
    scatter = _Scatter(power, step_s, block)
    blocks = _Blocks(power)
    for _ in range(iterations):
        found = _expect(blocks, levels, transition, scatter.width)
        if found.quiet * step_s > _LEAST_QUIET_S:
            floor = found.quiet_power / found.quiet
        levels = Levels(floor, scatter.shape(found.most), _learned_weights(levels.weights, found, step_s))
    return levels


def probability(power: FloatArray, levels: Levels, transition: FloatArray) -> FloatArray:
    """Return the probability of "on" in each block, shape (n_blocks,)."""
    return _expect(_Blocks(power), levels, transition, 1).most


class _Blocks:
    """Power of the blocks, and where they lie on `GRID`."""

    def __init__(self, power: FloatArray) -> None:
        self.power = power
        self.row = _row(to_db(power))
        self.ends = float(self.row.min()), float(self.row.max())


def _expect(blocks: _Blocks, levels: Levels, transition: FloatArray, width: int) -> _Expected:
    """Return what is expected of the blocks, in windows of `width`."""
    shift = 10 * math.log10(levels.floor) / _STEP_DB
    first, last = (min(max(int(end - shift), 0), GRID.size - 1) for end in blocks.ends)
    ratios = slice(first, last + 1)
    each = levels.shape * _EVIDENCE[:, ratios]
    np.exp(each, out=each)
    together = levels.weights @ each
    odds = _markov.odds(levels.shape * _MOST[ratios] + np.log(together))
    most, mass = np.zeros(blocks.row.size // width), np.zeros(odds.size)
    turns = transition[0, 1], transition[1, 0]
    quiet, quiet_power = _fill_expected(
        blocks.power, blocks.row, shift, first, odds, *turns, width, most, mass
    )
    return _Expected(most, quiet, quiet_power, mass, each, together)


@compiled
def _fill_expected(
    power: FloatArray,
    row: FloatArray,
    shift: float,
    first: int,
    odds: FloatArray,
    turn_on: float,
    turn_off: float,
    width: int,
    most: FloatArray,
    mass: FloatArray,
) -> tuple[float, float]:
    """Fill in the last two; return how many blocks are expected to be quiet, and the sum of their power."""
    cell, on = np.empty(row.size, dtype=np.int64), np.empty(row.size)
    for i in range(row.size):
        cell[i] = min(max(int(row[i] - shift) - first, 0), odds.size - 1)
    _markov.smooth(cell, odds, turn_on, turn_off, on)
    quiet, quiet_power = 0.0, 0.0
    for i in range(row.size):
        quiet += 1 - on[i]
        quiet_power += (1 - on[i]) * power[i]
    for i in range(row.size):
        mass[cell[i]] += on[i]
    for w in range(most.size):
        for i in range(w * width, (w + 1) * width):
            most[w] = max(most[w], on[i])
    return quiet, quiet_power
