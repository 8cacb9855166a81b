"""Session folders are found at any depth, once each, and named apart."""

import os
import re

import pytest
from batch_sessions import write_manifest
from hypothesis import given
from hypothesis import strategies as st

from emgkit import InputError
from emgkit.batch.find import Found, find_sessions
from emgkit.batch.names import RESERVED, folder_name, name_sessions
from emgkit.io.manifest import _ID


def folders(found):
    return [one.folder for one in found]


def test_at_any_depth_sorted_and_also_within_one_another(tmp_path):
    for name in ("b/2001/deep/er", "a", "b", "c/x y"):
        write_manifest(tmp_path / name)
    (tmp_path / "empty").mkdir()
    assert folders(find_sessions(tmp_path)) == ["a", "b", "b/2001/deep/er", "c/x y"]


def test_the_root_itself(tmp_path):
    write_manifest(tmp_path)
    (named,) = name_sessions(find_sessions(tmp_path))
    assert named.found.folder == "."
    assert named.name.startswith("root-")


def test_loops_of_links_end_and_a_folder_is_taken_once_by_its_real_place(tmp_path):
    write_manifest(tmp_path / "z" / "real")
    os.symlink(tmp_path / "z" / "real", tmp_path / "a_link")
    os.symlink(tmp_path, tmp_path / "z" / "up")
    os.symlink(tmp_path / "loop", tmp_path / "loop")
    assert folders(find_sessions(tmp_path)) == ["z/real"]


def test_a_link_to_a_folder_elsewhere_is_followed(tmp_path):
    write_manifest(tmp_path / "elsewhere" / "one")
    root = tmp_path / "root"
    root.mkdir()
    os.symlink(tmp_path / "elsewhere", root / "link")
    assert folders(find_sessions(root)) == ["link/one"]


def test_hidden_folders_and_the_results_are_not_looked_into(tmp_path):
    for name in (".snapshot/one", "results/one", "one"):
        write_manifest(tmp_path / name)
    assert folders(find_sessions(tmp_path, tmp_path / "results")) == ["one"]


def test_a_manifest_that_is_no_file_is_found_so_that_it_is_a_row(tmp_path):
    (tmp_path / "one" / "session.toml").mkdir(parents=True)
    (tmp_path / "two").mkdir()
    os.symlink("nowhere", tmp_path / "two" / "session.toml")
    assert folders(find_sessions(tmp_path)) == ["one", "two"]


def test_a_folder_that_cannot_be_read_is_found_with_its_reason(tmp_path, monkeypatch):
    write_manifest(tmp_path / "closed")
    write_manifest(tmp_path / "open")
    scan = os.scandir

    def refuse(folder):
        if os.fspath(folder).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    closed, open_ = find_sessions(tmp_path)
    assert (closed.folder, closed.fault) == ("closed", "the folder cannot be read (Permission denied)")
    assert not open_.fault


@pytest.mark.parametrize("what", ["missing", "file"])
def test_a_root_that_is_no_folder(tmp_path, what):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=rf"{what}: .*folder") as caught:
        find_sessions(tmp_path / what)
    assert str(tmp_path) not in str(caught.value)


def names(root):
    return {one.found.folder: (one.name, one.fault) for one in name_sessions(find_sessions(root))}


def test_the_id_names_and_without_one_the_folder_does(tmp_path):
    write_manifest(tmp_path / "one", "GL-0417")
    write_manifest(tmp_path / "two")
    write_manifest(tmp_path / "2001" / "two")
    found = names(tmp_path)
    assert found["one"] == ("GL-0417", "")
    assert found["two"] == ("two", "")
    assert re.fullmatch(r"2001_two-[0-9a-f]{8}", found["2001/two"][0])


def test_sessions_with_one_id_are_all_refused_and_named_by_their_folders(tmp_path):
    write_manifest(tmp_path / "a", "X1")
    write_manifest(tmp_path / "b", "x1")
    write_manifest(tmp_path / "c", "Y")
    found = names(tmp_path)
    assert found["c"] == ("Y", "")
    for folder in ("a", "b"):
        name, fault = found[folder]
        assert name.startswith(f"{folder}-")
        assert fault.endswith("more than one session: a, b")


def test_an_id_that_is_a_file_of_the_batch_is_refused(tmp_path):
    write_manifest(tmp_path / "a", "Batch.json")
    name, fault = names(tmp_path)["a"]
    assert name.startswith("a-")
    assert "file of the batch" in fault


def test_a_broken_manifest_is_named_by_its_id_where_that_can_be_read(tmp_path):
    write_manifest(tmp_path / "a", "X1")
    with (tmp_path / "a" / "session.toml").open("a") as stream:
        stream.write("unknown = 3\n")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "session.toml").write_bytes(b"\xff\xfe[session")
    write_manifest(tmp_path / "c", "no id/at all")
    found = names(tmp_path)
    assert {folder: name for folder, (name, _) in found.items()} == {"a": "X1", "b": "b", "c": "c"}


@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=4).map("/".join))
def test_every_folder_has_a_plain_name_that_could_be_an_id(folder):
    name = folder_name(folder)
    assert _ID.fullmatch(name)
    assert name.casefold() not in RESERVED
    assert name == folder or re.search(r"-[0-9a-f]{8}$", name)


@given(
    st.lists(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), min_size=2, max_size=9, unique=True
    )
)
def test_different_folders_have_different_names(folders):
    found = [Found(None, folder, "closed") for folder in folders]
    assert len({one.name.casefold() for one in name_sessions(found)}) == len(folders)


def test_a_missing_root_is_said_also_where_the_results_are_not_there_yet(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        find_sessions(tmp_path / "missing", tmp_path / "out")
