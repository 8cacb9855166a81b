"""What is known of one foot: the events that the file states, and what its switches say."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from emgkit.errors import InputError
from emgkit.found import Contacts
from emgkit.gait import switches
from emgkit.model import FloatArray, Side, Switch
from emgkit.settings import GaitSettings


@dataclass(frozen=True, slots=True, eq=False)
class Foot:
    """Contacts and foot-offs of one foot in seconds, from its events and from its switches."""

    event_contact_s: FloatArray
    event_foot_off_s: FloatArray
    decoded: Contacts | None
    """None if there are no switches, or they cannot be decoded."""
    refused: InputError | None
    """Why they cannot."""

    def beside(self, source: str) -> Contacts | None:
        """Return contacts and foot-offs for strides of the other foot, which `source` bounds.

        Events, else switches, as long as the strides are not bounded by switches: two feet are best told by
        the same means. None if there are neither.
        """
        marked = bool(self.event_contact_s.size or self.event_foot_off_s.size)
        if self.decoded is not None and (source == "switches" or not marked):
            return self.decoded
        return Contacts(self.event_contact_s, self.event_foot_off_s) if marked else None


def times_of(events: pd.DataFrame, side: Side | None, kind: str) -> FloatArray:
    """Return when events of one kind and side are, in seconds; none without a side."""
    mine = (events["side"].to_numpy(np.object_) == side) & (events["kind"].to_numpy(np.object_) == kind)
    return events["time_s"].to_numpy(np.float64)[mine] if side else np.zeros(0)


def foot_of(
    events: pd.DataFrame, side: Side | None, channels: Mapping[str, Switch], settings: GaitSettings
) -> Foot:
    """Gather what is known of the foot of one side; without a side no event is of it."""
    decoded, refused = None, None
    if channels:
        try:
            decoded = switches.decode(channels, settings)
        except InputError as error:
            refused = error
    return Foot(
        event_contact_s=times_of(events, side, "foot_contact"),
        event_foot_off_s=times_of(events, side, "foot_off"),
        decoded=decoded,
        refused=refused,
    )
