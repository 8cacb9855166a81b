"""What a `session.toml` may say; the description of each key is its documentation."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from emgkit import muscles, sites, units
from emgkit.faults import PRIVATE

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _printable(value: str) -> str:
    if _CONTROL.search(value):  # a terminal would obey it
        raise ValueError("the text holds a control character")
    return value


UNFILLED = "???"
"""Stands in a new manifest for what no recording says; it is refused until it is replaced."""

# `json_schema_extra` says to an editor what the validators below say to a reader
_IS_TEXT = r"^(?!\?\?\?$)[\s\S]*\S"
_IS_PATH = {"type": "string", "pattern": r"^(?!\?\?\?$)(?!/)(?!(?:.*/)?\.\.(?:/|$)).*\S"}
_IS_DAY: dict[str, JsonValue] = {"pattern": r"^\d{4}-\d{2}-\d{2}"}
_IS_VOLTAGE = (
    r"^\s*(?:[mMuUnN\u00b5\u03bc\u039c]?[vV](?:[oO][lL][tT][sS]?)?"
    r"|(?:[mM][iI][lL][lL][iI]|[mM][iI][cC][rR][oO]|[nN][aA][nN][oO])[vV][oO][lL][tT][sS]?)\s*$"
)
_IS_SITE: dict[str, JsonValue] = {"propertyNames": {"enum": list(sites.SITES)}}
# other spellings than the listed ones, with capitals or signs, are left to the reader
_IS_MUSCLE: dict[str, JsonValue] = {
    "anyOf": [{"enum": list(muscles.SPELLINGS)}, {"pattern": "(?=.*[A-Za-z]).*[^a-z_ ]"}]
}

Text = Annotated[
    str, Field(min_length=1, json_schema_extra={"pattern": _IS_TEXT}), AfterValidator(_printable)
]
Files = Annotated[
    str | list[str],
    WithJsonSchema({"anyOf": [_IS_PATH, {"type": "array", "items": _IS_PATH, "minItems": 1}]}),
]


class _Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, allow_inf_nan=False
    )


class SessionSection(_Section):
    """[session]: what is recorded of the session as a whole."""

    id: Text | None = Field(
        None,
        description="a code, never a name; it also names the folder of the results",
        json_schema_extra={"pattern": rf"^\s*{_ID.pattern}\s*$"},
    )
    date: datetime.date | None = Field(None, description="day of the recording", json_schema_extra=_IS_DAY)

    @field_validator("id")
    @classmethod
    def _plain(cls, value: str | None) -> str | None:
        if value is not None and not _ID.fullmatch(value):
            raise PydanticCustomError(
                PRIVATE, "a code of letters, digits, '.', '_' and '-', 64 at most, is needed; never a name"
            )
        return value

    @field_validator("date", mode="before")
    @classmethod
    def _day(cls, value: object) -> object:
        return as_day(value)


class StudySection(_Section):
    """[study]: what the physician's report has to document."""

    indication: Text | None = Field(None, description="what is asked of the test")
    history: Text | None = Field(None, description="symptoms, onset, duration")
    neurological_examination: Text | None = Field(None, description="findings")
    clinical_findings: Text | None = Field(
        None, description="what raises the suspicion of a neuromuscular disorder"
    )
    other_tests: list[Text] | None = Field(None, description="tests to read this one beside")
    assessment: Text | None = Field(None, description="the physician's assessment")
    plan: Text | None = Field(None, description="the physician's plan of care")
    codes: list[Text] | None = Field(None, description="procedure codes that are to be reported")


