"""From the raw wire signal to power in blocks of about 1 ms, without smearing edges.

A causal filter cannot respond before a burst begins; the same filter run backwards cannot respond after it
ends. The signal is filtered once in each direction, and of the two powers the smaller counts: neither
the tail of the one nor that of the other moves an edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from emgkit.detectors import intervals
from emgkit.detectors._compiled import compiled
from emgkit.detectors._steps import Steps
from emgkit.model import BoolArray, FloatArray, IntArray

BLOCK_S = 0.001
SETTLE_S = 0.2
"""Near the ends, for this long, the filtered signal depends on how it is continued beyond them."""
_WORKING_RATE_HZ = 2000.0
_ORDER = 4
_REACH = 3  # samples of the lower rate to either side that a low-pass reaches
_PADDING_S = 0.25
_ENOUGH_QUIET_S = 60.0
_AT_ONCE = 256  # blocks that are worked on at once, few enough to stay near the processor
SAME, DIFFERENCES = np.ones(1), np.array([1.0, -1.0])
"""Filters that leave a signal as it is, and that take the differences of neighbouring samples."""


@dataclass(frozen=True, slots=True, eq=False)
class Filtered:
    """The high-passed signal, forwards and backwards in time, with `padding` samples at both ends."""

    forward: FloatArray
    backward: FloatArray
    padding: int
    rate_hz: float
    block: int
    """Samples per block."""

    @property
    def step_s(self) -> float:
        """Length of a block in seconds."""
        return self.block / self.rate_hz

    @property
    def n_blocks(self) -> int:
        """Number of whole blocks."""
        return (self.forward.size - 2 * self.padding) // self.block


def filter_both_ways(
    samples_uv: FloatArray, rate_hz: float, low_hz: float, steps: Steps | None = None
) -> Filtered:
    """Bring the signal to a rate of 2 to 4 kHz (or leave its lower one) and high-pass it both ways."""
    if steps is not None:
        return steps.take(("filtered", low_hz), lambda: filter_both_ways(samples_uv, rate_hz, low_hz))
    samples = samples_uv - samples_uv.mean()
    divisor = int(rate_hz // _WORKING_RATE_HZ)
    if divisor > 1:
        from scipy.signal import resample_poly

        low_pass: Any = _short_low_pass(divisor)  # scipy takes an array; its annotations do not say so
        samples = resample_poly(samples, 1, divisor, window=low_pass, padtype="line")
        rate_hz /= divisor
    # continued by its mirror image through the end point: level and slope go on, so that no step is heard
    padding = min(samples.size - 1, round(_PADDING_S * rate_hz))
    before = 2 * samples[0] - samples[padding:0:-1]
    after = 2 * samples[-1] - samples[-2 : -padding - 2 : -1]
    padded = np.concatenate((before, samples, after))
    forward, backward = padded - padded[0], padded - padded[-1]
    for section in _high_pass(low_hz, rate_hz):
        _run_section(section, forward, backward)
    return Filtered(
        forward=forward,
        backward=backward,
        padding=padding,
        rate_hz=rate_hz,
        block=max(1, round(rate_hz * BLOCK_S)),
    )


@lru_cache(maxsize=32)
def _short_low_pass(divisor: int) -> FloatArray:
    """Return the low-pass of a lower rate, short and gentle so that it hardly rings beside a loud burst.

    With that of `resample_poly`, 10 samples of the lower rate to either side, edges of bursts 40 dB over the
    noise moved by 2 ms. What lies so high that it folds back is noise like any other here.
    """
    from scipy.signal import firwin

    return np.asarray(firwin(2 * _REACH * divisor + 1, 1.2 / divisor, window=("kaiser", 8.0)))


@lru_cache(maxsize=32)
def _high_pass(low_hz: float, rate_hz: float) -> FloatArray:
    """Return the sections of second order of the high-pass, as `scipy.signal.sosfilt` takes them."""
    from scipy.signal import butter

    return np.asarray(butter(_ORDER, low_hz, "highpass", fs=rate_hz, output="sos"))


@compiled
def _run_section(section: FloatArray, forward: FloatArray, backward: FloatArray) -> None:
    """Filter in place, one array from its first sample on and the other from its last.

    Direct form II transposed. Neither needs the other: in one loop the processor works on both at once.
    """
    b0, b1, b2, a1, a2 = section[0], section[1], section[2], section[4], section[5]
    early, earlier, late, later = 0.0, 0.0, 0.0, 0.0
    n = forward.size
    for i in range(n):
        x = forward[i]
        y = b0 * x + early
        early = b1 * x - a1 * y + earlier
        earlier = b2 * x - a2 * y
        forward[i] = y
        x = backward[n - 1 - i]
        y = b0 * x + late
        late = b1 * x - a1 * y + later
        later = b2 * x - a2 * y
        backward[n - 1 - i] = y


def prediction_filter(filtered: Filtered, quiet: BoolArray, length_s: float) -> FloatArray:
    """Return the filter that whitens the quiet signal (linear prediction, autocorrelation method).

    Parameters
    ----------
    filtered : Filtered
    quiet : array of shape (at most n_blocks,)
        Blocks to learn from.
    length_s : float
        Length of the filter.

    Returns
    -------
    array of shape (order + 1,), the first coefficient is 1
    """
    from scipy.linalg import solve_toeplitz

    order = max(1, round(length_s * filtered.rate_hz))
    enough = _ENOUGH_QUIET_S / filtered.step_s
    if np.count_nonzero(quiet) > enough:
        quiet = quiet[: np.searchsorted(np.cumsum(quiet), enough) + 1]
    correlation = np.zeros(order + 1)
    _fill_products(filtered.forward[filtered.padding :], quiet, filtered.block, correlation)
    runs = intervals.from_mask(quiet)
    lengths = (runs[:, 1] - runs[:, 0]) * filtered.block
    for lag in range(order + 1):  # a few lags, not samples
        correlation[lag] /= max(np.maximum(lengths - lag, 0).sum(), 1)
    if correlation[0] <= 0:
        return np.array([1.0])
    # tapered, and 1 % white noise added: what lies 20 dB under the quiet signal's mean density is not raised
    correlation *= 0.5 + 0.5 * np.cos(np.pi * np.arange(order + 1) / (order + 1))
    correlation[0] *= 1.01
    weights = solve_toeplitz(correlation[:-1], correlation[1:])
    return np.concatenate(([1.0], -weights))


@compiled
def _fill_products(values: FloatArray, quiet: BoolArray, block: int, products: FloatArray) -> None:
    """Add to `products`, for each lag, those of values so far apart; zero stands for what is not quiet."""
    n = quiet.size * block
    masked = np.empty(n)
    for b in range(quiet.size):
        for i in range(b * block, (b + 1) * block):
            masked[i] = values[i] if quiet[b] else 0.0
    for first in range(0, n, _AT_ONCE * block):
        for lag in range(products.size):
            start, stop = max(first, lag), min(first + _AT_ONCE * block, n)
            late, early = masked[start:stop], masked[start - lag : stop - lag]
            total = 0.0
            for i in range(late.size):
                total += late[i] * early[i]
            products[lag] += total


def window_means(values: FloatArray, width: int) -> FloatArray:
    """Return the mean of each whole window of `width` values."""
    n = values.size // width
    total = values[: n * width : width].copy()
    for i in range(1, width):  # over the few values of a window, all windows at once
        total += values[i : n * width : width]
    return total / width


def error_power(
    filtered: Filtered, whitening: FloatArray, *, backward: bool = False, block: int | None = None
) -> FloatArray:
    """Return the power of each block of the prediction error in one direction in uV^2, shape (n_blocks,).

    Parameters
    ----------
    filtered : Filtered
    whitening : array of shape (order + 1,)
        The filter, see `prediction_filter`; `SAME` leaves the signal as it is.
    backward : bool
        Whether the signal that was high-passed backwards is meant; it is predicted from what follows.
    block : int, optional
        Samples per block, those of `filtered` if not given.
    """
    block = block or filtered.block
    power = np.empty((filtered.forward.size - 2 * filtered.padding) // block)
    if backward:
        start = filtered.padding + whitening.size - 1
        _fill_power(filtered.backward, whitening[::-1].copy(), start, block, power)
    else:
        _fill_power(filtered.forward, whitening, filtered.padding, block, power)
    return power


@compiled
def _fill_power(values: FloatArray, weights: FloatArray, start: int, block: int, power: FloatArray) -> None:
    """Fill in the mean square of each block of what the filter makes of the values from `start` on."""
    error = np.empty(_AT_ONCE * block)
    for first in range(0, power.size, _AT_ONCE):
        blocks = min(_AT_ONCE, power.size - first)
        begin, n = start + first * block, blocks * block
        error[:] = 0.0
        for j in range(weights.size):
            weight, before = weights[j], values[begin - j : begin - j + n]
            for i in range(n):
                error[i] += weight * before[i]
        for i in range(n):
            error[i] *= error[i]
        if block == 2:  # the usual one, without a loop within
            for b in range(blocks):
                power[first + b] = (error[2 * b] + error[2 * b + 1]) / 2
            continue
        for b in range(blocks):
            squares = 0.0
            for i in range(b * block, (b + 1) * block):
                squares += error[i]
            power[first + b] = squares / block


def block_power(filtered: Filtered, whitening: FloatArray = SAME) -> FloatArray:
    """Return the power of each block of the prediction error in uV^2, the smaller one of both directions."""
    power = error_power(filtered, whitening)
    return np.minimum(power, error_power(filtered, whitening, backward=True), out=power)


def energy(power: FloatArray) -> FloatArray:
    """Return the sum of the power of the blocks before each, and of all, shape (n_blocks + 1,)."""
    total = np.zeros(power.size + 1)
    np.cumsum(power, out=total[1:])
    return total


def mean_frequencies_hz(
    differences: FloatArray, squares: FloatArray, rate_hz: float, quiet: IntArray, bursts: IntArray
) -> FloatArray:
    """Return the root of the mean squared frequency of what each burst adds to the quiet signal.

    Parameters
    ----------
    differences, squares : array of shape (n_blocks + 1,)
        `energy` of the differences of neighbouring samples of the filtered signal, and of itself.
    rate_hz : float
        Of the filtered signal.
    quiet, bursts : arrays of shape (n_runs, 2) and (n_bursts, 2), in blocks

    Returns
    -------
    array of shape (n_bursts,), in hertz; infinite where a burst adds no power

    Notes
    -----
    The difference of neighbouring samples has the power 4 sin^2(pi f / rate) of the signal's.
    """
    n_quiet = max(intervals.total(quiet), 1)
    added = []
    for total in (differences, squares):
        mean = intervals.sums(total, bursts) / (bursts[:, 1] - bursts[:, 0])
        added.append(mean - intervals.sums(total, quiet).sum() / n_quiet)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(added[1] > 0, added[0] / added[1], 4.0)
    sine = np.sqrt(np.clip(ratio, 0, 4)) / 2
    return np.where(added[1] > 0, rate_hz / np.pi * np.arcsin(sine), np.inf)
