"""Plans of a walk or of repeated movements: when feet touch and leave, when the muscle is on.

A position is continuous phase: 100 times the number of the cycle plus percent of the cycle. Cycle -1 is the
step out of quiet standing, of which only the swing is walked; the cycles 0 to n - 1 are whole; cycle n is the
last step, after which both feet stand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit import sites
from emgkit.model import FloatArray
from emgkit.simulation.motor_units import Bursts

WALK_START_S = 1.0
"""Quiet standing (or rest) before the first movement."""
TAIL_S = 0.8
"""Quiet standing (or rest) after the last movement, at least."""
STEP_OUT_PCT = 50.0
"""Phase of cycle -1 at which the walk begins."""
MIN_BURST_S = 0.03
MIN_GAP_S = 0.02
"""Bursts closer than this are one."""
BOUNCE_S = 0.004
BOUNCE_PARTS = (0.3, 1.0)
"""When a contact bounces, in parts of `BOUNCE_S`: not within the first millisecond."""
SWITCH_SITES = (sites.HEEL, sites.FIFTH_METATARSAL, sites.FIRST_METATARSAL, sites.TOE)
# When each switch closes and opens, in parts of stance, in the order of SWITCH_SITES
PATTERNS = {
    "typical": ((0.0, 0.58), (0.13, 0.93), (0.20, 0.97), (0.58, 1.0)),
    "flat_first": ((0.0, 0.55), (0.01, 0.93), (0.02, 0.97), (0.45, 1.0)),
    "toe_first": ((0.30, 0.52), (0.05, 0.93), (0.02, 0.97), (0.0, 1.0)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """What happens when; arrays in seconds, in order of time."""

    activity: str
    bounds_s: FloatArray
    """Walking: bounds of the cycles -1 to n, shape (n + 3,). Repetitions: starts, shape (n,)."""
    contact_s: FloatArray
    foot_off_s: FloatArray
    opposite_contact_s: FloatArray
    opposite_foot_off_s: FloatArray
    bursts: Bursts
    duration_s: float
    """Length of the recording in whole seconds."""


def _spread(rng: np.random.Generator, sd: float, size: int | tuple[int, ...]) -> FloatArray:
    """Draw Gaussian deviations; a deviate beyond 2.5 SD is set to 2.5 SD."""
    return np.asarray(sd * np.clip(rng.standard_normal(size), -2.5, 2.5), dtype=np.float64)


def _levels(rng: np.random.Generator, size: int, level: float, level_sd: float) -> FloatArray:
    return np.clip(level * (1 + _spread(rng, level_sd, size)), 0.02, 1.0)


def _merged(onset: FloatArray, offset: FloatArray, level: FloatArray) -> Bursts:
    """Put bursts in order, join those that meet, and leave out those that are too short to be one."""
    keep = offset - onset >= MIN_BURST_S
    order = np.argsort(onset[keep], kind="stable")
    onset, offset, level = (a[keep][order] for a in (onset, offset, level))
    reach = np.maximum.accumulate(offset) if offset.size else offset
    head = np.ones(onset.size, dtype=np.bool_)
    head[1:] = onset[1:] - reach[:-1] >= MIN_GAP_S
    tail = np.append(head[1:], True)[: head.size]
    return Bursts(onset[head], reach[tail], level[head])


def plan_walk(
    *,
    n_cycles: int,
    cycle_s: float,
    cycle_sd_s: float,
    foot_off_pct: float,
    foot_off_sd_pct: float,
    bursts_pct: tuple[tuple[float, float], ...],
    edge_sd_pct: float,
    level: float,
    level_sd: float,
    rng: np.random.Generator,
) -> Plan:
    """Draw a walk of `n_cycles` whole gait cycles between two spells of quiet standing."""
    durations = np.maximum(cycle_s + _spread(rng, cycle_sd_s, n_cycles + 2), 0.4 * cycle_s)
    first_contact = WALK_START_S + durations[0] * (1 - STEP_OUT_PCT / 100)
    bounds = first_contact - durations[0] + np.concatenate([[0.0], np.cumsum(durations)])
    position = 100.0 * np.arange(-1, n_cycles + 2)

    def moment(at: FloatArray) -> FloatArray:
        return np.asarray(np.interp(at, position, bounds), dtype=np.float64)

    # The limits keep one foot on the ground whatever the spread
    foot_off = np.clip(foot_off_pct + _spread(rng, foot_off_sd_pct, n_cycles + 1), 51, 90)
    opposite_contact = 50 + _spread(rng, foot_off_sd_pct, n_cycles + 1)
    opposite_contact = np.clip(opposite_contact, 40, np.append(foot_off[1:], 90) - 0.5)
    opposite_off = foot_off_pct - 50 + _spread(rng, foot_off_sd_pct, n_cycles + 1)
    opposite_off = np.clip(opposite_off, 0.5, 38)
    jitter = _spread(rng, edge_sd_pct, (n_cycles + 1, len(bursts_pct), 2))
    nominal = np.array(bursts_pct, dtype=np.float64).reshape(len(bursts_pct), 2)
    edges = (nominal + position[:-2, None, None] + jitter).reshape(-1, 2)
    start = STEP_OUT_PCT - 100
    onset, offset = moment(np.maximum(edges[:, 0], start)), moment(edges[:, 1])
    # what began before the first step is kept only if enough of it is left to be a burst
    whole = (edges[:, 0] >= start) | (offset - onset >= 0.1)
    bursts = _merged(onset[whole], offset[whole], _levels(rng, edges.shape[0], level, level_sd)[whole])
    last = max(moment(np.array([100.0 * n_cycles + 55]))[0], bursts.offset_s.max(initial=0.0))
    return Plan(
        activity="walking",
        bounds_s=bounds,
        contact_s=bounds[1:-1],
        foot_off_s=moment(position[:-2] + foot_off),
        opposite_contact_s=moment(position[1:-1] + opposite_contact),
        opposite_foot_off_s=moment(position[1:-1] + opposite_off),
        bursts=bursts,
        duration_s=float(np.ceil(last + TAIL_S)),
    )


def plan_repetitions(
    *,
    n_cycles: int,
    cycle_s: float,
    cycle_sd_s: float,
    pause_s: float,
    bursts_pct: tuple[tuple[float, float], ...],
    edge_sd_pct: float,
    level: float,
    level_sd: float,
    rng: np.random.Generator,
) -> Plan:
    """Draw `n_cycles` repetitions with pauses between; pauses differ by some 10 %."""
    durations = np.maximum(cycle_s + _spread(rng, cycle_sd_s, n_cycles), 0.4 * cycle_s)
    pauses = pause_s * (1 + _spread(rng, 0.1, n_cycles))
    start = WALK_START_S + np.concatenate([[0.0], np.cumsum(durations + pauses)[:-1]])
    nominal = np.array(bursts_pct, dtype=np.float64).reshape(len(bursts_pct), 2)
    edges = nominal + _spread(rng, edge_sd_pct, (n_cycles, len(bursts_pct), 2))
    edges = np.clip(edges, 0, 100)
    times = (start[:, None, None] + edges / 100 * durations[:, None, None]).reshape(-1, 2)
    none = np.zeros(0)
    return Plan(
        activity="repetitions",
        bounds_s=start,
        contact_s=start,
        foot_off_s=start + durations,
        opposite_contact_s=none,
        opposite_foot_off_s=none,
        bursts=_merged(times[:, 0], times[:, 1], _levels(rng, times.shape[0], level, level_sd)),
        duration_s=float(np.ceil(start[-1] + durations[-1] + TAIL_S)),
    )


def switch_states(
    plan: Plan, *, pattern: str, rate_hz: float, n_samples: int, rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Return 1 where a switch is closed and 0 where it is open, shape (n_samples,), by site.

    The first switch of a stance closes at the foot contact and the last opens at the foot-off, to the
    sample (at 1000 Hz or more). Every make and break bounces: a short opposite state within `BOUNCE_S`. A
    decoder that takes the last opening of a bounce as the foot-off is that much late.
    """
    time = np.arange(n_samples) / rate_hz
    contact = np.concatenate([[np.nan], plan.contact_s])  # the foot already stands in cycle -1
    foot_off = np.append(plan.foot_off_s, np.nan)  # and still stands after the last contact
    nominal_off = plan.bounds_s[:-1] + 0.62 * np.diff(plan.bounds_s)
    begin = np.where(np.isnan(contact), plan.bounds_s[:-1], contact)
    stance = np.where(np.isnan(foot_off), nominal_off, foot_off) - begin
    states = {}
    for site, (make, release) in zip(SWITCH_SITES, PATTERNS[pattern], strict=True):
        parts = []
        for part, at in ((make, contact), (release, foot_off)):
            loose = 0.0 if part in (0.0, 1.0) else 0.012
            # parts just beside 0 stay behind it: no switch may precede the contact
            where = np.clip(part + _spread(rng, loose, stance.size), min(part, 0.005), max(part, 0.995))
            changes = (begin + where * stance)[~np.isnan(at)]
            bounce = np.sort(rng.uniform(*BOUNCE_PARTS, (changes.size, 2)), axis=1) * BOUNCE_S
            parts.append((changes[:, None] + np.column_stack([np.zeros(changes.size), bounce])).ravel())
        toggles = np.sort(np.concatenate(parts))
        # closed at the start, and every toggle changes the state
        states[site] = 1 - (np.searchsorted(toggles, time, side="right") % 2).astype(np.float64)
    return states
