"""What the report says of variability, frequencies and principal activations."""

from dataclasses import replace

from report_fakes import fake
from test_report_build import said, section

from emgkit import table_values, tables
from emgkit.report.build import build
from emgkit.report.variability import interval_remark
from emgkit.report.words import words_for

WALKING = words_for("walking")


def tables_of(an):
    return {block.title: block for block in section(build(an), "variability").blocks if block.kind == "table"}


def test_frequencies_have_their_interval():
    rows = tables_of(fake(14))["How often each number of bursts occurs"].rows
    assert rows[1][:3] == ("1", "9", "64.3\u00a0%")
    assert rows[1][3] == "38.8 to 83.7\u00a0%"


def test_measures_have_value_unit_and_interval():
    found = {row[0]: row for row in tables_of(fake(14))["How much the strides differ"].rows}
    assert found["Variance ratio of the profile"][1:4] == ("0.160", "0.128 to 0.208", "14")
    assert found["Spread of the onset (SD)"][1].replace("\u00a0", " ") == "1.90 %"


def test_where_there_is_no_interval_it_says_why():
    table = tables_of(fake(7))["How much the strides differ"]
    assert all(row[2] == tables.NOT_DETERMINABLE for row in table.rows)
    assert table.rows[0][-1] == "Interval: 7 found, 10 needed"


def test_principal_activations_or_why_there_are_none():
    an = fake(12)
    assert "Principal activations: not determinable, 12 cycles found, 100 needed." in said(
        section(build(an), "variability")
    )
    row = {"activation": 1, "onset_pct": 60.0, "offset_pct": 108.0, "share_pct": 98.0}
    row |= {"n_cycles": 120, "n_clusters": 3, "why": "none"}
    with_one = replace(an, principal=table_values.build("principal", [row]))
    cells = tables_of(with_one)["Principal activations"].rows[0]
    assert "8.0 % of the next stride" in cells[2].replace("\u00a0", " ")
    assert "in all 3 patterns" in said(section(build(with_one), "variability"))


def test_a_mean_without_an_interval_says_how_many_edges_it_lacks():
    an = fake(14)
    summary = an.summary.copy()
    few = "3 found, 5 needed for an interval"
    two = summary["modality"] == 2
    summary.loc[two, "why"] = [f"onset: {few}", f"onset: {few}; offset: {few}"]
    text = interval_remark(replace(an, summary=summary), WALKING)
    assert text == (
        f"Not determinable: strides with 2 bursts, burst 1, onset: {few};"
        f" strides with 2 bursts, burst 2, onset and offset: {few}."
    )
    summary.loc[two, "why"] = f"onset: {few}; offset: 2 found, 5 needed for an interval"
    assert interval_remark(replace(an, summary=summary), WALKING) == (
        "Not determinable: strides with 2 bursts, bursts 1 and 2,"
        f" onset: {few}; offset: 2 found, 5 needed for an interval."
    )
    assert interval_remark(an, WALKING) == ""
