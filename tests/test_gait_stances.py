"""Stances from closings: what is bounce, swing and scuff, in closed form."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from switch_walks import RATE, closed

from emgkit.gait.runs import debounced, filled, gaps, hysteresis, joined, runs_of
from emgkit.gait.stances import find
from emgkit.settings import GaitSettings

DEFAULTS = {
    name: getattr(GaitSettings(), name)
    for name in ("debounce_s", "min_swing_s", "min_stance_s", "min_stance_ratio")
}


def stances_of(array):
    return find(runs_of(array), array.size, RATE, **DEFAULTS)


def stances(intervals, duration_s):
    found = stances_of(closed(intervals, duration_s))
    return found.start / RATE, found.stop / RATE, found.scuff / RATE


def steps(first_s, n, stride_s, stance_s):
    return [(first_s + k * stride_s, first_s + k * stride_s + stance_s) for k in range(n)]


def test_a_run_after_a_long_standing_pause_keeps_its_short_stances():
    run = steps(9.0, 12, 0.4, 0.13)
    start, stop, scuff = stances([(0.5, 8.7), *run], 14.5)
    np.testing.assert_allclose(start, [0.5, *(a for a, _ in run)], atol=1e-9)
    np.testing.assert_allclose(stop, [8.7, *(b for _, b in run)], atol=1e-9)
    assert scuff.size == 0


def test_a_run_between_two_walks_keeps_its_short_stances():
    walk, run, again = steps(0.5, 10, 1.1, 0.7), steps(11.4, 3, 0.6, 0.14), steps(13.4, 10, 1.1, 0.7)
    start, _, scuff = stances([*walk, *run, *again], 24.6)
    np.testing.assert_allclose(start, [a for a, _ in [*walk, *run, *again]], atol=1e-9)
    assert scuff.size == 0


def test_short_steps_between_pauses_are_steps():
    feet = []
    for t in 1.0 + 9.0 * np.arange(4):
        feet += [(t, t + 6.0), (t + 6.4, t + 7.2), (t + 7.6, t + 8.5)]
    start, _, scuff = stances(feet, 37.0)
    np.testing.assert_allclose(start, [a for a, _ in feet], atol=1e-9)
    assert scuff.size == 0


def test_two_steps_of_a_child_are_not_judged_by_the_pause_before():
    feet = [(0.3, 6.0), (6.3, 6.42), (6.75, 6.87), (7.2, 12.0)]
    start, *_ = stances(feet, 12.5)
    np.testing.assert_allclose(start, [a for a, _ in feet], atol=1e-9)


@pytest.mark.parametrize("length_s", [0.035, 0.06, 0.12])
@pytest.mark.parametrize("every", [1, 3])
def test_scuffs_in_swing_are_no_stances(length_s, every):
    walk = steps(0.5, 12, 1.1, 0.65)
    drags = [(b + 0.2, b + 0.2 + length_s) for _, b in walk[:-1:every]]
    start, stop, scuff = stances([*walk, *drags], 13.6)
    np.testing.assert_allclose(start, [a for a, _ in walk], atol=1e-9)
    np.testing.assert_allclose(stop, [b for _, b in walk], atol=1e-9)
    np.testing.assert_allclose(scuff, [a for a, _ in drags], atol=1e-9)


def test_a_scuff_in_a_swing_of_150_ms_does_not_bridge_it():
    walk = steps(0.5, 12, 0.8, 0.65)
    drags = [(b + 0.055, b + 0.095) for _, b in walk[:-1]]
    start, stop, _ = stances([*walk, *drags], 10.0)
    np.testing.assert_allclose(start, [a for a, _ in walk], atol=1e-9)
    np.testing.assert_allclose(stop, [b for _, b in walk], atol=1e-9)


@pytest.mark.parametrize("swing_s", [0.1, 0.12, 0.3])
@pytest.mark.parametrize("stance_s", [0.1, 0.15, 0.6])
def test_swings_and_stances_of_100_ms_are_kept(swing_s, stance_s):
    walk = steps(0.5, 10, swing_s + stance_s, stance_s)
    start, stop, _ = stances(walk, 0.5 + 10 * (swing_s + stance_s))
    np.testing.assert_allclose(start, [a for a, _ in walk], atol=1e-9)
    np.testing.assert_allclose(stop, [b for _, b in walk], atol=1e-9)


def test_an_opening_of_less_than_a_swing_is_within_the_stance():
    walk = [(t, t + d) for t in 0.5 + np.arange(6) for d in (0.3,)] + [
        (t + 0.38, t + 0.65) for t in 0.5 + np.arange(6)
    ]
    start, stop, _ = stances(walk, 6.9)
    np.testing.assert_allclose(start, 0.5 + np.arange(6), atol=1e-9)
    np.testing.assert_allclose(stop, 1.15 + np.arange(6), atol=1e-9)


def test_what_is_cut_by_an_end_of_the_recording_stays():
    start, stop, _ = stances([(-1, 0.02), (0.5, 1.1), (1.5, 2.1), (2.49, 3)], 2.5)
    np.testing.assert_allclose(start, [0, 0.5, 1.5, 2.49], atol=1e-9)
    np.testing.assert_allclose(stop, [0.02, 1.1, 2.1, 2.5], atol=1e-9)


@pytest.mark.parametrize("constant", [True, False])
def test_a_foot_that_does_not_move_has_one_stance_or_none(constant):
    found = stances_of(np.full(5000, constant))
    assert found.start.tolist() == ([0] if constant else [])
    assert found.stop.tolist() == ([5000] if constant else [])


toggling = st.lists(st.integers(1, 400), min_size=1, max_size=40).map(
    lambda lengths: np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)
)


@given(toggling)
def test_stances_alternate_and_every_swing_between_is_long_enough(array):
    found = stances_of(array)
    assert np.all(found.stop > found.start)
    assert np.all(found.start[1:] - found.stop[:-1] >= DEFAULTS["min_swing_s"] * RATE)
    assert set(found.start) <= set(runs_of(array)[0])
    assert set(found.stop) <= set(runs_of(array)[1])
    assert not set(found.scuff) & set(found.start)


@given(toggling)
def test_stances_do_not_change_when_more_of_the_same_rest_is_recorded(array):
    if array[0] or array[-1]:
        return
    rest = np.zeros(500, dtype=bool)
    one, more = stances_of(array), stances_of(np.concatenate([rest, array, rest]))
    np.testing.assert_array_equal(more.start, one.start + 500)
    np.testing.assert_array_equal(more.stop, one.stop + 500)


@given(toggling, st.integers(0, 300))
def test_runs(array, shortest):
    runs = runs_of(array)
    np.testing.assert_array_equal(filled(runs, array.size), array)
    np.testing.assert_array_equal(filled(gaps(runs, array.size), array.size), ~array)
    start, stop = joined(runs, shortest)
    assert np.all(start[1:] - stop[:-1] >= shortest)
    assert np.all(filled((start, stop), array.size) >= array)
    once = debounced(runs, array.size, shortest)
    np.testing.assert_array_equal(debounced(once, array.size, shortest), once)


def test_hysteresis_keeps_its_state_between_the_thresholds():
    values = np.array([0.5, 0.9, 0.5, 0.1, 0.5, 0.9])
    assert np.array(hysteresis(values, 0.2, 0.8)).tolist() == [[1, 5], [3, 6]]
