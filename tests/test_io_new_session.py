"""A manifest written from a folder of recordings: it loads, or the error names what to fill in."""

import errno
import json
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from test_io_c3d import write_c3d
from test_io_edf import write_edf

from emgkit import io
from emgkit.cli import main
from emgkit.errors import InputError
from emgkit.faults import section_of
from emgkit.io.manifest import Manifest
from emgkit.io.manifest_schema import manifest_schema
from emgkit.io.new_session import new_manifest, write_new_session

SIGNAL = np.sin(np.arange(2000.0)) * 1e-4


class Pool(dict):
    """Shown by its names: hypothesis repeats the arguments of a test."""

    def __repr__(self):
        return f"Pool({', '.join(self)})"


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    """Content of small recordings, by what is odd about them."""
    at = tmp_path_factory.mktemp("pool")
    of_c3d = {
        "one": {"TIBANT_L": SIGNAL, "FSW_HEEL": SIGNAL},
        "two": {"TIBANT_L": SIGNAL, "SOLEUS_L": SIGNAL},
        "both sides": {"LTA": SIGNAL, "RTA": SIGNAL},
        "none": {"CH1": SIGNAL, "CH2": SIGNAL},
        "hostile": {'TA "]\n= \x07#': SIGNAL, "EMG ???": SIGNAL},
    }
    files = {name: write_c3d(at / f"{name}.c3d", channels).read_bytes() for name, channels in of_c3d.items()}
    return Pool(files, damaged=files["one"][:700], empty=b"")


def filled(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def active(text: str) -> dict:
    return tomllib.loads(text)


def test_a_sample_session_is_found_again(sample_data, tmp_path):
    for source in (s for s in sample_data.iterdir() if s.is_dir()):
        theirs = io.load_session(source)
        folder = tmp_path / source.name
        shutil.copytree(source, folder)
        (folder / "session.toml").unlink()
        electrode = theirs.manifest["electrode"]
        path = write_new_session(folder, muscle=electrode["muscle"], side=electrode["side"])
        ours = io.load_session(folder)
        assert path == folder / "session.toml"
        assert {r: [Path(p).name for p in ps] for r, ps in ours.paths.items()} == {
            r: [Path(p).name for p in ps] for r, ps in theirs.paths.items()
        }
        assert ours.manifest["channels"]["emg"] == theirs.manifest["channels"]["emg"]
        assert ours.settings == type(ours.settings)()
        plain = json.loads(json.dumps(active(path.read_text()), default=str))
        assert not list(Draft202012Validator(manifest_schema()).iter_errors(plain))


def test_every_key_stands_there_with_its_meaning(pool, tmp_path):
    text = new_manifest(filled(tmp_path / "s", {"walk.c3d": pool["one"]}))
    assert text.startswith("#:schema ")
    for name in Manifest.model_fields:
        section = section_of(Manifest, name)
        if section is not None:
            part = re.split(r"\n(?:# )?\[", text.partition(f"[{name}]")[2])[0]
            for key, field in section.model_fields.items():
                assert re.search(rf"^(# )?{key} = .*  # {re.escape(field.description)}", part, re.M), (
                    name,
                    key,
                )
    assert "# debounce_s = 0.03  # " in text


def test_whatever_is_uncommented_without_a_value_is_refused(pool, tmp_path):
    folder = filled(tmp_path / "s", {"walk.c3d": pool["one"]})
    text = new_manifest(folder, muscle="ta", side="left")
    lines = text.split("\n")
    settings_from = next(i for i, line in enumerate(lines) if line.startswith("# Settings"))
    checked = 0
    for at, line in enumerate(lines[:settings_from]):
        if re.match(r"# [a-z_]+ = ", line) and "mode = " not in line:
            changed = [*lines[:at], line[2:], *lines[at + 1 :]]
            (folder / "session.toml").write_text("\n".join(changed))
            with pytest.raises(InputError):
                io.load_session(folder)
            checked += 1
    assert checked > 45


def test_all_settings_uncommented_are_the_defaults(pool, tmp_path):
    folder = filled(tmp_path / "s", {"walk.c3d": pool["one"]})
    head, mark, tail = new_manifest(folder, muscle="ta", side="left").partition("# Settings that differ")
    about, _, rest = tail.partition("\n")
    lines = [line[2:] for line in rest.split("\n") if "= ..." not in line]
    (folder / "session.toml").write_text(f"{head}{mark}{about}\n" + "\n".join(lines))
    ours = io.load_session(folder).settings
    assert ours == type(ours)()
    assert len(lines) > 35


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        (["walk_1", "rest", "mvc_1", "stim"], {"walk": 1, "rest": 1, "maximum": 1, "stimulation": 1}),
        (["Gait 01", "relaxed", "MMT-2", "max_3"], {"walk": 1, "rest": 1, "maximum": 2}),
        (["restaurant", "wall", "walk_rest"], {}),  # parts of words, and words of two roles
        (["static_walk", "cal_01"], {"walk": 1}),
    ],
)
def test_roles_are_proposed_by_whole_words(pool, tmp_path, names, roles):
    folder = filled(tmp_path / "s", {f"{name}.c3d": pool["one"] for name in names})
    text = new_manifest(folder)
    trials = active(text)["trials"]
    assert {role: len(files) for role, files in trials.items() if files != ["???"]} == roles
    for line in text.split("\n"):
        if any(line.startswith(f"{role} =") for role in roles):
            assert "; proposed by its name; check it" in line


