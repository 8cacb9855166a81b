"""Files appear whole or not at all."""

import os
import resource
import signal

import pytest

import emgkit
from emgkit import io
from emgkit.errors import InputError
from emgkit.io import write_files
from emgkit.io.files import write_new


def test_files_appear_with_their_bytes(tmp_path):
    folder = tmp_path / "new" / "out"
    paths = write_files(folder, {"a.csv": b"1\r\n", "b.bin": bytes(range(256))})
    assert paths == [folder / "a.csv", folder / "b.bin"]
    assert (folder / "a.csv").read_bytes() == b"1\r\n"
    assert sorted(os.listdir(folder)) == ["a.csv", "b.bin"]
    write_files(folder, {"a.csv": b"2"})
    assert (folder / "a.csv").read_bytes() == b"2"


@pytest.mark.parametrize("mask", [0o022, 0o002, 0o077])
def test_files_have_the_rights_that_the_system_gives_new_files(tmp_path, mask):
    before = os.umask(mask)
    try:
        write_files(tmp_path, {"a.csv": b""})
        write_new(tmp_path / "session.toml", b"")
    finally:
        os.umask(before)
    assert {p.stat().st_mode & 0o777 for p in tmp_path.iterdir()} == {0o666 & ~mask}


def test_the_mask_of_the_process_is_not_touched(tmp_path, monkeypatch):
    """It is one for all threads: what another thread makes in between would have any rights."""
    monkeypatch.setattr(os, "umask", lambda _: pytest.fail("the mask was changed"))
    write_files(tmp_path, {"a.csv": b""})
    write_new(tmp_path / "session.toml", b"")


@pytest.mark.parametrize("size", [100, 1_000_000])
def test_a_file_that_has_no_room_is_named_and_leaves_nothing(tmp_path, size):
    """A limit on the size of a file stands for a full disk; small contents fail only when flushed."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50, limits[1]))
    try:
        for write in (
            lambda: write_files(tmp_path, {"a.csv": b"", "b.csv": bytes(size)}),
            lambda: write_new(tmp_path / "b.csv", bytes(size)),
        ):
            with pytest.raises(InputError, match=r"^b\.csv: it cannot be written \(File too large\)"):
                write()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert os.listdir(tmp_path) == []


def test_a_failure_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    (tmp_path / "a.csv").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"a.csv: it cannot be written \(No space") as caught:
        write_files(tmp_path, {"a.csv": b"new", "b.csv": b"new"})
    assert caught.value.mend == "make room or rights there, or name another folder"
    assert os.listdir(tmp_path) == ["a.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"old"


def test_a_link_is_replaced_not_followed(tmp_path):
    (tmp_path / "target").write_bytes(b"mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.csv").symlink_to(tmp_path / "target")
    write_files(out, {"a.csv": b"result"})
    assert (tmp_path / "target").read_bytes() == b"mine"
    assert (out / "a.csv").read_bytes() == b"result"
    assert not (out / "a.csv").is_symlink()


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "a/b", "/a", "a\\b", "a\0b"])
def test_names_are_plain(tmp_path, name):
    with pytest.raises(InputError, match="no plain name"):
        write_files(tmp_path / "out", {"ok": b"", name: b""})
    assert os.listdir(tmp_path) == []


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(InputError, match="a file has its name"):
        write_files(tmp_path / "out", {"a": b""})
    with pytest.raises(InputError, match="cannot be written"):
        write_files(tmp_path / "out" / "deeper", {"a": b""})


def test_a_folder_where_the_file_should_be(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(InputError, match=r"^a: it cannot be written"):
        write_files(tmp_path, {"a": b""})
    assert os.listdir(tmp_path) == ["a"]


@pytest.fixture
def session(tmp_path):
    folder = tmp_path / "S"
    (folder / "sub").mkdir(parents=True)
    (folder / "session.toml").touch()
    return folder


@pytest.fixture(scope="module")
def result():
    return emgkit.analyze(emgkit.simulate(n_cycles=5))


def test_nothing_is_written_into_a_session(tmp_path, session, monkeypatch, result):
    (tmp_path / "link").symlink_to(session / "sub")
    monkeypatch.chdir(session / "sub")
    places = (
        session,
        session / "out",
        session / "sub" / "deep" / "out",
        tmp_path / "link",
        tmp_path / "link" / "out",
        tmp_path / "new" / ".." / "S" / "out",
        ".",
        "out",
    )
    for place in places:
        with pytest.raises(InputError, match="session's own folder"):
            write_files(place, {"a": b""})
        with pytest.raises(InputError, match="session's own folder"):
            emgkit.write_report(result, place, formats=["json"])
    assert sorted(os.listdir(session)) == ["session.toml", "sub"]
    assert os.listdir(session / "sub") == []
    # beside it, and where a link in it leads, is not in it
    (tmp_path / "elsewhere").mkdir()
    (session / "away").symlink_to(tmp_path / "elsewhere")
    for place in (tmp_path / "out", "../../out", session / "away"):
        assert write_files(place, {"a": b""})


@pytest.mark.parametrize("folder", [None, 5, b"out", ["out"], "", "a\0b", "\ud800"], ids=repr)
def test_what_is_no_path_is_refused(folder, result):
    calls = (
        lambda: write_files(folder, {"a": b""}),
        lambda: emgkit.write_report(result, folder, formats=["json"]),
        lambda: emgkit.read(folder),
        lambda: emgkit.list_channels(folder),
        lambda: emgkit.load_session(folder),
        lambda: io.open_file(folder),
        lambda: io.read_file_events(folder),
        lambda: io.read_events_and_switches(folder),
        lambda: io.load_settings(folder),
    )
    for call in calls:
        with pytest.raises(InputError, match=r"no path|cannot be the name of a (file|folder)") as caught:
            call()
        str(caught.value).encode()


@pytest.mark.parametrize("folder", ["/proc/nothing", "/dev/null/out", "x" * 300, "loop/out"])
def test_a_folder_that_cannot_be_written(tmp_path, folder, result):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError, match=r"cannot be (written|made)|link to itself"):
        emgkit.write_report(result, tmp_path / folder, formats=["json"])


@pytest.mark.parametrize(
    "formats",
    [None, 5, "pdf", [["a"]], [None], ["html", "odt"], pytest.param(iter([]), id="iterator")],
    ids=str,
)
def test_formats_of_a_report(tmp_path, formats, result):
    with pytest.raises(InputError, match="tables, json, html, pdf"):
        emgkit.write_report(result, tmp_path / "out", formats=formats)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("an", ["x", None, 5, {}])
def test_a_report_needs_an_analysis(tmp_path, an):
    with pytest.raises(InputError, match="This is no analysis"):
        emgkit.write_report(an, tmp_path / "out")
    assert os.listdir(tmp_path) == []
