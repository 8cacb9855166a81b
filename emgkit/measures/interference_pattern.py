"""The interference pattern of a steady contraction: research measures, not validated for walking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from emgkit import table_values
from emgkit.errors import InputError, InsufficientDataError
from emgkit.measures.turns import turns
from emgkit.model import BoolArray, FloatArray, IntArray

STATUS = "research measure of a steady contraction; not validated for walking, nor for fine wires"
TURN_UV = 100.0
SMALL_UV = 2000.0
SHARP_S = 0.005
"""Turns at most this far apart belong to the same stretch of activity."""
CENTILE = 99.0
BAND_LOW_HZ = 20.0
WELCH_S = 0.25
MIN_RATE_HZ, FULL_RATE_HZ = 2000.0, 10_000.0
"""Below the first nothing is measured, below the second every row says that potentials are rounded."""
MIN_TURNS = 10
"""Least number of turns in an epoch from which anything but their number is stated."""
NOISE_FACTOR = 8.0
"""White noise at 10 kHz passes from one side to the other of 8 times its RMS once in two seconds."""
QUIET_S = 0.02
STEADY_RATIO = 0.3

_WILLISON = "Willison 1964, DOI 10.1136/jnnp.27.5.386"
_FUGLSANG = "Fuglsang-Frederiksen 2000, Muscle Nerve 23:18"
_NANDEDKAR = "after Nandedkar, Sanders and Stalberg 1986, DOI 10.1002/mus.880090508"
_MAGORA = "after Magora and Gonen 1970, Electromyogr Clin Neurophysiol 10:261"
_WELCH = "Welch 1967, DOI 10.1109/TAU.1967.1161901"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what it is called, its unit, how it is defined and after whom."""

    name: str
    unit: str
    definition: str
    source: str


MEASURES: tuple[Measure, ...] = (
    Measure(
        "turns",
        "1/s",
        "peaks and troughs that differ from the one before and the one after by the threshold or more",
        _WILLISON,
    ),
    Measure("amplitude_per_turn", "uV", "mean difference between one turn and the next", _WILLISON),
    Measure("turns_amplitude_ratio", "1/(s mV)", "turns over amplitude_per_turn, per epoch", _FUGLSANG),
    Measure(
        "small_segments",
        "1/s",
        f"stretches from one turn to the next with a difference below {SMALL_UV / 1000:g} mV",
        _NANDEDKAR,
    ),
    Measure(
        "activity",
        "%",
        f"share of the time that lies between turns at most {1000 * SHARP_S:g} ms apart; this limit is the "
        "project's own",
        _NANDEDKAR,
    ),
    Measure(
        "upper_centile_amplitude",
        "uV",
        f"{CENTILE:g}th percentile of the differences between one turn and the next",
        _NANDEDKAR,
    ),
    Measure(
        "spikes",
        "1/s",
        "turns that are peaks above the median of the epoch between two troughs below it",
        _MAGORA,
    ),
    Measure(
        "mean_frequency",
        "Hz",
        f"sum of frequency times power over sum of power, from {BAND_LOW_HZ:g} Hz to half the rate; Hann "
        f"windows of {WELCH_S:g} s, half overlapping",
        _WELCH,
    ),
    Measure(
        "median_frequency", "Hz", "frequency that halves the power of the same band and spectrum", _WELCH
    ),
)


