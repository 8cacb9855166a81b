"""Files that grow while they are written and yet appear whole or not at all, all together."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from emgkit.errors import InputError
from emgkit.io.files import sync_folder


@contextlib.contextmanager
def growing(folder: Path, names: Sequence[str]) -> Iterator[list[BinaryIO]]:
    """Open files for writing in a folder; they get their names when the block ends without an error.

    Parameters
    ----------
    folder : Path
    names : sequence of str
        Of the files. What a killed run left of them under passing names is removed.

    Raises
    ------
    InputError
        If something cannot be written. Then no file changes, and nothing is left behind.
    """
    passing = [folder / f".{name}.{secrets.token_hex(4)}.part" for name in names]
    try:
        for name in names:
            for left in folder.glob(f".{name}.*.part"):
                left.unlink(missing_ok=True)
        with contextlib.ExitStack() as stack:
            streams = [stack.enter_context(path.open("xb")) for path in passing]
            yield list(streams)
            for stream in streams:
                stream.flush()
                os.fsync(stream.fileno())
        for path, name in zip(passing, names, strict=True):
            os.replace(path, folder / name)
        sync_folder(folder)
    except OSError as error:
        raise InputError(
            f"it cannot be written ({error.strerror or 'error of the system'})",
            where=folder.name or str(folder),
            mend="make room or rights there",
        ) from error
    finally:
        for path in passing:
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
