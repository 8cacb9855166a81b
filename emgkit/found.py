"""What the stages find in a recording: cycles, bursts, and how far both can be relied on."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, ConfigDict, WithJsonSchema

from emgkit.model import BoolArray, FloatArray, Side, frozen
from emgkit.tables import NOT_DETERMINABLE

FILLED_PCT = 90.0
"""A cycle that is active for this much of it and in which no burst starts is filled by an earlier burst."""

MIN_CYCLES = 5
"""Least number of cycles from which timing, a spread or the interval of a mean is stated."""


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """Contact states that follow one another without a gap from the first sample to the last.

    Every state differs from the one before; the last ends at `end_s`.
    """

    start_s: FloatArray
    """Start of each state in seconds, shape (n_states,)."""
    state: tuple[str, ...]
    """"H" heel only, "F" heel and forefoot, "P" forefoot only, "S" neither; "?" while a switch is stuck."""
    end_s: float
    """End of the recording in seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Foot contacts and foot-offs of one foot, in seconds, sorted."""

    contact_s: FloatArray
    foot_off_s: FloatArray
    notes: tuple[str, ...] = ()
    """What was merged or left out, and why."""
    used: tuple[str, ...] = ()
    """The channels that were decoded, as "site: label"."""
    left_out: tuple[str, ...] = ()
    """The channels that do not behave like a switch, or not all the time, as "site: label, why"."""
    levels: tuple[str, ...] = ()
    """The levels and thresholds of each channel that was decoded, one sentence a channel, in volts."""
    thresholds_v: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Voltages at which each separate switch closes and opens, by site."""
    states: States | None = None
    """Heel and forefoot; None if their sites are not known or a channel was left out."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the foot switches agree with the events of the file; NaN where nothing could be matched."""

    kind: Literal["foot_contact", "foot_off"]
    n_events: int
    n_switches: int
    """Found in the switches during the time over which there are events."""
    n_matched: int
    median_s: float
    """Median of the differences, switch minus event: above 0, the switches are late."""
    median_absolute_s: float
    largest_s: float
    """Largest absolute difference."""


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
    """What bounds the cycles: "events", "switches", "repetitions" or "motion"."""
    notes: tuple[str, ...] = ()
    """What a reader must know about how the cycles were found."""
    switches: tuple[str, ...] = ()
    """Foot switches that bound the cycles, as "site: label"."""
    switches_left_out: tuple[str, ...] = ()
    """Foot switches that were left out, as "site: label, why"."""
    switch_levels: tuple[str, ...] = ()
    """Levels and thresholds of each foot switch that was decoded, as "site: label, levels"."""
    opposite_foot_off_s: FloatArray | None = None
    """First foot-off of the other foot in each cycle; None if the other foot was not recorded."""
    opposite_contact_s: FloatArray | None = None
    """First contact of the other foot after `opposite_foot_off_s`; None as above. Where no foot-off of the
    other foot is known in the whole trial, its first contact in the cycle."""
    opposite_left_out: tuple[str, ...] = ()
    """Foot switches of the other foot that were left out, as "site: label, why", where the rest of them tell
    its contacts."""
    heel_rise_s: FloatArray | None = None
    """When the heel leaves the ground while the forefoot stays; None if the switches do not tell."""
    sequence: tuple[str, ...] = ()
    """Order of the contact states of each cycle, such as "HFPS"; empty if the switches do not tell."""
    reason_detail: tuple[str, ...] = ()
    """The numbers behind each reason, in words; "none" for a cycle that is used."""
    form: tuple[str, ...] = ()
    """Form of each contact, typical or which atypical one; empty if the switches do not tell."""
    agreement: tuple[Agreement, ...] = ()
    """How far events and foot switches agree, where both are there."""
    own_foot: Contacts | None = None
    """What the foot switches of this foot say; None if there are none, or they are refused."""
    refused: str = ""
    """Why they are refused."""
    other_foot: Contacts | None = None
    """What those of the other foot say."""

    def contacts_s(self) -> FloatArray:
        """Return the starts of all cycles and the ends that are known, each once and in order."""
        return np.unique(np.concatenate([self.start_s, self.end_s[np.isfinite(self.end_s)]]))

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
        "filter_edge": "so close to an end of the recording that the filters lack signal",
        "pause": "longer than the stated pause",
        "first_of_pass": "among the first cycles of a pass, which the settings leave out",
        "last_of_pass": "among the last cycles of a pass, which the settings leave out",
        "edited_out": "left out by a person",
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
    beats_s: FloatArray = field(default_factory=lambda: frozen(np.empty((0, 2))))
    """Starts and stops of short bursts that repeat evenly and are taken for one, shape (n_beats, 2)."""

    def to_frame(self) -> pd.DataFrame:
        """Return the table that `emgkit.detect` promises."""
        names = ("onset_s", "offset_s", "onset_low_s", "onset_high_s", "offset_low_s", "offset_high_s")
        table = pd.DataFrame({name: getattr(self, name) for name in names})
        table["probability"] = np.nan if self.probability is None else self.probability
        return table


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """How far the bursts of a detection depend on its setting and on the detector; shape (n_bursts,) each."""

    onset_shift_s: FloatArray
    """Largest move of the onset among the alternates, signed; NaN where one of them has no such edge."""
    offset_shift_s: FloatArray
    robustness: tuple[str, ...]
    """A word of `emgkit.tables` for each burst."""
    alternates: tuple[Mapping[str, Any], ...] = ()
    """What it was compared with: kind, method, changed, bursts, hold, further, not_run."""


