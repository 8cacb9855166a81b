"""The kinds of random walk: how the feet move, and how their switches are wired."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Range = tuple[float, float]
"""Lowest and highest value of what each walk draws for itself, evenly between them."""
Pattern = Literal["heel_first", "flat", "toe_first", "any"]
Fault = Literal["dead", "stuck", "not_wired", "floating", "hum", "inverted", "off_ladder"]


@dataclass(frozen=True, slots=True)
class Gait:
    """A way to walk.

    Attributes
    ----------
    stride_s : range
        Mean duration of a stride.
    measure : {"stance_part", "stance_s", "swing_s"}
        Whether `length` is the stance in parts of the stride, the stance in seconds, or the swing in seconds.
    length : range
    stride_cv : float
        Coefficient of variation of stride and stance from stride to stride.
    pattern : {"heel_first", "flat", "toe_first", "any"}
        In which order the sites touch the ground; "any" draws one for each stance.
    drag_probability : float
        Share of the swings in which the forefoot grazes the ground for 10 to 50 ms.
    """

    stride_s: Range
    measure: Literal["stance_part", "stance_s", "swing_s"]
    length: Range
    stride_cv: float = 0.03
    pattern: Pattern = "heel_first"
    drag_probability: float = 0.0


@dataclass(frozen=True, slots=True)
class Wiring:
    """What stands between the sole and the recorder.

    Attributes
    ----------
    layout : {"separate", "joined", "coded"}
        A channel for each switch, one channel for all, or one channel to which each closed switch adds volts.
    ladder_known : bool
        Whether the volts of the coded channel are known to who decodes it.
    sites : tuple of int
        Fewest and most sites of a coded channel.
    bounce_s : range
        For how long a closing or opening chatters; None for force cells, which do not chatter.
    rise_s : range or None
        For how long the voltage of a force cell rises and falls.
    sag : float
        Largest part of its voltage by which a force cell falls short of its highest: by one part in the whole
        stance, by another one in the middle of it.
    noise, hum, drift, offset : float
        Largest RMS of noise, of hum and of drift, and largest offset, in parts of the supply, or of the
        smallest step of a coded channel.
    supply_v : range
    rates_hz : tuple of float
        One of these is drawn.
    dropouts_hz : float
        Mean number of dropouts per second, 1 to 10 ms each, of one channel or of all.
    faults : tuple of Fault
        What is wrong with `n_faulty` of the channels, or with all of them.
    n_faulty : (fewest, most)
    all_faulty : bool
        The same fault in every channel: nothing can be decoded.
    """

    layout: Literal["separate", "joined", "coded"] = "separate"
    ladder_known: bool = True
    sites: tuple[int, int] = (2, 4)
    bounce_s: Range | None = (0.0005, 0.004)
    rise_s: Range | None = None
    sag: float = 0.0
    noise: float = 0.005
    hum: float = 0.003
    drift: float = 0.003
    offset: float = 0.02
    supply_v: Range = (3.0, 5.0)
    rates_hz: tuple[float, ...] = (1000.0, 1000.0, 1000.0, 2000.0, 1500.0, 1925.93)
    dropouts_hz: float = 0.0
    faults: tuple[Fault, ...] = ()
    n_faulty: tuple[int, int] = (0, 0)
    all_faulty: bool = False


@dataclass(frozen=True, slots=True)
class WalkKind:
    """One kind of random walk.

    Attributes
    ----------
    description : str
        One line.
    gaits : tuple of Gait
        One is drawn for the walk, or one for each of several stretches if `stretches` says so.
    wiring : Wiring
    stretches : (fewest, most)
        Number of stretches of the walk, each with its own gait.
    pauses : (fewest, most)
        Number of pauses, in which both feet stand for 1 to 8 s and the weight shifts.
    walk_s : range
        Duration of all strides together; there are at least six.
    """

    description: str
    gaits: tuple[Gait, ...]
    wiring: Wiring = Wiring()
    stretches: tuple[int, int] = (1, 1)
    pauses: tuple[int, int] = (0, 0)
    walk_s: Range = (22.0, 40.0)

    @property
    def decodable(self) -> bool:
        """Whether the contacts can be told from the channels; otherwise they have to be refused."""
        return not self.wiring.all_faulty


_FREE = Gait((0.95, 1.35), "stance_part", (0.58, 0.66))
_TOE = Gait((0.8, 1.3), "stance_part", (0.56, 0.66), stride_cv=0.05, pattern="toe_first")
_FLAT = Gait((0.9, 1.5), "stance_part", (0.6, 0.72), stride_cv=0.04, pattern="flat")
_SHUFFLING = Gait((0.5, 1.1), "swing_s", (0.12, 0.25), stride_cv=0.08, pattern="any", drag_probability=0.4)
_FAST = Gait((0.55, 0.85), "stance_part", (0.54, 0.6))
_RUNNING = Gait((0.4, 0.75), "stance_s", (0.12, 0.2))
_FOREFOOT_RUNNING = Gait((0.4, 0.75), "stance_s", (0.12, 0.2), pattern="toe_first")
_SLOW = Gait((1.6, 3.0), "stance_part", (0.64, 0.8), stride_cv=0.07)
_TURN = Gait((0.5, 0.9), "stance_part", (0.62, 0.74), stride_cv=0.2, pattern="any")

WALKS: Mapping[str, WalkKind] = types.MappingProxyType(
    {
        "free": WalkKind("strides of 0.95 to 1.35 s, heel first, four switches", (_FREE,)),
        "short": WalkKind(
            "two to six contacts, as a walkway holds", (_FREE, _FLAT, _TOE, _FAST, _SLOW), walk_s=(4.0, 7.0)
        ),
        "bounce": WalkKind(
            "every closing and opening chatters for 0.5 to 15 ms",
            (_FREE, _FLAT, _FAST),
            Wiring(bounce_s=(0.0005, 0.015)),
        ),
        "missing": WalkKind(
            "one or two of four switches dead, stuck closed or not wired",
            (_FREE, _FLAT, _SLOW, _FAST),
            Wiring(faults=("dead", "stuck", "not_wired"), n_faulty=(1, 2)),
        ),
        "one_faulty": WalkKind(
            "one of four switches floats, hums or is wired the wrong way round",
            (_FREE, _FLAT),
            Wiring(faults=("floating", "hum", "inverted"), n_faulty=(1, 1)),
        ),
        "joined": WalkKind(
            "all switches of the foot on one channel, in walking and running",
            (_FREE, _FLAT, _TOE, _RUNNING),
            Wiring(layout="joined"),
        ),
        "toe_walking": WalkKind("the toe touches first, the heel late or never", (_TOE,)),
        "flat_foot": WalkKind("the whole sole touches within some 15 ms", (_FLAT,)),
        "shuffling": WalkKind(
            "swings of 0.12 to 0.25 s, in which the forefoot grazes the ground", (_SHUFFLING,)
        ),
        "fast": WalkKind(
            "fast walking and running: strides of 0.4 to 0.85 s, stance down to 0.12 s",
            (_FAST, _RUNNING, _FOREFOOT_RUNNING),
        ),
        "slow": WalkKind("strides of 1.6 to 3 s", (_SLOW,)),
        "pauses": WalkKind(
            "one to three pauses of 1 to 8 s, in which the weight shifts",
            (_FREE, _FLAT, _SLOW),
            pauses=(1, 3),
        ),
        "turns": WalkKind(
            "stretches of free walking and of short, irregular steps", (_FREE, _TURN), stretches=(3, 5)
        ),
        "mixed": WalkKind(
            "three to six stretches of any of these gaits, with pauses, chatter and dropouts",
            (_FREE, _TOE, _FLAT, _SHUFFLING, _FAST, _RUNNING, _SLOW, _TURN),
            Wiring(bounce_s=(0.0005, 0.015), dropouts_hz=0.2, noise=0.01, hum=0.01),
            stretches=(3, 6),
            pauses=(0, 2),
        ),
        "voltage": WalkKind(
            "noise, hum, drift and offset; supply of 0.5 to 10 V",
            (_FREE, _FLAT, _FAST),
            Wiring(noise=0.04, hum=0.04, drift=0.04, offset=0.3, supply_v=(0.5, 10.0)),
        ),
        "force_cells": WalkKind(
            "force cells, whose voltage rises and falls over 10 to 30 ms",
            (_FREE, _FLAT, _TOE),
            Wiring(bounce_s=None, rise_s=(0.01, 0.03), noise=0.01),
        ),
        "sagging_cells": WalkKind(
            "force cells whose voltage differs from stance to stance and sags in the middle of each",
            (_FREE, _FLAT, _TOE),
            Wiring(bounce_s=None, rise_s=(0.01, 0.03), sag=0.3, noise=0.01),
        ),
        "dropouts": WalkKind(
            "dropouts of 1 to 10 ms, of one channel or of all", (_FREE, _FLAT), Wiring(dropouts_hz=1.0)
        ),
        "low_rate": WalkKind(
            "sampled at 100 to 500 Hz", (_FREE, _FLAT, _FAST), Wiring(rates_hz=(100.0, 200.0, 250.0, 500.0))
        ),
        "coded": WalkKind(
            "two to four switches on one coded channel of known levels",
            (_FREE, _FLAT, _TOE),
            Wiring(layout="coded", noise=0.05, hum=0.02, drift=0.02, offset=0.08),
        ),
        "coded_unknown": WalkKind(
            "two to four switches on one coded channel, whose levels are not known",
            (_FREE, _FLAT, _TOE),
            Wiring(layout="coded", ladder_known=False, noise=0.05, hum=0.02, drift=0.02, offset=0.08),
        ),
        "all_dead": WalkKind(
            "every switch dead or stuck", (_FREE,), Wiring(faults=("dead", "stuck"), all_faulty=True)
        ),
        "all_hum": WalkKind("hum only", (_FREE,), Wiring(faults=("hum",), all_faulty=True)),
        "all_floating": WalkKind("floating inputs", (_FREE,), Wiring(faults=("floating",), all_faulty=True)),
        "all_inverted": WalkKind(
            "every switch is wired the wrong way round: high while it is open",
            (_FREE, _FLAT, _TOE),
            Wiring(faults=("inverted",), all_faulty=True),
        ),
        "joined_inverted": WalkKind(
            "all switches on one channel, which is high while they are open",
            (_FREE, _FLAT, _TOE),
            Wiring(layout="joined", faults=("inverted",), all_faulty=True),
        ),
        "coded_off_ladder": WalkKind(
            "a coded channel whose levels are not those that are given",
            (_FREE, _FLAT, _TOE),
            Wiring(layout="coded", faults=("off_ladder",), all_faulty=True),
        ),
        "coded_inverted": WalkKind(
            "a coded channel of known levels, which is high while all switches are open",
            (_FREE, _FLAT, _TOE),
            Wiring(layout="coded", faults=("inverted",), all_faulty=True),
        ),
    }
)
"""The kinds, by name."""
