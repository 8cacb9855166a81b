"""Session folders: complete, small, reproducible, and equal to those that the project ships."""

import json
import tomllib
from io import StringIO

import edfio
import ezc3d
import numpy as np
import pandas as pd
import pytest

import emgkit
from emgkit.errors import InputError
from emgkit.simulation import KINDS, write_session
from emgkit.simulation.session import session_trials


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("sessions")
    return {kind: (root / kind, write_session(root / kind, kind)) for kind in KINDS}


def _samples(path) -> np.ndarray:
    """Return the stored counts, one row a channel."""
    if path.suffix == ".edf":
        return np.array([signal.digital for signal in edfio.read_edf(path).signals], dtype=np.float64)
    file = ezc3d.c3d(str(path))
    scale = np.array(file["parameters"]["ANALOG"]["SCALE"]["value"])
    return np.rint(file["data"]["analogs"][0] / scale[:, None])


def _near(one, other) -> None:
    """Assert that two structures are equal, numbers to 2e-6."""
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            _near(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            _near(a, b)
    else:
        assert one == (pytest.approx(other, rel=1e-6, abs=2e-6) if isinstance(one, float) else other)


@pytest.mark.parametrize("kind", KINDS)
def test_sample_data_is_what_the_simulator_writes(folders, sample_data, kind):
    _, files = folders[kind]
    shipped = sample_data / kind
    assert sorted(p.name for p in shipped.iterdir()) == [p.name for p in files]
    for made in files:
        kept = shipped / made.name
        if made.suffix == ".toml":
            assert made.read_bytes() == kept.read_bytes()
        elif made.suffix == ".json":
            _near(json.loads(made.read_text()), json.loads(kept.read_text()))
        elif made.suffix == ".csv":
            pd.testing.assert_frame_equal(pd.read_csv(made), pd.read_csv(kept), rtol=0, atol=2e-6)
        else:
            # another machine's sine may differ in the last bit, and a count by one
            np.testing.assert_allclose(_samples(made), _samples(kept), rtol=0, atol=1)


def test_sample_data_is_small(sample_data):
    files = [p for p in sample_data.rglob("*") if p.is_file()]
    assert 0 < sum(p.stat().st_size for p in files) < 4e6


@pytest.mark.parametrize("kind", KINDS)
def test_same_bytes_on_every_run(folders, tmp_path, kind):
    _, files = folders[kind]
    for path in write_session(tmp_path / "again", kind):
        assert path.read_bytes() == next(p for p in files if p.name == path.name).read_bytes()


def test_another_seed_is_another_session_of_the_kind(folders, tmp_path):
    kind = "tibialis_anterior_walking"
    folder, files = folders[kind]
    other = write_session(str(tmp_path / "other"), kind, seed=77)
    assert [p.name for p in other] == [p.name for p in files]
    assert (tmp_path / "other" / "truth.csv").read_text() != (folder / "truth.csv").read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_the_toolkit_loads_the_session(folders, kind):
    folder, _ = folders[kind]
    session = emgkit.load_session(folder)
    manifest = tomllib.loads((folder / "session.toml").read_text(encoding="utf-8"))
    assert session.id == manifest["session"]["id"]
    assert {"rest", "maximum"} < set(session.paths)
    assert ("activity" in session.paths) == (kind == "flexor_carpi_ulnaris_hand_movement")
    assert "imulated" in manifest["study"]["indication"]


@pytest.mark.parametrize("kind", KINDS)
def test_truth_beside_the_trials_is_that_of_the_recordings(folders, kind):
    folder, _ = folders[kind]
    trials = session_trials(kind)
    table = pd.read_csv(folder / "truth.csv")
    cycles = pd.read_csv(folder / "truth_cycles.csv", na_values="none")
    whole = json.loads((folder / "truth.json").read_text())["trials"]
    assert list(table.columns) == ["trial", "burst", "onset_s", "offset_s"]
    for recording in trials.values():
        rows = table[table.trial == recording.trial]
        truth = recording.truth
        np.testing.assert_allclose(rows.onset_s, truth.onset_s, atol=6e-7)
        np.testing.assert_allclose(rows.offset_s, truth.offset_s, atol=6e-7)
        rows = cycles[cycles.trial == recording.trial]
        np.testing.assert_allclose(rows.contact_s.dropna(), truth.contact_s, atol=6e-7)
        np.testing.assert_allclose(rows.foot_off_s.dropna(), truth.foot_off_s, atol=6e-7)
        assert np.all((rows.foot_off_s > rows.contact_s) | rows.isna().any(axis=1))
        np.testing.assert_allclose(whole[recording.trial]["contact_s"], truth.contact_s, atol=6e-7)


def test_what_the_kinds_promise():
    walks = session_trials("tibialis_anterior_walking")
    assert all(len(r.events) and len(r.switches) == 4 for n, r in walks.items() if n.startswith("walk"))
    strokes = session_trials("vastus_intermedius_after_stroke")
    for name, rec in strokes.items():
        assert len(rec.events) == 0
        if name.startswith("walk"):
            assert list(rec.switches) == ["coded"]
            assert np.mean(np.diff(rec.truth.contact_s)) == pytest.approx(1.6, abs=0.1)
    hands = session_trials("flexor_carpi_ulnaris_hand_movement")
    assert hands["flexion_1.edf"].truth.contact_s.size == 13
    for trials in (walks, strokes, hands):
        rest = next(r for n, r in trials.items() if n.startswith("rest"))
        strongest = next(r for n, r in trials.items() if n.startswith("mmt"))
        assert rest.truth.onset_s.size == 0
        assert strongest.truth.offset_s[0] - strongest.truth.onset_s[0] == pytest.approx(4, abs=0.3)
        # the muscle works harder in the maximum test than in its task
        task = next(iter(trials.values()))
        assert strongest.truth.parameters["snr_of_signal_db"] > task.truth.parameters["snr_of_signal_db"] + 1


def test_folder_that_is_not_empty_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="not empty"):
        write_session(tmp_path, "tibialis_anterior_walking")
    with pytest.raises(InputError, match="file of that name"):
        write_session(tmp_path / "mine.txt", "tibialis_anterior_walking")
    with pytest.raises(InputError, match="cannot be written"):
        write_session(tmp_path / "mine.txt" / "below", "tibialis_anterior_walking")
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    assert (tmp_path / "mine.txt").read_text() == "keep"


@pytest.mark.parametrize(("kind", "seed"), [("walking", None), (None, None), (next(iter(KINDS)), -1)])
def test_unknown_kind_or_seed(tmp_path, kind, seed):
    with pytest.raises(InputError):
        write_session(tmp_path / "new", kind, seed)
    assert not (tmp_path / "new").exists()


def test_truth_files_have_unix_line_ends(folders):
    for folder, _ in folders.values():
        assert b"\r" not in (folder / "truth.csv").read_bytes()
        assert pd.read_csv(StringIO((folder / "truth.csv").read_text())).notna().all().all()
