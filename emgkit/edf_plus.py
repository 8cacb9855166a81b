"""Write EDF+ and BDF+: whole numbers, their scale, and annotations; no person and no present date."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from emgkit.errors import InputError

_HEADER_BYTES = 256
LABEL_LETTERS, TEXT_LETTERS, UNIT_LETTERS, NUMBER_LETTERS = 16, 80, 8, 8
"""Letters that a header has for a label, a description, a unit and a number; all of them ASCII."""


@dataclass(frozen=True, eq=False)
class StoredSignal:
    """One signal as it lies in the file: counts, and what their ends stand for."""

    label: str
    transducer: str
    unit: str
    counts: npt.NDArray[Any]
    """Shape (n_samples,), whole numbers inside `digital_range`."""
    digital_range: tuple[int, int]
    physical_range: tuple[float, float]
    """In `unit`; each end a number of at most eight characters."""


def file_bytes(
    signals: Sequence[StoredSignal],
    annotations: Iterable[tuple[float, float | None, str]],
    *,
    bits: int,
    n_records: int,
    record_s: float,
    start: datetime.datetime | None = None,
    equipment: str = "X",
) -> bytes:
    """Return the bytes of an EDF+ (16 bits) or BDF+ (24 bits) file.

    Parameters
    ----------
    signals : sequence of StoredSignal
        Each fills whole data records.
    annotations : iterable of (onset in seconds, duration in seconds or None, text)
    bits : {16, 24}
    n_records : int
    record_s : float
        Number and duration of the data records; with the number of samples they give the rate.
    start : datetime, optional
        Without it the file says that the date is not known: 01.01.85, and "Startdate X".
    equipment : str
        The only word about where the recording comes from.

    Raises
    ------
    InputError
        If a label, description or unit does not fit the header, or the length cannot be written.
    """
    import edfio

    file_type = edfio.Edf if bits == 16 else edfio.Bdf
    date, time = (None, None) if start is None else (start.date(), start.time())
    length_s = float(Decimal(str(record_s)) * n_records)
    stored = [_signal(signal, bits, length_s) for signal in signals]
    try:
        file: Any = file_type(
            stored,
            patient=edfio.Patient(),
            recording=edfio.Recording(startdate=date, equipment_code=equipment),
            starttime=time,
            data_record_duration=record_s,
            annotations=[edfio.EdfAnnotation(*row) for row in annotations],
        )
    except ValueError as error:  # beyond half an hour its lengths may differ in the last bit
        raise InputError(
            "the recording has a length that cannot be written as EDF+",
            found=f"{n_records} data records of {record_s:g} s ({error})",
            mend="write a shorter one",
        ) from error
    stream = io.BytesIO()
    file.write(stream)
    content = bytearray(stream.getvalue())
    lying = sum(signal.counts.size for signal in signals) * bits // 8
    _set_clock(content, _HEADER_BYTES * (2 + len(signals)), lying // n_records, n_records, record_s)
    return bytes(content)


def _set_clock(content: bytearray, start: int, before: int, n_records: int, record_s: float) -> None:
    """Let each data record say exactly when it begins: in place, `before` bytes after its first.

    edfio multiplies binary fractions, and 3.3869999999999996 s instead of 3.387 s is a gap to strict readers.
    """
    record = (len(content) - start) // n_records
    exact = Decimal(str(record_s))
    for number in range(n_records):
        place = slice(start + number * record + before, start + (number + 1) * record)
        _, _, rest = content[place].partition(b"\x14")
        clock = f"+{(exact * number).normalize():f}".encode()
        content[place] = (clock + b"\x14" + rest).ljust(record - before, b"\0")


def _signal(signal: StoredSignal, bits: int, length_s: float) -> Any:
    import edfio

    for what, text, letters in (
        ("label", signal.label, LABEL_LETTERS),
        ("description", signal.transducer, TEXT_LETTERS),
        ("unit", signal.unit, UNIT_LETTERS),
    ):
        if len(text) > letters or not (text.isascii() and text.isprintable()):
            raise InputError(
                f"the {what} does not fit an EDF header",
                found=text,
                accepted=f"up to {letters} ASCII letters",
            )
    if signal.label in ("EDF Annotations", "BDF Annotations"):
        raise InputError("the label is the one of the annotations of a file", found=signal.label)
    signal_type, dtype = (edfio.EdfSignal, np.int16) if bits == 16 else (edfio.BdfSignal, np.int32)
    low, high = signal.physical_range
    return signal_type.from_digital(
        signal.counts.astype(dtype),
        signal.counts.size / length_s,
        label=signal.label,
        transducer_type=signal.transducer,
        physical_dimension=signal.unit,
        # edfio rounds the minimum down and the maximum up, by a whole last digit if the float lies just
        # beyond its decimal number
        physical_range=(math.nextafter(low, math.inf), math.nextafter(high, -math.inf)),
        digital_range=signal.digital_range,
    )
