"""The faults of the signal in the report: a row for each fault and trial, and nothing without one."""

from report_fakes import fake

from emgkit import table_values
from emgkit.report import faults
from emgkit.report.words import words_for

WALK = words_for("walking")


def lies(check, trial, start_s, cycles):
    return {"check": check, "trial": trial, "start_s": start_s, "end_s": start_s + 0.1, "cycles": cycles}


def test_each_fault_and_trial_has_a_row_with_its_first_places():
    rows = [lies("clipping", "walk_1", float(k), f"{k + 1}, {k + 2}") for k in range(6)]
    rows += [lies("baseline_step", "walk_2", 3.0, "none"), lies("clipping", "walk_2", 0.5, "10, 9")]
    heading, table, _ = faults.blocks(fake(faults=table_values.build("faults", rows)), WALK)
    assert heading.text == "Faults that lie at a place in time"
    assert table.rows == (
        (
            "clipping",
            "walk_1",
            "6",
            "0.00 to 0.10 s, 1.00 to 1.10 s, 2.00 to 2.10 s, 3.00 to 3.10 s and 2 more",
            "1, 2, 3, 4 and 3 more",
        ),
        ("baseline step", "walk_2", "1", "3.00 to 3.10 s", "none"),
        ("clipping", "walk_2", "1", "0.50 to 0.60 s", "9, 10"),
    )


def test_a_signal_without_such_faults_has_no_table():
    assert faults.blocks(fake(), WALK) == ()
