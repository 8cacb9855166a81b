"""The response to the pulses: where it begins and ends in the stack, how large it is, in how many pulses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit.model import BoolArray, FloatArray

EDGE = 0.05
"""A response begins and ends where the stack passes this part of its peak-to-peak amplitude, ..."""
EDGE_SDS = 3.5
"""... but not below so many standard deviations of the stack, nor above half of its largest value."""
GAP_S = 0.002
"""Crossings of zero inside a response are shorter than this."""
GROWS = 3.0
"""What has begun under the blanking must grow so many times: a decaying artefact cannot."""
QUIET_BEFORE = 3
"""Samples that must be quiet before a response for its start to be stated: fewer do not hold the fit of the
artefact before it."""
SURE_SDS = 3.0
SINGLE = 0.3
"""A pulse has a response if the stack's shape is in it with at least this part of its size, ..."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The response in the stack; times in seconds from the pulse."""

    start_s: float
    end_s: float
    latency_s: float
    """NaN if the response begins under the blanking, or so soon after it that its start is not sure."""
    amplitude_uv: float
    """Peak to peak."""
    grows: bool
    """Whether it begins after the blanking, or grows after it."""
    ends: bool
    """Whether the stack is back at its level before the end of the window."""


@dataclass(frozen=True, slots=True, eq=False)
class Consistency:
    """How alike the pulses are; `share_pct` is NaN where the noise of a single pulse is too large to say."""

    share_pct: float
    correlation: float
    sd_uv: float
    """Of the pulses with a response, or of all where they cannot be told."""
    answers: BoolArray
    """Which pulses have a response; all, where that cannot be told."""
    usual: float
    """Median size of the response in a pulse, as a part of its size in the stack: about 0 if few pulses make
    the stack."""

    @property
    def few(self) -> bool:
        """Whether fewer than half of the pulses have what the stack shows."""
        return self.usual < SINGLE


def shape(mean_uv: FloatArray, time_s: FloatArray, sd_uv: float) -> Shape:
    """Measure the largest response in a stack.

    Parameters
    ----------
    mean_uv : array of shape (n_samples,), in microvolts
        The stack from the end of the blanking on, measured from its level, holding more than noise.
    time_s : array of shape (n_samples,)
        From the pulse.
    sd_uv : float
        Standard deviation of the stack where there is no response.

    Notes
    -----
    A response is the run of samples above the edge around the largest one; gaps up to `GAP_S` belong to it.
    The time of an edge is interpolated between samples.
    """
    size = np.abs(mean_uv)
    edge = min(max(EDGE * float(np.ptp(mean_uv)), EDGE_SDS * sd_uv), float(size.max()) / 2)
    above = np.flatnonzero(size > edge)
    step_s = float(time_s[1] - time_s[0])
    runs = np.split(above, np.flatnonzero(np.diff(above) * step_s > GAP_S + step_s / 2) + 1)
    top = int(np.argmax(size))
    run = next((r for r in runs if r.size and r[0] <= top <= r[-1]), np.array([top]))
    first, last = int(run[0]), int(run[-1])
    amplitude_uv = float(np.ptp(mean_uv[first : last + 1])) if last > first else float(size[first])
    hidden = first < QUIET_BEFORE
    return Shape(
        start_s=float(time_s[first]),
        end_s=_crossing(size, time_s, last, last + 1, edge),
        latency_s=float("nan") if hidden else _crossing(size, time_s, first, first - 1, edge),
        amplitude_uv=amplitude_uv,
        grows=first > 0 or bool(size[first] * GROWS <= size[top]),
        ends=last + 1 < size.size,
    )


def _crossing(size: FloatArray, time_s: FloatArray, inside: int, outside: int, edge: float) -> float:
    """Return where the signal passes the edge between a sample inside and its neighbour outside."""
    if not 0 <= outside < size.size:
        return float(time_s[inside])
    part = (size[inside] - edge) / max(size[inside] - size[outside], 1e-12)
    return float(time_s[inside] + part * (time_s[outside] - time_s[inside]))


def consistency(uv: FloatArray, inside: BoolArray, quiet: BoolArray, amplitude_uv: float) -> Consistency:
    """Hold each pulse against the stack of the others.

    Parameters
    ----------
    uv : array of shape (n_pulses, n_samples), in microvolts
        At least two pulses.
    inside : bool array of shape (n_samples,)
        Samples of the response.
    quiet : bool array of shape (n_samples,)
        Samples between the pulses, at least as many.
    amplitude_uv : float
        Peak-to-peak amplitude of the stack.

    Notes
    -----
    The size of the response in a pulse is its projection on the mean of the other pulses. A pulse has one if
    the size is at least `SINGLE`, provided that noise alone stays below that by `SURE_SDS` standard
    deviations. The correlation is the median over the pulses, with the mean of the others. `usual` is the
    median projection on the stack of all, of which the mean is 1: one large event after a single pulse makes
    a stack, but leaves the median at 0.
    """
    x = uv[:, inside]
    others = (x.sum(axis=0) - x) / (x.shape[0] - 1)
    power = (others**2).sum(axis=1)
    size = (x * others).sum(axis=1) / power
    n = x.shape[1]
    between = uv[:, quiet]
    windows = between[:, : between.shape[1] // n * n].reshape(uv.shape[0], -1, n)
    windows = windows - windows.mean(axis=(1, 2), keepdims=True)
    noise = float(np.std((windows * others[:, None]).sum(axis=2) / power[:, None]))
    norm = np.linalg.norm(x, axis=1) * np.linalg.norm(others, axis=1)
    sure = SURE_SDS * noise <= SINGLE
    answers = np.asarray((size >= SINGLE) | (not sure), dtype=np.bool_)
    correlation = (x * others).sum(axis=1)[answers] / np.maximum(norm[answers], 1e-12)
    return Consistency(
        share_pct=float(100 * np.mean(answers)) if sure else float("nan"),
        correlation=float(np.median(correlation)),
        sd_uv=float(np.std(size[answers], ddof=1) * amplitude_uv) if answers.sum() > 1 else float("nan"),
        answers=answers,
        usual=float(np.median(x @ x.mean(axis=0)) / np.sum(x.mean(axis=0) ** 2)),
    )
