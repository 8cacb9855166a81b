"""Everything that can be set, with its default, unit and reason. Frozen; goes whole into every result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NoReturn, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

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
    def _no_truth(cls, value: object) -> object:
        if isinstance(value, bool):  # would pass for 0 or 1
            raise ValueError("true and false are accepted nowhere in the settings")
        return value


def _sites(levels: dict[str, float]) -> dict[str, float]:
    unknown = [key for key in levels if key not in sites.SEPARATE]
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no site; accepted: {', '.join(sites.SEPARATE)}")
    return FrozenDict(levels)


Levels = Annotated[dict[str, Annotated[float, Field(gt=0, le=100, strict=True)]], AfterValidator(_sites)]


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


class GaitSettings(_Frozen):
    """Gait cycles and repetitions."""

    source: Literal["auto", "events", "switches", "repetitions"] = Field(
        "auto",
        description="what bounds a cycle; auto: events of the file, else foot switches, else repetitions",
    )
    coded_levels_v: Levels | None = Field(
        None, description="volts that each closed switch adds to a coded channel, e.g. {heel = 0.5}"
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
    min_stance_ratio: float = Field(
        0.3,
        ge=0,
        lt=1,
        description="closings shorter than this times the median stance are scuffs in swing, not contacts",
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
