"""Coded channels: decoded by their ladder or by the levels found, refused where they do not fit."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from switch_walks import FIFTH, FIRST, HEEL, TOE, WEIGHTS, closed, coded, switch, walk

from emgkit.errors import InputError
from emgkit.gait.ladder import on_ladder, without_ladder
from emgkit.gait.switches import decode
from emgkit.settings import GaitSettings

STARTS, SITES, DURATION_S = walk(15)
THREE = {site: WEIGHTS[site] for site in (HEEL, FIFTH, FIRST)}


def channel(weights=WEIGHTS, **how):
    return coded({site: SITES[site] for site in weights}, DURATION_S, weights=weights, **how)["coded"]


def staircase(weights, held_s=0.2, repeats=6):
    """Return a channel that holds every sum of the weights in turn, coming back to zero."""
    sums = [sum(c) for n in range(1, len(weights) + 1) for c in itertools.combinations(weights, n)]
    one = np.concatenate([np.repeat([0.0, s], round(held_s * 1000)) for s in sums])
    return switch("coded", np.tile(one, repeats), noise_v=0.01, rng=np.random.default_rng(0))


def test_each_site_is_closed_when_it_is():
    found, sentence = on_ladder(channel(), WEIGHTS)
    for site, intervals in SITES.items():
        np.testing.assert_array_equal(found[site], closed(intervals, DURATION_S))
    assert sentence == (
        "heel adds 0.5 V, fifth_metatarsal adds 1 V, first_metatarsal adds 2 V, toe adds 4 V (given)"
    )


def test_an_offset_is_taken_out_and_said():
    found, sentence = on_ladder(channel(offset_v=0.09), WEIGHTS)
    np.testing.assert_array_equal(found[HEEL], closed(SITES[HEEL], DURATION_S))
    assert "all open at 0.09 V" in sentence


def test_an_inverted_channel_that_is_stated_to_be_one_is_decoded():
    volts = sum(WEIGHTS.values()) - channel().voltage_v
    found, sentence = on_ladder(switch("coded", volts), WEIGHTS, inverted=True)
    np.testing.assert_array_equal(found[TOE], closed(SITES[TOE], DURATION_S))
    assert "heel adds while open 0.5 V" in sentence
    any_closed, sentence = without_ladder(switch("coded", volts), inverted=True)
    np.testing.assert_array_equal(any_closed, np.any(list(found.values()), axis=0))
    assert "closed below 7.25 V" in sentence


WRONG = {
    "another ladder": {HEEL: 0.3, TOE: 2.2},
    "scaled": {site: 1.3 * volts for site, volts in WEIGHTS.items()},
    "one site missing": THREE,
    "one site too light": {**WEIGHTS, TOE: 3.9},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_channel_that_does_not_fit_its_ladder_is_refused(name):
    with pytest.raises(InputError, match=r"FSW_CODED: the coded foot switch does not fit its levels"):
        on_ladder(channel(), WRONG[name])


def test_the_level_that_is_on_no_rung_is_named():
    with pytest.raises(InputError, match=r"; 4 V is none of them"):
        on_ladder(channel(), WRONG["one site missing"])


@pytest.mark.parametrize(
    "levels", [{HEEL: 1.0, TOE: 1.0}, {HEEL: -1.0}, {"knee": 1.0}, {}, {HEEL: 1.0, TOE: 2.0, FIRST: 3.0}]
)
def test_a_ladder_whose_sums_cannot_be_told_apart_is_refused(levels):
    with pytest.raises(InputError):
        on_ladder(channel(), levels)


@pytest.mark.parametrize(
    ("weights", "sums"),
    [
        (THREE, "6 levels at 0, 0.5, 1.5, 2, 3, 3.5 V: sums of switches of 0.5, 1, 2 V, "),
        (WEIGHTS, "8 levels at 0, 0.5, 1.5, 3.5, 4, 6, 7, 7.5 V: sums of switches of 0.5, 1, 2, 4 V, "),
    ],
)
def test_levels_are_found_and_shown(weights, sums):
    any_closed, sentence = without_ladder(channel(weights, noise_v=0.001))
    expected = np.any([closed(SITES[site], DURATION_S) for site in weights], axis=0)
    np.testing.assert_array_equal(any_closed, expected)
    assert sentence == f"{sums}whose sites are not known; closed above 0.25 V"


@pytest.mark.parametrize("weights", [(1.0, 2.0), (0.5, 1.0, 2.0), (0.4, 0.9, 2.1), (0.25, 0.5, 1.0, 2.0)])
def test_what_each_switch_adds_is_worked_out(weights):
    _, sentence = without_ladder(staircase(weights))
    words = ", ".join(f"{w:g}" for w in weights)
    assert f"{2 ** len(weights)} levels" in sentence
    assert f"sums of switches of {words} V, whose sites are not known" in sentence


def test_levels_that_are_no_sums_say_so():
    _, sentence = without_ladder(
        switch("coded", np.tile(np.repeat([0.0, 1.0, 0.0, 2.6, 0.0, 3.1], 200), 8), noise_v=0.0)
    )
    assert "4 levels at 0, 1, 2.6, 3.1 V" in sentence
    assert "cannot be told" in sentence


@settings(max_examples=20, deadline=None)
@given(
    st.permutations([HEEL, FIFTH, FIRST, TOE]),
    st.lists(st.floats(1.0, 1.5), min_size=4, max_size=4),
    st.floats(0.2, 0.6),
    st.integers(2, 4),
)
def test_any_ladder_gives_the_same_contacts_known_or_not(order, extra, step, n):
    weights = {}
    for site, more in zip(order[:n], extra, strict=False):
        weights[site] = sum(weights.values()) + more * step
    assume(set(weights) != {HEEL, TOE})
    assume(HEEL in weights)
    single = coded({site: SITES[site] for site in weights}, DURATION_S, weights=weights, noise_v=0.03 * step)
    known = decode(single, GaitSettings(coded_levels_v=weights))
    found = decode(single, GaitSettings(inverted_switches=[]))
    np.testing.assert_array_equal(known.contact_s, found.contact_s)
    np.testing.assert_array_equal(known.foot_off_s, found.foot_off_s)
    np.testing.assert_allclose(known.contact_s, STARTS, atol=1e-3)
    assert found.states is None


def test_without_a_ladder_contacts_are_determinable_and_states_are_not():
    contacts = decode({"coded": channel()}, GaitSettings())
    np.testing.assert_allclose(contacts.contact_s, STARTS, atol=1e-3)
    assert contacts.states is None
    assert contacts.levels[0].startswith("coded: FSW_CODED, ")


def test_a_site_of_the_ladder_that_never_closes_is_left_out_and_the_states_are_open():
    weights = {**THREE, TOE: 4.0}
    contacts = decode({"coded": channel(THREE)}, GaitSettings(coded_levels_v=weights))
    np.testing.assert_allclose(contacts.contact_s, STARTS, atol=1e-3)
    assert "toe: FSW_CODED" in contacts.left_out[0]
    assert "its toe never closes" in contacts.left_out[0]
    assert contacts.states is None


MISFIT = "does not fit its levels"


@pytest.mark.parametrize(
    ("volts", "with_ladder", "without"),
    [
        (np.zeros(5000), "dead, or stuck at 0 V", "dead, or stuck at 0 V"),
        (np.full(5000, np.nan), "no numbers", "no numbers"),
        (np.linspace(0, 5, 5000), MISFIT, "cannot be told apart"),
        (np.random.default_rng(0).standard_normal(5000), MISFIT, "cannot be told apart"),
        (np.tile(np.repeat(np.arange(20.0), 100), 4), MISFIT, "20 levels"),
    ],
)
def test_what_is_no_coded_channel_is_refused_by_name(volts, with_ladder, without):
    one = {"coded": switch("coded", volts)}
    with pytest.raises(InputError, match=f"FSW_CODED: .*{with_ladder}"):
        decode(one, GaitSettings(coded_levels_v=WEIGHTS))
    with pytest.raises(InputError, match=f"FSW_CODED: .*{without}"):
        decode(one, GaitSettings())
