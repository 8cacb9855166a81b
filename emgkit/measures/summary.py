"""Timing across cycles: edges are averaged only over cycles with the same number of bursts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emgkit import table_values, tables
from emgkit.found import FILLED_PCT, MIN_CYCLES
from emgkit.measures.mean_interval import mean_of_edges, wilson_pct
from emgkit.model import FloatArray, IntArray

NEAR_CONTACT_PCT = 10.0
"""Onsets within this of the contact, on both sides of it, are one cluster that the contact must not cut."""
_AVERAGED = (
    *(f"{edge}{bound}_pct" for edge in ("onset", "offset") for bound in ("", "_low", "_high")),
    *("mean_uv", "mean_pct_ref"),
)
_KEPT = ("trial", *_AVERAGED, "duration_s", "cut", "edited", "robustness")
"""Columns of the bursts that are counted; of a table with many, each costs time."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """The bursts of the used cycles, each with the cycle that it counts with."""

    bursts: pd.DataFrame
    """Rows of `bursts`, of the columns that averages and comparisons need, with `cycle`, `onset_pct` and
    `offset_pct` on the axis of the cycle that they count with (negative before its contact), `number` in that
    cycle, and `modality` of it."""
    modality: IntArray
    """Number of bursts of each cycle that could be counted."""
    words: str
    """How it was counted, where that is not simply in the cycle in which a burst starts; else empty."""


def count_bursts(cycles: pd.DataFrame, bursts: pd.DataFrame, *, cyclic: bool) -> Counted:
    """Count the bursts of each used cycle.

    Parameters
    ----------
    cycles, bursts : DataFrame
        Tables of the analysis.
    cyclic : bool
        True for gait, where 100 % is the next contact; False for repetitions with pauses between them.

    Notes
    -----
    A burst counts with the cycle in which it starts. But where onsets lie on both sides of the contact (a
    mean of 98 % and 2 %), a burst a little before a contact counts with the cycle after it: cycles are then
    counted from the middle of the widest stretch without onsets. A cycle in which no burst starts but which
    is filled by an earlier one has one burst, without edges. A burst that an end of the recording cuts
    counts, but where it is cut is no edge.
    """
    countable = np.flatnonzero(cycles["used"].to_numpy(np.bool_))
    rows, (at, of) = bursts, _places(bursts, cycles, countable)
    cut_pct = _cut_pct(bursts["onset_pct"].to_numpy(np.float64)[at]) if cyclic else 0.0
    words = []
    if cut_pct:
        shifted, shifted_countable = _counted_from(cut_pct, cycles, bursts)
        if shifted_countable.size:  # otherwise every cycle begins too near to the start of the recording
            rows, countable = shifted, shifted_countable
            at, of = _places(rows, cycles, countable)
            words.append(
                f"Onsets lie on both sides of the contact: a burst that starts after {cut_pct:.0f} % of a "
                "cycle counts with the cycle after it, while the ledger counts where it starts."
            )
    counts = np.bincount(of, minlength=countable.size)
    active_pct = cycles["active_pct"].to_numpy(np.float64)[countable]
    filled = (counts == 0) & (active_pct >= FILLED_PCT)
    counts[filled] = 1
    if filled.any():
        words.append(
            f"Cycles that an earlier burst fills and in which none starts, {int(filled.sum())} here, count "
            "as cycles with one burst, without edges."
        )
    place = np.arange(of.size)
    first = np.append(True, np.diff(of) != 0)[: of.size]  # of each cycle, whose bursts stand together
    number = place - np.maximum.accumulate(np.where(first, place, 0)) + 1
    columns: dict[str, Any] = {name: rows[name].array[at] for name in _KEPT}
    columns |= _without_cut_edges(columns)
    columns |= {"cycle": rows["cycle"].array[at].to_numpy(np.int64), "modality": counts[of], "number": number}
    return Counted(pd.DataFrame(columns, index=rows.index[at], copy=False), counts, " ".join(words))


def _places(rows: pd.DataFrame, cycles: pd.DataFrame, countable: IntArray) -> tuple[IntArray, IntArray]:
    """Return which bursts begin in which of the countable cycles, in order of trial, cycle and time.

    Parameters
    ----------
    countable : array of shape (n_countable,)
        Their rows in the table `cycles`.

    Returns
    -------
    at, of : arrays of shape (n,)
        Rows of the bursts whose onset is known, and the place of the cycle of each in `countable`.
    """
    trial = cycles["trial"].to_numpy(np.object_)[countable]
    cycle = cycles["cycle"].to_numpy(np.int64)[countable]
    place = {key: k for k, key in enumerate(zip(trial.tolist(), cycle.tolist(), strict=True))}
    begins_in = rows["cycle"].to_numpy(np.int64, na_value=-1)
    keys = zip(rows["trial"].tolist(), begins_in.tolist(), strict=True)
    of = np.array([place.get(key, -1) for key in keys], dtype=np.int64)
    at = np.flatnonzero((of >= 0) & ~np.isnan(rows["onset_pct"].to_numpy(np.float64)))
    of = of[at]
    by_name = np.unique(trial, return_inverse=True)[1]
    order = np.lexsort((rows["onset_s"].to_numpy(np.float64)[at], cycle[of], by_name[of]))
    return at[order], of[order]


def summary_table(counted: Counted, *, cyclic: bool, confidence: float) -> pd.DataFrame:
    """Return the table `summary`: edges averaged over the cycles with the same number of bursts.

    Parameters
    ----------
    confidence : float
        Level of the intervals of the means.

    Notes
    -----
    Positions of gait are averaged on the circle, those of repetitions on a line, with the interval of
    `mean_interval.mean_of_edges`, which needs five edges. Where the bursts' lengths differ by a whole cycle,
    their mean offset has no meaning on the circle and is not determinable. The interval of the frequency is
    that of Wilson.
    """
    rows, total = counted.bursts, counted.modality.size
    numbers = {name: rows[name].to_numpy(np.float64) for name in _AVERAGED}
    modality_of, number_of = rows["modality"].to_numpy(np.int64), rows["number"].to_numpy(np.int64)
    edited, robustness = rows["edited"].to_numpy(np.bool_), rows["robustness"].to_numpy(np.object_)
    out: list[dict[str, Any]] = []
    for modality, n_cycles in zip(*np.unique(counted.modality, return_counts=True), strict=True):
        low, high = wilson_pct(int(n_cycles), total, confidence)
        frequency = {
            "modality": modality,
            "n_cycles": n_cycles,
            "frequency_pct": 100 * n_cycles / total,
            "frequency_low_pct": low,
            "frequency_high_pct": high,
        }
        alike = modality_of == modality
        if not alike.any():
            out.append(frequency | _no_edges(1 if modality else None))
        for number in np.unique(number_of[alike]):
            mine = alike & (number_of == number)
            out.append(
                frequency
                | {"burst": number}
                | _averages({name: values[mine] for name, values in numbers.items()}, cyclic, confidence)
                | {
                    "n_robust": _n_robust(robustness[mine & ~edited].tolist()),
                    "n_edited": int(np.count_nonzero(edited[mine])),
                }
            )
    return table_values.build("summary", out)


def _cut_pct(onset_pct: FloatArray) -> float:
    """Return where to count cycles from: 0, or the middle of the widest stretch without onsets."""
    onset = np.sort(onset_pct)
    near_both_sides = np.any(onset > 100 - NEAR_CONTACT_PCT) and np.any(onset < NEAR_CONTACT_PCT)
    if not near_both_sides:
        return 0.0
    gap = np.diff(np.append(onset, onset[0] + 100))
    widest = int(np.argmax(gap))
    cut = float(onset[widest] + gap[widest] / 2) % 100
    # the cluster about the contact goes on through the cut: no stretch is free, the contact is as good
    return cut if gap[widest] > NEAR_CONTACT_PCT else 0.0


def _counted_from(
    cut_pct: float, cycles: pd.DataFrame, bursts: pd.DataFrame
) -> tuple[pd.DataFrame, IntArray]:
    """Count bursts with the cycle whose contact they precede by less than 100 - `cut_pct` percent.

    Where the cycle before is not known or not used, a pause perhaps, its own length stands for that one's.
    Returns the bursts, and the rows in `cycles` of the cycles in which they could be counted.
    """
    before = 1 - cut_pct / 100
    rows, countable = [], []
    trials, number_of = cycles["trial"].to_numpy(np.object_), cycles["cycle"].to_numpy(np.int64)
    used_of = cycles["used"].to_numpy(np.bool_)
    start_s, end_s = (cycles[name].to_numpy(np.float64) for name in ("start_s", "end_s"))
    for trial in dict.fromkeys(trials.tolist()):
        ledger = np.flatnonzero(trials == trial)
        start, end, used = start_s[ledger], end_s[ledger], used_of[ledger]
        length = end - start
        joined = np.append(False, (start[1:] == end[:-1]) & used[:-1])[: start.size]
        previous = np.where(joined, np.append(np.nan, length[:-1])[: start.size], length)
        first, last = start - before * previous, end - before * length
        keep = used & (first >= 0)
        countable.append(ledger[keep])
        start, end, length, previous, first, last = (
            values[keep] for values in (start, end, length, previous, first, last)
        )
        mine = bursts[bursts["trial"] == trial]
        if mine.empty or not keep.any():
            continue
        onset_s = mine["onset_s"].to_numpy(np.float64)
        at = np.maximum(np.searchsorted(first, onset_s, side="right") - 1, 0)
        inside = (onset_s >= first[at]) & (onset_s < last[at])
        mine, at = mine[inside], at[inside]
        number = number_of[ledger[keep]][at]
        rows.append(_on_axis(mine, number, start[at], end[at], length[at], previous[at]))
    return pd.concat(rows) if rows else bursts.iloc[:0].astype({"cycle": "int64"}), np.concatenate(countable)


def _on_axis(
    rows: pd.DataFrame,
    number: IntArray,
    start: FloatArray,
    end: FloatArray,
    length: FloatArray,
    previous: FloatArray,
) -> pd.DataFrame:
    """Return the rows with their positions in percent of the cycle `number`, negative before its contact."""

    def pct(time_s: FloatArray) -> FloatArray:
        return 100 * (time_s - start) / np.where(time_s < start, previous, length)

    moved = 100 * (number - rows["cycle"].to_numpy(dtype=np.float64, na_value=np.nan))
    new = {"cycle": number}
    for name in (f"{edge}{bound}" for edge in ("onset", "offset") for bound in ("", "_low", "_high")):
        time_s = rows[f"{name}_s"].to_numpy(np.float64)
        # beyond the cycle the phase was counted on through the next ones, from the cycle of the onset
        counted_on = rows[f"{name}_pct"].to_numpy(np.float64) - moved
        new[f"{name}_pct"] = np.where(time_s <= end, pct(time_s), counted_on)
    return rows.assign(**new)


def _without_cut_edges(rows: Mapping[str, Any]) -> dict[str, FloatArray]:
    """Return the places of the edges but those that are ends of the recording and none of the muscle."""
    changed = {}
    where = np.asarray(rows["cut"], dtype=np.object_)
    for edge, end in (("onset", "start"), ("offset", "end")):
        cut = (where == end) | (where == "both")
        for name in (f"{edge}_pct", f"{edge}_low_pct", f"{edge}_high_pct"):
            changed[name] = np.where(cut, np.nan, np.asarray(rows[name], dtype=np.float64))
    return changed


def _averages(group: Mapping[str, FloatArray], cyclic: bool, confidence: float) -> dict[str, Any]:
    result: dict[str, Any] = {}
    lacking: list[str] = []
    for edge in ("onset", "offset"):
        position, low, high = (group[f"{edge}{bound}_pct"] for bound in ("", "_low", "_high"))
        found = mean_of_edges(position, low, high, cyclic=cyclic, confidence=confidence)
        n_edges = int(np.count_nonzero(~np.isnan(position)))
        result |= {
            f"{edge}_pct": found.mean_pct,
            f"{edge}_sd_pct": found.sd_pct,
            f"{edge}_ci_low_pct": found.low_pct,
            f"{edge}_ci_high_pct": found.high_pct,
            f"n_{edge}s": n_edges,
        }
        if n_edges and np.isnan(found.mean_pct):
            lacking.append(f"{edge}: the {n_edges} found balance around the cycle and have no mean")
        elif n_edges < MIN_CYCLES:
            lacking.append(f"{edge}: {n_edges} found, {MIN_CYCLES} needed for an interval")
        elif np.isnan(found.low_pct):
            lacking.append(f"{edge}: the {n_edges} found are too far apart for an interval within the cycle")
    if cyclic:
        lacking += _place_offset(result, group)
    for name in ("mean_uv", "mean_pct_ref"):
        known = group[name][~np.isnan(group[name])]
        result[name] = float(known.mean()) if known.size else np.nan
    result["why"] = "; ".join(lacking) or "none"
    return result


def _place_offset(result: dict[str, Any], group: Mapping[str, FloatArray]) -> list[str]:
    """Move the mean offset to the turn of the circle on which the bursts end, and say where that has none."""
    length = group["offset_pct"] - group["onset_pct"]
    length = length[~np.isnan(length)]
    names = ("offset_pct", "offset_ci_low_pct", "offset_ci_high_pct")
    if length.size and np.ptp(length) >= 100:
        result |= dict.fromkeys((*names, "offset_sd_pct"), np.nan)
        return ["offset: the lengths of the bursts differ by a whole cycle"]
    if length.size:
        # the circle does not say how many contacts lie between: the bursts themselves do
        turn = 100 * np.round((np.median(length) - (result["offset_pct"] - result["onset_pct"])) / 100)
        result |= {name: result[name] + turn for name in names}
    return []


def _n_robust(robustness: Sequence[str]) -> int | None:
    assessed = set(robustness) <= {tables.ROBUST, tables.BY_SETTING, tables.BY_DETECTOR}
    return robustness.count(tables.ROBUST) if assessed else None


def _no_edges(burst: int | None) -> dict[str, Any]:
    numbers = [c.name for c in tables.SUMMARY if c.dtype == "float64" and not c.name.startswith("frequency")]
    counts = {"n_onsets": 0, "n_offsets": 0, "n_robust": None, "n_edited": 0}
    why = "no burst" if burst is None else "no edge: an earlier burst fills the cycle"
    return {"burst": burst, **counts, **dict.fromkeys(numbers, np.nan), "why": why}
