"""What bounds the cycles, and what is known beside them: the other foot, the states of the contact."""

from dataclasses import replace

import numpy as np
import pytest

import emgkit
from emgkit import tables
from emgkit.gait.bounds import cut
from emgkit.model import Switch
from emgkit.settings import GaitSettings

OFF, CONTACT = "foot_off", "foot_contact"


@pytest.fixture(scope="module")
def walk():
    return emgkit.simulate(n_cycles=10, side="left", cycle_sd_s=0.05)


def rows(rec, side, kind):
    events = rec.events
    return events.loc[(events["side"] == side) & (events["kind"] == kind), "time_s"].to_numpy()


def without(rec, side, *kinds):
    events = rec.events
    return rec.with_events(events[~((events["side"] == side) & events["kind"].isin(kinds))])


def test_the_other_foot_by_its_events(walk):
    c = cut(walk, GaitSettings(), None)
    n = c.start_s.size - 1
    np.testing.assert_array_equal(c.opposite_foot_off_s[:n], rows(walk, "right", OFF)[:n])
    np.testing.assert_array_equal(c.opposite_contact_s[:n], rows(walk, "right", CONTACT)[:n])
    # the order of a step: contact, the other foot off, its contact, foot-off
    order = np.array([c.start_s, c.opposite_foot_off_s, c.opposite_contact_s, c.foot_off_s])[:, :n]
    assert (np.diff(order, axis=0) > 0).all()


def test_foot_off_by_the_switches_where_the_events_hold_contacts_only(walk):
    c = cut(without(walk, "left", OFF), GaitSettings(), None)
    assert c.source == "events"
    known = ~np.isnan(c.foot_off_s)
    assert known.sum() >= 10
    truth = cut(walk, GaitSettings(), None).foot_off_s
    np.testing.assert_allclose(c.foot_off_s[known], truth[known], atol=0.006)  # the break of a switch bounces
    assert "the events hold no foot-off of this foot; it is that of the foot switches" in c.notes
    assert not any("hold no foot-off" in note for note in cut(walk, GaitSettings(), None).notes)
    # with a dead toe the last to open is another switch
    dead = dict(walk.switches) | {"toe": replace(walk.switches["toe"], voltage_v=np.zeros(walk.emg_uv.size))}
    c = cut(replace(without(walk, "left", OFF), switches=dead), GaitSettings(), None)
    assert np.isnan(c.foot_off_s).all()


def test_the_other_foot_by_its_switches():
    """A walk of the right foot lends its switches to one of the left, whose events of the right are gone."""
    left = emgkit.simulate(n_cycles=8, side="left", seed=3)
    contact_s, off_s = rows(left, "right", CONTACT), rows(left, "right", OFF)
    heel = left.switches["heel"]
    time = np.arange(heel.voltage_v.size) / heel.rate_hz
    down = sum((time >= a) & (time < b) for a, b in zip(contact_s, off_s[1:], strict=False))
    down = down.astype(float) + (time < off_s[0])
    rec = replace(
        without(left, "right", CONTACT, OFF),
        opposite_switches={"contact": Switch("contact", "FSW_R", 5.0 * down, heel.rate_hz)},
    )
    c = cut(rec, GaitSettings(), None)
    known = ~np.isnan(c.opposite_contact_s)
    assert known.sum() >= 7
    np.testing.assert_allclose(c.opposite_contact_s[known], contact_s[: known.sum()], atol=0.002)
    # the events of a foot win over its switches
    both = replace(left, opposite_switches=rec.opposite_switches)
    np.testing.assert_array_equal(cut(both, GaitSettings(), None).opposite_foot_off_s[:7], off_s[:7])


def test_contacts_alone_of_the_other_foot_still_give_its_step(walk):
    c = cut(without(walk, "right", OFF), GaitSettings(), None)
    assert np.isnan(c.opposite_foot_off_s).all()
    np.testing.assert_array_equal(c.opposite_contact_s[:10], rows(walk, "right", CONTACT)[:10])


def test_a_foot_that_was_not_recorded_is_not_there(walk):
    c = cut(without(walk, "right", CONTACT, OFF), GaitSettings(), None)
    assert c.opposite_contact_s is None
    assert c.opposite_foot_off_s is None


