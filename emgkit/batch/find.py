"""Session folders below a root, at any depth."""

from __future__ import annotations

import errno
import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from emgkit.errors import InputError
from emgkit.io.files import MANIFEST


@dataclass(frozen=True, slots=True)
class Found:
    """A session folder, or a folder of which it cannot be known whether it holds sessions.

    Attributes
    ----------
    path : Path
        Where it is on this machine; in no output.
    folder : str
        The same relative to the root, with "/" between the parts; "." is the root.
    fault : str
        Why the folder cannot be looked into; "" if it can.
    """

    path: Path
    folder: str
    fault: str = ""


def find_sessions(root: Path, out: Path | None = None) -> list[Found]:
    """Return every folder with a `session.toml`, sorted by its relative folder.

    Links to folders are followed, after all real folders, and each folder is taken once, so that loops of
    links end. Folders whose name begins with a dot, and the folder of results, are not looked into.

    Parameters
    ----------
    root : Path
    out : Path, optional
        The folder of results, which may lie below the root.

    Raises
    ------
    InputError
        If the root is no folder or cannot be read.
    """
    seen: set[tuple[int, int]] = {_identity(out)} if out is not None and out.exists() else set()
    found: list[Found] = []
    real: deque[Path] = deque([root])
    links: deque[Path] = deque()
    while real or links:
        folder = real.popleft() if real else links.popleft()
        shown = _shown(folder.relative_to(root))
        try:
            identity = _identity(folder)
            if identity in seen:
                continue
            seen.add(identity)
            with os.scandir(folder) as entries:
                inside = sorted(entries, key=lambda entry: os.fsencode(entry.name))
            below = [e for e in inside if not e.name.startswith(".") and _is_folder(e)]
        except OSError as error:
            why = error.strerror or "error of the system"
            if folder == root:
                what = "there is no such folder" if isinstance(error, FileNotFoundError) else None
                what = "this is no folder" if isinstance(error, NotADirectoryError) else what
                raise InputError(
                    what or f"the folder cannot be read ({why})",
                    where=root.name or str(root),
                    accepted=f"a folder with session folders in it, at any depth, each with a {MANIFEST}",
                ) from None
            found.append(Found(folder, shown, f"the folder cannot be read ({why})"))
            continue
        if any(entry.name == MANIFEST for entry in inside):
            found.append(Found(folder, shown))
        real += [folder / entry.name for entry in below if not entry.is_symlink()]
        links += [folder / entry.name for entry in below if entry.is_symlink()]
    return sorted(found, key=lambda one: one.folder)


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError as error:
        # behind links that point at one another there is nothing; what else is there, nobody knows
        return error.errno != errno.ELOOP


def _shown(folder: Path) -> str:
    """Return a relative folder as text that can be written, whatever bytes its name is made of."""
    return os.fsencode(folder.as_posix()).decode("utf-8", "backslashreplace")
