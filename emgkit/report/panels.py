"""A page of cycles: each with its signal, bursts and the intervals of their edges, on the same axes."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from emgkit.errors import InputError
from emgkit.model import FloatArray
from emgkit.report import style
from emgkit.report.spans import Span, envelope_points
from emgkit.report.style import Line
from emgkit.report.words import shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS = 2
_PARTS = 420
_PANEL_IN, _ABOVE_IN, _BELOW_IN, _GAP_IN, _RIGHT_IN = 1.32, 0.2, 0.34, 0.24, 0.1
_NOTE_IN = 0.13
_LEAST_WIDTH_IN, _LEAST_HEIGHT_IN = 0.9, 0.5
_LETTER_IN, _BOLD_IN = 0.055, 0.064
"""Width of a usual letter above a cycle."""
_POINT_IN = 1 / 72
_TICK_IN, _PAD_IN, _CAP_IN = 2 * _POINT_IN, 5.5 * _POINT_IN, 2.25 * _POINT_IN


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
    title: str
    """Its number, trial and time, for a reader of the figure on a screen."""
    replaced_pct: tuple[float, ...] = ()
    """Automatic edges that a person moved or deleted."""

    @property
    def peak_uv(self) -> float:
        """Largest absolute value; 0 for a cycle without samples."""
        return float(np.max(np.abs(self.emg_uv))) if self.emg_uv.size else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class _Panel:
    """Where on the page, in inches, one cycle stands."""

    strip: Strip
    limit_uv: float
    left: float
    bottom: float
    width: float
    height: float

    def x(self, pct: npt.ArrayLike) -> FloatArray:
        first, last = self.strip.axis
        return self.left + self.width * (np.asarray(pct, dtype=np.float64) - first) / (last - first)

    def y(self, emg_uv: npt.ArrayLike) -> FloatArray:
        return self.bottom + self.height * (np.asarray(emg_uv, dtype=np.float64) / self.limit_uv + 1) / 2

    def upright(self, pct: float) -> Line:
        x = float(self.x(pct))
        return ((x, self.bottom), (x, self.bottom + self.height))


def page_panels(
    page: tuple[Strip, ...],
    limit_uv: float,
    columns: int = COLUMNS,
    size_in: tuple[float, float] | None = None,
    below_in: float = _BELOW_IN,
) -> tuple[list[_Panel], float]:
    """Return where the cycles stand on a page of this size, and the page's height in inches."""
    columns = min(columns, len(page))
    rows = -(-len(page) // columns)
    page_width, height = size_in or (style.WIDTH_IN, rows * _PANEL_IN + below_in)
    panel_in = (height - below_in) / rows
    left = _left_in(limit_uv)
    width = (page_width - left - _RIGHT_IN - _GAP_IN * (columns - 1)) / columns
    panels = [
        _Panel(
            strip,
            limit_uv,
            left + k % columns * (width + _GAP_IN),
            height - (k // columns + 1) * panel_in,
            width,
            panel_in - _ABOVE_IN,
        )
        for k, strip in enumerate(page)
    ]
    return panels, height


def _left_in(limit_uv: float) -> float:
    """Return room for the widest number of the axis with its sign, whatever the amplitude."""
    return 0.18 + 0.064 * max(len(f"-{limit_uv:.0f}"), len(f"-{limit_uv:.3g}"))


def _below_in(note: str) -> float:
    return _BELOW_IN + (_NOTE_IN if note else 0.0)


def room(ax: Axes, limit_uv: float) -> tuple[int, int]:
    """Return how many cycles fit into axes beside and above one another, with a note beneath them."""
    width, height = style.size_in(ax)
    beside = (width - _left_in(limit_uv) - _RIGHT_IN + _GAP_IN) / (_LEAST_WIDTH_IN + _GAP_IN)
    above = (height - _BELOW_IN - _NOTE_IN) / (_LEAST_HEIGHT_IN + _ABOVE_IN)
    return max(int(beside), 0), max(int(above), 0)


def _require_room(ax: Axes, n: int, limit_uv: float, columns: int, below_in: float) -> None:
    found = style.size_in(ax)
    needed = (
        _left_in(limit_uv) + _RIGHT_IN + columns * (_LEAST_WIDTH_IN + _GAP_IN) - _GAP_IN,
        below_in + -(-n // columns) * (_LEAST_HEIGHT_IN + _ABOVE_IN),
    )
    if found[0] >= needed[0] and found[1] >= needed[1]:
        return
    # axes grow with their figure
    whole = ax.figure.canvas.figure.get_size_inches()
    sizes = zip(whole, needed, found, strict=True)
    larger = (ceil(2 * now * max(least / has, 1)) / 2 for now, least, has in sizes)
    raise InputError(
        f"these axes are too small for {n} cycle{'s' * (n > 1)}" + f" in {columns} columns" * (columns > 1),
        found="{:.1f} by {:.1f} inches".format(*found),
        accepted="at least {:g} by {:g} inches".format(*(ceil(10 * inches) / 10 for inches in needed)),
        mend="make their figure larger, with figsize=({:g}, {:g}), or draw fewer cycles".format(*larger),
    )


def page_figure(
    page: tuple[Strip, ...],
    limit_uv: float,
    x_label: str,
    columns: int = COLUMNS,
    head_in: float = 0.0,
    note: str = "",
) -> Figure:
    """Draw cycles side by side in columns, all from `-limit_uv` to `limit_uv`; leave room for a title."""
    _, height = page_panels(page, limit_uv, columns, below_in=_below_in(note))
    with style.house_style():
        fig = style.new_figure(height + head_in)
        ax = fig.add_axes((0, 0, 1, height / (height + head_in)))
        draw_page(ax, page, limit_uv, x_label, columns, note)
    return fig


def draw_page(
    ax: Axes, page: tuple[Strip, ...], limit_uv: float, x_label: str, columns: int, note: str = ""
) -> None:
    """Draw cycles into axes, and a note beneath them.

    Raises
    ------
    InputError
        If the axes are too small for them.

    Notes
    -----
    The whole page is one pair of axes in inches, and what looks alike is one collection: axes and ticks of
    their own for every cycle take ten times as long.
    """
    columns, below_in = min(columns, len(page)), _below_in(note)
    _require_room(ax, len(page), limit_uv, columns, below_in)
    page_width, height = style.size_in(ax)
    panels, _ = page_panels(page, limit_uv, columns, (page_width, height), below_in)
    ax.set(xlim=(0, page_width), ylim=(0, height), xticks=(), yticks=())
    for part in (ax.xaxis, ax.yaxis, *ax.spines.values()):
        part.set_visible(False)
    _draw_bursts(ax, panels)
    _draw_signals(ax, panels)
    _draw_axes(ax, panels, columns, x_label)
    if note:
        right = page_width - _RIGHT_IN
        ax.text(right, 0.02, note, size=6.5, color=style.GREY, ha="right", va="bottom")
    _name(ax, panels)


def _name(ax: Axes, panels: list[_Panel]) -> None:
    """Lay a group with a title over each cycle, for a reader on a screen."""
    from matplotlib.patches import Rectangle

    for k, panel in enumerate(panels, start=1):
        box = Rectangle((panel.left, panel.bottom), panel.width, panel.height, fill=False, linewidth=0)
        box.set_gid(style.Titled(f"strip-{k}", panel.strip.title))
        ax.add_artist(box)  # the limits are set


def _draw_bursts(ax: Axes, panels: list[_Panel]) -> None:
    """Shade the bursts; draw their edges, the interval of each at the foot, foot-offs and bounds."""
    from matplotlib.collections import PolyCollection

    shaded, edges, intervals, dashed, by_hand, replaced = [], [], [], [], [], []
    for panel in panels:
        strip = panel.strip
        foot = float(panel.y(-0.88 * panel.limit_uv))
        for span in strip.spans:
            start, stop = panel.upright(span.start_pct), panel.upright(span.stop_pct)
            shaded.append((*start, *reversed(stop)))
            by_hand += [(start[1], stop[1])] * span.edited
            edges += [start] * span.starts_here + [stop] * span.ends_here
            intervals += [(panel, known, foot) for known in (span.onset, span.offset) if known is not None]
        marks = [strip.foot_off_pct] if np.isfinite(strip.foot_off_pct) else []
        marks += [0.0, 100.0] if strip.axis != (0.0, 100.0) else []
        dashed += [panel.upright(at) for at in marks]
        replaced += [panel.upright(at) for at in strip.replaced_pct]
    ax.add_collection(PolyCollection(shaded, facecolors=style.TINT, linewidths=0, zorder=0), autolim=False)
    style.add_lines(ax, dashed, color=style.GREY, linewidth=0.7, linestyle=(0, (2, 2)), zorder=1)
    style.add_lines(ax, edges, color=style.ACCENT, linewidth=0.8, zorder=3)
    style.add_lines(ax, replaced, color=style.INK, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=3)
    style.add_lines(ax, by_hand, color=style.INK, linewidth=2.4, zorder=4)
    bars, caps = [], []
    for panel, bounds, foot in intervals:
        low, high = (float(x) for x in panel.x(np.clip(bounds, *panel.strip.axis)))
        bars.append(((low, foot), (high, foot)))
        # an end that lies beyond the axis has no cap
        first, last = panel.strip.axis
        seen = [x for x, end in ((low, bounds[0]), (high, bounds[1])) if first <= end <= last]
        caps += [((x, foot - _CAP_IN), (x, foot + _CAP_IN)) for x in seen]
    style.add_lines(ax, bars, color=style.INK, linewidth=1.6, zorder=4)
    style.add_lines(ax, caps, color=style.INK, linewidth=0.9, zorder=4)


def _draw_signals(ax: Axes, panels: list[_Panel]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.transforms import Bbox, TransformedBbox

    for panel in panels:
        x, y = envelope_points(panel.strip.emg_uv, _PARTS)
        begin, end = panel.strip.signal_pct
        places = panel.x(begin + (end - begin) * x), panel.y(y)
        line = Line2D(*places, color=style.INK, linewidth=0.35, zorder=2)
        ax.add_artist(line)  # the limits are set
        line.set_clip_on(False)
        if panel.strip.peak_uv > panel.limit_uv:
            line.set_clip_on(True)
            box = Bbox.from_bounds(panel.left, panel.bottom, panel.width, panel.height)
            line.set_clip_box(TransformedBbox(box, ax.transData))
        _draw_head(ax, panel)


def _draw_head(ax: Axes, panel: _Panel) -> None:
    """Write above a cycle which it is, and at the right that its signal goes beyond the axis."""
    above, words, right = panel.bottom + 1.02 * panel.height, "", panel.left + panel.width
    if panel.strip.peak_uv > panel.limit_uv:
        words = f"reaches {panel.strip.peak_uv:.0f} \u00b5V"
        words += ", beyond the axis" * (panel.width > 2 * _PANEL_IN)
        ax.text(right, above, words, size=6.5, va="bottom", ha="right", weight="bold")
    room_in = panel.width - _BOLD_IN * len(words)
    label = shorten(panel.strip.label, max(int(room_in / _LETTER_IN), 6))
    ax.text(panel.left, above, label, size=6.5, va="bottom", color=style.GREY)


def _draw_axes(ax: Axes, panels: list[_Panel], columns: int, x_label: str) -> None:
    first = panels[0]
    low, high = first.strip.axis
    step = style.tick_step((20, 50, 100), (high - low) / first.width, style.across_in(6.5))
    pcts = [at for at in range(-100, 151, step) if low <= at <= high]
    voltages, words = _voltages(first.limit_uv)
    lines = []
    for k, panel in enumerate(panels):
        left, bottom = panel.left, panel.bottom
        xs, ys = [float(x) for x in panel.x(pcts)], [float(y) for y in panel.y(voltages)]
        lines += [
            ((left, bottom), (left, bottom + panel.height)),
            ((left, bottom), (left + panel.width, bottom)),
        ]
        lines += [((x, bottom), (x, bottom - _TICK_IN)) for x in xs]
        lines += [((left, y), (left - _TICK_IN, y)) for y in ys]
        if k % columns == 0:
            for y, word in zip(ys, words, strict=True):
                ax.text(left - _PAD_IN, y, word, size=6.5, ha="right", va="center_baseline")
        if k + columns >= len(panels):
            for x, pct in zip(xs, pcts, strict=True):
                ax.text(x, bottom - _PAD_IN, str(pct).replace("-", "\u2212"), size=6.5, ha="center", va="top")
            ax.text(left + panel.width / 2, bottom - 0.178, x_label, size=7, ha="center", va="top")
    style.add_lines(ax, lines, color=style.GREY, linewidth=0.6, zorder=2.5)
    ax.text(0.01, float(first.y(0)), "\u00b5V", size=7, rotation="vertical", ha="left", va="center")


def _voltages(limit_uv: float) -> tuple[FloatArray, list[str]]:
    """Return round voltages within the limits and how they are written."""
    from matplotlib.ticker import MaxNLocator

    found = np.asarray(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(-limit_uv, limit_uv))
    found = found[np.abs(found) <= limit_uv]
    step = np.format_float_positional(found[1] - found[0], precision=3, fractional=False, trim="-")
    places = len(step.partition(".")[2])
    # adding 0 makes of a minus zero a zero
    return found, [f"{round(v, places) + 0.0:.{places}f}".replace("-", "\u2212") for v in found.tolist()]
