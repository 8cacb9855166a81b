"""The response to stimulation against the truth, what hides it, and when nothing may be said."""

import dataclasses

import numpy as np
import pytest

from emgkit.errors import InputError
from emgkit.model import Motion
from emgkit.settings import Settings
from emgkit.simulation import simulate_stimulation
from emgkit.stimulation import examine, rows
from emgkit.stimulation.chance import chance
from emgkit.stimulation.recovery import recovery

DEFAULTS = Settings().stimulation


def look(rec, **more):
    return examine(rec.emg_uv, rec.rate_hz, DEFAULTS, motion=rec.motion, **more)


def measure(found, name):
    return next(row for row in rows(found, "stim", 100.0) if row["measure"] == name)


@pytest.mark.parametrize(
    ("latency_s", "response_s", "response_uv", "more"),
    [
        (0.004, 0.008, 1500.0, {}),
        (0.003, 0.006, 3000.0, {"pulse_hz": 5.0, "n_pulses": 40}),
        (0.008, 0.012, 400.0, {"alternating": True}),
        (0.005, 0.008, 1000.0, {"undershoot_uv": 200.0}),
        (0.004, 0.008, 1500.0, {"hum_uv": 20.0}),
        (0.004, 0.008, 1500.0, {"rate_hz": 4000.0, "rail_uv": 5000.0}),
    ],
)
def test_latency_amplitude_and_duration_are_the_truth(latency_s, response_s, response_uv, more):
    rec = simulate_stimulation(latency_s=latency_s, response_s=response_s, response_uv=response_uv, **more)
    found = look(rec)
    assert found.verdict == "present"
    # by rule the edges are where 5 % of the amplitude is passed: 6 % of the duration inside its ends
    assert found.shape.latency_s == pytest.approx(latency_s + 0.06 * response_s, abs=0.0006)
    assert found.shape.end_s == pytest.approx(latency_s + 0.94 * response_s, abs=0.0008)
    assert found.shape.amplitude_uv == pytest.approx(response_uv, rel=0.06)
    assert found.consistency.share_pct == 100
    assert found.consistency.correlation > 0.95


def test_a_response_that_begins_with_the_artefact_is_present_and_has_no_latency():
    found = look(
        simulate_stimulation(latency_s=0.002, response_s=0.006, response_uv=3000.0, pulse_hz=5.0, n_pulses=40)
    )
    assert found.verdict == "present"
    assert found.shape.amplitude_uv == pytest.approx(3000.0, rel=0.15)
    for name in ("latency", "duration"):
        assert np.isnan(measure(found, name)["value"])
        assert "blanking" in measure(found, name)["why"]


def test_without_a_response_it_is_absent_and_the_size_that_was_excluded_is_said():
    found = look(simulate_stimulation(response_uv=0.0))
    assert found.verdict == "absent"
    assert found.observed_uv < found.chance.limit_uv < 20
    assert "would have been seen" in found.sentence
    for name in ("latency", "amplitude", "duration", "correlation"):
        row = measure(found, name)
        assert np.isnan(row["value"])
        assert row["why"] == "no response was found"


def test_failing_pulses_make_the_share_smaller_and_not_the_amplitude():
    rec = simulate_stimulation(failing_pct=50.0, n_pulses=40, seed=1)
    found = look(rec)
    share = 100 * rec.truth.onset_s.size / len(rec.truth.parameters["pulse_s"])
    assert found.consistency.share_pct == pytest.approx(share, abs=3)
    assert found.shape.amplitude_uv == pytest.approx(1500.0, rel=0.05)
    assert found.consistency.sd_uv == pytest.approx(0.05 * 1500.0, rel=0.5)


def test_a_long_artefact_is_not_taken_for_absence():
    found = look(simulate_stimulation(response_uv=0.0, recovery_s=0.004))
    assert found.verdict == "not determinable"
    assert "artefact hides" in found.sentence
    assert measure(found, "blanking")["value"] > 3


def test_an_artefact_over_the_whole_window_is_said():
    found = look(simulate_stimulation(rail_uv=2000.0, recovery_uv=1e6, recovery_s=0.01))
    assert found.verdict == "not determinable"
    assert measure(found, "saturation")["value"] > 20
    assert "hides" in found.sentence


