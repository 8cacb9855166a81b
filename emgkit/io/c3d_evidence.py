"""What the parameter section of a C3D file says of its own soundness.

Each entry states its own length and where the next one begins, so a damaged entry betrays itself before the
ones behind it are lost: an offset or a scale that went missing would leave a wrong number that looks right.
"""

from __future__ import annotations

import math
import string
import struct
from collections.abc import Iterable, Mapping

USED: Mapping[str, tuple[str, ...]] = {
    "POINT": ("USED", "RATE", "SCALE", "FRAMES", "DATA_START"),
    "ANALOG": ("USED", "RATE", "LABELS", "UNITS", "SCALE", "OFFSET", "GEN_SCALE", "FORMAT"),
    "TRIAL": ("ACTUAL_START_FIELD", "ACTUAL_END_FIELD"),
    "EVENT": ("USED", "TIMES", "LABELS", "CONTEXTS"),
}
"""Groups and parameters that a reading rests on."""
_NOWHERE_ELSE = (("ANALOG", "GEN_SCALE"), ("ANALOG", "OFFSET"), ("EVENT", "TIMES"))
_LETTERS = frozenset((string.ascii_letters + string.digits + "_").encode())
_LONGEST_NAME = 32


def description_end(section: bytes, at: int) -> int:
    """Return where the description ends whose length stands at `at`."""
    return at + 1 + section[at] if at < len(section) else at


def joins(section: bytes, at: int, after: int) -> bool:
    """Tell whether an entry whose description begins at `at` is followed by one at `after`.

    Zeros may lie between; some exporters leave out the length of an empty description.
    """
    end = description_end(section, at)
    return after == at or (after >= end and not any(section[end:after]))


def goes_on(section: bytes, at: int, order: str) -> bool:
    """Tell whether an entry stands at `at`, where only half of the mark of the end does.

    A name of length 0 or a group 0 ends the section; both together are the mark. A single byte that was
    lost ends it, too, and what stands behind is then still a well-formed entry.
    """
    size = abs(struct.unpack("b", section[at : at + 1])[0])
    for length in [size] if size else range(1, _LONGEST_NAME + 1):
        name = section[at + 2 : at + 2 + length]
        pointer = at + 2 + length
        if len(name) < length or not _LETTERS.issuperset(name) or pointer + 4 > len(section):
            return False  # a longer name begins with the same bytes
        (offset,) = struct.unpack(f"{order}h", section[pointer : pointer + 2])
        if offset <= 2 or pointer + offset > len(section):
            continue
        code, n = struct.unpack("bB", section[pointer + 2 : pointer + 4])
        shape = section[pointer + 4 : pointer + 4 + n]
        data_end = pointer + 4 + n + abs(code) * math.prod(shape)
        if joins(section, pointer + 2, pointer + offset) or joins(section, data_end, pointer + offset):
            return True
    return False


def misnamed(groups: Iterable[str], keys: Iterable[tuple[str, str]]) -> str | None:
    """Return what is wrong if a group or parameter that is missing stands under another name or group.

    Parameters
    ----------
    groups : iterable of str
    keys : iterable of (group, name)
        All parameters that were found.
    """
    groups, keys = set(groups), set(keys)
    for group, names in USED.items():
        if group not in groups:
            near = _near(group, groups)
            if near:
                return f"the group {near!r} seems to be {group}"
            continue
        ours = {name for g, name in keys if g == group}
        for name in names:
            near = None if name in ours else _near(name, ours)
            if near:
                return f"the parameter {group}:{near} seems to be {name}"
    for group, name in _NOWHERE_ELSE:
        other = next((g for g, n in sorted(keys) if n == name), None)
        if group in groups and (group, name) not in keys and other is not None:
            return f"the parameter {group}:{name} stands in another group"
    return None


def _near(name: str, others: Iterable[str]) -> str | None:
    """Return the one of `others` that differs from `name` in one letter."""
    return next(
        (o for o in sorted(others) if len(o) == len(name) and sum(map(str.__ne__, o, name)) == 1), None
    )
