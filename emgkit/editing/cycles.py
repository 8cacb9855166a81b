"""Cycles left out and taken in by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from emgkit.editing.fit import TOLERANCE_S, Misfit
from emgkit.found import Cycles
from emgkit.model import BoolArray, Edit

EDITED_OUT = "edited_out"


def edit_cycles(
    cycles: Cycles, edits: Sequence[Edit], judge: Callable[[Cycles], Cycles]
) -> tuple[Cycles, BoolArray, list[Misfit]]:
    """Apply edits to the ledger of one trial.

    Parameters
    ----------
    cycles : Cycles
        As they were judged automatically.
    edits : sequence of Edit
        Those of cycles of this trial; their order does not matter.
    judge : callable
        Leaves out those of the used cycles that have no end, are not recorded whole, or whose signal cannot
        be used. A person may overrule the duration and the place of a stride, but not these.

    Returns
    -------
    cycles : Cycles
    edited : bool array of shape (n_cycles,)
    misfits : list of Misfit
        Empty if every edit fits.
    """
    misfits: list[Misfit] = []
    reasons = list(cycles.reason)
    details = list(cycles.reason_detail) or ["none"] * len(reasons)
    by: dict[int, Edit] = {}
    for edit in edits:
        k = (edit.cycle or 0) - 1
        if wrong := _misfit(cycles, reasons, details, edit, k, by.get(k)):
            misfits.append(Misfit(edit, wrong))
        else:
            by[k] = edit
    taken = {k for k, edit in by.items() if edit.action == "take_in"}
    tried = judge(_with(cycles, dict.fromkeys(taken, ("none", "none"))))
    for k in sorted(taken):
        if tried.reason[k] != "none":
            why = f"the cycle cannot be used ({tried.reason[k]}: {tried.reason_detail[k]})"
            misfits.append(Misfit(by[k], why))
    changed = {
        k: ("none", "none") if k in taken else (EDITED_OUT, f"edit {edit.number} by {edit.by}: {edit.why}")
        for k, edit in by.items()
    }
    edited = np.zeros(len(reasons), dtype=np.bool_)
    edited[list(by)] = True
    return _with(cycles, changed), edited, misfits


def _with(cycles: Cycles, changed: dict[int, tuple[str, str]]) -> Cycles:
    """Return the cycles with other reasons and details."""
    n = len(cycles.reason)
    was = list(zip(cycles.reason, cycles.reason_detail or ("none",) * n, strict=True))
    now = [changed.get(k, was[k]) for k in range(n)]
    return replace(cycles, reason=tuple(r for r, _ in now), reason_detail=tuple(d for _, d in now))


def _misfit(
    cycles: Cycles, reasons: list[str], details: list[str], edit: Edit, k: int, other: Edit | None
) -> str:
    """Return why the edit does not fit the cycle of index `k`, empty if it does."""
    n = len(reasons)
    if not 0 <= k < n:
        return f"there is no cycle {edit.cycle}; the trial has {n}"
    start, end = float(cycles.start_s[k]), float(cycles.end_s[k])
    moved = [abs(start - edit.found_start_s), abs(end - edit.found_end_s)]
    if not all(off <= TOLERANCE_S for off in moved):  # also where the cycle has no end
        shown = f"{start:.4f} to {end:.4f} s" if np.isfinite(end) else f"{start:.4f} s, without an end"
        return (
            f"cycle {edit.cycle} is no longer that from {edit.found_start_s:.4f} to {edit.found_end_s:.4f} s"
            f" (found: {shown}; the same is within {1000 * TOLERANCE_S:g} ms)"
        )
    if other is not None:
        return f"edit {other.number} is about the same cycle"
    if edit.action == "leave_out":
        return "" if reasons[k] == "none" else f"the cycle is not used anyway ({reasons[k]}: {details[k]})"
    if reasons[k] == "none":
        return "the cycle is used already"
    if reasons[k] != edit.found_reason:
        return f"the cycle was left out as {edit.found_reason}, and now is as {reasons[k]}: {details[k]}"
    return ""
