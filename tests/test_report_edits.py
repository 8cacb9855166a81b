"""Edits by hand in the report: marks, counts, both values, and texts that are only texts."""

import dataclasses
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from edit_fakes import analysed, of_burst, of_cycle, of_trial, walk
from report_fakes import HOSTILE, fake
from test_report_build import said, section

from emgkit.report import edits, figures, style, timing_bar, traces
from emgkit.report.build import build
from emgkit.report.files import render
from emgkit.report.words import words_for
from emgkit.result import Analysis

SVG = "{http://www.w3.org/2000/svg}"
WORDS = words_for("walking")


@pytest.fixture(scope="module")
def edited():
    t = walk()
    gap = t.detection.offset_s[1]
    return analysed(
        t,
        of_burst(t, 3, "move_onset", start_s=t.detection.onset_s[3] + 0.03),
        of_burst(t, 5, "delete_burst", 2, why=HOSTILE),
        of_trial(t, "add_burst", 3, start_s=gap + 0.1, end_s=gap + 0.3),
        of_cycle(t, 9, "leave_out", 4, why="stumbled"),
        manifest={"signature": {"by": "CD", "date": "2026-03-01"}},
    )


def groups(figure, head):
    root = ElementTree.fromstring(style.to_svg(figure))
    return [g for g in root.iter(f"{SVG}g") if g.get("id", "").startswith(head)]


def test_without_edits_the_report_has_no_mark_and_says_so():
    an = fake(6)
    document = build(an)
    assert said(section(document, "edits")).endswith("Nothing was edited by hand.\n")
    for one in document.sections:
        assert one.key == "edits" or "by hand" not in said(one)
    figure = figures.timing_figure(an)
    assert groups(figure, "edited-") == []
    assert "edited" not in " ".join(text.get_text() for ax in figure.axes for text in ax.texts)


def test_the_first_page_says_it_beside_the_verdict(edited):
    text = said(section(build(edited), "quality"))
    assert "4 edits by hand; the verdict is on the signal and does not judge them." in text
    assert "of the 9 used strides hold edits; 1 of 11 strides is left out by a person." in text
    assert "It was edited after the day of the signature." in text


def test_every_section_of_results_says_it(edited):
    document = build(edited)
    for key in (
        "timing",
        "findings",
        "bursts",
        "traces",
        "raster",
        "ledger",
        "variability",
        "magnitude",
        "gait",
    ):
        assert "Edited by hand: " in said(section(document, key)), key


def test_the_first_figure_counts_edited_strides_and_keeps_the_profile_beside_the_bars(edited):
    timing = section(build(edited), "timing")
    kinds = [type(block).__name__ for block in timing.blocks]
    assert kinds[:3] == ["Picture", "Picture", "Paragraph"]  # bars and profile share an axis
    assert said(timing).count("Edited by hand: ") == 1
    (ax,) = timing_bar.timing_bar_figure(edited).axes
    assert any(text.get_text().endswith(" edited)") for text in ax.texts)
    assert "In brackets: bursts behind these means that were moved or added by hand." in said(timing)


def test_edited_bursts_beside_a_mean_are_all_counted():
    rows = [{"n_cycles": 4, "n_edited": 1}, {"n_cycles": 4, "n_edited": 2}, {"n_cycles": 4, "n_edited": None}]
    assert figures.counted(rows) == "n = 4 (3 edited)"
    assert figures.counted(rows[2:]) == "n = 4"


def test_the_raster_marks_bursts_and_strides(edited):
    figure = figures.timing_figure(edited)
    rows = groups(figure, "edited-row-")
    n_spans = sum(len(row.findall(f"{SVG}path")) or len(list(row.iter(f"{SVG}use"))) for row in rows)
    assert n_spans >= 2  # the burst that was moved, on both sides of the contact, and the one that was added
    (line,) = (line for ax in figure.axes for line in ax.lines if line.get_gid() == "edited-cycles")
    used = figures.used_cycles(edited)
    np.testing.assert_array_equal(line.get_ydata(), np.flatnonzero(used["edited"]))
    assert any("edited)" in text.get_text() for ax in figure.axes for text in ax.texts)
    assert "Pale with a black outline: edited by hand" in said(section(build(edited), "raster"))


