"""Faults of a whole recording, simulated: each is found at its limit, and the clean recording passes.

Also the real recordings: what is hum is a C, good channels are an A or a B.
"""

import dataclasses
import functools

import numpy as np
import pytest

import emgkit
from emgkit import quality
from emgkit.errors import InputError
from emgkit.quality import beside, synchrony
from emgkit.quality.movement import strides_of, wire_movement
from emgkit.simulation.faults_whole import WHOLE_FAULTS, with_neighbour

SEEDS = (1, 2, 3)


@functools.cache
def clean(seed):
    rec = emgkit.simulate(n_cycles=11, seed=seed, snr_db=20.0, rate_hz=2000.0 if seed % 2 else 4000.0)
    return with_neighbour(rec, np.random.default_rng(seed))


def verdict_of(rec, check):
    time = np.arange(rec.emg_uv.size) / rec.rate_hz
    on = np.zeros(time.size, bool)
    for start, stop in zip(rec.truth.onset_s, rec.truth.offset_s, strict=True):
        on |= (time >= start) & (time < stop)
    if check == "wire_movement":
        contact = rec.truth.contact_s
        number = np.arange(1, contact.size)
        found = strides_of(rec.emg_uv, rec.rate_hz, contact[:-1], contact[1:], number=number, trial="w")
        return wire_movement([found])["verdict"]
    if check == "channel_length":
        lasts_s = {s.label: s.voltage_v.size / s.rate_hz for s in rec.switches.values()}
        return synchrony.channel_length(rec.duration_s, lasts_s, "w")["verdict"]
    n = rec.truth.contact_s.size - 1
    seen = quality.look(rec.emg_uv, rec.rate_hz, trial="w", quiet=~on, active=on)
    rows = quality.check_trial(
        rec.emg_uv, rec.rate_hz, trial="w", quiet=~on, active=on, n_used_cycles=n, seen=seen
    )
    rows += quality.crosstalk.crosstalk(seen, rec.neighbours)
    return next(row["verdict"] for row in rows if row["check"] == check)


@pytest.mark.parametrize("name", list(WHOLE_FAULTS))
def test_each_fault_is_found_at_its_limit_and_not_in_the_clean_recording(name):
    fault = WHOLE_FAULTS[name]
    assert fault.limit in fault.severities
    assert fault.check in {check.name for check in quality.CHECKS}
    for seed in SEEDS:
        assert verdict_of(clean(seed), fault.check) == "good"
        bad = fault.inject(clean(seed), fault.limit, np.random.default_rng(seed))
        assert verdict_of(bad, fault.check) in ("limited", "not usable"), seed


@pytest.mark.parametrize("name", list(WHOLE_FAULTS))
def test_a_slight_fault_is_none(name):
    fault = WHOLE_FAULTS[name]
    bad = fault.inject(clean(1), fault.severities[0], np.random.default_rng(1))
    assert verdict_of(bad, fault.check) == "good"


def test_a_fault_that_has_to_simulate_anew_needs_a_simulated_recording():
    real = dataclasses.replace(clean(1), truth=None)
    for name in ("few_units", "weak_muscle", "moved_wire"):
        with pytest.raises(InputError, match="simulated"):
            WHOLE_FAULTS[name].inject(real, 5.0, np.random.default_rng(0))


@pytest.mark.parametrize(("times", "n"), [((0.5, 2.0), 0), ((-3.0, 0.5), 1), ((0.5, 9.0, 11.0), 2)])
def test_events_outside_the_wire_are_counted(times, n):
    row = synchrony.events_outside(np.array(times), 3.0, "w")
    assert (row["value"], row["verdict"]) == (n, "limited" if n else "good")


def rest(emg_uv, quiet_uv, bursts=()):
    rows = quality.check_rest(
        emg_uv,
        2000.0,
        trial="rest",
        level_uv=float(np.sqrt(np.mean(emg_uv**2))),
        quiet_uv=quiet_uv,
        burst_start_s=[a for a, _ in bursts],
        burst_stop_s=[b for _, b in bursts],
    )
    return {row["check"]: row for row in rows}


