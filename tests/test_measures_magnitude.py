"""Magnitude over intervals against loops and closed forms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit.measures.magnitude import (
    max_over,
    mean_over,
    means_of,
    measure,
    power_ratio_db,
    sample_at,
    share_over,
)
from emgkit.measures.normalisation import best_window_mean


@settings(deadline=None)
@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40).map(np.array),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=10),
)
def test_same_as_a_loop(values, pairs):
    pairs = np.minimum(np.sort(np.array(pairs, dtype=np.int64).reshape(-1, 2), axis=1), values.size)
    start, stop = pairs[:, 0], pairs[:, 1]
    means = [values[a:b].mean() if b > a else np.nan for a, b in pairs]
    peaks = [values[a:b].max() if b > a else np.nan for a, b in pairs]
    np.testing.assert_allclose(mean_over(values, start, stop), means, atol=1e-9)
    np.testing.assert_array_equal(max_over(values, start, stop), np.array(peaks, float))


def test_a_long_recording_on_an_offset_keeps_its_digits():
    values = 1e6 + np.tile([0.0, 1.0], 500_000)
    got = mean_over(values, np.array([999_998]), np.array([1_000_000]))
    assert got[0] == pytest.approx(1e6 + 0.5, abs=1e-9)


def test_a_sine_has_the_known_means():
    rate = 10_000.0
    t = np.arange(10_000) / rate
    x = 100 * np.sin(2 * np.pi * 50 * t)
    m = measure(means_of(np.abs(x)), means_of(x**2), np.abs(x), rate, np.array([0]), np.array([10_000]))
    assert m.mean_uv[0] == pytest.approx(200 / np.pi, rel=1e-3)
    assert m.rms_uv[0] == pytest.approx(100 / np.sqrt(2), rel=1e-9)
    assert m.peak_uv[0] == pytest.approx(100, rel=1e-4)
    assert m.iemg_uvs[0] == pytest.approx(200 / np.pi * 1.0, rel=1e-3)


def test_signal_to_noise_subtracts_the_noise_in_power():
    emg = np.where(np.arange(1000) < 400, 10.0, 1.0)
    on = np.arange(1000) < 400
    got = power_ratio_db(emg, on, 1.0, np.array([0, 500]), np.array([1000, 900]))
    assert got[0] == pytest.approx(10 * np.log10(99))
    assert np.isnan(got[1])


def test_signal_to_noise_is_not_determinable_without_noise_or_above_it():
    on = np.ones(10, dtype=bool)
    whole = (np.array([0]), np.array([10]))
    assert np.isnan(power_ratio_db(np.ones(10), on, float("nan"), *whole)).all()
    assert np.isnan(power_ratio_db(np.ones(10), on, 1.0, *whole)).all()


def test_best_window_is_where_the_signal_is():
    x = np.zeros(5000)
    x[2000:2500] = np.tile([3.0, -3.0], 250)
    mean, start = best_window_mean(x, 1000.0, 0.5)
    assert (mean, start) == (pytest.approx(3.0), 2.0)
    assert np.isnan(best_window_mean(x, 1000.0, 6.0)).all()


def test_times_on_the_sample_axis():
    got = sample_at(np.array([0.0, 0.3, 0.3001, 9.0, -1.0, np.nan]), 1000.0, 1000)
    assert got.tolist() == [0, 300, 301, 1000, 0, 0]


def test_shares_are_exact():
    mask = np.zeros(30_001, dtype=bool)
    mask[:7] = True
    start, stop = np.array([0, 7, 0, 5]), np.array([7, 30_001, 30_001, 5])
    got = share_over(mask, start, stop)
    assert got[:2].tolist() == [1.0, 0.0]
    assert got[2] == 7 / 30_001
    assert np.isnan(got[3])


def test_a_stretch_without_activity_has_no_signal_to_noise():
    """Rounding of a running sum must not invent a ratio out of two zeros."""
    rng = np.random.default_rng(3)
    emg = 5 * rng.standard_normal(40_000)
    on = np.zeros(40_000, dtype=bool)
    on[1000:3000] = True
    emg[on] *= 40
    start = np.arange(0, 40_000, 2000)
    got = power_ratio_db(emg, on, 5.0, start, start + 2000)
    assert np.isnan(got[2:]).all()
    assert (got[:2] > 25).all()
