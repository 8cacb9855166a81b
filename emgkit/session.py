"""A whole session: walking or activity trials together, with rest and maximum test beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from emgkit import io, muscles, stimulation
from emgkit.analysis import assemble, run
from emgkit.cautions import cautions, contradiction
from emgkit.condition import condition
from emgkit.editing import edited
from emgkit.errors import EmgkitError, InputError, within
from emgkit.found import AmplitudeReference
from emgkit.gait.bounds import cut
from emgkit.measures.normalisation import MaximumTest, best_window, maximum_reference
from emgkit.measures.trial import mask_of
from emgkit.model import Activity, FloatArray, Recording, Session
from emgkit.quality import check_maximum, look, shows_activity
from emgkit.reference import ReferenceSet, read_reference
from emgkit.responses import placement_rows, with_responses
from emgkit.rest import rest_checks, rest_level_note, rest_note, with_rest
from emgkit.result import Analysis
from emgkit.settings import Settings
from emgkit.trials import Trial, with_names


def analyze_session(ses: Session, *, progress: Callable[[str], object] | None = None) -> Analysis:
    """Analyse all walking (or activity) trials of a session together.

    Parameters
    ----------
    ses : Session
        From `emgkit.load_session`.
    progress : callable, optional
        Called with the name of each file before it is read.

    Returns
    -------
    Analysis
        A trial in which nothing bounds a cycle is left out, and a note and a quality row say why.

    Raises
    ------
    InputError, InsufficientDataError
        As `analyze`, if no trial has a cycle; the message names the trial.
    """
    if not isinstance(ses, Session):
        raise InputError(
            "this is no session", found=type(ses).__name__, accepted="what emgkit.load_session returns"
        )
    report = progress or (lambda name: None)
    timing = _timing_reference(ses, report)
    role = "walk" if ses.paths.get("walk") else "activity"
    activity: Activity = "walking" if role == "walk" else "repetitions"
    beside = {
        role: [_beside(ses, path, report) for path in ses.paths.get(role, ())] for role in ("maximum", "rest")
    }
    trials: list[Trial] = []
    left_out: list[tuple[Recording, EmgkitError]] = []
    for path in ses.paths[role]:
        report(Path(path).name)
        rec = _read_trial(ses, path)
        try:
            cycles = cut(rec, ses.settings.gait, activity, ses.settings.repetitions)
        except EmgkitError as error:
            left_out.append((rec, within(error, rec.source.name)))
            continue
        try:
            trials.append(run(rec, cycles, with_rest(ses.settings, beside["rest"], rec.rate_hz)))
        except EmgkitError as error:
            raise within(error, rec.source.name) from error
    if not trials:
        raise left_out[0][1]
    # a channel that the manifest names is the wire's, whatever label it has in a file
    named = "emg" in ses.manifest.get("channels", {})
    _require_alike(trials, named=named)
    trials = list(edited(trials, ses.edits, ses.settings, left_out=[rec.trial for rec, _ in left_out]))
    quiet_uv = _pooled(t.signal.noise_uv for t in trials)
    beside_checks = [
        row for rec in beside["maximum"] for row in check_maximum(rec.emg_uv, rec.rate_hz, trial=rec.trial)
    ]
    beside_checks += [row for rec in beside["rest"] for row in rest_checks(rec, quiet_uv, ses.settings)]
    notes = ses.notes + tuple(f"Trial {rec.trial} was left out. {error}" for rec, error in left_out)
    notes += tuple(rest_note(rec, ses.settings) for rec in beside["rest"])
    notes += rest_level_note(ses.settings, beside["rest"], trials[0])
    examined = [_stimulation(ses, path, report) for path in ses.paths.get("stimulation", ())]
    around = (
        *beside["maximum"],
        *beside["rest"],
        *(rec for rec, _ in examined),
        *(rec for rec, _ in left_out),
    )
    notes += with_names((rec.trial, note) for rec in around for note in cautions(rec.notes))
    result = assemble(
        trials,
        ses.settings,
        maximum=_maximum(beside["maximum"], trials, ses.settings, named=named) if beside["maximum"] else None,
        left_out=tuple(rec.trial for rec, _ in left_out),
        beside_checks=[*beside_checks, *placement_rows(examined)],
        wire_works=any(shows_activity(rec.emg_uv, rec.rate_hz, quiet_uv) for rec in beside["maximum"]),
        beside=around,
        manifest=ses.manifest,
        notes=notes,
        timing_reference=timing,
        edits_source=ses.edits_source,
    )
    return with_responses(result, examined)


def _timing_reference(ses: Session, report: Callable[[str], object]) -> ReferenceSet | None:
    """Read the laboratory's own reference, None if the session has none."""
    given = ses.manifest.get("reference")
    if given is None:
        return None
    (path,) = ses.paths["reference"]
    report(Path(path).name)
    return read_reference(path, **{key: value for key, value in given.items() if key != "file"})


def _read_trial(ses: Session, path: str, switches: Mapping[str, str] | None = None) -> Recording:
    channels = ses.manifest.get("channels", {})
    electrode = ses.manifest["electrode"]
    rec = io.read(
        path,
        emg=channels.get("emg"),
        side=electrode["side"],
        switches=channels.get("switches") if switches is None else switches,
        emg_unit=channels.get("emg_unit"),
        opposite_switches=channels.get("opposite_switches") if switches is None else None,
        motion=channels.get("motion") if switches is None else None,
        repetition_label=channels.get("repetition_label") if switches is None else None,
        neighbours=channels.get("neighbours", ()) if switches is None else (),
    )
    muscle = electrode["muscle"]
    if rec.muscle and not muscles.may_be_one(rec.muscle, muscle):
        rec = replace(rec, notes=(*rec.notes, contradiction(f"channel '{rec.label}'", rec.muscle, muscle)))
    return replace(rec, muscle=muscle)


