"""Figures: what is drawn, once for each thing, and the same on every run."""

import dataclasses
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
        assert "<script" not in svg
        assert "<!--" not in svg
        assert "&lt;script&gt;" in svg  # the title of a strip or row, as words
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
    page = next(traces.trace_figures(spoilt_an, strips)).axes[0]
    # so many inches a microvolt, in each
    scales = [np.ptp(line.get_ydata()) / np.ptp(s.emg_uv) for line, s in zip(page.lines, strips, strict=True)]
    assert scales == pytest.approx([scales[0]] * 12)
    beyond = [text for text in page.texts if "beyond" in text.get_text()]
    assert [text.get_text() for text in beyond] == ["reaches 9000 \u00b5V, beyond the axis"]
    # drawn no further than its own place, whose right end the words stand above
    cut = [line.get_clip_box() for line in page.lines if line.get_clip_on()]
    assert len(cut) == 1
    right, above = page.transData.transform(beyond[0].get_position())
    assert cut[0].x1 == pytest.approx(right)
    assert cut[0].y1 < above < cut[0].y1 + 0.05 * cut[0].height


@pytest.mark.parametrize(("n", "pages"), [(1, [1]), (12, [12]), (13, [12, 1]), (26, [12, 12, 2])])
def test_strips_go_on_over_pages(n, pages):
    an = fake(n)
    figures_ = list(traces.trace_figures(an, traces.strips(an)))
    assert [len(f.axes[0].lines) for f in figures_] == pages
    labels = [t.get_text() for f in figures_ for t in f.axes[0].texts if t.get_text().startswith("stride")]
    assert labels == [f"stride {k + 1}" for k in range(n)]


def test_the_reference_is_scaled_to_the_foot_off_as_in_the_findings():
    an = fake(12)  # foot-off 62.5 % on average
    assert figures.mean_foot_off(an) == pytest.approx(62.5)
    name, onset, offset = figures.scaled_reference(an)[0]
    assert (name, onset, offset) == ("usual", pytest.approx(56 * 62.5 / 62), pytest.approx(13 * 62.5 / 62))
    unknown = fake(12, cycles=an.cycles.assign(foot_off_pct=float("nan")))
    assert figures.scaled_reference(unknown)[0] == ("usual", 56.0, 13.0)


def test_a_page_of_cycles_has_bursts_edges_and_intervals_where_they_are():
    """Every place on the page, turned back into percent and microvolts, is that of the strip."""
    an = fake(5)
    shown = traces.strips(an)
    ax = next(traces.trace_figures(an, shown)).axes[0]
    shaded, dashed, edges, bars, caps, _ = (
        [path.vertices for path in collection.get_paths()] for collection in ax.collections
    )
    places = [line.get_xdata()[[0, -1]] for line in ax.lines]
    spans = [(k, span) for k, strip in enumerate(shown) for span in strip.spans]
    assert len(shaded) == len(spans)

    def pct(k: int, x: float) -> float:
        (start, stop), (begin, end) = places[k], shown[k].signal_pct
        return begin + (end - begin) * (x - start) / (stop - start)

    for (k, span), corners in zip(spans, shaded, strict=True):
        assert pct(k, corners[:, 0].min()) == pytest.approx(span.start_pct, abs=0.2)
        assert pct(k, corners[:, 0].max()) == pytest.approx(span.stop_pct, abs=0.2)
    wanted = [
        (k, at)
        for k, span in spans
        for here, at in ((span.starts_here, span.start_pct), (span.ends_here, span.stop_pct))
        if here
    ]
    assert [pct(k, line[0, 0]) for (k, _), line in zip(wanted, edges, strict=True)] == pytest.approx(
        [at for _, at in wanted], abs=0.2
    )
    known = [(k, bounds) for k, span in spans for bounds in (span.onset, span.offset) if bounds is not None]
    assert known
    for (k, bounds), bar in zip(known, bars, strict=True):
        assert [pct(k, x) for x in bar[:, 0]] == pytest.approx(list(np.clip(bounds, 0, 100)), abs=0.2)
    assert len(caps) == sum(0 <= end <= 100 for _, bounds in known for end in bounds)
    foot_offs = [(k, s.foot_off_pct) for k, s in enumerate(shown) if np.isfinite(s.foot_off_pct)]
    assert [pct(k, line[0, 0]) for (k, _), line in zip(foot_offs, dashed, strict=True)] == pytest.approx(
        [at for _, at in foot_offs], abs=0.2
    )
    # each number stands as high as the signal has that voltage, in the first of each two
    rows = [(line.get_ydata(), strip.emg_uv) for line, strip in zip(ax.lines, shown, strict=True)][::2]
    numbers = [t for t in ax.texts if t.get_ha() == "right"]
    assert len(numbers) >= 3 * len(rows)
    for row, (ys, emg_uv) in enumerate(rows):
        for text in numbers[row * len(numbers) // 3 : (row + 1) * len(numbers) // 3]:
            voltage = float(text.get_text().replace("\u2212", "-"))
            rise = (voltage - emg_uv.min()) / np.ptp(emg_uv) * np.ptp(ys)
            assert text.get_position()[1] == pytest.approx(ys.min() + rise)


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
                for text in (*labels, *ax.texts, ax.xaxis.label, ax.yaxis.label):
                    box = text.get_window_extent(renderer)
                    if text.get_text():
                        assert box.x0 >= 0
                        assert box.y0 >= 0
                        assert box.x1 <= figure.bbox.x1


@pytest.mark.parametrize("factor", [1e-7, 1.0, 1e6])
def test_the_ticks_of_the_profile_tell_their_value_alone_at_any_amplitude(factor):
    an = fake(6)
    columns = [name for name in an.profile if name.endswith("_uv")]
    scaled = an.profile.assign(**{name: an.profile[name] * factor for name in columns})
    fig = figures.profile_figure(dataclasses.replace(an, profile=scaled))
    fig.draw_without_rendering()
    (ax,) = fig.axes
    assert ax.yaxis.get_offset_text().get_text() == ""
    ticks = [float(text.get_text().replace("\u2212", "-")) for text in ax.get_yticklabels()]
    assert ticks == pytest.approx(ax.get_yticks().tolist())
    assert ax.get_tightbbox().x0 >= 0  # nothing is cut at the left
