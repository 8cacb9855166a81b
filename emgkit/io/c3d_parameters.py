"""Header and parameters of a C3D file.

The package c3d decodes each parameter. Its `Reader` is not used: it refuses files that are sound for our
purpose (a parameter written twice, a header and a parameter that differ by rounding) and warns about
others.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from emgkit.errors import InputError
from emgkit.io import c3d_evidence as evidence
from emgkit.model import FloatArray

BLOCK = 512
INTEL, DEC, MIPS = 84, 85, 86
_FOUR_LETTERS, _MOST_EVENTS = 12345, 18
_TINY = float(np.finfo(np.float32).tiny)
_READ_AT_MOST = 255 * BLOCK * 16  # bytes of parameters; far beyond any real file


def dec_to_float(words: npt.NDArray[np.uint32]) -> FloatArray:
    """Return DEC (VAX) F floats, given as little-endian 32-bit words, as float64.

    The two 16-bit halves are exchanged and the exponent is biased by 128 with the mantissa in [0.5, 1):
    read as an IEEE number, the value is four times too large. An exponent of 0 is zero.
    """
    swapped = (words >> np.uint32(16)) | (words << np.uint32(16))
    with np.errstate(invalid="ignore"):  # whoever uses a number looks whether it is one
        values = swapped.view(np.float32).astype(np.float64) * 0.25
    values[(swapped & np.uint32(0x7F800000)) == 0] = 0.0
    return values


@dataclass(frozen=True, slots=True)
class Header:
    """The first block: counts and places, as the file states them."""

    parameter_block: int
    points: int
    analog_per_frame: int
    """Analog values a frame: channels times samples."""
    first_frame: int
    last_frame: int
    scale: float
    data_block: int
    samples_per_frame: int
    frame_rate: float
    events: tuple[tuple[float, str], ...] = ()
    """Time in seconds from the first sample, and label, of up to 18 events."""


@dataclass(frozen=True)
class Parameters:
    """The parameter section: typed access by group and name, upper case."""

    processor: int
    file: str
    end: int
    """First byte after the section."""
    _values: dict[tuple[str, str], Any]
    _ambiguous: set[tuple[str, str]] = field(default_factory=set)

    def _get(self, group: str, name: str) -> Any | None:
        if (group, name) in self._ambiguous:
            raise InputError(
                f"the parameter {group}:{name} stands twice, with different values", where=self.file
            )
        return self._values.get((group, name))

    def names(self, group: str) -> set[str]:
        """Return the names of the parameters of a group."""
        return {name for g, name in self._values if g == group}

    def shape(self, group: str, name: str) -> tuple[int, ...]:
        """Return the dimensions as stored, column-major; empty if there is no such parameter."""
        param = self._get(group, name)
        return () if param is None else tuple(param.dimensions)

    def numbers(self, group: str, name: str, *, unsigned: bool = False) -> FloatArray:
        """Return all numbers of a parameter, flat, as stored; empty if it is missing or is text."""
        param = self._get(group, name)
        order = ">" if self.processor == MIPS else "<"
        if param is None or param.bytes_per_element not in (1, 2, 4):
            return np.empty(0)
        raw = bytes(param.bytes)
        if param.bytes_per_element == 1:
            return np.frombuffer(raw, np.uint8 if unsigned else np.int8).astype(np.float64)
        if param.bytes_per_element == 2:
            return np.frombuffer(raw, f"{order}{'u' if unsigned else 'i'}2").astype(np.float64)
        if self.processor == DEC:
            return dec_to_float(np.frombuffer(raw, "<u4"))
        with np.errstate(invalid="ignore"):
            return np.frombuffer(raw, f"{order}f4").astype(np.float64)

    def number(self, group: str, name: str) -> float | None:
        """Return the first number of a parameter (16 bits: unsigned), None if there is none."""
        values = self.numbers(group, name, unsigned=True)
        return float(values[0]) if values.size and np.isfinite(values[0]) else None

    def count(self, group: str, name: str) -> int | None:
        """Return a number that has to be a count; None if it is missing or is none."""
        value = self.number(group, name)
        return int(value) if value is not None and value >= 0 and value == int(value) else None

    def long_count(self, group: str, name: str) -> int | None:
        """Return a 32-bit count written as two 16-bit words, low word first."""
        words = self.numbers(group, name, unsigned=True)
        if words.size < 2 or not np.isfinite(words[:2]).all():
            return None
        return int(words[0]) + 65536 * int(words[1])

    def texts(self, group: str, name: str) -> list[str]:
        """Return the texts of a parameter and of its continuations (LABELS, LABELS2, LABELS3 ...)."""
        found: list[str] = []
        part = 1
        while (param := self._get(group, name if part == 1 else f"{name}{part}")) is not None:
            if param.bytes_per_element == -1 and param.total_bytes:
                found += [_clean(text) for text in np.ravel(param.string_array)]
            part += 1
        return found

    def long_numbers(self, group: str, name: str, *, unsigned: bool = False) -> FloatArray:
        """Return the numbers of a parameter and of its continuations (SCALE, SCALE2 ...)."""
        parts = [self.numbers(group, name, unsigned=unsigned)]
        while (group, f"{name}{len(parts) + 1}") in self._values:
            parts.append(self.numbers(group, f"{name}{len(parts) + 1}", unsigned=unsigned))
        return np.concatenate(parts)


def _clean(text: str) -> str:
    return text.replace("\x00", " ").strip()


def read_metadata(stream: io.BufferedReader, file: str) -> tuple[Header, Parameters]:
    """Read the header and the parameters of a C3D file, and nothing else.

    Parameters
    ----------
    stream : binary file
    file : str
        Name of the file for errors.

    Raises
    ------
    InputError
        If the header or the parameter section is cut short or damaged.
    """
    block = stream.read(BLOCK)
    if len(block) < BLOCK:
        raise _damaged(file, "the file ends inside its header")
    start = (block[0] - 1) * BLOCK
    stream.seek(start)
    lead = stream.read(4)
    if len(lead) < 4 or lead[3] not in (INTEL, DEC, MIPS):
        raise _damaged(file, "there is no parameter section where the header says")
    header = _header(block, lead[3], file)
    # trust the pointer to the data more than the number of blocks, which some exporters do not keep up
    data_start = (header.data_block - 1) * BLOCK
    length = data_start - start if data_start > start else lead[2] * BLOCK
    stream.seek(start)
    section = stream.read(min(max(length, lead[2] * BLOCK), _READ_AT_MOST))
    end = start + min(lead[2] * BLOCK, len(section)) if lead[2] else start + BLOCK
    return header, _parameters(section, lead[3], file, end)


def _header(block: bytes, processor: int, file: str) -> Header:
    order = ">" if processor == MIPS else "<"
    points, analogs, first, last, _, data, per_frame = (
        *struct.unpack(f"{order}5H", block[2:12]),
        *struct.unpack(f"{order}2H", block[16:20]),
    )
    if processor == DEC:
        words = np.array(struct.unpack("<I", block[12:16]) + struct.unpack("<I", block[20:24]), np.uint32)
        scale, rate = (float(value) for value in dec_to_float(words))
    else:
        (scale,), (rate,) = struct.unpack(f"{order}f", block[12:16]), struct.unpack(f"{order}f", block[20:24])
    for value, raw in ((scale, block[12:16]), (rate, block[20:24])):
        # an exponent of zero under a number that is none: the number of another processor
        if any(raw) and abs(value) < _TINY:
            raise _damaged(file, "the numbers of its header are not those of the processor that it names")
    events = _header_events(block, processor)
    return Header(block[0], points, analogs, first, last, scale, data, per_frame, rate, events)


def _header_events(block: bytes, processor: int) -> tuple[tuple[float, str], ...]:
    """Return the events of the header: words 150 to 234, counted from 1.

    The status of an event says whether software shows it; the event is valid all the same. Without the key
    in word 150 the labels have another length, or the place holds something else.
    """
    order = ">" if processor == MIPS else "<"
    key, count = struct.unpack(f"{order}2H", block[298:302])
    if key != _FOUR_LETTERS or not 1 <= count <= _MOST_EVENTS:
        return ()
    raw = block[304 : 304 + 4 * count]
    times = dec_to_float(np.frombuffer(raw, "<u4")) if processor == DEC else np.frombuffer(raw, f"{order}f4")
    labels = (block[at : at + 4].decode("latin-1") for at in range(396, 396 + 4 * count, 4))
    return tuple(zip(times.tolist(), map(_clean, labels), strict=True))


def _parameters(section: bytes, processor: int, file: str, end: int) -> Parameters:
    import c3d

    dtypes = c3d.DataTypes(processor)
    order = ">" if processor == MIPS else "<"
    groups: dict[int, str] = {}
    found: list[tuple[int, str, Any]] = []
    at = 4
    while at + 2 <= len(section):
        size, group = struct.unpack("bb", section[at : at + 2])
        if size == 0 or group == 0:
            if (size or group) and evidence.goes_on(section, at, order):
                raise _damaged(file, "the parameter section ends before its last parameter")
            break
        pointer = at + 2 + abs(size)
        if pointer + 2 > len(section):
            raise _damaged(file, "the parameter section ends inside a parameter")
        # only the letters of ASCII become upper case, so that a name keeps its length
        name = dtypes.decode_string(section[at + 2 : pointer].upper()).strip()
        if not evidence.is_name(section[at + 2 : pointer]):
            raise _damaged(file, f"the name {name!r} is none")
        (offset,) = struct.unpack(f"{order}h", section[pointer : pointer + 2])
        after = pointer + offset if offset else len(section)
        if offset < 0 or (offset and after <= pointer + 2):
            raise _damaged(file, f"the parameter section is broken at {name!r}")
        last = not offset or after > len(section)
        if group < 0:
            groups[-group] = name
            behind = pointer + 2
        else:
            if not evidence.has_form(section, pointer):
                raise _damaged(file, f"the parameter {name!r} has no type or too many dimensions")
            # one zero more: some exporters leave out the length of an empty description
            held = io.BytesIO(section[pointer + 2 : after] + b"\0")
            try:
                param = c3d.Param(name, dtypes, handle=held)
            except (struct.error, OverflowError, MemoryError):
                raise _damaged(file, f"the parameter {name!r} is cut short") from None
            if len(param.bytes) != param.total_bytes:
                raise _damaged(file, f"the parameter {name!r} is cut short")
            found.append((group, name, param))
            behind = pointer + 4 + len(param.dimensions) + param.total_bytes
        # some exporters write no usable pointer into the last parameter
        sound = evidence.joins(section, behind, None if last else after)
        if not sound and not (offset == 0 and evidence.ends(section, behind, order)):
            raise _damaged(file, f"the parameter section is broken at {name!r}")
        if last:
            break
        at = after
    values: dict[tuple[str, str], Any] = {}
    ambiguous: set[tuple[str, str]] = set()
    for group, name, param in found:
        key = groups.get(group, ""), name
        if bytes(values.setdefault(key, param).bytes) != bytes(param.bytes):
            ambiguous.add(key)
    wrong = evidence.misnamed(groups.values(), values)
    if wrong:
        raise _damaged(file, wrong)
    if not any(group == "POINT" or group == "ANALOG" for group, _ in values):
        raise _damaged(file, "the parameters hold neither a POINT nor an ANALOG group")
    return Parameters(processor, file, end, values, ambiguous)


def _damaged(file: str, what: str) -> InputError:
    return InputError(f"the C3D file is damaged: {what}", where=file, mend="export the recording again")
