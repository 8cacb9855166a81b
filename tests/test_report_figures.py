"""Figures: what is drawn, once for each thing, and the same on every run."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from report_fakes import fake

from emgkit.report import figures, style, traces
from emgkit.result import Trace

SVG = "{http://www.w3.org/2000/svg}"


def groups(svg: str, start: str) -> list[ET.Element]:
    return [g for g in ET.fromstring(svg).iter(f"{SVG}g") if g.get("id", "").startswith(start)]


@pytest.mark.parametrize(("strides", "trials"), [(1, 1), (12, 1), (60, 1), (70, 3)])
def test_one_row_per_used_cycle(strides, trials):
    an = fake(strides, trials=trials)
    svg = style.to_svg(figures.timing_figure(an))
    assert len(groups(svg, "row-")) == int(an.cycles["used"].sum()) == strides * trials


def test_a_wrapping_burst_is_drawn_as_two_pieces():
    rows = groups(style.to_svg(figures.timing_figure(fake(3))), "row-")
    # the first stride has the beginning of its burst; the second the rest of it and its own
    assert [len(row.findall(f"{SVG}path")) for row in rows] == [1, 2, 2]


def test_no_bursts_and_no_reference_are_drawn_as_empty_rows():
    an = fake(5, bursts=False)
    svg = style.to_svg(figures.timing_figure(an))
    assert [len(row.findall(f"{SVG}path")) for row in groups(svg, "row-")] == [0] * 5
    assert len(groups(svg, "reference-")) == 4


def test_same_bytes_again_and_whatever_the_user_has_set():
    import matplotlib

    an = fake(4)
    make = (figures.timing_figure, figures.profile_figure, figures.overview_figure)
    before = [style.to_svg(m(an)) for m in make]
    with matplotlib.rc_context(
        {"lines.linewidth": 9, "font.size": 30, "svg.hashsalt": None, "figure.dpi": 50}
    ):
        assert [style.to_svg(m(an)) for m in make] == before


def test_names_of_files_are_not_read_as_formulas():
    an = fake(3, trials=2, hostile=True)
    figures_ = [figures.overview_figure(an), *traces.trace_figures(an, traces.strips(an))]
    for figure in figures_:
        svg = style.to_svg(figure)
        assert "script" not in svg
        assert "<!--" not in svg
        ET.fromstring(svg)


def test_identifiers_in_a_page_are_unique_to_the_figure():
    svg = style.for_html(style.to_svg(figures.profile_figure(fake(3))), "one")
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', svg))
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert used <= set(ids)
    assert all(i.startswith("one-") for i in ids)
    assert len(ids) == len(set(ids))
    assert "http" not in svg


def test_strips_hold_the_samples_of_their_cycle():
    an = fake(3)
    trace = an.traces[0]
    for strip, cycle in zip(traces.strips(an), figures.used_cycles(an).iloc, strict=True):
        start, stop = round(cycle["start_s"] * trace.rate_hz), round(cycle["end_s"] * trace.rate_hz)
        np.testing.assert_array_equal(strip.emg_uv, trace.emg_uv[start:stop])
        assert strip.signal_pct == pytest.approx((0, 100), abs=0.1)


def test_a_trial_without_trace_has_no_strip():
    an = fake(3, trials=2)
    assert len(traces.strips(fake(3, trials=2, traces=an.traces[:1]))) == 3


def test_all_cycles_share_one_axis_and_an_artefact_does_not_flatten_them():
    an = fake(12)
    shown = traces.strips(an)
    assert traces.common_limit(shown) == pytest.approx(1.05 * max(s.peak_uv for s in shown))
    trace = an.traces[0]
    spoilt = trace.emg_uv.copy()
    spoilt[int(an.cycles["start_s"][2] * trace.rate_hz) + 50] = 9000.0
    spoilt_an = fake(12, traces=(Trace(trace.trial, trace.rate_hz, spoilt, spoilt),))
    strips = traces.strips(spoilt_an)
    limit = traces.common_limit(strips)
    assert limit < 600
    page = next(traces.trace_figures(spoilt_an, strips))
    assert len({tuple(ax.get_ylim()) for ax in page.axes}) == 1
    beyond = [t.get_text() for ax in page.axes for t in ax.texts if "beyond" in t.get_text()]
    assert beyond == ["reaches 9000 \u00b5V, beyond the axis"]


@pytest.mark.parametrize(("n", "pages"), [(1, [1]), (12, [12]), (13, [12, 1]), (26, [12, 12, 2])])
def test_strips_go_on_over_pages(n, pages):
    an = fake(n)
    assert [len(f.axes) for f in traces.trace_figures(an, traces.strips(an))] == pages


def test_the_reference_is_scaled_to_the_foot_off_as_in_the_findings():
    an = fake(12)  # foot-off 62.5 % on average
    assert figures.mean_foot_off(an) == pytest.approx(62.5)
    name, onset, offset = figures.scaled_reference(an)[0]
    assert (name, onset, offset) == ("usual", pytest.approx(56 * 62.5 / 62), pytest.approx(13 * 62.5 / 62))
    unknown = fake(12, cycles=an.cycles.assign(foot_off_pct=float("nan")))
    assert figures.scaled_reference(unknown)[0] == ("usual", 56.0, 13.0)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3, 1e5])
def test_no_number_of_an_axis_leaves_the_figure(scale):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    an = fake(2)
    traces_ = tuple(Trace(t.trial, t.rate_hz, t.emg_uv * scale, t.envelope_uv) for t in an.traces)
    shown = traces.strips(fake(2, traces=traces_))
    profile = an.profile.assign(**{c: an.profile[c] * scale for c in an.profile.columns[1:6]})
    for figure in (next(traces.trace_figures(an, shown)), figures.profile_figure(fake(2, profile=profile))):
        with style.house_style():
            renderer = FigureCanvasAgg(figure).get_renderer()
            figure.draw(renderer)
            for ax in figure.axes:
                labels = [t for t in (*ax.get_xticklabels(), *ax.get_yticklabels()) if t.get_visible()]
                for text in (*labels, ax.xaxis.label, ax.yaxis.label):
                    box = text.get_window_extent(renderer)
                    if text.get_text():
                        assert box.x0 >= 0
                        assert box.y0 >= 0
                        assert box.x1 <= figure.bbox.x1
