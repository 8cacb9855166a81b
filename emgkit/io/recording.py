"""From a file to a `Recording`: the channel, its unit, its side, its foot switches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from emgkit import units
from emgkit.cautions import contradiction
from emgkit.errors import InputError
from emgkit.io import foot_switches
from emgkit.io.channels import Channel, find, nature, pick_emg
from emgkit.io.handle import RecordingFile, open_file
from emgkit.model import OTHER, SIDES, FloatArray, Motion, Recording, Side, Source, Switch
from emgkit.tables import NOT_RECORDED

_GIVE_UNIT = 'give it with --emg-unit uV (in Python emg_unit="uV")'


def read_events_and_switches(
    path: str | Path, side: str | None = None, switches: Mapping[str, str | int] | None = None
) -> tuple[pd.DataFrame, dict[Side | None, dict[str, Switch]], tuple[str, ...]]:
    """Read events and foot switches of a file that need not hold an EMG channel.

    Parameters
    ----------
    path : str or Path
    side : {"left", "right"}, optional
        Side of the foot switches; without it, those of both feet are read.
    switches : mapping of site to label, optional
        Without it, foot switches are picked by their labels as `read` does, but only those of a foot of
        which the file states no contact: the same step is not to be counted twice.

    Returns
    -------
    events : DataFrame
        time_s, side, kind, source; both sides.
    switches : dict of side to dict of site to Switch
        One entry for each side that has switches. None is the side of those whose labels name none; with
        `side`, or with `switches` whose labels agree on a side, all are on that one.
    notes : tuple of str
        What was not used, and why.

    Raises
    ------
    InputError
        If the file, or a foot switch that is named, cannot be used.
    """
    wanted = checked_side(side)
    check_switches(switches)
    file = open_file(path)
    events = file.events
    notes = list(file.notes)
    if switches is not None:
        chosen = foot_switches.named(file, (), switches)
        if not chosen:
            return events, {}, tuple(notes)
        sides = {nature(channel).side for channel in chosen.values()}
        foot = wanted or (sides.pop() if len(sides) == 1 else None)
        foot_switches.note_sides(chosen, foot, notes)
        samples = file.read_channels([channel.index for channel in chosen.values()])
        return events, {foot: _switches(file, chosen, samples)}, tuple(notes)
    stated = {s or None for s in events.loc[events["kind"] == "foot_contact", "side"]}
    # contacts without a side may be of any foot, and so may switches without a side
    feet = [
        foot
        for foot in ([wanted] if wanted else _feet(file))
        if not (foot in stated or None in stated or (foot is None and stated))
    ]
    return events, _feet_of(file, feet, notes, exactly=wanted is None), tuple(notes)


def read_foot_switches(
    path: str | Path,
) -> tuple[dict[Side | None, dict[str, Switch]], tuple[str, ...]]:
    """Read every foot switch that a file names, of both feet.

    Returns
    -------
    switches : dict of side to dict of site to Switch
    notes : tuple of str
        Which could not be used, and why.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    file, notes = open_file(path), list[str]()
    return _feet_of(file, _feet(file), notes, exactly=True), tuple(notes)


def _feet(file: RecordingFile) -> list[Side | None]:
    """Return the sides that labels of foot switches name; None for those that name none."""
    return sorted({n.side for c in file.channels if (n := nature(c)).kind == "switch"}, key=str)


def _feet_of(
    file: RecordingFile, feet: Sequence[Side | None], notes: list[str], *, exactly: bool
) -> dict[Side | None, dict[str, Switch]]:
    found: dict[Side | None, dict[str, Switch]] = {}
    for foot in feet:
        picked = foot_switches.picked(file, (), foot, notes, exactly=exactly)
        samples = file.read_channels([channel.index for channel in picked.values()])
        ours = _switches(file, picked, samples, notes)
        if ours:
            found[foot] = ours
    return found


def checked_side(side: object) -> Side | None:
    """Return the side that a user gave; `InputError` if it is none."""
    if side is not None and not (isinstance(side, str) and side in SIDES):
        raise InputError("this is no side", found=side, accepted=SIDES)
    return side


def check_switches(switches: object) -> None:
    """Refuse foot switches that are no mapping."""
    if switches is not None and not isinstance(switches, Mapping):
        raise InputError(
            "the foot switches are given as a mapping of site to label",
            found=switches,
            accepted='for example {"heel": "FSW_HEEL"}',
        )


