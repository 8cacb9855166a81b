"""Write a simulated recording as C3D or EDF+, small and with the same bytes on every run.

Both hold 16-bit integers, as an amplifier would deliver them. Nothing in the files tells of a person, a
machine or the present date.
"""

from __future__ import annotations

import datetime
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from emgkit import edf_plus, units
from emgkit.errors import InputError
from emgkit.model import FloatArray, Motion, Recording

POINT_RATE_HZ = 100.0
"""Frame rate of the C3D files; the sampling rate is a multiple of it."""
EMG_STEPS_UV = tuple(round(head * 10.0**power, 6) for power in range(-1, 6) for head in (1, 2, 5))
"""Steps of the EMG channel; the smallest is taken that holds the signal. They are round numbers, which both
formats keep exactly in their headers."""
SWITCH_STEP_V = 0.001
MOTION_STEP = 0.001
"""Step of a channel of motion, in its own unit."""
START = datetime.datetime(2025, 3, 4, 9, 0, 0)
FULL_SCALE = 32_000
"""Largest count that is written; a little less than the type holds, so that nothing looks clipped."""
_C3D_LABELS = {
    "foot_contact": "Foot Strike",
    "foot_off": "Foot Off",
    "repetition_start": "Repetition Start",
    "repetition_end": "Repetition End",
}
_EDF_LABELS = {"foot_contact": "Foot Strike", "foot_off": "Foot Off"}
_C3D_UNITS = ("V", "mV", "uV")


def _steps(recording: Recording) -> tuple[float, npt.NDArray[np.int16]]:
    """Return the step in microvolts and the EMG in steps."""
    peak = float(np.abs(recording.emg_uv).max(initial=0.0))
    if not peak < EMG_STEPS_UV[-1] * FULL_SCALE:
        raise InputError(
            "the signal is too large to be stored", found=peak, accepted="finite values up to 16 kV"
        )
    step = next(step for step in EMG_STEPS_UV if peak < step * FULL_SCALE)
    return step, np.rint(recording.emg_uv / step).astype(np.int16)


def _switch_steps(voltage_v: FloatArray) -> npt.NDArray[np.int16]:
    return np.clip(np.rint(voltage_v / SWITCH_STEP_V), -FULL_SCALE, FULL_SCALE).astype(np.int16)


def _motion_steps(motion: Motion) -> npt.NDArray[np.int16]:
    return np.clip(np.rint(motion.values / MOTION_STEP), -FULL_SCALE, FULL_SCALE).astype(np.int16)


def _words(what: str, which: str | None) -> str:
    return f"{what}, {which.replace('_', ' ')}" if which else what


def write_c3d(recording: Recording, path: Path, *, emg_unit: str = "V") -> Path:
    """Write a recording as C3D: analog channels, no markers, and events if it has any.

    Parameters
    ----------
    recording : Recording
        Its rate is a multiple of `POINT_RATE_HZ` and its length a whole number of frames.
    path : Path
        The file, which is replaced if it exists.
    emg_unit : {"V", "mV", "uV"}
        Unit of the EMG channel in the file; switches are in volts.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    InputError
        If the unit, the rate or the length does not fit.
    """
    import c3d  # ezc3d stores 32-bit floats only, and an address of its author in every file

    if emg_unit not in _C3D_UNITS:
        raise InputError("emg_unit has no such value", found=emg_unit, accepted=_C3D_UNITS)
    per_frame = recording.rate_hz / POINT_RATE_HZ
    if not per_frame.is_integer():
        raise InputError(
            "the rate cannot be stored in a C3D file",
            found=recording.rate_hz,
            accepted=f"a multiple of {POINT_RATE_HZ:g} Hz",
        )
    if recording.emg_uv.size == 0 or recording.emg_uv.size % per_frame:
        raise InputError(
            "the recording does not fill whole frames",
            found=recording.emg_uv.size,
            accepted=f"a multiple of {per_frame:g} samples",
        )
    if recording.emg_uv.size / per_frame > 65_535:
        raise InputError(
            "the recording is too long for this C3D writer",
            found=recording.duration_s,
            accepted="up to 655 s",
        )
    if len(recording.events) > 255:
        raise InputError(
            "the recording has too many events for a C3D file",
            found=len(recording.events),
            accepted="up to 255",
            mend="make a shorter trial, or one without events",
        )
    step_uv, emg = _steps(recording)
    uv_per_unit = units.microvolts_per(emg_unit, where=recording.label, mend="give V, mV or uV")
    channels = [
        (recording.label, _words("fine wire", recording.muscle), emg_unit, step_uv / uv_per_unit, emg)
    ]
    channels += [
        (switch.label, _words("foot switch", site), "V", SWITCH_STEP_V, _switch_steps(switch.voltage_v))
        for site, switch in recording.switches.items()
    ]
    if (motion := recording.motion) is not None:
        channels.append((motion.label, "motion", motion.unit, MOTION_STEP, _motion_steps(motion)))
    labels, descriptions, channel_units, scales, counts = zip(*channels, strict=True)

    # A positive scale of the points makes the whole file 16-bit integers
    writer = c3d.Writer(point_rate=POINT_RATE_HZ, analog_rate=recording.rate_hz, point_scale=0.1)
    writer.point_group.add_str("LABELS", "Point labels.", "", 1, 0)
    writer.point_group.add_str("DESCRIPTIONS", "Point descriptions.", "", 1, 0)
    writer.set_analog_labels(labels)
    writer.set_analog_scales(np.array(scales))
    writer.set_analog_offsets(np.zeros(len(channels)))
    _add_words(writer.analog_group, "DESCRIPTIONS", descriptions)
    _add_words(writer.analog_group, "UNITS", channel_units)
    writer.analog_group.add_str("FORMAT", "Signed integers.", "SIGNED", 6)
    writer.analog_group.add_array("BITS", "Resolution.", np.array([16], dtype=np.int16))
    events = recording.events
    if len(events):
        _add_events(writer, events)
    # The writer divides by the scale and cuts off decimals: a quarter of a step keeps each count what it is
    stored = np.array(counts, dtype=np.float64)
    stored += 0.25 * np.sign(stored)
    stored *= np.array(scales, dtype=np.float32).astype(np.float64)[:, None]
    n_frames = int(recording.emg_uv.size / per_frame)
    no_points = np.zeros((0, 5))
    frames = stored.reshape(len(channels), n_frames, -1).swapaxes(0, 1)
    for frame in frames:
        writer.add_frames((no_points, frame))
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No point data")  # true, and meant: a wire has no markers
        writer.write(buffer)
    path.write_bytes(buffer.getvalue())
    return path


