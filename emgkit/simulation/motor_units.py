"""Wire EMG from a pool of motor units, of which the wire picks up a few tens.

A burst is an excitation that rises from 0 at its onset and is back at 0 at its offset. The unit that is
recruited first has the threshold 0, so the support of the excitation is the support of the muscle's activity.
Two conventions make the truth of an edge sharp enough to be held against a detector:

- the first unit discharges at the onset itself, and its last potential ends at the offset;
- no unit discharges so late that its potential would reach beyond the offset.

All discharges are drawn in continuous time, so they are the same at every sampling rate.

References
----------
Fuglevand AJ, Winter DA, Patla AE (1993). Models of recruitment and rate coding organization in motor-unit
pools. J Neurophysiol 70(6):2470-2488. DOI 10.1152/jn.1993.70.6.2470.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit.model import FloatArray, IntArray

THRESHOLD_RANGE = 30.0
"""Highest over lowest recruitment threshold before the shift that brings the lowest to 0."""
LAST_RECRUITED = 0.6
"""Excitation at which the last unit is recruited."""
MIN_RATE_HZ = 8.0
PEAK_RATES_HZ = (35.0, 25.0)
"""Peak rates of the first and of the last unit recruited."""
RATE_GAIN_HZ = 45.0
"""Rise of the rate per unit of excitation above the threshold."""
ISI_CV, ISI_LIMITS = 0.2, (0.4, 1.6)
"""Spread of the interspike intervals and the limits that none leaves, in parts of the mean interval."""
SHAPE_CV = 0.04
"""Spread of a unit's amplitude from one discharge to the next: the wire moves a little."""
INTERNAL_HZ = 10_000.0
_CELL_S = 1e-3
_N_FIBRES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Motor units within the pick-up of one wire; arrays of shape (n_units,) or (n_units, n_fibres)."""

    threshold: FloatArray
    """Excitation at which a unit is recruited, ascending from 0."""
    peak_rate_hz: FloatArray
    amplitude: FloatArray
    """Peak of the unit's potential; the largest of the pool is 1."""
    duration_s: FloatArray
    """Length of the unit's potential; it is 0 outside."""
    delay_s: FloatArray
    width_s: FloatArray
    first_weight: FloatArray
    second_weight: FloatArray
    """Weights of the first and second derivative of a Gaussian in the potential of each group of fibres."""


@dataclass(frozen=True, slots=True, eq=False)
class Bursts:
    """Bursts of excitation in order of time, not overlapping; arrays of shape (n_bursts,)."""

    onset_s: FloatArray
    offset_s: FloatArray
    level: FloatArray
    """Highest excitation of the burst, 0 to 1."""


