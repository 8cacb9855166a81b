"""What the artefact leaves behind: saturation, then decay; how long it hides the signal."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from emgkit.model import FloatArray

LONGEST_S = 0.06
"""The decay is fitted up to here."""
LEAST_S = 0.001
"""Shortest time after the pulse, or the end of the saturation, that the artefact itself is taken to last."""
FLAT = 0.98
"""Samples above this part of the largest are at the rail, if they lie together."""
FIT_ERROR = 0.05
"""How well the fitted decay is taken to be known, as a part of itself."""
_DECAYS_S = np.geomspace(0.0002, 0.05, 36)
_TERMS = 2
_CLIP = 3.0
"""Residuals beyond so many times the noise do not count further: the response must not bend the fit."""


@dataclass(frozen=True, slots=True, eq=False)
class Recovery:
    """The artefact after a pulse, in the direction of the pulse."""

    rail_s: float
    """How long the signal lies at its largest value; 0 if it does not."""
    start_s: float
    """From here on after the pulse the decay is described."""
    height_uv: FloatArray
    decay_s: FloatArray
    """Height at `start_s` and time constant of each term."""

    def at(self, time_s: FloatArray) -> FloatArray:
        """Return the decay at times after the pulse; 0 before `start_s`."""
        since = np.clip(time_s - self.start_s, 0, None)[:, None]
        decay = (self.height_uv * np.exp(-since / self.decay_s)).sum(axis=1)
        return np.where(time_s >= self.start_s, decay, 0.0)

    def error_uv(self, time_s: FloatArray) -> FloatArray:
        """Return how far off the fitted decay may be at times after the pulse, from `start_s` on."""
        since = np.clip(time_s - self.start_s, 0, None)[:, None]
        return np.asarray(FIT_ERROR * np.abs(self.height_uv * np.exp(-since / self.decay_s)).sum(axis=1))

    def blank_s(self, tolerated_uv: float) -> float:
        """Return the time after the pulse from which the error of the fit is below `tolerated_uv`."""
        times = self.start_s + np.arange(0, LONGEST_S, 0.0001)
        known = self.error_uv(times) <= tolerated_uv
        return float(times[np.argmax(known)]) if known.any() else float("inf")


def recovery(mean_uv: FloatArray, time_s: FloatArray, noise_uv: float) -> Recovery:
    """Describe the artefact in the mean of all pulses, each turned to the direction of its artefact.

    Parameters
    ----------
    mean_uv : array of shape (n_samples,), in microvolts
    time_s : array of shape (n_samples,)
        From the pulse.
    noise_uv : float
        Standard deviation of `mean_uv` where nothing follows the pulse.

    Notes
    -----
    The decay is a sum of two exponentials, found one after the other: time constant and height are those that
    bring the most samples within the noise (the sum of squares, each cut at 9 variances), then the height is
    fitted to these samples. So a response, which few samples hold, does not bend it.
    """
    step_s = float(time_s[1] - time_s[0])
    near = (time_s >= -step_s / 2) & (time_s <= LONGEST_S)
    x, t = mean_uv[near], time_s[near]
    rail_s = _rail_s(x, step_s)
    start_s = rail_s + LEAST_S
    fit = t >= start_s - step_s / 4
    x, t = x[fit], t[fit] - start_s
    heights, decays = [], []
    for _ in range(_TERMS):
        height, decay_s = _exponential(x, t, noise_uv) if x.size >= 8 else (0.0, _DECAYS_S[0])
        heights.append(height)
        decays.append(decay_s)
        x = x - height * np.exp(-t / decay_s)
    return Recovery(rail_s, start_s, np.array(heights), np.array(decays))


def _rail_s(x: FloatArray, step_s: float) -> float:
    """Return the length of the stretch at the largest value, from the pulse on; 0 below three samples."""
    size = np.abs(x[: round(LONGEST_S / step_s)])
    if not size.size or size.max() == 0:
        return 0.0
    flat = np.flatnonzero(size >= FLAT * size.max())
    run = np.split(flat, np.flatnonzero(np.diff(flat) > 1) + 1)[0]
    return float((run[-1] + 1) * step_s) if run.size >= 3 else 0.0


def _exponential(x: FloatArray, t: FloatArray, noise_uv: float) -> tuple[float, float]:
    """Return height and time constant of the exponential that leaves the least robust cost."""
    shapes = np.exp(-t / _DECAYS_S[:, None])
    # candidates for the height: what each of a few stretches asks for, if it still holds some of the decay
    edges = np.unique(np.round(np.geomspace(1, t.size, 9)).astype(np.int64)) - 1
    best = (float(np.minimum((x / noise_uv) ** 2, _CLIP**2).sum()), 0.0, float(_DECAYS_S[0]))
    for a, b in pairwise(edges):
        part = shapes[:, a:b]
        power = (part**2).sum(axis=1)
        usable = part[:, 0] > 0.02
        asked = np.where(usable, (part @ x[a:b]) / np.maximum(power, 1e-12), 0.0)
        left = (x - asked[:, None] * shapes) / noise_uv
        cost = np.minimum(left**2, _CLIP**2).sum(axis=1)
        k = int(np.argmin(cost))
        if cost[k] < best[0]:
            best = (float(cost[k]), float(asked[k]), float(_DECAYS_S[k]))
    _, height, decay_s = best
    if height == 0:
        return 0.0, decay_s
    decay = height * np.exp(-t / decay_s)
    for _ in range(4):  # settle on the samples that it explains, with finer time constants
        near = np.abs(x - decay) <= _CLIP * noise_uv + 0.02 * abs(height)
        finer = decay_s * np.geomspace(0.85, 1.18, 15)
        shape = np.exp(-t / finer[:, None])
        weight = near.astype(np.float64)
        heights = (shape * weight) @ x / np.maximum((shape**2 * weight).sum(axis=1), 1e-12)
        cost = np.minimum(((x - heights[:, None] * shape) / noise_uv) ** 2, _CLIP**2).sum(axis=1)
        k = int(np.argmin(cost))
        height, decay_s = float(heights[k]), float(finer[k])
        decay = height * np.exp(-t / decay_s)
    return height, decay_s
