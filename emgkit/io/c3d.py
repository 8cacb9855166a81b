"""C3D: what a file holds. Only the channels that are asked for are read, see `c3d_samples`."""

from __future__ import annotations

import functools
import re
import sys
from pathlib import Path

import numpy as np

from emgkit.cautions import CUT_SHORT
from emgkit.errors import InputError
from emgkit.io.c3d_parameters import BLOCK, Header, Parameters, read_metadata
from emgkit.io.c3d_samples import Layout, read_samples
from emgkit.io.channels import Channel, shown
from emgkit.io.events import RawEvent, gather
from emgkit.io.handle import Fingerprint, RecordingFile, unreadable
from emgkit.model import FloatArray

_MOST = 65535  # what a 16-bit count can say
_RATES_AGREE = 1e-4  # relative, 0.1 ms a second; 32-bit floats and rounded rates stay far below


def open_c3d(path: Path) -> RecordingFile:
    """Open a C3D file: PC, DEC or MIPS; integer or real; with or without points.

    Parameters
    ----------
    path : Path

    Returns
    -------
    RecordingFile
        Channels are the analog channels, in the order of the file, in the unit of ANALOG:UNITS.

    Raises
    ------
    InputError
        If the file is damaged, or its header and its parameters contradict one another.

    References
    ----------
    The C3D File Format User Guide, Motion Lab Systems, 2008.
    """
    try:
        fingerprint = Fingerprint.of(path)
        size = path.stat().st_size
        with path.open("rb") as stream:
            header, parameters = read_metadata(stream, path.name)
    except OSError as error:
        raise unreadable(path, error) from error
    notes: list[str] = []
    layout, first_frame = _layout(header, parameters, size, path.name, notes)
    frame_rate = _frame_rate(header, parameters)
    rate_hz = _analog_rate(frame_rate, header, layout, parameters, path.name, notes)
    channels = _channels(parameters, layout, rate_hz, notes)
    if layout.channels and rate_hz > 0:
        duration_s = layout.frames * layout.samples_per_frame / rate_hz
        offset_s = (first_frame - 1) * layout.samples_per_frame / rate_hz
    else:
        known = frame_rate > 0 and not layout.channels
        duration_s = layout.frames / frame_rate if known else 0.0
        offset_s = (first_frame - 1) / frame_rate if known else 0.0
    raw = _events(parameters, offset_s, notes)
    if header.events and not parameters.names("EVENT"):  # older software knows no such group
        raw = [RawEvent(time_s, label) for time_s, label in header.events]
        notes.append("the events are those of the header; there is no group EVENT")
    events, unknown, said = gather(raw, source="c3d", duration_s=duration_s)
    return RecordingFile(
        path=path,
        format="C3D",
        channels=channels,
        duration_s=duration_s,
        _events=events,
        unknown_events=unknown,
        notes=(*notes, *said),
        fingerprint=fingerprint,
        _read=functools.partial(read_samples, path, parameters, layout),
        raw_events=tuple(raw),
    )


def _layout(
    header: Header, parameters: Parameters, size: int, file: str, notes: list[str]
) -> tuple[Layout, int]:
    points = parameters.count("POINT", "USED")
    points = header.points if points is None else points
    per_frame = header.samples_per_frame
    used = parameters.count("ANALOG", "USED")
    if used is None:
        used = header.analog_per_frame // per_frame if per_frame else 0
    scale = parameters.number("POINT", "SCALE")
    # every one of these moves all samples: where header and parameters differ, no reading is safe
    for what, ours, theirs in (
        ("points", points, header.points),
        ("analog values a frame", used * per_frame, header.analog_per_frame),
    ):
        if ours != theirs:
            raise InputError(
                f"header and parameters contradict each other in the number of {what}, so the samples cannot "
                "be located",
                where=file,
                found=f"{theirs} in the header, {ours} in the parameters",
                mend="export the recording again",
            )
    if not np.isfinite(header.scale) or (scale is not None and (scale < 0) != (header.scale < 0)):
        raise InputError(
            "header and parameters contradict each other in the kind of numbers (integer or real)",
            where=file,
            found=f"{header.scale:g} in the header, {scale} in POINT:SCALE",
            mend="export the recording again",
        )
    real = header.scale < 0
    width = 4 if real else 2
    start = _data_start(header, parameters, size, file)
    frame_bytes = width * (4 * points + used * per_frame)
    held = (size - start) // frame_bytes if frame_bytes else sys.maxsize
    frames, first = _frames(header, parameters, size, held, frame_bytes, notes, file)
    if frame_bytes and (held - frames) * frame_bytes >= 2 * BLOCK:  # less is padding
        notes.append(f"the file holds {held - frames} frames more than it states; they were not read")
    text = "".join(parameters.texts("ANALOG", "FORMAT")).upper()
    return (
        Layout(
            start=start,
            frames=frames,
            frame_bytes=frame_bytes,
            before_analog=width * 4 * points,
            channels=used if per_frame else 0,
            samples_per_frame=per_frame,
            real=real,
            processor=parameters.processor,
            unsigned=text == "UNSIGNED",
        ),
        first,
    )


