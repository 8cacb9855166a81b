"""What is done again and what is not, and what stands in the folder of results.

The analysis itself stands aside here: a session's result is a file that holds the bytes of its recordings.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from batch_sessions import by_id, listing, tree, write_manifest

import emgkit
from emgkit.batch import key
from emgkit.batch import run as batch_run
from emgkit.batch.one import do
from emgkit.batch.state import STATE, is_up_to_date, read_state
from emgkit.io.handle import Fingerprint
from emgkit.model import Source


def write(folder, id=None, content=b"signal"):
    write_manifest(folder, id)
    (folder / "walk_1.c3d").write_bytes(content)
    return folder


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    def analyze(session):
        walks = [Path(path) for path in session.paths["walk"]]
        return SimpleNamespace(
            content=b"".join(path.read_bytes() for path in walks),
            inputs=tuple(Source(path.name, key.digest(path), "C3D") for path in walks),
        )

    def render(result, formats):
        files = {"json": "result.json", "tables": "cycles.csv", "html": "report.html", "pdf": "report.pdf"}
        return {files[name]: result.content for name in formats}

    monkeypatch.setattr("emgkit.session.analyze_session", analyze)
    monkeypatch.setattr("emgkit.report.files.render", render)
    monkeypatch.setattr("emgkit.batch.collect.collect", lambda folder, **options: [])
    monkeypatch.setattr(batch_run, "run_local", lambda tasks, jobs, limit_s: (do(task) for task in tasks))


@pytest.fixture
def root(tmp_path):
    write(tmp_path / "root" / "a", "A")
    write(tmp_path / "root" / "deep" / "b", "B")
    return tmp_path / "root"


@pytest.fixture
def out(root, tmp_path):
    emgkit.run_batch(root, tmp_path / "out")
    return tmp_path / "out"


def statuses(outcomes):
    return {one.id: one.status for one in outcomes}


def test_what_is_unchanged_is_not_done_again_nor_touched(root, out):
    before, want = listing(out / "A"), tree(out)
    assert statuses(emgkit.run_batch(root, out)) == {"A": "up_to_date", "B": "up_to_date"}
    assert listing(out / "A") == before
    assert tree(out) == want


def test_without_resume_all_are_done_again_with_the_same_bytes(root, out):
    want = tree(out)
    assert statuses(emgkit.run_batch(root, out, resume=False)) == {"A": "done", "B": "done"}
    assert tree(out) == want


def append(path, text):
    path.write_text(path.read_text() + text)


def same_size_and_time(path):
    status = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


CHANGES = {
    "recording of the same size and time": lambda a, out: same_size_and_time(a / "walk_1.c3d"),
    "another recording that answers to the pattern": lambda a, out: (a / "walk_2.c3d").write_bytes(b"more"),
    "a recording renamed": lambda a, out: (a / "walk_1.c3d").rename(a / "walk_7.c3d"),
    "manifest": lambda a, out: append(a / "session.toml", "# a remark\n"),
    "settings": lambda a, out: append(a / "session.toml", "[settings.measure]\nconfidence = 0.9\n"),
    "edits appear": lambda a, out: (a / "edits.toml").write_text("# edits\n"),
    "a result is gone": lambda a, out: (out / "A" / "cycles.csv").unlink(),
    "a result is damaged": lambda a, out: (out / "A" / "result.json").write_bytes(b"{"),
    "the state is cut short": lambda a, out: os.truncate(out / "A" / STATE, 40),
    "the state is of another kind": lambda a, out: (out / "A" / STATE).write_text("[]"),
    "the state names a file elsewhere": lambda a, out: (out / "A" / STATE).write_text(
        (out / "A" / STATE).read_text().replace('"cycles.csv"', '"../B/cycles.csv"')
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_is_done_again_and_nothing_else(root, out, tmp_path, change):
    CHANGES[change](root / "a", out)
    assert statuses(emgkit.run_batch(root, out)) == {"A": "done", "B": "up_to_date"}
    emgkit.run_batch(root, tmp_path / "anew")
    assert tree(out) == tree(tmp_path / "anew")


def test_another_version_of_a_library_is_done_again(root, out, monkeypatch):
    monkeypatch.setattr(key, "versions", lambda: {"numpy": "0"})
    assert statuses(emgkit.run_batch(root, out)) == {"A": "done", "B": "done"}


def test_other_formats_are_done_again_and_leave_no_file_of_before(root, out):
    assert statuses(emgkit.run_batch(root, out, formats=("html",))) == {"A": "done", "B": "done"}
    assert {path.name for path in (out / "A").iterdir()} == {"result.json", "report.html", STATE}
    # their order makes no difference
    assert statuses(emgkit.run_batch(root, out, formats=("json", "html")))["A"] == "up_to_date"


def test_a_file_of_somebody_else_stays(root, out):
    (out / "A" / "remark.txt").write_text("mine")
    append(root / "a" / "session.toml", "# changed\n")
    emgkit.run_batch(root, out)
    assert (out / "A" / "remark.txt").read_text() == "mine"


def test_a_session_that_fails_now_leaves_no_result_of_before(root, out):
    (root / "a" / "walk_1.c3d").unlink()
    failed = by_id(emgkit.run_batch(root, out))["A"]
    assert (failed.status, failed.kind) == ("failed", "input")
    assert {path.name for path in (out / "A").iterdir()} == {STATE}
    assert read_state(out / "A").reason == failed.reason
    assert failed.reason.startswith("session.toml: line ")


def test_a_session_that_has_another_id_now_does_not_stand_there_twice(root, out, tmp_path):
    write_manifest(root / "a", "C")
    assert statuses(emgkit.run_batch(root, out)) == {"C": "done", "B": "up_to_date"}
    assert not (out / "A").exists()
    emgkit.run_batch(root, tmp_path / "anew")
    assert tree(out) == tree(tmp_path / "anew")


def test_ids_that_become_alike_leave_neither_result(root, out):
    write_manifest(root / "deep" / "b", "A")
    outcomes = emgkit.run_batch(root, out)
    assert {(one.status, one.kind) for one in outcomes} == {("failed", "input")}
    assert not list(out.glob("*/result.json"))
    assert all("more than one session: a, deep/b" in one.reason for one in outcomes)


def test_a_session_that_is_gone_is_kept_and_named(root, out):
    shutil.rmtree(root / "deep")
    assert statuses(emgkit.run_batch(root, out)) == {"A": "up_to_date"}
    assert (out / "B" / "result.json").exists()
    assert json.loads((out / "batch.json").read_text())["kept_of_earlier_runs"] == ["B"]


def test_the_order_of_finishing_makes_no_difference(root, out, tmp_path, monkeypatch):
    monkeypatch.setattr(batch_run, "run_local", lambda tasks, jobs, limit_s: (do(t) for t in reversed(tasks)))
    seen = []
    outcomes = emgkit.run_batch(
        root, tmp_path / "other", progress=lambda one, total: seen.append((one, total))
    )
    assert [one.id for one in outcomes] == ["A", "B"]
    assert [(one and one.id, total) for one, total in seen] == [(None, 2), ("B", 2), ("A", 2)]
    assert tree(tmp_path / "other") == tree(out)


def test_a_recording_that_changes_while_it_is_analysed_is_a_row(root, tmp_path, monkeypatch):
    real = emgkit.session.analyze_session

    def changing(session):
        (root / "a" / "walk_1.c3d").write_bytes(session.id.encode())
        return real(session)

    monkeypatch.setattr("emgkit.session.analyze_session", changing)
    outcomes = by_id(emgkit.run_batch(root, tmp_path / "out"))
    assert outcomes["B"].status == "done"
    assert outcomes["A"].reason.startswith("walk_1.c3d: the file changed while the session was analysed.")


@pytest.mark.parametrize("when", ["before it is opened", "while it is open"])
@pytest.mark.parametrize("age_s", [0, 10])
def test_a_change_whose_time_is_put_back_while_it_is_analysed_is_a_row(
    root, tmp_path, monkeypatch, when, age_s
):
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + int(age_s * 1e9))

    def analyze(session):
        path = Path(session.paths["walk"][0])
        if session.id == "A" and when == "before it is opened":
            same_size_and_time(path)
        source = Source(path.name, Fingerprint.of(path), "C3D")
        content = path.read_bytes()
        if session.id == "A" and when == "while it is open":
            same_size_and_time(path)
        return SimpleNamespace(content=content, inputs=(source.settled(),))

    monkeypatch.setattr("emgkit.session.analyze_session", analyze)
    outcomes = by_id(emgkit.run_batch(root, tmp_path / "out"))
    assert outcomes["A"].reason.startswith("walk_1.c3d: the file changed while the session was analysed.")
    assert outcomes["B"].status == "done"
    assert not (tmp_path / "out" / "A" / "result.json").exists()


@pytest.mark.parametrize(("age_s", "times"), [(0, 2), (10, 1)])
def test_a_recording_that_is_left_alone_is_hashed_once(root, tmp_path, monkeypatch, age_s, times):
    real_ns, real_digest, seen = time.time_ns, hashlib.file_digest, []
    monkeypatch.setattr(time, "time_ns", lambda: real_ns() + int(age_s * 1e9))

    def counting(stream, name):
        seen.append(Path(stream.name).parent.name + "/" + Path(stream.name).name)
        return real_digest(stream, name)

    def analyze(session):
        path = Path(session.paths["walk"][0])
        source = Source(path.name, Fingerprint.of(path), "C3D")
        return SimpleNamespace(content=path.read_bytes(), inputs=(source.settled(),))

    monkeypatch.setattr(hashlib, "file_digest", counting)
    monkeypatch.setattr("emgkit.session.analyze_session", analyze)
    emgkit.run_batch(root, tmp_path / "out")
    assert seen.count("a/walk_1.c3d") == times
    assert statuses(emgkit.run_batch(root, tmp_path / "out")) == {"A": "up_to_date", "B": "up_to_date"}
    assert seen.count("a/walk_1.c3d") == times + 1  # another run reads it again, whatever was remembered


def test_a_manifest_that_changes_while_it_is_analysed_is_a_row(root, tmp_path, monkeypatch):
    real = emgkit.session.analyze_session

    def changing(session):
        append(root / "a" / "session.toml", "# now\n")
        return real(session)

    monkeypatch.setattr("emgkit.session.analyze_session", changing)
    assert by_id(emgkit.run_batch(root, tmp_path / "out"))["A"].reason.startswith(
        "session.toml: the file changed"
    )


def test_a_dry_run_writes_nothing_and_says_what_would_be_done(root, out, tmp_path):
    assert statuses(emgkit.run_batch(root, tmp_path / "new", dry_run=True)) == {"A": "to_do", "B": "to_do"}
    assert not (tmp_path / "new").exists()
    write(root / "c", "C")
    (root / "deep" / "b" / "walk_1.c3d").unlink()
    before = listing(out)
    assert statuses(emgkit.run_batch(root, out, dry_run=True)) == {
        "A": "up_to_date",
        "B": "failed",
        "C": "to_do",
    }
    assert listing(out) == before


def test_results_may_stand_below_the_root_but_not_in_a_session(root, tmp_path):
    emgkit.run_batch(root, root / "results")
    want = tree(root / "results")
    emgkit.run_batch(root, root / "results")
    assert tree(root / "results") == want
    with pytest.raises(emgkit.InputError, match="session's own folder"):
        emgkit.run_batch(root, root / "a" / "results")


def test_batch_json_says_what_became_of_each_session(root, out):
    document = json.loads((out / "batch.json").read_text())
    assert document["counts"] == {"done": 2}
    assert [(one["id"], one["folder"], one["status"]) for one in document["sessions"]] == [
        ("A", "a", "done"), ("B", "deep/b", "done"),
    ]  # fmt: skip
    assert is_up_to_date(out / "A", document["sessions"][0]["key"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"jobs": 0}, "number of jobs"),
        ({"jobs": True}, "number of jobs"),
        ({"dask": 8786}, "address of a scheduler"),
        ({"time_limit_s": 0}, "time limit"),
        ({"time_limit_s": float("nan")}, "time limit"),
        ({"time_limit_s": "1 h"}, "time limit"),
        ({"formats": "html"}, "formats of a report"),
        ({"formats": ["docx"]}, "format of a report"),
        ({"out": 3}, "no path"),
        ({"root": "nowhere"}, "no such folder"),
        ({"root": "empty"}, "no session is below"),
    ],
)
def test_what_cannot_be_used_is_refused_before_anything_is_written(tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(emgkit.InputError, match=words):
        emgkit.run_batch(**({"root": write(tmp_path / "x" / "a"), "out": "out"} | arguments))
    assert not (tmp_path / "out").exists()


def test_results_into_the_archive_itself_are_refused_with_the_way_out(root):
    with pytest.raises(emgkit.InputError, match="Name another folder with --out"):
        emgkit.run_batch(root, root)


def test_one_batch_at_a_time(root, out):
    hold = "import sys; from pathlib import Path; from emgkit.batch.lock import locked\n" \
        "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(emgkit.InputError, match="another batch writes into this folder"):
            emgkit.run_batch(root, out)
        other.kill()
    assert statuses(emgkit.run_batch(root, out)) == {"A": "up_to_date", "B": "up_to_date"}


def test_an_output_that_is_a_file(root, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(emgkit.InputError, match="file: "):
        emgkit.run_batch(root, tmp_path / "file")