def _beside(ses: Session, path: str, report: Callable[[str], object]) -> Recording:
    """Read a trial that is not cut into cycles; it may lack the foot switches."""
    report(Path(path).name)
    return _read_trial(ses, path, switches={})


def _stimulation(
    ses: Session, path: str, report: Callable[[str], object]
) -> tuple[Recording, stimulation.Examination]:
    """Read a stimulation trial, with the channels of trigger and motion if they are named, and examine it."""
    rec = _beside(ses, path, report)
    named = ses.manifest.get("stimulation", {})
    channels = ses.manifest.get("channels", {})
    trigger, motion = (
        io.read(
            path, emg=rec.label, switches={}, emg_unit=channels.get("emg_unit"), motion=named[what]
        ).motion
        if what in named
        else None
        for what in ("trigger", "motion")
    )
    try:
        found = stimulation.examine(
            rec.emg_uv, rec.rate_hz, ses.settings.stimulation, trigger=trigger, motion=motion
        )
    except EmgkitError as error:
        raise within(error, rec.source.name) from error
    return rec, found


def _pooled(noise_uv: Iterable[float]) -> float:
    """Return the root mean square over the trials that have a quiet signal, NaN if none has."""
    powers = [level**2 for level in noise_uv if not np.isnan(level)]
    return float(np.sqrt(np.mean(powers))) if powers else float("nan")


def _require_alike(trials: Sequence[Trial], *, named: bool) -> None:
    """Refuse trials whose tables cannot be joined: of two wires, or of two rates, which set the band."""
    names = [t.recording.trial for t in trials]
    if len(set(names)) < len(names):
        raise InputError("two trials have the same name", where="[trials]", found=sorted(names))
    rates = {t.recording.source.name: t.signal.rate_hz for t in trials}
    if len(set(rates.values())) > 1:
        raise InputError(
            "the trials have different rates, so their amplitudes do not compare",
            where="[trials]",
            found=", ".join(f"{name} {rate:g} Hz" for name, rate in rates.items()),
            accepted="one rate",
            mend="make a session of the trials of each rate",
        )
    labels = {t.recording.source.name: t.recording.label for t in trials}
    if not named and len(set(labels.values())) > 1:
        raise InputError(
            "the trials have different channels of the wire",
            where="[trials]",
            found=", ".join(f"{name} {label}" for name, label in labels.items()),
            accepted="one channel",
            mend="name it with emg under [channels], or make a session of the trials of each channel",
        )


def _maximum(
    tests: Sequence[Recording], trials: Sequence[Trial], settings: Settings, *, named: bool
) -> AmplitudeReference:
    """Return the best window over all maximum tests, judged beside the trials."""
    if any(rec.rate_hz != trials[0].signal.rate_hz for rec in tests):
        words = "none: the maximum test has another rate than the trials, and so another band"
        return AmplitudeReference("none", words)
    label = trials[0].recording.label
    others = sorted({rec.label for rec in tests} - {label})
    if others and not named:
        words = (
            f"none: the maximum test is of another channel ({', '.join(others)}) than the trials ({label})"
        )
        return AmplitudeReference("none", words)
    window_s = settings.measure.reference_window_s
    judged = []
    for rec in tests:
        found = look(rec.emg_uv, rec.rate_hz, trial=rec.trial).found
        faults = [found[name].marked(rec.emg_uv.size) for name in ("clipping", "flat_line") if name in found]
        bad = np.logical_or.reduce([np.zeros(rec.emg_uv.size, dtype=np.bool_), *faults])
        emg_uv = condition(rec.emg_uv, rec.rate_hz, settings.condition).emg_uv
        judged.append(MaximumTest(rec.trial, rec.rate_hz, emg_uv, bad))
    task = best_window([(t.signal.trial, _in_used(t), t.signal.rate_hz) for t in trials], window_s)
    noise_uv = min((t.signal.noise_uv for t in trials if t.signal.noise_uv > 0), default=float("nan"))
    return maximum_reference(judged, window_s, task, noise_uv)


def _in_used(t: Trial) -> FloatArray:
    """Return the conditioned signal of a trial, silent outside its used cycles: artefacts do not count."""
    used, emg_uv = t.cycles.used, t.signal.emg_uv
    inside = mask_of(t.cycles.start_s[used], t.cycles.end_s[used], t.signal.rate_hz, emg_uv.size)
    return np.where(inside, emg_uv, 0.0)


def automatic_trial(ses: Session, name: str | None = None) -> Trial:
    """Analyse one walking or activity trial of a session, without the edits.

    Parameters
    ----------
    ses : Session
    name : str, optional
        Of the trial; not needed where there is only one.

    Raises
    ------
    InputError, InsufficientDataError
        If there is no such trial, or it cannot be analysed.
    """
    role = "walk" if ses.paths.get("walk") else "activity"
    paths = {Path(path).stem: path for path in ses.paths[role]}
    chosen = next(iter(paths)) if name is None and len(paths) == 1 else name
    if chosen not in paths:
        raise InputError(
            "no trial is named" if name is None else "there is no such trial",
            found=name,
            accepted=paths,
            mend="name one with --trial",
        )
    activity: Activity = "walking" if role == "walk" else "repetitions"
    rests = [_beside(ses, path, lambda _: None) for path in ses.paths.get("rest", ())]
    rec = _read_trial(ses, paths[chosen])
    try:
        cycles = cut(rec, ses.settings.gait, activity, ses.settings.repetitions)
        return run(rec, cycles, with_rest(ses.settings, rests, rec.rate_hz))
    except EmgkitError as error:
        raise within(error, rec.source.name) from error
