"""Header of an EDF or BDF file: its fields, checked, and where each signal lies in a record.

edfio reads a header only together with the data, and a BDF whole; here nothing but the header is read.
"""

from __future__ import annotations

import contextlib
import math
import re
from dataclasses import dataclass
from pathlib import Path

from emgkit.cautions import CUT_SHORT
from emgkit.errors import InputError
from emgkit.io.handle import unreadable

_TELLING = 5
_BLOCK = 256
_WIDTHS = {
    "label": 16,
    "transducer": 80,
    "unit": 8,
    "physical_min": 8,
    "physical_max": 8,
    "digital_min": 8,
    "digital_max": 8,
    "prefiltering": 80,
    "samples": 8,
    "reserved": 32,
}
_RATE_DECIMALS = 3
_ANNOTATIONS = ("edf annotations", "bdf annotations")
"""Some exporters write the one into files of the other kind; taken for samples, they would hide a gap."""
_WHOLE = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Signal:
    """One signal of the header; the ends of its ranges are text until they are needed."""

    label: str
    transducer: str
    unit: str
    physical: tuple[str, str]
    digital: tuple[str, str]
    samples: int
    """Samples in each data record."""
    start: int
    """First sample of the signal in a record, counted over all signals."""
    is_annotation: bool

    def calibration(self, where: str) -> tuple[float, float]:
        """Return (gain, offset): value = (stored + offset) * gain.

        Raises
        ------
        InputError
            If the ranges do not define them. A physical range upside down is inverted polarity and sound;
            the standard forbids a digital one, so that the sign would be a guess.
        """
        low, high = (_end(text, where) for text in self.physical)
        first, last = (_end(text, where) for text in self.digital)
        if not (low != high and first < last):
            raise InputError(
                "the channel is not calibrated",
                where=where,
                found=f"physical {low:g} to {high:g}, digital {first:g} to {last:g}",
                accepted="two different physical ends, and a digital minimum below the maximum",
                mend="export the recording again",
            )
        gain = (high - low) / (last - first)
        if gain == 0 or not math.isfinite(high / gain):
            raise InputError("the range of the channel is beyond all numbers", where=where)
        return gain, high / gain - last


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says, and what the size of the file makes of it."""

    kind: str
    """EDF or BDF."""
    reserved: str
    n_records: int
    record_s: float
    record_slack_s: float
    """How far a duration that fills its field, and so may be rounded, can be off."""
    signals: tuple[Signal, ...]
    data_start: int
    width: int
    """Bytes of a sample."""
    notes: tuple[str, ...]

    @property
    def record_samples(self) -> int:
        """Samples of all signals in one record."""
        return sum(signal.samples for signal in self.signals)

    def rate_hz(self, samples: int) -> float:
        """Return the rate of so many samples a record; 0 for none.

        1080 Hz in records of 0.935185 s read 1080.00018: where the duration may be rounded, the rate of the
        fewest decimals that agrees with it is taken.
        """
        rate_hz = samples / self.record_s
        for decimals in range(_RATE_DECIMALS):
            short = round(rate_hz, decimals)
            if short and abs(samples / short - self.record_s) <= self.record_slack_s:
                return short
        return rate_hz


def read_header(path: Path) -> Header:
    """Read the header of an EDF or BDF file, and nothing else.

    Raises
    ------
    InputError
        If a field that places the samples cannot be read, or the fields contradict one another.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            main = stream.read(_BLOCK)
            n_signals = _whole(main[252:256], "number of signals", path.name) if len(main) == _BLOCK else 0
            lines = stream.read(_BLOCK * max(n_signals, 0))
    except OSError as error:
        raise unreadable(path, error) from error
    if len(main) < _BLOCK or n_signals < 1 or len(lines) < _BLOCK * n_signals:
        raise damaged(path.name, "it holds no signal, or ends inside its header")
    kind, width = ("BDF", 3) if main[0] == 0xFF else ("EDF", 2)
    data_start = _BLOCK * (1 + n_signals)
    stated_start = _whole(main[184:192], "length of the header", path.name)
    if stated_start != data_start:
        raise damaged(
            path.name,
            f"a header of {stated_start} bytes is not one of {n_signals} signals, which has {data_start}",
        )
    record_s = _number(main[244:252], "duration of a data record", path.name)
    text = _text(main[244:252])
    slack_s = 0.5 * 10.0 ** -len(text.partition(".")[2]) if len(text) == 8 and "." in text else 0.0
    signals = _signals(lines, n_signals, path.name)
    if not record_s > 0 and not (record_s == 0 and all(signal.is_annotation for signal in signals)):
        raise damaged(path.name, f"a data record of {record_s:g} s gives no rate")
    record_bytes = width * sum(signal.samples for signal in signals)
    if not record_bytes:
        raise damaged(path.name, "its data records are empty")
    stated = _whole(main[236:244], "number of data records", path.name)
    _check_size(stated, size - data_start, record_bytes, path.name)
    n_records, notes = _records(stated, size - data_start, record_bytes)
    return Header(
        kind=kind,
        reserved=_text(main[192:236]).upper(),
        n_records=n_records,
        record_s=record_s,
        record_slack_s=slack_s,
        signals=signals,
        data_start=data_start,
        width=width,
        notes=notes,
    )


