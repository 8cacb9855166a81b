"""Events and foot switches of the same foot."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import emgkit
from emgkit import quality
from emgkit.gait.agreement import compare, sentence
from emgkit.gait.bounds import cut
from emgkit.settings import GaitSettings

EVENTS = 1 + 1.1 * np.arange(20)


@given(st.floats(-0.2, 0.2))
def test_a_shift_is_found(shift):
    found = compare(EVENTS, EVENTS + shift, "foot_contact")
    assert (found.n_events, found.n_switches, found.n_matched) == (20, 20, 20)
    assert found.median_s == pytest.approx(shift, abs=1e-12)
    assert found.median_absolute_s == pytest.approx(abs(shift), abs=1e-9)
    assert found.largest_s == pytest.approx(abs(shift), abs=1e-9)


def test_what_is_missing_or_invented_is_counted_and_moves_no_median():
    switches = np.sort(np.append(np.delete(EVENTS, [3, 7]) + 0.02, [5.9, 6.0]))
    found = compare(EVENTS, switches, "foot_contact")
    assert (found.n_events, found.n_matched, found.n_switches) == (20, 18, 20)
    assert found.median_s == pytest.approx(0.02)
    assert "18 of 20 events matched, switches 20 ms late (median), 20 ms at most; 2 of the" in sentence(found)


def test_only_part_of_a_trial_is_marked():
    found = compare(EVENTS[5:8], EVENTS - 0.01, "foot_contact")
    assert (found.n_events, found.n_switches, found.n_matched) == (3, 3, 3)
    assert found.median_s == pytest.approx(-0.01)


def test_each_matches_one():
    found = compare(np.array([1.0, 1.1]), np.array([1.02]), "foot_off")
    assert (found.n_matched, found.largest_s) == (1, pytest.approx(0.02))


def test_nothing_in_common_and_nothing_to_compare():
    found = compare(EVENTS, EVENTS + 0.55, "foot_contact")
    assert found.n_matched == 0
    assert np.isnan(found.median_s)
    assert "0 of 20 events matched" in sentence(found)
    assert compare(np.zeros(0), EVENTS, "foot_contact") is None
    assert compare(EVENTS, np.zeros(0), "foot_contact") is None


@pytest.mark.parametrize(
    ("shift", "verdict"),
    [(0.0, "good"), (0.029, "good"), (0.031, "limited"), (-0.1, "limited"), (0.55, "limited")],
)
def test_the_verdict(shift, verdict):
    row = quality.synchrony.agreement(compare(EVENTS, EVENTS + shift, "foot_contact"), "walk")
    assert (row["check"], row["verdict"], row["unit"]) == ("contact_synchrony", verdict, "ms")
    if abs(shift) < 0.25:
        assert row["value"] == pytest.approx(1000 * abs(shift), abs=1e-6)
    else:
        assert np.isnan(row["value"])


def test_many_events_without_a_contact_are_limited_however_close_the_others_are():
    row = quality.synchrony.agreement(compare(EVENTS, EVENTS[::2], "foot_off"), "walk")
    assert (row["check"], row["verdict"], row["value"]) == ("foot_off_synchrony", "limited", 0.0)


@pytest.fixture(scope="module")
def both():
    return emgkit.simulate(n_cycles=12, side="left")


def moved(rec, by_s):
    """The same walk with its events moved, as by a camera that is not in step with the recorder."""
    events = rec.events
    events["time_s"] += by_s
    return rec.with_events(events)


def test_events_win_and_the_difference_is_said(both):
    late = moved(both, 0.04)
    cycles = cut(late, GaitSettings(), None)
    assert cycles.source == "events"
    np.testing.assert_allclose(cycles.start_s, both.truth.contact_s + 0.04)
    contact, foot_off = cycles.agreement
    assert (contact.kind, foot_off.kind) == ("foot_contact", "foot_off")
    assert contact.median_s == pytest.approx(-0.04, abs=0.002)
    assert contact.n_matched == contact.n_events == 13
    assert any("switches 40 ms early (median)" in note for note in cycles.notes)
    assert "the events bound the cycles; the foot switches are compared with them" in cycles.notes


def test_switches_that_are_asked_for_bound_the_cycles_and_are_compared_too(both):
    cycles = cut(moved(both, 0.04), GaitSettings(source="switches"), None)
    assert cycles.source == "switches"
    np.testing.assert_allclose(cycles.start_s, both.truth.contact_s, atol=0.002)
    assert cycles.agreement[0].median_s == pytest.approx(-0.04, abs=0.002)


def test_the_result_has_a_row_for_each(both):
    an = emgkit.analyze(moved(both, 0.04))
    rows = an.quality.set_index("check")
    assert rows.loc["contact_synchrony", "verdict"] == "limited"
    assert rows.loc["contact_synchrony", "value"] == pytest.approx(40, abs=2)
    assert rows.loc["foot_off_synchrony", "verdict"] == "limited"
    assert an.study.cycle_source == "events"


@pytest.mark.parametrize("by_s", [0.3, 0.5, -0.4])
def test_events_of_another_foot_or_trial_are_not_read_beside_switches_that_contradict_them(both, by_s):
    an = emgkit.analyze(moved(both, by_s))
    row = an.quality.set_index("check").loc["contact_synchrony"]
    assert row["verdict"] == "not usable"
    assert "contradict each other" in row["advice"]
    assert an.study.verdict == "C"
    assert an.findings.term.tolist() == ["not determinable"]


def test_who_says_which_is_right_is_believed(both):
    late = moved(both, 0.4)
    chosen = emgkit.analyze(late, {"gait": {"source": "switches"}})
    assert chosen.quality.set_index("check").loc["contact_synchrony", "verdict"] == "limited"
    alone = emgkit.analyze(replace(late, switches={}))
    assert "contact_synchrony" not in set(alone.quality["check"])


def test_switches_without_the_heel_are_late_and_contradict_nobody(both):
    forefoot = {site: one for site, one in both.switches.items() if site != "heel"}
    an = emgkit.analyze(replace(moved(both, -0.3), switches=forefoot))
    assert an.quality.set_index("check").loc["contact_synchrony", "verdict"] == "limited"


def test_one_source_alone_has_no_row():
    an = emgkit.analyze(emgkit.simulate(n_cycles=5, events=False))
    assert "contact_synchrony" not in set(an.quality["check"])
    an = emgkit.analyze(emgkit.simulate(n_cycles=5, switches="none"))
    assert "contact_synchrony" not in set(an.quality["check"])


def test_dead_switches_beside_good_events_are_named_and_stop_nothing(both):
    from dataclasses import replace

    heel = both.switches["heel"]
    dead = replace(both, switches={"heel": replace(heel, voltage_v=0 * heel.voltage_v)})
    cycles = cut(dead, GaitSettings(), None)
    assert (cycles.source, cycles.agreement) == ("events", ())
    assert any("not compared" in note and heel.label in note for note in cycles.notes)


def test_rebuilt_switches_of_real_walks_agree_with_their_events(shared_data):
    """The foot switches of these files were made from their events; so they differ by a sample or so."""
    files = sorted((shared_data / "gait_burst_labels").glob("*.c3d"))[:4]
    assert files
    for path in files:
        rec = emgkit.read(path, emg="LTA", side="left")
        contact = cut(rec, GaitSettings(), None).agreement[0]
        assert contact.n_matched == contact.n_events
        assert contact.largest_s < 0.005
