"""Hidden Markov chain of quiet and of levels of activity: smoothed in one pass forwards and one back.

The states, in this order: the quiet levels (an unsteady background is no burst), "on" but silent (between the
discharges of a few units), and the levels of activity from low to high. From "quiet" a burst enters at any
level, and it ends from any level. Within it the level climbs and falls step by step, as in a ramp, or jumps,
as from one potential to the next.

Every step costs a few products per state, because the transitions are a chain of neighbours and products of
two vectors. The recurrence itself cannot be vectorised over time, so it is compiled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emgkit.detectors._compiled import compiled
from emgkit.model import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """How often the chain moves, per second, and whereto."""

    onset_hz: float
    """From quiet to a level of activity."""
    offset_hz: FloatArray
    """From each level of activity to quiet, shape (n_levels,)."""
    wander_hz: float
    """Among the quiet levels."""
    step_hz: float
    """From a level to each neighbour."""
    jump_hz: FloatArray
    """From each level to any, shape (n_levels,)."""
    wake_hz: float
    """From silent to any level."""
    entry: FloatArray
    """At which level a burst begins, shape (n_levels,), sums to 1."""
    quiet: FloatArray
    """Where a move to quiet leads, shape (n_quiet,), sums to 1."""
    jump_to: FloatArray
    """Where a jump leads: silent, then the levels; shape (1 + n_levels,), sums to 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Smoothed:
    """What the chain says of every block, and how often it expects what."""

    on: FloatArray
    """Probability that the block is not quiet, shape (n,)."""
    turn_on: FloatArray
    """Probability that the block is on and the one before it is quiet; 0 for the first. Shape (n,)."""
    turn_off: FloatArray
    """Probability that the block is quiet and the one before it is on; 0 for the first. Shape (n,)."""
    quiet: FloatArray
    """Probability of each quiet level, shape (n, n_quiet)."""
    entries: FloatArray
    """Expected number of onsets at each level, shape (n_levels,)."""
    exits: FloatArray
    """Expected number of offsets from each level, shape (n_levels,)."""
    spent: FloatArray
    """Expected number of blocks at each level, shape (n_levels,)."""
    jumps: float
    """Expected number of jumps."""


def smooth(cell: IntArray, likelihood: FloatArray, rates: Rates, step_s: float) -> Smoothed:
    """Return the probabilities of the chain, given all blocks (forward-backward).

    Parameters
    ----------
    cell : int array of shape (n,)
        The row of `likelihood` that holds for each block.
    likelihood : array of shape (n_cells, n_quiet + 1 + n_levels)
        Likelihood of each state, to a factor per row.
    rates : Rates
    step_s : float
        Length of a block.

    Notes
    -----
    A probability in one step is 1 - exp(-rate x step), so that what is expected does not depend on the step
    as long as it is short against the moves. The chain starts quiet or on with equal probability.

    References
    ----------
    Rabiner LR. A tutorial on hidden Markov models. Proc IEEE 1989. doi:10.1109/5.18626
    """
    n, n_levels, n_quiet = cell.size, rates.entry.size, rates.quiet.size
    on, turn_on, turn_off = np.empty(n), np.zeros(n), np.zeros(n)
    quiet = np.empty((n, n_quiet))
    entries, exits, spent = np.zeros(n_levels), np.zeros(n_levels), np.zeros(n_levels)
    jumps = np.zeros(1)

    def probability(rate_hz: float | FloatArray) -> FloatArray:
        return np.asarray(-np.expm1(-np.asarray(rate_hz) * step_s))

    _forward_backward(
        cell,
        likelihood,
        float(probability(rates.onset_hz)),
        probability(rates.offset_hz),
        float(probability(rates.wander_hz)),
        float(probability(rates.step_hz)),
        probability(rates.jump_hz),
        float(probability(rates.wake_hz)) / rates.jump_to[1:].sum(),
        rates.entry,
        rates.quiet,
        rates.jump_to,
        np.empty((n, likelihood.shape[1]), dtype=np.float32),
        on,
        turn_on,
        turn_off,
        quiet,
        entries,
        exits,
        spent,
        jumps,
    )
    return Smoothed(on, turn_on, turn_off, quiet, entries, exits, spent, float(jumps[0]))


