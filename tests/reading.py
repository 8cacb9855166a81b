"""A recording read as a user reads it: what comes out is sound, or an `InputError`; nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import emgkit
from emgkit.errors import InputError


@dataclass(frozen=True)
class Reading:
    """What the three ways of reading gave; None where it was refused."""

    channels: pd.DataFrame | None
    recording: emgkit.Recording | None
    events: pd.DataFrame | None
    refusals: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """ "read" if a channel was, "listed" if only the channels were, otherwise "refused"."""
        if self.recording is not None:
            return "read"
        return "refused" if self.channels is None else "listed"


def read_as_a_user(path: Path) -> Reading:
    """List channels, read one (the first, if none is picked) and the events; check what comes out.

    Raises
    ------
    AssertionError
        If what is read cannot be: not finite, longer than the file, at no rate.
    """
    refusals: list[str] = []

    def tried(function, *arguments, **options):
        try:
            return function(*arguments, **options)
        except InputError as error:
            refusals.append(str(error))
            return None

    channels = tried(emgkit.list_channels, path)
    recording = tried(emgkit.read, path, emg_unit="uV")
    if recording is None and channels is not None:
        recording = tried(emgkit.read, path, 1, emg_unit="uV")
    events = tried(emgkit.read_events, path)
    _check(path, channels, recording, events, refusals)
    return Reading(channels, recording, events, tuple(refusals))


def differences(sound: Reading, other: Reading) -> tuple[str, ...]:
    """Name what differs between two readings; samples are compared as far as both go, channel by channel."""
    found = []
    if sound.channels is not None and other.channels is not None:
        for column, what in (
            ("label", "labels"),
            ("unit", "units"),
            ("rate_hz", "rate"),
            ("n_samples", "length"),
        ):
            if sound.channels[column].tolist() != other.channels[column].tolist():
                found.append(what)
    if sound.recording is not None and other.recording is not None:
        one, two = sound.recording, other.recording
        common = min(one.emg_uv.size, two.emg_uv.size)
        if one.label == two.label and not np.array_equal(one.emg_uv[:common], two.emg_uv[:common]):
            found.append("samples")
    if sound.events is not None and other.events is not None and not sound.events.equals(other.events):
        found.append("events")
    return tuple(found)


def notes_of(reading: Reading) -> tuple[str, ...]:
    """Return all that was said beside what was read."""
    said = () if reading.recording is None else reading.recording.notes
    return said + (() if reading.events is None else tuple(reading.events.attrs["notes"]))


def _check(path, channels, recording, events, refusals) -> None:
    size = path.stat().st_size
    if channels is not None:
        assert np.isfinite(channels["rate_hz"]).all()
        assert (channels["rate_hz"] >= 0).all()
        assert (channels["n_samples"] >= 0).all()
        assert 2 * channels["n_samples"].sum() <= size
        assert set(channels["kind"]) <= {"emg", "switch", "other"}
        assert channels["why"].str.len().min() > 0 or channels.empty
        assert channels["number"].tolist() == [f"#{i + 1}" for i in range(len(channels))]
    if recording is not None:
        assert recording.emg_uv.dtype == np.float64
        assert np.isfinite(recording.emg_uv).all()
        assert 4 <= 2 * recording.emg_uv.size <= size
        assert 0 < recording.rate_hz < np.inf
        assert all(np.isfinite(s.voltage_v).all() for s in recording.switches.values())
        assert np.isfinite(recording.events["time_s"]).all()
    if events is not None:
        assert np.isfinite(events["time_s"]).all()
    for refusal in refusals:
        assert str(path.parent) not in refusal
        assert "\n" not in refusal
        assert len(refusal) < 4000
