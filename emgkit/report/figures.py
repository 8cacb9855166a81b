"""Timing over the cycle: reference, mean timing and raster; and the profile beneath it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from emgkit.model import FloatArray
from emgkit.report import style
from emgkit.report.glyphs import drawn
from emgkit.report.spans import bar, columns, spans, window
from emgkit.report.words import missing, records, words_for
from emgkit.result import Analysis
from emgkit.tables import NOT_DETERMINABLE, OWN_EVENTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MAX_MODALITIES = 3
_ROW_IN = 0.15
_RASTER_IN = 1.75
FOOT_IN = 0.34
"""Room beneath axes for their numbers and label."""
PROFILE_IN = 1.15
_GAP_IN = 0.08
_LEGEND_IN = 0.1265
"""From a line of the legend to the next."""
_ROOM_IN = FOOT_IN + PROFILE_IN + 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What has a row above the raster, beside the phases."""

    variants: tuple[str, ...]
    """Of the reference."""
    modalities: tuple[int, ...]
    summary: pd.DataFrame
    """Rows of the modalities."""


def used_cycles(an: Analysis) -> pd.DataFrame:
    """Return the used cycles in the order of the table."""
    return an.cycles[an.cycles["used"]].reset_index(drop=True)


def drawn_axis(an: Analysis) -> tuple[float, float]:
    """Return the first and last percent of the cycle that figures show."""
    return window(an.cycles, an.bursts, cyclic=words_for(an.study.activity).gait)


def mean_foot_off(an: Analysis) -> float:
    """Return the mean foot-off of the used cycles in percent, NaN if no cycle has one."""
    known = used_cycles(an)["foot_off_pct"].dropna()
    return float(known.mean()) if len(known) else float("nan")


def scaled_reference(an: Analysis) -> tuple[tuple[str, float, float], ...]:
    """Return the reference windows (variant, onset, offset) on the axis of this patient's cycle.

    Stance and swing are scaled to the mean foot-off, as the findings do; without one, as they are printed.
    """
    from emgkit.reference.windows import NOMINAL_FOOT_OFF_PCT, scaled_pct

    foot_off = mean_foot_off(an)
    if not 0 < foot_off < 100:  # also false for NaN
        return tuple(row[:3] for row in an.study.reference)
    nominal = an.study.timing_reference.get("foot_off_pct", NOMINAL_FOOT_OFF_PCT)
    return tuple(
        (name, scaled_pct(a, foot_off, nominal), scaled_pct(b, foot_off, nominal))
        for name, a, b, _ in an.study.reference
    )


def shown_modalities(an: Analysis) -> pd.DataFrame:
    """Return the rows of the summary that are drawn: the most frequent modalities that have bursts."""
    known = np.flatnonzero((an.summary["burst"].notna() & an.summary["onset_pct"].notna()).to_numpy())
    n_cycles, modality = (an.summary[name].to_numpy()[known] for name in ("n_cycles", "modality"))
    _, first = np.unique(modality, return_index=True)
    first = np.sort(first)
    order = first[np.argsort(-n_cycles[first].astype(np.int64), kind="stable")][:MAX_MODALITIES]
    rows = [known[modality == modality[k]] for k in order]
    return an.summary.iloc[np.concatenate(rows) if rows else known]


def whiskers(summary: pd.DataFrame) -> tuple[bool, ...]:
    """Return for each edge of the rows whether its mean has an interval that is drawn."""
    return tuple(
        bool(np.isfinite(row[f"{edge}_ci_low_pct"]) and np.isfinite(row[f"{edge}_ci_high_pct"]))
        for row in records(summary)
        for edge in ("onset", "offset")
    )


def timing_figure(an: Analysis) -> Figure:
    """Draw reference windows and mean timing above a raster with one row per used cycle."""
    with style.house_style():
        fig = style.new_figure(_timing_height(an))
        _draw_timing(fig, an, 0.0)
    return fig


def profile_figure(an: Analysis) -> Figure:
    """Draw mean, its interval, standard deviation and median of the envelope, and the filtered average."""
    with style.house_style():
        fig = style.new_figure(_ROOM_IN)
        draw_profile(style.add_axes(fig, FOOT_IN, PROFILE_IN), an)
    return fig


def overview_figure(an: Analysis, head_in: float = 0.0) -> Figure:
    """Draw the timing with the profile beneath it, on one axis of the cycle; leave room above for a title."""
    with style.house_style():
        fig = style.new_figure(_timing_height(an) + _ROOM_IN + head_in)
        _draw_timing(fig, an, _ROOM_IN)
        draw_profile(style.add_axes(fig, FOOT_IN, PROFILE_IN), an)
    return fig


def phases_drawn(an: Analysis) -> bool:
    """Tell whether the phases of gait, or those named for a repetition, stand above the raster."""
    return not an.phases.empty


