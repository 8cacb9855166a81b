"""Foot switches: from voltages to foot contacts, foot-offs and contact states."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from emgkit import sites
from emgkit.errors import InputError
from emgkit.found import Contacts, States
from emgkit.gait import ladder, levels, plausibility, stances
from emgkit.gait.refusals import SAY_WHICH, refusal
from emgkit.gait.runs import Runs, debounced, in_any, runs_of
from emgkit.gait.states import from_closed
from emgkit.model import Switch
from emgkit.settings import GaitSettings

MIN_CONTACTS = 2


@dataclass(slots=True)
class _Foot:
    """What is known of the channels of one foot while they are decoded."""

    channels: Mapping[str, Switch]
    closed: dict[str, Runs] = field(default_factory=dict)
    """Debounced, by site; a coded channel with a ladder gives one for each of its sites."""
    levels: list[str] = field(default_factory=list)
    thresholds_v: dict[str, tuple[float, ...]] = field(default_factory=dict)
    refused: dict[str, InputError] = field(default_factory=dict)
    """Why a channel, or a site of a coded one, is left out."""

    def label(self, site: str) -> str:
        """Return the label of the channel that a site stands on."""
        return self.channels[site if site in self.channels else sites.CODED].label

    def leave_out(self, site: str, error: InputError) -> None:
        self.closed.pop(site, None)
        self.refused[site] = error


def decode(switches: Mapping[str, Switch], settings: GaitSettings) -> Contacts:
    """Return the contacts of one foot from its separate switches or from its coded channel.

    The foot is on the ground while any switch is closed. Contact is the first closing of a stance, foot-off
    its last opening; a contact that was there at the first sample, or lasts to the last, has no such edge.
    A heel switch alone tells no foot-off: its opening is the rise of the heel. What is bounce, swing and
    scuff: `emgkit.gait.stances.find`. A channel that does not behave like a switch is left out, and a note
    says why, as long as another one does.

    Parameters
    ----------
    switches : mapping of site to Switch
        All of one foot, with the same rate and length.
    settings : GaitSettings

    Returns
    -------
    Contacts

    Raises
    ------
    InputError
        If no channel behaves like a switch, a coded one does not fit its ladder, the switches together show
        what no foot can do (one is inverted, and it cannot be told which), or there are too few contacts.
    """
    rate_hz, size = _one_rate(switches)
    foot = _decoded(switches, settings)
    asked = settings.inverted_switches is None
    stuck = plausibility.stuck(foot.closed, size, rate_hz, settings.min_swing_s)
    foot.closed = plausibility.without(foot.closed, stuck, size)
    if asked:
        _leave_out_inverted(foot, size, rate_hz, settings.min_swing_s)
    if not foot.closed:
        raise _none_left(foot)
    found = stances.find(
        in_any(list(foot.closed.values())),
        size,
        rate_hz,
        debounce_s=settings.debounce_s,
        min_swing_s=settings.min_swing_s,
        min_stance_s=settings.min_stance_s,
        min_stance_ratio=settings.min_stance_ratio,
    )
    states = _states(foot, found, stuck, size, rate_hz, settings.debounce_s)
    if asked and (
        wrong := plausibility.wrong_way_round(foot.closed, (found.start, found.stop), states, size, rate_hz)
    ):
        raise refusal(_labels(switches), *wrong, mend=SAY_WHICH)
    # a change lies between two samples
    contact_s = np.asarray((found.start[found.start > 0] - 0.5) / rate_hz)
    foot_off_s = np.asarray((found.stop[found.stop < size] - 0.5) / rate_hz)
    if set(foot.closed) == {sites.HEEL}:
        foot_off_s = foot_off_s[:0]
    if contact_s.size < MIN_CONTACTS:
        raise InputError(
            "the foot switches show too few contacts to make a cycle",
            where=_labels(switches),
            found=int(contact_s.size),
            accepted=f"at least {MIN_CONTACTS}",
            mend="check the channels with 'emgkit inspect', or give the file's events",
        )
    left_out = [f"{site}: {foot.label(site)}, {e.what} ({e.found})" for site, e in foot.refused.items()]
    left_out += [
        f"{site}: {foot.label(site)}, {_spell(span, rate_hz)}" for site in stuck for span in stuck[site]
    ]
    return Contacts(
        contact_s=contact_s,
        foot_off_s=foot_off_s,
        notes=(
            *(f"foot switch left out: {words}" for words in left_out),
            *_sites_note(foot),
            *_scuff_note(found, rate_hz),
        ),
        used=tuple(f"{site}: {s.label}" for site, s in switches.items() if site not in foot.refused),
        left_out=tuple(left_out),
        levels=tuple(foot.levels),
        thresholds_v=foot.thresholds_v,
        states=states,
    )


def _one_rate(switches: Mapping[str, Switch]) -> tuple[float, int]:
    if not switches:
        raise InputError("there is no foot-switch channel to decode", accepted=sites.SITES)
    rates = {switch.rate_hz for switch in switches.values()}
    sizes = {switch.voltage_v.size for switch in switches.values()}
    if len(rates) > 1 or len(sizes) > 1:
        raise InputError("the foot switches of one foot have different rates", found=sorted(rates))
    return rates.pop(), sizes.pop()


def _decoded(switches: Mapping[str, Switch], settings: GaitSettings) -> _Foot:
    """Decode each channel by itself."""
    foot = _Foot(switches)
    for site, switch in switches.items():
        try:
            by_site, sentence, foot.thresholds_v[site] = _channel(switch, settings)
        except InputError as error:
            if len(switches) == 1:
                raise
            foot.leave_out(site, error)
            continue
        foot.levels.append(f"{site}: {switch.label}, {sentence}")
        for own, closed in by_site.items():
            runs = debounced(closed, switch.voltage_v.size, settings.debounce_s * switch.rate_hz)
            if runs[0].size == 0:
                foot.leave_out(own, refusal(switch, f"its {own} never closes", sentence))
            elif (runs[1] - runs[0])[0] == switch.voltage_v.size:
                broken = refusal(
                    switch, f"its {own} never opens: stuck or inverted", sentence, mend=SAY_WHICH
                )
                if settings.inverted_switches is None:  # then all of the channel would be inverted
                    raise broken
                foot.leave_out(own, broken)
            else:
                # a separate and a coded channel may hold the same site
                foot.closed[own] = in_any([runs, foot.closed[own]]) if own in foot.closed else runs
    if not foot.closed:
        raise _none_left(foot)
    return foot


def _channel(switch: Switch, settings: GaitSettings) -> tuple[dict[str, Runs], str, tuple[float, ...]]:
    """Return when each site on a channel is closed, the sentence on its levels, and its thresholds."""
    inverted = switch.site in (settings.inverted_switches or ())
    if switch.site != sites.CODED:
        closed, found = levels.separate(
            switch,
            shortest_s=settings.debounce_s,
            threshold_v=(settings.thresholds_v or {}).get(switch.site),
            inverted=inverted,
        )
        return {switch.site: closed}, str(found), (found.closes_v, found.opens_v)
    if settings.coded_levels_v:
        by_site, sentence = ladder.on_ladder(switch, settings.coded_levels_v, inverted=inverted)
    else:
        any_closed, sentence = ladder.without_ladder(switch, inverted=inverted)
        by_site = {sites.CODED: any_closed}
    return {site: runs_of(here) for site, here in by_site.items()}, sentence, ()


def _leave_out_inverted(foot: _Foot, size: int, rate_hz: float, min_swing_s: float) -> None:
    while found := plausibility.inverted_one(foot.closed, size, rate_hz, min_swing_s):
        site, why = found
        if not site:
            what = "one is high while it is open, and it cannot be told which"
            raise refusal(_labels(foot.channels), what, why, mend=SAY_WHICH)
        error = refusal(foot.label(site), "it is inverted, high while it is open", why, mend=SAY_WHICH)
        foot.leave_out(site, error)


def _states(
    foot: _Foot,
    found: stances.Stances,
    stuck: Mapping[str, tuple[plausibility.Stuck, ...]],
    size: int,
    rate_hz: float,
    shortest_s: float,
) -> States | None:
    """Return the states of heel and forefoot, or None if the switches that are left do not tell them."""
    forefoot = [runs for site, runs in foot.closed.items() if site in sites.FOREFOOT]
    known = set(foot.closed) <= {sites.HEEL, *sites.FOREFOOT}
    if foot.refused or not known or sites.HEEL not in foot.closed or not forefoot:
        return None
    spells = [(span.start, span.stop) for spans in stuck.values() for span in spans]
    return from_closed(
        foot.closed[sites.HEEL],
        in_any(forefoot),
        (found.start, found.stop),
        size=size,
        rate_hz=rate_hz,
        shortest_s=shortest_s,
        unknown=spells,
    )


def _labels(switches: Mapping[str, Switch]) -> str:
    return ", ".join(switch.label for switch in switches.values())


def _none_left(foot: _Foot) -> InputError:
    reasons = "; ".join(
        f"{site}: {foot.label(site)}, {e.what} ({e.found})" for site, e in foot.refused.items()
    )
    return refusal(_labels(foot.channels), "none of the channels does", reasons)


def _spell(span: plausibility.Stuck, rate_hz: float) -> str:
    """Say from when to when a switch is stuck."""
    held, others = ("closed", "open and close") if span.closed else ("open", "close")
    return (
        f"stuck {held} from {span.start / rate_hz:.1f} to {span.stop / rate_hz:.1f} s, while the others "
        f"{others} {span.n_others} times; left out there"
    )


def _sites_note(foot: _Foot) -> tuple[str, ...]:
    """Say what contact and foot-off are where one end of the foot has no switch."""
    known = set(foot.closed)
    if known == {sites.HEEL}:
        return (
            "no switch but that under the heel tells of this foot: its opening is the rise of the heel, and "
            "foot-off is not determinable",
        )
    if known <= set(sites.FOREFOOT) and sites.HEEL not in foot.refused:
        return (
            "no switch under the heel tells of this foot: where the heel touches first, contact is late here "
            "and every percentage shifted",
        )
    return ()


def _scuff_note(found: stances.Stances, rate_hz: float) -> tuple[str, ...]:
    if found.scuff.size == 0:
        return ()
    return (
        f"{found.scuff.size} closings were taken for scuffs in swing, too short for a stance; the first is "
        f"at {found.scuff[0] / rate_hz:.3f} s",
    )
