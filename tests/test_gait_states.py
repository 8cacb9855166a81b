"""Contact states in closed form: their order, its form, and when the heel rises."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from switch_walks import FIFTH, FIRST, HEEL, RATE, TOE, TYPICAL, channels, closed, walk

from emgkit.gait.runs import debounced, in_any, runs_of
from emgkit.gait.states import States, form, from_closed, heel_rise_s, sequences
from emgkit.gait.switches import decode
from emgkit.settings import GaitSettings

PATTERNS = {
    "HFPS": TYPICAL,
    "FPS": {HEEL: (0.0, 0.35), FIFTH: (0.005, 0.55), FIRST: (0.01, 0.58), TOE: (0.2, 0.62)},
    "PFPS": {HEEL: (0.2, 0.4), FIFTH: (0.03, 0.55), FIRST: (0.02, 0.58), TOE: (0.0, 0.62)},
    "HFS": {HEEL: (0.0, 0.6), FIFTH: (0.1, 0.6), FIRST: (0.1, 0.6), TOE: (0.3, 0.6)},
    "HFPFPS": {HEEL: (0.0, 0.2), FIFTH: (0.08, 0.55), FIRST: (0.10, 0.58), TOE: (0.33, 0.62)},
}
FORMS = {
    "HFPS": "typical",
    "FPS": "flat_first",
    "PFPS": "toe_first",
    "HFS": "other",
    "HFPFPS": "other",
    "PS": "no_heel",
    "HS": "other",
    "not determinable": "not determinable",
}
RISE = {"HFPS": 0.35, "FPS": 0.35, "PFPS": 0.4, "HFS": np.nan, "HFPFPS": 0.32}


def strides_of(contacts):
    return contacts.contact_s[:-1], contacts.contact_s[1:]


@pytest.mark.parametrize(("order", "pattern"), PATTERNS.items())
def test_each_pattern_gives_its_order_and_heel_rise(order, pattern):
    starts, sites, duration_s = walk(8, pattern=pattern)
    if order == "HFPFPS":  # the heel comes down once more
        sites[HEEL] += [(t + 0.26, t + 0.32) for t in starts]
    contacts = decode(channels(sites, duration_s), GaitSettings())
    assert sequences(contacts.states, *strides_of(contacts)) == (order,) * 7
    np.testing.assert_allclose(
        heel_rise_s(contacts.states, *strides_of(contacts)), starts[:-1] + RISE[order], atol=1e-3
    )


@pytest.mark.parametrize(("order", "name"), FORMS.items())
def test_form_of_an_order(order, name):
    assert form(order) == name


@pytest.mark.parametrize("stride_s", [0.4, 0.7, 1.6, 3.0])
def test_states_tile_the_recording_and_the_strides_begin_at_the_contacts(stride_s):
    starts, sites, duration_s = walk(9, stride_s=stride_s)
    contacts = decode(channels(sites, duration_s), GaitSettings())
    states = contacts.states
    assert states.start_s[0] == 0.0
    assert states.end_s == pytest.approx(duration_s, abs=1e-3)
    assert np.all(np.diff(states.start_s) > 0)
    assert all(a != b for a, b in zip(states.state, states.state[1:], strict=False))
    assert np.isin(contacts.contact_s, states.start_s).all()
    assert np.isin(contacts.foot_off_s, states.start_s).all()
    np.testing.assert_allclose(contacts.contact_s, starts, atol=1e-3)
    assert set(sequences(states, *strides_of(contacts))) == {"HFPS"}


@pytest.mark.parametrize("shift_s", [-0.03, 0.02])
def test_strides_cut_by_events_that_differ_a_little_have_the_same_order(shift_s):
    _, sites, duration_s = walk(8)
    contacts = decode(channels(sites, duration_s), GaitSettings())
    start_s, end_s = strides_of(contacts)
    assert set(sequences(contacts.states, start_s + shift_s, end_s + shift_s)) == {"HFPS"}


def test_what_cannot_be_told_is_not_determinable():
    states = States(np.array([0.0, 1.0, 1.1, 1.4, 1.6, 2.0]), ("S", "H", "F", "P", "S", "?"), 3.0)
    start, end = np.array([1.0, 1.0, 1.0, 1.0, -0.5, 2.5]), np.array([2.0, np.nan, 3.5, 2.1, 0.5, 2.8])
    assert sequences(states, start, end) == ("HFPS", *("not determinable",) * 5)
    np.testing.assert_array_equal(heel_rise_s(states, start, end), [1.4] + [np.nan] * 5)
    assert sequences(None, start, end) == ("not determinable",) * 6
    assert np.isnan(heel_rise_s(None, start, end)).all()
    none = np.zeros(0)
    assert sequences(states, none, none) == ()
    assert heel_rise_s(states, none, none).size == 0


@pytest.mark.parametrize("sites", [(HEEL,), (FIFTH, FIRST, TOE)])
def test_switches_under_the_heel_or_the_forefoot_only_tell_no_states(sites):
    _, all_sites, duration_s = walk()
    contacts = decode(channels({s: all_sites[s] for s in sites}, duration_s), GaitSettings())
    assert contacts.states is None


def test_a_switch_whose_site_is_not_stated_leaves_the_states_open():
    _, sites, duration_s = walk()
    named = channels({HEEL: sites[HEEL], TOE: sites[TOE]}, duration_s)
    unnamed = channels({"contact": sites[FIRST]}, duration_s)
    assert decode(named, GaitSettings()).states is not None
    assert decode(named | unnamed, GaitSettings()).states is None


def test_an_opening_within_a_stance_belongs_to_the_state_before():
    """Between heel and toe nothing touches for 60 ms: the foot rolls over, it does not swing."""
    starts, sites, duration_s = walk(8, pattern={HEEL: (0.0, 0.3), TOE: (0.36, 0.62)})
    contacts = decode(channels(sites, duration_s), GaitSettings())
    np.testing.assert_allclose(contacts.contact_s, starts, atol=1e-3)
    assert set(sequences(contacts.states, *strides_of(contacts))) == {"HPS"}


@example(spells=[(False, True, 1), (False, False, 1), (False, True, 1)], shortest=2)
@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 120)), min_size=1, max_size=30),
    st.integers(1, 60),
)
def test_states_of_any_toggling_tile_and_agree_with_the_stances(spells, shortest):
    heel, forefoot = (
        np.concatenate([np.full(n, spell[k]) for *spell, n in spells]).astype(bool) for k in (0, 1)
    )
    both = runs_of(heel), runs_of(forefoot)
    start, stop = debounced(in_any(both), heel.size, shortest)
    states = from_closed(*both, (start, stop), size=heel.size, rate_hz=RATE, shortest_s=shortest / RATE)
    assert states.start_s[0] == 0
    assert np.all(np.diff(np.append(states.start_s, states.end_s)) > 0)
    letters = np.array(states.state)
    assert np.all(letters[1:] != letters[:-1])
    t = (np.arange(heel.size) + 0.25) / RATE
    per_sample = letters[np.searchsorted(states.start_s, t, side="right") - 1]
    on_ground = closed(np.column_stack([start, stop]) / RATE, heel.size / RATE)
    # a stance of nothing but openings is none; in the others the foot is not in the air
    np.testing.assert_array_equal(per_sample != "S", on_ground)
