"""`edits.toml`: what is read, what is refused, and how it is added to."""

import math
import os
import tomllib

import pytest
from edit_fakes import edit
from hypothesis import given
from hypothesis import strategies as st

import emgkit
from emgkit.errors import InputError
from emgkit.io import edits
from emgkit.io.edits import ACTIONS, FILE, append_edit, digits_of, drop_last, edits_of, entry_text, read_edits

MOVED = edit("move_onset", found_start_s=3.421, found_end_s=3.873, start_s=3.45)
ADDED = edit("add_burst", start_s=1.0, end_s=1.25)
OUT = edit("leave_out", cycle=4, found_start_s=1.0, found_end_s=2.0)
TOML = """# looked at twice
[[edit]]  # the first
action = "move_onset"
trial = "walk_1"
recording_sha256 = "0123456789ab"
found_onset_s = 3.421
found_offset_s = 3.873
onset_s = 3
by = "AB"
when = 2026-03-04T10:00:00+01:00
why = "seen on the trace"
# the end
"""


def written(folder, text):
    (folder / FILE).write_text(text, encoding="utf-8", newline="")
    return folder


def test_a_folder_without_the_file_has_no_edits(tmp_path):
    found = read_edits(tmp_path)
    assert (found.text, found.edits, found.source) == ("", (), None)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "edit = []\n"])
def test_a_file_without_edits_has_none_and_is_an_input(tmp_path, text):
    found = read_edits(written(tmp_path, text))
    assert found.edits == ()
    assert (found.source.name, len(found.source.sha256)) == (FILE, 64)


def test_what_the_file_says_is_read(tmp_path):
    (found,) = read_edits(written(tmp_path, TOML)).edits
    assert (found.number, found.line, found.action, found.trial) == (1, 2, "move_onset", "walk_1")
    assert (found.found_start_s, found.found_end_s, found.start_s) == (3.421, 3.873, 3.0)
    assert math.isnan(found.end_s)
    assert (found.cycle, found.by, found.when) == (None, "AB", "2026-03-04T10:00:00+01:00")


