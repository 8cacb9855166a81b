"""The single cycles behind a mean: which bursts are alike, and how each of them lies."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from emgkit.found import MIN_CYCLES
from emgkit.reference.arcs import Arc, align, overlap, overlaps

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


def in_used(bursts: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """Return the bursts of the used cycles whose onset is known; the offset may not be (NaN)."""
    cycles = set(zip(used["trial"].tolist(), used["cycle"].tolist(), strict=True))
    # what is outside every cycle has no number, and is in none of them
    mine = zip(bursts["trial"].tolist(), bursts["cycle"].tolist(), strict=True)
    here = np.array([cycle in cycles for cycle in mine], dtype=np.bool_)
    here &= ~np.isnan(bursts["onset_pct"].to_numpy(np.float64))
    return chosen(bursts, here)


def chosen(table: pd.DataFrame, here: BoolArray) -> pd.DataFrame:
    """Return the rows of a table, which is not copied if they are all."""
    return table if here.all() else table[here]


def dominant(summary: pd.DataFrame) -> tuple[list[Mapping[str, Any]], str | None]:
    """Return the rows of the most frequent modality, or why there is nothing to compare.

    Of two equally frequent modalities it is the one with fewer bursts.
    """
    if summary.empty:
        return [], "No cycle's bursts could be counted."
    columns = {str(name): summary[name].tolist() for name in summary}
    records = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
    most = min(records, key=lambda row: (-row["frequency_pct"], row["modality"]))
    modality, n, percent = most["modality"], int(most["n_cycles"]), float(most["frequency_pct"])
    if modality == 0:
        return (
            [],
            f"Most often ({n} cycles, {percent:.0f} %) no burst starts in a cycle: there is no edge to "
            "compare.",
        )
    if n < MIN_CYCLES:
        return [], (
            f"Too few strides with the same number of bursts: {n} with {modality} ({percent:.0f} % of the "
            f"cycles), {MIN_CYCLES} needed to state timing."
        )
    rows = [row for row in records if row["modality"] == modality]
    if any(np.isnan(row[edge]) for row in rows for edge in ("onset_pct", "offset_pct")):
        return [], "An edge of the most frequent pattern is not determinable."
    return sorted(rows, key=lambda row: int(row["burst"])), None


def alike(bursts: pd.DataFrame, mean: Arc, *, whole: bool = True) -> list[Arc]:
    """Return for each cycle the burst that overlaps the mean burst most, on the axis of the mean burst.

    Cycles without such a burst are left out. A burst whose offset is not known is left out if `whole`, and
    otherwise has the length of the mean burst.
    """
    return [one for _, one in _alike(bursts, mean, whole=whole)]


def amplitudes(bursts: pd.DataFrame, mean: Arc) -> FloatArray:
    """Return the normalised mean amplitude of each of these bursts that has one."""
    rows = [at for at, _ in _alike(bursts, mean, whole=False)]
    found = bursts["mean_pct_ref"].to_numpy(dtype=np.float64)[rows]
    return cast(FloatArray, found[np.isfinite(found)])


def _alike(bursts: pd.DataFrame, mean: Arc, *, whole: bool) -> list[tuple[int, Arc]]:
    """Return them with the number of their row."""
    on, off = (bursts[name].to_numpy(dtype=np.float64) for name in ("onset_pct", "offset_pct"))
    known = ~np.isnan(off)
    on, off = align(on, np.where(known, off, on + mean.length), mean)
    shared = np.where(known | (not whole), overlaps(on, off, mean), 0.0).tolist()
    best: dict[tuple[Any, Any], int] = {}
    for at, cycle in enumerate(zip(bursts["trial"].tolist(), bursts["cycle"].tolist(), strict=True)):
        if shared[at] > (shared[best[cycle]] if cycle in best else 0.0):
            best[cycle] = at
    return [(at, Arc(float(on[at]), float(off[at]))) for at in best.values()]


def differences(bursts: pd.DataFrame, mean: Arc, edge: str) -> FloatArray:
    """Return for each cycle how far the edge ("onset" or "offset") lies from that of the mean burst."""
    if edge == "onset":
        near = alike(bursts, mean, whole=False)
        return np.array([one.on - mean.on for one in near], dtype=np.float64)
    return np.array([one.off - mean.off for one in alike(bursts, mean)], dtype=np.float64)


def covers(burst: Arc, part: Arc) -> bool:
    """Tell whether the burst covers all of the part."""
    return overlap(burst, part) >= part.length - 1e-9


def active_in(window: Arc, cycles: pd.DataFrame, bursts: pd.DataFrame) -> BoolArray:
    """Return for each cycle whether any burst overlaps the window, in time; shape (n_cycles,).

    A window that crosses the next contact is looked at in this cycle's own time beyond that contact.
    """
    start = cycles["start_s"].to_numpy(dtype=np.float64)
    length = cycles["end_s"].to_numpy(dtype=np.float64) - start
    low, high = start + window.on / 100 * length, start + window.off / 100 * length
    same = cycles["trial"].to_numpy(dtype=object)[:, None] == bursts["trial"].to_numpy(dtype=object)[None, :]
    on = bursts["onset_s"].to_numpy(dtype=np.float64)[None, :]
    off = bursts["offset_s"].to_numpy(dtype=np.float64)[None, :]
    hit: BoolArray = (same & (on < high[:, None]) & (off > low[:, None])).any(axis=1)
    return hit
