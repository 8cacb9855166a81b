"""Plan of a random walk: when each site under both feet touches and leaves the ground.

Everything is drawn as the feet move; the switches, their chatter and the sampling come later, in
`emgkit.simulation.walk_voltage`, and do not change the plan.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emgkit.model import FloatArray
from emgkit.simulation.gait import SWITCH_SITES
from emgkit.simulation.walk_kinds import WalkKind
from emgkit.simulation.walk_spans import EMPTY, holds, inside, union, without
from emgkit.simulation.walk_strides import both_stances, draw_strides, heel_presence, site_spans

PAUSE_S = (1.0, 8.0)
STANDING_PROBABILITY = 0.5
"""That a recording begins, and that it ends, in quiet standing."""
SHIFTS_HZ = 0.7
"""Mean number of times per second that weight leaves a site while standing."""
DRAG_S = (0.01, 0.05)
CLEAR_S = 0.05
"""A drag is at least this far from the stances, and the ends of a recording from any event."""


@dataclass(frozen=True, slots=True, eq=False)
class FootPlan:
    """What one foot does, in seconds from the start of the recording.

    Attributes
    ----------
    contact_s, foot_off_s : array of shape (n_contacts,), (n_foot_offs,)
        First closing and last opening of each stance among the switches that work.
    closed_s : mapping of site to array of shape (n, 2)
        When the site is loaded, in stance and in swing (drags). May begin before 0 and end after the
        recording.
    drag_s : array of shape (n_drags, 2)
        When the forefoot grazes the ground in swing.
    state_s : array of shape (n_states + 1,)
        Bounds of the contact states, from 0 to the end of the recording.
    states : str of length n_states
        H (heel alone), F (heel and forefoot), P (forefoot alone), S (swing), as the switches that work can
        tell; a drag does not end a swing.
    """

    contact_s: FloatArray
    foot_off_s: FloatArray
    closed_s: Mapping[str, FloatArray]
    drag_s: FloatArray
    state_s: FloatArray
    states: str


def plan_walk(
    kind: WalkKind, working: tuple[tuple[str, ...], tuple[str, ...]], rng: np.random.Generator
) -> tuple[FootPlan, FootPlan, float]:
    """Draw a walk and return the plans of the foot and of the other foot, and the duration in seconds.

    Parameters
    ----------
    kind : WalkKind
    working : pair of tuples of site
        The switches of each foot that work; its contacts are those that they can show.
    rng : Generator
    """
    strides = draw_strides(kind, rng)
    stances = both_stances(strides, rng)
    sites = [
        site_spans(stance, strides.pattern, rng) * heel_presence(strides.pattern, rng) for stance in stances
    ]
    rows = [[SWITCH_SITES.index(site) for site in own] for own in working]
    pause_at, pause_s = _draw_pauses(kind, [spans[own] for spans, own in zip(sites, rows, strict=True)], rng)
    shift = np.concatenate([[0.0], np.cumsum(pause_s)])

    def late(time: FloatArray) -> FloatArray:
        """Return times of the walk as they are with the pauses."""
        return np.asarray(time + shift[np.searchsorted(pause_at, time, side="left")])

    standing = np.column_stack([late(pause_at), late(pause_at) + pause_s])
    feet = []
    for spans, own, stance in zip(sites, rows, stances, strict=True):
        closed = _with_standing(late(spans), standing, own, rng)
        stance_seen = late(_seen(spans[own]))
        drags, drag_site = _draw_drags(late(stance), strides.drag_probability, own, rng)
        feet.append((closed, stance_seen, drags, drag_site))
    contact = late(stances[0][:, 0])
    events = np.concatenate([np.concatenate([f[1].ravel(), f[2].ravel()]) for f in feet])
    start, stop = (_clear(contact[at], contact[at + 1], events, rng) for at in (1, -3))
    plans = [_foot(*foot, own, start, stop) for foot, own in zip(feet, rows, strict=True)]
    return plans[0], plans[1], float(stop - start)


def _seen(spans: FloatArray) -> FloatArray:
    """Return first closing and last opening of each stance among the sites, shape (n_stances, 2)."""
    return np.column_stack([np.nanmin(spans[..., 0], axis=0), np.nanmax(spans[..., 1], axis=0)])


def _draw_pauses(
    kind: WalkKind, feet: list[FloatArray], rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return when the walk stops, just after a contact while the other foot still stands, and for how long.

    `feet` holds the spans of the working sites of each foot, shape (n_sites, n_stances, 2).
    """
    own, other = (_seen(spans) for spans in feet)
    both = np.append(0.0, other[:-1, 1] - own[1:, 0])
    at = own[:, 0] + np.minimum(0.03, both / 2)
    stands = [((spans[..., :1] <= at) & (at < spans[..., 1:])).any(axis=(0, 1)) for spans in feet]
    eligible = np.flatnonzero((both > 0.02) & stands[0] & stands[1])
    last = own.shape[0] - 3
    ends = np.array([1, last])[rng.random(2) < STANDING_PROBABILITY]
    middle = eligible[(eligible > 2) & (eligible < last - 1)]
    count = min(int(rng.integers(kind.pauses[0], kind.pauses[1] + 1)), middle.size)
    chosen = np.union1d(np.intersect1d(ends, eligible), rng.choice(middle, count, replace=False))
    chosen = chosen.astype(np.int64)
    return at[chosen], rng.uniform(*PAUSE_S, chosen.size)


