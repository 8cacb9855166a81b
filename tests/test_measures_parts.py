"""Magnitude of parts of the cycle and of bursts: closed forms, invariances, a loop, what is not known."""

from dataclasses import replace

import numpy as np
import pytest
from gait_fakes import WALK
from gait_fakes import cycles as gait_cycles
from hypothesis import given, settings
from hypothesis import strategies as st

import emgkit
from emgkit import table_values, tables
from emgkit.found import NO_MAXIMUM, AmplitudeReference, Part
from emgkit.gait.parts import of_repetitions, of_strides
from emgkit.gait.perry import phase_rows
from emgkit.measures.magnitude import net_mean, net_rms
from emgkit.measures.parts import magnitude_rows
from emgkit.measures.trial import Signal

RATE = 4000.0
FULL = AmplitudeReference("maximum", "maximum test", mean_uv=50.0, rms_uv=80.0)


def signal(emg, noise_uv=0.0, trial="walk_1"):
    quiet = np.zeros(emg.size, dtype=bool)
    return Signal(trial, RATE, emg, np.abs(emg), ~quiet, quiet, ~quiet, noise_uv)


def rows_of(emg, walk, *, noise_uv=0.0, reference=FULL, parts=None):
    table = table_values.build("magnitude", magnitude_rows([(signal(emg, noise_uv), walk)], parts, reference))
    return table.set_index("phase")


def walk_and_signal(level_of_pct, n=6, duration_s=1.25, seed=0):
    """Gaussian signal whose level depends on the percent of the stride."""
    walk = gait_cycles(*[WALK] * n, duration_s=duration_s)
    t = np.arange(round((2.0 + n * duration_s + 0.5) * RATE)) / RATE
    pct = 100 * ((t - 2.0) / duration_s % 1)
    return walk, level_of_pct(pct) * np.random.default_rng(seed).standard_normal(t.size)


@settings(deadline=None, max_examples=40)
@given(st.floats(0.1, 1e3), st.floats(0.0, 1e3))
def test_powers_of_signal_and_noise_add_and_are_taken_apart(signal_uv, noise_uv):
    together = np.hypot(signal_uv, noise_uv)
    # what cancels in the difference of powers: some 1e-15 of the larger one
    assert net_rms(together, noise_uv) ** 2 == pytest.approx(signal_uv**2, abs=1e-14 * together**2)
    assert net_rms(noise_uv, together) == 0
    # of Gaussian signals every mean rectified value is sqrt(2 / pi) of the root mean square
    factor = np.sqrt(2 / np.pi)
    found = net_mean(np.array([factor * together]), np.array([together]), noise_uv)
    assert found[0] == pytest.approx(factor * net_rms(together, noise_uv))


def test_noise_that_is_not_known_leaves_the_net_value_open():
    assert np.isnan(net_rms(5.0, np.nan))
    assert np.isnan(net_mean(np.array([4.0]), np.array([5.0]), np.nan)).all()
    assert net_mean(np.array([0.0]), np.array([0.0]), 1.0).tolist() == [0.0]


def test_gaussian_noise_has_the_known_values_and_the_noise_is_subtracted_in_power():
    """sigma 20, noise 12: net 16. 30 000 samples hold the RMS to 1.2 % (three standard errors)."""
    walk, emg = walk_and_signal(lambda pct: np.full(pct.shape, 20.0))
    table = rows_of(emg, walk, noise_uv=12.0, parts=of_strides([walk]))
    whole = table.loc["whole stride"]
    assert whole.mean_uv == pytest.approx(20 * np.sqrt(2 / np.pi), rel=0.015)
    assert whole.rms_uv == pytest.approx(20, rel=0.015)
    assert whole.net_rms_uv == pytest.approx(16, rel=0.02)
    assert whole.iemg_uvs == pytest.approx(whole.mean_uv * 1.25)
    assert whole.mean_pct_ref == pytest.approx(100 * whole.mean_uv / 50)
    assert whole.rms_pct_ref == pytest.approx(100 * whole.rms_uv / 80)
    assert whole.reference_uv == 50


