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


def joins(section: bytes, at: int, after: int | None) -> bool:
    """Tell whether an entry whose description begins at `at` is followed by one at `after`.

    `after` is None for the last entry, when it states no place: then only zeros may follow. Some exporters
    leave out the length of an empty description.
    """
    end = at + 1 + section[at] if at < len(section) else at
    if after is None:
        return at <= len(section) and not any(section[end:])
    return after in (at, end)


def ends(section: bytes, at: int, order: str) -> bool:
    """Tell whether an entry that says that it is the last, with its description at `at`, can be.

    What the exporter had in memory may fill the rest of the section; an entry behind it shows that the word
    of the last one is damaged.
    """
    behind = at + 1 + section[at] if at < len(section) else at
    return at <= len(section) and not any(_entry_at(section, place, order) for place in (at, behind))


def has_form(section: bytes, pointer: int) -> bool:
    """Tell whether a parameter may stand behind the pointer: of a known type, with at most 7 dimensions."""
    if pointer + 4 > len(section):
        return False
    code, n = struct.unpack("bB", section[pointer + 2 : pointer + 4])
    return code in (-1, 1, 2, 4) and n <= 7


def is_name(raw: bytes) -> bool:
    """Tell whether bytes can be the name of a group or parameter: text without control characters."""
    return all(byte >= 32 and byte != 127 for byte in raw)


def goes_on(section: bytes, at: int, order: str) -> bool:
    """Tell whether an entry stands at `at`, or one byte on, where only half of the mark of the end does.

    A name of length 0 or a group 0 ends the section; both together are the mark. A single byte that was
    lost ends it, too, and what stands behind is then still a well-formed entry.
    """
    size = abs(struct.unpack("b", section[at : at + 1])[0])
    lengths = [size] if size else range(1, _LONGEST_NAME + 1)
    if any(_is_entry(section, at, length, order) for length in lengths):
        return True
    (size,) = struct.unpack("b", section[at + 1 : at + 2])
    return _is_entry(section, at + 1, abs(size), order)


def _entry_at(section: bytes, at: int, order: str) -> bool:
    if at + 2 > len(section):
        return False
    size, group = struct.unpack("bb", section[at : at + 2])
    length = abs(size)
    if group > 0:
        return _is_entry(section, at, length, order)
    name, pointer = section[at + 2 : at + 2 + length], at + 2 + length
    if not length or not group or not _LETTERS.issuperset(name) or pointer + 3 > len(section):
        return False
    (offset,) = struct.unpack(f"{order}h", section[pointer : pointer + 2])
    return bool(offset == 3 + section[pointer + 2])


def _is_entry(section: bytes, at: int, length: int, order: str) -> bool:
    name = section[at + 2 : at + 2 + length]
    pointer = at + 2 + length
    if not length or not _LETTERS.issuperset(name) or not has_form(section, pointer):
        return False
    (offset,) = struct.unpack(f"{order}h", section[pointer : pointer + 2])
    if offset <= 2 or pointer + offset > len(section):
        return False
    code, n = struct.unpack("bB", section[pointer + 2 : pointer + 4])
    shape = section[pointer + 4 : pointer + 4 + n]
    data_end = pointer + 4 + n + abs(code) * math.prod(shape)
    return joins(section, pointer + 2, pointer + offset) or joins(section, data_end, pointer + offset)


def misnamed(groups: Iterable[str], keys: Iterable[tuple[str, str]]) -> str | None:
    """Return what is wrong if a group or parameter that is missing stands under another name or group.

    Parameters
    ----------
    groups : iterable of str
    keys : iterable of (group, name)
        All parameters that were found; the group is empty if no group has the number that they state.
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
            if name in ours:
                continue
            near = _near(name, ours)
            if near:
                return f"the parameter {group}:{near} seems to be {name}"
            if ("", name) in keys:
                return f"the parameter {name}, missing in {group}, stands in no group"
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
