"""How much strides differ: closed forms, invariances, and walks whose spread is known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from test_measures_summary import burst_rows, cycle_rows, cycles, signal

import emgkit
from emgkit import table_values
from emgkit.measures.bootstrap import interval
from emgkit.measures.summary import count_bursts
from emgkit.measures.variability import (
    Moments,
    cv_of,
    profile_cv_of,
    spread_of,
    variability_table,
    variance_ratio_of,
)

BELL = 20 + 80 * np.exp(-(((np.arange(100) - 60) / 12.0) ** 2))


def plain(statistic, n):
    return float(statistic(np.ones((1, n)))[0])


def cv(profiles):
    return plain(profile_cv_of(Moments(profiles)), len(profiles))


def vr(profiles):
    return plain(variance_ratio_of(Moments(profiles)), len(profiles))


def test_strides_that_are_all_alike_have_no_variance():
    same = np.tile(BELL, (8, 1)) * np.pi
    assert vr(same) == 0
    assert cv(same) == 0


def test_strides_that_have_nothing_in_common_have_a_variance_ratio_of_one():
    found = [vr(np.abs(np.random.default_rng(seed).normal(size=(20, 100)))) for seed in range(40)]
    assert np.mean(found) == pytest.approx(1, abs=0.005)


def test_the_variance_ratio_is_that_of_the_paper():
    x = BELL + np.random.default_rng(1).normal(0, 9, (7, 100))
    n, k = x.shape
    within = sum((x[j, i] - x[:, i].mean()) ** 2 for j in range(n) for i in range(k)) / (k * (n - 1))
    total = sum((x[j, i] - x.mean()) ** 2 for j in range(n) for i in range(k)) / (k * n - 1)
    assert vr(x) == pytest.approx(within / total)


def test_the_variation_of_the_profile_is_winters():
    x = BELL + np.random.default_rng(2).normal(0, 9, (7, 100))
    expected = 100 * np.sqrt(np.mean(x.var(axis=0, ddof=1))) / np.mean(np.abs(x.mean(axis=0)))
    assert cv(x) == pytest.approx(expected)


def test_a_gain_that_changes_between_strides_is_the_variation_of_the_profile():
    gain = np.array([0.8, 0.9, 1.0, 1.1, 1.2])
    assert cv(gain[:, None] * BELL) > 100 * gain.std(ddof=1)  # peaks weigh more in squares
    assert cv(gain[:, None] * np.ones(100)) == pytest.approx(100 * gain.std(ddof=1))


@settings(deadline=None)
@given(st.floats(1e-3, 1e6), st.integers(0, 50))
def test_a_gain_of_the_amplifier_changes_nothing(gain, seed):
    x = np.abs(BELL + np.random.default_rng(seed).normal(0, 9, (6, 100)))
    assert vr(gain * x) == pytest.approx(vr(x), rel=1e-9)
    assert cv(gain * x) == pytest.approx(cv(x), rel=1e-9)


def test_the_order_of_the_strides_does_not_matter():
    x = BELL + np.random.default_rng(3).normal(0, 9, (12, 100))
    a, b = (interval(variance_ratio_of(Moments(rows)), 12, 0.95) for rows in (x, x))
    assert a == b
    assert vr(x[::-1]) == pytest.approx(vr(x))


def test_spreads_are_those_of_the_summary_and_of_scipy():
    x = np.array([98.0, 99.0, 1.0, 2.0, 3.0])
    assert plain(spread_of(x, cyclic=True), 5) == pytest.approx(stats.circstd(x, high=100))
    assert plain(spread_of(x, cyclic=False), 5) == pytest.approx(x.std(ddof=1))
    assert plain(cv_of(x + 1), 5) == pytest.approx(100 * x.std(ddof=1) / (x.mean() + 1))


def test_counts_are_strides_that_count_more_than_once():
    x = np.random.default_rng(4).normal(10, 2, 6)
    counts = np.array([[2.0, 0, 1, 1, 2, 0]])
    drawn = np.repeat(x, counts[0].astype(int))
    assert cv_of(x)(counts)[0] == pytest.approx(100 * drawn.std(ddof=1) / drawn.mean())


@pytest.mark.parametrize("n", [10, 30])
def test_the_interval_holds_the_true_spread(n):
    """300 walks of normal onsets; the standard error of the coverage is 1.3 %."""
    rng = np.random.default_rng(5)
    held = [interval(spread_of(3 * rng.normal(size=n), cyclic=True), n, 0.95) for _ in range(300)]
    assert 0.90 <= np.mean([low <= 3 <= high for low, high in held]) <= 0.985


def test_a_wider_level_gives_a_wider_interval_and_a_gain_scales_it():
    x = np.random.default_rng(6).lognormal(0, 0.6, 30)
    mean = lambda rows: lambda counts: counts @ rows / counts.sum(axis=1)  # noqa: E731
    narrow, wide = (interval(mean(x), 30, level) for level in (0.8, 0.95))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert interval(mean(7 * x), 30, 0.8) == pytest.approx(tuple(7 * bound for bound in narrow))


def test_what_is_zero_in_some_samples_only_has_no_interval():
    assert np.isnan(interval(cv_of(np.append(np.full(11, 3.0), 4.0)), 12, 0.95)).all()


def test_the_interval_of_what_does_not_vary_is_a_point():
    assert interval(cv_of(np.full(12, 3.0)), 12, 0.95) == (0.0, 0.0)


def bursts_of(edges):
    rows = burst_rows(edges)
    return table_values.build(
        "bursts", [row | {"duration_s": row["offset_s"] - row["onset_s"]} for row in rows]
    )


def table(edges, n=12, walking=True):
    ledger = table_values.build("cycles", [row | {"duration_s": 1.0} for row in cycle_rows(n)])
    time = np.arange(100 * (n + 2)) / 100.0
    envelope = BELL[(np.floor(time * 100 + 1e-6) % 100).astype(int)]
    ledger_of_signal = cycles(np.arange(1.0, n + 1), np.arange(2.0, n + 2))
    return variability_table(
        [(signal(envelope, time % 1 < 0.5), ledger_of_signal)],
        ledger,
        count_bursts(ledger, bursts_of(edges), cyclic=walking),
        walking=walking,
        confidence=0.95,
    )


def test_the_table_has_the_known_spread_of_each_measure():
    t = table([(i, 50 + 4 * (i % 2), 90) for i in range(1, 13)]).set_index("measure")
    assert t.value["variance_ratio"] == pytest.approx(0, abs=1e-12)
    assert t.value["stride_time_cv"] == 0
    assert t.value["onset_sd"] == pytest.approx(2, rel=1e-2)
    assert t.value["offset_sd"] == pytest.approx(0, abs=1e-5)
    assert t.low["onset_sd"] < 2 < t.high["onset_sd"]
    assert (t.modality["onset_sd"], t.burst["onset_sd"], t.n["onset_sd"]) == (1, 1, 12)
    assert t.why.eq("none").all()
    # mean_uv is 10 times the number of the cycle
    amplitude = 10.0 * np.arange(1, 13)
    assert t.value["amplitude_cv"] == pytest.approx(100 * amplitude.std(ddof=1) / amplitude.mean())


def test_bursts_are_those_of_the_most_frequent_modality():
    edges = [(i, 50, 60) for i in range(1, 6)] + [(i, on, on + 9) for i in range(6, 13) for on in (20, 70)]
    t = table(edges)
    of = t[t.measure == "onset_sd"]
    assert of.modality.tolist() == [2, 2]
    assert of.burst.tolist() == [1, 2]
    assert of.n.tolist() == [7, 7]
    assert of.why.str.contains("interval: 7 found, 10 needed").all()
    assert of.low.isna().all()
    assert of.value.notna().all()


def test_too_few_strides_have_no_value_and_say_how_many_are_needed():
    t = table([(1, 50, 90), (2, 50, 90)], n=2).set_index("measure")
    assert t[["value", "low", "high"]].isna().all(axis=None)
    assert t.why["variance_ratio"] == "2 found, 3 needed"
    assert t.why["onset_sd"] == "2 found, 5 needed"


def test_onsets_that_balance_around_the_cycle_have_no_spread_and_say_so():
    t = table([(i, 10 + 50 * (i % 2), 70) for i in range(1, 13)]).set_index("measure")
    assert np.isnan(t.value["onset_sd"])
    assert t.why["onset_sd"] == "the 12 found balance around the cycle and have no mean"


def test_no_burst_at_all():
    t = table([]).set_index("measure")
    assert t.n["onset_sd"] == 0
    assert t.why["amplitude_cv"] == "0 found, 5 needed"
    assert pd.isna(t.modality["onset_sd"])


def test_bursts_cut_by_the_recording_have_no_duration():
    bursts = bursts_of([(i, 50, 90) for i in range(1, 13)])
    bursts.loc[0, "cut"] = "end"
    ledger = table_values.build("cycles", cycle_rows(12))
    counted = count_bursts(ledger, bursts, cyclic=True)
    time = np.arange(1400) / 100.0
    t = variability_table(
        [(signal(time, time > 3), cycles(np.arange(1.0, 13), np.arange(2.0, 14)))],
        ledger.assign(duration_s=1.0),
        counted,
        walking=True,
        confidence=0.95,
    ).set_index("measure")
    assert t.n["duration_cv"] == 11
    assert t.n["onset_sd"] == 12


def test_an_analysis_carries_the_table_through_its_file():
    an = emgkit.analyze(emgkit.simulate(n_cycles=11, seed=5))
    back = emgkit.Analysis.from_json(an.to_json())
    pd.testing.assert_frame_equal(back.variability, an.variability)
    pd.testing.assert_frame_equal(back.principal, an.principal)
    row = an.variability.set_index("measure").loc["variance_ratio"]
    assert 0 < row.low < row.value < row.high < 0.3
    assert an.variability.set_index("measure").value["onset_sd"] == pytest.approx(
        an.summary.onset_sd_pct.iloc[-1]
    )