def damaged(file: str, what: str) -> InputError:
    """Return the error for a file that does not keep to the format."""
    return InputError(
        f"the file cannot be read as EDF or BDF: {what}", where=file, mend="export the recording again"
    )


def _check_size(stated: int, held_bytes: int, record_bytes: int, file: str) -> None:
    """Refuse records whose number fits the file exactly, and whose size does not.

    A file that was cut short anywhere would do so once in `stated` times; a wrong count of samples always
    does, and moves all samples.
    """
    if stated >= _TELLING and held_bytes % record_bytes and not held_bytes % stated:
        raise damaged(
            file,
            f"the file holds {stated} data records, as it states, of {held_bytes // stated} bytes, "
            f"but its signals have {record_bytes} bytes a record",
        )


def _records(stated: int, held_bytes: int, record_bytes: int) -> tuple[int, tuple[str, ...]]:
    """Return (data records to read, notes)."""
    held, rest = divmod(held_bytes, record_bytes)
    cut = "; its last, incomplete data record was left out" if rest else ""
    if stated <= 0 < held:  # -1 while a recording runs
        return held, (f"the header does not state how many data records there are; {held} were read{cut}",)
    stated = max(stated, 0)
    if held < stated:
        return held, (
            f"{CUT_SHORT}: its header states {stated} data records, it holds {held}; "
            f"what is there was read{cut}",
        )
    beyond = held_bytes - stated * record_bytes
    return stated, (
        (f"the file holds {beyond} bytes after the {stated} data records that it states; they were not read",)
        if beyond
        else ()
    )


def _signals(lines: bytes, n_signals: int, file: str) -> tuple[Signal, ...]:
    columns: dict[str, list[bytes]] = {}
    at = 0
    for name, width in _WIDTHS.items():
        columns[name] = [lines[at + i * width : at + (i + 1) * width] for i in range(n_signals)]
        at += n_signals * width
    signals = []
    start = 0
    for i in range(n_signals):
        samples = _whole(columns["samples"][i], f"number of samples a record of signal {i + 1}", file)
        if samples < 0:
            raise damaged(file, f"signal {i + 1} has {samples} samples a record")
        label = _text(columns["label"][i])
        is_annotation = label.casefold() in _ANNOTATIONS
        if not is_annotation and any(_one_letter_off(label.casefold(), word) for word in _ANNOTATIONS):
            # its samples would be read, its events lost
            raise damaged(file, f"the label {label!r} seems to be that of the annotations")
        signals.append(
            Signal(
                label=label,
                transducer=_text(columns["transducer"][i]),
                unit=_text(columns["unit"][i]),
                physical=(_text(columns["physical_min"][i]), _text(columns["physical_max"][i])),
                digital=(_text(columns["digital_min"][i]), _text(columns["digital_max"][i])),
                samples=samples,
                start=start,
                is_annotation=is_annotation,
            )
        )
        start += samples
    return tuple(signals)


def _one_letter_off(text: str, other: str) -> bool:
    return len(text) == len(other) and sum(map(str.__ne__, text, other)) == 1


def _text(field: bytes) -> str:
    # fields are ASCII by the standard; micro signs come in UTF-8 or Latin-1 all the same
    text = field.decode("latin-1")
    with contextlib.suppress(UnicodeError):
        text = field.decode("utf-8")
    return text.replace("\x00", " ").strip()


def _whole(field: bytes, what: str, file: str) -> int:
    text = _text(field)
    if not _WHOLE.fullmatch(text):
        raise damaged(file, f"the {what} is not a whole number, but {text!r}")
    return int(text)


def _number(field: bytes, what: str, file: str) -> float:
    text = _text(field)
    value = _finite(text)
    if value is None:
        raise damaged(file, f"the {what} is not a number, but {text!r}")
    return value


def _end(text: str, where: str) -> float:
    value = _finite(text)
    if value is None:
        raise InputError("the range of the channel is not a number", where=where, found=text)
    return value


def _finite(text: str) -> float | None:
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None
