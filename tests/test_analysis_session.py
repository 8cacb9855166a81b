"""Sessions: trials together, what is left out and why, reference, names in errors."""

import dataclasses

import numpy as np
import pytest

import emgkit
from emgkit.simulation.files import write_c3d

MANIFEST = """
[electrode]
muscle = "tibialis_anterior"
side = "left"
[channels]
emg = "TIBANT_L"
[trials]
walk = ["walk_*.c3d"]
"""


def walk(**changes):
    return emgkit.simulate(**({"n_cycles": 5, "seed": 1, "label": "TIBANT_L"} | changes))


def session(folder, trials, more=""):
    folder.mkdir(exist_ok=True)
    for name, recording in trials.items():
        write_c3d(recording, folder / f"{name}.c3d")
    (folder / "session.toml").write_text(MANIFEST + more)
    return emgkit.load_session(folder)


def test_cycles_of_all_trials_stand_in_one_table(tmp_path):
    ses = session(tmp_path / "s", {"walk_1": walk(), "walk_2": walk(seed=2, n_cycles=4)})
    an = emgkit.analyze_session(ses)
    assert an.cycles[an.cycles.used].groupby("trial").size().to_dict() == {"walk_1": 5, "walk_2": 4}
    assert an.summary.n_cycles.sum() == 9
    assert [source.name for source in an.inputs] == ["walk_1.c3d", "walk_2.c3d"]


def test_a_trial_without_cycles_is_left_out_and_named(tmp_path):
    bare = walk(seed=2, events=False, switches="none")
    an = emgkit.analyze_session(session(tmp_path / "s", {"walk_1": walk(), "walk_2": bare}))
    assert an.cycles.trial.unique().tolist() == ["walk_1"]
    assert any("walk_2" in note and "nothing bounds a cycle" in note for note in an.notes)
    assert [source.name for source in an.inputs] == ["walk_1.c3d", "walk_2.c3d"]
    row = an.quality[(an.quality.trial == "walk_2")]
    assert row.verdict.tolist() == ["limited"]


def test_without_any_cycle_the_error_names_the_trial(tmp_path):
    bare = walk(events=False, switches="none")
    with pytest.raises(emgkit.InputError, match=r"walk_1\.c3d.*nothing bounds a cycle"):
        emgkit.analyze_session(session(tmp_path / "s", {"walk_1": bare}))


def test_an_error_of_a_switch_names_the_trial_and_the_channel(tmp_path):
    good = walk(events=False)
    heel = good.switches["heel"]
    dead = dataclasses.replace(heel, voltage_v=np.zeros(heel.voltage_v.size))
    trial = dataclasses.replace(good, switches={"heel": dead})
    with pytest.raises(emgkit.InputError, match=r"walk_1\.c3d, FSW_HEEL.*dead"):
        emgkit.analyze_session(session(tmp_path / "s", {"walk_1": trial}))


def test_trials_of_different_rates_are_not_pooled(tmp_path):
    ses = session(tmp_path / "s", {"walk_1": walk(), "walk_2": walk(rate_hz=4000.0)})
    with pytest.raises(emgkit.InputError, match=r"different rates.*walk_1\.c3d 2000 Hz, walk_2\.c3d 4000 Hz"):
        emgkit.analyze_session(ses)


def test_the_maximum_test_is_the_reference(tmp_path):
    more = 'maximum = ["max.c3d"]\n'
    strong = dataclasses.replace(walk(seed=3), emg_uv=3 * walk(seed=3).emg_uv)
    ses = session(tmp_path / "s", {"walk_1": walk(), "max": strong}, more)
    an = emgkit.analyze_session(ses)
    b = an.bursts
    reference = float(an.study.normalisation.split(" uV")[0].split()[-1])
    np.testing.assert_allclose(b.mean_pct_ref, 100 * b.mean_uv / reference, rtol=2e-3)
    assert [source.name for source in an.inputs] == ["walk_1.c3d", "max.c3d"]


@pytest.mark.parametrize(
    ("maximum", "word"),
    [
        (dataclasses.replace(walk(), emg_uv=np.zeros(walk().emg_uv.size)), "holds no signal"),
        (walk(rate_hz=4000.0), "another rate"),
    ],
)
def test_a_maximum_test_that_is_no_reference_gives_no_percentage(tmp_path, maximum, word):
    more = 'maximum = ["max.c3d"]\n'
    an = emgkit.analyze_session(session(tmp_path / "s", {"walk_1": walk(), "max": maximum}, more))
    assert an.bursts.mean_pct_ref.isna().all()
    assert word in an.study.normalisation
    assert "not determinable" in an.to_json()


