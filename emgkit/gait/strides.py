"""The used strides of all trials on one axis of percent, with the events of both feet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from emgkit import tables
from emgkit.found import Cycles
from emgkit.model import BoolArray, FloatArray

ORDER = "foot-off of the other foot, its contact, foot-off of this foot"
"""What happens between two contacts of one foot in walking."""
MAX_DISORDERED = 0.25
"""Where more of the strides are out of order, those that are not are a choice by their double support."""


@dataclass(frozen=True, slots=True, eq=False)
class Strides:
    """Used strides of one or more trials; arrays of shape (n_strides,), percent of the stride.

    An event that is not known in a stride is NaN. `disordered` tells in which strides the events of the two
    feet are not in the order of walking: in running the other foot leaves the ground after this one. Its
    events are NaN there, because the phases and times of walking that they bound do not exist.
    """

    duration_s: FloatArray
    foot_off_pct: FloatArray
    opposite_foot_off_pct: FloatArray
    opposite_contact_pct: FloatArray
    heel_rise_pct: FloatArray
    disordered: BoolArray
    sequence: tuple[str, ...]
    """Contact states of each stride, "not determinable" where the switches do not tell."""
    opposite_recorded: bool
    """Whether there is anything of the other foot in any trial."""
    left_out: tuple[str, ...] = ()
    """Switches of this foot that were left out, as "site: label", while the rest bound the strides."""
    opposite_left_out: tuple[str, ...] = ()
    """The same of the other foot."""

    @property
    def size(self) -> int:
        """Number of strides."""
        return int(self.duration_s.size)

    @property
    def often_disordered(self) -> bool:
        """Whether so many strides are out of order that an average over the others describes nobody."""
        in_order = ~np.isnan(self.opposite_foot_off_pct) | ~np.isnan(self.opposite_contact_pct)
        n = np.count_nonzero(self.disordered)
        return bool(n > MAX_DISORDERED * (n + np.count_nonzero(in_order)))

    @property
    def doubt(self) -> str:
        """What stands against contact and foot-off of this foot in words; empty if nothing does."""
        return _doubt("this foot", self.left_out)

    @property
    def opposite_doubt(self) -> str:
        """The same of the other foot."""
        return _doubt("the other foot", self.opposite_left_out)

    @property
    def disorder(self) -> str:
        """The strides out of order in words; empty if there are none."""
        n = int(np.count_nonzero(self.disordered))
        if n == 0:
            return ""
        return f"in {n} of {self.size} strides the events do not follow one another as in walking ({ORDER})"


def join(trials: Sequence[Cycles]) -> Strides:
    """Return the used strides of all trials.

    Parameters
    ----------
    trials : sequence of Cycles
        Gait cycles of one foot.
    """
    used_of = [t.used for t in trials]
    start = _joined([t.start_s[used] for t, used in zip(trials, used_of, strict=True)])
    duration = _joined([t.end_s[used] for t, used in zip(trials, used_of, strict=True)]) - start

    def pct(events: list[FloatArray | None]) -> FloatArray:
        known = [
            np.full(np.count_nonzero(used), np.nan) if e is None else e[used]
            for used, e in zip(used_of, events, strict=True)
        ]
        position = 100 * (_joined(known) - start) / duration
        return np.where((position > 0) & (position < 100), position, np.nan)

    foot_off = pct([t.foot_off_s for t in trials])
    opposite_off = pct([t.opposite_foot_off_s for t in trials])
    opposite_contact = pct([t.opposite_contact_s for t in trials])
    # A comparison with what is not known is false. After its foot-off the other foot lands within the stride;
    # if it does not, the events are those of another gait, or one was missed.
    disordered = (
        (opposite_off >= opposite_contact)
        | (opposite_contact >= foot_off)
        | (opposite_off >= foot_off)
        | (~np.isnan(opposite_off) & np.isnan(opposite_contact))
    )
    return Strides(
        duration_s=duration,
        foot_off_pct=foot_off,
        opposite_foot_off_pct=np.where(disordered, np.nan, opposite_off),
        opposite_contact_pct=np.where(disordered, np.nan, opposite_contact),
        heel_rise_pct=pct([t.heel_rise_s for t in trials]),
        disordered=disordered,
        sequence=tuple(
            word
            for t, used in zip(trials, used_of, strict=True)
            for word in compress(t.sequence or [tables.NOT_DETERMINABLE] * used.size, used)
        ),
        opposite_recorded=any(
            events is not None for t in trials for events in (t.opposite_foot_off_s, t.opposite_contact_s)
        ),
        left_out=_labels(t.switches_left_out for t in trials),
        opposite_left_out=_labels(t.opposite_left_out for t in trials),
    )


def _labels(left_out: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return each "site: label" once of words such as "site: label, why"."""
    return tuple(dict.fromkeys(words.partition(",")[0] for trial in left_out for words in trial))


def _doubt(foot: str, left_out: tuple[str, ...]) -> str:
    if not left_out:
        return ""
    return (
        f"a foot switch of {foot} was left out ({'; '.join(left_out)}): its contact may be late here, or its "
        "foot-off early"
    )


def _joined(parts: list[FloatArray]) -> FloatArray:
    return np.concatenate(parts) if parts else np.zeros(0)


def mean_sd(values: FloatArray) -> tuple[float, float, int]:
    """Return mean, standard deviation (with n - 1) and number of the known values; NaN if there is none."""
    known = values[~np.isnan(values)]
    mean = float(known.mean()) if known.size else float("nan")
    sd = float(known.std(ddof=1)) if known.size > 1 else float("nan")
    return mean, sd, int(known.size)
