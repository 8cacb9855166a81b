"""The model of a recording, learned from it: its quiet level, its levels of activity, and how these move.

The power of a quiet block is a gamma variable about the quiet level, that of an active one about a level over
it: anything between single potentials and full interference. A fixed part is physiology: ramps climb through
the levels, potentials jump. The rest is the recording's own: how loud quiet is and how it scatters, where its
activity is, how smooth it is, and how its bursts begin and end, at once out of the noise or through its
lowest levels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from emgkit.detectors import _chain, _levels, _power
from emgkit.model import FloatArray, IntArray

ACTIVE_DB = np.array([1.5, 3.0, 5.0, 7.5, 11.0, 15.0, 20.0, 27.0, 35.0, 44.0])
"""Levels of activity over the quiet level; close to each other where a ramp leaves the noise."""
_GAIN = 10 ** (np.concatenate(([0.0], ACTIVE_DB)) / 10)  # silent, then the levels

_EVIDENCE = _levels.GRID[:, None] * (1 - 1 / _GAIN) - np.log(_GAIN)
_EVIDENCE -= _EVIDENCE.max(axis=1, keepdims=True)
"""What a ratio of power says for each of these against the one for which it says most, per unit of shape
(natural logarithm), shape (n_ratios, N_ON)."""

_STEP_HZ = 40.0  # a ramp passes a level in some 25 ms
# how often the levels jump, in units of `jump_hz`: half as often at faint ones, because a potential that is
# seen singly is not faint
_OFTEN = 0.5 + 0.5 / (1 + np.exp((8.0 - ACTIVE_DB) / 1.5))
_SILENT = 0.003  # share of jumps that lead to silence

# Before anything is learned, and what that counts for: edges, and seconds of activity.
_EDGE_LEVELS = np.full(ACTIVE_DB.size, 1 / ACTIVE_DB.size)
_LEVELS = np.exp(-ACTIVE_DB / 40.0) / np.exp(-ACTIVE_DB / 40.0).sum()
_JUMP_HZ, _MOST_JUMPS_HZ = 500.0, 600.0
_EDGES_BEFORE, _ACTIVE_BEFORE_S = 3.0, 0.45

_MOST_EVIDENCE = 4.0
"""No block alone speaks for a state by more than this (natural logarithm): noise has outliers."""
_COARSE_S = 0.004
_PASSES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Activity:
    """The model of one recording."""

    floor: float
    """Mean power of a quiet block."""
    shape: float
    """Shape of the gamma distribution of a block: half of its effective degrees of freedom."""
    onset_hz: float
    """Onsets per second of quiet expected beforehand."""
    offset_hz: float
    """Offsets per second of activity expected beforehand."""
    edge_levels: FloatArray
    """At which of `ACTIVE_DB` bursts begin and end, shape (n_levels,), sums to 1."""
    levels: FloatArray
    """Where activity is among `ACTIVE_DB`, shape (n_levels,), sums to 1."""
    jump_hz: float
    """How often activity jumps instead of going on smoothly."""
    wake_hz: float
    """How often a moment of silence within activity ends."""


def before_learning(
    floor: float, shape: float, onset_hz: float, offset_hz: float, wake_hz: float
) -> Activity:
    """Return the model of a recording of which only these are known."""
    return Activity(floor, shape, onset_hz, offset_hz, _EDGE_LEVELS, _LEVELS, _JUMP_HZ, wake_hz)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What blocks, or groups of blocks, say for each state; see `_chain.smooth`."""

    cell: IntArray
    said: FloatArray
    group: int
    """Blocks that were taken together."""


def hear(power: FloatArray, floor: float, shape: float, group: int = 1) -> Heard:
    """Return what is heard of the states in blocks.

    Parameters
    ----------
    power : array of shape (n_blocks,)
    floor, shape : float
        As in `Activity`.
    group : int
        Blocks to take together.
    """
    power = _power.window_means(power, group) if group > 1 else power
    cell = _levels.cell(_levels.to_db(power / floor))
    first = cell.min()  # ratios beyond those that occur need no table
    evidence = shape * group * _EVIDENCE[first : cell.max() + 1]
    said = np.empty((len(evidence), _GAIN.size + 1))
    np.exp(np.maximum(evidence, -_MOST_EVIDENCE * group, out=evidence), out=said[:, :-1])
    said[:, -1] = said[:, 0]  # quiet sounds like silence within activity
    return Heard(cell - first, said, group)


def hear_coarsely(power: FloatArray, floor: float, shape: float, step_s: float) -> Heard:
    """Return what is heard in some 4 ms at a time, which is fine enough to learn from."""
    return hear(power, floor, shape, max(2, round(_COARSE_S / step_s)))


def smooth(heard: Heard, model: Activity, step_s: float) -> _chain.Smoothed:
    """Return the probability of activity in each block; of groups of blocks, moves are counted, too.

    Parameters
    ----------
    heard : Heard
        With the floor and the shape of the model.
    model : Activity
    step_s : float
        Length of a block.
    """
    goal = model.levels * _OFTEN
    rates = _chain.Rates(
        onset_hz=model.onset_hz,
        entry=np.append(0.0, model.edge_levels),
        offset_hz=np.append(0.0, model.offset_hz * model.edge_levels * ACTIVE_DB.size),
        step_hz=_STEP_HZ,
        jump_hz=np.append(model.wake_hz, model.jump_hz * _OFTEN),
        jump_to=np.append(_SILENT, (1 - _SILENT) * goal / goal.sum()),
    )
    step_s *= heard.group
    return _chain.smooth(heard.cell, heard.said, rates, step_s, count=heard.group > 1)


def learn(heard: Heard, model: Activity, step_s: float) -> Activity:
    """Learn where activity is, how smooth it is and how it begins and ends, by expectation-maximisation.

    Parameters
    ----------
    heard : Heard
        Coarsely, with the floor and the shape of the model.
    model : Activity
        To begin with.
    step_s : float
        Length of a block.

    Notes
    -----
    Onsets and offsets share what is learned, because both are few.
    """
    coarse_s = step_s * heard.group
    for _ in range(_PASSES):
        found = smooth(heard, model, step_s)
        edges = found.entries[1:] + found.exits[1:] + _EDGES_BEFORE * _EDGE_LEVELS
        spent_s = found.spent[1:] * coarse_s
        levels = spent_s + _ACTIVE_BEFORE_S * _LEVELS
        model = replace(
            model,
            edge_levels=edges / edges.sum(),
            levels=levels / levels.sum(),
            jump_hz=_jump_rate(found.jumps, spent_s, coarse_s),
        )
    return model


def _jump_rate(jumps: float, spent_s: FloatArray, step_s: float) -> float:
    """Return how often a unit of `_OFTEN` jumps; at most one jump is seen in each step."""
    expected = -np.expm1(-_JUMP_HZ * step_s)
    chances = (np.dot(spent_s, _OFTEN) + _ACTIVE_BEFORE_S) / step_s
    share = (jumps + _ACTIVE_BEFORE_S / step_s * expected) / chances
    return float(min(-np.log1p(-min(share, 0.99)) / step_s, _MOST_JUMPS_HZ))
