"""The rows of the tables `cycles` and `bursts` that one trial gives."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from emgkit import table_values, tables
from emgkit.found import AmplitudeReference, Cycles, Detection, Sensitivity
from emgkit.masks import filled
from emgkit.measures.assignment import Assigned
from emgkit.measures.magnitude import (
    Magnitude,
    Means,
    means_of,
    measure,
    net_mean,
    net_rms,
    power_ratio_db,
    sample_at,
    share_over,
)
from emgkit.model import BoolArray, FloatArray, IntArray

MIN_QUIET_S = 0.05
"""Less quiet signal than this does not give a noise level."""


@dataclass(frozen=True, eq=False)
class Signal:
    """The conditioned signal of a trial with what the detector says of it."""

    trial: str
    rate_hz: float
    emg_uv: FloatArray
    envelope_uv: FloatArray
    on: BoolArray
    quiet: BoolArray
    """Off, and outside the intervals of all edges."""
    active: BoolArray
    """On, and outside the intervals of all edges."""
    noise_uv: float
    """Root mean square of the quiet samples; NaN if there are too few."""

    @cached_property
    def rectified(self) -> Means:
        """Means of the absolute value, in microvolts."""
        return means_of(np.abs(self.emg_uv))

    @cached_property
    def power(self) -> Means:
        """Means of the square."""
        return means_of(self.emg_uv**2)

    def measure(self, start: IntArray, stop: IntArray) -> Magnitude:
        """Measure the signal over each [start, stop)."""
        return measure(self.rectified, self.power, self.envelope_uv, self.rate_hz, start, stop)


def signal_of(
    trial: str, emg_uv: FloatArray, envelope_uv: FloatArray, rate_hz: float, found: Detection
) -> Signal:
    """Join the conditioned signal with what a detector found in it."""
    n = emg_uv.size
    quiet = ~mask_of(
        np.fmin(found.onset_low_s, found.onset_s), np.fmax(found.offset_high_s, found.offset_s), rate_hz, n
    )
    active = mask_of(
        np.fmax(found.onset_high_s, found.onset_s), np.fmin(found.offset_low_s, found.offset_s), rate_hz, n
    )
    return Signal(
        trial=trial,
        rate_hz=rate_hz,
        emg_uv=emg_uv,
        envelope_uv=envelope_uv,
        on=mask_of(found.onset_s, found.offset_s, rate_hz, n),
        quiet=quiet,
        active=active,
        noise_uv=noise_rms(emg_uv, quiet, rate_hz),
    )


def mask_of(start_s: FloatArray, stop_s: FloatArray, rate_hz: float, n_samples: int) -> BoolArray:
    """Return whether each sample lies in any [start_s, stop_s); shape (n_samples,)."""
    start = sample_at(start_s, rate_hz, n_samples)
    stop = np.maximum(start, sample_at(stop_s, rate_hz, n_samples))
    return filled(start, stop, n_samples)


def noise_rms(emg_uv: FloatArray, quiet: BoolArray, rate_hz: float) -> float:
    """Return the root mean square of the quiet samples; NaN below `MIN_QUIET_S`."""
    if np.count_nonzero(quiet) < MIN_QUIET_S * rate_hz:
        return float("nan")
    return float(np.sqrt(np.mean(emg_uv[quiet] ** 2)))


def cycle_table(
    signal: Signal,
    cycles: Cycles,
    assigned: Assigned,
    reference: AmplitudeReference,
    edited: BoolArray | None = None,
) -> pd.DataFrame:
    """Return the table `cycles` of one trial; `edited` tells which of them a person touched, None if none.

    A cycle without an end, or that is not recorded whole, has no magnitude and no number of bursts.
    """
    n = signal.emg_uv.size
    n_cycles = cycles.start_s.size
    recorded = (cycles.start_s >= 0) & (cycles.end_s <= n / signal.rate_hz)  # False where the end is NaN
    start = sample_at(cycles.start_s, signal.rate_hz, n)
    stop = np.where(recorded, sample_at(cycles.end_s, signal.rate_hz, n), start)
    magnitude = signal.measure(start, stop)
    duration = cycles.end_s - cycles.start_s
    return table_values.build(
        "cycles",
        {
            "trial": [signal.trial] * n_cycles,
            "cycle": np.arange(1, n_cycles + 1),
            "side": [cycles.side or tables.NOT_RECORDED] * n_cycles,
            "start_s": cycles.start_s,
            "end_s": cycles.end_s,
            "duration_s": duration,
            "foot_off_pct": 100 * (cycles.foot_off_s - cycles.start_s) / duration,
            "used": cycles.used,
            "reason": list(cycles.reason),
            "n_bursts": _integers(
                np.bincount(assigned.cycle[assigned.cycle >= 0], minlength=n_cycles), ~recorded
            ),
            "active_pct": 100 * share_over(signal.on, start, stop),
            "mean_uv": magnitude.mean_uv,
            "peak_uv": magnitude.peak_uv,
            "rms_uv": magnitude.rms_uv,
            "iemg_uvs": np.where(stop > start, magnitude.iemg_uvs, np.nan),
            "snr_db": power_ratio_db(signal.emg_uv, signal.on, signal.noise_uv, start, stop),
            "reason_detail": list(cycles.reason_detail) or ["none"] * n_cycles,
            "contact_sequence": list(cycles.sequence) or [tables.NOT_RECORDED] * n_cycles,
            "contact_form": list(cycles.form) or [tables.NOT_RECORDED] * n_cycles,
            "net_rms_uv": net_rms(magnitude.rms_uv, signal.noise_uv),
            "mean_pct_ref": 100 * magnitude.mean_uv / reference.mean_uv,
            "edited": np.zeros(n_cycles, dtype=np.bool_) if edited is None else edited,
        },
    )


def burst_table(
    signal: Signal,
    detection: Detection,
    assigned: Assigned,
    sensitivity: Sensitivity,
    reference: AmplitudeReference,
    edited: BoolArray | None = None,
) -> pd.DataFrame:
    """Return the table `bursts` of one trial; `edited` tells which a person moved or added, None if none."""
    n = signal.emg_uv.size
    n_bursts = detection.onset_s.size
    start = sample_at(detection.onset_s, signal.rate_hz, n)
    stop = sample_at(detection.offset_s, signal.rate_hz, n)
    magnitude = signal.measure(start, stop)
    outside = assigned.cycle < 0
    half_sample_s = 0.5 / signal.rate_hz
    cut_start = detection.onset_s < half_sample_s
    cut_end = detection.offset_s > n / signal.rate_hz - half_sample_s
    return table_values.build(
        "bursts",
        {
            "trial": [signal.trial] * n_bursts,
            "cycle": _integers(assigned.cycle + 1, outside),
            "burst": _integers(assigned.number, outside),
            "onset_s": detection.onset_s,
            "offset_s": detection.offset_s,
            "onset_pct": assigned.onset_pct,
            "offset_pct": assigned.offset_pct,
            "onset_low_pct": assigned.onset_low_pct,
            "onset_high_pct": assigned.onset_high_pct,
            "offset_low_pct": assigned.offset_low_pct,
            "offset_high_pct": assigned.offset_high_pct,
            "duration_s": detection.offset_s - detection.onset_s,
            "wraps": assigned.wraps,
            "mean_uv": magnitude.mean_uv,
            "peak_uv": magnitude.peak_uv,
            "iemg_uvs": magnitude.iemg_uvs,
            "mean_pct_ref": 100 * magnitude.mean_uv / reference.mean_uv,
            "edited": np.zeros(n_bursts, dtype=np.bool_) if edited is None else edited,
            "onset_low_s": detection.onset_low_s,
            "onset_high_s": detection.onset_high_s,
            "offset_low_s": detection.offset_low_s,
            "offset_high_s": detection.offset_high_s,
            "cut": np.select(
                [cut_start & cut_end, cut_start, cut_end], ["both", "start", "end"], default="none"
            ),
            "onset_shift_ms": 1000 * sensitivity.onset_shift_s,
            "offset_shift_ms": 1000 * sensitivity.offset_shift_s,
            "robustness": list(sensitivity.robustness),
            "rms_uv": magnitude.rms_uv,
            "net_rms_uv": net_rms(magnitude.rms_uv, signal.noise_uv),
            "net_mean_uv": net_mean(magnitude.mean_uv, magnitude.rms_uv, signal.noise_uv),
            "rms_pct_ref": 100 * magnitude.rms_uv / reference.rms_uv,
            "verdict": [tables.NOT_ASSESSED] * n_bursts,  # known when all trials are checked
            "probability": (
                np.full(n_bursts, np.nan) if detection.probability is None else detection.probability
            ),
        },
    )


def _integers(values: IntArray, missing: BoolArray) -> pd.arrays.IntegerArray:
    return pd.arrays.IntegerArray(values.astype(np.int64), missing.copy())