def test_dead_switches_of_the_other_foot_are_named(walk):
    dead = Switch("heel", "FSW_R_HEEL", np.zeros(walk.emg_uv.size), walk.rate_hz)
    rec = replace(without(walk, "right", CONTACT, OFF), opposite_switches={"heel": dead})
    c = cut(rec, GaitSettings(), None)
    assert c.opposite_contact_s is None
    assert any("the other foot's switches are not used" in note and "FSW_R_HEEL" in note for note in c.notes)


def square(spans_s, n, rate_hz, label, site):
    time = np.arange(n) / rate_hz
    return Switch(site, label, 5.0 * sum((time >= a) & (time < b) for a, b in spans_s), rate_hz)


def two_feet(n=12, stride_s=1.2):
    """Heel and toe of both feet, the right 45 % after the left; stance is 60 %, the toe is 10 % late."""
    start_s = 1.0 + stride_s * np.arange(n)
    feet = [
        {
            site: square(
                [(t + first * stride_s, t + last * stride_s) for t in start_s + shift * stride_s],
                round((n + 2) * stride_s * 1000),
                1000.0,
                f"FSW_{foot}_{site.upper()}",
                site,
            )
            for site, first, last in (("heel", 0.0, 0.4), ("toe", 0.1, 0.6))
        }
        for foot, shift in (("L", 0.0), ("R", 0.45))
    ]
    size = feet[0]["heel"].voltage_v.size
    rec = emgkit.simulate(n_cycles=3, side="left", switches="none")
    return replace(
        rec.with_events(None),
        emg_uv=np.resize(rec.emg_uv, size),
        rate_hz=1000.0,
        switches=feet[0],
        opposite_switches=feet[1],
    )


def test_a_switch_of_the_other_foot_that_is_left_out_is_named_wherever_a_number_rests_on_the_others():
    rec = two_feet()
    dead = replace(rec.opposite_switches["heel"], voltage_v=np.zeros(rec.emg_uv.size))
    lame = replace(rec, opposite_switches=dict(rec.opposite_switches) | {"heel": dead})
    for which, doubtful in ((rec, False), (lame, True)):
        an = emgkit.analyze(which)
        step = an.gait[(an.gait["parameter"] == "step") & (an.gait["side"] == "right")].iloc[0]
        assert step["value"] == pytest.approx(55.0 if doubtful else 45.0, abs=0.2)
        whys = [
            *an.gait.loc[an.gait["side"] == "both", "why"],
            *an.phases.set_index("code").why[["MSt", "PSw"]],
        ]
        assert all(("FSW_R_HEEL" in why) == doubtful for why in (*whys, step["why"]))
        assert (
            any("other foot: foot switch left out: heel: FSW_R_HEEL" in note for note in an.notes) == doubtful
        )
        own = an.gait[an.gait["parameter"].isin(["stance", "swing", "stride_time"])]
        assert set(own["why"]) == {"none"}


def test_a_switch_of_the_own_foot_that_is_left_out_is_named_with_stance_and_swing():
    rec = two_feet()
    dead = replace(rec.switches["toe"], voltage_v=np.zeros(rec.emg_uv.size))
    metatarsal = replace(rec.switches["toe"], site="first_metatarsal", label="FSW_L_1MT")
    lame = replace(rec, switches=dict(rec.switches) | {"toe": dead, "first_metatarsal": metatarsal})
    an = emgkit.analyze(lame)
    whys = [*an.gait.set_index("parameter").why[["stance", "swing_time", "step"]]]
    whys += [*an.phases.set_index("code").why[["IC", "ISw"]]]
    assert all("switch of this foot was left out (toe: FSW_L_TOE)" in why for why in whys)


def test_both_feet_are_told_by_the_same_means():
    """One event of the other foot does not put its switches aside where switches bound the strides."""
    rec = two_feet()
    one = rec.with_events([(4.0, "right", "foot_contact", "by hand")])
    np.testing.assert_array_equal(
        cut(one, GaitSettings(), None).opposite_contact_s, cut(rec, GaitSettings(), None).opposite_contact_s
    )


