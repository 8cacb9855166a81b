"""Everything that can be set, with its default, unit and reason. Frozen; goes whole into every result."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ConditionSettings(_Frozen):
    """Filtering for magnitude; the detectors condition for themselves, see their parameters."""

    band_low_hz: float = Field(20.0, gt=0, description="high-pass cut-off (-3 dB after both passes)")
    band_high_hz: float = Field(
        1000.0, gt=0, description="low-pass cut-off; not applied where the rate cuts the band below it"
    )
    order: int = Field(4, ge=2, le=8, description="order of the Butterworth filter after both passes; even")
    envelope_cutoff_hz: float = Field(
        10.0, gt=0, description="low-pass cut-off of the envelope (-3 dB after both passes)"
    )


class GaitSettings(_Frozen):
    """Gait cycles and repetitions."""

    source: Literal["auto", "events", "switches", "repetitions"] = Field(
        "auto",
        description="what bounds a cycle; auto: events of the file, else foot switches, else repetitions",
    )
    coded_levels_v: dict[str, float] | None = Field(
        None, description="volts that each closed switch adds to a coded channel, e.g. {heel = 0.5}"
    )
    debounce_s: float = Field(0.03, ge=0, description="shorter openings and closings of a switch are bounce")
    min_duration_ratio: float = Field(
        0.5, ge=0, lt=1, description="cycles shorter than this times the median are left out"
    )
    max_duration_ratio: float = Field(
        1.75, gt=1, description="cycles longer than this times the median are left out (a contact was missed)"
    )


class DetectSettings(_Frozen):
    """Which detector, and its parameters where they differ from its defaults."""

    method: str = Field("hmm", description="name of the detector: hmm, double_threshold or neurokit")
    parameters: dict[str, Any] = Field(
        default_factory=dict, description="parameters of the detector, by name, where not its defaults"
    )


class MeasureSettings(_Frozen):
    """Tables."""

    confidence: float = Field(0.95, gt=0.5, lt=1, description="level of the intervals of means")
    reference_window_s: float = Field(
        0.5, gt=0, description="length of the best window of a maximum test, whose mean is the reference"
    )
    timing_tolerance_pct: float = Field(
        5.0, gt=0, description="deviation from the reference that is within tolerance, percent of the cycle"
    )


class Settings(_Frozen):
    """All settings of an analysis.

    Examples
    --------
    >>> Settings(detect={"method": "double_threshold"}).detect.method
    'double_threshold'
    """

    condition: ConditionSettings = ConditionSettings()
    gait: GaitSettings = GaitSettings()
    detect: DetectSettings = DetectSettings()
    measure: MeasureSettings = MeasureSettings()
