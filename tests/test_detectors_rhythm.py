"""Beats that repeat within a burst, as in clonus, are told; potentials of motor units are none."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import emgkit
from emgkit.detectors import _rhythm, detect

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
def test_every_beat_is_found_as_a_burst_or_within_one(rate_hz, length_s, snr_db):
    samples, truth = beating(rate_hz, length_s, snr_db)
    found = detect(samples, RATE)
    bursts = np.column_stack((found.onset_s, found.offset_s))
    middle_s = found.beats_s.mean(axis=1)
    holds = ((bursts[:, :1] < middle_s) & (middle_s < bursts[:, 1:])).any(axis=1)
    each = np.concatenate((bursts[~holds], found.beats_s))
    each = each[np.argsort(each[:, 0])]
    assert len(each) == len(truth)
    np.testing.assert_allclose(each.mean(axis=1), truth.mean(axis=1), atol=0.015)
    assert any("repeat evenly" in note for note in found.notes) == (len(found.beats_s) > 0)


def test_two_beats_are_no_row():
    assert not len(detect(beating(7, 0.09, 20, n=2)[0], RATE).beats_s)
    samples, truth = beating(7, 0.09, 20, n=3)
    found = detect(samples, RATE)
    assert len(found.beats_s) == len(truth)
    assert found.onset_s.size == len(truth) / 3
    assert any("some 7.0 times a second" in note for note in found.notes)


def test_modulation_without_silence_has_no_beats():
    """Tremor of 6 Hz that swings the level by 12 dB and never leaves the burst."""
    rng = np.random.default_rng(3)
    time_s = np.arange(round(8 * RATE)) / RATE
    level = 10 ** ((18 + 6 * np.cos(2 * np.pi * 6 * time_s)) / 20)
    on = (time_s % 2 > 0.5) & (time_s % 2 < 1.5)
    samples = NOISE_UV * rng.normal(size=time_s.size) * np.where(on, level, 1.0)
    found = detect(samples, RATE)
    assert found.onset_s.size == 4
    assert not len(found.beats_s)


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
def test_units_in_steady_discharge_have_no_beats(rate_hz, n_units):
    for seed in range(3):
        assert not len(detect(discharging(rate_hz, n_units, seed), RATE).beats_s)


def steps(*lengths):
    """Relative power in blocks of 1 ms: loud, silent, loud ... for these lengths."""
    return np.repeat(np.resize([100.0, 1.0], len(lengths)), lengths)


def test_beats_are_where_they_are():
    relative = np.r_[np.ones(500), steps(60, 80, 60, 90, 60), np.ones(500)]
    expected = [[500, 560], [640, 700], [790, 850]]
    np.testing.assert_allclose(_rhythm.find(relative, 1.0, 0.001, **PLAIN).sure, expected, atol=2)


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
    assert _rhythm.find(relative, 1.0, 0.001, **PLAIN).sure.size == 0


@given(
    st.lists(st.sampled_from([0.5, 1.0, 1.5, 100.0]), max_size=60),
    st.integers(1, 80),
    st.floats(0.2, 5.0),
    st.floats(0.0, 0.3),
)
@settings(deadline=None, max_examples=60)
def test_whatever_the_power_beats_are_three_or_more_in_order(levels, length, shape, gap_s):
    relative = np.repeat(np.array([*levels, 1.0]), length)
    found = _rhythm.find(relative, shape, 0.001, potential_s=0.03, gap_s=gap_s)
    for beats in (found.sure, found.doubtful):
        assert len(beats) not in (1, 2)
        assert (np.diff(beats, axis=1) > 0).all()
        assert (beats[1:, 0] > beats[:-1, 1]).all()
        assert (np.diff(beats[:, 0]) >= 100).all()  # blocks of 1 ms: no more often than 10 times a second


def test_only_beats_that_a_burst_joins_are_within_one():
    bursts = np.array([[0, 50], [100, 400], [500, 560], [600, 660]])
    beats = np.array([[0, 50], [100, 160], [240, 300], [340, 400], [500, 560], [700, 760]])
    np.testing.assert_array_equal(_rhythm.joined_in(bursts, beats), beats[1:4])
    assert not len(_rhythm.joined_in(np.empty((0, 2), int), beats))
    assert not len(_rhythm.joined_in(bursts, np.empty((0, 2), int)))


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
    assert note[0].endswith("several: 8 times, first at 2.00 s.")
    assert not len(found.beats_s)


def test_beats_of_two_rows_in_one_burst_have_no_rate_of_their_own():
    beats, none = np.array([[100, 160], [500, 560]]), np.empty((0, 2), dtype=int)
    assert _rhythm.notes(beats, none, 0.001) == (
        "Short bursts that repeat evenly, silent in between, are taken for one burst: 2 of them, the first at"
        " 0.10 s.",
    )
    assert _rhythm.notes(none, none, 0.001) == ()
