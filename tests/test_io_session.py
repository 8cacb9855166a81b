"""The session folder: what is accepted, and every fault at once with its line."""

import json
import os

import pytest

from emgkit import io
from emgkit.errors import InputError
from emgkit.settings import Settings

FULL = """\
[session]
id = "GL-0417"
date = 2025-03-04
[study]
indication = "varus of the hindfoot"
other_tests = ["video", "plantar pressure"]
[electrode]
muscle = "TIBPOST"
side = "left"
wire = "50 um, 2 mm bared tips"
[acquisition]
amplifier = "differential"
[channels]
emg = "TIBPOST_L"
emg_unit = "uV"
switches = { coded = "FSW_L" }
[footswitch]
levels_v = { heel = 0.5, fifth_metatarsal = 1, first_metatarsal = 2.0 }
[trials]
walk = ["walk_*.c3d", "extra.c3d"]
rest = "rest.c3d"
maximum = ["mmt_1.c3d", "mmt_2.c3d"]
[settings.detect]
method = "double_threshold"
[settings.gait]
debounce_s = 0.02
"""
LEAST = '[electrode]\nmuscle = "ta"\nside = "right"\n[trials]\nactivity = "a.edf"\n'


@pytest.fixture
def folder(tmp_path):
    session = tmp_path / "s"
    session.mkdir()
    for name in ("walk_10", "walk_2", "extra", "rest", "mmt_1", "mmt_2"):
        (session / f"{name}.c3d").touch()
    (session / "a.edf").touch()
    (tmp_path / "outside.c3d").touch()
    return session


def load(folder, text):
    (folder / "session.toml").write_text(text)
    return io.load_session(folder)


def refuse(folder, text) -> str:
    with pytest.raises(InputError) as caught:
        load(folder, text)
    assert caught.value.where == "session.toml"
    assert "\n" not in str(caught.value)
    assert str(folder) not in str(caught.value)
    return str(caught.value)


def test_a_full_manifest(folder):
    ses = load(folder, FULL)
    assert ses.id == "GL-0417"
    assert ses.folder == str(folder)
    names = {role: [os.path.basename(p) for p in paths] for role, paths in ses.paths.items()}
    assert names == {
        "walk": ["walk_10.c3d", "walk_2.c3d", "extra.c3d"],
        "rest": ["rest.c3d"],
        "maximum": ["mmt_1.c3d", "mmt_2.c3d"],
    }
    assert all(os.path.isabs(p) for paths in ses.paths.values() for p in paths)
    assert ses.manifest["electrode"]["muscle"] == "tibialis_posterior"
    assert ses.manifest["session"]["date"] == "2025-03-04"
    assert "stimulation" not in ses.manifest["trials"]
    assert json.loads(json.dumps(ses.manifest)) == ses.manifest
    assert ses.settings.gait.coded_levels_v == {
        "heel": 0.5,
        "fifth_metatarsal": 1.0,
        "first_metatarsal": 2.0,
    }
    assert ses.settings.gait.debounce_s == 0.02
    assert ses.settings.detect.method == "double_threshold"


def test_the_least_manifest(folder):
    ses = load(folder, LEAST)
    assert ses.settings == Settings()
    assert list(ses.paths) == ["activity"]
    assert ses.manifest["electrode"] == {"muscle": "tibialis_anterior", "side": "right"}
    assert ses.id == "not recorded"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'side = "left"',
            'side = "L"',
            "line 9, electrode.side: it has to be 'left' or 'right' (found",
        ),
        (
            '"TIBPOST"',
            '"tibialis"',
            "electrode.muscle: not a known muscle (found 'tibialis'); near it: ",
        ),
        ("indication", "indikation", "line 5, study.indikation: unknown key; did you mean indication?"),
        ("[study]", "[studie]", "line 4, studie: unknown key; did you mean study?"),
        ('"uV"', '"uW"', "line 15, channels.emg_unit: not a known unit of voltage; accepted: V, mV, uV, nV"),
        ("coded =", "code =", "line 16, channels.switches: code is no site; accepted: heel, "),
        ("heel = 0.5", "heel = -1", "line 18, footswitch.levels_v.heel: it has to be greater than 0"),
        ('"rest.c3d"', '"rst.c3d"', "line 21, trials.rest: there is no such file (found 'rst.c3d')"),
        ('"rest.c3d"', '"../outside.c3d"', "line 21, trials.rest: not a path inside the folder"),
        ('"rest.c3d"', '"/etc/passwd"', "line 21, trials.rest: not a path inside the folder"),
        ('"rest.c3d"', "5", "line 21, trials.rest: the name of a file, or a list of names, is needed"),
        ('"rest.c3d"', "[]", "line 21, trials.rest: the name of a file, or a list of names, is needed"),
        ("walk_*", "run_*", "line 20, trials.walk: no file answers to the pattern (found 'run_*.c3d')"),
        ('"extra.c3d"', '"walk_2.c3d"', "line 20, trials.walk: the file is named twice (found 'walk_2.c3d')"),
        ("walk =", "wlk =", "line 20, trials.wlk: unknown key; did you mean walk?"),
        ("rest =", 'activity = "a.edf"\nrest =', "exactly one of walk and activity is needed"),
        ("GL-0417", "../x", "line 2, session.id: a code of letters"),
        ("2025-03-04", '"March"', "line 3, session.date: a date as 2025-03-04 is needed (found 'March')"),
        ("method =", "metod =", "line 24, settings.detect.metod: unknown key; did you mean method?"),
        ("0.02", "-1", "line 26, settings.gait.debounce_s: it has to be greater than or equal to 0"),
        ("debounce_s = 0.02", "coded_levels_v = { heel = 1.0 }", "the levels also stand under [footswitch]"),
        (
            '"double_threshold"',
            '"foo"',
            "line 24, settings.detect.method: it has to be 'hmm', 'double_threshold', 'hodges_bui', ",
        ),
        ("debounce_s", "debounce", "line 26, settings.gait.debounce: unknown key; did you mean debounce_s?"),
        ("debounce_s", "stride", "line 26, settings.gait.stride: unknown key"),
        ('"differential"', "3", "line 12, acquisition.amplifier: a text in quotes is needed (found 3)"),
        (
            '"GL-0417"',
            '"GL-0417',
            "no valid TOML; line 2: a text does not end in the line in which it begins",
        ),
    ],
)
def test_faults_name_their_line(folder, old, new, said):
    assert FULL.count(old) == 1
    assert said in refuse(folder, FULL.replace(old, new))


