"""What flows through the rooms: frozen dataclasses, no file format, no plot."""

from __future__ import annotations

import importlib
import types
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from emgkit import sites, tables
from emgkit.errors import InputError
from emgkit.settings import FrozenDict, Settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Side = Literal["left", "right"]
Activity = Literal["walking", "repetitions"]

SIDES: tuple[Side, ...] = ("left", "right")
EVENT_KINDS = ("foot_contact", "foot_off", "repetition_start", "repetition_end")
EVENT_COLUMNS = ("time_s", "side", "kind", "source")


def frozen(values: npt.ArrayLike) -> FloatArray:
    """Return `values` as a float64 array that cannot be written to."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def make_events(rows: Iterable[Sequence[Any]] | pd.DataFrame = ()) -> pd.DataFrame:
    """Return the table of events, sorted by time.

    Parameters
    ----------
    rows : iterable of (time_s, side, kind, source), or DataFrame with these columns
        side is "left", "right" or None; kind is one of `EVENT_KINDS`; source says where the event comes from.

    Raises
    ------
    InputError
        If a column is missing, a time is not finite, or a side or kind is unknown.

    Examples
    --------
    >>> make_events([(1.5, "left", "foot_contact", "by hand")])["time_s"].tolist()
    [1.5]
    """
    try:
        frame = (
            rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows), columns=list(EVENT_COLUMNS))
        )
        frame = frame.loc[:, list(EVENT_COLUMNS)]
        if frame.shape[1] != len(EVENT_COLUMNS):  # a name stands twice
            raise KeyError
    except (TypeError, ValueError, KeyError, AssertionError):
        raise InputError("these are no events", accepted=f"rows of {', '.join(EVENT_COLUMNS)}") from None
    try:
        if any(isinstance(time, str | bool) for time in frame["time_s"]):
            raise TypeError
        frame = frame.astype({"time_s": "float64", "side": "object", "kind": "object", "source": "object"})
    except (TypeError, ValueError):
        raise InputError("the time of an event is no number", accepted="seconds") from None
    if not np.isfinite(frame["time_s"]).all():
        raise InputError("the time of an event is not finite", accepted="seconds from the first sample")
    for column, accepted, may_lack in (("side", SIDES, True), ("kind", EVENT_KINDS, False)):
        for value in frame[column]:
            if not (isinstance(value, str) and value in accepted) and not (may_lack and _missing(value)):
                raise InputError(f"an event has an unknown {column}", found=value, accepted=accepted)
    return frame.sort_values("time_s", kind="stable", ignore_index=True)


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and bool(np.isnan(value)))


def _series(values: object, what: str, where: str | None) -> FloatArray:
    """Return a read-only float64 array of one dimension."""
    try:
        array = np.asarray(values)
    except (TypeError, ValueError):
        array = np.empty((), dtype=object)
    if array.dtype.kind not in "iuf" or array.ndim != 1:
        raise InputError(
            f"{what} is no array of numbers with one dimension",
            where=where,
            found=f"{array.dtype}, {array.ndim} dimensions",
            accepted="shape (n_samples,)",
        )
    return frozen(array)


def _rate(value: object, where: str | None) -> float:
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not number or not np.isfinite(rate := float(cast(float, value))) or rate <= 0:
        raise InputError("this is no rate", where=where, found=value, accepted="a number above 0, in hertz")
    return rate


@dataclass(frozen=True, slots=True)
class Source:
    """Where a recording came from: the file's name without its folder, its hash and its format."""

    name: str
    sha256: str
    format: str
    unit: str = tables.NOT_RECORDED
    """Unit of the EMG channel as the file states it."""
    unit_given: str | None = None
    """Unit that the user gave, which wins over the file's."""


@dataclass(frozen=True, slots=True, eq=False)
class Switch:
    """One foot-switch channel: `site` is a word of `emgkit.sites`.

    Raises
    ------
    InputError
        If the site is unknown, the rate is no rate, or the voltage is no series of numbers.
    """

    site: str
    label: str
    voltage_v: FloatArray
    rate_hz: float

    def __post_init__(self) -> None:
        where = f"foot switch {self.label}"
        if not (isinstance(self.site, str) and self.site in sites.SITES):
            raise InputError(
                "this is no site of a foot switch", where=where, found=self.site, accepted=sites.SITES
            )
        voltage_v = _series(self.voltage_v, "the voltage", where)
        if voltage_v.size == 0:
            raise InputError("the foot switch has no samples", where=where)
        object.__setattr__(self, "voltage_v", voltage_v)
        object.__setattr__(self, "rate_hz", _rate(self.rate_hz, where))

    def __reduce__(self) -> tuple[Any, ...]:  # a pickled array forgets that it is read-only
        return Switch, tuple(getattr(self, f.name) for f in fields(self))


