"""Events with a label of the laboratory's own that start a repetition."""

import pytest

import emgkit
from emgkit.errors import InputError
from emgkit.io.events import RawEvent, with_repetitions

EVENTS = [
    RawEvent(1.0, "Grasp"),
    RawEvent(2.0, "Release"),
    RawEvent(3.0, "grasp "),
    RawEvent(4.0, "repetition end"),
    RawEvent(5.0, "repetition start"),
    RawEvent(6.0, "Foot Strike", "Left"),
    RawEvent(7.0, "Grasp", "Right", duration_s=1.5),
]


def found(label, raw=EVENTS, duration_s=20.0):
    return with_repetitions(raw, label, source="c3d", duration_s=duration_s)


def test_each_event_with_the_label_starts_a_repetition_and_no_other_does():
    events = found("GRASP")
    starts = events[events["kind"] == "repetition_start"]
    assert starts["time_s"].tolist() == [1.0, 3.0, 7.0]
    assert starts["side"].tolist() == [None, None, "right"]
    assert events.loc[events["kind"] == "repetition_end", "time_s"].tolist() == [4.0, 8.5]
    assert events.loc[events["kind"] == "foot_contact", "time_s"].tolist() == [6.0]


def test_a_known_word_may_be_the_label_too():
    events = found("foot strike")
    assert events.loc[events["kind"] == "repetition_start", "time_s"].tolist() == [6.0]
    assert "foot_contact" not in set(events["kind"])


def test_with_its_context_as_it_is_shown():
    assert (found("Grasp (Right)")["kind"] == "repetition_start").sum() == 1


def test_no_event_with_the_label():
    assert found("pinch") is None
    assert found("Gras") is None
    assert found("Grasp", raw=[]) is None


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    """A recording whose annotations hold a word that the vocabulary does not know."""
    import numpy as np
    from edfio import Edf, EdfAnnotation, EdfSignal

    rec = emgkit.simulate(activity="repetitions", n_cycles=4)
    n = int(rec.duration_s * rec.rate_hz)
    signal = EdfSignal(np.round(rec.emg_uv[:n], 1), rec.rate_hz, label="EMG FCR", physical_dimension="uV")
    marks = [EdfAnnotation(float(t), None, "Grasp") for t in rec.truth.contact_s]
    marks += [EdfAnnotation(float(t), None, "Rest") for t in rec.truth.foot_off_s]
    path = tmp_path_factory.mktemp("hand") / "hand.edf"
    Edf([signal], annotations=marks).write(path)
    return path, rec.truth


def test_from_the_file_to_the_cycles(labelled):
    path, truth = labelled
    an = emgkit.analyze(emgkit.read(path, side="left", repetition_label="Grasp"))
    assert an.study.cycle_source == "repetitions"
    assert an.cycles["start_s"].tolist() == pytest.approx(truth.contact_s.tolist(), abs=1e-4)
    assert an.cycles["reason"].tolist() == ["none"] * 3 + ["no_next_contact"]
    assert "no end" not in an.cycles["reason_detail"][3]


def test_a_label_that_is_not_there_names_those_that_are(labelled):
    with pytest.raises(InputError, match=r"no event has the label.*Pinch.*Grasp, Rest"):
        emgkit.read(labelled[0], side="left", repetition_label="Pinch")
    for bad in ("  ", 3):
        with pytest.raises(InputError, match="label of the repetitions is no text"):
            emgkit.read(labelled[0], side="left", repetition_label=bad)


def test_on_the_command_line(labelled, tmp_path):
    from typer.testing import CliRunner

    from emgkit.cli.app import app

    call = ["analyze", str(labelled[0]), "--side", "left", "--repetition-label", "Grasp", "--out"]
    done = CliRunner().invoke(app, [*call, str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out" / "cycles.csv").read_text(encoding="utf-8").count("none") >= 3
