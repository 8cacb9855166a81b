"""The default detector on signals whose truth is known."""

import numpy as np
import pytest
from scipy.signal import butter, resample_poly, sosfilt

from emgkit.detectors import detect
from emgkit.errors import InputError

RATE = 2000.0
NOISE_UV = 5.0


def noise(seconds, seed=0, rate=RATE):
    return np.random.default_rng(seed).normal(0, NOISE_UV, round(seconds * rate))


def with_bursts(bursts, snr_db, seconds=10.0, seed=0, rate=RATE):
    """White noise, stronger by `snr_db` inside the bursts."""
    samples = noise(seconds, seed, rate)
    time = np.arange(samples.size) / rate
    for start, stop in bursts:
        samples[(time >= start) & (time < stop)] *= 10 ** (snr_db / 20)
    return samples


def edges(found):
    return np.column_stack((found.onset_s, found.offset_s))


REGULAR = [(k + 0.33, k + 0.63) for k in range(10)]


@pytest.mark.parametrize(("snr_db", "tolerance_s"), [(10, 0.008), (15, 0.004), (20, 0.003), (30, 0.003)])
def test_abrupt_bursts_are_found_where_they_are(snr_db, tolerance_s):
    found = detect(with_bursts(REGULAR, snr_db), RATE)
    assert found.onset_s.size == len(REGULAR)
    np.testing.assert_allclose(edges(found), REGULAR, atol=tolerance_s)
    assert found.parameters["learned_noise_uv"] == pytest.approx(NOISE_UV * np.sqrt(970 / 1000), rel=0.1)
    assert found.parameters["learned_quiet_fraction"] == pytest.approx(0.7, abs=0.01)
    assert found.parameters["learned_on_level_db"] == pytest.approx(snr_db, abs=1)
    assert found.notes == ()


@pytest.mark.parametrize("duty", [0.04, 0.1, 0.4, 0.7, 0.9])
def test_quiet_level_is_learned_at_any_duty(duty):
    bursts = [(1.2 * k + 0.1, 1.2 * k + 0.1 + 1.2 * duty) for k in range(10)]
    found = detect(with_bursts(bursts, 15, seconds=12.3), RATE)
    np.testing.assert_allclose(edges(found), bursts, atol=0.010)


def test_one_quiet_stretch_of_three_percent():
    found = detect(with_bursts([(0, 5), (5.3, 10)], 20), RATE)
    np.testing.assert_allclose(edges(found), [(0, 5), (5.3, 10)], atol=0.004)
    assert any("quiet level rests on little" in note for note in found.notes)


def test_bursts_at_both_ends_are_kept_and_their_outer_edges_are_the_ends():
    found = detect(with_bursts([(0, 0.2), (2, 2.3), (9.8, 10)], 20), RATE)
    np.testing.assert_allclose(edges(found), [(0, 0.2), (2, 2.3), (9.8, 10)], atol=0.004)
    assert found.onset_low_s[-1] <= 9.8 <= found.onset_high_s[-1]
    assert found.onset_s[0] == found.onset_low_s[0] == found.onset_high_s[0] == 0
    assert found.offset_s[-1] == found.offset_low_s[-1] == found.offset_high_s[-1] == 10
    assert len(found.notes) == 2


@pytest.mark.parametrize("rate", [1000.0, 2000.0, 4000.0, 10000.0])
def test_the_same_edges_at_every_rate(rate):
    band = butter(4, (20, 400), "bandpass", fs=10000, output="sos")
    rng = np.random.default_rng(5)
    quiet, burst = (sosfilt(band, rng.normal(size=100000)) for _ in range(2))
    time = np.arange(100000) / 10000
    truth = np.array([(k + 0.2, k + 0.55) for k in range(10)])
    inside = ((time[:, None] >= truth[:, 0]) & (time[:, None] < truth[:, 1])).any(axis=1)
    samples = 20 * quiet + 200 * burst * inside
    if rate < 10000:
        samples = resample_poly(samples, round(rate / 1000), 10)
    found = detect(samples, rate)
    assert found.onset_s.size == 10
    error = edges(found) - truth
    assert np.median(np.abs(error)) < 0.002
    assert np.abs(error).max() < 0.010  # noise near zero at its edge is no burst yet


def test_gain_polarity_offset_and_drift_do_not_matter():
    samples = with_bursts(REGULAR, 12)
    base = edges(detect(samples, RATE))
    time = np.arange(samples.size) / RATE
    for other in (samples * 1000, -samples, samples + 4000, samples / 50, samples + 300 * np.sin(0.5 * time)):
        np.testing.assert_allclose(edges(detect(other, RATE)), base, atol=0.0015)