def raster_height_in(n: int) -> float:
    """Return the height in inches of a raster of `n` cycles."""
    return max(min(_RASTER_IN, n * _ROW_IN), n * 0.016, 0.3)


def rows_above(an: Analysis, *, alternates: bool = True) -> Rows:
    """Return what has a row above the raster: all variants of the reference, or only the first."""
    variants = tuple(dict.fromkeys(row[0] for row in an.study.reference))
    summary = shown_modalities(an)
    modalities = tuple(dict.fromkeys(int(m) for m in summary["modality"]))
    return Rows(variants if alternates else variants[:1], modalities, summary)


def above_height_in(an: Analysis, rows: Rows) -> float:
    """Return the height in inches of the rows and of the phases."""
    return max(len(rows.variants) + len(rows.modalities) + phases_drawn(an), 1) * _ROW_IN


def _timing_height(an: Analysis) -> float:
    raster = raster_height_in(int(an.cycles["used"].sum()))
    return FOOT_IN + raster + _GAP_IN + above_height_in(an, rows_above(an)) + 0.03


def _draw_timing(fig: Figure, an: Analysis, bottom_in: float) -> None:
    used, rows = used_cycles(an), rows_above(an)
    foot, raster = bottom_in + FOOT_IN, raster_height_in(len(used))
    below = style.add_axes(fig, foot, raster)
    above = style.add_axes(fig, foot + raster + _GAP_IN, above_height_in(an, rows))
    draw_above(above, an, rows)
    above.xaxis.set_visible(False)
    draw_raster(below, an, used)
    cycle_axis(below, an)


