"""What was set: the settings that had a part in the result, and the parameters of the detector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from emgkit.report.model import Column, Paragraph, Table
from emgkit.report.words import missing, stated
from emgkit.result import Analysis

OTHERS = "Settings that have no part in such an analysis are left out here; result.json has all."
_OF_STRIDES = (
    *("coded_levels_v", "thresholds_v", "inverted_switches", "debounce_s", "min_cycle_s", "min_swing_s"),
    *("min_stance_s", "min_stance_ratio", "min_duration_ratio", "max_duration_ratio", "max_neighbour_ratio"),
)
"""Settings of gait that concern feet or strides; the others hold for repetitions, too."""


def blocks(an: Analysis) -> tuple[Table, Paragraph, Table]:
    """Return the settings, that there are others, and every parameter of the detector that was in force."""
    return settings_table(an), Paragraph(OTHERS, "note"), detector_table(an)


def settings_table(an: Analysis) -> Table:
    """Return every setting that had a part, with its value and meaning."""
    rows: list[tuple[str, str, str]] = []
    idle = _idle(an)
    for group, part in type(an.settings).model_fields.items():
        model: BaseModel = getattr(an.settings, group)
        for name, field in type(model).model_fields.items():
            value = getattr(model, name)
            text = "none" if value is None or value == {} else stated(value)
            if f"{group}.{name}" not in idle:
                rows.append((f"{group}.{name}", text, field.description or part.description or ""))
    columns = (Column("Setting", share=3), Column("Value", share=2), Column("Meaning", share=6))
    return Table(columns, tuple(rows), small=True)


def _idle(an: Analysis) -> frozenset[str]:
    """Return the settings of what was not done: the other activity, stimulation, another envelope."""
    settings = an.settings
    repetitions = {f"repetitions.{name}" for name in type(settings.repetitions).model_fields}
    found = {f"condition.envelope_{'cutoff_hz' if settings.condition.envelope == 'rms' else 'window_s'}"}
    if an.study.activity == "walking":
        found |= repetitions
    else:
        found |= {f"gait.{name}" for name in _OF_STRIDES}
        if "motion" not in an.study.cycle_source:
            found |= repetitions - {"repetitions.phases"}
    if an.stimulation.empty:
        found |= {f"stimulation.{name}" for name in type(settings.stimulation).model_fields}
    return frozenset(found)


def detector_table(an: Analysis) -> Table:
    """Return every parameter of the detector that was in force."""
    rows = tuple((key, _parameter(value)) for key, value in _flat(an.study.detector))
    return Table((Column("Parameter of the detector", share=2), Column("Value", share=3)), rows, small=True)


def _parameter(value: Any) -> str:
    if isinstance(value, float) and not missing(value):
        return f"{value:.6g}"
    return "none" if value is None or value in ("", [], ()) else stated(value)


def _flat(mapping: Mapping[str, Any], head: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in mapping.items():
        if isinstance(value, Mapping) and value:
            found += _flat(value, f"{head}{key}.")
        else:
            found.append((f"{head}{key}", "none" if isinstance(value, Mapping) else value))
    return found
