"""What percentages are of: the best window, its place, what speaks against it, and the task itself."""

import numpy as np
import pytest

from emgkit.errors import InsufficientDataError
from emgkit.found import AmplitudeReference, Cycles
from emgkit.measures.normalisation import (
    MaximumTest,
    Window,
    best_window,
    maximum_reference,
    task_mean,
    task_peak,
)
from emgkit.measures.trial import Signal
from emgkit.quality.maximum import maximum_row

RATE = 2000.0


def contraction_test(*held, level=100.0, name="mmt_1", seed=1, fault=None):
    """Contractions of the given lengths, a second of rest about each; Gaussian, 2 uV at rest."""
    envelope = [np.full(round(RATE), 2.0)]
    for seconds in held:
        envelope += [np.full(round(seconds * RATE), level), np.full(round(RATE), 2.0)]
    scale = np.concatenate(envelope)
    emg = scale * np.random.default_rng(seed).standard_normal(scale.size)
    return MaximumTest(name, RATE, emg, np.zeros(emg.size, dtype=bool) if fault is None else fault(emg))


def test_a_sustained_contraction_is_a_credible_maximum_with_its_place():
    found = maximum_reference([contraction_test(3.0)], 0.5, Window("walk_1", 50.0, 1.0))
    assert found.credible
    assert found.mean_uv == pytest.approx(100 * np.sqrt(2 / np.pi), rel=0.06)
    assert found.rms_uv == pytest.approx(100, rel=0.06)
    assert found.trial == "mmt_1"
    assert 1.0 <= found.start_s <= 3.5
    assert (found.window_s, found.n_contractions, found.against) == (0.5, 1, ())
    assert f"from {found.start_s:.2f} s" in found.words
    assert found.short == f"maximum test ({found.mean_uv:.1f} uV)"
    assert maximum_row(found)["verdict"] == "good"


def test_the_best_window_is_that_of_a_loop():
    test = contraction_test(1.5, 2.0, seed=3)
    found = maximum_reference([test], 0.5, None)
    n = round(0.5 * RATE)
    means = [np.mean(np.abs(test.emg_uv[i : i + n])) for i in range(test.emg_uv.size - n + 1)]
    assert found.mean_uv == pytest.approx(max(means))
    assert found.start_s == np.argmax(means) / RATE


def test_contractions_of_all_tests_are_counted_and_the_strongest_test_is_named():
    weak, strong = contraction_test(2.0, 2.0, level=70.0), contraction_test(2.0, name="mmt_2")
    found = maximum_reference([weak, strong], 0.5, None)
    assert found.trial == "mmt_2"
    assert found.n_contractions == 3
    assert "3 contractions in 2 tests" in found.words


@pytest.mark.parametrize(("held_s", "credible"), [(0.7, False), (0.95, False), (1.2, True), (4.0, True)])
def test_a_maximum_is_held_for_longer_than_a_second(held_s, credible):
    found = maximum_reference([contraction_test(held_s)], 0.5, None)
    assert found.credible == credible
    assert found.mean_uv > 0  # shown all the same, with the reason
    if not credible:
        assert "not longer than 1 s" in found.against[0]
        stated = float(found.against[0].split("held for ")[1].split(" s")[0])
        assert stated == pytest.approx(held_s, abs=0.05)
        row = maximum_row(found)
        assert row["verdict"] == "limited"
        assert row["value"] == found.mean_uv
        assert row["where"] == f"{found.start_s:.2f}-{found.start_s + 0.5:.2f} s"


def test_an_artefact_in_a_long_contraction_is_not_steady():
    test = contraction_test(3.0, level=40.0)
    test.emg_uv[round(2.0 * RATE) : round(2.05 * RATE)] += 2000.0
    found = maximum_reference([test], 0.5, None)
    assert not found.credible
    assert any("not steady" in clause for clause in found.against)


def test_clipped_samples_in_the_window_speak_against_it():
    found = maximum_reference([contraction_test(3.0, fault=lambda x: np.abs(x) > 250)], 0.5, None)
    assert [clause for clause in found.against if "clipped or flat" in clause]
    outside = contraction_test(3.0, fault=lambda x: np.arange(x.size) < RATE / 2)
    assert maximum_reference([outside], 0.5, None).credible


def test_noise_without_a_contraction_is_no_maximum():
    """It lasts as long as the recording and is as steady as can be."""
    noise = MaximumTest("mmt_1", RATE, contraction_test(3.0, level=2.0).emg_uv, np.zeros(10000, dtype=bool))
    found = maximum_reference([noise], 0.5, None, noise_uv=2.0)
    assert not found.credible
    assert found.against[0].endswith("not 2 times as loud as the quiet signal of the trials, 2.0 uV")
    assert maximum_reference([contraction_test(3.0)], 0.5, None, noise_uv=2.0).credible
    assert maximum_reference([contraction_test(3.0)], 0.5, None, noise_uv=float("nan")).credible


