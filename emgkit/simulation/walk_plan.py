"""Plan of a random walk: when each site under both feet touches and leaves the ground.

Everything is drawn as the feet move; the switches, their chatter and the sampling come later, in
`emgkit.simulation.walk_voltage`, and do not change the plan.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from emgkit.model import FloatArray, IntArray
from emgkit.simulation.gait import SWITCH_SITES
from emgkit.simulation.walk_kinds import Gait, WalkKind
from emgkit.simulation.walk_spans import EMPTY, holds, inside, union, without

LEAST_SWING_S = 0.12
"""The ground is left for at least this long between two stances; what is shorter lies within one stance."""
LEAST_STANCE_S = 0.12
STRIDE_LIMITS_S = (0.4, 3.2)
LEAST_STRIDES = 6
PAUSE_S = (1.0, 8.0)
STANDING_PROBABILITY = 0.5
"""That a recording begins, and that it ends, in quiet standing."""
SHIFTS_HZ = 0.7
"""Mean number of times per second that weight leaves a site while standing."""
ROCKER_GAP_S = 0.05
"""Longest time between heel rise and contact of the toe where nothing lies between them."""
DRAG_S = (0.01, 0.05)
CLEAR_S = 0.05
"""A drag is at least this far from the stances, and the ends of a recording from any event."""
PATTERNS = ("heel_first", "flat", "toe_first")
# Range of the moment at which each site is loaded, and that at which it is left, in parts of the stance, in
# the order of SWITCH_SITES; by PATTERNS
_PARTS = np.array(
    [
        [(0, 0, 0.50, 0.64), (0.08, 0.18, 0.88, 0.96), (0.12, 0.26, 0.92, 0.98), (0.42, 0.54, 1, 1)],
        [(0, 0.02, 0.50, 0.62), (0, 0.02, 0.86, 0.95), (0, 0.02, 0.90, 0.98), (0, 0.03, 1, 1)],
        [(0.25, 0.40, 0.46, 0.56), (0.02, 0.10, 0.88, 0.96), (0, 0.06, 0.92, 0.98), (0, 0, 1, 1)],
    ]
)


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


@dataclass(frozen=True, slots=True, eq=False)
class _Strides:
    duration_s: FloatArray
    stance_s: FloatArray
    pattern: IntArray
    drag_probability: FloatArray


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
    strides = _draw_strides(kind, rng)
    stances = _stances(strides, rng)
    sites = [
        _site_spans(stance, strides.pattern, rng) * _heel_presence(strides.pattern, rng) for stance in stances
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


def _draw_strides(kind: WalkKind, rng: np.random.Generator) -> _Strides:
    n_stretches = int(rng.integers(kind.stretches[0], kind.stretches[1] + 1))
    length = rng.uniform(*kind.walk_s) / n_stretches
    parts = [
        _stretch(kind.gaits[rng.integers(len(kind.gaits))], length, -(-LEAST_STRIDES // n_stretches), rng)
        for _ in range(n_stretches)
    ]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return _Strides(columns[0], columns[1], columns[2].astype(np.int64), columns[3])


def _stretch(
    gait: Gait, length_s: float, least: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    mean = rng.uniform(*gait.stride_s)
    n = max(int(np.ceil(length_s / mean)), least)
    stride, other = 1 + gait.stride_cv * np.clip(rng.standard_normal((2, n)), -2.5, 2.5)
    duration = np.clip(mean * stride, *STRIDE_LIMITS_S)
    if gait.swing_s is not None:
        stance = duration - rng.uniform(*gait.swing_s) * other
    elif gait.stance_s is not None:
        stance = rng.uniform(*gait.stance_s) * other
    else:
        stance = rng.uniform(*(gait.stance_part or (0.6, 0.6))) * duration * (1 + (other - 1) / 2)
    stance = np.clip(stance, LEAST_STANCE_S, duration - LEAST_SWING_S)
    if gait.pattern == "any":
        pattern = rng.integers(len(PATTERNS), size=n)
    else:
        pattern = np.full(n, PATTERNS.index(gait.pattern))
    return duration, stance, pattern.astype(np.float64), np.full(n, gait.drag_probability)


def _stances(strides: _Strides, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Return the stances of both feet, shape (n_strides, 2); in walking, one foot is always on the ground."""
    duration, n = strides.duration_s, strides.duration_s.size
    contact = np.cumsum(duration) - duration
    off = contact + strides.stance_s
    walking = strides.stance_s > 0.5 * duration
    jitter = np.clip(0.015 * rng.standard_normal((2, n)), -0.04, 0.04)
    other_contact = contact + (0.5 + jitter[0]) * duration
    other_contact = np.where(walking, np.minimum(other_contact, off - 0.02), other_contact)
    other_off = other_contact + np.maximum(strides.stance_s * (1 + jitter[1]), LEAST_STANCE_S)
    hold = np.append(np.where(walking[:-1], contact[1:] + 0.02, 0.0), 0.0)
    latest = np.append(other_contact[1:] - LEAST_SWING_S, np.inf)
    other_off = np.minimum(np.maximum(other_off, hold), latest)
    return np.column_stack([contact, off]), np.column_stack([other_contact, other_off])


def _site_spans(stance: FloatArray, pattern: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return when each site is loaded in each stance, shape (n_sites, n_stances, 2)."""
    low, high = _PARTS[..., 0::2], _PARTS[..., 1::2]
    part = rng.uniform(low[pattern], high[pattern])  # (n_stances, n_sites, 2)
    first, last = part[..., 0].min(axis=1), part[..., 1].max(axis=1)
    part = (part - first[:, None, None]) / (last - first)[:, None, None]
    spans = stance[:, None, :1] + part * np.diff(stance)[:, None, :]
    heel, toe = SWITCH_SITES.index("heel"), SWITCH_SITES.index("toe")
    spans[:, toe, 0] = np.minimum(spans[:, toe, 0], spans[:, heel, 1] + ROCKER_GAP_S)
    return np.asarray(np.moveaxis(spans, 1, 0))


def _heel_presence(pattern: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return 1, or NaN where the heel does not come down; shape (n_sites, n_stances, 1)."""
    never = rng.random() < 0.5
    missing = (pattern == PATTERNS.index("toe_first")) & (never | (rng.random(pattern.size) < 0.3))
    present = np.ones((len(SWITCH_SITES), pattern.size, 1))
    present[SWITCH_SITES.index("heel"), missing] = np.nan
    return present


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