def test_repetitions_by_their_annotations(tmp_path):
    folder = tmp_path / "s"
    folder.mkdir()
    write_edf(folder / "a.edf", [("FCU_R", "uV", 1000, SIGNAL * 1e6)], [(0.1, None, "repetition start")])
    trials = active(new_manifest(folder))["trials"]
    assert trials == {"activity": ["a.edf"]}


def test_the_channel_is_chosen_only_beyond_doubt(pool, tmp_path):
    one = filled(tmp_path / "one", {"walk.c3d": pool["one"], "rest.c3d": pool["one"]})
    assert active(new_manifest(one))["channels"]["emg"] == "TIBANT_L"
    assert active(new_manifest(one, muscle="soleus"))["channels"]["emg"] == "???"  # the label contradicts
    assert active(new_manifest(one, muscle="ta", side="right"))["channels"]["emg"] == "???"
    two = filled(tmp_path / "two", {"walk.c3d": pool["two"]})
    text = new_manifest(two)
    assert active(text)["channels"]["emg"] == "???"
    assert "one of: TIBANT_L, SOLEUS_L" in text
    assert active(new_manifest(two, muscle="soleus"))["channels"]["emg"] == "SOLEUS_L"
    sides = filled(tmp_path / "sides", {"walk.c3d": pool["both sides"]})
    assert active(new_manifest(sides, muscle="ta"))["channels"]["emg"] == "???"
    assert active(new_manifest(sides, muscle="ta", side="right"))["channels"]["emg"] == "RTA"
    mixed = filled(tmp_path / "mixed", {"walk.c3d": pool["one"], "rest.c3d": pool["both sides"]})
    assert active(new_manifest(mixed))["channels"]["emg"] == "???"
    assert active(new_manifest(mixed, emg="#1"))["channels"]["emg"] == "#1"
    with pytest.raises(InputError, match=r"rest\.c3d: no channel answers"):
        new_manifest(mixed, emg="TIBANT_L")


def test_what_cannot_be_used_is_listed_with_its_reason(pool, tmp_path):
    folder = filled(tmp_path / "s", {"walk.c3d": pool["one"], "b.c3d": pool["damaged"], "c.edf": b""})
    (tmp_path / "out.c3d").write_bytes(pool["one"])
    (folder / "d.c3d").symlink_to(tmp_path / "out.c3d")
    text = new_manifest(folder)
    assert "#   b.c3d: not usable: the C3D file is damaged" in text
    assert "#   c.edf: not usable: the file is empty" in text
    assert "#   d.c3d: not usable: it is a link to a file outside the folder" in text
    assert active(text)["trials"] == {"walk": ["walk.c3d"]}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"muscle": "tibial"}, "Not a known muscle"),
        ({"side": "L"}, "Not a side"),
        ({"session_id": "Jane Doe"}, "a code of letters"),
        ({"date": "March"}, "a date as 2025-03-04"),
    ],
)
def test_wrong_options(pool, tmp_path, options, said):
    folder = filled(tmp_path / "s", {"walk.c3d": pool["one"]})
    with pytest.raises(InputError, match=said) as caught:
        write_new_session(folder, **options)
    assert "Doe" not in str(caught.value)
    assert [p.name for p in folder.iterdir()] == ["walk.c3d"]


def test_nothing_is_replaced_and_nothing_is_left_behind(pool, tmp_path):
    folder = filled(tmp_path / "s", {"walk.c3d": pool["one"], "session.toml": b"# mine\n"})
    with pytest.raises(InputError, match=r"there is a session\.toml already, and it is not replaced"):
        write_new_session(folder)
    assert (folder / "session.toml").read_bytes() == b"# mine\n"
    inner = filled(folder / "inner", {"walk.c3d": pool["one"]})
    with pytest.raises(InputError, match="lies in that of another session"):
        write_new_session(inner)
    (folder / "session.toml").unlink()
    (folder / "session.toml").symlink_to(tmp_path / "nowhere.toml")
    with pytest.raises(InputError, match="already"):
        write_new_session(folder)
    assert not (tmp_path / "nowhere.toml").exists()
    assert sorted(p.name for p in folder.iterdir()) == ["inner", "session.toml", "walk.c3d"]


