"""Hidden Markov chain of quiet and of levels of activity: smoothed in one pass forwards and one back.

The states: quiet; "on" but silent (between the discharges of a few units); and the levels of activity from
low to high. From quiet a burst enters at any level, and it ends from any level. Within it the level climbs
and falls step by step, as in a ramp, or jumps, as from one potential to the next.

Every step costs a few products per state, because the transitions are a chain of neighbours and products of
two vectors. Each step needs the one before, so the recurrence is compiled; and the recording is cut into a
few parts, the lanes, through which the processor goes side by side. A lane begins some time before its part:
the chain forgets where it came from. That it has forgotten is checked where the lanes meet, to ten digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from emgkit.detectors._compiled import compiled
from emgkit.model import FloatArray, IntArray

N_ON: Final = 11
"""States that are on: silent, then the levels. Known when the chain is compiled, so that it is unrolled."""
_LANES: Final = 8
"""Written out in `_hear`."""
_AT_ONCE: Final = 4
"""Places in the lanes for which is looked up at once what their blocks say."""
_WARM_S = 1.0
"""A lane begins this long before its part, or a sixteenth of the part if that is more; if it proves too late,
twice as long."""
_SAME = 1e-10
"""Largest relative difference between two lanes where they meet."""

# Rows of the table of a pass, one column a lane: the state of the chain, what the next block says, and what
# is the same for every block. One array, so that the compiler knows that nothing overlaps.
_STATE: Final = 0
_SAID: Final = _STATE + N_ON + 1
_STAY: Final = _SAID + N_ON + 1
_UP: Final = _STAY + N_ON
_DOWN: Final = _UP + N_ON
_OFFSET: Final = _DOWN + N_ON
_JUMP: Final = _OFFSET + N_ON
_TO: Final = _JUMP + N_ON
_ENTRY: Final = _TO + N_ON
_LEAVE: Final = _ENTRY + N_ON
_LEAP: Final = _LEAVE + 1
_SHARE: Final = _LEAP + 1
_ACTIVE: Final = _SHARE + 1
_COUNTS: Final = _ACTIVE + 1
_PAST: Final = _COUNTS + 3 * N_ON + 1
_ROWS: Final = _PAST + N_ON + 1
_SIZE: Final = (N_ON + 1) * _LANES


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """How often the chain moves, per second, and whereto; arrays of shape (N_ON,), silent first."""

    onset_hz: float
    """From quiet to activity."""
    entry: FloatArray
    """At which state a burst begins, sums to 1."""
    offset_hz: FloatArray
    """From each state to quiet."""
    step_hz: float
    """From a level to each of its neighbours."""
    jump_hz: FloatArray
    """From each state to any."""
    jump_to: FloatArray
    """Where a jump leads, sums to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """What the chain says of every block, and how often it expects what."""

    on: FloatArray
    """Probability that the block is not quiet, shape (n,)."""
    entries: FloatArray
    """Expected number of onsets at each state, shape (N_ON,)."""
    exits: FloatArray
    """Expected number of offsets from each state."""
    spent: FloatArray
    """Expected number of blocks in each state."""
    jumps: float
    """Expected number of jumps."""