def interference_pattern(
    samples_uv: npt.ArrayLike,
    rate_hz: float,
    *,
    epoch_s: float = 1.0,
    threshold_uv: float = TURN_UV,
    noise_uv: float | None = None,
) -> pd.DataFrame:
    """Measure the interference pattern of a steady test contraction.

    Research measures. They are described for needle electrodes and steady contractions; they are not
    validated for walking, in which force and length change within an epoch, nor for fine wires. Their normal
    values differ by muscle, force, electrode, band and rate: compare only recordings made alike.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
        The contraction alone, unfiltered.
    rate_hz : float
        At least 2000; below 10 000 every row says that short potentials are rounded.
    epoch_s : float
        Length of an epoch, 0.25 to 10 s. What is left over at the end is not measured.
    threshold_uv : float
        Least difference between turns; 100 in the literature.
    noise_uv : float, optional
        Root mean square of the muscle at rest. Without it, the quietest 20 ms of the signal stand for it.

    Returns
    -------
    DataFrame
        The table `interference_pattern`: one row per measure, mean and standard deviation over the epochs.
        What is not determinable is NaN, and `why` says why.

    Raises
    ------
    InputError
        If the signal, the rate or a parameter cannot be used.
    InsufficientDataError
        If the signal is shorter than one epoch.

    Notes
    -----
    An epoch with fewer than 10 turns counts for `turns` and `spikes` alone. Noise makes turns by itself:
    where the threshold is less than 8 times its root mean square, nothing is stated.
    docs/interference_pattern.md has the formulas and how far they were validated.

    References
    ----------
    As in the column `source`.

    Examples
    --------
    >>> signal = 300 * np.sin(2 * np.pi * 50 * np.arange(20_000) / 10_000)
    >>> table = interference_pattern(signal, 10_000, noise_uv=5)
    >>> float(table.set_index("measure").loc["turns", "value"])
    100.0
    """
    samples = _signal(samples_uv)
    _check(rate_hz, epoch_s, threshold_uv, noise_uv)
    length = round(epoch_s * rate_hz)
    n_epochs = samples.size // length
    if n_epochs == 0:
        raise InsufficientDataError(
            "the signal is shorter than one epoch (in seconds)", found=samples.size / rate_hz, needed=epoch_s
        )
    found = turns(samples, threshold_uv)
    epochs = [_epoch(samples, found, slice(k * length, (k + 1) * length), rate_hz) for k in range(n_epochs)]
    values = {m.name: np.array([epoch[m.name] for epoch in epochs]) for m in MEASURES}
    noise = _noise(samples, rate_hz, threshold_uv, noise_uv)
    remark = _remark(values["turns"], rate_hz)
    return table_values.build(
        "interference_pattern", [_row(m, values[m.name], noise, remark) for m in MEASURES]
    )


def _epoch(samples: FloatArray, found: IntArray, part: slice, rate_hz: float) -> Mapping[str, float]:
    """Return the measures of one epoch; a stretch between turns belongs to the epoch in which it ends."""
    duration_s = (part.stop - part.start) / rate_hz
    first, last = np.searchsorted(found, [part.start, part.stop])
    ends = found[max(first, 1) : max(last, 1)]
    begins = found[max(first, 1) - 1 : max(last, 1) - 1]
    n_turns = int(last - first)
    swing = np.abs(samples[ends] - samples[begins])
    counts = {
        "turns": n_turns / duration_s,
        "spikes": _n_spikes(samples, found, part) / duration_s,
    }
    if n_turns < MIN_TURNS:
        return counts | {m.name: np.nan for m in MEASURES if m.name not in counts}
    mean_frequency, median_frequency = _frequencies(samples[part], rate_hz)
    sharp = (ends - begins) <= SHARP_S * rate_hz
    within = np.minimum(ends, part.stop) - np.maximum(begins, part.start)
    return counts | {
        "amplitude_per_turn": float(swing.mean()),
        "turns_amplitude_ratio": n_turns / duration_s / (float(swing.mean()) / 1000),
        "small_segments": np.count_nonzero(swing < SMALL_UV) / duration_s,
        "activity": 100 * float(within[sharp].sum()) / (part.stop - part.start),
        "upper_centile_amplitude": float(np.percentile(swing, CENTILE)),
        "mean_frequency": mean_frequency,
        "median_frequency": median_frequency,
    }


def _n_spikes(samples: FloatArray, found: IntArray, part: slice) -> int:
    """Count the peaks above the median of the epoch whose neighbours are troughs below it."""
    above: BoolArray = samples[found] > np.median(samples[part])
    peak = above[1:-1] & ~above[:-2] & ~above[2:]
    at = found[1:-1][peak]
    return int(np.count_nonzero((at >= part.start) & (at < part.stop)))


