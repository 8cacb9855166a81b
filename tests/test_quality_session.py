"""Checks over all trials, and the overall verdict."""

import numpy as np
import pandas as pd
import pytest

from emgkit import quality, table_values, tables


def cycles(n_used, n_left_out=0, mean_uv=10.0, trial="walk"):
    n = n_used + n_left_out
    columns = {c.name: [np.nan] * n for c in tables.CYCLES}
    columns |= {
        "trial": [trial] * n,
        "cycle": list(range(1, n + 1)),
        "used": [True] * n_used + [False] * n_left_out,
        "mean_uv": [mean_uv] * n_used + [1e9] * n_left_out,
    }
    for name in ("cycle", "n_bursts"):
        columns[name] = list(range(1, n + 1))
    return table_values.build("cycles", columns)


def check(table):
    return {row["check"]: row for row in quality.check_session(table)}


@pytest.mark.parametrize(
    ("n", "verdict"),
    [(0, "not usable"), (2, "not usable"), (3, "limited"), (4, "limited"), (5, "good"), (10, "good")],
)
def test_number_of_used_cycles(n, verdict):
    row = check(cycles(n, n_left_out=20))["cycles"]
    assert (row["verdict"], row["value"], row["trial"]) == (verdict, n, "all")
    assert ("10 cycles" in row["advice"]) == (5 <= n < 10)


def test_amplitude_drift_is_the_largest_distance_from_the_median_trial():
    table = pd.concat([cycles(3, mean_uv=m, trial=f"t{m}") for m in (10.0, 12.0, 30.0)], ignore_index=True)
    row = check(table)["amplitude_drift"]
    assert row["value"] == pytest.approx(150.0)
    assert row["verdict"] == "limited"
    assert check(table[table["trial"] != "t30.0"])["amplitude_drift"]["verdict"] == "good"


def test_amplitude_drift_ignores_cycles_that_are_left_out():
    table = pd.concat(
        [cycles(3, trial="a"), cycles(3, n_left_out=2, trial="b"), cycles(0, 2, trial="c")], ignore_index=True
    )
    row = check(table)["amplitude_drift"]
    assert (row["value"], row["verdict"]) == (0.0, "good")


def test_amplitude_drift_needs_two_trials_with_used_cycles():
    assert set(check(cycles(5))) == {"cycles", "foot_off"}
    table = pd.concat([cycles(5, trial="a"), cycles(0, 3, trial="b")], ignore_index=True)
    assert set(check(table)) == {"cycles", "foot_off"}


@pytest.mark.parametrize("mean_uv", [np.nan, 0.0])
def test_amplitude_drift_without_amplitudes_is_not_determinable(mean_uv):
    table = pd.concat([cycles(3, mean_uv=mean_uv, trial=t) for t in "ab"], ignore_index=True)
    row = check(table)["amplitude_drift"]
    assert row["verdict"] == "not determinable"
    assert np.isnan(row["value"])


def test_session_rows_fit_the_table():
    assert len(table_values.build("quality", quality.check_session(cycles(5)))) == 2


def row(verdict, check="hum", trial="walk"):
    return {"check": check, "verdict": verdict, "trial": trial}


def test_overall_is_the_worst_and_names_where_it_comes_from():
    rows = [row("good"), row("limited", "band"), row("not determinable", "snr")]
    assert quality.overall(rows[:1]) == ("good", "All 1 checks of the signal passed.")
    assert quality.overall(rows) == ("limited", "Usable with limits, because of band (walk).")
    rows += [row("not usable", "flat_line", "w2"), row("not usable", "cycles", "all")]
    verdict, sentence = quality.overall(rows)
    assert verdict == "not usable"
    assert sentence == "Not usable as it is, because of flat line (w2); cycles."


def test_what_could_not_be_checked_is_never_good():
    verdict, sentence = quality.overall([row("good"), row("not determinable", "snr")])
    assert verdict == "not determinable"
    assert "snr" in sentence
    assert quality.overall([])[0] == "not determinable"


@pytest.mark.parametrize(
    ("foot_off_pct", "verdict"), [(62, "good"), (46, "good"), (40, "limited"), (85, "limited")]
)
def test_stance_far_from_walking_is_marked(foot_off_pct, verdict):
    table = cycles(5)
    table["foot_off_pct"] = float(foot_off_pct)
    assert {r["check"]: r for r in quality.check_session(table)}["foot_off"]["verdict"] == verdict


def test_no_foot_off_says_so_and_repetitions_have_none():
    table = cycles(5)
    table["foot_off_pct"] = np.nan
    rows = {r["check"]: r for r in quality.check_session(table)}
    assert rows["foot_off"]["verdict"] == "not determinable"
    assert "foot_off" not in {r["check"] for r in quality.check_session(table, walking=False)}


def test_a_foot_switch_that_was_left_out_is_named():
    rows = {r["check"]: r for r in quality.check_session(cycles(5), switches_left_out=["heel: FSW_H, dead"])}
    assert rows["foot_switches"]["verdict"] == "limited"
    assert "heel: FSW_H, dead" in rows["foot_switches"]["advice"]