def smooth(cell: IntArray, said: FloatArray, rates: Rates, step_s: float, *, count: bool = False) -> Smoothed:
    """Return the probabilities of the chain, given all blocks (forward-backward).

    Parameters
    ----------
    cell : int array of shape (n,)
        The row of `said` that holds for each block.
    said : array of shape (n_cells, N_ON + 1)
        Likelihood of each state, the states that are on first, then quiet; to a factor per row.
    rates : Rates
    step_s : float
        Length of a block.
    count : bool
        Whether moves are counted, which learning needs; otherwise these are zero.

    Notes
    -----
    A state is left in one step with probability 1 - exp(-rate x step), so that what is expected does not
    depend on the step as long as it is short against the moves. The chain starts quiet or on with equal
    probability.

    References
    ----------
    Rabiner LR. A tutorial on hidden Markov models. Proc IEEE 1989. doi:10.1109/5.18626
    """
    onset = -math.expm1(-rates.onset_hz * step_s)
    neighbours = np.array([0, 1, *[2] * (N_ON - 3), 1])
    total_hz = rates.offset_hz + rates.jump_hz + rates.step_hz * neighbours
    left = -np.expm1(-total_hz * step_s)
    offset, jump = left * rates.offset_hz / total_hz, left * rates.jump_hz / total_hz
    stepped = left * rates.step_hz / total_hz
    up, down = stepped.copy(), stepped.copy()
    up[[0, -1]] = down[[0, 1]] = 0.0  # silence and the levels at the ends lack a neighbour
    moves = np.concatenate((1 - left, up, down, offset, jump, rates.jump_to, rates.entry))

    length = -(-cell.size // _LANES)
    begin = np.append(0.5 * rates.jump_to, 0.5)
    forward = np.empty((length, N_ON + 1, _LANES), dtype=np.float32)
    began, ended = np.empty((2, N_ON + 1, _LANES))
    on, counts = np.empty(length * _LANES), np.zeros(3 * N_ON + 1)

    def forwards(warm: int) -> tuple[FloatArray, FloatArray]:
        _forward(cell, said, onset, begin, moves, forward, began, ended, warm)
        return began[:, 1:], ended[:, :-1]

    def backwards(warm: int) -> tuple[FloatArray, FloatArray]:
        _backward(cell, said, onset, moves, forward, on, counts, began, ended, warm, count)
        return began[:, :-1], ended[:, 1:]

    _until_the_lanes_meet(forwards, length, step_s)
    _until_the_lanes_meet(backwards, length, step_s)
    return Smoothed(
        on=on[: cell.size],
        entries=counts[:N_ON] * onset * rates.entry,
        exits=counts[N_ON : 2 * N_ON] * offset,
        spent=counts[2 * N_ON : 3 * N_ON],
        jumps=float(counts[-1]),
    )


def _until_the_lanes_meet(
    run: Callable[[int], tuple[FloatArray, FloatArray]], length: int, step_s: float
) -> None:
    """Run a pass, with as long a way into each lane as it takes; all the way, in the end.

    `run` is given its blocks, and returns the states with which the lanes began their parts, and those with
    which their neighbours arrived there.
    """
    warm, most = max(math.ceil(_WARM_S / step_s), length // 16), (_LANES - 1) * length
    while True:
        began, arrived = run(min(warm, most))
        if warm >= most or np.all(np.abs(began - arrived) <= _SAME * arrived):
            return
        warm *= 2


@compiled
def _hear(cell: IntArray, said: FloatArray, first: int, stop: int, length: int, heard: FloatArray) -> None:
    """Fill in what the blocks say at some places in the lanes, by place, state and lane.

    The lanes are written out one by one: what is written in a row lies side by side. Where there is no block,
    the nearest one is heard.
    """
    last = cell.size - 1
    for t in range(first, stop):
        a = cell[min(max(t, 0), last)]
        b = cell[min(max(length + t, 0), last)]
        c = cell[min(max(2 * length + t, 0), last)]
        d = cell[min(max(3 * length + t, 0), last)]
        e = cell[min(max(4 * length + t, 0), last)]
        f = cell[min(max(5 * length + t, 0), last)]
        g = cell[min(max(6 * length + t, 0), last)]
        h = cell[min(max(7 * length + t, 0), last)]
        for j in range(N_ON + 1):
            heard[t - first, j, 0] = said[a, j]
            heard[t - first, j, 1] = said[b, j]
            heard[t - first, j, 2] = said[c, j]
            heard[t - first, j, 3] = said[d, j]
            heard[t - first, j, 4] = said[e, j]
            heard[t - first, j, 5] = said[f, j]
            heard[t - first, j, 6] = said[g, j]
            heard[t - first, j, 7] = said[h, j]


@compiled
def _leaving(table: FloatArray, k: int) -> None:
    """Fill in how much of a lane's state goes to quiet, and how much jumps."""
    table[_LEAVE, k], table[_LEAP, k] = 0.0, 0.0
    for j in range(N_ON):
        table[_LEAVE, k] += table[_OFFSET + j, k] * table[_STATE + j, k]
        table[_LEAP, k] += table[_JUMP + j, k] * table[_STATE + j, k]


@compiled
def _forward(
    cell: IntArray,
    said: FloatArray,
    onset: float,
    begin: FloatArray,
    moves: FloatArray,
    forward: npt.NDArray[np.float32],
    began: FloatArray,
    ended: FloatArray,
    warm: int,
) -> None:
    """Fill in the probability of each state given the blocks so far, by place in the lane, state and lane.

    Fills in also the states with which the lanes began, before their first block, and ended.
    """
    length = forward.shape[0]
    table = np.empty((_ROWS, _LANES))
    heard = np.empty((_AT_ONCE, N_ON + 1, _LANES))
    # states and lanes in one row, as long as `rows` says: of a length that it does not know, the compiler
    # copies whole vectors
    flat, rows, said_rows = table.ravel(), forward.reshape(length, -1), heard.reshape(_AT_ONCE, _SIZE)
    for k in range(_LANES):
        for j in range(N_ON + 1):
            table[_STATE + j, k] = 1 / (N_ON + 1)
        for j in range(moves.size):
            table[_STAY + j, k] = moves[j]
        _leaving(table, k)
    for first in range(-warm, length, _AT_ONCE):
        stop = min(first + _AT_ONCE, length)
        _hear(cell, said, first, stop, length, heard)
        for t in range(first, stop):
            if t == 0:
                for j in range(N_ON + 1):
                    for k in range(_LANES):
                        began[j, k] = table[_STATE + j, k]
            for i in range(rows.shape[1]):
                flat[_SAID * _LANES + i] = said_rows[t - first, i]
            for k in range(_LANES):
                rest, leap = table[_STATE + N_ON, k], table[_LEAP, k]
                enter = onset * rest
                rest = (rest - enter + table[_LEAVE, k]) * table[_SAID + N_ON, k]
                # what leaves in the next step is summed along, to be there when it is needed
                total, leave_next, leap_next = rest, 0.0, 0.0
                below, here = 0.0, table[_STATE, k]
                for j in range(N_ON):
                    above = table[_STATE + j + 1, k] if j < N_ON - 1 else 0.0
                    now = table[_SAID + j, k] * (
                        table[_STAY + j, k] * here
                        + table[_UP + j - 1, k] * below
                        + table[_DOWN + j + 1, k] * above
                        + leap * table[_TO + j, k]
                        + enter * table[_ENTRY + j, k]
                    )
                    table[_STATE + j, k] = now
                    total += now
                    leave_next += table[_OFFSET + j, k] * now
                    leap_next += table[_JUMP + j, k] * now
                    below, here = here, above
                scale = 1 / total
                table[_STATE + N_ON, k] = rest * scale
                table[_LEAVE, k] = leave_next * scale
                table[_LEAP, k] = leap_next * scale
                for j in range(N_ON):
                    table[_STATE + j, k] *= scale
            if t <= 0 and -t % length == 0:  # the chain begins in this lane
                k = -t // length
                total = 0.0
                for j in range(N_ON + 1):
                    table[_STATE + j, k] = begin[j] * table[_SAID + j, k]
                    total += table[_STATE + j, k]
                for j in range(N_ON + 1):
                    table[_STATE + j, k] /= total
                _leaving(table, k)
            if t >= 0:
                for i in range(rows.shape[1]):
                    rows[t, i] = flat[_STATE * _LANES + i]
    for j in range(N_ON + 1):
        for k in range(_LANES):
            ended[j, k] = table[_STATE + j, k]


@compiled
def _backward(
    cell: IntArray,
    said: FloatArray,
    onset: float,
    moves: FloatArray,
    forward: npt.NDArray[np.float32],
    on: FloatArray,
    counts: FloatArray,
    began: FloatArray,
    ended: FloatArray,
    warm: int,
    count: bool,
) -> None:
    """Fill in the probability of "on" in every block given all blocks, and count the moves.

    The state is how probable the blocks that follow are from each state, to a factor. Counted are, up to
    factors of each state: entries, exits, and time spent. Fills in also the states with which the lanes
    began, after their last block, and ended, at their first.
    """
    n, length = cell.size, forward.shape[0]
    table = np.zeros((_ROWS, _LANES))
    heard = np.empty((_AT_ONCE, N_ON + 1, _LANES))
    # as in `_forward`
    flat, rows, said_rows = table.ravel(), forward.reshape(length, -1), heard.reshape(_AT_ONCE, _SIZE)
    for k in range(_LANES):
        for j in range(N_ON + 1):
            table[_STATE + j, k] = 1 / (N_ON + 1)
        for j in range(moves.size):
            table[_STAY + j, k] = moves[j]
    ends = length + warm - 1
    ends -= (ends - (n - 1)) % length  # the first place at which it is the last block's turn, in any lane
    for stop in range(length + warm, 0, -_AT_ONCE):
        first = max(stop - _AT_ONCE, 0)
        _hear(cell, said, first + 1, stop + 1, length, heard)  # of the block after each
        for t in range(stop - 1, first - 1, -1):
            if t == length - 1:
                for j in range(N_ON + 1):
                    for k in range(_LANES):
                        began[j, k] = table[_STATE + j, k]
            for i in range(rows.shape[1]):
                flat[_SAID * _LANES + i] = said_rows[t - first, i]
            for k in range(_LANES):
                rest = table[_STATE + N_ON, k] * table[_SAID + N_ON, k]
                total, enter, leap = rest, 0.0, 0.0
                for j in range(N_ON):
                    later = table[_STATE + j, k] * table[_SAID + j, k]
                    table[_SAID + j, k] = later
                    total += later
                    enter += table[_ENTRY + j, k] * later
                    leap += table[_TO + j, k] * later
                scale = 1 / total
                rest *= scale
                leap *= scale
                table[_STATE + N_ON, k] = rest - onset * rest + onset * scale * enter
                table[_SAID + N_ON, k], table[_LEAP, k] = rest, leap
                below, here = 0.0, table[_SAID, k] * scale
                for j in range(N_ON):
                    above = table[_SAID + j + 1, k] * scale if j < N_ON - 1 else 0.0
                    table[_SAID + j, k] = here
                    table[_STATE + j, k] = (
                        table[_STAY + j, k] * here
                        + table[_DOWN + j, k] * below
                        + table[_UP + j, k] * above
                        + table[_JUMP + j, k] * leap
                        + table[_OFFSET + j, k] * rest
                    )
                    below, here = here, above
            if t == ends:  # the chain ends in this lane: nothing is said beyond
                k, ends = (n - 1 - t) // length, ends - length
                if 0 <= k < _LANES:
                    for j in range(N_ON + 1):
                        table[_STATE + j, k] = 1.0
            if t >= length:
                continue
            for i in range(rows.shape[1]):
                flat[_PAST * _LANES + i] = rows[t, i]
            for k in range(_LANES):
                active = 0.0
                for j in range(N_ON):
                    active += table[_PAST + j, k] * table[_STATE + j, k]
                share = 1 / (active + table[_PAST + N_ON, k] * table[_STATE + N_ON, k])
                table[_ACTIVE, k] = active * share
                table[_SHARE, k] = share if k * length + t < n - 1 else 0.0  # no move after the last block
            for k in range(_LANES):
                on[k * length + t] = table[_ACTIVE, k]
            if count:
                for k in range(_LANES):
                    share = table[_SHARE, k]
                    entered, left = share * table[_PAST + N_ON, k], share * table[_SAID + N_ON, k]
                    jumped = 0.0
                    for j in range(N_ON):
                        before = table[_PAST + j, k]
                        table[_COUNTS + j, k] += entered * table[_SAID + j, k]
                        table[_COUNTS + N_ON + j, k] += left * before
                        table[_COUNTS + 2 * N_ON + j, k] += share * before * table[_STATE + j, k]
                        jumped += table[_JUMP + j, k] * before
                    table[_COUNTS + 3 * N_ON, k] += share * table[_LEAP, k] * jumped
    for j in range(counts.size):
        counts[j] = 0.0
        for k in range(_LANES):
            counts[j] += table[_COUNTS + j, k]
    for j in range(N_ON + 1):
        for k in range(_LANES):
            ended[j, k] = table[_STATE + j, k]
