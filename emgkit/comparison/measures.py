"""The rows of a comparison: each measure of both results, and the interval of the difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emgkit.comparison.conditions import Conditions
from emgkit.found import MIN_CYCLES
from emgkit.result import Analysis

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Value:
    """A measure of one result with its interval; NaN where not determinable."""

    value: float
    low: float
    high: float
    n: int
    burst: int | None = None


def difference(a: Value, b: Value) -> tuple[float, float, float]:
    """Return b - a and its interval from the intervals of both.

    Notes
    -----
    low = d - sqrt((b - b_low)^2 + (a_high - a)^2), high = d + sqrt((b_high - b)^2 + (a - a_low)^2): the
    distances of the bounds are added as independent errors are. Of two frequencies with Wilson's intervals
    this is Newcombe's interval.

    References
    ----------
    G. Y. Zou, A. Donner (2008), Construction of confidence limits about effect measures: a general approach,
    Stat Med 27(10), 1693-1702, DOI 10.1002/sim.3095. R. G. Newcombe (1998), Interval estimation for the
    difference between independent proportions, Stat Med 17(8), 873-890, DOI
    10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    >>> difference(Value(10.0, 7.0, 13.0, 9), Value(12.0, 8.0, 16.0, 9))
    (2.0, -3.0, 7.0)
    """
    d = b.value - a.value
    low = d - float(np.hypot(b.value - b.low, a.high - a.value))
    return d, low, d + float(np.hypot(b.high - b.value, a.value - a.low))


def rows(
    a: Analysis, b: Analysis, labels: tuple[str, str], allowed: Conditions
) -> tuple[list[dict[str, Any]], str]:
    """Return the rows of the table `comparison`, and a sentence on which bursts they are about."""
    walking = a.study.activity == "walking"
    same_level = a.settings.measure.confidence == b.settings.measure.confidence
    out: list[dict[str, Any]] = []

    def add(measure: str, unit: str, x: Value, y: Value, why_not: str = "", d: float | None = None) -> None:
        out.append(_row(measure, unit, x, y, labels, why_not, same_level, d))

    def means(column: str) -> tuple[Value, Value]:
        return _mean(a, column), _mean(b, column)

    add("stride_time" if walking else "repetition_time", "s", *means("duration_s"))
    add(*_of_variability("stride_time_cv" if walking else "repetition_time_cv", a, b))
    if walking:
        add("foot_off", "%", *means("foot_off_pct"))
    add("active_share", "%", *means("active_pct"), allowed.timing)
    modality = shared_modality(a, b)
    if modality is None:
        nothing = Value(NAN, NAN, NAN, 0)
        why = allowed.timing or f"no number of bursts occurs in {MIN_CYCLES} cycles of both"
        for name in ("modality_frequency", "onset", "offset"):
            add(name, "%", nothing, nothing, why)
        said = f"No number of bursts per cycle occurs in {MIN_CYCLES} cycles of both: onsets do not compare."
    else:
        one, other = (_of_modality(an, modality) for an in (a, b))
        add("modality_frequency", "%", _frequency(one), _frequency(other), allowed.timing)
        for mine, yours in _paired(one, other, cyclic=walking):
            on_a, on_b = _edge(mine, "onset"), _edge(yours, "onset")
            off_a, off_b = _edge(mine, "offset"), _edge(yours, "offset")
            later = on_b.value - on_a.value
            later = (later + 50) % 100 - 50 if walking else later
            longer = (off_b.value - on_b.value) - (off_a.value - on_a.value)
            add("onset", "%", on_a, on_b, allowed.timing, later)
            add("offset", "%", off_a, off_b, allowed.timing, later + longer)
        said = _which(a, b, modality, labels)
    add("mean", "uV", *means("mean_uv"), allowed.amplitude)
    add("peak", "uV", *means("peak_uv"), allowed.amplitude)
    add("burst_mean", "% of the reference", _normalised(a), _normalised(b), allowed.normalised)
    for name in ("variance_ratio", "profile_cv"):
        add(*_of_variability(name, a, b), allowed.shape)
    return out, said


def shared_modality(a: Analysis, b: Analysis) -> int | None:
    """Return the number of bursts most frequent in both, other than 0; None if none has `MIN_CYCLES`."""
    found = [_frequencies(an) for an in (a, b)]
    shared = sorted(found[0].keys() & found[1].keys())
    return max(shared, key=lambda m: min(found[0][m], found[1][m]), default=None)


def _row(
    measure: str,
    unit: str,
    a: Value,
    b: Value,
    labels: tuple[str, str],
    why_not: str,
    same_level: bool,
    shift: float | None,
) -> dict[str, Any]:
    unknown = [label for label, v in zip(labels, (a, b), strict=True) if np.isnan(v.value)]
    why = why_not or (f"not determinable in {' and '.join(unknown)}" if unknown else "")
    d = low = high = NAN
    if not why:
        d, low, high = difference(a, b)
        if shift is not None:  # measured on the circle
            d, low, high = shift, shift + low - d, shift + high - d
        if not same_level:
            low = high = NAN
    return {
        "measure": measure,
        "burst_a": a.burst,
        "burst_b": b.burst,
        "unit": unit,
        "a": a.value,
        "a_low": a.low,
        "a_high": a.high,
        "a_n": a.n,
        "b": b.value,
        "b_low": b.low,
        "b_high": b.high,
        "b_n": b.n,
        "difference": d,
        "difference_low": low,
        "difference_high": high,
        "comparable": f"no: {why}" if why else "yes",
    }


def _mean(an: Analysis, column: str) -> Value:
    used = an.cycles.loc[an.cycles["used"], column].dropna().to_numpy(dtype=np.float64)
    return _student(used, an.settings.measure.confidence)


def _normalised(an: Analysis) -> Value:
    used = an.cycles.loc[an.cycles["used"], ["trial", "cycle"]]
    mine = an.bursts.merge(used, on=["trial", "cycle"])
    by_cycle = mine.groupby(["trial", "cycle"])["mean_pct_ref"].mean().dropna()
    return _student(by_cycle.to_numpy(dtype=np.float64), an.settings.measure.confidence)


def _student(values: np.ndarray[Any, np.dtype[np.float64]], confidence: float) -> Value:
    from scipy import stats

    if values.size < MIN_CYCLES:
        return Value(NAN, NAN, NAN, values.size)
    mean = float(values.mean())
    half = float(stats.t.ppf(0.5 + confidence / 2, values.size - 1) * stats.sem(values))
    return Value(mean, mean - half, mean + half, values.size)


def _of_variability(measure: str, a: Analysis, b: Analysis) -> tuple[str, str, Value, Value]:
    def found(an: Analysis) -> Value:
        row = an.variability[an.variability["measure"] == measure]
        if row.empty:  # a result of an older version
            return Value(NAN, NAN, NAN, 0)
        one = row.iloc[0]
        return Value(float(one["value"]), float(one["low"]), float(one["high"]), int(one["n"]))

    return measure, "none" if measure == "variance_ratio" else "%", found(a), found(b)


def _frequencies(an: Analysis) -> Mapping[int, float]:
    enough = an.summary[(an.summary["modality"] > 0) & (an.summary["n_cycles"] >= MIN_CYCLES)]
    return {int(m): float(f) for m, f in zip(enough["modality"], enough["frequency_pct"], strict=True)}


def _of_modality(an: Analysis, modality: int) -> list[dict[str, Any]]:
    rows = an.summary[an.summary["modality"] == modality].sort_values("burst")
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def _frequency(rows: list[dict[str, Any]]) -> Value:
    row = rows[0]
    value, low, high = (float(row[f"frequency_{part}pct"]) for part in ("", "low_", "high_"))
    return Value(value, low, high, int(row["n_cycles"]))


def _edge(row: Mapping[str, Any], name: str) -> Value:
    number = None if pd.isna(row["burst"]) else int(row["burst"])
    value, low, high = (float(row[f"{name}_{part}pct"]) for part in ("", "ci_low_", "ci_high_"))
    return Value(value, low, high, int(row[f"n_{name}s"]), number)


def _paired(
    one: list[dict[str, Any]], other: list[dict[str, Any]], *, cyclic: bool
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Pair the bursts in order; on the circle in the turn in which their onsets lie closest.

    A burst at 98 % is the last of its cycle, one at 2 % the first: the numbers alone would pair others.
    """
    if not cyclic or len(one) != len(other):
        return list(zip(one, other, strict=False))

    def apart(turn: int) -> float:
        pairs = zip(one, other[turn:] + other[:turn], strict=True)
        off = [abs((y["onset_pct"] - x["onset_pct"] + 50) % 100 - 50) for x, y in pairs]
        return float(np.nansum(off))

    turn = min(range(len(one)), key=apart)
    return list(zip(one, other[turn:] + other[:turn], strict=True))


def _which(a: Analysis, b: Analysis, modality: int, labels: tuple[str, str]) -> str:
    said = []
    for an, label in zip((a, b), labels, strict=True):
        row = an.summary[an.summary["modality"] == modality].iloc[0]
        words = f"{label}: {int(row['n_cycles'])} cycles, {float(row['frequency_pct']):.0f} %"
        if float(row["frequency_pct"]) < float(an.summary["frequency_pct"].max()):
            words += ", not its most frequent number"
        said.append(words)
    bursts = "1 burst" if modality == 1 else f"{modality} bursts"
    return f"Onsets and offsets are those of cycles with {bursts} ({'; '.join(said)})."
