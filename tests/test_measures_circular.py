"""Circular statistics against closed forms and scipy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from emgkit.measures.circular import mean_pct, sd_pct

positions = st.lists(st.floats(0, 100), min_size=2, max_size=30).map(np.array)


@pytest.mark.parametrize(
    ("values", "mean"), [([98, 2], 0), ([10, 20], 15), ([99, 0, 1], 0), ([-2, 4], 1), ([50], 50)]
)
def test_means_that_can_be_done_by_hand(values, mean):
    assert mean_pct(np.array(values, float)) == pytest.approx(mean, abs=1e-9)


def test_positions_that_balance_have_no_mean():
    assert np.isnan(mean_pct(np.array([10.0, 60.0])))


def test_nan_is_left_out_and_nothing_has_no_mean():
    assert mean_pct(np.array([np.nan, 30.0])) == pytest.approx(30)
    assert np.isnan(mean_pct(np.array([np.nan])))
    assert np.isnan(sd_pct(np.array([30.0, np.nan])))


def test_equal_positions_have_no_spread():
    assert sd_pct(np.array([97.0, 97.0, 97.0])) == pytest.approx(0, abs=1e-5)


@settings(deadline=None)
@given(positions)
def test_same_as_scipy(values):
    vector = np.abs(np.mean(np.exp(2j * np.pi * values / 100)))
    if vector < 1e-3:
        return
    difference = mean_pct(values) - stats.circmean(values, high=100, low=0)
    assert (difference + 50) % 100 - 50 == pytest.approx(0, abs=1e-6)
    assert sd_pct(values) == pytest.approx(stats.circstd(values, high=100, low=0), abs=1e-5)


@settings(deadline=None)
@given(positions, st.floats(-300, 300))
def test_turning_the_circle_turns_the_mean_and_keeps_the_spread(values, turn):
    vector = np.abs(np.mean(np.exp(2j * np.pi * values / 100)))
    if vector < 1e-3:
        return
    difference = mean_pct(values + turn) - mean_pct(values) - turn
    assert (difference + 50) % 100 - 50 == pytest.approx(0, abs=1e-6)
    assert sd_pct(values + turn) == pytest.approx(sd_pct(values), abs=1e-5)


def test_no_spread_is_exactly_zero_and_never_written_with_a_minus():
    for place in (0.0, 10.0, 33.3, 71.7):
        spread = sd_pct(np.full(7, place))
        assert spread == 0
        assert not np.signbit(spread)
