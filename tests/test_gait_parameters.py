"""Time parameters: closed forms, sums that must hold, and what is not determinable."""

import numpy as np
import pytest
from gait_fakes import WALK, cycles
from hypothesis import given
from hypothesis import strategies as st

import emgkit
from emgkit import table_values, tables
from emgkit.found import Cycles
from emgkit.gait import phases
from emgkit.gait.bounds import cut
from emgkit.gait.parameters import gait_rows, repetition_rows
from emgkit.settings import GaitSettings

BOTH_FEET = (
    "double_support_initial",
    "double_support_terminal",
    "double_support_total",
    "single_support",
)


def values(*trials):
    """Return the rows by parameter, steps by parameter and side."""
    frame = table_values.build("gait", gait_rows(trials))
    steps = frame.parameter.str.startswith("step")
    return frame.set_index(frame.parameter.where(~steps, frame.parameter + " " + frame.side))


def test_closed_form_of_one_walk():
    v = values(cycles(*[WALK] * 3, duration_s=[1.0, 1.2, 1.1])).value
    assert v["strides_used"] == 3
    assert v["stride_time"] == pytest.approx(1.1)
    assert v["cadence"] == pytest.approx(120 / 1.1)  # steps by time
    assert v["stride_time_cv"] == pytest.approx(100 * 0.1 / 1.1)
    assert v["stance"] == pytest.approx(61.0)
    assert v["stance_time"] == pytest.approx(0.61 * 1.1)
    assert v["swing"] == pytest.approx(39.0)
    assert v["swing_time"] == pytest.approx(0.39 * 1.1)
    assert v["step_time right"] == pytest.approx(0.49 * 1.1)
    assert v["step_time left"] == pytest.approx(0.51 * 1.1)
    assert v["step right"] == pytest.approx(49.0)
    assert v["step left"] == pytest.approx(51.0)
    assert v["double_support_initial"] == pytest.approx(12.0)
    assert v["double_support_terminal"] == pytest.approx(12.0)
    assert v["double_support_total_time"] == pytest.approx(0.24 * 1.1)
    assert v["single_support"] == pytest.approx(37.0)


def test_spread_is_over_the_strides():
    t = values(cycles(*[WALK | {"foot_off": at} for at in (58.0, 61.0, 64.0)]))
    assert t.sd["stance"] == pytest.approx(3.0)
    assert t.sd["double_support_terminal"] == pytest.approx(3.0)
    assert t.n["stance"] == 3
    assert np.isnan(values(cycles(WALK)).sd["stance"])


def test_one_stride_has_no_variability():
    row = values(cycles(WALK)).loc["stride_time_cv"]
    assert np.isnan(row.value)
    assert row.why == "needs two strides"


def test_steps_are_named_after_the_foot_that_lands():
    early = WALK | {"opposite_contact": 45.0}
    left, right = values(cycles(early, duration_s=1.0)), values(cycles(early, duration_s=1.0, side="right"))
    assert left.value["step_time right"] == right.value["step_time left"] == pytest.approx(0.45)
    assert left.side["single_support"] == "left"
    assert left.side["double_support_total"] == "both"


def test_without_the_other_foot_what_takes_both_is_not_determinable():
    t = values(cycles({"foot_off": 61.0}, {"foot_off": 63.0}, both=False))
    for name in (*BOTH_FEET, "step_time left", "step_time right"):
        assert np.isnan(t.value[name])
        assert t.n[name] == 0
        assert t.why[name] == "the other foot was not recorded"
    assert t.value["stance"] == pytest.approx(62.0)


def test_running_has_no_double_support_and_it_is_not_zero():
    t = values(cycles(*[{"foot_off": 35.0, "opposite_off": 85.0}] * 4))
    for name in BOTH_FEET:
        assert np.isnan(t.value[name])
        assert "as in walking" in t.why[name]
    assert t.value["stance"] == pytest.approx(35.0)


def test_without_foot_off_stance_is_not_determinable():
    t = values(cycles({}, {}, both=False))
    assert np.isnan(t.value["stance"])
    assert t.why["stance"] == "foot-off is not known in 2 of 2 strides"
    assert t.value["cadence"] == pytest.approx(120 / 1.1)


def test_each_parameter_counts_its_own_strides():
    """A step needs the contact of the other foot alone, a double support one moment of each foot."""
    some = [{k: v for k, v in WALK.items() if k != name} for name in ("opposite_off", "foot_off", "")]
    t = values(cycles(*some))
    lost = "contact or foot-off of one of the feet is not known in 1 of 3 strides"
    assert t.why["step right"] == "none"
    assert t.why["double_support_initial"] == t.why["double_support_terminal"] == lost
    assert t.n["double_support_initial"] == t.n["double_support_terminal"] == 2
    assert t.n["double_support_total"] == 1
    assert "in 2 of 3" in t.why["double_support_total"]


def test_a_side_that_is_not_known_is_not_guessed():
    t = values(cycles(WALK, WALK, side=None))
    assert set(t.side) == {"both", tables.NOT_RECORDED}


