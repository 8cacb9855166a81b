"""The double threshold against its own statistics."""

from math import comb, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit.detectors import detect
from emgkit.detectors.double_threshold import _pair_probability, _second_threshold

RATE = 2000.0


def signal(snr_db, seconds=12.0, seed=0):
    samples = np.random.default_rng(seed).normal(0, 5, round(seconds * RATE))
    time = np.arange(samples.size) / RATE
    samples[(time % 1 >= 0.3) & (time % 1 < 0.6)] *= 10 ** (snr_db / 20)
    return samples


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 20), st.data(), st.floats(1e-6, 0.5))
def test_probability_of_a_pair_solves_the_equation_of_the_paper(m, data, false_alarm):
    r0 = data.draw(st.integers(1, m))
    p = _pair_probability(false_alarm, r0, m)
    sum_of_paper = sum(comb(m, k) * p**k * (1 - p) ** (m - k) for k in range(r0, m + 1))
    assert sum_of_paper == pytest.approx(false_alarm, rel=1e-6)


def test_defaults_of_the_paper():
    # m 5, r0 1, P_fa 0.05: P_z = 1 - 0.95^(1/5), zeta = -2 s^2 ln P_z
    assert _pair_probability(0.05, 1, 5) == pytest.approx(1 - 0.95**0.2)
    assert -2 * log(_pair_probability(0.05, 1, 5)) == pytest.approx(9.17, abs=0.01)


def test_windows_of_noise_alarm_as_often_as_stated():
    z = np.random.default_rng(4).exponential(2, 200_000)  # chi-square, two degrees of freedom
    for r0, false_alarm in ((1, 0.05), (2, 0.05), (3, 0.01)):
        exceeds = z > -2 * log(_pair_probability(false_alarm, r0, 5))
        windows = np.convolve(exceeds, np.ones(5), "valid") >= r0
        assert windows.mean() == pytest.approx(false_alarm, rel=0.1)


def test_second_threshold_begins_and_ends_with_exceedances():
    exceeds = np.zeros(30, dtype=bool)
    exceeds[[10, 14, 16]] = True
    assert np.flatnonzero(_second_threshold(exceeds, 1, 5)).tolist() == list(range(10, 17))
    assert not _second_threshold(exceeds, 3, 5).any()


@pytest.mark.parametrize("snr_db", [8, 12, 20])
def test_accuracy_that_the_paper_states(snr_db):
    found = detect(signal(snr_db), RATE, "double_threshold")
    at = np.abs(found.onset_s[:, None] - (np.arange(12) + 0.3)).argmin(axis=0)
    error = found.onset_s[at] - (np.arange(12) + 0.3)
    assert abs(np.median(error)) < 0.010
    assert np.quantile(np.abs(error), 0.9) < 0.015
    assert found.onset_s.size <= 15  # false alarms of 30 ms do occur
    assert np.isnan(found.onset_low_s).all()


def test_noise_level_is_found_or_given():
    samples = signal(15)
    own = detect(samples, RATE, "double_threshold")
    assert own.parameters["learned_noise_uv"] == pytest.approx(5 * np.sqrt(0.97), rel=0.05)
    given_ = detect(samples, RATE, "double_threshold", noise_uv=5 * 0.97**0.5)
    assert abs(given_.onset_s.size - own.onset_s.size) <= 2
    assert detect(samples, RATE, "double_threshold", noise_uv=1000.0).onset_s.size == 0


def test_one_mode_is_said():
    found = detect(np.random.default_rng(1).normal(0, 5, 20000), RATE, "double_threshold")
    assert any("one mode" in note for note in found.notes)


def test_bursts_at_both_ends():
    samples = np.random.default_rng(1).normal(0, 5, 8000)
    samples[:400] *= 10
    samples[-400:] *= 10
    found = detect(samples, RATE, "double_threshold")
    assert found.onset_s[0] == pytest.approx(0, abs=0.003)
    assert found.offset_s[-1] == pytest.approx(4.0, abs=0.003)


@pytest.mark.parametrize("snr_db", [20, 30, 40])
def test_ringing_of_the_high_pass_moves_no_edge(snr_db):
    found = detect(signal(snr_db), RATE, "double_threshold")
    for edges, true in ((found.onset_s, 0.3), (found.offset_s, 0.6)):
        true_s = np.arange(12) + true
        error = edges[np.abs(edges[:, None] - true_s).argmin(axis=0)] - true_s
        assert np.abs(np.median(error)) < 0.003
        assert np.quantile(np.abs(error), 0.9) < 0.012
