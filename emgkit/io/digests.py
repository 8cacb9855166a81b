"""The SHA-256 of a file, taken once where the same file is asked for it again in the same state."""

from __future__ import annotations

import hashlib
import os
import time
from collections import OrderedDict
from pathlib import Path

SETTLED_NS = 3_000_000_000
"""A change within the clock's granularity of the one before leaves the same times. The coarsest clock of a
file system is that of FAT, two seconds."""
_MOST = 256
"""Files that are remembered; a session has fewer."""
_CHANGE_TIME = os.name == "posix"
"""Whether the system tells when an inode was changed last; Windows has the time of creation in its place."""

_State = tuple[int, int, int, int, int]
_taken: OrderedDict[_State, str] = OrderedDict()


def digest(path: Path) -> str:
    """Return the SHA-256 of the bytes that a file holds now, read in pieces.

    It is remembered for `digest_once` if the file was the same before and after, and had been left alone for
    a while before. Errors of the operating system pass through.
    """
    with path.open("rb") as stream:
        before, now_ns = _state(os.fstat(stream.fileno())), time.time_ns()
        found = hashlib.file_digest(stream, "sha256").hexdigest()
        after = _state(os.fstat(stream.fileno()))
    if before == after and _settled(before, now_ns):
        _taken[before] = found
        while len(_taken) > _MOST:
            _taken.popitem(last=False)
    return found


def digest_once(path: Path) -> str:
    """Return the SHA-256 of a file, not read again if `digest` took it of the same file in the same state.

    The state is device, inode, size, and the times of the last change of content and of inode. A program can
    put back the first of the two, never the second, but on file systems that keep none, such as FAT. So it is
    relied on only for as long as the process lives. Errors of the operating system pass through.
    """
    return _taken.get(_state(path.stat())) or digest(path)


def _state(status: os.stat_result) -> _State:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _settled(state: _State, now_ns: int) -> bool:
    """Tell whether a later change must show in the state."""
    return _CHANGE_TIME and now_ns - max(state[3:]) > SETTLED_NS
