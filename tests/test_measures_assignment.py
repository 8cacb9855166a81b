"""Bursts on their cycles."""

import numpy as np
import pytest

from emgkit.found import Cycles, Detection
from emgkit.gait import phases
from emgkit.measures.assignment import assign


def cycles(start, end, kind="gait"):
    start, end = np.array(start, float), np.array(end, float)
    return Cycles(start, end, np.full(start.shape, np.nan), ("none",) * start.size, "left", kind, "events")


WALK = cycles([1, 2, 3, 5], [2, 3, 5, np.nan])


def assigned(edges, on=WALK, half=0.01):
    a = np.array(edges, float).reshape(-1, 2)
    onset, offset = a[:, 0], a[:, 1]
    detection = Detection(onset, offset, onset - half, onset + half, offset - half, offset + half, "hmm", {})
    return assign(
        detection,
        on,
        cycle_of=phases.cycle_of,
        to_pct=phases.to_pct,
        continued_pct=phases.continued_pct,
    )


def test_a_burst_across_the_next_contact_is_one_burst_of_the_cycle_in_which_it_starts():
    a = assigned([(1.54, 2.1)])
    assert a.cycle.tolist() == [0]
    assert a.onset_pct[0] == pytest.approx(54)
    assert a.offset_pct[0] == pytest.approx(110)
    assert a.wraps.tolist() == [True]


def test_phase_past_the_contact_is_that_of_the_next_cycle_whatever_its_length():
    assert assigned([(2.9, 3.4)]).offset_pct[0] == pytest.approx(120)


def test_a_burst_over_several_contacts():
    a = assigned([(1.5, 4.0)])
    assert a.offset_pct[0] == pytest.approx(250)
    assert a.wraps[0]


def test_a_burst_to_the_contact_does_not_wrap():
    a = assigned([(1.5, 2.0)])
    assert a.offset_pct[0] == 100.0
    assert not a.wraps[0]


def test_bursts_are_numbered_in_their_cycle():
    a = assigned([(0.2, 0.4), (1.1, 1.2), (1.4, 1.5), (2.1, 2.2), (5.5, 5.6)])
    assert a.cycle.tolist() == [-1, 0, 0, 1, 3]
    assert a.number.tolist() == [0, 1, 2, 1, 1]


def test_outside_every_cycle_and_in_one_without_end_phases_are_not_determinable():
    a = assigned([(0.2, 0.4), (5.5, 5.6)])
    assert np.isnan(a.onset_pct).all()
    assert np.isnan(a.offset_pct).all()


def test_past_the_last_contact_the_offset_is_not_determinable_but_the_burst_wraps():
    a = assigned([(4.9, 5.2)])
    assert a.onset_pct[0] == pytest.approx(95)
    assert np.isnan(a.offset_pct[0])
    assert a.wraps[0]


def test_an_interval_may_reach_before_its_cycle():
    a = assigned([(2.005, 2.5)])
    assert a.onset_low_pct[0] == pytest.approx(-0.5)


def test_a_burst_that_begins_before_its_repetition_belongs_to_it():
    on = cycles([1, 5], [3, 7], "repetition")
    a = assigned([(0.9, 2.0), (2.9, 3.2), (3.5, 4.0), (4.8, 6.0)], on)
    assert a.cycle.tolist() == [0, 0, -1, 1]
    assert a.onset_pct[[0, 3]] == pytest.approx([-5, -10])
    assert a.offset_pct[1] == pytest.approx(110)
    assert not a.wraps.any()


def test_no_bursts_and_no_cycles():
    assert assigned([]).cycle.size == 0
    assert assigned([(1, 2)], cycles([], [])).cycle.tolist() == [-1]