def test_a_shift_in_time_shifts_the_bursts():
    samples = np.concatenate((noise(2.0, seed=9), with_bursts(REGULAR, 15)))
    late, early = detect(samples[2000:], RATE), detect(samples, RATE)
    np.testing.assert_allclose(edges(late) + 1.0, edges(early), atol=0.002)


@pytest.mark.parametrize("seed", range(4))
def test_noise_alone_gives_no_burst(seed):
    found = detect(noise(30, seed), RATE)
    assert found.onset_s.size == 0
    assert "No burst" in found.notes[0]


def test_hum_and_slow_drift_give_no_burst():
    time = np.arange(60000) / RATE
    hum = 40 * np.sin(2 * np.pi * 50 * time + 1) + 10 * np.sin(2 * np.pi * 150 * time)
    drift = np.cumsum(np.random.default_rng(1).normal(0, 1, time.size))
    assert detect(noise(30) + hum, RATE).onset_s.size == 0
    assert detect(noise(30) + drift, RATE).onset_s.size == 0


def test_steady_activity_throughout_cannot_be_told_and_says_so():
    found = detect(20 * noise(10), RATE)
    assert found.onset_s.size == 0
    assert "active throughout" in found.notes[0].replace("\n", " ")


def test_activity_throughout_is_one_burst_if_rest_is_known():
    rest = detect(noise(10, seed=3), RATE).parameters["learned_noise_uv"]
    found = detect(20 * noise(10), RATE, quiet_uv=rest)
    np.testing.assert_array_equal(edges(found), [[0, 10]])
    assert any("that of rest" in note for note in found.notes)
    assert found.parameters["learned_noise_uv"] == rest
    # where bursts stand out of a signal that is louder than rest, they stay, and it is said
    found = detect(with_bursts(REGULAR, 15), RATE, quiet_uv=rest / 2)
    np.testing.assert_array_equal(edges(found), edges(detect(with_bursts(REGULAR, 15), RATE)))
    assert any("6.0 dB over rest" in note for note in found.notes)
    # and where the recording is itself quiet between bursts, rest changes nothing
    samples = with_bursts(REGULAR, 15)
    np.testing.assert_array_equal(edges(detect(samples, RATE, quiet_uv=rest)), edges(detect(samples, RATE)))


@pytest.mark.parametrize("duty", [0.03, 0.97])
def test_duty_from_3_to_97_percent(duty):
    bursts = [(2.0 * k + 0.1, 2.0 * k + 0.1 + 2.0 * duty) for k in range(10)]
    found = detect(with_bursts(bursts, 20, seconds=20.3), RATE, min_gap_s=0.03, discharge_gap_s=0.03)
    np.testing.assert_allclose(edges(found), bursts, atol=0.006)


def test_the_quiet_level_may_drift_a_little():
    """Noise that becomes 3 dB louder in a minute, bursts 12 dB over it wherever they are."""
    bursts = [(k + 0.33, k + 0.63) for k in range(60)]
    samples = with_bursts(bursts, 12, seconds=60.0)
    samples *= 10 ** (3 / 20 * np.arange(samples.size) / samples.size)
    found = detect(samples, RATE)
    assert found.onset_s.size == 60
    assert np.median(np.abs(edges(found) - bursts)) < 0.003


def test_a_burst_tells_how_sure_it_is():
    found = detect(with_bursts([(2, 2.4), (5, 5.4)], 15), RATE)
    assert (found.probability > 0.999).all()
    assert (found.probability <= 1).all()


def test_a_swinging_wire_is_no_burst_and_is_reported():
    """Damped swings of 35 Hz, over the cut-off of the high-pass, between two true bursts."""
    samples = with_bursts([(2, 2.4), (8, 8.4)], 20)
    since = np.arange(samples.size) / RATE - 5
    samples += np.where(since > 0, 60 * np.sin(2 * np.pi * 35 * since) * np.exp(-since / 0.05), 0)
    found = detect(samples, RATE)
    np.testing.assert_allclose(edges(found), [(2, 2.4), (8, 8.4)], atol=0.004)
    assert any("movement artefacts" in note for note in found.notes)
    assert detect(samples, RATE, artefact_hz=0).onset_s.size == 3


