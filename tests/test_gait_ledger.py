"""The ledger: who is left out, why, and with which numbers."""

import numpy as np
import pytest

from emgkit.found import REASONS
from emgkit.gait import ledger
from emgkit.gait.cycles import from_contacts, from_repetitions
from emgkit.settings import GaitSettings

ALWAYS = 10_000.0


def walk(durations, start_s=1.0, duration_s=ALWAYS, **settings):
    contact_s = start_s + np.concatenate([[0.0], np.cumsum(durations)])
    return from_contacts(
        contact_s,
        np.zeros(0),
        duration_s=duration_s,
        side="left",
        source="events",
        settings=GaitSettings(**settings),
    )


def left_out(cycles):
    """Return the indices of what is left out, without the last contact, which opens no cycle."""
    return [k for k, reason in enumerate(cycles.reason[:-1]) if reason != "none"]


def irregular(n, cv, rng):
    """Durations about 1.1 s; what lies beyond 2.5 SD is set to 2.5 SD, as in the simulator."""
    return 1.1 * (1 + cv * np.clip(rng.standard_normal(n), -2.5, 2.5))


def test_every_reason_is_a_word_of_the_vocabulary_and_every_one_that_is_left_out_has_its_numbers():
    c = walk([1, 1, 1, 1.05, 3.0, 1, 1, 1], duration_s=11.5, skip_first=1, skip_last=1)
    c = ledger.leave_out_edges(c, 1.5, 11.5)
    assert set(c.reason) <= set(REASONS)
    assert len(c.reason) == len(c.reason_detail) == c.start_s.size
    assert all(
        (why == "none") == (detail == "none") for why, detail in zip(c.reason, c.reason_detail, strict=True)
    )


def test_of_two_cycles_the_odd_one_cannot_be_told_and_a_note_says_so():
    odd = walk([1.1, 5.0])
    assert left_out(odd) == []
    assert any("1.10 and 5.00 s" in note for note in odd.notes)
    assert walk([1.1, 1.5]).notes == walk([1.1]).notes == ()


@pytest.mark.parametrize(("n", "most"), [(4, 1), (6, 0), (10, 0), (30, 0)])
def test_an_irregular_walk_loses_no_stride(n, most):
    """A coefficient of variation of 15 %, 200 walks; of 800 strides in walks of four, at most one is lost."""
    rng = np.random.default_rng(1)
    assert sum(len(left_out(walk(irregular(n, 0.15, rng)))) for _ in range(200)) <= most


@pytest.mark.parametrize("cv", [0.0, 0.03, 0.10])
def test_a_regular_walk_loses_no_stride(cv):
    rng = np.random.default_rng(2)
    assert not any(left_out(walk(irregular(20, cv, rng))) for _ in range(100))


@pytest.mark.parametrize(("cv", "least"), [(0.0, 1.0), (0.03, 1.0), (0.06, 0.99), (0.10, 0.94), (0.15, 0.8)])
@pytest.mark.parametrize("n", [4, 6, 20])
def test_a_missed_contact_is_found(n, cv, least):
    """A stride of double length, from 4 strides on; the more irregular the walk, the less surely."""
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(150):
        durations = irregular(n + 1, cv, rng)
        k = rng.integers(n)
        merged = np.concatenate([durations[:k], [durations[k] + durations[k + 1]], durations[k + 2 :]])
        found += k in left_out(walk(merged))
    assert found >= least * 150


def test_an_invented_contact_leaves_out_the_short_part():
    c = walk([1, 1, 1, 0.4, 0.6, 1, 1, 1])
    assert left_out(c) == [3]
    assert c.reason_detail[3] == "0.40 s; the trial's median is 1.00 s, accepted 0.50 to 1.75 s"


@pytest.mark.parametrize("speeds", [(1.0, 1.6), (0.8, 1.3), (1.6, 1.0)])
def test_a_walk_of_two_speeds_loses_no_stride(speeds):
    assert left_out(walk([speeds[0]] * 14 + [speeds[1]] * 6)) == []


def test_a_spell_of_missed_contacts_is_no_slow_walk():
    assert left_out(walk([1.0] * 14 + [2.0] * 6)) == list(range(14, 20))


def test_the_numbers_of_a_single_long_stride():
    c = walk([1.1] * 5 + [1.8] + [1.1] * 5)
    assert left_out(c) == [5]
    assert c.reason[5] == "duration_outlier"
    assert c.reason_detail[5] == "1.80 s; the median of the cycles beside it is 1.10 s, accepted up to 1.76 s"


@pytest.mark.parametrize("scale", [0.4, 1.0, 3.0])
def test_the_rule_knows_no_speed(scale):
    durations = np.array([1, 1.1, 0.9, 2.1, 1.0, 0.95, 0.4, 1.05])
    assert left_out(walk(scale * durations, min_cycle_s=0.1)) == [3, 6]