@pytest.mark.parametrize("when", ['"2026-03-04T10:00:00+01:00"', "2026-03-04 10:00:00+01:00"])
def test_a_date_and_time_may_be_a_text_or_have_a_space(when):
    text = TOML.replace("2026-03-04T10:00:00+01:00", when)
    assert edits_of(text, tomllib.loads(text))[0].when == "2026-03-04T10:00:00+01:00"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"move_onset"', '"move_onsett"', "line 3, edit 1, action: no action (found 'move_onsett'); did"),
        ('action = "move_onset"', "action = 3", "no action (found 3)"),
        ('action = "move_onset"', "action = [1]", "no action (found [1])"),
        ('action = "move_onset"\n', "", "line 2, edit 1, action: missing; accepted: move_onset, move_offset"),
        ("onset_s = 3\n", "", "line 2, edit 1, onset_s: missing"),
        ("onset_s = 3\n", "onset_s = 3\noffset_s = 4.0\n", "line 9, edit 1, offset_s: unknown key"),
        ("onset_s = 3\n", 'onset_s = "3"\n', "line 8, edit 1, onset_s:"),
        ("onset_s = 3\n", "onset_s = true\n", "line 8, edit 1, onset_s:"),
        ("onset_s = 3\n", "onset_s = nan\n", "line 8, edit 1, onset_s:"),
        ('"0123456789ab"', '"0123456789a"', "line 5, edit 1, recording_sha256: 12 to 64 of the digits"),
        ('"0123456789ab"', '"0123456789AB"', "recording_sha256: 12 to 64"),
        ('by = "AB"', 'by = "Anna Berg"', "line 9, edit 1, by: a code or initials without spaces"),
        ('by = "AB"', 'by = "Berg,A"', "line 9, edit 1, by: a code"),
        ('by = "AB"', 'by = ""', "line 9, edit 1, by: a code"),
        ("2026-03-04T10:00:00+01:00", "2026-03-04", "line 10, edit 1, when: a date and time as"),
        ("2026-03-04T10:00:00+01:00", '"yesterday"', "line 10, edit 1, when: a date and time as"),
        ('why = "seen on the trace"', 'why = "  "', "line 11, edit 1, why:"),
        ('why = "seen on the trace"\n', "", "line 2, edit 1, why: missing"),
        ('trial = "walk_1"', "trial = 1", "line 4, edit 1, trial:"),
        ("[[edit]]", "[edit]", "edit: a table for each edit is needed, each under [[edit]]"),
        ("[[edit]]", "[[edits]]", "edits: unknown key; accepted: [[edit]]"),
        ("[[edit]]", "[[edit]", "this is no valid TOML"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_its_line(tmp_path, old, new, words):
    assert TOML.count(old) >= 1
    with pytest.raises(InputError) as caught:
        read_edits(written(tmp_path, TOML.replace(old, new)))
    assert str(caught.value).startswith("edits.toml: ")
    assert words in str(caught.value)


def test_all_faults_are_said_at_once(tmp_path):
    text = TOML.replace('by = "AB"', 'by = "A B"') + TOML.replace("onset_s = 3\n", "") + "[[edit]]\n"
    with pytest.raises(InputError) as caught:
        read_edits(written(tmp_path, text))
    said = str(caught.value)
    assert "3 entries cannot be used: (1) line 9, edit 1, by" in said
    assert "(2) line 14, edit 2, onset_s: missing" in said
    assert "(3) line 24, edit 3, action: missing" in said


def test_a_header_inside_a_text_costs_the_lines_but_no_edit(tmp_path):
    text = TOML.replace('"seen on the trace"', '"""\n[[edit]]\n"""')
    (found,) = read_edits(written(tmp_path, text)).edits
    assert (found.line, found.why) == (None, "[[edit]]")


def test_a_file_outside_the_folder_is_refused(tmp_path):
    folder = tmp_path / "s"
    folder.mkdir()
    (tmp_path / "other.toml").write_text(TOML)
    os.symlink(tmp_path / "other.toml", folder / FILE)
    with pytest.raises(InputError, match="outside the folder"):
        read_edits(folder)
    (folder / FILE).unlink()
    os.symlink(tmp_path / "none.toml", folder / FILE)
    with pytest.raises(InputError, match=r"edits\.toml"):
        read_edits(folder)
    (folder / FILE).unlink()
    (folder / FILE).mkdir()
    with pytest.raises(InputError, match=r"edits\.toml"):
        read_edits(folder)


TEXT = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=60).filter(
    lambda t: t.strip() == t
)
TIME = st.floats(0, 1e4).map(lambda t: round(t, 6))


@st.composite
def _edits(draw):
    action = draw(st.sampled_from(list(ACTIONS)))
    values = {"trial": draw(TEXT), "why": draw(TEXT)}
    if action != "add_burst":
        values |= {"found_start_s": draw(TIME), "found_end_s": draw(TIME)}
    if action in ("move_onset", "add_burst"):
        values["start_s"] = draw(TIME)
    if action in ("move_offset", "add_burst"):
        values["end_s"] = draw(TIME)
    if action in ("leave_out", "take_in"):
        values["cycle"] = draw(st.integers(1, 999))
    if action == "take_in":
        values["found_reason"] = draw(st.sampled_from(["duration_outlier", "pause"]))
    return edit(action, **values)


@given(st.lists(_edits(), max_size=4))
def test_what_is_written_is_read_back(plan):
    text = "\n".join(entry_text(one) for one in plan)
    back = edits_of(text, tomllib.loads(text))
    assert [one.number for one in back] == list(range(1, len(plan) + 1))
    assert [entry_text(one) for one in back] == [entry_text(one) for one in plan]
    for one, was in zip(back, plan, strict=True):
        assert (one.trial, one.why, one.action, one.cycle) == (was.trial, was.why, was.action, was.cycle)


def test_an_edit_is_added_at_the_end_and_all_else_stays(tmp_path):
    folder = written(tmp_path, TOML.rstrip("\n"))  # without a last line feed
    after = append_edit(folder, ADDED)
    text = (folder / FILE).read_text()
    assert text == TOML + "\n" + entry_text(ADDED)
    assert [one.number for one in after] == [1, 2]
    assert os.listdir(folder) == [FILE]