def test_a_sine_has_the_known_values():
    walk, _ = walk_and_signal(lambda pct: pct)
    t = np.arange(round(10 * RATE)) / RATE
    whole = rows_of(100 * np.sin(2 * np.pi * 83.7 * t), walk, parts=of_strides([walk])).loc["whole stride"]
    assert whole.mean_uv == pytest.approx(200 / np.pi, rel=1e-3)
    assert whole.rms_uv == pytest.approx(100 / np.sqrt(2), rel=1e-3)
    assert whole.peak_uv == pytest.approx(100, rel=1e-3)
    assert whole.sd_uv < 1e-6 * whole.mean_uv + 0.1


def test_activity_in_one_phase_is_told_of_that_phase_and_of_swing():
    walk, emg = walk_and_signal(lambda pct: np.where((pct >= 61) & (pct < 74.34), 40.0, 1.0))
    table = rows_of(emg, walk, noise_uv=1.0, parts=of_strides([walk]))
    assert table.rms_uv.idxmax() == "initial swing"
    assert table.loc["initial swing"].rms_uv == pytest.approx(40, rel=0.03)
    for quiet in ("stance", "mid stance", "terminal swing"):
        assert table.loc[quiet].rms_uv == pytest.approx(1.0, rel=0.05)
        assert table.loc[quiet].net_rms_uv < 0.3
    share = (74.34 - 61) / 39
    assert table.loc["swing"].rms_uv == pytest.approx(40 * np.sqrt(share), rel=0.03)


def test_parts_add_up():
    """The integrals of stance and swing are that of the stride, and so are those of the eight phases."""
    walk, emg = walk_and_signal(lambda pct: 1 + pct)
    iemg = rows_of(emg, walk, parts=of_strides([walk])).iemg_uvs
    assert iemg["stance"] + iemg["swing"] == pytest.approx(iemg["whole stride"], rel=1e-9)
    assert iemg.iloc[3:].sum() == pytest.approx(iemg["whole stride"], rel=1e-9)


@pytest.mark.parametrize("gain", [-1.0, 2.5])
def test_gain_scales_every_amplitude_and_polarity_none(gain):
    walk, emg = walk_and_signal(lambda pct: 1 + pct)
    parts = of_strides([walk])
    plain = rows_of(emg, walk, noise_uv=1.0, parts=parts)
    scaled = rows_of(gain * emg, walk, noise_uv=abs(gain), parts=parts)
    for name in ("mean_uv", "sd_uv", "rms_uv", "net_rms_uv", "peak_uv", "iemg_uvs"):
        np.testing.assert_allclose(scaled[name], abs(gain) * plain[name], rtol=1e-9)


def test_the_same_as_a_loop_over_strides_of_two_trials():
    walk, emg = walk_and_signal(lambda pct: 1 + pct)
    other = gait_cycles(*[WALK | {"foot_off": 55.0}] * 3, duration_s=1.0, left_out=(1,))
    trials = [(signal(emg, 1.0), walk), (signal(2 * emg, 3.0, "walk_2"), other)]
    row = next(r for r in magnitude_rows(trials, of_strides([walk, other]), FULL) if r["phase"] == "swing")
    means, powers, nets, peaks = [], [], [], []
    for s, cycles in trials:
        for start, end, off, used in zip(
            cycles.start_s, cycles.end_s, cycles.foot_off_s, cycles.used, strict=True
        ):
            if not used:
                continue
            x = s.emg_uv[int(np.ceil(off * RATE - 1e-6)) : int(np.ceil(end * RATE - 1e-6))]
            assert start < off
            means.append(np.abs(x).mean())
            powers.append((x**2).mean())
            nets.append(powers[-1] - s.noise_uv**2)
            peaks.append(np.abs(x).max())
    assert row["n_cycles"] == 8
    assert row["mean_uv"] == pytest.approx(np.mean(means))
    assert row["sd_uv"] == pytest.approx(np.std(means, ddof=1))
    assert row["rms_uv"] == pytest.approx(np.sqrt(np.mean(powers)))
    assert row["net_rms_uv"] == pytest.approx(np.sqrt(np.mean(nets)))
    assert row["peak_uv"] == pytest.approx(np.mean(peaks))


