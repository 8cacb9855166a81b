"""Bursts on the axis of one cycle: a burst across a contact is drawn in both cycles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from emgkit.model import FloatArray

_EDGES = ("onset_s", "offset_s", "onset_low_s", "onset_high_s", "offset_low_s", "offset_high_s")


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a burst inside one cycle, in percent of it.

    `onset` and `offset` are the edges' 95 % intervals (low, high), None where the edge lies in another cycle
    or has no interval.
    """

    start_pct: float
    stop_pct: float
    onset: tuple[float, float] | None
    offset: tuple[float, float] | None
    starts_here: bool
    ends_here: bool
    edited: bool = False
    """Whether a person moved or added the burst."""


def window(cycles: pd.DataFrame, bursts: pd.DataFrame, *, cyclic: bool) -> tuple[float, float]:
    """Return the part of the axis that is drawn, in percent: 0 to 100 for gait.

    A repetition is not followed at once by the next: a muscle may be on before its start or after its end, so
    the axis goes on as far as the bursts do, in steps of 10 and at most by half a repetition.
    """
    if cyclic:
        return 0.0, 100.0
    used = cycles.loc[cycles["used"], ["trial", "cycle"]]
    mine = bursts.merge(used, on=["trial", "cycle"])
    # an edge that a person set has no interval
    low = np.fmin(mine["onset_pct"].min(), mine["onset_low_pct"].min())
    high = np.fmax(mine["offset_pct"].max(), mine["offset_high_pct"].max())
    first = np.floor(low / 10) * 10 if np.isfinite(low) else 0.0
    last = np.ceil(high / 10) * 10 if np.isfinite(high) else 100.0
    return float(np.clip(first, -50.0, 0.0)), float(np.clip(last, 100.0, 150.0))


def columns(bursts: pd.DataFrame) -> dict[str, npt.NDArray[Any]]:
    """Return what `spans` reads of the bursts as arrays, so that many cycles are looked through quickly."""
    return {name: bursts[name].to_numpy() for name in (*_EDGES, "edited", "trial")}


def spans(
    cycle: pd.Series,
    bursts: pd.DataFrame | Mapping[str, npt.NDArray[Any]],
    axis: tuple[float, float] = (0.0, 100.0),
) -> tuple[Span, ...]:
    """Return the parts of `bursts` that lie in `cycle`, in order of time.

    Parameters
    ----------
    cycle : row of `Analysis.cycles`
    bursts : DataFrame or mapping of arrays
        `Analysis.bursts`, or its `columns`. Bursts of other trials are ignored. The times decide, not the
        cycle's number, so a burst that began in an earlier cycle, used or not, is drawn where it was.
    axis : tuple of float
        First and last percent that are looked at; see `window`.
    """
    start, end = float(cycle["start_s"]), float(cycle["end_s"])
    if not (np.isfinite(start) and np.isfinite(end) and end > start):
        return ()
    scale = 100.0 / (end - start)

    def pct(time_s: float) -> float:
        return (time_s - start) * scale

    first_s, last_s = (start + at / scale for at in axis)
    edges = {name: np.asarray(bursts[name], dtype=np.float64) for name in _EDGES}
    by_hand = np.asarray(bursts["edited"], dtype=bool)
    seen = (edges["onset_s"] < last_s) & (edges["offset_s"] > first_s)
    mine = np.flatnonzero(seen & np.asarray(bursts["trial"] == cycle["trial"], dtype=bool))
    found = []
    for k in mine[np.argsort(edges["onset_s"][mine], kind="stable")]:
        burst = {name: float(times[k]) for name, times in edges.items()}
        here = {"onset": burst["onset_s"] >= first_s, "offset": burst["offset_s"] <= last_s}
        bounds: dict[str, tuple[float, float] | None] = {}
        for edge, inside in here.items():
            low, high = burst[f"{edge}_low_s"], burst[f"{edge}_high_s"]
            known = inside and np.isfinite(low) and np.isfinite(high)
            bounds[edge] = (pct(low), pct(high)) if known else None
        found.append(
            Span(
                max(pct(burst["onset_s"]), axis[0]),
                min(pct(burst["offset_s"]), axis[1]),
                bounds["onset"],
                bounds["offset"],
                bool(here["onset"]),
                bool(here["offset"]),
                bool(by_hand[k]),
            )
        )
    return tuple(found)


def bar(onset_pct: float, offset_pct: float) -> tuple[tuple[float, float], ...]:
    """Return the pieces (start, stop) within 0 to 100 of a window that may cross the contact.

    Examples
    --------
    >>> bar(15, 27), bar(94, 24), bar(90, 110)
    (((15.0, 27.0),), ((0.0, 24.0), (94.0, 100.0)), ((0.0, 10.0), (90.0, 100.0)))
    """
    if not (np.isfinite(onset_pct) and np.isfinite(offset_pct)):
        return ()
    start, stop = float(onset_pct), float(offset_pct)
    if stop < start:
        stop += 100.0
    if stop - start >= 100.0:
        return ((0.0, 100.0),)
    shift = 100.0 * float(np.floor(start / 100.0))
    start, stop = start - shift, stop - shift
    if stop <= 100.0:
        return ((start, stop),)
    return ((0.0, stop - 100.0), (start, 100.0))


def envelope_points(values: npt.NDArray[np.float64], parts: int) -> tuple[FloatArray, FloatArray]:
    """Reduce a trace to what can be seen: the lowest and highest value of each of `parts` parts.

    Returns
    -------
    x, y : arrays of shape (n_points,)
        `x` runs from 0 to 1 over the trace. No peak is lost; a trace of up to 2 * `parts` samples is
        returned as it is.
    """
    n = values.size
    if n <= 2 * parts:
        return (np.arange(n) + 0.5) / max(n, 1), values
    starts = np.linspace(0, n, parts, endpoint=False).astype(np.int64)
    low, high = np.minimum.reduceat(values, starts), np.maximum.reduceat(values, starts)
    y = np.column_stack([low, high]).ravel()
    return (np.arange(y.size) + 0.5) / y.size, y
