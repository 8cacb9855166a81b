"""The one place where the stages are chained; reads like the methods section of a paper."""

from __future__ import annotations

import functools
import platform
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from emgkit import table_values, tables
from emgkit.condition import condition, envelope_of, reach_s
from emgkit.detectors import Search, sensitivity
from emgkit.detectors import detect as detect_bursts
from emgkit.documentation import documentation_rows
from emgkit.errors import InputError, InsufficientDataError
from emgkit.found import NO_MAXIMUM, AmplitudeReference, Cycles, Detection, Sensitivity
from emgkit.gait import ledger, parameters, parts, perry, phases, repetitions
from emgkit.gait.bounds import cut
from emgkit.gait.footsteps import footsteps
from emgkit.measures import assignment, normalisation, trial
from emgkit.measures.parts import magnitude_rows
from emgkit.measures.principal import principal_table
from emgkit.measures.profile import Axis, axis, profile_table, profile_words, resample
from emgkit.measures.summary import count_bursts, summary_table
from emgkit.measures.variability import variability_table
from emgkit.model import FloatArray, Recording, Source
from emgkit.quality import Look, Row, check_session, judge, look, wire_movement
from emgkit.quality.maximum import maximum_row
from emgkit.quality.resolution import cycles_in_trial
from emgkit.reference import ReferenceSet, code_remarks, find, shipped
from emgkit.result import LIBRARIES, Analysis, Trace, edited_words
from emgkit.settings import Settings, SettingsLike, as_settings
from emgkit.trial_checks import checks_of, doubt, faults_of, strides_of_trial
from emgkit.trials import Trial, each_once, edit_notes, notes_of, study_of, why_none_used, with_edits


