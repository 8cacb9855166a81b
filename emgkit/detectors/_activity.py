"""How activity moves: the levels of the chain, how often it changes between them, how bursts begin and end.

A fixed part is physiology: ramps climb through the levels, potentials jump. How bursts begin and end, at once
out of the noise or through its lowest levels, is the recording's own and learned from it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from emgkit.detectors import _chain, _levels
from emgkit.model import FloatArray, IntArray

QUIET_DB = np.array([0.0, 1.5])
"""Levels of what is no burst: the background of a walk is not one level."""
ACTIVE_DB = np.array([1.5, 3.0, 5.0, 7.5, 11.0, 15.0, 20.0, 27.0, 35.0, 44.0])
"""Levels of activity over the quiet level; close to each other where a ramp leaves the noise."""
_GAIN = 10 ** (np.concatenate((QUIET_DB, [0.0], ACTIVE_DB)) / 10)  # of every state of the chain

# A ramp passes a level in some 25 ms. Potentials of a few ms come and go, and the goals of these jumps are
# learned: where a recording's bursts hardly ever are, activity is not expected to stay.
_STEP_HZ, _JUMP_HZ, _WAKE_HZ, _WANDER_HZ = 40.0, 220.0, 20.0, 2.0
_OFTEN = 0.5 + 0.5 / (1 + np.exp((8.0 - ACTIVE_DB) / 1.5))  # single potentials that are seen are not faint
_SILENT = 0.003  # share of jumps that lead to silence

# Before anything is learned: bursts begin and end at any level, rarely at the faint ones, and one in twenty
# moves to quiet leads to its upper level. What that counts for: edges, and seconds of quiet.
_EDGE_LEVELS = np.ones(ACTIVE_DB.size)
_EDGE_LEVELS /= _EDGE_LEVELS.sum()
_QUIET_LEVELS = np.array([0.9999, 0.0001])
_LEVELS = np.exp(-ACTIVE_DB / 40.0)
_LEVELS /= _LEVELS.sum()
_EDGES_BEFORE, _QUIET_BEFORE_S, _ACTIVE_BEFORE_S = 3.0, 100000.0, 0.1

_TEMPER = 1.0
"""Evidence of a block counts this part: filtered and cut into blocks, neighbours say partly the same."""
_MOST_EVIDENCE = 4.0  # beyond this a single block decides alone
def _jump_p(step): return -np.expm1(-_JUMP_HZ*step)
_PASSES = 3
_COARSE_S = 0.004


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """The chain of one recording."""

    shape: float
    """Shape of the gamma distribution of a block of `step_s`."""
    step_s: float
    onset_hz: float
    """Onsets per second of quiet expected beforehand."""
    offset_hz: float
    """Offsets per second of activity expected beforehand."""
    edge_levels: FloatArray
    """At which of `ACTIVE_DB` bursts begin and end, shape (n_levels,)."""
    quiet_levels: FloatArray
    """Where moves to quiet lead among `QUIET_DB`."""
    jump_hz: float
    levels: FloatArray
    """Where activity is among `ACTIVE_DB`, shape (n_levels,)."""


def _rates(model: Activity) -> _chain.Rates:
    goal = model.levels * _OFTEN
    return _chain.Rates(
        onset_hz=model.onset_hz,
        offset_hz=model.offset_hz * model.edge_levels * ACTIVE_DB.size,
        wander_hz=_WANDER_HZ,
        step_hz=_STEP_HZ,
        jump_hz=model.jump_hz * _OFTEN,
        wake_hz=_WAKE_HZ,
        entry=model.edge_levels,
        quiet=model.quiet_levels,
        jump_to=np.concatenate(([_SILENT], (1 - _SILENT) * goal / goal.sum())),
    )


def _likelihood(shape: float) -> FloatArray:
    """Return the likelihood of every state in every cell of the power's grid, the largest of each cell 1."""
    relative = _levels.GRID[:, None]
    evidence = _TEMPER * shape * (relative * (1 - 1 / _GAIN) - np.log(_GAIN))
    evidence -= evidence.max(axis=1, keepdims=True)
    return np.asarray(np.exp(np.maximum(evidence, -_MOST_EVIDENCE)))


def smooth(relative: FloatArray, model: Activity) -> _chain.Smoothed:
    """Return the probabilities of quiet and activity; `relative` is the power over the quiet level."""
    return _chain.smooth(
        _levels.cell(_levels.to_db(relative)), _likelihood(model.shape), _rates(model), model.step_s
    )


def learn(relative: FloatArray, shape: float, onset_hz: float, offset_hz: float, step_s: float) -> Activity:
    """Learn how bursts begin and end, their levels, and how steady quiet is, by expectation-maximisation.

    Parameters
    ----------
    relative : array of shape (n_blocks,)
        Power over the quiet level.
    shape : float
        Half the effective degrees of freedom of a block.
    onset_hz, offset_hz : float
        Turns per second that are expected beforehand.
    step_s : float
        Length of a block.

    Notes
    -----
    Blocks are taken together to some 4 ms, which is fine enough for this. Onsets and offsets share what is
    learned, because both are few.
    """
    group = max(1, round(_COARSE_S / step_s))
    coarse = _levels.window_means(relative, group)
    cell: IntArray = _levels.cell(_levels.to_db(coarse))
    likelihood = _likelihood(shape * group)
    model = Activity(shape, step_s, onset_hz, offset_hz, _EDGE_LEVELS, _QUIET_LEVELS, _JUMP_HZ, _LEVELS)
    for _ in range(_PASSES):
        found = _chain.smooth(cell, likelihood, _rates(model), step_s * group)
        edges = found.entries + found.exits + _EDGES_BEFORE * _EDGE_LEVELS
        quiet = found.quiet.sum(axis=0) * step_s * group + _QUIET_BEFORE_S * _QUIET_LEVELS
        levels = found.spent * step_s * group + _ACTIVE_BEFORE_S * _LEVELS
        model = replace(
            model,
            edge_levels=edges / edges.sum(),
            quiet_levels=quiet / quiet.sum(),
            levels=levels / levels.sum(),
            jump_hz=-np.log1p(-min(.95,(found.jumps + _ACTIVE_BEFORE_S*_jump_p(step_s*group)/(step_s*group)) / ((found.spent@_OFTEN) + _ACTIVE_BEFORE_S/(step_s*group))))/(step_s*group),
        )
    return model
