"""The trace of each cycle with its bursts shaded and the intervals of their edges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from emgkit.model import FloatArray
from emgkit.report import style
from emgkit.report.figures import drawn_axis, used_cycles
from emgkit.report.glyphs import drawn
from emgkit.report.spans import Span, envelope_points, spans
from emgkit.report.words import words_for
from emgkit.result import Analysis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PER_PAGE = 12
MAX_SHOWN = 96
"""Eight pages; how many cycles are left out is said beside the figures."""
_COLUMNS = 2
_PARTS = 420
_PANEL_IN = 1.32


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """The signal of one used cycle."""

    label: str
    emg_uv: FloatArray
    spans: tuple[Span, ...]
    foot_off_pct: float
    axis: tuple[float, float]
    """First and last percent that are drawn."""
    signal_pct: tuple[float, float]
    """Where the signal begins and ends on it."""

    @property
    def peak_uv(self) -> float:
        """Largest absolute value; 0 for a cycle without samples."""
        return float(np.max(np.abs(self.emg_uv))) if self.emg_uv.size else 0.0


def strips(an: Analysis) -> tuple[Strip, ...]:
    """Return the used cycles whose trial has a trace, in the order of the table."""
    traces = {trace.trial: trace for trace in an.traces}
    cycles = used_cycles(an)
    several = cycles["trial"].nunique() > 1
    one = words_for(an.study.activity).one
    axis = drawn_axis(an)
    found = []
    for _, cycle in cycles.iterrows():
        trace = traces.get(cycle["trial"])
        if trace is None:
            continue
        start_s, length_s = float(cycle["start_s"]), float(cycle["end_s"]) - float(cycle["start_s"])
        first, last = (round((start_s + at / 100 * length_s) * trace.rate_hz) for at in axis)
        first, last = max(first, 0), min(last, trace.emg_uv.size)
        begin, end = (100 * (k / trace.rate_hz - start_s) / length_s for k in (first, last))
        label = f"{one} {cycle['cycle']}" + (f" of {drawn(str(cycle['trial']), 24)}" if several else "")
        foot_off = float("nan") if pd.isna(cycle["foot_off_pct"]) else float(cycle["foot_off_pct"])
        found.append(
            Strip(
                label, trace.emg_uv[first:last], spans(cycle, an.bursts, axis), foot_off, axis, (begin, end)
            )
        )
    return tuple(found)


def common_limit(shown: tuple[Strip, ...]) -> float:
    """Return the limit of the axis of all cycles, in microvolts.

    It is the largest value, unless one cycle, with an artefact, would flatten all the others: then it is
    1.5 times the level that 90 % of the cycles stay below, and the cycles beyond it say so.
    """
    peaks = np.array([strip.peak_uv for strip in shown])
    if peaks.size == 0 or peaks.max() <= 0:
        return 1.0
    usual = float(np.quantile(peaks, 0.9, method="lower"))
    limit = float(peaks.max()) if peaks.max() <= 3 * usual or usual <= 0 else 1.5 * usual
    return 1.05 * limit


def trace_figures(an: Analysis, shown: tuple[Strip, ...]) -> Iterator[Figure]:
    """Draw the cycles, `PER_PAGE` a figure, all with the same axes."""
    limit = common_limit(shown)
    for first in range(0, len(shown), PER_PAGE):
        with style.house_style():
            figure = _page(shown[first : first + PER_PAGE], limit, words_for(an.study.activity).gait)
        yield figure


def _page(page: tuple[Strip, ...], limit: float, gait: bool) -> Figure:
    columns = min(_COLUMNS, len(page))
    rows = -(-len(page) // columns)
    height = rows * _PANEL_IN + 0.34
    fig = style.new_figure(height)
    # room for the widest number of the axis with its sign, whatever the amplitude
    digits = max(len(f"-{limit:.0f}"), len(f"-{limit:.3g}"))
    left, gap, right = 0.18 + 0.064 * digits, 0.24, 0.1
    width = (style.WIDTH_IN - left - right - gap * (columns - 1)) / columns
    for k, strip in enumerate(page):
        row, column = divmod(k, columns)
        ax = fig.add_axes(
            (
                (left + column * (width + gap)) / style.WIDTH_IN,
                (height - (row + 1) * _PANEL_IN) / height,
                width / style.WIDTH_IN,
                (_PANEL_IN - 0.2) / height,
            )
        )
        _panel(ax, strip, limit)
        last = k + columns >= len(page)
        ax.tick_params(labelbottom=last, labelleft=column == 0, length=2)
        if last:
            ax.set_xlabel("gait cycle, %" if gait else "repetition, %", labelpad=1)
        if column == 0 and row == 0:
            ax.set_ylabel("\u00b5V", labelpad=0)
    return fig


def _panel(ax: Axes, strip: Strip, limit: float) -> None:
    for span in strip.spans:
        ax.axvspan(span.start_pct, span.stop_pct, color=style.TINT, linewidth=0, zorder=0)
        edges = ((span.starts_here, span.start_pct, span.onset), (span.ends_here, span.stop_pct, span.offset))
        for here, at, bounds in edges:
            if not here:
                continue
            ax.axvline(at, color=style.ACCENT, linewidth=0.8, zorder=3)
            if bounds is not None:
                ax.plot(
                    bounds,
                    [-0.88 * limit] * 2,
                    color=style.INK,
                    linewidth=1.6,
                    solid_capstyle="butt",
                    marker="|",
                    markersize=4.5,
                    markeredgewidth=0.9,
                    zorder=4,
                )
    if np.isfinite(strip.foot_off_pct):
        ax.axvline(strip.foot_off_pct, color=style.GREY, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1)
    x, y = envelope_points(strip.emg_uv, _PARTS)
    begin, end = strip.signal_pct
    ax.plot(begin + (end - begin) * x, y, color=style.INK, linewidth=0.35, zorder=2)
    if strip.axis != (0.0, 100.0):
        for bound in (0, 100):
            ax.axvline(bound, color=style.GREY, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1)
    ax.set_xlim(*strip.axis)
    ax.set_ylim(-limit, limit)
    ax.set_xticks([at for at in range(-40, 151, 20) if strip.axis[0] <= at <= strip.axis[1]])
    ax.locator_params(axis="y", nbins=5)
    ax.text(0.0, 1.02, strip.label, transform=ax.transAxes, size=6.5, va="bottom", color=style.GREY)
    if strip.peak_uv > limit:
        words = f"reaches {strip.peak_uv:.0f} \u00b5V, beyond the axis"
        ax.text(1.0, 1.02, words, transform=ax.transAxes, size=6.5, va="bottom", ha="right", weight="bold")
