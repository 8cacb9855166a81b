"""The one place where the stages are chained; reads like the methods section of a paper."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from emgkit import io, tables
from emgkit.condition import condition
from emgkit.detectors import detect as detect_bursts
from emgkit.errors import InputError, InsufficientDataError
from emgkit.gait import phases, switches
from emgkit.gait.bounds import cut
from emgkit.measures import assignment, magnitude, trial
from emgkit.measures.profile import profile_table
from emgkit.measures.summary import summary_table
from emgkit.model import (
    Activity,
    Analysis,
    Cycles,
    Detection,
    Recording,
    Session,
    Side,
    Study,
    Switch,
    Trace,
    make_events,
)
from emgkit.quality import Row, check_session, check_trial
from emgkit.reference import find, windows_for
from emgkit.settings import Settings

_LIBRARIES = ("emgkit", "numpy", "scipy", "pandas", "c3d", "edfio")


@dataclass(frozen=True, slots=True, eq=False)
class _Reference:
    """The amplitude that `mean_pct_ref` is a percentage of."""

    mean_uv: float
    words: str


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    recording: Recording
    cycles: Cycles
    signal: trial.Signal
    detection: Detection
    assigned: assignment.Assigned
    band: str


_NO_REFERENCE = _Reference(float("nan"), "none: no maximum test was given")


def analyze(rec: Recording, settings: Settings | None = None) -> Analysis:
    """Find when the muscle is on, and how strongly, in every gait cycle or repetition of one recording.

    Parameters
    ----------
    rec : Recording
        From `emgkit.read` or `emgkit.simulate`.
    settings : Settings, optional
        All defaults if not given.

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
    settings = settings or Settings()
    return _assemble([_run(rec, settings, None)], settings)


def analyze_session(ses: Session, *, progress: Callable[[str], object] | None = None) -> Analysis:
    """Analyse all walking (or activity) trials of a session together.

    Parameters
    ----------
    ses : Session
        From `emgkit.load_session`.
    progress : callable, optional
        Called with the name of each file before it is read.

    Raises
    ------
    InputError, InsufficientDataError
        As `analyze`; the message names the trial.
    """
    report = progress or (lambda name: None)
    role = "walk" if ses.paths.get("walk") else "activity"
    activity: Activity = "walking" if role == "walk" else "repetitions"
    trials = []
    for path in ses.paths[role]:
        report(Path(path).name)
        trials.append(_run(_read_trial(ses, path), ses.settings, activity))
    names = [t.recording.trial for t in trials]
    if len(set(names)) < len(names):
        raise InputError("two trials have the same name", where="[trials]", found=sorted(names))
    beside = {
        role: [_beside(ses, path, report) for path in ses.paths.get(role, ())] for role in ("maximum", "rest")
    }
    notes = tuple(_rest_note(rec, ses.settings) for rec in beside["rest"])
    if ses.paths.get("stimulation"):
        notes += ("The stimulation trial is listed with the session; it is not measured here.",)
    return _assemble(
        trials,
        ses.settings,
        reference=_maximum(beside["maximum"], ses.settings),
        beside=(*beside["maximum"], *beside["rest"]),
        manifest=ses.manifest,
        notes=notes,
    )


