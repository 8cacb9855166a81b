"""The one place where the stages are chained; reads like the methods section of a paper."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from emgkit import tables
from emgkit.condition import condition, reach_s
from emgkit.detectors import detect as detect_bursts
from emgkit.detectors import sensitivity
from emgkit.errors import InputError, InsufficientDataError
from emgkit.found import Cycles, Detection, Sensitivity
from emgkit.gait import ledger, parameters, perry, phases, repetitions
from emgkit.gait.bounds import cut
from emgkit.gait.footsteps import footsteps
from emgkit.measures import assignment, trial
from emgkit.measures.profile import profile_table
from emgkit.measures.summary import count_bursts, summary_table
from emgkit.model import Recording
from emgkit.quality import (
    Look,
    Row,
    SessionVerdict,
    Strides,
    check_session,
    check_trial,
    judge,
    look,
    strides_of,
    synchrony,
    wire_movement,
)
from emgkit.quality.resolution import cycles_in_trial
from emgkit.reference import find, windows_for
from emgkit.result import Analysis, Study, Trace
from emgkit.settings import Settings, SettingsLike, as_settings

_LIBRARIES = ("emgkit", "numpy", "scipy", "pandas", "c3d", "edfio")


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """The amplitude that `mean_pct_ref` is a percentage of."""

    mean_uv: float
    words: str


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


NO_REFERENCE = Reference(float("nan"), "none: no maximum test was given")


def analyze(rec: Recording, settings: SettingsLike = None) -> Analysis:
    """Find when the muscle is on, and how strongly, in every gait cycle or repetition of one recording.

    Parameters
    ----------
    rec : Recording
        From `emgkit.read` or `emgkit.simulate`.
    settings : Settings or mapping, optional
        All defaults if not given; ``{"detect": {"method": "double_threshold"}}`` changes one.

    Returns
    -------
    Analysis

    Raises
    ------
    InputError
        If nothing in the recording bounds a cycle, or a foot switch cannot be decoded.
    InsufficientDataError
        If no cycle can be used.

    Examples
    --------
    >>> import emgkit
    >>> an = emgkit.analyze(emgkit.simulate(n_cycles=5))
    >>> int(an.cycles.used.sum())
    5
    """
    chosen = as_settings(settings)
    if not isinstance(rec, Recording):
        raise InputError(
            "this is no recording", found=type(rec).__name__, accepted="what emgkit.read returns"
        )
    return assemble([run(rec, cut(rec, chosen.gait, None, chosen.repetitions), chosen)], chosen)


def detect(samples_uv: npt.ArrayLike, rate_hz: float, method: str = "hmm", **parameters: Any) -> pd.DataFrame:
    """Find bursts of muscle activity in one signal.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
        The raw signal; each detector conditions it for itself, as its parameters say.
    rate_hz : float
    method : str
        "hmm" (the default, with intervals), or one of the field's: "double_threshold", "hodges_bui", "tkeo",
        "aglr", "lidierth", "change_point", "rancho" or "neurokit".
    **parameters
        Parameters of the detector, in seconds and hertz.

    Returns
    -------
    DataFrame
        onset_s, offset_s, onset_low_s, onset_high_s, offset_low_s, offset_high_s; one row per burst. The
        bounds are of the 95 % interval, NaN where the detector gives none.

    Raises
    ------
    InputError
        If signal, method or a parameter cannot be used; says what is accepted.
    """
    found: Detection = detect_bursts(samples_uv, rate_hz, method, **parameters)
    return found.to_frame()


def run(rec: Recording, cycles: Cycles, settings: Settings) -> Trial:
    """Take one recording through detection, conditioning and assignment."""
    detection = detect_bursts(rec.emg_uv, rec.rate_hz, settings.detect.method, **settings.detect.parameters)
    conditioned = condition(rec.emg_uv, rec.rate_hz, settings.condition)
    signal = trial.signal_of(rec.trial, conditioned.emg_uv, conditioned.envelope_uv, rec.rate_hz, detection)
    seen = look(
        rec.emg_uv,
        rec.rate_hz,
        trial=signal.trial,
        quiet=signal.quiet,
        active=signal.active,
        contact_s=cycles.contacts_s() if cycles.kind == "gait" else None,
    )
    cycles = _judged(rec, cycles, settings, seen)
    assigned = assignment.assign(
        detection,
        cycles,
        cycle_of=phases.cycle_of,
        to_pct=phases.to_pct,
        continued_pct=phases.continued_pct,
    )
    robustness = _sensitivity(rec, cycles, detection, settings)
    return Trial(rec, cycles, signal, detection, assigned, conditioned.band, robustness, seen)


def _sensitivity(rec: Recording, cycles: Cycles, detection: Detection, settings: Settings) -> Sensitivity:
    """Look each burst up with other settings and a second detector; the cycle says what a large move is."""
    unknown = np.full(detection.onset_s.size, np.nan)
    if settings.detect.sensitivity == "off":
        return Sensitivity(unknown, unknown, (tables.NOT_ASSESSED,) * unknown.size)
    if not cycles.used.any():
        return Sensitivity(unknown, unknown, (tables.NOT_DETERMINABLE,) * unknown.size)
    cycle_s = float(np.median((cycles.end_s - cycles.start_s)[cycles.used]))
    tolerance_s = settings.measure.timing_tolerance_pct / 100 * cycle_s
    return sensitivity.assess(rec.emg_uv, rec.rate_hz, detection, settings.detect.parameters, tolerance_s)


def _judged(rec: Recording, cycles: Cycles, settings: Settings, seen: Look) -> Cycles:
    """Leave out the cycles whose signal is bad, or where the filters lack signal."""
    for fault in seen.found.values():
        if fault.limit_pct is not None:
            bad = fault.marked(rec.emg_uv.size)
            cycles = ledger.leave_out_faults(
                cycles, bad, rec.rate_hz, limit_pct=fault.limit_pct, words=fault.words
            )
        if fault.spoils is not None:
            start_s, end_s = (edge[fault.spoils] / rec.rate_hz for edge in (fault.start, fault.stop))
            cycles = ledger.leave_out_touched(cycles, start_s, end_s, words=fault.words)
    if settings.gait.edge_s is not None:
        return ledger.leave_out_edges(cycles, settings.gait.edge_s, rec.duration_s)
    filters_s = reach_s(rec.rate_hz, settings.condition)
    return ledger.leave_out_edges(cycles, filters_s, rec.duration_s, least=ledger.MIN_BESIDE_EDGE)


def assemble(
    trials: Sequence[Trial],
    settings: Settings,
    *,
    reference: Reference = NO_REFERENCE,
    left_out: Sequence[str] = (),
    beside: Sequence[Recording] = (),
    beside_checks: Sequence[Row] = (),
    wire_works: bool = False,
    manifest: Mapping[str, Any] | None = None,
    notes: tuple[str, ...] = (),
) -> Analysis:
    """Join the trials into the tables of the contract."""
    n_used = sum(int(t.cycles.used.sum()) for t in trials)
    if n_used == 0:
        raise InsufficientDataError(
            f"no cycle can be used ({_why_none(trials)})",
            where=trials[0].recording.source.name,
            found=0,
            needed=1,
            mend="record more strides, each from one contact to the next of the same foot, with a sound wire",
        )
    cycles = pd.concat([trial.cycle_table(t.signal, t.cycles, t.assigned) for t in trials], ignore_index=True)
    bursts = pd.concat(
        [
            trial.burst_table(t.signal, t.detection, t.assigned, t.sensitivity, reference.mean_uv)
            for t in trials
        ],
        ignore_index=True,
    )
    first = trials[0].recording
    walking = trials[0].cycles.kind == "gait"
    ledgers = [t.cycles for t in trials]
    counted = count_bursts(cycles, bursts, cyclic=walking)
    summary = summary_table(counted, cyclic=walking, confidence=settings.measure.confidence)
    checks = [row for t in trials for row in _checks(t)]
    checks += [cycles_in_trial(0, 1, name) for name in left_out]
    switches_left_out = _each_once(t.cycles.switches_left_out for t in trials)
    checks += check_session(cycles, walking=walking, switches_left_out=switches_left_out)
    checks.append(wire_movement([_strides(t) for t in trials]))
    verdict = judge(checks, beside_checks, wire_works=wire_works)
    bursts["verdict"] = verdict.grade
    return Analysis(
        cycles=cycles,
        bursts=bursts,
        profile=profile_table([(t.signal, t.cycles) for t in trials]),
        summary=summary,
        findings=find(
            summary,
            cycles,
            bursts,
            first.muscle,
            settings.measure.timing_tolerance_pct,
            counted=counted.bursts,
            walking=walking,
            confidence=settings.measure.confidence,
            doubt=_doubt(checks, switches_left_out),
        ),
        quality=tables.build("quality", [*checks, *beside_checks]),
        faults=tables.build("faults", [row for t in trials for row in _faults(t)]),
        study=_study(trials, reference, counted.words, verdict),
        settings=settings,
        inputs=tuple(rec.source.settled() for rec in (*(t.recording for t in trials), *beside)),
        versions={"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES},
        notes=notes + _notes(trials),
        manifest=manifest,
        traces=tuple(
            Trace(t.signal.trial, t.signal.rate_hz, t.signal.emg_uv, t.signal.envelope_uv) for t in trials
        ),
        gait=tables.build(
            "gait", parameters.gait_rows(ledgers) if walking else parameters.repetition_rows(ledgers)
        ),
        phases=tables.build(
            "phases",
            perry.phase_rows(ledgers)
            if walking
            else repetitions.phase_rows(ledgers, settings.repetitions.phases),
        ),
        footsteps=next(
            (steps for t in trials if (steps := footsteps(t.recording, t.cycles, settings.gait))), None
        ),
    )


def _why_none(trials: Sequence[Trial]) -> str:
    """Return each reason once, with the numbers of the first cycle that was left out for it."""
    found = {
        reason: f"{reason}: {detail}"
        for t in reversed(trials)
        for reason, detail in zip(reversed(t.cycles.reason), reversed(t.cycles.reason_detail), strict=True)
    }
    return "; ".join(found[reason] for reason in sorted(found))


def _checks(t: Trial) -> list[Row]:
    rows = check_trial(
        t.recording.emg_uv,
        t.signal.rate_hz,
        trial=t.signal.trial,
        quiet=t.signal.quiet,
        active=t.signal.active,
        n_used_cycles=int(t.cycles.used.sum()),
        seen=t.seen,
    )
    rows += [synchrony.agreement(pair, t.signal.trial) for pair in t.cycles.agreement]
    rec, name = t.recording, t.signal.trial
    switches = [*rec.switches.values(), *rec.opposite_switches.values()]
    if switches:
        lasts_s = {switch.label: switch.voltage_v.size / switch.rate_hz for switch in switches}
        rows.append(synchrony.channel_length(rec.duration_s, lasts_s, name))
    if len(rec.events):
        rows.append(synchrony.events_outside(rec.events["time_s"].to_numpy(), rec.duration_s, name))
    return rows


def _strides(t: Trial) -> Strides:
    used = t.cycles.used
    return strides_of(
        t.signal.emg_uv,
        t.signal.rate_hz,
        t.cycles.start_s[used],
        t.cycles.end_s[used],
        number=np.flatnonzero(used) + 1,
        trial=t.signal.trial,
    )


def _faults(t: Trial) -> list[dict[str, Any]]:
    """Return where each fault lies, and in which cycles of the trial."""
    rows = []
    for fault in t.seen.found.values():
        for start_s, end_s in zip(*fault.spans_s(), strict=True):
            inside = (t.cycles.start_s < end_s) & ~(t.cycles.end_s <= start_s)
            rows.append(
                {
                    "check": fault.check,
                    "trial": t.signal.trial,
                    "start_s": float(start_s),
                    "end_s": float(end_s),
                    "cycles": ", ".join(str(k + 1) for k in np.flatnonzero(inside)) or "none",
                }
            )
    return rows


def _doubt(checks: Sequence[Row], switches_left_out: Sequence[str]) -> str | None:
    """Return why the timing is not to be compared with a reference, None if nothing speaks against it."""
    bad = [f"{row['check']} ({row['trial']})" for row in checks if row["verdict"] == "not usable"]
    if bad:
        return f"Not compared with the reference: not usable by the checks {', '.join(bad)}."
    if switches_left_out:
        return (
            f"Not compared with the reference: foot switch left out ({'; '.join(switches_left_out)}), so "
            "contact and foot-off may not be those of the reference."
        )
    return None


def _each_once(groups: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for group in groups for word in group))


def _study(trials: Sequence[Trial], reference: Reference, counting: str, verdict: SessionVerdict) -> Study:
    first = trials[0]
    powers = [t.signal.noise_uv**2 for t in trials if not np.isnan(t.signal.noise_uv)]
    given = {k: v for k, v in first.detection.parameters.items() if not k.startswith("learned_")}
    learned = {
        t.signal.trial: {k: v for k, v in t.detection.parameters.items() if k.startswith("learned_")}
        for t in trials
    }
    muscle = first.recording.muscle
    walking = first.cycles.kind == "gait"
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
        noise_uv=float(np.sqrt(np.mean(powers))) if powers else float("nan"),
        foot_switches=_each_once(t.cycles.switches for t in trials),
        foot_switches_left_out=_each_once(t.cycles.switches_left_out for t in trials),
        foot_switch_levels=tuple(
            f"{t.signal.trial}: {words}" for t in trials for words in t.cycles.switch_levels
        ),
        counting=counting,
        sensitivity=_alternates(trials),
        verdict=verdict.grade,
        verdict_why=verdict.why,
        reference=tuple(
            (w.variant, w.onset_pct, w.offset_pct, w.source)
            for w in (windows_for(muscle) if muscle and walking else ())
        ),
    )


def _alternates(trials: Sequence[Trial]) -> tuple[Mapping[str, Any], ...]:
    """Return what the bursts were compared with, counted over the trials."""
    rows = []
    for same in zip(*(t.sensitivity.alternates for t in trials if t.sensitivity.alternates), strict=True):
        counts = {name: sum(row[name] for row in same) for name in ("bursts", "hold", "further")}
        not_run = "; ".join(dict.fromkeys(row["not_run"] for row in same if row["not_run"]))
        rows.append({**same[0], **counts, "not_run": not_run})
    return tuple(rows)


def _notes(trials: Sequence[Trial]) -> tuple[str, ...]:
    """Return the sentences of all stages, each once, with the trials that it is about."""
    said: dict[str, list[str]] = {}
    for t in trials:
        for note in (*t.recording.notes, *t.cycles.notes, *t.detection.notes):
            said.setdefault(note, []).append(t.signal.trial)
    return tuple(f"{', '.join(dict.fromkeys(names))}: {note}" for note, names in said.items())
