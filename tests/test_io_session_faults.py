"""What a `session.toml` can be beside a sound one: each is one InputError that says what, where and how."""

import datetime
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_io_session import FULL, LEAST

from emgkit import io
from emgkit.errors import InputError
from emgkit.io.faults import MAX_BYTES
from emgkit.io.manifest import Manifest
from emgkit.model import Session
from emgkit.settings import Settings, as_settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    session = tmp_path_factory.mktemp("s")
    for name in ("walk_10.c3d", "walk_2.c3d", "extra.c3d", "rest.c3d", "mmt_1.c3d", "mmt_2.c3d", "a.edf"):
        (session / name).touch()
    (session / "sub").mkdir()
    return session


def judged(folder, content: str | bytes) -> str:
    """What is said of a manifest; empty if it loads."""
    raw = content.encode() if isinstance(content, str) else content
    (folder / "session.toml").write_bytes(raw)
    try:
        assert isinstance(io.load_session(folder), Session)
    except InputError as error:
        said, where = str(error), error.where
    else:
        return ""
    assert "\n" not in said
    assert str(folder) not in said
    assert where == "session.toml"
    return said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("date =", 'id = "B"\ndate =', "line 3: the key id stands twice"),
        ("[channels]", "[study]", "line 13: the section [study] stands twice"),
        ("rest =", "electrode = 3 =\nrest =", "line 21: more stands in the line than a key and its value"),
        ("indication =", "indication", "line 5: a key without = and a value"),
        ("2025-03-04", "2025-02-30", "line 3: there is no such date; dates are 2025-03-04"),
        ("2025-03-04", "yesterday", "line 3: a value that TOML does not know; texts stand in quotes"),
        ('"uV"', "uV", "line 15: a value that TOML does not know; texts stand in quotes"),
        ('"uV"', '"u\\V"', "line 15: a backslash in double quotes"),
        ('["video"', '["video', "line 6: "),
        ("first_metatarsal = 2.0 }", "first_metatarsal = 2.0", "line 18: a table in braces is not closed"),
    ],
)
def test_a_fault_of_toml_names_its_line(folder, old, new, said):
    assert FULL.count(old) == 1
    assert said in judged(folder, FULL.replace(old, new))


def test_the_end_of_the_file_is_a_place(folder):
    said = judged(folder, LEAST + 'rest = """open')
    assert "at its end: " in said or "line " in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe" + LEAST.encode("utf-16-le"), "no text in UTF-8: it looks like UTF-16"),
        (LEAST.encode("utf-16"), "UTF-16"),
        (LEAST.encode() + "# M\u00fcller".encode("latin-1"), "line 6 holds a byte of another encoding"),
        (LEAST.encode() + b"# \x00", "line 6"),
        (b"#" * (MAX_BYTES + 1), "the file is too large"),
        (LEAST + "a = " + "[" * 5000 + "]" * 5000, "nested too deeply"),
        (LEAST + "[settings.detect.parameters]\nx = " + "[" * 30 + "]" * 30, "nested too deeply"),
        (LEAST + "a." * 50_000 + "b = 1", "nested too deeply; line 6"),
        (LEAST + f"[{'a.' * 50_000}b]", "nested too deeply; line 6"),
        (LEAST + "x = " + "1" * 5000, "a number of too many digits"),
        (
            LEAST + "rest = 0x" + "f" * 20_000,
            "line 6, trials.rest: the name of a file, or a list of names, is needed",
        ),
        (LEAST + "[stimulation]\ncurrent_ma = 0x" + "f" * 20_000, "line 7, stimulation.current_ma: "),
        (LEAST + "[stimulation]\ncurrent_ma = nan", "current_ma: "),
        (LEAST + "[stimulation]\ncurrent_ma = true", "current_ma: a number is needed (found true)"),
        (LEAST + '[study]\nplan = "a\\u0007"', "line 7, study.plan: the text holds a control character"),
        (LEAST + '[study]\nplan = " "', "line 7, study.plan: it is empty; leave the key out"),
        (
            LEAST + '[signature]\nby = ""\ndate = 2025-03-05',
            "line 7, signature.by: it is empty (the physician who signed: a code or initials, never a name).",
        ),
        (LEAST + "study = 3", "line 6, trials.study: unknown key"),
        ("study = 3\n" + LEAST, "line 1, study: a section with keys is needed (found 3)"),
        (
            '[settings.gait]\ndebounce_s = "0.03"\n' + LEAST,
            "line 2, settings.gait.debounce_s: a number is needed",
        ),
        (
            '[settings.condition]\norder = "4"\n' + LEAST,
            "line 2, settings.condition.order: a number is needed",
        ),
        ("[settings.condition]\norder = 4.5\n" + LEAST, "settings.condition.order: a whole number is needed"),
        (LEAST + 'side = "left"', "trials.side: unknown key; it belongs under [electrode]; accepted: walk, "),
        (LEAST + '[reference]\nmode = "add"', "line 6, reference.file: missing (a CSV file in the folder"),
        (LEAST + 'rest = "sub"', "line 6, trials.rest: this is a folder (found 'sub')"),
        (LEAST + 'rest = "Rest.c3d"', "there is no such file (found 'Rest.c3d'); near it: rest.c3d"),
        (LEAST + 'rest = "zzz.dat"', "; in the folder: a.edf, extra.c3d, mmt_1.c3d, "),
        (
            LEAST + 'rest = "a.edf"',
            "line 6, trials.rest: the file also stands under activity (found 'a.edf')",
        ),
        (LEAST + f'rest = "{"x" * 5000}"', "trials.rest: "),
        (LEAST + '[session]\ndate = "20250304"', "line 7, session.date: a date as 2025-03-04 is needed"),
        (
            LEAST + "[session]\ndate = 12:00:00",
            "session.date: a date as 2025-03-04 is needed (found 12:00:00)",
        ),
        ("", "(1) electrode: missing (a section [electrode] is needed); (2) trials: missing"),
        (
            LEAST.replace("activity =", "rest ="),
            "trials: exactly one of walk and activity is needed (found neither)",
        ),
        (LEAST + "walk = 3", "2 entries cannot be used: (1) line 4, trials: exactly one"),
    ],
)
def test_odd_files_are_named_as_what_they_are(folder, content, said):
    assert said in judged(folder, content)


