"""The page of a comparison: what it says, escaped, alone, and the same on every run."""

import numpy as np
import pandas as pd
import pytest
from report_fakes import HOSTILE, LONG, fake
from test_comparison_measures import A, moved, other
from test_report_html import Page

import emgkit
from emgkit import tables
from emgkit.report.comparison import comparison_figure, differences_table, document, render_comparison
from emgkit.report.words import words_for

WALKING = words_for("walking")


def cells(found):
    return {row[0]: row for row in differences_table(found, WALKING).rows}


def test_each_row_has_both_values_the_difference_and_the_word():
    row = cells(emgkit.compare(A, moved(other(), 3.0, 3.0), ["barefoot", "brace"]))["Onset, burst 1"]
    assert row[1] == "%"
    assert row[4] == "3.0 (0.9\u00a0to\u00a05.1)"
    assert row[5] == "Yes"
    assert row[2].endswith("n\u00a0=\u00a09")


def test_what_does_not_compare_has_both_values_and_no_difference():
    found = cells(emgkit.compare(A, other(manifest=None)))
    row = found["Mean of the rectified signal over the stride"]
    assert row[1] == "\u00b5V"
    assert row[2][:2].isdigit()
    assert row[4] == tables.NOT_DETERMINABLE
    assert row[5].startswith("No: whether it is one insertion is not known")


def test_the_page_stands_alone_and_escapes_what_it_was_given():
    a, b = fake(12, hostile=True), fake(12, hostile=True)
    files = render_comparison(emgkit.compare(a, b, labels=(HOSTILE, LONG)))
    assert sorted(files) == ["comparison.csv", "comparison.html"]
    page = files["comparison.html"].decode()
    parsed = Page(page)
    assert {tag for tag, _ in parsed.tags}.isdisjoint({"link", "img", "iframe"})
    assert page.count("<script") == page.count("<script>\n//") + page.count("<script>//") == 1
    text = " ".join(parsed.text)
    assert "Draft, not reviewed by a physician" in text
    assert "Nothing is tested" in text
    assert "does not compare between days or insertions" in text


def test_it_uses_no_word_that_is_the_physicians():
    text = " ".join(
        Page(render_comparison(emgkit.compare(A, other()))["comparison.html"].decode()).text
    ).lower()
    for word in (
        "significant",
        "p-value",
        "p <",
        "improve",
        "worse",
        "better",
        "abnormal",
        "therapy",
        "diagnos",
    ):
        assert word not in text


def test_the_same_results_give_the_same_bytes():
    one, two = (render_comparison(emgkit.compare(fake(12), other())) for _ in range(2))
    assert one == two


def test_the_table_of_the_file_reads_back():
    found = emgkit.compare(A, other())
    text = render_comparison(found)["comparison.csv"].decode().splitlines()
    assert text[0].split(",") == [c.name for c in tables.COMPARISON]
    assert len(text) == len(found.table) + 1


@pytest.mark.parametrize("b", [other(), other(manifest=None), fake(14, bursts=False), fake(2)])
def test_there_is_a_figure_whatever_compares(b):
    fig = comparison_figure(emgkit.compare(A, b))
    assert len(fig.axes) == 5
    limits = {ax.get_xlim() for ax in fig.axes}
    assert len(limits) == 1


def test_profiles_that_do_not_compare_are_in_percent_of_their_own_peak():
    louder = other(manifest=None, profile=A.profile.assign(mean_uv=7 * A.profile["mean_uv"]))
    lines = comparison_figure(emgkit.compare(A, louder)).axes[0].lines
    np.testing.assert_allclose(lines[0].get_ydata(), lines[1].get_ydata())
    assert max(lines[0].get_ydata()) == pytest.approx(100)
    same = comparison_figure(emgkit.compare(A, other(profile=louder.profile))).axes[0].lines
    np.testing.assert_allclose(7 * same[0].get_ydata(), same[1].get_ydata())


def test_both_results_are_identified():
    facts = document(emgkit.compare(A, other(), ["before", "after"])).sections[-1].blocks
    assert [block.title for block in facts] == ["A: before", "B: after"]
    assert ("Session", "GL-0417") in facts[0].rows
    assert any("brace.c3d" in value for _, value in facts[1].rows)


def test_in_jupyter_it_shows_itself():
    found = emgkit.compare(fake(12, hostile=True), other(), labels=(HOSTILE, "b"))
    html = found._repr_html_()
    Page(html)
    assert "<script" not in html
    assert len(found.plot().axes) == 5


def test_repetitions_are_called_so():
    a = emgkit.analyze(
        emgkit.simulate(activity="repetitions", n_cycles=6, seed=1, muscle="flexor_carpi_ulnaris")
    )
    found = emgkit.compare(a, a, labels=("x", "y"))
    assert "Repetition time" in {row[0] for row in differences_table(found, words_for("repetitions")).rows}
    assert not {"foot_off", "stride_time"} & set(found.table["measure"])
    assert b"over the repetition" in render_comparison(found)["comparison.html"]
    assert isinstance(found.table, pd.DataFrame)


def test_a_stored_result_whose_profile_is_empty_leaves_the_other_curve():
    empty = other(profile=A.profile.iloc[:0])
    assert len(render_comparison(emgkit.compare(A, empty))) == 2
    assert len(render_comparison(emgkit.compare(empty, A))) == 2


def test_intervals_of_two_levels_are_named_by_their_own():
    measure = A.settings.measure.model_copy(update={"confidence": 0.9})
    b = other(settings=A.settings.model_copy(update={"measure": measure}))
    page = render_comparison(emgkit.compare(A, b))["comparison.html"].decode()
    assert "with its 95 % (A) or 90 % (B) interval" in page
    assert (
        "with its 95 % interval" in render_comparison(emgkit.compare(A, other()))["comparison.html"].decode()
    )