def test_noise_that_would_hide_a_response_is_not_taken_for_absence():
    found = look(simulate_stimulation(response_uv=0.0, noise_uv=80.0))
    assert found.verdict == "not determinable"
    assert "in this noise" in found.sentence


def test_hum_that_keeps_step_with_the_pulses_is_no_response():
    # 50 Hz is a multiple of the rate of the pulses: the stack does not average it out
    for seed in range(5):
        rec = simulate_stimulation(response_uv=0.0, hum_uv=100.0, pulse_hz=2.0, seed=seed)
        assert look(rec).verdict == "not determinable"


def test_a_recovery_is_no_response_whatever_its_shape():
    """A decay that the fit does not foresee: three exponentials, and one that is no exponential."""
    rec = simulate_stimulation(response_uv=0.0)
    pulse = np.array(rec.truth.parameters["pulse_s"])
    since = np.arange(rec.emg_uv.size)[:, None] / rec.rate_hz - pulse
    last = np.where(since >= 0, since, np.inf).min(axis=1)
    for left in (
        800 * np.exp(-last / 0.002) + 300 * np.exp(-last / 0.008) - 200 * np.exp(-last / 0.03),
        np.where(np.isfinite(last), 400 / (1 + last / 0.002) ** 2, 0),
    ):
        found = examine(rec.emg_uv + left, rec.rate_hz, DEFAULTS)
        assert found.verdict != "present"
        assert found.verdict != "absent" or found.stack.blank_s <= DEFAULTS.hidden_from_s


@pytest.mark.parametrize(
    ("pulse_hz", "rate_hz", "word"), [(30.0, 2000.0, "run into"), (2.0, 800.0, "800 Hz")]
)
def test_fast_trains_and_slow_recorders_are_not_determinable(pulse_hz, rate_hz, word):
    found = look(simulate_stimulation(pulse_hz=pulse_hz, n_pulses=40, rate_hz=rate_hz))
    assert found.verdict == "not determinable"
    assert word in found.sentence
    assert measure(found, "pulses")["value"] == 40
    assert np.isnan(measure(found, "latency")["value"])


def test_few_pulses_and_none():
    assert "pulses found: 3, 5" in look(simulate_stimulation(n_pulses=3)).sentence
    found = examine(np.zeros(4000), 2000.0, DEFAULTS)
    assert found.verdict == "not determinable"
    assert all(row["why"] != "" for row in rows(found, "stim", 100.0))


@pytest.mark.parametrize("emg", [np.zeros(0), np.full(4000, np.nan), np.zeros((2, 100))])
def test_no_signal_is_an_error(emg):
    with pytest.raises(InputError):
        examine(emg, 2000.0, DEFAULTS)


def test_the_trigger_gives_the_same_response_for_irregular_pulses():
    rec = simulate_stimulation(pulse_sd_s=0.03, n_pulses=30)
    assert look(rec).verdict == "not determinable"
    values = np.zeros(rec.emg_uv.size)
    values[np.rint(np.array(rec.truth.parameters["pulse_s"]) * rec.rate_hz).astype(int)] = 5.0
    found = look(rec, trigger=Motion("STIM", values, "V", rec.rate_hz))
    assert found.verdict == "present"
    assert found.pulses.source == "trigger"
    assert found.shape.amplitude_uv == pytest.approx(1500.0, rel=0.06)
    assert measure(found, "regular_intervals")["value"] < 80


def test_gain_scales_the_amplitude_and_nothing_else():
    rec = simulate_stimulation()
    one, other = look(rec), look(dataclasses.replace(rec, emg_uv=3 * rec.emg_uv))
    assert other.shape.amplitude_uv == pytest.approx(3 * one.shape.amplitude_uv, rel=1e-6)
    assert other.shape.latency_s == pytest.approx(one.shape.latency_s, rel=1e-6)


def test_the_same_trial_gives_the_same_numbers():
    rec = simulate_stimulation(twitch=0.3)
    assert rows(look(rec), "stim", 100.0) == rows(look(rec), "stim", 100.0)


