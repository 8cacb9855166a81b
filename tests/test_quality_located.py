"""Faults that lie at a place in time: found where they were put, and not in what is whole.

What is not tested here: how often at which severity (benchmarks/quality_checks.py), and real recordings.
"""

import numpy as np
import pytest

import emgkit
from emgkit import quality
from emgkit.quality.located import Located, filled, joined, largest_within, runs
from emgkit.simulation.faults import FAULTS

NOISE_UV = 5.0


def recording(seed=0, **given):
    given = {"n_cycles": 8, "artefact_uv": 5.0, "switches": "none", "snr_db": 24.0, "seed": seed} | given
    return emgkit.simulate(**given)


REC = recording()
"""Swing muscle at 2000 Hz: on from 54 to 109 % of the stride."""


def masks(rec):
    """Quiet and active by the truth, 20 ms apart from the edges."""
    time_s = np.arange(rec.emg_uv.size) / rec.rate_hz
    begun = np.searchsorted(rec.truth.onset_s, time_s)
    on = begun > np.searchsorted(rec.truth.offset_s, time_s)
    near = np.zeros(on.size, dtype=bool)
    for edge in np.concatenate([rec.truth.onset_s, rec.truth.offset_s]):
        near |= np.abs(time_s - edge) < 0.02
    return ~on & ~near, on & ~near


def look(rec, emg_uv=None):
    quiet, active = masks(rec)
    signal = rec.emg_uv if emg_uv is None else emg_uv
    return quality.look(
        signal, rec.rate_hz, trial="walk", quiet=quiet, active=active, contact_s=rec.truth.contact_s
    )


def rows(rec, emg_uv=None):
    seen = look(rec, emg_uv)
    found = quality.check_trial(seen.signal.emg_uv, rec.rate_hz, trial="walk", n_used_cycles=8, seen=seen)
    return {row["check"]: row for row in found}


def seconds(rec):
    return np.arange(rec.emg_uv.size) / rec.rate_hz


def test_runs_and_what_they_fill_are_inverse():
    flags = np.array([True, False, False, True, True, False, True])
    start, stop = runs(flags)
    assert start.tolist() == [0, 3, 6]
    assert stop.tolist() == [1, 5, 7]
    np.testing.assert_array_equal(filled(start, stop, flags.size), flags)
    assert [edge.tolist() for edge in joined(start, stop, 1)] == [[0, 3], [1, 7]]
    assert [edge.tolist() for edge in joined(start[:0], stop[:0], 1)] == [[], []]
    values = np.array([1.0, 9.0, 9.0, 2.0, 3.0, 9.0, 4.0])
    assert largest_within(values, start, stop).tolist() == [1.0, 3.0, 4.0]


def test_places_close_together_are_named_as_one():
    one = Located("clipping", "clipped", np.array([100, 150, 900]), np.array([110, 160, 910]), 1000.0, 5.0)
    assert one.where == "0.10-0.16 s, 0.90-0.91 s"
    assert one.marked(1000).sum() == 30


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0, 4000.0])
def test_a_clean_walk_has_no_fault_anywhere(rate_hz):
    rec = recording(rate_hz=rate_hz, seed=3)
    bad = {name: row for name, row in rows(rec).items() if row["verdict"] != "good"}
    assert set(bad) <= {"band"}
    places = {name: fault.where for name, fault in look(rec).found.items()}
    assert set(places.values()) == {"none"}


@pytest.mark.parametrize("height", [-600.0, 600.0])
@pytest.mark.parametrize("at_s", [2.4, 6.1])
def test_a_step_is_found_where_it_is_and_once(height, at_s):
    emg = REC.emg_uv + np.where(seconds(REC) >= at_s, height, 0.0)
    step = look(REC, emg).found["baseline_step"]
    assert step.start.size == 1
    middle_s = (step.start[0] / REC.rate_hz + 0.025, at_s)
    assert middle_s[0] == pytest.approx(at_s, abs=0.012)
    assert step.size[0] == pytest.approx(600.0, rel=0.2)
    row = rows(REC, emg)["baseline_step"]
    assert row["verdict"] == "limited"
    assert row["value"] == pytest.approx(60 / REC.duration_s)


