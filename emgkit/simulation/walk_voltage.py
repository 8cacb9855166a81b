"""Voltage of the foot switches of a planned walk: chatter, soft rise, disturbances, wiring and faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emgkit import sites
from emgkit.model import FloatArray, Switch, frozen
from emgkit.simulation import noise
from emgkit.simulation.gait import SWITCH_SITES
from emgkit.simulation.walk_kinds import Fault, Range, Wiring
from emgkit.simulation.walk_plan import FootPlan
from emgkit.simulation.walk_spans import EMPTY, holds

LABELS = {
    sites.HEEL: "FSW_HEEL",
    sites.FIFTH_METATARSAL: "FSW_5MT",
    sites.FIRST_METATARSAL: "FSW_1MT",
    sites.TOE: "FSW_TOE",
    sites.CONTACT: "FSW",
    sites.CODED: "FSW_CODED",
}
MOST_BOUNCES = 5
REBOUND = 0.6
"""Each bounce is this much shorter than the one before."""
STEP_V = (0.25, 0.6)
"""Smallest step of a coded channel."""
TOP_V = 10.0
DROPOUT_S = (0.001, 0.01)
WHOLE_DROPOUT = 0.3
"""Share of the dropouts that take all channels of the foot at once."""
DEAD_NOISE_V = 0.01
HUM_HZ = (50.0, 60.0)


@dataclass(frozen=True, slots=True, eq=False)
class FootWiring:
    """How the switches of one foot are wired, as it was drawn.

    Attributes
    ----------
    rate_hz, supply_v : float
    working : tuple of site
        The switches whose closing can be seen.
    faults : mapping of site (of a channel) to Fault
    volts : mapping of site to float
        What each switch adds to a coded channel; empty if there is none.
    given_v : mapping of site to float
        What is said that it adds.
    """

    rate_hz: float
    supply_v: float
    working: tuple[str, ...]
    faults: Mapping[str, Fault]
    volts: Mapping[str, float]
    given_v: Mapping[str, float]


def draw_wiring(wiring: Wiring, rate_hz: float, supply_v: float, rng: np.random.Generator) -> FootWiring:
    """Draw which switches work, what is wrong with the others, and the ladder of a coded channel."""
    order = [SWITCH_SITES[i] for i in rng.permutation(len(SWITCH_SITES))]
    drawn: list[Fault] = [wiring.faults[i] for i in rng.permutation(len(wiring.faults))]
    n_faulty = int(rng.integers(wiring.n_faulty[0], wiring.n_faulty[1] + 1))
    faults: dict[str, Fault] = dict(zip(order[:n_faulty], drawn, strict=False))
    working = _in_order(order[n_faulty:])
    volts: dict[str, float] = {}
    if wiring.layout == "coded":
        working = _in_order(order[: int(rng.integers(wiring.sites[0], wiring.sites[1] + 1))])
        volts = _draw_ladder(working, rng)
    given = volts
    if wiring.all_faulty:
        channels = {"coded": (sites.CODED,), "joined": (sites.CONTACT,)}.get(wiring.layout, SWITCH_SITES)
        faults = dict.fromkeys(channels, drawn[0])
    if sites.CODED in faults and faults[sites.CODED] == "off_ladder":
        factor = rng.uniform(0.6, 0.8) if rng.random() < 0.5 else rng.uniform(1.25, 1.45)
        given = {site: factor * value for site, value in volts.items()}
    return FootWiring(rate_hz, supply_v, working, faults, volts, given)


def _in_order(chosen: list[str]) -> tuple[str, ...]:
    return tuple(site for site in SWITCH_SITES if site in chosen)


def _draw_ladder(working: tuple[str, ...], rng: np.random.Generator) -> dict[str, float]:
    """Return volts of which each exceeds the sum of all smaller ones by at least one step."""
    volts: list[float] = []
    for extra in rng.uniform(1.0, 1.5, len(working)):
        volts.append(sum(volts) + extra)
    step = min(rng.uniform(*STEP_V), TOP_V / sum(volts))
    return {
        working[i]: float(step * volt) for i, volt in zip(rng.permutation(len(volts)), volts, strict=True)
    }


def switches_of(
    plan: FootPlan, wiring: Wiring, foot: FootWiring, duration_s: float, rng: np.random.Generator
) -> dict[str, Switch]:
    """Return the channels of one foot, by site."""
    time = np.arange(round(duration_s * foot.rate_hz)) / foot.rate_hz
    waves = {site: _wave(plan.closed_s[site], time, wiring, rng) for site in SWITCH_SITES}
    if wiring.layout == "coded":
        clean = {sites.CODED: sum((v * waves[site] for site, v in foot.volts.items()), np.zeros(time.size))}
        scale, top = min(foot.volts.values()), sum(foot.volts.values())
    elif wiring.layout == "joined":
        clean = {sites.CONTACT: foot.supply_v * np.maximum.reduce(list(waves.values()))}
        scale = top = foot.supply_v
    else:
        clean = {
            site: foot.supply_v * wave for site, wave in waves.items() if foot.faults.get(site) != "not_wired"
        }
        scale = top = foot.supply_v
    whole = _dropouts(WHOLE_DROPOUT * wiring.dropouts_hz, duration_s, rng)
    single_hz = (1 - WHOLE_DROPOUT) * wiring.dropouts_hz / len(clean)
    channels = {}
    for site, volts in clean.items():
        lost = holds(whole, time) | holds(_dropouts(single_hz, duration_s, rng), time)
        volts = _faulty(np.where(lost, 0.0, volts), foot.faults.get(site), top, foot.rate_hz, rng)
        volts = volts + _disturbance(time.size, scale, wiring, foot.rate_hz, rng)
        channels[site] = Switch(site, LABELS[site], frozen(volts), foot.rate_hz)
    return channels


def _wave(spans: FloatArray, time: FloatArray, wiring: Wiring, rng: np.random.Generator) -> FloatArray:
    """Return 0 where a switch is open, 1 where it is closed or a force cell at its highest; (n_samples,)."""
    if wiring.bounce_s is not None:
        spans = _chattering(spans, wiring.bounce_s, rng)
    if wiring.rise_s is None:
        return holds(spans, time).astype(np.float64)
    lower, sag = wiring.sag * rng.random((2, len(spans) + 1))
    spans = np.concatenate([spans, [[time[-1] + 1, time[-1] + 2]]])  # after the last
    rise, fall = rng.uniform(*wiring.rise_s, (2, len(spans)))
    at = np.searchsorted(spans[:-1, 1], time)  # the span that a time lies in, or the next one
    since, until = time - spans[at, 0], spans[at, 1] - time
    up, down = np.clip(since / rise[at], 0, 1), np.clip(until / fall[at], 0, 1)
    middle = np.sin(np.pi * np.clip(since / np.diff(spans[at])[:, 0], 0, 1)) ** 2
    load = (1 - lower[at]) * (1 - sag[at] * middle)
    return np.asarray(load * np.sin(np.pi / 2 * up) ** 2 * np.sin(np.pi / 2 * down) ** 2)


def _chattering(spans: FloatArray, bounce_s: Range, rng: np.random.Generator) -> FloatArray:
    """Return what is closed of spans whose two ends chatter.

    Like a ball, a contact that closes rebounds up to five times, each time for a shorter while; one that
    opens does the same backwards. A span keeps its start and its end: it starts with the first closing and
    ends with the last opening.
    """
    start, stop = spans[:, 0], spans[:, 1]
    toggles = []
    for _ in range(2):
        parts = rng.uniform(0.3, 1.0, (start.size, MOST_BOUNCES, 2)) * (0.5, 1.0)  # closed, open
        parts *= REBOUND ** np.arange(MOST_BOUNCES)[:, None]
        used = np.arange(MOST_BOUNCES) < rng.integers(1, MOST_BOUNCES + 1, start.size)[:, None]
        parts = (parts * used[..., None]).reshape(start.size, 2 * MOST_BOUNCES)
        shortest, longest = np.log(bounce_s)
        length = np.exp(rng.uniform(shortest, longest, start.size))
        length = np.minimum(length, (stop - start) / 3)
        toggles.append(length[:, None] * np.cumsum(parts, axis=1) / parts.sum(axis=1, keepdims=True))
    pieces = np.column_stack(
        [start, start[:, None] + toggles[0], stop[:, None] - toggles[1][:, ::-1], stop]
    ).reshape(-1, 2)
    return pieces[pieces[:, 1] > pieces[:, 0]]


def _dropouts(per_s: float, duration_s: float, rng: np.random.Generator) -> FloatArray:
    if per_s == 0:
        return EMPTY
    start = np.sort(rng.uniform(0, duration_s, rng.poisson(per_s * duration_s)))
    return np.column_stack([start, np.sort(start + rng.uniform(*DROPOUT_S, start.size))])


def _faulty(
    volts: FloatArray, fault: Fault | None, top_v: float, rate_hz: float, rng: np.random.Generator
) -> FloatArray:
    """Return the voltage of a channel with a fault; `top_v` is its highest."""
    n = volts.size
    if fault == "inverted":
        return top_v - volts
    if fault in ("dead", "stuck"):
        level = rng.uniform(-0.1, 0.1) if fault == "dead" else top_v
        return np.asarray(level + DEAD_NOISE_V * rng.standard_normal(n))
    mains = float(rng.choice(HUM_HZ))
    if fault == "hum":
        return rng.uniform(-1, 1) + noise.hum(n, rate_hz, rng.uniform(0.2, 1.5), mains, rng)
    if fault == "floating":
        wander = noise.drift(n, rate_hz, rng.uniform(0.5, 1.5), rng)
        return wander + noise.hum(n, rate_hz, rng.uniform(0.1, 0.5), mains, rng)
    return volts


def _disturbance(
    n: int, scale_v: float, wiring: Wiring, rate_hz: float, rng: np.random.Generator
) -> FloatArray:
    largest = (wiring.offset, wiring.hum, wiring.drift, wiring.noise)
    offset, hum, drift, white = np.array(largest) * rng.random(4)
    offset *= rng.choice([-1.0, 1.0])
    total = scale_v * (offset + white * rng.standard_normal(n))
    total += noise.hum(n, rate_hz, scale_v * hum, float(rng.choice(HUM_HZ)), rng)
    total += noise.drift(n, rate_hz, scale_v * drift, rng)
    return np.asarray(total)