def make_pool(n_units: int, rng: np.random.Generator) -> Pool:
    """Draw a pool of motor units around a fine wire.

    Notes
    -----
    Thresholds spread exponentially, (R^(i/(n-1)) - 1) / (R - 1) x `LAST_RECRUITED`. The units lie at random
    in a disc of 1 mm around the bared tips; amplitude falls with the square of the distance and far units are
    wider. A potential is a sum of derivatives of Gaussians, 4 to 8 ms long. The first unit is given a place
    among the nearer third, so that the edge of a burst is seen by the wire.
    """
    rank = np.arange(n_units) / max(n_units - 1, 1)
    threshold = LAST_RECRUITED * (THRESHOLD_RANGE**rank - 1) / (THRESHOLD_RANGE - 1)
    distance_mm = np.sqrt(rng.uniform(0.2**2, 1.0, n_units))
    near = int(np.argsort(distance_mm, kind="stable")[n_units // 4])
    distance_mm[[0, near]] = distance_mm[[near, 0]]
    amplitude = distance_mm**-2.0
    duration = rng.uniform(4e-3, 8e-3, n_units)
    shape = (n_units, _N_FIBRES)
    width = (0.35e-3 + 0.55e-3 * distance_mm[:, None]) * rng.uniform(0.5, 1.3, shape)
    width = np.minimum(width, duration[:, None] / 7)
    delay = 3.2 * width + rng.uniform(0, 1, shape) * (duration[:, None] - 6.4 * width)
    weight = rng.uniform(0.3, 1.0, shape) * rng.choice([-1.0, 1.0, 1.0], shape)
    mix = rng.uniform(0.4, 1, shape)
    first, last = PEAK_RATES_HZ
    return Pool(
        threshold=threshold,
        peak_rate_hz=first + (last - first) * rank,
        amplitude=amplitude / amplitude.max(),
        duration_s=duration,
        delay_s=delay,
        width_s=width,
        first_weight=weight * mix,
        second_weight=weight * (1 - mix),
    )


def excitation(time_s: FloatArray, bursts: Bursts, ramp_s: float) -> FloatArray:
    """Return the excitation, 0 to 1, at the times `time_s` (array of any shape, in seconds).

    It rises linearly over `ramp_s` (at most half the burst), arches a little, and falls as it rose.
    """
    if bursts.onset_s.size == 0:
        return np.zeros_like(time_s)
    at = np.clip(np.searchsorted(bursts.onset_s, time_s, side="right") - 1, 0, None)
    since = time_s - bursts.onset_s[at]
    length = bursts.offset_s[at] - bursts.onset_s[at]
    ramp = np.minimum(max(ramp_s, _CELL_S), length / 2)
    rise = np.clip(np.minimum(since, length - since) / ramp, 0, 1)
    arch = 0.6 + 0.4 * np.sin(np.pi * np.clip(since / length, 0, 1))
    return np.asarray(bursts.level[at] * rise * arch, dtype=np.float64)


def discharges(
    pool: Pool, bursts: Bursts, ramp_s: float, rng: np.random.Generator
) -> tuple[IntArray, FloatArray]:
    """Draw the discharges of every unit in every burst.

    Parameters
    ----------
    pool : Pool
    bursts : Bursts
        Each at least 20 ms long.
    ramp_s : float
        Length of the rise and of the fall of the excitation, in seconds.
    rng : numpy.random.Generator

    Returns
    -------
    unit : int array of shape (n_discharges,)
    time_s : float array of shape (n_discharges,)
        When the potential of the unit begins.

    Notes
    -----
    A unit fires while the excitation is above its threshold, at min(peak, `MIN_RATE_HZ` + `RATE_GAIN_HZ` x
    (excitation - threshold)). Intervals are Gaussian in the units' own phase, the integral of the rate, so
    that they follow a changing rate; phase is turned into time by inverting that integral.
    """
    if bursts.onset_s.size == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    # Cells of 1 ms that begin at each onset: the edges are exact whatever the sampling rate
    counts = np.ceil((bursts.offset_s - bursts.onset_s) / _CELL_S - 1e-9).astype(np.int64)
    burst = np.repeat(np.arange(counts.size), counts)
    first_cell = np.concatenate([[0], np.cumsum(counts)[:-1]])
    start = bursts.onset_s[burst] + (np.arange(burst.size) - first_cell[burst]) * _CELL_S
    width = np.minimum(_CELL_S, bursts.offset_s[burst] - start)
    drive = excitation(start + width / 2, bursts, ramp_s)
    new_burst = np.zeros(burst.size, dtype=np.bool_)
    new_burst[first_cell] = True

    units, times = [], []
    for i in range(pool.threshold.size):  # over units, not samples
        latest = bursts.offset_s - pool.duration_s[i]
        active = (drive > pool.threshold[i]) & (start + width <= latest[burst])
        rate = np.minimum(pool.peak_rate_hz[i], MIN_RATE_HZ + RATE_GAIN_HZ * (drive - pool.threshold[i]))
        rate = np.where(active, rate, 0.0)
        phase = np.concatenate([[0.0], np.cumsum(rate * width)])
        before = np.concatenate([[False], active[:-1]]) & ~new_burst
        begin = np.flatnonzero(active & ~before)
        after = np.concatenate([active[1:], [False]]) & ~np.concatenate([new_burst[1:], [True]])
        end = np.flatnonzero(active & ~after) + 1
        total = phase[end] - phase[begin]
        if i == 0:
            at = _bridged(total, rng)
            times.append(np.concatenate([bursts.onset_s, latest]))
        else:
            at = _renewed(total, rng)
        drawn = at + phase[begin][:, None]
        drawn = drawn[at < total[:, None]]
        # in a stretch without phase, "right" finds its end: the beginning of the run that the phase is in
        cell = np.searchsorted(phase, drawn, side="right") - 1
        times.append(start[cell] + (drawn - phase[cell]) / rate[cell])
        size = times[-1].size + (2 * bursts.onset_s.size if i == 0 else 0)
        units.append(np.full(size, i, dtype=np.int64))
    return np.concatenate(units), np.concatenate(times)


def _intervals(total: FloatArray, rng: np.random.Generator) -> FloatArray:
    columns = int(np.ceil(total.max(initial=0) / ISI_LIMITS[0])) + 2
    return np.clip(1 + ISI_CV * rng.standard_normal((total.size, columns)), *ISI_LIMITS)


def _renewed(total: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Phases of discharges, one row a run; the first comes soon after recruitment."""
    intervals = _intervals(total, rng)
    intervals[:, 0] = rng.uniform(0.0, 0.3, total.size)
    return np.asarray(np.cumsum(intervals, axis=1), dtype=np.float64)


def _bridged(total: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Phases between a discharge at 0 and one at `total`, both left out; infinite where there is none."""
    intervals = _intervals(total, rng)
    number = np.maximum(np.rint(total), 1)[:, None]
    column = np.arange(intervals.shape[1])
    sums = np.cumsum(intervals, axis=1)
    whole = np.where(column < number, intervals, 0).sum(axis=1, keepdims=True)
    return np.where(column < number - 1, sums * total[:, None] / whole, np.inf)


def potentials(pool: Pool, rate_hz: float) -> FloatArray:
    """Return the potential of each unit, shape (n_units, n_samples), from the discharge on.

    The largest potential of the pool has the peak 1; each is 0 from its own duration on.
    """
    time = np.arange(int(np.ceil(pool.duration_s.max() * rate_hz)) + 1) / rate_hz
    u = (time - pool.delay_s[..., None]) / pool.width_s[..., None]
    bell = np.exp(-(u**2) / 2)
    first = np.sqrt(np.e) * u * bell  # peaks of 1
    second = (1 - u**2) * bell
    wave = (pool.first_weight[..., None] * first + pool.second_weight[..., None] * second).sum(axis=1)
    # a short taper at both ends, so that a potential begins and ends at 0
    inside = np.minimum(time, pool.duration_s[:, None] - time) / 0.4e-3
    wave *= np.sin(np.pi / 2 * np.clip(inside, 0, 1)) ** 2
    return np.asarray(
        wave / np.abs(wave).max(axis=1, keepdims=True) * pool.amplitude[:, None], dtype=np.float64
    )


def synthesize(
    pool: Pool,
    unit: IntArray,
    time_s: FloatArray,
    *,
    rate_hz: float,
    n_samples: int,
    rng: np.random.Generator,
) -> FloatArray:
    """Return the signal of the wire without noise, shape (n_samples,), largest potential of the pool 1.

    Potentials are summed at `INTERNAL_HZ` or more and brought to `rate_hz` through a zero-phase low-pass of
    four output samples to either side, so that what lies above half the rate does not fold back.
    """
    if unit.size == 0:
        return np.zeros(n_samples)
    factor = max(1, int(np.ceil(INTERNAL_HZ / rate_hz)))
    fine_hz = rate_hz * factor
    waves = potentials(pool, fine_hz)
    first = np.rint(time_s * fine_hz).astype(np.int64)
    scale = 1 + SHAPE_CV * rng.standard_normal(unit.size)
    at = first[:, None] + np.arange(waves.shape[1])
    inside = (at >= 0) & (at < n_samples * factor)
    weights = (waves[unit] * scale[:, None])[inside]
    signal: FloatArray = np.bincount(at[inside], weights, n_samples * factor).astype(np.float64)
    if factor == 1:
        return signal
    # windowed sinc, cut at 0.45 of the sampling rate
    lag = np.arange(-4 * factor, 4 * factor + 1)
    low_pass = np.sinc(0.9 * lag / factor) * np.hamming(lag.size)
    return np.asarray(np.convolve(signal, low_pass / low_pass.sum(), mode="same")[::factor], dtype=np.float64)
