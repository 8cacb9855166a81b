"""What the checks share is what numpy and scipy give, and checks that see the same say the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from emgkit import quality
from emgkit.quality import interference
from emgkit.quality.signal import prepare

RATE_HZ = 1000.0


def prepared(emg_uv, rate_hz=RATE_HZ):
    return prepare(np.asarray(emg_uv), rate_hz, quiet=None, active=None, trial="walk")


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(-9, 9), min_size=1, max_size=40),
    parts=st.lists(st.floats(0, 1), min_size=1, max_size=4),
)
def test_quantiles_and_levels_are_those_of_numpy(values, parts):
    s = prepared(np.array(values, dtype=np.float64))
    np.testing.assert_allclose(s.quantiles(*parts), np.quantile(values, parts), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(s.levels_uv, np.unique(values))


@pytest.mark.parametrize("n", [1000, 1001, 4321, 8000])
def test_amplitude_is_the_percentile_over_all_samples(n):
    emg = np.random.default_rng(n).standard_t(3, n) + 7.0
    rows = quality.check_trial(emg, RATE_HZ, trial="walk", n_used_cycles=5)
    value = next(row["value"] for row in rows if row["check"] == "amplitude")
    assert value == pytest.approx(np.percentile(np.abs(emg - np.median(emg)), 99.9), rel=1e-12)


@pytest.mark.parametrize("rate_hz", [999.0, 1000.0, 2048.0])
def test_the_spectrum_has_the_shape_of_welch(rate_hz):
    s = prepared(np.random.default_rng(2).standard_normal(round(7.3 * rate_hz)), rate_hz)
    found = interference.spectrum(s)
    freq, density = signal.welch(s.fast_uv, rate_hz, nperseg=round(rate_hz), detrend=False)
    np.testing.assert_allclose(found.freq_hz, freq)
    inner = slice(1, -1)  # one-sided densities count the ends once; nothing here looks at them
    ratio = found.density[inner] / density[inner]
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-9)


@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0])
@pytest.mark.parametrize("with_bursts", [True, False])
def test_white_noise_has_one_verdict_whichever_check_looks(rate_hz, with_bursts):
    emg = np.random.default_rng(5).standard_normal(round(10 * rate_hz))
    active = np.zeros(emg.size, dtype=bool)
    if with_bursts:  # a hundredth of the time: so few are chance, too
        active[: emg.size // 100] = True
    rows = quality.check_trial(emg, rate_hz, trial="walk", quiet=~active, active=active, n_used_cycles=5)
    seen = {row["check"]: row["verdict"] for row in rows}
    wanted = "not usable" if with_bursts else "not determinable"
    assert (seen["activity"], seen["open_wire"]) == (wanted, wanted)
    assert quality.judge(rows).grade == "C"


def test_a_dead_input_with_clicks_is_a_c_though_its_level_changes():
    """The clicks of a converter make "activity"; without a burst the white spectrum speaks."""
    rows = [
        {"check": "activity", "verdict": "good", "trial": "walk"},
        {"check": "open_wire", "verdict": "not determinable", "trial": "walk"},
    ]
    assert quality.judge(rows).grade == "C"
    assert quality.judge(rows, wire_works=True).grade == "B"


def test_without_microvolts_there_is_no_limit_to_the_noise_and_no_limit_to_the_timing():
    rng = np.random.default_rng(6)
    on = (np.arange(10_000) // 500) % 2 == 1
    emg = rng.standard_normal(10_000) * np.where(on, 100.0, 5.0)
    rows = {}
    for gain in (1.0, 1000.0):
        found = quality.check_trial(gain * emg, RATE_HZ, trial="walk", quiet=~on, active=on, n_used_cycles=5)
        rows[gain] = {row["check"]: row for row in found}
    assert rows[1.0]["noise_floor"]["verdict"] == "good"
    assert rows[1000.0]["amplitude"]["verdict"] == "limited"
    assert rows[1000.0]["noise_floor"]["verdict"] == "not determinable"
    assert "see amplitude" in rows[1000.0]["noise_floor"]["advice"]


def test_one_waveform_that_comes_too_seldom_is_not_called_good():
    rng = np.random.default_rng(7)
    emg = rng.standard_normal(20_000)
    on = np.zeros(emg.size, dtype=bool)
    for at in range(1000, 20_000, 2000):  # ten in all, one a second and a half of what is on
        emg[at : at + 4] += (300.0, -500.0, 400.0, -200.0)
        on[at - 50 : at + 50] = True
    rows = quality.check_trial(emg, RATE_HZ, trial="walk", quiet=~on, active=on, n_used_cycles=5)
    row = next(row for row in rows if row["check"] == "single_unit")
    assert row["verdict"] == "not determinable"
    assert "10 times" in row["advice"]
