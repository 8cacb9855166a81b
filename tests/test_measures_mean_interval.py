"""The interval of a mean edge against closed forms, invariances and its coverage of a known truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from emgkit.found import MIN_CYCLES
from emgkit.measures.mean_interval import OWN_LEVEL_Z, mean_of_edges, wilson_pct

NONE = np.nan


def of(position, below=0.0, above=None, *, cyclic=True, confidence=0.95):
    position = np.asarray(position, dtype=float)
    above = below if above is None else above
    return mean_of_edges(position, position - below, position + above, cyclic=cyclic, confidence=confidence)


def test_on_a_line_it_is_students_interval():
    x = np.array([48.0, 50.0, 51.0, 53.0, 49.5, 50.2])
    expected = stats.t.interval(0.9, x.size - 1, x.mean(), stats.sem(x))
    found = of(x, cyclic=False, confidence=0.9)
    assert (found.low_pct, found.high_pct) == pytest.approx(expected)
    assert (found.mean_pct, found.sd_pct) == pytest.approx((x.mean(), x.std(ddof=1)))


def test_on_the_circle_a_narrow_spread_gives_the_same():
    x = np.array([48.0, 50.0, 51.0, 53.0, 49.5, 50.2])
    line, circle = of(x, cyclic=False), of(x)
    assert circle.low_pct == pytest.approx(line.low_pct, abs=0.02)
    assert circle.high_pct == pytest.approx(line.high_pct, abs=0.02)


def test_edges_of_a_detector_without_intervals_have_students_interval_too():
    x = np.array([48.0, 50.0, 51.0, 53.0, 49.5])
    assert of(x, NONE, cyclic=False) == of(x, 0.0, cyclic=False)


def test_the_edges_own_intervals_are_the_least_that_it_can_be():
    found = of(np.full(6, 54.0), 2.0)
    assert found.high_pct - 54 == pytest.approx(2.0 / np.sqrt(6))
    assert 54 - found.low_pct == pytest.approx(2.0 / np.sqrt(6))
    wide = of([48, 50, 51, 53, 49.5, 50.2], 0.1)
    assert wide == of([48, 50, 51, 53, 49.5, 50.2], 0.0)


def test_a_lean_of_all_edges_does_not_average_out():
    found = of(np.full(400, 54.0), 3.0, 1.0)
    lean = np.sqrt(2 / np.pi) * 2.0 / OWN_LEVEL_Z
    half = 1.96 * np.sqrt((1 - 2 / np.pi) * 4 + 3) / OWN_LEVEL_Z / 20
    assert 54 - found.low_pct == pytest.approx(half + lean, rel=1e-3)
    assert found.high_pct - 54 == pytest.approx(half, rel=1e-3)


@pytest.mark.parametrize("n", range(MIN_CYCLES))
def test_fewer_than_five_edges_have_no_interval(n):
    found = of(np.linspace(50, 52, n), 0.5)
    assert np.isnan([found.low_pct, found.high_pct]).all()
    assert np.isnan(found.mean_pct) == (n == 0)


def test_missing_edges_do_not_count():
    x = [50.0, 51, 52, 53, 54]
    assert of([*x, np.nan, np.nan], 0.5) == of(x, 0.5)
    assert np.isnan(of([*x[:4], np.nan], 0.5).low_pct)


def test_edges_all_over_the_circle_have_no_interval():
    assert np.isnan(of([0, 20, 40, 60, 81.0]).low_pct)
    balanced = of([0, 20, 40, 60, 80.0])
    assert np.isnan([balanced.mean_pct, balanced.low_pct]).all()


edges = st.lists(st.floats(-15, 15), min_size=5, max_size=12)


@settings(deadline=None)
@given(edges, st.floats(0, 100), st.floats(0, 5), st.floats(0, 5))
def test_turning_all_edges_turns_the_interval(x, turn, below, above):
    base = of(np.array(x) % 100, below, above)
    moved = of((np.array(x) + turn) % 100, below, above)
    for name in ("mean_pct", "low_pct", "high_pct"):
        difference = getattr(moved, name) - getattr(base, name) - turn
        assert (difference + 50) % 100 - 50 == pytest.approx(0, abs=1e-6)


@settings(deadline=None)
@given(edges, st.floats(0, 5), st.floats(0, 5))
def test_the_mean_lies_in_its_interval_and_a_mirror_mirrors_it(x, below, above):
    base, mirror = of(x, below, above), of(-np.array(x), above, below)
    mean = (base.mean_pct + 50) % 100 - 50
    assert base.low_pct <= base.mean_pct <= base.high_pct
    assert (mirror.mean_pct + mean + 50) % 100 - 50 == pytest.approx(0, abs=1e-6)
    assert mirror.high_pct - mirror.mean_pct == pytest.approx(base.mean_pct - base.low_pct, abs=1e-9)


@pytest.mark.parametrize("middle", [0.0, 99.7, 42.0])
def test_it_covers_the_truth_as_often_as_it_says(middle):
    """3 % of spread and 1 % of own error in 8 strides: 2000 walks, standard error of the coverage 0.5 %."""
    rng = np.random.default_rng(3)
    x = middle + 3 * rng.normal(size=(2000, 8)) + rng.normal(size=(2000, 8))
    found = [of(row % 100, OWN_LEVEL_Z) for row in x]
    inside = [(middle - f.low_pct) % 100 <= f.high_pct - f.low_pct for f in found]
    assert 0.935 <= np.mean(inside) <= 0.965


@pytest.mark.parametrize(("count", "total"), [(0, 7), (3, 7), (7, 7), (1, 1), (40, 100)])
@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_interval_of_a_frequency_is_wilsons(count, total, confidence):
    expected = stats.binomtest(count, total).proportion_ci(confidence, method="wilson")
    assert wilson_pct(count, total, confidence) == pytest.approx((100 * expected.low, 100 * expected.high))
