"""One switch on one channel: known edges under disturbances, and every refusal by its name."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d
from switch_walks import RATE, closed, switch

from emgkit.errors import InputError
from emgkit.gait.levels import separate
from emgkit.gait.runs import debounced

STARTS = 0.7 + 1.1 * np.arange(20)
INTERVALS = [(t, t + 0.65) for t in STARTS]
DURATION_S = 23.0
TIME = np.arange(round(DURATION_S * RATE)) / RATE
CLEAN = closed(INTERVALS, DURATION_S).astype(float)
NOISE = np.random.default_rng(1).standard_normal(TIME.size)


def edges(volts, rate_hz=RATE, **how):
    found, levels = separate(
        switch("contact", np.asarray(volts, dtype=float), rate_hz), shortest_s=0.03, **how
    )
    start, stop = debounced(found, len(volts), 0.03 * rate_hz)
    return (start - 0.5) / rate_hz, (stop - 0.5) / rate_hz, levels


def refused(volts, rate_hz=RATE, **how):
    with pytest.raises(InputError) as error:
        edges(volts, rate_hz, **how)
    assert error.value.where == "FSW_CONTACT"
    return error.value.what


def spikes(seed, every_s=0.5):
    rng = np.random.default_rng(seed)
    at = rng.choice(TIME.size, int(DURATION_S / every_s), replace=False)
    volts = np.zeros(TIME.size)
    volts[at] = rng.choice([-8.0, 8.0], at.size)
    return volts


def dropouts(seed):
    rng = np.random.default_rng(seed)
    keep = np.ones(TIME.size)
    for at in rng.integers(0, TIME.size, 20):
        keep[at : at + rng.integers(1, 10)] = 0
    return keep


DISTURBED = {
    "clean": 5 * CLEAN,
    "half a volt": 0.5 * CLEAN,
    "below zero": -3 - 2 + 5 * CLEAN,
    "noise": 5 * CLEAN + 0.35 * NOISE,
    "hum": 5 * CLEAN + 1.2 * np.sin(2 * np.pi * 50 * TIME),
    "hum at 60 Hz": 5 * CLEAN + 0.8 * np.sin(2 * np.pi * 60 * TIME),
    "drift": 5 * CLEAN + 1.8 * TIME / DURATION_S,
    "slow wander": 5 * CLEAN + 0.4 * np.sin(2 * np.pi * 0.05 * TIME),
    "spikes": 5 * CLEAN + spikes(2),
    "dropouts": 5 * CLEAN * dropouts(3),
    "fading span": 5 * CLEAN * np.linspace(1, 0.6, TIME.size),
}


@pytest.mark.parametrize("name", DISTURBED)
def test_edges_under_disturbances(name):
    start, stop, _ = edges(DISTURBED[name])
    assert start.size == STARTS.size
    # noise at the threshold, or a spike so near that it may be of a chatter, moves an edge by milliseconds
    tolerance = 0.01 if name in ("hum", "hum at 60 Hz", "noise", "spikes") else 0.0021
    np.testing.assert_allclose(start, STARTS, atol=tolerance)
    np.testing.assert_allclose(stop, STARTS + 0.65, atol=tolerance)


@pytest.mark.parametrize("rise_s", [0.02, 0.03])
def test_a_force_cell_closes_where_it_begins_to_rise(rise_s):
    parts = np.interp(
        TIME, np.add.outer(STARTS, [0, rise_s, 0.65 - rise_s, 0.65]).ravel(), [0, 1, 1, 0] * STARTS.size
    )
    start, stop, _ = edges(5 * parts + 0.02 * NOISE)
    np.testing.assert_allclose(start, STARTS + 0.2 * rise_s, atol=0.002)
    np.testing.assert_allclose(stop, STARTS + 0.65 - 0.1 * rise_s, atol=0.002)


def test_a_force_that_dips_between_two_humps_is_one_closing():
    hump = np.interp(
        TIME, np.add.outer(STARTS, [0, 0.1, 0.3, 0.5, 0.65]).ravel(), [0, 1, 0.45, 1.1, 0] * STARTS.size
    )
    start, stop, levels = edges(4 * hump)
    assert start.size == stop.size == STARTS.size
    np.testing.assert_allclose(start, STARTS + 0.1 * levels.closes_v / 4, atol=0.001)
    assert levels.open_v == pytest.approx(0.0, abs=1e-9)


def test_a_switch_that_closes_rarely_is_one():
    """The heel of a toe walker: three times 60 ms in 23 s."""
    rare = closed([(3.0, 3.06), (9.0, 9.06), (15.0, 15.06)], DURATION_S)
    start, *_ = edges(5 * rare + 0.02 * NOISE)
    np.testing.assert_allclose(start, [3, 9, 15], atol=0.0011)


def test_chatter_keeps_the_first_closing_and_the_last_opening():
    chatter = CLEAN.copy()
    for a, b in INTERVALS:
        i, j = round(a * RATE), round(b * RATE)
        chatter[i + 1 : i + 7] = chatter[i + 9 : i + 13] = 0
        chatter[j - 9 : j - 4] = chatter[j - 3 : j - 1] = 0
    start, stop, _ = edges(5 * chatter)
    np.testing.assert_allclose(start, STARTS, atol=1e-3)
    np.testing.assert_allclose(stop, STARTS + 0.65, atol=1e-3)


def test_the_levels_are_shown_in_volts():
    *_, levels = edges(0.1 + 5 * CLEAN)
    assert str(levels) == "open at 0.1 V, closed at 5.1 V; closes above 1.1 V, opens below 0.6 V"
    *_, drifting = edges(DISTURBED["drift"])
    assert "its open level moves over 1." in str(drifting)


def test_a_threshold_that_is_given_is_in_force_and_shown():
    ramp = np.interp(TIME, np.add.outer(STARTS, [0, 0.1, 0.55, 0.65]).ravel(), [0, 1, 1, 0] * STARTS.size)
    start, stop, levels = edges(5 * ramp, threshold_v=3.0)
    np.testing.assert_allclose(start, STARTS + 0.06, atol=1e-3)  # 3 of 5 V
    np.testing.assert_allclose(stop, STARTS + 0.62, atol=1e-3)  # 1.5 of 5 V
    assert str(levels) == "open at 0 V, closed at 5 V; closes above 3 V (given), opens below 1.5 V"


@pytest.mark.parametrize("threshold_v", [-1.0, 0.0, 5.0, 9.0])
def test_a_threshold_beside_the_levels_is_refused(threshold_v):
    assert "does not lie between the levels" in refused(5 * CLEAN, threshold_v=threshold_v)


def test_an_inverted_switch_that_is_stated_to_be_one_is_decoded_and_shown_in_its_volts():
    start, stop, levels = edges(5 - 5 * CLEAN, inverted=True)
    np.testing.assert_allclose(start, STARTS, atol=1e-3)
    np.testing.assert_allclose(stop, STARTS + 0.65, atol=1e-3)
    assert str(levels) == "open at 5 V, closed at 0 V; closes below 4 V, opens above 4.5 V"
    start, *_ = edges(5 - 5 * CLEAN, inverted=True, threshold_v=2.0)
    np.testing.assert_allclose(start, STARTS, atol=1e-3)


def slow_noise(seed, hz=0.5):
    wander = gaussian_filter1d(np.random.default_rng(seed).standard_normal(TIME.size), RATE / (6 * hz))
    return 1.5 * wander / wander.std()


REFUSED = {
    "dead, or stuck at 0 V": [np.zeros(TIME.size), 0.01 * NOISE],
    "dead, or stuck at 4.9 V": [np.full(TIME.size, 4.9), 4.9 + 0.01 * np.round(NOISE)],
    "it is dead": [spikes(4), 0.01 * NOISE + spikes(5)],
    "it hums at 50.0 Hz": [
        np.sin(2 * np.pi * 50 * TIME),
        3 + 2 * np.sin(2 * np.pi * 50 * TIME) + 0.2 * NOISE,
        slow_noise(6) + 1.0 * np.sin(2 * np.pi * 50 * TIME),
        5 * CLEAN + 4 * np.sin(2 * np.pi * 50 * TIME),
    ],
    "it hums at 60.0 Hz": [0.5 * np.sin(2 * np.pi * 60 * TIME)],
    "it floats": [NOISE, slow_noise(7), slow_noise(8), slow_noise(9, 1.0), np.sin(2 * np.pi * 0.9 * TIME)],
    "its levels drift": [5 * CLEAN + 3.0 * TIME / DURATION_S],
    "no numbers": [np.where(TIME > 20, np.nan, 5 * CLEAN), np.where(TIME == 1.0, np.inf, 5 * CLEAN)],
    "no voltages": [1e300 * CLEAN, np.where(TIME == 1.0, -1e160, 5 * CLEAN)],
}


@pytest.mark.parametrize(
    ("name", "k"), [(name, k) for name, many in REFUSED.items() for k in range(len(many))]
)
def test_what_is_no_switch_is_refused_by_name(name, k):
    assert name in refused(REFUSED[name][k])


@pytest.mark.parametrize("longest_s", [0.01, 0.02])
def test_a_foot_that_stands_all_the_time_is_refused(longest_s):
    """Closed from end to end but for moments: there is no opening to take the open level from."""
    volts = np.full(round(10 * RATE), 5.0)
    for start in (3 * RATE, 6 * RATE):
        volts[round(start) : round(start + longest_s * RATE)] = 0.0
    assert "never open for longer than its debounce" in refused(volts)


@settings(max_examples=25, deadline=None)
@given(
    gain=st.floats(0.08, 3.0),
    offset_v=st.floats(-10, 10),
    rate_hz=st.sampled_from([100.0, 500.0, 1000.0, 1925.93]),
)
def test_gain_offset_and_rate_change_no_edge(gain, offset_v, rate_hz):
    volts = gain * 5 * closed(INTERVALS, DURATION_S, rate_hz) + offset_v
    start, stop, levels = edges(volts, rate_hz)
    np.testing.assert_allclose(start, STARTS, atol=1.01 / rate_hz)
    np.testing.assert_allclose(stop, STARTS + 0.65, atol=1.01 / rate_hz)
    assert levels.open_v == pytest.approx(offset_v, abs=1e-6)
    assert levels.closed_v == pytest.approx(offset_v + gain * 5, abs=1e-6)
