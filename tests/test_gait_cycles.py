"""The ledger of cycles."""

import numpy as np

from emgkit.gait.cycles import from_contacts, from_repetitions
from emgkit.settings import GaitSettings


def walk(contact_s, foot_off_s=(), duration_s=100.0, **settings):
    return from_contacts(
        np.array(contact_s, float),
        np.array(foot_off_s, float),
        duration_s=duration_s,
        side="left",
        source="events",
        settings=GaitSettings(**settings),
    )


def repetitions(start_s, end_s, duration_s=100.0):
    return from_repetitions(
        np.array(start_s, float),
        np.array(end_s, float),
        duration_s=duration_s,
        side="left",
        settings=GaitSettings(),
    )


def test_each_contact_opens_a_cycle_and_the_last_has_no_next():
    c = walk([1, 2, 3.1], [1.6, 2.65])
    assert c.start_s.tolist() == [1, 2, 3.1]
    assert c.end_s[:2].tolist() == [2, 3.1]
    assert c.foot_off_s[:2].tolist() == [1.6, 2.65]
    assert np.isnan(c.end_s[2])
    assert np.isnan(c.foot_off_s[2])
    assert c.reason == ("none", "none", "no_next_contact")


def test_a_foot_off_belongs_to_the_cycle_that_it_lies_in():
    c = walk([1, 2, 3], [0.5, 2.6, 9.0])
    assert np.isnan(c.foot_off_s[0])
    assert c.foot_off_s[1] == 2.6


def test_a_missed_contact_is_left_out_by_its_duration():
    c = walk([1, 2, 3, 5, 6, 7])
    assert c.reason[2] == "duration_outlier"
    assert c.used.tolist() == [True, True, False, True, True, False]


def test_two_durations_do_not_tell_which_is_odd():
    assert walk([1, 2, 5]).used.tolist() == [True, True, False]


def test_contacts_in_any_order_and_twice():
    assert walk([3, 1, 2, 2]).start_s.tolist() == [1, 2, 3]


def test_a_contact_that_is_marked_twice_is_one_and_is_said():
    c = walk([1, 1.002, 2, 2.002, 3, 3.002])
    assert c.start_s.tolist() == [1, 2, 3]
    assert c.used.tolist() == [True, True, False]
    assert "3 foot contacts within 0.3 s" in c.notes[0]


def test_a_cycle_beyond_the_signal_is_left_out():
    assert walk([1, 2, 3], duration_s=2.5).reason == ("none", "outside_recording", "no_next_contact")


def test_no_contacts():
    assert walk([]).reason == ()


def test_a_repetition_ends_at_its_own_end_or_at_the_next_start():
    c = repetitions([1, 5, 9], [3, 11])
    assert c.end_s.tolist() == [3, 9, 11]
    assert c.reason == ("none", "none", "none")


def test_a_last_repetition_without_end_is_left_out():
    assert repetitions([1, 5], []).reason == ("none", "no_next_contact")


def test_repetitions_may_differ_in_length():
    assert repetitions([0, 10, 20, 30], [1, 11, 28, 31]).used.all()
