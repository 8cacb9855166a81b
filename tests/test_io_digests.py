"""A file is hashed once only where it is provably the same: times put back, racy changes, other systems."""

import hashlib
import os
import time
from pathlib import Path

import pytest

from emgkit.io import digests


@pytest.fixture
def read(monkeypatch):
    """Files whose bytes were hashed, in order."""
    seen, real = [], hashlib.file_digest

    def counting(stream, name):
        seen.append(Path(stream.name).name)
        return real(stream, name)

    monkeypatch.setattr(hashlib, "file_digest", counting)
    monkeypatch.setattr(digests, "_taken", type(digests._taken)())
    return seen


@pytest.fixture
def later(monkeypatch):
    """Have the clock go on by so many seconds."""
    real = time.time_ns

    def go(seconds):
        monkeypatch.setattr(time, "time_ns", lambda: real() + int(seconds * 1e9))

    return go


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "walk.c3d"
    path.write_bytes(b"signal")
    return path


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def change_unseen(path, content=b"lengis"):
    """Change the content and put everything back that a program can put back."""
    before = path.stat()
    with path.open("r+b") as stream:
        stream.write(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (before.st_ino, before.st_size, before.st_mtime_ns) == (
        after.st_ino,
        after.st_size,
        after.st_mtime_ns,
    )


def test_a_settled_file_is_read_once(path, read, later):
    later(10)
    assert digests.digest(path) == digests.digest_once(path) == digests.digest_once(path) == sha256(path)
    assert read == ["walk.c3d"]


def test_asked_for_plainly_it_is_read_each_time(path, read, later):
    later(10)
    assert digests.digest(path) == digests.digest(path)
    assert len(read) == 2


@pytest.mark.parametrize("seconds", [-10, 0, 1.9])
def test_a_file_that_was_just_changed_is_read_again(path, read, later, seconds):
    """Another change within the clock's granularity would leave the same times; as may a slow clock."""
    later(seconds)
    assert digests.digest(path) == digests.digest_once(path)
    assert len(read) == 2


def test_a_change_whose_times_are_put_back_is_seen(path, read, later):
    later(10)
    before = digests.digest(path)
    change_unseen(path)
    assert digests.digest_once(path) == sha256(path) != before
    assert len(read) == 2


def test_a_file_of_long_ago_by_its_time_of_content_alone_is_read_again(path, read):
    os.utime(path, ns=(0, 0))
    assert digests.digest(path) == digests.digest_once(path)
    assert len(read) == 2


def test_a_file_that_changes_while_it_is_hashed_is_not_remembered(path, monkeypatch, read, later):
    later(10)
    counting = hashlib.file_digest

    def changing(stream, name):
        found = counting(stream, name)
        path.write_bytes(b"longer than it was")
        return found

    monkeypatch.setattr(hashlib, "file_digest", changing)
    digests.digest(path)
    monkeypatch.setattr(hashlib, "file_digest", counting)
    assert digests.digest_once(path) == sha256(path)
    assert len(read) == 2


def test_another_file_in_its_place_is_another(path, read, later, tmp_path):
    later(10)
    digests.digest(path)
    other = tmp_path / "other"
    other.write_bytes(b"lengis")
    os.replace(other, path)
    assert digests.digest_once(path) == sha256(path)


def test_a_second_name_of_a_file_costs_a_reading_and_no_error(path, read, later, tmp_path):
    """To link it changes the inode."""
    later(10)
    digests.digest(path)
    os.link(path, tmp_path / "backup.c3d")
    assert digests.digest_once(path) == sha256(path)
    assert len(read) == 2


def test_where_the_system_keeps_no_time_of_the_inode_nothing_is_remembered(path, read, later, monkeypatch):
    later(10)
    monkeypatch.setattr(digests, "_CHANGE_TIME", False)
    assert digests.digest(path) == digests.digest_once(path)
    assert len(read) == 2


def test_few_files_are_remembered(tmp_path, read, later, monkeypatch):
    monkeypatch.setattr(digests, "_MOST", 3)
    later(10)
    for i in range(9):
        (tmp_path / str(i)).write_bytes(bytes([i]))
        digests.digest(tmp_path / str(i))
    assert len(digests._taken) == 3
    assert digests.digest_once(tmp_path / "8") == sha256(tmp_path / "8")
    assert digests.digest_once(tmp_path / "0") == sha256(tmp_path / "0")
    assert read == [*"0123456780"]
