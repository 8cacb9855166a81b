"""EDF, EDF+ and BDF: calibrated samples, own rates, annotations, damage named."""

import edfio
import numpy as np
import pytest

from emgkit import io
from emgkit.errors import InputError


def write_edf(path, channels, annotations=None):
    """`channels`: rows of (label, unit, rate, samples)."""
    signals = [
        edfio.EdfSignal(samples, rate, label=label, physical_dimension=unit)
        for label, unit, rate, samples in channels
    ]
    notes = None if annotations is None else [edfio.EdfAnnotation(*row) for row in annotations]
    edfio.Edf(signals, annotations=notes).write(path)
    return path


@pytest.fixture
def wave():
    return np.sin(np.arange(8000) / 7.0) * 900.0


def test_each_channel_keeps_its_rate_and_unit(tmp_path, wave):
    path = write_edf(tmp_path / "a.edf", [("EMG TA", "uV", 2000, wave), ("FSW_HEEL", "mV", 100, wave[:400])])
    file = io.open_file(path)
    assert file.format == "EDF"
    assert file.duration_s == 4.0
    assert [(c.label, c.unit, c.rate_hz, c.n_samples) for c in file.channels] == [
        ("EMG TA", "uV", 2000.0, 8000),
        ("FSW_HEEL", "mV", 100.0, 400),
    ]
    step = (wave.max() - wave.min()) / 65535
    assert np.abs(file.read_channel(0) - wave).max() <= 2 * step  # the range itself has eight characters
    rec = io.read(path)
    assert rec.rate_hz == 2000.0
    assert rec.switches["heel"].rate_hz == 100.0
    np.testing.assert_allclose(rec.switches["heel"].voltage_v * 1000, file.read_channel(1), rtol=1e-12)


def test_bdf(tmp_path, wave):
    signal = edfio.BdfSignal(wave, 2000, label="EMG", physical_dimension="uV")
    annotations = [edfio.EdfAnnotation(1.5, None, "Left Foot Strike")]
    edfio.Bdf([signal], annotations=annotations).write(tmp_path / "a.bdf")
    file = io.open_file(tmp_path / "a.bdf")
    assert file.format == "BDF+C"
    assert np.abs(file.read_channel(0) - wave).max() < 1e-2
    assert file.events["time_s"].tolist() == [1.5]


def test_the_bdf_twin_of_an_edf(shared_data):
    """Same recording, 16 and 24 bits; the 16-bit export is high-passed, so only its facts are the same."""
    edf, bdf = (io.open_file(shared_data / "edf" / f"example_data.{e}") for e in ("edf", "bdf"))
    assert [(c.label, c.rate_hz, c.n_samples) for c in edf.channels] == [
        (c.label, c.rate_hz, c.n_samples) for c in bdf.channels
    ]


def test_annotations_become_events(tmp_path, wave):
    rows = [
        (0.5, None, "Left Foot Strike"),
        (1.0, None, "right_foot_off"),
        (1.5, 0.75, "repetition 3"),
        (2.5, None, "repetition_start"),
        (3.0, None, "Repetition End"),
        (3.2, None, "coffee"),
        (3.3, None, "rep"),
        (3.9, 0.5, "movement"),
    ]
    file = io.open_file(write_edf(tmp_path / "a.edf", [("EMG", "uV", 2000, wave)], rows))
    assert file.format == "EDF+C"
    events = file.events
    assert list(zip(events["time_s"], events["kind"], events["side"], strict=True)) == [
        (0.5, "foot_contact", "left"),
        (1.0, "foot_off", "right"),
        (1.5, "repetition_start", None),
        (2.25, "repetition_end", None),
        (2.5, "repetition_start", None),
        (3.0, "repetition_end", None),
        (3.9, "repetition_start", None),
    ]
    assert set(events["source"]) == {"edf"}
    assert file.unknown_events == ("coffee", "rep (without a duration)")
    assert file.notes == ("1 event outside the recorded signal left out",)


def test_a_recording_with_gaps_is_refused(shared_data):
    with pytest.raises(InputError, match="recording with gaps") as caught:
        io.open_file(shared_data / "edf" / "edfPlusD.edf")
    assert caught.value.accepted == "EDF, EDF+C"
    assert caught.value.mend


def test_annotations_only(shared_data):
    path = shared_data / "edf" / "SC4001EC-Hypnogram.edf"
    assert io.list_channels(path).empty
    assert io.read_file_events(path).empty
    assert "Sleep stage W" in io.open_file(path).unknown_events
    with pytest.raises(InputError, match="holds no signal"):
        io.read(path)


def test_a_start_between_two_seconds(shared_data):
    """Annotations count from the first sample, not from the whole second of the header."""
    file = io.open_file(shared_data / "edf" / "test_subsecond.edf")
    direct = edfio.read_edf(file.path)
    assert direct.annotations[0].onset == pytest.approx(1.9511719)
    np.testing.assert_array_equal(file.read_channel(0), direct.signals[0].data)


def test_a_cut_last_record_is_said(tmp_path, wave):
    path = write_edf(tmp_path / "a.edf", [("EMG", "uV", 2000, wave)])
    data = path.read_bytes()
    path.write_bytes(data[:-1000])
    file = io.open_file(path)
    assert any("cut short" in note for note in file.notes)
    whole = file.read_channel(0)
    assert whole.size == file.channels[0].n_samples < 8000
    assert whole.size / 2000 == file.duration_s
    assert io.read(path).notes == file.notes


@pytest.mark.parametrize(("unit", "factor"), [(b"\xb5V", 1.0), ("µV".encode(), 1.0), (b"mV", 1e3)])
def test_micro_signs(tmp_path, wave, unit, factor):
    path = write_edf(tmp_path / "a.edf", [("EMG", "XXXXXXX", 2000, wave)])
    path.write_bytes(path.read_bytes().replace(b"XXXXXXX ", unit.ljust(8)))
    rec = io.read(path)
    np.testing.assert_allclose(rec.emg_uv, io.open_file(path).read_channel(0) * factor, rtol=1e-12)


def test_a_channel_without_calibration_is_refused(tmp_path, wave):
    path = write_edf(tmp_path / "a.edf", [("EMG", "uV", 2000, wave)])
    data = path.read_bytes()
    at = 256 + 16 + 80 + 8
    path.write_bytes(data[:at] + data[at + 8 : at + 16] + data[at + 8 :])  # minimum = maximum
    assert len(io.list_channels(path)) == 1
    with pytest.raises(InputError, match="not calibrated"):
        io.read(path)
