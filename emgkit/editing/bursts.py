"""Bursts moved, added and deleted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from emgkit.editing.fit import TOLERANCE_S, Misfit
from emgkit.found import Detection, Sensitivity
from emgkit.model import BoolArray, Edit, FloatArray, IntArray, frozen
from emgkit.tables import NOT_DETERMINABLE

_ROUNDING_S = 1e-9
"""Times are sums of floating-point numbers: a gap of one sample may come out as a little less."""


@dataclass(frozen=True, slots=True, eq=False)
class EditedBursts:
    """The bursts as they are after the edits; arrays of shape (n_bursts,)."""

    detection: Detection
    origin: IntArray
    """Index of the automatic burst, -1 for one that was added."""
    edited: BoolArray
    was: tuple[int, ...]
    """Of each edit, the index of the automatic burst; -1 for one that was added."""
    now: tuple[int, ...]
    """Of each edit, the index of the burst as it is now; -1 for one that was deleted."""


def edit_bursts(
    found: Detection, edits: Sequence[Edit], duration_s: float, rate_hz: float
) -> tuple[EditedBursts, list[Misfit]]:
    """Apply edits to the automatic bursts of one trial.

    Parameters
    ----------
    found : Detection
        The automatic bursts, in order of time.
    edits : sequence of Edit
        Those of bursts of this trial. Each is about the automatic bursts, so their order does not matter.
    duration_s, rate_hz : float
        Of the recording.

    Returns
    -------
    bursts : EditedBursts
        An edge that was moved, and both of a burst that was added, has no interval, and no burst that was
        edited has a probability: those are the detector's. Of no use where there are misfits.
    misfits : list of Misfit
        Empty if every edit fits.
    """
    misfits: list[Misfit] = []
    n = found.onset_s.size
    edges = np.column_stack([found.onset_s, found.offset_s])
    low = np.column_stack([found.onset_low_s, found.offset_low_s])
    high = np.column_stack([found.onset_high_s, found.offset_high_s])
    touched = np.zeros((n, 2), dtype=np.int64)  # number of the edit that touches the edge
    gone = np.zeros(n, dtype=np.bool_)
    was, added = [], []
    for edit in edits:
        if outside := _outside(edit, duration_s):
            misfits.append(Misfit(edit, outside))
        at = -1 if edit.action == "add_burst" else _automatic(found, edit)
        was.append(at)
        if edit.action == "add_burst":
            added.append(edit)
            continue
        if at < 0:
            misfits.append(Misfit(edit, _not_found(found, edit)))
            continue
        concerns = {"move_onset": [0], "move_offset": [1]}.get(edit.action, [0, 1])
        if touched[at, concerns].any():
            other = touched[at, concerns].max()
            misfits.append(Misfit(edit, f"edit {other} is about the same {_named(edit)}"))
            continue
        touched[at, concerns] = edit.number
        gone[at] = edit.action == "delete_burst"
        if not gone[at]:
            edges[at, concerns] = edit.start_s if edit.action == "move_onset" else edit.end_s
            low[at, concerns] = high[at, concerns] = np.nan

    new = np.array([(edit.start_s, edit.end_s) for edit in added]).reshape(-1, 2)
    none = np.full(new.shape, np.nan)
    numbers = np.array([(edit.number, edit.number) for edit in added], dtype=np.int64).reshape(-1, 2)
    edges, low, high = (np.concatenate(pair) for pair in ((edges, new), (low, none), (high, none)))
    touched = np.concatenate([touched, numbers])
    gone = np.append(gone, np.zeros(len(added), dtype=np.bool_))
    order = np.flatnonzero(~gone)
    order = order[np.argsort(edges[order, 0], kind="stable")]
    place = np.full(gone.size, -1)
    place[order] = np.arange(order.size)
    by_number = {edit.number: edit for edit in edits}
    misfits += _crossings(edges[order], touched[order], by_number, 1 / rate_hz - _ROUNDING_S)

    each_added = iter(range(n, n + len(added)))
    now = tuple(
        int(place[at if at >= 0 else next(each_added)]) if _known(e, at) else -1
        for e, at in zip(edits, was, strict=True)
    )
    edited: BoolArray = np.asarray(touched[order].any(axis=1))
    origin = np.where(order < n, order, -1)
    chance = np.full(n, np.nan) if found.probability is None else found.probability
    detection = replace(
        found,
        onset_s=frozen(edges[order, 0]),
        offset_s=frozen(edges[order, 1]),
        onset_low_s=frozen(low[order, 0]),
        onset_high_s=frozen(high[order, 0]),
        offset_low_s=frozen(low[order, 1]),
        offset_high_s=frozen(high[order, 1]),
        probability=frozen(np.where(edited, np.nan, np.append(chance, np.nan)[origin])),
    )
    return EditedBursts(detection, origin, edited, tuple(was), now), misfits


def edit_sensitivity(found: Sensitivity, bursts: EditedBursts) -> Sensitivity:
    """Return the robustness of the bursts as they are now: of one that was edited it is not determinable."""
    onset_s, offset_s = (
        frozen(np.where(bursts.edited, np.nan, np.append(shift, np.nan)[bursts.origin]))
        for shift in (found.onset_shift_s, found.offset_shift_s)
    )
    words = np.append(np.array(found.robustness, dtype=object), NOT_DETERMINABLE)[bursts.origin]
    words[bursts.edited] = NOT_DETERMINABLE
    return Sensitivity(onset_s, offset_s, tuple(words.tolist()), found.alternates)


def _known(edit: Edit, at: int) -> bool:
    return at >= 0 or edit.action == "add_burst"


def _automatic(found: Detection, edit: Edit) -> int:
    """Return the index of the automatic burst with the edges that were edited, -1 if there is none."""
    off = np.fmax(np.abs(found.onset_s - edit.found_start_s), np.abs(found.offset_s - edit.found_end_s))
    return int(np.argmin(off)) if off.size and off.min() <= TOLERANCE_S else -1


def _not_found(found: Detection, edit: Edit) -> str:
    given = f"no automatic burst goes from {edit.found_start_s:.4f} to {edit.found_end_s:.4f} s"
    near = np.flatnonzero((found.onset_s < edit.found_end_s) & (found.offset_s > edit.found_start_s))
    there = ", ".join(f"{found.onset_s[k]:.4f} to {found.offset_s[k]:.4f} s" for k in near[:3])
    return f"{given} (found there: {there or 'none'}; the same is within {1000 * TOLERANCE_S:g} ms)"


def _outside(edit: Edit, duration_s: float) -> str:
    """Return which new edge lies outside the recording, empty if none does."""
    beyond = [t for t in (edit.start_s, edit.end_s) if not np.isnan(t) and not 0 <= t <= duration_s]
    where = ", ".join(f"{t:.4f} s" for t in beyond)
    return f"{where} lies outside the recording, which lasts {duration_s:.4f} s" if beyond else ""


def _named(edit: Edit) -> str:
    return {"move_onset": "onset", "move_offset": "offset"}.get(edit.action, "burst")


def _crossings(
    edges: FloatArray,
    touched: IntArray,
    by_number: dict[int, Edit],
    least_s: float,
) -> list[Misfit]:
    """Return the edits after which a burst has no length, or two bursts have no gap between them."""
    misfits = []
    short = np.flatnonzero(touched.any(axis=1) & ~(edges[:, 1] - edges[:, 0] >= least_s))
    for k in short:
        text = f"the burst would go from {edges[k, 0]:.4f} to {edges[k, 1]:.4f} s; it needs a sample at least"
        misfits += [Misfit(by_number[number], text) for number in sorted({*touched[k].tolist()} - {0})]
    gap = edges[1:, 0] - edges[:-1, 1]
    pair = touched[1:].any(axis=1) | touched[:-1].any(axis=1)
    backward = edges[:, 1] < edges[:, 0]  # said above; what it would overlap is not to blame
    pair &= ~(backward[1:] | backward[:-1])
    for k in np.flatnonzero(pair & ~(gap >= least_s)):
        spans = [f"{edges[i, 0]:.4f} to {edges[i, 1]:.4f} s" for i in (k, k + 1)]
        text = f"bursts from {' and from '.join(spans)} would touch or overlap; a sample has to lie between"
        numbers = {*touched[k].tolist(), *touched[k + 1].tolist()} - {0}
        misfits += [Misfit(by_number[number], text) for number in sorted(numbers)]
    return misfits
