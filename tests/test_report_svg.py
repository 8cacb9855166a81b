"""Figures as SVG: the same picture as matplotlib's own, smaller, and safe to stand in a page."""

import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.path import Path
from report_fakes import HOSTILE, fake

from emgkit.report import figures, style, traces
from emgkit.report.svg import SvgRenderer, _data, _line, figure_svg

SVG = "{http://www.w3.org/2000/svg}"
PPI = 150
ALIKE = 0.1
"""Letters move by up to a pixel: matplotlib brings some pairs closer together."""


def pixels(svg: str, width_in: float, height_in: float) -> np.ndarray:
    """Grey levels of the SVG as typst draws it, which the PDF is made with."""
    page = f"#set page(width: {width_in}in, height: {height_in}in, margin: 0pt)\n"
    source = f"{page}#image(bytes(sys.inputs.svg), width: 100%)"
    png = typst.compile(source.encode(), format="png", ppi=PPI, sys_inputs={"svg": svg})
    return imread(io.BytesIO(png))[:, :, :3].mean(axis=2)


def difference(figure: Figure) -> float:
    """Largest difference of grey, over squares of 8 pixels, from the SVG that matplotlib itself writes."""
    theirs = io.StringIO()
    with style.house_style():
        figure.savefig(theirs, format="svg")
    size = figure.get_size_inches()
    a, b = pixels(style.to_svg(figure), *size), pixels(theirs.getvalue(), *size)
    assert a.shape == b.shape
    rows, columns = (n // 8 for n in a.shape)
    blocks = (a - b)[: 8 * rows, : 8 * columns].reshape(rows, 8, columns, 8).mean(axis=(1, 3))
    return float(np.abs(blocks).max())


def test_figures_look_as_those_that_matplotlib_writes():
    an = fake(12)
    assert difference(figures.overview_figure(an)) < ALIKE
    assert difference(next(traces.trace_figures(an, traces.strips(an)))) < ALIKE


def test_a_missing_word_or_line_is_a_difference(monkeypatch):
    figure = figures.timing_figure(fake(3))
    below, above = figure.axes
    reference = next(patch for patch in above.patches if (patch.get_gid() or "").startswith("reference-"))
    for artist in (below.xaxis.label, below.collections[-1], reference):
        hidden = artist.draw
        with monkeypatch.context() as patch:
            patch.setattr(artist, "draw", lambda r, h=hidden: None if isinstance(r, SvgRenderer) else h(r))
            assert difference(figure) > ALIKE


def test_everything_that_matplotlib_draws_is_drawn():
    """Curves, gaps, markers, hatches, clips, dashes, turned and shaped texts."""
    with style.house_style():
        figure = style.new_figure(3)
        ax = style.add_axes(figure, 0.4, 2.4)
        x = np.linspace(0, 1, 60)
        ax.plot(x, np.where((x > 0.4) & (x < 0.5), np.nan, np.sin(9 * x)), "o--", color=style.ACCENT)
        ax.fill_between(x, -0.5, 0.5 * x, color=style.SECOND, alpha=0.4)
        ax.bar([0.2, 0.8], [0.7, 0.9], width=0.1, color="white", edgecolor="black", hatch="//")
        ax.scatter(x[::6], x[::6] - 0.5, s=40, color=style.GREY)
        ax.text(0.5, 0.6, "turned", rotation=40)
        ax.text(0.1, 0.8, "\u0627\u0644\u0633\u0627\u0642 \u00b5V", size=9)
        ax.text(0.6, -0.8, "$x^2$", parse_math=True, size=9)
        ax.set_xlim(0.05, 0.95)
        svg = figure_svg(figure)
        assert difference(figure) < ALIKE
    assert svg.count("<pattern") == 1
    assert "stroke-dasharray" in svg


@pytest.mark.parametrize("make", [figures.timing_figure, figures.profile_figure])
def test_it_is_smaller_than_that_of_matplotlib(make):
    figure = make(fake(12))
    buffer = io.StringIO()
    with style.house_style():
        figure.savefig(buffer, format="svg")
    assert len(style.to_svg(figure)) < 0.6 * len(buffer.getvalue())


def test_numbers_are_whole_and_in_the_picture():
    figure = next(traces.trace_figures(fake(12), traces.strips(fake(12))))
    root = ET.fromstring(style.to_svg(figure))
    _, _, width, height = (int(part) for part in root.get("viewBox").split())
    assert root.get("width") == f"{width / 100:g}pt"
    for path in root.findall(f"{SVG}path"):
        first = re.match(r"M(-?\d+)[ ]?(-?\d+)", path.get("d"))
        assert -1 <= int(first[1]) <= width + 1
        assert -1 <= int(first[2]) <= height + 1
        assert "." not in path.get("d")


def test_a_line_is_where_its_samples_are():
    figure = Figure(figsize=(1, 1))
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, 72), ylim=(0, 72))
    ax.set_axis_off()
    ax.plot([1, 3, 3, 5], [70, 70, 60, 59.5], linewidth=2, color="#123456")
    root = ET.fromstring(figure_svg(figure))
    line = root.findall(f"{SVG}path")[-1]
    assert line.get("d") == "M100 200l200 0 0 1000 200 50"
    assert (line.get("stroke"), line.get("stroke-width")) == ("#123456", "200")