def _data_start(header: Header, parameters: Parameters, size: int, file: str) -> int:
    stated = parameters.count("POINT", "DATA_START") or 0
    ours, theirs = ((block - 1) * BLOCK for block in (header.data_block, stated))
    possible = [start for start in (ours, theirs) if parameters.end <= start <= size]
    if not possible:
        raise InputError(
            "the C3D file is damaged: there are no data where the header says",
            where=file,
            found=f"block {header.data_block} of {-(-size // BLOCK)}",
            mend="export the recording again",
        )
    if stated and len(possible) == 2 and ours != theirs:
        raise InputError(
            "header and parameters contradict each other in the place of the data, so the samples cannot be "
            "located",
            where=file,
            found=f"block {header.data_block} in the header, {stated} in POINT:DATA_START",
            mend="export the recording again",
        )
    return possible[0]


def _frames(
    header: Header,
    parameters: Parameters,
    size: int,
    held: int,
    frame_bytes: int,
    notes: list[str],
    file: str,
) -> tuple[int, int]:
    """Return (frames to read, number of the first frame).

    The header counts to 65535 only. TRIAL:ACTUAL_START_FIELD and ACTUAL_END_FIELD, POINT:LONG_FRAMES and
    POINT:FRAMES (as a real number) go beyond; an exporter may leave some of them stale after a cut. The
    size of the file decides: the count that fills it, up to the padding of the last block, is the one that
    was written last; if none does, the largest that it holds.
    """
    trial_first = parameters.long_count("TRIAL", "ACTUAL_START_FIELD")
    trial_last = parameters.long_count("TRIAL", "ACTUAL_END_FIELD")
    in_header = header.last_frame - header.first_frame + 1
    in_trial = 0 if trial_first is None or trial_last is None else trial_last - trial_first + 1
    in_point = [parameters.count("POINT", name) or 0 for name in ("LONG_FRAMES", "FRAMES")]
    stated = [in_trial, in_header, *in_point]
    stated = [count for count in stated if count > 0]
    if not stated:
        raise InputError(
            "the C3D file does not state how many frames it has",
            where=file,
            mend="export the recording again",
        )
    fitting = [count for count in stated if count <= held]
    filling = [count for count in fitting if frame_bytes and (held - count) * frame_bytes < BLOCK]
    frames = min(filling) if filling else max(fitting, default=held)
    clipped = header.last_frame == _MOST
    others = {
        count for count in fitting if not (_same_count(count, frames) or (clipped and count == in_header))
    }
    if others:
        all_said = ", ".join(map(str, sorted({frames, *others})))
        notes.append(f"the file states different numbers of frames ({all_said}); {frames} were read")
    if not fitting:
        _check_room(min(stated) * frame_bytes, header, parameters, size, file)
        notes.append(
            f"{CUT_SHORT}: its header states {min(stated)} frames, it holds {held}; what is there was read"
        )
    first = header.first_frame
    if trial_first is not None and in_trial > 0:
        stale = fitting and in_trial != frames and in_header == frames
        if not stale:
            first = trial_first
        if trial_first % 65536 != header.first_frame:
            notes.append(
                f"header and TRIAL:ACTUAL_START_FIELD state different first frames ({header.first_frame}, "
                f"{trial_first}); events are placed by {first}"
            )
    elif first > 1 and not clipped and parameters.shape("EVENT", "TIMES"):
        # only the header says where the recording begins; it is believed if its count is the parameters' own
        counts = [count for count in in_point if count > 0]
        if counts and not any(_same_count(in_header, count) for count in counts):
            raise InputError(
                "header and parameters contradict each other in the number of frames, so the events "
                "cannot be placed",
                where=file,
                found=f"frames {first} to {header.last_frame} in the header, {counts[0]} in POINT:FRAMES",
                mend="export the recording again",
            )
    return frames, max(first, 1)


def _check_room(needed: int, header: Header, parameters: Parameters, size: int, file: str) -> None:
    """Refuse a place of the data that nothing confirms and that alone makes the file too short."""
    if not parameters.count("POINT", "DATA_START") and parameters.end + needed <= size:
        raise InputError(
            "the file holds all frames that it states, but not behind the place where its header has them",
            where=file,
            found=f"data from block {header.data_block}, parameters to block {-(-parameters.end // BLOCK)}",
            mend="export the recording again",
        )


def _same_count(count: int, frames: int) -> bool:
    """Tell whether `count`, of 16 bits, clipped or wrapped, may stand for so many frames."""
    return count == frames or (frames > _MOST and count in (_MOST, frames % (_MOST + 1)))


def _frame_rate(header: Header, parameters: Parameters) -> float:
    rate = parameters.number("POINT", "RATE") or header.frame_rate
    return rate if np.isfinite(rate) and rate > 0 else 0.0


