"""The command line: what it writes, says and returns."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import emgkit

PROMISED = {
    "cycles.csv",
    "bursts.csv",
    "profile.csv",
    "summary.csv",
    "findings.csv",
    "quality.csv",
    "gait.csv",
    "phases.csv",
    "magnitude.csv",
    "variability.csv",
    "principal.csv",
    "stimulation.csv",
    "faults.csv",
    "edits.csv",
    "documentation.csv",
    "result.json",
    "report.html",
    "report.pdf",
}


def run(*arguments, cwd=None):
    """Run the command as a user would, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", "from emgkit.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def walk(sample_data):
    return sample_data / "tibialis_anterior_walking" / "walk_1.c3d"


def digests(folder):
    return {p.name: (p.stat().st_size, p.stat().st_mtime_ns) for p in Path(folder).iterdir()}


def one_paragraph(text):
    return text.startswith("emgkit: ") and text.count("\n") == 1 and "Traceback" not in text


def test_report_of_each_sample_session_leaves_the_promised_files(sample_data, tmp_path):
    for session in sorted(p for p in sample_data.iterdir() if p.is_dir()):
        before = digests(session)
        out = tmp_path / session.name
        done = run("report", session, "--out", out)
        assert done.returncode == 0, done.stderr
        assert {p.name for p in out.iterdir()} == PROMISED
        assert digests(session) == before
        assert {Path(line).name for line in done.stdout.splitlines()} == PROMISED
        text = (out / "result.json").read_text(encoding="utf-8")
        assert json.loads(text)["schema_version"] == 1
        assert emgkit.Analysis.from_json(text).to_json() == text


