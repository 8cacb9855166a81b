"""Hand a recording on as EDF+ or BDF+: the chosen channels, and every event."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emgkit import units
from emgkit.edf_plus import StoredSignal, file_bytes
from emgkit.errors import InputError
from emgkit.io import foot_switches
from emgkit.io.channels import Channel, find, nature, pick_emg
from emgkit.io.counts import Counts, to_counts
from emgkit.io.data_records import DataRecords, data_records
from emgkit.io.edf_words import annotation_text, description, hint_of, short_labels, unit_in_ascii
from emgkit.io.events import RawEvent
from emgkit.io.files import as_path, refuse_session_folder, write_files
from emgkit.io.handle import RecordingFile, open_file
from emgkit.io.recording import check_switches, check_unit, checked_side
from emgkit.model import FloatArray

BITS = {".edf": 16, ".bdf": 24}
_DECIMALS_S = 6
"""Times of events are written to the microsecond; readers differ in how many decimals they take."""


@dataclass(frozen=True, slots=True)
class ConvertedChannel:
    """One channel as it was written."""

    label: str
    """In the new file."""
    source: str
    """Number and label in the source."""
    unit: str
    rate_hz: float
    step: float
    """One count, in `unit`."""
    deviation: float
    """Largest difference from a sample of the source, in `unit`."""
    kept: bool
    """Whether the counts are those of the source; then `deviation` comes from the scale in the header."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was written, and what a reader must know about it."""

    path: Path
    format: str
    duration_s: float
    record_s: float
    channels: tuple[ConvertedChannel, ...]
    n_events: int
    notes: tuple[str, ...]


def convert(
    source: str | Path,
    target: str | Path,
    *,
    emg: str | int | None = None,
    side: str | None = None,
    switches: Mapping[str, str | int] | None = None,
    emg_unit: str | None = None,
    channels: Sequence[str | int] = (),
    everything: bool = False,
    overwrite: bool = False,
) -> Conversion:
    """Write a recording as EDF+ (16 bits) or BDF+ (24 bits).

    Nothing tells of a person, a place or a date. Whole numbers keep their counts and their step; other
    samples get a step of their own, and the result says how far a sample is off.

    Parameters
    ----------
    source : str or Path
        A recording of any format that is read.
    target : str or Path
        A new file; its ending, .edf or .bdf, decides. Not the source, and not in the folder of a session.
    emg, side, switches, emg_unit
        As in `read`: the wire, its side, foot switches by site, the unit of the wire. What is given is
        written into the description of a channel whose label does not say it.
    channels : sequence of str or int, optional
        These channels only. Without them: the wire, and the foot switches of both feet.
    everything : bool
        All analog channels.
    overwrite : bool
        Replace a file that has the name of the target.

    Returns
    -------
    Conversion

    Raises
    ------
    InputError
        If the source, a channel or the target cannot be used; the target is then not written.
    """
    path = as_path(target)
    bits = _bits(path)
    _check_place(as_path(source), path, overwrite)
    given_side = checked_side(side)
    if channels and everything:
        raise InputError("both all channels and some are asked for", accepted="one of the two")
    file = open_file(source)
    wire, named = _named(file, emg, switches, emg_unit, needs_wire=not (channels or everything))
    if everything:
        chosen = list(file.channels)
    elif channels:
        chosen = [
            find(file.channels, name, file=file.name, what="wanted", option="--channel ") for name in channels
        ]
    else:
        chosen = [c for c in file.channels if c == wire or nature(c).kind == "switch"]
    chosen += [c for c in (*named.values(), *([wire] if wire else [])) if c not in chosen]
    chosen = sorted(set(chosen), key=lambda c: c.index)
    if not chosen:
        raise InputError("the file holds no signal to convert", where=file.name)
    notes = list(file.notes)
    records = data_records([(c.n_samples, c.rate_hz) for c in chosen], bits, where=file.name)
    labels = short_labels(chosen, notes)
    wire_side = given_side or (nature(wire).side if wire else None)
    read = file.read_channels([channel.index for channel in chosen])
    signals, written = [], []
    for channel, label, per_record in zip(chosen, labels, records.samples, strict=True):
        site = next((s for s, c in named.items() if c == channel), None)
        hint = hint_of(channel, channel == wire, site, wire_side, notes)
        unit = emg_unit if emg_unit is not None and channel == wire else channel.unit
        where = f"{file.name}, channel {channel.label or channel.number}"
        samples = _finite(read.pop(channel.index), where)[: per_record * records.n]
        counts, deviation = _counts(samples, channel, unit, bits, where)
        rate_hz = per_record / records.record_s
        signals.append(
            StoredSignal(
                label,
                description(channel, label, hint),
                counts.unit,
                counts.counts,
                counts.digital_range,
                counts.physical_range,
            )
        )
        shown = f"{channel.number} {channel.label}".rstrip()
        written.append(
            ConvertedChannel(label, shown, counts.unit, rate_hz, counts.step, deviation, counts.kept)
        )
    notes += _notes(chosen, written, records)
    annotations = _annotations(file.raw_events, notes)
    content = file_bytes(signals, annotations, bits=bits, n_records=records.n, record_s=records.record_s)
    write_files(path.parent, {path.name: content})
    return Conversion(
        path=path,
        format="EDF+C" if bits == 16 else "BDF+C",
        duration_s=records.n * records.record_s,
        record_s=records.record_s,
        channels=tuple(written),
        n_events=len(annotations),
        notes=tuple(notes),
    )


