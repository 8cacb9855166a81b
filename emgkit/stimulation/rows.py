"""The rows of the table `stimulation`: each measure with its number, or why there is none."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from emgkit.stimulation.examination import Examination

Row = dict[str, Any]
_NO_STACK = "no pulses could be stacked"
_NO_RESPONSE = "no response was found"
_AS_NUMBER = {"present": 1.0, "absent": 0.0, "not determinable": float("nan")}


def rows(found: Examination, trial: str, least_uv: float) -> list[Row]:
    """Return every measure of a trial, always the same ones in the same order.

    Parameters
    ----------
    found : Examination
    trial : str
    least_uv : float
        Peak-to-peak amplitude of a response that is not to be missed, for the sentence of the limit.
    """
    pulses, n = found.pulses, int(found.pulses.sample.size)
    n_stacked = 0 if found.stack is None else int(found.stack.single_uv.shape[0])
    gaps = max(n - 1, 0)
    known = "" if not pulses.why else pulses.why

    def row(measure: str, value: float, unit: str, count: int, why: str = "", word: str = "none") -> Row:
        said = math.isnan(value) or measure == "response"
        return {
            "trial": trial,
            "measure": measure,
            "value": value,
            "unit": unit,
            "word": word,
            "n": count,
            "why": why if why and said else "none",
        }

    nan = float("nan")
    decay, chance, shape, alike = found.recovery, found.chance, found.shape, found.consistency
    present = shape if found.verdict == "present" else None
    no_response = "" if present else _NO_RESPONSE if found.stack is not None else known or _NO_STACK
    if found.verdict == "not determinable":
        no_response = no_response and "whether there is a response is not determinable"
    rate = 1 / pulses.interval_s if pulses.interval_s > 0 and not known else nan
    regular = 100 * float(np.mean(pulses.regular)) if gaps and not known else nan
    stacked = "" if found.stack is not None else known or _NO_STACK
    moved = found.twitch
    no_motion = known or "no channel of motion was recorded or named"
    follow = {None: nan, True: 1.0, False: 0.0}[None if moved is None else moved.follows]
    signs = pulses.sign[np.isfinite(pulses.sign)]
    positive = nan if pulses.polarity == "not determinable" else 100 * float(np.mean(signs > 0))
    blank_ms = (
        nan if found.stack is None or not math.isfinite(found.stack.blank_s) else 1000 * found.stack.blank_s
    )
    return [
        row("response", _AS_NUMBER[found.verdict], "none", n_stacked, found.sentence, found.verdict),
        row("pulses", float(n), "none", n, word=pulses.source),
        row("pulse_rate", rate, "Hz", gaps, known),
        row("regular_intervals", regular, "%", gaps, known),
        row("missed_pulses", nan if known else float(pulses.n_missed), "none", gaps, known),
        row("polarity", positive, "%", n, known or "the artefact does not stand out", pulses.polarity),
        row("saturation", nan if decay is None else 1000 * decay.rail_s, "ms", n_stacked, stacked),
        row("blanking", blank_ms, "ms", n_stacked, stacked or "the artefact lasts through the whole window"),
        row("chance_limit", nan if chance is None else chance.limit_uv, "uV", n_stacked, stacked),
        row("observed", found.observed_uv, "uV", n_stacked, stacked or "the artefact hides the window"),
        row("chance_share", *_share(found), n_stacked, stacked or "the artefact hides the window"),
        row("least_response", least_uv, "uV", n_stacked),
        row(
            "latency",
            nan if present is None else 1000 * present.latency_s,
            "ms",
            n_stacked,
            no_response or "the response begins under the blanking, or too soon after it",
        ),
        row("amplitude", nan if present is None else present.amplitude_uv, "uV", n_stacked, no_response),
        row(
            "amplitude_sd",
            nan if alike is None or present is None else alike.sd_uv,
            "uV",
            n_stacked,
            no_response,
        ),
        row(
            "duration",
            nan if present is None else 1000 * (present.end_s - present.latency_s),
            "ms",
            n_stacked,
            no_response or "the response begins under the blanking, or too soon after it",
        ),
        row(
            "pulses_with_response",
            nan if alike is None else alike.share_pct,
            "%",
            n_stacked,
            no_response or "the noise is too large to judge single pulses",
        ),
        row("correlation", nan if alike is None else alike.correlation, "none", n_stacked, no_response),
        row(
            "twitch_follows",
            follow,
            "none",
            0 if moved is None else moved.n,
            no_motion if moved is None else moved.why,
            "not determinable" if math.isnan(follow) else "yes" if follow else "no",
        ),
        row(
            "twitch_rate",
            nan if moved is None else moved.rate_hz,
            "Hz",
            0 if moved is None else moved.n,
            no_motion if moved is None else moved.why,
        ),
        row(
            "twitches_of_pulses",
            nan if moved is None else moved.share_pct,
            "%",
            0 if moved is None else moved.n,
            no_motion if moved is None else moved.why,
        ),
    ]


def _share(found: Examination) -> tuple[float, str]:
    if found.chance is None or math.isnan(found.observed_uv):
        return float("nan"), "none"
    return found.chance.share(found.observed_uv), "none"