def test_onsets_about_the_contact_count_alike_in_summary_and_findings():
    rec = emgkit.simulate(
        n_cycles=20, seed=4, bursts_pct=((98.0, 130.0),), edge_sd_pct=3.0, muscle="vastus_intermedius"
    )
    an = emgkit.analyze(rec)
    assert an.summary.modality.tolist() == [1]
    assert an.summary.n_cycles.item() == an.cycles.used.sum() == 20
    delayed = an.findings[an.findings.term == "prolonged"]
    assert (delayed.n_cycles >= 18).all()
    assert (delayed.of_cycles == 20).all()
    assert len(delayed) == 1


def test_one_stride_a_trial_still_has_a_summary(tmp_path):
    trials = {
        f"walk_{i}": walk(n_cycles=1, seed=i, bursts_pct=((98.0, 130.0),), edge_sd_pct=3.0) for i in range(6)
    }
    an = emgkit.analyze_session(session(tmp_path / "s", trials))
    assert an.summary.n_cycles.sum() == an.cycles.used.sum() == 6
    assert an.summary.modality.tolist() == [1]


def test_events_of_both_feet_come_from_their_switches(shared_data):
    table = emgkit.read_events(shared_data / "footswitch" / "pin2gpi_footswitch.c3d")
    contacts = table[table.kind == "foot_contact"]
    assert contacts.groupby("side").size().to_dict() == {"left": 115, "right": 114}
    assert set(table.source) == {"switch"}
    for side, letter, n in (("left", "L", 115), ("right", "R", 114)):
        one = emgkit.read_events(
            shared_data / "footswitch" / "pin2gpi_footswitch.c3d", switches={"coded": f"{letter}FSW"}
        )
        assert (one.kind == "foot_contact").sum() == n
        assert set(one.side) == {side}


def test_onsets_count_even_where_the_offset_is_not_known():
    """The last burst of a walk crosses the last contact: its offset is not determinable, its onset is."""
    an = emgkit.analyze(emgkit.simulate(n_cycles=12, seed=3, bursts_pct=((68.0, 109.0),)))
    row = an.summary.iloc[0]
    assert (row.n_cycles, row.n_onsets, row.n_offsets) == (12, 12, 11)
    onset = an.findings[an.findings.statement.str.startswith("Onset")].iloc[0]
    offset = an.findings[an.findings.statement.str.startswith("Offset")].iloc[0]
    assert (onset.term, onset.n_cycles, onset.of_cycles) == ("delayed", 12, 12)
    assert offset.of_cycles == 11
    assert "whose offset is known" in offset.statement


def test_a_muscle_that_falls_silent_has_no_ratio_in_silent_strides():
    rec = emgkit.simulate(n_cycles=12, seed=3)
    t = np.arange(rec.emg_uv.size) / rec.rate_hz
    noise = np.random.default_rng(0).normal(0, 5, t.size)
    an = emgkit.analyze(
        dataclasses.replace(rec, emg_uv=np.where(t < rec.truth.contact_s[2], rec.emg_uv, noise))
    )
    silent = an.cycles[an.cycles.used].iloc[3:]
    assert silent.active_pct.eq(0).all()
    assert silent.snr_db.isna().all()


def test_a_dead_heel_switch_is_on_the_quality_page_and_stops_the_comparison():
    rec = emgkit.simulate(n_cycles=10, seed=2, events=False)
    heel = rec.switches["heel"]
    dead = dataclasses.replace(heel, voltage_v=np.zeros(heel.voltage_v.size))
    an = emgkit.analyze(dataclasses.replace(rec, switches={**rec.switches, "heel": dead}))
    row = an.quality[an.quality.check == "foot_switches"].iloc[0]
    assert row.verdict == "limited"
    assert "heel: FSW_HEEL" in row.advice
    assert an.findings.term.tolist() == ["not determinable"]
    assert len(an.study.foot_switches) == 3
    assert an.study.foot_switches_left_out[0].startswith("heel: FSW_HEEL")


