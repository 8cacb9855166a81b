"""What flows through the rooms: frozen dataclasses, no file format, no plot."""

from __future__ import annotations

import importlib
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import PurePath
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
OTHER: Mapping[Side, Side] = types.MappingProxyType({"left": "right", "right": "left"})
EVENT_KINDS = ("foot_contact", "foot_off", "repetition_start", "repetition_end")
EVENT_COLUMNS = ("time_s", "side", "kind", "source")


def frozen(values: npt.ArrayLike) -> FloatArray:
    """Return `values` as a float64 array that cannot be written to; one that is so already is not copied."""
    is_so = isinstance(values, np.ndarray) and values.dtype == np.float64 and values.base is None
    if is_so and not cast(FloatArray, values).flags.writeable:
        return cast(FloatArray, values)
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
        # no side is None, however a table writes it: what looks for a side cannot compare with `pandas.NA`
        events = [
            (time, None if _missing(side) else side, kind, source)
            for time, side, kind, source in _event_rows(rows)
        ]
    except (TypeError, ValueError, KeyError):
        raise InputError("these are no events", accepted=f"rows of {', '.join(EVENT_COLUMNS)}") from None
    try:
        if any(isinstance(time, str | bool) for time, *_ in events):
            raise TypeError
        time_s = np.array([np.nan if _missing(time) else time for time, *_ in events], dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError("the time of an event is no number", accepted="seconds") from None
    if not np.isfinite(time_s).all():
        raise InputError("the time of an event is not finite", accepted="seconds from the first sample")
    for _, side, kind, _ in events:
        for column, value, accepted in (("side", side, SIDES), ("kind", kind, EVENT_KINDS)):
            known = isinstance(value, str) and value in accepted
            if not known and not (column == "side" and value is None):
                raise InputError(f"an event has an unknown {column}", found=value, accepted=accepted)
    order = np.argsort(time_s, kind="stable")
    columns: dict[str, Any] = {"time_s": time_s[order]}
    for at, name in enumerate(EVENT_COLUMNS[1:], start=1):
        values = np.empty(len(events), dtype=object)  # not from a list: that would look into the values
        values[:] = [events[i][at] for i in order]
        columns[name] = values
    return pd.DataFrame(columns)


def _event_rows(rows: Iterable[Sequence[Any]] | pd.DataFrame) -> Iterable[Sequence[Any]]:
    if not isinstance(rows, pd.DataFrame):
        return rows
    if any(list(rows.columns).count(name) != 1 for name in EVENT_COLUMNS):
        raise KeyError
    return zip(*(rows[name].tolist() for name in EVENT_COLUMNS), strict=True)


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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Source:
    """Where a recording came from: the file's name without its folder, its hash and its format."""

    name: str
    _sha256: str | Callable[[], str]
    format: str
    unit: str = tables.NOT_RECORDED
    """Unit of the EMG channel as the file states it."""
    unit_given: str | None = None
    """Unit that the user gave, which wins over the file's."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the file; taken when it is first asked for.

        Raises
        ------
        InputError
            If the file is gone, or has changed since it was read.
        """
        if not isinstance(self._sha256, str):
            object.__setattr__(self, "_sha256", self._sha256())
        return cast(str, self._sha256)

    def settled(self) -> Source:
        """Return it with its hash taken."""
        return replace(self, _sha256=self.sha256)

    def to_dict(self) -> dict[str, str | None]:
        """Return name, sha256, format, unit and unit_given."""
        return {
            "name": self.name,
            "sha256": self.sha256,
            "format": self.format,
            "unit": self.unit,
            "unit_given": self.unit_given,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Source:
        """Undo `to_dict`."""
        return cls(_sha256=values["sha256"], **{k: v for k, v in values.items() if k != "sha256"})

    def __repr__(self) -> str:
        return f"Source(name={self.name!r}, format={self.format!r}, unit={self.unit!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash(tuple(self.to_dict().values()))

    def __reduce__(self) -> tuple[Any, ...]:  # the hash travels, the place of the file does not
        return Source, tuple(self.to_dict().values())  # in the order of the fields


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


def _by_label(given: object, n_samples: int, where: str | None) -> Mapping[str, FloatArray]:
    """Return neighbouring channels as a mapping that cannot be changed, each as long as the wire."""
    if not isinstance(given, Mapping):
        raise InputError("the neighbours are no mapping of label to samples", where=where, found=given)
    found = {}
    for label, samples in given.items():
        if not isinstance(label, str):
            raise InputError("the label of a neighbour is no text", where=where, found=label)
        found[label] = _series(samples, f"the neighbour {label!r}", where)
        if found[label].size != n_samples:
            raise InputError(
                f"the neighbour {label!r} is not as long as the wire",
                where=where,
                found=found[label].size,
                accepted=f"{n_samples} samples",
            )
    return types.MappingProxyType(found)


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
    neighbours : mapping of label to array of shape (n_samples,), in microvolts
        Channels of other muscles, recorded at the same time and rate, for the check of cross-talk.

    Raises
    ------
    InputError
        If signal, rate, side, foot switches, neighbours or events are none.
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
    neighbours: Mapping[str, FloatArray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = self.source.name if isinstance(self.source, Source) else None
        if self.side is not None and not (isinstance(self.side, str) and self.side in SIDES):
            raise InputError("this is no side", where=where, found=self.side, accepted=SIDES)
        switches = _by_site(self.switches, "the foot switches", where)
        opposite = _by_site(self.opposite_switches, "the foot switches of the other foot", where)
        if self.motion is not None and not isinstance(self.motion, Motion):
            raise InputError("the motion is no Motion", where=where, found=type(self.motion).__name__)
        events = make_events(() if self._events is None else self._events)
        emg_uv = _series(self.emg_uv, "the EMG", where)
        object.__setattr__(self, "emg_uv", emg_uv)
        object.__setattr__(self, "neighbours", _by_label(self.neighbours, emg_uv.size, where))
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

    def __repr__(self) -> str:
        return (
            f"Recording({self.trial!r}, label={self.label!r}, muscle={self.muscle!r}, side={self.side!r}, "
            f"rate_hz={self.rate_hz:g}, duration_s={self.duration_s:g}, switches={list(self.switches)}, "
            f"{len(cast(pd.DataFrame, self._events))} events)"
        )

    def plot(self) -> Figure:
        """Return a figure with the signal, the switches and the events."""
        return cast("Figure", in_notebook("plot_recording", self))

    def _repr_html_(self) -> str:
        return cast(str, in_notebook("recording_html", self))


EditAction = Literal["move_onset", "move_offset", "add_burst", "delete_burst", "leave_out", "take_in"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that a person made to the automatic result, as `edits.toml` says it."""

    number: int
    """Place among the edits of the file, from 1."""
    line: int | None
    """Line of the file, None if it is not known."""
    action: EditAction
    trial: str
    recording_sha256: str
    """First digits of the SHA-256 of the recording, 12 at least."""
    by: str
    when: str
    """Date and time in the form of ISO 8601."""
    why: str
    found_start_s: float = float("nan")
    """Onset of the automatic burst, or start of the cycle; NaN for a burst that is added."""
    found_end_s: float = float("nan")
    start_s: float = float("nan")
    """Onset after the edit; NaN if it stays."""
    end_s: float = float("nan")
    cycle: int | None = None
    """Number of the cycle, None for an edit of a burst."""
    found_reason: str = ""
    """Why the cycle that is taken in was left out; empty for all others."""


@dataclass(frozen=True, eq=False)
class Session:
    """A session folder: what the manifest says, with the paths of its recordings.

    `paths` maps the role ("walk", "activity", "rest", "maximum", "stimulation") to files in order, and
    "reference" to the file of a laboratory's own timing reference. `edits` are those of `edits.toml`, in the
    order of the file, and `edits_source` is that file; None without one.
    """

    folder: str = field(repr=False)
    manifest: Mapping[str, Any]
    paths: Mapping[str, tuple[str, ...]] = field(repr=False)
    settings: Settings
    edits: tuple[Edit, ...] = field(default=(), repr=False)
    edits_source: Source | None = field(default=None, repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)
    """What looks as if it named a person; every result repeats it."""

    @property
    def id(self) -> str:
        """Code of the session."""
        return str(self.manifest.get("session", {}).get("id", tables.NOT_RECORDED))

    def __repr__(self) -> str:
        files = ", ".join(
            f"{role}={[PurePath(path).name for path in paths]}" for role, paths in self.paths.items()
        )
        return f"Session({self.id!r}, {files})"

    def _repr_html_(self) -> str:
        return cast(str, in_notebook("session_html", self))


def in_notebook(function: str, value: object, **options: object) -> object:
    """Call a function of `emgkit.report.notebook` on an object that shows itself."""
    # The one call upward: an object shows itself in Jupyter through the report's figures. It is bound by
    # name when it is used, so that the model does not depend on matplotlib or on the report.
    return getattr(importlib.import_module("emgkit.report.notebook"), function)(value, **options)
