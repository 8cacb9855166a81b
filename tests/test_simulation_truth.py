"""The truth of a simulated recording against its signal."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit.simulation import simulate

CLEAN = {"noise_uv": 0.0, "hum_uv": 0.0, "drift_uv": 0.0, "artefact_uv": 0.0}


def _inside(rec) -> np.ndarray:
    at = np.arange(rec.emg_uv.size) / rec.rate_hz
    mask = np.zeros(at.size, dtype=bool)
    for onset, offset in zip(rec.truth.onset_s, rec.truth.offset_s, strict=True):
        mask |= (at >= onset) & (at < offset)
    return mask


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0, 4000.0, 10_000.0])
def test_muscle_is_silent_outside_its_bursts(rate_hz):
    rec = simulate(rate_hz=rate_hz, **CLEAN)
    inside = _inside(rec)
    # the low-pass before sampling reaches four samples beyond an edge
    beyond = ~np.convolve(inside, np.ones(11), mode="same").astype(bool)
    assert np.all(rec.emg_uv[beyond] == 0.0)
    assert np.mean(rec.emg_uv[~inside] ** 2) < 1e-5 * np.mean(rec.emg_uv[inside] ** 2)


def test_every_edge_is_seen_within_a_potential():
    rec = simulate(n_cycles=40, **CLEAN)
    at = np.arange(rec.emg_uv.size) / rec.rate_hz
    loud = np.abs(rec.emg_uv) > 15
    for onset, offset in zip(rec.truth.onset_s, rec.truth.offset_s, strict=True):
        seen = at[loud & (at > onset - 0.05) & (at < offset + 0.05)]
        assert -0.002 <= seen[0] - onset <= 0.006
        assert -0.008 <= seen[-1] - offset <= 0.002


def test_power_inside_stands_above_the_noise():
    rec = simulate()
    inside = _inside(rec)
    quiet = rec.emg_uv[~inside]
    assert 3 < np.std(quiet) < 9
    assert np.mean(rec.emg_uv[inside] ** 2) > 50 * np.mean(quiet**2)
    assert 300 < np.abs(rec.emg_uv).max() < 1500


@pytest.mark.parametrize("snr_db", [3.0, 10.0, 20.0])
def test_snr_is_what_was_asked(snr_db):
    rec = simulate(snr_db=snr_db, drift_uv=0.0, artefact_uv=0.0)
    at = np.arange(rec.emg_uv.size) / rec.rate_hz
    middle = np.zeros(at.size, dtype=bool)
    for onset, offset in zip(rec.truth.onset_s, rec.truth.offset_s, strict=True):
        quarter = (offset - onset) / 4
        middle |= (at >= onset + quarter) & (at < offset - quarter)
    noise = np.mean(rec.emg_uv[~_inside(rec)] ** 2)
    measured = 10 * np.log10((np.mean(rec.emg_uv[middle] ** 2) - noise) / noise)
    # about 12,000 samples of either kind: 0.3 dB is three standard errors at 3 dB
    assert measured == pytest.approx(snr_db, abs=0.3)
    assert rec.truth.parameters["snr_of_signal_db"] == pytest.approx(snr_db)


def test_largest_potential_has_the_peak_asked_for():
    rec = simulate(peak_uv=800.0, n_cycles=10, rate_hz=10_000.0, **CLEAN)
    assert rec.truth.parameters["largest_potential_uv"] == 800.0
    # the largest potential discharges at every excitation near 0.7; others add to it
    assert 720 < np.abs(rec.emg_uv).max() < 2000


def test_noise_levels():
    off = CLEAN | {"bursts_pct": ()}
    assert np.std(simulate(**(off | {"noise_uv": 6.0})).emg_uv) == pytest.approx(6.0, rel=0.02)
    assert np.std(simulate(**(off | {"hum_uv": 4.0})).emg_uv) == pytest.approx(4.0, rel=0.01)
    assert np.std(simulate(n_cycles=200, **(off | {"drift_uv": 7.0})).emg_uv) == pytest.approx(7.0, rel=0.05)


@pytest.mark.parametrize("hum_hz", [50.0, 60.0])
def test_hum_stands_at_the_mains_frequency_and_its_multiples(hum_hz):
    rec = simulate(**(CLEAN | {"hum_uv": 4.0}), bursts_pct=(), hum_hz=hum_hz)
    power = np.abs(np.fft.rfft(rec.emg_uv)) ** 2
    frequency = np.fft.rfftfreq(rec.emg_uv.size, 1 / rec.rate_hz)
    lines = np.isin(np.round(frequency / hum_hz, 6), (1, 2, 3, 5))
    assert power[lines].sum() > 0.9999 * power.sum()
    assert power[np.argmax(power)] > 0.5 * power.sum()
    assert frequency[np.argmax(power)] == hum_hz


def test_artefacts_follow_contacts_and_stay_below_30_hz():
    rec = simulate(**(CLEAN | {"artefact_uv": 100.0}), bursts_pct=(), n_cycles=60)
    at = np.arange(rec.emg_uv.size) / rec.rate_hz
    contacts = rec.events.query("kind == 'foot_contact'").time_s.to_numpy()
    since = at[:, None] - contacts
    near = ((since >= 0) & (since <= 0.061)).any(axis=1)
    assert np.all(rec.emg_uv[~near] == 0)
    own = [np.abs(rec.emg_uv[(at >= c) & (at < c + 0.07)]).max() for c in rec.truth.contact_s]
    assert np.all((np.array(own) > 65) & (np.array(own) < 135))
    power = np.abs(np.fft.rfft(rec.emg_uv)) ** 2
    frequency = np.fft.rfftfreq(rec.emg_uv.size, 1 / rec.rate_hz)
    assert power[frequency < 30].sum() > 0.9 * power.sum()


def test_spectrum_is_that_of_a_wire():
    shares = []
    for seed in range(5):
        rec = simulate(rate_hz=10_000.0, seed=seed, **CLEAN)
        power = np.abs(np.fft.rfft(rec.emg_uv)) ** 2
        frequency = np.fft.rfftfreq(rec.emg_uv.size, 1 / rec.rate_hz)
        reach = np.cumsum(power) / power.sum()
        shares.append(
            (
                frequency[np.searchsorted(reach, 0.5)],
                frequency[np.searchsorted(reach, 0.95)],
                power[frequency < 20].sum() / power.sum(),
            )
        )
    median, top, low = np.array(shares).T
    assert np.all((median > 150) & (median < 600))
    assert np.all((top > 500) & (top < 1500))
    assert np.median(top) > 700
    assert np.all(low < 0.02)


def test_single_units_stand_apart_at_low_excitation():
    def kurtosis(rec):
        values = rec.emg_uv[_inside(rec)]
        return np.mean(values**4) / np.mean(values**2) ** 2

    for seed in range(3):
        sparse = kurtosis(simulate(excitation=0.05, seed=seed, **CLEAN))
        dense = kurtosis(simulate(excitation=0.9, seed=seed, **CLEAN))
        assert sparse > 2 * dense > 6  # an interference pattern comes near the 3 of a Gaussian from above


def test_truth_does_not_depend_on_the_rate():
    one = simulate(rate_hz=1000.0).truth
    for rate_hz in (1925.93, 2000.0, 4000.0, 10_000.0):
        other = simulate(rate_hz=rate_hz).truth
        for name in ("onset_s", "offset_s", "contact_s", "foot_off_s"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_truth_does_not_depend_on_noise_or_size():
    one, other = simulate(), simulate(noise_uv=50.0, hum_uv=0.0, snr_db=3.0, switches="coded", wire_seed=9)
    np.testing.assert_array_equal(one.truth.onset_s, other.truth.onset_s)
    np.testing.assert_array_equal(one.truth.contact_s, other.truth.contact_s)


def test_same_seed_same_recording_and_another_seed_another():
    one, twin, other = simulate(seed=4), simulate(seed=4), simulate(seed=5)
    np.testing.assert_array_equal(one.emg_uv, twin.emg_uv)
    assert one.source == twin.source
    assert one.events.equals(twin.events)
    for site, switch in one.switches.items():
        np.testing.assert_array_equal(switch.voltage_v, twin.switches[site].voltage_v)
    assert one.source.sha256 != other.source.sha256
    assert not np.array_equal(one.truth.onset_s, other.truth.onset_s)


def test_trials_of_one_wire_share_its_motor_units():
    def rms(seed, wire_seed):
        rec = simulate(seed=seed, wire_seed=wire_seed, excitation=1.0, **CLEAN)
        return np.sqrt(np.mean(rec.emg_uv[_inside(rec)] ** 2))

    one_wire = np.array([rms(seed, 7) for seed in range(6)])
    wires = np.array([rms(0, wire_seed) for wire_seed in range(6)])
    assert np.ptp(one_wire) < 0.06 * one_wire.mean()
    assert np.ptp(wires) > 0.2 * wires.mean()


def test_a_minute_takes_less_than_a_second():
    simulate(n_cycles=2)
    began = time.process_time()
    rec = simulate(n_cycles=52)
    assert time.process_time() - began < 1.0
    assert rec.duration_s == pytest.approx(60, abs=2)


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 2**40),
    onset=st.floats(0, 99.5),
    length=st.floats(4, 100),
    cycle_s=st.floats(0.6, 3.0),
    edge_sd_pct=st.floats(0, 5),
    foot_off_pct=st.floats(52, 80),
    rate_hz=st.sampled_from([500.0, 1000.0, 1925.93, 2048.0]),
)
def test_truth_is_in_order_and_inside_the_recording(
    seed, onset, length, cycle_s, edge_sd_pct, foot_off_pct, rate_hz
):
    rec = simulate(
        seed=seed,
        n_cycles=6,
        bursts_pct=((onset, onset + length),),
        cycle_s=cycle_s,
        cycle_sd_s=0.05 * cycle_s,
        edge_sd_pct=edge_sd_pct,
        foot_off_pct=foot_off_pct,
        rate_hz=rate_hz,
        **CLEAN,
    )
    truth = rec.truth
    edges = np.column_stack([truth.onset_s, truth.offset_s]).ravel()
    assert np.all(np.diff(edges) > 0)
    if edges.size:
        assert edges[0] >= 1.0 - 1e-9
        assert edges[-1] <= rec.duration_s - 0.7
    for times in (rec.events.time_s.to_numpy(), truth.contact_s, truth.foot_off_s):
        assert np.all(np.diff(times) > 0)
        assert times[0] > 0
        assert times[-1] < rec.duration_s
    assert np.isfinite(rec.emg_uv).all()
    assert rec.emg_uv.size == round(rec.duration_s * rate_hz)
    quiet = ~np.convolve(_inside(rec), np.ones(11), mode="same").astype(bool)
    assert np.all(rec.emg_uv[quiet] == 0)
