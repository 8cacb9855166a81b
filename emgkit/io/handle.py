"""One open recording, whatever its format: what it holds, and its samples on demand."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from emgkit.errors import InputError
from emgkit.io.channels import Channel
from emgkit.io.digests import digest_once
from emgkit.io.events import RawEvent, with_repetitions
from emgkit.io.files import as_path
from emgkit.model import FloatArray

ENDINGS = {".c3d": "C3D", ".edf": "EDF", ".bdf": "BDF"}
ACCEPTED = "C3D, EDF, EDF+C, BDF, BDF+C"


CHANGED = "the file has changed since it was opened"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The SHA-256 of a file, taken when it is asked for; it is that of the file as it was opened.

    To hash takes longer than to read one channel, and not everybody who reads a recording asks for it.
    """

    path: Path
    state: tuple[int, ...]
    """Identity, size and time of the last change."""

    @classmethod
    def of(cls, path: Path) -> Fingerprint:
        """Remember the file as it is now. Errors of the operating system pass through."""
        return cls(path, _state(path))

    def __call__(self) -> str:
        """Return the SHA-256 of the file.

        Raises
        ------
        InputError
            If the file is gone, or has changed since it was opened.
        """
        try:
            digest = digest_once(self.path)
            unchanged = _state(self.path) == self.state
        except OSError as error:
            raise unreadable(self.path, error) from error
        if not unchanged:
            raise InputError(CHANGED, where=self.path.name, mend="read it again")
        return digest


def _state(path: Path) -> tuple[int, ...]:
    status = path.stat()
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


@dataclass(frozen=True, eq=False)
class RecordingFile:
    """What a recording holds; samples are read one channel at a time.

    Attributes
    ----------
    path : Path
    format : str
        "C3D", "EDF", "EDF+C", "BDF" or "BDF+C"; "EDF+D" or "BDF+D" if it proves to have no gap.
    channels : tuple of Channel
    duration_s : float
        Length in seconds; 0 for a file that holds annotations only.
    unknown_events : tuple of str
        Labels of events that the vocabulary does not know, each once.
    notes : tuple of str
        What a reader must know about how the file was read.
    raw_events : tuple of RawEvent
        All events as the file states them, known or not, in its order; times from the first sample.
    """

    path: Path
    format: str
    channels: tuple[Channel, ...]
    duration_s: float
    _events: pd.DataFrame
    unknown_events: tuple[str, ...]
    notes: tuple[str, ...]
    _read: Callable[[Sequence[int]], dict[int, FloatArray | InputError]] = field(repr=False)
    fingerprint: Fingerprint = field(repr=False)
    raw_events: tuple[RawEvent, ...] = ()

    @property
    def name(self) -> str:
        """Name of the file without its folder, as text that can be written, whatever bytes it is made of."""
        return os.fsencode(self.path.name).decode("utf-8", "backslashreplace")

    @property
    def events(self) -> pd.DataFrame:
        """Known events of both sides: time_s, side, kind, source; a fresh copy."""
        return self._events.copy()

    def events_with_repetitions(self, label: str) -> pd.DataFrame:
        """Return the known events, in which those with `label` are the repetitions.

        Raises
        ------
        InputError
            If no event has the label.
        """
        is_c3d = self.format == "C3D"
        found = with_repetitions(
            self.raw_events,
            label,
            source="c3d" if is_c3d else "edf",
            duration_s=self.duration_s if is_c3d or self.channels else None,
        )
        if found is None:
            known = sorted(set(self._events["kind"]))
            raise InputError(
                "no event has the label of the repetitions",
                where=self.name,
                found=label,
                accepted=f"a label of the file: {', '.join(self.unknown_events) or 'none but known ones'}"
                + (f" (known: {', '.join(known)})" if known else ""),
                mend="'emgkit inspect FILE' shows the events",
            )
        return found

    def read_channel(self, index: int) -> FloatArray:
        """Return the samples of the channel at `index` (from 0), float64, in the unit of the file.

        Raises
        ------
        InputError
            If there is no such channel, or its samples or its scale cannot be read.
        """
        samples = self.read_channels([index])[index]
        if isinstance(samples, InputError):
            raise samples
        return samples

    def read_channels(self, indices: Sequence[int]) -> dict[int, FloatArray | InputError]:
        """Read several channels in one go.

        Returns
        -------
        dict of int to array or InputError
            The samples of each channel as `read_channel` returns them, or why they cannot be read.

        Raises
        ------
        InputError
            If there is no such channel, or the file cannot be read.
        """
        for index in indices:
            if not 0 <= index < len(self.channels):
                raise InputError(
                    "no such channel",
                    where=self.name,
                    found=index,
                    accepted=f"0 to {len(self.channels) - 1}" if self.channels else None,
                )
        return self._read(indices)


def unreadable(path: Path, error: OSError) -> InputError:
    """Return the error for a file that the operating system does not hand out."""
    return InputError(f"the file cannot be read ({error.strerror or 'error of the system'})", where=path.name)


def open_file(path: str | Path) -> RecordingFile:
    """Open a recording; its format is told by its content.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    RecordingFile

    Raises
    ------
    InputError
        If the file is missing, empty, a folder, damaged, or of no format that is read.
    """
    path = as_path(path)
    try:
        if path.is_dir():
            name = path.name or str(path)
            raise InputError("this is a folder, not a recording", where=name, accepted=ACCEPTED)
        with path.open("rb") as stream:
            start = stream.read(8)
    except FileNotFoundError:
        raise InputError("there is no such file", where=path.name) from None
    except OSError as error:
        raise unreadable(path, error) from error
    if not start:
        raise InputError("the file is empty", where=path.name, accepted=ACCEPTED)
    if start[1:2] == b"\x50" and start[0] > 0:
        from emgkit.io.c3d import open_c3d

        return open_c3d(path)
    if start == b"0       " or start == b"\xffBIOSEMI":
        from emgkit.io.edf import open_edf

        return open_edf(path)
    claimed = ENDINGS.get(path.suffix.lower())
    raise InputError(
        f"the file does not begin as {claimed} files do: it is damaged or something else"
        if claimed
        else "this is no recording of a format that is read",
        where=path.name,
        accepted=ACCEPTED,
        mend="export the recording again" if claimed else "export the recording as C3D or EDF+",
    )
