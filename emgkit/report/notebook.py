"""How a Recording, an Analysis and a Session show themselves in Jupyter, and their figures."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from emgkit.comparison import Comparison
from emgkit.gait.footsteps import whole
from emgkit.model import Recording, Session
from emgkit.report import figures, lines, style
from emgkit.report.comparison import comparison_figure, differences_table
from emgkit.report.glyphs import drawn
from emgkit.report.model import Table
from emgkit.report.plots import overview, profile, raster, strides, timing
from emgkit.report.spans import envelope_points
from emgkit.report.words import missing, named, number, remark, sentence, stated, words_for
from emgkit.result import Analysis, Footsteps
from emgkit.settings import GaitSettings
from emgkit.tables import AMPLITUDE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "analysis_html",
    "comparison_html",
    "overview",
    "plot_comparison",
    "plot_recording",
    "profile",
    "raster",
    "recording_html",
    "session_html",
    "strides",
    "timing",
]
"""What objects ask for by name, see `emgkit.model.in_notebook`."""

_PARTS, _SWITCH_PARTS = 500, 200
"""Stretches into which a signal is cut to be drawn: about a pixel of a screen wide, and two."""
_KINDS = {
    "foot_contact": ("contact", "-"),
    "foot_off": ("foot-off", ":"),
    "repetition_start": ("start", "-"),
    "repetition_end": ("end", ":"),
}


def plot_comparison(found: Comparison) -> Figure:
    """Return a figure: mean timing, rasters and profiles of two results."""
    return comparison_figure(found)


def comparison_html(found: Comparison) -> str:
    """Return the differences and what to know of them, over the figure."""
    words = words_for(found.a.study.activity)
    figure = style.for_html(style.to_svg(comparison_figure(found)), "comparison")
    rows = [("note", remark(text)) for text in found.remarks]
    title = f"{found.labels[0]} and {found.labels[1]}"
    return _card(title, rows) + f"<div>{figure}</div>{_table(differences_table(found, words))}"


def plot_recording(rec: Recording) -> Figure:
    """Return a figure: the raw signal with the events of its side, and the foot switches beneath it.

    Behind switches that can be decoded with the default settings grey is swing; dashed lines are thresholds.
    """
    steps = whole(rec, GaitSettings())
    switches = list(rec.switches.values())
    with style.house_style():
        height = 2.0 + 0.45 * len(switches)
        fig = style.new_figure(height)
        top = style.add_axes(fig, 0.42 + 0.45 * len(switches), 1.3)
        _draw_trace(top, rec.emg_uv, rec.rate_hz, style.INK, _PARTS)
        _draw_events(top, rec)
        top.set_ylabel("\u00b5V")
        name = drawn(f"{rec.label} ({named(rec.muscle)}, {rec.side or 'side not recorded'})", 80)
        top.set_title(name, loc="left", size=7.5)
        for k, switch in enumerate(switches, start=1):
            ax = style.add_axes(fig, 0.42 + 0.45 * (len(switches) - k), 0.36)
            _draw_trace(ax, switch.voltage_v, switch.rate_hz, style.ACCENT, _SWITCH_PARTS)
            if steps is not None:
                _draw_swings(ax, steps, k - 1)
            ax.set_xlim(0, max(rec.duration_s, 1e-9))
            ax.set_ylabel("V")
            site = drawn(switch.site.replace("_", " "), 18)
            ax.text(1.012, 0.6, site, transform=ax.transAxes, size=6, va="center")
            ax.tick_params(labelbottom=k == len(switches))
        bottom = fig.axes[-1]
        top.set_xlim(0, max(rec.duration_s, 1e-9))
        top.tick_params(labelbottom=not switches)
        bottom.set_xlabel("time, s")
    return fig


def _draw_trace(
    ax: Axes, values: np.ndarray[tuple[int], np.dtype[np.float64]], rate_hz: float, colour: str, parts: int
) -> None:
    x, y = envelope_points(values, parts)
    ax.plot(x * values.size / rate_hz, y, color=colour, linewidth=0.5)


def _draw_swings(ax: Axes, steps: Footsteps, k: int) -> None:
    """Draw the swings of the foot and the thresholds of its k-th switch, or say that it is not decoded."""
    for level in steps.switches[k].threshold_v:
        ax.axhline(level, color=style.GREY, linewidth=0.5, linestyle=(0, (4, 2)), zorder=1)
    starts, stops = [state[0] for state in steps.states], [state[1] for state in steps.states]
    swings = [(a, b - a) for a, b in zip([0.0, *stops], [*starts, steps.stop_s], strict=True) if b > a]
    if not steps.refused:
        ax.broken_barh(swings, (0, 1), transform=ax.get_xaxis_transform(), facecolors=style.SWING, zorder=0)
    else:
        ax.text(1.012, 0.15, "not decoded", transform=ax.transAxes, size=6, va="center", color=style.GREY)


def _draw_events(ax: Axes, rec: Recording) -> None:
    events = rec.events
    mine = events[events["side"].isna() | (events["side"] == rec.side)] if rec.side else events
    for i, (kind, (word, dashes)) in enumerate(_KINDS.items()):
        times = mine.loc[mine["kind"] == kind, "time_s"].to_numpy()
        for time in times:
            ax.axvline(time, color=style.ACCENT, linewidth=0.7, linestyle=dashes, zorder=0)
        if times.size:
            label = f"{'|' if dashes == '-' else ':'} {word}"
            ax.text(1.012, 1 - 0.12 * i, label, transform=ax.transAxes, size=6, va="top", color=style.ACCENT)


def recording_html(rec: Recording) -> str:
    """Return a small table of what a recording holds."""
    counts = rec.events["kind"].value_counts().sort_index()
    return _card(
        f"Recording {rec.trial}",
        [
            ("channel", rec.label),
            ("muscle", named(rec.muscle)),
            ("side", named(rec.side)),
            ("rate", f"{rec.rate_hz:g} Hz"),
            ("duration", number(rec.duration_s, 2, "s")),
            ("foot switches", stated([site.replace("_", " ") for site in rec.switches])),
            ("events", stated([f"{n} {str(kind).replace('_', ' ')}" for kind, n in counts.items()])),
            ("source", f"{rec.source.name} ({rec.source.format}, SHA-256 {rec.source.sha256[:12]}\u2026)"),
            *(("note", remark(note)) for note in rec.notes),
        ],
    )


def analysis_html(an: Analysis) -> str:
    """Return the findings and the quality in words, over the figure of timing and profile."""
    words = words_for(an.study.activity)
    used = an.cycles["used"]
    checks = an.quality["verdict"].value_counts()
    rows = [
        (f"verdict {an.study.verdict}", an.study.verdict_why),
        (words.many, f"{int(used.sum())} used of {len(used)} recorded"),
        ("bursts", str(len(an.bursts))),
        ("quality", ", ".join(f"{n} {verdict}" for verdict, n in checks.items()) or "no check was made"),
        *(("finding", str(text)) for text in an.findings["statement"]),
        *(() if len(an.findings) else (("finding", "no finding was made"),)),
        ("normalisation", remark(an.study.normalisation)),
        *(("caution", remark(text)) for text in an.study.amplitude.against),
        *(("note", remark(note)) for note in dict.fromkeys((*an.notes, AMPLITUDE))),
    ]
    title = f"{named(an.study.muscle)}, {an.study.side or 'side not recorded'}, {words.activity}"
    figure = style.for_html(style.to_svg(figures.overview_figure(an)), "analysis")
    return _card(sentence(title), rows) + f"<div>{figure}</div>{_table(lines.burst_table(an, words))}"


def session_html(session: Session) -> str:
    """Return a small table of what a session folder holds."""
    electrode = session.manifest.get("electrode") or {}
    muscle = electrode.get("muscle")
    return _card(
        f"Session {session.id}",
        [
            ("folder", _name(session.folder)),
            ("muscle", named(None if missing(muscle) else str(muscle))),
            ("side", stated(electrode.get("side"))),
            *((role, stated([_name(path) for path in paths])) for role, paths in session.paths.items()),
            *((("edits by hand", str(len(session.edits))),) if session.edits else ()),
        ],
    )


def _table(table: Table) -> str:
    head = "".join(f"<th>{escape(column.title)}</th>" for column in table.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _name(path: str) -> str:
    return path.replace("\\", "/").rsplit("/", 1)[-1]


def _card(title: str, rows: list[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr style="text-align:left"><th>{escape(name)}</th><td>{escape(value)}</td></tr>'
        for name, value in rows
    )
    return f"<div><strong>{escape(title)}</strong><table><tbody>{cells}</tbody></table></div>"
