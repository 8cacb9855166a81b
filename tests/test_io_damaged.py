"""Damaged files: read or refused, in time; and where a file contradicts itself, no wrong number is read.

A quick share; all of it is in benchmarks/damaged_files.py.
"""

from __future__ import annotations

import collections
import struct
import time
from pathlib import Path

import damage
import numpy as np
import pytest
from c3d_writer import DEC, MIPS, PC, raw_c3d, real, text, word
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import differences, read_as_a_user

from emgkit import io
from emgkit.errors import InputError

SAMPLE_DATA = Path(__file__).resolve().parent.parent / "sample_data"
SIMULATED = damage.simulated_sources(SAMPLE_DATA)
EVENTS = {
    ("EVENT", "USED"): word(2),
    ("EVENT", "TIMES"): real(0.0, 3.05, 0.0, 3.15, shape=(2, 2)),
    ("EVENT", "LABELS"): text("Foot Strike", "Foot Off"),
    ("EVENT", "CONTEXTS"): text("Left", "Left"),
}


def _read_all(sources, numbers, folder: Path) -> collections.Counter:
    outcomes: collections.Counter = collections.Counter()
    for number in numbers:
        kind, source, data = damage.damaged(sources, number)
        path = folder / f"case{source.suffix}"
        path.write_bytes(data)
        begin = time.process_time()
        outcomes[read_as_a_user(path).outcome] += 1
        assert time.process_time() - begin < 2, (number, kind, source.name)
    return outcomes


def test_simulated_files_are_read_or_refused(tmp_path):
    outcomes = _read_all(SIMULATED, range(160), tmp_path)
    assert outcomes["read"] > 30
    assert outcomes["refused"] > 30


def test_real_files_are_read_or_refused(tmp_path, shared_data):
    outcomes = _read_all(damage.shared_sources(shared_data), range(160, 400), tmp_path)
    assert outcomes["read"] > 50
    assert outcomes["refused"] > 50