def _add_words(group: Any, name: str, words: tuple[str, ...]) -> None:
    width = max(map(len, words))
    group.add_str(name, "", "".join(word.ljust(width) for word in words), width, len(words))


def _add_events(writer: Any, events: pd.DataFrame) -> None:
    """Write the group EVENT as motion-capture software does: minutes and seconds, side as context."""
    group = writer.add_group(writer.numeric_key_next, "EVENT", "")
    group.add_array("USED", "", np.array([len(events)], dtype=np.int16))
    contexts = [side.capitalize() if isinstance(side, str) else "General" for side in events["side"]]
    _add_words(group, "CONTEXTS", tuple(contexts))
    _add_words(group, "LABELS", tuple(_C3D_LABELS[kind] for kind in events["kind"]))
    times = events["time_s"].to_numpy(np.float64)
    minutes = np.floor(times / 60)
    pairs = np.column_stack([minutes, times - 60 * minutes]).astype("<f4")
    # the first dimension runs fastest in C3D
    group.add_param("TIMES", desc="", bytes_per_element=4, bytes=pairs.tobytes(), dimensions=[2, len(events)])


def write_edf(recording: Recording, path: Path, *, emg_unit: str = "uV") -> Path:
    """Write a recording as EDF+: EMG, switches, and annotations if it has events.

    A repetition is one annotation with a duration ("Repetition 1"); contacts and foot-offs are points in time
    ("Left Foot Strike").

    Parameters
    ----------
    recording : Recording
        Its rate is a whole number and its length a whole number of seconds.
    path : Path
        The file, which is replaced if it exists.
    emg_unit : {"uV", "mV", "V"}
        Unit of the EMG channel in the file.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    InputError
        If the unit, the rate or the length does not fit.
    """
    if emg_unit not in _C3D_UNITS:
        raise InputError("emg_unit has no such value", found=emg_unit, accepted=_C3D_UNITS)
    if (
        not recording.rate_hz.is_integer()
        or not recording.duration_s.is_integer()
        or not recording.duration_s
    ):
        raise InputError(
            "the recording does not fill whole records of one second",
            found=(recording.rate_hz, recording.duration_s),
            accepted="a whole rate in Hz and a whole length in seconds",
        )
    step_uv, emg = _steps(recording)
    step = step_uv / units.microvolts_per(emg_unit, where=recording.label, mend="give V, mV or uV")
    signals = [_signal(recording.label, _words("fine wire", recording.muscle), emg_unit, step, emg)]
    signals += [
        _signal(
            switch.label,
            _words("foot switch", site),
            "V",
            SWITCH_STEP_V,
            _switch_steps(switch.voltage_v),
        )
        for site, switch in recording.switches.items()
    ]
    if (motion := recording.motion) is not None:
        signals.append(_signal(motion.label, "motion", motion.unit, MOTION_STEP, _motion_steps(motion)))
    path.write_bytes(
        edf_plus.file_bytes(
            signals,
            _annotations(recording.events),
            bits=16,
            n_records=int(recording.duration_s),
            record_s=1.0,
            start=START,
            equipment="simulated",
        )
    )
    return path


def _signal(
    label: str, transducer: str, unit: str, step: float, counts: npt.NDArray[np.int16]
) -> edf_plus.StoredSignal:
    # eight characters are all that the header has for either end of the range
    physical = float(f"{FULL_SCALE * step:.6g}")
    return edf_plus.StoredSignal(
        label, transducer, unit, counts, (-FULL_SCALE, FULL_SCALE), (-physical, physical)
    )


def _annotations(events: pd.DataFrame) -> list[tuple[float, float | None, str]]:
    rows: list[tuple[float, float | None, str]] = []
    starts = events.loc[events["kind"] == "repetition_start", "time_s"].to_numpy()
    ends = events.loc[events["kind"] == "repetition_end", "time_s"].to_numpy()
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), start=1):
        # a tenth of a millisecond is finer than the signal resolves
        rows.append((round(float(start), 4), round(float(end - start), 4), f"Repetition {number}"))
    for time_s, side, kind in events[["time_s", "side", "kind"]].itertuples(index=False):
        if kind in _EDF_LABELS:
            words = f"{side.capitalize()} {_EDF_LABELS[kind]}" if isinstance(side, str) else _EDF_LABELS[kind]
            rows.append((round(float(time_s), 4), None, words))
    return rows