def detect(samples_uv: npt.ArrayLike, rate_hz: float, method: str = "hmm", **parameters: Any) -> pd.DataFrame:
    """Find bursts of muscle activity in one signal.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
        The raw signal; each detector conditions it for itself, as its parameters say.
    rate_hz : float
    method : {"hmm", "double_threshold", "neurokit"}
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


def read_events(
    path: str | Path,
    side: Side | None = None,
    switches: Mapping[str, str] | None = None,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """Read foot contacts, foot-offs and repetitions; needs no EMG channel in the file.

    Parameters
    ----------
    path : path of a C3D, EDF, EDF+ or BDF file
    side : {"left", "right"}, optional
        Only the events of this side. Foot switches are taken to be on it.
    switches : mapping of site to label, optional
        Foot switches to decode beside the file's own events.
    settings : Settings, optional
        Its `gait` part decodes the switches.

    Returns
    -------
    DataFrame
        time_s, side, kind, source, sorted by time. Events of the file have the format as their source,
        decoded ones "switch".
    """
    settings = settings or Settings()
    events, channels = io.read_events_and_switches(path, side, switches)
    rows: list[tuple[Any, ...]] = [
        (row.time_s, row.side, row.kind, row.source)
        for row in events.itertuples()
        if side is None or row.side is None or row.side == side
    ]
    if channels:
        rows += _switch_events(channels, side, settings)
    return make_events(rows)


def _switch_events(
    channels: Mapping[str, Switch], side: Side | None, settings: Settings
) -> list[tuple[Any, ...]]:
    contacts = switches.decode(channels, settings.gait)
    return [(float(t), side, "foot_contact", "switch") for t in contacts.contact_s] + [
        (float(t), side, "foot_off", "switch") for t in contacts.foot_off_s
    ]


def _signal(rec: Recording) -> tuple[npt.NDArray[np.float64], float]:
    return rec.emg_uv, rec.rate_hz


def _read_trial(ses: Session, path: str, switches: Mapping[str, str] | None = None) -> Recording:
    channels = ses.manifest.get("channels", {})
    electrode = ses.manifest["electrode"]
    rec = io.read(
        path,
        emg=channels.get("emg"),
        side=electrode["side"],
        switches=channels.get("switches") if switches is None else switches,
        emg_unit=channels.get("emg_unit"),
    )
    return replace(rec, muscle=electrode["muscle"])


def _beside(ses: Session, path: str, report: Callable[[str], object]) -> Recording:
    """Read a trial that is not cut into cycles; it may lack the foot switches."""
    report(Path(path).name)
    return _read_trial(ses, path, switches={})


def _rest_note(rec: Recording, settings: Settings) -> str:
    rest = condition(*_signal(rec), settings.condition)
    rms = float(np.sqrt(np.mean(rest.emg_uv**2)))
    return f"{rec.trial}: at rest the signal is {rms:.1f} uV (root mean square)."


def _maximum(trials: Sequence[Recording], settings: Settings) -> _Reference:
    """Return the best window over all maximum tests."""
    if not trials:
        return _NO_REFERENCE
    window_s = settings.measure.reference_window_s
    best: list[tuple[float, float, str]] = []
    for rec in trials:
        conditioned = condition(*_signal(rec), settings.condition)
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
    words = (
        f"maximum test: mean rectified signal of {mean_uv:.1f} uV in the best {window_s:g} s "
        f"({name}, from {start_s:.2f} s; best of {len(best)})"
    )
    return _Reference(mean_uv, words)


def _run(rec: Recording, settings: Settings, activity: Activity | None) -> _Trial:
    """Take one recording through cycles, conditioning, detection and assignment."""
    cycles = cut(rec, settings.gait, activity)
    conditioned = condition(*_signal(rec), settings.condition)
    detection = detect_bursts(*_signal(rec), settings.detect.method, **settings.detect.parameters)
    signal = trial.signal_of(rec.trial, conditioned.emg_uv, conditioned.envelope_uv, rec.rate_hz, detection)
    assigned = assignment.assign(
        detection,
        cycles,
        cycle_of=phases.cycle_of,
        to_pct=phases.to_pct,
        continued_pct=phases.continued_pct,
    )
    return _Trial(rec, cycles, signal, detection, assigned, conditioned.band)


def _assemble(
    trials: Sequence[_Trial],
    settings: Settings,
    *,
    reference: _Reference = _NO_REFERENCE,
    beside: Sequence[Recording] = (),
    manifest: Mapping[str, Any] | None = None,
    notes: tuple[str, ...] = (),
) -> Analysis:
    """Join the trials into the tables of the contract."""
    n_used = sum(int(t.cycles.used.sum()) for t in trials)
    if n_used == 0:
        reasons = sorted({reason for t in trials for reason in t.cycles.reason})
        raise InsufficientDataError(
            f"no cycle can be used ({', '.join(reasons)})",
            where=trials[0].recording.source.name,
            found=0,
            needed=1,
            mend="record at least two contacts of the same foot",
        )
    cycles = pd.concat([trial.cycle_table(t.signal, t.cycles, t.assigned) for t in trials], ignore_index=True)
    bursts = pd.concat(
        [trial.burst_table(t.signal, t.detection, t.assigned, reference.mean_uv) for t in trials],
        ignore_index=True,
    )
    first = trials[0].recording
    walking = trials[0].cycles.kind == "gait"
    summary = summary_table(cycles, bursts, cyclic=walking, confidence=settings.measure.confidence)
    checks = [row for t in trials for row in _checks(t)] + check_session(cycles)
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
            walking=walking,
            confidence=settings.measure.confidence,
        ),
        quality=tables.build("quality", checks),
        study=_study(trials, settings, reference),
        settings=settings,
        inputs=tuple(rec.source for rec in (*(t.recording for t in trials), *beside)),
        versions={"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES},
        notes=notes + _notes(trials),
        manifest=manifest,
        traces=tuple(
            Trace(t.signal.trial, t.signal.rate_hz, t.signal.emg_uv, t.signal.envelope_uv) for t in trials
        ),
    )


def _checks(t: _Trial) -> list[Row]:
    return check_trial(
        t.recording.emg_uv,
        t.signal.rate_hz,
        trial=t.signal.trial,
        quiet=t.signal.quiet,
        active=t.signal.active,
        n_used_cycles=int(t.cycles.used.sum()),
    )


def _study(trials: Sequence[_Trial], settings: Settings, reference: _Reference) -> Study:
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
        reference=tuple(
            (w.variant, w.onset_pct, w.offset_pct, w.source)
            for w in (windows_for(muscle) if muscle and walking else ())
        ),
    )


def _notes(trials: Sequence[_Trial]) -> tuple[str, ...]:
    """Return the sentences of all stages, with the trial that they are about."""
    return tuple(
        f"{t.signal.trial}: {note}" for t in trials for note in (*t.recording.notes, *t.detection.notes)
    )
