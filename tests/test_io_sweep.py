"""One sweep over the file: samples whatever the buffer, both feet, motion, the file's fingerprint."""

import hashlib
import os
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_io_c3d import raw_c3d, write_c3d

import emgkit
from emgkit import io
from emgkit.errors import InputError
from emgkit.io import c3d_samples

FEET = ("TA_L", "HEEL_L", "TOE_L", "HEEL_R", "TOE_R", "GONIO")


@pytest.fixture
def walk(tmp_path):
    rng = np.random.default_rng(0)
    samples = {label: np.float32(rng.normal(size=400)).astype(float) for label in FEET}
    units = ["V"] * 5 + ["deg"]
    return write_c3d(tmp_path / "walk.c3d", samples, units=units), samples


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["int16", "uint16", "real"]),
    frames=st.integers(1, 40),
    per_frame=st.integers(1, 5),
    points=st.integers(0, 3),
    buffer=st.integers(1, 700),
    data=st.data(),
)
def test_the_buffer_changes_nothing(tmp_path_factory, kind, frames, per_frame, points, buffer, data):
    channels = data.draw(st.integers(1, 4))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    analog = rng.integers(0, 30_000, (frames, per_frame, channels))
    path = tmp_path_factory.mktemp("c3d") / "a.c3d"
    labels = tuple(f"C{i}" for i in range(channels))
    extra = {("ANALOG", "FORMAT"): b"\xff\x01\x08UNSIGNED"} if kind == "uint16" else {}
    path.write_bytes(raw_c3d(analog, labels=labels, kind=kind, points=points, parameters=extra))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(c3d_samples, "_BUFFER", buffer)
        read = io.open_file(path).read_channels(range(channels))
    for i in range(channels):
        expected = (analog[:, :, i].ravel() - 3) * (0.5 + i) * 0.25
        np.testing.assert_array_equal(read[i], expected)


def test_a_channel_without_a_scale_does_not_stop_the_others(tmp_path):
    path = tmp_path / "a.c3d"
    one_scale = {("ANALOG", "SCALE"): b"\x04\x01\x01\x00\x00\x80\x3f"}
    path.write_bytes(raw_c3d(np.ones((4, 2, 2)), labels=("A", "B"), parameters=one_scale))
    read = io.open_file(path).read_channels([0, 1])
    assert read[0].tolist() == [(1 - 3) * 0.25] * 8
    assert isinstance(read[1], InputError)
    assert "scale of channel #2" in str(read[1])


def test_both_feet_and_the_motion(walk):
    path, samples = walk
    rec = emgkit.read(path, motion="GONIO")
    assert {site: s.label for site, s in rec.switches.items()} == {"heel": "HEEL_L", "toe": "TOE_L"}
    assert {site: s.label for site, s in rec.opposite_switches.items()} == {"heel": "HEEL_R", "toe": "TOE_R"}
    for label, got in (
        ("HEEL_R", rec.opposite_switches["heel"].voltage_v),
        ("TOE_L", rec.switches["toe"].voltage_v),
        ("GONIO", rec.motion.values),
    ):
        np.testing.assert_array_equal(got, samples[label])
        assert not got.flags.writeable
    assert (rec.motion.label, rec.motion.unit, rec.motion.rate_hz) == ("GONIO", "deg", 1000.0)
    np.testing.assert_array_equal(rec.emg_uv, samples["TA_L"] * 1e6)
    copy = pickle.loads(pickle.dumps(rec))
    assert list(copy.opposite_switches) == ["heel", "toe"]
    np.testing.assert_array_equal(copy.motion.values, rec.motion.values)


def test_the_other_foot_can_be_named_or_left(walk):
    path, _ = walk
    named = emgkit.read(path, switches={"heel": "HEEL_L"}, opposite_switches={"toe": "TOE_R"})
    assert (list(named.switches), list(named.opposite_switches)) == (["heel"], ["toe"])
    assert not emgkit.read(path, switches={}).opposite_switches
    assert list(emgkit.read(path, side="right").opposite_switches) == ["heel", "toe"]  # the left foot
    with pytest.raises(InputError, match="named twice, as another channel and as heel"):
        emgkit.read(path, switches={"heel": "HEEL_L"}, opposite_switches={"heel": "HEEL_L"})
    with pytest.raises(InputError, match="named twice, as EMG and as motion"):
        emgkit.read(path, motion="TA_L")
    with pytest.raises(InputError, match="no channel answers to this name of the motion channel"):
        emgkit.read(path, motion="KNEE")


def test_the_fingerprint_is_that_of_the_file_as_it_was_read(walk):
    path, _ = walk
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    rec, late = emgkit.read(path), emgkit.read(path)
    assert rec.source.sha256 == expected
    before = path.stat()
    with path.open("r+b") as stream:
        stream.seek(-1, os.SEEK_END)
        stream.write(b"\x07")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert rec.source.sha256 == expected  # taken while the file was there
    with pytest.raises(InputError, match="has changed since it was opened"):
        _ = late.source.sha256
    gone = emgkit.read(path)
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        _ = gone.source.sha256


def test_the_place_of_the_file_stays_here(walk):
    path, _ = walk
    source = emgkit.read(path).source
    assert str(path.parent) not in repr(source)
    assert str(path.parent).encode() not in pickle.dumps(source)
    assert pickle.loads(pickle.dumps(source)) == source
    assert hash(source) == hash(source.settled())


def test_a_file_cut_after_it_was_opened(walk):
    path, _ = walk
    file = io.open_file(path)
    os.truncate(path, path.stat().st_size - 4000)
    with pytest.raises(InputError, match="has changed since it was opened"):
        file.read_channel(0)
