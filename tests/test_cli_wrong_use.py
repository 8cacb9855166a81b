"""Wrong and odd uses: each is said in a line, before the work, and leaves nothing."""

import logging
import os
import shutil
import subprocess
import sys

import pytest
from report_fakes import fake
from test_cli_commands import run

from emgkit.cli import main
from emgkit.cli.plain import in_one_line
from emgkit.cli.results import write
from emgkit.errors import InputError
from emgkit.io.files import refuse_unwritable

EMPTY = "it is empty; this folder is '.'"


def words(text):
    return " ".join(text.replace("\u2502", " ").split())


@pytest.mark.parametrize(
    "call",
    [
        ("report", "SESSION", "--out", ""),
        ("report", "SESSION", "--out", "out", "--docx", ""),
        ("report", "", "--out", "out"),
        ("analyze", "WALK", "--out="),
        ("analyze", "", "--out", "out"),
        ("analyze", "WALK", "--out", "out", "--settings", ""),
        ("analyze", "WALK", "--out", "out", "--reference", ""),
        ("batch", "", "--out", "out"),
        ("batch", "SESSION", "--out", ""),
        ("new-session", ""),
        ("simulate", ""),
        ("collect", ""),
        ("compare", "", "SESSION", "--out", "out"),
        ("compare", "SESSION", "", "--out", "out"),
        ("convert", "WALK", ""),
        ("listen", "WALK", "--out", ""),
        ("docx-template", ""),
        ("inspect", ""),
        ("edit", "", "list"),
    ],
    ids=" ".join,
)
def test_an_empty_path_is_not_this_folder(call, sample_data, tmp_path, monkeypatch, capsys):
    """It is what a shell makes of a variable that is not set."""
    session = sample_data / "tibialis_anterior_walking"
    places = {"SESSION": session, "WALK": session / "walk_1.c3d"}
    monkeypatch.setattr(sys, "argv", ["emgkit", *(str(places.get(word, word)) for word in call)])
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert EMPTY in words(capsys.readouterr().err)
    assert list(tmp_path.iterdir()) == []


def test_a_recording_may_have_a_name_that_is_no_text(sample_data, tmp_path):
    odd = tmp_path / os.fsdecode(b"walk_\xff.c3d")
    shutil.copy(sample_data / "tibialis_anterior_walking" / "walk_1.c3d", odd)
    done = run("analyze", odd, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\nwalk_\\xff,1," in (tmp_path / "out" / "cycles.csv").read_text(encoding="utf-8")


def test_an_error_is_one_line_whatever_the_name(tmp_path):
    done = run("inspect", tmp_path / "a\nb\x1b[31m.c3d")
    assert done.stderr == "emgkit: a\\nb\\x1b[31m.c3d: there is no such file.\n"
    assert in_one_line("\u00e4 \u00b5V\u00a0\t\udcff") == "\u00e4 \u00b5V\u00a0\\t\\udcff"


@pytest.mark.parametrize("command", ["report", "analyze"])
def test_a_file_in_the_place_of_the_folder_is_said_before_the_work(command, sample_data, tmp_path):
    (tmp_path / "file").touch()
    missing = tmp_path / "nowhere"  # would be said first, if it were looked for first
    for out in (tmp_path / "file", tmp_path / "file" / "out"):
        done = run(command, missing, "--out", out)
        assert (done.returncode, done.stderr) == (
            1,
            "emgkit: file: the folder cannot be made: a file has its name.\n",
        )


def test_a_folder_without_rights_is_said_before_the_work(tmp_path, monkeypatch):
    """The system is asked about the folder, or the nearest around it that is there."""
    asked = []
    monkeypatch.setattr(os, "access", lambda place, how: asked.append((place, how)))
    with pytest.raises(InputError, match=r"it cannot be written \(Permission denied\)"):
        refuse_unwritable(tmp_path / "new" / "out")
    assert asked == [(tmp_path, os.W_OK | os.X_OK)]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no /dev/full")
def test_a_full_disk_behind_standard_output_is_no_defect(tmp_path):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from emgkit.cli import main; main()", "schema"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        "emgkit: what is printed cannot be written (No space left on device)."
        " Files that were written are whole.\n"
    )


def test_a_reader_that_has_seen_enough_is_no_defect(sample_data):
    walk = sample_data / "tibialis_anterior_walking" / "walk_1.c3d"
    command = [sys.executable, "-c", "from emgkit.cli import main; main()", "inspect", walk]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


def test_that_fonts_are_looked_for_is_no_warning(tmp_path, monkeypatch):
    """On a busy machine it takes longer than the five seconds after which matplotlib says so."""
    logger = logging.getLogger("matplotlib.font_manager")
    monkeypatch.setattr(logger, "level", logging.NOTSET)
    write(fake(3), tmp_path, ["json"])
    assert not logger.isEnabledFor(logging.WARNING)


def test_collect_in_a_session_names_its_own_argument(sample_data):
    done = run("collect", sample_data / "tibialis_anterior_walking")
    assert done.returncode == 2
    assert "Invalid value for DIR: it lies in the session's own folder" in words(done.stderr)


def test_what_new_session_is_given_is_said_as_it_is_called(sample_data, tmp_path):
    done = run("new-session", tmp_path, "--date", "2025-13-40")
    assert done.returncode == 1
    assert done.stderr.startswith("emgkit: what is given: session.date: a date as 2025-03-04 is needed")


def test_a_stretch_that_ends_before_it_begins_is_a_wrong_call(sample_data, tmp_path):
    walk = sample_data / "tibialis_anterior_walking" / "walk_1.c3d"
    done = run("listen", walk, "--from", "5", "--to", "2", "--out", tmp_path / "a.wav")
    assert done.returncode == 2
    assert "Invalid value for --to: 2 s is not after --from 5 s" in words(done.stderr)


@pytest.mark.parametrize("command", ["convert", "docx-template"])
def test_no_option_is_offered_that_the_command_lacks(command, sample_data, tmp_path):
    walk = sample_data / "tibialis_anterior_walking" / "walk_1.c3d"
    (tmp_path / "file").touch()
    call = [walk, tmp_path / "file" / "a.edf"] if command == "convert" else [tmp_path / "file" / "a.docx"]
    done = run(command, *call)
    assert (done.returncode, done.stdout) == (1, "")
    assert "--out" not in done.stderr


@pytest.mark.parametrize("overwrite", [[], ["--overwrite"]])
def test_a_name_that_no_file_can_have_is_said(sample_data, tmp_path, monkeypatch, capsys, overwrite):
    """The system has a limit, and asking whether there is such a file is an error, too."""
    monkeypatch.chdir(tmp_path)
    walk = sample_data / "tibialis_anterior_walking" / "walk_1.c3d"
    for call in (["docx-template", "a" * 300 + ".docx"], ["listen", str(walk), "--out", "a" * 300 + ".wav"]):
        monkeypatch.setattr(sys, "argv", ["emgkit", *call, *overwrite])
        with pytest.raises(SystemExit) as left:
            main()
        assert left.value.code == 1
        assert "it cannot be written (File name too long)" in words(capsys.readouterr().err)
    assert not list(tmp_path.iterdir())
