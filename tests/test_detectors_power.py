"""Power in blocks: against SciPy's filters, closed forms and a process whose whitening filter is known."""

import numpy as np
import pytest
from scipy.signal import lfilter

from emgkit.detectors import _power, intervals

WEIGHTS = np.array([1.0, -0.6, 0.3, 0.1])


def filtered(rate_hz, seed=0):
    samples = np.random.default_rng(seed).normal(0, 5, round(1.3 * rate_hz))
    return _power.filter_both_ways(samples, rate_hz, 30.0)


@pytest.mark.parametrize("block", [1, 2, 3, 4, 7])
def test_power_of_the_prediction_error_is_that_of_a_filter_in_either_direction(block):
    signal = filtered(2000.0)
    inside = slice(signal.padding, -signal.padding)
    ahead = lfilter(WEIGHTS, 1.0, signal.forward)[inside]
    back = lfilter(WEIGHTS, 1.0, signal.backward[::-1])[::-1][inside]
    n = ahead.size // block
    for error, backward in ((ahead, False), (back, True)):
        expected = (error[: n * block].reshape(n, block) ** 2).mean(axis=1)
        found = _power.error_power(signal, WEIGHTS, backward=backward, block=block)
        np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("rate_hz", [700.0, 2000.0, 3000.0, 3999.0])
def test_power_of_the_blocks_is_the_smaller_of_both_directions(rate_hz):
    signal = filtered(rate_hz)
    each = [_power.error_power(signal, _power.SAME, backward=backward) for backward in (False, True)]
    assert each[0].shape == (signal.n_blocks,)
    np.testing.assert_array_equal(_power.block_power(signal), np.minimum(*each))


def test_energy_is_the_sum_of_the_blocks_before():
    np.testing.assert_array_equal(_power.energy(np.array([1.0, 2.0, 4.0])), [0, 1, 3, 7])


def test_mean_frequency_of_a_sine_over_noise():
    rate_hz, frequency_hz = 2000.0, 140.0
    time = np.arange(8000) / rate_hz
    samples = np.random.default_rng(0).normal(0, 1, time.size)
    samples[3000:5000] += 30 * np.sin(2 * np.pi * frequency_hz * time[3000:5000])
    signal = _power.filter_both_ways(samples, rate_hz, 30.0)
    squares, differences = (
        _power.energy(_power.error_power(signal, one)) for one in (_power.SAME, _power.DIFFERENCES)
    )
    burst = np.array([[1510, 2490]])  # in blocks of two samples
    quiet = intervals.complement(np.array([[1490, 2510]]), signal.n_blocks)
    found = _power.mean_frequencies_hz(differences, squares, rate_hz, quiet, burst)
    assert found[0] == pytest.approx(frequency_hz, rel=0.01)


def test_whitening_filter_is_that_of_the_quiet_process():
    """An autoregressive process, and louder noise of another colour in what is not quiet."""
    rng = np.random.default_rng(3)
    samples = lfilter([1.0], [1.0, -0.5, 0.4], rng.normal(0, 5, 120_000))
    quiet = np.arange(60_000) % 1000 < 600
    active = np.repeat(~quiet, 2)
    samples[active] = 50 * np.cumsum(rng.normal(0, 1, active.sum())) % 300
    plain = _power.Filtered(samples, samples[::-1].copy(), 0, 2000.0, 2)
    weights = _power.prediction_filter(plain, quiet, 0.005)
    assert weights.size == 11
    # tapered correlation and 1 % of white noise blunt it a little
    np.testing.assert_allclose(weights[:3], [1, -0.5, 0.4], atol=0.05)
    np.testing.assert_allclose(weights[3:], 0, atol=0.05)


def test_whitening_filter_against_the_correlation_of_the_masked_signal():
    from scipy.linalg import toeplitz

    signal = filtered(2000.0, seed=5)
    quiet = np.random.default_rng(1).random(signal.n_blocks // 40 + 1).repeat(40)[: signal.n_blocks] < 0.6
    mask = np.repeat(quiet, signal.block)
    values = signal.forward[signal.padding : signal.padding + mask.size] * mask
    order = 10
    pairs = [np.count_nonzero(mask[lag:] & mask[: mask.size - lag]) for lag in range(order + 1)]
    # a run of quiet is at least as long as the filter, so that pairs within runs are all there are
    lags = [values[lag:] @ values[: values.size - lag] for lag in range(order + 1)]
    correlation = np.array(lags) / pairs * (0.5 + 0.5 * np.cos(np.pi * np.arange(order + 1) / (order + 1)))
    correlation[0] *= 1.01
    expected = -np.linalg.solve(toeplitz(correlation[:-1]), correlation[1:])
    np.testing.assert_allclose(_power.prediction_filter(signal, quiet, 0.005)[1:], expected, rtol=1e-7)
