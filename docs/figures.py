"""Draw the figures of the documentation from simulated recordings, with the code that they explain.

Run it after a change of a measure; the same code gives the same bytes:

    python docs/figures.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import emgkit
from emgkit.condition.envelopes import envelope_of
from emgkit.condition.filters import condition
from emgkit.measures.principal import principal_table
from emgkit.measures.summary import Counted
from emgkit.measures.turns import turns
from emgkit.model import FloatArray
from emgkit.report import style
from emgkit.report.figures import profile_figure, scaled_reference, timing_figure
from emgkit.report.responses import response_figure
from emgkit.report.spans import bar
from emgkit.result import Analysis, Trace
from emgkit.settings import Settings
from emgkit.simulation.session import session_trials

DOCS = Path(__file__).resolve().parent
SAMPLE = DOCS.parent / "sample_data" / "tibialis_anterior_walking"
QUICK = Settings(detect={"sensitivity": "off"})
"""Without the repeated detection, which none of these figures shows."""


@cache
def session() -> Analysis:
    """Return the analysis of the simulated session in `sample_data`."""
    return emgkit.analyze_session(emgkit.load_session(SAMPLE))


def magnitude() -> Figure:
    """Draw a burst: rectified signal, envelope, mean, root mean square and noise floor."""
    an = session()
    trace: Trace = an.traces[0]
    burst = an.bursts[(an.bursts["trial"] == trace.trial) & (an.bursts["cycle"] == 8)].iloc[0]
    onset, offset = burst["onset_s"], burst["offset_s"]
    part = slice(round((onset - 0.15) * trace.rate_hz), round((offset + 0.15) * trace.rate_hz))
    time_s = np.arange(part.start, part.stop) / trace.rate_hz
    fig, ax = _figure(2.4)
    ax.plot(time_s, np.abs(trace.emg_uv[part]), color=style.LIGHT, linewidth=0.5)
    ax.plot(time_s, trace.envelope_uv[part], color=style.ACCENT, linewidth=1.5)
    levels = (("rms_uv", "RMS", style.SECOND, "-"), ("mean_uv", "mean", style.INK, "-"))
    for column, name, colour, dashes in levels:
        ax.hlines(burst[column], onset, offset, color=colour, linewidth=1.2, linestyle=dashes)
        ax.text(offset + 0.005, burst[column], f"{name} {burst[column]:.0f}", color=colour, va="center")
    ax.axhline(an.study.noise_uv, color=style.GREY, linewidth=0.8, linestyle=(0, (3, 2)))
    _beside(ax, an.study.noise_uv, f"noise {an.study.noise_uv:.1f}", style.GREY)
    place_s = time_s[int(np.argmax(trace.envelope_uv[part]))]
    ax.plot([place_s], [burst["peak_uv"]], "o", color=style.ACCENT, markersize=3)
    ax.text(place_s, burst["rms_uv"] + 5, f"peak {burst['peak_uv']:.0f}", color=style.ACCENT, ha="center")
    for edge in (onset, offset):
        ax.axvline(edge, color=style.INK, linewidth=0.6, linestyle=":")
    ax.set(
        xlim=(time_s[0], time_s[-1]),
        ylim=(0, np.abs(trace.emg_uv[part]).max()),
        xlabel="time, s",
        ylabel="|x|, \u00b5V",
    )
    return fig


def normalisation() -> Figure:
    """Draw a maximum test with its best window."""
    settings = Settings()
    test = session_trials(SAMPLE.name)["mmt_1.c3d"]
    emg_uv = condition(test.emg_uv, test.rate_hz, settings.condition).emg_uv
    found = session().study.amplitude
    time_s = np.arange(emg_uv.size) / test.rate_hz
    fig, ax = _figure(1.6)
    ax.axvspan(found.start_s, found.start_s + found.window_s, color=style.TINT, linewidth=0)
    each = 20
    coarse = np.abs(emg_uv[: emg_uv.size // each * each]).reshape(-1, each).max(axis=1)
    ax.plot(time_s[: coarse.size * each : each], coarse, color=style.LIGHT, linewidth=0.5)
    envelope = envelope_of(emg_uv, test.rate_hz, settings.condition)
    ax.plot(time_s[::each], envelope[::each], color=style.ACCENT, linewidth=1.2)
    ax.hlines(found.best_uv, found.start_s, found.start_s + found.window_s, color=style.SECOND, linewidth=2)
    text = f"100 % =\n{found.best_uv:.1f} \u00b5V\nin {found.window_s:g} s from\n{found.start_s:.2f} s"
    ax.text(1.012, 0.98, text, transform=ax.transAxes, color=style.SECOND, va="top", size=6)
    ax.set(xlim=(0, time_s[-1]), ylim=(0, coarse.max()), xlabel="time, s", ylabel="|x|, \u00b5V")
    return fig


def gait() -> Figure:
    """Draw the phases, the reference, the mean timing and the strides of the session as the report does."""
    return timing_figure(session())


def profile() -> Figure:
    """Draw the profile of the session as the report does."""
    return profile_figure(session())


def mean_interval() -> Figure:
    """Draw the onset of each stride with its own interval, and their mean with its interval."""
    an = session()
    row = an.summary.iloc[0]
    own = an.bursts[an.bursts["cycle"].notna() & an.bursts["onset_pct"].notna()].reset_index(drop=True)
    fig, ax = _figure(1.9)
    ax.axvspan(row["onset_ci_low_pct"], row["onset_ci_high_pct"], color=style.TINT, linewidth=0)
    ax.axvline(row["onset_pct"], color=style.ACCENT, linewidth=1.2)
    ax.hlines(own.index + 1, own["onset_low_pct"], own["onset_high_pct"], color=style.INK, linewidth=0.9)
    ax.plot(own["onset_pct"], own.index + 1, "o", color=style.INK, markersize=2)
    low, high = row["onset_ci_low_pct"], row["onset_ci_high_pct"]
    text = f"mean {row['onset_pct']:.1f} %\n95 % interval\n{low:.1f} to {high:.1f} %"
    ax.text(1.012, 0.98, text, transform=ax.transAxes, color=style.ACCENT, va="top", size=6)
    ax.set(ylim=(len(own) + 0.5, 0.5), xlabel="onset, % of the gait cycle", ylabel="stride")
    return fig


def variance_ratio() -> Figure:
    """Draw the envelopes of strides that are alike and of strides that are not, with their variance ratio."""
    fig = style.new_figure(1.7)
    kinds = (("strides alike", 0.0, 0.05), ("strides that differ", 8.0, 0.4))
    for k, (name, edge_sd_pct, excitation_cv) in enumerate(kinds):
        rec = emgkit.simulate(
            n_cycles=10, edge_sd_pct=edge_sd_pct, excitation_cv=excitation_cv, artefact_uv=0.0, seed=3
        )
        an = emgkit.analyze(rec, QUICK)
        strides = _envelopes(an)
        ratio = an.variability.set_index("measure").loc["variance_ratio", "value"]
        ax = fig.add_axes((0.15 + 0.43 * k, 0.22, 0.38, 0.64))
        ax.plot(np.arange(0, 100, 2), strides[:, ::2].T, color=style.LIGHT, linewidth=0.7)
        ax.plot(np.arange(100), strides.mean(axis=0), color=style.ACCENT, linewidth=1.5)
        ax.set_title(f"{name}: VR = {ratio:.2f}", loc="left", size=7)
        ax.set(xlim=(0, 100), ylim=(0, None), xlabel="gait cycle, %")
    fig.axes[0].set_ylabel("envelope, \u00b5V")
    return fig


def principal() -> Figure:
    """Draw strides of three recurring patterns and the principal activation that they share."""
    patterns = [[(60, 105)]] * 40 + [[(60, 122)]] * 50 + [[(32, 40), (57, 104)]] * 30
    noise = np.random.default_rng(8)
    rows = [
        ("walk", cycle, len(pairs), number, *(edge + noise.normal(size=2)))
        for cycle, pairs in enumerate(patterns, start=1)
        for number, edge in enumerate(pairs, start=1)
    ]
    columns = ["trial", "cycle", "modality", "number", "onset_pct", "offset_pct"]
    bursts = pd.DataFrame(rows, columns=columns)
    found = principal_table(Counted(bursts, bursts.groupby("cycle").size(), ""), walking=True)
    fig, ax = _figure(1.9)
    for row in bursts.itertuples(index=False):
        for start, stop in bar(row.onset_pct, row.offset_pct):
            ax.barh(row.cycle, stop - start, left=start, height=1.0, color=style.TINT)
    for row in found.itertuples(index=False):
        for start, stop in bar(row.onset_pct, row.offset_pct):
            ax.barh(-6, stop - start, left=start, height=8, color=style.ACCENT)
    _beside(ax, -6, "principal", style.ACCENT)
    ax.set(xlim=(0, 100), ylim=(len(patterns) + 1, -12), xlabel="gait cycle, %", ylabel="stride")
    return fig


def findings() -> Figure:
    """Draw the same burst moved against its reference, and the term that each place gets."""
    fig, ax = _figure(1.75)
    tolerance = QUICK.measure.timing_tolerance_pct
    labels = ["reference"]
    for y, shift in enumerate((-12.0, -5.0, 0.0, 12.0), start=1):
        rec = emgkit.simulate(
            n_cycles=12, bursts_pct=((53.5 + shift, 109.0),), edge_sd_pct=2.5, artefact_uv=0.0, seed=4
        )
        an = emgkit.analyze(rec, QUICK)
        if y == 1:
            onset = _draw_reference(ax, an)
            ax.axvspan(onset - tolerance, onset + tolerance, color=style.SWING, linewidth=0, zorder=0)
        row = an.summary.iloc[0]
        low, high = row["onset_ci_low_pct"], row["onset_ci_high_pct"]
        for start, stop in bar(row["onset_pct"], row["offset_pct"]):
            ax.barh(y, stop - start, left=start, height=0.5, color=style.TINT, edgecolor=style.ACCENT)
        ax.errorbar(
            row["onset_pct"],
            y,
            xerr=[[row["onset_pct"] - low], [high - row["onset_pct"]]],
            color=style.INK,
            linewidth=1.0,
            capsize=2,
        )
        said = an.findings[an.findings["statement"].str.startswith("Onset")].iloc[0]
        ax.text(1.012, y, said["term"], transform=ax.get_yaxis_transform(), va="center", size=6)
        labels.append(f"{said['value']:+.1f} %")
    ax.set_yticks(range(len(labels)), labels)
    ax.set(ylim=(len(labels) - 0.5, -0.5), xlim=(0, 100), xlabel="gait cycle, % (0 = foot contact)")
    return fig


def interference_pattern() -> Figure:
    """Draw the turns of a stretch of an interference pattern."""
    rec = emgkit.simulate(
        activity="repetitions",
        n_cycles=1,
        cycle_s=3.0,
        cycle_sd_s=0.0,
        rate_hz=10000.0,
        peak_uv=900.0,
        seed=5,
    )
    first = round(2.5 * rec.rate_hz)
    part = rec.emg_uv[first : first + round(0.06 * rec.rate_hz)]
    found = turns(part, 100.0)
    time_ms = 1000 * np.arange(part.size) / rec.rate_hz
    fig, ax = _figure(1.7)
    ax.plot(time_ms, part, color=style.GREY, linewidth=0.6)
    ax.plot(time_ms[found], part[found], color=style.ACCENT, linewidth=0.9)
    ax.plot(time_ms[found], part[found], "o", color=style.SECOND, markersize=3)
    ax.set(xlim=(0, time_ms[-1]), xlabel="time, ms", ylabel="\u00b5V")
    ax.text(1.012, 0.98, f"{found.size} turns", transform=ax.transAxes, color=style.SECOND, va="top", size=6)
    ax.text(1.012, 0.87, "segments", transform=ax.transAxes, color=style.ACCENT, va="top", size=6)
    return fig


def stimulation() -> Figure:
    """Draw the response in the session's stimulation trial as the report does."""
    return response_figure(session().responses[0])


