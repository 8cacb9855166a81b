"""What is tested: each check finds the fault it is for, built in numpy, and stays silent on a clean signal.

What is not: whether the limits are those that a physician would draw.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit import quality, table_values
from emgkit.errors import InputError

RATE_HZ = 4000.0


def clean(rate_hz=RATE_HZ, seconds=8.0, seed=1, noise_uv=5.0, burst_uv=100.0):
    """Band-limited noise, louder for 0.4 s of every second; with the masks that a perfect detection gives."""
    from scipy import signal

    rng = np.random.default_rng(seed)
    n = round(seconds * rate_hz)
    high = min(1000.0, 0.45 * rate_hz)
    sos = signal.butter(2, [30.0, high], "bandpass", fs=rate_hz, output="sos")
    on = (np.arange(n) / rate_hz) % 1.0 < 0.4
    gauss = signal.sosfiltfilt(sos, rng.standard_normal(n))
    gauss /= gauss.std()
    return rng.standard_normal(n) * noise_uv + gauss * np.where(on, burst_uv, 0.0), ~on, on


def rows_of(emg_uv, quiet=None, active=None, rate_hz=RATE_HZ, n_used_cycles=5):
    rows = quality.check_trial(
        emg_uv, rate_hz, trial="walk", quiet=quiet, active=active, n_used_cycles=n_used_cycles
    )
    return {row["check"]: row for row in rows}


def verdicts(rows):
    return {name: row["verdict"] for name, row in rows.items()}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rate_hz", [2500.0, 4000.0, 10000.0])
def test_clean_signal_passes_every_check(rate_hz, seed):
    emg, quiet, active = clean(rate_hz, seed=seed)
    assert set(verdicts(rows_of(emg, quiet, active, rate_hz)).values()) == {"good"}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("seconds", [1.1, 2.0, 3.0])
def test_clean_short_signal_has_no_false_alarm(seconds, seed):
    emg, quiet, active = clean(seconds=seconds, seed=seed)
    assert set(verdicts(rows_of(emg, quiet, active)).values()) <= {"good", "not determinable"}
    assert set(verdicts(rows_of(emg)).values()) <= {"good", "not determinable"}


def test_rows_fit_the_table_and_stand_in_declared_order():
    emg, quiet, active = clean()
    rows = quality.check_trial(emg, RATE_HZ, trial="walk", quiet=quiet, active=active, n_used_cycles=5)
    table = table_values.build("quality", rows)
    declared = [check.name for check in quality.CHECKS]
    assert list(table["check"]) == [name for name in declared if name in set(table["check"])]
    of_cycles = {
        "movement_artefact",
        "cycles",
        "foot_off",
        "foot_switches",
        "contact_synchrony",
        "foot_off_synchrony",
        "channel_length",
        "events_outside",
    }
    of_others = {
        *("amplitude_drift", "maximum_test", "placement"),
        *("wire_movement", "rest_level", "rest_bursts"),
    }
    assert set(declared) - set(table["check"]) == of_cycles | of_others | {
        "crosstalk"
    }  # without neighbours no row
    assert all(len(check.limit) > 3 and len(check.meaning) > 10 for check in quality.CHECKS)


def test_noise_floor_and_snr_are_the_closed_forms():
    # white noise of 5 uV loses the share of its power below 20 Hz; bursts add 100 uV squared to it
    emg, quiet, active = clean(seconds=60.0)
    rows = rows_of(emg, quiet, active)
    left = 1 - 20.0 / (RATE_HZ / 2)
    assert rows["noise_floor"]["value"] == pytest.approx(5.0 * np.sqrt(left), rel=0.01)
    assert rows["snr"]["value"] == pytest.approx(10 * np.log10(100.0**2 / (5.0**2 * left)), abs=0.2)


@pytest.mark.parametrize(("burst_uv", "verdict"), [(30.0, "good"), (9.0, "limited"), (5.0, "not usable")])
def test_snr_verdicts(burst_uv, verdict):
    # 15.6, 5.1 and 0 dB
    emg, quiet, active = clean(burst_uv=burst_uv)
    assert rows_of(emg, quiet, active)["snr"]["verdict"] == verdict


def test_pure_noise_with_random_masks_has_no_usable_snr():
    emg, quiet, active = clean(burst_uv=0.0)
    assert rows_of(emg, quiet, active)["snr"]["verdict"] == "not usable"


@pytest.mark.parametrize("mains_hz", [49.9, 50.0, 50.13, 59.95, 60.0])
@pytest.mark.parametrize("masks", [True, False])
def test_hum_is_measured_at_the_frequency_that_is_there(mains_hz, masks):
    emg, quiet, active = clean(seconds=12.0)
    t = np.arange(emg.size) / RATE_HZ
    hum = 50.0 * np.sin(2 * np.pi * mains_hz * t) + 20.0 * np.sin(2 * np.pi * 3 * mains_hz * t)
    row = rows_of(emg + hum, *((quiet, active) if masks else ()))["hum"]
    power = np.mean(hum**2)
    assert row["value"] == pytest.approx(100 * power / (power + np.mean(emg**2)), rel=0.08)
    assert row["verdict"] == "limited"
    assert str(round(mains_hz)) in row["advice"].replace("49.9", "50").replace("59.9", "60")


def test_hum_alone_is_not_usable():
    t = np.arange(40000) / RATE_HZ
    emg = 100 * np.sin(2 * np.pi * 50 * t) + np.random.default_rng(0).standard_normal(t.size)
    row = rows_of(emg)["hum"]
    assert row["verdict"] == "not usable"
    assert row["value"] == pytest.approx(100.0, abs=1.0)


def test_a_tone_away_from_the_mains_is_a_tone_and_no_hum():
    emg, quiet, active = clean()
    t = np.arange(emg.size) / RATE_HZ
    rows = rows_of(emg + 150 * np.sin(2 * np.pi * 402.6 * t), quiet, active)
    assert rows["tones"]["verdict"] == "not usable"
    assert "403 Hz" in rows["tones"]["advice"]
    assert rows["hum"]["verdict"] == "good"


@pytest.mark.parametrize("rate_of_firing_hz", [8.0, 12.5, 16.7, 25.0])
def test_a_single_motor_unit_is_neither_hum_nor_tone(rate_of_firing_hz):
    # one unit, biphasic potentials of 4 ms, intervals with a coefficient of variation of 15 %
    rng = np.random.default_rng(3)
    n = round(10 * RATE_HZ)
    interval = rng.normal(1 / rate_of_firing_hz, 0.15 / rate_of_firing_hz, 400)
    at = (np.cumsum(interval) * RATE_HZ).astype(int)
    train = np.bincount(at[at < n], minlength=n).astype(float)
    shape = np.diff(np.hanning(18))
    emg = np.convolve(train, 2000 * shape, mode="same") + 5 * rng.standard_normal(n)
    rows = rows_of(emg)
    assert rows["hum"]["verdict"] == "good"
    assert rows["tones"]["verdict"] == "good"
    assert rows["clipping"]["verdict"] == "good"


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize(("at_uv", "verdict"), [(200.0, "limited"), (90.0, "not usable")])
def test_clipping_is_found_in_microvolts_and_in_counts(at_uv, verdict, counts):
    emg, quiet, active = clean()
    clipped = np.clip(emg, -at_uv, at_uv)
    if counts:
        clipped = np.round(clipped)
    row = rows_of(clipped, quiet, active)["clipping"]
    assert row["value"] == pytest.approx(100 * np.mean(np.abs(emg) >= at_uv), rel=0.1)
    assert row["verdict"] == verdict


def test_one_rail_reached_and_flickering_counts_is_clipping():
    emg, quiet, active = clean(burst_uv=1000.0)
    rail = np.minimum(np.round(emg), 1200.0)
    flicker = rail - (rail == 1200.0) * np.random.default_rng(0).integers(0, 2, rail.size)
    row = rows_of(flicker, quiet, active)["clipping"]
    assert row["value"] == pytest.approx(100 * np.mean(emg >= 1200.0), rel=0.05)


def test_a_sine_is_not_clipped_however_it_is_rounded():
    t = np.arange(40000) / RATE_HZ
    for step in (1e-9, 1.0, 5.0):
        emg = np.round(100 * np.sin(2 * np.pi * 3.7 * t) / step) * step
        assert rows_of(emg)["clipping"]["value"] == 0.0


def test_clipping_costs_what_the_limits_say():
    # the reasons given with the limits: a muscle on for a third of the time, Gaussian
    from scipy import stats

    for share, loss in ((0.001, 0.003), (0.05, 0.13)):
        c = stats.norm.isf(3 * share / 2)
        kept = 1 - 2 * ((1 - c**2) * stats.norm.sf(c) + c * stats.norm.pdf(c))
        assert 1 - np.sqrt(kept) == pytest.approx(loss, abs=0.005)


def test_flat_line_measures_the_missing_share():
    emg, quiet, active = clean()
    emg[8000:12000] = emg[8000]
    row = rows_of(emg, quiet, active)["flat_line"]
    assert row["value"] == pytest.approx(12.5, abs=0.05)
    assert row["verdict"] == "not usable"
    emg, quiet, active = clean()
    emg[8000:8800] = 0.0
    assert rows_of(emg, quiet, active)["flat_line"]["verdict"] == "limited"


@pytest.mark.parametrize("value", [0.0, 3.0, -1e6])
def test_a_constant_signal_is_not_usable_and_nothing_crashes(value):
    rows = rows_of(np.full(8000, value), np.ones(8000, bool), np.ones(8000, bool))
    assert rows["flat_line"]["verdict"] == "not usable"
    assert rows["quantisation"]["verdict"] == "not usable"
    assert rows["snr"]["verdict"] == "not determinable"
    assert quality.overall(list(rows.values()))[0] == "not usable"


def test_offset_and_drift():
    emg, quiet, active = clean()
    rms = emg.std()
    t = np.arange(emg.size) / RATE_HZ
    rows = rows_of(emg + 10 * rms, quiet, active)
    assert rows["offset"]["value"] == pytest.approx(10.0, rel=0.02)
    assert rows["offset"]["verdict"] == "limited"
    assert rows["drift"]["verdict"] == "good"
    rows = rows_of(emg + 3 * rms * np.sqrt(2) * np.sin(2 * np.pi * 0.5 * t), quiet, active)
    assert rows["drift"]["value"] == pytest.approx(3.0, rel=0.03)
    assert rows["drift"]["verdict"] == "limited"
    assert rows["offset"]["verdict"] == "good"


def test_quantisation():
    emg, quiet, active = clean()
    noise = rows_of(emg, quiet, active)["noise_floor"]["value"]
    fine = np.round(emg / 1.0) * 1.0
    assert rows_of(fine, quiet, active)["quantisation"]["value"] == pytest.approx(1.0 / noise, rel=0.02)
    coarse = np.round(emg / 20.0) * 20.0
    assert rows_of(coarse, quiet, active)["quantisation"]["verdict"] == "limited"
    few = np.round(emg / 200.0) * 200.0
    assert rows_of(few, quiet, active)["quantisation"]["verdict"] == "not usable"
    assert rows_of(few, quiet, active)["clipping"]["verdict"] == "not determinable"


def test_gain_that_is_not_taken_out_of_the_file():
    emg, quiet, active = clean()
    rows = rows_of(emg * 1000, quiet, active)
    assert rows["amplitude"]["verdict"] == "limited"
    assert rows["snr"]["value"] == pytest.approx(rows_of(emg, quiet, active)["snr"]["value"])


@pytest.mark.parametrize(
    ("rate_hz", "verdict"),
    [(300.0, "not usable"), (301.0, "limited"), (1500.0, "limited"), (2000.0, "limited"), (2001.0, "good")],
)
def test_band_is_that_of_the_rate(rate_hz, verdict):
    emg = np.random.default_rng(0).standard_normal(3000)
    row = rows_of(emg, rate_hz=rate_hz)["band"]
    assert row["value"] == rate_hz / 2
    assert row["verdict"] == verdict
    assert ("ISEK" in row["advice"]) == (300.0 < rate_hz <= 1500.0)


def test_no_masks_leave_open_what_needs_them():
    emg, _, _ = clean()
    rows = rows_of(emg)
    open_checks = {name for name, v in verdicts(rows).items() if v == "not determinable"}
    assert open_checks == {"noise_floor", "snr", "quantisation", "single_unit"}
    assert all(np.isnan(rows[name]["value"]) for name in open_checks)


@pytest.mark.parametrize("n", [1, 2, 10, 400, 3999])
@pytest.mark.parametrize("rate_hz", [1.0, 50.0, 4000.0])
def test_very_short_or_slow_recordings_give_rows(n, rate_hz):
    emg = np.random.default_rng(0).standard_normal(n)
    rows = rows_of(emg, np.ones(n, bool), np.ones(n, bool), rate_hz)
    assert (rows["length"]["verdict"] == "not usable") == (n < rate_hz)


@given(st.integers(0, 2**32 - 1), st.integers(4000, 9000), st.floats(1e-6, 1e6))
@settings(deadline=None, max_examples=4)
def test_verdicts_but_those_in_microvolts_do_not_depend_on_the_gain(seed, n, gain):
    emg, quiet, active = clean(seconds=n / RATE_HZ, seed=seed)
    # steps of a power of two survive the gain, so that only rounding of the last bit differs
    gain = 2.0 ** np.round(np.log2(gain))
    one, other = rows_of(emg, quiet, active), rows_of(emg * gain, quiet, active)
    for name in set(one) - {"noise_floor", "amplitude"}:
        assert one[name]["verdict"] == other[name]["verdict"]
        np.testing.assert_allclose(one[name]["value"], other[name]["value"], rtol=1e-6)


def test_same_input_same_rows():
    emg, quiet, active = clean()
    assert rows_of(emg, quiet, active) == rows_of(emg.copy(), quiet.copy(), active.copy())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"emg_uv": np.array([])}, "no samples"),
        ({"emg_uv": np.zeros((4, 2))}, "more than one dimension"),
        ({"emg_uv": np.array([1.0, np.nan])}, "no numbers"),
        ({"emg_uv": np.array([1.0, np.inf])}, "no numbers"),
        ({"rate_hz": 0.0}, "rate"),
        ({"rate_hz": float("nan")}, "rate"),
        ({"rate_hz": -5.0}, "rate"),
        ({"quiet": np.ones(3, bool)}, "'quiet'"),
        ({"active": np.ones((2, 2), bool)}, "'active'"),
    ],
)
def test_bad_input_is_an_input_error(change, words):
    call = {"emg_uv": np.zeros(100), "rate_hz": 1000.0, "trial": "walk", "n_used_cycles": 1} | change
    with pytest.raises(InputError, match=words):
        quality.check_trial(call.pop("emg_uv"), call.pop("rate_hz"), **call)