def _with_standing(
    spans: FloatArray, standing: FloatArray, own: list[int], rng: np.random.Generator
) -> dict[str, FloatArray]:
    """Return when each site is loaded: in the stances, and flat in every pause but for shifts of weight.

    One site, which works, stays loaded through the whole pause.
    """
    closed = [union(one[~np.isnan(one[:, 0])]) for one in spans]
    anchors = [[row for row in own if holds(closed[row], begin)] for begin in standing[:, 0]]
    anchor = np.array([rng.choice(rows) for rows in anchors], dtype=np.int64)
    for row, one in enumerate(closed):
        if one.size == 0:  # a heel that never comes down
            continue
        down = standing + rng.uniform(0.05, 0.25, standing.shape) * [1, -1]
        holes = [EMPTY]
        for begin, end in standing[anchor != row]:
            middle = rng.uniform(begin + 0.1, end - 0.1, rng.poisson(SHIFTS_HZ * (end - begin)))
            half = rng.uniform(0.025, 0.3, middle.size)
            holes.append(np.clip(np.column_stack([middle - half, middle + half]), begin + 0.05, end - 0.05))
        closed[row] = without(union(np.concatenate([one, down])), union(np.concatenate(holes)))
    return dict(zip(SWITCH_SITES, closed, strict=True))


def _draw_drags(
    stance: FloatArray, probability: FloatArray, own: list[int], rng: np.random.Generator
) -> tuple[FloatArray, str]:
    """Return when the forefoot grazes the ground in swing, and the site that does."""
    forefoot = [SWITCH_SITES[row] for row in own if SWITCH_SITES[row] != "heel"]
    begin, end = stance[:-1, 1] + CLEAR_S, stance[1:, 0] - CLEAR_S
    room = end - begin
    length = rng.uniform(DRAG_S[0], np.clip(room, *DRAG_S))
    start = begin + rng.random(room.size) * (room - length)
    drawn = (rng.random(room.size) < probability[:-1]) & (length <= room)
    return np.column_stack([start, start + length])[drawn], str(rng.choice(forefoot))


def _clear(low: float, high: float, events: FloatArray, rng: np.random.Generator) -> float:
    """Return a moment between `low` and `high` that no event is near."""
    moments = np.linspace(low, high, 400)
    away = np.min(np.abs(moments[:, None] - events), axis=1)
    return float(rng.choice(moments[away >= min(CLEAR_S, away.max())]))


def _foot(
    closed: dict[str, FloatArray],
    stance: FloatArray,
    drags: FloatArray,
    drag_site: str,
    own: list[int],
    start: float,
    stop: float,
) -> FootPlan:
    """Return the plan of one foot between the moments `start` and `stop` of the walk."""
    end = stop - start
    closed = {site: inside(spans - start, end) for site, spans in closed.items()}
    stance, drags = stance - start, inside(drags - start, end)
    state_s, states = _states([closed[SWITCH_SITES[row]] for row in own], own, stance, end)
    closed[drag_site] = union(np.concatenate([closed[drag_site], drags]))
    within = (stance > 0) & (stance < end)
    return FootPlan(
        contact_s=stance[within[:, 0], 0],
        foot_off_s=stance[within[:, 1], 1],
        closed_s=types.MappingProxyType(closed),
        drag_s=drags,
        state_s=state_s,
        states=states,
    )


def _states(
    closed: list[FloatArray], own: list[int], stance: FloatArray, end: float
) -> tuple[FloatArray, str]:
    """Return bounds and letters of the contact states."""
    edges = np.concatenate([[0.0, end], *(spans.ravel() for spans in closed)])
    bounds = np.unique(edges[(edges >= 0) & (edges <= end)])
    middle = (bounds[1:] + bounds[:-1]) / 2
    loaded = np.array([holds(spans, middle) for spans in closed])
    is_heel = np.array(own) == SWITCH_SITES.index("heel")
    heel, forefoot = loaded[is_heel].any(axis=0), loaded[~is_heel].any(axis=0)
    code = 2 * forefoot + heel  # 0 none, 1 heel, 2 forefoot, 3 both
    # between heel rise and contact of the toe the foot still stands: the state before goes on
    known = (code > 0) | ~holds(stance, middle)
    code = code[np.maximum.accumulate(np.where(known, np.arange(code.size), 0))]
    head = np.append(True, np.diff(code) != 0)
    return np.append(bounds[:-1][head], end), "".join("SHPF"[one] for one in code[head])
