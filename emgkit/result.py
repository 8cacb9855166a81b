"""The result of an analysis: its tables, what is needed to read them, and their form as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any, ClassVar, Literal, NoReturn, cast

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emgkit import table_values, tables
from emgkit.errors import InputError
from emgkit.faults import faults_of
from emgkit.found import DESCRIBED, NO_MAXIMUM, STORED, AmplitudeReference, Number
from emgkit.model import Activity, FloatArray, Side, Source, in_notebook
from emgkit.plots import Plots
from emgkit.settings import FrozenDict, Settings

SCHEMA_VERSION = 1
LIBRARIES = ("emgkit", "numpy", "scipy", "pandas", "c3d", "edfio")
"""Libraries whose versions a result names."""


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The conditioned signal of one trial, for figures; not written to `result.json`."""

    trial: str
    rate_hz: float
    emg_uv: FloatArray
    envelope_uv: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class SwitchTrace:
    """The voltage of one foot switch over the stretch of its `Footsteps`."""

    site: str
    label: str
    rate_hz: float
    voltage_v: FloatArray
    threshold_v: tuple[float, ...]
    """Voltages at which the switch changes; empty if it was not decoded."""


@dataclass(frozen=True, slots=True, eq=False)
class Footsteps:
    """Foot switches, contact states and contacts of some strides of a trial, for a figure.

    Not written to `result.json`. Times are seconds of the recording.
    """

    trial: str
    start_s: float
    stop_s: float
    switches: tuple[SwitchTrace, ...]
    states: tuple[tuple[float, float, str], ...]
    """Start, stop and letter of each state on the ground: H, F, P, or ? while a switch is stuck; empty where
    heel and forefoot are not told apart."""
    opposite: tuple[tuple[float, float], ...]
    """Contact and foot-off of each stance of the other foot."""
    levels: tuple[str, ...] = ()
    """Levels and thresholds of each switch that was decoded, in words."""
    refused: str = ""
    """Why the switches could not be decoded; empty if they were."""
    contact_s: FloatArray = field(default_factory=lambda: np.zeros(0))
    """Contacts that bound the strides."""
    stride: tuple[int, ...] = ()
    """Number in the ledger of the stride that each contact begins."""
    foot_off_s: FloatArray = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True, eq=False)
class ResponseTrace:
    """The pulses of a stimulation trial laid on one another, for a figure; not written to `result.json`.

    Times are seconds from the pulse.
    """

    trial: str
    time_s: FloatArray
    """Shape (n_samples,)."""
    raw_uv: FloatArray
    """Mean of the pulses with the artefact, shape (n_samples,)."""
    mean_uv: FloatArray
    """Mean without the artefact and its decay, of the pulses with a response if there are some; shape
    (n_samples,)."""
    single_uv: FloatArray
    """Some of the pulses, likewise, shape (n_shown, n_samples)."""
    n_pulses: int
    n_mean: int
    """Pulses behind `mean_uv`."""
    blank_s: float
    """The artefact hides what lies before; infinite if it hides all."""
    until_s: float
    """A response is looked for up to here."""
    limit_uv: float
    """Peak-to-peak amplitude that 99 % of stacks without a response stay below."""
    verdict: str
    latency_s: float = float("nan")
    end_s: float = float("nan")
    """Start and end of the response; NaN without one."""


