"""Repetitions from a channel of motion."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import emgkit
from emgkit.errors import InputError
from emgkit.gait.bounds import cut
from emgkit.gait.repetitions import from_motion
from emgkit.model import Motion
from emgkit.settings import GaitSettings, RepetitionSettings, as_settings
from emgkit.simulation.motion import ANGLE_DEG, with_goniometer

RATE_HZ = 100.0


def motion(values, unit="deg", rate_hz=RATE_HZ):
    return Motion("GONIO", np.asarray(values, float), unit, rate_hz)


def found(channel, duration_s=None, gait=None, **given):
    duration_s = channel.values.size / channel.rate_hz if duration_s is None else duration_s
    return from_motion(
        channel,
        duration_s=duration_s,
        side="left",
        gait=GaitSettings(**(gait or {})),
        settings=RepetitionSettings(**given),
    )


def ramps(starts_s, length_s=20.0, top=40.0):
    """Up in 1 s, 1 s at the top, down in 1 s: thresholds are passed where the closed form says."""
    time = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    after = time[:, None] - np.asarray(starts_s, float)
    return motion(top * np.clip(np.minimum(after, 3 - after), 0, 1).sum(axis=1))


STARTS = np.array([1.0, 6.0, 11.0, 15.0])
IN_DEGREES = {"scale": "unit", "up": 10.0, "down": 4.0, "smooth_s": 0.0}


def test_closed_form_of_ramps():
    c = found(ramps(STARTS), **IN_DEGREES)
    np.testing.assert_allclose(c.start_s, STARTS + 0.25, atol=1e-9)
    np.testing.assert_allclose(c.end_s, STARTS + 2.9, atol=1e-9)
    assert (c.kind, c.source, c.reason) == ("repetition", "motion", ("none",) * 4)
    assert "rises above 10 deg and ends where it falls below 4 deg" in c.notes[0]


def test_the_moving_mean_shifts_no_ramp():
    c = found(ramps(STARTS), **(IN_DEGREES | {"smooth_s": 0.05}))
    np.testing.assert_allclose(c.start_s, STARTS + 0.25, atol=1e-9)
    np.testing.assert_allclose(c.end_s, STARTS + 2.9, atol=1e-9)


@settings(deadline=None)
@given(st.floats(-1e3, 1e3), st.floats(0.01, 1e3))
def test_shares_of_the_range_know_neither_offset_nor_scale(offset, scale):
    plain = found(ramps(STARTS))
    other = found(motion(offset + scale * ramps(STARTS).values))
    np.testing.assert_allclose(other.start_s, plain.start_s, atol=1e-6)
    np.testing.assert_allclose(other.end_s, plain.end_s, atol=1e-6)


def test_a_channel_that_turns_the_other_way_gives_the_same_with_fall():
    upside_down = motion(-ramps(STARTS).values)
    c = found(upside_down, scale="unit", up=-4.0, down=-10.0, start="fall", smooth_s=0.0)
    np.testing.assert_allclose(c.start_s, STARTS + 0.25, atol=1e-9)
    np.testing.assert_allclose(c.end_s, STARTS + 2.9, atol=1e-9)
    assert "falls below -10 deg and ends where it rises above -4 deg" in c.notes[0]


def test_shares_with_fall_are_of_the_way_down():
    """The same movement upside down is cut where the first one is, by the same shares."""
    channel = ramps(STARTS)
    plain, other = found(channel), found(motion(-channel.values), start="fall")
    np.testing.assert_allclose(other.start_s, plain.start_s, atol=1e-9)
    np.testing.assert_allclose(other.end_s, plain.end_s, atol=1e-9)


def test_movements_without_a_return_between_them_are_said_to_be_one():
    joined = found(ramps([1.0, 6.0, 11.0, 13.5]), **IN_DEGREES)
    assert (joined.start_s.size, joined.reason) == (3, ("none",) * 3)
    assert any("1 of 3 repetitions last more than 1.75 times" in note for note in joined.notes)
    assert not any("1.75" in note for note in found(ramps(STARTS), **IN_DEGREES).notes)


def test_a_movement_without_pauses_lasts_to_the_next_start():
    c = found(ramps(STARTS), end="next_start", **IN_DEGREES)
    np.testing.assert_allclose(c.end_s[:3], STARTS[1:] + 0.25, atol=1e-9)
    assert c.reason == ("none", "none", "none", "no_next_contact")


def test_wobble_smaller_than_the_hysteresis_makes_no_repetition():
    channel = ramps(STARTS)
    wobble = 2.0 * np.sin(2 * np.pi * 7 * np.arange(channel.values.size) / RATE_HZ)
    c = found(motion(channel.values + wobble), **IN_DEGREES)
    assert c.start_s.size == 4
    np.testing.assert_allclose(c.start_s, STARTS + 0.25, atol=0.06)


def test_a_short_movement_is_none_and_a_short_return_ends_none():
    values = ramps(STARTS).values.copy()
    values[900:910] = 40.0  # 0.1 s between two repetitions
    values[730:735] = 0.0  # 0.05 s at the top of the second
    c = found(motion(values), **IN_DEGREES)
    assert c.start_s.size == 4
    assert found(motion(values), **IN_DEGREES, min_duration_s=0.05, min_pause_s=0.02).start_s.size == 6


def test_under_way_at_the_ends_of_the_recording():
    c = found(ramps([-1.5, 3.0, 8.0, 18.5]), **IN_DEGREES)
    np.testing.assert_allclose(c.start_s, np.array([3.25, 8.25, 18.75]), atol=1e-9)
    assert c.reason == ("none", "none", "no_next_contact")
    assert c.reason_detail[2] == "the recording ends 1.25 s after this start"
    assert any("under way at the first sample" in note for note in c.notes)


def test_a_movement_after_the_end_of_the_emg_is_outside():
    c = found(ramps(STARTS), duration_s=13.0, **IN_DEGREES)
    assert c.reason[2:] == ("outside_recording", "outside_recording")


def test_repetitions_may_differ_in_length_and_the_first_may_be_skipped():
    c = found(ramps(STARTS), gait={"skip_first": 1}, **IN_DEGREES)
    assert c.reason == ("first_of_pass", "none", "none", "none")


rng = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.full(500, 3.0), "does not move"),
        (rng.standard_normal(2000), "holds noise, no movement"),
        (np.where(np.arange(500) == 7, np.nan, 1.0), r"no numbers.*first at 0\.070 s"),
        (np.where(np.arange(500) == 7, np.inf, 1.0), "no numbers"),
    ],
)
def test_a_channel_that_shows_no_movement_is_refused(values, message):
    with pytest.raises(InputError, match=message) as caught:
        found(motion(values))
    assert "GONIO" in str(caught.value)


def test_thresholds_that_are_never_passed_are_refused_with_the_range():
    with pytest.raises(InputError, match=r"no repetition.*0 to 40 deg.*passes 90 and 80 deg"):
        found(ramps(STARTS), scale="unit", up=90.0, down=80.0)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"up": 0.05}, "down .* must be below up"),
        ({"up": 1.5}, "between 0 and 1"),
        ({"start": "both"}, "rise"),
        (
            {"phases": {"reach": [0.0, 40.0], "grasp": [30.0, 100.0]}},
            "grasp begins at 30 %, before the end of reach",
        ),
        ({"phases": {"reach": [0.0, 140.0]}}, "less than or equal to 100"),
        ({"phases": {"reach": [40.0, 40.0]}}, "not after its start"),
        ({"phases": {"grasp": [50.0, 100.0], "reach": [0.0, 50.0]}}, "reach begins at 0 %"),
        ({"phases": {" ": [0.0, 50.0]}}, "needs a name"),
        ({"phases": {"reach": [0.0]}}, "repetitions.phases"),
    ],
)
def test_settings_that_mean_nothing_are_refused(bad, message):
    with pytest.raises(InputError, match=message):
        as_settings({"repetitions": bad})


@pytest.fixture(scope="module")
def hand():
    """Repetitions with a goniometer at a tenth of the rate; they are annotated too."""
    rec = emgkit.simulate(activity="repetitions", n_cycles=10, cycle_s=1.5, cycle_sd_s=0.1, seed=4)
    return with_goniometer(rec, rate_hz=200.0)


@pytest.fixture(scope="module")
def analysed(hand):
    phases = {"out": [0.0, 50.0], "back": [50.0, 100.0]}
    return emgkit.analyze(hand.with_events(None), {"repetitions": {"phases": phases}})


def test_the_truth_of_the_simulation(hand):
    """A squared sine passes a tenth of its range at asin(sqrt(0.1)) / pi of the movement."""
    c = cut(hand.with_events(None), GaitSettings(), None)
    length = hand.truth.foot_off_s - hand.truth.contact_s
    start = hand.truth.contact_s + np.arcsin(np.sqrt(0.10)) / np.pi * length
    end = hand.truth.foot_off_s - np.arcsin(np.sqrt(0.05)) / np.pi * length
    assert c.start_s.size == 10
    np.testing.assert_allclose(c.start_s, start, atol=0.015)
    np.testing.assert_allclose(c.end_s, end, atol=0.015)


def test_the_same_tables_come_out(analysed):
    assert (analysed.study.activity, analysed.study.cycle_source) == ("repetitions", "motion")
    assert analysed.cycles["used"].all()
    assert set(analysed.summary["modality"]) == {1}
    again = type(analysed).from_json(analysed.to_json())
    assert again.settings.repetitions.phases["back"] == (50.0, 100.0)


def test_the_report_names_the_phases_of_the_user(analysed):
    from emgkit.report.record import acquisition
    from emgkit.report.words import words_for

    facts = acquisition(analysed, words_for("repetitions"))[-1]
    assert facts.title == "Phases of the repetition"
    assert [name for name, _ in facts.rows] == ["out, 0 to 50 %", "back, 50 to 100 %"]
    on = 100 * analysed.profile["on_fraction"][:50].mean()
    assert facts.rows[0][1].startswith(f"{on:.1f}")


def test_annotated_repetitions_win_and_it_is_said(hand):
    c = cut(hand, GaitSettings(), None)
    assert c.source == "repetitions"
    np.testing.assert_allclose(c.start_s, hand.truth.contact_s)
    assert any("GONIO" in note for note in c.notes)
    assert cut(hand, GaitSettings(source="motion"), None).source == "motion"


def test_in_a_walk_a_channel_of_motion_is_not_used(hand):
    walk = replace(emgkit.simulate(n_cycles=3), motion=hand.motion)
    assert cut(walk, GaitSettings(), "walking").source == "events"
    assert cut(walk, GaitSettings(), None).source == "motion"
    assert cut(walk, GaitSettings(), "repetitions").source == "motion"


def test_asked_for_and_not_there():
    with pytest.raises(InputError, match="nothing bounds a cycle: no channel of motion"):
        cut(emgkit.simulate(n_cycles=3), GaitSettings(source="motion"), None)
    with pytest.raises(InputError, match="no annotated repetitions, no channel of motion"):
        cut(emgkit.simulate(n_cycles=3), GaitSettings(), "repetitions")


def test_only_simulated_repetitions_have_a_goniometer(hand):
    assert hand.motion.values.max() == pytest.approx(ANGLE_DEG, abs=2)
    with pytest.raises(InputError, match="only simulated repetitions"):
        with_goniometer(emgkit.simulate(n_cycles=2))