@given(st.integers(0, 2**32 - 1), st.integers(2, 60))
def test_a_long_line_is_written_as_a_short_one(seed, n):
    points = np.random.default_rng(seed).integers(-3, 4, size=(n, 2))
    wanted = _data(Path(points))  # a path without codes is written point by point
    assert _line(points) == wanted
    codes = [Path.MOVETO, *[Path.LINETO] * (n - 1), Path.STOP]
    assert _data(Path([*points, (0, 0)], codes)) == wanted


def test_a_line_with_a_gap_stays_two():
    points = np.column_stack([np.arange(61), np.arange(61) % 7])
    codes = [Path.MOVETO, *[Path.LINETO] * 29, Path.MOVETO, *[Path.LINETO] * 29, Path.STOP]
    halves = [_data(Path(points[part])) for part in (slice(0, 30), slice(30, 60))]
    assert _data(Path(points, codes)) == "".join(halves)


def test_a_minus_is_a_letter_like_another():
    with style.house_style():
        figure = style.new_figure(1)
        figure.text(0.5, 0.5, "\u22125", size=20)
        svg = figure_svg(figure)
        assert difference(figure) < ALIKE
    assert 'id="gr2212"' in svg


def test_strips_and_rows_say_what_they_are():
    an = fake(3, trials=2)
    svg = style.to_svg(next(traces.trace_figures(an, traces.strips(an))))
    found = ET.fromstring(svg)
    titles = {g.get("id"): g.find(f"{SVG}title").text for g in found.iter(f"{SVG}g") if g.get("id")}
    cycle = an.cycles.iloc[1]
    assert titles["strip-2"] == f"stride 2 of walk_1, {cycle['start_s']:.2f} to {cycle['end_s']:.2f} s"
    assert list(titles) == [f"strip-{k}" for k in range(1, 7)]
    rows = ET.fromstring(style.to_svg(figures.timing_figure(an))).iter(f"{SVG}g")
    words = [g.find(f"{SVG}title").text for g in rows if (g.get("id") or "").startswith("row-")]
    assert words[1] == "stride 2 of walk_1: on 0.0 to 11.5 %, 59.0 to 100.0 %"


@given(st.text(max_size=40))
def test_any_title_is_escaped(text):
    words = "".join(c for c in HOSTILE + text if c.isprintable())
    renderer = SvgRenderer(1, 1)
    renderer.open_group("a", style.Titled("strip-1", words))
    renderer.close_group("a")
    svg = style.for_html(renderer.text(), "one")
    assert "<script" not in svg
    (group,) = ET.fromstring(svg).iter("g")
    assert (group.get("id"), group.find("title").text) == ("one-strip-1", words)


@pytest.mark.parametrize(("strides", "most_kb"), [(12, 40), (180, 120), (400, 250)])
def test_the_raster_of_a_long_walk_stays_small(strides, most_kb):
    assert len(style.to_svg(figures.timing_figure(fake(strides)))) < 1000 * most_kb


def test_the_traces_of_a_long_walk_stay_small():
    an = fake(110)
    shown = traces.strips(an)[: traces.MAX_SHOWN]
    pages = [style.to_svg(figure) for figure in traces.trace_figures(an, shown)]
    assert len(pages) == traces.MAX_SHOWN / traces.PER_PAGE
    assert max(map(len, pages)) < 150_000
