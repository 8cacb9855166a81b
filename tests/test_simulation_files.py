"""C3D and EDF+ of a simulated recording, read back by the reference readers."""

from pathlib import Path

import edfio
import ezc3d
import numpy as np
import pytest

import emgkit
from emgkit.errors import InputError
from emgkit.simulation import simulate
from emgkit.simulation.files import write_c3d, write_edf

# Half a step of the converter, and a little for the 32-bit scale of a C3D file
EMG_TOLERANCE_UV, SWITCH_TOLERANCE_V = 0.051, 0.00051


@pytest.mark.parametrize(("unit", "per_unit"), [("V", 1e6), ("mV", 1e3), ("uV", 1.0)])
@pytest.mark.parametrize("switches", ["separate", "coded", "none"])
def test_c3d_holds_the_samples(tmp_path, unit, per_unit, switches):
    rec = simulate(n_cycles=4, switches=switches)
    path = write_c3d(rec, tmp_path / "a.c3d", emg_unit=unit)
    back = ezc3d.c3d(str(path))
    analogs = back["data"]["analogs"][0]
    parameters = back["parameters"]["ANALOG"]
    assert parameters["LABELS"]["value"] == [rec.label, *(s.label for s in rec.switches.values())]
    assert parameters["UNITS"]["value"] == [unit, *("V" for _ in rec.switches)]
    assert parameters["RATE"]["value"][0] == 2000
    assert analogs.shape == (1 + len(rec.switches), rec.emg_uv.size)
    np.testing.assert_allclose(analogs[0] * per_unit, rec.emg_uv, rtol=1e-6, atol=EMG_TOLERANCE_UV)
    for row, switch in zip(analogs[1:], rec.switches.values(), strict=True):
        np.testing.assert_allclose(row, switch.voltage_v, rtol=1e-6, atol=SWITCH_TOLERANCE_V)


def test_c3d_events_as_motion_capture_writes_them(tmp_path):
    rec = simulate(n_cycles=60, cycle_s=1.2)  # past the first minute
    event = ezc3d.c3d(str(write_c3d(rec, tmp_path / "a.c3d")))["parameters"]["EVENT"]
    table = rec.events
    assert event["USED"]["value"][0] == len(table)
    assert event["CONTEXTS"]["value"] == [side.capitalize() for side in table.side]
    labels = {"foot_contact": "Foot Strike", "foot_off": "Foot Off"}
    assert event["LABELS"]["value"] == [labels[kind] for kind in table.kind]
    minutes, seconds = event["TIMES"]["value"]
    assert set(minutes) == {0.0, 1.0}
    np.testing.assert_allclose(60 * minutes + seconds, table.time_s, atol=1e-5)


def test_c3d_without_events_has_no_event_group(tmp_path):
    path = write_c3d(simulate(n_cycles=2, events=False), tmp_path / "a.c3d")
    assert "EVENT" not in ezc3d.c3d(str(path))["parameters"]


def test_large_signal_takes_a_larger_step(tmp_path):
    rec = simulate(n_cycles=3, peak_uv=9000.0)
    largest = np.abs(rec.emg_uv).max()
    assert largest > 3200
    step = next(step for step in (0.2, 0.5, 1.0) if largest < 32_000 * step)
    back = ezc3d.c3d(str(write_c3d(rec, tmp_path / "a.c3d", emg_unit="uV")))["data"]["analogs"][0, 0]
    np.testing.assert_allclose(back, rec.emg_uv, rtol=1e-6, atol=0.51 * step)
    rec = simulate(activity="repetitions", n_cycles=2, peak_uv=9000.0)
    step = next(step for step in (0.1, 0.2, 0.5, 1.0) if np.abs(rec.emg_uv).max() < 32_000 * step)
    signal = edfio.read_edf(write_edf(rec, tmp_path / "a.edf")).signals[0]
    np.testing.assert_allclose(signal.data, rec.emg_uv, atol=0.51 * step)


@pytest.mark.parametrize(("unit", "per_unit"), [("V", 1e6), ("mV", 1e3), ("uV", 1.0)])
def test_edf_holds_the_samples(tmp_path, unit, per_unit):
    rec = simulate(n_cycles=4)
    edf = edfio.read_edf(write_edf(rec, tmp_path / "a.edf", emg_unit=unit))
    assert [s.label for s in edf.signals] == [rec.label, *(s.label for s in rec.switches.values())]
    assert [s.physical_dimension for s in edf.signals] == [unit, "V", "V", "V", "V"]
    np.testing.assert_allclose(edf.signals[0].data * per_unit, rec.emg_uv, atol=EMG_TOLERANCE_UV)
    for signal, switch in zip(edf.signals[1:], rec.switches.values(), strict=True):
        np.testing.assert_allclose(signal.data, switch.voltage_v, atol=SWITCH_TOLERANCE_V)


