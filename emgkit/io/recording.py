"""From a file to a `Recording`: the channel, its unit, its side, its foot switches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from emgkit import sites, units
from emgkit.errors import InputError
from emgkit.io.channels import Channel, Nature, find, nature, pick_emg
from emgkit.io.handle import RecordingFile, open_file
from emgkit.model import SIDES, FloatArray, Recording, Side, Source, Switch
from emgkit.tables import NOT_RECORDED

_GIVE_UNIT = 'give it with --emg-unit uV (in Python emg_unit="uV")'
CHANNEL_COLUMNS = (
    "label",
    "unit",
    "rate_hz",
    "n_samples",
    "kind",
    "why",
    "side",
    "muscle",
    "site",
    "description",
    "number",
)


def list_channels(path: str | Path) -> pd.DataFrame:
    """List the channels of a recording, what each is taken for, and why.

    Parameters
    ----------
    path : str or Path
        A C3D, EDF, EDF+C or BDF file.

    Returns
    -------
    DataFrame
        One row per channel: label, unit, rate_hz, n_samples, kind ("emg", "switch" or "other"), why; and
        side, muscle, site, description, number ("#1" for the first).

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    return channel_table(open_file(path))


def channel_table(file: RecordingFile) -> pd.DataFrame:
    """Return the table of `list_channels` for a file that is open."""
    rows = []
    for channel in file.channels:
        what = nature(channel)
        rows.append(
            (
                channel.label,
                channel.unit,
                channel.rate_hz,
                channel.n_samples,
                what.kind,
                what.why,
                what.side,
                what.muscle,
                what.site,
                channel.description,
                channel.number,
            )
        )
    frame = pd.DataFrame(rows, columns=list(CHANNEL_COLUMNS))
    types = dict.fromkeys(CHANNEL_COLUMNS, "object") | {"rate_hz": "float64", "n_samples": "int64"}
    return frame.astype(types)