def test_a_pause_or_an_artefact_in_the_window_does_not_make_the_contraction_last_for_nothing():
    test = contraction_test(0.4, 0.4)
    pause = slice(round(1.4 * RATE), round(2.4 * RATE))
    emg = np.delete(test.emg_uv, np.arange(pause.start, pause.stop - round(0.25 * RATE)))
    found = maximum_reference([MaximumTest("m", RATE, emg, np.zeros(emg.size, dtype=bool))], 1.0, None)
    stated = float(found.against[0].split("held for ")[1].split(" s")[0])
    assert stated == pytest.approx(0.4, abs=0.1)


def test_a_maximum_below_the_task_gives_no_percentage():
    found = maximum_reference([contraction_test(3.0)], 0.5, Window("walk_2", 95.0, 7.25))
    assert np.isnan(found.mean_uv)
    assert np.isnan(found.rms_uv)
    assert found.best_uv == pytest.approx(100 * np.sqrt(2 / np.pi), rel=0.06)
    assert not found.credible
    assert "95.0 uV in walk_2 from 7.25 s" in found.against[0]
    row = maximum_row(found)
    assert (row["verdict"], row["value"]) == ("limited", found.best_uv)
    assert "not determinable" in row["advice"]


def test_gain_and_polarity_change_no_judgement():
    test, task = contraction_test(2.0), Window("walk_1", 30.0, 0.0)
    plain = maximum_reference([test], 0.5, task)
    loud = maximum_reference(
        [MaximumTest("mmt_1", RATE, -7 * test.emg_uv, test.fault)], 0.5, Window("walk_1", 210.0, 0.0)
    )
    assert loud.mean_uv == pytest.approx(7 * plain.mean_uv)
    assert (loud.start_s, loud.n_contractions, loud.against) == (
        plain.start_s,
        plain.n_contractions,
        plain.against,
    )


def test_without_a_test_without_signal_and_too_short():
    assert maximum_reference([], 0.5, None).kind == "none"
    silent = MaximumTest("mmt_1", RATE, np.zeros(4000), np.zeros(4000, dtype=bool))
    found = maximum_reference([silent], 0.5, None)
    assert found.kind == "none"
    assert "holds no signal" in found.words
    assert maximum_row(found)["verdict"] == "not determinable"
    with pytest.raises(InsufficientDataError, match="shorter than the window"):
        maximum_reference([MaximumTest("mmt_1", RATE, np.ones(500), np.zeros(500, dtype=bool))], 0.5, None)


def test_the_strongest_window_of_the_task_leaves_out_trials_that_are_shorter():
    short, long = np.ones(100), np.concatenate([np.ones(3000), np.full(1000, -5.0)])
    found = best_window([("a", short, RATE), ("b", long, RATE)], 0.5)
    assert found == Window("b", 5.0, 1.5)
    assert best_window([("a", short, RATE)], 0.5) is None


def task(level, trial="walk_1", n=4):
    rng = np.random.default_rng(int(level))
    emg = level * rng.standard_normal(round((n + 1) * RATE))
    on = np.ones(emg.size, dtype=bool)
    cycles = Cycles(
        np.arange(n, dtype=float),
        np.arange(1.0, n + 1),
        np.full(n, np.nan),
        ("none",) * (n - 1) + ("duration_outlier",),
        "left",
        "gait",
        "events",
    )
    emg[round((n - 1) * RATE) :] *= 100  # in the cycle that is not used, and after it
    return Signal(trial, RATE, emg, np.abs(emg), on, ~on, on, 1.0), cycles


def test_the_mean_of_the_task_is_one_value_over_the_used_cycles_of_all_trials():
    found = task_mean([task(20.0), task(40.0, "walk_2")])
    assert found.mean_uv == pytest.approx(30 * np.sqrt(2 / np.pi), rel=0.02)
    assert found.rms_uv == pytest.approx(np.sqrt((20**2 + 40**2) / 2), rel=0.02)
    assert found.kind == "task_mean"
    assert not found.credible


def test_the_peak_of_the_task_is_that_of_the_average():
    profile = np.zeros(101)
    profile[70] = 44.0
    found = task_peak(profile, 1.25 * profile)
    assert (found.mean_uv, found.rms_uv) == (44.0, 55.0)
    assert "at 70 % of the cycle" in found.words
    assert task_peak(np.zeros(101), np.zeros(101)).kind == "none"
    for a, b in ((1e-12, 0.0), (0.0, 1e-12)):  # of a silent task, filters may leave the one and not the other
        assert task_peak(np.full(101, a), np.full(101, b)).kind == "none"


def test_a_maximum_without_value_has_no_short_name():
    assert AmplitudeReference("maximum", "x").short == "none"
    assert not AmplitudeReference("maximum", "x").credible