@compiled
def _forward_backward(
    cell: IntArray,
    likelihood: FloatArray,
    onset: float,
    offset: FloatArray,
    wander: float,
    step: float,
    jump: FloatArray,
    wake: float,
    entry: FloatArray,
    quiet: FloatArray,
    jump_to: FloatArray,
    forward: npt.NDArray[np.float32],
    on: FloatArray,
    turn_on: FloatArray,
    turn_off: FloatArray,
    quiet_now: FloatArray,
    entries: FloatArray,
    exits: FloatArray,
    spent: FloatArray,
    jumps: FloatArray,
) -> None:
    n, q, m = cell.size, quiet.size, entry.size
    first = q + 1  # the state of the lowest level; q is silent
    k = first + m
    now, after = np.empty(k), np.empty(k)
    stay = np.empty(m)
    asleep, calm = 1.0, 1 - onset - wander
    for j in range(m):
        stay[j] = 1 - offset[j] - jump[j] - step * (2.0 if 0 < j < m - 1 else 1.0)
        asleep -= wake * jump_to[j + 1]

    for j in range(q):
        after[j] = 0.5 * quiet[j]
    for j in range(m + 1):
        after[q + j] = 0.5 * jump_to[j]
    for i in range(n):
        if i > 0:
            rest, leave, leap = 0.0, 0.0, 0.0
            for j in range(q):
                rest += now[j]
            for j in range(m):
                leave += offset[j] * now[first + j]
                leap += jump[j] * now[first + j]
            leave += wander * rest
            for j in range(q):
                after[j] = now[j] * calm + leave * quiet[j]
            after[q] = now[q] * asleep + leap * jump_to[0]
            leap += wake * now[q]
            rest *= onset
            for j in range(m):
                after[first + j] = now[first + j] * stay[j] + leap * jump_to[j + 1] + rest * entry[j]
            for j in range(1, m):
                after[first + j] += step * now[first + j - 1]
                after[first + j - 1] += step * now[first + j]
        total = 0.0
        for j in range(k):
            now[j] = after[j] * likelihood[cell[i], j]
            total += now[j]
        for j in range(k):
            now[j] /= total
            forward[i, j] = now[j]

    # `now` becomes the backward vector, `after` the same times the likelihood of its block
    for j in range(k):
        now[j] = 1.0
    for i in range(n - 1, -1, -1):
        total, rest = 0.0, 0.0
        for j in range(k):
            total += forward[i, j] * now[j]
        for j in range(q):
            quiet_now[i, j] = forward[i, j] * now[j] / total
            rest += quiet_now[i, j]
        on[i] = 1 - rest
        for j in range(m):
            spent[j] += forward[i, first + j] * now[first + j] / total
        if i == 0:
            break
        for j in range(k):
            after[j] = now[j] * likelihood[cell[i], j]
        rest, enter, leap = 0.0, 0.0, 0.0
        for j in range(q):
            rest += quiet[j] * after[j]
        for j in range(m):
            enter += entry[j] * after[first + j]
            leap += jump_to[j + 1] * after[first + j]
        for j in range(q):
            now[j] = calm * after[j] + wander * rest + onset * enter
        now[q] = asleep * after[q] + wake * leap
        leap += jump_to[0] * after[q]
        for j in range(m):
            now[first + j] = stay[j] * after[first + j] + jump[j] * leap + offset[j] * rest
        for j in range(1, m):
            now[first + j] += step * after[first + j - 1]
            now[first + j - 1] += step * after[first + j]
        total, scale, before = 0.0, 0.0, 0.0
        for j in range(k):
            total += forward[i - 1, j] * now[j]
            scale += now[j]
        for j in range(q):
            before += forward[i - 1, j]
        before *= onset / total
        leap /= total
        rest /= total
        turn_on[i] = before * enter
        for j in range(m):
            turn = forward[i - 1, first + j] * offset[j] * rest
            turn_off[i] += turn
            exits[j] += turn
            jumps[0] += forward[i - 1, first + j] * jump[j] * leap
            entries[j] += before * entry[j] * after[first + j]
        for j in range(k):
            now[j] /= scale
