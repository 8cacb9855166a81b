"""Faults of a wire that lie at a place in time, put into a simulated recording at a graded severity.

Each `Fault` knows the check that has to find it and from which severity on. `FAULTS` holds them by name.
"""

from __future__ import annotations

import hashlib
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from emgkit.errors import InputError
from emgkit.model import BoolArray, FloatArray, IntArray, Recording, frozen
from emgkit.simulation import noise

Generator = np.random.Generator


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault.

    Attributes
    ----------
    name : str
    check : str
        Name of the check that has to find it.
    unit : str
        Unit of the severity, in words.
    severities : tuple of float
        Graded, from one that does no harm to one that nobody overlooks.
    limit : float
        Severity from which on the check has to find it.
    inject : callable
        ``inject(rec, severity, rng)`` returns the recording with the fault in it; its truth stays.
    least_rate_hz : float
        Below this rate the fault means nothing.
    """

    name: str
    check: str
    unit: str
    severities: tuple[float, ...]
    limit: float
    inject: Callable[[Recording, float, Generator], Recording]
    least_rate_hz: float = 0.0


def with_signal(rec: Recording, emg_uv: FloatArray) -> Recording:
    """Return the recording with another signal and the hash of it."""
    emg_uv = frozen(emg_uv)
    source = replace(rec.source, _sha256=hashlib.sha256(emg_uv.tobytes()).hexdigest())
    return replace(rec, emg_uv=emg_uv, source=source)


def in_bursts(rec: Recording) -> BoolArray:
    """Return which samples lie in the true bursts, shape (n_samples,).

    Raises
    ------
    InputError
        If the recording has no truth, or no burst: a severity would mean nothing.
    """
    if rec.truth is None or rec.truth.onset_s.size == 0:
        raise InputError("faults are put into simulated recordings with bursts", where=rec.source.name)
    time_s = np.arange(rec.emg_uv.size) / rec.rate_hz
    # on between an onset and its offset: one more onset than offsets has passed
    begun = np.searchsorted(rec.truth.onset_s, time_s, side="right")
    ended = np.searchsorted(rec.truth.offset_s, time_s, side="right")
    return np.asarray(begun > ended, dtype=np.bool_)


def levels(rec: Recording) -> tuple[float, float]:
    """Return the root mean square of the noise, hum included, and of the signal in the bursts, in microvolts.

    Raises
    ------
    InputError
        If the recording has no truth, or no burst.
    """
    burst_uv = float(np.sqrt(np.mean(np.square(rec.emg_uv[in_bursts(rec)]))))
    assert rec.truth is not None
    given = rec.truth.parameters
    return float(np.hypot(given["noise_uv"], given["hum_uv"])), burst_uv


def clipping(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Cut off `severity` percent of the samples at two hard rails, not the same on both sides."""
    upper = rng.uniform(0.2, 0.8) * severity
    return with_signal(rec, np.clip(rec.emg_uv, *_rails(rec.emg_uv, severity - upper, upper)))


