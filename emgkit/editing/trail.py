"""The edits of a session, applied to its trials and kept beside what they replace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from emgkit.analysis import judged, on_cycles
from emgkit.editing.bursts import EditedBursts, edit_bursts, edit_sensitivity
from emgkit.editing.cycles import edit_cycles
from emgkit.editing.fit import TOLERANCE_S, Misfit
from emgkit.errors import InputError
from emgkit.faults import joined
from emgkit.found import Cycles
from emgkit.gait import ledger
from emgkit.measures.assignment import Assigned
from emgkit.measures.trial import mask_of
from emgkit.model import BoolArray, Edit
from emgkit.settings import Settings
from emgkit.trials import Edited, Trial

__all__ = ["TOLERANCE_S", "Misfit", "edited"]

FILE = "edits.toml"
NOT_OF_A_CYCLE = "not of a cycle"


def edited(
    trials: Sequence[Trial], edits: Sequence[Edit], settings: Settings, *, left_out: Sequence[str] = ()
) -> tuple[Trial, ...]:
    """Apply edits to the trials of a session.

    Parameters
    ----------
    trials : sequence of Trial
        As they were analysed automatically.
    edits : sequence of Edit
        Each is about the automatic result, never about that of another edit: their order does not matter.
    settings : Settings
        Of the session.
    left_out : sequence of str
        Names of trials that have no cycles.

    Returns
    -------
    tuple of Trial
        What was edited holds the automatic trial as `edited.automatic`. The places that the checks of quality
        take for quiet and for active signal, and the noise floor, stay those of the detector.

    Raises
    ------
    InputError
        If any edit does not fit; it names every one that does not, and nothing is applied.
    """
    misfits: list[Misfit] = []
    by_name = {t.signal.trial: t for t in trials}
    mine: dict[str, list[Edit]] = {}
    for edit in edits:
        if wrong := _other_recording(by_name, edit, left_out):
            misfits.append(Misfit(edit, wrong))
        else:
            mine.setdefault(edit.trial, []).append(edit)
    out = []
    for t in trials:
        one, wrong_here = _trial(t, mine[t.signal.trial], settings) if t.signal.trial in mine else (t, [])
        out.append(one)
        misfits += wrong_here
    if misfits:
        raise _error(misfits)
    return tuple(out)


def _other_recording(by_name: dict[str, Trial], edit: Edit, left_out: Sequence[str]) -> str:
    """Return why the edit is about no recording of the session, empty if it is."""
    if edit.trial in left_out:
        return f"the trial {edit.trial!r} was left out: nothing bounds a cycle in it"
    if edit.trial not in by_name:
        return f"there is no trial {edit.trial!r}; there is: {', '.join(by_name)}"
    sha256 = by_name[edit.trial].recording.source.sha256
    if not sha256.startswith(edit.recording_sha256):
        return (
            f"the recording of {edit.trial!r} is another file than the one that was edited (its SHA-256"
            f" begins with {sha256[: len(edit.recording_sha256)]}, not with {edit.recording_sha256})"
        )
    return ""


def _trial(t: Trial, edits: Sequence[Edit], settings: Settings) -> tuple[Trial, list[Misfit]]:
    """Return one trial with its edits applied, and which of them do not fit."""
    of_bursts = [edit for edit in edits if edit.cycle is None]
    of_cycles = [edit for edit in edits if edit.cycle is not None]
    rec = t.recording

    def judge(cycles: Cycles) -> Cycles:
        return judged(rec, ledger.leave_out_incomplete(cycles, rec.duration_s), settings, t.seen)

    cycles, touched, misfits = edit_cycles(t.cycles, of_cycles, judge)
    bursts, more = edit_bursts(t.detection, of_bursts, rec.duration_s, rec.rate_hz)
    if misfits or more:
        return t, [*misfits, *more]
    assigned = on_cycles(bursts.detection, cycles)
    on = mask_of(bursts.detection.onset_s, bursts.detection.offset_s, rec.rate_hz, rec.emg_uv.size)
    rows = [_cycle_row(edit, t, cycles) for edit in of_cycles]
    rows += list(_burst_rows(of_bursts, t, bursts, assigned))
    for row in rows:
        touched |= _holds(cycles, row)
    return replace(
        t,
        cycles=cycles,
        signal=replace(t.signal, on=on),
        detection=bursts.detection,
        assigned=assigned,
        sensitivity=edit_sensitivity(t.sensitivity, bursts),
        edited=Edited(t, bursts.edited, touched, tuple(rows)),
    ), []


def _holds(cycles: Cycles, row: dict[str, Any]) -> BoolArray:
    """Return the cycles in which the burst of a row lies or lay; none for an edit of a cycle."""
    # a comparison with NaN, where there is no burst or no end of the cycle, is false
    start_s = np.fmin(row["found_onset_s"], row["onset_s"])
    end_s = np.fmax(row["found_offset_s"], row["offset_s"])
    return np.asarray((cycles.start_s < end_s) & (cycles.end_s > start_s), dtype=np.bool_)


def _cycle_row(edit: Edit, t: Trial, cycles: Cycles) -> dict[str, Any]:
    k = (edit.cycle or 0) - 1
    return _row(edit) | {
        "cycle": edit.cycle,
        "found_reason": t.cycles.reason[k],
        "reason": cycles.reason[k],
    }


def _burst_rows(
    edits: Sequence[Edit], t: Trial, bursts: EditedBursts, assigned: Assigned
) -> Iterable[dict[str, Any]]:
    for edit, was, now in zip(edits, bursts.was, bursts.now, strict=True):
        row = _row(edit)
        if was >= 0:
            row |= {"found_onset_s": t.detection.onset_s[was], "found_offset_s": t.detection.offset_s[was]}
        if now >= 0:
            found = bursts.detection
            row |= {"onset_s": found.onset_s[now], "offset_s": found.offset_s[now]}
        cycle = int(assigned.cycle[now] if now >= 0 else t.assigned.cycle[was])
        yield row | {"cycle": cycle + 1 if cycle >= 0 else None}


def _row(edit: Edit) -> dict[str, Any]:
    """Return what a row of the table `edits` says of any edit."""
    times = ("found_onset_s", "found_offset_s", "onset_s", "offset_s")
    return {
        "number": edit.number,
        "trial": edit.trial,
        "action": edit.action,
        **dict.fromkeys(times, float("nan")),
        "found_reason": NOT_OF_A_CYCLE,
        "reason": NOT_OF_A_CYCLE,
        "by": edit.by,
        "when": edit.when,
        "why": edit.why,
    }


def _error(misfits: Sequence[Misfit]) -> InputError:
    """Return one error that names every edit that does not fit, in the order of the file."""
    said: dict[str, None] = {}
    for wrong in sorted(misfits, key=lambda m: m.edit.number):
        line = f" (line {wrong.edit.line})" if wrong.edit.line else ""
        said[f"edit {wrong.edit.number}{line}, {wrong.edit.action}: {wrong.text}"] = None
    it = "it" if len(said) == 1 else "them"
    return InputError(
        joined(list(said)),
        where=FILE,
        mend=f"look at the recording again, put {it} right, or take {it} out, and run again",
    )
