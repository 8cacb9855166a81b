"""EDF, EDF+C and BDF: one channel at a time, each at its own rate; nothing else is loaded."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from emgkit.errors import InputError
from emgkit.io.channels import Channel, shown
from emgkit.io.edf_annotations import Annotations, parse
from emgkit.io.edf_header import Header, Signal, damaged, read_header
from emgkit.io.events import gather
from emgkit.io.handle import Fingerprint, RecordingFile, unreadable
from emgkit.model import FloatArray

_PIECE_BYTES = 1 << 22
"""How much of the file is held at a time."""
_DRIFT_S = 1e-3


def open_edf(path: Path) -> RecordingFile:
    """Open an EDF, EDF+C, BDF or BDF+C file, or an EDF+D file that proves to have no gap.

    Parameters
    ----------
    path : Path

    Returns
    -------
    RecordingFile
        Channels are the ordinary signals, annotations the events; times count from the first sample.

    Raises
    ------
    InputError
        If the file is damaged or its records are not continuous in time (EDF+D).

    References
    ----------
    Kemp B, Olivan J. European data format 'plus' (EDF+). Clin Neurophysiol 2003;114:1755-61.
    doi:10.1016/S1388-2457(03)00123-8
    """
    try:
        fingerprint = Fingerprint.of(path)
    except OSError as error:
        raise unreadable(path, error) from error
    header = read_header(path)
    annotations = parse([_record_bytes(path, header, s) for s in header.signals if s.is_annotation])
    plus = header.reserved.startswith(f"{header.kind}+")
    stated = f"{header.kind}+{header.reserved[4:5] or 'C'}" if plus else header.kind
    signals = tuple(signal for signal in header.signals if not signal.is_annotation)
    notes = list(header.notes)
    if signals:
        notes += _continuity(header, annotations, stated, path.name)
    if annotations.n_malformed:
        n = annotations.n_malformed
        notes.append(f"{n} malformed annotation{'s' * (n > 1)} left out")
    start_s = next((start for start in annotations.record_starts_s if start is not None), 0.0)
    length_s = header.n_records * header.record_s if signals else None
    # a start between two whole seconds of the clock is an offset of all annotations
    raw = tuple(replace(e, time_s=round(e.time_s - start_s, 12)) for e in annotations.events)
    events, unknown, said = gather(raw, source="edf", duration_s=length_s)
    return RecordingFile(
        path=path,
        format=stated,
        channels=tuple(_channel(i, signal, header) for i, signal in enumerate(signals)),
        duration_s=length_s or 0.0,
        _events=events,
        unknown_events=unknown,
        notes=(*notes, *said),
        fingerprint=fingerprint,
        _read=functools.partial(_read, path, header, signals),
        raw_events=raw,
    )


def _channel(index: int, signal: Signal, header: Header) -> Channel:
    try:
        step = abs(signal.calibration("")[0])
    except InputError:  # said when the channel is read, so that the others can be used
        step = None
    return Channel(
        index,
        shown(signal.label),
        shown(signal.transducer),
        shown(signal.unit),
        header.rate_hz(signal.samples),
        signal.samples * header.n_records,
        step,
    )


def _continuity(header: Header, annotations: Annotations, stated: str, file: str) -> list[str]:
    """Return notes, or refuse a file whose records do not follow one another in time."""
    may_have_gaps = stated.endswith("+D")
    starts = np.array(annotations.record_starts_s, dtype=np.float64)  # None becomes NaN
    known = np.flatnonzero(np.isfinite(starts))
    if may_have_gaps and known.size < header.n_records:
        raise _gaps(header, stated, file, "data records that do not state their time")
    if known.size < 2:
        return []
    drift_s = starts[known] - starts[known[0]] - (known - known[0]) * header.record_s
    most = max(signal.samples for signal in header.signals if not signal.is_annotation)
    steps_s = np.diff(drift_s)
    worst = int(np.abs(steps_s).argmax())
    if abs(steps_s[worst]) > header.record_s / max(most, 1) / 2:  # half a sample of the fastest channel
        at_s = starts[known[worst + 1]] - starts[known[0]]
        raise _gaps(header, stated, file, f"{steps_s[worst]:.3f} s between two data records, at {at_s:.3f} s")
    notes = []
    if may_have_gaps:
        notes.append(f"the file is {stated}, but its records follow one another without a gap")
    if np.abs(drift_s).max() > _DRIFT_S:
        notes.append(
            f"the times of the data records drift by {np.abs(drift_s).max():.3f} s against the rate in the "
            "header, by which samples are timed"
        )
    return notes


def _gaps(header: Header, stated: str, file: str, found: str) -> InputError:
    return InputError(
        f"the file is {stated}, a recording with gaps, and cycles cannot be timed across a gap",
        where=file,
        found=found,
        accepted=f"{header.kind}, {header.kind}+C",
        mend=f"export the stretch to be analysed as {header.kind}+C",
    )


def _read(
    path: Path, header: Header, signals: tuple[Signal, ...], indices: Sequence[int]
) -> dict[int, FloatArray | InputError]:
    """Read some channels in one sweep over the file."""
    found: dict[int, FloatArray | InputError] = {}
    scales: dict[int, tuple[float, float]] = {}
    samples: dict[int, FloatArray] = {}
    for index in indices:
        signal = signals[index]
        try:
            scales[index] = signal.calibration(
                f"{path.name}, channel {shown(signal.label) or f'#{index + 1}'}"
            )
        except InputError as error:
            found[index] = error
        else:
            samples[index] = np.empty((header.n_records, signal.samples))
    at = 0
    for pieces in _pieces(path, header, [signals[index] for index in samples]):
        for values, piece in zip(samples.values(), pieces, strict=True):
            values[at : at + len(piece)] = _integers(piece, header.width)
        at += len(pieces[0])
    for index, values in samples.items():
        gain, offset = scales[index]
        values += offset
        values *= gain
        found[index] = values.reshape(-1)
    return found


def _integers(raw: npt.NDArray[np.uint8], width: int) -> npt.NDArray[Any]:
    """Return little-endian integers of 2 or 3 bytes; `raw` has shape (records, bytes)."""
    if width == 2:
        return np.ascontiguousarray(raw).view("<i2")
    wide = np.zeros((raw.shape[0], raw.shape[1] // 3, 4), np.uint8)
    wide[:, :, 1:] = raw.reshape(raw.shape[0], -1, 3)
    return wide.view("<i4")[:, :, 0] >> 8  # the shift carries the sign down


def _record_bytes(path: Path, header: Header, signal: Signal) -> Iterator[bytes]:
    for (piece,) in _pieces(path, header, [signal]):
        for record in piece:
            yield record.tobytes()


def _pieces(path: Path, header: Header, signals: Sequence[Signal]) -> Iterator[list[npt.NDArray[np.uint8]]]:
    """Yield the bytes of some signals, of a number of records at a time; each of shape (records, bytes).

    The file is read, not mapped: a file that shrinks meanwhile is an error and not the end of the process.
    """
    if not signals:
        return
    record = header.record_samples * header.width
    first = min(signal.start for signal in signals) * header.width
    span = max(signal.start + signal.samples for signal in signals) * header.width - first
    at_once = max(1, _PIECE_BYTES // record)
    try:
        with path.open("rb", buffering=0) as stream:
            for start in range(0, header.n_records, at_once):
                count = min(at_once, header.n_records - start)
                stream.seek(header.data_start + start * record + first)
                held = np.fromfile(stream, np.uint8, (count - 1) * record + span)
                if held.size < (count - 1) * record + span:
                    raise damaged(path.name, "it has become shorter while it was read")
                yield [
                    np.ndarray(
                        (count, signal.samples * header.width),
                        np.uint8,
                        held.data,
                        signal.start * header.width - first,
                        (record, 1),
                    )
                    for signal in signals
                ]
    except OSError as error:
        raise unreadable(path, error) from error
