"""Everything that can be set, with its default, unit and reason. Frozen; goes whole into every result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NoReturn, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from emgkit import sites
from emgkit.errors import InputError
from emgkit.faults import faults_of, joined

_MAX_HZ = 1e6
_MAX_S = 3600.0


class FrozenDict(dict[str, Any]):
    """A dict that cannot be changed in place; `dict(it)` is one that can."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("it cannot be changed in place; make a dict of it first")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:  # by default, a dict is filled in place when it is unpickled
        return FrozenDict, (dict(self),)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def __init__(self, /, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise _input_error(type(self), error) from None

    # so pydantic does not call it for a section inside the whole, and can name the faults of all sections
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @field_validator("*", mode="before")
    @classmethod
    def _no_truth(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, bool):  # would pass for 0 or 1
            raise ValueError("true and false are accepted nowhere in the settings")
        kind = cls.model_fields[str(info.field_name)].annotation
        if isinstance(value, str) and {kind, *getattr(kind, "__args__", ())} & {float, int}:
            raise ValueError("a number is needed, without quotes")
        return value


def _sites(levels: dict[str, float]) -> dict[str, float]:
    unknown = [key for key in levels if key not in sites.SEPARATE]
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no site; accepted: {', '.join(sites.SEPARATE)}")
    return FrozenDict(levels)


_OF_SITES = Field(json_schema_extra={"propertyNames": {"enum": list(sites.SEPARATE)}})
Levels = Annotated[
    dict[str, Annotated[float, Field(gt=0, le=100, strict=True)]], AfterValidator(_sites), _OF_SITES
]


Thresholds = Annotated[
    dict[str, Annotated[float, Field(ge=-100, le=100, strict=True)]], AfterValidator(_sites), _OF_SITES
]
Site = Literal["heel", "fifth_metatarsal", "first_metatarsal", "toe", "contact", "coded"]


class ConditionSettings(_Frozen):
    """Filtering for magnitude; the detectors condition for themselves, see their parameters."""

    band_low_hz: float = Field(
        20.0, ge=0.5, le=_MAX_HZ, description="high-pass cut-off (-3 dB after both passes)"
    )
    band_high_hz: float = Field(
        1000.0,
        ge=0.5,
        le=_MAX_HZ,
        description="low-pass cut-off; not applied where the rate cuts the band below it",
    )
    order: int = Field(4, ge=2, le=8, description="order of the Butterworth filter after both passes; even")
    envelope_cutoff_hz: float = Field(
        10.0, ge=0.5, le=_MAX_HZ, description="low-pass cut-off of the envelope (-3 dB after both passes)"
    )
    envelope: Literal["low_pass", "rms"] = Field(
        "low_pass",
        description="low_pass: the rectified signal, low-passed; rms: root mean square in a moving window",
    )
    envelope_window_s: float = Field(
        0.05, gt=0, le=_MAX_S, description="length of the window of the envelope 'rms'"
    )


class GaitSettings(_Frozen):
    """Gait cycles and repetitions."""

    source: Literal["auto", "events", "switches", "repetitions", "motion"] = Field(
        "auto",
        description="what bounds a cycle; auto: events of the file, else foot switches, else annotated "
        "repetitions, else those of a named channel of motion",
    )
    coded_levels_v: Levels | None = Field(
        None, description="volts that each closed switch adds to a coded channel, e.g. {heel = 0.5}"
    )
    thresholds_v: Thresholds | None = Field(
        None,
        description="volts at which a separate switch closes, by site, e.g. {heel = 2.5}; it opens halfway "
        "from there to its open level. Found from the signal where not given",
    )
    inverted_switches: tuple[Site, ...] | None = Field(
        None,
        description="sites whose voltage is high while the switch is open, [] if none is. Without it, "
        "switches that look inverted are refused; with it, the polarity is as stated and not questioned",
    )
    debounce_s: float = Field(
        0.03, ge=0, le=1, description="shorter openings and closings of a switch are bounce"
    )
    min_cycle_s: float = Field(
        0.3, ge=0, le=5, description="contacts of one foot closer than this are one contact"
    )
    min_swing_s: float = Field(
        0.1, ge=0, le=2, description="openings of all switches shorter than this lie within one stance"
    )
    min_stance_s: float = Field(
        0.08,
        ge=0,
        le=2,
        description="closings of the foot shorter than this are scuffs in swing, not contacts",
    )
    min_stance_ratio: float = Field(
        0.3,
        ge=0,
        lt=1,
        description="closings shorter than this times the stances around are scuffs, too, if the swing that "
        "they lie in is not longer than its neighbours",
    )
    min_duration_ratio: float = Field(
        0.5, ge=0, lt=1, description="cycles shorter than this times the median are left out"
    )
    max_duration_ratio: float = Field(
        1.75,
        gt=1,
        le=1000,
        description="cycles longer than this times the median are left out (a contact was missed)",
    )
    max_neighbour_ratio: float = Field(
        1.6,
        gt=1,
        le=1000,
        description="cycles longer than this times the median of the five before and the five after are left "
        "out, unless the durations vary much; from there max_duration_ratio alone counts",
    )
    pause_s: float | None = Field(
        None,
        gt=0,
        le=_MAX_S,
        description="cycles longer than this hold a pause and are left out; null: no limit",
    )
    skip_first: int = Field(
        0, ge=0, le=100, description="cycles to leave out at the start of every pass (after each pause)"
    )
    skip_last: int = Field(
        0, ge=0, le=100, description="cycles to leave out at the end of every pass (before each pause)"
    )
    edge_s: float | None = Field(
        None,
        ge=0,
        le=_MAX_S,
        description="cycles that come closer than this to an end of the recording are left out; null: as far "
        "as the filters reach, and only where five others are left",
    )


def _phases(phases: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    last_name, last_stop = "", 0.0
    for name, (start, stop) in phases.items():
        if not name.strip():
            raise ValueError("a phase needs a name")
        if not start < stop:
            raise ValueError(f"{name} ends at {stop:g} %, which is not after its start at {start:g} %")
        if start < last_stop:
            raise ValueError(
                f"{name} begins at {start:g} %, before the end of {last_name} at {last_stop:g} %"
            )
        last_name, last_stop = name, stop
    return FrozenDict(phases)


_Pct = Annotated[float, Field(ge=0, le=100, strict=True)]
Phases = Annotated[dict[str, tuple[_Pct, _Pct]], AfterValidator(_phases)]


class RepetitionSettings(_Frozen):
    """Repetitions from a channel of motion (goniometer, accelerometer), and the names of their phases."""

    scale: Literal["share", "unit"] = Field(
        "share",
        description="what up and down are: shares of the channel's range, 0 to 1, from its low end (with "
        "fall, down from its high end), or values in its unit",
    )
    up: float = Field(
        0.1,
        ge=-1e6,
        le=1e6,
        description="upper threshold; rising above it starts (or, with fall, ends). As a share with "
        "fall: what the channel has fallen by at the start",
    )
    down: float = Field(
        0.05,
        ge=-1e6,
        le=1e6,
        description="lower threshold; falling below it ends (or, with fall, starts). As a share with "
        "fall: what is left to rise at the end",
    )
    start: Literal["rise", "fall"] = Field(
        "rise", description="whether a repetition starts where the channel rises or where it falls"
    )
    end: Literal["return", "next_start"] = Field(
        "return",
        description="whether a repetition ends where the channel returns, or lasts to the next start",
    )
    smooth_s: float = Field(
        0.05, ge=0, le=_MAX_S, description="length of the moving mean of the channel; it shifts no time"
    )
    min_duration_s: float = Field(
        0.2, ge=0, le=_MAX_S, description="movements shorter than this are no repetition"
    )
    min_pause_s: float = Field(
        0.1, ge=0, le=_MAX_S, description="returns shorter than this lie within one repetition"
    )
    phases: Phases = Field(
        default_factory=lambda: FrozenDict(),
        description="names of phases in percent of the repetition, in order, e.g. {reach = [0.0, 40.0]}",
    )

    @model_validator(mode="after")
    def _ordered(self) -> RepetitionSettings:
        if not self.down < self.up:
            raise ValueError(f"down ({self.down:g}) must be below up ({self.up:g})")
        if self.scale == "share" and not (self.down > 0 and self.up < 1):
            raise ValueError("as shares of the range, down and up lie between 0 and 1")
        return self


class DetectSettings(_Frozen):
    """Which detector, and its parameters where they differ from its defaults."""

    method: Literal[
        "hmm",
        "double_threshold",
        "hodges_bui",
        "tkeo",
        "aglr",
        "lidierth",
        "change_point",
        "rancho",
        "neurokit",
    ] = Field("hmm", description="name of the detector")
    parameters: Annotated[dict[str, Any], AfterValidator(FrozenDict)] = Field(
        default_factory=FrozenDict, description="parameters of the detector, by name, where not its defaults"
    )
    sensitivity: Literal["on", "off"] = Field(
        "on", description="whether each burst is looked for with other settings and with a second detector"
    )


class MeasureSettings(_Frozen):
    """Tables."""

    confidence: float = Field(0.95, gt=0.5, lt=1, description="level of the intervals of means")
    normalisation: Literal["maximum", "task_peak", "task_mean", "none"] = Field(
        "maximum",
        description="what percentages of magnitude are of: the best window of the maximum tests, the peak of "
        "the profile over all trials, or the mean over all used cycles",
    )
    reference_window_s: float = Field(
        0.5,
        gt=0,
        le=_MAX_S,
        description="length of the best window of a maximum test, whose mean is the reference",
    )
    timing_tolerance_pct: float = Field(
        5.0,
        gt=0,
        le=50,
        description="deviation from the reference that is within tolerance, percent of the cycle",
    )
    profile_scaling: Literal["cycle", "stance_swing"] = Field(
        "cycle",
        description="how cycles are laid over one another in the profile: each as a whole, or stance and "
        "swing of a stride separately, to the mean foot-off",
    )
    bootstrap_resamples: int = Field(
        2000,
        ge=200,
        le=100_000,
        description="resamples of strides behind the band of the profile and the intervals of variability",
    )


class StimulationSettings(_Frozen):
    """Trials of stimulation through the wire."""

    least_response_uv: float = Field(
        100.0,
        gt=0,
        le=1e6,
        description="peak-to-peak amplitude of a response that must have been seen to say there is none",
    )
    search_s: float = Field(
        0.025, ge=0.01, le=0.035, description="how long after a pulse a response is looked for"
    )
    hidden_from_s: float = Field(
        0.003,
        gt=0,
        le=0.01,
        description="longest blanking after a pulse with which it can be said that there is no response",
    )


class ReportSettings(_Frozen):
    """The report."""

    sound: Literal["on", "off"] = Field(
        "on", description="whether the HTML report has a player with a stretch of the signal"
    )
    code_system: str = Field(
        "urn:emgkit:codes",
        pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s\x00-\x1f]+$",
        max_length=200,
        description="URI of the system of the codes in report.fhir.json; your own, if you publish them",
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
    repetitions: RepetitionSettings = RepetitionSettings()
    detect: DetectSettings = DetectSettings()
    measure: MeasureSettings = MeasureSettings()
    stimulation: StimulationSettings = StimulationSettings()
    report: ReportSettings = ReportSettings()


SettingsLike: TypeAlias = Settings | Mapping[str, Any] | None
"""What `as_settings` accepts."""


def as_settings(value: SettingsLike) -> Settings:
    """Return settings from what a caller gave.

    Parameters
    ----------
    value : Settings, mapping or None
        A mapping has the shape of `Settings`; None is all defaults.

    Raises
    ------
    InputError
        If it is something else, or anything in it is no setting; it names every fault.
    """
    if value is None:
        return Settings()
    if isinstance(value, Settings):
        return value
    if not isinstance(value, Mapping):
        raise InputError(
            "these are no settings", found=value, accepted="emgkit.Settings, or a mapping in its shape"
        )
    try:
        return Settings.model_validate(dict(value))
    except ValidationError as error:
        raise _input_error(Settings, error) from None


def _input_error(model: type[BaseModel], error: ValidationError) -> InputError:
    faults = faults_of(model, error)
    return InputError(joined([f"{fault.key}: {fault.text}" for fault in faults]), where="settings")
