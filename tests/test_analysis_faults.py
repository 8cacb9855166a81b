"""Faults inside a stride: the ledger leaves the stride out with the numbers, and the table says where."""

from dataclasses import replace

import gait_fakes
import numpy as np
import pytest

import emgkit
from emgkit import tables
from emgkit.gait import ledger
from emgkit.model import frozen
from emgkit.result import Analysis

REC = emgkit.simulate(n_cycles=9, switches="none", artefact_uv=5.0, snr_db=24.0, seed=4)
CONTACT_S = REC.truth.contact_s
QUICK = {"detect": {"sensitivity": "off"}}


def analyze(emg_uv):
    return emgkit.analyze(replace(REC, emg_uv=frozen(emg_uv)), QUICK)


def left_out(an):
    """Numbers of the strides that are left out; the tenth contact begins none."""
    return an.cycles.loc[~an.cycles["used"], "cycle"].tolist()[:-1]


def at(stride, part):
    """Moment in a stride, numbered from 1."""
    return CONTACT_S[stride - 1] + part * (CONTACT_S[stride] - CONTACT_S[stride - 1])


def time_s():
    return np.arange(REC.emg_uv.size) / REC.rate_hz


def test_a_clean_walk_loses_no_stride_and_has_no_faults():
    an = analyze(REC.emg_uv)
    assert left_out(an) == []
    assert an.faults.empty
    assert list(an.faults.columns) == [column.name for column in tables.FAULTS]


def test_a_step_leaves_out_its_stride_and_no_other():
    an = analyze(REC.emg_uv + np.where(time_s() >= at(4, 0.3), 2000.0, 0.0))
    assert left_out(an) == [4]
    cycle = an.cycles.iloc[3]
    assert cycle["reason"] == "signal_fault"
    assert cycle["reason_detail"].startswith("a step of the baseline ")
    row = an.faults[an.faults["check"] == "baseline_step"].iloc[0]
    assert row["cycles"] == "4"
    assert row["start_s"] < at(4, 0.3) < row["end_s"]
    quality = an.quality.set_index("check").loc["baseline_step"]
    assert quality["verdict"] == "limited"
    assert quality["where"] == f"{row['start_s']:.2f}-{row['end_s']:.2f} s"


def test_crackle_leaves_out_the_strides_it_lies_in():
    emg = REC.emg_uv.copy()
    for stride in (2, 7):
        k = round(at(stride, 0.4) * REC.rate_hz)
        emg[k : k + 40 : 7] += 60_000.0
    an = analyze(emg)
    assert left_out(an) == [2, 7]
    assert an.cycles.loc[1, "reason_detail"].startswith("intermittent contact ")


def test_a_short_gap_leaves_no_stride_out_and_a_long_one_does():
    emg = REC.emg_uv.copy()
    start, stop = (round(at(3, part) * REC.rate_hz) for part in (0.2, 0.23))
    emg[start:stop] = 0.0
    an = analyze(emg)
    assert left_out(an) == []
    assert (an.faults["check"] == "intermittent_contact").sum() == 1
    stop = round(at(3, 0.4) * REC.rate_hz)
    emg[start:stop] = 0.0
    assert analyze(emg).cycles.loc[2, "reason"] == "signal_fault"


def test_a_fault_over_a_contact_names_both_cycles():
    emg = np.where(np.abs(time_s() - CONTACT_S[5]) < 0.2, 0.0, REC.emg_uv)
    an = analyze(emg)
    flat = an.faults[an.faults["check"] == "flat_line"].iloc[0]
    assert flat["cycles"] == "5, 6"
    assert flat["start_s"] == pytest.approx(CONTACT_S[5] - 0.2, abs=0.002)
    assert flat["end_s"] == pytest.approx(CONTACT_S[5] + 0.2, abs=0.002)


def test_the_table_of_faults_survives_json():
    an = analyze(REC.emg_uv + np.where(time_s() >= at(4, 0.3), 2000.0, 0.0))
    back = Analysis.from_json(an.to_json())
    assert back.faults.equals(an.faults)


def test_a_place_touches_the_cycles_that_it_overlaps():
    cycles = gait_fakes.cycles(*[{}] * 4, duration_s=1.0)  # from 2 s on
    for (start, end), expected in {
        (2.5, 2.6): [0],
        (2.9, 3.1): [0, 1],
        (3.0, 4.0): [1],
        (5.99, 9.0): [3],
        (6.0, 7.0): [],
        (1.0, 6.0): [0, 1, 2, 3],
    }.items():
        left = ledger.leave_out_touched(cycles, np.array([start]), np.array([end]), words="x")
        assert np.flatnonzero(~left.used).tolist() == expected
    assert ledger.leave_out_touched(cycles, np.zeros(0), np.zeros(0), words="x").used.all()