def draw_above(ax: Axes, an: Analysis, rows: Rows) -> None:
    """Draw the phases, the reference and the mean timing, a row each."""
    labels = []
    if phases_drawn(an):
        (_draw_phases if an.study.activity == "walking" else _draw_named)(ax, an.phases)
        labels.append("phases")
    for y, variant in enumerate(rows.variants, start=len(labels)):
        for name, onset, offset in scaled_reference(an):
            if name == variant:
                for piece in bar(onset, offset):
                    gid = f"reference-{len(ax.patches) + 1}"
                    style.add_bars(ax, y, 0.5, (piece,), facecolor=style.GREY, linewidth=0, gid=gid)
        labels.append(
            "reference" if len(rows.variants) == 1 else drawn(f"ref. {variant.replace('_', ' ')}", 18)
        )
    for y, modality in enumerate(rows.modalities, start=len(labels)):
        mine = records(rows.summary[rows.summary["modality"] == modality])
        for row in mine:
            draw_mean_burst(ax, y, row, wraps=an.study.activity == "walking")
        ax.text(
            1.012, y, counted(mine), transform=ax.get_yaxis_transform(), va="center", size=6, color=style.GREY
        )
        labels.append(f"mean, {modality} burst{'' if modality == 1 else 's'}")
    if not labels:
        ax.text(50, 0, "mean timing is not determinable", ha="center", va="center", color=style.GREY)
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(max(len(labels), 1) - 0.5, -0.5)
    ax.set_xlim(*drawn_axis(an))
    ax.tick_params(axis="y", length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _draw_phases(ax: Axes, phases: pd.DataFrame) -> None:
    """Draw the phases in the first row: white between own events, else grey; a thick line at an own event."""
    codes = phases["code"].to_numpy()
    known = np.flatnonzero(phases["start_pct"].notna())
    starts = [*phases["start_pct"].to_numpy(dtype=np.float64)[known], 100.0]
    own = [*(phases["start_basis"].to_numpy()[known] == OWN_EVENTS), True]
    for k, (first, stop) in enumerate(zip(known, [*known[1:], len(codes)], strict=True)):
        width, middle = starts[k + 1] - starts[k], (starts[k] + starts[k + 1]) / 2
        alone = stop - first == 1
        colour = "white" if alone and own[k] and own[k + 1] else style.SWING
        style.add_bars(ax, 0, 0.8, ((starts[k], starts[k + 1]),), facecolor=colour, linewidth=0)
        text = codes[first] if alone else f"{codes[first]} to {codes[stop - 1]}: {NOT_DETERMINABLE}"
        ax.text(middle, 0, text, ha="center", va="center", size=5.5 if width > 3 else 4.2)
        line: dict[str, Any] = {"linewidth": 0.9} if own[k] else {"linewidth": 0.5, "linestyle": ":"}
        style.add_lines(ax, [((starts[k], -0.4), (starts[k], 0.4))], color=style.INK, **line)


def _draw_named(ax: Axes, phases: pd.DataFrame) -> None:
    """Draw the phases of a repetition in the first row, each from its start to its end."""
    for row in records(phases):
        start, width = row["start_pct"], row["end_pct"] - row["start_pct"]
        piece = (start, row["end_pct"])
        style.add_bars(ax, 0, 0.8, (piece,), facecolor="white", edgecolor=style.INK, linewidth=0.5)
        ax.text(
            start + width / 2, 0, drawn(row["code"], max(2, round(width))), ha="center", va="center", size=5.5
        )


def counted(rows: list[dict[str, Any]]) -> str:
    """Return how many cycles stand behind the means of one modality, and how many bursts were edited."""
    edited = sum(int(row["n_edited"]) for row in rows if not missing(row["n_edited"]))
    return f"n = {int(rows[0]['n_cycles'])}" + (f" ({edited} edited)" if edited else "")


def draw_mean_burst(ax: Axes, y: float, row: dict[str, Any], *, wraps: bool) -> None:
    """Draw a row of the summary as a bar from its mean onset to its mean offset, with their intervals."""
    pieces = bar if wraps else _straight
    look: dict[str, Any] = {"facecolor": style.TINT, "edgecolor": style.ACCENT, "linewidth": 0.6}
    style.add_bars(ax, y, 0.5, pieces(row["onset_pct"], row["offset_pct"]), **look)
    for edge in ("onset", "offset"):
        low, high = row[f"{edge}_ci_low_pct"], row[f"{edge}_ci_high_pct"]
        if not (np.isfinite(low) and np.isfinite(high)):
            continue
        for start, stop in pieces(low, high):
            ax.plot([start, stop], [y, y], color=style.INK, linewidth=0.9, solid_capstyle="butt")
        for end in (low % 100, high % 100) if wraps else (low, high):
            ax.plot([end, end], [y - 0.17, y + 0.17], color=style.INK, linewidth=0.9)


def _straight(start: float, stop: float) -> tuple[tuple[float, float], ...]:
    return ((start, stop),) if np.isfinite(start) and np.isfinite(stop) else ()


def draw_raster(ax: Axes, an: Analysis, cycles: pd.DataFrame) -> None:
    """Draw one row per cycle: on, swing and foot-off."""
    from matplotlib.collections import PolyCollection

    n = len(cycles)
    axis, bursts = drawn_axis(an), columns(an.bursts)
    foot_off = cycles["foot_off_pct"].to_numpy(dtype=np.float64)
    known = np.isfinite(foot_off)
    rows = np.arange(n)
    thick = 0.72 if n <= 40 else 0.86
    swings = [
        ((at, i - 0.5), (at, i + 0.5), (100, i + 0.5), (100, i - 0.5))
        for at, i in zip(foot_off[known], rows[known], strict=True)
    ]
    ax.add_collection(PolyCollection(swings, facecolors=style.SWING, linewidths=0, zorder=1), autolim=False)
    one = words_for(an.study.activity).one
    for i, (_, cycle) in enumerate(cycles.iterrows()):
        low, high = i - thick / 2, i + thick / 2
        on = spans(cycle, bursts, axis)
        automatic, by_hand = (
            [
                ((s.start_pct, low), (s.start_pct, high), (s.stop_pct, high), (s.stop_pct, low))
                for s in on
                if s.edited == edited
            ]
            for edited in (False, True)
        )
        when = ", ".join(f"{s.start_pct:.1f} to {s.stop_pct:.1f} %" for s in on)
        words = f"{one} {cycle['cycle']} of {drawn(str(cycle['trial']), 24)}: on {when}"
        gid = style.Titled(f"row-{i + 1}", words)
        row = PolyCollection(automatic, facecolors=style.ACCENT, linewidths=0, gid=gid)
        ax.add_collection(row, autolim=False)
        if by_hand:
            look: dict[str, Any] = {"facecolors": style.TINT, "edgecolors": style.INK, "linewidths": 0.5}
            ax.add_collection(PolyCollection(by_hand, gid=f"edited-row-{i + 1}", **look), autolim=False)
    touched = np.flatnonzero(cycles["edited"].to_numpy(dtype=bool))
    if touched.size:
        ax.plot(
            np.full(touched.size, 1.006),
            touched,
            transform=ax.get_yaxis_transform(),
            linestyle="none",
            marker="D",
            markersize=2.2,
            color=style.INK,
            clip_on=False,
            gid="edited-cycles",
        )
    for colour, width in (("white", 2.2), (style.INK, 0.9)):  # seen on blue, on grey and on white
        ticks_ = [((at, i - 0.5), (at, i + 0.5)) for at, i in zip(foot_off[known], rows[known], strict=True)]
        style.add_lines(ax, ticks_, color=colour, linewidth=width)
    trials = cycles["trial"].to_numpy()
    first = np.flatnonzero(np.append(True, trials[1:] != trials[:-1])) if n else np.array([], dtype=np.int64)
    if len(first) > 1:
        between = [((axis[0], i - 0.5), (axis[1], i - 0.5)) for i in first[1:].tolist()]
        style.add_lines(ax, between, color=style.INK, linewidth=0.5)
        for start, stop in zip(first, [*first[1:], n], strict=True):
            ax.text(
                1.012,
                (start + stop - 1) / 2,
                drawn(str(trials[start]), 13),
                transform=ax.get_yaxis_transform(),
                va="center",
                size=6,
                color=style.GREY,
            )
    # a cycle keeps the number that it has in the tables
    numbers = cycles["cycle"].to_numpy()
    per_inch = max(n, 1) / style.size_in(ax)[1]
    step = style.tick_step((1, 5, 20, 100), per_inch, style.above_in(style.tick_points(ax.yaxis)))
    ticks = [i for i in range(n) if int(numbers[i]) % step == 0]
    if n and (not ticks or ticks[0] > step // 2):
        ticks.insert(0, 0)
    ax.set_yticks(ticks, [str(numbers[i]) for i in ticks])
    ax.set_ylim(max(n, 1) - 0.5, -0.5)
    ax.set_ylabel(one)
    if n == 0:
        ax.text(50, 0, f"no {one} was used", ha="center", va="center")


def cycle_axis(ax: Axes, an: Analysis) -> None:
    """Label the axis of the cycle, 0 to 100 %."""
    words = words_for(an.study.activity)
    low, high = drawn_axis(an)
    if (low, high) != (0.0, 100.0):
        for bound in (0, 100):
            ax.axvline(bound, color=style.GREY, linewidth=0.6, linestyle=(0, (2, 2)), zorder=0)
    ax.set_xlim(low, high)
    per_inch = (high - low) / style.size_in(ax)[0]
    step = style.tick_step((10, 20, 50, 100), per_inch, style.across_in(style.tick_points(ax.xaxis)))
    ax.set_xticks(range(int(np.ceil(low / step)) * step, int(high) + 1, step))
    ax.set_xlabel(
        "gait cycle, % (0 = foot contact)" if words.gait else "repetition, % (0 = its start, 100 = its end)",
        labelpad=2,
    )


def draw_profile(ax: Axes, an: Analysis) -> None:
    """Draw mean, its interval, standard deviation and median of the envelope, and the filtered average."""
    from matplotlib.transforms import ScaledTranslation

    column = {name: an.profile[name].to_numpy(dtype=np.float64) for name in an.profile.columns}
    pct, mean, sd = column["pct"], column["mean_uv"], column["sd_uv"]
    foot_off = mean_foot_off(an)
    steps = column["intensity_uv"]
    top = _top(mean + np.nan_to_num(sd), column["median_uv"], steps)
    if np.isfinite(foot_off):
        ax.axvspan(foot_off, 100, color=style.SWING, linewidth=0)
        ax.axvline(foot_off, color=style.INK, linewidth=0.8)
        ax.text(foot_off / 2, top * 0.98, "stance", ha="center", va="top", size=6.5, color=style.GREY)
        ax.text(50 + foot_off / 2, top * 0.98, "swing", ha="center", va="top", size=6.5, color=style.GREY)
    ax.fill_between(pct, np.maximum(mean - sd, 0), mean + sd, color=style.ACCENT, alpha=0.22, linewidth=0)
    ax.fill_between(
        pct, column["band_low_uv"], column["band_high_uv"], color=style.ACCENT, alpha=0.45, linewidth=0
    )
    ax.plot(pct, column["median_uv"], color=style.INK, linewidth=0.8, linestyle=(0, (3, 2)))
    ax.plot(pct, mean, color=style.ACCENT, linewidth=1.5)
    ax.plot(pct, steps, color=style.SECOND, linewidth=0.8, drawstyle="steps-post")
    ax.set_ylim(0, top)
    ax.set_ylabel("envelope, \u00b5V")
    cycle_axis(ax, an)
    shown = [("- - median", style.INK)]
    if np.isfinite(column["band_low_uv"]).any():
        shown.insert(0, (f"{100 * an.settings.measure.confidence:g} % interval", style.ACCENT))
    if np.isfinite(sd).any():
        shown.insert(0, ("\u00b1 1 SD (pale)", style.ACCENT))
    if np.isfinite(steps).any():
        shown.append(("intensity-filtered", style.SECOND))
    shown.insert(0, ("mean", style.ACCENT))
    for k, (label, colour) in enumerate(shown):
        down = ScaledTranslation(0, -k * _LEGEND_IN, ax.figure.dpi_scale_trans)
        look: dict[str, Any] = {"color": colour, "weight": "normal" if k else "bold", "size": 6, "va": "top"}
        ax.text(1.012, 1.0, label, transform=ax.transAxes + down, **look)


def _top(*arrays: FloatArray) -> float:
    values = np.concatenate(arrays)
    values = values[np.isfinite(values)]
    return float(values.max()) * 1.12 if values.size and values.max() > 0 else 1.0
