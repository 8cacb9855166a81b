"""Cycles left out and taken in: the ledger after the edits."""

import dataclasses

import numpy as np
import pytest
from edit_fakes import edit
from gait_fakes import WALK
from gait_fakes import cycles as walk_of

from emgkit.editing.cycles import edit_cycles

WALKED = walk_of(*[WALK] * 6, left_out=(4,))


def of(number_of_cycle, action, number=1, **more):
    k = number_of_cycle - 1
    found = {"found_start_s": WALKED.start_s[k], "found_end_s": WALKED.end_s[k]}
    return edit(action, number, **({"cycle": number_of_cycle} | found | more))


def slow(number=1, **more):
    return of(5, "take_in", number, **({"found_reason": "duration_outlier"} | more))


def apply(*edits, judge=lambda cycles: cycles):
    return edit_cycles(WALKED, edits, judge)


def test_a_cycle_left_out_has_the_word_and_who_and_why():
    now, touched, wrong = apply(of(2, "leave_out"))
    assert wrong == []
    assert now.reason == ("none", "edited_out", "none", "none", "duration_outlier", "none")
    assert now.reason_detail[1] == "edit 1 by AB: seen on the trace"
    assert touched.tolist() == [False, True, False, False, False, False]


def test_a_cycle_taken_in_is_used():
    now, touched, wrong = apply(slow())
    assert wrong == []
    assert now.used.all()
    assert touched.tolist() == [False] * 4 + [True, False]


def test_a_cycle_whose_signal_is_bad_is_not_taken_in():
    def judge(cycles):
        assert cycles.reason[4] == "none"
        return dataclasses.replace(
            cycles,
            reason=(*cycles.reason[:4], "signal_fault", "none"),
            reason_detail=(*["none"] * 4, "clipped for 12 % of it", "none"),
        )

    _, _, (wrong,) = apply(slow(), judge=judge)
    assert wrong.text == "the cycle cannot be used (signal_fault: clipped for 12 % of it)"


def test_judging_a_cycle_anew_touches_no_other():
    stern = ("pause", "pause", "pause", "pause", "none", "pause")
    now, _, wrong = apply(slow(), judge=lambda c: dataclasses.replace(c, reason=stern))
    assert wrong == []
    assert now.reason == ("none",) * 6


@pytest.mark.parametrize(
    ("edits", "numbers", "words"),
    [
        ([of(2, "leave_out", cycle=9)], [1], "there is no cycle 9; the trial has 6"),
        ([of(2, "leave_out", cycle=3)], [1], "cycle 3 is no longer that from"),
        ([of(2, "leave_out", found_end_s=4.3)], [1], "cycle 2 is no longer that from 3.1000 to 4.3000 s"),
        ([of(5, "leave_out")], [1], "not used anyway (duration_outlier: none)"),
        ([of(2, "take_in", found_reason="pause")], [1], "used already"),
        ([slow(found_reason="pause")], [1], "left out as pause, and now is as duration_outlier"),
        ([of(2, "leave_out"), of(2, "leave_out", 2)], [2], "edit 1 is about the same cycle"),
        ([slow(), of(5, "leave_out", 2)], [2], "edit 1 is about the same cycle"),
    ],
)
def test_what_does_not_fit_is_named(edits, numbers, words):
    _, _, wrong = apply(*edits)
    assert [m.edit.number for m in wrong] == numbers
    assert words in wrong[0].text


def test_a_cycle_without_an_end_is_named():
    open_ended = dataclasses.replace(
        WALKED, end_s=np.append(WALKED.end_s[:-1], np.nan), reason=(*WALKED.reason[:-1], "no_next_contact")
    )
    one = of(6, "take_in", found_reason="no_next_contact")
    _, _, (wrong,) = edit_cycles(open_ended, [one], lambda c: c)
    assert "without an end" in wrong.text


def test_order_does_not_matter():
    plan = [of(1, "leave_out"), of(3, "leave_out", 2), slow(3)]
    assert apply(*plan)[0].reason == apply(*reversed(plan))[0].reason
