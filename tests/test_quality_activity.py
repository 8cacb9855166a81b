"""What is tested: noise, hum and tones of any colour are told from activity, whatever a detector marks.

What is not: noise whose level changes like that of a muscle; nothing in one channel tells that from EMG.
"""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal, stats

import emgkit
from emgkit import quality
from emgkit.quality.activity import excess_db

RATE_HZ = 2000.0
FAST = {"detect": {"sensitivity": "off"}}


def coloured(n, slope, rng):
    """Noise whose power falls with the frequency to the power of `slope`."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    freq = np.arange(spectrum.size, dtype=float)
    freq[0] = 1.0
    noise = np.fft.irfft(spectrum * freq ** (-slope / 2), n)
    return noise / noise.std()


def junk(n, seed, kind, mains_hz, slope):
    """A channel without EMG, of 5 uV or more."""
    rng = np.random.default_rng(seed)
    t = np.arange(n) / RATE_HZ
    hum = np.sin(2 * np.pi * mains_hz * t) + 0.3 * np.sin(6 * np.pi * mains_hz * t + 1)
    noise = coloured(n, slope, rng)
    return {
        "noise": 5 * noise,
        "hum": 50 * hum + 0.5 * noise,
        "hum and noise": 5 * hum + 5 * noise,
        "drift": 5 * noise + 300 * np.sin(2 * np.pi * 0.3 * t),
        "tones": 20 * np.sin(2 * np.pi * 403.0 * t) + 10 * np.sin(2 * np.pi * 97.0 * t) + noise,
        "hum, tones and noise": 6 * hum + 6 * np.sin(2 * np.pi * 403.0 * t) + 5 * noise,
        "counts": np.round(1.5 * noise) * 4.88,
    }[kind]


KINDS = ("noise", "hum", "hum and noise", "drift", "tones", "hum, tones and noise", "counts")


@pytest.fixture(scope="module")
def walk():
    return emgkit.simulate(n_cycles=8, seed=3, rate_hz=RATE_HZ)


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from(KINDS),
    st.sampled_from([49.95, 50.0, 60.0, 60.03]),
    st.floats(0.0, 2.0),
)
@settings(deadline=None, max_examples=25)
def test_noise_and_hum_never_pass_whatever_is_marked_in_them(seed, kind, mains_hz, slope):
    emg = junk(20_000, seed, kind, mains_hz, slope)
    on = np.random.default_rng(seed).random(200).repeat(100) < 0.3
    rows = quality.check_trial(emg, RATE_HZ, trial="w", quiet=~on, active=on, n_used_cycles=9)
    assert quality.judge(rows).grade == "C"
    nothing = quality.check_trial(emg, RATE_HZ, trial="w", quiet=~on | on, active=on & ~on, n_used_cycles=9)
    assert quality.judge(nothing).grade == "C"


@pytest.mark.parametrize("kind", KINDS)
def test_an_analysis_of_a_channel_without_emg_is_a_c_in_all_that_it_gives(walk, kind):
    rec = dataclasses.replace(walk, emg_uv=junk(walk.emg_uv.size, 1, kind, 50.0, 0.5))
    an = emgkit.analyze(rec, FAST)
    assert an.study.verdict == "C"
    assert (an.bursts["verdict"] == "C").all()
    assert '"verdict": "C"' in an.to_json()
    assert "verdict C" in an._repr_html_()
    # that nothing was detected may be said, and says itself that this is no absence
    said = an.findings[an.findings["n_cycles"].gt(0)]
    assert set(said["term"]) <= {"not detected"}
    assert len(an.bursts) == 0 or said.empty


def test_the_excess_is_zero_for_steady_noise_of_any_colour():
    for slope in (0.0, 1.0, 2.0):
        x = coloured(120_000, slope, np.random.default_rng(4))
        fast = signal.sosfiltfilt(signal.butter(2, 60, "highpass", fs=RATE_HZ, output="sos"), x)
        assert excess_db(fast, RATE_HZ) == pytest.approx(0.0, abs=0.4)


@pytest.mark.parametrize("ratio_db", [6.0, 10.0, 20.0])
def test_the_excess_of_bursts_is_their_ratio_to_the_quiet_signal(ratio_db):
    """White bursts for 0.4 of every second: both percentiles are those of chi-squared within their part."""
    chi = stats.chi2(2 * 0.1 * RATE_HZ / 2)
    parts = chi.ppf(1 - 0.05 / 0.4) / chi.ppf(0.1 / 0.6) / (chi.ppf(0.95) / chi.ppf(0.1))
    rng = np.random.default_rng(2)
    on = (np.arange(120_000) / RATE_HZ) % 1.0 < 0.4
    x = rng.standard_normal(120_000) * np.where(on, 10 ** (ratio_db / 20), 1.0)
    assert excess_db(x, RATE_HZ) == pytest.approx(ratio_db + 10 * np.log10(parts), abs=0.15)


@pytest.mark.parametrize("snr_db", [4.0, 10.0, 20.0])
def test_emg_at_the_usable_ratio_and_above_passes(snr_db):
    for seed in range(4):
        rec = emgkit.simulate(n_cycles=6, seed=seed, snr_db=snr_db)
        rows = {r["check"]: r for r in quality.check_trial(rec.emg_uv, 2000.0, trial="w", n_used_cycles=6)}
        assert rows["activity"]["verdict"] == "good", rows["activity"]["value"]


def test_movement_artefacts_over_noise_are_no_activity():
    for seed in range(4):
        rec = emgkit.simulate(n_cycles=6, seed=seed, bursts_pct=(), artefact_uv=150.0)
        rows = {r["check"]: r for r in quality.check_trial(rec.emg_uv, 2000.0, trial="w", n_used_cycles=6)}
        assert rows["activity"]["verdict"] == "not usable"


def test_a_silent_muscle_is_not_taken_for_a_dead_wire_if_nothing_is_marked(walk):
    rec = emgkit.simulate(n_cycles=6, seed=1, bursts_pct=())
    nothing = np.zeros(rec.emg_uv.size, bool)
    rows = quality.check_trial(rec.emg_uv, 2000.0, trial="w", quiet=~nothing, active=nothing, n_used_cycles=6)
    assert quality.judge(rows).grade == "C"
    assert quality.judge(rows, wire_works=True).grade == "B"


def test_the_excess_does_not_depend_on_the_gain():
    rng = np.random.default_rng(2)
    x = rng.standard_normal(20_000) * np.where(np.arange(20_000) % 2000 < 700, 3.0, 1.0)
    assert excess_db(x * 1e4, RATE_HZ) == pytest.approx(excess_db(x, RATE_HZ), rel=1e-9)


def test_a_constant_or_very_short_signal_is_not_judged_by_its_level():
    rows = {r["check"]: r for r in quality.check_trial(np.ones(2000), 1000.0, trial="w", n_used_cycles=1)}
    assert rows["activity"]["verdict"] in ("not usable", "not determinable")
    rng = np.random.default_rng(0)
    for n, rate_hz in ((900, 1000.0), (1400, 1000.0), (4000, 200.0)):
        rows = quality.check_trial(rng.standard_normal(n), rate_hz, trial="w", n_used_cycles=1)
        found = next(r for r in rows if r["check"] == "activity")
        assert found["verdict"] == "not determinable"
        assert np.isnan(found["value"])
