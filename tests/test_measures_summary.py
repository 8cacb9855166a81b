"""Profile and summary against answers that can be done by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from emgkit import table_values, tables
from emgkit.found import NO_MAXIMUM, Cycles
from emgkit.gait import phases
from emgkit.measures.profile import axis, profile_table
from emgkit.measures.summary import count_bursts, summary_table
from emgkit.measures.trial import Signal


def cycle_rows(n, unused=(), trial="t"):
    blank = dict.fromkeys([c.name for c in tables.CYCLES], np.nan)
    return [
        blank
        | {
            "trial": trial,
            "cycle": i,
            "side": "left",
            "start_s": float(i),
            "end_s": i + 1.0,
            "used": i not in unused,
            "reason": "none" if i not in unused else "duration_outlier",
            "n_bursts": 0,
        }
        for i in range(1, n + 1)
    ]


def burst_rows(edges, half=0.5, trial="t"):
    """Rows for (cycle, onset_pct, offset_pct)."""
    blank = dict.fromkeys([c.name for c in tables.BURSTS], np.nan)
    return [
        blank
        | {
            "trial": trial,
            "cycle": cycle,
            "burst": 1,
            "onset_s": cycle + on / 100,
            "offset_s": cycle + off / 100,
            "onset_pct": on,
            "offset_pct": off,
            "onset_low_pct": on - half,
            "onset_high_pct": on + half,
            "offset_low_pct": off - half,
            "offset_high_pct": off + half,
            "wraps": off > 100,
            "edited": False,
            "cut": "none",
            "mean_uv": 10.0 * cycle,
        }
        for cycle, on, off in edges
    ]


def summary(n, edges, unused=(), cyclic=True, half=0.5):
    counted = count_bursts(
        table_values.build("cycles", cycle_rows(n, unused)),
        table_values.build("bursts", burst_rows(edges, half)),
        cyclic=cyclic,
    )
    return summary_table(counted, cyclic=cyclic, confidence=0.95)


def test_one_burst_a_cycle():
    edges = [(1, 50, 105), (2, 54, 109), (3, 58, 113), (4, 52, 107), (5, 56, 111)]
    s = summary(5, edges)
    assert len(s) == 1
    row = s.iloc[0]
    assert (row.modality, row.n_cycles, row.frequency_pct, row.burst) == (1, 5, 100, 1)
    assert row.onset_pct == pytest.approx(54)
    assert row.offset_pct == pytest.approx(109)
    onset = np.array([e[1] for e in edges])
    assert row.onset_sd_pct == pytest.approx(stats.circstd(onset, high=100))
    first, second = (abs(np.mean(np.exp(2j * np.pi * p * onset / 100))) for p in (1, 2))
    dispersion = (1 - second) / (2 * first**2) * (100 / (2 * np.pi)) ** 2
    half = stats.t.ppf(0.975, 4) * np.sqrt(dispersion / 4)
    assert row.onset_ci_low_pct == pytest.approx(54 - half)
    assert row.onset_ci_high_pct == pytest.approx(54 + half)
    assert row.offset_ci_high_pct - row.offset_pct == pytest.approx(row.onset_ci_high_pct - row.onset_pct)
    assert row.mean_uv == pytest.approx(30)
    assert row.why == "none"


def test_wide_edges_widen_the_interval_of_the_mean():
    row = summary(5, [(i, 54, 109) for i in range(1, 6)], half=2.0).iloc[0]
    assert row.onset_ci_high_pct - 54 == pytest.approx(2.0 / np.sqrt(5))


def test_four_cycles_have_a_mean_and_say_why_it_has_no_interval():
    row = summary(5, [(i, 54, 109 if i < 4 else np.nan) for i in range(1, 5)]).iloc[-1]
    assert row.onset_pct == pytest.approx(54)
    assert np.isnan(row[["onset_ci_low_pct", "offset_ci_high_pct"]].astype(float)).all()
    assert row.why == "onset: 4 found, 5 needed for an interval; offset: 3 found, 5 needed for an interval"


def test_the_frequency_of_a_modality_has_its_interval():
    s = summary(10, [(i, 54, 109) for i in range(1, 10)])
    expected = stats.binomtest(9, 10).proportion_ci(0.95, method="wilson")
    row = s[s.modality == 1].iloc[0]
    assert (row.frequency_low_pct, row.frequency_high_pct) == pytest.approx(
        (100 * expected.low, 100 * expected.high)
    )
    assert s[s.modality == 0].why.item() == "no burst"


def test_edges_are_averaged_within_a_modality_only():
    s = summary(4, [(1, 10, 20), (2, 12, 22), (3, 10, 20), (3, 60, 70)])
    got = s[["modality", "burst", "n_cycles", "frequency_pct"]].astype("object")
    assert got.where(got.notna(), None).to_numpy().tolist() == [
        [0, None, 1, 25.0],
        [1, 1, 2, 50.0],
        [2, 1, 1, 25.0],
        [2, 2, 1, 25.0],
    ]
    assert s.loc[s.modality == 1, "onset_pct"].item() == pytest.approx(11)
    assert s.loc[s.modality == 0, "onset_pct"].isna().all()


def test_one_cycle_gives_no_spread_and_no_interval():
    row = summary(1, [(1, 10, 20)]).iloc[0]
    assert row.onset_pct == pytest.approx(10)
    assert np.isnan(row[["onset_sd_pct", "onset_ci_low_pct", "offset_ci_high_pct"]].astype(float)).all()


def test_onsets_about_the_contact_are_one_burst_a_cycle():
    """A muscle that begins at 98, 2, 99, 1 % ... is on once a stride, not twice and never."""
    edges = [(1, 1, 20), (1, 98, 120), (3, 2, 21), (3, 99, 120), (5, 1, 20), (5, 98, 121)]
    s = summary(6, edges)
    assert s.modality.tolist() == [1]
    assert s.n_cycles.item() == 6
    assert (s.onset_pct.item() + 50) % 100 - 50 == pytest.approx(-1 / 6, abs=0.01)
    assert s.offset_pct.item() - s.onset_pct.item() == pytest.approx(20.5, abs=0.01)


def test_a_walk_of_one_stride_each_keeps_its_bursts_about_the_contact():
    """The burst before the only contact has no cycle of its own; its time tells where it counts."""
    rows = burst_rows([(1, 2, 30)], trial="a")
    early = burst_rows([(1, 98, 130)], trial="b")
    lead_in = early[0] | {"cycle": None, "onset_s": 0.98, "offset_s": 1.3, "onset_pct": np.nan}
    late = burst_rows([(1, 97, 130)], trial="b")
    counted = count_bursts(
        table_values.build("cycles", cycle_rows(1, trial="a") + cycle_rows(1, trial="b")),
        table_values.build("bursts", [*rows, lead_in, *late]),
        cyclic=True,
    )
    s = summary_table(counted, cyclic=True, confidence=0.95)
    assert (s.modality.item(), s.n_cycles.item()) == (1, 2)
    assert s.onset_pct.item() % 100 == pytest.approx(0, abs=1e-6)
    assert s.offset_pct.item() - s.onset_pct.item() == pytest.approx(30, abs=1e-6)


def test_a_cycle_filled_by_an_earlier_burst_is_not_a_cycle_without_activity():
    cycles_ = [row | {"active_pct": 100.0} for row in cycle_rows(3)]
    counted = count_bursts(
        table_values.build("cycles", cycles_),
        table_values.build("bursts", burst_rows([(1, 40, 290)])),
        cyclic=True,
    )
    s = summary_table(counted, cyclic=True, confidence=0.95)
    assert (s.modality.item(), s.n_cycles.item(), s.burst.item()) == (1, 3, 1)
    assert s.onset_pct.item() == pytest.approx(40)


def test_lengths_that_differ_by_a_whole_cycle_have_no_mean_offset():
    s = summary(3, [(1, 40, 60), (2, 40, 60), (3, 40, 160)])
    assert s.onset_pct.item() == pytest.approx(40)
    assert np.isnan(s.offset_pct.item())
    assert np.isnan(s.offset_sd_pct.item())


def test_unused_cycles_do_not_count():
    s = summary(3, [(1, 10, 20), (2, 90, 95), (3, 12, 22)], unused=(2,))
    assert s.n_cycles.tolist() == [2]
    assert s.onset_pct.item() == pytest.approx(11)


def test_an_offset_that_is_not_determinable_leaves_the_onset():
    s = summary(2, [(1, 60, 110), (2, 60, np.nan)])
    assert s.offset_pct.item() == pytest.approx(110)
    assert s.onset_pct.item() == pytest.approx(60)


def test_no_bursts_at_all():
    s = summary(3, [])
    assert (s.modality.item(), s.n_cycles.item(), s.frequency_pct.item()) == (0, 3, 100)


def test_repetitions_are_averaged_on_a_line():
    s = summary(2, [(1, -6, 40), (2, 4, 50)], cyclic=False)
    assert s.onset_pct.item() == pytest.approx(-1)
    assert s.offset_pct.item() == pytest.approx(45)


def test_turning_every_onset_turns_the_mean():
    base = [(i, 30 + d, 55 + d) for i, d in zip(range(1, 9), [0, 1, -2, 3, 1, 0, -1, 2], strict=True)]
    for turn in (0, 10, 25, 40):
        s = summary(8, [(i, a + turn, b + turn) for i, a, b in base])
        assert s.onset_pct.item() == pytest.approx(30.5 + turn, abs=0.01)


def signal(envelope, on, rate=100.0):
    return Signal("t", rate, np.zeros(envelope.size), envelope, on, ~on, on, 1.0)


def profile(trials):
    on_axis = axis([c for _, c in trials], "cycle", phases.scale)
    return profile_table(trials, on_axis, NO_MAXIMUM, envelope="low_pass", confidence=0.95, resamples=200)


def cycles(start, end, reason=None):
    start = np.array(start, float)
    reason = reason or ("none",) * start.size
    return Cycles(start, np.array(end, float), np.full(start.shape, np.nan), reason, "left", "gait", "events")


def test_a_ramp_becomes_a_ramp_whatever_the_length_of_the_cycle():
    t = np.arange(400) / 100.0
    envelope = np.where(t < 1, t, np.where(t < 3, (t - 1) / 2, 0.0)) * 100
    p = profile([(signal(envelope, t % 1 < 0.5), cycles([0, 1], [1, 2.99]))])
    inner = p[(p.pct > 0) & (p.pct < 99)]
    np.testing.assert_allclose(inner.mean_uv, inner.pct, atol=0.6)
    assert p.pct.tolist() == list(range(101))


def test_profile_spread_quartiles_and_on_fraction():
    t = np.arange(1000) / 100.0
    envelope = np.floor(t) * 10.0
    on = np.floor(t) % 2 == 0
    p = profile([(signal(envelope, on), cycles([0, 1, 2, 3], [1, 2, 3, 4]))])
    middle = p[p.pct == 50].iloc[0]
    values = np.array([0, 10, 20, 30.0])
    assert middle.mean_uv == pytest.approx(15)
    assert middle.sd_uv == pytest.approx(values.std(ddof=1))
    assert (middle.q25_uv, middle.median_uv, middle.q75_uv) == pytest.approx((7.5, 15, 22.5))
    assert middle.on_fraction == 0.5


def test_one_cycle_has_no_spread_and_unused_cycles_do_not_count():
    t = np.arange(1000) / 100.0
    only = cycles([0, 1], [1, 2], ("none", "duration_outlier"))
    p = profile([(signal(np.floor(t), t > 5), only)])
    assert p.sd_uv.isna().all()
    assert p.mean_uv[:100].max() == pytest.approx(0)
    assert isinstance(p, pd.DataFrame)


@pytest.mark.parametrize(
    ("onsets", "words"),
    [
        ((10, 60, 10, 60, 10, 60), "onset: the 6 found balance around the cycle and have no mean"),
        ((10, 60), "onset: the 2 found balance around the cycle and have no mean"),
        ((1, 20, 40, 60, 81, 5), "onset: the 6 found are too far apart for an interval within the cycle"),
    ],
)
def test_edges_all_over_the_cycle_say_why_they_have_no_mean_or_interval(onsets, words):
    row = summary(len(onsets), [(i, on, on + 8) for i, on in enumerate(onsets, start=1)]).iloc[0]
    assert np.isnan(row.onset_ci_low_pct)
    assert words in row.why


def test_where_the_recording_cuts_a_burst_is_no_edge():
    """The muscle was on before the first repetition was recorded, and still after the last one."""
    bursts = table_values.build(
        "bursts", burst_rows([(1, -40, 60), *((i, 20, 60) for i in range(2, 7)), (7, 20, 90)])
    )
    bursts.loc[0, "cut"], bursts.loc[6, "cut"] = "start", "end"
    counted = count_bursts(table_values.build("cycles", cycle_rows(7)), bursts, cyclic=False)
    row = summary_table(counted, cyclic=False, confidence=0.95).iloc[0]
    assert (row.n_cycles, row.n_onsets, row.n_offsets) == (7, 6, 6)
    assert (row.onset_pct, row.offset_pct) == pytest.approx((20, 60))
    assert (row.onset_sd_pct, row.offset_sd_pct) == pytest.approx((0, 0), abs=1e-9)


def test_a_standing_pause_before_a_stride_lends_it_neither_bursts_nor_its_length():
    """Onsets lie 5 % of a stride of 1 s about each contact; stride 5 is a pause of 6 s, and not used."""
    start = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 11.0, 12.0, 13.0])
    end = np.append(start[1:], 14.0)
    ledger = [
        row | {"start_s": a, "end_s": b}
        for row, a, b in zip(cycle_rows(8, unused=(5,)), start, end, strict=True)
    ]
    onset = np.array([1.05, 1.95, 3.05, 3.95, 5.05, 8.5, 10.95, 12.05, 12.95])
    cycle = np.searchsorted(start, onset, side="right")
    found = []
    for on, k in zip(onset, cycle, strict=True):
        (row,) = burst_rows([(int(k), 0.0, 0.0)])
        for name, time in (("onset", on), ("offset", on + 0.2)):
            for bound, off in (("", 0.0), ("_low", -0.01), ("_high", 0.01)):
                at = np.searchsorted(start, time + off, side="right")
                place = 100 * (time + off - start[at - 1]) / (end - start)[at - 1] + 100 * (at - k)
                row |= {f"{name}{bound}_s": time + off, f"{name}{bound}_pct": place}
        found.append(row)
    counted = count_bursts(
        table_values.build("cycles", ledger), table_values.build("bursts", found), cyclic=True
    )
    assert set(counted.modality) == {1}
    assert 5 not in set(counted.bursts["cycle"])
    assert sorted(counted.bursts["onset_pct"].round(9)) == [-5, -5, -5, -5, 5, 5, 5]
    for edge in ("onset", "offset"):
        for bound, off in (("low", -1.0), ("high", 1.0)):
            apart = counted.bursts[f"{edge}_{bound}_pct"] - counted.bursts[f"{edge}_pct"]
            np.testing.assert_allclose(apart, off)
