"""Writing results: every file appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from emgkit.errors import InputError


def write_files(folder: str | Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder; a reader sees each one whole or not at all.

    All are first written beside their place under a passing name and then renamed, so a full disk leaves
    nothing behind. A name that is a link is replaced; what the link points to is not touched.

    Parameters
    ----------
    folder : str or Path
        Made if it is not there.
    files : mapping of str to bytes
        Plain names, without folders.

    Returns
    -------
    list of Path

    Raises
    ------
    InputError
        If a name is not plain, or something cannot be written.
    """
    folder = Path(folder)
    for name in files:
        if not name or name in (".", "..") or Path(name).name != name or "\\" in name or "\0" in name:
            raise InputError(
                "this is no plain name of a file", found=name, accepted="a name without a folder"
            )
    passing: list[tuple[Path, Path]] = []
    at = folder.name or str(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            at = name
            handle, path = tempfile.mkstemp(prefix=f".{name}.", suffix=".part", dir=folder)
            passing.append((Path(path), folder / name))
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(path).chmod(0o666 & ~_umask())
        for path_now, path_then in passing:
            at = path_then.name
            os.replace(path_now, path_then)
    except FileExistsError:
        raise InputError("the folder cannot be made: a file has its name", where=at) from None
    except OSError as error:
        raise InputError(
            f"it cannot be written ({error.strerror or 'error of the system'})",
            where=at,
            mend="name another folder with --out, or make room or rights there",
        ) from error
    finally:
        for path_now, _ in passing:
            with contextlib.suppress(OSError):
                path_now.unlink(missing_ok=True)
    return [path_then for _, path_then in passing]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