def _by_site(given: object, what: str, where: str | None) -> Mapping[str, Switch]:
    """Return foot switches as a mapping that cannot be changed, each under its own site."""
    switches = {} if given is None else given
    if not isinstance(switches, Mapping):
        raise InputError(f"{what} are no mapping of site to Switch", where=where, found=switches)
    for site, switch in switches.items():
        if not isinstance(switch, Switch) or switch.site != site:
            raise InputError(
                "a foot switch does not stand under its site",
                where=where,
                found=site,
                accepted=f"a Switch of one of the sites {', '.join(sites.SITES)}",
            )
    return types.MappingProxyType(dict(switches))


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """A channel that shows the movement itself: a goniometer, an accelerometer, a force.

    Raises
    ------
    InputError
        If the rate is no rate, or the values are no series of numbers.
    """

    label: str
    values: FloatArray
    unit: str
    """As the file states it; empty if it does not."""
    rate_hz: float

    def __post_init__(self) -> None:
        where = f"motion channel {self.label}"
        values = _series(self.values, "the motion", where)
        if values.size == 0:
            raise InputError("the motion channel has no samples", where=where)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "rate_hz", _rate(self.rate_hz, where))

    def __reduce__(self) -> tuple[Any, ...]:
        return Motion, tuple(getattr(self, f.name) for f in fields(self))


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What a simulated recording really contains."""

    onset_s: FloatArray
    offset_s: FloatArray
    contact_s: FloatArray
    """Foot contacts of the recorded side, or starts of the repetitions."""
    foot_off_s: FloatArray
    """Foot-offs of the recorded side, or ends of the repetitions."""
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("onset_s", "offset_s", "contact_s", "foot_off_s"):
            object.__setattr__(self, name, _series(getattr(self, name), f"the truth's {name}", None))
        object.__setattr__(self, "parameters", FrozenDict(self.parameters))

    def __reduce__(self) -> tuple[Any, ...]:
        return Truth, tuple(getattr(self, f.name) for f in fields(self))


@dataclass(frozen=True, eq=False)
class Recording:
    """One fine-wire channel with its foot switches and events; immutable.

    Attributes
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
    rate_hz : float
    label : str
        Label of the EMG channel in the file.
    side : {"left", "right"} or None
    muscle : str or None
        Full name in snake case, None if it is not known.
    switches : mapping of site to Switch
    events : DataFrame
        Columns time_s, side, kind, source. A fresh copy each time. They are given as `_events`: a table of
        these columns, rows of them, or None; `with_events` gives others to a recording.
    source : Source
    trial : str
        Name of the recording without its ending.
    notes : tuple of str
        What a reader must know about how the file was read.
    truth : Truth or None
        Only for simulated recordings.
    opposite_switches : mapping of site to Switch
        Foot switches of the other foot, for the phases of gait.
    motion : Motion or None
        The channel that shows the movement, for activities that are not walking.

    Raises
    ------
    InputError
        If signal, rate, side, foot switches or events are none.
    """

    emg_uv: FloatArray
    rate_hz: float
    label: str
    side: Side | None
    muscle: str | None
    switches: Mapping[str, Switch]
    _events: pd.DataFrame | Iterable[Sequence[Any]] | None
    source: Source
    trial: str
    notes: tuple[str, ...] = ()
    truth: Truth | None = None
    opposite_switches: Mapping[str, Switch] = field(default_factory=dict)
    motion: Motion | None = None

    def __post_init__(self) -> None:
        where = self.source.name if isinstance(self.source, Source) else None
        if self.side is not None and not (isinstance(self.side, str) and self.side in SIDES):
            raise InputError("this is no side", where=where, found=self.side, accepted=SIDES)
        switches = _by_site(self.switches, "the foot switches", where)
        opposite = _by_site(self.opposite_switches, "the foot switches of the other foot", where)
        if self.motion is not None and not isinstance(self.motion, Motion):
            raise InputError("the motion is no Motion", where=where, found=type(self.motion).__name__)
        events = make_events(() if self._events is None else self._events)
        object.__setattr__(self, "emg_uv", _series(self.emg_uv, "the EMG", where))
        object.__setattr__(self, "rate_hz", _rate(self.rate_hz, where))
        object.__setattr__(self, "switches", switches)
        object.__setattr__(self, "opposite_switches", opposite)
        object.__setattr__(self, "_events", events)

    def __reduce__(self) -> tuple[Any, ...]:  # a mapping proxy does not pickle
        values = [getattr(self, f.name) for f in fields(self)]
        return Recording, tuple(dict(v) if isinstance(v, types.MappingProxyType) else v for v in values)

    @property
    def events(self) -> pd.DataFrame:
        """Contacts, foot-offs and repetitions: time_s, side, kind, source; a fresh copy."""
        return cast(pd.DataFrame, self._events).copy()

    def with_events(self, events: pd.DataFrame | Iterable[Sequence[Any]] | None) -> Recording:
        """Return the same recording with other events: a table, or rows of (time_s, side, kind, source)."""
        return replace(self, _events=events)

    @property
    def duration_s(self) -> float:
        """Length of the signal in seconds."""
        return self.emg_uv.size / self.rate_hz

    def plot(self) -> Figure:
        """Return a figure with the signal, the switches and the events."""
        return cast("Figure", in_notebook("plot_recording", self))

    def _repr_html_(self) -> str:
        return cast(str, in_notebook("recording_html", self))


@dataclass(frozen=True, slots=True, eq=False)
class Cycles:
    """Gait cycles or repetitions of one trial, used or not, in order of time.

    All arrays have shape (n_cycles,). `end_s` and `foot_off_s` are NaN where there is none.
    """

    start_s: FloatArray
    end_s: FloatArray
    foot_off_s: FloatArray
    reason: tuple[str, ...]
    """"none" if used, otherwise a word of `REASONS`."""
    side: Side | None
    kind: Literal["gait", "repetition"]
    source: str
    """What bounds the cycles: "events", "switches" or "repetitions"."""
    notes: tuple[str, ...] = ()
    """What a reader must know about how the cycles were found."""
    switches: tuple[str, ...] = ()
    """Foot switches that bound the cycles, as "site: label"."""
    switches_left_out: tuple[str, ...] = ()
    """Foot switches that were left out, as "site: label, why"."""
    opposite_foot_off_s: FloatArray | None = None
    """First foot-off of the other foot in each cycle; None if the other foot was not recorded."""
    opposite_contact_s: FloatArray | None = None
    """First contact of the other foot after `opposite_foot_off_s`; None as above."""
    heel_rise_s: FloatArray | None = None
    """When the heel leaves the ground while the forefoot stays; None if the switches do not tell."""
    sequence: tuple[str, ...] = ()
    """Order of the contact states of each cycle, such as "HFPS"; empty if the switches do not tell."""

    @property
    def used(self) -> BoolArray:
        """Which cycles enter profile and summary; shape (n_cycles,)."""
        return np.array([r == "none" for r in self.reason], dtype=np.bool_)


REASONS: Mapping[str, str] = types.MappingProxyType(
    {
        "none": "used",
        "no_next_contact": "no next contact of the same foot before the recording ends",
        "duration_outlier": "duration far from the median of the trial",
        "outside_recording": "the cycle reaches beyond the recorded signal",
        "signal_fault": "the signal inside the cycle is not usable",
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """Bursts of one signal; arrays of shape (n_bursts,), in seconds, NaN where there is no interval."""

    onset_s: FloatArray
    offset_s: FloatArray
    onset_low_s: FloatArray
    onset_high_s: FloatArray
    offset_low_s: FloatArray
    offset_high_s: FloatArray
    method: str
    parameters: Mapping[str, Any]
    """Every parameter that was in force."""
    notes: tuple[str, ...] = ()
    probability: FloatArray | None = None
    """At least how probable it is that there is a burst; NaN or None where the method does not tell."""

    def to_frame(self) -> pd.DataFrame:
        """Return the table that `emgkit.detect` promises."""
        names = ("onset_s", "offset_s", "onset_low_s", "onset_high_s", "offset_low_s", "offset_high_s")
        table = pd.DataFrame({name: getattr(self, name) for name in names})
        table["probability"] = np.nan if self.probability is None else self.probability
        return table


@dataclass(frozen=True, eq=False)
class Session:
    """A session folder: what the manifest says, with the paths of its recordings.

    `paths` maps the role ("walk", "activity", "rest", "maximum", "stimulation") to files in order.
    """

    folder: str = field(repr=False)
    manifest: Mapping[str, Any]
    paths: Mapping[str, tuple[str, ...]] = field(repr=False)
    settings: Settings

    @property
    def id(self) -> str:
        """Code of the session."""
        return str(self.manifest.get("session", {}).get("id", tables.NOT_RECORDED))

    def _repr_html_(self) -> str:
        return cast(str, in_notebook("session_html", self))


def in_notebook(function: str, value: object) -> object:
    """Call a function of `emgkit.report.notebook` on an object that shows itself."""
    # The one call upward: an object shows itself in Jupyter through the report's figures. It is bound by
    # name when it is used, so that the model does not depend on matplotlib or on the report.
    return getattr(importlib.import_module("emgkit.report.notebook"), function)(value)
