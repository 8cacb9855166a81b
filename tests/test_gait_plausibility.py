"""Switches that are stuck or the wrong way round, and odd feet that are neither."""

import numpy as np
import pytest
from switch_walks import (
    FIFTH,
    FIRST,
    HEEL,
    TOE,
    TYPICAL,
    WEIGHTS,
    channels,
    closed,
    coded,
    spans,
    switch,
    walk,
)  # fmt: skip

from emgkit.errors import InputError
from emgkit.gait.states import sequences
from emgkit.gait.switches import decode
from emgkit.settings import GaitSettings

STARTS, SITES, DURATION_S = walk(20)
ALL = (HEEL, FIFTH, FIRST, TOE)
FLAT = {HEEL: (0.0, 0.35), FIFTH: (0.01, 0.58), FIRST: (0.015, 0.6), TOE: (0.02, 0.62)}
LATE_RISE = {HEEL: (0.0, 0.38), FIFTH: (0.07, 0.57), FIRST: (0.1, 0.59), TOE: (0.21, 0.62)}
TOE_FIRST = {HEEL: (0.2, 0.34), FIFTH: (0.04, 0.57), FIRST: (0.03, 0.6), TOE: (0.0, 0.62)}


def flipped(switches, *sites, supply_v=5.0):
    turned = {s: switch(s, supply_v - switches[s].voltage_v, switches[s].rate_hz) for s in sites}
    return switches | turned


def held(one, from_s, until_s, volts, rate_hz=1000.0):
    """Return a switch whose voltage stands still for a while."""
    voltage = one.voltage_v.copy()
    voltage[round(from_s * rate_hz) : round(until_s * rate_hz)] = volts
    return switch(one.site, voltage, rate_hz)


def sites_of(texts):
    return [text.split(":")[0] for text in texts]


# One of several switches


@pytest.mark.parametrize("stride_s", [0.7, 1.1, 2.0])
@pytest.mark.parametrize("pattern", [TYPICAL, FLAT])
@pytest.mark.parametrize("site", ALL)
def test_one_inverted_switch_of_four_is_left_out_by_name(site, pattern, stride_s):
    starts, sites, duration_s = walk(16, stride_s=stride_s, pattern=pattern)
    good = channels(sites, duration_s)
    contacts = decode(flipped(good, site), GaitSettings())
    rest = decode({s: c for s, c in good.items() if s != site}, GaitSettings())
    assert sites_of(contacts.left_out) == [site]
    assert "inverted" in contacts.left_out[0]
    np.testing.assert_array_equal(contacts.contact_s, rest.contact_s)
    assert contacts.contact_s.size == starts.size
    assert contacts.states is None


@pytest.mark.parametrize("pair", [(HEEL, FIRST), (HEEL, TOE), (HEEL, FIFTH)])
@pytest.mark.parametrize("which", [0, 1])
def test_one_inverted_switch_of_two_is_never_decoded(pair, which):
    good = channels({site: SITES[site] for site in pair}, DURATION_S)
    with pytest.raises(InputError, match=r"inverted_switches"):
        decode(flipped(good, pair[which]), GaitSettings())


@pytest.mark.parametrize("site", ALL)
def test_a_switch_that_sticks_closed_is_left_out_from_then_on(site):
    good = channels(SITES, DURATION_S)
    bad = good | {site: held(good[site], 8.7, DURATION_S, 5.0)}  # from the stance that begins at 8.6 s on
    contacts = decode(bad, GaitSettings())
    assert "stuck closed from 9.2 to 20.5 s" in contacts.left_out[0]  # it should have opened in that swing
    assert sites_of(contacts.left_out) == [site]
    assert contacts.contact_s.size == STARTS.size
    before = contacts.contact_s < 8.7
    np.testing.assert_allclose(contacts.contact_s[before], STARTS[STARTS < 8.7], atol=1e-3)
    late = 0.08 if site == HEEL else 0.0
    np.testing.assert_allclose(contacts.contact_s[~before], STARTS[STARTS > 8.7] + late, atol=1e-3)
    orders = sequences(contacts.states, contacts.contact_s[:-1], contacts.contact_s[1:])
    assert set(orders[:8]) == {"HFPS"}
    assert set(orders[9:18]) == {"not determinable"}


def test_a_switch_that_stays_open_from_some_moment_on_is_named_and_the_states_are_open_there():
    good = channels(SITES, DURATION_S)
    contacts = decode(good | {HEEL: held(good[HEEL], 12.0, DURATION_S, 0.0)}, GaitSettings())
    assert "stuck open from 1" in contacts.left_out[0]
    assert sites_of(contacts.left_out) == [HEEL]
    orders = sequences(contacts.states, contacts.contact_s[:-1], contacts.contact_s[1:])
    assert orders == ("HFPS",) * 11 + ("not determinable",) * 8