FIGURES: Mapping[str, Callable[[], Figure]] = {
    "gait": gait,
    "magnitude": magnitude,
    "normalisation": normalisation,
    "profile": profile,
    "mean_interval": mean_interval,
    "variance_ratio": variance_ratio,
    "principal": principal,
    "findings": findings,
    "interference_pattern": interference_pattern,
    "stimulation": stimulation,
}


def _figure(height_in: float) -> tuple[Figure, Axes]:
    fig = style.new_figure(height_in)
    return fig, style.add_axes(fig, 0.34, height_in - 0.42)


def _beside(ax: Axes, y: float, text: str, colour: str) -> None:
    ax.text(1.012, y, text, transform=ax.get_yaxis_transform(), va="center", size=6, color=colour)


def _draw_reference(ax: Axes, an: Analysis) -> float:
    """Draw the reference windows of the usual pattern in the first row; return the onset of the last."""
    rows: list[Any] = [row for row in scaled_reference(an) if row[0] == "usual"]
    for _, onset, offset in rows:
        for start, stop in bar(onset, offset):
            ax.barh(0, stop - start, left=start, height=0.5, color=style.GREY)
    return float(rows[-1][1])


def _envelopes(an: Analysis) -> FloatArray:
    """Return the envelope of each used cycle at 0 to 99 %, shape (n_cycles, 100)."""
    trace, used = an.traces[0], an.cycles[an.cycles["used"]]
    time_s = np.arange(trace.envelope_uv.size) / trace.rate_hz
    share = np.arange(100) / 100
    return np.array(
        [
            np.interp(c.start_s + share * c.duration_s, time_s, trace.envelope_uv)
            for c in used.itertuples(index=False)
        ]
    )


def svg(name: str) -> str:
    """Return a figure as the text of its file."""
    with style.house_style():
        return style.to_svg(FIGURES[name]()) + "\n"


if __name__ == "__main__":
    for file in FIGURES:
        (DOCS / "images" / f"{file}.svg").write_text(svg(file), encoding="utf-8")
