"""The strips of signal that are shown: one for each used cycle, in pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from emgkit.report import style
from emgkit.report.edits import replaced_pct
from emgkit.report.figures import drawn_axis, used_cycles
from emgkit.report.glyphs import drawn
from emgkit.report.model import Window
from emgkit.report.panels import Strip, page_figure, page_panels
from emgkit.report.spans import columns, spans
from emgkit.report.words import words_for
from emgkit.result import Analysis

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PER_PAGE = 12
MAX_SHOWN = 96
"""Eight pages; how many cycles are left out is said beside the figures."""


def strips(an: Analysis, cycles: pd.DataFrame | None = None) -> tuple[Strip, ...]:
    """Return the used cycles, or these, whose trial has a trace, in the order of the table."""
    traces = {trace.trial: trace for trace in an.traces}
    cycles = used_cycles(an) if cycles is None else cycles
    several = an.cycles.loc[an.cycles["used"], "trial"].nunique() > 1
    one = words_for(an.study.activity).one
    axis, bursts = drawn_axis(an), columns(an.bursts)
    found = []
    for _, cycle in cycles.iterrows():
        trace = traces.get(cycle["trial"])
        if trace is None:
            continue
        start_s, length_s = float(cycle["start_s"]), float(cycle["end_s"]) - float(cycle["start_s"])
        first, last = (round((start_s + at / 100 * length_s) * trace.rate_hz) for at in axis)
        first, last = max(first, 0), min(last, trace.emg_uv.size)
        begin, end = (100 * (k / trace.rate_hz - start_s) / length_s for k in (first, last))
        of_trial = f" of {drawn(str(cycle['trial']), 24)}"
        label = f"{one} {cycle['cycle']}" + of_trial * several
        label += ", edited" if cycle["edited"] else ""
        title = f"{one} {cycle['cycle']}{of_trial}, {start_s:.2f} to {start_s + length_s:.2f} s"
        foot_off = float("nan") if pd.isna(cycle["foot_off_pct"]) else float(cycle["foot_off_pct"])
        found.append(
            Strip(
                label,
                trace.emg_uv[first:last],
                spans(cycle, bursts, axis),
                foot_off,
                axis,
                (begin, end),
                title,
                replaced_pct(an, cycle, axis),
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
        yield page_figure(shown[first : first + PER_PAGE], limit, axis_label(an))


def windows(page: tuple[Strip, ...], limit_uv: float) -> tuple[Window, ...]:
    """Return where the axes of the cycles of one page stand in its figure."""
    places, height = page_panels(page, limit_uv)
    return tuple(
        Window(
            panel.strip.label,
            panel.left / style.WIDTH_IN,
            1 - (panel.bottom + panel.height) / height,
            (panel.left + panel.width) / style.WIDTH_IN,
            1 - panel.bottom / height,
            *panel.strip.axis,
        )
        for panel in places
    )


def axis_label(an: Analysis) -> str:
    """Return what stands beneath the cycles."""
    return "gait cycle, %" if words_for(an.study.activity).gait else "repetition, %"