def test_what_was_edited_is_lighter_also_in_grey():
    def grey(colour):
        r, g, b = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
        return 0.299 * r + 0.587 * g + 0.114 * b

    assert grey(style.TINT) - grey(style.ACCENT) > 100


def test_the_traces_mark_bursts_and_the_automatic_edges(edited):
    strips = traces.strips(edited)
    labels = [strip.label for strip in strips if strip.label.endswith(", edited")]
    assert len(labels) == int(edited.cycles.loc[edited.cycles.used, "edited"].sum())
    replaced = [pct for strip in strips for pct in strip.replaced_pct]
    assert len(replaced) == 3  # the onset that was moved, and both edges of the burst that was deleted
    assert sum(span.edited for strip in strips for span in strip.spans) >= 2
    moved = edited.edits.iloc[0]
    cycle = edited.cycles[edited.cycles.cycle == moved.cycle].iloc[0]
    (pct,) = edits.replaced_pct(edited, cycle, (0.0, 100.0))
    assert pct == pytest.approx(100 * (moved.found_onset_s - cycle.start_s) / cycle.duration_s)


def test_the_axis_of_repetitions_reaches_an_edge_that_a_person_set():
    t = walk("repetitions")
    start = t.cycles.start_s[4]
    length = t.cycles.end_s[4] - start
    an = analysed(t, of_burst(t, 4, "move_onset", start_s=start - 0.25 * length))
    assert figures.drawn_axis(analysed(t))[0] > -25
    assert figures.drawn_axis(an)[0] == -30


def test_the_record_has_both_values(edited):
    table = section(build(edited), "edits").blocks[0]
    assert [row[0] for row in table.rows] == ["1", "2", "3", "4"]
    assert [row[3] for row in table.rows] == ["move onset", "delete burst", "add burst", "leave out"]
    b = edited.edits.iloc[0]
    assert table.rows[0][4] == f"{b.found_onset_s:.3f} to {b.found_offset_s:.3f}\u00a0s"
    assert table.rows[0][5] == f"{b.onset_s:.3f} to {b.offset_s:.3f}\u00a0s"
    assert table.rows[1][5] == table.rows[2][4] == "no burst"
    assert table.rows[3][4:6] == ("used", "left out by a person")
    assert "edit 4 by AB: stumbled" in said(section(build(edited), "ledger"))


def test_robust_bursts_are_counted_without_the_edited():
    an = fake(6)
    bursts = an.bursts.assign(edited=np.arange(len(an.bursts)) == 0)
    bursts.loc[0, "robustness"] = "not determinable"
    cycles = an.cycles.assign(edited=an.cycles.cycle == 1)
    text = said(section(build(dataclasses.replace(an, bursts=bursts, cycles=cycles)), "robustness"))
    n = int(an.bursts.cycle.notna().sum())
    assert re.search(rf"\d+ of {n - 1} bursts (is|are) robust", text)
    assert "Of 1 edited by hand it is not determinable." in text


def test_the_reason_is_only_a_text(edited):
    files = render(edited, formats=("tables", "json", "html", "pdf"))
    page = files["report.html"].decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" in files["edits.csv"].decode()
    assert Analysis.from_json(files["result.json"].decode()).edits.why[1] == HOSTILE
    assert files["report.pdf"].startswith(b"%PDF")


def test_a_result_read_back_has_the_same_section(edited):
    back = Analysis.from_json(edited.to_json())
    assert said(edits.section(back, WORDS)) == said(edits.section(edited, WORDS))
    assert said(section(build(back), "quality")) == said(section(build(edited), "quality"))
