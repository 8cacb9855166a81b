"""The figure of a stimulation trial: the pulses laid on one another, what is blanked, the response."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from emgkit.report import style
from emgkit.report.words import MICRO
from emgkit.result import ResponseTrace

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_RAW_IN, _STACK_IN, _GAP_IN, _FOOT_IN, _HEAD_IN = 0.62, 1.5, 0.16, 0.34, 0.12
_HEADROOM = 1.15


def response_figure(trace: ResponseTrace) -> Figure:
    """Draw the mean as recorded above the pulses without the artefact, on one axis of time."""
    with style.house_style():
        fig = style.new_figure(_RAW_IN + _STACK_IN + _GAP_IN + _FOOT_IN + _HEAD_IN)
        raw = style.add_axes(fig, _FOOT_IN + _STACK_IN + _GAP_IN, _RAW_IN)
        stack = style.add_axes(fig, _FOOT_IN, _STACK_IN)
        ms = 1000 * trace.time_s
        raw.plot(ms, trace.raw_uv / 1000, color=style.INK, linewidth=0.8)
        raw.set_ylabel("mV", rotation=0, labelpad=8, va="center")
        _right(raw, 0.5, "as recorded,", "mean")
        _stack(stack, trace, ms)
        for ax in (raw, stack):
            ax.set_xlim(ms[0], ms[-1])
            hidden = 1000 * min(trace.blank_s, trace.time_s[-1])
            ax.axvspan(0, hidden, color=style.SWING, linewidth=0, zorder=0)
            ax.axvline(0, color=style.GREY, linewidth=0.6, zorder=1)
            ax.locator_params(axis="y", nbins=4)
        raw.xaxis.set_visible(False)
        stack.set_xlabel("time after the pulse, ms", labelpad=2)
    return fig


def _stack(ax: Axes, trace: ResponseTrace, ms: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    seen = trace.time_s >= trace.blank_s
    if not seen.any():
        ax.text(0.5, 0.5, "hidden by the artefact", transform=ax.transAxes, ha="center", va="center")
        ax.set_yticks([])
        return
    for single in trace.single_uv:
        ax.plot(ms[seen], single[seen], color=style.LIGHT, linewidth=0.4)
    ax.plot(ms[seen], trace.mean_uv[seen], color=style.ACCENT, linewidth=1.2)
    half = trace.limit_uv / 2
    largest = max(float(np.abs(trace.mean_uv[seen]).max()), float(np.abs(trace.single_uv[:, seen]).max()))
    ax.set_ylim(-_HEADROOM * max(largest, half), _HEADROOM * max(largest, half))
    for level in (-half, half):
        ax.axhline(level, color=style.GREY, linewidth=0.5, linestyle=(0, (4, 2)), zorder=1)
    ax.axvline(1000 * trace.until_s, color=style.GREY, linewidth=0.5, linestyle=(0, (1, 2)))
    for time_s in (trace.latency_s, trace.end_s):
        if not math.isnan(time_s):
            ax.axvline(1000 * time_s, color=style.INK, linewidth=0.7, linestyle=(0, (2, 2)))
    ax.set_ylabel(MICRO, rotation=0, labelpad=8, va="center")
    _right(ax, 0.75, "without the", "artefact")


def _right(ax: Axes, at: float, first: str, second: str) -> None:
    ax.text(1.012, at, f"{first}\n{second}", transform=ax.transAxes, size=6, va="center")
