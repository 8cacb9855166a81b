"""The interface of a detector: its parameters as data, and the checks that all detectors share."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from emgkit.detectors._steps import Steps
from emgkit.errors import InputError, InsufficientDataError
from emgkit.found import Detection
from emgkit.model import FloatArray, frozen

MOST_UV = 1e10
"""10 kV: far above what any electrode sees, far below where powers overflow."""
LEAST_UV = 1e-12
"""What changes by less is constant: far below the step of any converter."""
_FIRST = 1000  # samples in which almost every signal has changed


@dataclass(frozen=True, slots=True)
class Limit:
    """What a parameter may be: a number between two bounds, or one of several words."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    unit: str = ""
    words: tuple[str, ...] = ()
    whole: bool = False
    optional: bool = False

    def text(self) -> str:
        """Say in words what is accepted."""
        if self.words:
            return ", ".join(self.words)
        text = "a whole number" if self.whole else "a number"
        if self.low > -math.inf:
            text += f" {'above' if self.low_open else 'from'} {self.low:g}"
        if self.high < math.inf:
            text += f" to {self.high:g}"
        text += f" {self.unit}" if self.unit else ""
        return text + (", or None" if self.optional else "")

    def admits(self, value: Any) -> bool:
        """Tell whether `value` is accepted."""
        if value is None:
            return self.optional
        if self.words:
            return isinstance(value, str) and value in self.words
        if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
            return False
        # no `isfinite`: it cannot take a whole number beyond the floats
        if isinstance(value, np.complexfloating) or not -math.inf < value < math.inf:
            return False
        if self.whole and value != int(value):
            return False
        return bool((value > self.low if self.low_open else value >= self.low) and value <= self.high)


def parameter(default: Any, description: str, **limit: Any) -> Any:
    """Declare a parameter of a detector: its default, what it is, and its `Limit`."""
    return field(default=default, metadata={"description": description, "limit": Limit(**limit)})


def min_duration_parameter() -> Any:
    """Declare the least duration of gaps and bursts, of detectors that treat both alike."""
    return parameter(
        0.030, "shorter gaps are closed, then shorter bursts are left out", low=0, high=10, unit="s"
    )


