"""What a file holds: its channels with what each is taken for, and its events."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from emgkit.io.channels import nature
from emgkit.io.handle import RecordingFile, open_file

CHANNEL_COLUMNS = (
    "label",
    "unit",
    "rate_hz",
    "n_samples",
    "kind",
    "why",
    "side",
    "muscle",
    "site",
    "description",
    "number",
)


def list_channels(path: str | Path) -> pd.DataFrame:
    """List the channels of a recording, what each is taken for, and why.

    Parameters
    ----------
    path : str or Path
        A C3D, EDF, EDF+C or BDF file.

    Returns
    -------
    DataFrame
        One row per channel: label, unit, rate_hz, n_samples, kind ("emg", "switch" or "other"), why; and
        side, muscle, site, description, number ("#1" for the first).

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    return channel_table(open_file(path))


def channel_table(file: RecordingFile) -> pd.DataFrame:
    """Return the table of `list_channels` for a file that is open."""
    rows = []
    for channel in file.channels:
        what = nature(channel)
        rows.append(
            (
                channel.label,
                channel.unit,
                channel.rate_hz,
                channel.n_samples,
                what.kind,
                what.why,
                what.side,
                what.muscle,
                what.site,
                channel.description,
                channel.number,
            )
        )
    frame = pd.DataFrame(rows, columns=list(CHANNEL_COLUMNS))
    types = dict.fromkeys(CHANNEL_COLUMNS, "object") | {"rate_hz": "float64", "n_samples": "int64"}
    return frame.astype(types)


def read_file_events(path: str | Path) -> pd.DataFrame:
    """Return the events that a file states, of both sides: time_s, side, kind, source.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    return open_file(path).events
