"""One session of a batch: done, found up to date, or failed with its reason; never an exception."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from emgkit import __version__
from emgkit.batch.state import Kind, Outcome, is_up_to_date, publish
from emgkit.errors import EmgkitError, InputError, InsufficientDataError
from emgkit.report.files import Format

_QUOTED_FOLDERS = re.compile(r"(?<=['\"])(?:[A-Za-z]:)?[\\/]+(?:[^\\/'\"]+[\\/]+)*(?=[^\\/'\"]*['\"])")
_FOLDERS = re.compile(r"(?<![\w.'\"])(?:[A-Za-z]:)?[\\/](?:[^\s\\/'\":]+[\\/])+")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Task:
    """What a process has to know to do a session.

    Attributes
    ----------
    id, folder : str
        As in `Outcome`.
    path, out : str
        The session's folder, and the folder of its results.
    formats : tuple of str
    resume : bool
        Whether a session that is up to date is left as it is.
    dry_run : bool
        Whether it is only told what would be done.
    emgkit : str
        Version that gave the task; a process of another version does not do it.
    """

    id: str
    folder: str
    path: str
    out: str
    formats: tuple[Format, ...]
    resume: bool = True
    dry_run: bool = False
    emgkit: str = __version__

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Task:
        """Return it from plain data."""
        return cls(**{**given, "formats": tuple(given["formats"])})

    def failed(self, kind: Kind, reason: str) -> Outcome:
        """Return that it failed."""
        return Outcome(self.id, self.folder, "failed", kind, reason, formats=self.formats)


def do(task: Task) -> Outcome:
    """Do a session and write its results, or why there are none."""
    try:
        return _done(task)
    except _NotWrittenError as error:
        outcome = task.failed("output", str(error))
    except MemoryError:
        outcome = task.failed("memory", "The memory did not suffice.")
    except InsufficientDataError as error:
        outcome = task.failed("insufficient_data", str(error))
    except EmgkitError as error:
        outcome = task.failed("input", str(error))
    except Exception as error:
        outcome = task.failed(
            "defect",
            f"Unexpected fault ({type(error).__name__}: {clean(str(error))}). Run 'emgkit report' on this "
            "folder with --debug and report what it shows.",
        )
    return outcome if task.dry_run else record(task, outcome)


def record(task: Task, outcome: Outcome) -> Outcome:
    """Write down that a session failed, in the place of its results; where that fails, say so."""
    try:
        publish(Path(task.out), outcome)
    except EmgkitError as error:
        return outcome if outcome.kind == "output" else task.failed("output", f"{outcome.reason} {error}")
    return outcome


def clean(text: str) -> str:
    """Return words of an unexpected fault without what differs between machines and runs."""
    return _ADDRESS.sub("0x...", _FOLDERS.sub("", _QUOTED_FOLDERS.sub("", text)))


class _NotWrittenError(EmgkitError):
    """The results of a session could not be written."""


def _done(task: Task) -> Outcome:
    from emgkit.batch.key import input_digests, key_of, require_unchanged
    from emgkit.io import load_session

    if task.emgkit != __version__:
        raise InputError(
            "the process that should do the session runs another version of emgkit",
            found=__version__,
            accepted=task.emgkit,
        )
    session = load_session(task.path)
    inputs = input_digests(session)
    key = key_of(session, inputs, task.formats)
    done = Outcome(task.id, task.folder, "done", key=key, formats=task.formats)
    if task.resume and is_up_to_date(Path(task.out), key):
        return replace(done, status="up_to_date")
    if task.dry_run:
        return replace(done, status="to_do")

    from emgkit.report.files import render
    from emgkit.session import analyze_session

    result = analyze_session(session)
    files = render(result, formats=task.formats)
    require_unchanged(session, inputs, result.inputs)
    done = replace(done, files={name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)})
    try:
        publish(Path(task.out), done, files)
    except InputError as error:
        raise _NotWrittenError(str(error)) from error
    return done
