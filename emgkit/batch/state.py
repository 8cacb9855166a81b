"""What became of a session, kept beside its results and written after them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from emgkit import tables
from emgkit.batch.key import digest
from emgkit.errors import InputError
from emgkit.io.files import sync_folder, write_files

STATE = "session.json"
SCHEMA_VERSION = 1

Status = Literal["done", "up_to_date", "to_do", "failed"]
Kind = Literal["", "input", "insufficient_data", "output", "memory", "time_limit", "crash", "defect"]

_REPORT = frozenset({f"{name}.csv" for name in tables.TABLES} | {"result.json", "report.html", "report.pdf"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one session of a batch.

    Attributes
    ----------
    id : str
        Names the session in every table, and its folder in the results.
    folder : str
        The session's folder, relative to the root, with "/" between the parts.
    status : {"done", "up_to_date", "to_do", "failed"}
        "to_do" is of a dry run alone.
    kind : str
        Of a failure: "input" (something in the session cannot be used), "insufficient_data", "output" (the
        results cannot be written), "memory", "time_limit", "crash" (its process ended) or "defect" (an
        unexpected fault of emgkit). "" otherwise.
    reason : str
        Of a failure, in one paragraph; "" otherwise.
    key : str
        SHA-256 over all from which the result was made; "" of a failure.
    formats : tuple of str
        What was to be written.
    files : mapping of str to str
        SHA-256 of each file that was written, by name.
    """

    id: str
    folder: str
    status: Status
    kind: Kind = ""
    reason: str = ""
    key: str = ""
    formats: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether it failed."""
        return self.status == "failed"


def publish(place: Path, outcome: Outcome, files: Mapping[str, bytes] | None = None) -> None:
    """Write the files of a session and then what became of it.

    Until the last step the folder says nothing of the session, so that whatever interrupts it, the session
    is done again. Files that an earlier run left and this one does not write are removed.

    Raises
    ------
    InputError
        If something cannot be written; then nothing of the session is left.
    """
    files = files or {}
    try:
        withdraw(place, but=frozenset(files))
        write_files(place, files)
        write_files(place, {STATE: to_bytes({"schema_version": SCHEMA_VERSION} | asdict(outcome))})
    except InputError:
        withdraw(place)
        raise


def withdraw(place: Path, but: frozenset[str] = frozenset()) -> None:
    """Remove what a batch left of a session: first what says that it is done, then its files.

    Parameters
    ----------
    place : Path
        Folder of the session's results; there may be none.
    but : frozenset of str
        Names that stay, because they are about to be replaced.

    Raises
    ------
    InputError
        If the system does not allow it.
    """
    before = read_state(place)
    ours = _REPORT | (before.files.keys() if before else set())
    at = place.name
    try:
        if not place.is_dir():
            return
        (place / STATE).unlink(missing_ok=True)
        sync_folder(place)
        for path in sorted(place.iterdir()):
            at = path.name
            if (path.name in ours and path.name not in but) or _is_passing(path.name):
                path.unlink()
        sync_folder(place)
    except OSError as error:
        raise InputError(
            f"it cannot be replaced ({error.strerror or 'error of the system'})",
            where=at,
            mend="name another folder with --out, or make room or rights there",
        ) from error


def clear_passing(place: Path) -> None:
    """Remove files that a killed process was about to write; errors of the system pass through."""
    for path in sorted(place.glob(".*.part")):
        if _is_passing(path.name):
            path.unlink()


def read_state(place: Path) -> Outcome | None:
    """Return what became of the session whose results stand in a folder, None if nothing whole says it."""
    try:
        given: dict[str, Any] = json.loads((place / STATE).read_text(encoding="utf-8"))
        if given.pop("schema_version") != SCHEMA_VERSION:
            return None
        outcome = Outcome(**given)
        whole = all(Path(name).name == name for name in outcome.files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return outcome if whole else None


def is_up_to_date(place: Path, key: str) -> bool:
    """Return whether a folder holds, byte for byte, what was once written under this key."""
    before = read_state(place)
    if before is None or before.status != "done" or before.key != key:
        return False
    try:
        return all(digest(place / name) == sha256 for name, sha256 in before.files.items())
    except InputError:
        return False


def to_bytes(document: Mapping[str, object]) -> bytes:
    """Return JSON that is the same for the same content."""
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def _is_passing(name: str) -> bool:
    return name.startswith(".") and name.endswith(".part")
