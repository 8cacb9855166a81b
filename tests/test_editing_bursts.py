"""Bursts moved, added and deleted: pure arithmetic over a detection."""

import dataclasses

import numpy as np
import pytest
from edit_fakes import bursts, edit
from hypothesis import given
from hypothesis import strategies as st

from emgkit.editing.bursts import edit_bursts, edit_sensitivity
from emgkit.found import Sensitivity
from emgkit.tables import NOT_DETERMINABLE, ROBUST

RATE_HZ = 1000.0
FOUND = bursts((1.0, 1.5), (2.0, 2.5), (3.0, 3.5))
NAMES = ("onset_s", "offset_s", "onset_low_s", "onset_high_s", "offset_low_s", "offset_high_s", "probability")


def apply(*edits, found=FOUND, duration_s=5.0):
    return edit_bursts(found, edits, duration_s, RATE_HZ)


def columns(detection):
    return np.column_stack([getattr(detection, name) for name in NAMES])


def misfits(*edits, **more):
    return [(m.edit.number, m.text) for m in apply(*edits, **more)[1]]


def of(k, action, number=1, **more):
    return edit(action, number, found_start_s=FOUND.onset_s[k], found_end_s=FOUND.offset_s[k], **more)


def test_without_edits_nothing_changes():
    now, wrong = apply()
    assert wrong == []
    np.testing.assert_array_equal(columns(now.detection), columns(FOUND))
    assert not now.edited.any()


@pytest.mark.parametrize(
    ("action", "field", "edge"), [("move_onset", "start_s", 0), ("move_offset", "end_s", 1)]
)
def test_a_moved_edge_changes_only_itself_its_interval_and_the_probability(action, field, edge):
    now, wrong = apply(of(1, action, **{field: 2.25}))
    expected = columns(FOUND)
    expected[1, edge] = 2.25
    expected[1, 2 + 2 * edge : 4 + 2 * edge] = np.nan
    expected[1, -1] = np.nan
    assert wrong == []
    np.testing.assert_array_equal(columns(now.detection), expected)
    assert now.edited.tolist() == [False, True, False]
    assert (now.was, now.now) == ((1,), (1,))


def test_a_deleted_burst_is_gone_and_the_others_are_as_they_were():
    now, wrong = apply(of(1, "delete_burst"))
    assert wrong == []
    np.testing.assert_array_equal(columns(now.detection), columns(FOUND)[[0, 2]])
    assert not now.edited.any()
    assert (now.was, now.now) == ((1,), (-1,))


def test_an_added_burst_stands_in_order_of_time_without_intervals():
    now, wrong = apply(edit("add_burst", start_s=1.7, end_s=1.8))
    assert wrong == []
    assert now.detection.onset_s.tolist() == [1.0, 1.7, 2.0, 3.0]
    assert now.edited.tolist() == [False, True, False, False]
    assert np.isnan(columns(now.detection)[1, 2:]).all()
    assert now.origin.tolist() == [0, -1, 1, 2]
    assert (now.was, now.now) == ((-1,), (1,))


def test_deleting_and_adding_the_same_burst_gives_the_same_edges():
    now, wrong = apply(of(1, "delete_burst"), edit("add_burst", 2, start_s=2.0, end_s=2.5))
    assert wrong == []
    np.testing.assert_array_equal(columns(now.detection)[:, :2], columns(FOUND)[:, :2])
    assert now.edited.tolist() == [False, True, False]


def test_a_burst_may_be_moved_past_one_that_is_deleted():
    now, wrong = apply(of(0, "delete_burst"), of(1, "move_onset", 2, start_s=0.5))
    assert wrong == []
    assert now.detection.onset_s.tolist() == [0.5, 3.0]


def test_both_edges_of_a_burst_may_be_moved():
    now, wrong = apply(of(1, "move_onset", start_s=1.9), of(1, "move_offset", 2, end_s=2.6))
    assert wrong == []
    assert (now.detection.onset_s[1], now.detection.offset_s[1]) == (1.9, 2.6)
    assert now.now == (1, 1)


def test_edges_may_lie_at_the_ends_of_the_recording():
    now, wrong = apply(of(0, "move_onset", start_s=0.0), of(2, "move_offset", 2, end_s=5.0))
    assert wrong == []
    assert (now.detection.onset_s[0], now.detection.offset_s[2]) == (0.0, 5.0)


def test_a_gap_of_one_sample_is_enough_and_less_is_not():
    assert misfits(of(1, "move_onset", start_s=1.501)) == []
    (wrong,) = misfits(of(1, "move_onset", start_s=1.5005))
    assert "touch or overlap" in wrong[1]


