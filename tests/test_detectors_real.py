"""Real walking: the labels drawn by hand, and the two forms of one file.

What is tested: all labels and some of the twins, through the script that prints the full table. What is not:
fine wire, of which no labelled walking could be had.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

import emgkit
from emgkit.detectors import detect

SCRIPT = Path(__file__).resolve().parent.parent / "benchmarks" / "gait_burst_labels.py"
TRIALS = (
    "2018_S1_FLOAT_T1",
    "2018_S3_NO_FLOAT_T2",
    "2018_S4_FLOAT_T2",
    "2018_S4_NO_FLOAT_T3",
    "2019_SCI_FLOAT_T3",
)


@pytest.fixture(scope="module")
def benchmark_script():
    spec = importlib.util.spec_from_file_location("gait_burst_labels", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_promised_agreement_with_hand_labels(shared_data, benchmark_script):
    score = benchmark_script.Score()
    for path, muscle, rows in benchmark_script.trials(shared_data / "gait_burst_labels"):
        recording = emgkit.read(path, emg=muscle)
        benchmark_script.add_trial(score, recording, benchmark_script.spans(recording, "hmm"), rows)
    high = [i for i, snr in enumerate(score.snr_db) if snr > 8]
    assert benchmark_script.f1(score.union) >= 0.85
    assert benchmark_script.f1([score.union[i] for i in high]) >= 0.92
    assert benchmark_script.f1(score.per_cycle) >= 0.83
    # bursts begin where the signal leaves the noise, 10 ms before people begin them; wished for are 11 ms
    assert np.median(np.abs(score.onset_s)) <= 0.019
    assert -0.012 < np.median(score.onset_s) < -0.007
    assert len(score.onset_s) > 300


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("muscle", ["LTA", "LMG", "RTA", "RMG"])
def test_c3d_and_edf_of_one_walk_give_the_same_bursts(shared_data, trial, muscle):
    folder = shared_data / "gait_burst_labels"
    full, cut = (emgkit.read(folder / f"{trial}.{kind}", emg=muscle) for kind in ("c3d", "edf"))
    until = cut.duration_s - 0.3
    for name in ("onset_s", "offset_s"):
        a, b = (getattr(detect(r.emg_uv, r.rate_hz), name) for r in (full, cut))
        np.testing.assert_allclose(a[a < until], b[b < until], atol=0.002)


def test_hum_alone_gives_no_burst(shared_data):
    hum = emgkit.read(shared_data / "gait_burst_labels" / "2018_S1_FLOAT_T1.c3d", emg="LTA")
    assert detect(hum.emg_uv, hum.rate_hz).onset_s.size == 0


def test_a_needle_in_a_steady_contraction_is_one_burst(shared_data):
    wfdb = shared_data / "intramuscular"
    headers = sorted(wfdb.glob("*healthy*.hea"))
    if not headers:
        pytest.skip("no needle recording of a healthy muscle here")
    first = headers[0].read_text().split("\n")
    rate = float(first[0].split()[2].split("/")[0])
    raw = np.fromfile(headers[0].with_suffix(".dat"), dtype="<i2").astype(np.float64)
    found = detect(raw, rate)
    # 12.7 s without rest, potentials with some ms of silence between: one burst, and it says what it rests on
    assert found.onset_s.size == 1
    assert found.offset_s[0] - found.onset_s[0] > 12.6
    assert any("quiet level rests on little" in note for note in found.notes)


@pytest.mark.parametrize("trial", ["2019_SCI_FLOAT_T1", "2019_SCI_FLOAT_T2", "2019_SCI_FLOAT_T3"])
def test_beats_of_a_clonus_are_told_and_not_in_its_antagonist(shared_data, trial):
    """The right gastrocnemius after a spinal-cord injury, 7 to 8 times a second; people drew one burst."""
    path = shared_data / "gait_burst_labels" / f"{trial}.c3d"
    found = detect(emgkit.read(path, emg="RMG").emg_uv, 1000.0)
    interval_s = np.diff(found.beats_s[:, 0])
    row = interval_s < 0.2
    assert row.sum() >= 10
    assert np.median(interval_s[row]) == pytest.approx(0.135, abs=0.01)
    assert any("repeat evenly" in note for note in found.notes)
    assert not len(detect(emgkit.read(path, emg="RTA").emg_uv, 1000.0).beats_s)
