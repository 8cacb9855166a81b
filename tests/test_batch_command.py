"""`emgkit batch` as a user runs it: what it prints and returns, interrupted, and killed for good."""

import contextlib
import inspect
import io
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from batch_sessions import tree, write_manifest, write_session

import emgkit
from emgkit.batch import progress
from emgkit.batch.collect import collect
from emgkit.batch.progress import Pace
from emgkit.batch.run import TIME_LIMIT_S
from emgkit.batch.state import Outcome
from emgkit.cli import app
from emgkit.cli.batch import summary

COMMAND = [sys.executable, "-W", "error", "-c", "from emgkit.cli import main; main()", "batch"]


def start(*arguments, **options):
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )


def beside_progress(said):
    """Return what standard error says beside how far a batch is, which a busy machine has time to say."""
    return [line for line in said.splitlines() if not re.match(r"emgkit: \d+ of \d+ sessions, ", line)]


def run(*arguments):
    process = start(*arguments)
    process.stdout_text, process.stderr_text = process.communicate(timeout=240)
    return process


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archive")
    for number in range(4):
        write_session(folder / f"year_{number % 2}" / f"s{number}", f"S{number}", seed=number)
    write_manifest(folder / "bad", "BAD")
    return folder


@pytest.fixture(scope="module")
def undisturbed(root, tmp_path_factory):
    """Folder of results, and what the command printed and returned."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    return out, run(root, "--out", out, "--jobs", 1, "--formats", "tables,json")


def test_a_batch_with_one_bad_session(root, undisturbed):
    out, done = undisturbed
    assert done.returncode == 1
    assert not beside_progress(done.stderr_text)
    head, good, bad = done.stdout_text.splitlines()
    assert head.split() == ["status", "kind", "sessions", "reason"]
    assert good.split() == ["done", "4"]
    assert bad.startswith("  failed  input  1         session.toml: line ")
    assert {path.name for path in out.iterdir()} >= {
        "S0",
        "S1",
        "S2",
        "S3",
        "BAD",
        "batch.json",
        "sessions.csv",
    }
    for number in range(4):
        assert (
            emgkit.Analysis.from_json((out / f"S{number}" / "result.json").read_text()).cycles["used"].any()
        )


def test_again_with_two_jobs_all_is_up_to_date_and_without_resume_the_same_bytes(root, undisturbed):
    out, _ = undisturbed
    want = tree(out)
    again = run(root, "--out", out, "--jobs", 2, "--formats", "json,tables")
    assert again.returncode == 1
    assert again.stdout_text.splitlines()[1].split() == ["up", "to", "date", "4"]
    assert tree(out) == want
    anew = run(root, "--out", out, "--jobs", 2, "--no-resume", "--formats", "tables")
    assert anew.stdout_text.splitlines()[1].split() == ["done", "4"]
    assert tree(out) == want


def test_a_dry_run(root, tmp_path):
    done = run(root, "--out", tmp_path / "out", "--dry-run")
    assert done.returncode == 1
    lines = done.stdout_text.splitlines()
    assert lines[0].split() == ["id", "folder", "would", "be"]
    assert lines[1].split()[:5] == ["BAD", "bad", "a", "failure:", "session.toml:"]
    assert [line.split() for line in lines[2:]] == [
        [f"S{n}", f"year_{n % 2}/s{n}", "done"] for n in (0, 1, 2, 3)
    ]
    assert not (tmp_path / "out").exists()
    sound = run(root / "year_0", "--out", tmp_path / "out", "--dry-run")
    assert (sound.returncode, len(sound.stdout_text.splitlines()), beside_progress(sound.stderr_text)) == (
        0,
        3,
        [],
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "option",
    [("--jobs", 0), ("--time-limit", 0), ("--time-limit", "nan"), ("--formats", "docx"), ("--formats", ",")],
)
def test_a_wrong_call_is_exit_2(root, tmp_path, option):
    done = run(root, "--out", tmp_path / "out", *option)
    assert done.returncode == 2
    assert option[0] in done.stderr_text


def test_a_root_that_is_not_there_is_exit_1(tmp_path):
    done = run(tmp_path / "nowhere", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert done.stderr_text.startswith("emgkit: nowhere: there is no such folder.")
    assert done.stderr_text.count("\n") == 1


def test_a_folder_of_results_in_a_session_is_exit_2(root):
    assert run(root, "--out", root / "bad" / "out").returncode == 2


def held(folder):
    return {p.relative_to(folder): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_results_do_not_stand_among_what_was_recorded(root, tmp_path):
    archive = tmp_path / "archive"
    write_manifest(archive / "2019" / "S1", "S1")
    write_manifest(archive / "2020" / "S2", "S2")
    before = held(archive)
    done = run(archive / "2019", "--out", archive, "--dry-run")
    assert done.returncode == 2
    assert "the folder of the sessions lies in it" in " ".join(done.stderr_text.split())
    for out in (archive, archive / "2020" / "..", tmp_path):
        with pytest.raises(emgkit.InputError, match="the folder of the sessions lies in it"):
            emgkit.run_batch(archive / "2019", out)
    assert held(archive) == before


def test_the_tables_over_an_archive_do_not_replace_those_of_one_result(root, undisturbed, tmp_path):
    one = tmp_path / "one"
    shutil.copytree(undisturbed[0] / "S0", one / "S0")
    for file in (one / "S0").iterdir():
        shutil.copy(file, one)
    before = held(one)
    done = run(root, "--out", one)
    assert done.returncode == 2
    assert "it holds the result of one session" in " ".join(done.stderr_text.split())
    with pytest.raises(emgkit.InputError, match="one: it holds the result of one session"):
        collect(one)
    assert held(one) == before


@pytest.mark.parametrize("made_by_hand", [False, True])
def test_one_result_does_not_replace_the_tables_over_an_archive(root, undisturbed, tmp_path, made_by_hand):
    archive = tmp_path / "results"
    shutil.copytree(undisturbed[0], archive)
    if made_by_hand:  # what emgkit collect leaves
        (archive / "batch.json").unlink()
    before = held(archive)
    session = next(root.glob("*/s1"))
    an = emgkit.Analysis.from_json((archive / "S0" / "result.json").read_text(encoding="utf-8"))
    for command in (
        ["report", session],
        ["analyze", next(session.glob("*.c3d"))],
        ["compare", archive / "S0", archive / "S1"],
    ):
        done = subprocess.run(
            [*COMMAND[:-1], *map(str, command), "--out", archive], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2, done.stderr
        assert "it holds the tables over an archive" in " ".join(done.stderr.split())
    with pytest.raises(emgkit.InputError, match="results: it holds the tables over an archive"):
        emgkit.write_report(an, archive)
    assert held(archive) == before
    emgkit.write_report(an, archive / "of_one", formats=["json"])


def processes_of(batch):
    """Return the processes of sessions of a running batch; they are started by threads."""
    found = []
    with contextlib.suppress(OSError):  # it has ended
        for task in Path(f"/proc/{batch.pid}/task").iterdir():
            with contextlib.suppress(OSError):  # the thread has
                found += [int(word) for word in (task / "children").read_text().split()]
    return found


def wait_for(what, limit_s=60):
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.005)
    pytest.fail("it did not come to pass")
    return None


def ended(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_interrupted_it_ends_at_once_and_keeps_what_is_done(root, undisturbed, tmp_path):
    out = tmp_path / "out"
    process = start(root, "--out", out, "--jobs", 1, "--formats", "tables,json")
    wait_for(lambda: list(out.glob("S*/session.json")))
    workers = processes_of(process)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 130
    (said,) = beside_progress(said)
    assert re.fullmatch(r"emgkit: interrupted after \d of 5 sessions, .* What is done is kept; run .*", said)
    assert workers
    wait_for(lambda: all(map(ended, workers)))
    assert (out / "S0" / "result.json").read_bytes() == (undisturbed[0] / "S0" / "result.json").read_bytes()
    assert not (out / "batch.json").exists()
    run(root, "--out", out, "--jobs", 1, "--formats", "tables,json")
    assert tree(out) == tree(undisturbed[0])


def test_killed_at_moments_drawn_at_random_a_last_run_ends_in_the_same_bytes(root, undisturbed, tmp_path):
    out, draw = tmp_path / "out", random.Random(9)
    for whom in ("batch", "batch", "worker"):
        process = start(root, "--out", out, "--jobs", 2, "--formats", "tables,json")
        n_written = len(list(out.glob("*/session.json")))
        workers = wait_for(lambda process=process: processes_of(process))
        if whom == "worker":
            with contextlib.suppress(ProcessLookupError):  # the batch was faster
                os.kill(draw.choice(workers), signal.SIGKILL)
            process.communicate(timeout=240)
            assert process.returncode == 1
            continue
        wait_for(lambda n=n_written: len(list(out.glob("*/session.json"))) > min(n, 3), limit_s=60)
        time.sleep(draw.uniform(0.0, 0.5))
        workers = processes_of(process)
        process.kill()
        process.communicate()
        wait_for(lambda workers=workers: all(map(ended, workers)))
    run(root, "--out", out, "--jobs", 2, "--formats", "tables,json")
    assert tree(out) == tree(undisturbed[0])


def outcome(status="done", kind="", reason=""):
    return Outcome("x", "x", status, kind, reason)


def test_the_summary_counts_by_status_and_reason():
    outcomes = [outcome()] * 3 + [outcome("failed", "input", "No file.")] * 2 + [outcome("up_to_date")]
    outcomes += [outcome("failed", "time_limit", f"Reason {n}.") for n in range(25)]
    lines = summary(outcomes).splitlines()
    assert [line.split() for line in lines[1:4]] == [
        ["done", "3"], ["up", "to", "date", "1"], ["failed", "input", "2", "No", "file."],
    ]  # fmt: skip
    assert len(lines) == 1 + 2 + 20 + 1
    assert lines[-1] == "and 6 more reasons; sessions.csv has all of them"


def test_pace_is_that_of_the_sessions_that_were_worked_on():
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    pace(None, 100)
    assert pace.line() == "0 of 100 sessions, rate not known yet, 0 failed"
    for _ in range(50):
        pace(outcome("up_to_date"), 100)
    for _ in range(10):
        now[0] += 6.0
        pace(outcome(), 100)
    pace(outcome("failed", "input", "No."), 100)
    assert pace.line() == "61 of 100 sessions, 11 a minute, 0:03:33 left, 1 failed"
    now[0] += 1000.0
    assert pace.per_minute() is None


def test_plain_lines_where_there_is_no_terminal(capsys, monkeypatch):
    monkeypatch.setattr(progress, "LINE_EVERY_S", 0.01)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with progress.Shown() as shown:
        shown(None, 7)
        shown(outcome(), 7)
        said = wait_for(lambda: [line for line in capsys.readouterr().err.splitlines() if " 1 of " in line])
    assert re.fullmatch(r"emgkit: 1 of 7 sessions, .* a minute, \d+:\d\d:\d\d left, 0 failed", said[0])


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_where_there_is_a_terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress.Shown() as shown:
        shown(None, 7)
        shown(outcome("failed", "input", "No."), 7)
    assert "1/7" in sys.stderr.getvalue()
    assert "left, 1 failed" in sys.stderr.getvalue()


def test_the_time_limit_is_that_of_python():
    assert inspect.signature(app.batch).parameters["time_limit"].default == TIME_LIMIT_S


def test_help_names_the_command():
    shown = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True).stdout
    for option in ("--jobs", "--dask", "--resume", "--no-resume", "--formats", "--time-limit", "--dry-run"):
        assert option in shown