def read(
    path: str | Path,
    emg: str | int | None = None,
    side: str | None = None,
    switches: Mapping[str, str] | None = None,
    emg_unit: str | None = None,
    *,
    opposite_switches: Mapping[str, str] | None = None,
    motion: str | int | None = None,
    repetition_label: str | None = None,
    neighbours: Sequence[str | int] = (),
) -> Recording:
    """Read one EMG channel with its foot switches and events; no other samples are loaded.

    Parameters
    ----------
    path : str or Path
        A C3D, EDF, EDF+C or BDF file.
    emg : str or int, optional
        The EMG channel: its label, a part of it or of its description, or its number ("#3", or 3), which
        counts from 1. Without it the file must have exactly one channel that says it is EMG.
    side : {"left", "right"}, optional
        Wins over what the label says; a note says where the two differ.
    switches : mapping of site to label, optional
        Foot switches by site, a word of `emgkit.sites`. Without it those are taken whose label names a
        foot switch of the same side; an empty mapping takes none.
    emg_unit : str, optional
        Unit of the EMG channel; wins over the file's.
    opposite_switches : mapping of site to label, optional
        Foot switches of the other foot. Without it those are taken whose label names them, unless
        `switches` is an empty mapping.
    motion : str or int, optional
        The channel that shows the movement (a goniometer, an accelerometer), named like `emg`.
    repetition_label : str, optional
        Label of the events that start a repetition (that are one, if they have a duration), where it is a
        word of the laboratory's own, such as "Grasp".
    neighbours : sequence of str or int
        Channels of other muscles, named like `emg`, to look for cross-talk. They have the rate of the EMG
        channel; `emg_unit`, if it is given, is their unit too.

    Returns
    -------
    Recording

    Raises
    ------
    InputError
        If the file, the channel, its unit or its samples cannot be used.

    Examples
    --------
    >>> rec = read("walk_1.c3d", emg="TIBPOST_L")  # doctest: +SKIP
    """
    given_side = checked_side(side)
    check_switches(switches)
    check_switches(opposite_switches)
    check_unit(emg_unit)
    if repetition_label is not None and not (isinstance(repetition_label, str) and repetition_label.strip()):
        raise InputError("the label of the repetitions is no text", found=repetition_label)
    file = open_file(path)
    if emg is None:
        channel = pick_emg(file.channels, file=file.name)
    else:
        channel = find(file.channels, emg, file=file.name, what="EMG", option="--emg ")
    what = nature(channel)
    notes = list(file.notes)
    if isinstance(emg, str) and emg.strip().casefold() not in (channel.label.casefold(), channel.number):
        notes.append(f"{emg!r} was taken for channel {channel.number} '{channel.label}'")
    if given_side is not None and what.side is not None and what.side != given_side:
        notes.append(contradiction(f"channel '{channel.label}'", what.side, given_side))
    taken = given_side or what.side
    where = f"{file.name}, channel {channel.label or channel.number}"
    unit = channel.unit if emg_unit is None else emg_unit
    factor = units.microvolts_per(unit, where=where, mend=_GIVE_UNIT)

    events = file.events if repetition_label is None else file.events_with_repetitions(repetition_label)
    busy = [channel]
    moving = None
    if motion is not None:
        moving = find(file.channels, motion, file=file.name, what="motion", option="--motion ")
        if moving == channel:
            raise InputError(
                f"channel '{channel.label}' is named twice, as EMG and as motion", where=file.name
            )
        busy.append(moving)
    beside = _neighbours(file, busy, neighbours)
    busy += beside
    own = (
        foot_switches.picked(file, busy, taken, notes)
        if switches is None
        else foot_switches.named(file, busy, switches)
    )
    if switches is not None:
        foot_switches.note_sides(own, taken, notes)
    busy += own.values()
    other = OTHER[taken] if taken else None
    opposite: dict[str, Channel] = {}
    if opposite_switches is not None:
        opposite = foot_switches.named(file, busy, opposite_switches)
        foot_switches.note_sides(opposite, other, notes)
    elif other and (switches is None or switches):
        opposite = foot_switches.picked(file, busy, other, notes, exactly=True)

    samples = file.read_channels([c.index for c in (*busy, *opposite.values())])
    emg_uv = _checked(channel, samples, where)
    emg_uv *= factor
    return Recording(
        emg_uv=_sealed(emg_uv),
        rate_hz=channel.rate_hz,
        label=channel.label or channel.number,
        side=taken,
        muscle=what.muscle,
        switches=_switches(file, own, samples, notes if switches is None else None),
        _events=events,
        source=Source(file.name, file.fingerprint, file.format, channel.unit or NOT_RECORDED, emg_unit),
        trial=Path(file.name).stem,
        opposite_switches=_switches(file, opposite, samples, notes if opposite_switches is None else None),
        motion=None if moving is None else _motion(file, moving, samples),
        neighbours={c.label or c.number: _microvolts(file, c, samples, emg_unit) for c in beside},
        notes=tuple(notes),
    )


