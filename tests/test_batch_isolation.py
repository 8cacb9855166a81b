"""What happens in the process of a session costs that session only, and is reported as what it was."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from batch_sessions import by_id, listing, read_only, tree, write_manifest, write_session

import emgkit
from emgkit.batch import sandbox
from emgkit.batch.one import Task, clean
from emgkit.batch.sandbox import Sandbox, Sandboxes

# a process in which sessions of certain names meet with an accident; the others go their way
ACCIDENTS = """
import ctypes, json, os, signal, sys
sys.path[:] = json.loads(sys.argv[1])
import emgkit.io
real = emgkit.io.load_session
def accident(folder):
    match os.path.basename(folder):
        case "killed": os.kill(os.getpid(), signal.SIGKILL)
        case "native": ctypes.string_at(0)
        case "leaves": os._exit(3)
        case "hangs":
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            while True: pass
        case "memory": bytearray(1 << 62)
        case "defect": raise KeyError("/archive/of/ours/walk.c3d at 0x7f00aa")
        case "deep": return accident(folder)
        case "talks": os.write(1, b"noise of a library"); print("more of it")
        case "too_short": raise emgkit.InsufficientDataError("too few strides", found=1, needed=3)
        case "quits": raise SystemExit(5)
    return real(folder)
emgkit.io.load_session = accident
from emgkit.batch.worker import main
main()
"""
REASONS = {
    "killed": ("crash", "was ended by SIGKILL, as the system does when memory runs out."),
    "native": ("crash", "was ended by SIGSEGV, a crash in native code."),
    "leaves": ("crash", "ended with exit code 3."),
    "memory": ("memory", "The memory did not suffice."),
    "defect": ("defect", "Unexpected fault (KeyError: 'walk.c3d at 0x...')."),
    "deep": ("defect", "Unexpected fault (RecursionError: maximum recursion depth exceeded"),
    "quits": ("crash", "ended with exit code 5."),
    "no_manifest_key": ("input", "line 1, sesion: unknown key"),
    "no_file": ("input", "there is no such file"),
    "too_short": ("insufficient_data", "Too few strides. Found: 1. Needed: 3."),
}


def write_archive(root):
    for number, name in enumerate(("good_1", "good_2", "talks")):
        write_session(root / name, name, seed=number)
    for name in REASONS:
        write_session(root / name, name)
    (root / "no_manifest_key" / "session.toml").write_text("[sesion]\nid = 'no_manifest_key'\n")
    (root / "no_file" / "walk_1.c3d").unlink()
    with (root / "no_file" / "session.toml").open("a") as stream:
        stream.write('rest = "rest.c3d"\n')


@pytest.fixture(scope="module")
def accidents(tmp_path_factory):
    """Outcomes of a batch with every accident, the folder of results, and the archive."""
    root, out = (tmp_path_factory.mktemp(name) for name in ("archive", "out"))
    write_archive(root)
    with pytest.MonkeyPatch.context() as patch, read_only(root):
        patch.setattr(sandbox, "_PROGRAM", ACCIDENTS)
        before = listing(root)
        outcomes = emgkit.run_batch(root, out, jobs=2, formats=("json",))
        assert listing(root) == before
    return by_id(outcomes), out, root


@pytest.mark.parametrize("name", REASONS)
def test_each_accident_is_a_row_with_its_reason(accidents, name):
    outcomes, out, _ = accidents
    kind, reason = REASONS[name]
    assert (outcomes[name].status, outcomes[name].kind) == ("failed", kind), outcomes[name].reason
    assert reason in outcomes[name].reason
    assert {path.name for path in (out / name).iterdir()} == {"session.json"}


def test_a_session_that_hangs_is_ended_and_the_next_has_a_new_process(tmp_path, monkeypatch):
    """None of them is done here, so that the limit is the same to a busy machine."""
    monkeypatch.setattr(sandbox, "_PROGRAM", ACCIDENTS)
    for name in ("hangs", "killed"):
        write_manifest(tmp_path / "archive" / name, name)
    outcomes = by_id(emgkit.run_batch(tmp_path / "archive", tmp_path / "out", jobs=1, time_limit_s=1.0))
    assert outcomes["hangs"].kind == "time_limit"
    assert outcomes["hangs"].reason == "The time limit of 1 s was exceeded."
    assert REASONS["killed"][1] in outcomes["killed"].reason


def test_the_others_are_done(accidents):
    outcomes, out, _ = accidents
    done = {name for name, one in outcomes.items() if not one.failed}
    assert done == {"good_1", "good_2", "talks"}
    for name in done:
        assert (
            emgkit.Analysis.from_json((out / name / "result.json").read_text()).manifest["session"]["id"]
            == name
        )


def test_no_path_of_this_machine_in_any_output(accidents):
    _, out, root = accidents
    for name, content in tree(out).items():
        for path in (root, out, Path(emgkit.__file__).parent, Path.home()):
            assert os.fsencode(path) + b"/" not in content, name


def test_a_run_without_accidents_does_what_failed_and_only_that(accidents):
    _, out, root = accidents
    outcomes = by_id(emgkit.run_batch(root, out, jobs=2, formats=("json",)))
    assert {name for name, one in outcomes.items() if one.failed} == {"no_manifest_key", "no_file"}
    assert {name for name, one in outcomes.items() if one.status == "up_to_date"} == {
        "good_1",
        "good_2",
        "talks",
    }
    assert not [name for name in tree(out) if name.endswith(".part")]


def task(folder, out):
    return Task(folder.name, folder.name, str(folder), str(out / folder.name), ("json",))


def test_a_process_that_ended_while_idle_is_no_failure(tmp_path):
    do, out = Sandbox(60.0), tmp_path / "out"
    try:
        assert do(task(write_manifest(tmp_path / "a", "a"), out)).kind == "input"
        os.kill(do._process.pid, signal.SIGKILL)
        assert do(task(write_manifest(tmp_path / "b", "b"), out)).kind == "input"
    finally:
        do.close()


def test_a_process_that_does_not_start_is_a_row(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "_PROGRAM", "raise SystemExit(7)")
    do = Sandbox(1.0)
    outcome = do(task(tmp_path, tmp_path))
    do.close()
    assert outcome.kind == "crash"
    assert (
        outcome.reason == "The process that should do the session did not start. It ended with exit code 7."
    )


def test_closing_ends_a_session_at_once_and_starts_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(
        sandbox, "_PROGRAM", "import sys, time\nfor _ in sys.stdin: print('{}', flush=True); time.sleep(3600)"
    )
    all_of_them = Sandboxes(3600.0)
    found = []
    thread = threading.Thread(
        target=lambda: found.extend(all_of_them(task(tmp_path, tmp_path)) for _ in range(2))
    )
    thread.start()
    until = time.monotonic() + 20
    while not (all_of_them._all and all_of_them._all[0]._process) and time.monotonic() < until:
        time.sleep(0.01)
    all_of_them.close()
    thread.join(timeout=20)
    assert [one.kind for one in found] == ["crash", "crash"]
    assert found[1].reason.endswith("did not start.")


def test_another_version_does_not_do_it(tmp_path):
    from emgkit.batch.one import do

    given = task(write_manifest(tmp_path / "a", "a"), tmp_path / "out")
    outcome = do(Task.from_dict(given.to_dict() | {"emgkit": "0.0.1"}))
    assert outcome.kind == "input"
    assert "another version" in outcome.reason


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("[Errno 2] No such file: '/home/x y/a.c3d'", "[Errno 2] No such file: 'a.c3d'"),
        ("C:\\data\\a.c3d is gone", "a.c3d is gone"),
        ("unit uV/ms, 3/4", "unit uV/ms, 3/4"),
        ("<object at 0x7F00>", "<object at 0x...>"),
    ],
)
def test_words_of_a_fault_without_folders_and_addresses(said, shown):
    assert clean(said) == shown
