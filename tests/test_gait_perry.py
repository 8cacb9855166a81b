"""Perry's phases: own events are kept, the rest lies between them, and what is not known says so."""

import numpy as np
import pytest
from gait_fakes import WALK, cycles
from hypothesis import given
from hypothesis import strategies as st

from emgkit import table_values, tables
from emgkit.gait.perry import PHASES, phase_rows
from emgkit.tables import NOMINAL, SCALED
from emgkit.tables import OWN_EVENTS as OWN

CODES = [phase.code for phase in PHASES]


def table(*trials):
    return table_values.build("phases", phase_rows(trials)).set_index("code")


def without(*names):
    return {key: value for key, value in WALK.items() if key not in names}


def second_opinion(foot_off, opposite_off=None, opposite_contact=None):
    """Piecewise-linear map of the nominal starts by numpy alone, for one stride."""
    nominal, own = [0.0, 62.0, 100.0], [0.0, foot_off, 100.0]
    if opposite_off is not None:
        nominal, own = [0.0, 12.0, 50.0, 62.0, 100.0], [0.0, opposite_off, opposite_contact, foot_off, 100.0]
    return np.interp([0, 2, 12, 31, 50, 62, 75, 87], nominal, own)


def test_own_events_are_the_bounds_that_they_define():
    t = table(cycles(*[WALK] * 6))
    assert t.index.tolist() == CODES
    assert t.start_pct[["IC", "MSt", "TSt", "PSw", "ISw"]].tolist() == pytest.approx([0, 12, 33, 49, 61])
    assert (t.start_basis[["IC", "MSt", "TSt", "PSw", "ISw"]] == OWN).all()
    assert (t.start_basis[["LR", "MSw", "TSw"]] == SCALED).all()
    assert (t.n_cycles == 6).all()
    assert (t.why[["IC", "MSt", "TSt", "PSw", "ISw"]] == "none").all()
    assert t.why["MSw"].startswith("needs kinematics")


def test_mean_and_spread_are_over_the_used_strides():
    odd = {"opposite_off": 30.0, "heel_rise": 40.0, "opposite_contact": 80.0, "foot_off": 90.0}
    strides = [WALK | {"foot_off": at} for at in (58.0, 61.0, 64.0)]
    t = table(cycles(*strides, odd, left_out=(3,)))
    assert t.start_pct["ISw"] == pytest.approx(61.0)
    assert t.start_sd_pct["ISw"] == pytest.approx(3.0)
    assert (t.n_cycles == 3).all()
    # what was not measured has no spread
    assert t.start_sd_pct[["LR", "MSw", "TSw"]].isna().all()


def test_a_phase_ends_where_the_next_begins():
    t = table(cycles(*[WALK] * 3))
    assert t.end_pct.tolist() == [*t.start_pct.tolist()[1:], 100.0]
    assert t.end_basis.tolist() == [*t.start_basis.tolist()[1:], OWN]


def test_of_one_foot_stance_and_swing_are_scaled_separately():
    t = table(cycles({"foot_off": 70.0}, {"foot_off": 66.0}, both=False))
    np.testing.assert_allclose(t.start_pct, (second_opinion(70.0) + second_opinion(66.0)) / 2)
    assert t.start_basis.tolist() == [OWN, *[SCALED] * 4, OWN, SCALED, SCALED]
    assert "other foot" in t.why["MSt"]
    assert "other foot" in t.why["PSw"]


def test_without_any_event_but_contacts_the_bounds_are_nominal():
    t = table(cycles({}, {}, {}, both=False))
    assert t.start_pct.tolist() == [0, 2, 12, 31, 50, 62, 75, 87]
    assert t.start_basis.tolist() == [OWN, *[NOMINAL] * 7]
    assert t.start_sd_pct[1:].isna().all()


def test_without_heel_rise_terminal_stance_begins_in_the_middle_of_single_support():
    t = table(cycles(*[without("heel_rise")] * 4))
    assert t.start_pct["TSt"] == pytest.approx((12 + 49) / 2)  # 31 is the middle of 12 to 50
    assert t.start_basis["TSt"] == SCALED
    assert "heel" in t.why["TSt"]


RUN = {"foot_off": 35.0, "opposite_off": 85.0}


def test_running_has_no_phases_of_double_support():
    t = table(cycles(*[RUN] * 8))
    for code in ("LR", "MSt", "TSt", "PSw"):
        assert np.isnan(t.start_pct[code])
        assert t.start_basis[code] == tables.NOT_DETERMINABLE
        assert t.n_cycles[code] == 0
        assert "in 8 of 8 strides" in t.why[code]
    # contact and foot-off are what they are
    assert t.start_pct["ISw"] == pytest.approx(35.0)
    assert np.isnan(t.end_pct["IC"])
    assert t.end_basis["IC"] == tables.NOT_DETERMINABLE


