"""What a channel is taken for, which one a name means, and what a recording is made of."""

import hashlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from test_io_c3d import write_c3d

from emgkit import io, sites
from emgkit.cautions import contradiction
from emgkit.errors import InputError
from emgkit.io.channels import Channel, find, listing, nature, pick_emg, switch_site


def channel(label, description="", unit="V", index=0):
    return Channel(index, label, description, unit, 1000.0, 10)


@pytest.mark.parametrize(
    ("label", "description", "unit", "kind", "muscle", "side"),
    [
        ("LTA", "", "V", "emg", "tibialis_anterior", "left"),
        ("TIBPOST_L", "", "uV", "emg", "tibialis_posterior", "left"),
        ("Voltage.R Tib Post", "Analog Device::Voltage [3,12]", "V", "emg", "tibialis_posterior", "right"),
        ("RVAS", "Right Vastus Intermedius", "V", "emg", "vastus_intermedius", "right"),
        ("EMG1", "EMG Channel 1", "V", "emg", None, None),
        ("EMG 5", "ZeroWire EMG", "", "emg", None, None),
        ("CH7", "Left fine wire", "mV", "emg", None, "left"),
        ("GMAXL", "", "V", "emg", "gluteus_maximus", None),
        ("GMAXR", "", "V", "emg", "gluteus_maximus", "right"),
        ("GMAXU", "", "V", "emg", "gluteus_maximus_upper", None),
        ("FSR", "", "V", "other", None, None),
        ("CH40", "", "V", "other", None, None),
        ("Voltage.5", "Analog EMG::Voltage [3,5]", "V", "other", None, None),
        ("Voltage.L Spare", "", "V", "other", None, "left"),
        ("LTA", "Not Used", "V", "other", None, "left"),
        ("EMG sync", "", "V", "other", None, None),
        ("Force.Fx1", "", "N", "other", None, None),
        ("FX1", "", "V", "other", None, None),
        ("M1X", "", "", "other", None, None),
        ("LTA angle", "", "deg", "other", None, None),
        ("EMG1", "", "N", "other", None, None),
        ("", "", "V", "other", None, None),
        ("EEG Fpz-Cz", "", "uV", "other", None, None),
        ("LFSW", "EMG of both legs; FSW rebuilt from events", "V", "switch", None, "left"),
        ("LTA", "EMG of both legs; FSW rebuilt from events", "V", "emg", "tibialis_anterior", "left"),
        ("CH3", "Right Heel Switch", "V", "switch", None, "right"),
    ],
)
def test_kind_needs_positive_evidence(label, description, unit, kind, muscle, side):
    what = nature(channel(label, description, unit))
    assert (what.kind, what.muscle, what.side) == (kind, muscle, side)
    assert what.why


def test_what_says_nothing_says_how_to_name_it():
    assert nature(channel("CH40")).why == (
        "nothing in label or description says EMG or a muscle; name it with --emg to use it"
    )


@pytest.mark.parametrize(
    ("label", "site", "side"),
    [
        ("FSW_HEEL", "heel", None),
        ("LHEEL", "heel", "left"),
        ("HEEL_R", "heel", "right"),
        ("RightHeel", "heel", "right"),
        ("FSW_5MT", "fifth_metatarsal", None),
        ("LMT5", "fifth_metatarsal", "left"),
        ("R_MTP5", "fifth_metatarsal", "right"),
        ("Fifth Metatarsal L", "fifth_metatarsal", "left"),
        ("FSW_1MT", "first_metatarsal", None),
        ("RMT1", "first_metatarsal", "right"),
        ("L 1st Met Head", "first_metatarsal", "left"),
        ("FSW_TOE", "toe", None),
        ("L_HALLUX", "toe", "left"),
        ("RTOE", "toe", "right"),
        ("LFSW", "contact", "left"),
        ("RFS", "contact", "right"),
        ("FSW_L", "contact", "left"),
        ("Left Footswitch", "contact", "left"),
        ("FOOTSW R", "contact", "right"),
        ("Voltage.RFSW", "contact", "right"),
        ("MX1", None, None),
        ("LTA", None, None),
        ("Toe pressure", None, None),
        ("Switch", None, None),
    ],
)
def test_sites_of_foot_switches(label, site, side):
    assert switch_site(label) == (site, side)


