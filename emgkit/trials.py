"""Trials that have gone through all stages but the tables, and what is said of them together in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emgkit.found import AmplitudeReference, Cycles, Detection, Sensitivity
from emgkit.measures import assignment, trial
from emgkit.model import BoolArray, Recording
from emgkit.quality import Look, SessionVerdict
from emgkit.reference import ReferenceSet
from emgkit.result import Study, signature_day


@dataclass(frozen=True, slots=True, eq=False)
class Edited:
    """What a person changed in a trial, and what stood there before."""

    automatic: Trial
    bursts: BoolArray
    """Which bursts were moved or added; shape (n_bursts,)."""
    cycles: BoolArray
    """Which cycles were left out, taken in, or hold an edited burst; shape (n_cycles,)."""
    rows: tuple[Mapping[str, Any], ...]
    """Rows of the table `edits`."""


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One recording that has gone through all stages but the tables."""

    recording: Recording
    cycles: Cycles
    signal: trial.Signal
    detection: Detection
    assigned: assignment.Assigned
    band: str
    sensitivity: Sensitivity
    seen: Look
    edited: Edited | None = None
    """None if nothing was edited in it."""

    @property
    def edited_bursts(self) -> BoolArray | None:
        """Which bursts a person moved or added, None if nothing was edited."""
        return None if self.edited is None else self.edited.bursts

    @property
    def edited_cycles(self) -> BoolArray | None:
        """Which cycles a person touched, None if nothing was edited."""
        return None if self.edited is None else self.edited.cycles


def why_none_used(trials: Sequence[Trial]) -> str:
    """Return each reason once, with the numbers of the first cycle that was left out for it."""
    found = {
        reason: f"{reason}: {detail}"
        for t in reversed(trials)
        for reason, detail in zip(reversed(t.cycles.reason), reversed(t.cycles.reason_detail), strict=True)
    }
    return "; ".join(found[reason] for reason in sorted(found))


def each_once(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Return the words of all groups in order, each once."""
    return tuple(dict.fromkeys(word for group in groups for word in group))


def study_of(
    trials: Sequence[Trial],
    reference: AmplitudeReference,
    counting: str,
    profile: str,
    timing: ReferenceSet,
    verdict: SessionVerdict,
) -> Study:
    """Return what was recorded, and how the trials were analysed; `counting` and `profile` are sentences."""
    first = trials[0]
    powers = [t.signal.noise_uv**2 for t in trials if not np.isnan(t.signal.noise_uv)]
    given = {k: v for k, v in first.detection.parameters.items() if not k.startswith("learned_")}
    learned = {
        t.signal.trial: {k: v for k, v in t.detection.parameters.items() if k.startswith("learned_")}
        for t in trials
    }
    muscle = first.recording.muscle
    walking = first.cycles.kind == "gait"
    taken = timing.find(muscle) if walking else None
    windows = taken[1] if taken else ()
    return Study(
        label=first.recording.label,
        muscle=muscle,
        side=first.recording.side,
        activity="walking" if walking else "repetitions",
        cycle_source=", ".join(sorted({t.cycles.source for t in trials})),
        rate_hz=first.recording.rate_hz,
        band=first.band,
        detector={"method": first.detection.method, **given, "learned": learned},
        normalisation=reference.words,
        amplitude=reference,
        profile=profile,
        noise_uv=float(np.sqrt(np.mean(powers))) if powers else float("nan"),
        foot_switches=each_once(t.cycles.switches for t in trials),
        foot_switches_left_out=each_once(t.cycles.switches_left_out for t in trials),
        foot_switch_levels=tuple(
            f"{t.signal.trial}: {words}" for t in trials for words in t.cycles.switch_levels
        ),
        counting=counting,
        sensitivity=_alternates(trials),
        verdict=verdict.grade,
        verdict_why=verdict.why,
        reference=tuple((w.variant, w.onset_pct, w.offset_pct, w.source) for w in windows),
        timing_reference=taken[0].about(windows) if taken else {},
    )


def _alternates(trials: Sequence[Trial]) -> tuple[Mapping[str, Any], ...]:
    """Return what the bursts were compared with, counted over the trials."""
    rows = []
    for same in zip(*(t.sensitivity.alternates for t in trials if t.sensitivity.alternates), strict=True):
        counts = {name: sum(row[name] for row in same) for name in ("bursts", "hold", "further")}
        not_run = "; ".join(dict.fromkeys(row["not_run"] for row in same if row["not_run"]))
        rows.append({**same[0], **counts, "not_run": not_run})
    return tuple(rows)


def edit_notes(edits: pd.DataFrame, by_hand: str, manifest: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the sentences that the result is not all automatic, none if it is."""
    if edits.empty:
        return ()
    n, dates = len(edits), sorted(str(when)[:10] for when in edits["when"])
    when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    who = ", ".join(sorted(set(edits["by"])))
    made = f"{n} edit{'s' * (n != 1)} by hand ({who}, {when}) {'are' if n != 1 else 'is'} applied over the"
    note = f"{made} automatic result; the table edits has both values and the reasons."
    signed = signature_day(manifest)
    late = (
        (f"Edited after the day of the signature, {signed}.",)
        if signed is not None and dates[-1] > signed
        else ()
    )
    return (f"{note} {by_hand}".rstrip(), *late)


def with_edits(findings: pd.DataFrame, by_hand: str) -> pd.DataFrame:
    """Return the findings, each with how many cycles hold edits by hand."""
    if by_hand:
        return findings.assign(statement=[f"{said} {by_hand}" for said in findings["statement"]])
    return findings


def notes_of(trials: Sequence[Trial]) -> tuple[str, ...]:
    """Return the sentences of all stages, each once, with the trials that it is about."""
    return with_names(
        (t.signal.trial, note)
        for t in trials
        for note in (*t.recording.notes, *t.cycles.notes, *t.detection.notes)
    )


def with_names(said: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return each note of the pairs of recording and note once, after the recordings that it is about."""
    found: dict[str, list[str]] = {}
    for name, note in said:
        found.setdefault(note, []).append(name)
    return tuple(f"{', '.join(dict.fromkeys(names))}: {note}" for note, names in found.items())
