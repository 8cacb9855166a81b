"""Where the band that was really recorded ends: a filter before the file leaves its mark in the noise."""

from __future__ import annotations

import numpy as np

from emgkit.model import FloatArray
from emgkit.quality.resolution import ISEK_BAND_HZ, LEAST_BAND_HZ
from emgkit.quality.rows import Check, Row
from emgkit.quality.signal import Signal

BLOCK_S = 0.1
QUIET_SHARE_PCT = 30.0
"""The quietest blocks: the noise of an amplifier reaches as far up as it records, the muscle does not."""
PASS_HZ = (40.0, 250.0)
"""Where the noise is taken to be recorded in full."""
DROP_DB = 20.0
"""Noise that falls by more above some frequency has been filtered; it never comes back above it."""
OF_NYQUIST = 0.8
"""Above, it is the filter that any converter needs; `band` speaks of the rate."""
LEAST_BLOCKS = 20
SMOOTH_BINS = 5

UPPER_EDGE = Check(
    "upper_edge",
    "Hz",
    f"good from {ISEK_BAND_HZ:g} Hz (ISEK) or {OF_NYQUIST:g} of half the rate, limited below, not usable "
    f"up to {LEAST_BAND_HZ:g} Hz",
    f"highest frequency at which the spectrum of the quietest {QUIET_SHARE_PCT:g} % of the signal lies "
    f"within {DROP_DB:g} dB of its highest from {PASS_HZ[0]:g} to {PASS_HZ[1]:g} Hz",
    concerns="magnitude",
)


def upper_edge(s: Signal, x: FloatArray | None) -> Row:
    """Check where the recorded band ends below what the rate allows.

    Parameters
    ----------
    s : Signal
    x : array of shape (n_samples,), in microvolts
        The part above 20 Hz without mains and tones, which reach over every edge.

    Notes
    -----
    Power of windowed (Hann) blocks of 0.1 s, mean over the quietest, median over 5 bins of 10 Hz. With a
    filter of order 4, the edge lies at 1.4 to 1.8 times its cut-off. The steps of a coarse converter fill
    the spectrum anew above a filter and can hide it.
    """
    if x is None or s.rate_hz <= 2 * PASS_HZ[1]:
        return UPPER_EDGE.unknown(s.why_no_fast, s.trial)
    block = round(BLOCK_S * s.rate_hz)
    if x.size < LEAST_BLOCKS * block:
        why = f"It takes {LEAST_BLOCKS * BLOCK_S:g} s to tell noise from the muscle."
        return UPPER_EDGE.unknown(why, s.trial)
    value = _edge_hz(x, s.rate_hz, block)
    if np.isnan(value):
        return UPPER_EDGE.unknown("The quiet signal is constant.", s.trial)
    if value <= LEAST_BAND_HZ:
        advice = (
            f"Nothing is recorded above {value:.0f} Hz: this is an envelope or a signal filtered for another "
            "purpose, not wire EMG. Export the raw signal."
        )
        return UPPER_EDGE.row("not usable", value, advice, s.trial)
    if value >= min(ISEK_BAND_HZ, OF_NYQUIST * s.rate_hz / 2):
        return UPPER_EDGE.row("good", value, "No action needed.", s.trial)
    advice = (
        f"A filter before the file took what lies above {value:.0f} Hz, although the rate allows "
        f"{s.rate_hz / 2:g} Hz: amplitudes are lower than with the full band and compare only with "
        "recordings of the same filter. Open the low-pass of the amplifier or the export."
    )
    return UPPER_EDGE.row("limited", value, advice, s.trial)


def _edge_hz(x: FloatArray, rate_hz: float, block: int) -> float:
    from scipy import ndimage, signal

    blocks = x[: x.size // block * block].reshape(-1, block) * signal.windows.hann(block, sym=False)
    level = np.square(blocks).sum(axis=1)
    n = max(1, int(QUIET_SHARE_PCT / 100 * level.size))
    quietest = blocks[np.argpartition(level, n - 1)[:n]]
    waves = np.fft.rfft(quietest, axis=1)
    density = (np.square(waves.real) + np.square(waves.imag)).mean(axis=0)
    freq = np.fft.rfftfreq(block, 1 / rate_hz)
    smooth = ndimage.median_filter(density, SMOOTH_BINS, mode="nearest")
    highest = smooth[(freq >= PASS_HZ[0]) & (freq <= PASS_HZ[1])].max()
    if highest <= 0:
        return float("nan")
    return float(freq[np.flatnonzero(smooth >= highest * 10 ** (-DROP_DB / 10))[-1]])
