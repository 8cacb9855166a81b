"""How the samples of some channels fill whole data records, as EDF and BDF have them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from emgkit.edf_plus import NUMBER_LETTERS
from emgkit.errors import InputError

_STANDARD_BYTES = 61_440
"""The standard wants no data record to be larger."""
_MOST_BYTES = 10_000_000
"""What common readers take."""
_LEAST_S = 0.01
"""Shorter records hold more time stamps than samples."""
_SAME_RATE = 1e-9


@dataclass(frozen=True, slots=True)
class DataRecords:
    """`n` data records of `record_s` seconds, with `samples` of each channel in one."""

    n: int
    record_s: float
    samples: tuple[int, ...]


def data_records(channels: Sequence[tuple[int, float]], bits: int, *, where: str) -> DataRecords:
    """Return data records that hold all samples, or all but a rest shorter than one record.

    Of those that the samples fill, those are preferred whose duration the header states exactly, so that
    the rate stays what it is; then those that the standard allows; then the one nearest to a second. No
    sample is ever added.

    Parameters
    ----------
    channels : sequence of (number of samples, rate in hertz)
    bits : {16, 24}
    where : str
        For the error.

    Raises
    ------
    InputError
        If a channel has no samples or no rate, or the channels have not the same length.
    """
    for n_samples, rate_hz in channels:
        if n_samples < 1 or not (math.isfinite(rate_hz) and rate_hz > 0):
            raise InputError(
                "a channel has no samples, or the file does not state its rate",
                where=where,
                found=f"{n_samples} samples at {rate_hz:g} Hz",
                mend="choose channels with --channel",
            )
    sizes, rates = zip(*channels, strict=True)
    lengths = [n / rate for n, rate in channels]
    if max(lengths) - min(lengths) > 0.5 / max(rates):
        raise InputError(
            "the channels have not the same length, as EDF wants it",
            where=where,
            found=f"{min(lengths):g} s to {max(lengths):g} s",
            mend="choose channels with --channel",
        )
    filled = _best(_divisors(math.gcd(*sizes)), sizes, rates[0], bits)
    if filled is not None:
        return filled
    # the samples fill no records of a fit size: the rest that fills no whole one is left out
    for record_s in (0.1, 1.0):
        samples = tuple(round(rate * record_s) for rate in rates)
        exact = all(abs(rate * record_s - n) < _SAME_RATE * n for rate, n in zip(rates, samples, strict=True))
        n = min(size // per_record for size, per_record in zip(sizes, samples, strict=True)) if exact else 0
        if n:
            return DataRecords(n, record_s, samples)
    raise InputError(
        "the samples fill no data records of a size that EDF readers take",
        where=where,
        found=f"{max(sizes)} samples at {max(rates):g} Hz",
        mend="export the recording with another length",
    )


def _best(counts: list[int], sizes: Sequence[int], rate_hz: float, bits: int) -> DataRecords | None:
    """Return the best division into one of these numbers of records, or None if none is fit."""
    found: list[tuple[tuple[float, bool, float], DataRecords]] = []
    length_s = sizes[0] / rate_hz
    for n in counts:
        record_s = _stated(length_s / n)
        size_bytes = sum(sizes) // n * bits // 8
        if record_s == 0 or (record_s < _LEAST_S and n > 1) or size_bytes > _MOST_BYTES:
            continue
        error = abs(n * record_s / length_s - 1)
        rank = (error if error > _SAME_RATE else 0.0, size_bytes > _STANDARD_BYTES, abs(math.log(record_s)))
        found.append((rank, DataRecords(n, record_s, tuple(size // n for size in sizes))))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _stated(seconds: float) -> float:
    """Round to what the eight characters of the header can state."""
    whole = len(str(int(seconds)))
    return round(seconds, max(NUMBER_LETTERS - 1 - whole, 0))


def _divisors(number: int) -> list[int]:
    small = np.arange(1, math.isqrt(number) + 1)
    small = small[number % small == 0]
    return sorted({*small.tolist(), *(number // small).tolist()})
