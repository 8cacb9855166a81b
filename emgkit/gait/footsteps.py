"""What a figure of the foot switches shows: some strides with voltages, contact states and contacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from emgkit.errors import InputError
from emgkit.found import Contacts, Cycles
from emgkit.gait.feet import times_of
from emgkit.gait.switches import decode
from emgkit.model import OTHER, Recording, Switch
from emgkit.result import Footsteps, SwitchTrace
from emgkit.settings import GaitSettings

MAX_STRIDES = 5
"""More are not read on the width of a page."""
MARGIN = 0.15
"""Shown before the first and after the last stride, in parts of a stride."""

_NOTHING = Contacts(np.zeros(0), np.zeros(0))


def footsteps(rec: Recording, cycles: Cycles) -> Footsteps | None:
    """Return the first strides in a row that are used, with the switches of the foot.

    Parameters
    ----------
    rec : Recording
    cycles : Cycles
        Of the same recording, with what its foot switches say.

    Returns
    -------
    Footsteps or None
        None if the recording has no foot switch, or no stride is used.
    """
    if not rec.switches or cycles.kind != "gait" or not cycles.used.any():
        return None
    first, last = _in_a_row(cycles)
    margin = MARGIN * (cycles.end_s[last] - cycles.start_s[first]) / (last - first + 1)
    start = max(float(cycles.start_s[first] - margin), 0.0)
    stop = min(float(cycles.end_s[last] + margin), rec.duration_s)
    seen = (cycles.start_s >= start) & (cycles.start_s <= stop)
    return replace(
        _stretch(rec, cycles.own_foot, cycles.refused, cycles.other_foot, start, stop),
        contact_s=cycles.start_s[seen],
        stride=tuple((np.flatnonzero(seen) + 1).tolist()),
        foot_off_s=cycles.foot_off_s[(cycles.foot_off_s >= start) & (cycles.foot_off_s <= stop)],
    )


def whole(rec: Recording, settings: GaitSettings) -> Footsteps | None:
    """Return the switches and states of a whole recording, without strides; None if it has no switch."""
    if not rec.switches:
        return None
    own, refused = _decoded(rec.switches, settings)
    other = _decoded(rec.opposite_switches, settings)[0] if rec.opposite_switches else None
    return _stretch(rec, own, refused, other, 0.0, rec.duration_s)


def _stretch(
    rec: Recording, own: Contacts | None, refused: str, other: Contacts | None, start: float, stop: float
) -> Footsteps:
    decoded = own or _NOTHING
    opposite = (other or _NOTHING) if rec.opposite_switches else _marked(rec)
    return Footsteps(
        trial=rec.trial,
        start_s=start,
        stop_s=stop,
        switches=tuple(
            _trace(switch, decoded.thresholds_v.get(site, ()), start, stop)
            for site, switch in rec.switches.items()
        ),
        states=_states(decoded, start, stop),
        opposite=_stances(opposite, start, stop),
        levels=decoded.levels,
        refused=refused,
    )


def _in_a_row(cycles: Cycles) -> tuple[int, int]:
    """Return the first and last of the longest row of used strides, at most `MAX_STRIDES` of them."""
    used = cycles.used
    goes_on = np.append(False, used[1:] & used[:-1] & (cycles.start_s[1:] == cycles.end_s[:-1]))
    first = np.flatnonzero(used & ~goes_on)
    count = np.diff(np.append(np.cumsum(used)[first] - 1, used.sum()))
    longest = int(np.argmax(np.minimum(count, MAX_STRIDES)))
    return int(first[longest]), int(first[longest] + min(count[longest], MAX_STRIDES) - 1)


def _decoded(switches: Mapping[str, Switch], settings: GaitSettings) -> tuple[Contacts | None, str]:
    """Return the contacts of one foot, or none and why its switches are refused."""
    try:
        return decode(switches, settings), ""
    except InputError as error:
        return None, str(error)


def _marked(rec: Recording) -> Contacts:
    """Return the events of the other foot that the recording holds."""
    other, events = OTHER[rec.side] if rec.side else None, rec.events
    return Contacts(
        contact_s=times_of(events, other, "foot_contact"),
        foot_off_s=times_of(events, other, "foot_off"),
    )


def _trace(switch: Switch, threshold_v: tuple[float, ...], start: float, stop: float) -> SwitchTrace:
    a, b = (round(at * switch.rate_hz) for at in (start, stop))
    return SwitchTrace(switch.site, switch.label, switch.rate_hz, switch.voltage_v[a:b].copy(), threshold_v)


def _states(decoded: Contacts, start: float, stop: float) -> tuple[tuple[float, float, str], ...]:
    """Return the states on the ground; where heel and forefoot are not told apart, the stances."""
    states = decoded.states
    if states is None:
        return tuple((a, b, "") for a, b in _stances(decoded, start, stop))
    ends = np.append(states.start_s[1:], states.end_s)
    return tuple(
        (max(float(a), start), min(float(b), stop), letter)
        for a, b, letter in zip(states.start_s, ends, states.state, strict=True)
        if letter != "S" and a < stop and b > start
    )


def _stances(contacts: Contacts, start: float, stop: float) -> tuple[tuple[float, float], ...]:
    """Return the stances in the stretch; one whose foot-off was missed is not drawn to the next contact."""
    contact, off = np.sort(contacts.contact_s), np.sort(contacts.foot_off_s)
    if off.size == 0:  # contacts alone tell no stance, nor that the last one lasts to the end
        return ()
    if not np.any(contact < off[0]):
        contact = np.append(-np.inf, contact)  # the foot stood before its first contact
    following = np.append(off, np.inf)[np.searchsorted(off, contact, side="right")]
    known = following <= np.append(contact[1:], np.inf)[: contact.size]
    return tuple(
        (max(float(a), start), min(float(b), stop))
        for a, b in zip(contact[known], following[known], strict=True)
        if a < stop and b > start
    )