def test_a_switch_that_stays_open_for_some_strides_only_tells_that_the_heel_was_up():
    good = channels(SITES, DURATION_S)
    contacts = decode(good | {HEEL: held(good[HEEL], 8.0, 12.0, 0.0)}, GaitSettings())
    assert contacts.left_out == ()
    orders = sequences(contacts.states, contacts.contact_s[:-1], contacts.contact_s[1:])
    assert orders.count("PS") == 4
    assert orders.count("HFPS") == 15


def test_a_dead_switch_and_an_inverted_one_are_both_named():
    good = channels(SITES, DURATION_S)
    bad = flipped(good, FIFTH) | {TOE: switch(TOE, np.zeros(good[TOE].voltage_v.size))}
    contacts = decode(bad, GaitSettings())
    assert sorted(sites_of(contacts.left_out)) == [FIFTH, TOE]
    np.testing.assert_allclose(contacts.contact_s, STARTS, atol=1e-3)


# The whole foot


@pytest.mark.parametrize("pattern", [TYPICAL, FLAT, TOE_FIRST, LATE_RISE])
@pytest.mark.parametrize("sites", [ALL, (HEEL, FIFTH, FIRST), (HEEL, FIRST)])
def test_a_foot_all_of_whose_switches_are_inverted_is_refused(sites, pattern):
    starts, all_sites, duration_s = walk(16, stride_s=1.1, pattern=pattern)
    good = channels({site: all_sites[site] for site in sites}, duration_s)
    with pytest.raises(InputError, match="inverted"):
        decode(flipped(good, *sites), GaitSettings())
    stated = decode(flipped(good, *sites), GaitSettings(inverted_switches=sites))
    first_s = starts + min(pattern[site][0] for site in sites) * 1.1
    np.testing.assert_allclose(stated.contact_s, first_s, atol=1e-3)


@pytest.mark.parametrize("stride_s", [0.95, 1.6, 3.0])
def test_a_foot_with_a_late_rise_of_the_heel_that_is_all_inverted_is_refused_at_any_speed(stride_s):
    _, sites, duration_s = walk(16, stride_s=stride_s, pattern=LATE_RISE)
    with pytest.raises(InputError, match="the heel alone stands too long"):
        decode(flipped(channels(sites, duration_s), *ALL), GaitSettings())


def one_channel(stride_s, stance_s, n=14, before_s=0.5, inverted=False):
    starts = before_s + stride_s * np.arange(n)
    duration_s = before_s + n * stride_s
    array = closed([(t, t + stance_s) for t in starts], duration_s)
    return {"contact": switch("contact", 5.0 * (array ^ inverted))}


@pytest.mark.parametrize(("stride_s", "stance_s"), [(1.0, 0.6), (1.2, 0.8), (2.0, 1.2)])
def test_one_inverted_channel_is_refused_by_its_duty(stride_s, stance_s):
    assert decode(one_channel(stride_s, stance_s), GaitSettings()).contact_s.size == 14
    with pytest.raises(InputError, match=r"stance is shorter than walking allows.*40|33"):
        decode(one_channel(stride_s, stance_s, inverted=True), GaitSettings())
    stated = GaitSettings(inverted_switches=["contact"])
    assert decode(one_channel(stride_s, stance_s, inverted=True), stated).contact_s.size == 14


def test_a_run_is_no_inverted_walk():
    assert decode(one_channel(0.7, 0.2), GaitSettings()).contact_s.size == 14


def test_one_channel_on_which_the_foot_hangs_before_the_walk_is_refused():
    """Half of the stride is closed: the duty tells nothing. But nobody stands with the foot in the air."""
    with pytest.raises(InputError, match="stays in the air but never stands"):
        decode(one_channel(1.1, 0.55, before_s=4.0), GaitSettings())
    confirmed = GaitSettings(inverted_switches=[])
    assert decode(one_channel(1.1, 0.55, before_s=4.0), confirmed).contact_s.size == 14


def test_exchanged_heel_and_forefoot_are_refused():
    good = channels({HEEL: SITES[HEEL], FIRST: SITES[FIRST]}, DURATION_S)
    swapped = {
        HEEL: switch(HEEL, good[FIRST].voltage_v),
        FIRST: switch(FIRST, good[HEEL].voltage_v),
    }
    with pytest.raises(InputError, match="touches with the forefoot and leaves with the heel"):
        decode(swapped, GaitSettings())


