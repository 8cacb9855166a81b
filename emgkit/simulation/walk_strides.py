"""Strides of a random walk: when both feet stand, and when each site under them is loaded in a stance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit.model import FloatArray, IntArray
from emgkit.simulation.gait import SWITCH_SITES
from emgkit.simulation.walk_kinds import Gait, WalkKind

LEAST_SWING_S = 0.12
"""The ground is left for at least this long between two stances; what is shorter lies within one stance."""
LEAST_STANCE_S = 0.12
STRIDE_LIMITS_S = (0.4, 3.2)
LEAST_STRIDES = 6
ROCKER_GAP_S = 0.05
"""Longest time between heel rise and contact of the toe where nothing lies between them."""
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
class Strides:
    """Strides of one foot; arrays of shape (n_strides,)."""

    duration_s: FloatArray
    stance_s: FloatArray
    pattern: IntArray
    """Index into `PATTERNS`."""
    drag_probability: FloatArray


def draw_strides(kind: WalkKind, rng: np.random.Generator) -> Strides:
    """Draw the strides of all stretches of a walk."""
    n_stretches = int(rng.integers(kind.stretches[0], kind.stretches[1] + 1))
    length = rng.uniform(*kind.walk_s) / n_stretches
    parts = [
        _stretch(kind.gaits[rng.integers(len(kind.gaits))], length, -(-LEAST_STRIDES // n_stretches), rng)
        for _ in range(n_stretches)
    ]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Strides(columns[0], columns[1], columns[2].astype(np.int64), columns[3])


def _stretch(
    gait: Gait, length_s: float, least: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    mean = rng.uniform(*gait.stride_s)
    n = max(int(np.ceil(length_s / mean)), least)
    stride, other = 1 + gait.stride_cv * np.clip(rng.standard_normal((2, n)), -2.5, 2.5)
    duration = np.clip(mean * stride, *STRIDE_LIMITS_S)
    drawn = rng.uniform(*gait.length)
    stance = {
        "stance_part": drawn * duration * (1 + (other - 1) / 2),  # the part of the stride differs less
        "stance_s": drawn * other,
        "swing_s": duration - drawn * other,
    }[gait.measure]
    stance = np.clip(stance, LEAST_STANCE_S, duration - LEAST_SWING_S)
    if gait.pattern == "any":
        pattern = rng.integers(len(PATTERNS), size=n)
    else:
        pattern = np.full(n, PATTERNS.index(gait.pattern))
    return duration, stance, pattern.astype(np.float64), np.full(n, gait.drag_probability)


def both_stances(strides: Strides, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
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


def site_spans(stance: FloatArray, pattern: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return when each site is loaded in each stance, shape (n_sites, n_stances, 2)."""
    low, high = _PARTS[..., 0::2], _PARTS[..., 1::2]
    part = rng.uniform(low[pattern], high[pattern])  # (n_stances, n_sites, 2)
    first, last = part[..., 0].min(axis=1), part[..., 1].max(axis=1)
    part = (part - first[:, None, None]) / (last - first)[:, None, None]
    spans = stance[:, None, :1] + part * np.diff(stance)[:, None, :]
    heel, toe = SWITCH_SITES.index("heel"), SWITCH_SITES.index("toe")
    spans[:, toe, 0] = np.minimum(spans[:, toe, 0], spans[:, heel, 1] + ROCKER_GAP_S)
    return np.asarray(np.moveaxis(spans, 1, 0))


def heel_presence(pattern: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return 1, or NaN where the heel does not come down; shape (n_sites, n_stances, 1)."""
    never = rng.random() < 0.5
    missing = (pattern == PATTERNS.index("toe_first")) & (never | (rng.random(pattern.size) < 0.3))
    present = np.ones((len(SWITCH_SITES), pattern.size, 1))
    present[SWITCH_SITES.index("heel"), missing] = np.nan
    return present
