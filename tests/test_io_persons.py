"""Keys that would name a person are refused; ids, files and texts that look like it are warned of."""

import shutil

import pytest
from test_io_session import FULL, LEAST

from emgkit import io
from emgkit.errors import InputError
from emgkit.io.persons import person_remarks
from emgkit.session import analyze_session


@pytest.fixture
def folder(tmp_path):
    for name in ("walk_10.c3d", "walk_2.c3d", "extra.c3d", "rest.c3d", "mmt_1.c3d", "mmt_2.c3d", "a.edf"):
        (tmp_path / name).touch()
    return tmp_path


def load(folder, text):
    (folder / "session.toml").write_text(text)
    return io.load_session(folder)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[patient]\nname = "Jane Doe"\nborn = 1957-03-04\n', "line 6, patient"),
        ('[session]\nname = "Jane Doe"\n', "line 7, session.name"),
        ('[session]\nPatientName = "Jane Doe"\n', "line 7, session.PatientName"),
        ('[study]\ndate_of_birth = "Jane Doe"\n', "line 7, study.date_of_birth"),
        ('[study]\nbirth-date = "Jane Doe"\n', "line 7, study.birth-date"),
        ('[study]\nMRN = "Jane Doe"\n', "line 7, study.MRN"),
        ('[electrode.patient]\nlast = "Jane Doe"\n', "line 6, electrode.patient"),
        ('[settings.detect.parameters]\npatient_id = "Jane Doe"\n', "settings.detect.parameters.patient_id"),
        ('[settings.repetitions.phases]\nsurname = "Jane Doe"\n', "settings.repetitions.phases.surname"),
    ],
)
def test_a_key_that_names_a_person_is_refused_without_its_value(folder, text, place):
    with pytest.raises(InputError) as caught:
        load(folder, LEAST + text)
    said = str(caught.value)
    assert f"{place}: refused: by its name it tells who the person is" in said
    assert "Doe" not in said
    assert "1957" not in said
    assert "unknown key" not in said


def test_a_name_of_a_reference_is_nobodys(folder):
    (folder / "own.csv").touch()
    assert load(folder, LEAST + '[reference]\nfile = "own.csv"\nname = "our lab"\n').notes == ()


@pytest.mark.parametrize("code", ["Jane Doe", "DOE^JOHN", "Doe, Jane", "J\u00fcrgen"])
def test_what_is_no_code_is_refused_and_not_repeated(folder, code):
    with pytest.raises(InputError) as caught:
        load(folder, FULL.replace("GL-0417", code))
    assert "line 2, session.id: a code of letters, digits" in str(caught.value)
    assert code not in str(caught.value)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("Jane_Doe", "looks like a name"),
        ("DOE.JOHN", "looks like a name"),
        ("JaneDoe", "looks like a name"),
        ("jane-doe-2", "looks like a name"),
        ("GL-1957-03-04", "one of birth"),
        ("GL19570304", "one of birth"),
        ("04.03.1957", "one of birth"),
    ],
)
def test_an_id_that_looks_like_a_person_is_warned_of_without_it(folder, code, said):
    (note,) = load(folder, FULL.replace("GL-0417", code)).notes
    assert said in note
    assert code not in note
    assert "Doe" not in note


@pytest.mark.parametrize(
    "code", ["GL-0417", "SIM-TA-01", "left_barefoot", "TIBPOST-rest-02", "P017", "2025-03-04b", "20240704_x"]
)
def test_codes_are_no_names(folder, code):
    assert load(folder, FULL.replace("GL-0417", code)).notes == ()


@pytest.mark.parametrize(
    ("stem", "marked"),
    [
        ("JaneDoe_walk_1", True),
        ("DOE_JOHN_01", True),
        ("Doe^Jane", True),
        ("walk_19570304", True),
        ("walk_2025-03-04", False),
        ("TA_L_barefoot_2", False),
        ("TibAnt Walk 3", False),
        ("Trial01_MVC", False),
    ],
)
def test_names_of_files(stem, marked):
    notes = person_remarks({"session": {"date": "2025-03-04"}}, {"walk": (f"/x/{stem}.c3d",)})
    assert bool(notes) == marked
    assert not any(stem in note for note in notes)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Mrs. Smith fell twice", "the name of a person"),
        ("seen by Dr. Smith", "the name of a person"),
        ("Patient name: J. S.", "the name of a person"),
        ("DOB 1957", "a date of birth"),
        ("born on 4 March", "a date of birth"),
        ("MRN 123456", "the number of a medical record"),
        ("write to j.smith@example.org", "an address"),
    ],
)
def test_texts_that_hold_a_person(folder, text, what):
    (note,) = load(folder, FULL.replace("varus of the hindfoot", text)).notes
    assert note.startswith(f"study.indication looks as if it held {what}")
    assert text not in note


@pytest.mark.parametrize("by", ["JD", "J.D.", "MD-17", "treating physician", "Physical Therapist", "PT"])
def test_who_signs_is_a_code_initials_or_a_role(folder, by):
    signed = f'[signature]\nby = "{by}"\ndate = 2025-03-05\n[stimulation]\nby = "{by}"\n'
    assert load(folder, LEAST + signed).notes == ()


@pytest.mark.parametrize("by", ["Jane Doe", "Dr. Jane Doe", "Prof Doe, Jane"])
def test_who_signs_is_no_name(folder, by):
    notes = load(folder, LEAST + f'[signature]\nby = "{by}"\ndate = 2025-03-05\n').notes
    assert notes == ("signature.by looks like a name; give a code, initials or a role.",)


def test_a_name_is_warned_of_once_and_what_else_tells_of_a_person_is_said_too(folder):
    (note,) = load(folder, LEAST + '[channels]\nemg = "Mrs Jane Doe:TA"\n').notes
    assert note.startswith("channels.emg looks as if it began with the name of a person")
    notes = load(folder, LEAST + '[signature]\nby = "Dr. Jane Doe, j@doe.org"\ndate = 2025-03-05\n').notes
    assert [note.partition(";")[0] for note in notes] == [
        "signature.by looks like a name",
        "signature.by looks as if it held an address",
    ]


def test_sample_sessions_are_not_marked_and_a_warning_stands_in_the_result(sample_data, tmp_path):
    for folder in sample_data.iterdir():
        if folder.is_dir():
            assert io.load_session(folder).notes == ()
    session = tmp_path / "s"
    shutil.copytree(sample_data / "flexor_carpi_ulnaris_hand_movement", session)
    text = (session / "session.toml").read_text()
    (session / "session.toml").write_text(text.replace("SIM-FCU-01", "Jane_Doe"))
    an = analyze_session(io.load_session(session))
    assert sum("session.id looks like a name" in note for note in an.notes) == 1


def test_the_reasons_of_edits_are_looked_at_too(sample_data, tmp_path):
    folder = tmp_path / "session"
    shutil.copytree(sample_data / "tibialis_anterior_walking", folder)
    (folder / "edits.toml").write_text(
        '[[edit]]\naction = "add_burst"\ntrial = "walk_1"\nrecording_sha256 = "0123456789ab"\nonset_s = 1.0\n'
        'offset_s = 1.2\nby = "AB"\nwhen = 2026-03-04T10:00:00\nwhy = "see MRN 123"\n',
        encoding="utf-8",
    )
    (said,) = io.load_session(folder).notes
    assert said.startswith("edits.why looks as if it held the number of a medical record")
    assert "123" not in said