def _analog_rate(
    frame_rate: float, header: Header, layout: Layout, parameters: Parameters, file: str, notes: list[str]
) -> float:
    """Return the rate of the analog channels, 0 if the file does not state it."""
    computed = frame_rate * layout.samples_per_frame
    stated = parameters.number("ANALOG", "RATE") or 0.0
    if not layout.before_analog and computed == 1 < stated:  # exporters fill in 1 where there are no points
        notes.append(f"POINT:RATE is 1 Hz, of no points; time runs by ANALOG:RATE, {stated:g} Hz")
        return stated
    if not layout.channels or computed == 0:
        return stated if stated > 0 else computed
    if stated > 0:
        if abs(stated - computed) > _RATES_AGREE * computed:
            raise InputError(
                "the file contradicts itself in the rate of the analog channels",
                where=file,
                found=f"{stated:g} Hz in ANALOG:RATE, {computed:g} Hz by the samples a frame",
                mend="export the recording again",
            )
        return stated
    # without ANALOG:RATE only the header can confirm the rate of the frames
    if header.frame_rate > 0 and abs(header.frame_rate - frame_rate) > _RATES_AGREE * frame_rate:
        raise InputError(
            "header and parameters contradict each other in the rate, and ANALOG:RATE is not stated",
            where=file,
            found=f"{header.frame_rate:g} Hz in the header, {frame_rate:g} Hz in POINT:RATE",
            mend="export the recording again",
        )
    if not layout.before_analog and computed == 1:
        notes.append("POINT:RATE is 1 Hz, of no points, and ANALOG:RATE is not stated: the rate is not known")
        return 0.0
    return computed


def _subject(parameters: Parameters) -> re.Pattern[str] | None:
    """Return what finds the subject's name in front of a label ("JaneDoe:TIBANT"), None if none is stated."""
    stated = {t for key in ("NAMES", "LABEL_PREFIXES") for t in parameters.texts("SUBJECTS", key)}
    names = sorted({t.rstrip(":").strip() for t in stated} - {""}, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, names))})\s*:\s*", re.IGNORECASE) if names else None


def _channels(
    parameters: Parameters, layout: Layout, rate_hz: float, notes: list[str]
) -> tuple[Channel, ...]:
    columns = [parameters.texts("ANALOG", name) for name in ("LABELS", "DESCRIPTIONS", "UNITS")]
    subject = _subject(parameters)
    if subject is not None:
        named = sum(bool(subject.match(text)) for text in columns[0])
        columns[:2] = [[subject.sub("", text) for text in texts] for texts in columns[:2]]
        if named:
            notes.append(f"the name of the subject was taken off the labels of {named} channels")
    n_samples = layout.frames * layout.samples_per_frame
    general = parameters.number("ANALOG", "GEN_SCALE")
    steps = np.abs(parameters.long_numbers("ANALOG", "SCALE") * (1.0 if general is None else general))
    channels = []
    for i in range(layout.channels):
        label, description, unit = (shown(texts[i]) if i < len(texts) else "" for texts in columns)
        step = None if layout.real or i >= steps.size else float(steps[i])
        channels.append(Channel(i, label, description, unit, rate_hz, n_samples, step))
    return tuple(channels)


def _events(parameters: Parameters, offset_s: float, notes: list[str]) -> list[RawEvent]:
    times = parameters.long_numbers("EVENT", "TIMES")
    shape = parameters.shape("EVENT", "TIMES")
    subject = _subject(parameters)
    labels = [subject.sub("", text) if subject else text for text in parameters.texts("EVENT", "LABELS")]
    contexts = parameters.texts("EVENT", "CONTEXTS")
    used = parameters.count("EVENT", "USED")
    said = max(len(labels), len(contexts)) if used is None else used
    pairs = len(shape) == 2 and shape[0] == 2
    if not pairs and sum(length > 1 for length in shape) > 1:
        form = " by ".join(map(str, shape))
        notes.append(f"the times of the events are stored {form}, which is not known; no event was taken")
        return []
    # one event: minutes and seconds may be written as two numbers in a row
    pairs = pairs or (shape == (2,) and (used == 1 or (used is None and len(labels) == 1)))
    if not pairs and said > 1 and times.size == 2 * said and _are_minutes_and_seconds(times):
        pairs = True
        notes.append("the times of the events stand in one row and were read as minutes and seconds in turn")
    with np.errstate(over="ignore", invalid="ignore"):  # such a time is no time in the recording
        seconds = times[0::2][: times.size // 2] * 60 + times[1::2] if pairs else times
    if said < seconds.size:
        notes.append(f"EVENT:USED is {said}, with {seconds.size} times; only so many events were taken")
    if said > seconds.size:
        notes.append(f"{said - seconds.size} of {said} events have no time and were left out")
    return [
        RawEvent(
            float(time) - offset_s,
            labels[i] if i < len(labels) else "",
            contexts[i] if i < len(contexts) else "",
        )
        for i, time in enumerate(seconds[:said])
    ]


def _are_minutes_and_seconds(row: FloatArray) -> bool:
    """Tell whether a row of twice as many numbers as events holds pairs, not seconds and room for more."""
    minutes, seconds = row[0::2], row[1::2]
    padded = not row[row.size // 2 :].any()
    whole = (minutes >= 0) & (minutes == np.floor(minutes)) & (seconds >= 0) & (seconds < 60)
    return bool(whole.all()) and not padded
