"""Phase arithmetic: closed forms and properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit.found import Cycles
from emgkit.gait.phases import OUTSIDE, continued_pct, cycle_of, scale, split, time_of, to_pct, to_time


def cycles(start, end, kind="gait"):
    start, end = np.array(start, float), np.array(end, float)
    return Cycles(start, end, np.full(start.shape, np.nan), ("none",) * start.size, "left", kind, "events")


def walk(*contacts):
    return cycles(contacts, [*contacts[1:], np.nan])


def test_start_is_in_its_cycle_and_end_is_in_the_next():
    c = walk(1.0, 2.0, 3.5)
    assert cycle_of(np.array([0.99, 1.0, 1.999, 2.0, 3.5, 99.0]), c).tolist() == [-1, 0, 0, 1, 2, 2]


def test_percent_is_exact_at_the_contacts():
    c = walk(0.1, 1.3, 2.7)
    index = cycle_of(c.start_s[:2], c)
    assert to_pct(c.start_s[:2], index, c).tolist() == [0.0, 0.0]
    assert to_time(np.array([0, 1]), np.array([100.0, 100.0]), c).tolist() == [1.3, 2.7]


def test_phase_in_a_cycle_without_end_is_not_determinable():
    c = walk(1.0, 2.0)
    assert np.isnan(to_pct(np.array([2.5]), cycle_of(np.array([2.5]), c), c)).all()


@pytest.mark.parametrize(
    ("time_s", "from_cycle", "expected"),
    [(1.5, 0, 50.0), (2.5, 0, 125.0), (4.5, 0, 225.0), (4.5, 1, 125.0), (2.0, 0, 100.0), (0.9, 0, -10.0)],
)
def test_phase_is_counted_on_through_the_cycles_that_follow(time_s, from_cycle, expected):
    c = walk(1.0, 2.0, 4.0, 6.0)
    assert continued_pct(np.array([time_s]), np.array([from_cycle]), c)[0] == pytest.approx(expected)


def test_past_the_last_contact_of_a_walk_the_phase_is_not_determinable():
    assert np.isnan(continued_pct(np.array([2.1]), np.array([0]), walk(1.0, 2.0))).all()


def test_in_a_pause_after_a_repetition_its_own_axis_goes_on():
    c = cycles([1.0, 5.0], [3.0, 7.0], "repetition")
    assert continued_pct(np.array([3.5, 5.5]), np.array([0, 0]), c).tolist() == [125.0, 225.0]


def test_no_cycles_at_all():
    c = cycles([], [])
    time_s = np.array([1.0, 2.0])
    assert cycle_of(time_s, c).tolist() == [-1, -1]
    assert np.isnan(continued_pct(time_s, cycle_of(time_s, c), c)).all()


contact_lists = st.lists(st.floats(0.2, 3.0), min_size=2, max_size=12).map(np.cumsum)


@settings(deadline=None)
@given(contact_lists, st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_time_to_percent_and_back_is_the_identity(contacts, parts):
    c = walk(*contacts)
    time_s = contacts[0] + np.array(parts) * (contacts[-1] - contacts[0]) * 0.999999
    index = cycle_of(time_s, c)
    pct = to_pct(time_s, index, c)
    assert np.all((pct >= 0) & (pct < 100))
    np.testing.assert_allclose(to_time(index, pct, c), time_s, atol=1e-9)


@settings(deadline=None)
@given(contact_lists, st.floats(0, 0.99), st.floats(-100, 100))
def test_shifting_the_recording_shifts_nothing_in_percent(contacts, part, shift):
    time_s = np.array([contacts[0] + part * (contacts[-1] - contacts[0])])
    c, moved = walk(*contacts), walk(*(contacts + shift))
    before = to_pct(time_s, np.array([0]), c)
    after = to_pct(time_s + shift, np.array([0]), moved)
    np.testing.assert_allclose(after, before, atol=1e-7)


@settings(deadline=None)
@given(contact_lists, st.floats(0, 0.999), st.floats(0, 0.999))
def test_a_burst_of_any_length_keeps_its_parts(contacts, a, b):
    """100 per whole cycle between, plus the phases at both ends."""
    c = walk(*contacts)
    span = contacts[-1] - contacts[0]
    onset, offset = sorted(contacts[0] + np.array([a, b]) * span)
    index = cycle_of(np.array([onset, offset]), c)
    here = to_pct(np.array([onset, offset]), index, c)
    counted = continued_pct(np.array([offset]), index[:1], c)[0]
    assert counted == pytest.approx(100 * (index[1] - index[0]) + here[1])


bounds = st.lists(st.floats(0.001, 50.0), min_size=2, max_size=12).map(np.cumsum)


@settings(deadline=None)
@given(bounds, st.floats(-1e4, 1e4))
def test_start_is_exactly_0_and_end_exactly_100_whatever_the_numbers(contacts, shift):
    c = walk(*(contacts + shift))
    index = np.arange(contacts.size - 1)
    assert (to_pct(c.start_s[:-1], index, c) == 0.0).all()
    assert (to_pct(c.end_s[:-1], index, c) == 100.0).all()
    assert (to_time(index, np.zeros(index.size), c) == c.start_s[:-1]).all()
    assert (to_time(index, np.full(index.size, 100.0), c) == c.end_s[:-1]).all()


@settings(deadline=None)
@given(bounds, st.floats(-1e4, 1e4))
def test_the_last_moment_before_the_next_contact_is_below_100(contacts, shift):
    c = walk(*(contacts + shift))
    index = np.arange(contacts.size - 1)
    before = np.nextafter(c.end_s[:-1], -np.inf)
    assert (to_pct(before, index, c) < 100).all()


bursts = st.lists(st.tuples(st.floats(-2, 20), st.floats(0, 8)), max_size=10)


@settings(deadline=None)
@given(contact_lists, bursts)
def test_the_parts_of_a_burst_are_the_burst(contacts, given_bursts):
    c = walk(*contacts)
    onset = np.array([b[0] for b in given_bursts])
    offset = onset + np.array([b[1] for b in given_bursts])
    parts = split(onset, offset, c)
    for k in range(onset.size):
        own = parts.burst == k
        assert parts.start_s[own][0] == onset[k]
        assert parts.stop_s[own][-1] == offset[k]
        assert (parts.start_s[own][1:] == parts.stop_s[own][:-1]).all()
        assert np.sum((parts.stop_s - parts.start_s)[own]) == pytest.approx(offset[k] - onset[k], abs=1e-9)
    assert (parts.stop_s >= parts.start_s).all()
    # no part crosses a bound of a cycle
    assert (cycle_of(parts.start_s, c) == parts.cycle).all()
    whole = (parts.cycle >= 0) & np.isfinite(np.append(c.end_s, 0)[parts.cycle])
    assert (parts.stop_s[whole] <= c.end_s[parts.cycle[whole]]).all()
    assert ((parts.start_pct[whole] >= 0) & (parts.stop_pct[whole] <= 100)).all()


@settings(deadline=None)
@given(contact_lists, st.floats(0, 0.999), st.floats(0, 0.999))
def test_percent_of_the_parts_add_up_to_the_counted_length(contacts, a, b):
    c = walk(*contacts)
    onset, offset = sorted(contacts[0] + np.array([a, b]) * (contacts[-1] - contacts[0]))
    parts = split(np.array([onset]), np.array([offset]), c)
    index = cycle_of(np.array([onset]), c)
    counted = continued_pct(np.array([offset]), index, c) - to_pct(np.array([onset]), index, c)
    assert np.sum(parts.stop_pct - parts.start_pct) == pytest.approx(counted[0], abs=1e-6)


def test_a_part_in_a_pause_between_repetitions_is_outside():
    c = cycles([1.0, 5.0], [3.0, 7.0], "repetition")
    parts = split(np.array([2.0]), np.array([6.0]), c)
    assert parts.cycle.tolist() == [0, OUTSIDE, 1]
    assert parts.stop_pct[[0, 2]].tolist() == [100.0, 50.0]
    assert np.isnan(parts.start_pct[1])


def test_bursts_without_length_without_cycles_and_none_at_all():
    c = walk(1.0, 2.0, 3.0)
    assert split(np.array([2.0]), np.array([2.0]), c).cycle.tolist() == [1]
    assert split(np.array([1.0]), np.array([9.0]), cycles([], [])).cycle.tolist() == [OUTSIDE]
    assert split(np.array([]), np.array([]), c).burst.size == 0


inside = st.floats(1, 99)


@given(st.lists(st.floats(-300, 300), min_size=1, max_size=20), inside, inside)
def test_scaling_there_and_back_is_the_identity(pct, off, to):
    there = scale(pct, off, to)
    np.testing.assert_allclose(scale(there, to, off), pct, atol=1e-7)


@given(inside, inside, st.integers(-3, 3))
def test_scaling_is_exact_at_contact_and_foot_off(off, to, cycle):
    assert scale([0.0, off, 100.0], off, to).tolist() == [0.0, to, 100.0]
    assert scale(100.0 * cycle, off, to) == 100.0 * cycle


@given(st.lists(st.floats(0, 100), min_size=2, max_size=20).map(sorted), inside, inside)
def test_scaling_keeps_the_order(pct, off, to):
    assert (np.diff(scale(pct, off, to)) >= -1e-9).all()


def test_each_stride_may_have_its_own_foot_off_and_without_one_nothing_is_scaled():
    moved = scale([30.0, 80.0, 50.0, 50.0, 50.0], [60.0, 60.0, np.nan, 0.0, 100.0], 50.0)
    assert moved[:2].tolist() == [25.0, 75.0]
    assert np.isnan(moved[2:]).all()


@given(st.floats(1.0, 5.99), st.integers(0, 2))
def test_the_time_of_a_phase_undoes_counting_on(time_s, index):
    c = walk(1.0, 2.0, 3.5, 4.0, 6.0)
    pct = float(continued_pct(np.array([time_s]), np.array([index]), c)[0])
    if time_s >= c.start_s[index]:
        assert time_of(index, pct, c) == pytest.approx(time_s, abs=1e-9)


@pytest.mark.parametrize(("index", "pct"), [(-1, 50.0), (3, 50.0), (0, -1.0), (2, 101.0), (0, 301.0)])
def test_a_phase_that_is_nowhere_has_no_time(index, pct):
    assert np.isnan(time_of(index, pct, walk(1.0, 2.0, 3.0, 4.0)))


def test_a_repetition_goes_on_before_its_start_and_after_its_end():
    c = Cycles(np.array([1.0]), np.array([3.0]), np.array([np.nan]), ("none",), None, "repetition", "motion")
    assert [time_of(0, pct, c) for pct in (-10.0, 50.0, 110.0)] == pytest.approx([0.8, 2.0, 3.2])
