"""The field's detectors: each against a closed form or a second, plain implementation of its paper.

What is tested: the rule of each paper. What is not: whether the rule is a good one; docs/validation compares.
"""

from math import erfc, log, pi, sqrt

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.signal import butter, sosfilt

from emgkit.detectors import aglr, change_point, detect, tkeo
from emgkit.errors import InputError

RATE = 1000.0
FIELD = ("double_threshold", "hodges_bui", "tkeo", "aglr", "lidierth", "change_point", "rancho")
field = pytest.mark.parametrize("method", FIELD)


def bursts(snr_db=20.0, seconds=20.0, rate=RATE, seed=0):
    """Noise of 5 uV, on for 0.3 s of each second but the first."""
    samples = np.random.default_rng(seed).normal(0, 5, round(seconds * rate))
    time = np.arange(samples.size) / rate
    samples[(time % 1 >= 0.3) & (time % 1 < 0.6) & (time >= 1)] *= 10 ** (snr_db / 20)
    return samples


def edge_errors(found, seconds=20):
    """Onset and offset of the one burst in each second but the first, less the truth."""
    true = np.arange(1, seconds)
    assert found.onset_s.size == true.size
    return found.onset_s - true - 0.3, found.offset_s - true - 0.6


# all of them


@field
def test_bursts_at_both_ends_are_kept_and_said_to_be_cut(method):
    samples = np.random.default_rng(1).normal(0, 5, 8000)
    samples[:400] *= 12
    samples[-400:] *= 12
    found = detect(samples, RATE, method)
    assert found.onset_s.size >= 2  # false alarms of the double threshold may lie between
    assert found.onset_s[0] == pytest.approx(0, abs=0.006)
    assert found.offset_s[-1] == pytest.approx(8, abs=0.006)
    said = " ".join(found.notes)
    assert ("cut by the start" in said) == (found.onset_s[0] == 0)
    assert ("cut by the end" in said) == (found.offset_s[-1] == 8)


@field
def test_gain_polarity_and_offset_change_nothing(method):
    samples = bursts(15)
    plain = detect(samples, RATE, method)
    for changed in (-samples, 8 * samples, samples + 1024):
        found = detect(changed, RATE, method)
        np.testing.assert_allclose(found.onset_s, plain.onset_s, atol=1e-3)
        np.testing.assert_allclose(found.offset_s, plain.offset_s, atol=1e-3)


@field
@pytest.mark.parametrize("rate", [1000.0, 2000.0, 4800.0])
def test_edges_at_any_rate(method, rate):
    onset, offset = edge_errors(detect(bursts(30, rate=rate), rate, method))
    assert abs(np.median(onset)) < 0.030  # the window of Hodges and Bui, 25 ms, and its low-pass
    assert abs(np.median(offset)) < 0.030


@field
def test_no_interval_and_no_rest_is_said(method):
    found = detect(bursts(), RATE, method)
    assert np.isnan(found.onset_low_s).all()
    assert any("No interval" in note for note in found.notes)


