"""What must not change the bursts of the default detector: gain, polarity, time, rate, what lies beside."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.signal import butter, lfilter, resample_poly, sosfilt

from emgkit.detectors import detect

RATE = 2000.0
NOISE_UV = 5.0
FEW = settings(deadline=None, max_examples=12)


def noise(seconds, seed):
    return np.random.default_rng(seed).normal(0, NOISE_UV, round(seconds * RATE))


def with_bursts(bursts, snr_db, seconds, seed):
    samples = noise(seconds, seed)
    time = np.arange(samples.size) / RATE
    for start, stop in bursts:
        samples[(time >= start) & (time < stop)] *= 10 ** (snr_db / 20)
    return samples


def walk(seed, snr_db, seconds=8.0):
    """Bursts of random length at random places, one in each second."""
    rng = np.random.default_rng(seed)
    start = np.arange(int(seconds)) + rng.uniform(0.1, 0.3, int(seconds))
    bursts = np.column_stack((start, start + rng.uniform(0.1, 0.5, start.size)))
    return with_bursts(bursts, snr_db, seconds, seed), bursts


def edges(found):
    return np.column_stack((found.onset_s, found.offset_s))


seeds, snrs_db = st.integers(0, 10**6), st.floats(10, 25)


@FEW
@given(seeds, snrs_db, st.floats(-3, 3), st.sampled_from([-1, 1]))
def test_gain_and_polarity(seed, snr_db, decades, sign):
    samples, _ = walk(seed, snr_db)
    base, other = detect(samples, RATE), detect(sign * 10**decades * samples, RATE)
    np.testing.assert_allclose(edges(other), edges(base), atol=1e-6)
    np.testing.assert_allclose(other.probability, base.probability, atol=1e-6)


def within(spans, found):
    """Whether each edge lies in the interval of the same edge of `found`, to half a millisecond."""
    low = np.column_stack((found.onset_low_s, found.offset_low_s)) - 0.0005
    high = np.column_stack((found.onset_high_s, found.offset_high_s)) + 0.0005
    return (low <= spans) & (spans <= high)


@FEW
@given(seeds, snrs_db, st.integers(1, 4000))
def test_time_shift(seed, snr_db, n):
    """The same walk after more or less of quiet signal; other blocks, an edge moves within its doubt."""
    samples, _ = walk(seed, snr_db)
    before = noise(3.0, seed + 1)
    base = detect(np.concatenate((before, samples)), RATE)
    shifted = edges(detect(np.concatenate((before[n:], samples)), RATE)) + n / RATE
    assert shifted.shape == edges(base).shape
    assert np.median(np.abs(shifted - edges(base))) < 0.001
    assert np.count_nonzero(~within(shifted, base)) <= 1  # of 16


@pytest.mark.parametrize("lowered", ["filtered", "sampled"])
def test_the_same_signal_at_1_2_4_and_10_khz(lowered):
    """Band-limited below 400 Hz, 20 dB over quiet, as a recorder of a lower rate has it.

    Behind a sharp filter, here that of `resample_poly`, which rings beside bursts, or sampled as it is. At
    1 kHz a block is one sample.
    """
    band = butter(4, (20, 400), "bandpass", fs=10000, output="sos")
    inside = (np.arange(60_000) / 10_000 % 1 >= 0.25) & (np.arange(60_000) / 10_000 % 1 < 0.6)
    truth = np.arange(6)[:, None] + np.array([0.25, 0.6])
    shifts, held, errors = {1: [], 2: [], 4: []}, {1: [], 2: [], 4: []}, []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        quiet, burst = (sosfilt(band, rng.normal(size=60_000)) for _ in range(2))
        finest = 20 * quiet + 200 * burst * inside
        base = detect(finest, 10_000.0)
        assert base.onset_s.size == 6
        for rate, moved in shifts.items():
            sampled = finest[:: 10 // rate] if lowered == "sampled" and rate < 4 else None
            samples = resample_poly(finest, rate, 10) if sampled is None else sampled
            found = edges(detect(samples, 1000.0 * rate))
            assert found.shape == (6, 2)
            moved += np.abs(found - edges(base)).ravel().tolist()
            held[rate] += within(found, base).ravel().tolist()
        errors += np.abs(edges(base) - truth).ravel().tolist()
    assert np.median(errors) < 0.0006
    assert np.quantile(errors, 0.9) < 0.001
    assert max(shifts[4]) < 0.002
    assert all(held[4])
    for rate, usual, most in ((2, 0.001, 0.85), (1, 0.0015, 0.7)):
        assert np.median(shifts[rate]) < usual
        assert np.mean(np.array(shifts[rate]) < 0.002) > most
        assert np.mean(held[rate]) > 0.92


@pytest.mark.parametrize("duty", [0.03, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97])
@pytest.mark.parametrize("snr_db", [15, 20])
def test_duty_from_3_to_97_percent(duty, snr_db):
    """In cycles of 5 s, so that 3 % of quiet are more than a gap within a burst."""
    bursts = [(5.0 * k + 0.2, 5.0 * k + 0.2 + 5.0 * duty) for k in range(6)]
    found = detect(with_bursts(bursts, snr_db, 30.4, 1), RATE)
    assert found.onset_s.size == 6
    np.testing.assert_allclose(edges(found), bursts, atol=0.010)
    assert np.median(np.abs(edges(found) - bursts)) < 0.003


@FEW
@given(seeds, snrs_db)
def test_concatenation(seed, snr_db):
    """Of two walks one after the other, the bursts of each, away from the seam."""
    one, two = walk(seed, snr_db)[0], walk(seed + 1, snr_db)[0]
    both = edges(detect(np.concatenate((one, two)), RATE))
    apart = np.vstack((edges(detect(one, RATE)), edges(detect(two, RATE)) + 8.0))
    away = [spans[np.abs(spans - 8.0).min(axis=1) > 0.3] for spans in (both, apart)]
    assert away[0].shape == away[1].shape
    shift = np.abs(away[0] - away[1])
    assert np.median(shift) < 0.001
    assert shift.max() < 0.015  # the weakest edge, at another scatter of the quiet level


TIME = np.arange(round(60 * RATE)) / RATE
NOTHING = {
    "white": lambda rng, white: white,
    "coloured": lambda rng, white: lfilter([1], [1, -0.9], white),
    "heavy-tailed": lambda rng, white: NOISE_UV * rng.standard_t(5, white.size),
    "hum": lambda rng, white: white + 20 * np.sin(2 * np.pi * 50 * TIME) + 5 * np.sin(2 * np.pi * 150 * TIME),
    "drift": lambda rng, white: white + 300 * np.sin(2 * np.pi * 0.3 * TIME),
    "walk of the baseline": lambda rng, white: white + np.cumsum(rng.normal(size=white.size)),
    "quantised": lambda rng, white: np.round(white / 4) * 4,
    "breathing": lambda rng, white: white * 10 ** (1.5 * np.sin(2 * np.pi * TIME / 60) / 20),
}


@pytest.mark.parametrize("kind", NOTHING)
def test_no_activity_gives_no_burst(kind):
    """At most one in ten minutes."""
    count = 0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        count += detect(NOTHING[kind](rng, rng.normal(0, NOISE_UV, TIME.size)), RATE).onset_s.size
    assert count <= 1


@FEW
@given(seeds, st.floats(5, 40))
def test_always_on_is_one_burst_beside_a_rest_and_else_not_determinable(seed, snr_db):
    rest_uv = detect(noise(5, seed + 1), RATE).parameters["learned_noise_uv"]
    samples = 10 ** (snr_db / 20) * noise(10, seed)
    np.testing.assert_array_equal(edges(detect(samples, RATE, quiet_uv=rest_uv)), [[0, 10]])
    alone = detect(samples, RATE)
    assert alone.onset_s.size == 0
    assert "active throughout" in alone.notes[0]


@FEW
@given(seeds)
def test_amplitude_that_drifts_within_a_trial(seed):
    """Bursts that grow from 10 to 25 dB over the trial, or fade."""
    samples, bursts = walk(seed, 0.0, 20.0)
    rise_db = np.interp(np.arange(samples.size) / RATE, [0, 20], [10, 25])
    time = np.arange(samples.size) / RATE
    inside = ((time >= bursts[:, :1]) & (time < bursts[:, 1:])).any(axis=0)
    for gain_db in (rise_db, rise_db[::-1]):
        found = edges(detect(samples * np.where(inside, 10 ** (gain_db / 20), 1.0), RATE))
        assert len(found) == len(bursts)
        assert np.median(np.abs(found - bursts)) < 0.003
