"""Whatever interrupts a batch, and wherever, a second run ends in the bytes of an undisturbed one.

What is tested: the process ends at each call by which something is written, and the disk is full at each.
What is not: a disk that loses what it said it had written; the order of the calls that prevents it is.
"""

import errno
import io
import os
import resource
import shutil

import pytest
from batch_sessions import by_id, listing, read_only, tree, write_manifest, write_session

import emgkit
from emgkit.batch import run as batch_run
from emgkit.batch import state
from emgkit.batch.one import do

CALLS = ("open", "fsync", "replace", "unlink", "mkdir")


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Three sessions, of which one cannot be used, with the results of two of them made beforehand."""
    root = tmp_path_factory.mktemp("archive")
    for number, name in enumerate(("one", "two")):
        write_session(root / name, name, seed=number)
    write_manifest(root / "without", "without")
    return root


@pytest.fixture(scope="module")
def made(archive):
    """The analysis and the files of each session, so that a run takes no time but for its writing."""
    from emgkit.report.files import render

    results = {name: emgkit.analyze_session(emgkit.load_session(archive / name)) for name in ("one", "two")}
    return results, {id(an): render(an, formats=("tables", "json")) for an in results.values()}


@pytest.fixture
def quick(made, monkeypatch):
    results, files = made
    monkeypatch.setattr("emgkit.session.analyze_session", lambda session: results[session.id])
    monkeypatch.setattr(
        "emgkit.report.files.render",
        lambda an, formats: {
            name: content
            for name, content in files[id(an)].items()
            if name == "result.json" or (name in ("cycles.csv", "bursts.csv") and "tables" in formats)
        },
    )
    monkeypatch.setattr(batch_run, "run_local", lambda tasks, jobs, limit_s: (do(task) for task in tasks))


class Injector:
    """Does something in place of the n-th call that writes, and of all after it."""

    def __init__(self, monkeypatch, at, act, only_below):
        self.count, self.at, self.act = 0, at, act
        for name in CALLS:
            monkeypatch.setattr(os, name, self.around(getattr(os, name), os.fspath(only_below), name))
        monkeypatch.setattr(io, "open", self.around(io.open, os.fspath(only_below), "open"))  # that of paths

    def around(self, call, below, name):
        def wrapped(first, *args, **kwargs):
            reads = name == "open" and not (args and writes(args[0]))
            if (isinstance(first, int) or os.fspath(first).startswith(below)) and not reads:
                self.count += 1
                if self.count >= self.at:
                    self.act()
            return call(first, *args, **kwargs)

        return wrapped


def writes(how):
    """Tell whether a file is opened for writing, by flags of the system or in Python's letters."""
    if isinstance(how, str):
        return not set("wxa+").isdisjoint(how)
    return bool(how & (os.O_CREAT | os.O_WRONLY | os.O_RDWR))


@pytest.fixture
def no_disk(monkeypatch):
    """Nothing waits for the disk: it is the process that ends, or the call that fails."""
    monkeypatch.setattr(os, "fsync", lambda handle: None)


def end():
    os._exit(9)


def full():
    raise OSError(errno.ENOSPC, "No space left on device")


def batch(root, out, formats=("json",)):
    return emgkit.run_batch(root, out, formats=formats)


