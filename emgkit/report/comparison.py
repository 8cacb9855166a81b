"""Two results side by side, as a physician reads them: one HTML file and one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emgkit.comparison import Comparison
from emgkit.comparison.measures import shared_modality
from emgkit.report import figures, record, style
from emgkit.report.files import csv_bytes
from emgkit.report.glyphs import drawn
from emgkit.report.html import render_html
from emgkit.report.magnitude import CAUTION
from emgkit.report.model import Block, Bullets, Column, Document, Facts, Paragraph, Picture, Section, Table
from emgkit.report.physician import DRAFT
from emgkit.report.words import (
    MICRO,
    NBSP,
    Words,
    missing,
    named,
    number,
    records,
    remark,
    sentence,
    significant,
    words_for,
)
from emgkit.result import Analysis
from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NO_VERDICT = (
    "Differences are measurements with their intervals. Nothing is tested and nothing is said of what a"
    " difference means; the interpretation is the physician's."
)
_NAMES = {
    "mean": "Mean of the rectified signal over the {one}",
    "peak": "Peak of the envelope in the {one}",
    "burst_mean": "Mean within the bursts",
    "foot_off": "Foot-off",
    "modality_frequency": "{Many} with this number of bursts",
    "active_share": "Muscle on, of the {one}",
    "profile_cv": "Variation of the profile",
    "stride_time_cv": "Variation of the stride time",
    "repetition_time_cv": "Variation of the repetition time",
}
_CURVE_IN, _BAR_IN, _GAP_IN, _FOOT_IN = 1.25, 0.2, 0.16, 0.34


def render_comparison(found: Comparison) -> dict[str, bytes]:
    """Return `comparison.csv` and `comparison.html` as bytes by name."""
    return {
        "comparison.csv": csv_bytes(found.table),
        "comparison.html": render_html(document(found)),
    }


def document(found: Comparison) -> Document:
    """Return what is said of two results, figure drawn."""
    words = words_for(found.a.study.activity)
    muscle = next(
        (named(an.study.muscle) for an in (found.a, found.b) if an.study.muscle), "muscle not recorded"
    )
    side = next((an.study.side for an in (found.a, found.b) if an.study.side), "side not recorded")
    label_a, label_b = found.labels
    strip = (
        ("Muscle", muscle),
        ("Side", side),
        ("Activity", words.activity),
        ("A", label_a),
        ("B", label_b),
    )
    return Document(
        title=f"Two results side by side: {muscle}, {side}, {label_a} and {label_b}",
        status=DRAFT,
        strip=strip,
        sections=(_differences(found, words), _figure(found, words), _results(found, words)),
        footer=f"{label_a} and {label_b} \u00b7 emgkit {_version()}",
    )


def _version() -> str:
    from importlib.metadata import version

    return version("emgkit")


def _differences(found: Comparison, words: Words) -> Section:
    levels = [f"{100 * an.settings.measure.confidence:g} %" for an in (found.a, found.b)]
    level = levels[0] if levels[0] == levels[1] else f"{levels[0]} (A) or {levels[1]} (B)"
    note = (
        f"Each value with its {level} interval and n. Difference: B minus A, with its interval. Onset and"
        f" offset are in percent of the {words.one}, their differences on the circle."
        " Definitions: docs/timing.md."
    )
    blocks: list[Block] = [
        differences_table(found, words),
        Paragraph(note, "note"),
        CAUTION,
        Paragraph("What to know when reading it", "heading"),
        Bullets(tuple(("", sentence(remark(text))) for text in found.remarks)),
        Paragraph(NO_VERDICT, "note"),
    ]
    return Section("differences", "Differences", tuple(blocks))


def differences_table(found: Comparison, words: Words) -> Table:
    """Return each measure of both results, the difference, and whether it may be made."""
    rows = []
    for row in records(found.table):
        unit = str(row["unit"])
        rows.append(
            (
                _name(row, words),
                _unit(unit),
                _value(row, "a"),
                _value(row, "b"),
                _cell(row["difference"], row["difference_low"], row["difference_high"]),
                sentence(remark(str(row["comparable"]))),
            )
        )
    columns = (
        Column("Measure", share=5),
        Column("Unit", share=2),
        Column(f"A: {found.labels[0]}", "right", share=4),
        Column(f"B: {found.labels[1]}", "right", share=4),
        Column("Difference, B \u2212 A", "right", share=4),
        Column("May be compared", share=5),
    )
    return Table(columns, tuple(rows), small=True)


def _name(row: dict[str, Any], words: Words) -> str:
    name = _NAMES.get(str(row["measure"]), named(str(row["measure"])))
    text = sentence(name.format(one=words.one, Many=sentence(words.many)))
    if missing(row["burst_a"]):
        return text
    if row["burst_a"] == row["burst_b"]:
        return f"{text}, burst {int(row['burst_a'])}"
    return f"{text}, burst {int(row['burst_a'])} of A and {int(row['burst_b'])} of B"


def _unit(unit: str) -> str:
    return {"none": "ratio", "uV": MICRO}.get(unit, unit)


def _value(row: dict[str, Any], which: str) -> str:
    text = _cell(row[which], row[f"{which}_low"], row[f"{which}_high"])
    return text if missing(row[which]) else f"{text}; n{NBSP}={NBSP}{int(row[f'{which}_n'])}"


def _cell(value: Any, low: Any, high: Any) -> str:
    if missing(value):
        return NOT_DETERMINABLE
    if missing(low) or missing(high):
        return f"{significant(value)} (interval {NOT_DETERMINABLE})"
    # bounds with the decimals of what tells them apart, so that none reads like the value
    decimals = int(np.clip(1 - np.floor(np.log10(max(float(high) - float(low), 1e-9))), 0, 6))
    low_text, high_text = number(low, decimals), number(high, decimals)
    return f"{number(value, decimals)} ({low_text}{NBSP}to{NBSP}{high_text})"


def _results(found: Comparison, words: Words) -> Section:
    return Section(
        "results",
        "The two results",
        tuple(
            _facts(an, f"{letter}: {label}", words)
            for an, letter, label in zip((found.a, found.b), "AB", found.labels, strict=True)
        ),
    )


def _facts(an: Analysis, title: str, words: Words) -> Facts:
    used = int(an.cycles["used"].sum())
    method = named(str(an.study.detector.get("method", NOT_RECORDED)))
    return Facts(
        (
            *record.identification(an, words),
            ("Used", f"{words.count(used)} of {len(an.cycles)}"),
            ("Detector", method),
            ("Band", an.study.band),
            ("Normalisation", remark(an.study.normalisation)),
            ("Files", ", ".join(f"{s.name} ({s.sha256[:12]}\u2026)" for s in an.inputs) or NOT_RECORDED),
            ("Version of emgkit", an.versions.get("emgkit", NOT_RECORDED)),
        ),
        title=title,
    )


def _figure(found: Comparison, words: Words) -> Section:
    modality = shared_modality(found.a, found.b)
    amplitude = _amplitude_compares(found)
    bursts = "1 burst" if modality == 1 else f"{modality} bursts"
    caption = [
        f"Above: mean onset and offset of {words.many} with {bursts}, with intervals."
        if modality
        else "Above: no number of bursts occurs often enough in both to compare mean timing.",
        f"Rasters: one row per used {words.one}; blue: muscle on.",
        f"Below: share of {words.many} in which the muscle is on, and the mean envelope"
        + (
            f" in {MICRO}."
            if amplitude
            else ", each in percent of its own peak: the table has no difference of amplitudes."
        ),
        "Line: A; dashed: B.",
    ]
    picture = Picture(
        "comparison",
        style.to_svg(comparison_figure(found)),
        f"Mean timing, rasters and profiles of {found.labels[0]} and {found.labels[1]}.",
        " ".join(caption),
    )
    return Section("figure", "Timing and profile", (picture,))


def _amplitude_compares(found: Comparison) -> bool:
    rows = found.table[found.table["measure"] == "mean"]
    return bool((rows["comparable"] == "yes").all())


def comparison_figure(found: Comparison) -> Figure:
    """Draw mean timing, both rasters, and occurrence and envelope over one another, on one axis."""
    both = (found.a, found.b)
    rasters = [figures.raster_height_in(int(an.cycles["used"].sum())) for an in both]
    timing = 2 * _BAR_IN
    height = _FOOT_IN + 2 * (_CURVE_IN + _GAP_IN) + sum(rasters) + 2 * _GAP_IN + timing + 0.05
    with style.house_style():
        fig = style.new_figure(height)
        bottom = _FOOT_IN
        envelope = style.add_axes(fig, bottom, _CURVE_IN)
        bottom += _CURVE_IN + _GAP_IN
        share = style.add_axes(fig, bottom, _CURVE_IN)
        bottom += _CURVE_IN + _GAP_IN
        axes = [envelope, share]
        for an, letter, label, raster in zip(
            both[::-1], "BA", found.labels[::-1], rasters[::-1], strict=True
        ):
            ax = style.add_axes(fig, bottom, raster)
            figures.draw_raster(ax, an, figures.used_cycles(an))
            ax.set_ylabel(f"{letter}: {drawn(label, 16)}")
            axes.append(ax)
            bottom += raster + _GAP_IN
        above = style.add_axes(fig, bottom, timing)
        _draw_timing(above, found)
        axes.append(above)
        _draw_share(share, found)
        _draw_envelope(envelope, found)
        bounds = [figures.drawn_axis(an) for an in both]
        for ax in axes:
            ax.set_xlim(min(low for low, _ in bounds), max(high for _, high in bounds))
            ax.tick_params(labelbottom=ax is envelope)
        figures.cycle_axis(envelope, found.a)
        envelope.set_xlim(*share.get_xlim())
    return fig


def _draw_timing(ax: Axes, found: Comparison) -> None:
    modality = shared_modality(found.a, found.b)
    for y, an in enumerate((found.a, found.b)):
        rows = an.summary[an.summary["modality"] == modality] if modality else an.summary.iloc[:0]
        for row in records(rows):
            figures.draw_mean_burst(ax, y, row, wraps=an.study.activity == "walking")
        if modality:
            ax.text(
                1.012,
                y,
                f"n = {int(rows['n_cycles'].iloc[0])}",
                transform=ax.get_yaxis_transform(),
                va="center",
                size=6,
                color=style.GREY,
            )
    ax.set_yticks((0, 1), ["mean, A", "mean, B"])
    ax.set_ylim(1.5, -0.5)
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)


def _draw_share(ax: Axes, found: Comparison) -> None:
    _draw_pair(ax, found, [100 * an.profile["on_fraction"].to_numpy(np.float64) for an in (found.a, found.b)])
    ax.set_ylim(0, 105)
    ax.set_ylabel("muscle on, %")


def _draw_envelope(ax: Axes, found: Comparison) -> None:
    curves = [an.profile["mean_uv"].to_numpy(np.float64) for an in (found.a, found.b)]
    if not _amplitude_compares(found):
        tops = [float(np.nanmax(curve, initial=0)) for curve in curves]
        curves = [100 * curve / top if top > 0 else curve for curve, top in zip(curves, tops, strict=True)]
    _draw_pair(ax, found, curves)
    ax.set_ylim(bottom=0)
    ax.set_ylabel(f"envelope, {MICRO}" if _amplitude_compares(found) else "envelope, %\nof its own peak")


def _draw_pair(ax: Axes, found: Comparison, curves: list[np.ndarray[Any, np.dtype[np.float64]]]) -> None:
    looks: tuple[tuple[str, str, Any], ...] = (("A", style.ACCENT, "-"), ("B", style.SECOND, (0, (4, 1.5))))
    for k, (an, (letter, colour, dashes), curve) in enumerate(
        zip((found.a, found.b), looks, curves, strict=True)
    ):
        ax.plot(an.profile["pct"], curve, color=colour, linewidth=1.4, linestyle=dashes)
        ax.text(
            1.012, 1 - 0.14 * k, letter, color=colour, weight="bold", transform=ax.transAxes, size=7, va="top"
        )
