"""From the raw wire signal to power in blocks of about 1 ms, without smearing edges.

A causal filter cannot respond before a burst begins; the same filter run backwards cannot respond after it
ends. The signal is filtered once in each direction, and of the two powers the smaller counts: neither
the tail of the one nor that of the other moves an edge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

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
_PADDING_S = 0.25
_ENOUGH_QUIET_S = 60.0
_AT_ONCE = 256  # blocks that are whitened at once, few enough to stay near the processor


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
        # a sharp filter rings before and after a burst, and of a loud one that is seen over the noise
        samples = window_means(samples, divisor)
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
    mask = np.repeat(quiet, filtered.block)
    values = filtered.forward[filtered.padding : filtered.padding + mask.size] * mask
    runs = intervals.from_mask(quiet)
    lengths = (runs[:, 1] - runs[:, 0]) * filtered.block
    correlation = np.empty(order + 1)
    for lag in range(order + 1):  # a few lags, not samples
        pairs = np.maximum(lengths - lag, 0).sum()
        correlation[lag] = np.einsum("i,i", values[lag:], values[: values.size - lag]) / max(pairs, 1)
    if correlation[0] <= 0:
        return np.array([1.0])
    # tapered, and 1 % white noise added: what lies 20 dB under the quiet signal's mean density is not raised
    correlation *= 0.5 + 0.5 * np.cos(np.pi * np.arange(order + 1) / (order + 1))
    correlation[0] *= 1.01
    weights = solve_toeplitz(correlation[:-1], correlation[1:])
    return np.concatenate(([1.0], -weights))


def window_means(values: FloatArray, width: int) -> FloatArray:
    """Return the mean of each whole window of `width` values."""
    n = values.size // width
    total = values[: n * width : width].copy()
    for i in range(1, width):  # over the few values of a window, all windows at once
        total += values[i : n * width : width]
    return total / width


def _blocks(filtered: Filtered, samples: FloatArray) -> FloatArray:
    inside = samples[filtered.padding : filtered.padding + filtered.n_blocks * filtered.block]
    return window_means(inside * inside, filtered.block)


def high_passed_power(filtered: Filtered) -> FloatArray:
    """Return the mean square of each block of the high-passed signal in uV^2, shape (n_blocks,)."""
    return _blocks(filtered, filtered.forward)


def block_power(filtered: Filtered, whitening: FloatArray | None = None) -> FloatArray:
    """Return the power of each block of the prediction error in uV^2, shape (n_blocks,).

    Without `whitening` the signal is taken as it is.
    """
    whitening = np.ones(1) if whitening is None else whitening
    power = np.empty(filtered.n_blocks)
    _least_error(filtered.forward, filtered.backward, whitening, filtered.padding, filtered.block, power)
    return power


@compiled
def _least_error(
    forward: FloatArray,
    backward: FloatArray,
    whitening: FloatArray,
    padding: int,
    block: int,
    power: FloatArray,
) -> None:
    """Fill in the power of each block of the prediction error, the smaller one of both directions."""
    ahead, back = np.empty(_AT_ONCE * block), np.empty(_AT_ONCE * block)
    for first in range(0, power.size, _AT_ONCE):
        blocks = min(_AT_ONCE, power.size - first)
        start, n = padding + first * block, blocks * block
        ahead[:], back[:] = 0.0, 0.0
        for j in range(whitening.size):
            weight = whitening[j]
            before, after = forward[start - j : start - j + n], backward[start + j : start + j + n]
            for i in range(n):
                ahead[i] += weight * before[i]
            for i in range(n):
                back[i] += weight * after[i]
        for b in range(blocks):
            squares_ahead, squares_back = 0.0, 0.0
            for i in range(b * block, (b + 1) * block):
                squares_ahead += ahead[i] * ahead[i]
                squares_back += back[i] * back[i]
            power[first + b] = min(squares_ahead, squares_back) / block


def difference_power(filtered: Filtered) -> FloatArray:
    """Return the mean square of the differences of neighbouring samples in each block, shape (n_blocks,)."""
    return _blocks(filtered, np.diff(filtered.forward, prepend=filtered.forward[0]))


def mean_frequencies_hz(
    differences: FloatArray, squares: FloatArray, rate_hz: float, quiet: BoolArray, bursts: IntArray
) -> FloatArray:
    """Return the root of the mean squared frequency of what each burst adds to the quiet signal.

    Parameters
    ----------
    differences, squares : array of shape (n_blocks,)
        `difference_power` and `high_passed_power` of the filtered signal.
    rate_hz : float
        Of the filtered signal.
    quiet : array of shape (n_blocks,)
    bursts : array of shape (n_bursts, 2), in blocks

    Returns
    -------
    array of shape (n_bursts,), in hertz; infinite where a burst adds no power

    Notes
    -----
    The difference of neighbouring samples has the power 4 sin^2(pi f / rate) of the signal's.
    """
    n_quiet, is_quiet = np.count_nonzero(quiet), quiet.astype(np.float64)
    added = []
    for power in (differences, squares):
        energy = np.concatenate(([0.0], np.cumsum(power)))
        mean = (energy[bursts[:, 1]] - energy[bursts[:, 0]]) / (bursts[:, 1] - bursts[:, 0])
        added.append(mean - np.einsum("i,i", power, is_quiet) / max(n_quiet, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(added[1] > 0, added[0] / added[1], 4.0)
    sine = np.sqrt(np.clip(ratio, 0, 4)) / 2
    return np.where(added[1] > 0, rate_hz / np.pi * np.arcsin(sine), np.inf)