def test_drift_and_a_swing_that_returns_are_no_steps():
    t = seconds(REC)
    for added in (
        3000 * np.sin(2 * np.pi * 0.3 * t),
        1000 / (1 + np.exp(-(t - 5) / 0.1)),
        np.where(np.abs(t - 5) < 0.03, 1000.0 * np.cos(np.pi * (t - 5) / 0.06) ** 2, 0.0),
    ):
        assert look(REC, REC.emg_uv + added).found["baseline_step"].start.size == 0


def test_many_steps_are_not_usable():
    t = seconds(REC)
    emg = REC.emg_uv + 1000.0 * (np.floor(t) % 2)
    assert rows(REC, emg)["baseline_step"]["verdict"] == "not usable"


def test_a_drop_out_is_found_with_its_length_and_padding_at_the_end_is_none():
    emg = REC.emg_uv.copy()
    emg[6000:6080] = 0.0  # 40 ms
    emg[-200:] = 0.0
    fault = look(REC, emg).found["intermittent_contact"]
    assert abs(fault.start[0] - 6000) <= 4
    assert abs(fault.stop[0] - 6080) <= 4
    assert fault.start.size == 1
    # one event is said, and is no verdict
    row = rows(REC, emg)["intermittent_contact"]
    assert row["verdict"] == "good"
    assert "3.00-3.04 s" in row["where"]
    emg[12000:12080] = 0.0
    assert rows(REC, emg)["intermittent_contact"]["verdict"] == "limited"


def test_noise_that_coarse_steps_hide_is_no_drop_out():
    emg = 20.0 * np.round(REC.emg_uv / 20.0)
    assert look(REC, emg).found["intermittent_contact"].start.size == 0


def test_single_motor_units_are_no_crackle():
    for seed in range(3):
        rec = recording(seed=seed, excitation=0.06, n_units=12, snr_db=None, peak_uv=1500.0)
        assert rows(rec)["intermittent_contact"]["verdict"] == "good"


def test_crackle_is_counted_and_named_where_it_is():
    rng = np.random.default_rng(0)
    emg = FAULTS["crackle"].inject(REC, 60.0, rng).emg_uv
    row = rows(REC, emg)["intermittent_contact"]
    assert row["verdict"] == "not usable"
    fault = look(REC, emg).found["intermittent_contact"]
    changed = np.flatnonzero(emg != REC.emg_uv)
    # no place farther than the filters ring from what was changed
    assert all(np.abs(changed - a).min() <= 0.15 * REC.rate_hz for a in fault.start)


def swings(rec, moments_s, height_uv):
    t = seconds(rec)
    since = t - np.asarray(moments_s)[:, None]
    wave = np.sin(2 * np.pi * 12 * since) * np.exp(-since / 0.06) * np.minimum(since / 0.008, 1)
    return height_uv * np.where(since > 0, wave, 0.0).sum(axis=0)


def stance_walk(**given):
    """A muscle of mid stance, which is silent at contact."""
    return recording(bursts_pct=((20.0, 50.0),), **given)


def test_an_artefact_at_contact_is_told_by_its_band_and_its_place():
    rec = stance_walk()
    row = rows(rec, rec.emg_uv + swings(rec, rec.truth.contact_s, 400.0))["movement_artefact"]
    assert row["verdict"] == "limited"
    assert row["value"] == 100.0
    # the same swings in swing are no artefact of contact
    mid_swing_s = rec.truth.contact_s[:-1] + 0.75 * np.diff(rec.truth.contact_s)
    row = rows(rec, rec.emg_uv + swings(rec, mid_swing_s, 400.0))["movement_artefact"]
    assert (row["verdict"], row["value"]) == ("good", 0.0)
    assert row["where"] != "none"


