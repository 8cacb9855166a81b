"""From the raw wire signal to power in blocks of about 1 ms, without smearing edges.

A causal filter cannot respond before a burst begins; the same filter run backwards cannot respond after it
ends. The signal is filtered once in each direction, and of the two powers the smaller counts: neither
the tail of the one nor that of the other moves an edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit.model import BoolArray, FloatArray

BLOCK_S = 0.001
SETTLE_S = 0.2
"""Near the ends, for this long, the filtered signal depends on how it is continued beyond them."""
_WORKING_RATE_HZ = 2000.0
_ORDER = 4
_PADDING_S = 0.25


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


def filter_both_ways(samples_uv: FloatArray, rate_hz: float, low_hz: float) -> Filtered:
    """Bring the signal to a rate of 2 to 4 kHz (or leave its lower one) and high-pass it both ways."""
    from scipy.signal import butter, sosfilt

    samples = samples_uv - np.median(samples_uv)
    divisor = int(rate_hz // _WORKING_RATE_HZ)
    if divisor > 1:
        from scipy.signal import resample_poly

        samples = resample_poly(samples, 1, divisor, padtype="line")
        rate_hz /= divisor
    # continued by its mirror image through the end point: level and slope go on, so that no step is heard
    padding = min(samples.size - 1, round(_PADDING_S * rate_hz))
    before = 2 * samples[0] - samples[padding:0:-1]
    after = 2 * samples[-1] - samples[-2 : -padding - 2 : -1]
    padded = np.concatenate((before, samples, after))
    sos = butter(_ORDER, low_hz, "highpass", fs=rate_hz, output="sos")
    return Filtered(
        forward=np.asarray(sosfilt(sos, padded - padded[0])),
        backward=np.asarray(sosfilt(sos, padded[::-1] - padded[-1])[::-1]),
        padding=padding,
        rate_hz=rate_hz,
        block=max(1, round(rate_hz * BLOCK_S)),
    )


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
    mask = np.repeat(quiet, filtered.block)
    values = np.where(mask, filtered.forward[filtered.padding : filtered.padding + mask.size], 0.0)
    correlation = np.empty(order + 1)
    for lag in range(order + 1):  # a few lags, not samples
        pairs = np.count_nonzero(mask[lag:] & mask[: mask.size - lag])
        correlation[lag] = values[lag:] @ values[: values.size - lag] / max(pairs, 1)
    if correlation[0] <= 0:
        return np.array([1.0])
    # tapered, and 1 % white noise added: what lies 20 dB under the quiet signal's mean density is not raised
    correlation *= 0.5 + 0.5 * np.cos(np.pi * np.arange(order + 1) / (order + 1))
    correlation[0] *= 1.01
    weights = solve_toeplitz(correlation[:-1], correlation[1:])
    return np.concatenate(([1.0], -weights))


def block_power(filtered: Filtered, whitening: FloatArray | None = None) -> FloatArray:
    """Return the power of each block in uV^2 (of the prediction error if whitened), shape (n_blocks,)."""
    from scipy.signal import lfilter

    def power(samples: FloatArray) -> FloatArray:
        if whitening is not None:
            samples = lfilter(whitening, [1.0], samples)
        return np.asarray(samples**2)

    def blocks(values: FloatArray) -> FloatArray:
        inside = values[filtered.padding : filtered.padding + filtered.n_blocks * filtered.block]
        return np.asarray(inside.reshape(-1, filtered.block).mean(axis=1))

    backward = power(filtered.backward[::-1])[::-1]
    return np.minimum(blocks(power(filtered.forward)), blocks(backward))


def rms(filtered: Filtered, chosen: BoolArray) -> float:
    """Return the root mean square of the high-passed signal in the `chosen` blocks, NaN if there are none."""
    mask = np.repeat(chosen, filtered.block)
    inside = filtered.forward[filtered.padding : filtered.padding + mask.size]
    return float(np.sqrt(np.mean(inside[mask] ** 2))) if mask.any() else float("nan")