@dataclass(frozen=True)
class Parameters:
    """Base of the parameters of one detector; checks every value against its `Limit`.

    Raises
    ------
    InputError
        If a value is not accepted.
    """

    method: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for one in fields(self):
            limit: Limit = one.metadata["limit"]
            value = getattr(self, one.name)
            if not limit.admits(value):
                raise InputError(
                    f"parameter {one.name!r} of detector {self.method!r} has a value that is not accepted",
                    found=value,
                    accepted=limit.text(),
                )
            if isinstance(value, np.number):
                object.__setattr__(self, one.name, value.item())

    @classmethod
    def names(cls) -> list[str]:
        """Return the names of all parameters, in order."""
        return [one.name for one in fields(cls)]

    @classmethod
    def describe(cls) -> list[dict[str, Any]]:
        """Return one row per parameter: name, default, accepted, description."""

        def default(one: Field[Any]) -> Any:
            return None if one.default is MISSING else one.default

        return [
            {
                "name": one.name,
                "default": default(one),
                "accepted": one.metadata["limit"].text(),
                "description": one.metadata["description"],
            }
            for one in fields(cls)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the parameters by name, as values that JSON can carry."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


class Detector(Protocol):
    """A detector: samples in microvolts, rate in hertz and parameters in, bursts out."""

    def __call__(
        self, samples_uv: FloatArray, rate_hz: float, parameters: Any, /, *steps: Steps
    ) -> Detection:
        """Find the bursts in `samples_uv`, which has passed `check_signal`.

        A method that shares steps with other detections takes them last.
        """
        ...


def check_signal(samples_uv: npt.ArrayLike, rate_hz: float) -> tuple[FloatArray, float]:
    """Return the samples as a float64 array of their own and the rate as a float.

    Parameters
    ----------
    samples_uv : array-like of shape (n_samples,), in microvolts
    rate_hz : float

    Raises
    ------
    InputError
        If the samples are not one channel of finite numbers, or the rate is not a positive number.
    """
    if isinstance(rate_hz, bool) or not isinstance(rate_hz, int | float | np.number):
        raise InputError("the rate is not a number", found=rate_hz, accepted="a number above 0, in hertz")
    if isinstance(rate_hz, np.complexfloating) or not 0 < rate_hz <= sys.float_info.max:
        raise InputError("the rate is not positive", found=rate_hz, accepted="a number above 0, in hertz")
    one_channel = "one channel of numbers in microvolts, an array of shape (n_samples,)"
    try:
        raw = np.asarray(samples_uv)
    except ValueError:
        raise InputError("the samples do not form an array", accepted=one_channel) from None
    if raw.ndim != 1:
        raise InputError(
            "the samples are not one channel",
            found=f"an array of shape {raw.shape}",
            accepted=one_channel,
            mend="give one channel at a time",
        )
    if raw.size == 0:
        raise InputError("there are no samples", accepted=one_channel)
    if raw.dtype.kind not in "iuf":
        raise InputError("the samples are not numbers", found=str(raw.dtype), accepted=one_channel)
    values = np.array(raw, dtype=np.float64)
    least, most = float(values.min()), float(values.max())  # what is not finite shows in one of them
    if not (math.isfinite(least) and math.isfinite(most)):
        bad = ~np.isfinite(values)
        raise InputError(
            f"{int(bad.sum())} of {bad.size} samples are not finite, the first at "
            f"{int(np.argmax(bad)) / float(rate_hz):.3f} s",
            found=str(values[np.argmax(bad)]),
            accepted="finite numbers",
            mend="cut the recording there, or read the channel again",
        )
    largest = max(-least, most)
    if largest > MOST_UV:
        raise InputError(
            "the samples are no voltage of a muscle",
            found=f"{largest:.3g} uV",
            accepted=f"at most {MOST_UV:g} uV",
            mend="give the samples in microvolts",
        )
    return values, float(rate_hz)


def check_length(n_samples: int, rate_hz: float, needed_s: float, method: str) -> None:
    """Refuse a signal that is shorter than `needed_s`.

    Raises
    ------
    InsufficientDataError
        If it is too short; found and needed are in seconds.
    """
    duration = n_samples / rate_hz
    if duration < needed_s:
        raise InsufficientDataError(
            f"the signal is too short for detector {method!r} (seconds)",
            found=round(duration, 4),
            needed=needed_s,
        )


def check_rate(rate_hz: float, band_low_hz: float) -> None:
    """Refuse a rate that leaves no band above `band_low_hz`.

    Raises
    ------
    InputError
        If the rate is below eight times `band_low_hz`.
    """
    if rate_hz < 8 * band_low_hz:
        raise InputError(
            f"the rate is too low for a band that begins at {band_low_hz:g} Hz",
            found=rate_hz,
            accepted=f"a rate of {8 * band_low_hz:g} Hz or more",
        )


def nothing_in_constant(samples_uv: FloatArray, parameters: Parameters) -> Detection | None:
    """Return the empty detection of a signal that never changes, None for any other."""
    if np.ptp(samples_uv[:_FIRST]) > LEAST_UV or np.ptp(samples_uv) > LEAST_UV:
        return None
    note = "The signal is constant: no burst can be found."
    return make_detection([], parameters, learned={"noise_uv": 0.0}, notes=(note,))


def make_detection(
    edges_s: npt.ArrayLike,
    parameters: Parameters,
    *,
    low_s: npt.ArrayLike | None = None,
    high_s: npt.ArrayLike | None = None,
    probability: npt.ArrayLike | None = None,
    learned: Mapping[str, float | str] | None = None,
    notes: tuple[str, ...] = (),
    beats_s: npt.ArrayLike = (),
) -> Detection:
    """Build a `Detection` from (n_bursts, 2) arrays of onsets and offsets and of their bounds.

    What a detector does not tell is NaN.
    """
    edges = np.asarray(edges_s, dtype=np.float64).reshape(-1, 2)
    missing = np.full_like(edges, np.nan)
    low = missing if low_s is None else np.asarray(low_s, dtype=np.float64).reshape(-1, 2)
    high = missing if high_s is None else np.asarray(high_s, dtype=np.float64).reshape(-1, 2)
    chance = missing[:, 0] if probability is None else np.asarray(probability, dtype=np.float64)
    in_force = parameters.to_dict()
    in_force |= {f"learned_{name}": value for name, value in (learned or {}).items()}
    return Detection(
        onset_s=frozen(edges[:, 0]),
        offset_s=frozen(edges[:, 1]),
        onset_low_s=frozen(low[:, 0]),
        onset_high_s=frozen(high[:, 0]),
        offset_low_s=frozen(low[:, 1]),
        offset_high_s=frozen(high[:, 1]),
        method=parameters.method,
        parameters=in_force,
        notes=notes,
        probability=frozen(chance),
        beats_s=frozen(np.asarray(beats_s, dtype=np.float64).reshape(-1, 2)),
    )