def test_an_inverted_coded_channel_fits_its_ladder_and_is_refused_all_the_same():
    good = coded(SITES, DURATION_S)["coded"].voltage_v
    with pytest.raises(InputError, match="inverted_switches"):
        decode({"coded": switch("coded", 7.5 - good)}, GaitSettings(coded_levels_v=WEIGHTS))
    stated = GaitSettings(coded_levels_v=WEIGHTS, inverted_switches=["coded"])
    contacts = decode({"coded": switch("coded", 7.5 - good)}, stated)
    np.testing.assert_allclose(contacts.contact_s, STARTS, atol=1e-3)


def test_a_coded_channel_on_which_a_site_never_opens_is_refused():
    volts = coded({site: SITES[site] for site in (HEEL, FIFTH, FIRST)}, DURATION_S)["coded"].voltage_v + 4.0
    stuck = {"coded": switch("coded", volts)}
    with pytest.raises(InputError, match="its toe never opens: stuck or inverted"):
        decode(stuck, GaitSettings(coded_levels_v=WEIGHTS))
    contacts = decode(stuck, GaitSettings(coded_levels_v=WEIGHTS, inverted_switches=[]))
    assert sites_of(contacts.left_out) == [TOE]
    np.testing.assert_allclose(contacts.contact_s, STARTS, atol=1e-3)


# Odd feet, which are none of this

ODD = {
    "toe walking, the heel late": TOE_FIRST,
    "flat": FLAT,
    "late rise of the heel": LATE_RISE,
    "no push-off": {HEEL: (0.0, 0.6), FIFTH: (0.1, 0.6), FIRST: (0.1, 0.6), TOE: (0.3, 0.6)},
    "drop foot: the toe slaps down early": {**TYPICAL, TOE: (0.05, 0.62)},
    "hammer toe: it leaves early": {**TYPICAL, TOE: (0.3, 0.5)},
    "long stance": {HEEL: (0.0, 0.5), FIFTH: (0.1, 0.78), FIRST: (0.12, 0.8), TOE: (0.5, 0.85)},
    "short stance of a spared limb": {
        HEEL: (0.0, 0.25),
        FIFTH: (0.06, 0.45),
        FIRST: (0.08, 0.47),
        TOE: (0.2, 0.5),
    },
}


@pytest.mark.parametrize("stride_s", [0.7, 1.1, 2.4])
@pytest.mark.parametrize("name", ODD)
def test_odd_feet_are_decoded(name, stride_s):
    starts, sites, duration_s = walk(14, stride_s=stride_s, pattern=ODD[name])
    contacts = decode(channels(sites, duration_s), GaitSettings())
    assert contacts.left_out == ()
    np.testing.assert_allclose(contacts.contact_s, starts, atol=1e-3)
    np.testing.assert_allclose(
        contacts.foot_off_s, starts + stride_s * max(b for _, b in ODD[name].values()), atol=1e-3
    )


def test_weight_shifts_while_standing_are_neither_steps_nor_stuck_switches():
    """Eight seconds on both feet: the heel lifts six times, the toe stays down; then a walk."""
    shifts = 1.0 + 1.2 * np.arange(6)
    starts = 9.0 + 1.1 * np.arange(12)
    sites = spans(starts, TYPICAL, 1.1)
    sites[HEEL] = [(-1.0, 1.0), *((t + 0.6, t + 1.2) for t in shifts), (8.2, 8.3), *sites[HEEL]]
    for site in (FIFTH, FIRST, TOE):
        sites[site] = [(-1.0, 8.6), *sites[site]]
    for pair in (ALL, (HEEL, FIRST)):
        contacts = decode(channels({s: sites[s] for s in pair}, 22.0), GaitSettings())
        assert contacts.left_out == ()
        np.testing.assert_allclose(contacts.contact_s, starts, atol=1e-3)


@pytest.mark.parametrize("strides", [8, 30])
def test_a_shuffle_with_short_swings_is_decoded(strides):
    pattern = {HEEL: (0.0, 0.6), FIFTH: (0.01, 0.86), FIRST: (0.02, 0.87), TOE: (0.02, 0.88)}
    starts, sites, duration_s = walk(strides, stride_s=1.0, pattern=pattern)
    contacts = decode(channels(sites, duration_s), GaitSettings())
    assert contacts.left_out == ()
    np.testing.assert_allclose(contacts.contact_s, starts, atol=1e-3)
