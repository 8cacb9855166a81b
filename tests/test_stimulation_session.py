"""Stimulation trials of a session: table, quality row, figure, and the section of the report."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest

import emgkit
from emgkit.model import Motion
from emgkit.report.build import build
from emgkit.report.model import Picture, Table, Verdicts
from emgkit.simulation import simulate_stimulation
from emgkit.simulation.files import write_c3d, write_edf

MANIFEST = """
[electrode]
muscle = "tibialis_posterior"
side = "left"
confirmation = "the foot turned in"
[channels]
emg = "TIBPOST_L"
[trials]
walk = "walk.c3d"
"""


@pytest.fixture(scope="module")
def walk():
    return emgkit.simulate(muscle="tibialis_posterior", label="TIBPOST_L", n_cycles=5, seed=1)


@pytest.fixture
def analysed(tmp_path, walk):
    """Analyse a session of one walk and the given stimulation trials."""

    def run(trials, more=""):
        write_c3d(walk, tmp_path / "walk.c3d")
        for name, rec in trials.items():
            (write_c3d if name.endswith("c3d") else write_edf)(rec, tmp_path / name)
        names = f"stimulation = {list(trials)}\n".replace("'", '"') if trials else ""
        (tmp_path / "session.toml").write_text(MANIFEST + names + more)
        return emgkit.analyze_session(emgkit.load_session(tmp_path))

    return run


def stim(**changes):
    return simulate_stimulation(**({"muscle": "tibialis_posterior", "label": "TIBPOST_L"} | changes))


def section(an):
    return next(s for s in build(an).sections if s.key == "stimulation")


def said(part):
    return re.sub(r"\s+", " ", str(part).replace("\\xa0", " "))


def test_response_and_twitch_stand_in_the_table_and_in_the_report(analysed):
    more = '[stimulation]\nmotion = "ACC"\ncurrent_ma = 2\nrate_hz = 2.0\nseen = "the heel turned in"\n'
    an = analysed({"stim.c3d": stim(twitch=0.3)}, more)
    table = an.stimulation.set_index("measure")
    assert table.loc["response", "word"] == "present"
    assert table.loc["amplitude", "value"] == pytest.approx(1500, rel=0.05)
    assert table.loc["twitch_rate", "value"] == pytest.approx(2.0)
    row = an.quality[an.quality.check == "placement"].iloc[0]
    assert (row.verdict, row.trial) == ("good", "stim")
    assert "stim.c3d" in [source.name for source in an.inputs]
    part = section(an)
    assert any(isinstance(b, Picture) for b in part.blocks)
    beside, movements = [b for b in part.blocks if isinstance(b, Table)][:2]
    assert ("Rate", "2.00\u00a0Hz", "2 Hz") in beside.rows
    assert ("Current", "not measured", "2 mA") in beside.rows
    assert ("Response of the muscle", "present", "the heel turned in") in beside.rows
    assert ("Judged by", "not measured", "not recorded") in beside.rows
    assert "flexor digitorum longus" in movements.rows[0][1]
    assert movements.rows[0][2] == "the heel turned in"
    assert "secondary, check" in movements.rows[0][3]


def test_the_table_survives_storage_and_the_figure_is_said_to_be_missing(analysed):
    an = analysed({"stim.c3d": stim()})
    back = emgkit.Analysis.from_json(an.to_json())
    pd.testing.assert_frame_equal(back.stimulation, an.stimulation)
    assert back.responses == ()
    assert "not part of a stored result" in said(section(back))
    assert not any(isinstance(b, Picture) for b in section(back).blocks)


def test_an_absent_response_limits_and_is_no_diagnosis(analysed):
    an = analysed({"stim.c3d": stim(response_uv=0.0)})
    row = an.quality[an.quality.check == "placement"].iloc[0]
    assert row.verdict == "limited"
    assert "does not confirm" in row.advice
    verdict = next(b for b in section(an).blocks if isinstance(b, Verdicts)).items[0]
    assert verdict.verdict == "response absent"
    assert "the foot turned in" in said(section(an))


def test_the_figure_shows_the_pulses_that_the_amplitude_is_of(analysed):
    an = analysed({"stim.c3d": stim(failing_pct=30.0, n_pulses=30)})
    (trace,) = an.responses
    amplitude = an.stimulation.set_index("measure").loc["amplitude", "value"]
    after = trace.time_s >= trace.blank_s
    assert np.ptp(trace.mean_uv[after]) == pytest.approx(amplitude, rel=0.01)
    assert trace.n_mean < trace.n_pulses
    assert f"mean of the {trace.n_mean} with a response" in said(section(an))


def test_pulses_of_another_rate_than_the_one_that_was_set_are_named(analysed):
    said_so = said(section(analysed({"stim.c3d": stim()}, "[stimulation]\nrate_hz = 3.0\n")))
    assert "at the rate that was set, 3 Hz: stim (2.00" in said_so


def test_several_trials_are_told_apart(analysed):
    an = analysed({"stim_1.c3d": stim(), "stim_2.edf": stim(pulse_hz=40.0, n_pulses=40)})
    words = an.stimulation[an.stimulation.measure == "response"].set_index("trial").word
    assert words.to_dict() == {"stim_1": "present", "stim_2": "not determinable"}
    assert "stim_1: present; stim_2: not determinable" in said(section(an))
    assert an.quality[an.quality.check == "placement"].verdict.tolist() == ["good", "not determinable"]


def test_the_trigger_is_read_from_the_channel_that_is_named(analysed):
    rec = stim(pulse_sd_s=0.03, n_pulses=20)
    values = np.zeros(rec.emg_uv.size)
    values[np.rint(np.array(rec.truth.parameters["pulse_s"]) * rec.rate_hz).astype(int)] = 5.0
    rec = dataclasses.replace(rec, motion=Motion("TRIG", values, "V", rec.rate_hz))
    an = analysed({"stim.c3d": rec}, '[stimulation]\ntrigger = "TRIG"\n')
    pulses = an.stimulation.set_index("measure").loc["pulses"]
    assert (pulses.value, pulses.word) == (20, "trigger")


def test_a_channel_that_is_not_there_is_an_error_that_names_the_file(analysed):
    with pytest.raises(emgkit.InputError, match=r"stim\.c3d.*NOPE"):
        analysed({"stim.c3d": stim()}, '[stimulation]\ntrigger = "NOPE"\n')


@pytest.mark.parametrize("wrong", ["current_ma = 0", 'rate_hz = "2"', "width = 1", 'seen = ""'])
def test_a_wrong_key_is_an_error(analysed, wrong):
    with pytest.raises(emgkit.InputError, match=r"session\.toml"):
        analysed({}, f"[stimulation]\n{wrong}\n")


def test_without_a_trial_it_is_not_recorded_and_what_was_seen_stands(analysed, walk):
    an = analysed({})
    assert an.stimulation.empty
    assert "placement" not in set(an.quality.check)
    text = said(section(an))
    assert "Stimulation trial: not recorded" in text
    assert "the foot turned in" in text
    assert "not recorded" in said(section(emgkit.analyze(walk)))