class ElectrodeSection(_Section):
    """[electrode]: the wire, and the muscle in which it lies."""

    muscle: str = Field(
        description="a muscle by its full name or an accepted abbreviation", json_schema_extra=_IS_MUSCLE
    )
    side: Literal["left", "right"] = Field(description="left or right")
    wire: Text | None = Field(None, description="material, strands, insulation, bared length")
    configuration: Text | None = Field(None, description="monopolar or bipolar, spacing")
    insertion: Text | None = Field(None, description="site, depth, guidance")
    confirmation: Text | None = Field(None, description="what was seen when the muscle was stimulated")
    reference: Text | None = Field(None, description="place of the reference and ground electrodes")

    @field_validator("muscle")
    @classmethod
    def _full(cls, value: str) -> str:
        return muscles.full_name(value) or value  # unknown ones are reported with the names near them


class AcquisitionSection(_Section):
    """[acquisition]: items that a report of wire EMG has to show."""

    amplifier: Text | None = Field(None, description="type")
    input_impedance: Text | None = Field(None, description="with its unit")
    cmrr: Text | None = Field(None, description="common mode rejection, with its unit")
    gain: Text | None = Field(None, description="gain")
    hardware_band: Text | None = Field(None, description="cut-offs and order of the hardware filters")
    notch: Text | None = Field(None, description="whether a notch was on")
    adc: Text | None = Field(None, description="bits and range of the converter")
    software: Text | None = Field(None, description="name and version of the recording software")
    stimulation: Text | None = Field(None, description="current, pulse width, rate")
    voluntary_test: Text | None = Field(None, description="voluntary test of the placement")


class ChannelsSection(_Section):
    """[channels]: which channel is what, where labels do not say it."""

    emg: Text | None = Field(None, description="label of the EMG channel")
    emg_unit: Text | None = Field(
        None,
        description="unit of the EMG channel, if the file does not say",
        json_schema_extra={"pattern": _IS_VOLTAGE},
    )
    switches: dict[str, Text] | None = Field(
        None, description="label of the channel of each foot switch", json_schema_extra=_IS_SITE
    )
    opposite_switches: dict[str, Text] | None = Field(
        None,
        description="the same of the other foot, where labels do not say it",
        json_schema_extra=_IS_SITE,
    )
    motion: Text | None = Field(
        None, description="label of the channel that shows the repetitions, such as a goniometer"
    )
    neighbours: list[Text] | None = Field(
        None,
        description="labels of channels of other muscles, to look for cross-talk; of the wire's rate",
        json_schema_extra={"minItems": 1, "uniqueItems": True},
    )
    repetition_label: Text | None = Field(
        None, description="label of the events that start a repetition, if it is a word of your own"
    )

    @field_validator("emg_unit")
    @classmethod
    def _voltage(cls, value: str | None) -> str | None:
        if value is not None and not units.is_voltage(value):
            raise ValueError(f"not a known unit of voltage; accepted: {units.ACCEPTED}")
        return value

    @field_validator("neighbours")
    @classmethod
    def _once(cls, value: list[str] | None) -> list[str] | None:
        if value is not None and not value:
            raise ValueError("at least one label is needed")
        if value is not None and len(set(value)) < len(value):
            raise ValueError("a channel is named twice")
        return value

    @field_validator("switches", "opposite_switches")
    @classmethod
    def _sites(cls, value: dict[str, str] | None) -> dict[str, str] | None:
        _only(value, sites.SITES)
        return value


