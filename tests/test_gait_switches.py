"""Decoding of the foot switches of one foot: known contacts, and channels that are no switch."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit.errors import InputError
from emgkit.gait.states import sequences
from emgkit.gait.switches import decode
from emgkit.model import Switch
from emgkit.settings import GaitSettings

RATE = 1000.0
CLOSED = {  # seconds of a 1 s stride during which each switch is closed
    "heel": (0.0, 0.35),
    "fifth_metatarsal": (0.08, 0.50),
    "first_metatarsal": (0.10, 0.55),
    "toe": (0.30, 0.62),
}
WEIGHTS = {"heel": 0.5, "fifth_metatarsal": 1.0, "first_metatarsal": 2.0, "toe": 4.0}


def stride_times(n=8):
    return 0.5 + np.arange(n)


def closed(site, n=8):
    t = np.arange(round((n + 1) * RATE)) / RATE
    phase = t - 0.5 - np.floor(t - 0.5)
    a, b = CLOSED[site]
    return (t >= 0.5) & (t < 0.5 + n) & (phase >= a - 1e-9) & (phase < b - 1e-9)


def separate(noise_v=0.02, seed=0):
    rng = np.random.default_rng(seed)
    return {
        site: Switch(site, site, 5.0 * closed(site) + noise_v * rng.standard_normal(closed(site).size), RATE)
        for site in CLOSED
    }


def coded(noise_v=0.02, offset_v=0.0, seed=0):
    rng = np.random.default_rng(seed)
    v = sum(WEIGHTS[site] * closed(site) for site in CLOSED) + offset_v
    return {"coded": Switch("coded", "FSW", v + noise_v * rng.standard_normal(v.size), RATE)}


def test_separate_switches_give_first_closing_and_last_opening():
    c = decode(separate(), GaitSettings())
    np.testing.assert_allclose(c.contact_s, stride_times(), atol=1.5e-3)
    np.testing.assert_allclose(c.foot_off_s, stride_times() + 0.62, atol=1.5e-3)


@pytest.mark.parametrize("levels", [None, WEIGHTS])
def test_a_coded_channel_gives_the_same_with_or_without_its_ladder(levels):
    c = decode(coded(), GaitSettings(coded_levels_v=levels))
    np.testing.assert_allclose(c.contact_s, stride_times(), atol=1.5e-3)
    np.testing.assert_allclose(c.foot_off_s, stride_times() + 0.62, atol=1.5e-3)


def test_bounce_at_make_leaves_the_first_closing():
    switches = {"heel": separate()["heel"]}
    v = switches["heel"].voltage_v.copy()
    for start in stride_times():
        i = round(start * RATE)
        v[i + 3 : i + 6] = 0.0
        v[i + 9 : i + 12] = 0.0
    c = decode({"heel": Switch("heel", "H", v, RATE)}, GaitSettings())
    np.testing.assert_allclose(c.contact_s, stride_times(), atol=1.5e-3)


def test_a_foot_that_stands_at_the_start_has_no_contact_there():
    heel = Switch("heel", "H", separate()["heel"].voltage_v[600:], RATE)
    c = decode({"heel": heel}, GaitSettings())
    assert c.contact_s[0] == pytest.approx(0.9, abs=2e-3)


@pytest.mark.parametrize(
    ("voltage", "word"),
    [
        (np.zeros(5000), "dead"),
        (np.full(5000, 4.9), "dead"),
        (0.01 * np.random.default_rng(0).standard_normal(5000), "dead"),
        (np.random.default_rng(0).standard_normal(5000), "floats"),
        (np.sin(2 * np.pi * 50 * np.arange(5000) / RATE) + np.linspace(0, 3, 5000), "hums at 50.0 Hz"),
    ],
)
def test_a_channel_that_is_no_switch_is_refused_by_name(voltage, word):
    with pytest.raises(InputError, match=f"FSW_9.*{word}"):
        decode({"heel": Switch("heel", "FSW_9", voltage, RATE)}, GaitSettings())


def test_a_switch_that_never_closes_is_left_out_and_named():
    """A heel that never touches the ground is real; the other switches still tell the stance."""
    switches = separate()
    flat = np.zeros(switches["heel"].voltage_v.size)
    c = decode(switches | {"heel": Switch("heel", "FSW_H", flat, RATE)}, GaitSettings())
    np.testing.assert_allclose(c.contact_s, stride_times() + 0.08, atol=1.5e-3)
    assert len(c.notes) == 1
    assert c.left_out[0].startswith("heel: FSW_H, ")
    assert c.used == ("fifth_metatarsal: fifth_metatarsal", "first_metatarsal: first_metatarsal", "toe: toe")
    assert "left out: heel: FSW_H" in c.notes[0]
    assert "dead" in c.notes[0]


def test_a_scuff_in_swing_is_no_contact():
    switches = separate()
    toe = switches["toe"].voltage_v.copy()
    for start in stride_times()[2:4]:
        i = round((start + 0.75) * RATE)
        toe[i : i + 80] = 5.0
    c = decode(switches | {"toe": Switch("toe", "T", toe, RATE)}, GaitSettings())
    np.testing.assert_allclose(c.contact_s, stride_times(), atol=1.5e-3)
    np.testing.assert_allclose(c.foot_off_s, stride_times() + 0.62, atol=1.5e-3)
    assert "2 closings" in c.notes[0]


def test_a_coded_channel_that_does_not_fit_its_ladder_is_refused():
    with pytest.raises(InputError, match="does not fit its levels"):
        decode(coded(), GaitSettings(coded_levels_v={"heel": 0.3, "toe": 2.2}))


@pytest.mark.parametrize("levels", [{"heel": 1.0, "toe": 1.0}, {"heel": -1.0}, {"knee": 1.0}])
def test_a_ladder_that_cannot_be_told_apart_is_refused(levels):
    with pytest.raises(InputError):
        decode(coded(), GaitSettings(coded_levels_v=levels))


def test_one_contact_makes_no_cycle():
    v = np.where(np.arange(3000) > 1500, 5.0, 0.0)
    with pytest.raises(InputError, match="too few contacts"):
        decode({"heel": Switch("heel", "H", v, RATE)}, GaitSettings())


def test_thresholds_and_polarity_that_are_given_are_in_force_and_shown():
    switches = separate()
    heel = switches["heel"]
    switches["heel"] = Switch("heel", "H", 5.0 - heel.voltage_v, RATE)
    given_ones = GaitSettings(thresholds_v={"heel": 2.0, "toe": 1.5}, inverted_switches=["heel"])
    c = decode(switches, given_ones)
    np.testing.assert_allclose(c.contact_s, stride_times(), atol=1.5e-3)
    assert c.left_out == ()
    assert c.levels[0].startswith("heel: H, open at 5 V, closed at ")
    assert "closes below 2 V (given), opens above 3.5 V" in c.levels[0]
    assert "closes above 1.5 V (given)" in c.levels[3]
    assert "(given)" not in c.levels[1]
    assert set(sequences(c.states, c.contact_s[:-1], c.contact_s[1:])) == {"HFPS"}


def test_every_channel_that_was_decoded_shows_its_levels():
    assert [text.split(",")[0] for text in decode(separate(), GaitSettings()).levels] == [
        f"{site}: {site}" for site in CLOSED
    ]


def test_all_reasons_are_named_if_no_channel_is_a_switch():
    none = {
        "heel": Switch("heel", "A", np.zeros(5000), RATE),
        "toe": Switch("toe", "B", np.random.default_rng(0).standard_normal(5000), RATE),
    }
    with pytest.raises(InputError, match=r"A, B: .*none of the channels.*heel: A, .*dead.*toe: B, .*floats"):
        decode(none, GaitSettings())


def test_switches_of_different_length_or_rate_are_refused():
    heel = separate()["heel"]
    for other in (
        Switch("toe", "T", heel.voltage_v[:-1], RATE),
        Switch("toe", "T", heel.voltage_v, 2 * RATE),
    ):
        with pytest.raises(InputError, match="different rates"):
            decode({"heel": heel, "toe": other}, GaitSettings())
    with pytest.raises(InputError, match="no foot-switch channel"):
        decode({}, GaitSettings())


@pytest.mark.parametrize(
    "wrong",
    [{"thresholds_v": {"knee": 1.0}}, {"thresholds_v": {"heel": "1"}}, {"inverted_switches": ["knee"]}],
)
def test_settings_of_no_site_are_refused(wrong):
    with pytest.raises(InputError):
        GaitSettings(**wrong)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0.0, 5.0, 2.5, -3.0]), st.integers(1, 300)), min_size=1, max_size=30),
    st.sampled_from([100.0, 1000.0]),
    st.lists(st.sampled_from(["heel", "toe", "contact", "coded"]), min_size=1, max_size=3, unique=True),
    st.floats(0, 3),
    st.booleans(),
)
def test_whatever_is_recorded_gives_contacts_or_a_reason(spells, rate_hz, given_sites, noise_v, known):
    volts = np.repeat([v for v, _ in spells], [n for _, n in spells])
    rng = np.random.default_rng(0)
    switches = {
        site: Switch(site, site, np.roll(volts, 17 * k) + noise_v * rng.standard_normal(volts.size), rate_hz)
        for k, site in enumerate(given_sites)
    }
    try:
        c = decode(switches, GaitSettings(coded_levels_v={"heel": 2.5, "toe": 5.0} if known else None))
    except InputError:
        return  # any other error fails
    duration_s = volts.size / rate_hz
    assert np.all(np.diff(c.contact_s) > 0)
    assert np.all((c.contact_s > 0) & (c.contact_s < duration_s))
    heel_alone = any("under the heel tells" in note and "rise of the heel" in note for note in c.notes)
    assert abs(c.contact_s.size - c.foot_off_s.size) <= 1 or (heel_alone and c.foot_off_s.size == 0)
    assert len(c.levels) + len([x for x in c.left_out if "stuck" not in x]) >= 1