@pytest.mark.parametrize("method", [name for name in FIELD if name != "double_threshold"])
def test_a_gap_in_the_recording_is_no_quiet_signal_without_a_word(method):
    samples = bursts()
    samples[5000 : 5000 + samples.size // 9] = 0.0
    assert any("holds no signal" in note for note in detect(samples, RATE, method).notes)
    assert not any("holds no signal" in note for note in detect(bursts(), RATE, method).notes)


# Hodges and Bui


@pytest.mark.parametrize("threshold_sd", [1.0, 2.0, 3.0])
def test_hodges_bui_false_alarms_of_single_samples(threshold_sd):
    """|x| of a Gaussian: mean sqrt(2/pi), SD sqrt(1 - 2/pi); the share above mean + h SD is known."""
    noise = np.random.default_rng(3).normal(0, 5, 300_000)
    found = detect(
        noise, RATE, "hodges_bui", window_s=0.001, low_pass_hz=1000, band_low_hz=1, threshold_sd=threshold_sd
    )
    share = (found.offset_s - found.onset_s).sum() / 300
    level = sqrt(2 / pi) + threshold_sd * sqrt(1 - 2 / pi)
    assert share == pytest.approx(erfc(level / sqrt(2)), rel=0.05)


def test_hodges_bui_window_looks_ahead():
    found = detect(bursts(40), RATE, "hodges_bui", low_pass_hz=1000, band_low_hz=1, threshold_sd=8)
    onset, offset = edge_errors(found)
    # the threshold is 28 uV, a sample of the burst 400 uV in the mean: two of 25 lift the mean of the window
    assert np.median(onset) == pytest.approx(-0.023, abs=0.002)
    assert np.median(offset) == pytest.approx(0.023, abs=0.002)


# Teager and Kaiser


@settings(deadline=None, max_examples=50)
@given(st.floats(0.1, 100), st.floats(0.001, 0.49), st.floats(0, 6), st.integers(1, 5))
def test_energy_of_a_sinusoid_is_constant(amplitude, frequency, phase, lag):
    wave = amplitude * np.sin(2 * np.pi * frequency * np.arange(200) + phase)
    np.testing.assert_allclose(
        tkeo.teager_kaiser(wave, lag),
        amplitude**2 * np.sin(2 * np.pi * frequency * lag) ** 2,
        atol=1e-9 * amplitude**2,
    )


def test_tkeo_lag_is_a_time():
    found = [detect(bursts(20, rate=rate), rate, "tkeo") for rate in (1000.0, 2000.0, 4800.0)]
    assert [one.parameters["learned_lag_s"] for one in found] == pytest.approx(
        [0.001, 0.001, 0.001], rel=0.05
    )


def test_tkeo_refuses_an_empty_band():
    with pytest.raises(InputError, match="band is empty"):
        detect(bursts(), RATE, "tkeo", band_low_hz=60, band_high_hz=50)


def test_tkeo_accuracy_of_the_paper():
    onset, _ = edge_errors(detect(bursts(20), RATE, "tkeo"))
    assert abs(onset.mean()) < 0.015


# likelihood ratio


@pytest.mark.parametrize("false_alarm", [0.1, 0.01, 0.001])
def test_aglr_alarms_in_noise_as_often_as_stated(false_alarm):
    y = np.random.default_rng(5).normal(size=(400_000, 50)) ** 2
    ratio = y.mean(axis=1)
    assert (ratio > aglr.least_ratio(false_alarm, 50)).mean() == pytest.approx(false_alarm, rel=0.15)
    statistic = 25 * (ratio - 1 - np.log(ratio))
    alarm = (statistic > aglr.log_ratio(false_alarm, 50)) & (ratio > 1)
    assert alarm.mean() == pytest.approx(false_alarm, rel=0.15)


@pytest.mark.parametrize("level", [1.5, 4.0, 100.0])
def test_aglr_finds_a_step_without_noise_exactly(level):
    y = np.ones(400)
    y[150:300] = level
    rough = np.array([[140, 310]])
    assert aglr.change_points(y, rough, 60, 2, []).tolist() == [150]
    assert (400 - aglr.change_points(y[::-1], 400 - rough[:, ::-1], 60, 2, [])).tolist() == [300]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(1, 20))
def test_aglr_step_is_the_maximum_of_its_likelihood(seed, level):
    rng = np.random.default_rng(seed)
    y = rng.chisquare(1, 120)
    y[60:] *= level
    found = aglr.change_points(y, np.array([[0, 120]]), 120, 1, [])[0]

    def likelihood(j):
        ratio = max(y[j:].mean(), 1)
        return (120 - j) / 2 * (ratio - 1 - log(ratio))

    assert likelihood(found) == pytest.approx(max(likelihood(j) for j in range(120)), abs=1e-9)


def test_aglr_profiles_against_the_sum_written_out():
    y = np.random.default_rng(6).chisquare(2, (2, 80)) / 2
    known = np.ones((2, 80), dtype=bool)
    known[1, :30] = False
    y[~known] = 0
    profiles = list(aglr._likelihoods(y, known, 2, [10.0]))
    assert len(profiles) == 1 + aglr._LEVELS.size
    for level, found in zip(aglr._LEVELS, profiles[1:], strict=True):
        for row, j in ((0, 0), (0, 41), (0, 79), (1, 30), (1, 60)):
            v = np.array([(1 + (sqrt(level) - 1) * min((k - j + 0.5) / 10, 1)) ** 2 for k in range(j, 80)])
            assert found[row, j] == pytest.approx((y[row, j:] - np.log(v) - y[row, j:] / v).sum(), abs=1e-8)


def test_aglr_ramp_is_earlier_than_the_step_where_the_burst_rises_slowly():
    rng = np.random.default_rng(7)
    time = np.arange(40_000) / RATE % 1
    rise = np.clip((time - 0.3) / 0.08, 0, 1) * (time < 0.7)
    samples = rng.normal(0, 5, 40_000) + rise * rng.normal(0, 50, 40_000)
    error = {}
    for profile in ("step", "ramp"):
        found = detect(samples, RATE, "aglr", profile=profile)
        assert found.onset_s.size == 40
        error[profile] = np.median(found.onset_s - np.arange(40) - 0.3)
    assert error["step"] > 0.005
    assert abs(error["ramp"]) < error["step"] - 0.003