@pytest.mark.parametrize(
    "odd",
    [
        RUN,
        WALK | {"opposite_contact": 66.0},  # after the foot has left
        WALK | {"opposite_off": 55.0},  # after the other foot has landed
        without("opposite_contact"),
    ],
)
def test_a_stride_out_of_order_is_left_out_and_counted(odd):
    t = table(cycles(*[WALK] * 5, odd))
    assert t.start_pct["PSw"] == pytest.approx(49.0)
    assert t.n_cycles["PSw"] == 5
    assert "in 1 of 6 strides" in t.why["PSw"]
    assert t.n_cycles["ISw"] == 6


@pytest.mark.parametrize(("n_run", "stated"), [(1, True), (2, True), (3, False), (9, False)])
def test_where_many_strides_are_out_of_order_nothing_is_averaged(n_run, stated):
    t = table(cycles(*[WALK] * 6, *[RUN] * n_run))
    assert t.start_pct[["LR", "MSt", "TSt", "PSw"]].notna().all() == stated


@pytest.mark.parametrize("heel_rise", [8.0, 55.0])
def test_a_heel_that_rises_outside_single_support_bounds_no_phase(heel_rise):
    t = table(cycles(*[WALK | {"heel_rise": heel_rise}] * 4))
    assert np.isnan(t.start_pct["TSt"])
    assert "outside single support" in t.why["TSt"]
    assert t.start_pct["MSt"] == pytest.approx(12.0)


def test_strides_whose_heel_rises_late_enter_the_mean():
    rises = [44.0, 46.0, 48.0, 50.0, 52.0]  # the other foot lands at 49 %
    t = table(cycles(*[WALK | {"heel_rise": at} for at in rises]))
    assert t.start_pct["TSt"] == pytest.approx(48.0)
    assert t.n_cycles["TSt"] == 5
    assert t.why["TSt"] == "in 2 of 5 strides the heel rises outside single support"


def test_an_event_that_is_missing_in_a_stride_is_counted():
    t = table(cycles(*[WALK] * 3, without("heel_rise")))
    assert t.n_cycles["TSt"] == 3
    assert t.why["TSt"] == "not known in 1 of 4 strides"
    assert t.start_pct["TSt"] == pytest.approx(33.0)


def test_contacts_of_the_other_foot_alone_bound_pre_swing():
    t = table(cycles(*[without("opposite_off", "heel_rise")] * 3))
    assert t.start_pct["PSw"] == pytest.approx(49.0)
    assert t.start_basis["PSw"] == OWN
    assert t.start_pct["MSt"] == pytest.approx(12 / 50 * 49)
    assert t.start_basis["MSt"] == SCALED


def test_trials_are_pooled_and_one_without_the_other_foot_does_not_hide_it():
    t = table(cycles(*[WALK] * 3), cycles(*[{"foot_off": 61.0}] * 2, both=False))
    assert t.n_cycles["PSw"] == 3
    assert t.n_cycles["ISw"] == 5
    assert t.why["PSw"] == "not known in 2 of 5 strides"


def test_means_of_different_strides_that_contradict_one_another_are_not_stated():
    slow = {"opposite_off": 25.0, "opposite_contact": 80.0, "foot_off": 90.0}
    t = table(cycles(slow), cycles(*[{"foot_off": 60.0}] * 9, both=False))
    assert t.start_pct[["LR", "MSt", "TSt", "PSw"]].isna().all()
    assert t.start_pct["ISw"] == pytest.approx(63.0)


def test_no_used_stride_gives_no_phase():
    assert phase_rows([cycles(WALK, left_out=(0,))]) == []
    assert phase_rows([]) == []


positions = st.integers(-20_000, 120_000).map(lambda k: k / 1000) | st.just(float("nan"))
strides = st.lists(
    st.fixed_dictionaries(
        dict.fromkeys(("opposite_off", "heel_rise", "opposite_contact", "foot_off"), positions)
    ),
    min_size=1,
    max_size=6,
)


@given(strides, strides, st.booleans())
def test_whatever_the_events_phases_never_overlap_and_gaps_say_why(one, two, both):
    t = table(cycles(*one), cycles(*two, both=both))
    known = t.start_pct.dropna().to_numpy()
    assert (np.diff(known) > 0).all()
    assert known[0] == 0
    assert known[-1] < 100
    unknown = t.start_pct.isna()
    assert (t.start_basis[unknown] == tables.NOT_DETERMINABLE).all()
    assert (t.n_cycles[unknown] == 0).all()
    assert (t.n_cycles[~unknown] > 0).all()
    assert (t.why[t.start_basis != OWN] != "none").all()


@given(
    st.lists(
        st.tuples(*[st.floats(0.03, 1)] * 4).map(lambda parts: 100 * np.cumsum(parts)[:3] / sum(parts)),
        min_size=1,
        max_size=5,
    )
)
def test_the_phases_of_walking_are_the_mean_of_the_strides_own_maps(walk):
    strides = [dict(zip(("opposite_off", "opposite_contact", "foot_off"), at, strict=True)) for at in walk]
    expected = np.mean([second_opinion(f, a, b) for a, b, f in walk], axis=0)
    np.testing.assert_allclose(table(cycles(*strides)).start_pct, expected, atol=1e-6)
