"""A wire that moves: found with the stride where it begins; trends, spread and few strides are no step."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit.quality.movement import Strides, strides_of, wire_movement


def strides(level_db, frequency_hz=None, trial="walk", first=1):
    level_db = np.asarray(level_db, dtype=float)
    n = level_db.size
    frequency_hz = np.full(n, 150.0) if frequency_hz is None else np.asarray(frequency_hz, dtype=float)
    number = np.arange(first, first + n, dtype=float)
    return Strides(trial, number, 1.1 * number, level_db, frequency_hz)


def spread(n, rng, step_db=0.0, step_pct=0.0, at=0, trend_db=0.0):
    level = rng.normal(0, 1.0, n) + np.where(np.arange(n) >= at, step_db, 0.0) + np.linspace(0, trend_db, n)
    pitch = rng.normal(0, 0.04, n) + np.where(np.arange(n) >= at, step_pct / 100, 0.0)
    return level, 150 * np.exp(pitch + np.linspace(0, trend_db / 40, n))


@pytest.mark.parametrize(
    ("step_db", "step_pct", "verdict"),
    [
        (9.0, 0.0, "limited"),
        (-9.0, 0.0, "limited"),
        (4.5, 25.0, "limited"),
        (1.0, 25.0, "good"),
        (4.0, 0.0, "good"),
    ],
)
def test_a_step_counts_by_amplitude_or_by_both(step_db, step_pct, verdict):
    for seed in range(10):
        rng = np.random.default_rng(seed)
        row = wire_movement([strides(*spread(20, rng, step_db, step_pct, at=12))])
        assert row["verdict"] == verdict, (seed, row)
        if verdict == "limited":
            assert row["value"] == pytest.approx(abs(step_db), abs=1.5)
            assert "From stride 13 of walk" in row["advice"]
            assert row["where"] == "walk, from 14.30 s"


def test_it_says_in_which_trial_it_began():
    rng = np.random.default_rng(1)
    trials = [strides(*spread(6, rng), trial="w1"), strides(*spread(9, rng, -10.0), trial="w2")]
    row = wire_movement(trials)
    assert "From stride 1 of w2" in row["advice"]
    assert "the amplitude is 0.29 times" in row["advice"]


@given(st.integers(0, 2**32 - 1), st.integers(8, 40), st.floats(-10.0, 10.0))
@settings(deadline=None, max_examples=60)
def test_a_trend_is_no_step(seed, n, trend_db):
    """Fatigue lowers the frequency as the amplitude rises or falls; nothing moves at any one stride."""
    row = wire_movement([strides(*spread(n, np.random.default_rng(seed), trend_db=trend_db))])
    assert row["verdict"] == "good"


def test_one_odd_stride_is_no_step():
    level = np.zeros(16)
    level[7] = 30.0
    assert wire_movement([strides(level + np.random.default_rng(0).normal(0, 1, 16))])["verdict"] == "good"


@pytest.mark.parametrize("trials", [[], [strides(np.zeros(7))]])
def test_few_strides_are_not_determinable(trials):
    row = wire_movement(trials)
    assert row["verdict"] == "not determinable"
    assert np.isnan(row["value"])


def test_level_and_frequency_of_a_stride_are_those_of_its_loud_part():
    rate_hz = 2000.0
    t = np.arange(8000) / rate_hz
    wave = np.sin(2 * np.pi * 160 * t) * np.where(t % 1.0 < 0.5, 10.0, 0.1)
    found = strides_of(wave, rate_hz, np.arange(3.0), np.arange(1.0, 4.0), number=np.arange(1, 4), trial="w")
    np.testing.assert_allclose(found.frequency_hz, 160.0, rtol=0.001)
    louder = strides_of(
        2 * wave, rate_hz, np.arange(3.0), np.arange(1.0, 4.0), number=np.arange(1, 4), trial="w"
    )
    np.testing.assert_allclose(louder.level_db - found.level_db, 20 * np.log10(2))


def test_a_constant_has_no_frequency_and_is_left_out():
    """Of the constant of a dead channel, filters leave a little by rounding, which is constant, too."""
    start_s = np.arange(10.0)
    found = strides_of(np.full(5000, -3.3e-14), 500.0, start_s, start_s + 1, number=range(10), trial="a")
    assert found.level_db.size == 0
    assert wire_movement([found])["verdict"] == "not determinable"


def test_a_stride_without_signal_or_outside_is_left_out():
    found = strides_of(
        np.zeros(2000), 1000.0, np.array([0.0, 5.0]), np.array([1.0, 6.0]), number=np.arange(2), trial="w"
    )
    assert found.level_db.size == 0
