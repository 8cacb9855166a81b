"""What every reader keeps to, on every real recording: C3D, EDF and BDF of many vendors.

A file opens, or is refused with a reason; what it lists is well formed and agrees with what is read; samples
are those of another reader; the same trial in another format holds the same samples.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from ezc3d_reference import Reference, ezc3d_reads
from test_io_c3d import DEC_TWINS, MIPS_TWINS, PC_TWINS

import emgkit
from emgkit import io
from emgkit.errors import InputError

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
FILES = sorted(p for p in FOLDER.rglob("*") if p.suffix.lower() in (".c3d", ".edf", ".bdf"))
C3D = [p for p in FILES if p.suffix.lower() == ".c3d"]
EDF = [p for p in FILES if p.suffix.lower() != ".c3d"]
REFUSED = {
    "Empty.c3d": "the file is empty",
    "badParameterOffset.c3d": "the C3D file is damaged: the parameter",
    "bad_parameter_section.c3d": "the C3D file is damaged: the parameter section is broken",
    "edfPlusD.edf": "a recording with gaps",
}
# MIPS; a header and POINT:FRAMES that differ; a bad pointer, which asks for more memory than there is
EZC3D_RAISES = {"Eb015si.c3d", "Eb015sr.c3d", "sgi_int.c3d", "sgi_real.c3d", "Dance.c3d", "mocap36.c3d"}
EZC3D_RAISES |= {"Empty.c3d", "badParameterOffset.c3d", "bad_parameter_section.c3d"}
EZC3D_FINDS_NO_CHANNEL = {"dynamic.C3D"}  # which states no ANALOG:RATE
MANY = 60


def _name(path: Path) -> str:
    return path.name


def _or_reason(call, path: Path):
    try:
        return call(path)
    except InputError as error:
        return error


def test_the_recordings_are_here(shared_data):
    assert shared_data.samefile(FOLDER)
    assert len(C3D) >= 67
    assert len(EDF) >= 27


def test_other_files_are_no_recordings(shared_data):
    others = [p for p in shared_data.rglob("*") if p.is_file() and p not in FILES]
    assert len(others) > 5
    for path in others:
        with pytest.raises(InputError, match="no recording of a format that is read"):
            io.open_file(path)


@pytest.mark.parametrize("path", FILES, ids=_name)
def test_opens_or_says_why_not(path):
    if path.name not in REFUSED:
        file = io.open_file(path)
        assert file.name == path.name
        assert file.format.startswith(path.suffix[1:4].upper())
        return
    for call in (io.open_file, emgkit.list_channels, emgkit.read, emgkit.read_events):
        with pytest.raises(InputError, match=REFUSED[path.name]) as caught:
            call(path)
        assert caught.value.where == path.name
        assert "\n" not in str(caught.value)
        assert str(path.parent) not in str(caught.value)


@pytest.mark.parametrize("path", [p for p in FILES if p.name not in REFUSED], ids=_name)
def test_what_is_listed_is_what_is_read(path):
    table = emgkit.list_channels(path)
    assert list(table.columns[:6]) == ["label", "unit", "rate_hz", "n_samples", "kind", "why"]
    assert table["number"].tolist() == [f"#{i + 1}" for i in range(len(table))]
    assert set(table["kind"]) <= {"emg", "switch", "other"}
    assert all(isinstance(why, str) and why for why in table["why"])
    assert table[["label", "unit", "description"]].map(lambda text: text == text.strip()).all(axis=None)
    assert table["side"].map(lambda side: side in ("left", "right", None)).all()
    file = io.open_file(path)
    np.testing.assert_allclose(table["n_samples"] / table["rate_hz"], file.duration_s, rtol=1e-12)
    step = 1 if len(table) <= MANY else 7
    for i, samples in file.read_channels(range(0, len(table), step)).items():
        if isinstance(samples, InputError):
            assert path.name in str(samples)
            assert table["label"][i] in str(samples) or table["number"][i] in str(samples)
            continue
        assert samples.dtype == np.float64
        assert samples.shape == (table["n_samples"][i],)
        assert np.isfinite(samples).all()


@pytest.mark.parametrize("path", [p for p in FILES if p.name not in REFUSED], ids=_name)
def test_a_user_gets_a_recording_or_a_reason(path):
    table = emgkit.list_channels(path)
    emg = table.index[table["kind"] == "emg"].tolist()
    picked = _or_reason(emgkit.read, path)
    if isinstance(picked, InputError):
        assert path.name in str(picked)
        assert len(emg) != 1 or "unit" in picked.what
    else:
        assert [picked.label] == [table["label"][i] or table["number"][i] for i in emg]
    if len(table):
        forced = emgkit.read(path, 1, emg_unit="uV")
        np.testing.assert_array_equal(forced.emg_uv, io.open_file(path).read_channel(0))
        assert forced.rate_hz == table["rate_hz"][0]
        assert forced.source.unit_given == "uV"
    events = _or_reason(emgkit.read_events, path)
    if isinstance(events, InputError):
        assert "foot switch" in events.what
        return
    assert list(events.columns) == ["time_s", "side", "kind", "source"]
    assert events["time_s"].is_monotonic_increasing
    duration_s = io.open_file(path).duration_s
    assert events["time_s"].between(0, duration_s).all()


@pytest.fixture(scope="module")
def references(shared_data, tmp_path_factory) -> dict[str, Reference]:
    read = ezc3d_reads(C3D, tmp_path_factory.mktemp("ezc3d"))
    return {p.name: reference for p, reference in zip(C3D, read, strict=True)}


@pytest.mark.parametrize("path", C3D, ids=_name)
def test_every_sample_is_the_one_ezc3d_reads(references, path):
    reference = references[path.name]
    assert (reference.fate == "read") == (path.name not in EZC3D_RAISES)
    if reference.fate != "read":
        return
    if path.name in EZC3D_FINDS_NO_CHANNEL:
        assert reference.samples.size == 0
        return
    file = io.open_file(path)
    assert reference.samples.shape == (len(file.channels), file.channels[0].n_samples)
    labels = [label.strip() for label in reference.labels]
    assert [c.label for c in file.channels] == labels[: len(file.channels)]
    assert {c.rate_hz for c in file.channels} == {reference.rate_hz}
    for i, samples in file.read_channels(range(len(file.channels))).items():
        np.testing.assert_array_equal(samples, reference.samples[i])


@pytest.mark.parametrize("path", [p for p in EDF if p.name not in REFUSED], ids=_name)
def test_every_sample_is_the_one_edfio_reads(path):
    import edfio

    direct = (edfio.read_bdf if path.suffix == ".bdf" else edfio.read_edf)(path, header_encoding="latin-1")
    file = io.open_file(path)
    assert [c.label for c in file.channels] == [s.label for s in direct.signals]
    assert [c.rate_hz for c in file.channels] == [s.sampling_frequency for s in direct.signals]
    for channel, signal in zip(file.channels, direct.signals, strict=True):
        # the same line through the same two points, rounded otherwise
        largest = max(abs(signal.physical_min), abs(signal.physical_max))
        np.testing.assert_allclose(
            file.read_channel(channel.index), signal.data, rtol=1e-13, atol=1e-13 * largest
        )


def _all_channels(path: Path) -> np.ndarray:
    file = io.open_file(path)
    return np.array([file.read_channel(i) for i in range(len(file.channels))])


@pytest.mark.parametrize("stem", [*PC_TWINS, *DEC_TWINS, *MIPS_TWINS])
def test_twins_hold_the_same_samples(shared_data, stem):
    """One trial by every processor, as integers and reals, with its parameters in another order and place."""
    folder = shared_data / "c3d_format"
    expected = _all_channels(folder / "EB015PI.c3d")
    assert expected.shape == (16, 1800)
    np.testing.assert_array_equal(_all_channels(folder / f"{stem}.c3d"), expected)


@pytest.mark.parametrize("stem", ["pc_real", "dec_int", "dec_real", "sgi_int", "sgi_real"])
def test_processors_and_number_kinds_agree(shared_data, stem):
    folder = shared_data / "c3d_format"
    np.testing.assert_array_equal(_all_channels(folder / f"{stem}.c3d"), _all_channels(folder / "pc_int.c3d"))


@pytest.mark.parametrize("path", [p for p in EDF if p.with_suffix(".c3d") in C3D], ids=_name)
def test_a_walk_as_c3d_and_as_edf(path):
    """EDF+ holds whole records of 1 s and 16 bits of the range; events and samples are the same."""
    edf, c3d = io.open_file(path), io.open_file(path.with_suffix(".c3d"))
    assert [c.label for c in edf.channels] == [c.label for c in c3d.channels]
    assert 0 <= c3d.duration_s - edf.duration_s < 1
    for mine, other in zip(edf.channels, c3d.channels, strict=True):
        assert mine.rate_hz == other.rate_hz
        to_volts = {"V": 1.0, "mV": 1e-3}[mine.unit]
        a = edf.read_channel(mine.index) * to_volts
        b = c3d.read_channel(other.index)[: a.size]
        step = max(np.ptp(b), np.ptp(a)) / 65535
        assert np.abs(a - b).max() <= 2 * step
    theirs = c3d.events
    theirs = theirs[theirs["time_s"] <= edf.duration_s]
    assert edf.events[["kind", "side"]].to_dict("list") == theirs[["kind", "side"]].to_dict("list")
    # C3D keeps times as 32-bit floats
    np.testing.assert_allclose(edf.events["time_s"], theirs["time_s"], atol=1e-5)
