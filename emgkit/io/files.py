"""Writing results: every file appears whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from emgkit.errors import InputError

MANIFEST = "session.toml"
RESULT = "result.json"
BATCH = "batch.json"
_ARCHIVES = ((BATCH,), ("sessions.csv", "cycles.csv"))
"""Files of which a folder of results over an archive holds one set or the other."""
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)
"""What a file system says that knows no second name of a file, such as that of a memory stick."""
_AT_ONCE = 8
"""Files that are brought to the disk side by side."""


def as_path(value: object, *, what: str = "file") -> Path:
    """Return `value` as a path.

    Parameters
    ----------
    value : object
        What a caller gave for a path.
    what : str
        For the error: "file" or "folder".

    Raises
    ------
    InputError
        If it is neither a text nor a path, or the system could not have such a name.
    """
    given = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(given, str) or not given:
        raise InputError("this is no path", found="" if given == "" else value, accepted=f"path of a {what}")
    try:
        cannot_be = b"\0" in os.fsencode(given)
    except UnicodeEncodeError:
        cannot_be = True
    if cannot_be:
        name = given.rpartition("/")[2]
        raise InputError(
            f"this cannot be the name of a {what}", found=name.encode("utf-8", "replace").decode()
        )
    return Path(given)


def session_around(folder: str | Path) -> Path | None:
    """Return the session folder that `folder` is or lies in, links followed; None if there is none.

    Raises
    ------
    InputError
        If this is no path, or the system does not let it be looked at.
    """
    folder = as_path(folder, what="folder")
    where = folder.name or str(folder)
    try:
        place = folder.resolve()
        return next((p for p in (place, *place.parents) if (p / MANIFEST).is_file()), None)
    except RuntimeError:  # links that point at one another
        raise InputError("the folder is a link to itself", where=where) from None
    except OSError as error:
        raise InputError(
            f"it cannot be written ({error.strerror or 'error of the system'})",
            where=where,
            mend="name another folder",
        ) from error


def refuse_session_folder(folder: str | Path) -> None:
    """Refuse to write into the folder of a session, or anywhere below it.

    Raises
    ------
    InputError
        If `session_around` finds one.
    """
    session = session_around(folder)
    if session is not None:
        raise InputError(
            "it lies in the session's own folder, into which nothing is written",
            where=Path(folder).name or str(folder),
            found=session.name,
            accepted=f"a folder without a {MANIFEST} in it or around it",
            mend="name another folder",
        )


def refuse_unwritable(folder: str | Path) -> None:
    """Refuse a folder that could not be made or written to, as far as that shows before the work.

    Raises
    ------
    InputError
        As `write_files` does after it.
    """
    place = as_path(folder, what="folder").absolute()
    there = next(p for p in (place, *place.parents) if p.exists())
    if not there.is_dir():
        raise InputError("the folder cannot be made: a file has its name", where=there.name)
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(
            f"it cannot be written ({os.strerror(errno.EACCES)})",
            where=there.name or str(there),
            mend="make rights there, or name another folder",
        )


def refuse_archive(folder: str | Path) -> None:
    """Refuse to write one result where the tables over an archive lie: some of its files have their names.

    Raises
    ------
    InputError
        If the folder holds what `emgkit batch` or `emgkit collect` wrote.
    """
    place = as_path(folder, what="folder")
    if any(all((place / name).is_file() for name in names) for names in _ARCHIVES):
        raise InputError(
            "it holds the tables over an archive, some of which would be replaced",
            where=place.name or str(place),
            mend="name another folder",
        )


def refuse_result(folder: str | Path) -> None:
    """Refuse to write the tables over an archive where one result lies: it has files of the same names.

    Raises
    ------
    InputError
        If the folder holds a `result.json`.
    """
    place = as_path(folder, what="folder")
    if (place / RESULT).is_file():
        raise InputError(
            f"it holds the result of one session or recording ({RESULT}), of which tables would be replaced",
            where=place.name or str(place),
            mend="name another folder",
        )


def write_files(folder: str | Path, files: Mapping[str, bytes], *, session_file: bool = False) -> list[Path]:
    """Write files into a folder; a reader sees each one whole or not at all.

    All are first written beside their place under a passing name and then renamed, so a full disk leaves
    nothing behind. A name that is a link is replaced; what the link points to is not touched.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there. Not the folder of a session, nor one in it.
    files : mapping of str to bytes
        Plain names, without folders.
    session_file : bool
        True for what a person writes into a session's own folder by a command: edits, never a result.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        If a name is not plain, the folder is in a session's, or something cannot be written.
    """
    folder = as_path(folder, what="folder")
    if not session_file:
        refuse_session_folder(folder)
    for name in files:
        if not name or name in (".", "..") or Path(name).name != name or "\\" in name or "\0" in name:
            raise InputError(
                "this is no plain name of a file", found=name, accepted="a name without a folder"
            )
    mend = "make room or rights there" + ("" if session_file else ", or name another folder")
    try:
        with _said_of(folder.name or str(folder), mend):
            folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InputError(
            "the folder cannot be made: a file has its name", where=folder.name or str(folder)
        ) from None
    with _beside(folder, files, mend) as passing:
        for path_now, path_then in passing.items():
            with _said_of(path_then.name, mend):
                os.replace(path_now, path_then)
        with _said_of(folder.name or str(folder), mend):
            sync_folder(folder)
    return [folder / name for name in files]


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet; a reader sees it whole or not at all.

    It is the way for a file that belongs into a session's folder; results go through `write_files`.

    Raises
    ------
    InputError
        If there is something of its name, which is left as it is, or it cannot be written.
    """
    try:
        with _beside(path.parent, {path.name: content}) as passing, _said_of(path.name):
            (path_now,) = passing
            try:
                os.link(path_now, path)  # unlike a renaming, it never replaces
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                path.open("xb").close()  # takes the name, or finds it taken; then the content comes at once
                os.replace(path_now, path)
    except FileExistsError:
        raise InputError(
            f"there is a {path.name} already, and it is not replaced",
            where=path.parent.name or str(path.parent),
            mend="edit it, or give it another name and run again",
        ) from None


@contextlib.contextmanager
def _beside(folder: Path, files: Mapping[str, bytes], mend: str | None = None) -> Iterator[dict[Path, Path]]:
    """Have files on the disk under passing names beside their places, by which they are given.

    Those that still have a passing name at the end are removed.
    """
    from concurrent.futures import ThreadPoolExecutor

    passing = {folder / f".{name}.{secrets.token_hex(4)}.part": folder / name for name in files}
    try:
        for (path, path_then), content in zip(passing.items(), files.values(), strict=True):
            with _said_of(path_then.name, mend), path.open("xb") as stream:
                stream.write(content)
        # side by side they wait for the disk once, one after the other each for itself
        with ThreadPoolExecutor(_AT_ONCE) as waiting:
            on_disk = [waiting.submit(_to_disk, path) for path in passing]
            for one, path_then in zip(on_disk, passing.values(), strict=True):
                with _said_of(path_then.name, mend):
                    one.result()
        yield passing
    finally:
        for path in passing:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


@contextlib.contextmanager
def _said_of(where: str, mend: str | None = None) -> Iterator[None]:
    """Say of a file or folder that it cannot be written; that a name is taken passes through."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise InputError(
            f"it cannot be written ({error.strerror or 'error of the system'})", where=where, mend=mend
        ) from error


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, so that they are there after a loss of power.

    Where the system has no such call for folders (Windows), nothing is done. Errors of the system pass
    through.
    """
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
