"""The names that recordings carry reach no output: subjects of C3D, patients of EDF, prefixes of labels."""

import dataclasses
import json
import re
import shutil

import edfio
import numpy as np
import pytest
from c3d_writer import GROUPS, raw_c3d, real, text, word

from emgkit import io
from emgkit.analysis import analyze
from emgkit.cli.inspect import describe
from emgkit.errors import InputError
from emgkit.io.new_session import new_manifest
from emgkit.io.persons import person_remarks
from emgkit.report import write_report
from emgkit.session import analyze_session

NAME = re.compile(rb"jane|quixby|19570304|04-MAR-1957", re.IGNORECASE)


@pytest.fixture
def named(tmp_path, monkeypatch):
    monkeypatch.setitem(GROUPS, "SUBJECTS", 5)
    labels = ("JaneQuixby:TIBANT_L", "JANEQUIXBY: FSW_HEEL", "SOLEUS_L")

    def write(**more):
        subjects = {("SUBJECTS", "USED"): word(1), **more.pop("subjects", {})}
        events = {
            ("EVENT", "USED"): word(1),
            ("EVENT", "TIMES"): real(0.0, 0.5, shape=(2, 1)),
            ("EVENT", "LABELS"): text("JaneQuixby:Foot Strike"),
            ("EVENT", "CONTEXTS"): text("Left"),
        }
        raw = raw_c3d(
            np.ones((200, 10, 3), np.int16),
            labels=labels,
            parameters={**subjects, **events, **more},
        )
        path = tmp_path / "walk.c3d"
        path.write_bytes(raw)
        return path

    return write


@pytest.mark.parametrize("key", ["NAMES", "LABEL_PREFIXES"])
def test_the_name_of_the_subject_is_taken_off_labels(named, key):
    path = named(subjects={("SUBJECTS", key): text("JaneQuixby" if key == "NAMES" else "JaneQuixby:")})
    file = io.open_file(path)
    assert [c.label for c in file.channels] == ["TIBANT_L", "FSW_HEEL", "SOLEUS_L"]
    assert list(file.events["kind"]) == ["foot_contact"]
    assert any("taken off the labels of 2 channels" in note for note in file.notes)
    table = io.list_channels(path)
    assert list(table["kind"]) == ["emg", "switch", "emg"]
    assert list(table["muscle"][[0, 2]]) == ["tibialis_anterior", "soleus"]
    for said in (describe(path), new_manifest(path.parent), repr(file.raw_events)):
        assert not NAME.search(said.encode())
    with pytest.raises(InputError) as caught:
        io.read(path, emg="CH9")
    assert not NAME.search(str(caught.value).encode())


def test_without_a_subject_labels_stay_as_they_are(named):
    assert io.open_file(named()).channels[0].label == "JaneQuixby:TIBANT_L"
    path = named(subjects={("SUBJECTS", "NAMES"): text("Tib")})  # no prefix: nothing is cut out of words
    assert [c.label for c in io.open_file(path).channels] == [
        "JaneQuixby:TIBANT_L",
        "JANEQUIXBY: FSW_HEEL",
        "SOLEUS_L",
    ]


def test_a_label_of_the_manifest_that_begins_with_a_name():
    assert person_remarks({"channels": {"emg": "JaneQuixby:TIBANT"}}, {})
    assert not person_remarks({"channels": {"emg": "Delsys:EMG1", "switches": {"heel": "FSW: HEEL"}}}, {})


def test_a_real_recording_with_the_name_of_its_subject(shared_data):
    path = next(shared_data.rglob("vicon_zerowire.c3d"))
    assert b"Drummond" in path.read_bytes()
    assert "Drummond" not in describe(path)
    an = None
    try:
        an = analyze(io.read(path))
    except InputError as error:
        assert "Drummond" not in str(error)  # noqa: PT017
    assert an is None or "Drummond" not in an.to_json()


@pytest.fixture(scope="module")
def results(sample_data, tmp_path_factory):
    """All that is written of a session whose recordings carry name and date of birth of a patient."""
    folder = tmp_path_factory.mktemp("named") / "s"
    shutil.copytree(sample_data / "flexor_carpi_ulnaris_hand_movement", folder)
    planted = 0
    for path in folder.glob("*.edf"):
        edf = edfio.read_edf(path)
        edf.patient = edfio.Patient(code="MRN19570304", sex="F", name="Jane_Quixby", birthdate=None)
        edf.recording = edfio.Recording(
            hospital_administration_code="Quixby", investigator_technician_code="JaneQuixby"
        )
        edf.write(path)
        planted += bool(NAME.search(path.read_bytes()[:256]))
    assert planted == 4
    an = analyze_session(io.load_session(folder))
    return an, write_report(an, tmp_path_factory.mktemp("out"))


def test_no_output_of_a_session_names_the_patient(results):
    an, files = results
    assert len(files) > 10
    for path in files:
        if path.suffix != ".pdf":  # compressed; it says what the HTML says
            content = re.sub(rb"base64,[A-Za-z0-9+/=]+", b"", path.read_bytes())
            assert not NAME.search(content), path.name
    assert not NAME.search(json.dumps([dataclasses.asdict(i) for i in an.inputs], default=str).encode())
