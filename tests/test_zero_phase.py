"""The filter forwards and backwards against that of scipy."""

import numpy as np
import pytest
from scipy import signal

from emgkit.zero_phase import both_ways, butterworth

NOISE = np.random.default_rng(1).standard_normal(3000)


@pytest.mark.parametrize("order", [1, 2, 3, 4, 8])
@pytest.mark.parametrize(("kind", "cutoff_hz"), [("highpass", 20.0), ("highpass", 300.0), ("lowpass", 6.0)])
@pytest.mark.parametrize(("mirror", "beyond"), [("odd", 9), ("odd", 1), ("even", 400)])
def test_the_filter_is_that_of_scipy(order, kind, cutoff_hz, mirror, beyond):
    samples = 250 + 100 * np.cumsum(NOISE)
    before = samples.copy()
    sos = signal.butter(order, cutoff_hz, kind, fs=2000.0, output="sos")
    expected = signal.sosfiltfilt(sos, samples, padtype=mirror, padlen=beyond)
    found = both_ways(butterworth(order, cutoff_hz, kind, 2000.0), samples, beyond, mirror=mirror)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-9 * np.abs(samples).max())
    np.testing.assert_array_equal(samples, before)


def test_a_constant_passes_a_low_pass_and_not_a_high_pass():
    level = np.full(100, 7.0)
    np.testing.assert_allclose(both_ways(butterworth(2, 10.0, "lowpass", 1000.0), level, 30), 7, rtol=1e-12)
    np.testing.assert_allclose(both_ways(butterworth(2, 10.0, "highpass", 1000.0), level, 30), 0, atol=1e-12)