@pytest.mark.parametrize("section", ["electrode", "trials"])
def test_what_must_be_there(folder, section):
    start = LEAST.index(f"[{section}]")
    end = LEAST.find("[", start + 1)
    text = LEAST[:start] + (LEAST[end:] if end > 0 else "")
    assert f"{section}: missing" in refuse(folder, text)


def test_all_faults_at_once(folder):
    text = FULL.replace('side = "left"', 'side = "L"').replace("rest.c3d", "x.c3d").replace("uV", "N")
    said = refuse(folder, text)
    assert said.startswith("session.toml: 3 entries cannot be used: (1) line 9, ")
    assert said.index("line 9") < said.index("line 15") < said.index("line 21")


def test_a_link_out_of_the_folder(folder, tmp_path):
    (folder / "walk_9.c3d").symlink_to(tmp_path / "outside.c3d")
    assert "the file lies outside the folder (found 'walk_9.c3d')" in refuse(folder, FULL)
    (folder / "walk_9.c3d").unlink()
    (folder / "walk_9.c3d").symlink_to(folder / "rest.c3d")
    assert len(load(folder, FULL).paths["walk"]) == 4


@pytest.mark.parametrize("target", ["loop.c3d", "nowhere.c3d"])
def test_a_link_that_leads_nowhere_is_called_so_and_not_offered(folder, target):
    (folder / "loop.c3d").symlink_to(folder / target)
    said = refuse(folder, FULL.replace('"extra.c3d"', '"loop.c3d"'))
    assert (
        "trials.walk: this link leads to no file (found 'loop.c3d'); in the folder: a.edf, extra.c3d, "
        in said
    )
    assert "no file answers to the pattern" in refuse(folder, FULL.replace("extra.c3d", "loop*"))


def test_a_pattern_too_deep_to_follow_is_a_fault_like_others(folder):
    pattern = "*/" * 2000 + "x.c3d"
    assert "trials.walk: not a usable path or pattern" in refuse(folder, FULL.replace("extra.c3d", pattern))


@pytest.mark.parametrize("pattern", ["**.c3d", "[", "*/../*", "~/x*", ""])
def test_odd_patterns(folder, pattern):
    assert "trials.walk" in refuse(folder, FULL.replace("walk_*.c3d", pattern))


def test_no_manifest(tmp_path, folder):
    with pytest.raises(InputError, match=r"holds no session\.toml"):
        io.load_session(folder)
    with pytest.raises(InputError, match="there is no such folder"):
        io.load_session(tmp_path / "gone")
    with pytest.raises(InputError, match="this is no folder"):
        io.load_session(tmp_path / "outside.c3d")
    (folder / "session.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="no text in UTF-8"):
        io.load_session(folder)


@pytest.mark.parametrize(
    "text", ["", "electrode = 3\ntrials = 4", "settings = 1", "[[electrode]]\n[[trials]]"]
)
def test_wrong_shapes(folder, text):
    refuse(folder, text)


def test_settings_from_a_file(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text("[gait]\ndebounce_s = 0.05\n")
    assert io.load_settings(path).gait.debounce_s == 0.05
    path.write_text("[gait]\ndebounce = 0.05\n[x]\n")
    with pytest.raises(InputError, match=r"mine.toml: 2 .*line 2, gait.debounce: unknown key.*line 3, x:"):
        io.load_settings(path)
    with pytest.raises(InputError, match="there is no such file"):
        io.load_settings(tmp_path / "gone.toml")