@settings(max_examples=120, deadline=None, derandomize=True)
@given(data=st.data())
def test_any_byte_before_the_samples_may_be_anything(tmp_path_factory, data):
    source = data.draw(st.sampled_from(SIMULATED))
    at = data.draw(st.integers(0, source.parameters[1] - 1))
    changed = bytearray(source.data)
    changed[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / f"byte{source.suffix}"
    path.write_bytes(changed)
    read_as_a_user(path)


def test_the_damage_is_the_same_on_every_run_and_of_every_kind():
    kinds = collections.Counter()
    for number in range(60):
        kind, source, data = damage.damaged(SIMULATED, number)
        assert (kind, source, data) == damage.damaged(SIMULATED, number)
        assert damage.one_bit(SIMULATED, number) == damage.one_bit(SIMULATED, number)
        kinds[kind] += data != source.data
    assert set(kinds) == set(damage.KINDS)
    assert min(kinds.values()) > 0


def test_what_is_damaged_was_sound(tmp_path, shared_data):
    """Files are cut short for speed; they are still read, as their originals are, as far as they go."""
    originals = {
        p.stem: p for p in shared_data.rglob("*") if p.suffix.lower() == ".c3d" and p.stem != "EB015PI"
    }
    seen = 0
    for source in damage.shared_sources(shared_data):
        if not source.format.startswith("C3D"):
            continue
        path = tmp_path / "a.c3d"
        path.write_bytes(source.data)
        short, whole = io.open_file(path), io.open_file(originals[source.name])
        assert not any("cut short" in note or "contradict" in note for note in short.notes)
        first = short.read_channel(0)
        np.testing.assert_array_equal(first, whole.read_channel(0)[: first.size])
        assert first.size > 0
        seen += 1
    assert seen > 20


@pytest.mark.parametrize("name", ["unsigned", "MIPS without points"])
def test_no_bit_of_the_structure_changes_a_number_without_a_word(tmp_path, name):
    """Names, pointers and shapes of parameters, the lead of their section, and the header, bit by bit."""
    source = next(s for s in SIMULATED if s.name == name)
    path = tmp_path / "a.c3d"

    def facts(data: bytes) -> tuple:
        path.write_bytes(data)
        file = io.open_file(path)
        samples = [file.read_channel(i).tobytes() for i in range(len(file.channels))]
        return samples, file.duration_s, file.events.to_dict("list"), file.notes

    sound = facts(source.data)
    structural = (" name", " pointer", " shape")
    refused = changed = 0
    for field in source.fields:
        if not (field.name.endswith(structural) or field.name.startswith(("section", "header"))):
            continue
        for at in range(*field.place):
            for bit in range(8):
                data = bytearray(source.data)
                data[at] ^= 1 << bit
                try:
                    found = facts(bytes(data))
                except InputError:
                    refused += 1
                    continue
                changed += found != sound
                assert found[:3] == sound[:3] or found[3] != sound[3], (field.name, at, bit)
    assert refused > 1500
    assert changed < 20


def _file(tmp_path: Path, frames: int = 30, **arguments) -> Path:
    path = tmp_path / "a.c3d"
    stored = np.arange(frames * 20).reshape(frames, 10, 2)
    path.write_bytes(raw_c3d(stored, labels=("A", "B"), **arguments))
    return path


@pytest.mark.parametrize("rest", [b"\xcd", b"memory "])
def test_the_last_parameter_may_be_followed_by_anything_but_a_parameter(tmp_path, rest):
    """ezc3d reads such a file, too; a pointer that was lost before the last one is damage."""
    path = _file(tmp_path)
    whole = path.read_bytes()
    samples = io.open_file(path).read_channel(1)
    end = whole.index(b"OFFSET") + len(b"OFFSET") + 2 + 3 + 4 + 1
    stop = 512 * (whole[512 + 2] + 1)
    assert not any(whole[end:stop])

    def broken(name: bytes) -> bytes:
        at = whole.index(name) + len(name)
        filled = whole[:end] + (rest * 512)[: stop - end] + whole[stop:]
        return filled[:at] + bytes(2) + filled[at + 2 :]

    path.write_bytes(broken(b"OFFSET"))
    np.testing.assert_array_equal(io.open_file(path).read_channel(1), samples)
    path.write_bytes(broken(b"GEN_SCALE"))
    with pytest.raises(InputError, match="broken at 'GEN_SCALE'"):
        io.open_file(path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"parameters": {("POINT", "DATA_START"): word(2)}, "header": {"data_block": 4}},
            "place of the data",
        ),
        ({"header": {"data_block": 4}}, "not behind the place"),
        ({"parameters": EVENTS, "first": 305, "header": {"first": 301}}, "events cannot be placed"),
        ({"parameters": {("ANALOG", "RATE"): real(1000.5)}}, "rate of the analog channels"),
        (
            {"parameters": {("ANALOG", "GEN_SCALF"): real(0.25)}, "without": "GEN_SCALE"},
            "seems to be GEN_SCALE",
        ),
        ({"parameters": {("TRIAL", "GEN_SCALE"): real(0.25)}, "without": "GEN_SCALE"}, "in another group"),
    ],
)
def test_what_contradicts_itself_is_refused(tmp_path, arguments, words):
    given_parameters = dict(arguments.get("parameters", {}))
    if "without" in arguments:
        given_parameters["ANALOG", arguments["without"]] = None
    if ("POINT", "DATA_START") in given_parameters:
        blocks = _file(tmp_path).read_bytes()[512 + 2]
        given_parameters["POINT", "DATA_START"] = word(2 + blocks)
    more = {k: v for k, v in arguments.items() if k not in ("parameters", "without")}
    with pytest.raises(InputError, match=words) as caught:
        io.open_file(_file(tmp_path, parameters=given_parameters, **more))
    assert caught.value.where == "a.c3d"
    assert caught.value.mend == "export the recording again"


@pytest.mark.parametrize(("first", "times_s"), [(301, [0.05, 0.15]), (1, [])])
def test_a_first_frame_that_is_confirmed_places_events(tmp_path, first, times_s):
    file = io.open_file(_file(tmp_path, first=first, parameters=EVENTS))
    assert file.events["time_s"].tolist() == pytest.approx(times_s)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("GEN_SCALE", real(float("nan")), "GEN_SCALE, which scales all channels, is not a number"),
        ("GEN_SCALE", real(float("inf")), "GEN_SCALE, which scales all channels, is not a number"),
        ("GEN_SCALE", real(), "GEN_SCALE, which scales all channels, is not a number"),
        ("OFFSET", word(3, shape=(1,)), "offset of channel #2"),
        ("SCALE", real(0.5), "scale of channel #2"),
        ("SCALE", real(0.5, float("nan")), "300 of 300 samples are not a number"),
        ("SCALE", real(0.5, float("inf")), "300 of 300 samples are not a number"),
    ],
)
def test_a_scale_that_is_none_is_refused(tmp_path, name, value, words):
    path = _file(tmp_path, parameters={("ANALOG", name): value})
    assert len(io.list_channels(path)) == 2
    with pytest.raises(InputError, match=words):
        io.read(path, "B")