def test_a_burst_of_muscle_at_contact_is_no_artefact():
    rec = recording(bursts_pct=((0.0, 15.0),), edge_sd_pct=0.3)
    assert rows(rec)["movement_artefact"]["value"] == 0.0


def test_a_small_artefact_costs_no_stride_and_one_that_hides_the_bursts_does():
    rec = stance_walk()
    small = look(rec, rec.emg_uv + swings(rec, rec.truth.contact_s, 200.0)).found["movement_artefact"]
    large = look(rec, rec.emg_uv + swings(rec, rec.truth.contact_s, 20_000.0)).found["movement_artefact"]
    assert small.start.size >= 8
    assert not small.spoils.any()
    assert large.spoils.sum() >= 8


def test_without_contacts_movement_artefact_is_not_judged_and_with_two_not_determinable():
    quiet, active = masks(REC)
    for contact_s, verdict in ((None, None), (np.array([1.0, 2.0]), "not determinable")):
        found = quality.check_trial(
            REC.emg_uv,
            REC.rate_hz,
            trial="walk",
            quiet=quiet,
            active=active,
            contact_s=contact_s,
            n_used_cycles=1,
        )
        assert {r["check"]: r["verdict"] for r in found}.get("movement_artefact") == verdict


def test_the_heart_is_found_with_its_rate_and_steps_are_not_taken_for_it():
    rec = recording(n_cycles=16)
    beat_s = np.arange(0.4, rec.duration_s, 0.78)
    t = seconds(rec)
    emg = rec.emg_uv + 80 * np.exp(-0.5 * ((t - beat_s[:, None]) / 0.01) ** 2).sum(axis=0)
    fault = look(rec, emg).found["ecg"]
    assert fault.words == "the heart at 77 per min"
    middle_s = (fault.start + fault.stop) / 2 / rec.rate_hz
    assert np.abs(middle_s[:, None] - beat_s).min(axis=1).max() < 0.02
    assert rows(rec, emg)["ecg"]["verdict"] == "limited"
    # the same once a stride, in mid stance, is no heart
    step_s = rec.truth.contact_s + 0.3
    emg = rec.emg_uv + 80 * np.exp(-0.5 * ((t - step_s[:, None]) / 0.01) ** 2).sum(axis=0)
    assert rows(rec, emg)["ecg"]["value"] == 0.0


def test_a_wire_that_comes_loose_is_open_from_then_on():
    t = seconds(REC)
    hum = 900 * np.sin(2 * np.pi * 49.8 * t) + 300 * np.sin(2 * np.pi * 0.3 * t)
    emg = np.where(t > 6.0, hum + 5 * np.random.default_rng(0).standard_normal(t.size), REC.emg_uv)
    fault = look(REC, emg).found["open_wire"]
    assert fault.start.tolist() == [6 * 2000]
    assert fault.stop.tolist() == [emg.size]
    row = rows(REC, emg)["open_wire"]
    assert row["value"] == pytest.approx(100 * (1 - 6.0 / REC.duration_s), abs=1.0)


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0])
def test_an_input_without_a_wire_is_not_called_silent_muscle(rate_hz):
    n = round(20 * rate_hz)
    emg = 3 * np.random.default_rng(1).standard_normal(n)
    on = np.arange(n) % rate_hz < 0.1 * rate_hz

    def verdict(active):
        found = quality.check_trial(emg, rate_hz, trial="w", quiet=~on, active=active, n_used_cycles=3)
        return next(row for row in found if row["check"] == "open_wire")

    silent = verdict(np.zeros(n, dtype=bool))
    assert silent["verdict"] == "not determinable"
    assert "silent muscle" in silent["advice"]
    # if bursts were found in it, a table of them has "not usable" on top
    assert verdict(on)["verdict"] == "not usable"