def test_a_signal_that_is_not_usable_is_not_compared():
    rec = emgkit.simulate(n_cycles=8, seed=2)
    t = np.arange(rec.emg_uv.size) / rec.rate_hz
    an = emgkit.analyze(dataclasses.replace(rec, emg_uv=300 * np.sin(2 * np.pi * 50 * t)))
    assert "not usable" in an.quality.verdict.tolist()
    assert an.findings.term.tolist() == ["not determinable"]
    assert "hum" in an.findings.statement.item()


def test_an_interval_as_wide_as_the_circle_is_not_determinable():
    rec = emgkit.simulate(n_cycles=2, seed=2, bursts_pct=((20.0, 50.0),), edge_sd_pct=10.0)
    summary = emgkit.analyze(rec).summary
    width = summary.onset_ci_high_pct - summary.onset_ci_low_pct
    assert (width.isna() | (width < 100)).all()


def held(level_uv, seconds=3.0, seed=9):
    """A maximum test: Gaussian of a steady level between two rests of one second."""
    n = round((seconds + 2) * 2000)
    inside = (np.arange(n) >= 2000) & (np.arange(n) < n - 2000)
    emg = np.where(inside, level_uv, 3.0) * np.random.default_rng(seed).standard_normal(n)
    return dataclasses.replace(walk(events=False, switches="none"), emg_uv=emg)


@pytest.mark.parametrize(
    ("level_uv", "seconds", "verdict", "percentages"),
    [(400.0, 3.0, "good", True), (400.0, 0.8, "limited", True), (20.0, 3.0, "limited", False)],
)
def test_a_maximum_test_is_judged_and_its_place_kept(tmp_path, level_uv, seconds, verdict, percentages):
    more = 'maximum = ["max.c3d"]\n'
    trials = {"walk_1": walk(), "walk_2": walk(seed=2), "max": held(level_uv, seconds)}
    an = emgkit.analyze_session(session(tmp_path / "s", trials, more))
    row = an.quality[an.quality.check == "maximum_test"].iloc[0]
    assert (row.verdict, row.trial) == (verdict, "max")
    found = an.study.amplitude
    assert found.credible == (verdict == "good")
    assert (found.trial, found.window_s, found.n_contractions) == ("max", 0.5, 1)
    assert 1.0 <= found.start_s <= 0.5 + seconds
    for table, column in (
        (an.bursts, "mean_pct_ref"),
        (an.bursts, "rms_pct_ref"),
        (an.magnitude, "mean_pct_ref"),
        (an.profile, "intensity_pct_ref"),
    ):
        assert table[column].notna().all() == percentages
        assert table[column].isna().all() != percentages
    assert an.bursts.mean_uv.notna().all()
    if percentages:  # one reference for both trials
        np.testing.assert_allclose(an.bursts.mean_uv / an.bursts.mean_pct_ref, found.mean_uv / 100)


def test_without_a_maximum_test_there_is_no_check_of_one(tmp_path):
    an = emgkit.analyze_session(session(tmp_path / "s", {"walk_1": walk()}))
    assert "maximum_test" not in set(an.quality.check)
    assert an.study.amplitude.kind == "none"
    assert an.bursts.mean_pct_ref.isna().all()


@pytest.mark.parametrize(
    ("seconds", "settings", "term", "words"),
    [
        (3.0, "", "excessive", "% of the maximum test"),
        (0.8, "", "not determinable", "the maximum test is not known to be credible"),
        (3.0, 'normalisation = "task_mean"', "not determinable", "the recording is not"),
        (3.0, 'normalisation = "none"', "not determinable", "it is not normalised"),
    ],
)
def test_amplitude_is_compared_with_a_credible_maximum_only(tmp_path, seconds, settings, term, words):
    own = tmp_path / "s" / "own.csv"
    own.parent.mkdir()
    own.write_text(
        "muscle,variant,burst,onset_pct,offset_pct,source,status,mean_high_pct_ref,normalisation\n"
        "tibialis_anterior,usual,1,55,10,made up,for this test,1,maximum\n"
    )
    more = f'maximum = ["max.c3d"]\n[reference]\nfile = "own.csv"\n[settings.measure]\n{settings}\n'
    trials = {"walk_1": walk(), "max": held(400.0, seconds)}
    an = emgkit.analyze_session(session(tmp_path / "s", trials, more))
    row = an.findings[an.findings.statement.str.contains("amplitude")].iloc[0]
    assert row.term == term
    assert words in row.statement