def _frequencies(samples: FloatArray, rate_hz: float) -> tuple[float, float]:
    from scipy import signal

    n = min(round(WELCH_S * rate_hz), samples.size)
    frequency, power = signal.welch(samples, rate_hz, nperseg=n)
    inside = frequency >= BAND_LOW_HZ
    frequency, power = frequency[inside], power[inside]
    if not power.sum() > 0:
        return float("nan"), float("nan")
    width = frequency[1] - frequency[0]
    share = np.cumsum(power) / power.sum()  # up to the upper bound of each bin
    median = np.interp(0.5, np.append(0.0, share), np.append(frequency[0] - width / 2, frequency + width / 2))
    return float(np.sum(frequency * power) / power.sum()), float(median)


def _noise(samples: FloatArray, rate_hz: float, threshold_uv: float, noise_uv: float | None) -> str:
    """Return why turns of noise cannot be told from turns of muscle; empty if they can."""
    if noise_uv is not None:
        if NOISE_FACTOR * noise_uv <= threshold_uv:
            return ""
        return (
            f"at rest the signal is {noise_uv:.1f} uV (RMS): noise makes turns of {threshold_uv:g} uV, "
            f"which takes less than {threshold_uv / NOISE_FACTOR:.1f} uV"
        )
    n = round(QUIET_S * rate_hz)
    windows = samples[: samples.size // n * n].reshape(-1, n)
    quietest = float(windows.std(axis=1).min())
    if NOISE_FACTOR * quietest <= threshold_uv:
        return ""
    return (
        f"even the quietest {1000 * QUIET_S:g} ms are at {quietest:.1f} uV (RMS): this is noise that makes "
        f"turns of {threshold_uv:g} uV, or a pattern without a gap; give noise_uv, measured at rest"
    )


def _remark(turns_per_s: FloatArray, rate_hz: float) -> str:
    """Return what a reader must know of every value; empty if nothing."""
    said = []
    if rate_hz < FULL_RATE_HZ:
        said.append(
            f"sampled at {rate_hz:g} Hz, below {FULL_RATE_HZ:g}: short potentials are rounded, compare only "
            "recordings of one rate"
        )
    mean = float(turns_per_s.mean())
    if turns_per_s.size > 1 and mean > 0 and turns_per_s.std(ddof=1) > STEADY_RATIO * mean:
        said.append("not steady: the turns of the epochs differ by more than 30 % (SD over mean)")
    return "; ".join(said)


def _row(measure: Measure, values: FloatArray, noise: str, remark: str) -> dict[str, Any]:
    known = values[~np.isnan(values)]
    if noise:
        known = known[:0]
    why = noise or (
        "" if known.size else f"no epoch has {MIN_TURNS} turns or more: rest, noise, or too weak a signal"
    )
    return {
        "measure": measure.name,
        "value": float(known.mean()) if known.size else np.nan,
        "sd": float(known.std(ddof=1)) if known.size > 1 else np.nan,
        "unit": measure.unit,
        "n_epochs": known.size,
        "definition": measure.definition,
        "source": measure.source,
        "status": STATUS,
        "why": "; ".join(text for text in (why, remark) if text) or "none",
    }


def _signal(samples_uv: npt.ArrayLike) -> FloatArray:
    try:
        samples = np.asarray(samples_uv)
    except (TypeError, ValueError):
        samples = np.empty((), dtype=object)
    if samples.dtype.kind not in "iuf" or samples.ndim != 1:
        raise InputError(
            "this is no signal", found=type(samples_uv).__name__, accepted="numbers of shape (n_samples,)"
        )
    if not np.isfinite(samples).all():
        raise InputError("the signal holds values that are not finite", accepted="microvolts")
    return samples.astype(np.float64)


def _check(rate_hz: float, epoch_s: float, threshold_uv: float, noise_uv: float | None) -> None:
    for name, value, low, high, words in (
        ("rate_hz", rate_hz, MIN_RATE_HZ, 1e6, f"{MIN_RATE_HZ:g} to 1000000: turns are too short for less"),
        ("epoch_s", epoch_s, 0.25, 10.0, "0.25 to 10"),
        ("threshold_uv", threshold_uv, 1e-3, 1e5, "0.001 to 100000"),
        ("noise_uv", 0.0 if noise_uv is None else noise_uv, 0.0, 1e6, "0 or more"),
    ):
        number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
        if not number or not low <= value <= high:
            raise InputError("this value cannot be used", where=name, found=value, accepted=words)