def test_the_rules_can_be_turned_off():
    durations = [1, 1, 1, 1.6, 1, 1, 4, 1, 0.4, 1]
    assert left_out(walk(durations, max_neighbour_ratio=1000, max_duration_ratio=1000)) == [8]
    off = {"max_neighbour_ratio": 1000, "max_duration_ratio": 1000, "min_duration_ratio": 0}
    assert left_out(walk(durations, **off)) == []


def test_two_strides_do_not_tell_which_is_odd():
    assert left_out(walk([1, 2.5])) == []


def test_a_stated_pause_is_said_before_the_outlier():
    c = walk([1, 1, 8, 1, 1], pause_s=4.0)
    assert c.reason[2] == "pause"
    assert c.reason_detail[2] == "8.00 s; a pause is longer than 4 s"
    assert walk([1, 8], pause_s=4.0).reason[1] == "pause"


def test_first_and_last_of_each_pass():
    c = walk([1, 1, 1, 1, 5, 1, 1, 1, 1], skip_first=1, skip_last=2)
    assert c.reason == (
        "first_of_pass",
        "none",
        "last_of_pass",
        "last_of_pass",
        "duration_outlier",
        "first_of_pass",
        "none",
        "last_of_pass",
        "last_of_pass",
        "no_next_contact",
    )
    assert c.reason_detail[0] == "stride 1 from the start of its pass; gait.skip_first is 1"
    assert c.reason_detail[2] == "stride 2 from the end of its pass; gait.skip_last is 2"


def test_a_stride_that_is_too_short_ends_no_pass():
    c = walk([1, 1, 1, 0.4, 1, 1, 1], skip_first=1)
    assert c.reason.count("first_of_pass") == 1


def test_repetitions_are_one_pass():
    start = np.arange(5.0) * 4
    c = from_repetitions(
        start, start + 2, duration_s=100.0, side=None, settings=GaitSettings(skip_first=1, skip_last=1)
    )
    assert c.reason == ("first_of_pass", "none", "none", "none", "last_of_pass")
    assert "repetition 1 from the start" in c.reason_detail[0]


def test_a_fault_leaves_out_only_the_cycles_that_it_lies_in():
    rate_hz = 1000.0
    c = walk([1, 1, 1, 1])  # contacts at 1, 2, 3, 4, 5 s
    bad = np.zeros(6000, dtype=bool)
    bad[2900:3050] = True  # 10 % of the second, 5 % of the third
    c = ledger.leave_out_faults(c, bad, rate_hz, limit_pct=6.0, words="clipped")
    assert c.reason[:4] == ("none", "signal_fault", "none", "none")
    assert c.reason_detail[1] == "clipped for 10.0 % of it, accepted below 6 %"
    c = ledger.leave_out_faults(walk([1, 1, 1, 1]), bad, rate_hz, limit_pct=5.0, words="flat")
    assert c.reason[:4] == ("none", "signal_fault", "signal_fault", "none")


def test_a_fault_outside_every_cycle_or_beyond_the_signal_touches_none():
    bad = np.zeros(6000, dtype=bool)
    bad[:990] = bad[5500:] = True
    c = ledger.leave_out_faults(walk([1, 1, 1, 1]), bad, 1000.0, limit_pct=1.0, words="flat")
    assert left_out(c) == []
    c = ledger.leave_out_faults(walk([1, 1, 9]), bad, 1000.0, limit_pct=50.0, words="flat")
    assert c.reason[3] == "no_next_contact"


def test_an_earlier_reason_stands():
    c = walk([1, 1, 1, 2.5, 1, 1, 1])
    c = ledger.leave_out_faults(c, np.ones(20_000, dtype=bool), 1000.0, limit_pct=5.0, words="clipped")
    assert c.reason[3] == "duration_outlier"
    assert c.reason.count("signal_fault") == 6


def test_the_ends_of_the_recording():
    c = walk([1] * 8, start_s=0.05, duration_s=8.1)
    near = ledger.leave_out_edges(c, 0.1, 8.1)
    assert left_out(near) == [0, 7]
    assert near.reason_detail[0] == "0.050 s from an end of the recording; the filters reach 0.100 s"
    assert left_out(ledger.leave_out_edges(c, 0.0, 8.1)) == []
    assert left_out(ledger.leave_out_edges(c, 0.1, 8.1, least=6)) == [0, 7]


def test_the_only_strides_of_a_trial_stay_and_it_is_said():
    c = ledger.leave_out_edges(walk([1, 1, 1], start_s=0.05, duration_s=3.1), 0.1, 3.1, least=5)
    assert left_out(c) == []
    assert "2 used cycles come closer than 0.10 s" in c.notes[-1]
    assert "only 1 others" in c.notes[-1]


def test_no_cycles_at_all():
    c = walk([])
    empty = from_contacts(
        np.zeros(0),
        np.zeros(0),
        duration_s=5.0,
        side="left",
        source="events",
        settings=GaitSettings(skip_first=2),
    )
    for one in (c, empty):
        one = ledger.leave_out_edges(one, 1.0, 5.0, least=5)
        one = ledger.leave_out_faults(one, np.ones(10, dtype=bool), 10.0, limit_pct=1.0, words="flat")
        assert not one.used.any()
