"""What the threshold detectors share: the quiet stretch, the windows, and confirmation by time."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from emgkit.detectors import _baseline, _power, _whitened, intervals

RATE = 1000.0
masks = st.lists(st.booleans(), min_size=1, max_size=120).map(lambda bits: np.array(bits, dtype=bool))


def state_machine(mask, least):
    """Confirmation by time as a reader would do it with a finger on the trace."""
    found, onset, run = [], None, 0
    for k, on in enumerate([*mask, *([False] * least)]):
        if onset is None:
            run = run + 1 if on else 0
            if run == least:
                onset, run = k - least + 1, 0
        else:
            run = 0 if on else run + 1
            if run == least:
                found.append([onset, k - least + 1])
                onset, run = None, 0
    return found


@settings(deadline=None, max_examples=200)
@given(masks, st.integers(1, 10))
def test_sustained_is_what_a_finger_on_the_trace_finds(mask, least):
    assert _baseline.sustained(intervals.from_mask(mask), least).tolist() == state_machine(mask, least)


def test_sustained_forgives_what_is_short():
    runs = np.array([[0, 4], [6, 20], [40, 41], [60, 75], [78, 90]])
    # a gap of 2 is forgiven, one of 3 is not; a lone sample in the pause is no burst
    assert _baseline.sustained(runs, 15, 2).tolist() == [[0, 20], [60, 90]]
    assert _baseline.sustained(runs, 16, 2).tolist() == [[0, 20]]


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_windows_against_their_definition(width, seed):
    values = np.random.default_rng(seed).normal(size=60)
    expected = [values[k : k + width].mean() for k in range(60 - width + 1)]
    np.testing.assert_allclose(_baseline.window_means(values, width), expected, atol=1e-12)
    half = width // 2
    expected = [values[max(k - half, 0) : k - half + width].mean() for k in range(60)]
    np.testing.assert_allclose(_baseline.centred_means(values, width), expected, atol=1e-12)


def test_a_burst_is_all_windows_that_exceed():
    values = np.zeros(100)
    values[40:60] = 1.0
    # a window of 10 exceeds a half with 6 of the values inside: from 36 on, and until 64
    assert _baseline.above(values, 0.5, 10).tolist() == [[36, 64]]


@pytest.mark.parametrize("seconds", [5, 60, 600])
def test_quiet_level_is_that_of_the_noise_however_long_it_lasts(seconds):
    power = np.random.default_rng(1).normal(0, 3, round(seconds * RATE)) ** 2
    quiet = _baseline.quiet_mask(power, RATE, 0.3)
    assert power[quiet].mean() == pytest.approx(9, rel=0.06)
    least = np.convolve(power, np.ones(300) / 300, "valid").min()
    assert seconds < 60 or least < 0.8 * 9  # what the quietest stretch alone would have given


def test_quiet_stretch_leaves_the_bursts_out():
    rng = np.random.default_rng(2)
    samples = rng.normal(0, 3, 20_000)
    on = (np.arange(20_000) % 1000 >= 450) & (np.arange(20_000) % 1000 < 950)
    samples[on] *= 5
    quiet = _baseline.quiet_mask(samples**2, RATE, 0.3)
    assert quiet.any()
    assert (quiet & on).sum() < 0.02 * quiet.sum()


def test_filters_have_no_delay_and_keep_what_passes():
    time = np.arange(4000) / RATE
    wave = np.sin(2 * np.pi * 100 * time)
    np.testing.assert_allclose(
        _baseline.zero_phase(wave, RATE, 10.0, "highpass", 2)[500:-500], wave[500:-500], atol=1e-3
    )
    assert _baseline.zero_phase(wave, RATE, 480.0, "lowpass", 2) is wave  # the rate ends the band there


def test_whitened_signal_has_the_quiet_level_as_its_unit_in_both_directions():
    samples = np.random.default_rng(4).normal(0, 5, 12_000)
    samples[1000:5000] *= 10  # nothing about it is the same from the other end
    white = _whitened.whiten(_power.filter_both_ways(samples, RATE, 30.0), 0.005, 0.3)
    for relative in (white.forward, white.backward, white.least):
        assert relative[6000:].mean() == pytest.approx(1, rel=0.05)
        assert relative[1500:4500].mean() == pytest.approx(100, rel=0.05)
    assert white.noise_uv == pytest.approx(5, rel=0.05)
