"""Foot switches: from voltages to foot contacts and foot-offs."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emgkit import sites
from emgkit.errors import InputError
from emgkit.gait.states import States
from emgkit.model import BoolArray, FloatArray, Switch
from emgkit.settings import GaitSettings

MIN_SPAN_V = 0.2
"""A switch whose two levels are closer than this is dead; the smallest ladder step is 0.25 V."""
MIN_AT_LEVEL = 0.8
"""Share of the samples near one of the levels; a switch is on or off, a floating input is neither."""
NEAR = 0.25
"""How near, in parts of the distance between two levels."""
CLOSE, RELEASE = 0.2, 0.1
"""A switch closes above and opens below these parts of its span. Low, because a force cell under the heel
rises over 20 to 30 ms, and the contact is where it begins to."""
MIN_CONTACTS = 2
MIN_LEVEL_SHARE = 0.005
"""A level that is held for less than this share of the recording is a transition."""


@dataclass(frozen=True, slots=True, eq=False)
class Contacts:
    """Foot contacts and foot-offs of one foot, in seconds, sorted."""

    contact_s: FloatArray
    foot_off_s: FloatArray
    notes: tuple[str, ...] = ()
    """What was merged or left out, and why."""
    used: tuple[str, ...] = ()
    """The channels that were decoded, as "site: label"."""
    left_out: tuple[str, ...] = ()
    """The channels that do not behave like a switch, as "site: label, why"."""
    levels: tuple[str, ...] = ()
    """The levels and thresholds of each channel that was decoded, one sentence a channel, in volts."""
    states: States | None = None
    """Heel and forefoot; None if their sites are not known or a channel was left out."""


def decode(switches: Mapping[str, Switch], settings: GaitSettings) -> Contacts:
    """Return the contacts of one foot from its separate switches or from its coded channel.

    The foot is on the ground while any switch is closed. Contact is the first closing of a stance, foot-off
    its last opening. Openings and closings shorter than `debounce_s` are bounce; openings shorter than
    `min_swing_s` lie within one stance; closings shorter than `min_stance_ratio` times the median stance are
    scuffs in swing. A channel that does not behave like a switch is left out, and a note says why, as long as
    another one does.

    Raises
    ------
    InputError
        If no channel behaves like a switch, or a coded one does not fit its ladder.
    """
    if not switches:
        raise InputError("there is no foot-switch channel to decode", accepted=sites.SITES)
    rates = {switch.rate_hz for switch in switches.values()}
    sizes = {switch.voltage_v.size for switch in switches.values()}
    if len(rates) > 1 or len(sizes) > 1:
        raise InputError("the foot switches of one foot have different rates", found=sorted(rates))
    rate_hz = rates.pop()
    closed, refused = _any_closed(switches, settings, sizes.pop())
    left_out = [
        f"{site}: {switches[site].label}, {error.what} ({error.found})" for site, error in refused.items()
    ]
    notes = [f"foot switch left out: {words}" for words in left_out]
    start, stop = _debounced(closed, settings.debounce_s * rate_hz)
    start, stop = _joined(start, stop, settings.min_swing_s * rate_hz)
    start, stop, scuffs = _without_scuffs(start, stop, closed.size, settings.min_stance_ratio)
    if scuffs.size:
        notes.append(
            f"{scuffs.size} closings shorter than {100 * settings.min_stance_ratio:g} % of the median stance "
            f"were taken for scuffs in swing; the first is at {scuffs[0] / rate_hz:.3f} s"
        )
    # a contact that was already there at the first sample, or still is at the last, has no such edge
    contacts = Contacts(
        contact_s=start[start > 0] / rate_hz,
        foot_off_s=stop[stop < closed.size] / rate_hz,
        notes=tuple(notes),
        used=tuple(f"{site}: {s.label}" for site, s in switches.items() if site not in refused),
        left_out=tuple(left_out),
    )
    if contacts.contact_s.size < MIN_CONTACTS:
        labels = ", ".join(switch.label for switch in switches.values())
        raise InputError(
            "the foot switches show too few contacts to make a cycle",
            where=labels,
            found=int(contacts.contact_s.size),
            accepted=f"at least {MIN_CONTACTS}",
            mend="check the channels with 'emgkit inspect', or give the file's events",
        )
    return contacts


def _any_closed(
    switches: Mapping[str, Switch], settings: GaitSettings, n_samples: int
) -> tuple[BoolArray, dict[str, InputError]]:
    """Tell for each sample whether any switch is closed, and for each site why it was left out."""
    closed = np.zeros(n_samples, dtype=np.bool_)
    refused: dict[str, InputError] = {}
    for site, switch in switches.items():
        try:
            if site != sites.CODED:
                closed |= _closed(switch)
            elif settings.coded_levels_v:
                closed |= _any_closed_on_ladder(switch, settings.coded_levels_v)
            else:
                closed |= _above_lowest_level(switch)
        except InputError as error:
            if len(switches) == 1:
                raise
            refused[site] = error
    if len(refused) == len(switches):
        raise next(iter(refused.values()))
    return closed, refused


def _refuse(switch: Switch, what: str, found: str) -> InputError:
    return InputError(
        f"the channel does not behave like a foot switch: {what}",
        where=switch.label,
        found=found,
        accepted="a voltage that changes between steady levels",
        mend="name the right channel with --switch, or use the file's events",
    )


def _span(switch: Switch) -> tuple[float, float]:
    """Return the lowest and the highest level; refuse a channel that holds only one."""
    low, high = np.quantile(switch.voltage_v, [0.02, 0.98])
    if high - low < MIN_SPAN_V:
        raise _refuse(switch, "it is dead", f"{high - low:.3g} V between its lowest and highest level")
    return float(low), float(high)


def _closed(switch: Switch) -> BoolArray:
    """Tell for each sample whether a separate switch is closed (its voltage is high)."""
    low, high = _span(switch)
    part = (switch.voltage_v - low) / (high - low)
    near = np.mean((np.abs(part) < NEAR) | (np.abs(part - 1) < NEAR))
    if near < MIN_AT_LEVEL:
        raise _refuse(switch, "it floats between two levels", f"{100 * near:.0f} % of the samples at a level")
    return _hysteresis(part, RELEASE, CLOSE)


def _hysteresis(part: FloatArray, down: float, up: float) -> BoolArray:
    """Return True from each rise above `up` to the next fall below `down`."""
    decided = np.where(part > up, 1, np.where(part < down, 0, -1))
    # between the two thresholds the last decision stands: carry its index forward
    index = np.maximum.accumulate(np.where(decided >= 0, np.arange(part.size), 0))
    return np.equal(decided[index], 1)


def _any_closed_on_ladder(switch: Switch, levels_v: Mapping[str, float]) -> BoolArray:
    """Tell whether any switch of a coded channel is closed, from the volts that each one adds."""
    _span(switch)
    weights = _checked_levels(levels_v)
    combos = (np.arange(2**weights.size)[:, None] >> np.arange(weights.size)) & 1
    ladder = combos @ weights
    order = np.argsort(ladder)
    middle = (ladder[order][1:] + ladder[order][:-1]) / 2
    place = np.searchsorted(middle, switch.voltage_v)
    step = float(np.min(np.diff(ladder[order])))
    fits = float(np.mean(np.abs(switch.voltage_v - ladder[order][place]) < NEAR * step))
    if fits < MIN_AT_LEVEL:
        raise InputError(
            "the coded foot switch does not fit its levels",
            where=switch.label,
            found=f"{100 * fits:.0f} % of the samples at one of {ladder.size} levels",
            accepted=f"at least {100 * MIN_AT_LEVEL:.0f} %",
            mend="check the volts that each switch adds (levels_v under [footswitch])",
        )
    closed: BoolArray = order[place] != 0
    return closed


def _checked_levels(levels_v: Mapping[str, float]) -> FloatArray:
    unknown = [name for name in levels_v if name not in sites.SEPARATE]
    values = np.array(list(levels_v.values()), dtype=np.float64)
    if unknown or values.size > 6:
        raise InputError("unknown foot-switch site", found=unknown, accepted=sites.SEPARATE)
    sums = ((np.arange(2**values.size)[:, None] >> np.arange(values.size)) & 1) @ values
    if np.any(values <= 0) or np.min(np.diff(np.sort(sums))) < 0.01:
        raise InputError(
            "the levels of the coded foot switch cannot be told apart",
            found=dict(levels_v),
            accepted="positive volts, all of whose sums differ, such as 0.5, 1, 2, 4",
        )
    return values


def _above_lowest_level(switch: Switch) -> BoolArray:
    """Tell for each sample of a coded channel without a ladder whether it is above its lowest level."""
    low, high = _span(switch)
    bins = 100
    edges = np.linspace(low - 0.05 * (high - low), high + 0.05 * (high - low), bins + 1)
    count, _ = np.histogram(switch.voltage_v, edges)
    occupied = count >= MIN_LEVEL_SHARE * switch.voltage_v.size
    first_free = int(np.argmin(occupied[np.argmax(occupied) :]) + np.argmax(occupied))
    above = np.flatnonzero(occupied[first_free:])
    if occupied[first_free] or above.size == 0:
        raise _refuse(switch, "its levels cannot be told apart", f"{low:.3g} to {high:.3g} V")
    threshold = float(edges[first_free] + edges[first_free + above[0]]) / 2
    above_it: BoolArray = switch.voltage_v > threshold
    return above_it


def _debounced(closed: BoolArray, shortest: float) -> tuple[FloatArray, FloatArray]:
    """Return start and stop samples of the closings; what is shorter than `shortest` is bounce."""
    change = np.diff(np.concatenate([[False], closed, [False]]).astype(np.int8))
    start = np.flatnonzero(change == 1).astype(np.float64)
    stop = np.flatnonzero(change == -1).astype(np.float64)
    # openings first: then the first closing of a bouncing make stays the contact
    start, stop = _joined(start, stop, shortest)
    long = (stop - start) >= shortest
    return start[long], stop[long]


def _joined(start: FloatArray, stop: FloatArray, shortest: float) -> tuple[FloatArray, FloatArray]:
    """Join closings between which the foot was off the ground for less than `shortest` samples."""
    keep = (start[1:] - stop[:-1]) >= shortest
    return start[np.append(True, keep)[: start.size]], stop[np.append(keep, True)[: stop.size]]


def _without_scuffs(
    start: FloatArray, stop: FloatArray, n_samples: int, ratio: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return start and stop of the stances, and the starts of the closings that are too short to be one."""
    whole = (start > 0) & (stop < n_samples)
    if not whole.any():
        return start, stop, start[:0]
    scuff = whole & (stop - start < ratio * np.median((stop - start)[whole]))
    return start[~scuff], stop[~scuff], start[scuff]
