"""The rest trial of a session: what it says of the quiet level, and whether it is one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emgkit.condition import condition
from emgkit.detectors import detect
from emgkit.errors import InsufficientDataError
from emgkit.model import Recording
from emgkit.quality import Row, check_rest
from emgkit.settings import FrozenDict, Settings
from emgkit.trials import Trial


def rest_note(rec: Recording, settings: Settings) -> str:
    """Return the sentence on the level at rest, in the band of the magnitudes."""
    return f"{rec.trial}: at rest the signal is {_rms_uv(rec, settings):.1f} uV (root mean square)."


def _rms_uv(rec: Recording, settings: Settings) -> float:
    conditioned = condition(rec.emg_uv, rec.rate_hz, settings.condition)
    return float(np.sqrt(np.mean(conditioned.emg_uv**2)))


def rest_checks(rec: Recording, quiet_uv: float, settings: Settings) -> list[Row]:
    """Return the rows of the checks of a rest trial; `quiet_uv` is the level of the walk while quiet."""
    found = detect(rec.emg_uv, rec.rate_hz, settings.detect.method, **settings.detect.parameters)
    return check_rest(
        rec.emg_uv,
        rec.rate_hz,
        trial=rec.trial,
        level_uv=_rms_uv(rec, settings),
        quiet_uv=quiet_uv,
        burst_start_s=found.onset_s,
        burst_stop_s=found.offset_s,
    )


def with_rest(settings: Settings, rests: Sequence[Recording], rate_hz: float) -> Settings:
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


def rest_level_note(settings: Settings, rests: Sequence[Recording], first: Trial) -> tuple[str, ...]:
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