@pytest.mark.parametrize("method", ["aglr", "change_point"])
def test_likelihood_finds_abrupt_edges_within_milliseconds(method):
    onset, offset = edge_errors(detect(bursts(12), RATE, method))
    assert np.abs(np.median(onset)) <= 0.002
    assert np.abs(np.median(offset)) <= 0.002
    assert np.quantile(np.abs(np.concatenate((onset, offset))), 0.9) <= 0.010


# change points


def cheapest(power, beta):
    """Optimal partitioning without pruning, straight from its definition."""
    n = power.size
    floor = 1e-6 * power.mean()
    least, cut = [-beta], [[]]
    for end in range(1, n + 1):
        options = [least[s] + (end - s) * log(power[s:end].mean() + floor) + beta for s in range(end)]
        best = int(np.argmin(options))
        least.append(options[best])
        cut.append([*cut[best], best] if best else [])
    return least[n], cut[n]


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(2, 60), st.floats(0.5, 30))
def test_pruning_loses_nothing(seed, n, beta):
    rng = np.random.default_rng(seed)
    power = rng.gamma(1.0, 1.0, n) * 10 ** rng.integers(0, 3, n // 10 + 1).repeat(10)[:n]
    _, expected = cheapest(power, beta)
    assert change_point.optimal_partition(power, np.ones(n), beta, n).tolist() == expected


def test_a_stretch_that_has_to_be_cut_stays_one_burst():
    samples = np.random.default_rng(3).normal(0, 5, 10_000)
    samples[3000:7000] *= 8
    found = detect(samples, RATE, "change_point", longest_s=0.5)
    assert found.parameters["learned_change_points"] > 15
    np.testing.assert_allclose([*found.onset_s, *found.offset_s], [3.0, 7.0], atol=0.002)


def test_a_change_point_moves_to_the_best_millisecond():
    y = np.ones(200)
    y[103:] = 9
    moved, rises = change_point.refine(y, y, np.array([100]), 10)
    assert moved.tolist() == [103]
    assert rises.tolist() == [True]
    moved, rises = change_point.refine(y[::-1], y[::-1], np.array([100]), 10)
    assert moved.tolist() == [97]
    assert rises.tolist() == [False]
    assert change_point.refine(y, y, np.empty(0, dtype=np.int64), 10)[0].size == 0


@pytest.mark.parametrize("method", ["tkeo", "lidierth", "change_point"])
def test_noise_gives_no_burst(method):
    noise = np.random.default_rng(8).normal(0, 5, 120_000)
    assert detect(noise, RATE, method).onset_s.size == 0


# intensity filter


def carrier(amplitude_uv):
    """A wave of 100 Hz whose rectified mean is `amplitude_uv`."""
    wave = np.sin(2 * np.pi * 100 * (np.arange(amplitude_uv.size) + 0.5) / RATE)
    return amplitude_uv * wave / np.abs(wave).mean()


def test_rancho_leaves_out_low_intensity_and_short_packets():
    amplitude = np.full(10_000, 1.0)
    amplitude[1000:1500] = 101.0  # the reference
    amplitude[3000:3300] = 1 + 4.0  # 4 % of it over the quiet level
    amplitude[5000:5300] = 1 + 6.0
    amplitude[7000:7030] = 80.0  # 3 % of a cycle
    amplitude[8000:8060] = 80.0  # 6 %
    found = detect(carrier(amplitude), RATE, "rancho", band_low_hz=5, reference_uv=100.0)
    np.testing.assert_allclose(found.onset_s, [1.0, 5.0, 8.0], atol=0.011)
    np.testing.assert_allclose(found.offset_s, [1.5, 5.3, 8.06], atol=0.011)
    assert not any("maximum test" in note for note in found.notes)
    own = detect(carrier(amplitude), RATE, "rancho", band_low_hz=5)
    assert own.parameters["learned_reference_uv"] == pytest.approx(100, rel=0.01)
    assert any("not a maximum test" in note for note in own.notes)


def test_rancho_takes_percents_of_the_cycle_that_is_given():
    amplitude = np.full(10_000, 1.0)
    amplitude[2000:2800] = 100.0
    amplitude[6000:6080] = 20.0  # 8 % of a second, 4 % of two
    assert detect(carrier(amplitude), RATE, "rancho", cycle_s=1.0).onset_s.size == 2
    assert detect(carrier(amplitude), RATE, "rancho", cycle_s=2.0).onset_s.size == 1


def test_rancho_says_when_noise_passes_the_filter():
    noise = np.random.default_rng(9).normal(0, 5, 20_000)
    assert any("noise passes" in note for note in detect(noise, RATE, "rancho").notes)
    assert not any("noise passes" in note for note in detect(bursts(30), RATE, "rancho").notes)


@pytest.mark.parametrize("method", ["hodges_bui", "tkeo", "lidierth", "aglr", "change_point"])
@pytest.mark.parametrize("snr_db", [10.0, 20.0, 30.0])
def test_quiet_level_is_that_of_the_noise_whatever_the_bursts_beside_it(method, snr_db):
    learned = detect(bursts(snr_db), RATE, method).parameters
    alone = detect(bursts(0), RATE, method).parameters
    names = [name for name in learned if name.startswith(("learned_quiet_mean", "learned_quiet_sd"))]
    for name in names or ["learned_noise_uv"]:
        assert learned[name] == pytest.approx(alone[name], rel=0.05)


@field
def test_a_single_step_between_constants_is_no_fault(method):
    samples = np.repeat([0.0, 1.0], [9000, 3000])
    found = detect(samples, 2 * RATE, method)
    assert np.isfinite(found.onset_s).all()
    assert found.onset_s.size <= 1


@field
@pytest.mark.parametrize("low_hz", [5e-324, 1e-6, 0.99])
def test_a_high_pass_that_no_filter_can_have_is_refused(method, low_hz):
    with pytest.raises(InputError, match=r"from 1 to 500 Hz"):
        detect(bursts(seconds=2), RATE, method, band_low_hz=low_hz)
    assert np.isfinite(
        detect(bursts(rate=10 * RATE, seconds=2), 10 * RATE, method, band_low_hz=1).onset_s
    ).all()


@pytest.mark.parametrize(
    ("method", "name", "value"),
    [
        ("double_threshold", "noise_uv", 1e300),
        ("rancho", "reference_uv", 1e300),
        ("tkeo", "quiet_s", 10**400),
    ],
)
def test_a_number_beyond_all_voltages_is_refused(method, name, value):
    with pytest.raises(InputError, match=name):
        detect(bursts(seconds=2), RATE, method, **{name: value})


def test_a_rate_beyond_all_floats_is_refused():
    with pytest.raises(InputError, match="rate"):
        detect(bursts(seconds=2), 10**400)


def test_change_points_keep_bursts_apart_that_follow_each_other():
    # of a band, as muscle signal is: what rings after the first burst is not the level before the second
    random = np.random.default_rng(7)
    band = butter(4, [20, 450], "bandpass", fs=2000, output="sos")
    quiet, active = (sosfilt(band, random.normal(size=34_000)) for _ in range(2))
    phase = np.arange(34_000) / 2000 % 1
    on = ((phase >= 0.2) & (phase < 0.4)) | ((phase >= 0.5) & (phase < 0.7))
    found = detect(5 * quiet + 50 * active * on, 2000.0, "change_point")
    true = np.sort(np.concatenate((np.arange(17) + 0.2, np.arange(17) + 0.5)))
    assert found.onset_s.size == true.size
    np.testing.assert_allclose(found.onset_s, true, atol=0.004)
    np.testing.assert_allclose(found.offset_s, true + 0.2, atol=0.004)


@pytest.mark.parametrize("rate", [2000.0, 5000.0])
def test_aglr_takes_the_band_of_the_noise_into_account(rate):
    # of 75 s of quiet, some 3000 windows apart from each other: one in 100 000 is to raise an alarm
    random = np.random.default_rng(1)
    band = butter(4, [20, 450], "bandpass", fs=rate, output="sos")
    samples = 5 * sosfilt(band, random.normal(size=round(100 * rate)))
    time = np.arange(samples.size) / rate
    samples[time % 2 > 1.5] *= 10
    found = detect(samples, rate, "aglr")
    np.testing.assert_allclose(found.onset_s, np.arange(50) * 2 + 1.5, atol=0.02)


@pytest.mark.parametrize("method", [name for name in FIELD if name != "rancho"])
def test_nothing_found_is_not_said_to_be_quiet(method):
    # a muscle that is on throughout gives what noise gives
    found = detect(np.random.default_rng(4).normal(0, 200, 4000), RATE, method)
    assert found.onset_s.size == 0
    assert any("on throughout" in note for note in found.notes)
