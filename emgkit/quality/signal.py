"""The signal of one trial, prepared once for all checks."""

import functools
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from emgkit.errors import InputError
from emgkit.model import BoolArray, FloatArray

AnyArray = TypeVar("AnyArray", FloatArray, BoolArray)

HIGH_PASS_HZ = 20.0
"""Below this, wire EMG has next to no power: what is there is offset, drift and movement of the cable."""
BLOCK_S = 0.05
MOST = 0.9
"""Part of a block that must lie in a burst for the block to count as one of it."""
HELD_BLOCKS = 4
MIN_STRETCH_S = 0.25
"""Root mean squares of less are too rough: at a bandwidth of 500 Hz the standard error is 4.5 %."""
LEAST_SHORT, ALIKE = 5, 3.0
"""So many bursts too short for a block are of muscle, if the 90th percentile of their levels is at most so
many times the 10th: crackle is of all sizes."""
MIN_DURATION_S = 1.0
"""Shorter trials hold no gait cycle, and too few periods of 50 Hz to tell hum from EMG."""
SMOOTH_S = 0.012
"""A moving mean over 12 ms keeps what lies below about 37 Hz, and of a potential of 5 ms next to nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """Samples, masks and the part above 20 Hz; arrays of shape (n_samples,)."""

    emg_uv: FloatArray
    rate_hz: float
    quiet: BoolArray
    active: BoolArray
    fast_uv: FloatArray | None
    """The part above 20 Hz (Butterworth, both ways); None if the trial is too short or the rate too low."""
    trial: str
    rms_uv: FloatArray
    """Root mean square above 20 Hz of each block of 50 ms, of shape (n_blocks,); empty without `fast_uv`."""
    noise_uv: float
    """Median of the blocks of quiet signal, which crackle in some of them does not move; without enough of
    them, the quietest fifth of all. NaN without `fast_uv`."""
    loud_uv: float
    """What the bursts reach: the 75th percentile of the blocks that lie in bursts, or what the loudest
    twentieth holds for 0.2 s, whichever is larger: crackle, which is short, hardly raises it. Where most
    bursts are too short for a block and much alike, at least their median. NaN without `fast_uv`."""
    ordered_uv: FloatArray
    """The samples, sorted."""
    levels_uv: FloatArray
    """The distinct values of the samples, sorted."""
    power_uv2: float
    """Mean square above 20 Hz; NaN without `fast_uv`."""
    quiet_uv2: float
    """The same of the quiet samples; NaN if there are none."""
    active_uv2: float
    """The same of the samples in bursts; NaN if there are none."""
    contact_s: FloatArray | None = None
    """Foot contacts that bound the strides, in order; None where no foot is looked at."""

    @property
    def why_no_fast(self) -> str:
        """A sentence for the checks that need a signal above 20 Hz where there is none."""
        if self.fast_uv is not None:
            return "The signal is constant."
        return "The recording is too short or its rate too low to look at this."

    def quantiles(self, *parts: float) -> tuple[float, ...]:
        """Return the values below which these parts of the samples lie."""
        at = np.asarray(parts) * (self.ordered_uv.size - 1)
        low = np.floor(at).astype(np.int64)
        below, above = self.ordered_uv[low], self.ordered_uv[np.ceil(at).astype(np.int64)]
        return tuple(float(value) for value in below + (at - low) * (above - below))


def prepare(
    emg_uv: FloatArray,
    rate_hz: float,
    *,
    quiet: BoolArray | None,
    active: BoolArray | None,
    trial: str,
    contact_s: FloatArray | None = None,
) -> Signal:
    """Hold the input to its shape, take the part above 20 Hz and measure how quiet and how loud it is.

    Raises
    ------
    InputError
        If the signal is empty, has more than one dimension or samples that are no numbers, if the rate is
        no positive number, or if a mask has another length than the signal.
    """
    emg_uv = np.asarray(emg_uv, dtype=np.float64)
    if emg_uv.ndim != 1 or emg_uv.size == 0:
        raise InputError(
            "the signal has no samples or more than one dimension",
            where=trial,
            found=emg_uv.shape,
            accepted="an array of shape (n_samples,)",
        )
    if not np.isfinite(rate_hz) or rate_hz <= 0:
        raise InputError("the rate is not a positive number", where=trial, found=rate_hz)
    n_bad = int(np.count_nonzero(~np.isfinite(emg_uv)))
    if n_bad:
        raise InputError("the signal has samples that are no numbers", where=trial, found=n_bad)
    masks = []
    for name, mask in (("quiet", quiet), ("active", active)):
        mask = np.zeros(emg_uv.size, dtype=np.bool_) if mask is None else np.asarray(mask, dtype=np.bool_)
        if mask.shape != emg_uv.shape:
            raise InputError(
                f"the mask {name!r} is not as long as the signal",
                where=trial,
                found=mask.shape,
                accepted=str(emg_uv.shape),
            )
        masks.append(mask)
    quiet_mask, active_mask = masks
    fast_uv = _fast(emg_uv, rate_hz)
    powers = [float("nan")] * 3
    rms_uv, noise_uv, loud_uv = np.zeros(0), float("nan"), float("nan")
    if fast_uv is not None:
        powers = [power(part) for part in (fast_uv, fast_uv[quiet_mask], fast_uv[active_mask])]
        rms_uv = np.sqrt(np.square(_cut(fast_uv, rate_hz)).mean(axis=1))
        noise_uv = float(np.percentile(rms_uv, 20))
        outside = _cut(quiet_mask, rate_hz).mean(axis=1) > MOST
        if np.count_nonzero(outside) * BLOCK_S >= MIN_STRETCH_S:
            noise_uv = float(np.median(rms_uv[outside]))
        inside = _cut(active_mask, rate_hz).mean(axis=1) > MOST
        held = np.min(np.lib.stride_tricks.sliding_window_view(rms_uv, HELD_BLOCKS), axis=1)
        loud_uv = float(np.percentile(held, 95))
        if inside.any():
            loud_uv = max(loud_uv, float(np.percentile(rms_uv[inside], 75)))
        loud_uv = max(loud_uv, _short_bursts_uv(fast_uv, active_mask, inside, float(rate_hz)))
    ordered_uv = np.sort(emg_uv)
    return Signal(
        emg_uv=emg_uv,
        rate_hz=float(rate_hz),
        quiet=quiet_mask,
        active=active_mask,
        fast_uv=fast_uv,
        trial=trial,
        rms_uv=rms_uv,
        noise_uv=noise_uv,
        loud_uv=loud_uv,
        ordered_uv=ordered_uv,
        levels_uv=ordered_uv[np.append(True, ordered_uv[1:] > ordered_uv[:-1])],
        power_uv2=powers[0],
        quiet_uv2=powers[1],
        active_uv2=powers[2],
        contact_s=contact_s,
    )


def _short_bursts_uv(fast_uv: FloatArray, active: BoolArray, inside: BoolArray, rate_hz: float) -> float:
    """Return the median level of the bursts that hold no block; 0 unless most are such, and much alike.

    Parameters
    ----------
    fast_uv, active : arrays of shape (n_samples,)
    inside : bool array of shape (n_blocks,)
        Which blocks lie in bursts.
    rate_hz : float
    """
    edges = np.flatnonzero(np.diff(active, prepend=False, append=False))
    middle = (np.flatnonzero(inside) + 0.5) * round(BLOCK_S * rate_hz)
    before = np.searchsorted(middle, edges)
    short = before[::2] == before[1::2]
    if np.count_nonzero(short) < max(LEAST_SHORT, short.size / 2):
        return 0.0
    # every second stretch between edges is a burst; the last edge may be the end of the recording
    energy = np.add.reduceat(np.square(fast_uv), edges[edges < fast_uv.size])[::2]
    level = np.sqrt(energy / np.diff(edges)[::2])[short]
    low, middle_uv, high = np.percentile(level, [10, 50, 90])
    return float(middle_uv) if high <= ALIKE * low else 0.0


def _cut(values: AnyArray, rate_hz: float) -> AnyArray:
    """Return whole blocks of 50 ms, of shape (n_blocks, n_samples)."""
    size = round(BLOCK_S * rate_hz)
    return values[: values.size // size * size].reshape(-1, size)


def _fast(emg_uv: FloatArray, rate_hz: float) -> FloatArray | None:
    if emg_uv.size < MIN_DURATION_S * rate_hz or rate_hz <= 4 * HIGH_PASS_HZ:
        return None
    # without its mean the filter has no step to ring on
    return above(HIGH_PASS_HZ, emg_uv - emg_uv.mean(), rate_hz)


def above(edge_hz: float, samples: FloatArray, rate_hz: float) -> FloatArray:
    """Return the part of the samples above a frequency (Butterworth, order 2, both ways)."""
    from scipy import signal

    return np.asarray(signal.sosfiltfilt(_sections(edge_hz, rate_hz), samples), dtype=np.float64)


@functools.lru_cache(maxsize=16)
def _sections(edge_hz: float, rate_hz: float) -> FloatArray:
    """Return the filter: its design takes a third of the time of its use."""
    from scipy import signal

    return np.asarray(signal.butter(2, edge_hz, "highpass", fs=rate_hz, output="sos"), dtype=np.float64)


def smoothed(s: Signal) -> FloatArray:
    """Return the moving mean over `SMOOTH_S`, in which artefacts and the heart are looked for."""
    from scipy import ndimage

    return ndimage.uniform_filter1d(s.emg_uv, max(2, round(SMOOTH_S * s.rate_hz)))


def power(samples: FloatArray) -> float:
    """Return the mean square; NaN of no samples."""
    return float(np.mean(np.square(samples))) if samples.size else float("nan")