class FootswitchSection(_Section):
    """[footswitch]: levels of one coded channel of foot switches."""

    levels_v: dict[str, Annotated[float, Field(gt=0, le=100)]] | None = Field(
        None,
        description="volts that each closed switch adds to a coded channel",
        json_schema_extra={"propertyNames": {"enum": list(sites.SEPARATE)}, "minProperties": 1},
    )

    @field_validator("levels_v", mode="before")
    @classmethod
    def _whole_volts(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {k: float(v) if type(v) is int else v for k, v in value.items()}

    @field_validator("levels_v")
    @classmethod
    def _sites(cls, value: dict[str, float] | None) -> dict[str, float] | None:
        _only(value, sites.SEPARATE)
        if value is not None and not value:
            raise ValueError("at least one level is needed")
        return value


_Positive = Annotated[float, Field(gt=0, le=1e6)]


class StimulationSection(_Section):
    """[stimulation]: how it was stimulated through the wire, and what was seen."""

    current_ma: _Positive | None = Field(None, description="current, in mA")
    pulse_width_ms: _Positive | None = Field(None, description="width of a pulse, in ms")
    rate_hz: _Positive | None = Field(None, description="rate of the pulses as set, in Hz")
    trigger: Text | None = Field(
        None, description="label of the channel on which the stimulator marks its pulses"
    )
    motion: Text | None = Field(
        None, description="label of an accelerometer or force channel that shows the twitch"
    )
    seen: Text | None = Field(None, description="what was seen: which joint moved, and how")
    excluded: Text | None = Field(None, description="responses that were looked for and not seen")
    by: Text | None = Field(None, description="who judged the response: a role or a code, never a name")


class TrialsSection(_Section):
    """[trials]: files in the folder; walk and activity take patterns such as "walk_*.c3d"."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["walk"]}, {"required": ["activity"]}]}
    )

    walk: Files | None = Field(None, description="trials of walking")
    activity: Files | None = Field(None, description="repetitions that are not walking")
    rest: Files | None = Field(None, description="the muscle at rest")
    maximum: Files | None = Field(None, description="maximum voluntary tests")
    stimulation: Files | None = Field(None, description="stimulation through the wire")

    @field_validator("*", mode="before")
    @classmethod
    def _texts(cls, value: object) -> object:
        entries = value if isinstance(value, list) else [value]
        if not entries or not all(isinstance(entry, str) for entry in entries):
            raise ValueError("the name of a file, or a list of names, is needed")
        return value


class ReferenceSection(_Section):
    """[reference]: a laboratory's own timing reference."""

    file: str = Field(
        description="a CSV file in the folder; docs/reference.md lists its columns",
        min_length=1,
        json_schema_extra={"pattern": _IS_PATH["pattern"]},
    )
    mode: Literal["add", "replace"] = Field(
        "add",
        description="add: it is taken for the muscles that it names, the shipped one for others; replace: it "
        "alone",
    )
    name: Text | None = Field(None, description="what findings call it; otherwise the name of the file")
    version: Text | None = Field(None, description="its version")
    population: Text | None = Field(None, description="whom it was measured on, with which electrode")


class SignatureSection(_Section):
    """[signature]: until it names who signed and when, every page of the report says that it is a draft."""

    by: Text = Field(description="the physician who signed: a code or initials, never a name")
    date: datetime.date = Field(description="day of the signature", json_schema_extra=_IS_DAY)

    @field_validator("date", mode="before")
    @classmethod
    def _day(cls, value: object) -> object:
        return as_day(value)


class Manifest(_Section):
    """Session of one wire in one muscle: what was recorded, how, and where it lies."""

    session: SessionSection | None = None
    study: StudySection | None = None
    electrode: ElectrodeSection
    acquisition: AcquisitionSection | None = None
    channels: ChannelsSection | None = None
    footswitch: FootswitchSection | None = None
    stimulation: StimulationSection | None = None
    trials: TrialsSection
    reference: ReferenceSection | None = None
    signature: SignatureSection | None = None
    settings: dict[str, Any] | None = Field(
        None, description="changes to the defaults, in the shape of the settings"
    )


def as_day(value: object) -> object:
    """Return a date from a text or a time, anything else as it is."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            if _DAY.fullmatch(value.strip()):
                return datetime.date.fromisoformat(value.strip())
        except ValueError:  # no such day
            pass
        raise ValueError("a date as 2025-03-04 is needed")
    return value


def _only(given: dict[str, Any] | None, accepted: tuple[str, ...]) -> None:
    unknown = [key for key in given or {} if key not in accepted]
    if unknown:
        raise ValueError(f"{', '.join(unknown)} is no site; accepted: {', '.join(accepted)}")