def test_the_first_edit_makes_the_file(tmp_path):
    append_edit(tmp_path, OUT)
    assert (tmp_path / FILE).read_text() == entry_text(OUT)


def test_adding_and_undoing_leaves_the_file_as_it_was(tmp_path):
    for text in (TOML, "# nothing yet\n", TOML.replace("\n", "\r\n")):
        folder = written(tmp_path, text)
        append_edit(folder, ADDED)
        append_edit(folder, OUT)
        assert drop_last(folder)["action"] == "leave_out"
        assert drop_last(folder)["action"] == "add_burst"
        assert (folder / FILE).read_bytes().decode() == text


def test_undoing_keeps_comments_under_the_last_edit(tmp_path):
    folder = written(tmp_path, TOML)
    assert drop_last(folder)["onset_s"] == 3
    assert (folder / FILE).read_text() == "# looked at twice\n# the end\n"
    with pytest.raises(InputError, match="no edit to undo"):
        drop_last(folder)


def test_an_edit_that_cannot_be_used_can_be_undone(tmp_path):
    folder = written(tmp_path, TOML.replace('by = "AB"', 'by = "A B"'))
    drop_last(folder)
    assert read_edits(folder).edits == ()


@pytest.mark.parametrize(
    "text",
    ['edit = [{ action = "delete_burst" }]\n', TOML.replace('"seen on the trace"', '"""\n[[edit]]\n"""')],
)
def test_undoing_where_the_place_is_not_known_is_refused(tmp_path, text):
    folder = written(tmp_path, text)
    with pytest.raises(InputError, match="Take it out by hand"):
        drop_last(folder)
    assert (folder / FILE).read_text() == text


def test_nothing_to_undo(tmp_path):
    with pytest.raises(InputError, match="no edit to undo"):
        drop_last(tmp_path)
    assert os.listdir(tmp_path) == []


def test_adding_to_a_table_in_one_line_is_refused(tmp_path):
    values = ", ".join(entry_text(ADDED).splitlines()[1:])
    folder = written(tmp_path, f"edit = [{{ {values} }}]\n")
    before = (folder / FILE).read_bytes()
    assert len(read_edits(folder).edits) == 1
    with pytest.raises(InputError, match=r"each edit under \[\[edit\]\]"):
        append_edit(folder, OUT)
    assert (folder / FILE).read_bytes() == before


def test_adding_to_a_file_with_a_fault_is_refused(tmp_path):
    folder = written(tmp_path, TOML.replace('by = "AB"', 'by = "A B"'))
    before = (folder / FILE).read_bytes()
    with pytest.raises(InputError, match="line 9, edit 1, by"):
        append_edit(folder, OUT)
    assert (folder / FILE).read_bytes() == before


def test_a_change_in_the_meantime_is_not_written_over(tmp_path, monkeypatch):
    folder = written(tmp_path, TOML)
    read = edits.read_edits

    def slow(place):
        found = read(place)
        written(place, TOML + "# somebody else\n")
        return found

    monkeypatch.setattr(edits, "read_edits", slow)
    with pytest.raises(InputError, match="changed in the meantime"):
        append_edit(folder, OUT)
    assert (folder / FILE).read_text() == TOML + "# somebody else\n"


def test_a_session_knows_its_edits(tmp_path):
    (tmp_path / "walk_1.c3d").write_bytes(b"")
    (tmp_path / "session.toml").write_text(
        '[electrode]\nmuscle = "soleus"\nside = "left"\n[trials]\nwalk = "walk_1.c3d"\n'
    )
    assert emgkit.load_session(tmp_path).edits == ()
    append_edit(tmp_path, MOVED)
    ses = emgkit.load_session(tmp_path)
    assert (ses.edits[0].start_s, ses.edits_source.name) == (3.45, FILE)
    written(tmp_path, "[[edit]]\n")
    with pytest.raises(InputError, match=r"edits\.toml: line 1, edit 1, action: missing"):
        emgkit.load_session(tmp_path)


def test_the_hash_is_shortened_to_16_digits():
    assert digits_of("0123456789abcdef" * 4) == "0123456789abcdef"
