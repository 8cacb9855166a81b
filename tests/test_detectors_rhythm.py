"""Bursts that repeat, as in clonus, stay apart; potentials of motor units that repeat stay one burst."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import emgkit
from emgkit.detectors import _activity, _rhythm, detect

RATE = 2000.0
NOISE_UV = 5.0
PLAIN = {"potential_s": 0.03, "gap_s": 0.08}


def beating(rate_hz, length_s, snr_db, seed=0, n=5, walk_s=8.0):
    """Rows of `n` beats of Gaussian noise, one row a second and a half; the true bursts in seconds."""
    rng = np.random.default_rng(seed)
    samples = rng.normal(0, NOISE_UV, round(walk_s * RATE))
    time_s = np.arange(samples.size) / RATE
    starts = np.arange(0.3, walk_s - n / rate_hz, 1.5)
    onset = (starts[:, None] + np.arange(n) / rate_hz + rng.uniform(-0.004, 0.004, (starts.size, n))).ravel()
    truth = np.column_stack((onset, onset + length_s))
    inside = ((time_s >= truth[:, :1]) & (time_s < truth[:, 1:])).any(axis=0)
    samples[inside] *= 10 ** (snr_db / 20)
    return samples, truth


@pytest.mark.parametrize(
    ("rate_hz", "length_s"), [(4, 0.1), (5, 0.06), (6, 0.045), (6, 0.1), (7, 0.09), (8, 0.08), (9, 0.06)]
)
@pytest.mark.parametrize("snr_db", [10, 18, 26])
def test_beats_stay_apart_with_their_edges(rate_hz, length_s, snr_db):
    samples, truth = beating(rate_hz, length_s, snr_db)
    found = detect(samples, RATE)
    assert found.onset_s.size == len(truth)
    np.testing.assert_allclose(np.column_stack((found.onset_s, found.offset_s)), truth, atol=0.012)
    assert (found.onset_low_s <= found.onset_s).all()
    assert (found.offset_s <= found.offset_high_s).all()
    assert (found.offset_high_s[:-1] <= found.onset_low_s[1:] + 0.002).all()
    covered = (found.onset_low_s <= truth[:, 0]) & (truth[:, 0] <= found.onset_high_s)
    assert covered.mean() >= 0.85


def test_two_beats_are_no_row_and_a_short_gap_between_them_is_closed():
    samples, truth = beating(7, 0.09, 20, n=2)
    assert detect(samples, RATE).onset_s.size == len(truth) / 2
    samples, truth = beating(7, 0.09, 20, n=3)
    assert detect(samples, RATE).onset_s.size == len(truth)


def test_who_wants_gaps_closed_gets_them_closed():
    samples, truth = beating(6, 0.1, 20)
    assert detect(samples, RATE, min_gap_s=0.3).onset_s.size == len(truth) / 5


def test_modulation_without_silence_is_one_burst():
    """Tremor of 6 Hz that swings the level by 12 dB and never leaves the burst."""
    rng = np.random.default_rng(3)
    time_s = np.arange(round(8 * RATE)) / RATE
    level = 10 ** ((18 + 6 * np.cos(2 * np.pi * 6 * time_s)) / 20)
    on = (time_s % 2 > 0.5) & (time_s % 2 < 1.5)
    samples = NOISE_UV * rng.normal(size=time_s.size) * np.where(on, level, 1.0)
    assert detect(samples, RATE).onset_s.size == 4


def discharging(rate_hz, n_units, seed, amplitude_uv=80.0):
    """Units in steady discharge from 2 to 5 s, each at its own rate and with its own potential."""
    rng = np.random.default_rng(seed)
    samples = rng.normal(0, NOISE_UV, round(7 * RATE))
    for _ in range(n_units):
        own_hz = rate_hz * rng.uniform(0.9, 1.1)
        at_s = 2 + rng.uniform(0, 0.05) + np.cumsum(np.maximum(rng.normal(1, 0.15, 90), 0.3)) / own_hz
        phase = np.arange(round(rng.uniform(0.004, 0.008) * RATE))
        phase = phase / phase.size
        shape = amplitude_uv * np.sin(rng.uniform(2, 4) * np.pi * phase) * np.hanning(phase.size)
        for at in np.rint(at_s[at_s < 5] * RATE).astype(int):
            samples[at : at + shape.size] += shape
    return samples


@pytest.mark.parametrize("n_units", [1, 2])
@pytest.mark.parametrize("rate_hz", [5, 6, 7, 8, 10, 15])
def test_units_in_steady_discharge_have_no_rhythm(rate_hz, n_units, monkeypatch):
    samples = [discharging(rate_hz, n_units, seed) for seed in range(3)]
    found = [detect(one, RATE) for one in samples]
    monkeypatch.setattr(_rhythm, "_RATE_HZ", (1e6, 1e6))  # nothing repeats so often
    for one, with_rhythm in zip(samples, found, strict=True):
        np.testing.assert_array_equal(detect(one, RATE).onset_s, with_rhythm.onset_s)


def steps(*lengths):
    """Relative power in blocks of 1 ms: loud, silent, loud ... for these lengths."""
    return np.repeat(np.resize([100.0, 1.0], len(lengths)), lengths)


def test_silences_are_where_they_are():
    relative = np.r_[np.ones(500), steps(60, 80, 60, 90, 60), np.ones(500)]
    np.testing.assert_allclose(_rhythm.silences(relative, 1.0, 0.001, **PLAIN).sure, [600, 745], atol=2)


@pytest.mark.parametrize(
    "lengths",
    [
        (60, 80, 60),  # two beats
        (60, 80, 20, 120, 60),  # one may be a potential
        (60, 20, 60, 20, 60),  # hardly silent
        (60, 40, 60, 140, 60),  # uneven
        (60, 300, 60, 300, 60),  # too seldom
        (35, 45, 35, 45, 35),  # too often
        (140, 60, 140, 60, 140),  # too long
    ],
)
def test_what_is_no_rhythm(lengths):
    relative = np.r_[np.ones(500), steps(*lengths), np.ones(500)]
    assert _rhythm.silences(relative, 1.0, 0.001, **PLAIN).sure.size == 0


@given(
    st.lists(st.sampled_from([0.5, 1.0, 1.5, 100.0]), max_size=60),
    st.integers(1, 80),
    st.floats(0.2, 5.0),
    st.floats(0.0, 0.3),
)
@settings(deadline=None, max_examples=60)
def test_whatever_the_power_silences_are_silent_and_two_or_more(levels, length, shape, gap_s):
    relative = np.repeat(np.array([*levels, 1.0]), length)
    silent = _rhythm.silences(relative, shape, 0.001, potential_s=0.03, gap_s=gap_s).sure
    assert silent.size != 1
    assert (np.diff(silent) >= 100).all() or gap_s < 0.03 or (np.diff(silent) > 30).all()
    assert (relative[silent] < 100).all()


@pytest.mark.parametrize("n_units", [8, 25])
def test_clonus_of_motor_units_in_a_walk_is_found_as_clonic(n_units):
    first = 10.0
    beats = tuple((first + 13.9 * k, first + 13.9 * k + 7.5) for k in range(4))  # 6 Hz, 90 ms, gaps of 77 ms
    rec = emgkit.simulate(
        muscle="soleus", n_cycles=8, cycle_s=1.2, cycle_sd_s=0.02, bursts_pct=beats, edge_sd_pct=0.4,
        ramp_s=0.01, n_units=n_units, snr_db=18, artefact_uv=10, seed=2,
    )  # fmt: skip
    findings = emgkit.analyze(rec, {"detect": {"sensitivity": "off"}}).findings
    row = findings[findings.rule == "timing.clonic"].iloc[0]
    assert row["value"] == pytest.approx(6.0, abs=0.3)
    assert row["n_cycles"] >= 6


def test_few_potentials_that_repeat_stay_one_burst_which_says_so():
    """Three potentials, 18 ms apart, seven times a second: few units, or clonus."""
    rng = np.random.default_rng(5)
    samples = rng.normal(0, NOISE_UV, round(8 * RATE))
    phase = np.arange(round(0.005 * RATE)) / round(0.005 * RATE)
    shape = 70 * np.sin(3 * np.pi * phase) * np.hanning(phase.size)
    for at_s in (2.0 + np.arange(8)[:, None] / 7 + np.arange(3) * 0.018).ravel():
        at = round(at_s * RATE)
        samples[at : at + shape.size] += shape
    found = detect(samples, RATE)
    assert found.onset_s.size == 1
    note = [note for note in found.notes if "repeat evenly" in note]
    assert len(note) == 1
    assert note[0].endswith("several: 1, the first at 2.00 s.")


def test_what_is_known_to_be_quiet_is_quiet_and_far_from_it_nothing_changes():
    rng = np.random.default_rng(7)
    power = rng.gamma(1.0, 1.0, 6000) * np.repeat([1.0, 30.0, 1.0], 2000)
    model = _activity.before_learning(1.0, 1.0, 1.0, 1.0, 20.0)
    heard = _activity.hear(power, 1.0, 1.0)
    before = _activity.smooth(heard, model, 0.001).on
    after = _activity.smooth(_activity.known_quiet(heard, np.array([3000])), model, 0.001).on
    assert before[2990:3010].min() > 0.99
    assert after[3000] == 0
    assert after[2900:2950].min() > 0.99  # no longer than one block is said to be quiet
    np.testing.assert_allclose(after[:2500], before[:2500], atol=1e-6)
    np.testing.assert_allclose(after[3500:], before[3500:], atol=1e-6)