@pytest.fixture(scope="module")
def analysed(walk, tmp_path_factory):
    """Folder that analyze has left of one recording."""
    out = tmp_path_factory.mktemp("analysed") / "out"
    done = run("analyze", walk, "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def test_analyze_one_recording_gives_the_same_bytes_twice(walk, analysed, tmp_path):
    done = run("analyze", walk, "--out", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    for name in PROMISED:
        assert (analysed / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name


def test_no_path_of_this_machine_in_any_output(walk, analysed):
    for name in PROMISED:
        content = (analysed / name).read_bytes()
        assert str(walk.parent).encode() not in content
        assert str(analysed.parent).encode() not in content


def cut_session(sample_data, folder, *names):
    """Return a copy of a session whose named recordings lack their last part."""
    shutil.copytree(sample_data / "tibialis_anterior_walking", folder)
    for name in names:
        os.truncate(folder / name, (folder / name).stat().st_size * 8 // 10)
    return folder


def test_a_recording_that_is_cut_short_is_said_on_the_terminal_and_on_the_first_page(sample_data, tmp_path):
    session = cut_session(sample_data, tmp_path / "cut", "walk_2.c3d", "rest.c3d")
    done = run("report", session, "--out", tmp_path / "out")
    assert done.returncode == 0
    lines = done.stderr.splitlines()
    assert [line.partition(": its header states ")[0] for line in lines] == [
        "emgkit: warning: rest: the file is cut short",
        "emgkit: warning: walk_2: the file is cut short",
    ]
    an = emgkit.Analysis.from_json((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    notes = [note for note in an.notes if "cut short" in note]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    first = page[: page.index('id="timing"')]
    assert len(notes) == 2
    assert all(note in first for note in notes)
    assert all(line.endswith(f"{note}.") for line, note in zip(lines, notes, strict=True))


def test_analyze_and_listen_say_that_the_recording_is_cut_short(sample_data, tmp_path):
    walk = cut_session(sample_data, tmp_path / "cut", "walk_2.c3d") / "walk_2.c3d"
    done = run("analyze", walk, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr.count("warning: walk_2: the file is cut short: ")) == (0, 1)
    done = run("listen", walk, "--out", tmp_path / "walk.wav")
    assert (done.returncode, done.stderr.count("warning: walk_2.c3d: the file is cut short: ")) == (0, 1)


def test_inspect_shows_channels_events_and_the_pick(walk):
    done = run("inspect", walk)
    assert done.returncode == 0, done.stderr
    assert re.search(r"#1 +TIBANT_L +emg +2000 Hz", done.stdout)
    assert "foot_contact (left)" in done.stdout
    assert "channel: TIBANT_L" in done.stdout
    assert "heel = FSW_HEEL" in done.stdout


def test_inspect_says_each_note_once(walk, tmp_path):
    longer = tmp_path / "walk.c3d"
    longer.write_bytes(walk.read_bytes() + bytes(100_000))
    done = run("inspect", longer)
    assert "channel: TIBANT_L" in done.stdout
    assert done.stdout.count("more than it states; they were not read") == 1


def test_inspect_lists_candidates_where_it_would_not_pick(shared_data):
    done = run("inspect", shared_data / "gait_burst_labels" / "2018_S1_FLOAT_T1.c3d")
    assert done.returncode == 0
    assert "LTA (1000 Hz, V), LMG (1000 Hz, V), RTA (1000 Hz, V), RMG (1000 Hz, V)" in done.stdout


def bad_files(folder):
    (folder / "text.c3d").write_text("this is no recording")
    (folder / "empty.edf").write_bytes(b"")
    (folder / "notes.txt").write_text("hello")
    (folder / "a_folder.c3d").mkdir()
    return ["text.c3d", "empty.edf", "notes.txt", "a_folder.c3d", "missing.c3d"]


def test_bad_files_are_one_paragraph_exit_1_and_nothing_is_left(tmp_path):
    for name in bad_files(tmp_path):
        for command in (
            ["analyze", tmp_path / name, "--out", tmp_path / "out"],
            ["inspect", tmp_path / name],
        ):
            done = run(*command)
            assert done.returncode == 1, (name, done.stderr)
            assert one_paragraph(done.stderr), done.stderr
            assert name in done.stderr
            assert str(tmp_path) not in done.stderr
        assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--emg", "NO_SUCH"], ["NO_SUCH", "TIBANT_L"]),
        (["--switch", "heel=NOT_THERE"], ["NOT_THERE", "FSW_HEEL"]),
    ],
)
def test_what_is_not_in_the_file_is_exit_1_and_lists_what_is(walk, tmp_path, options, words):
    done = run("analyze", walk, "--out", tmp_path / "out", *options)
    assert done.returncode == 1
    assert one_paragraph(done.stderr)
    for word in words:
        assert word in done.stderr
    assert not (tmp_path / "out").exists()


def test_ambiguous_channel_lists_the_candidates_with_rates_and_units(shared_data, tmp_path):
    file = shared_data / "gait_burst_labels" / "2018_S1_FLOAT_T1.edf"
    done = run("analyze", file, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "LTA (1000 Hz, mV)" in done.stderr
    assert "--emg" in done.stderr
    assert not (tmp_path / "out").exists()


def test_no_events_and_no_switches(shared_data, tmp_path):
    file = shared_data / "c3d_gait_emg" / "Gait with EMG.c3d"
    done = run("analyze", file, "--emg", "RTIB", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "nothing bounds a cycle" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "call",
    [
        ["analyze"],
        ["analyze", "x.c3d"],
        ["analyze", "x.c3d", "--out", "o", "--side", "up"],
        ["analyze", "x.c3d", "--out", "o", "--switch", "heel"],
        ["analyze", "x.c3d", "--out", "o", "--switch", "knee=FSW_HEEL"],
        ["analyze", "x.c3d", "--out", "o", "--emg-unit", "furlong"],
        ["analyze", "x.c3d", "--out", "o", "--emg-unit", ""],
        ["simulate", "x", "--seed", "-1"],
        ["nonsense"],
        ["simulate", "x", "--kind", "ankle"],
    ],
)
def test_a_wrong_call_is_exit_2(call, tmp_path):
    done = run(*call, cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_into_a_session(sample_data):
    session = sample_data / "tibialis_anterior_walking"
    for out in (session, session / "report"):
        for command in (["report", session], ["analyze", session / "walk_1.c3d"]):
            done = run(*command, "--out", out)
            assert done.returncode == 2
            assert "session's own folder" in done.stderr
    assert not (session / "report").exists()


def test_nothing_is_written_into_any_session_around(walk, sample_data, tmp_path):
    """Neither from a file in a folder of the session, nor by a report of another one, nor by a simulation."""
    session = tmp_path / "S"
    (session / "sub").mkdir(parents=True)
    (session / "session.toml").touch()
    file = session / "sub" / "walk_1.c3d"
    file.write_bytes(walk.read_bytes())
    for command in (
        ["analyze", file, "--out", session / "out"],
        ["analyze", file, "--out", session / "sub"],
        ["analyze", walk, "--out", session / "out"],
        ["report", sample_data / "tibialis_anterior_walking", "--out", session / "out"],
        ["simulate", session / "out"],
    ):
        done = run(*command)
        assert done.returncode == 2, done.stderr
        assert "session's own folder" in done.stderr
    assert sorted(p.name for p in session.iterdir()) == ["session.toml", "sub"]
    assert [p.name for p in (session / "sub").iterdir()] == ["walk_1.c3d"]


def test_inspect_says_that_a_switch_is_coded(shared_data):
    done = run("inspect", shared_data / "footswitch" / "pin2gpi_footswitch.c3d")
    assert done.returncode == 0
    assert "--switch coded=LFSW" in done.stdout


def test_inspect_shows_what_the_foot_switches_say(shared_data):
    said = run("inspect", shared_data / "footswitch" / "pin2gpi_footswitch.c3d").stdout
    assert "left: 115 contacts, 114 foot-offs; contact states HFPS 104 times" in said
    assert "right: 114 contacts" in said
    assert "heel: LHEEL, open at 0.047 V, closed at 4.51 V; closes above 0.939 V" in said
    dead = run("inspect", shared_data / "c3d_gait_emg" / "2198928.c3d")
    assert dead.returncode == 0
    assert "left: LFSW: the channel does not behave like a foot switch" in dead.stdout


def test_debug_shows_the_traceback(tmp_path):
    done = run("inspect", tmp_path / "missing.c3d", "--debug")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_settings_from_a_file_go_into_the_result(walk, tmp_path):
    (tmp_path / "s.toml").write_text('[detect]\nmethod = "double_threshold"\n')
    done = run("analyze", walk, "--settings", tmp_path / "s.toml", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["settings"]["detect"]["method"] == "double_threshold"


def test_a_setting_that_does_not_exist_is_named(walk, tmp_path):
    (tmp_path / "s.toml").write_text("[detect]\nmethodd = 1\n")
    done = run("analyze", walk, "--settings", tmp_path / "s.toml", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "methodd" in done.stderr
    assert not (tmp_path / "out").exists()


def test_simulate_writes_a_session_that_report_takes(tmp_path):
    folder = tmp_path / "session"
    done = run("simulate", folder, "--kind", "flexor_carpi_ulnaris_hand_movement", "--seed", "9")
    assert done.returncode == 0, done.stderr
    assert (folder / "session.toml").is_file()
    assert (folder / "truth.csv").is_file()
    assert run("report", folder, "--out", tmp_path / "out").returncode == 0


def test_help_teaches():
    top = run("--help").stdout
    for command in ("inspect", "analyze", "convert", "report", "simulate"):
        assert command in top
        assert "--help" in run(command, "--help").stdout
    assert "heel=FSW_HEEL" in run("analyze", "--help").stdout
    assert run("--version").stdout.strip() == emgkit.__version__


def test_import_is_light():
    code = "import sys, emgkit; assert not {'numpy', 'pandas', 'matplotlib'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