@pytest.mark.parametrize("offset_uv", [0.0, -3.3])
def test_what_a_wire_gives_that_is_not_connected_is_no_rest(offset_uv):
    """Neither quiet nor without bursts: nothing was measured, and numpy warns of nothing."""
    rows = rest(np.full(12_000, offset_uv), 3.0)
    for check in ("rest_level", "rest_bursts"):
        assert rows[check]["verdict"] == "not determinable"
        assert "constant" in rows[check]["advice"]
    assert rows["flat_line"]["verdict"] == "not usable"


def test_a_quiet_rest_passes_whatever_a_detector_marks_in_its_noise():
    noise = 5 * np.random.default_rng(0).standard_normal(10_000)
    rows = rest(noise, 5.0, [(0.5, 1.5)])
    assert {row["verdict"] for row in rows.values()} == {"good"}
    assert {row["trial"] for row in rows.values()} == {"rest"}


def test_a_rest_with_a_contraction_hum_or_another_level_says_so():
    rng = np.random.default_rng(0)
    noise = 5 * rng.standard_normal(10_000)
    t = np.arange(10_000) / 2000.0
    active = np.where((t > 1.0) & (t < 2.0), 20.0, 1.0) * noise
    rows = rest(active, 5.0, [(1.0, 2.0)])
    assert rows["rest_bursts"]["verdict"] == rows["rest_level"]["verdict"] == "limited"
    assert rows["rest_bursts"]["value"] == pytest.approx(20.0)
    assert rows["rest_bursts"]["where"] == "1.00-2.00 s"
    assert rest(noise + 20 * np.sin(100 * np.pi * t), 5.0)["hum"]["verdict"] == "not usable"
    assert "louder than the rest" in rest(noise, 15.0)["rest_level"]["advice"]
    assert rest(noise, float("nan"))["rest_level"]["verdict"] == "not determinable"
    assert rest(noise[:1000], 5.0)["rest_bursts"]["verdict"] == "not determinable"


def test_a_maximum_test_shows_that_the_wire_works_by_muscle_and_not_by_hum():
    rng = np.random.default_rng(0)
    t = np.arange(10_000) / 2000.0
    noise = 5 * rng.standard_normal(10_000)
    strong = noise + 80 * rng.standard_normal(10_000) * (t > 2)
    assert beside.shows_activity(strong, 2000.0, 5.0)
    assert not beside.shows_activity(noise, 2000.0, 5.0)
    assert not beside.shows_activity(noise + 100 * np.sin(100 * np.pi * t), 2000.0, 5.0)
    assert not beside.shows_activity(strong, 2000.0, float("nan"))
    clipped = {r["check"]: r for r in quality.check_maximum(np.clip(strong, -60, 60), 2000.0, trial="m")}
    assert clipped["clipping"]["verdict"] != "good"


def grade_of(path, label, emg_unit=None):
    from scipy import ndimage, signal

    rec = emgkit.read(path, label, side="left", switches={}, emg_unit=emg_unit)
    sos = signal.butter(2, 20.0, "highpass", fs=rec.rate_hz, output="sos")
    size = round(0.05 * rec.rate_hz)
    rms = np.sqrt(ndimage.uniform_filter1d(signal.sosfiltfilt(sos, rec.emg_uv) ** 2, size))
    base = np.percentile(rms, 10)
    rows = quality.check_trial(
        rec.emg_uv, rec.rate_hz, trial="w", quiet=rms < 2 * base, active=rms > 4 * base, n_used_cycles=3
    )
    return quality.judge(rows).grade


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("PlugInC3D.c3d", ("EMG1", "EMG9")),
        ("treadmill_events.c3d", ("1", "5", "12")),
        ("treadmill_no_events.c3d", ("3",)),
    ],
)
def test_real_channels_of_hum_and_tones_are_a_c(shared_data, name, numbers):
    for label in numbers:
        assert grade_of(shared_data / "c3d_gait_emg" / name, label, "V") == "C", label


def test_good_real_channels_are_an_a_or_a_b(shared_data):
    for path in sorted((shared_data / "gait_burst_labels").glob("*T1.c3d")):
        for label in ("LMG", "RTA", "RMG"):
            assert grade_of(path, label) in "AB", (path.name, label)
