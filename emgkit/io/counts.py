"""Samples as whole numbers with a scale that the eight characters of an EDF header can state."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from emgkit import units
from emgkit.edf_plus import NUMBER_LETTERS
from emgkit.errors import InputError
from emgkit.model import FloatArray, IntArray

_SAME, _NEAR = 1e-3, 0.1
"""To what part of a step a header has to state the ends: a step is the same, or its counts are still kept."""
_LEAST, _LARGEST, _WHOLE = 1e-20, 1e20, 2.0**52
_HEADROOM = {16: 32_000, 24: 8_000_000}
"""Largest count that is written if the steps are ours; a little less than the type holds."""
_MOST_ENDS, _NEAREST = 4096, 1024
"""How many ends of the range are tried: all over the type, and next to the samples."""


@dataclass(frozen=True, eq=False)
class Counts:
    """A channel in whole numbers.

    `kept` tells whether they are the counts of the source.
    """

    counts: IntArray
    digital_range: tuple[int, int]
    physical_range: tuple[float, float]
    unit: str
    kept: bool

    @property
    def step(self) -> float:
        """One count, in `unit`, as the header gives it."""
        return (self.physical_range[1] - self.physical_range[0]) / (
            self.digital_range[1] - self.digital_range[0]
        )

    def samples(self) -> FloatArray:
        """Return what a reader makes of the counts, in `unit`."""
        offset = self.physical_range[1] / self.step - self.digital_range[1]
        return np.asarray((self.counts + offset) * self.step, dtype=np.float64)


def to_counts(samples: FloatArray, unit: str, step: float | None, bits: int, *, where: str) -> Counts:
    """Return samples as whole numbers.

    Samples that are whole numbers of `step` keep their counts, and their step as exactly as eight
    characters for either end of the range state it. Others get a step of their own: the smallest of at most
    three digits that holds them. The unit stays, unless it is one of voltage in which the header cannot
    state the scale; then it is another one that can.

    Parameters
    ----------
    samples : array of shape (n_samples,)
    unit : str
    step : float or None
        One count of the source, in `unit`.
    bits : {16, 24}
    where : str
        For the error.

    Raises
    ------
    InputError
        If no header can state the scale.
    """
    peak = float(np.abs(samples).max())
    choices = [unit, *(other for other in ("uV", "mV", "V", "nV") if units.is_voltage(unit))]
    scaled = {other: 1.0 if other == unit else units.ratio(unit, other) for other in choices}
    if not (peak == 0 or _LEAST < peak < _LARGEST):
        scaled = {}
    if step is not None and 0 < step < _LARGEST and peak / step < _WHOLE:
        for part in (_SAME, _NEAR):
            for other, factor in scaled.items():
                kept = _kept(samples * factor, other, step * factor, bits, part)
                if kept is not None:
                    return kept
    for other, factor in scaled.items():
        made = _made(samples * factor, other, bits)
        if made is not None:
            return made
    raise InputError(
        "the samples are too large or too small for an EDF header",
        where=where,
        found=f"{samples.min():g} to {samples.max():g} {unit}".rstrip(),
        accepted=f"a range that {NUMBER_LETTERS} characters can state",
    )


def _kept(samples: FloatArray, unit: str, step: float, bits: int, part: float) -> Counts | None:
    """Return the counts of the source, or None if there are none or the header cannot state their step."""
    origin = float(samples[0] - np.rint(samples[0] / step) * step)
    numbers = np.rint((samples - origin) / step)
    if not np.abs(samples - origin - numbers * step).max() <= _SAME * step:
        return None
    low, high = int(numbers.min()), int(numbers.max())
    least, most = -(1 << bits - 1), (1 << bits - 1) - 1
    if high - low > most - least:
        return None
    shift = 0 if least <= low and high <= most else low - least
    first = _stated(range(least, low - shift + 1), shift, step, origin, part)
    if first is None:
        return None
    last = _stated(range(most, max(high - shift, first[0] + 1) - 1, -1), shift, step, origin, part)
    if last is None:
        return None
    return Counts(
        (numbers - shift).astype(np.int64), (first[0], last[0]), (first[1], last[1]), unit, kept=True
    )


def _stated(ends: range, shift: int, step: float, origin: float, part: float) -> tuple[int, float] | None:
    """Return the first end, and its value, that the header can state well enough."""
    if not ends:
        return None
    stride = -(-len(ends) // _MOST_ENDS)
    while math.gcd(stride, 10) > 1:  # or it would pass over all round numbers
        stride += 1
    some = np.array([*ends[::stride], *ends[-_NEAREST:]], dtype=np.int64)
    exact = np.asarray(origin + (some + shift) * step, dtype=np.float64)
    rounded = _in_letters(exact)
    good = np.abs(rounded - exact) <= part * step
    at = int(good.argmax())
    return (int(some[at]), float(rounded[at])) if good[at] else None


def _made(samples: FloatArray, unit: str, bits: int) -> Counts | None:
    """Return counts on a step of our own, or None if the header cannot state a fine one."""
    low, high = float(samples.min()), float(samples.max())
    most = _HEADROOM[bits]
    grid = most // 32  # a middle on it costs the ends few digits
    peak, span = max(abs(low), abs(high)), high - low
    # a large constant voltage would cost the resolution of what rides on it; but a range about it may need
    # more characters than there are, and then one about zero has to do
    for centred in (True, False) if peak > span > 0 else (False,):
        for digits in (3, 2, 1):
            step = _round_up((span / 2) / (most - grid / 2) if centred else peak / most, digits)
            middle = round((low + high) / 2 / step / grid) * grid if centred else 0
            exact = np.array([(middle - most) * step, (middle + most) * step], dtype=np.float64)
            ends = _in_letters(exact)
            if np.abs(ends - exact).max() <= _SAME * step:
                counts = (np.rint(samples / step) - middle).astype(np.int64)
                return Counts(counts, (-most, most), (float(ends[0]), float(ends[1])), unit, kept=False)
    return None


def _round_up(value: float, digits: int) -> float:
    """Return the smallest number of so many digits that is not below `value`; 1 for nothing."""
    if value == 0:
        return 1.0
    exponent = math.floor(math.log10(value)) - digits + 1
    # a hair less, so that a number of so many digits stays what it is
    return float(f"{math.ceil(value / 10.0**exponent * (1 - 1e-12))}e{exponent}")


def _in_letters(values: FloatArray) -> FloatArray:
    """Round to what a header can state: eight characters with sign and point; NaN beyond them."""
    signs = values < 0
    whole = np.floor(np.log10(np.maximum(np.abs(values), 1.0))) + 1 + signs
    power = 10.0 ** np.clip(NUMBER_LETTERS - 1 - whole, 0, None)
    rounded = np.rint(values * power) / power
    return np.where(np.abs(rounded) < 10.0 ** (NUMBER_LETTERS - signs), rounded, np.nan)
