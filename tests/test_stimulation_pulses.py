"""Pulses on the wire and on a trigger."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import emgkit
from emgkit.simulation import simulate_stimulation
from emgkit.stimulation.pulses import on_trigger, on_wire


def times(rec):
    return np.array(rec.truth.parameters["pulse_s"])


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0, 5000.0])
@pytest.mark.parametrize("pulse_hz", [1.0, 3.3, 30.0])
@pytest.mark.parametrize("response_uv", [0.0, 5000.0])
def test_every_pulse_is_found_where_it_is(rate_hz, pulse_hz, response_uv):
    rec = simulate_stimulation(rate_hz=rate_hz, pulse_hz=pulse_hz, response_uv=response_uv, n_pulses=12)
    found = on_wire(rec.emg_uv, rate_hz)
    assert not found.why
    np.testing.assert_allclose(found.sample / rate_hz, times(rec), atol=1.01 / rate_hz)
    assert 1 / found.interval_s == pytest.approx(pulse_hz, rel=0.02 if pulse_hz > 10 else 0.005)
    assert found.regular.all()
    assert found.polarity == "positive"


def test_missed_pulses_are_counted():
    rec = simulate_stimulation(missed_pct=20.0, n_pulses=30, seed=5)
    found = on_wire(rec.emg_uv, rec.rate_hz)
    last = round((times(rec)[-1] - times(rec)[0]) * 2.0)
    assert found.n_missed == last + 1 - times(rec).size > 0
    assert 1 / found.interval_s == pytest.approx(2.0, rel=1e-3)


def test_polarity_and_its_invariance():
    rec = simulate_stimulation(alternating=True)
    assert on_wire(rec.emg_uv, rec.rate_hz).polarity == "alternating"
    rec = simulate_stimulation()
    other = on_wire(-rec.emg_uv + 300.0, rec.rate_hz)
    assert other.polarity == "negative"
    assert np.array_equal(other.sample, on_wire(rec.emg_uv, rec.rate_hz).sample)


def test_the_end_of_a_saturation_is_no_pulse():
    rec = simulate_stimulation(rail_uv=3000.0, recovery_uv=2e5, recovery_s=0.005, response_uv=0.0)
    assert on_wire(rec.emg_uv, rec.rate_hz).sample.size == 16


def test_pauses_between_trains_hold_no_missed_pulses():
    one = simulate_stimulation(pulse_hz=20.0, n_pulses=10)
    found = on_wire(np.tile(one.emg_uv, 3), one.rate_hz)
    assert found.sample.size == 30
    assert found.n_missed == 0
    assert not found.why
    assert (~found.regular).sum() == 2


@pytest.mark.parametrize("excitation", [0.05, 0.3, 0.8])
def test_motor_units_are_no_pulses(excitation):
    rec = emgkit.simulate(n_cycles=4, excitation=excitation, snr_db=20.0, seed=2)
    assert on_wire(rec.emg_uv, rec.rate_hz).why


def test_real_walks_hold_no_pulses(shared_data):
    looked_at = 0
    for path in sorted((shared_data / "gait_burst_labels").glob("*.c3d"))[:6]:
        for label in ("LTA", "RMG"):
            rec = emgkit.read(path, emg=label, switches={})
            assert on_wire(rec.emg_uv, rec.rate_hz).why
            looked_at += 1
    assert looked_at == 12


@pytest.mark.parametrize("emg", [np.zeros(4000), np.ones(2), np.random.default_rng(0).normal(0, 5, 8000)])
def test_silence_and_noise_hold_no_pulses(emg):
    assert "found" in on_wire(emg, 2000.0).why or "does not change" in on_wire(emg, 2000.0).why


def test_irregular_pulses_need_the_trigger():
    rec = simulate_stimulation(pulse_sd_s=0.05, seed=2)
    assert "trigger" in on_wire(rec.emg_uv, rec.rate_hz).why
    trigger = np.zeros(rec.emg_uv.size)
    for t in times(rec):
        trigger[round(t * 2000) : round(t * 2000) + 40] = 5.0
    for sign in (1, -1):
        found = on_trigger(2.5 + sign * trigger, 2000.0, rec.emg_uv, rec.rate_hz)
        assert not found.why
        np.testing.assert_allclose(found.sample / rec.rate_hz, times(rec), atol=0.0006)
        assert found.regular.mean() < 0.5


@pytest.mark.parametrize("values", [np.zeros(500), np.random.default_rng(1).normal(0, 1, 500)])
def test_a_trigger_that_never_fires_says_so(values):
    found = on_trigger(values, 2000.0, np.zeros(10_000), 2000.0)
    assert found.why == "the trigger channel shows no pulse"
    assert found.polarity == "not determinable"


def up_at(rec, rate_hz):
    """The trigger of a recording at another rate: up for 20 ms from each pulse on."""
    time_s = np.arange(round(rec.duration_s * rate_hz)) / rate_hz
    return np.any([(time_s >= t) & (time_s < t + 0.02) for t in times(rec)], axis=0).astype(float)


@pytest.mark.parametrize(
    ("rate_hz", "wire_hz", "fits"),
    [(100.0, 2000.0, False), (1000.0, 10_000.0, False), (1000.0, 1000.0, True), (2000.0, 10_000.0, True)],
)
def test_a_trigger_slower_than_a_latency_is_exact_is_not_used(rate_hz, wire_hz, fits):
    rec = simulate_stimulation(pulse_hz=1.7, rate_hz=wire_hz)
    found = on_trigger(up_at(rec, rate_hz), rate_hz, rec.emg_uv, wire_hz)
    assert (found.why == "") == fits
    assert fits or f"rate of {rate_hz:g} Hz" in found.why


def test_a_trigger_that_is_up_when_the_recording_begins_has_no_pulse_there():
    rec = simulate_stimulation()
    values = up_at(rec, 2000.0)
    values[:40] = 1.0
    found = on_trigger(values, 2000.0, rec.emg_uv, 2000.0)
    assert (found.sample.size, found.n_missed) == (16, 0)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.01, 1000.0), st.floats(-1e4, 1e4))
def test_gain_and_offset_do_not_matter(seed, gain, offset):
    rec = simulate_stimulation(n_pulses=6, seed=seed)
    a, b = on_wire(rec.emg_uv, rec.rate_hz), on_wire(gain * rec.emg_uv + offset, rec.rate_hz)
    assert np.array_equal(a.sample, b.sample)
