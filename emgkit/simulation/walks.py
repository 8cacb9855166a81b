"""Random walks: foot switches of both feet with known contacts, to judge what decodes them.

What contact means is physical, and not what any decoder does: see `random_walk`.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from emgkit.model import Switch
from emgkit.simulation import arguments
from emgkit.simulation.walk_kinds import WALKS, Fault
from emgkit.simulation.walk_plan import FootPlan, plan_walk
from emgkit.simulation.walk_voltage import draw_wiring, switches_of

# Streams of random numbers, so that what one of them draws leaves the others as they are
_WIRING, _OPPOSITE_WIRING, _PLAN, _VOLTAGE, _OPPOSITE_VOLTAGE = range(5)


@dataclass(frozen=True, slots=True, eq=False)
class Foot:
    """One foot of a random walk: its switches, and what they have to tell.

    Attributes
    ----------
    switches : mapping of site to Switch
    plan : FootPlan
        Contacts, foot-offs, drags and contact states.
    faults : mapping of site to str
        What is wrong with a channel; a site that is "not_wired" has none.
    working : tuple of site
        The switches whose closing can be seen.
    levels_v : mapping of site to volts, or None
        What each closed switch is said to add to the coded channel, for the setting `coded_levels_v`.
    """

    switches: Mapping[str, Switch] = field(repr=False)
    plan: FootPlan = field(repr=False)
    faults: Mapping[str, Fault]
    working: tuple[str, ...]
    levels_v: Mapping[str, float] | None


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """A random walk with its truth.

    Attributes
    ----------
    kind : str
        Key of `WALKS`.
    seed : int
    rate_hz, duration_s : float
    foot : Foot
    opposite : Foot or None
        The other foot, if it was asked for.
    decodable : bool
        Whether the contacts can be told from the channels; otherwise they have to be refused.
    """

    kind: str
    seed: int
    rate_hz: float
    duration_s: float
    foot: Foot
    opposite: Foot | None
    decodable: bool


def random_walk(kind: str, *, seed: int = 0, opposite: bool = False) -> Walk:
    """Draw a walk of some 15 to 50 s with foot switches.

    A **contact** is the moment at which the first switch of a stance begins to close, after the foot was off
    the ground for at least 0.12 s; a **foot-off** is the moment at which the last switch
    of a stance opens for good, before as long a swing. Between them the foot stands, however often single
    switches open and close under it. A swing may hold *drags*, in which the forefoot grazes the ground for 10
    to 50 ms, 50 ms or more away from both stances: they are no contacts. Contact and foot-off are those of
    the switches that work; where the heel's is dead, contact is that of the next site.

    The moments are drawn as real numbers, before any switch is sampled. Chatter of a switch that closes
    follows its first closing, chatter of one that opens precedes its last opening; the voltage of a force
    cell leaves its level at the contact and is back at the foot-off.

    A recording begins and ends in standing or anywhere in a stride, but no closer than 50 ms to an event.

    Parameters
    ----------
    kind : str
        One of `WALKS`.
    seed : int
        The same kind and seed give the same walk.
    opposite : bool
        Whether the other foot's switches are wanted, too. The foot itself stays the same.

    Raises
    ------
    InputError
        If there is no such kind, or the seed is none.

    Examples
    --------
    >>> walk = random_walk("free", seed=1)
    >>> bool(abs(walk.foot.plan.contact_s[0] - walk.foot.plan.closed_s["heel"][:, 0]).min() == 0)
    True
    """
    arguments.check_choice("kind", kind, tuple(WALKS))
    arguments.check_seed("seed", seed)
    chosen = WALKS[kind]

    def stream(number: int) -> np.random.Generator:
        return np.random.default_rng([seed, number])

    rng = stream(_WIRING)
    rate = float(rng.choice(chosen.wiring.rates_hz))
    supply = float(rng.uniform(*chosen.wiring.supply_v))
    wirings = [draw_wiring(chosen.wiring, rate, supply, one) for one in (rng, stream(_OPPOSITE_WIRING))]
    *plans, duration = plan_walk(chosen, (wirings[0].working, wirings[1].working), stream(_PLAN))
    feet = []
    for plan, wiring, number in zip(plans, wirings, (_VOLTAGE, _OPPOSITE_VOLTAGE), strict=True):
        known = chosen.wiring.ladder_known and wiring.given_v
        if number == _VOLTAGE or opposite:
            feet.append(
                Foot(
                    switches=types.MappingProxyType(
                        switches_of(plan, chosen.wiring, wiring, duration, stream(number))
                    ),
                    plan=plan,
                    faults=types.MappingProxyType(wiring.faults),
                    working=wiring.working,
                    levels_v=types.MappingProxyType(wiring.given_v) if known else None,
                )
            )
    return Walk(
        kind=kind,
        seed=seed,
        rate_hz=rate,
        duration_s=duration,
        foot=feet[0],
        opposite=feet[1] if opposite else None,
        decodable=chosen.decodable,
    )