@dataclass(frozen=True, slots=True)
class Study:
    """What was recorded and how it was cut into cycles, in words."""

    __pydantic_config__: ClassVar[ConfigDict] = DESCRIBED

    label: str
    muscle: str | None
    side: Side | None
    activity: Activity
    cycle_source: str
    rate_hz: float
    band: str
    """The band of the signal on which magnitudes are computed, stated in full."""
    detector: Mapping[str, Any]
    """Method and every parameter in force."""
    normalisation: str
    """Name and value of the reference of `mean_pct_ref`, or why there is none."""
    noise_uv: Number
    """Root mean square of the quiet signal; NaN if not determinable."""
    reference: tuple[tuple[str, float, float, str], ...] = ()
    """Reference windows of the muscle: (variant, onset_pct, offset_pct, source)."""
    timing_reference: Mapping[str, Any] = field(default_factory=dict)
    """Name, version, population, status, file, sha256 and nominal foot-off of the reference that these
    windows are from; empty if there is none, or in a result of an older version."""
    foot_switches: tuple[str, ...] = ()
    """Foot switches that bound the cycles, as "site: label"; empty if none were used."""
    foot_switches_left_out: tuple[str, ...] = ()
    """Foot switches that were left out, as "site: label, why"."""
    foot_switch_levels: tuple[str, ...] = ()
    """Levels and thresholds that the switches were decoded by, as "trial: site: label, levels"."""
    counting: str = ""
    """How bursts were counted, where that is not simply in the cycle in which they start; else empty."""
    sensitivity: tuple[Mapping[str, Any], ...] = ()
    """What the bursts were compared with (kind, method, changed), and over all trials how many bursts it has,
    how many of ours hold in it, how many it has further, and why it was not run (empty if it was)."""
    amplitude: AmplitudeReference = NO_MAXIMUM
    """The reference of all percentages of magnitude."""
    profile: str = ""
    """What the profile rests on, in sentences; empty in a result that an older version wrote."""
    verdict: str = tables.NOT_ASSESSED
    """A: timing and magnitude can be read; B: with the limits named; C: do not read."""
    verdict_why: str = "An older version of emgkit wrote this result, without a verdict."


