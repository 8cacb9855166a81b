"""Bursts, edits and one simulated walk, for the tests of edits by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import emgkit
from emgkit.analysis import assemble, run
from emgkit.editing import edited
from emgkit.found import Detection
from emgkit.gait.bounds import cut
from emgkit.model import Edit
from emgkit.result import Analysis
from emgkit.settings import Settings, as_settings
from emgkit.trials import Trial

DIGITS = "0123456789ab"
SETTINGS = as_settings({"detect": {"sensitivity": "off"}, "measure": {"bootstrap_resamples": 200}})


def bursts(*edges_s: tuple[float, float], half_s: float = 0.01) -> Detection:
    """Bursts with these edges, each edge with the same interval."""
    onset, offset = np.array(edges_s, dtype=np.float64).reshape(-1, 2).T
    chance = np.linspace(0.9, 1.0, onset.size)
    bounds = (onset - half_s, onset + half_s, offset - half_s, offset + half_s)
    return Detection(onset, offset, *bounds, "hmm", {}, probability=chance)


def edit(action: str, number: int = 1, **more: Any) -> Edit:
    """Make an edit of the trial "walk_1"."""
    given: dict[str, Any] = {
        "number": number,
        "line": None,
        "action": action,
        "trial": "walk_1",
        "recording_sha256": DIGITS,
        "by": "AB",
        "when": "2026-03-04T10:00:00+01:00",
        "why": "seen on the trace",
    }
    return Edit(**(given | more))


@cache
def walk(activity: str = "walking", settings: Settings = SETTINGS, **changes: Any) -> Trial:
    """Return a simulated trial of ten strides or repetitions as it is analysed automatically."""
    given: dict[str, Any] = {"n_cycles": 10, "seed": 3, "muscle": "tibialis_anterior", "activity": activity}
    rec = emgkit.simulate(**(given | changes))
    kind = "walking" if activity == "walking" else "repetitions"
    return run(rec, cut(rec, settings.gait, kind, settings.repetitions), settings)


def of_trial(t: Trial, action: str, number: int = 1, **more: Any) -> Edit:
    """Make an edit of this trial."""
    sha256 = t.recording.source.sha256[:16]
    return edit(action, number, trial=t.recording.trial, recording_sha256=sha256, **more)


def of_burst(t: Trial, k: int, action: str, number: int = 1, **more: Any) -> Edit:
    """Make an edit of the k-th automatic burst."""
    found = {"found_start_s": t.detection.onset_s[k], "found_end_s": t.detection.offset_s[k]}
    return of_trial(t, action, number, **found, **more)


def of_cycle(t: Trial, number_of_cycle: int, action: str, number: int = 1, **more: Any) -> Edit:
    """Make an edit of a cycle of the ledger, counted from 1."""
    k = number_of_cycle - 1
    found = {"found_start_s": t.cycles.start_s[k], "found_end_s": t.cycles.end_s[k]}
    return of_trial(t, action, number, cycle=number_of_cycle, **found, **more)


def analysed(t: Trial, *edits: Edit, settings: Settings = SETTINGS, **more: Any) -> Analysis:
    """Return the analysis of one trial with edits."""
    return assemble(edited([t], edits, settings), settings, **more)
