"""A whole session: walking or activity trials together, with rest and maximum test beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from emgkit import io
from emgkit.analysis import NO_REFERENCE, Reference, Trial, assemble, run
from emgkit.condition import condition
from emgkit.detectors import detect
from emgkit.errors import EmgkitError, InputError, InsufficientDataError, within
from emgkit.gait.bounds import cut
from emgkit.measures import magnitude
from emgkit.model import Activity, Recording, Session
from emgkit.result import Analysis
from emgkit.settings import FrozenDict, Settings


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
            trials.append(run(rec, cycles, _with_rest(ses.settings, beside["rest"], rec.rate_hz)))
        except EmgkitError as error:
            raise within(error, rec.source.name) from error
    if not trials:
        raise left_out[0][1]
    _require_alike(trials)
    notes = tuple(f"Trial {rec.trial} was left out. {error}" for rec, error in left_out)
    notes += tuple(_rest_note(rec, ses.settings) for rec in beside["rest"])
    notes += _rest_level_note(ses.settings, beside["rest"], trials[0])
    if ses.paths.get("stimulation"):
        notes += ("The stimulation trial is listed with the session; it is not measured here.",)
    return assemble(
        trials,
        ses.settings,
        reference=_maximum(beside["maximum"], trials[0].signal.rate_hz, ses.settings),
        left_out=tuple(rec.trial for rec, _ in left_out),
        beside=(*beside["maximum"], *beside["rest"], *(rec for rec, _ in left_out)),
        manifest=ses.manifest,
        notes=notes,
    )


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
    )
    return replace(rec, muscle=electrode["muscle"])


def _beside(ses: Session, path: str, report: Callable[[str], object]) -> Recording:
    """Read a trial that is not cut into cycles; it may lack the foot switches."""
    report(Path(path).name)
    return _read_trial(ses, path, switches={})


def _rest_note(rec: Recording, settings: Settings) -> str:
    rest = condition(rec.emg_uv, rec.rate_hz, settings.condition)
    rms = float(np.sqrt(np.mean(rest.emg_uv**2)))
    return f"{rec.trial}: at rest the signal is {rms:.1f} uV (root mean square)."


def _require_alike(trials: Sequence[Trial]) -> None:
    """Refuse trials whose tables cannot be joined: the rate sets the band, and with it the amplitude."""
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


def _maximum(trials: Sequence[Recording], rate_hz: float, settings: Settings) -> Reference:
    """Return the best window over all maximum tests."""
    if not trials:
        return NO_REFERENCE
    if any(rec.rate_hz != rate_hz for rec in trials):
        words = "none: the maximum test has another rate than the trials, and so another band"
        return Reference(float("nan"), words)
    window_s = settings.measure.reference_window_s
    best: list[tuple[float, float, str]] = []
    for rec in trials:
        conditioned = condition(rec.emg_uv, rec.rate_hz, settings.condition)
        mean_uv, start_s = magnitude.best_window_mean(conditioned.emg_uv, rec.rate_hz, window_s)
        if np.isnan(mean_uv):
            raise InsufficientDataError(
                "the maximum test is shorter than the window of the reference (in seconds)",
                where=rec.source.name,
                found=rec.duration_s,
                needed=window_s,
            )
        best.append((mean_uv, start_s, rec.trial))
    mean_uv, start_s, name = max(best)
    if mean_uv == 0:
        return Reference(float("nan"), f"none: the maximum test {name} holds no signal")
    words = (
        f"maximum test: mean rectified signal of {mean_uv:.1f} uV in the best {window_s:g} s "
        f"({name}, from {start_s:.2f} s; best of {len(best)})"
    )
    return Reference(mean_uv, words)


def _with_rest(settings: Settings, rests: Sequence[Recording], rate_hz: float) -> Settings:
    """Give the default detector the quiet level of the rest trial, unless the user gave one.

    Of several rest trials the quietest counts. One of another rate has another band, and does not compare.
    """
    if settings.detect.method != "hmm" or settings.detect.parameters.get("quiet_uv") is not None:
        return settings
    levels_uv = []
    for rec in rests:
        if rec.rate_hz != rate_hz:
            continue
        try:
            found = detect(rec.emg_uv, rec.rate_hz, "hmm", **settings.detect.parameters)
        except InsufficientDataError:
            continue  # too short; the notes say that no rest level was used
        noise_uv = found.parameters.get("learned_noise_uv")
        if isinstance(noise_uv, float) and noise_uv > 0:
            levels_uv.append(noise_uv)
    if not levels_uv:
        return settings
    parameters = FrozenDict({**settings.detect.parameters, "quiet_uv": min(levels_uv)})
    return settings.model_copy(
        update={"detect": settings.detect.model_copy(update={"parameters": parameters})}
    )


def _rest_level_note(settings: Settings, rests: Sequence[Recording], first: Trial) -> tuple[str, ...]:
    """Say whether the detector was given the quiet level of rest."""
    if not rests or settings.detect.method != "hmm":
        return ()
    if settings.detect.parameters.get("quiet_uv") is not None:
        return ("The detector was given a quiet level by the settings, not that of the rest trial.",)
    quiet_uv = first.detection.parameters["quiet_uv"]
    if quiet_uv is None:
        words = "it is too short, holds no signal or has another rate than the trials"
        return (f"The rest trial gives the detector no quiet level: {words}.",)
    return (
        f"The detector was given the quiet level of rest, {quiet_uv:.1f} uV; it decides in a trial in which"
        " no burst stands out.",
    )