def test_a_heel_switch_alone_tells_no_foot_off():
    """Its opening is the rise of the heel; taken for foot-off, stance would be 40 % and not 60 %."""
    rec = two_feet()
    heels = [{"heel": foot["heel"]} for foot in (rec.switches, rec.opposite_switches)]
    an = emgkit.analyze(replace(rec, switches=heels[0], opposite_switches=heels[1]))
    gait = an.gait.set_index("parameter")
    assert gait.value["stride_time"] == pytest.approx(1.2)
    assert np.isnan(gait.value["stance"])
    assert np.isnan(gait.value["double_support_total"])
    assert an.gait.loc[(gait.index == "step") & (an.gait["side"].to_numpy() == "right"), "value"].iloc[
        0
    ] == pytest.approx(45.0, abs=0.2)
    assert an.cycles["foot_off_pct"].isna().all()
    assert sum("no switch but that under the heel" in note for note in an.notes) == 2
    assert an.phases.set_index("code").start_basis["ISw"] != tables.OWN_EVENTS


def test_levels_and_thresholds_are_part_of_the_stored_result():
    an = emgkit.analyze(two_feet())
    assert len(an.study.foot_switch_levels) == 2
    assert "heel: FSW_L_HEEL, open at 0 V, closed at 5 V; closes above 1 V" in an.study.foot_switch_levels[0]
    assert len(emgkit.analyze(emgkit.simulate(n_cycles=3)).study.foot_switch_levels) == 4  # events bound it
    again = emgkit.Analysis.from_json(an.to_json())
    assert again.study.foot_switch_levels == an.study.foot_switch_levels
    assert again.to_json() == an.to_json()


def test_without_a_switch_under_the_heel_a_note_says_what_contact_is():
    rec = two_feet()
    notes = cut(replace(rec, switches={"toe": rec.switches["toe"]}), GaitSettings(), None).notes
    assert any("no switch under the heel" in note for note in notes)
    assert not any("under the heel" in note for note in cut(rec, GaitSettings(), None).notes)


@pytest.mark.parametrize("late_s", [-0.12, -0.06, 0.0, 0.06, 0.12])
def test_events_that_are_marked_late_do_not_change_the_form_of_the_contact(late_s):
    """Heel alone for 10 %, flat for 30, forefoot for 20 of the stride, whenever a person sees the contact."""
    rec = two_feet()
    contact_s = cut(rec, GaitSettings(), None).start_s
    c = cut(
        rec.with_events([(t + late_s, "left", "foot_contact", "by hand") for t in contact_s]),
        GaitSettings(),
        None,
    )
    assert set(c.sequence[:-1]) == {"HFPS"}
    assert c.sequence[-1] == "not determinable"


def test_events_to_which_no_contact_of_the_switches_belongs_have_no_states():
    rec = two_feet()
    contact_s = cut(rec, GaitSettings(), None).start_s
    c = cut(
        rec.with_events([(t + 0.6, "left", "foot_contact", "by hand") for t in contact_s]),
        GaitSettings(),
        None,
    )
    assert set(c.form) == {"not determinable"}
    assert np.isnan(c.heel_rise_s).all()


def test_contacts_beyond_the_marked_part_and_channels_left_out_are_in_the_notes():
    rec = two_feet()
    dead = replace(rec.switches["toe"], voltage_v=np.zeros(rec.emg_uv.size))
    lame = replace(rec, switches=dict(rec.switches) | {"toe": dead})
    contact_s = cut(rec, GaitSettings(), None).start_s
    events = [(t, "left", "foot_contact", "by hand") for t in contact_s[4:6]]
    notes = cut(lame.with_events(events), GaitSettings(), None).notes
    assert any("10 more foot contacts before the first event or after the last" in note for note in notes)
    assert any("left out: toe: FSW_L_TOE" in note for note in notes)
    every = [(t, "left", "foot_contact", "by hand") for t in contact_s]
    assert not any("more foot" in note for note in cut(rec.with_events(every), GaitSettings(), None).notes)