@dataclass(frozen=True, eq=False)
class Analysis:
    """The result: tables, and everything that is needed to read them.

    Attributes
    ----------
    cycles, bursts, profile, summary, findings, quality : DataFrame
        As declared in `emgkit.tables`.
    gait, phases : DataFrame
        Time parameters, and Perry's eight phases of gait or those that the settings name for a repetition.
        Both are empty in a result that an older version wrote.
    magnitude : DataFrame
        Magnitude of the whole cycle, of its parts and phases. Empty in a result that an older version wrote.
    variability, principal : DataFrame
        How much the cycles differ, and the principal activations; empty in a result of an older version.
    faults : DataFrame
        Where in time each fault of the signal lies; empty in a result that an older version wrote.
    edits : DataFrame
        What a person changed in the automatic result, with both values; empty if nothing was changed.
    documentation : DataFrame
        What has to be documented, and whether it is; empty in a result that an older version wrote.
    study : Study
    settings : Settings
    inputs : tuple of Source
    versions : mapping of str to str
    notes : tuple of str
        Sentences that belong beside the tables: what was left out, what is not determinable and why.
    manifest : mapping or None
        The session's manifest, if the analysis is of a session.
    traces : tuple of Trace
        For figures; empty after `from_json`.
    footsteps : Footsteps or None
        For a figure; None after `from_json`, and where there is no foot switch.
    stimulation : DataFrame
        What the stimulation trials show; empty without one, and in a result that an older version wrote.
    responses : tuple of ResponseTrace
        For figures, one for each stimulation trial whose pulses could be stacked; empty after `from_json`.
    """

    cycles: pd.DataFrame
    bursts: pd.DataFrame
    profile: pd.DataFrame
    summary: pd.DataFrame
    findings: pd.DataFrame
    quality: pd.DataFrame
    study: Study
    settings: Settings
    inputs: tuple[Source, ...]
    versions: Mapping[str, str]
    notes: tuple[str, ...] = ()
    manifest: Mapping[str, Any] | None = None
    traces: tuple[Trace, ...] = ()
    gait: pd.DataFrame = field(default_factory=lambda: table_values.build("gait", []))
    phases: pd.DataFrame = field(default_factory=lambda: table_values.build("phases", []))
    footsteps: Footsteps | None = None
    magnitude: pd.DataFrame = field(default_factory=lambda: table_values.build("magnitude", []))
    variability: pd.DataFrame = field(default_factory=lambda: table_values.build("variability", []))
    principal: pd.DataFrame = field(default_factory=lambda: table_values.build("principal", []))
    stimulation: pd.DataFrame = field(default_factory=lambda: table_values.build("stimulation", []))
    responses: tuple[ResponseTrace, ...] = ()
    faults: pd.DataFrame = field(default_factory=lambda: table_values.build("faults", []))
    edits: pd.DataFrame = field(default_factory=lambda: table_values.build("edits", []))
    documentation: pd.DataFrame = field(default_factory=lambda: table_values.build("documentation", []))

    def __post_init__(self) -> None:
        object.__setattr__(self, "versions", FrozenDict(self.versions))

    def to_dict(self) -> dict[str, Any]:
        """Return all but what only figures need as plain data; what cannot be determined says so in words.

        The JSON Schema in `emgkit/schemas/result.schema.json` describes it.
        """
        return {
            "schema_version": SCHEMA_VERSION,
            "study": plain(asdict(self.study)),
            "settings": self.settings.model_dump(mode="json"),
            "inputs": [source.to_dict() for source in self.inputs],
            "versions": dict(self.versions),
            "notes": list(self.notes),
            "manifest": plain(self.manifest),
            "tables": {name: table_values.to_words(getattr(self, name)) for name in tables.TABLES},
        }

    def to_json(self) -> str:
        """Return what `to_dict` returns as JSON."""
        return to_json(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> Analysis:
        """Read back what `to_json` wrote.

        Raises
        ------
        InputError
            If the text is no result of emgkit, or of a schema that this version does not know.
        """
        document = _document(text)
        try:
            stored = StoredResult.model_validate_json(json.dumps(document))
        except ValidationError as error:
            first = faults_of(StoredResult, error)[0]
            raise InputError("the result is damaged", where=first.key, found=first.text) from None
        study = stored.study
        if "amplitude" not in document["study"]:  # an older version stored only its words
            study = replace(study, amplitude=replace(NO_MAXIMUM, words=study.normalisation))
        columns: dict[str, dict[str, list[Any]]] = {name: {} for name in tables.LATER} | stored.tables
        if unknown := set(columns) - set(tables.TABLES):
            raise InputError(
                "the result has tables that this version does not know", found=sorted(unknown), mend=_NEWER
            )
        try:
            return cls(
                **cast(Any, {name: table_values.from_text(name, columns[name]) for name in tables.TABLES}),
                study=study,
                settings=stored.settings,
                inputs=tuple(Source.from_dict(source.model_dump()) for source in stored.inputs),
                versions=stored.versions,
                notes=stored.notes,
                manifest=stored.manifest,
            )
        except (ValueError, KeyError) as error:  # a table or a column lacks, or a column is too short
            raise InputError("the result is damaged", found=str(error)[:200]) from None

    def __repr__(self) -> str:
        study, used = self.study, int(self.cycles["used"].sum())
        return (
            f"Analysis({study.muscle!r}, side={study.side!r}, activity={study.activity!r}, "
            f"{used} of {len(self.cycles)} cycles used, {len(self.bursts)} bursts, "
            f"{len(self.findings)} findings)"
        )

    @property
    def plot(self) -> Plots:
        """Figures: `plot()`, `plot.timing()`, `plot.raster()`, `plot.profile()`, `plot.strides()`."""
        return Plots(self)

    def _repr_html_(self) -> str:
        return cast(str, in_notebook("analysis_html", self))


def edited_words(cycles: pd.DataFrame, many: str = "cycles") -> str:
    """Return how many cycles hold edits by hand as a sentence, empty if none does.

    Parameters
    ----------
    cycles : DataFrame
        The table of the analysis.
    many : str
        What cycles are called.
    """
    used = cycles["used"].to_numpy(np.bool_)
    kept = int(np.count_nonzero(used & cycles["edited"].to_numpy(np.bool_)))
    out = cycles["reason"].tolist().count("edited_out")
    said = [f"{kept} of the {int(used.sum())} used {many} hold edits"] if kept else []
    said += (
        [f"{out} of {len(cycles)} {many} {'is' if out == 1 else 'are'} left out by a person"] if out else []
    )
    return f"Edited by hand: {'; '.join(said)}." if said else ""


def edited_after_signature(an: Analysis) -> bool:
    """Tell whether anything was edited on a day after that of the signature; False without a signature.

    Both days are taken as they are written. An edit of the day of the signature counts as made before it.
    """
    signed = signature_day(an.manifest)
    return signed is not None and any(str(when)[:10] > signed for when in an.edits["when"])


def signature_day(manifest: Mapping[str, Any] | None) -> str | None:
    """Return the day of the signature in the form of ISO 8601, None if there is none."""
    day = ((manifest or {}).get("signature") or {}).get("date")
    return None if day is None else str(day)[:10]


class StoredInput(BaseModel):
    """A file that an analysis read."""

    model_config = STORED

    name: str
    sha256: str
    format: str
    unit: str = Field(tables.NOT_RECORDED, description="unit of the EMG channel as the file states it")
    unit_given: str | None = Field(None, description="unit that the user gave, which wins over the file's")


class StoredResult(BaseModel):
    """An analysis as it stands in a `result.json`."""

    model_config = STORED

    schema_version: Literal[1]
    study: Study
    settings: Settings
    inputs: list[StoredInput] = Field(description="files that were read")
    versions: dict[str, str] = Field(description="versions of emgkit and of the libraries that computed")
    notes: tuple[str, ...] = Field(description="sentences that belong beside the tables")
    manifest: dict[str, Any] | None = Field(description="the session's manifest; null without one")
    tables: dict[str, dict[str, list[Any]]] = Field(description="columns by name, by table")


_NEWER = "read it with the version of emgkit that it names, or analyse the recording again"


def _document(text: str) -> dict[str, Any]:
    """Return the JSON of a result of a known schema."""
    try:
        document = json.loads(text, parse_constant=_no_number)
        version = document["schema_version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError("this is no result of emgkit", accepted="the text of a result.json") from None
    if version != SCHEMA_VERSION or isinstance(version, bool):
        raise InputError(
            "the result has a schema that this version does not know",
            found=version,
            accepted=str(SCHEMA_VERSION),
            mend=_NEWER,
        )
    return cast("dict[str, Any]", document)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def to_json(document: Mapping[str, Any]) -> str:
    """Return what `Analysis.to_dict` returned as JSON."""
    return indented(document) + "\n"


def indented(value: Any, level: int = 0) -> str:
    """Return JSON with one space of indent, as `json.dumps(value, indent=1)` does.

    That leaves the compiled encoder; here a list of numbers or texts, as the columns are, is still its work.
    """
    inner, outer = "\n" + " " * (level + 1), "\n" + " " * level
    if isinstance(value, Mapping) and value:
        items = (f"{_json(str(key))}: {indented(item, level + 1)}" for key, item in value.items())
        return f"{{{inner}{f',{inner}'.join(items)}{outer}}}"
    if isinstance(value, list | tuple) and value:
        if any(issubclass(kind, Mapping | list | tuple) for kind in set(map(type, value))):
            items = (indented(item, level + 1) for item in value)
            return f"[{inner}{f',{inner}'.join(items)}{outer}]"
        return f"[{inner}{_encoder(f',{inner}').encode(value)[1:-1]}{outer}]"
    return _json(value)


@cache
def _encoder(between: str = ", ") -> json.JSONEncoder:
    """Return what writes JSON without indent, with this text between the items of a list."""
    return json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(between, ": "))


def _json(value: Any) -> str:
    return _encoder().encode(value)


def plain(value: Any) -> Any:
    """Replace NaN by words, tuples by lists, mappings by dicts: what JSON can carry."""
    if isinstance(value, float) and not np.isfinite(value):
        return tables.NOT_DETERMINABLE
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    return value
