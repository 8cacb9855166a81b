"""Bursts on the axis of a cycle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_fakes import fake

from emgkit.report.spans import bar, envelope_points, spans, window


def test_spans_agree_with_the_percentages_of_the_table():
    an = fake(8)
    rows = {(row["trial"], row["cycle"]): row for row in an.cycles.iloc}
    for burst in an.bursts[an.bursts["cycle"].notna()].iloc:
        found = spans(rows[burst["trial"], burst["cycle"]], an.bursts)
        match = [s for s in found if s.start_pct == pytest.approx(burst["onset_pct"])]
        assert len(match) == 1
        assert match[0].stop_pct == pytest.approx(min(burst["offset_pct"], 100.0))
        assert match[0].onset == pytest.approx((burst["onset_low_pct"], burst["onset_high_pct"]))


def test_a_burst_across_the_contact_goes_on_in_the_next_cycle():
    an = fake(4)
    wrapping = an.bursts[an.bursts["wraps"]].iloc[0]
    first, second = an.cycles.iloc[0], an.cycles.iloc[1]
    before, after = spans(first, an.bursts)[-1], spans(second, an.bursts)[0]
    assert (before.stop_pct, before.ends_here, before.offset) == (100.0, False, None)
    assert (after.start_pct, after.starts_here, after.onset) == (0.0, False, None)
    drawn_s = (100 - before.start_pct) / 100 * first["duration_s"] + after.stop_pct / 100 * second[
        "duration_s"
    ]
    assert drawn_s == pytest.approx(wrapping["duration_s"])


def test_bursts_of_other_trials_are_not_drawn():
    an = fake(3, trials=2)
    alone = an.bursts[an.bursts["trial"] == "walk_2"]
    assert spans(an.cycles[an.cycles["trial"] == "walk_1"].iloc[0], alone) == ()


def test_a_cycle_without_end_has_no_spans():
    an = fake(3)
    assert spans(an.cycles.iloc[-1], an.bursts) == ()


def test_only_repetitions_are_drawn_beyond_their_ends():
    an = fake(5)
    assert window(an.cycles, an.bursts, cyclic=True) == (0.0, 100.0)
    assert window(an.cycles, an.bursts, cyclic=False) == (0.0, 120.0)
    assert window(an.cycles, an.bursts.iloc[:0], cyclic=False) == (0.0, 100.0)
    early = an.bursts.assign(onset_low_pct=-300.0)
    assert window(an.cycles, early, cyclic=False) == (-50.0, 120.0)


@settings(deadline=None)
@given(st.floats(0, 99.9), st.floats(0, 99.9))
def test_a_bar_covers_the_way_from_onset_to_offset_on_the_circle(onset, length):
    offset = (onset + length) % 100
    if offset == onset:
        return
    pieces = bar(onset, offset)
    assert sum(b - a for a, b in pieces) == pytest.approx((offset - onset) % 100, abs=1e-9)
    assert all(0 <= a <= b <= 100 for a, b in pieces)
    assert len(pieces) == (2 if 0 < offset < onset else 1)


def test_bars_that_cannot_be_drawn_or_are_whole():
    assert bar(float("nan"), 3) == bar(3, float("nan")) == ()
    assert bar(0, 100) == bar(10, 140) == ((0.0, 100.0),)
    assert bar(-3, 4) == ((0.0, 4.0), (97.0, 100.0))


@settings(deadline=None)
@given(st.integers(0, 5000), st.integers(1, 300))
def test_reduced_traces_lose_no_peak(n, parts):
    values = np.random.default_rng(n).normal(size=n)
    x, y = envelope_points(values, parts)
    assert x.size == y.size <= max(2 * parts, 0)
    if n:
        assert (y.min(), y.max()) == (values.min(), values.max())
        assert 0 < x[0] <= x[-1] < 1
        assert np.all(np.diff(x) > 0)
