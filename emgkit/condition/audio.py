"""A wire's signal as sound: what electromyographers judge by ear."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass, field
from fractions import Fraction
from numbers import Real

import numpy as np
import numpy.typing as npt

from emgkit.errors import InputError, InsufficientDataError
from emgkit.model import FloatArray

LOW_HZ = 20.0
"""Below, a loudspeaker moves without a sound: offset, drift and movement of the cable."""
LEVEL_PCT = 99.9
HEADROOM = 2.0
"""Full scale is so many times the 99.9th percentile of the signal, unless it is given."""
MAX_RATE_HZ = 192_000.0
_FULL = 32_767
_LARGEST_FACTOR = 4000
_SHORTEST_S = 0.1
_LARGEST_UV = 1e12
_ROUNDING = 1e-12
"""What is left of a signal at one level is rounding, and no sound."""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Sixteen-bit samples and what they stand for."""

    samples: npt.NDArray[np.int16] = field(repr=False)
    rate_hz: int
    full_scale_uv: float
    """What full scale stands for: two sounds with the same one compare in loudness."""
    n_clipped: int
    """Samples beyond full scale, set to it."""
    low_hz: float
    high_hz: float
    """Band of the sound: high-passed (-3 dB after both passes), and half of the recording's rate."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples.size / self.rate_hz

    def wav(self) -> bytes:
        """Return the sound as a WAV file, PCM, 16 bits, one channel."""
        buffer = io.BytesIO()
        with wave.open(buffer, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate_hz)
            file.writeframes(self.samples.astype("<i2").tobytes())
        return buffer.getvalue()


def sound(
    emg_uv: FloatArray, rate_hz: float, *, out_rate_hz: int = 48_000, full_scale_uv: float | None = None
) -> Sound:
    """Turn a signal into sound.

    Parameters
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    out_rate_hz : int
        Rate of the sound; what lies above half of it is lost.
    full_scale_uv : float, optional
        What full scale stands for; twice the 99.9th percentile of the signal if not given.

    Raises
    ------
    InputError
        If the signal holds what is no number, or is silent, or the full scale is no amplitude.
    InsufficientDataError
        If the signal is shorter than 0.1 s.

    Notes
    -----
    High-passed at `LOW_HZ` (Butterworth, order 2, forwards and backwards), which takes the offset off, then
    brought to the rate of the sound through a linear-phase low-pass. There is one gain for the whole.
    """
    from scipy import signal

    if emg_uv.size < _SHORTEST_S * rate_hz:
        raise InsufficientDataError(
            "there is too little signal to hear (in seconds)",
            found=emg_uv.size / rate_hz,
            needed=_SHORTEST_S,
        )
    if not np.isfinite(emg_uv).all():
        raise InputError("the signal has samples that are no numbers")
    if rate_hz <= 4 * LOW_HZ or rate_hz > MAX_RATE_HZ:
        raise InputError(
            "a signal of this rate cannot be heard",
            found=rate_hz,
            accepted=f"above {4 * LOW_HZ:g} and up to {MAX_RATE_HZ:g} Hz",
        )
    number = isinstance(full_scale_uv, Real) and not isinstance(full_scale_uv, bool)
    if full_scale_uv is not None and not number:
        raise InputError(
            "this is no amplitude for full scale", found=full_scale_uv, accepted="microvolts above 0"
        )
    largest_uv = float(np.abs(emg_uv).max())
    if largest_uv > _LARGEST_UV:
        raise InputError("this is no signal of a muscle", found=largest_uv, accepted=f"to {_LARGEST_UV:g} uV")
    sos = signal.butter(2, LOW_HZ, "highpass", fs=rate_hz, output="sos")
    heard = signal.sosfiltfilt(sos, emg_uv - emg_uv.mean())
    ratio = Fraction(out_rate_hz / rate_hz).limit_denominator(_LARGEST_FACTOR)
    heard = signal.resample_poly(heard, ratio.numerator, ratio.denominator)
    if full_scale_uv is None:
        full_scale_uv = HEADROOM * float(np.percentile(np.abs(heard), LEVEL_PCT))
        if full_scale_uv <= _ROUNDING * largest_uv:
            full_scale_uv = 0.0
    if not (np.isfinite(full_scale_uv) and full_scale_uv > 0):
        raise InputError(
            "this is no amplitude for full scale: the signal is silent, or the value is not above 0",
            found=full_scale_uv,
            accepted="microvolts above 0",
        )
    scaled = np.rint(heard * (_FULL / full_scale_uv))
    return Sound(
        samples=np.clip(scaled, -_FULL, _FULL).astype(np.int16),
        rate_hz=int(out_rate_hz),
        full_scale_uv=float(full_scale_uv),
        n_clipped=int(np.count_nonzero(np.abs(scaled) > _FULL)),
        low_hz=LOW_HZ,
        high_hz=min(rate_hz, out_rate_hz) / 2,
    )
