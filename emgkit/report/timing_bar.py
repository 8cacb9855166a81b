"""Timing as bars over the cycle: the reference with its alternates above, the patient's means below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emgkit.report import figures, style
from emgkit.report.glyphs import drawn
from emgkit.report.model import Window
from emgkit.report.spans import bar
from emgkit.report.words import records, words_for
from emgkit.result import Analysis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEAD_IN, _FOOT_IN, _TICKS_IN = 0.17, 0.34, 0.2
_UNIT_IN = 0.26
"""Inches of one unit of the axis upwards, in which a bar of a mean is half a unit high."""
_REFERENCE, _MEAN = 0.6, 1.3
"""Height of a row, in these units."""
_CLEAR: dict[str, Any] = {"facecolor": "white", "edgecolor": "none", "pad": 1}
"""What lies behind a text, so that no line runs through it."""


def timing_bar_figure(an: Analysis, *, labelled: bool = True) -> Figure:
    """Draw reference and mean timing, one row each, over stance and swing, each edge with its number.

    Where another figure with the same axis follows, it need not be `labelled`.
    """
    foot_in, rows_in = _FOOT_IN if labelled else _TICKS_IN, _rows_in(an)
    with style.house_style():
        fig = style.new_figure(foot_in + rows_in + _HEAD_IN)
        ax = style.add_axes(fig, foot_in, rows_in)
        _draw(ax, an)
        if not labelled:
            ax.set_xlabel("")
    return fig


def windows(an: Analysis, *, labelled: bool = True) -> tuple[Window, ...]:
    """Return where the axis of the cycle stands in the figure."""
    foot_in = _FOOT_IN if labelled else _TICKS_IN
    height = foot_in + _rows_in(an) + _HEAD_IN
    left, right = style.LEFT_IN / style.WIDTH_IN, 1 - style.RIGHT_IN / style.WIDTH_IN
    return (Window("", left, _HEAD_IN / height, right, 1 - foot_in / height, *figures.drawn_axis(an)),)


def _variants(an: Analysis) -> list[str]:
    return list(dict.fromkeys(row[0] for row in an.study.reference))


def _modalities(an: Analysis) -> list[int]:
    return list(dict.fromkeys(int(m) for m in figures.shown_modalities(an)["modality"]))


def _units(an: Analysis) -> float:
    return len(_variants(an)) * _REFERENCE + max(len(_modalities(an)), 1) * _MEAN


def _rows_in(an: Analysis) -> float:
    return _units(an) * _UNIT_IN


def _draw(ax: Axes, an: Analysis) -> None:
    words = words_for(an.study.activity)
    below = _units(an)
    ax.set_ylim(0, below)
    figures.cycle_axis(ax, an)
    if words.gait:
        _draw_stance_and_swing(ax, figures.mean_foot_off(an))
    ticks, labels = [], []
    reference = figures.scaled_reference(an)
    several = len(_variants(an)) > 1
    for variant in _variants(an):
        below -= _REFERENCE
        ticks.append(below + _REFERENCE / 2)
        labels.append(drawn(f"ref. {variant.replace('_', ' ')}", 18) if several else "reference")
        for name, onset, offset in reference:
            if name == variant:
                look = {"facecolor": style.GREY, "linewidth": 0}
                style.add_bars(ax, ticks[-1], 0.55 * _REFERENCE, bar(onset, offset), **look)
    shown = figures.shown_modalities(an)
    for modality in _modalities(an):
        below -= _MEAN
        ticks.append(below + _MEAN / 2)
        labels.append(f"mean, {modality} burst{'' if modality == 1 else 's'}")
        _draw_means(ax, ticks[-1], records(shown[shown["modality"] == modality]), wraps=words.gait)
    if shown.empty:
        said = ax.text(50, _MEAN / 2, "mean timing is not determinable", ha="center", va="center")
        said.set_bbox(_CLEAR)
    ax.set_yticks(ticks, labels)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _draw_stance_and_swing(ax: Axes, foot_off: float) -> None:
    if not 0 < foot_off < 100:  # also false for NaN
        return
    ax.axvspan(foot_off, 100, color=style.SWING, linewidth=0, zorder=0)
    ax.axvline(foot_off, color=style.INK, linewidth=0.8, zorder=1)
    above: dict[str, Any] = {"transform": ax.get_xaxis_transform(), "va": "bottom", "size": 6.5}
    ax.text(foot_off, 1.02, f"foot-off {foot_off:.1f} %", ha="center", **above)
    for text, middle in (("stance", foot_off / 2), ("swing", 50 + foot_off / 2)):
        ax.text(middle, 1.02, text, ha="center", color=style.GREY, **above)


def _draw_means(ax: Axes, y: float, rows: list[dict[str, Any]], *, wraps: bool) -> None:
    """Draw the bursts of one modality: bars with the intervals of their edges, and each edge as a number."""
    first, last = ax.get_xlim()
    for row in rows:
        figures.draw_mean_burst(ax, y, row, wraps=wraps)
        # onsets above and offsets below their bar, so that those of a short burst do not meet
        for edge, beside in (("onset", 0.44), ("offset", -0.44)):
            if np.isfinite(value := row[f"{edge}_pct"]):
                x = value % 100 if wraps else value
                align = "left" if x < first + 3 else "right" if x > last - 3 else "center"
                number = ax.text(x, y + beside, f"{x:.1f} %", ha=align, va="center", size=6.5)
                number.set_bbox(_CLEAR | {"pad": 0.1})
    right: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center", "size": 6}
    ax.text(1.012, y, figures.counted(rows), color=style.GREY, **right)
