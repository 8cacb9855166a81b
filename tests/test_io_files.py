"""Files appear whole or not at all."""

import os

import pytest

from emgkit.errors import InputError
from emgkit.io import write_files


def test_files_appear_with_their_bytes(tmp_path):
    folder = tmp_path / "new" / "out"
    paths = write_files(folder, {"a.csv": b"1\r\n", "b.bin": bytes(range(256))})
    assert paths == [folder / "a.csv", folder / "b.bin"]
    assert (folder / "a.csv").read_bytes() == b"1\r\n"
    assert sorted(os.listdir(folder)) == ["a.csv", "b.bin"]
    write_files(folder, {"a.csv": b"2"})
    assert (folder / "a.csv").read_bytes() == b"2"
    assert (folder / "a.csv").stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_a_failure_leaves_nothing(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    (tmp_path / "a.csv").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match=r"a.csv: it cannot be written \(No space") as caught:
        write_files(tmp_path, {"a.csv": b"new", "b.csv": b"new"})
    assert "--out" in caught.value.mend
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
