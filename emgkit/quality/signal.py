"""The signal of one trial, prepared once for all checks."""

from dataclasses import dataclass

import numpy as np

from emgkit.errors import InputError
from emgkit.model import BoolArray, FloatArray

HIGH_PASS_HZ = 20.0
"""Below this, wire EMG has next to no power: what is there is offset, drift and movement of the cable."""
MIN_DURATION_S = 1.0
"""Shorter trials hold no gait cycle, and too few periods of 50 Hz to tell hum from EMG."""


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

    @property
    def why_no_fast(self) -> str:
        """A sentence for the checks that need `fast_uv` where there is none."""
        return "The recording is too short or its rate too low to look at this."


def prepare(
    emg_uv: FloatArray, rate_hz: float, *, quiet: BoolArray | None, active: BoolArray | None, trial: str
) -> Signal:
    """Hold the input to its shape and take the part above 20 Hz.

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
    return Signal(emg_uv, float(rate_hz), masks[0], masks[1], _fast(emg_uv, rate_hz), trial)


def _fast(emg_uv: FloatArray, rate_hz: float) -> FloatArray | None:
    if emg_uv.size < MIN_DURATION_S * rate_hz or rate_hz <= 4 * HIGH_PASS_HZ:
        return None
    from scipy import signal

    sos = signal.butter(2, HIGH_PASS_HZ, "highpass", fs=rate_hz, output="sos")
    # without its mean the filter has no step to ring on
    filtered = signal.sosfiltfilt(sos, emg_uv - emg_uv.mean())
    return np.asarray(filtered, dtype=np.float64)


def power(samples: FloatArray) -> float:
    """Return the mean square."""
    return float(np.mean(np.square(samples)))