def test_edf_annotations(tmp_path):
    rec = simulate(n_cycles=3)
    notes = edfio.read_edf(write_edf(rec, tmp_path / "a.edf")).annotations
    assert {note.text for note in notes} == {
        f"{side} {what}" for side in ("Left", "Right") for what in ("Foot Strike", "Foot Off")
    }
    np.testing.assert_allclose([note.onset for note in notes], rec.events.time_s, atol=6e-5)
    assert all(note.duration is None for note in notes)

    rec = simulate(activity="repetitions", n_cycles=5)
    notes = edfio.read_edf(write_edf(rec, tmp_path / "b.edf")).annotations
    assert [note.text for note in notes] == [f"Repetition {i}" for i in range(1, 6)]
    np.testing.assert_allclose([n.onset for n in notes], rec.truth.contact_s, atol=6e-5)
    np.testing.assert_allclose([n.onset + n.duration for n in notes], rec.truth.foot_off_s, atol=2e-4)


def test_files_are_anonymous(tmp_path):
    rec = simulate(n_cycles=2)
    header = write_edf(rec, tmp_path / "a.edf").read_bytes()[:256].decode("ascii")
    assert header[8:88].split() == ["X", "X", "X", "X"]
    assert header[88:168].split() == ["Startdate", "04-MAR-2025", "X", "X", "simulated"]
    assert header[168:184] == "04.03.2509.00.00"
    stored = write_c3d(rec, tmp_path / "a.c3d").read_bytes()
    assert b"@" not in stored[: 512 * 20].split(b"TIMES")[0]
    assert str(tmp_path).encode() not in stored


@pytest.mark.parametrize("write", [write_c3d, write_edf])
def test_same_bytes_on_every_run(tmp_path, write):
    one = write(simulate(n_cycles=2), tmp_path / "one").read_bytes()
    two = write(simulate(n_cycles=2), tmp_path / "two").read_bytes()
    assert one == two


@pytest.mark.parametrize("name", ["walk.c3d", "walk.edf"])
def test_the_toolkit_reads_what_it_writes(tmp_path, name):
    rec = simulate(side="right", n_cycles=4)
    path = tmp_path / name
    (write_c3d if path.suffix == ".c3d" else write_edf)(rec, path)
    back = emgkit.read(path)
    assert (back.label, back.muscle, back.side, back.rate_hz) == (rec.label, rec.muscle, "right", 2000.0)
    np.testing.assert_allclose(back.emg_uv, rec.emg_uv, rtol=1e-6, atol=EMG_TOLERANCE_UV)
    assert list(back.switches) == list(rec.switches)
    assert back.events[["side", "kind"]].equals(rec.events[["side", "kind"]])
    np.testing.assert_allclose(back.events.time_s, rec.events.time_s, atol=6e-5)


def test_repetitions_in_c3d_are_read(tmp_path):
    rec = simulate(activity="repetitions", n_cycles=4)
    back = emgkit.read(write_c3d(rec, tmp_path / "a.c3d"))
    assert back.events.kind.tolist() == rec.events.kind.tolist()


@pytest.mark.parametrize("write", [write_c3d, write_edf])
@pytest.mark.parametrize("arguments", [{"rate_hz": 1925.93}, {"rate_hz": 2000.5}])
def test_rates_that_do_not_fit(tmp_path, write, arguments):
    with pytest.raises(InputError):
        write(simulate(n_cycles=2, **arguments), tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_what_does_not_fit_a_file(tmp_path):
    path = Path(tmp_path / "a")
    with pytest.raises(InputError, match="emg_unit"):
        write_c3d(simulate(n_cycles=2), path, emg_unit="kV")
    with pytest.raises(InputError, match="emg_unit"):
        write_edf(simulate(n_cycles=2), path, emg_unit="nV")
    with pytest.raises(InputError, match="too many events"):
        write_c3d(simulate(n_cycles=70, rate_hz=500.0), path)
    with pytest.raises(InputError, match="label"):
        write_edf(simulate(n_cycles=2, label="a label that is too long"), path)
    assert not path.exists()
