"""From what a result was made: as long as this is the same, the result is the same."""

from __future__ import annotations

import functools
import hashlib
import json
import platform
from collections.abc import Collection, Iterable, Mapping
from importlib.metadata import version
from pathlib import Path

from emgkit.errors import InputError
from emgkit.io import digests
from emgkit.io.files import MANIFEST
from emgkit.io.handle import unreadable
from emgkit.model import Session, Source
from emgkit.result import LIBRARIES

EDITS = "edits.toml"
_BESIDE = ("matplotlib", "jinja2", "typst", "numba")
"""Libraries on which the bytes of a report may depend, beside those that a result names."""


def input_digests(session: Session) -> dict[str, str]:
    """Return the SHA-256 of every file that the session uses, by its name in the folder.

    These are the manifest, the edits if there are any, and each recording and reference that the manifest
    names or that answers to its patterns. The bytes are read each time: a file's size and its time of change
    prove nothing. The analysis that follows does not read them for a second hash, see `emgkit.io.digests`.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    folder = Path(session.folder)
    own = [folder / MANIFEST, *(path for path in [folder / EDITS] if path.exists())]
    named = {Path(path) for paths in session.paths.values() for path in paths}
    return {path.relative_to(folder).as_posix(): digest(path) for path in [*own, *sorted(named)]}


def digest(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises
    ------
    InputError
        If it cannot be read.
    """
    try:
        return digests.digest(path)
    except OSError as error:
        raise unreadable(path, error) from error


def key_of(session: Session, inputs: Mapping[str, str], formats: Collection[str]) -> str:
    """Return one SHA-256 over inputs, manifest, edits, settings, versions and formats.

    Parameters
    ----------
    session : Session
    inputs : mapping
        What `input_digests` returned.
    formats : collection of str
        What is written, in any order.
    """
    made_from = {
        "inputs": dict(inputs),
        "settings": session.settings.model_dump(mode="json"),
        "versions": dict(versions()),
        "formats": sorted(formats),
    }
    return hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()


@functools.cache
def versions() -> Mapping[str, str]:
    """Return the versions of emgkit, Python and the libraries that a result or report depends on."""
    return {"python": platform.python_version()} | {name: version(name) for name in (*LIBRARIES, *_BESIDE)}


def require_unchanged(session: Session, inputs: Mapping[str, str], analysed: Iterable[Source]) -> None:
    """Refuse a result of which a file changed since `inputs` were taken.

    Parameters
    ----------
    session : Session
    inputs : mapping
        What `input_digests` returned before the analysis.
    analysed : iterable of Source
        The files as the analysis read them.

    Raises
    ------
    InputError
        If one of them is another than the key says.
    """
    known = set(inputs.values())
    names = {Path(name).name for name in inputs}
    changed = [s.name for s in analysed if s.name in names and s.sha256 not in known]
    folder = Path(session.folder)
    changed += [
        name
        for name in (MANIFEST, EDITS)
        if (digest(folder / name) if (folder / name).exists() else None) != inputs.get(name)
    ]
    if changed:
        raise InputError(
            "the file changed while the session was analysed", where=changed[0], mend="run the batch again"
        )