@pytest.mark.parametrize(
    ("edits", "numbers", "words"),
    [
        ([of(1, "move_onset", start_s=2.5)], [1], "needs a sample"),
        ([of(1, "move_onset", start_s=2.7)], [1], "needs a sample"),
        ([of(1, "move_onset", start_s=1.4)], [1], "from 1.0000 to 1.5000 s and from 1.4000 to 2.5000 s"),
        ([of(1, "move_onset", start_s=0.5)], [1], "overlap"),
        ([of(1, "move_offset", end_s=4.0)], [1], "overlap"),
        ([edit("add_burst", start_s=0.9, end_s=3.9)], [1], "overlap"),
        ([edit("add_burst", start_s=2.1, end_s=2.2)], [1], "overlap"),
        ([edit("add_burst", start_s=1.8, end_s=1.7)], [1], "needs a sample"),
        (
            [edit("add_burst", start_s=1.6, end_s=1.8), edit("add_burst", 2, start_s=1.8, end_s=1.6)],
            [2],
            "needs a sample",
        ),
        ([edit("add_burst", start_s=4.0, end_s=5.1)], [1], "5.1000 s lies outside the recording"),
        ([of(0, "move_onset", start_s=-0.1)], [1], "outside the recording, which lasts 5.0000 s"),
        ([of(1, "move_onset", start_s=1.9), of(1, "move_onset", 2, start_s=1.8)], [2], "the same onset"),
        ([of(1, "delete_burst"), of(1, "move_onset", 2, start_s=1.8)], [2], "edit 1 is about the same onset"),
        ([of(1, "move_offset", start_s=2.6, end_s=2.6), of(1, "delete_burst", 2)], [2], "the same burst"),
        (
            [edit("add_burst", start_s=1.6, end_s=1.8), edit("add_burst", 2, start_s=1.7, end_s=1.9)],
            [1, 2],
            "overlap",
        ),
        (
            [edit("move_onset", found_start_s=2.006, found_end_s=2.5, start_s=2.1)],
            [1],
            "no automatic burst goes from 2.0060 to 2.5000 s (found there: 2.0000 to 2.5000 s",
        ),
        (
            [edit("delete_burst", found_start_s=4.0, found_end_s=4.5)],
            [1],
            "no automatic burst goes from 4.0000 to 4.5000 s (found there: none",
        ),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(edits, numbers, words):
    wrong = misfits(*edits)
    assert [number for number, _ in wrong] == numbers
    assert words in wrong[0][1]


def test_an_edge_within_the_tolerance_is_the_same_one():
    now, wrong = apply(edit("move_onset", found_start_s=2.004, found_end_s=2.496, start_s=2.1))
    assert wrong == []
    assert now.detection.onset_s[1] == 2.1


def test_automatic_bursts_that_touch_are_none_of_the_persons_business():
    found = bursts((1.0, 1.5), (1.5, 2.0), (3.0, 3.5))
    later = edit("move_onset", found_start_s=3.0, found_end_s=3.5, start_s=3.1)
    assert misfits(later, found=found) == []


def test_bursts_of_a_detector_that_gives_no_probability():
    found = dataclasses.replace(FOUND, probability=None)
    now, wrong = apply(of(1, "delete_burst"), found=found)
    assert wrong == []
    assert np.isnan(now.detection.probability).all()


def test_a_silent_trial_may_be_given_a_burst():
    now, wrong = apply(edit("add_burst", start_s=1.7, end_s=1.8), found=bursts())
    assert wrong == []
    assert now.detection.onset_s.tolist() == [1.7]
    assert misfits(edit("delete_burst", found_start_s=1.0, found_end_s=2.0), found=bursts())


def test_the_robustness_of_what_was_edited_is_not_determinable():
    found = Sensitivity(np.array([1e-3, 2e-3, 3e-3]), np.zeros(3), (ROBUST,) * 3)
    now, _ = apply(of(0, "move_onset", start_s=0.9), edit("add_burst", 2, start_s=1.7, end_s=1.8))
    after = edit_sensitivity(found, now)
    assert after.robustness == (NOT_DETERMINABLE, NOT_DETERMINABLE, ROBUST, ROBUST)
    np.testing.assert_array_equal(after.onset_shift_s, [np.nan, np.nan, 2e-3, 3e-3])


@st.composite
def _plans(draw):
    """Edits that fit: each burst is kept, moved within its room, or deleted; some are added in the gaps."""
    plan, number = [], 0
    for k in range(3):
        what = draw(st.sampled_from(["keep", "move_onset", "move_offset", "delete_burst"]))
        if what != "keep":
            number += 1
            at = {"move_onset": {"start_s": k + 1 + draw(st.floats(-0.2, 0.4))}}
            at["move_offset"] = {"end_s": k + 1.5 + draw(st.floats(-0.4, 0.2))}
            plan.append(of(k, what, number, **at.get(what, {})))
        if draw(st.booleans()):
            number += 1
            plan.append(edit("add_burst", number, start_s=k + 1.72, end_s=k + 1.78))
    return plan


@given(_plans(), st.randoms())
def test_the_order_of_edits_does_not_matter(plan, random):
    first, wrong = apply(*plan)
    assert wrong == []
    shuffled = list(plan)
    random.shuffle(shuffled)
    again, _ = apply(*shuffled)
    np.testing.assert_array_equal(columns(first.detection), columns(again.detection))
    np.testing.assert_array_equal(first.edited, again.edited)


@given(_plans())
def test_bursts_stay_in_order_and_those_not_edited_as_they_were(plan):
    now, _ = apply(*plan)
    onset, offset = now.detection.onset_s, now.detection.offset_s
    assert (onset < offset).all()
    assert (offset[:-1] < onset[1:]).all()
    untouched = np.flatnonzero(~now.edited)
    np.testing.assert_array_equal(columns(now.detection)[untouched], columns(FOUND)[now.origin[untouched]])
    n_deleted = sum(e.action == "delete_burst" for e in plan)
    assert onset.size == 3 - n_deleted + sum(e.action == "add_burst" for e in plan)