def test_without_own_events_the_parts_are_nominal_as_the_phases_are():
    walk = gait_cycles(*[{}] * 5, both=False)
    parts = of_strides([walk])
    table = rows_of(np.ones(40_000), walk, parts=parts)
    assert table.loc["swing"].start_basis == table.loc["stance"].end_basis == tables.NOMINAL
    assert table.loc["stance"].end_pct == pytest.approx(62)
    for row in phase_rows([walk]):
        mine = table.loc[row["phase"]]
        assert (mine.start_basis, mine.end_basis) == (row["start_basis"], row["end_basis"])
        assert mine.start_pct == pytest.approx(row["start_pct"])
    assert table.loc["whole stride"].start_basis == tables.OWN_EVENTS


def test_a_stride_without_foot_off_counts_to_the_whole_and_not_to_stance():
    strides = [WALK] * 4 + [{k: v for k, v in WALK.items() if k != "foot_off"}]
    walk = gait_cycles(*strides)
    table = rows_of(np.ones(40_000), walk, parts=of_strides([walk]))
    assert table.n_cycles[["whole stride", "stance", "swing"]].tolist() == [5, 4, 4]
    assert "1 of 5" in table.loc["stance"].why


def test_what_is_not_known_is_nan_and_says_why():
    walk = gait_cycles(WALK, WALK)
    unknown = Part(
        "gone", np.full(2, np.nan), np.full(2, 50.0), tables.NOT_DETERMINABLE, tables.NOMINAL, "no"
    )
    row = rows_of(np.ones(40_000), walk, noise_uv=np.nan, reference=NO_MAXIMUM, parts=[unknown]).loc["gone"]
    assert row.n_cycles == 0
    assert np.isnan(row[["mean_uv", "rms_uv", "peak_uv", "iemg_uvs", "mean_pct_ref"]].astype(float)).all()
    whole = rows_of(
        np.ones(40_000), walk, noise_uv=np.nan, reference=NO_MAXIMUM, parts=of_strides([walk])
    ).loc["whole stride"]
    assert whole.mean_uv == pytest.approx(1)
    assert np.isnan(whole.net_rms_uv)
    assert "noise floor" in whole.why
    assert "walk_1" in whole.why


def test_one_stride_has_no_spread():
    walk = gait_cycles(WALK)
    assert rows_of(np.ones(40_000), walk, parts=of_strides([walk])).sd_uv.isna().all()


def test_named_phases_of_a_repetition():
    walk = replace(gait_cycles(*[{}] * 3), kind="repetition")
    parts = of_repetitions([walk], {"reach": (0.0, 40.0), "hold": (40.0, 80.0)})
    table = rows_of(np.ones(40_000), walk, parts=parts)
    assert table.index.tolist() == ["whole repetition", "reach", "hold"]
    assert table.loc["hold"].start_basis == tables.GIVEN
    assert table.loc["hold"].iemg_uvs == pytest.approx(0.4 * 1.1, rel=1e-3)


def test_bursts_and_cycles_of_an_analysis_carry_their_magnitudes():
    rec = emgkit.simulate(n_cycles=6, seed=4, snr_db=12.0)
    an = emgkit.analyze(rec, {"measure": {"normalisation": "task_mean"}, "detect": {"sensitivity": "off"}})
    b, noise = an.bursts, an.study.noise_uv
    np.testing.assert_allclose(b.net_rms_uv, np.sqrt(b.rms_uv**2 - noise**2), rtol=1e-9)
    np.testing.assert_allclose(b.net_mean_uv / b.mean_uv, b.net_rms_uv / b.rms_uv, rtol=1e-9)
    np.testing.assert_allclose(b.mean_pct_ref, 100 * b.mean_uv / an.study.amplitude.mean_uv, rtol=1e-9)
    np.testing.assert_allclose(b.rms_pct_ref, 100 * b.rms_uv / an.study.amplitude.rms_uv, rtol=1e-9)
    used = an.cycles[an.cycles.used]
    assert used.mean_pct_ref.mean() == pytest.approx(100)
    whole = an.magnitude.set_index("phase").loc["whole stride"]
    assert whole.mean_uv == pytest.approx(used.mean_uv.mean())
    assert whole.mean_pct_ref == pytest.approx(100)
    assert whole.rms_uv == pytest.approx(np.sqrt((used.rms_uv**2).mean()))