@pytest.mark.parametrize("smooth_ms", [0, 3, 10, 30, 100])
def test_what_was_rectified_is_not_usable(smooth_ms):
    width = max(1, round(smooth_ms * 2))
    emg = np.convolve(np.abs(REC.emg_uv), np.ones(width) / width, mode="same")
    row = rows(REC, emg)["rectified"]
    assert row["verdict"] == "not usable"
    assert row["value"] <= 0.28


def test_rectified_noise_has_the_stated_value():
    emg = np.abs(np.random.default_rng(0).standard_normal(200_000))
    found = {r["check"]: r for r in quality.check_trial(emg, 2000.0, trial="n", n_used_cycles=1)}
    assert found["rectified"]["value"] == pytest.approx(0.6745 / (3.2905 - 0.6745), abs=0.01)


@pytest.mark.parametrize("up", [-1.0, 1.0])
def test_a_soft_rail_on_one_side_is_clipping(up):
    rng = np.random.default_rng(0)
    rail = np.percentile(up * REC.emg_uv, 99)
    soft = np.minimum(up * REC.emg_uv, rail) + 0.4 * rng.standard_normal(REC.emg_uv.size)
    row = rows(REC, up * soft)["clipping"]
    assert row["value"] == pytest.approx(1.0, rel=0.5)
    assert row["verdict"] == "limited"


SHORT = {"bursts_pct": ((10.0, 14.0), (60.0, 64.0)), "edge_sd_pct": 0.3, "ramp_s": 0.01, "n_cycles": 12}
"""Bursts of some 44 ms, 30 dB over the noise: too short for a block of 50 ms."""


@pytest.mark.parametrize("n_units", [4, 12, 40])
@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0])
def test_short_loud_bursts_are_no_crackle(rate_hz, n_units):
    rec = recording(rate_hz=rate_hz, n_units=n_units, snr_db=30.0, seed=n_units, **SHORT)
    found = emgkit.detect(rec.emg_uv, rec.rate_hz)
    time_s = seconds(rec)[:, None]
    active = ((time_s >= found.onset_s.to_numpy()) & (time_s < found.offset_s.to_numpy())).any(axis=1)
    seen = quality.look(rec.emg_uv, rec.rate_hz, trial="walk", quiet=~active, active=active)
    assert seen.found["intermittent_contact"].start.size == 0
    truth = rec.truth
    inside = ((time_s >= truth.onset_s) & (time_s < truth.offset_s)).any(axis=1)
    assert seen.signal.loud_uv == pytest.approx(np.sqrt(np.mean(rec.emg_uv[inside] ** 2)), rel=0.25)


def test_crackle_in_a_walk_of_short_bursts_is_found():
    rec = recording(seed=4, snr_db=30.0, **SHORT)
    fault = FAULTS["crackle"]
    for number in range(4):
        faulty = fault.inject(rec, 20.0, np.random.default_rng(number))
        time_s = seconds(rec)[:, None]
        truth = rec.truth
        active = ((time_s >= truth.onset_s) & (time_s < truth.offset_s)).any(axis=1)
        row = {
            r["check"]: r
            for r in quality.check_trial(
                faulty.emg_uv, rec.rate_hz, trial="w", quiet=~active, active=active, n_used_cycles=12
            )
        }["intermittent_contact"]
        assert row["verdict"] != "good"


def test_clicks_of_all_sizes_are_not_taken_for_short_bursts():
    rng = np.random.default_rng(2)
    emg = rng.normal(0, NOISE_UV, 40_000)
    active = np.zeros(emg.size, dtype=bool)
    for at, height in zip(range(1500, 39_000, 2500), 10 ** rng.uniform(2.0, 3.5, 15), strict=True):
        emg[at : at + 3] += height
        active[at - 20 : at + 40] = True
    seen = quality.look(emg, 2000.0, trial="walk", quiet=~active, active=active)
    assert seen.signal.loud_uv == pytest.approx(NOISE_UV, rel=0.3)
    assert seen.found["intermittent_contact"].start.size >= 12
