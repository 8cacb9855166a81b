"""C3D of every kind that the specification allows, with known samples, and as ezc3d reads them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from c3d_writer import DEC, MIPS, PC, Value, raw_c3d, real, text, word
from ezc3d_reference import Reference, ezc3d_reads

from emgkit import io
from emgkit.errors import InputError

PROCESSORS = {"pc": PC, "dec": DEC, "mips": MIPS}
KINDS = ("int16", "uint16", "real")
OFFSET = 3.0
# exact in 32-bit floats, so that every reading is exact
GENERAL = (0.25, -0.25, None)
LONG = 66000


def _stored(frames: int, per_frame: int, channels: int, kind: str) -> np.ndarray:
    rng = np.random.default_rng(frames + channels)
    low, high = (20000, 65536) if kind == "uint16" else (-32768, 32768)
    return rng.integers(low, high, (frames, per_frame, channels))


def _truth(stored: np.ndarray, general: float | None = 0.25) -> np.ndarray:
    """Samples by the specification, shape (channels, samples): (stored - OFFSET) SCALE GEN_SCALE."""
    channels = stored.shape[2]
    flat = stored.reshape(-1, channels).T.astype(float)
    return (flat - OFFSET) * (0.5 + np.arange(channels))[:, None] * (1.0 if general is None else general)


def _words(count: int) -> Value:
    return word(count % 65536, count // 65536)


def _cases() -> dict[str, tuple[np.ndarray, np.ndarray, float, dict]]:
    """Name -> (stored, truth, rate of the channels, arguments of `raw_c3d`)."""
    cases: dict[str, tuple[np.ndarray, np.ndarray, float, dict]] = {}
    for name, processor in PROCESSORS.items():
        for kind in KINDS:
            stored = _stored(7, 5, 3, kind)
            stated = {("ANALOG", "FORMAT"): text("UNSIGNED")} if kind == "uint16" else {}
            for points in (0, 3):
                for general in GENERAL:
                    scale = None if general is None else real(general)
                    cases[f"{name}_{kind}_{points}_points_gen_scale_{general}"] = (
                        stored,
                        _truth(stored, general),
                        500.0,
                        {
                            "labels": ("A", "B", "C"),
                            "kind": kind,
                            "points": points,
                            "processor": processor,
                            "parameters": {**stated, ("ANALOG", "GEN_SCALE"): scale},
                        },
                    )
    small = _stored(7, 5, 3, "int16")
    single = small.reshape(35, 1, 3)
    three = {"labels": ("A", "B", "C")}
    rates: dict[str, tuple[np.ndarray, float, dict]] = {
        "no_analog_rate": (small, 500.0, {"parameters": {("ANALOG", "RATE"): None}}),
        "analog_rate_0": (small, 500.0, {"parameters": {("ANALOG", "RATE"): real(0.0)}}),
        "analog_rate_0_with_points": (
            small,
            500.0,
            {"points": 2, "parameters": {("ANALOG", "RATE"): real(0)}},
        ),
        "point_rate_0": (small, 500.0, {"frame_rate": 0.0, "parameters": {("ANALOG", "RATE"): real(500.0)}}),
        "point_rate_0_not_in_header": (small, 500.0, {"parameters": {("POINT", "RATE"): real(0.0)}}),
        "no_point_rate": (small, 500.0, {"parameters": {("POINT", "RATE"): None}}),
        "point_rate_1": (small, 5.0, {"frame_rate": 1.0}),
        "point_rate_1_sample_by_sample": (
            single,
            1000.0,
            {"frame_rate": 1.0, "parameters": {("ANALOG", "RATE"): real(1000.0)}},
        ),
        "point_rate_0_sample_by_sample": (
            single,
            1000.0,
            {"frame_rate": 0.0, "parameters": {("ANALOG", "RATE"): real(1000.0)}},
        ),
    }
    for name, (stored, rate_hz, arguments) in rates.items():
        cases[name] = stored, _truth(stored), rate_hz, three | arguments
    many = _stored(4, 2, 300, "int16")
    cases["300_channels"] = many, _truth(many), 200.0, {"labels": tuple(f"CH{i}" for i in range(300))}
    cases["600_channels_mips"] = (
        (most := _stored(4, 2, 600, "real")),
        _truth(most),
        200.0,
        {"labels": tuple(f"CH{i}" for i in range(600)), "kind": "real", "processor": MIPS},
    )
    long = _stored(LONG, 1, 1, "int16")
    spans = {("TRIAL", "ACTUAL_START_FIELD"): _words(1), ("TRIAL", "ACTUAL_END_FIELD"): _words(LONG)}
    later = {
        ("TRIAL", "ACTUAL_START_FIELD"): _words(70001),
        ("TRIAL", "ACTUAL_END_FIELD"): _words(70000 + LONG),
    }
    ways: dict[str, dict] = {
        "in_trial": {"parameters": spans},
        "in_frames_as_real": {"parameters": {("POINT", "FRAMES"): real(float(LONG))}},
        "in_long_frames": {"parameters": {("POINT", "LONG_FRAMES"): real(float(LONG))}},
        "everywhere": {"parameters": {**spans, ("POINT", "LONG_FRAMES"): real(float(LONG))}},
        "from_a_later_frame": {"first": 70001, "header": {"last": 65535}, "parameters": later},
    }
    for name, arguments in ways.items():
        for order in ("pc", "mips"):
            cases[f"{LONG}_frames_{name}_{order}"] = (
                long,
                _truth(long),
                100.0,
                {"labels": ("A",), "processor": PROCESSORS[order], **arguments},
            )
    return cases


CASES = _cases()


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> tuple[dict[str, Path], dict[str, Reference]]:
    folder = tmp_path_factory.mktemp("matrix")
    paths = {name: folder / f"{name}.c3d" for name in CASES}
    for name, (stored, _, _, arguments) in CASES.items():
        paths[name].write_bytes(raw_c3d(stored, **arguments))
    return paths, dict(zip(CASES, ezc3d_reads(list(paths.values()), folder), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_samples_are_the_known_ones(written, name):
    _, truth, rate_hz, arguments = CASES[name]
    file = io.open_file(written[0][name])
    assert [c.label for c in file.channels] == list(arguments["labels"])
    assert {c.rate_hz for c in file.channels} == {rate_hz}
    assert {c.n_samples for c in file.channels} == {truth.shape[1]}
    assert {c.unit for c in file.channels} == {"V"}
    assert file.duration_s == pytest.approx(truth.shape[1] / rate_hz)
    for channel in file.channels[:3] + file.channels[-3:]:
        np.testing.assert_array_equal(file.read_channel(channel.index), truth[channel.index])


@pytest.mark.parametrize("name", CASES)
def test_samples_are_those_of_ezc3d(written, name):
    """Where it reads the file: it refuses MIPS and a real POINT:FRAMES; other differences are named below."""
    reference = written[1][name]
    stored, truth, rate_hz, arguments = CASES[name]
    if "mips" in name or "frames_as_real" in name:
        assert reference.fate == "raises"
    elif name.startswith(("no_analog_rate", "analog_rate_0", "point_rate_1_sample_by_sample")):
        assert reference.samples.size == 0  # it trusts ANALOG:RATE over the header
    elif "uint16" in name:  # it does not heed ANALOG:FORMAT, and takes 32768 and above for negative
        general = arguments["parameters"]["ANALOG", "GEN_SCALE"]
        wrapped = _truth(stored.astype(np.int16), None if general is None else general.numbers[0])
        np.testing.assert_array_equal(reference.samples, wrapped)
        assert (wrapped != truth).any()
    else:
        np.testing.assert_array_equal(reference.samples, truth)
        assert reference.rate_hz == rate_hz


def test_a_rate_of_points_that_stands_for_none_is_said(written):
    file = io.open_file(written[0]["point_rate_1_sample_by_sample"])
    assert file.notes == ("POINT:RATE is 1 Hz, of no points; time runs by ANALOG:RATE, 1000 Hz",)
    assert io.open_file(written[0]["point_rate_1"]).notes == ()


@pytest.mark.parametrize("points", [0, 2])
def test_a_rate_of_points_that_contradicts_is_refused(tmp_path, points):
    """With points a POINT:RATE of 1 means it; without, any other rate does."""
    path = tmp_path / "a.c3d"
    stored = _stored(35, 1, 3, "int16")
    arguments = {"labels": ("A", "B", "C"), "points": points, "frame_rate": 1.0 if points else 50.0}
    path.write_bytes(raw_c3d(stored, parameters={("ANALOG", "RATE"): real(1000.0)}, **arguments))
    with pytest.raises(InputError, match="rate of the analog channels"):
        io.open_file(path)


def test_a_rate_of_points_that_stands_for_none_is_no_rate(tmp_path):
    """Without ANALOG:RATE it would be taken for 1 Hz."""
    path = tmp_path / "a.c3d"
    arguments = {"labels": ("A", "B", "C"), "frame_rate": 1.0, "parameters": {("ANALOG", "RATE"): None}}
    path.write_bytes(raw_c3d(_stored(35, 1, 3, "int16"), **arguments))
    file = io.open_file(path)
    assert [channel.rate_hz for channel in file.channels] == [0.0] * 3
    assert file.duration_s == 0.0
    assert "the rate is not known" in file.notes[0]
    with pytest.raises(InputError, match="does not state the rate"):
        io.read(path, emg="A")


@pytest.mark.parametrize("analog_rate", [None, real(0.0)])
def test_a_header_that_contradicts_the_only_rate_is_refused(tmp_path, analog_rate):
    path = tmp_path / "a.c3d"
    arguments = {"labels": ("A", "B", "C"), "frame_rate": 100.0, "header": {"rate": 120.0}}
    stored = _stored(35, 10, 3, "int16")
    path.write_bytes(raw_c3d(stored, parameters={("ANALOG", "RATE"): analog_rate}, **arguments))
    with pytest.raises(InputError, match="120 Hz in the header, 100 Hz in POINT:RATE"):
        io.open_file(path)
    path.write_bytes(raw_c3d(stored, **arguments))  # ANALOG:RATE decides
    assert io.open_file(path).channels[0].rate_hz == 1000.0


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (("", "", ""), ("", "", "")),
        (("A", "A", "A"), ("A", "A", "A")),
        (("Größe", "µV links", "頸"), ("Größe", "µV links", "頸")),
        (("A\x1b[31m", "B\nC", "D\x9b"), ("A\ufffd[31m", "B\ufffdC", "D\ufffd")),
        ((b"Gr\xf6\xdfe", b"\xb5V", b"B\x00\x00"), ("Größe", "µV", "B")),
    ],
)
@pytest.mark.parametrize("processor", PROCESSORS)
def test_labels_are_shown_as_they_are(tmp_path, labels, shown, processor):
    path = tmp_path / "a.c3d"
    path.write_bytes(raw_c3d(_stored(7, 5, 3, "int16"), labels=labels, processor=PROCESSORS[processor]))
    table = io.list_channels(path)
    assert table["label"].tolist() == list(shown)
    assert table["number"].tolist() == ["#1", "#2", "#3"]
    assert io.read(path, "#3").label == (shown[2] or "#3")
    if labels[0] == labels[1]:
        with pytest.raises(InputError):
            io.read(path, labels[0])


@pytest.mark.parametrize("processor", PROCESSORS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_header_that_claims_more_frames_than_there_are(tmp_path, processor, kind):
    stored = _stored(7, 5, 3, kind)
    stated = {("ANALOG", "FORMAT"): text("UNSIGNED")} if kind == "uint16" else {}
    whole = raw_c3d(
        stored,
        labels=("A", "B", "C"),
        kind=kind,
        processor=PROCESSORS[processor],
        header={"last": 2000},
        parameters={**stated, ("POINT", "FRAMES"): word(2000)},
    )
    path = tmp_path / "a.c3d"
    for missing, held in ((0, 7), (1, 6)):
        path.write_bytes(whole[: len(whole) - missing])
        file = io.open_file(path)
        assert file.notes == (
            f"the file is cut short: its header states 2000 frames, it holds {held}; what is there was read",
        )
        for i in range(3):
            np.testing.assert_array_equal(file.read_channel(i), _truth(stored)[i, : held * 5])
        assert io.read(path, 1).notes[0] == file.notes[0]


def test_more_than_one_parameter_may_say_too_little(tmp_path):
    """300 channels, of which LABELS2 and UNITS2 say nothing: no name, no unit, and no guess of either."""
    path = tmp_path / "a.c3d"
    less = {("ANALOG", "LABELS2"): None, ("ANALOG", "UNITS2"): None}
    labels = tuple(f"CH{i}" for i in range(300))
    path.write_bytes(raw_c3d(_stored(4, 2, 300, "int16"), labels=labels, parameters=less))
    table = io.list_channels(path)
    assert table["label"].tolist() == [*labels[:255], *[""] * 45]
    assert set(table["unit"][255:]) == {""}
    with pytest.raises(InputError, match="does not state the unit"):
        io.read(path, 256)
    assert io.read(path, 256, emg_unit="mV").label == "#256"