def test_a_slow_rise_is_followed_into_the_noise():
    """Envelope exp(-t^2 / 2 sigma^2), sigma 0.1 s, peak 20 dB: it meets the noise at 0.215 s."""
    rng = np.random.default_rng(4)
    time = np.arange(round(30 * RATE)) / RATE
    envelope = 10 * np.exp(-(((time % 1) - 0.5) ** 2) / (2 * 0.1**2))
    samples = NOISE_UV * (rng.normal(size=time.size) + envelope * rng.normal(size=time.size))
    found = detect(samples, RATE)
    assert found.onset_s.size == 30
    half = (found.offset_s - found.onset_s) / 2
    assert 0.19 < np.median(half) < 0.26


def test_two_cuts_of_one_recording_agree():
    samples = with_bursts(REGULAR, 12)
    whole = edges(detect(samples, RATE))
    for start_s in (0.4, 1.3, 2.2):
        part = edges(detect(samples[round(start_s * RATE) :], RATE)) + start_s
        np.testing.assert_allclose(part[1:], whole[-len(part) + 1 :], atol=0.002)


@pytest.mark.parametrize("seed", range(3))
def test_noise_with_heavy_tails_gives_no_burst(seed):
    samples = 4 * np.random.default_rng(seed).standard_t(6, round(60 * RATE))
    assert detect(samples, RATE).onset_s.size == 0


def potentials(rate_per_s, seed, start=2.0, stop=5.0, seconds=8.0):
    """One motor unit in noise: 8-ms potentials, silence in between."""
    rng = np.random.default_rng(seed)
    samples = noise(seconds, seed)
    interval = np.maximum(rng.normal(1 / rate_per_s, 0.1 / rate_per_s, 100), 0.03)
    times = start + np.concatenate(([0], np.cumsum(interval)))
    times = times[times < stop]
    phase = np.arange(round(0.008 * RATE)) / round(0.008 * RATE)
    shape = 80 * np.sin(3 * np.pi * phase) * np.hanning(phase.size)
    for at in np.rint(times * RATE).astype(int):
        samples[at : at + shape.size] += shape
    return samples, times[0], times[-1] + 0.008


@pytest.mark.parametrize("rate_per_s", [8, 10, 15])
@pytest.mark.parametrize("seed", range(4))
def test_one_motor_unit_is_one_burst(rate_per_s, seed):
    samples, first, last = potentials(rate_per_s, seed)
    found = detect(samples, RATE)
    assert found.onset_s.size == 1
    assert found.onset_s[0] == pytest.approx(first, abs=0.004)
    assert found.offset_s[0] == pytest.approx(last, abs=0.004)


@pytest.mark.parametrize(("gap", "count"), [(0.03, 1), (0.06, 1), (0.12, 2), (0.15, 2), (0.25, 2)])
def test_dense_bursts_with_silence_between(gap, count):
    found = detect(with_bursts([(2, 2.3), (2.3 + gap, 2.6 + gap)], 20), RATE)
    assert found.onset_s.size == count


def test_lone_spikes_are_no_contraction():
    samples = noise(6)
    for at in (2000, 4000, 4300, 8000):
        samples[at : at + 16] += 200
    assert detect(samples, RATE).onset_s.size == 0


def test_a_slow_movement_artefact_is_no_burst():
    samples = noise(10)
    time = np.arange(samples.size) / RATE
    samples += sum(400 * np.exp(-((time - k - 0.5) ** 2) / (2 * 0.05**2)) for k in range(10))
    assert detect(samples, RATE).onset_s.size == 0


def test_silence_of_exact_zeros_between_bursts():
    samples = with_bursts([], 0)
    time = np.arange(samples.size) / RATE
    samples[~((time % 1 > 0.3) & (time % 1 < 0.6))] = 0
    np.testing.assert_allclose(
        edges(detect(samples, RATE)), [(k + 0.3, k + 0.6) for k in range(10)], atol=0.004
    )


def test_intervals_cover_abrupt_edges_as_often_as_they_say():
    inside, widths = [], []
    for seed in range(6):
        for snr_db in (8, 12, 20):
            found = detect(with_bursts(REGULAR, snr_db, seed=seed), RATE)
            assert found.onset_s.size == len(REGULAR)
            for low, edge, high, truth in (
                (found.onset_low_s, found.onset_s, found.onset_high_s, 0.33),
                (found.offset_low_s, found.offset_s, found.offset_high_s, 0.63),
            ):
                assert (low <= edge).all()
                assert (edge <= high).all()
                true = np.arange(10) + truth
                inside += ((low <= true) & (true <= high)).tolist()
                widths.append(np.median(high - low))
    assert np.mean(inside) >= 0.95
    assert np.median(widths) < 0.03