LABELS = ("LTA", "RTA", "Voltage.L Tib Post", "STATUS", "EMG1", "EMG10", "dup", "dup", "#2", "Gast")
CHANNELS = tuple(
    channel(label, "the wire" if label == "Gast" else "", index=i) for i, label in enumerate(LABELS)
)


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("LTA", 0),
        ("lta", 0),
        ("Tib Post", 2),
        ("L tib post", 2),
        ("EMG1", 4),
        ("emg10", 5),
        ("the wire", 9),
        ("wire", 9),
        ("#1", 0),
        ("#2", 8),  # a label first
        ("#7", 6),
        (1, 0),
        (8, 7),
    ],
)
def test_find(name, index):
    assert find(CHANNELS, name, file="f.c3d", what="EMG", option="--emg ").index == index


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("TA", "more than one channel answers"),  # LTA and RTA, not STATUS
        ("dup", "more than one channel answers"),
        ("A", "no channel answers"),
        ("TAT", "no channel answers"),
        ("#11", "no channel answers"),
        ("#0", "no channel answers"),
        (0, "no channel answers"),
        ("  ", "is empty"),
    ],
)
def test_find_refuses(name, words):
    with pytest.raises(InputError, match=words) as caught:
        find(CHANNELS, name, file="f.c3d", what="EMG", option="--emg ")
    assert caught.value.where == "f.c3d"
    assert "1000 Hz, V" in caught.value.accepted


def test_ambiguity_lists_candidates_with_numbers():
    with pytest.raises(InputError) as caught:
        find(CHANNELS, "dup", file="f.c3d", what="EMG", option="--emg ")
    assert str(caught.value) == (
        "f.c3d: more than one channel answers to this name of the EMG channel. Found: 'dup'. "
        "Accepted: #7 dup (1000 Hz, V), #8 dup (1000 Hz, V). "
        "Give the full label, or the number: --emg '#7'."
    )


def test_pick_only_if_one_qualifies():
    assert pick_emg([channel("CH1"), channel("LTA", index=1)], file="f").label == "LTA"
    with pytest.raises(InputError, match="2 channels qualify") as caught:
        pick_emg([channel("LTA"), channel("RTA"), channel("CH3")], file="f.c3d")
    assert caught.value.accepted == "LTA (1000 Hz, V), RTA (1000 Hz, V)"
    assert "--emg" in caught.value.mend
    with pytest.raises(InputError, match="no channel says that it is EMG") as caught:
        pick_emg([channel("CH1", unit=""), channel("", index=1)], file="f.c3d")
    assert caught.value.accepted == "CH1 (1000 Hz, unit not stated), #2 (1000 Hz, V)"


def test_listing_has_an_end():
    assert listing([channel(f"C{i}", index=i) for i in range(60)]).endswith("and 20 more")


def test_table_of_channels(shared_data):
    path = shared_data / "gait_burst_labels" / "2018_S3_FLOAT_T1.c3d"
    table = io.list_channels(path)
    assert list(table.columns[:6]) == ["label", "unit", "rate_hz", "n_samples", "kind", "why"]
    assert table["kind"].tolist() == ["emg"] * 4 + ["switch"] * 2
    assert table["side"].tolist() == ["left", "left", "right", "right", "left", "right"]
    assert table["rate_hz"].unique().tolist() == [1000.0]
    assert table["number"].tolist() == [f"#{i}" for i in range(1, 7)]


def test_a_recording(shared_data):
    path = shared_data / "gait_burst_labels" / "2018_S3_FLOAT_T1.c3d"
    rec = io.read(path, emg="LTA")
    assert (rec.label, rec.side, rec.muscle, rec.rate_hz) == ("LTA", "left", "tibialis_anterior", 1000.0)
    np.testing.assert_array_equal(rec.emg_uv, io.open_file(path).read_channel(0) * 1e6)
    assert rec.trial == "2018_S3_FLOAT_T1"
    assert rec.source.name == path.name
    assert rec.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (rec.source.format, rec.source.unit, rec.source.unit_given) == ("C3D", "V", None)
    assert {site: switch.label for site, switch in rec.switches.items()} == {"contact": "LFSW"}
    assert rec.switches["contact"].voltage_v.max() == pytest.approx(4.0)
    assert set(rec.events["side"]) == {"left", "right"}
    assert rec.notes == ()
    assert not rec.emg_uv.flags.writeable