def analyze(
    rec: Recording, settings: SettingsLike = None, *, reference: ReferenceSet | None = None
) -> Analysis:
    """Find when the muscle is on, and how strongly, in every gait cycle or repetition of one recording.

    Parameters
    ----------
    rec : Recording
        From `emgkit.read` or `emgkit.simulate`.
    settings : Settings or mapping, optional
        All defaults if not given; ``{"detect": {"method": "double_threshold"}}`` changes one.
    reference : ReferenceSet, optional
        What the timing is compared with, from `emgkit.read_reference`; by default the reference that emgkit
        brings with it.

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
    if reference is not None and not isinstance(reference, ReferenceSet):
        raise InputError(
            "this is no reference",
            found=type(reference).__name__,
            accepted="what emgkit.read_reference returns",
        )
    ran = run(rec, cut(rec, chosen.gait, None, chosen.repetitions), chosen)
    return assemble([ran], chosen, timing_reference=reference)


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
    search = Search(rec.emg_uv, rec.rate_hz)
    detection = search.detect(settings.detect.method, **settings.detect.parameters)
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
    cycles = judged(rec, cycles, settings, seen)
    assigned = on_cycles(detection, cycles)
    robustness = _sensitivity(search, cycles, detection, settings)
    return Trial(rec, cycles, signal, detection, assigned, conditioned.band, robustness, seen)


def on_cycles(detection: Detection, cycles: Cycles) -> assignment.Assigned:
    """Give each burst its place in the cycles."""
    return assignment.assign(
        detection,
        cycles,
        cycle_of=phases.cycle_of,
        to_pct=phases.to_pct,
        continued_pct=phases.continued_pct,
    )


def _sensitivity(search: Search, cycles: Cycles, detection: Detection, settings: Settings) -> Sensitivity:
    """Look each burst up with other settings and a second detector; the cycle says what a large move is."""
    unknown = np.full(detection.onset_s.size, np.nan)
    if settings.detect.sensitivity == "off":
        return Sensitivity(unknown, unknown, (tables.NOT_ASSESSED,) * unknown.size)
    if not cycles.used.any():
        return Sensitivity(unknown, unknown, (tables.NOT_DETERMINABLE,) * unknown.size)
    cycle_s = float(np.median((cycles.end_s - cycles.start_s)[cycles.used]))
    tolerance_s = settings.measure.timing_tolerance_pct / 100 * cycle_s
    return sensitivity.assess(search, detection, settings.detect.parameters, tolerance_s)


def judged(rec: Recording, cycles: Cycles, settings: Settings, seen: Look) -> Cycles:
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
    maximum: AmplitudeReference | None = None,
    left_out: Sequence[str] = (),
    beside: Sequence[Recording] = (),
    beside_checks: Sequence[Row] = (),
    wire_works: bool = False,
    manifest: Mapping[str, Any] | None = None,
    notes: tuple[str, ...] = (),
    timing_reference: ReferenceSet | None = None,
    edits_source: Source | None = None,
) -> Analysis:
    """Join the trials into the tables of the contract.

    `maximum` is that of the maximum tests, if there are any; `beside_checks` are rows of quality of the
    recordings that are not cut into cycles; `edits_source` is the file of the edits that were applied.
    """
    timing = timing_reference or shipped()
    n_used = sum(int(t.cycles.used.sum()) for t in trials)
    if n_used == 0:
        raise InsufficientDataError(
            f"no cycle can be used ({why_none_used(trials)})",
            where=trials[0].recording.source.name,
            found=0,
            needed=1,
            mend="record more strides, each from one contact to the next of the same foot, with a sound wire",
        )
    pairs = [(t.signal, t.cycles) for t in trials]
    ledgers = [t.cycles for t in trials]
    on_axis = axis(ledgers, settings.measure.profile_scaling, phases.scale)
    reference = _reference(trials, settings, maximum or NO_MAXIMUM, on_axis)
    cycles = pd.concat(
        [trial.cycle_table(t.signal, t.cycles, t.assigned, reference, t.edited_cycles) for t in trials],
        ignore_index=True,
    )
    bursts = pd.concat(
        [
            trial.burst_table(t.signal, t.detection, t.assigned, t.sensitivity, reference, t.edited_bursts)
            for t in trials
        ],
        ignore_index=True,
    )
    first = trials[0].recording
    walking = trials[0].cycles.kind == "gait"
    counted = count_bursts(cycles, bursts, cyclic=walking)
    summary = summary_table(counted, cyclic=walking, confidence=settings.measure.confidence)
    checks = [row for t in trials for row in checks_of(t)]
    checks += [cycles_in_trial(0, 1, name) for name in left_out]
    switches_left_out = each_once(t.cycles.switches_left_out for t in trials)
    checks += check_session(cycles, walking=walking, switches_left_out=switches_left_out)
    if maximum is not None:
        checks.append(maximum_row(maximum))
    checks.append(wire_movement([strides_of_trial(t) for t in trials]))
    verdict = judge(checks, beside_checks, wire_works=wire_works)
    bursts["verdict"] = verdict.grade
    edited = [row for t in trials if t.edited for row in t.edited.rows]
    edits = table_values.build("edits", sorted(edited, key=lambda row: row["number"]))
    by_hand = edited_words(cycles, "strides" if walking else "repetitions")
    named = settings.repetitions.phases
    phase_rows = perry.phase_rows(ledgers) if walking else repetitions.phase_rows(ledgers, named)
    return Analysis(
        cycles=cycles,
        bursts=bursts,
        profile=profile_table(
            pairs,
            on_axis,
            reference,
            envelope=settings.condition.envelope,
            confidence=settings.measure.confidence,
            resamples=settings.measure.bootstrap_resamples,
        ),
        summary=summary,
        findings=with_edits(
            find(
                summary,
                cycles,
                bursts,
                first.muscle,
                settings.measure.timing_tolerance_pct,
                reference=timing,
                counted=counted.bursts,
                walking=walking,
                confidence=settings.measure.confidence,
                doubt=doubt(checks, switches_left_out),
                beats={t.signal.trial: t.detection.beats_s for t in trials},
                maximum_credible=maximum is not None and maximum.credible,
                normalisation=reference.kind if np.isfinite(reference.mean_uv) else None,
            ),
            by_hand,
        ),
        quality=table_values.build("quality", [*checks, *beside_checks]),
        faults=table_values.build("faults", [row for t in trials for row in faults_of(t)]),
        study=study_of(
            trials,
            reference,
            counted.words,
            " ".join(filter(None, (profile_words(pairs, on_axis, reference), by_hand))),
            timing,
            verdict,
        ),
        settings=settings,
        inputs=(
            *(rec.source.settled() for rec in (*(t.recording for t in trials), *beside)),
            *timing.sources(),
            *((edits_source,) if edits_source else ()),
        ),
        versions=_versions(),
        notes=(
            *edit_notes(edits, by_hand, manifest),
            *notes,
            *notes_of(trials),
            *_code_remarks(manifest),
            tables.AMPLITUDE,
        ),
        manifest=manifest,
        traces=tuple(
            Trace(t.signal.trial, t.signal.rate_hz, t.signal.emg_uv, t.signal.envelope_uv) for t in trials
        ),
        gait=table_values.build(
            "gait", parameters.gait_rows(ledgers) if walking else parameters.repetition_rows(ledgers)
        ),
        phases=table_values.build("phases", phase_rows),
        magnitude=table_values.build(
            "magnitude",
            magnitude_rows(
                pairs,
                parts.of_strides(ledgers, phase_rows) if walking else parts.of_repetitions(ledgers, named),
                reference,
            ),
        ),
        footsteps=next((steps for t in trials if (steps := footsteps(t.recording, t.cycles))), None),
        variability=variability_table(
            pairs,
            cycles,
            counted,
            walking=walking,
            confidence=settings.measure.confidence,
            resamples=settings.measure.bootstrap_resamples,
        ),
        principal=principal_table(counted, walking=walking),
        edits=edits,
        documentation=table_values.build(
            "documentation",
            documentation_rows(manifest, {"electrode.muscle": first.muscle, "electrode.side": first.side}),
        ),
    )


@functools.cache
def _versions() -> Mapping[str, str]:
    """Return the versions that the result depends on; looking them up reads files of every package."""
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}


def _code_remarks(manifest: Mapping[str, Any] | None) -> tuple[str, ...]:
    return code_remarks(((manifest or {}).get("study") or {}).get("codes") or ())


def _reference(
    trials: Sequence[Trial], settings: Settings, maximum: AmplitudeReference, on_axis: Axis
) -> AmplitudeReference:
    """Return what percentages are of, as the settings say: one amplitude for all trials."""
    kind = settings.measure.normalisation
    if kind == "maximum":
        return maximum
    if kind == "task_mean":
        return normalisation.task_mean([(t.signal, t.cycles) for t in trials])
    if kind == "task_peak":
        return normalisation.task_peak(
            *(_averaged(trials, on_axis, settings, shape) for shape in ("low_pass", "rms"))
        )
    return AmplitudeReference("none", "none: the settings say so (measure.normalisation)")


def _averaged(trials: Sequence[Trial], on_axis: Axis, settings: Settings, envelope: str) -> FloatArray:
    """Return the average of an envelope over the used cycles of all trials, shape (101,)."""
    chosen = settings.condition.model_copy(update={"envelope": envelope})
    averaged = []
    for t, at in zip(trials, on_axis.positions_pct, strict=True):
        drawn = envelope_of(t.signal.emg_uv, t.signal.rate_hz, chosen)
        averaged.append(resample(replace(t.signal, envelope_uv=drawn), t.cycles, at)[0])
    return np.asarray(np.concatenate(averaged).mean(axis=0), dtype=np.float64)
