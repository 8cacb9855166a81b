"""One batch at a time in a folder of results."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from emgkit.errors import InputError


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder against other batches; the system lets go of it when this process ends, however it ends.

    Where the system or the file system does not lock folders (Windows, some network drives) nothing is held.

    Raises
    ------
    InputError
        If another batch holds it.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                "another batch writes into this folder",
                where=folder.name or str(folder),
                mend="wait for its end",
            ) from None
        except OSError:
            pass  # a file system without locks
        yield
    finally:
        os.close(handle)
