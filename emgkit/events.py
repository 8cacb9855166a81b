"""Foot contacts, foot-offs and repetitions of a file, from its own events and from its foot switches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from emgkit import io
from emgkit.errors import EmgkitError, InputError, within
from emgkit.gait.switches import decode
from emgkit.model import Side, make_events
from emgkit.settings import SettingsLike, as_settings


def read_events(
    path: str | Path,
    side: Side | None = None,
    switches: Mapping[str, str] | None = None,
    settings: SettingsLike = None,
) -> pd.DataFrame:
    """Read foot contacts, foot-offs and repetitions; needs no EMG channel in the file.

    Parameters
    ----------
    path : path of a C3D, EDF, EDF+ or BDF file
    side : {"left", "right"}, optional
        Only the events of this side, and of its foot switches. Both sides if not given.
    switches : mapping of site to label, optional
        Foot switches to decode beside the file's own events. Without it, those are decoded whose label
        names them, of a foot of which the file states no contact.
    settings : Settings or mapping, optional
        Its `gait` part decodes the switches.

    Returns
    -------
    DataFrame
        time_s, side, kind, source, sorted by time. Events of the file have the format as their source,
        decoded ones "switch". What was not used stands in ``.attrs["notes"]``.

    Raises
    ------
    InputError
        If the file or a named switch cannot be used, or if there is nothing but switches that cannot.
    """
    gait = as_settings(settings).gait
    events, feet, found_notes = io.read_events_and_switches(path, side, switches)
    rows: list[tuple[Any, ...]] = [
        (row.time_s, row.side, row.kind, row.source)
        for row in events.itertuples()
        if side is None or row.side is None or row.side == side
    ]
    notes = list(found_notes)
    refused: list[EmgkitError] = []
    for foot, channels in feet.items():
        try:
            contacts = decode(channels, gait)
        except InputError as error:
            named = within(error, Path(path).name)
            if switches is not None:
                raise named from error
            refused.append(named)
            continue
        notes += contacts.notes
        rows += [(t, foot, "foot_contact", "switch") for t in contacts.contact_s.tolist()]
        rows += [(t, foot, "foot_off", "switch") for t in contacts.foot_off_s.tolist()]
    if refused and not rows:
        raise refused[0]
    table = make_events(rows)
    table.attrs["notes"] = [*notes, *map(str, refused)]
    return table
