"""Envelopes: closed forms, the same at every rate, honest at the ends, never negative."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit.condition import condition, envelope_of, envelope_words, reach_s
from emgkit.errors import InputError
from emgkit.settings import ConditionSettings

KINDS = {
    "low_pass": ConditionSettings(),
    "rms": ConditionSettings(envelope="rms"),
}
FINEST_HZ = 20_000


def noise_below(high_hz, seed, duration_s=1.5):
    """Noise of 40 Hz to `high_hz` with a burst in it; every rate here holds all of its band."""
    rng = np.random.default_rng(seed)
    n = round(duration_s * FINEST_HZ)
    frequency = np.fft.rfftfreq(n, 1 / FINEST_HZ)
    inside = (frequency > 40) & (frequency < high_hz)
    spectrum = np.where(
        inside, rng.standard_normal(frequency.size) * np.exp(2j * rng.random(frequency.size)), 0
    )
    x = np.fft.irfft(spectrum, n)
    t = np.arange(n) / FINEST_HZ
    return 100 * x / x.std() * (0.05 + np.exp(-(((t - 0.75) / 0.15) ** 2)))


@settings(deadline=None, max_examples=12)
@given(st.integers(0, 2**32 - 1), st.sampled_from([150.0, 250.0, 400.0]), st.sampled_from(list(KINDS)))
def test_the_same_signal_has_the_same_envelope_at_every_rate(seed, high_hz, kind):
    """1 % of the peak: rectifying at 4 kHz folds 0.3 %, and the 1 kHz low-pass is warped by 0.3 % at 400 Hz.

    Without interpolation the same comparison fails by 3 to 6 %.
    """
    x = noise_below(high_hz, seed)
    finest = condition(x, FINEST_HZ, KINDS[kind]).envelope_uv
    for rate_hz in (1000, 2000, 4000, 10_000):
        step = FINEST_HZ // rate_hz
        here = condition(x[::step], rate_hz, KINDS[kind]).envelope_uv
        inside = slice(round(0.2 * rate_hz), -round(0.2 * rate_hz))
        assert np.abs(here - finest[::step])[inside].max() < 0.01 * finest.max()


def test_a_rate_that_the_window_does_not_fit_has_the_same_window():
    """A window of 50 ms is 53.7 samples at 1074 Hz; an impulse shows its length and keeps its energy."""
    for rate_hz in (1000.0, 1074.0, 2148.15):
        x = np.zeros(round(rate_hz))
        x[x.size // 2] = 1.0
        fine = envelope_of(x, rate_hz, KINDS["rms"]) ** 2
        assert fine.sum() == pytest.approx(1, rel=0.02)
        half = np.flatnonzero(fine > fine.max() / 2)
        assert (half[-1] - half[0] + 1) / rate_hz == pytest.approx(0.05, abs=2 / rate_hz)


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.floats(-1e4, 1e4), min_size=60, max_size=200),
    st.sampled_from([500.0, 2000.0, 10_000.0]),
    st.sampled_from(list(KINDS)),
)
def test_never_negative_and_blind_to_polarity_and_scale(values, rate_hz, kind):
    x = np.array(values)
    envelope = envelope_of(x, rate_hz, KINDS[kind])
    assert envelope.shape == x.shape
    assert (envelope >= 0).all()
    np.testing.assert_allclose(envelope_of(-2 * x, rate_hz, KINDS[kind]), 2 * envelope, rtol=1e-9, atol=1e-6)


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0, 10_000.0])
def test_steady_signals_have_the_known_levels(rate_hz):
    """A sine of amplitude A: mean rectified 2 A / pi, root mean square A / sqrt(2)."""
    t = np.arange(round(2 * rate_hz)) / rate_hz
    sine = 100 * np.sin(2 * np.pi * 160 * t)
    middle = slice(t.size // 4, -t.size // 4)
    assert envelope_of(sine, rate_hz, KINDS["low_pass"])[middle] == pytest.approx(200 / np.pi, rel=0.005)
    assert envelope_of(sine, rate_hz, KINDS["rms"])[middle] == pytest.approx(100 / np.sqrt(2), rel=0.005)


def test_gaussian_noise_has_the_known_levels():
    """Mean rectified is sigma sqrt(2 / pi); 60 s of 1 kHz of band hold it to half a percent."""
    x = 10 * np.random.default_rng(11).standard_normal(60 * 10_000)
    assert envelope_of(x, 10_000.0, KINDS["low_pass"]).mean() == pytest.approx(
        10 * np.sqrt(2 / np.pi), rel=0.005
    )
    assert np.sqrt((envelope_of(x, 10_000.0, KINDS["rms"]) ** 2).mean()) == pytest.approx(10, rel=0.005)


def test_the_moving_root_mean_square_is_that_of_a_loop():
    """A second implementation, at a rate without interpolation and a window of a whole number of samples."""
    rate_hz, half = 5000.0, 50
    x = np.random.default_rng(2).standard_normal(700)
    chosen = ConditionSettings(envelope="rms", envelope_window_s=(2 * half + 1) / rate_hz)
    loop = [np.sqrt(np.mean(x[max(i - half, 0) : i + half + 1] ** 2)) for i in range(x.size)]
    np.testing.assert_allclose(envelope_of(x, rate_hz, chosen), loop, rtol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_a_steady_signal_is_steady_to_both_ends(kind):
    """Neither end pulls the envelope to zero: what is beyond it is not taken for silence."""
    t = np.arange(20_000) / 10_000
    sine = 100 * np.sin(2 * np.pi * 200 * t)
    envelope = envelope_of(sine, 10_000.0, KINDS[kind])
    np.testing.assert_allclose(envelope, np.median(envelope), rtol=0.02)


@pytest.mark.parametrize("kind", KINDS)
def test_no_shift_in_time(kind):
    t = np.arange(8000) / 4000.0 - 1
    carrier = np.cos(2 * np.pi * 300 * t)
    envelope = envelope_of(100 * carrier * np.exp(-((t / 0.1) ** 2)), 4000.0, KINDS[kind])
    assert np.sum(t * envelope) / envelope.sum() == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("rate_hz", [1000.0, 4000.0, 10_000.0])
def test_half_power_of_the_low_pass_lies_at_the_stated_cut_off(rate_hz):
    """Modulation of a carrier at the cut-off comes through with 0.707 of its depth."""
    t = np.arange(round(8 * rate_hz)) / rate_hz
    for cutoff_hz in (6.0, 10.0):
        x = (1 + 0.5 * np.cos(2 * np.pi * cutoff_hz * t)) * np.sin(2 * np.pi * 170 * t)
        envelope = envelope_of(x, rate_hz, ConditionSettings(envelope_cutoff_hz=cutoff_hz))
        middle = envelope[t.size // 4 : -t.size // 4]
        depth = (middle.max() - middle.min()) / (middle.max() + middle.min())
        assert depth == pytest.approx(0.5 * np.sqrt(0.5), rel=0.02)


def test_words_state_kind_and_cut_off_after_both_passes():
    assert envelope_words(KINDS["low_pass"]) == (
        "rectified, low-pass 10 Hz, Butterworth, order 4 after both passes, zero phase"
    )
    assert "0.05 s" in envelope_words(KINDS["rms"])
    assert "8.86 Hz" in envelope_words(KINDS["rms"])


def test_the_reach_of_a_window_is_half_of_it():
    narrow = ConditionSettings(envelope="rms", envelope_window_s=0.04)
    wide = ConditionSettings(envelope="rms", envelope_window_s=0.14)
    assert reach_s(2000.0, wide) - reach_s(2000.0, narrow) == pytest.approx(0.05)


def test_an_unknown_envelope_is_refused():
    with pytest.raises(InputError, match="envelope"):
        ConditionSettings(envelope="peak")


@pytest.mark.parametrize("name", ["emg_healthy", "emg_myopathy"])
@pytest.mark.parametrize("kind", KINDS)
def test_needle_emg_has_the_same_envelope_at_half_and_a_quarter_of_its_rate(shared_data, name, kind):
    """Ten seconds at 4 kHz, cut to 400 Hz so that 1 kHz holds its band as well; every fourth sample of it."""
    raw = np.fromfile(shared_data / "intramuscular" / f"{name}.dat", dtype="<i2").astype(np.float64)
    x = raw[: 10 * 4000] - raw[: 10 * 4000].mean()
    spectrum = np.fft.rfft(x)
    spectrum[np.fft.rfftfreq(x.size, 1 / 4000) > 400] = 0
    x = np.fft.irfft(spectrum, x.size)
    full = condition(x, 4000.0, KINDS[kind]).envelope_uv
    for step in (2, 4):
        cut = condition(x[::step], 4000.0 / step, KINDS[kind]).envelope_uv
        inside = slice(1000 // step, -1000 // step)
        assert np.abs(cut - full[::step])[inside].max() < 0.01 * full.max()