def _bits(target: Path) -> int:
    try:
        return BITS[target.suffix.lower()]
    except KeyError:
        raise InputError(
            "the ending of the target names no format that is written",
            where=target.name,
            accepted=".edf (EDF+, 16 bits), .bdf (BDF+, 24 bits)",
        ) from None


def _check_place(source: Path, target: Path, overwrite: bool) -> None:
    refuse_session_folder(target.parent)
    try:
        there = target.exists() or target.is_symlink()
        same = there and source.exists() and target.exists() and target.samefile(source)
    except OSError as error:
        raise InputError(
            f"it cannot be written ({error.strerror or 'error of the system'})", where=target.name
        ) from error
    if same:
        raise InputError("the target is the source, which is never changed", where=target.name)
    if there and not overwrite:
        raise InputError(
            "there is a file of that name",
            where=target.name,
            mend="name another one, or give --overwrite (in Python overwrite=True)",
        )


def _named(
    file: RecordingFile,
    emg: str | int | None,
    switches: Mapping[str, str | int] | None,
    emg_unit: str | None,
    *,
    needs_wire: bool,
) -> tuple[Channel | None, dict[str, Channel]]:
    """Return the wire, None if none is needed, and the foot switches that are named."""
    check_switches(switches)
    check_unit(emg_unit)
    wire = None
    if emg is not None:
        wire = find(file.channels, emg, file=file.name, what="EMG", option="--emg ")
    elif needs_wire or emg_unit is not None:
        wire = pick_emg(file.channels, file=file.name)
    if wire is not None:
        units.volts_per(
            wire.unit if emg_unit is None else emg_unit,
            where=f"{file.name}, channel {wire.label or wire.number}",
            mend="give it with --emg-unit uV",
        )
    return wire, foot_switches.named(file, () if wire is None else (wire,), switches or {})


def _finite(samples: FloatArray | InputError, where: str) -> FloatArray:
    """Return the samples of a channel, or raise why they cannot be written."""
    if isinstance(samples, InputError):
        raise samples
    bad = int(np.count_nonzero(~np.isfinite(samples)))
    if bad:
        raise InputError(
            f"{bad} of {samples.size} samples are not a number, which EDF cannot hold",
            where=where,
            mend="choose channels with --channel",
        )
    return samples


def _counts(samples: FloatArray, channel: Channel, unit: str, bits: int, where: str) -> tuple[Counts, float]:
    """Return samples as counts, and how far they are off in their unit."""
    plain = unit_in_ascii(unit, where)
    counts = to_counts(samples, plain, channel.step, bits, where=where)
    factor = 1.0 if counts.unit == plain else units.ratio(plain, counts.unit)
    return counts, float(np.abs(counts.samples() - samples * factor).max())


def _notes(
    channels: Sequence[Channel], written: Sequence[ConvertedChannel], records: DataRecords
) -> list[str]:
    notes = []
    for channel, new, per_record in zip(channels, written, records.samples, strict=True):
        left_out = channel.n_samples - per_record * records.n
        if left_out:
            notes.append(
                f"channel '{new.label}': the last {left_out} samples fill no whole data record and were "
                "left out"
            )
        if not math.isclose(new.rate_hz, channel.rate_hz, rel_tol=1e-9):
            notes.append(
                f"channel '{new.label}': {new.rate_hz:.9g} Hz instead of {channel.rate_hz:.9g} Hz, the "
                "nearest that the header can state"
            )
        if not new.unit:
            notes.append(f"channel '{new.label}': the source does not state the unit, nor does the new file")
    return notes


def _annotations(events: Sequence[RawEvent], notes: list[str]) -> list[tuple[float, float | None, str]]:
    timed = [event for event in events if math.isfinite(event.time_s)]
    if len(timed) < len(events):
        notes.append(f"{len(events) - len(timed)} events without a time were left out")
    return [
        (
            round(event.time_s, _DECIMALS_S),
            None if event.duration_s is None else round(event.duration_s, _DECIMALS_S),
            annotation_text(event),
        )
        for event in timed
    ]