@pytest.mark.parametrize(("seconds", "term"), [(3.0, "absent"), (0.8, "not detected")])
def test_a_silent_muscle_is_absent_only_with_a_credible_maximum(tmp_path, seconds, term):
    silent = walk(n_cycles=6)
    noise = 3.0 * np.random.default_rng(3).standard_normal(silent.emg_uv.size)
    trials = {"walk_1": dataclasses.replace(silent, emg_uv=noise), "max": held(400.0, seconds)}
    an = emgkit.analyze_session(session(tmp_path / "s", trials, 'maximum = ["max.c3d"]\n'))
    assert an.bursts.empty
    assert an.findings.term.tolist() == [term]


def still(rms_uv, **changes):
    """A recording at rest: nothing but noise."""
    rec = walk(**changes)
    noise = np.random.default_rng(0).normal(0, rms_uv, rec.emg_uv.size)
    return dataclasses.replace(rec, emg_uv=noise, truth=None)


def rest_session(folder, trials):
    folder.mkdir()
    for name, recording in trials.items():
        write_c3d(recording, folder / f"{name}.c3d")
    (folder / "session.toml").write_text(MANIFEST + 'rest = "rest.c3d"\n')
    return emgkit.load_session(folder)


def test_the_quiet_level_of_a_rest_trial_is_given_to_the_detector_and_shown(tmp_path):
    ses = rest_session(tmp_path / "s", {"walk_1": walk(), "rest": still(5.0)})
    an = emgkit.analyze_session(ses)
    assert an.study.detector["quiet_uv"] == pytest.approx(5.0, rel=0.1)
    assert any("was given the quiet level of rest" in note for note in an.notes)
    alone = emgkit.analyze(emgkit.read(tmp_path / "s" / "walk_1.c3d", emg="TIBANT_L", side="left"))
    np.testing.assert_array_equal(an.bursts.onset_s, alone.bursts.onset_s)


def test_a_muscle_that_is_on_throughout_is_found_beside_a_rest_trial(tmp_path):
    ses = rest_session(tmp_path / "s", {"walk_1": still(60.0), "rest": still(5.0)})
    an = emgkit.analyze_session(ses)
    assert an.bursts.cut.tolist() == ["both"]
    assert any("quiet level is that of rest" in note for note in an.notes)


def test_a_rest_trial_of_another_rate_does_not_compare(tmp_path):
    rest = still(5.0, rate_hz=1000.0)
    an = emgkit.analyze_session(rest_session(tmp_path / "s", {"walk_1": walk(), "rest": rest}))
    assert an.study.detector["quiet_uv"] is None
    assert any("gives the detector no quiet level" in note for note in an.notes)


def test_a_quiet_level_of_the_settings_comes_before_that_of_rest(tmp_path):
    ses = rest_session(tmp_path / "s", {"walk_1": walk(), "rest": still(5.0)})
    settings = emgkit.Settings(detect={"parameters": {"quiet_uv": 4.0}})
    an = emgkit.analyze_session(dataclasses.replace(ses, settings=settings))
    assert an.study.detector["quiet_uv"] == 4.0
    assert any("by the settings" in note for note in an.notes)


def _unnamed(folder, trials, more=""):
    """A session whose manifest leaves the channel to what each file has."""
    session(folder, trials, more)
    manifest = folder / "session.toml"
    manifest.write_text(manifest.read_text().replace('[channels]\nemg = "TIBANT_L"\n', ""))
    return emgkit.load_session(folder)


def test_trials_of_different_channels_are_not_pooled(tmp_path):
    ses = _unnamed(tmp_path / "s", {"walk_1": walk(), "walk_2": walk(seed=2, label="EMG_SOL_L")})
    with pytest.raises(
        emgkit.InputError, match=r"different channels.*walk_1\.c3d TIBANT_L, walk_2\.c3d EMG_SOL_L"
    ):
        emgkit.analyze_session(ses)


def test_a_maximum_test_of_another_channel_is_no_reference(tmp_path):
    strong = walk(seed=3, label="EMG_SOL_L")
    strong = dataclasses.replace(strong, emg_uv=3 * strong.emg_uv)
    ses = _unnamed(tmp_path / "s", {"walk_1": walk(), "max": strong}, 'maximum = ["max.c3d"]\n')
    an = emgkit.analyze_session(ses)
    assert an.study.normalisation == (
        "none: the maximum test is of another channel (EMG_SOL_L) than the trials (TIBANT_L)"
    )
    assert an.bursts.mean_pct_ref.isna().all()
