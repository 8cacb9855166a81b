"""A channel of motion from the file to the tables."""

import numpy as np
import pytest

import emgkit
from emgkit.simulation.motion import with_goniometer

SESSION = """
[electrode]
muscle = "flexor_carpi_radialis"
side = "left"
[channels]
emg = "EMG FCR"
motion = "GONIO"
[trials]
activity = "hand.edf"
maximum = "maximum.edf"
[settings.repetitions]
scale = "unit"
up = 10.0
down = 5.0
phases = { out = [0, 50], back = [50, 100] }
"""


def written(path, rec, motion=None):
    from edfio import Edf, EdfSignal

    signals = [EdfSignal(np.round(rec.emg_uv, 1), rec.rate_hz, label="EMG FCR", physical_dimension="uV")]
    if motion is not None:
        signals.append(
            EdfSignal(
                np.round(motion.values, 3), motion.rate_hz, label=motion.label, physical_dimension=motion.unit
            )
        )
    Edf(signals).write(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hand")
    rec = emgkit.simulate(activity="repetitions", n_cycles=6, events=False, seed=2)
    rec = with_goniometer(rec, rate_hz=100.0)
    written(folder / "hand.edf", rec, rec.motion)
    written(folder / "maximum.edf", rec)
    (folder / "session.toml").write_text(SESSION, encoding="utf-8")
    return folder, rec


def test_a_session_whose_repetitions_a_goniometer_shows(folder):
    path, rec = folder
    an = emgkit.analyze_session(emgkit.load_session(path))
    assert (an.study.activity, an.study.cycle_source) == ("repetitions", "motion")
    assert an.cycles["reason"].tolist() == ["none"] * 6
    # the angle of the simulation passes 10 of 60 degrees at asin(sqrt(10 / 60)) / pi of the movement
    length = rec.truth.foot_off_s - rec.truth.contact_s
    start = rec.truth.contact_s + np.arcsin(np.sqrt(10 / 60)) / np.pi * length
    np.testing.assert_allclose(an.cycles["start_s"], start, atol=0.01)
    assert any("GONIO rises above 10 deg" in note for note in an.notes)


def test_the_thresholds_move_the_start_and_with_it_every_percentage(folder):
    rec = emgkit.read(folder[0] / "hand.edf", side="left", motion="GONIO")
    low, high = (
        emgkit.analyze(rec, {"repetitions": {"scale": "unit", "up": up, "down": 2.0}}) for up in (4.0, 30.0)
    )
    assert (low.cycles["start_s"] < high.cycles["start_s"]).all()
    assert low.summary["onset_pct"].iloc[0] > high.summary["onset_pct"].iloc[0]


def test_on_the_command_line(folder, tmp_path):
    from typer.testing import CliRunner

    from emgkit.cli.app import app

    call = ["analyze", str(folder[0] / "hand.edf"), "--side", "left", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, [*call, "--motion", "GONIO"])
    assert done.exit_code == 0, done.output
    assert "GONIO rises above" in (tmp_path / "out" / "result.json").read_text(encoding="utf-8")
    done = CliRunner().invoke(app, [*call, "--motion", "ANGLE"])
    assert done.exit_code == 1
    assert "ANGLE" in str(done.exception)
