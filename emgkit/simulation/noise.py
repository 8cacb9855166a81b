"""What a wire records beside the muscle: amplifier noise, hum, drift and movement artefacts."""

from __future__ import annotations

import numpy as np

from emgkit.model import FloatArray

AMPLIFIER_BAND_HZ = (10.0, 1500.0)
"""Band of the amplifier; its upper end is 0.45 of the sampling rate where that is lower."""
HUM_HARMONICS = {1: 1.0, 2: 0.15, 3: 0.35, 5: 0.15}
"""Amplitude of the mains frequency and its multiples, before scaling to the level asked for."""
DRIFT_HZ = (0.07, 0.5)
ARTEFACT_S = (0.04, 0.06)
"""Shortest and longest movement artefact: most of its energy then lies below 30 Hz."""


def amplifier(n_samples: int, rate_hz: float, rms_uv: float, rng: np.random.Generator) -> FloatArray:
    """Return band-limited Gaussian noise of shape (n_samples,) whose expected RMS is `rms_uv`."""
    low, high = AMPLIFIER_BAND_HZ[0], min(AMPLIFIER_BAND_HZ[1], 0.45 * rate_hz)
    size = n_samples + -n_samples % 1000  # a length without large prime factors transforms fast
    frequency = np.fft.rfftfreq(size, 1 / rate_hz)
    with np.errstate(divide="ignore"):
        gain = 1 / np.sqrt((1 + (low / frequency) ** 4) * (1 + (frequency / high) ** 8))
    gain /= np.sqrt(np.mean(gain**2))
    shaped = np.fft.irfft(np.fft.rfft(rng.standard_normal(size)) * gain, size)
    return np.asarray(rms_uv * shaped[:n_samples], dtype=np.float64)


def hum(
    n_samples: int, rate_hz: float, rms_uv: float, mains_hz: float, rng: np.random.Generator
) -> FloatArray:
    """Return mains hum with its harmonics below half the rate; RMS `rms_uv`, shape (n_samples,)."""
    time = np.arange(n_samples) / rate_hz
    phases = rng.uniform(0, 2 * np.pi, len(HUM_HARMONICS))
    total, power = np.zeros(n_samples), 0.0
    for (number, part), phase in zip(HUM_HARMONICS.items(), phases, strict=True):
        if number * mains_hz < rate_hz / 2:
            total += part * np.sin(2 * np.pi * number * mains_hz * time + phase)
            power += part**2 / 2
    return total * (rms_uv / np.sqrt(power)) if power else total


def drift(n_samples: int, rate_hz: float, rms_uv: float, rng: np.random.Generator) -> FloatArray:
    """Return a wandering baseline of three slow sines; RMS about `rms_uv`, shape (n_samples,)."""
    time = np.arange(n_samples) / rate_hz
    frequencies = rng.uniform(*DRIFT_HZ, 3)
    phases = rng.uniform(0, 2 * np.pi, 3)
    waves = np.sin(2 * np.pi * frequencies[:, None] * time + phases[:, None])
    return np.asarray(rms_uv * np.sqrt(2 / 3) * waves.sum(axis=0), dtype=np.float64)


def artefacts(
    n_samples: int, rate_hz: float, peak_uv: float, time_s: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Return a movement artefact after each of `time_s`, shape (n_samples,).

    One swing of the wire: a raised cosine of 40 to 60 ms, of either sign, `peak_uv` high give or take 30 %.
    """
    lengths = rng.uniform(*ARTEFACT_S, time_s.size)
    heights = peak_uv * rng.choice([-1.0, 1.0], time_s.size) * rng.uniform(0.7, 1.3, time_s.size)
    at = np.ceil(time_s * rate_hz).astype(np.int64)[:, None] + np.arange(int(ARTEFACT_S[1] * rate_hz) + 1)
    since = at / rate_hz - time_s[:, None]
    swing = heights[:, None] * np.sin(np.pi * np.clip(since / lengths[:, None], 0, 1)) ** 2
    inside = (at >= 0) & (at < n_samples)
    return np.bincount(at[inside], weights=swing[inside], minlength=n_samples).astype(np.float64)