def test_parameters_that_the_specification_lets_go(tmp_path):
    path = _file(tmp_path, parameters={("ANALOG", "OFFSET"): None, ("ANALOG", "GEN_SCALE"): None})
    np.testing.assert_array_equal(io.open_file(path).read_channel(1), np.arange(1, 600, 2) * 1.5)


@pytest.mark.parametrize(("processor", "other"), [(PC, DEC), (DEC, PC), (PC, MIPS), (MIPS, PC), (DEC, MIPS)])
@pytest.mark.parametrize("kind", ["int16", "real"])
def test_the_wrong_processor_is_seen(tmp_path, processor, other, kind):
    path = _file(tmp_path, processor=processor, kind=kind)
    data = bytearray(path.read_bytes())
    assert data[512 + 3] == processor
    data[512 + 3] = other
    path.write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        io.open_file(path)


def test_counts_of_frames_that_differ_are_said(tmp_path):
    """Both fit, up to the padding: the smaller, which every statement agrees is there."""
    path = _file(tmp_path, frames=20, parameters={("POINT", "FRAMES"): word(20)}, header={"last": 25})
    path.write_bytes(path.read_bytes() + bytes(11 * 40))
    file = io.open_file(path)
    assert file.channels[0].n_samples == 200
    assert file.notes == ("the file states different numbers of frames (20, 25); 20 were read",)


def test_events_that_are_not_counted_are_said(tmp_path):
    path = _file(tmp_path, first=301, parameters={**EVENTS, ("EVENT", "USED"): word(1)})
    file = io.open_file(path)
    assert len(file.events) == 1
    assert file.notes == ("EVENT:USED is 1, with 2 times; only so many events were taken",)


@pytest.mark.parametrize("time_s", [float("nan"), float("inf"), 3e38, -1e30])
def test_times_that_are_none_are_left_out(tmp_path, time_s):
    times = real(0.0, time_s, time_s, 3.15, shape=(2, 2))
    file = io.open_file(_file(tmp_path, first=301, parameters={**EVENTS, ("EVENT", "TIMES"): times}))
    assert file.events.empty
    assert file.notes == ("2 events outside the recorded signal left out",)


@pytest.mark.parametrize("processor", [PC, MIPS, DEC])
def test_samples_that_are_no_numbers_are_named(tmp_path, processor):
    """Signalling ones, too, which numpy warns about; in DEC the exponent that IEEE keeps for them."""
    path = _file(tmp_path, kind="real", processor=processor)
    data = bytearray(path.read_bytes())
    signalling = {PC: 0x7F800001, MIPS: 0x7F800001, DEC: 0x00017F80}[processor]
    struct.pack_into(">I" if processor == MIPS else "<I", data, len(data) - 80, signalling)
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"1 of 300 samples are not a number, the first at 0\.290 s"):
        io.read(path, "A")
    assert io.read(path, "B").emg_uv.size == 300


def test_readings_that_differ_are_told_apart(tmp_path):
    """The comparison that the benchmark rests on."""
    sound = read_as_a_user(_file(tmp_path))
    assert differences(sound, read_as_a_user(_file(tmp_path))) == ()
    other = read_as_a_user(_file(tmp_path, parameters={("ANALOG", "GEN_SCALE"): real(0.5)}))
    assert differences(sound, other) == ("samples",)
    other = read_as_a_user(_file(tmp_path, frames=29, parameters={("ANALOG", "UNITS"): text("mV", "V")}))
    assert differences(sound, other) == ("units", "length")
    other = read_as_a_user(_file(tmp_path, frame_rate=50.0))
    assert differences(sound, other) == ("rate",)