def test_shares_of_the_contact_sequences():
    found = ("HFPS", "HFPS", "PFPS", "HFPS", tables.NOT_DETERMINABLE, "HFPS")
    t = values(cycles(*[WALK] * 6, sequence=found, left_out=(5,)))
    assert t.value["contact_sequence_typical"] == pytest.approx(75.0)
    assert t.value["contact_sequence_HFPS"] == pytest.approx(75.0)
    assert t.value["contact_sequence_PFPS"] == pytest.approx(25.0)
    assert t.n["contact_sequence_typical"] == 4
    assert t.why["contact_sequence_typical"] == "not determinable in 1 of 5 strides"
    assert np.isnan(values(cycles(WALK)).value["contact_sequence_typical"])


parts = st.tuples(*[st.floats(0.05, 1)] * 4).map(lambda p: 100 * np.cumsum(p)[:3] / sum(p))
walks = st.lists(st.tuples(parts, st.floats(0.4, 3.0)), min_size=1, max_size=6)


@given(walks)
def test_the_parts_of_a_stride_sum_to_it(walk):
    names = ("opposite_off", "opposite_contact", "foot_off")
    trial = cycles(
        *[dict(zip(names, at, strict=True)) for at, _ in walk], duration_s=[length for _, length in walk]
    )
    rows = gait_rows([trial])
    v = {(r["parameter"], r["side"]): r["value"] for r in rows}
    left, both = "left", "both"
    assert v["stance", left] + v["swing", left] == pytest.approx(100)
    assert v["stance_time", left] + v["swing_time", left] == pytest.approx(v["stride_time", left])
    assert v["step_time", left] + v["step_time", "right"] == pytest.approx(v["stride_time", left])
    assert v["double_support_total", both] + v["single_support", left] == pytest.approx(v["stance", left])
    assert v["cadence", left] * v["stride_time", left] == pytest.approx(120)


def test_repetitions_have_duration_rate_and_rest():
    start = np.array([1.0, 3.0, 5.5, 9.0])
    end = np.array([2.0, 4.5, 6.5, np.nan])
    reps = Cycles(
        start_s=start,
        end_s=end,
        foot_off_s=np.full(4, np.nan),
        reason=("none", "none", "none", "no_next_contact"),
        side="left",
        kind="repetition",
        source="repetitions",
    )
    rows = {row["parameter"]: row for row in repetition_rows([reps])}
    assert rows["repetitions_used"]["value"] == 3
    assert rows["repetition_time"]["value"] == pytest.approx((1.0 + 1.5 + 1.0) / 3)
    assert rows["repetition_rate"]["value"] == pytest.approx(60 / 2.25)
    assert rows["rest_between"]["value"] == pytest.approx(1.0)
    assert rows["rest_between"]["n"] == 2


def test_one_repetition_has_no_rate():
    rec = emgkit.simulate(activity="repetitions", muscle="flexor_carpi_ulnaris", n_cycles=1, seed=1)
    rows = emgkit.analyze(rec).gait.set_index("parameter")
    assert np.isnan(rows.value["repetition_rate"])
    assert "in a row" in rows.why["repetition_rate"]


def test_the_analysis_of_a_simulated_walk_has_the_simulated_times():
    rec = emgkit.simulate(n_cycles=8, seed=1)
    an = emgkit.analyze(rec)
    t = an.gait.set_index("parameter")
    contact, foot_off = rec.truth.contact_s, rec.truth.foot_off_s
    stance = foot_off[foot_off > contact[0]] - contact[:-1]
    assert t.value["stride_time"] == pytest.approx(np.diff(contact).mean())
    assert t.value["stance_time"] == pytest.approx(stance.mean())
    assert an.phases.start_pct[5] == pytest.approx((100 * stance / np.diff(contact)).mean())


def test_repetitions_have_no_phases_of_gait():
    an = emgkit.analyze(
        emgkit.simulate(activity="repetitions", muscle="flexor_carpi_ulnaris", n_cycles=4, seed=2)
    )
    assert an.phases.empty
    assert "cadence" not in set(an.gait.parameter)
    assert an.gait.value[0] == 4


def test_double_support_of_real_insoles_is_the_share_of_time_that_both_feet_stand(shared_data):
    left = {"heel": "LHEEL", "fifth_metatarsal": "LMT5", "first_metatarsal": "LMT1"}
    rec = emgkit.read(
        shared_data / "footswitch" / "pin2gpi_footswitch.c3d",
        emg="LFSW",
        side="left",
        switches=left,
        emg_unit="V",
    )
    found = cut(rec, GaitSettings(), "walking")
    v = {(row["parameter"], row["side"]): row["value"] for row in gait_rows([found])}
    # a second way: closed or not at each sample, without events or strides
    at = np.arange(found.start_s[found.used][0], found.end_s[found.used][-1], 0.001)
    inside = np.isin(phases.cycle_of(at, found), np.flatnonzero(found.used))
    stands = [_stands(feet, at) for feet in (rec.switches, rec.opposite_switches)]
    both = np.mean((stands[0] & stands[1])[inside])
    assert both == pytest.approx(v["double_support_total_time", "both"] / v["stride_time", "left"], abs=0.01)
    assert np.mean(stands[0][inside]) == pytest.approx(
        v["stance_time", "left"] / v["stride_time", "left"], abs=0.01
    )
    assert v["contact_sequence_typical", "left"] > 80


def _stands(switches, at):
    """Whether any switch of a foot is above a fixed 0.7 V, at each time."""
    closed = np.any([s.voltage_v > 0.7 for s in switches.values()], axis=0)
    rate_hz = next(iter(switches.values())).rate_hz
    return closed[np.minimum((at * rate_hz).astype(int), closed.size - 1)]