def test_the_unit_given_wins_and_both_are_kept(shared_data):
    path = shared_data / "gait_burst_labels" / "2018_S3_FLOAT_T1.c3d"
    volts, milli = io.read(path, emg="LTA"), io.read(path, emg="LTA", emg_unit="mV")
    np.testing.assert_allclose(milli.emg_uv * 1000, volts.emg_uv, rtol=1e-12)
    assert (milli.source.unit, milli.source.unit_given) == ("V", "mV")


def test_the_side_given_wins_over_the_label(shared_data):
    path = shared_data / "gait_burst_labels" / "2018_S3_FLOAT_T1.c3d"
    rec = io.read(path, emg="LTA", side="right")
    assert rec.side == "right"
    assert rec.notes == (contradiction("channel 'LTA'", "left", "right"),)
    assert {s.label for s in rec.switches.values()} == {"RFSW"}
    with pytest.raises(InputError, match=r"no side.*'L'.*left, right"):
        io.read(path, emg="LTA", side="L")


def test_four_switches_and_a_coded_one(shared_data):
    path = shared_data / "footswitch" / "pin2gpi_footswitch.c3d"
    rec = io.read(path, emg="LHEEL", side="left")  # a channel that is named is taken, whatever its kind
    assert set(rec.switches) == {"fifth_metatarsal", "first_metatarsal"}
    assert any("LFSW says that it is coded" in note for note in rec.notes)
    events, feet, notes = io.read_events_and_switches(path, side="right")
    assert events.empty
    assert {foot: {site: s.label for site, s in found.items()} for foot, found in feet.items()} == {
        "right": {"heel": "RHEEL", "fifth_metatarsal": "RMT5", "first_metatarsal": "RMT1"}
    }
    assert any("RFSW says that it is coded" in note for note in notes)
    assert not any("LFSW" in note for note in notes)
    both = io.read_events_and_switches(path)[1]
    assert {foot: {s.label for s in found.values()} for foot, found in both.items()} == {
        "left": {"LHEEL", "LMT5", "LMT1"},
        "right": {"RHEEL", "RMT5", "RMT1"},
    }
    coded = io.read_events_and_switches(path, switches={"coded": "LFSW"})[1]["left"]
    separate = io.read_events_and_switches(path, side="left")[1]["left"]
    code = np.round(coded["coded"].voltage_v / 0.5).astype(int)
    for site, weight in {"heel": 1, "fifth_metatarsal": 2, "first_metatarsal": 4}.items():
        closed = (code & weight) > 0
        volts = separate[site].voltage_v
        assert volts[closed].min() > volts[~closed].max()  # the code is one threshold on each switch


def test_file_events_leave_the_switches_alone(shared_data):
    path = shared_data / "gait_burst_labels" / "2018_S3_FLOAT_T1.c3d"
    for side in ("left", None):
        events, feet, _ = io.read_events_and_switches(path, side=side)
        pd.testing.assert_frame_equal(events, io.read_file_events(path))
        assert feet == {}


@pytest.fixture
def wave():
    return np.sin(np.arange(2000) / 5.0)


def test_two_switches_for_one_site_are_not_guessed(tmp_path, wave):
    path = write_c3d(tmp_path / "a.c3d", dict.fromkeys(("L TA", "LHEEL", "FSW_HEEL", "LTOE", "RTOE"), wave))
    rec = io.read(path)
    assert rec.switches == {}
    (note,) = rec.notes
    assert "LHEEL, FSW_HEEL claim the same site (heel)" in note
    assert "--switch heel=LABEL" in note
    named = io.read(path, switches={"heel": "FSW_HEEL", "toe": "LTOE"})
    assert {s: w.label for s, w in named.switches.items()} == {"heel": "FSW_HEEL", "toe": "LTOE"}
    assert io.read(path, switches={}).switches == {}


def test_switches_of_a_side_need_the_side(tmp_path, wave):
    path = write_c3d(tmp_path / "a.c3d", dict.fromkeys(("EMG", "LHEEL", "RHEEL", "TOE"), wave))
    rec = io.read(path)
    assert set(rec.switches) == {"toe"}
    assert any("LHEEL, RHEEL not used" in note and "--side" in note for note in rec.notes)
    assert {s.label for s in io.read(path, side="right").switches.values()} == {"RHEEL", "TOE"}