def read_file_events(path: str | Path) -> pd.DataFrame:
    """Return the events that a file states, of both sides: time_s, side, kind, source.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    return open_file(path).events


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
    wanted = _checked_side(side)
    _check_switches(switches)
    file = open_file(path)
    events = file.events
    notes = list(file.notes)
    if switches is not None:
        named = _named_channels(file, None, switches)
        if not named:
            return events, {}, tuple(notes)
        sides = {nature(channel).side for channel in named.values()}
        foot = wanted or (sides.pop() if len(sides) == 1 else None)
        return events, {foot: _read_named(file, named, foot, notes)}, tuple(notes)
    stated = {s or None for s in events.loc[events["kind"] == "foot_contact", "side"]}
    named_sides = {n.side for c in file.channels if (n := nature(c)).kind == "switch"}
    feet = [wanted] if wanted else sorted(named_sides, key=str)
    found: dict[Side | None, dict[str, Switch]] = {}
    for foot in feet:
        # contacts without a side may be of this foot, and switches without a side may be of any
        if foot in stated or None in stated or (foot is None and stated):
            continue
        ours = _automatic_switches(file, None, foot, notes, exactly=wanted is None)
        if ours:
            found[foot] = ours
    return events, found, tuple(notes)


def _checked_side(side: object) -> Side | None:
    if side is not None and not (isinstance(side, str) and side in SIDES):
        raise InputError("this is no side", found=side, accepted=SIDES)
    return side


def _check_switches(switches: object) -> None:
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
        Wins over what the label says.
    switches : mapping of site to label, optional
        Foot switches by site, a word of `emgkit.sites`. Without it those are taken whose label names a
        foot switch of the same side; an empty mapping takes none.
    emg_unit : str, optional
        Unit of the EMG channel; wins over the file's.

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
    given_side = _checked_side(side)
    _check_switches(switches)
    _check_unit(emg_unit)
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
        notes.append(f"channel '{channel.label}' says {what.side}; the side given, {given_side}, wins")
    taken = given_side or what.side
    where = f"{file.name}, channel {channel.label or channel.number}"
    unit = channel.unit if emg_unit is None else emg_unit
    factor = units.microvolts_per(unit, where=where, mend=_GIVE_UNIT)
    samples = _checked(file, channel, where) * factor
    read_switches = (
        _automatic_switches(file, channel, taken, notes)
        if switches is None
        else _read_named(file, _named_channels(file, channel, switches), taken, notes)
    )
    return Recording(
        emg_uv=samples,
        rate_hz=channel.rate_hz,
        label=channel.label or channel.number,
        side=taken,
        muscle=what.muscle,
        switches=read_switches,
        _events=file.events,
        source=Source(
            name=file.name,
            sha256=file.sha256(),
            format=file.format,
            unit=channel.unit or NOT_RECORDED,
            unit_given=emg_unit,
        ),
        trial=file.path.stem,
        notes=tuple(notes),
    )


def _check_unit(unit: object) -> None:
    if unit is not None and not (isinstance(unit, str) and unit.strip()):
        raise InputError(
            "the unit given for the EMG channel is empty"
            if isinstance(unit, str)
            else "the unit given for the EMG channel is no text",
            found=unit,
            accepted=units.ACCEPTED,
            mend="leave it out to use the unit that the file states",
        )


def _checked(file: RecordingFile, channel: Channel, where: str) -> FloatArray:
    if not (np.isfinite(channel.rate_hz) and channel.rate_hz > 0):
        raise InputError(
            "the file does not state the rate of the channel", where=where, found=channel.rate_hz
        )
    samples = file.read_channel(channel.index)
    if samples.size < 2:
        raise InputError(
            "the channel has too few samples", where=where, found=samples.size, accepted="2 or more"
        )
    bad = int(np.count_nonzero(~np.isfinite(samples)))
    if bad:
        first = int(np.argmin(np.isfinite(samples))) / channel.rate_hz
        raise InputError(
            f"{bad} of {samples.size} samples are not a number, the first at {first:.3f} s",
            where=where,
            accepted="finite samples",
            mend="export the recording again",
        )
    return samples


def _read_switch(file: RecordingFile, channel: Channel, site: str) -> Switch:
    where = f"{file.name}, channel {channel.label or channel.number}"
    factor = units.volts_per(channel.unit, where=where, mend="export the foot switches in volts")
    return Switch(
        site=site,
        label=channel.label or channel.number,
        voltage_v=_checked(file, channel, where) * factor,
        rate_hz=channel.rate_hz,
    )


def _named_channels(
    file: RecordingFile, emg: Channel | None, switches: Mapping[str, str | int]
) -> dict[str, Channel]:
    found: dict[str, Channel] = {}
    for site, label in switches.items():
        if site not in sites.SITES:
            raise InputError(
                "this is no site of a foot switch", where=file.name, found=site, accepted=sites.SITES
            )
        channel = find(
            file.channels, label, file=file.name, what=f"{site} foot-switch", option=f"--switch {site}="
        )
        twice = next((s for s, c in found.items() if c == channel), "emg" if channel == emg else None)
        if twice is not None:
            raise InputError(
                f"channel '{channel.label}' is named twice, as {twice} and as {site}",
                where=file.name,
                accepted="another channel for each",
            )
        found[site] = channel
    return found


def _read_named(
    file: RecordingFile, named: Mapping[str, Channel], side: Side | None, notes: list[str]
) -> dict[str, Switch]:
    for channel in named.values():
        says = nature(channel).side
        if side is not None and says is not None and says != side:
            notes.append(f"foot switch '{channel.label}' says {says}; it is named, so it is taken for {side}")
    return {site: _read_switch(file, channel, site) for site, channel in named.items()}


def _automatic_switches(
    file: RecordingFile, emg: Channel | None, side: Side | None, notes: list[str], *, exactly: bool = False
) -> dict[str, Switch]:
    """Read the switches whose labels name `side` or, unless `exactly`, no side."""
    known: list[tuple[Channel, Nature]] = [
        (c, n) for c in file.channels if c != emg and (n := nature(c)).kind == "switch"
    ]
    ours = [(c, n) for c, n in known if n.side == side or (n.side is None and not exactly)]
    if side is None and len(ours) < len(known) and not exactly:
        labels = ", ".join(c.label for c, n in known if n.side is not None)
        notes.append(
            f"foot switches {labels} not used: the side of the EMG is not known; give it with --side"
        )
    coded = [c for c, n in ours if n.site == sites.CODED]
    if coded:
        labels = ", ".join(c.label for c in coded)
        notes.append(
            f"foot switch {labels} says that it is coded and was not used; name it with "
            f"--switch coded={coded[0].label} and give its levels"
        )
    ours = [(c, n) for c, n in ours if n.site != sites.CODED]
    claims = [n.site for _, n in ours]
    doubled = sorted({str(site) for site in claims if claims.count(site) > 1})
    if doubled:
        labels = ", ".join(c.label for c, n in ours if n.site in doubled)
        notes.append(
            f"no foot switch used: {labels} claim the same site ({', '.join(doubled)}); name them, for "
            "example --switch heel=LABEL"
        )
        return {}
    found = {}
    for channel, what in ours:
        site = str(what.site)
        try:
            found[site] = _read_switch(file, channel, site)
        except InputError as error:
            notes.append(f"foot switch {channel.label} not used: {error.what}")
    return found
