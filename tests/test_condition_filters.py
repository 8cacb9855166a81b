"""The conditioning does what it states: cut-offs, phase, gain, and independence of the rate."""

import numpy as np
import pytest

from emgkit.condition import condition, reach_s
from emgkit.errors import InputError, InsufficientDataError
from emgkit.settings import ConditionSettings

DEFAULT = ConditionSettings()


def gain_at(frequency_hz, rate_hz, settings=DEFAULT):
    """Gain of a long sine, away from the ends."""
    t = np.arange(round(4 * rate_hz)) / rate_hz
    x = np.sin(2 * np.pi * frequency_hz * t)
    y = condition(x, rate_hz, settings).emg_uv
    middle = slice(x.size // 4, 3 * x.size // 4)
    return np.std(y[middle]) / np.std(x[middle])


@pytest.mark.parametrize("rate_hz", [2000.0, 4000.0, 10_000.0])
@pytest.mark.parametrize("order", [2, 4, 8])
def test_half_power_lies_at_the_stated_cut_offs_after_both_passes(rate_hz, order):
    settings = ConditionSettings(band_low_hz=30, band_high_hz=400, order=order)
    assert gain_at(30, rate_hz, settings) == pytest.approx(np.sqrt(0.5), abs=0.01)
    assert gain_at(400, rate_hz, settings) == pytest.approx(np.sqrt(0.5), abs=0.01)


@pytest.mark.parametrize("frequency_hz", [100, 200, 300])
def test_the_middle_of_the_band_passes(frequency_hz):
    assert gain_at(frequency_hz, 4000.0) == pytest.approx(1, abs=0.01)


def test_offset_and_drift_do_not_pass():
    t = np.arange(8000) / 2000.0
    y = condition(500 + 100 * t, 2000.0, DEFAULT).emg_uv
    assert np.abs(y[1000:-1000]).max() < 0.5


def test_no_shift_in_time():
    x = np.zeros(4001)
    x[2000] = 1.0
    c = condition(x, 2000.0, DEFAULT)
    assert np.argmax(np.abs(c.emg_uv)) == 2000
    np.testing.assert_allclose(c.emg_uv, c.emg_uv[::-1], atol=1e-9)


def test_gain_and_polarity():
    x = np.random.default_rng(1).standard_normal(3000)
    a, b = condition(x, 2000.0, DEFAULT), condition(-3 * x, 2000.0, DEFAULT)
    np.testing.assert_allclose(b.emg_uv, -3 * a.emg_uv, atol=1e-9)
    np.testing.assert_allclose(b.envelope_uv, 3 * a.envelope_uv, atol=1e-9)


def test_the_envelope_of_a_steady_signal_is_its_mean_and_is_never_negative():
    x = 100 * np.random.default_rng(2).standard_normal(20_000)
    c = condition(x, 2000.0, DEFAULT)
    assert c.envelope_uv.mean() == pytest.approx(np.abs(c.emg_uv).mean(), rel=0.01)
    burst = np.where(np.arange(20_000) > 10_000, x, 0.0)
    assert condition(burst, 2000.0, DEFAULT).envelope_uv.min() >= 0


@pytest.mark.parametrize("rate_hz", [2000.0, 4000.0, 10_000.0])
def test_the_envelope_does_not_change_with_the_rate(rate_hz):
    t = np.arange(round(2 * rate_hz)) / rate_hz
    x = 100 * np.sin(2 * np.pi * 150 * t) * ((t > 0.7) & (t < 1.2))
    settings = ConditionSettings(band_high_hz=800)
    envelope = condition(x, rate_hz, settings).envelope_uv
    at = np.interp([0.6, 0.7, 0.75, 0.95, 1.2, 1.3], t, envelope)
    expected = np.interp([0.6, 0.7, 0.75, 0.95, 1.2, 1.3], np.arange(40_000) / 20_000, _fine(settings))
    np.testing.assert_allclose(at, expected, atol=1.0)


def _fine(settings):
    t = np.arange(40_000) / 20_000
    x = 100 * np.sin(2 * np.pi * 150 * t) * ((t > 0.7) & (t < 1.2))
    return condition(x, 20_000.0, settings).envelope_uv


def test_the_band_says_what_the_rate_left_of_it():
    x = np.random.default_rng(0).standard_normal(2000)
    assert "20 Hz to 500 Hz (ended by the rate of 1000 Hz)" in condition(x, 1000.0, DEFAULT).band
    assert "20 Hz to 1000 Hz, Butterworth" in condition(x, 4000.0, DEFAULT).band


def test_results_are_read_only_and_the_input_is_not_touched():
    x = np.random.default_rng(0).standard_normal(2000)
    before = x.copy()
    c = condition(x, 2000.0, DEFAULT)
    np.testing.assert_array_equal(x, before)
    with pytest.raises(ValueError, match="read-only"):
        c.emg_uv[0] = 0


@pytest.mark.parametrize(
    ("rate_hz", "settings"),
    [
        (30.0, DEFAULT),
        (2000.0, ConditionSettings(band_low_hz=600, band_high_hz=500)),
        (2000.0, ConditionSettings(order=3)),
        (2000.0, ConditionSettings(envelope_cutoff_hz=1500)),
    ],
)
def test_a_band_that_does_not_fit_is_refused(rate_hz, settings):
    with pytest.raises(InputError, match=r"Accepted"):
        condition(np.zeros(1000), rate_hz, settings)


def test_one_sample_is_too_short():
    with pytest.raises(InsufficientDataError):
        condition(np.zeros(1), 2000.0, DEFAULT)


def test_the_reach_of_the_filters_is_that_of_their_response_and_knows_no_rate():
    reach = [reach_s(rate_hz, DEFAULT) for rate_hz in (1000.0, 2000.0, 10_000.0)]
    assert np.ptp(reach) < 0.003
    # the slowest pole of a Butterworth low-pass of two poles decays by 1/e in sqrt(2) / (2 pi f)
    decay = np.sqrt(2) / (2 * np.pi)
    assert reach[1] == pytest.approx((decay / 20 + decay / 10) * np.log(100), rel=0.4)
    halved = DEFAULT.model_copy(update={"band_low_hz": 10.0, "envelope_cutoff_hz": 5.0})
    assert reach_s(2000.0, halved) == pytest.approx(2 * reach[1], rel=0.02)


def test_signal_beyond_the_reach_does_not_matter():
    """Of signals that differ only beyond an end, the envelopes differ within the reach, and no further in."""
    rng = np.random.default_rng(5)
    long = 100 * rng.standard_normal(8000) * np.where(np.arange(8000) < 2000, 4.0, 1.0)
    whole, cut = condition(long, 2000.0, DEFAULT), condition(long[2000:], 2000.0, DEFAULT)
    difference = np.abs(whole.envelope_uv[2000:] - cut.envelope_uv)
    inside = round(reach_s(2000.0, DEFAULT) * 2000)
    assert difference[inside:].max() < 0.02 * np.median(whole.envelope_uv)
    assert difference[: inside // 3].max() > 0.05 * np.median(whole.envelope_uv)