def in_a_process_of_its_own(work):
    """Do work in a copy of this process; return its exit code."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def results_of_before(out, earlier):
    """Put the results of an earlier run, with more formats, in the place of those to come."""
    if earlier:
        shutil.copytree(out.parent / "earlier", out)


def n_calls(archive, out, monkeypatch, earlier):
    with monkeypatch.context() as patch:
        results_of_before(out, earlier)
        counter = Injector(patch, 10**9, end, out)
        batch(archive, out)
    return counter.count


@pytest.mark.parametrize("earlier", [False, True], ids=["first run", "over results of other formats"])
def test_ended_at_any_call_that_writes(archive, quick, no_disk, tmp_path, monkeypatch, earlier):
    if earlier:
        batch(archive, tmp_path / "earlier", formats=("tables", "json"))
    undisturbed = tmp_path / "undisturbed"
    total = n_calls(archive, undisturbed, monkeypatch, earlier)
    want = tree(undisturbed)
    assert total > 20
    assert {name for name in want if name.startswith("one/")} == {"one/result.json", "one/session.json"}
    for at in range(1, total + 1):
        out = tmp_path / f"at_{at}"
        results_of_before(out, earlier)

        def disturbed(out=out, at=at):
            with monkeypatch.context() as patch:
                Injector(patch, at, end, out)
                batch(archive, out)

        assert in_a_process_of_its_own(disturbed) == 9
        for name in ("one", "two"):  # what says that it is done stands beside the whole of it
            found = state.read_state(out / name)
            assert found is None or state.is_up_to_date(out / name, found.key)
        batch(archive, out)
        assert tree(out) == want, at


@pytest.mark.parametrize("earlier", [False, True], ids=["first run", "over results of other formats"])
def test_a_disk_that_is_full_from_any_call_on(archive, quick, no_disk, tmp_path, monkeypatch, earlier):
    if earlier:
        batch(archive, tmp_path / "earlier", formats=("tables", "json"))
    undisturbed = tmp_path / "undisturbed"
    total = n_calls(archive, undisturbed, monkeypatch, earlier)
    want = tree(undisturbed)
    for at in range(1, total + 1):
        out = tmp_path / f"at_{at}"
        results_of_before(out, earlier)
        with monkeypatch.context() as patch:
            Injector(patch, at, full, out)
            try:
                outcomes = batch(archive, out)
            except emgkit.InputError as error:
                assert "No space left on device" in str(error)  # noqa: PT017
            else:
                failed = [one for one in outcomes if one.kind == "output"]
                assert failed or tree(out) == want  # that it cannot tidy up after the last file harms nothing
                assert all("No space left on device" in one.reason for one in failed)
        batch(archive, out)
        assert tree(out) == want, at


def test_a_limit_of_the_system_on_the_size_of_files(archive, quick, tmp_path):
    out, undisturbed = tmp_path / "out", tmp_path / "undisturbed"
    batch(archive, undisturbed)

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, resource.RLIM_INFINITY))
        outcomes = by_id(batch(archive, out))
        assert [outcomes[name].kind for name in ("one", "two", "without")] == ["output", "output", "input"]
        assert "File too large" in outcomes["one"].reason
        assert not (out / "one" / "result.json").exists()
        assert not [name for name in tree(out) if name.endswith(".part")]

    assert in_a_process_of_its_own(limited) == 0
    batch(archive, out)
    assert tree(out) == tree(undisturbed)


def test_files_are_on_the_disk_before_their_names_and_the_state_comes_last(
    archive, quick, tmp_path, monkeypatch
):
    calls = []
    for name in ("fsync", "replace"):
        real = getattr(os, name)

        def noted(first, *args, real=real, name=name):
            calls.append((name, os.path.basename(args[0]) if args else os.readlink(f"/proc/self/fd/{first}")))
            return real(first, *args)

        monkeypatch.setattr(os, name, noted)
    batch(archive, tmp_path / "out")
    place = str(tmp_path / "out" / "one")
    renamed = [target for kind, target in calls if kind == "replace"]
    sessions = ["result.json", "session.json"] * 2 + ["session.json"]  # the last has no result
    assert renamed[:5] == sessions
    assert "sessions.csv" in renamed[5:-1]
    assert renamed[-1] == "batch.json"
    one = calls.index(("replace", "result.json"))
    assert calls[one - 1][1].startswith(f"{place}/.result.json.")
    assert calls[one + 1] == ("fsync", place)
    assert calls[one + 3] == ("replace", "session.json")
    assert calls[one + 4] == ("fsync", place)


def test_nothing_in_the_sessions_folders_is_touched(archive, quick, tmp_path):
    with read_only(archive):
        before = listing(archive)
        batch(archive, tmp_path / "out")
        batch(archive, tmp_path / "out")
        assert listing(archive) == before


def test_what_a_killed_run_was_about_to_write_is_removed(archive, quick, tmp_path):
    out = tmp_path / "out"
    batch(archive, out)
    want = tree(out)
    for place in (out, out / "one"):
        (place / ".result.json.abc.part").write_bytes(b"half")
    (out / "one" / "session.json").unlink()
    batch(archive, out)
    assert tree(out) == want