def test_weak_bursts_have_wider_intervals():
    def width(snr_db):
        found = detect(with_bursts(REGULAR, snr_db), RATE)
        return np.median(found.onset_high_s - found.onset_low_s)

    assert width(6) > width(12) > width(25)


def test_an_unfinished_last_second_teaches_nothing():
    full = with_bursts(REGULAR, 7, seconds=10.9)
    full[-1500:] *= 3
    whole, cut = detect(full, RATE), detect(full[:20000], RATE)
    for name, value in whole.parameters.items():
        if name in ("learned_noise_uv", "learned_degrees_of_freedom_per_ms"):
            assert cut.parameters[name] == pytest.approx(value, rel=1e-4)
    before = edges(whole)[edges(whole)[:, 1] < 9.7]
    # the quantiles are continuous: what follows the cut moves them by microseconds
    np.testing.assert_allclose(edges(cut)[: len(before)], before, atol=2e-5)


def test_ten_minutes_lose_no_burst():
    samples = with_bursts([(1.1 * k, 1.1 * k + 0.4) for k in range(540)], 18, seconds=600)
    assert 535 <= detect(samples, RATE).onset_s.size <= 545


@pytest.mark.parametrize("height", [1.0, 100.0])
def test_a_single_step_between_constants_is_no_burst_and_says_so(height):
    found = detect(np.r_[np.zeros(9000), np.full(3000, height)], 2000.0, "hmm")
    assert found.onset_s.size == 0
    assert found.notes == ("Nothing changes above 30 Hz: no burst can be found.",)


@pytest.mark.parametrize("rate_hz", [500.0, 2000.0, 20000.0])
def test_what_rounding_leaves_of_a_slow_signal_is_no_burst(rate_hz):
    """A straight line has nothing above 30 Hz, but filters that round leave some 1e-14 of it."""
    time_s = np.arange(round(2.3 * rate_hz)) / rate_hz
    for slope in (100.0, -0.3, 1e6):
        found = detect(slope * time_s + 7, rate_hz)
        assert found.onset_s.size == 0
        assert found.notes == ("Nothing changes above 30 Hz: no burst can be found.",)


def test_what_is_faint_beside_a_drift_is_found():
    """A millionth of the range is still a hundred times the step of a converter of 24 bits."""
    burst = with_bursts([(2.0, 2.5)], 20, seconds=4)
    drifting = burst + 1e5 * np.linspace(0, 1, burst.size)
    np.testing.assert_allclose(detect(drifting, RATE).onset_s, detect(burst, RATE).onset_s, atol=1e-3)


@pytest.mark.parametrize("low_hz", [5e-324, 1e-6, 0.999])
def test_a_high_pass_that_no_filter_can_have_is_refused(low_hz):
    with pytest.raises(InputError, match="band_low_hz"):
        detect(np.random.default_rng(0).normal(size=8000), 2000.0, "hmm", band_low_hz=low_hz)


@pytest.mark.parametrize("rate", [2000.0, 4000.0, 6000.0, 10_000.0])
def test_the_intervals_of_loud_bursts_hold_their_edges_at_any_rate(rate):
    """Bursts of 20 to 1000 Hz, 40 dB over noise, abrupt: to reduce the rate must not ring beside them."""
    random = np.random.default_rng(4)
    truth = np.array([(0.9 * k + 0.4, 0.9 * k + 0.8) for k in range(25)]) + random.uniform(0, 0.1, (25, 1))
    time = np.arange(round(23.5 * rate)) / rate
    muscle = sosfilt(butter(2, [20, min(1000, 0.45 * rate)], "bandpass", fs=rate, output="sos"),
                     random.normal(0, 1, time.size))  # fmt: skip
    inside = np.any((time >= truth[:, :1]) & (time < truth[:, 1:]), axis=0)
    found = detect(300 * inside * muscle / muscle.std() + random.normal(0, 3, time.size), rate)
    assert found.onset_s.size == len(truth)
    for edge, low, high, true in (
        (found.onset_s, found.onset_low_s, found.onset_high_s, truth[:, 0]),
        (found.offset_s, found.offset_low_s, found.offset_high_s, truth[:, 1]),
    ):
        assert abs(np.median(edge - true)) < 0.001
        assert np.mean((low <= true) & (true <= high)) >= 0.88
