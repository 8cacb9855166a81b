"""Simulated stimulation: what is in the signal is what the truth says."""

import numpy as np
import pytest

from emgkit.errors import InputError
from emgkit.simulation import simulate_stimulation

QUIET = {"noise_uv": 0.0, "hum_uv": 0.0, "recovery_uv": 0.0}


def test_the_response_has_the_size_and_place_that_the_truth_says():
    rec = simulate_stimulation(
        **QUIET, artefact_uv=0.0, response_cv=0.0, latency_sd_s=0.0, rate_hz=20_000.0, response_uv=1000.0
    )
    truth = rec.truth
    pulse = np.array(truth.parameters["pulse_s"])
    np.testing.assert_allclose(truth.onset_s - pulse, 0.004)
    np.testing.assert_allclose(truth.offset_s - truth.onset_s, 0.008)
    assert np.ptp(rec.emg_uv) == pytest.approx(1000.0, rel=1e-3)
    moved = np.flatnonzero(rec.emg_uv) / rec.rate_hz
    inside = (moved[:, None] >= truth.onset_s - 1e-9) & (moved[:, None] <= truth.offset_s + 1e-9)
    assert inside.any(axis=1).all()


def test_the_pulse_keeps_its_charge_at_every_rate():
    for rate_hz in (1000.0, 2000.0, 10_000.0):
        rec = simulate_stimulation(**QUIET, response_uv=0.0, artefact_uv=1e4, rate_hz=rate_hz)
        assert rec.emg_uv.sum() / rate_hz == pytest.approx(16 * 1e4 * 0.0002, rel=1e-6)


def test_rail_missed_failing_and_alternating():
    rec = simulate_stimulation(rail_uv=2000.0, missed_pct=25.0, failing_pct=50.0, n_pulses=40, seed=4)
    pulse = rec.truth.parameters["pulse_s"]
    assert len(pulse) == 30
    assert 8 <= rec.truth.onset_s.size <= 22
    assert np.abs(rec.emg_uv).max() == 2000.0
    both = simulate_stimulation(**QUIET, response_uv=0.0, alternating=True)
    assert both.emg_uv.max() == pytest.approx(-both.emg_uv.min())


def test_same_seed_same_signal_and_only_then():
    one, two, other = (simulate_stimulation(seed=s).emg_uv for s in (1, 1, 2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_the_twitch_begins_after_its_response():
    rec = simulate_stimulation(twitch=1.0, failing_pct=50.0, seed=3)
    assert rec.motion.unit == "g"
    at = [int((t + 0.03) * rec.rate_hz) for t in rec.truth.onset_s]
    before = [int((t + 0.005) * rec.rate_hz) for t in rec.truth.onset_s]
    assert np.mean(np.abs(rec.motion.values[at])) > 5 * np.mean(np.abs(rec.motion.values[before]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"muscle": "heart"},
        {"side": "both"},
        {"n_pulses": 0},
        {"n_pulses": 2.5},
        {"pulse_hz": 0.0},
        {"response_uv": float("nan")},
        {"rail_uv": "10"},
        {"alternating": 1},
        {"label": " "},
        {"seed": -1},
    ],
)
def test_what_is_no_argument_is_refused(wrong):
    with pytest.raises(InputError):
        simulate_stimulation(**wrong)
