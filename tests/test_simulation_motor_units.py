"""The pool of motor units against what its docstrings and its source say of it."""

import numpy as np
import pytest

from emgkit.simulation import motor_units as mu

LONG = mu.Bursts(np.array([0.5]), np.array([60.5]), np.array([1.0]))


@pytest.fixture(scope="module")
def pool() -> mu.Pool:
    return mu.make_pool(30, np.random.default_rng(0))


def test_thresholds_spread_exponentially_from_zero(pool):
    assert pool.threshold[0] == 0.0
    assert pool.threshold[-1] == pytest.approx(mu.LAST_RECRUITED)
    # (R^(i/(n-1)) - 1): once shifted back, neighbours have one common ratio
    shifted = pool.threshold * (mu.THRESHOLD_RANGE - 1) / mu.LAST_RECRUITED + 1
    np.testing.assert_allclose(shifted[1:] / shifted[:-1], mu.THRESHOLD_RANGE ** (1 / 29))


def test_amplitudes_fall_steeply_and_the_largest_is_one(pool):
    assert pool.amplitude.max() == 1.0
    assert np.median(pool.amplitude) < 0.25
    assert pool.amplitude[0] > np.median(pool.amplitude)  # the edge of a burst is seen by the wire


def test_rates_follow_the_excitation(pool):
    unit, time = mu.discharges(pool, LONG, 0.05, np.random.default_rng(1))
    middle = (time > 5) & (time < 55)
    drive = mu.excitation(np.linspace(5, 55, 5001), LONG, 0.05)
    for i in (0, 1, 15, 29):
        expected = np.minimum(
            pool.peak_rate_hz[i], mu.MIN_RATE_HZ + mu.RATE_GAIN_HZ * (drive - pool.threshold[i])
        )
        assert np.sum(middle & (unit == i)) / 50 == pytest.approx(expected.mean(), rel=0.03)
    rates = np.bincount(unit[middle]) / 50
    assert rates.min() >= 8
    assert rates.max() <= 35.5


def test_intervals_spread_by_a_fifth(pool):
    unit, time = mu.discharges(pool, LONG, 0.05, np.random.default_rng(1))
    steady = np.sort(time[(unit == 29) & (time > 25) & (time < 35)])  # excitation is flat at its top
    intervals = np.diff(steady)
    assert np.std(intervals) / np.mean(intervals) == pytest.approx(mu.ISI_CV, abs=0.03)


def test_units_are_recruited_in_the_order_of_their_thresholds(pool):
    slow = mu.Bursts(np.array([0.0]), np.array([20.0]), np.array([1.0]))
    unit, time = mu.discharges(pool, slow, 8.0, np.random.default_rng(2))
    first = np.array([time[unit == i].min() for i in range(30)])
    grid = np.arange(0, 10, 1e-3)
    drive = mu.excitation(grid, slow, 8.0)
    recruited = np.array([grid[drive > threshold][0] for threshold in pool.threshold])
    assert np.all(first >= recruited - 2e-3)
    # the first interval is at most 0.3 of the longest one
    assert np.all(first <= recruited + 0.3 / mu.MIN_RATE_HZ + 2e-3)


def test_low_excitation_leaves_high_units_silent(pool):
    weak = mu.Bursts(np.array([0.0]), np.array([10.0]), np.array([0.1]))
    unit, _ = mu.discharges(pool, weak, 0.05, np.random.default_rng(3))
    assert set(unit) == set(np.flatnonzero(pool.threshold < mu.excitation(np.array([5.0]), weak, 0.05)))


def test_first_and_last_potential_lie_on_the_edges(pool):
    rng = np.random.default_rng(4)
    onset = np.cumsum(rng.uniform(0.2, 0.5, 200))
    bursts = mu.Bursts(onset, onset + rng.uniform(0.03, 0.15, 200), rng.uniform(0.05, 1, 200))
    unit, time = mu.discharges(pool, bursts, 0.04, rng)
    at = np.searchsorted(onset, time, side="right") - 1
    end = time + pool.duration_s[unit]
    assert np.all(time >= onset[at])
    assert np.all(end <= bursts.offset_s[at] + 1e-12)
    first = np.full(200, np.inf)
    np.minimum.at(first, at, time)
    last = np.full(200, -np.inf)
    np.maximum.at(last, at, end)
    np.testing.assert_allclose(first, onset, atol=1e-12)
    np.testing.assert_allclose(last, bursts.offset_s, atol=1e-12)


def test_potentials_are_short_end_at_zero_and_have_no_offset(pool):
    waves = mu.potentials(pool, 20_000.0)
    time = np.arange(waves.shape[1]) / 20_000
    np.testing.assert_allclose(np.abs(waves).max(axis=1), pool.amplitude)
    assert all(np.all(w[time >= d] == 0) for w, d in zip(waves, pool.duration_s, strict=True))
    assert np.all((pool.duration_s >= 3e-3) & (pool.duration_s <= 8e-3))
    # polyphasic: at least one change of sign among what is larger than a tenth of the peak
    for wave in waves:
        signs = np.sign(wave[np.abs(wave) > 0.1 * np.abs(wave).max()])
        assert np.count_nonzero(np.diff(signs)) >= 1


def test_resampling_keeps_what_lies_below_the_band_edge(pool):
    unit, time = mu.discharges(pool, LONG, 0.05, np.random.default_rng(1))
    spectra = {}
    for rate in (2000.0, 10_000.0):
        signal = mu.synthesize(
            pool, unit, time, rate_hz=rate, n_samples=int(61 * rate), rng=np.random.default_rng(5)
        )
        power = np.abs(np.fft.rfft(signal) / rate) ** 2
        frequency = np.fft.rfftfreq(signal.size, 1 / rate)
        spectra[rate] = np.array(
            [power[(frequency >= low) & (frequency < low + 100)].sum() for low in range(20, 520, 100)]
        )
    np.testing.assert_allclose(spectra[2000.0], spectra[10_000.0], rtol=0.03)


def test_sum_of_single_discharges(pool):
    unit, time = np.array([3, 3, 8]), np.array([0.010, 0.0125, 0.0130])
    quiet = np.random.default_rng(0)
    together = mu.synthesize(pool, unit, time, rate_hz=10_000.0, n_samples=400, rng=quiet)
    scale = 1 + mu.SHAPE_CV * np.random.default_rng(0).standard_normal(3)
    waves = mu.potentials(pool, 10_000.0)
    expected = np.zeros(400)
    for k, (i, start) in enumerate(((3, 100), (3, 125), (8, 130))):
        expected[start : start + waves.shape[1]] += scale[k] * waves[i]
    np.testing.assert_allclose(together, expected, atol=1e-12)


def test_no_bursts_no_discharges(pool):
    none = mu.Bursts(np.zeros(0), np.zeros(0), np.zeros(0))
    unit, time = mu.discharges(pool, none, 0.04, np.random.default_rng(0))
    assert unit.size == time.size == 0
    signal = mu.synthesize(pool, unit, time, rate_hz=2000.0, n_samples=10, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(signal, np.zeros(10))
    np.testing.assert_array_equal(mu.excitation(np.arange(3.0), none, 0.04), np.zeros(3))
