"""C3D: places and scales, lengths, events in place, damage named."""

import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from c3d_writer import raw_c3d, real, text, word

from emgkit import io
from emgkit.errors import InputError

PC_TWINS = ("EB015PI", "Eb015pi", "Eb015pr", "TESTAPI", "TESTBPI", "TESTCPI", "TESTDPI")
DEC_TWINS = ("Eb015vi", "Eb015vr")
MIPS_TWINS = ("Eb015si", "Eb015sr")


def _named(folder: Path, stem: str) -> Path:
    return next(p for p in folder.iterdir() if p.stem == stem)


def write_c3d(path: Path, analog: dict[str, np.ndarray], *, rate: float = 1000.0, **more) -> Path:
    """Write a C3D with ezc3d: no points, ten analog samples a frame."""
    import ezc3d

    per_frame = more.get("per_frame", 10)
    samples = np.array(list(analog.values()), dtype=float)
    frames = samples.shape[1] // per_frame
    c3d = ezc3d.c3d()
    c3d["parameters"]["POINT"]["RATE"]["value"] = [rate / per_frame]
    c3d["parameters"]["POINT"]["LABELS"]["value"] = ["M"]
    c3d["data"]["points"] = np.zeros((4, 1, frames))
    c3d["parameters"]["ANALOG"]["RATE"]["value"] = [rate]
    c3d["parameters"]["ANALOG"]["LABELS"]["value"] = list(analog)
    c3d["parameters"]["ANALOG"]["UNITS"]["value"] = more.get("units", ["V"] * len(analog))
    if "descriptions" in more:
        c3d["parameters"]["ANALOG"]["DESCRIPTIONS"]["value"] = more["descriptions"]
    c3d["data"]["analogs"] = samples[None]
    if "events" in more:
        rows = more["events"]
        c3d.add_parameter("EVENT", "USED", [len(rows)])
        c3d.add_parameter("EVENT", "CONTEXTS", [row[1] for row in rows])
        c3d.add_parameter("EVENT", "LABELS", [row[2] for row in rows])
        times = np.array([[row[0] // 60 for row in rows], [row[0] % 60 for row in rows]], dtype=float)
        c3d.add_parameter("EVENT", "TIMES", times)
    c3d.write(str(path))
    return path


@pytest.mark.parametrize("kind", ["int16", "uint16", "real"])
@pytest.mark.parametrize("points", [0, 3])
def test_scale_offset_and_place(tmp_path, kind, points):
    stored = np.arange(5 * 4 * 2).reshape(5, 4, 2) * 700
    if kind == "uint16":
        stored = stored + 30000  # beyond the signed range
    text = struct.pack("bBB", -1, 1, 8) + (b"UNSIGNED" if kind == "uint16" else b"SIGNED  ")
    path = tmp_path / "a.c3d"
    path.write_bytes(
        raw_c3d(stored, labels=("A", "B"), kind=kind, points=points, parameters={("ANALOG", "FORMAT"): text})
    )
    file = io.open_file(path)
    assert [c.n_samples for c in file.channels] == [20, 20]
    assert file.duration_s == pytest.approx(0.05)
    for i in range(2):
        expected = (stored[:, :, i].ravel() - 3.0) * (0.5 + i) * 0.25
        np.testing.assert_array_equal(file.read_channel(i), expected)


def test_more_frames_than_the_header_can_count(tmp_path):
    frames = 70000
    stored = (np.arange(frames) % 1000).reshape(frames, 1, 1)
    end = struct.pack("<bBB2H", 2, 1, 2, frames % 65536, frames // 65536)
    start = struct.pack("<bBB2H", 2, 1, 2, 1, 0)
    trial = {("TRIAL", "ACTUAL_START_FIELD"): start, ("TRIAL", "ACTUAL_END_FIELD"): end}
    long = {("POINT", "FRAMES"): struct.pack("<bBf", 4, 0, float(frames))}
    for i, parameters in enumerate((trial, long)):
        path = tmp_path / f"{i}.c3d"
        path.write_bytes(raw_c3d(stored, labels=("A",), parameters=parameters))
        file = io.open_file(path)
        assert file.notes == ()
        assert file.read_channel(0).size == frames
    path.write_bytes(raw_c3d(stored, labels=("A",)))
    file = io.open_file(path)
    assert file.read_channel(0).size == 65535
    assert file.notes == ("the file holds 4465 frames more than it states; they were not read",)


def test_labels_go_on_in_a_second_parameter(tmp_path):
    def text(*values: str) -> bytes:
        return struct.pack("bBBB", -1, 2, 4, len(values)) + b"".join(v.encode().ljust(4) for v in values)

    path = tmp_path / "a.c3d"
    more = {("ANALOG", "LABELS"): text("A", "B"), ("ANALOG", "LABELS2"): text("C")}
    path.write_bytes(raw_c3d(np.zeros((9, 1, 3)), labels=("x",) * 3, parameters=more))
    assert [c.label for c in io.open_file(path).channels] == ["A", "B", "C"]


def test_event_times_count_from_the_first_frame(tmp_path):
    """(2, n) is minutes and seconds, a flat row is seconds; both from frame 1, wherever the file begins."""
    pairs = struct.pack("<bBBB4f", 4, 2, 2, 2, 0.0, 3.25, 1.0, 2.0)
    flat = struct.pack("<bBB2f", 4, 1, 2, 3.25, 62.0)
    for times in (pairs, flat):
        parameters = {
            ("EVENT", "USED"): struct.pack("<bBH", 2, 0, 2),
            ("EVENT", "TIMES"): times,
            ("EVENT", "LABELS"): struct.pack("bBBB", -1, 2, 11, 2) + b"Foot StrikeFoot Off   ",
            ("EVENT", "CONTEXTS"): struct.pack("bBBB", -1, 2, 5, 2) + b"Left Right",
        }
        path = tmp_path / "a.c3d"
        stored = np.zeros((200, 10, 1))
        path.write_bytes(raw_c3d(stored, labels=("A",), first=301, parameters=parameters))
        file = io.open_file(path)
        events = file.events
        assert events.to_dict("records") == [
            {"time_s": 0.25, "side": "left", "kind": "foot_contact", "source": "c3d"}
        ]
        assert file.notes == ("1 event outside the recorded signal left out",)


@pytest.mark.parametrize(
    ("times", "found_s", "note"),
    [
        (real(0, 1.25, 1, 2.5), [1.25, 62.5], "in one row and were read as minutes and seconds in turn"),
        (real(1.25, 62.5, 0, 0), [1.25, 62.5], "EVENT:USED is 2, with 4 times"),
        (real(1, 2, 0, 0), [1.0, 2.0], "EVENT:USED is 2, with 4 times"),
        (real(1.25, 62.5, 3.5, 4), [1.25, 62.5], "EVENT:USED is 2, with 4 times"),
        (
            real(0, 1, 1.25, 2.5, 0, 0, shape=(3, 2)),
            [],
            "stored 3 by 2, which is not known; no event was taken",
        ),
    ],
)
def test_twice_as_many_times_as_events(tmp_path, times, found_s, note):
    """A row of pairs is told from a row of seconds with room for more; other forms are not guessed."""
    labels = text("Foot Strike", "Foot Off")
    events = {("EVENT", "USED"): word(2), ("EVENT", "TIMES"): times, ("EVENT", "LABELS"): labels}
    path = tmp_path / "a.c3d"
    path.write_bytes(raw_c3d(np.zeros((7000, 10, 1)), labels=("A",), parameters=events))
    file = io.open_file(path)
    assert file.events["time_s"].tolist() == found_s
    assert note in file.notes[0]


def test_events_of_a_later_start_lie_inside_the_signal(shared_data):
    file = io.open_file(shared_data / "c3d_gait_emg" / "gait-pig-nz.c3d")
    assert len(file.events) == 7
    assert file.notes == ()
    assert file.events["time_s"].between(0, file.duration_s).all()


def test_events_with_and_without_a_twin_without(shared_data):
    folder = shared_data / "c3d_gait_emg"
    assert len(io.open_file(folder / "treadmill_events.c3d").events) == 43
    assert io.open_file(folder / "treadmill_no_events.c3d").events.empty


def test_event_dialects(shared_data):
    folder = shared_data / "c3d_format"
    short = io.open_file(folder / "fukuchi_WBDS19walkT01.c3d")
    assert set(short.events["kind"]) <= {"foot_contact", "foot_off"}
    assert set(short.events["side"]) == {"left", "right"}
    unlabelled = io.open_file(folder / "figshare_pd_SUB01_off_walk_12b.c3d")
    assert len(unlabelled.events) == len(unlabelled.raw_events) == 24  # side and word stand in the context
    assert unlabelled.unknown_events == unlabelled.notes == ()
    for side in ("left", "right"):
        kinds = unlabelled.events.loc[unlabelled.events["side"] == side, "kind"].tolist()
        assert all(a != b for a, b in pairwise(kinds))  # on and off in turn


@pytest.mark.parametrize("stem", [*PC_TWINS, *DEC_TWINS, *MIPS_TWINS])
def test_events_of_the_header(shared_data, stem):
    """Software older than the group EVENT keeps up to 18 events in the header."""
    file = io.open_file(_named(shared_data / "c3d_format", stem))
    np.testing.assert_allclose(file.events["time_s"], [2.72, 5.4, 7.32], rtol=1e-6)
    assert file.events["kind"].tolist() == ["foot_contact", "foot_contact", "foot_off"]
    assert set(file.events["side"]) == {"right"}
    assert file.notes == ("the events are those of the header; there is no group EVENT",)


def test_a_group_of_events_goes_before_those_of_the_header(shared_data):
    file = io.open_file(shared_data / "c3d_gait_emg" / "2198928.c3d")  # its header states six, all at zero
    assert len(file.events) > 0
    assert (file.events["time_s"] > 0).all()


@pytest.mark.parametrize(("at", "value"), [(298, 0), (300, 0), (300, 19)])
def test_a_header_without_events(tmp_path, shared_data, at, value):
    data = bytearray((shared_data / "c3d_format" / "pc_int.c3d").read_bytes())
    struct.pack_into("<H", data, at, value)
    (tmp_path / "a.c3d").write_bytes(data)
    assert io.open_file(tmp_path / "a.c3d").raw_events == ()


def test_events_of_the_header_count_from_the_first_sample(tmp_path):
    """Those of the group EVENT count from frame 1."""
    data = bytearray(raw_c3d(np.zeros((200, 10, 1)), labels=("A",), first=301))
    struct.pack_into("<HH", data, 298, 12345, 2)
    struct.pack_into("<2f", data, 304, 0.25, 1.5)
    data[396:404] = b"LHS STOP"
    path = tmp_path / "a.c3d"
    path.write_bytes(data)
    # the parameters of raw_c3d have an empty group EVENT, which no parameter belongs to
    file = io.open_file(path)
    assert file.events["time_s"].tolist() == [0.25]
    assert file.unknown_events == ("STOP",)


def test_a_file_that_is_cut_short_is_read_as_far_as_it_goes(tmp_path, shared_data):
    whole = (shared_data / "gait_burst_labels" / "2018_S3_NO_FLOAT_T1.c3d").read_bytes()
    path = tmp_path / "cut.c3d"
    path.write_bytes(whole[: len(whole) // 2])
    (tmp_path / "whole.c3d").write_bytes(whole)
    full, cut = io.open_file(tmp_path / "whole.c3d"), io.open_file(path)
    part = cut.read_channel(0)
    assert 0 < part.size < full.read_channel(0).size
    np.testing.assert_array_equal(part, full.read_channel(0)[: part.size])
    assert any("cut short" in note and "575 frames" in note for note in cut.notes)
    assert part.size / 1000 == cut.duration_s


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Empty.c3d", "the file is empty"),
        ("badParameterOffset.c3d", "damaged"),
        ("bad_parameter_section.c3d", "damaged"),
    ],
)
def test_damaged_files_say_so(shared_data, name, words):
    with pytest.raises(InputError, match=words) as caught:
        io.open_file(shared_data / "c3d_format" / name)
    assert caught.value.where == name
    assert str(shared_data) not in str(caught.value)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({("POINT", "USED"): struct.pack("<bBH", 2, 0, 7)}, "number of points"),
        ({("ANALOG", "USED"): struct.pack("<bBH", 2, 0, 3)}, "number of analog values"),
        ({("POINT", "SCALE"): struct.pack("<bBf", 4, 0, -0.1)}, "integer or real"),
        ({("ANALOG", "RATE"): struct.pack("<bBf", 4, 0, 990.0)}, "rate of the analog channels"),
    ],
)
def test_contradictions_are_refused(tmp_path, parameters, words):
    path = tmp_path / "a.c3d"
    path.write_bytes(raw_c3d(np.zeros((9, 10, 2)), labels=("A", "B"), parameters=parameters))
    with pytest.raises(InputError, match=words):
        io.open_file(path)


def test_a_missing_scale_is_refused(tmp_path):
    path = tmp_path / "a.c3d"
    scale = {("ANALOG", "SCALE"): struct.pack("<bBBf", 4, 1, 1, 0.5)}
    path.write_bytes(raw_c3d(np.ones((9, 10, 2)), labels=("A", "B"), parameters=scale))
    file = io.open_file(path)
    assert file.read_channel(0)[0] == (1 - 3) * 0.5 * 0.25
    with pytest.raises(InputError, match="scale of channel #2 is not stated"):
        file.read_channel(1)
