"""The analog samples of a C3D file: the chosen channels in one sweep over the file.

A memory map would read the same bytes, but every page that it touches counts as memory of the process, and
with few bytes a frame it touches all of them. A sweep through a small buffer holds nothing but the channels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emgkit.errors import InputError
from emgkit.io.c3d_parameters import DEC, MIPS, Parameters, dec_to_float
from emgkit.io.handle import CHANGED, unreadable
from emgkit.model import FloatArray

_BUFFER = 2**18  # bytes; fits the cache of a core


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the analog samples lie."""

    start: int
    frames: int
    frame_bytes: int
    before_analog: int
    """Bytes of points in front of the analog samples of a frame."""
    channels: int
    samples_per_frame: int
    real: bool
    processor: int
    unsigned: bool

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of a sample as stored; a DEC float is taken for a word, it has no type of numpy."""
        order = ">" if self.processor == MIPS else "<"
        if self.real:
            return np.dtype(order + ("u4" if self.processor == DEC else "f4"))
        return np.dtype(order + ("u2" if self.unsigned else "i2"))


@dataclass(frozen=True, slots=True)
class Scale:
    """value = (stored - offset) * scale * general."""

    offset: float
    scale: float
    general: float

    def apply(self, values: FloatArray) -> None:
        """Scale `values` in place, in the order in which the specification has it."""
        values -= self.offset
        values *= self.scale
        values *= self.general


def read_samples(
    path: Path, parameters: Parameters, layout: Layout, indices: Sequence[int]
) -> dict[int, FloatArray | InputError]:
    """Read the analog channels `indices`, from 0; see `RecordingFile.read_channels`."""
    found: dict[int, FloatArray | InputError] = {}
    wanted: dict[int, tuple[FloatArray, Scale]] = {}
    for index in indices:
        try:
            scale = _scale(parameters, layout, index, path.name)
        except InputError as error:
            found[index] = error
        else:
            wanted[index] = np.empty(layout.frames * layout.samples_per_frame), scale
    _sweep(path, layout, {index: values for index, (values, _) in wanted.items()})
    for index, (values, scale) in wanted.items():
        scale.apply(values)
        found[index] = values
    return found


def _scale(parameters: Parameters, layout: Layout, index: int, file: str) -> Scale:
    unsigned = layout.unsigned and not layout.real
    scales = parameters.long_numbers("ANALOG", "SCALE")
    offsets = parameters.long_numbers("ANALOG", "OFFSET", unsigned=unsigned)
    general = parameters.number("ANALOG", "GEN_SCALE")
    if index >= scales.size:
        raise InputError(
            f"the scale of channel #{index + 1} is not stated",
            where=file,
            found=f"{scales.size} values in ANALOG:SCALE",
            accepted="one value a channel",
            mend="export the recording again",
        )
    return Scale(
        offset=float(offsets[index]) if index < offsets.size else 0.0,
        scale=float(scales[index]),
        general=1.0 if general is None else general,
    )


def _sweep(path: Path, layout: Layout, wanted: dict[int, FloatArray]) -> None:
    """Fill the arrays with the stored values of their channels."""
    if not wanted or not layout.frames:
        return
    to_float = _to_float(layout)
    done = 0
    for frames in _blocks(path, layout):
        stored = np.ndarray(
            shape=(len(frames) // layout.frame_bytes, layout.samples_per_frame, layout.channels),
            dtype=layout.dtype,
            buffer=frames,
            offset=layout.before_analog,
            strides=(
                layout.frame_bytes,
                layout.channels * layout.dtype.itemsize,
                layout.dtype.itemsize,
            ),
        )
        stop = done + stored.shape[0] * stored.shape[1]
        for index, values in wanted.items():
            values[done:stop].reshape(stored.shape[:2])[...] = to_float(stored[:, :, index])
        done = stop


def _to_float(layout: Layout) -> Callable[[npt.NDArray[Any]], npt.NDArray[Any]]:
    if layout.real and layout.processor == DEC:
        return dec_to_float
    return lambda stored: stored  # assigning converts


def _blocks(path: Path, layout: Layout) -> Iterator[memoryview]:
    """Yield the frames of the file, as many whole ones at a time as the buffer holds."""
    at_once = max(1, _BUFFER // layout.frame_bytes)
    buffer = memoryview(bytearray(min(at_once, layout.frames) * layout.frame_bytes))
    try:
        with path.open("rb", buffering=0) as stream:
            stream.seek(layout.start)
            left = layout.frames * layout.frame_bytes
            while left:
                part = buffer[: min(left, len(buffer))]
                filled = 0
                while filled < len(part):
                    n = stream.readinto(part[filled:])
                    if not n:
                        raise InputError(CHANGED, where=path.name)
                    filled += n
                yield part
                left -= len(part)
    except OSError as error:
        raise unreadable(path, error) from error