def _nan_of_words(value: object) -> object:
    return float("nan") if value == NOT_DETERMINABLE else value


Number = Annotated[
    float,
    BeforeValidator(_nan_of_words),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"const": NOT_DETERMINABLE}]}),
]
"""A number of a result; NaN here is "not determinable" in a file."""
STORED = ConfigDict(extra="forbid", strict=True, defer_build=True)
"""How strictly what stands in a file is held to its declaration."""
DESCRIBED = ConfigDict(**STORED, use_attribute_docstrings=True)
"""The same for a dataclass, whose fields are described by the text under them."""


@dataclass(frozen=True, slots=True)
class AmplitudeReference:
    """The amplitude that percentages are of: one over all trials of an analysis, never one of each."""

    __pydantic_config__: ClassVar[ConfigDict] = DESCRIBED

    kind: Literal["maximum", "task_peak", "task_mean", "none"]
    words: str
    """What it is, with its value and place; where it is none, why."""
    mean_uv: Number = float("nan")
    """What a mean rectified signal is a percentage of; NaN if there is no percentage."""
    rms_uv: Number = float("nan")
    """The same for a root mean square."""
    trial: str = ""
    """Recording in which a maximum was reached; empty if it is none."""
    start_s: Number = float("nan")
    window_s: Number = float("nan")
    n_contractions: int = 0
    """Contractions found in the maximum tests."""
    best_uv: Number = float("nan")
    """Mean rectified signal in the best window, also where there is no percentage of it."""
    against: tuple[str, ...] = ()
    """What speaks against a maximum, one clause each; empty if nothing does."""

    @property
    def credible(self) -> bool:
        """Whether it is a maximum test against which nothing speaks."""
        return self.kind == "maximum" and self.mean_uv > 0 and not self.against

    @property
    def short(self) -> str:
        """Its name and value for a heading, such as "maximum test (113.9 uV)"."""
        name = {"maximum": "maximum test", "task_peak": "peak of the task", "task_mean": "mean of the task"}
        if self.kind == "none" or not self.mean_uv > 0:
            return "none"
        return f"{name[self.kind]} ({self.mean_uv:.1f} uV)"


NO_MAXIMUM = AmplitudeReference("none", "none: no maximum test was given")


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of the cycle with its bounds in each used cycle; arrays of shape (n_used,), NaN if not known."""

    name: str
    start_pct: FloatArray
    end_pct: FloatArray
    start_basis: str
    """A word of `emgkit.tables` for where the start comes from."""
    end_basis: str
    why: str = "none"
    """What stands against its bounds in words; "none" if nothing does."""