@pytest.mark.parametrize(
    ("switches", "words"),
    [
        ({"hel": "LHEEL"}, "no site of a foot switch"),
        ({"heel": "nothing"}, "no channel answers to this name of the heel foot-switch"),
        ({"heel": "LHEEL", "toe": "LHEEL"}, "named twice, as heel and as toe"),
        ({"heel": "LTA"}, "named twice, as emg and as heel"),
    ],
)
def test_bad_switches(tmp_path, wave, switches, words):
    path = write_c3d(tmp_path / "a.c3d", dict.fromkeys(("LTA", "LHEEL"), wave))
    with pytest.raises(InputError, match=words) as caught:
        io.read(path, switches=switches)
    assert caught.value.where == "a.c3d"
    if "hel" in switches:
        assert caught.value.accepted == ", ".join(sites.SITES)


@pytest.mark.parametrize("switches", [["a"], "FSW", 5, {"heel"}], ids=str)
def test_switches_are_a_mapping(tmp_path, wave, switches):
    path = write_c3d(tmp_path / "a.c3d", {"LTA": wave, "LHEEL": wave})
    for call in (io.read, io.read_events_and_switches):
        with pytest.raises(InputError, match="mapping of site to label"):
            call(path, switches=switches)


@pytest.mark.parametrize("name", [None, 2.5, True, ["LHEEL"], b"LHEEL"], ids=str)
def test_what_is_no_name_of_a_channel(tmp_path, wave, name):
    path = write_c3d(tmp_path / "a.c3d", {"LTA": wave, "LHEEL": wave})
    with pytest.raises(InputError, match="no name of the heel foot-switch channel"):
        io.read(path, switches={"heel": name})
    if name is not None:
        with pytest.raises(InputError, match="no name of the EMG channel"):
            io.read(path, emg=name)
    with pytest.raises(InputError, match="no side"):
        io.read(path, side=name or 5)
    with pytest.raises(InputError, match="no site"):
        io.read(path, switches={name: "LHEEL"} if not isinstance(name, list) else {5: "LHEEL"})


@pytest.mark.parametrize(("unit", "words"), [("", "is empty"), ("  ", "is empty"), (5, "is no text")])
def test_the_unit_that_is_given_is_blamed_not_the_file(tmp_path, wave, unit, words):
    path = write_c3d(tmp_path / "a.c3d", {"LTA": wave})
    with pytest.raises(InputError, match=f"he unit given for the EMG channel {words}"):
        io.read(path, emg_unit=unit)


def test_switches_of_both_feet(tmp_path, wave):
    path = write_c3d(
        tmp_path / "a.c3d", dict.fromkeys(("LHEEL", "LTOE", "RHEEL", "FSW 1", "Coded FSW"), wave)
    )
    _, feet, notes = io.read_events_and_switches(path)
    assert {foot: {site: s.label for site, s in found.items()} for foot, found in feet.items()} == {
        "left": {"heel": "LHEEL", "toe": "LTOE"},
        "right": {"heel": "RHEEL"},
        None: {"contact": "FSW 1"},
    }
    left = io.read_events_and_switches(path, side="left")[1]
    assert {foot: list(found) for foot, found in left.items()} == {"left": ["heel", "toe", "contact"]}
    for named, side, foot in (
        ({"heel": "LHEEL", "toe": "LTOE"}, None, "left"),
        ({"heel": "RHEEL"}, None, "right"),
        ({"heel": "RHEEL", "toe": "LTOE"}, None, None),
        ({"contact": "FSW 1"}, None, None),
        ({"contact": "FSW 1"}, "right", "right"),
    ):
        _, feet, notes = io.read_events_and_switches(path, side, named)
        assert {f: {s: w.label for s, w in found.items()} for f, found in feet.items()} == {foot: named}
        assert notes == ()
    _, feet, notes = io.read_events_and_switches(path, "left", {"heel": "RHEEL"})
    assert list(feet) == ["left"]
    assert notes == (contradiction("foot switch 'RHEEL'", "right", "left"),)
    assert io.read_events_and_switches(path, switches={})[1] == {}


def test_a_step_that_the_file_states_is_not_decoded_again(tmp_path, wave):
    labels = dict.fromkeys(("LHEEL", "RHEEL", "FSW 1"), wave)
    for event, sides in (
        (("Left", "Foot Strike"), ["right"]),
        (("General", "Foot Strike"), []),  # of either foot
        (("Left", "Foot Off"), ["left", "right", None]),
    ):
        path = write_c3d(tmp_path / "a.c3d", labels, events=[(0.5, *event)])
        _, feet, _ = io.read_events_and_switches(path)
        assert sorted(feet, key=str) == sorted(sides, key=str)