def _neighbours(file: RecordingFile, busy: Sequence[Channel], names: object) -> list[Channel]:
    """Return the channels that are named, each once, none of them in use, all of the rate of the first."""
    if isinstance(names, str) or not isinstance(names, Sequence):
        raise InputError(
            "the neighbours are given as a list of labels", found=names, accepted='for example ["PERL_L"]'
        )
    wire, found = busy[0], list[Channel]()
    for name in names:
        channel = find(file.channels, name, file=file.name, what="neighbour", option="--neighbour ")
        if channel in (*busy, *found):
            use = "as neighbour and otherwise" if channel in busy else "as neighbour"
            raise InputError(f"channel '{channel.label}' is named twice, {use}", where=file.name)
        if nature(channel).kind == "switch":
            raise InputError(f"the neighbour '{channel.label}' is a foot switch", where=file.name)
        if (channel.rate_hz, channel.n_samples) != (wire.rate_hz, wire.n_samples):
            raise InputError(
                f"the neighbour '{channel.label}' has not the rate and length of the wire",
                where=file.name,
                found=f"{channel.n_samples} samples at {channel.rate_hz:g} Hz",
                accepted=f"{wire.n_samples} samples at {wire.rate_hz:g} Hz",
            )
        found.append(channel)
    return found


def _microvolts(
    file: RecordingFile, channel: Channel, read: Mapping[int, FloatArray | InputError], unit: str | None
) -> FloatArray:
    where = f"{file.name}, channel {channel.label or channel.number}"
    factor = units.microvolts_per(channel.unit if unit is None else unit, where=where, mend=_GIVE_UNIT)
    samples_uv = _checked(channel, read, where)
    samples_uv *= factor
    return _sealed(samples_uv)


def check_unit(unit: object) -> None:
    """Refuse a unit that is empty or no text; which words are units, `emgkit.units` knows."""
    if unit is not None and not (isinstance(unit, str) and unit.strip()):
        raise InputError(
            "the unit given for the EMG channel is empty"
            if isinstance(unit, str)
            else "the unit given for the EMG channel is no text",
            found=unit,
            accepted=units.ACCEPTED,
            mend="leave it out to use the unit that the file states",
        )


def _sealed(samples: FloatArray) -> FloatArray:
    """Return the array itself, no longer to be written to: a recording takes it without a copy."""
    samples.flags.writeable = False
    return samples


def _checked(channel: Channel, read: Mapping[int, FloatArray | InputError], where: str) -> FloatArray:
    """Return the samples of a channel, or raise why they cannot be used."""
    if not (np.isfinite(channel.rate_hz) and channel.rate_hz > 0):
        raise InputError(
            "the file does not state the rate of the channel", where=where, found=channel.rate_hz
        )
    samples = read[channel.index]
    if isinstance(samples, InputError):
        raise samples
    if samples.size < 2:
        raise InputError(
            "the channel has too few samples", where=where, found=samples.size, accepted="2 or more"
        )
    with np.errstate(over="ignore", invalid="ignore"):
        doubtful = not np.isfinite(samples.sum())  # a pass without a copy; finite ones may overflow
    if doubtful:
        finite = np.isfinite(samples)
        bad = samples.size - int(np.count_nonzero(finite))
        if bad:
            raise InputError(
                f"{bad} of {samples.size} samples are not a number, the first at "
                f"{int(np.argmin(finite)) / channel.rate_hz:.3f} s",
                where=where,
                accepted="finite samples",
                mend="export the recording again",
            )
    return samples


def _switches(
    file: RecordingFile,
    chosen: Mapping[str, Channel],
    read: Mapping[int, FloatArray | InputError],
    notes: list[str] | None = None,
) -> dict[str, Switch]:
    """Return the chosen channels as switches; with `notes`, one that cannot be used is noted instead."""
    found = {}
    for site, channel in chosen.items():
        where = f"{file.name}, channel {channel.label or channel.number}"
        try:
            factor = units.volts_per(channel.unit, where=where, mend="export the foot switches in volts")
            voltage_v = _checked(channel, read, where)
        except InputError as error:
            if notes is None:
                raise
            notes.append(f"foot switch {channel.label} not used: {error.what}")
        else:
            voltage_v *= factor
            found[site] = Switch(site, channel.label or channel.number, _sealed(voltage_v), channel.rate_hz)
    return found


def _motion(file: RecordingFile, channel: Channel, read: Mapping[int, FloatArray | InputError]) -> Motion:
    values = _checked(channel, read, f"{file.name}, channel {channel.label or channel.number}")
    return Motion(channel.label or channel.number, _sealed(values), channel.unit, channel.rate_hz)
