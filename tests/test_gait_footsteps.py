"""What the figure of the foot switches is given: the right stretch, states and stances."""

from dataclasses import replace

import numpy as np
import pytest

import emgkit
from emgkit.gait.bounds import cut
from emgkit.gait.footsteps import MAX_STRIDES, footsteps
from emgkit.model import Switch
from emgkit.settings import GaitSettings

SETTINGS = GaitSettings()


@pytest.fixture(scope="module")
def walk():
    return emgkit.simulate(n_cycles=9, seed=4, rate_hz=1000.0)


def steps_of(rec, **changes):
    found = cut(rec, SETTINGS, None)
    return footsteps(rec, replace(found, **changes))


def test_five_strides_with_their_voltages(walk):
    s = steps_of(walk)
    assert s.stride[:MAX_STRIDES] == (1, 2, 3, 4, 5)
    np.testing.assert_allclose(s.contact_s[:MAX_STRIDES], walk.truth.contact_s[:MAX_STRIDES])
    for trace, switch in zip(s.switches, walk.switches.values(), strict=True):
        first = round(s.start_s * switch.rate_hz)
        np.testing.assert_array_equal(trace.voltage_v, switch.voltage_v[first : first + trace.voltage_v.size])
        assert trace.voltage_v.size / switch.rate_hz == pytest.approx(s.stop_s - s.start_s, abs=0.002)


def test_the_longest_row_of_used_strides_is_shown(walk):
    reason = ("none", "none", "duration_outlier", *["none"] * 6, "no_next_contact")
    assert steps_of(walk, reason=reason).stride[-MAX_STRIDES - 1 :][:MAX_STRIDES] == (4, 5, 6, 7, 8)
    alone = tuple("none" if k == 6 else "duration_outlier" for k in range(10))
    s = steps_of(walk, reason=alone)
    assert 7 in s.stride
    assert s.stop_s - s.start_s < 1.5


def test_the_foot_is_on_the_ground_from_contact_to_foot_off(walk):
    s = steps_of(walk)
    on = np.array([any(a <= t < b for a, b, _ in s.states) for t in np.arange(s.start_s, s.stop_s, 0.005)])
    time = np.arange(s.start_s, s.stop_s, 0.005)
    contact, off = walk.truth.contact_s, walk.truth.foot_off_s
    off = off[off > contact[0]]
    truth = np.array([any(a <= t < b for a, b in zip(contact, off, strict=False)) for t in time])
    inside = time < contact[len(off) - 1]
    assert np.mean(on[inside] != truth[inside]) < 0.02


def test_stances_of_the_other_foot_come_from_its_events(walk):
    events = walk.events[walk.events.side == "right"]
    contact = events.loc[events.kind == "foot_contact", "time_s"].to_numpy()
    s = steps_of(walk)
    begins = [a for a, _ in s.opposite if a > s.start_s]
    assert set(begins) <= set(contact)
    assert len(begins) == MAX_STRIDES
    no_side = replace(walk, side=None)
    assert footsteps(no_side, cut(walk, SETTINGS, None)).opposite == ()


def test_a_stance_whose_foot_off_was_missed_is_not_drawn_to_the_next(walk):
    events = walk.events
    missed = events[(events.side == "right") & (events.kind == "foot_off")].index[2]
    assert len(steps_of(walk.with_events(events.drop(missed))).opposite) == len(steps_of(walk).opposite) - 1


def test_contacts_alone_draw_no_stance(walk):
    events = walk.events
    contacts = events[~((events.side == "right") & (events.kind == "foot_off"))]
    two = emgkit.simulate(n_cycles=2, seed=4, rate_hz=1000.0)  # its last contact is within the stretch
    assert steps_of(walk.with_events(contacts)).opposite == ()
    heel = replace(two.with_events(None), switches={"heel": two.switches["heel"]})
    s = steps_of(heel)
    assert s.states == ()
    assert s.contact_s.size == 3


def test_switches_that_are_refused_are_shown_and_say_why(walk):
    dead = {"heel": Switch("heel", "FSW", np.zeros(walk.switches["heel"].voltage_v.size), 1000.0)}
    s = steps_of(replace(walk, switches=dead))
    assert "FSW" in s.refused
    assert s.states == ()
    assert s.switches[0].label == "FSW"


def test_nothing_to_show_without_switches_or_strides(walk):
    assert steps_of(replace(walk, switches={})) is None
    assert steps_of(walk, reason=("duration_outlier",) * 10) is None
    assert emgkit.analyze(replace(walk, switches={})).footsteps is None
