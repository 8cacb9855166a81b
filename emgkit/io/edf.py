"""EDF, EDF+C and BDF, through edfio: one channel at a time, each at its own rate."""

from __future__ import annotations

import contextlib
import functools
import math
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emgkit.errors import EmgkitError, InputError
from emgkit.io.channels import Channel
from emgkit.io.events import RawEvent, gather, with_repetitions
from emgkit.io.handle import Fingerprint, RecordingFile, one_by_one, unreadable
from emgkit.model import FloatArray

if TYPE_CHECKING:
    from edfio import Bdf, BdfSignal, Edf, EdfSignal


def open_edf(path: Path) -> RecordingFile:
    """Open an EDF, EDF+C, BDF or BDF+C file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    RecordingFile
        Channels are the ordinary signals, annotations the events.

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
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            return _open(path, caught)
    except EmgkitError:
        raise
    except OSError as error:
        raise unreadable(path, error) from error
    except Exception as error:  # edfio lets whatever the bytes cause pass through
        raise _damaged(path, error) from error


def _open(path: Path, caught: list[warnings.WarningMessage]) -> RecordingFile:
    import edfio

    fingerprint = Fingerprint.of(path)
    with path.open("rb") as stream:
        is_bdf = stream.read(1) == b"\xff"
    # fields are ASCII by the standard; micro signs come in Latin-1 or UTF-8 all the same
    file = (edfio.read_bdf if is_bdf else edfio.read_edf)(path, header_encoding="latin-1")
    kind = "BDF" if is_bdf else "EDF"
    reserved = file.reserved.strip().upper()
    plus = f"{kind}+C" if reserved.startswith(f"{kind}+") else kind
    if reserved.startswith(f"{kind}+D") or not file.is_continuous:
        raise InputError(
            f"the file is {kind}+D, a recording with gaps, and cycles cannot be timed across a gap",
            where=path.name,
            accepted=f"{kind}, {kind}+C",
            mend=f"export the stretch to be analysed as {kind}+C",
        )
    duration = file.data_record_duration
    n_records = file.num_data_records
    channels = []
    signals: tuple[EdfSignal | BdfSignal, ...] = file.signals
    for index, signal in enumerate(signals):
        rate_hz = float(signal.sampling_frequency)
        if not (math.isfinite(rate_hz) and rate_hz > 0):
            raise InputError(
                f"the rate of channel #{index + 1} is not a positive number",
                where=path.name,
                found=f"{signal.samples_per_data_record} samples in {duration:g} s",
                mend="export the recording again",
            )
        channels.append(
            Channel(
                index,
                _text(signal.label),
                _text(signal.transducer_type),
                _text(signal.physical_dimension),
                rate_hz,
                signal.samples_per_data_record * n_records,
            )
        )
    length_s = n_records * duration if channels else None
    raw = [
        RawEvent(float(a.onset), a.text, duration_s=a.duration) for a in file.annotations if a.text.strip()
    ]
    events, unknown, said = gather(raw, source="edf", duration_s=length_s)
    return RecordingFile(
        path=path,
        format=plus,
        channels=tuple(channels),
        duration_s=length_s or 0.0,
        _events=events,
        _relabelled=functools.partial(with_repetitions, raw, source="edf", duration_s=length_s),
        unknown_events=unknown,
        notes=(*_notes(caught), *said),
        fingerprint=fingerprint,
        _read=functools.partial(one_by_one, functools.partial(_read, path, file)),
    )


def _read(path: Path, file: Edf | Bdf, index: int) -> FloatArray:
    signal: Any = file.signals[index]
    where = f"{path.name}, channel {_text(signal.label) or f'#{index + 1}'}"
    try:
        bounds = np.array([signal.physical_min, signal.physical_max, signal.digital_min, signal.digital_max])
    except ValueError as error:
        raise InputError(f"the range of the channel is not a number ({error})", where=where) from error
    if bounds[0] == bounds[1] or bounds[2] == bounds[3] or not np.isfinite(bounds).all():
        raise InputError(
            "the channel is not calibrated",
            where=where,
            found=f"physical {bounds[0]:g} to {bounds[1]:g}, digital {bounds[2]:g} to {bounds[3]:g}",
            accepted="two different ends of each range",
            mend="export the recording again",
        )
    try:
        return np.array(signal.data, dtype=np.float64)
    except OSError as error:
        raise unreadable(path, error) from error
    except Exception as error:  # as above
        raise _damaged(path, error) from error


def _text(field: str) -> str:
    with contextlib.suppress(UnicodeError):
        field = field.encode("latin-1").decode("utf-8")
    return field.replace("\x00", " ").strip()


def _notes(caught: list[warnings.WarningMessage]) -> list[str]:
    notes = []
    for warning in caught:
        text = str(warning.message)
        if text.startswith("Incomplete data record"):
            notes.append("the file is cut short: its last, incomplete data record was left out")
        elif "header indicates -1 data" in text:
            notes.append("the header does not state how many data records there are; what is there was read")
        else:
            notes.append(text)
    return notes


def _damaged(path: Path, error: Exception) -> InputError:
    said = " ".join(str(error).split())[:160] or type(error).__name__
    return InputError(
        "the file cannot be read as EDF or BDF: it is damaged or keeps not to the format",
        where=path.name,
        found=said,
        mend="export the recording again",
    )
