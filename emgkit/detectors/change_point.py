"""Penalised change points in the variance, found exactly: PELT, Killick, Fearnhead and Eckley 2012.

Assumptions: the whitened signal is Gaussian and its variance piecewise constant; the quiet level is steady.
No interval comes with an edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from emgkit.detectors import _baseline, _power, _whitened, intervals
from emgkit.detectors.base import (
    Parameters,
    check_length,
    check_rate,
    min_duration_parameter,
    nothing_in_constant,
    parameter,
)
from emgkit.found import Detection
from emgkit.model import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class ChangePointParameters(Parameters):
    """Parameters of the penalised change points."""

    method: ClassVar[str] = "change_point"

    band_low_hz: float = parameter(
        30.0, "cut-off of the high-pass (Butterworth, order 4, once forwards and once backwards)",
        low=1, high=500, unit="Hz",
    )  # fmt: skip
    whitening_s: float = parameter(
        0.005, "length of the filter that whitens the quiet signal; 0: none", low=0, high=0.05, unit="s"
    )
    penalty: float = parameter(
        2.0, "price of a change point, times the logarithm of the number of samples; 2: Schwarz's criterion",
        low=0, high=1000, low_open=True,
    )  # fmt: skip
    grid_s: float = parameter(
        0.010, "change points are first looked for at multiples of this, then moved to the best millisecond",
        low=0.002, high=0.1, unit="s",
    )  # fmt: skip
    longest_s: float = parameter(
        5.0, "longest stretch between change points; a longer one is cut, and its parts joined again",
        low=0.5, high=600, unit="s",
    )  # fmt: skip
    min_level_db: float = parameter(
        3.0, "a stretch is on if its mean power is over the quiet level by this", low=0, high=40, unit="dB"
    )
    min_duration_s: float = min_duration_parameter()
    quiet_s: float = _baseline.quiet_parameter()


def find_bursts(samples_uv: FloatArray, rate_hz: float, parameters: ChangePointParameters) -> Detection:
    """Find the bursts as stretches between change points of the variance.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    parameters : ChangePointParameters

    Raises
    ------
    InputError
        If the rate leaves no band above `band_low_hz`.
    InsufficientDataError
        If the signal is shorter than 0.5 s.

    Notes
    -----
    Of all ways to cut the recording into stretches, the one with the least

        sum over the stretches of N_i ln(mean power of stretch i)  +  beta (number of change points)

    is found, with N_i the samples in a stretch and beta = `penalty` ln N (2 ln N in Schwarz's criterion: a
    level and a place for each change point). It is the best on a grid of 10 ms, by dynamic programming with
    the paper's pruning; each change point is then moved, within 10 ms, to the millisecond that is most likely
    between the levels on its two sides. A stretch is on if it lies 3 dB over the quiet level, which is that
    of the quietest stretch of the recording; the paper ends with the change points.

    References
    ----------
    Killick R, Fearnhead P, Eckley IA. J Am Stat Assoc 2012;107:1590-1598. doi:10.1080/01621459.2012.737745
    """
    check_rate(rate_hz, parameters.band_low_hz)
    check_length(samples_uv.size, rate_hz, _baseline.NEEDED_S, parameters.method)
    nothing = nothing_in_constant(samples_uv, parameters)
    if nothing is not None:
        return nothing
    filtered = _power.filter_both_ways(samples_uv, rate_hz, parameters.band_low_hz)
    step, block = filtered.step_s, filtered.block
    white = _whitened.whiten(filtered, parameters.whitening_s, parameters.quiet_s)
    n = white.forward.size
    width = max(1, round(parameters.grid_s / step))
    start = np.arange(0, n - width + 1, width)  # a remainder belongs to the last cell
    size = np.diff(np.append(start, n))
    # of the two directions, the one in which nothing of a burst reaches beyond its edge
    grid = np.minimum(np.add.reduceat(white.forward, start), np.add.reduceat(white.backward, start)) / size

    beta = parameters.penalty * math.log(n * block)
    changes = optimal_partition(grid, size * float(block), beta, round(parameters.longest_s / (width * step)))
    changes = np.append(start, n)[changes]
    moved, rises = refine(white.forward, white.least, changes, width)
    moved = np.where(rises, moved, refine(white.backward, white.least, changes, width)[0])
    border = np.unique(np.concatenate(([0], moved, [n])))
    level = np.add.reduceat(white.least, border[:-1]) / np.diff(border)
    on = level > 10 ** (parameters.min_level_db / 10)
    stretches = np.column_stack((border[:-1], border[1:]))[on]
    bursts = intervals.from_mask(intervals.to_mask(stretches, n))
    bursts = intervals.close_gaps(bursts, parameters.min_duration_s / step)
    bursts = intervals.drop_short(bursts, parameters.min_duration_s / step)
    return _baseline.finish(
        bursts,
        n,
        step,
        samples_uv.size / rate_hz,
        parameters,
        learned={"noise_uv": white.noise_uv, "change_points": float(moved.size)},
        silent=white.silent,
    )


def optimal_partition(power: FloatArray, weight: FloatArray, beta: float, longest: int) -> IntArray:
    """Return the change points with the least penalised cost, each the first cell of a stretch.

    Parameters
    ----------
    power : array of shape (n,)
        Mean power of each cell.
    weight : array of shape (n,)
        Samples in each cell.
    beta : float
        Penalty of a change point.
    longest : int
        Cells in the longest stretch.
    """
    n = power.size
    energy = np.concatenate(([0.0], np.cumsum(weight * power)))
    samples = np.concatenate(([0.0], np.cumsum(weight)))
    floor = 1e-6 * energy[-1] / samples[-1] or 1.0  # silence has no logarithm
    least = np.full(n + 1, np.inf)
    least[0] = -beta
    before = np.zeros(n + 1, dtype=np.int64)
    open_ = np.zeros(1, dtype=np.int64)
    # The programme goes from cell to cell, for each over all cells in which the last stretch may begin. These
    # are cells of the grid, not samples: 100 a second.
    for end in range(1, n + 1):
        count = samples[end] - samples[open_]
        cost = least[open_] + count * np.log((energy[end] - energy[open_]) / count + floor)
        at = int(np.argmin(cost))
        least[end] = cost[at] + beta
        before[end] = open_[at]
        # what is dearer than a change point here will never be the best again
        open_ = np.append(open_[(cost <= least[end]) & (open_ > end - longest)], end)
    found = []
    end = int(before[n])
    while end > 0:
        found.append(end)
        end = int(before[end])
    return np.array(found[::-1], dtype=np.int64)


def refine(
    relative: FloatArray, least: FloatArray, changes: IntArray, width: int
) -> tuple[IntArray, BoolArray]:
    """Move each change point, by less than `width` blocks, to where it is most likely.

    Parameters
    ----------
    relative : array of shape (n_blocks,)
        Power in the direction in which nothing of the louder side reaches beyond the change.
    least : array of shape (n_blocks,)
        Power without what rings on either side of a burst, for the levels on the two sides.
    changes : array of shape (n_changes,), in blocks

    Returns
    -------
    moved : array of shape (n_changes,)
    rises : array of shape (n_changes,)
        Whether the level after the change is higher than before it.
    """
    border = np.concatenate(([0], changes, [relative.size]))
    level = np.maximum(np.add.reduceat(least, border[:-1]) / np.diff(border), 1e-9)
    before, after = level[:-1, None], level[1:, None]
    at = changes[:, None] + np.arange(-width, width)
    known = (at >= border[:-2, None]) & (at < border[2:, None])
    y = relative[np.clip(at, 0, relative.size - 1)]
    # moving the change past a block puts it on the side before: what that gains
    gain = np.where(known, np.log(after / before) + y / after - y / before, 0.0)
    gained = np.cumsum(gain, axis=1)[:, :-1]  # after this many blocks; all but none and all
    return np.asarray(changes - width + 1 + gained.argmax(axis=1)), (after > before)[:, 0]