def clipping_in_counts(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Cut off `severity` percent of the samples in whole counts of a converter of 10 to 14 bits."""
    low, high = _rails(rec.emg_uv, severity / 2, severity / 2)
    step_uv = (high - low) / 2 ** rng.integers(10, 15)
    return with_signal(rec, step_uv * np.round(np.clip(rec.emg_uv, low, high) / step_uv))


def soft_rail(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Let an amplifier saturate on one side for `severity` percent of the samples, its noise on the rail."""
    up = 1.0 if rng.random() < 0.5 else -1.0
    _, rail = _rails(up * rec.emg_uv, 0.0, severity)
    noise_uv = 0.0005 * rng.uniform(0.5, 1.5) * float(np.ptp(rec.emg_uv))
    signal = np.minimum(up * rec.emg_uv, rail) + noise_uv * rng.standard_normal(rec.emg_uv.size)
    return with_signal(rec, up * signal)


def railing(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Hold the signal at one rail for `severity` percent of the time, in stretches of 0.1 to 0.4 s."""
    low, high = _rails(rec.emg_uv, 0.0, 0.0)
    held = _stretches(rec, severity, (0.1, 0.4), rng)
    rail_uv = rng.choice([-1.0, 1.0]) * 1.2 * max(-low, high)
    return with_signal(rec, np.where(held, rail_uv, rec.emg_uv))


def flat_line(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Hold the last value for `severity` percent of the time, in stretches of 0.1 to 1 s."""
    flat = _stretches(rec, severity, (0.1, 1.0), rng)
    last = np.maximum.accumulate(np.where(flat, 0, np.arange(flat.size)))
    return with_signal(rec, rec.emg_uv[last])


def open_wire(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Replace the muscle for `severity` percent of the time by hum and drift above its bursts."""
    noise_uv, burst_uv = levels(rec)
    n, rate = rec.emg_uv.size, rec.rate_hz
    mains_hz = rng.choice([50.0, 60.0]) + rng.uniform(-0.2, 0.2)
    air = noise.hum(n, rate, burst_uv * rng.uniform(1, 5), mains_hz, rng)
    air += noise.drift(n, rate, burst_uv * rng.uniform(0.5, 5), rng)
    air += noise.amplifier(n, rate, noise_uv, rng)
    length_s = severity / 100 * n / rate
    return with_signal(rec, np.where(_stretches(rec, severity, (length_s, length_s), rng), air, rec.emg_uv))


def crackle(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Let the contact come and go `severity` times a minute: gaps, jumps and spikes of many sizes.

    Each event lasts 20 to 120 ms. The muscle is missing in it, the level jumps, and single samples to 3 ms
    spikes stand on it; the largest of jumps and spikes is 20 to 300 times the level of the bursts.
    """
    _, burst_uv = levels(rec)
    rate = rec.rate_hz
    start, stop = _events(rec, severity, (0.02, 0.12), rng)
    signal = rec.emg_uv.copy()
    for a, b in zip(start, stop, strict=True):
        size_uv = burst_uv * 10 ** rng.uniform(1.3, 2.5)
        level = (
            rng.uniform(-0.5, 0.5) * size_uv * np.exp(-np.arange(b - a) / (rng.uniform(0.01, 0.05) * rate))
        )
        at = rng.integers(0, b - a, int(rng.integers(3, 12)))
        height = rng.choice([-1.0, 1.0], at.size) * size_uv * 10 ** rng.uniform(-2.0, 0.0, at.size)
        height[0] = size_uv
        spikes = np.bincount(at, height, minlength=b - a)
        width = max(1, round(rng.uniform(0.0003, 0.003) * rate))
        signal[a:b] = level + np.convolve(spikes, np.ones(width), mode="full")[: b - a]
    return with_signal(rec, signal)


def drop_outs(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Lose the wire `severity` times a minute for 30 to 80 ms: what is left is 3 % of its noise."""
    noise_uv, _ = levels(rec)
    gone = _filled(rec, *_events(rec, severity, (0.03, 0.08), rng))
    rest = 0.03 * noise_uv * rng.standard_normal(rec.emg_uv.size)
    return with_signal(rec, np.where(gone, rest, rec.emg_uv))


def baseline_step(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Shift the level four times by `severity` times the level of the bursts; it stays or creeps back.

    Coupling of the amplifier takes the level back with a time constant of 0.5 to 5 s.
    """
    _, burst_uv = levels(rec)
    time_s = np.arange(rec.emg_uv.size) / rec.rate_hz
    at_s = np.linspace(0.1, 0.9, 4) * time_s[-1] + rng.uniform(-0.5, 0.5, 4)
    height = severity * burst_uv * rng.choice([-1.0, 1.0], 4)
    since = time_s - at_s[:, None]
    shifted = height[:, None] * np.where(since >= 0, np.exp(-np.maximum(since, 0) / rng.uniform(0.5, 5.0)), 0)
    return with_signal(rec, rec.emg_uv + shifted.sum(axis=0))


def movement_artefact(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Add a swing at most contacts, `severity` times the level of the bursts high before any filter.

    It begins within 10 ms, swings at 8 to 16 Hz and dies away within 40 to 80 ms; seven to ten of ten
    contacts have one, 5 to 40 ms after the contact.
    """
    _, burst_uv = levels(rec)
    assert rec.truth is not None
    contact_s = rec.truth.contact_s
    some = rng.random(contact_s.size) < rng.uniform(0.7, 1.0)
    signal = rec.emg_uv.copy()
    swing_hz, fade_s, rise_s = rng.uniform(8, 16), rng.uniform(0.04, 0.08), rng.uniform(0.004, 0.01)
    since = np.arange(round(0.4 * rec.rate_hz)) / rec.rate_hz
    swing = (
        np.sin(2 * np.pi * swing_hz * since + 0.3) * np.exp(-since / fade_s) * np.minimum(since / rise_s, 1)
    )
    swing *= severity * burst_uv / np.abs(swing).max()
    for t in contact_s[some] + rng.uniform(0.005, 0.04):
        a = round(t * rec.rate_hz)
        part = signal[a : a + swing.size]
        part += rng.uniform(0.7, 1.3) * swing[: part.size]
    return with_signal(rec, signal)


def heart(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Add the heart at 55 to 130 beats a minute, its complexes `severity` times the noise high.

    A complex is a sharp up and down of 80 ms with a slow wave behind it; the intervals vary by 4 %.
    """
    noise_uv, _ = levels(rec)
    rate, n = rec.rate_hz, rec.emg_uv.size
    interval_s = 60 / rng.uniform(55, 130)
    beats = np.cumsum(interval_s * (1 + 0.04 * rng.standard_normal(int(n / rate / interval_s) + 2)))
    t = np.arange(-0.1, 0.35, 1 / rate)
    peak, slow = np.exp(-0.5 * (t / 0.01) ** 2), np.exp(-0.5 * ((t - 0.22) / 0.04) ** 2)
    dips = 0.25 * (np.exp(-0.5 * ((t + 0.025) / 0.009) ** 2) + 1.4 * np.exp(-0.5 * ((t - 0.028) / 0.01) ** 2))
    shape = rng.choice([-1.0, 1.0]) * severity * noise_uv * (peak - dips + 0.2 * slow)
    impulses = np.bincount(np.rint(beats * rate).astype(np.int64), minlength=n + shape.size)
    return with_signal(rec, rec.emg_uv + np.convolve(impulses, shape)[shape.size : shape.size + n])


def rectified(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Rectify the signal, and smooth it by a moving mean over `severity` milliseconds; 0 for none."""
    width = max(1, round(severity / 1000 * rec.rate_hz))
    smooth = np.convolve(np.abs(rec.emg_uv - np.median(rec.emg_uv)), np.ones(width) / width, mode="same")
    return with_signal(rec, smooth)


def hum(rec: Recording, severity: float, rng: Generator) -> Recording:
    """Add hum that holds `severity` percent of the power of the recording, within 0.4 Hz of 50 or 60 Hz."""
    mains_hz = rng.choice([50.0, 60.0]) + rng.uniform(-0.4, 0.4)
    part = min(severity, 99.0) / 100
    rms_uv = float(np.sqrt(np.var(rec.emg_uv) * part / (1 - part)))
    added = noise.hum(rec.emg_uv.size, rec.rate_hz, rms_uv, mains_hz, rng)
    return with_signal(rec, rec.emg_uv + added)


def _rails(emg_uv: FloatArray, below_pct: float, above_pct: float) -> tuple[float, float]:
    low, high = np.percentile(emg_uv, [below_pct, 100 - above_pct])
    return float(low), float(high)


def _stretches(rec: Recording, share_pct: float, length_s: tuple[float, float], rng: Generator) -> BoolArray:
    """Draw stretches without overlap that hold `share_pct` of the recording; shape (n_samples,)."""
    n = rec.emg_uv.size
    left = round(share_pct / 100 * n)
    lengths: list[int] = []
    while left > 0:
        length = max(2, round(rng.uniform(*length_s) * rec.rate_hz))
        # what is too short for a stretch of its own lengthens the last one
        lengths.append(left if left - length < length_s[0] * rec.rate_hz else length)
        left -= lengths[-1]
    # the room that is left is shared out at random before, between and behind them
    cuts = np.sort(rng.integers(0, n - sum(lengths) + 1, len(lengths)))
    start = cuts + np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    return _filled(rec, start, start + np.array(lengths, dtype=np.int64))


def _events(
    rec: Recording, per_min: float, length_s: tuple[float, float], rng: Generator
) -> tuple[IntArray, IntArray]:
    """Draw start and stop of events, each in a stretch of its own, half a second from either end."""
    room_s = rec.duration_s - 1.0
    count = max(1, round(per_min / 60 * rec.duration_s))
    slot_s = room_s / count
    length = np.minimum(rng.uniform(*length_s, count), 0.8 * slot_s)
    start_s = 0.5 + slot_s * np.arange(count) + rng.uniform(0, 1, count) * (slot_s - length)
    start = np.rint(start_s * rec.rate_hz).astype(np.int64)
    return start, start + np.maximum(np.rint(length * rec.rate_hz).astype(np.int64), 2)


def _filled(rec: Recording, start: IntArray, stop: IntArray) -> BoolArray:
    change = np.zeros(rec.emg_uv.size + 1, dtype=np.int64)
    np.add.at(change, start, 1)
    np.add.at(change, stop, -1)
    return np.cumsum(change[:-1]) > 0


_OF_SAMPLES, _OF_TIME = "% of the samples", "% of the time"
_OF_BURSTS = "times the level of the bursts"
FAULTS: Mapping[str, Fault] = types.MappingProxyType(
    {
        fault.name: fault
        for fault in (
            Fault("clipping", "clipping", _OF_SAMPLES, (0.02, 0.05, 0.1, 0.3, 1.0, 5.0), 0.1, clipping),
            Fault(
                "clipping_in_counts",
                "clipping",
                _OF_SAMPLES,
                (0.02, 0.05, 0.1, 0.3, 1.0, 5.0),
                0.1,
                clipping_in_counts,
            ),
            Fault("soft_rail", "clipping", _OF_SAMPLES, (0.05, 0.1, 0.3, 1.0, 3.0, 10.0), 0.3, soft_rail),
            Fault("railing", "clipping", _OF_TIME, (0.1, 0.3, 1.0, 3.0, 10.0), 0.3, railing),
            Fault("flat_line", "flat_line", _OF_TIME, (0.3, 0.6, 1.0, 3.0, 10.0, 30.0), 1.0, flat_line),
            Fault("open_wire", "open_wire", _OF_TIME, (2.0, 5.0, 10.0, 20.0, 50.0, 100.0), 10.0, open_wire),
            Fault(
                "crackle",
                "intermittent_contact",
                "per min",
                (2.0, 5.0, 10.0, 20.0, 40.0, 80.0),
                10.0,
                crackle,
            ),
            Fault(
                "drop_outs",
                "intermittent_contact",
                "per min",
                (2.0, 5.0, 10.0, 20.0, 40.0, 80.0),
                10.0,
                drop_outs,
            ),
            Fault(
                "baseline_step",
                "baseline_step",
                _OF_BURSTS,
                (0.5, 1.0, 2.0, 3.0, 5.0, 10.0),
                3.0,
                baseline_step,
            ),
            Fault(
                "movement_artefact",
                "movement_artefact",
                _OF_BURSTS,
                (0.5, 1.0, 2.0, 4.0, 8.0, 16.0),
                8.0,
                movement_artefact,
            ),
            Fault("ecg", "ecg", "times the noise", (1.0, 3.0, 5.0, 8.0, 12.0, 20.0), 12.0, heart),
            Fault(
                "rectified",
                "rectified",
                "ms of smoothing",
                (0.0, 5.0, 20.0, 50.0, 200.0),
                0.0,
                rectified,
            ),
            Fault("hum", "hum", "% of the power", (1.0, 3.0, 6.0, 10.0, 30.0, 60.0), 6.0, hum),
        )
    }
)
"""Every fault that lies at a place in time, or that the shape of the signal shows, by name."""
