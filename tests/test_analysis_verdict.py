"""The verdict where a person meets it: report, command line, stored results, whole sessions."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from report_fakes import fake
from test_report_build import said, section

import emgkit
from emgkit.cli import results
from emgkit.model import make_events
from emgkit.report.build import build
from emgkit.report.model import Verdicts
from emgkit.result import Analysis
from emgkit.simulation.files import write_c3d

STORED = Path(__file__).parent / "result_without_gait.json"
MANIFEST = """
[electrode]
muscle = "tibialis_anterior"
side = "left"
[channels]
emg = "TIBANT_L"
[settings.detect]
sensitivity = "off"
[trials]
walk = "walk.c3d"
"""


def judged(verdict, why="Because of hum."):
    return fake(study=replace(fake().study, verdict=verdict, verdict_why=why))


@pytest.mark.parametrize(
    ("verdict", "words"), [("A", "can be read"), ("B", "with limits"), ("C", "do not read")]
)
def test_the_verdict_is_the_first_thing_that_the_report_says(verdict, words):
    document = build(judged(verdict))
    assert document.sections[0].key == "quality"
    first = document.sections[0].blocks[0]
    assert isinstance(first, Verdicts)
    assert first.items[0].label == f"Verdict {verdict}"
    assert words in first.items[0].verdict
    assert first.items[0].text.startswith("Because of hum.")


def test_a_c_stands_over_timing_and_bursts_and_only_a_c():
    for key in ("timing", "bursts"):
        assert "Verdict C: not usable." in said(section(build(judged("C")), key))
        assert "Verdict" not in said(section(build(judged("B")), key))


def test_a_c_is_said_on_the_command_line_even_where_no_one_looks(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("emgkit.report.files.write_report", lambda *given, **more: ())
    assert not sys.stderr.isatty()
    results.write(judged("C"), tmp_path)
    assert "Verdict C: Because of hum." in capsys.readouterr().err
    results.write(judged("B"), tmp_path)
    assert capsys.readouterr().err == ""


def test_a_result_of_an_older_version_has_no_verdict_and_says_so():
    stored = Analysis.from_json(STORED.read_text(encoding="utf-8"))
    assert stored.study.verdict == "not assessed"
    assert (stored.bursts["verdict"] == "not determinable").all()
    assert "without a verdict" in said(section(build(stored), "quality"))


def test_the_verdict_survives_json():
    an = judged("B")
    back = Analysis.from_json(an.to_json())
    assert (back.study.verdict, back.study.verdict_why) == ("B", "Because of hum.")


def session(folder, trials, more=""):
    folder.mkdir()
    for name, recording in trials.items():
        write_c3d(recording, folder / f"{name}.c3d")
    (folder / "session.toml").write_text(MANIFEST + more)
    return emgkit.analyze_session(emgkit.load_session(folder))


def wire(**changes):
    return emgkit.simulate(**({"n_cycles": 6, "seed": 1, "label": "TIBANT_L", "rate_hz": 4000.0} | changes))


def test_rest_and_maximum_are_checked_under_their_own_names(tmp_path):
    rest = wire(bursts_pct=(), artefact_uv=0.0, drift_uv=0.0)
    an = session(
        tmp_path / "s",
        {"walk": wire(n_cycles=9), "rest": rest, "max": wire(excitation=1.0, seed=3)},
        'rest = "rest.c3d"\nmaximum = "max.c3d"\n',
    )
    rows = an.quality.set_index(["check", "trial"])["verdict"]
    assert rows["rest_level", "rest"] == rows["rest_bursts", "rest"] == rows["hum", "rest"] == "good"
    assert rows["hum", "max"] == rows["clipping", "max"] == "good"
    assert rows["wire_movement", "all"] == "good"
    assert an.study.verdict in "AB"


def test_a_silent_muscle_is_a_c_until_a_maximum_test_shows_the_wire_at_work(tmp_path):
    silent = wire(bursts_pct=(), artefact_uv=0.0, n_cycles=9)
    without = session(tmp_path / "a", {"walk": silent})
    assert without.study.verdict == "C"
    with_test = session(tmp_path / "b", {"walk": silent, "max": wire(seed=3)}, 'maximum = "max.c3d"\n')
    assert with_test.study.verdict == "B"
    assert len(with_test.bursts) == 0


@pytest.mark.parametrize(
    ("foot_off_pct", "compared"), [(36.0, False), (44.0, False), (46.0, True), (62.0, True), (84.0, True)]
)
def test_running_is_not_compared_with_a_reference_of_walking(foot_off_pct, compared):
    rec = emgkit.simulate(n_cycles=12, bursts_pct=((54.0, 107.0),), seed=3)
    own = rec.events[(rec.events["side"] == rec.side) & (rec.events["kind"] == "foot_contact")]
    contact_s = own["time_s"].to_numpy()
    off_s = contact_s[:-1] + foot_off_pct / 100 * np.diff(contact_s)
    rows = [(t, rec.side, "foot_contact", "c3d") for t in contact_s]
    rows += [(t, rec.side, "foot_off", "c3d") for t in off_s]
    an = emgkit.analyze(replace(rec, switches={}, _events=make_events(rows)))
    assert ("not determinable" not in an.findings.term.tolist()) == compared
    if not compared:
        assert f"stance ends at {foot_off_pct:.0f} % of the cycle" in an.findings.statement[0]