def test_a_mark_at_the_start_and_lines_of_windows_are_sound(folder):
    assert judged(folder, b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()) == ""
    said = judged(folder, FULL.replace('side = "left"', 'side = "L"').replace("\n", "\r\n"))
    assert "line 9, electrode.side" in said


def test_lines_are_counted_as_an_editor_counts_them(folder):
    text = LEAST.replace("[electrode]", "# \u2028 \u0085\n[electrode]").replace('"right"', '"r"')
    assert "line 4, electrode.side" in judged(folder, text)
    long = '[study]\nplan = """\nside = 3\n[electrode]\nside = 4\n"""\n' + LEAST.replace('"right"', '"r"')
    assert "line 9, electrode.side" in judged(folder, long)


def test_what_is_no_file(tmp_path):
    (tmp_path / "session.toml").mkdir()
    with pytest.raises(InputError, match=r"session\.toml: this is a folder\. Accepted: a text file"):
        io.load_session(tmp_path)
    (tmp_path / "session.toml").rmdir()
    os.mkfifo(tmp_path / "session.toml")  # reading it would wait for ever
    with pytest.raises(InputError, match="no file that can be read"):
        io.load_session(tmp_path)


def test_very_many_faults_are_counted_and_the_first_are_named(folder):
    said = judged(folder, LEAST + "".join(f"k{i} = 1\n" for i in range(3000)))
    assert said.startswith("session.toml: 3000 entries cannot be used: (1) line 6, trials.k0: ")
    assert "and 2960 more" in said


def test_what_is_still_to_be_filled_in_is_said_once_each(folder):
    text = LEAST.replace('"ta"', '"???"').replace('"right"', '"???"').replace('"a.edf"', '["???"]')
    said = judged(folder, text)
    assert said.startswith("session.toml: 3 entries cannot be used")
    assert "(1) line 2, electrode.muscle: still to be filled in: a muscle by its full name" in said
    assert said.count("side") == 1


def test_settings_take_no_text_for_a_number():
    with pytest.raises(InputError, match="a number is needed, without quotes"):
        as_settings({"gait": {"pause_s": "3"}})
    assert as_settings({"gait": {"pause_s": 3}}).gait.pause_s == 3.0
    assert Settings(detect={"method": "tkeo"}).detect.method == "tkeo"


# --- any text gives a session, or one error ---------------------------------------------------------------

KEYS = sorted(
    {*Manifest.model_fields, *Settings.model_fields}
    | {k for f in Manifest.model_fields.values() for k in getattr(f.annotation, "model_fields", {})}
    | {"muscle", "id", "date", "parameters", "levels_v", "heel", "codes", "\u00e9 \u2028"}
)
SCALARS = st.one_of(
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        ["left", "ta", "walk_*.c3d", "rest.c3d", "a.edf", "???", "../x", "~", "**", "[", "\0", "uV"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)


def toml(value) -> str:
    """Write a value as TOML, in one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(c if c.isalnum() else f"\\U{ord(c):08x}" for c in value) + '"'
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(str(k))} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return repr(value)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5), st.booleans())
def test_any_content_gives_a_session_or_one_error(folder, content, sound_start):
    sections = {"electrode": {"muscle": "ta", "side": "left"}, "trials": {"walk": "walk_*.c3d"}}
    whole = {**content, **sections} if sound_start else content
    judged(folder, "\n".join(f"{toml(key)} = {toml(value)}" for key, value in whole.items()))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_change_of_a_line_gives_a_session_or_one_error(folder, data):
    lines = FULL.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        what = data.draw(st.sampled_from(["drop", "double", "value", "cut", "text"]))
        line = lines[at]
        lines[at] = {
            "drop": lambda: "",
            "double": lambda line=line: f"{line}\n{line}",
            "value": lambda line=line: f"{line.partition('=')[0]} = {toml(data.draw(VALUES))}",
            "cut": lambda line=line: line[: data.draw(st.integers(0, len(line)))],
            "text": lambda: data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
        }[what]()
    judged(folder, "\n".join(lines))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_session_or_one_error(folder, content):
    judged(folder, content)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2025-03-04", ""),
        ("2026-01-01", ""),
        (
            "2025-03-03",
            "line 29, signature.date: the session is of a later day, 2025-03-04 (found 2025-03-03)",
        ),
        (
            '"2001-01-01"',
            "line 29, signature.date: the session is of a later day, 2025-03-04 (found 2001-01-01)",
        ),
        ('"soon"', "line 29, signature.date: a date as 2025-03-04 is needed (found 'soon')"),
    ],
)
def test_nobody_signs_before_the_recording(folder, day, said):
    text = judged(folder, f'{FULL}[signature]\nby = "AB"\ndate = {day}\n')
    assert said in text
    assert bool(said) == bool(text)