def test_a_decay_is_found_although_a_response_lies_on_it():
    time_s = np.arange(-10, 400) / 2000
    rng = np.random.default_rng(0)
    decay = np.where(time_s >= 0, 5000 * np.exp(-np.clip(time_s, 0, None) / 0.006), 0)
    part = np.clip((time_s - 0.005) / 0.008, 0, 1)
    response = 800 * np.sin(2 * np.pi * part) * np.sin(np.pi * part)
    found = recovery(decay + response + rng.normal(0, 2, time_s.size), time_s, 2.0)
    after = time_s > 0.002
    np.testing.assert_allclose(found.at(time_s)[after], decay[after], atol=0.05 * 5000 * np.exp(-1 / 3))
    assert found.rail_s == 0


def test_chance_is_that_of_the_noise():
    """Against stacks of fresh noise: about 1 % of them pass the limit."""
    rng = np.random.default_rng(3)
    time_s = np.arange(-10, 690) / 2000
    passed = []
    for _ in range(40):
        limit = chance(rng.normal(0, 10, (20, time_s.size)), time_s, 0.025).limit_uv
        fresh = rng.normal(0, 10 / np.sqrt(20), (200, 50))
        passed.append(np.mean(np.ptp(fresh, axis=1) > limit))
    assert np.mean(passed) < 0.02


@pytest.mark.parametrize(("twitch", "failing_pct"), [(0.4, 0.0), (0.4, 40.0)])
def test_twitches_are_counted(twitch, failing_pct):
    rec = simulate_stimulation(twitch=twitch, failing_pct=failing_pct, n_pulses=40, seed=6)
    found = look(rec).twitch
    share = rec.truth.onset_s.size / 40
    assert found.follows
    assert found.share_pct == pytest.approx(100 * share, abs=5)
    assert found.rate_hz == pytest.approx(2 * share, abs=0.1)


def test_motion_without_twitch_is_not_taken_for_one():
    follows = [
        look(simulate_stimulation(twitch=0.4, response_uv=0.0, seed=s)).twitch.follows for s in range(20)
    ]
    assert sum(follows) <= 1


def test_motion_of_another_rhythm_is_no_twitch():
    rec = simulate_stimulation(n_pulses=20)
    t = np.arange(rec.emg_uv.size) / rec.rate_hz
    found = look(
        dataclasses.replace(rec, motion=Motion("ACC", np.sin(2 * np.pi * 1.37 * t), "g", rec.rate_hz))
    )
    assert found.twitch.follows is False
    assert found.twitch.rate_hz == 0


def test_a_still_channel_and_fused_twitches():
    rec = simulate_stimulation()
    still = look(dataclasses.replace(rec, motion=Motion("ACC", np.zeros(100), "g", 10.0))).twitch
    assert still.follows is False
    fast = look(simulate_stimulation(pulse_hz=20.0, n_pulses=40, twitch=0.4))
    assert fast.twitch.follows is None
    assert measure(fast, "twitch_follows")["word"] == "not determinable"


def with_events(n, uv):
    """A trial without a response, and the same potential 10 ms after a few of its 16 pulses."""
    rec = simulate_stimulation(response_uv=0.0, seed=3)
    emg_uv, part = rec.emg_uv.copy(), np.arange(16) / 16
    for pulse_s in rec.truth.parameters["pulse_s"][3 : 3 + 4 * n : 4]:
        at = int((pulse_s + 0.01) * rec.rate_hz)
        emg_uv[at : at + 16] += uv / 1.76 * np.sin(2 * np.pi * part) * np.sin(np.pi * part)
    return dataclasses.replace(rec, emg_uv=emg_uv)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("uv", [150.0, 500.0, 1500.0, 10_000.0])
def test_potentials_after_a_few_pulses_are_no_response(n, uv):
    found = look(with_events(n, uv))
    assert found.verdict == "not determinable"
    assert np.isnan(measure(found, "amplitude")["value"])
    assert np.isnan(measure(found, "amplitude_sd")["value"])


def test_the_sentence_says_how_many_pulses_the_response_follows():
    found = look(simulate_stimulation(failing_pct=30.0, n_pulses=30, seed=1))
    assert "follows 21 of 30 pulses" in found.sentence
    assert "follows the pulses" in look(simulate_stimulation()).sentence


def test_a_response_after_the_window_is_not_denied():
    found = look(simulate_stimulation(latency_s=0.03))
    assert found.verdict == "absent"
    assert "to 25 ms after the pulses" in found.sentence
