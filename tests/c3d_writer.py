"""C3D files built byte for byte from the specification, so that a test knows every number in them."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

PC, DEC, MIPS = 84, 85, 86
BLOCK = 512
MOST = 255  # entries that one parameter can hold; more go on in NAME2, NAME3 ...
GROUPS = {"POINT": 1, "ANALOG": 2, "TRIAL": 3, "EVENT": 4}
DTYPES = {"int16": "i2", "uint16": "u2", "real": "f4"}


@dataclass(frozen=True)
class Value:
    """What a parameter holds, not yet in the bytes of a processor."""

    code: int
    """Length of an element as C3D writes it: -1 for characters, 2 for words, 4 for reals."""
    shape: tuple[int, ...]
    numbers: tuple[float, ...] = ()
    characters: bytes = b""


def word(*values: int, shape: tuple[int, ...] | None = None) -> Value:
    """16-bit numbers; one alone is a scalar."""
    return Value(2, ((len(values),) if len(values) != 1 else ()) if shape is None else shape, values)


def real(*values: float, shape: tuple[int, ...] | None = None) -> Value:
    """Reals; a row."""
    return Value(4, (len(values),) if shape is None else shape, values)


def text(*values: str | bytes, width: int | None = None) -> Value:
    """Texts, filled up with blanks to one width."""
    raw = [v if isinstance(v, bytes) else v.encode() for v in values]
    wide = max(map(len, raw), default=0) if width is None else width
    return Value(-1, (wide, len(raw)), characters=b"".join(v.ljust(wide)[:wide] for v in raw))


def vax(values: np.ndarray) -> np.ndarray:
    """DEC F floats as little-endian 32-bit words: exponent two higher than IEEE's, halves exchanged."""
    bits = (np.asarray(values, np.float32) * np.float32(4)).view(np.uint32)
    return ((bits >> np.uint32(16)) | (bits << np.uint32(16))).astype("<u4")


def encoded(numbers: np.ndarray, dtype: str, processor: int) -> bytes:
    """Numbers in the bytes of a processor; `dtype` is i2, u2 or f4."""
    if dtype == "f4" and processor == DEC:
        return vax(numbers).tobytes()
    return np.asarray(numbers).astype((">" if processor == MIPS else "<") + dtype).tobytes()


def body(value: Value, processor: int) -> bytes:
    """The parameter behind its pointer: type, dimensions, data."""
    head = struct.pack(f"bB{len(value.shape)}B", value.code, len(value.shape), *value.shape)
    if value.code == -1:
        return head + value.characters
    return head + encoded(np.array(value.numbers), "u2" if value.code == 2 else "f4", processor)


def raw_c3d(
    analog: np.ndarray,
    *,
    labels: tuple[str | bytes, ...],
    kind: str = "int16",
    points: int = 0,
    first: int = 1,
    processor: int = PC,
    frame_rate: float = 100.0,
    parameters: Mapping[tuple[str, str], Value | bytes | None] | None = None,
    header: Mapping[str, float] | None = None,
) -> bytes:
    """Build a C3D file.

    Parameters
    ----------
    analog : array of shape (frames, samples per frame, channels)
        As stored, before offset and scale. Channel i has the scale 0.5 + i, the offset is 3, GEN_SCALE 0.25.
    labels : one per channel
    kind : {"int16", "uint16", "real"}
    points, first : int
        Number of points, all zero; number of the first frame.
    processor : {PC, DEC, MIPS}
    frame_rate : float
        Rate of the points; the channels have as many times more as a frame has samples.
    parameters : mapping, optional
        Others than usual, or None to leave one out; bytes stand as they are.
    header : mapping, optional
        Fields of the header that are to say something else: first, last, rate, data_block, per_frame.
    """
    frames, per_frame, channels = analog.shape
    scale = -1.0 if kind == "real" else 0.1
    usual: dict[tuple[str, str], Value] = {
        ("POINT", "USED"): word(points),
        ("POINT", "RATE"): real(frame_rate),
        ("POINT", "SCALE"): real(scale),
        ("POINT", "FRAMES"): word(min(frames, 65535)),
        ("ANALOG", "USED"): word(channels),
        ("ANALOG", "RATE"): real(frame_rate * per_frame),
        ("ANALOG", "GEN_SCALE"): real(0.25),
    }
    for part, at in enumerate(range(0, channels, MOST), 1):
        number = "" if part == 1 else str(part)
        end = min(at + MOST, channels)
        width = max(8, *(len(v) if isinstance(v, bytes) else len(v.encode()) for v in labels))
        usual["ANALOG", f"LABELS{number}"] = text(*labels[at:end], width=width)
        usual["ANALOG", f"UNITS{number}"] = text(*["V"] * (end - at), width=2)
        usual["ANALOG", f"SCALE{number}"] = real(*[0.5 + i for i in range(at, end)])
        usual["ANALOG", f"OFFSET{number}"] = word(*[3] * (end - at), shape=(end - at,))
    given = {key: value for key, value in (usual | dict(parameters or {})).items() if value is not None}
    section = b"\x01\x50" + bytes(2)
    for name, number in GROUPS.items():
        section += struct.pack("bb", len(name), -number) + name.encode()
        section += encoded(np.array([3]), "i2", processor) + b"\0"
    for (group, name), value in given.items():
        held = value if isinstance(value, bytes) else body(value, processor)
        section += struct.pack("bb", len(name), GROUPS[group]) + name.encode()
        section += encoded(np.array([len(held) + 3]), "i2", processor) + held + b"\0"
    blocks = -(-(len(section) + 2) // BLOCK)
    section = (section[:2] + bytes([blocks, processor]) + section[4:]).ljust(blocks * BLOCK, b"\0")
    says = {
        "first": first % 65536,
        "last": min(first + frames - 1, 65535),
        "data_block": 2 + blocks,
        "per_frame": per_frame,
        "rate": frame_rate,
        **(header or {}),
    }
    words = [points, channels * per_frame, says["first"], says["last"], 10]
    block = b"\x02\x50" + encoded(np.array(words), "u2", processor)
    block += encoded(np.array([scale]), "f4", processor)
    block += encoded(np.array([says["data_block"], says["per_frame"]]), "u2", processor)
    block += encoded(np.array([says["rate"]]), "f4", processor)
    data = np.zeros((frames, 4 * points + per_frame * channels))
    data[:, 4 * points :] = analog.reshape(frames, -1)
    return block.ljust(BLOCK, b"\0") + section + encoded(data, DTYPES[kind], processor)