def test_a_coded_switch_says_how_to_name_it(shared_data):
    table = io.list_channels(shared_data / "footswitch" / "pin2gpi_footswitch.c3d").set_index("label")
    assert "it says that it is coded" in table.loc["LFSW", "why"]
    assert "--switch coded=LFSW" in table.loc["LFSW", "why"]
    assert "coded" not in table.loc["LHEEL", "why"]  # although its description is the same


def test_units_are_never_guessed(tmp_path, wave):
    path = write_c3d(tmp_path / "a.c3d", {"LTA": wave, "RTA": wave}, units=["", "bits"])
    for label, words in (("LTA", "does not state the unit"), ("RTA", "not a known unit of voltage.*'bits'")):
        with pytest.raises(InputError, match=words) as caught:
            io.read(path, emg=label)
        assert caught.value.where == f"a.c3d, channel {label}"
        assert "--emg-unit uV" in caught.value.mend
        assert io.read(path, emg=label, emg_unit="uV").emg_uv.max() == pytest.approx(wave.max())
    with pytest.raises(InputError, match="not a known unit"):
        io.read(path, emg="LTA", emg_unit="N")


def test_samples_that_are_no_numbers(tmp_path, wave):
    wave[700] = np.nan
    wave[701] = np.inf
    path = write_c3d(tmp_path / "a.c3d", {"LTA": wave, "LHEEL": wave})
    with pytest.raises(InputError, match=r"2 of 2000 samples are not a number, the first at 0\.700 s"):
        io.read(path)


def test_a_part_of_a_name_is_said(tmp_path, wave):
    path = write_c3d(tmp_path / "a.c3d", {"Voltage.L Tib Ant": wave})
    assert io.read(path, emg="Tib Ant").notes == ("'Tib Ant' was taken for channel #1 'Voltage.L Tib Ant'",)
    for exact in ("voltage.l tib ant", "#1", 1, None):
        assert io.read(path, emg=exact).notes == ()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.c3d", b"once upon a time\n" * 99, "does not begin as C3D files do"),
        ("a.edf", b"once upon a time\n" * 99, "does not begin as EDF files do"),
        ("a.txt", b"once upon a time\n" * 99, "no recording of a format that is read"),
        ("a.c3d", b"", "the file is empty"),
        ("a.c3d", b"\x02\x50", "ends inside its header"),
        ("a.edf", b"0       " + b" " * 300, "cannot be read as EDF or BDF"),
        ("a.edf", b"0       ", "cannot be read as EDF or BDF"),
        ("a.bdf", b"\xffBIOSEMI", "cannot be read as EDF or BDF"),
    ],
)
def test_no_recording(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_bytes(content)
    for call in (io.read, io.list_channels, io.open_file, io.read_file_events):
        with pytest.raises(InputError, match=words) as caught:
            call(path)
        assert caught.value.where == name
        assert "\n" not in str(caught.value)


def test_missing_and_folder(tmp_path):
    with pytest.raises(InputError, match=r"^gone.c3d: there is no such file.$"):
        io.open_file(tmp_path / "gone.c3d")
    with pytest.raises(InputError, match="this is a folder"):
        io.open_file(tmp_path)
    with pytest.raises(InputError, match="cannot be the name of a file"):
        io.open_file("a\0b")


def test_a_number_is_that_of_the_channel(shared_data):
    """Descriptions that say "Force plate #1" do not take it; a label that is a number does, given as text."""
    file = io.open_file(shared_data / "c3d_gait_emg" / "PiG_Motion3_FF.c3d")
    assert sum("#1" in c.description for c in file.channels) > 1
    asked = {"file": file.name, "what": "EMG", "option": "--emg "}
    for name in ("#1", 1):
        assert find(file.channels, name, **asked).index == 0
    labelled = [Channel(i, label, "", "V", 1000.0, 10) for i, label in enumerate(("#2", "TA"))]
    assert find(labelled, "#2", **asked).index == 0
    assert find(labelled, 2, **asked).index == 1


def test_io_is_light():
    code = (
        "import sys, emgkit.io; print([m for m in ('numpy', 'c3d', 'edfio', 'pydantic') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_reading_never_loads_ezc3d(shared_data):
    path = shared_data / "gait_burst_labels" / "2018_S3_FLOAT_T1.c3d"
    code = (
        f"import sys; from emgkit import io; io.read({str(path)!r}, emg='LTA'); print('ezc3d' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "False"
