"""Spells of closed switches: the decisions sample by sample, taken spell by spell."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import median_filter

from emgkit.gait import levels
from emgkit.gait.runs import filled, hysteresis, in_all, in_any, runs_of

FLAGS = arrays(np.bool_, st.integers(1, 40))
VALUES = arrays(
    np.float64, st.integers(1, 60), elements=st.sampled_from([-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 3.0])
)


@given(FLAGS)
def test_filled_undoes_runs_of(closed):
    start, stop = runs_of(closed)
    assert (start < stop).all()
    assert (start[1:] > stop[:-1]).all()
    np.testing.assert_array_equal(filled((start, stop), closed.size), closed)


@given(st.integers(1, 40).flatmap(lambda n: st.lists(arrays(np.bool_, n), min_size=1, max_size=4)))
def test_runs_of_several_switches_are_those_of_their_samples(several):
    runs = [runs_of(closed) for closed in several]
    for found, expected in (
        (in_any(runs), np.logical_or.reduce(several)),
        (in_all(runs), np.logical_and.reduce(several)),
    ):
        np.testing.assert_array_equal(found, runs_of(expected))


def test_runs_that_touch_or_overlap_are_one_where_any_is_closed():
    runs = np.array([0, 3, 5, 9]), np.array([3, 6, 8, 10])
    assert np.array(in_any([runs])).tolist() == [[0, 9], [8, 10]]


@given(VALUES, st.sampled_from([(0.5, 1.5), (1.0, 1.0), (0.0, 3.0)]))
def test_hysteresis_is_that_of_a_loop_over_the_samples(values, thresholds):
    down, up = thresholds
    expected, state = [], False
    for value in values:
        state = value > up or (state and not value < down)
        expected.append(state)
    assert filled(hysteresis(values, down, up), values.size).tolist() == expected


@given(arrays(np.float64, st.integers(1, 30), elements=st.floats(-10, 10)))
def test_the_median_of_five_is_that_of_scipy(volts):
    np.testing.assert_array_equal(levels._smooth(volts, 2), median_filter(volts, 5, mode="nearest"))


@given(FLAGS, st.sampled_from([20.0, 25.0, 37.5, 80.0]))
def test_pieces_lie_well_inside_their_spells(here, rate_hz):
    """A spell is trimmed by 40 ms at each end that is not the recording's, and cut at whole seconds."""
    here = np.repeat(here, 7)
    start, stop = runs_of(here)
    place = np.flatnonzero(here)
    run = np.searchsorted(start, place, side="right") - 1
    inside = (place - start[run] >= 0.04 * rate_hz) | (start[run] == 0)
    inside &= (stop[run] - place > 0.04 * rate_hz) | (stop[run] == here.size)
    if inside.any():
        place, run = place[inside], run[inside]
    second = ((place - start[run]) / rate_hz).astype(int)
    expected = {}
    for sample, key in zip(place.tolist(), zip(run.tolist(), second.tolist(), strict=True), strict=True):
        expected.setdefault(key, []).append(sample)
    found = [
        list(range(a, b)) for a, b in zip(*levels._pieces((start, stop), here.size, rate_hz), strict=True)
    ]
    assert found == list(expected.values())
