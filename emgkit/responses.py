"""What the stimulation trials of a session add to its analysis: rows of quality, a table, figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from emgkit import stimulation, table_values
from emgkit.model import Recording
from emgkit.quality import Row, placement
from emgkit.result import Analysis, ResponseTrace

SHOWN_S = 0.04
"""Signal after the pulse that is kept for the figure."""
SHOWN_PULSES = 20


def placement_rows(examined: Sequence[tuple[Recording, stimulation.Examination]]) -> list[Row]:
    """Return the row of quality of each stimulation trial."""
    return [
        placement.placement(found.verdict, found.sentence, found.amplitude_uv, rec.trial)
        for rec, found in examined
    ]


def with_responses(an: Analysis, examined: Sequence[tuple[Recording, stimulation.Examination]]) -> Analysis:
    """Add what the stimulation trials show: table and figures."""
    least_uv = an.settings.stimulation.least_response_uv
    rows = [row for rec, found in examined for row in stimulation.rows(found, rec.trial, least_uv)]
    return replace(
        an,
        stimulation=table_values.build("stimulation", rows),
        responses=tuple(_response(rec.trial, found) for rec, found in examined if found.stack is not None),
    )


def _response(trial: str, found: stimulation.Examination) -> ResponseTrace:
    stack, shape = cast(stimulation.Stack, found.stack), found.shape
    present = shape is not None and found.verdict == "present"
    shown = stack.time_s <= SHOWN_S
    n_pulses = int(stack.single_uv.shape[0])
    answers = found.consistency.answers if present and found.consistency else np.ones(n_pulses, np.bool_)
    return ResponseTrace(
        trial=trial,
        time_s=stack.time_s[shown],
        raw_uv=stack.raw_uv[shown],
        mean_uv=stack.single_uv[answers].mean(axis=0)[shown],
        single_uv=stack.single_uv[:SHOWN_PULSES, shown],
        n_pulses=n_pulses,
        n_mean=int(answers.sum()),
        blank_s=stack.blank_s,
        until_s=stack.until_s,
        limit_uv=float("nan") if found.chance is None else found.chance.limit_uv,
        verdict=found.verdict,
        latency_s=shape.latency_s if present and shape else float("nan"),
        end_s=shape.end_s if present and shape else float("nan"),
    )