@pytest.mark.parametrize(
    ("pattern", "form"), [("typical", "typical"), ("flat_first", "flat_first"), ("toe_first", "toe_first")]
)
@pytest.mark.parametrize("events", [True, False])
def test_the_form_of_the_contact_stands_in_the_table_and_leaves_no_stride_out(pattern, form, events):
    an = emgkit.analyze(emgkit.simulate(n_cycles=6, contact_pattern=pattern, events=events))
    used = an.cycles[an.cycles["used"]]
    assert len(used) == 6
    assert (used["contact_form"] == form).sum() >= 5
    assert used["contact_sequence"].str.endswith("S").all()


def test_without_switches_the_form_is_not_recorded():
    an = emgkit.analyze(emgkit.simulate(n_cycles=4, switches="none"))
    assert set(an.cycles["contact_form"]) == set(an.cycles["contact_sequence"]) == {"not recorded"}


def test_heel_rise_lies_in_stance(walk):
    c = cut(walk, GaitSettings(), None)
    n = c.start_s.size - 1
    assert (c.heel_rise_s[:n] > c.start_s[:n]).all()
    assert (c.heel_rise_s[:n] < c.foot_off_s[:n]).all()


def test_switches_that_do_not_tell_where_they_are_or_are_dead_tell_no_state(walk):
    volts = np.max([switch.voltage_v for switch in walk.switches.values()], axis=0)
    for one in (volts, np.zeros_like(volts)):
        c = cut(
            replace(walk, switches={"contact": Switch("contact", "FSW_L", one, walk.rate_hz)}),
            GaitSettings(),
            None,
        )
        assert set(c.sequence) == set(c.form) == {"not determinable"}
        assert c.heel_rise_s is None
        assert bool(c.agreement) == bool(one.any())


def test_a_shift_of_the_recording_shifts_every_time_and_no_reason(walk):
    plain = cut(walk, GaitSettings(skip_first=1), None)
    events = walk.events
    events["time_s"] += 0.3
    moved = cut(replace(walk.with_events(events), switches={}), GaitSettings(skip_first=1), None)
    assert moved.reason == plain.reason
    np.testing.assert_allclose(moved.opposite_contact_s, plain.opposite_contact_s + 0.3)


def spoiled(rec, start_s, stop_s, value):
    emg = rec.emg_uv.copy()
    emg[round(start_s * rec.rate_hz) : round(stop_s * rec.rate_hz)] = value
    return replace(rec, emg_uv=emg)


@pytest.mark.parametrize(("value", "words"), [(0.0, "flat"), (2000.0, "clipped")])
def test_a_stride_with_a_fault_of_the_signal_is_left_out_and_the_others_stay(walk, value, words):
    start, end = walk.truth.contact_s[4:6]
    an = emgkit.analyze(spoiled(walk, start + 0.1, start + 0.4, value))
    reasons = an.cycles["reason"].tolist()
    assert reasons == ["none"] * 4 + ["signal_fault"] + ["none"] * 5 + ["no_next_contact"]
    detail = an.cycles["reason_detail"][4]
    share = 100 * 0.3 / (end - start)
    assert detail.startswith(f"{words} for {share:.1f} % of it")
    assert f"{words} for" in emgkit.Analysis.from_json(an.to_json()).cycles["reason_detail"][4]


def test_no_usable_stride_says_why_with_numbers(walk):
    with pytest.raises(emgkit.InsufficientDataError, match=r"signal_fault: clipped for 100\.0 %"):
        emgkit.analyze(spoiled(walk, 1.0, walk.duration_s - 0.5, 2000.0))


def test_strides_at_the_ends_of_a_long_recording_are_left_out_and_with_a_setting_they_stay(walk):
    first, last = walk.truth.contact_s[[0, -1]]
    a, b = round((first - 0.05) * walk.rate_hz), round((last + 0.05) * walk.rate_hz)
    events = walk.events
    events["time_s"] -= a / walk.rate_hz
    events = events[(events["time_s"] >= 0) & (events["time_s"] <= (b - a) / walk.rate_hz)]
    cut_close = replace(walk.with_events(events), emg_uv=walk.emg_uv[a:b], switches={})
    an = emgkit.analyze(cut_close)
    assert an.cycles["reason"].tolist() == ["filter_edge", *["none"] * 8, "filter_edge", "no_next_contact"]
    assert emgkit.analyze(cut_close, {"gait": {"edge_s": 0}}).cycles["used"].sum() == 10