@pytest.mark.parametrize("fault", [errno.EPERM, errno.ENOTSUP])
def test_a_file_system_without_links(pool, tmp_path, monkeypatch, fault):
    def no_link(*_):
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(os, "link", no_link)
    folder = filled(tmp_path / "s", {"walk.c3d": pool["one"]})
    text = new_manifest(folder)
    assert write_new_session(folder).read_text(encoding="utf-8") == text
    (folder / "session.toml").write_bytes(b"# mine\n")
    with pytest.raises(InputError, match="already"):
        write_new_session(folder)
    assert (folder / "session.toml").read_bytes() == b"# mine\n"
    assert sorted(p.name for p in folder.iterdir()) == ["session.toml", "walk.c3d"]


def test_a_full_disk_leaves_nothing(pool, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    folder = filled(tmp_path / "s", {"walk.c3d": pool["one"]})
    with pytest.raises(InputError, match=r"session\.toml: it cannot be written \(No space left"):
        write_new_session(folder)
    assert [p.name for p in folder.iterdir()] == ["walk.c3d"]


def test_folders_that_cannot_be_used(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    for name, said in (("empty", "holds no recording"), ("file", "no folder"), ("gone", "no such folder")):
        with pytest.raises(InputError, match=said):
            write_new_session(tmp_path / name)
    damaged = filled(tmp_path / "damaged", {"a.c3d": b"\x02\x50junk"})
    with pytest.raises(InputError, match=r"Found: 'a\.c3d: not usable"):
        write_new_session(damaged)


NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), max_size=8)
KINDS = ["one", "two", "both sides", "none", "hostile", "damaged", "empty"]


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(
        st.builds(
            lambda word, free, end: word + free + end,
            st.sampled_from(["walk_", "rest", "mvc ", "stim-", "t", "???", "["]),
            NAMES,
            st.sampled_from([".c3d", ".C3D"]),
        ),
        st.sampled_from(KINDS),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([None, "ta", "soleus"]),
    st.sampled_from([None, "left", "right"]),
)
def test_any_folder_gives_a_manifest_that_loads_or_says_what_is_missing(
    pool, tmp_path_factory, files, muscle, side
):
    folder = filled(tmp_path_factory.mktemp("any") / "s", {n: pool[kind] for n, kind in files.items()})
    if not any(kind not in ("damaged", "empty") for kind in files.values()):
        with pytest.raises(InputError, match="no recording that can be read"):
            write_new_session(folder, muscle=muscle, side=side)
        return
    text = write_new_session(folder, muscle=muscle, side=side).read_text(encoding="utf-8")
    given = active(text)
    open_places = [
        f"{section}.{key}"
        for section, keys in given.items()
        for key, value in keys.items()
        if value in ("???", ["???"])
    ]
    assert ("electrode.muscle" in open_places) == (muscle is None)
    assert ("electrode.side" in open_places) == (side is None)
    if open_places:
        with pytest.raises(InputError) as caught:
            io.load_session(folder)
        said = str(caught.value)
        assert said.count("still to be filled in") == len(open_places)
        assert said.count("): ") <= len(open_places)
        assert all(place in said for place in open_places)
        return
    session = io.load_session(folder)
    channels = session.manifest["channels"]
    for path in (p for paths in session.paths.values() for p in paths):
        assert io.read(path, emg=channels["emg"], side=side, switches={}).emg_uv.size == SIGNAL.size


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*args):
        monkeypatch.setattr(sys, "argv", ["emgkit", *map(str, args)])
        with pytest.raises(SystemExit) as left:
            main()
        return left.value.code, *capsys.readouterr()

    return call


def test_the_command(pool, tmp_path, run):
    folder = filled(tmp_path / "s", {"walk.c3d": pool["one"]})
    code, out, _ = run("new-session", folder, "--stdout", "--muscle", "ta", "--side", "left")
    assert code == 0
    assert active(out)["electrode"] == {"muscle": "tibialis_anterior", "side": "left"}
    assert not (folder / "session.toml").exists()
    code, out, _ = run("new-session", folder)
    assert code == 0
    assert "Next: session.toml: 2 entries cannot be used" in out
    code, _, said = run("new-session", folder)
    assert code == 1
    assert said.startswith("emgkit: s: there is a session.toml already")
    assert run("new-session", folder, "--side", "up")[0] == 2


def test_a_session_that_looks_like_a_person_is_warned_of(pool, tmp_path, run):
    folder = filled(tmp_path / "s", {"walk.c3d": pool["one"]})
    code, out, _ = run("new-session", folder, "--muscle", "ta", "--side", "left", "--id", "Jane_Doe")
    assert code == 0
    assert "Warning: session.id looks like a name" in out
    code, _, said = run("report", folder, "--out", tmp_path / "out")  # no cycle can be found in it
    assert code == 1
    assert said.startswith("emgkit: warning: session.id looks like a name")


def test_the_schema_is_printed_whole(run):
    assert json.loads(run("schema")[1]) == manifest_schema()
