"""Contacts, switches, events and phases of a simulated walk or task."""

import numpy as np
import pytest

from emgkit import sites
from emgkit.simulation import simulate


def _position(rec, times: np.ndarray) -> np.ndarray:
    contacts = rec.truth.contact_s
    return np.interp(times, contacts, 100.0 * np.arange(contacts.size), left=np.nan, right=np.nan)


def _closed(rec) -> dict[str, np.ndarray]:
    return {site: switch.voltage_v > 2.5 for site, switch in rec.switches.items()}


def test_cycles_have_the_duration_and_spread_asked_for():
    contacts = simulate(n_cycles=400, cycle_s=1.3, cycle_sd_s=0.05, rate_hz=500.0).truth.contact_s
    assert contacts.size == 401
    assert np.mean(np.diff(contacts)) == pytest.approx(1.3, abs=0.01)
    assert np.std(np.diff(contacts)) == pytest.approx(0.05, rel=0.15)


def test_edges_lie_where_they_were_asked_for():
    rec = simulate(n_cycles=300, bursts_pct=((20.0, 40.0), (70.0, 115.0)), edge_sd_pct=2.0, rate_hz=500.0)
    onset, offset = _position(rec, rec.truth.onset_s), _position(rec, rec.truth.offset_s)
    for low, high, expected, edges in (
        (0, 50, 20, onset),
        (50, 100, 70, onset),
        (25, 60, 40, offset),
        (0, 25, 15, offset),
    ):
        phase = edges[(edges % 100 >= low) & (edges % 100 < high)] % 100
        assert np.mean(phase) == pytest.approx(expected, abs=0.5)
        assert np.std(phase) == pytest.approx(2.0, rel=0.15)


def test_exact_edges_without_spread():
    rec = simulate(
        bursts_pct=((54.0, 109.0),), edge_sd_pct=0.0, cycle_sd_s=0.0, foot_off_sd_pct=0.0, n_cycles=5
    )
    contacts = rec.truth.contact_s
    np.testing.assert_allclose(rec.truth.onset_s[1:], contacts[:-1] + 0.54 * 1.1)
    np.testing.assert_allclose(rec.truth.offset_s, contacts + 0.09 * 1.1)
    np.testing.assert_allclose(rec.truth.foot_off_s[1:], contacts[:-1] + 0.62 * 1.1)


def test_a_burst_across_the_contact_is_one_burst():
    rec = simulate(n_cycles=12)
    contacts = rec.truth.contact_s
    crossing = (rec.truth.onset_s[:, None] < contacts) & (rec.truth.offset_s[:, None] > contacts)
    assert rec.truth.onset_s.size == 13  # that of the step out of standing, and one in each cycle
    np.testing.assert_array_equal(crossing.sum(axis=1), 1)


def test_bursts_that_meet_are_one():
    rec = simulate(bursts_pct=((0.0, 100.0),), edge_sd_pct=0.0, n_cycles=5)
    assert rec.truth.onset_s.size == 1
    assert rec.truth.onset_s[0] == pytest.approx(1.0)
    assert rec.truth.offset_s[0] == pytest.approx(rec.truth.contact_s[-1])


@pytest.mark.parametrize("pattern", ["typical", "flat_first", "toe_first"])
@pytest.mark.parametrize("rate_hz", [1000.0, 2000.0])
def test_first_closing_is_the_contact_and_last_opening_the_foot_off(pattern, rate_hz):
    rec = simulate(contact_pattern=pattern, rate_hz=rate_hz)
    stands = np.any(list(_closed(rec).values()), axis=0)
    change = np.diff(stands.astype(int))
    made, broken = ((np.flatnonzero(change == sign) + 1) / rate_hz for sign in (1, -1))
    # the first make of each contact to the sample; bounce adds further ones within 4 ms
    first = made[np.searchsorted(made, rec.truth.contact_s - 1e-9)]
    assert np.all((first >= rec.truth.contact_s) & (first < rec.truth.contact_s + 1 / rate_hz + 1e-9))
    first = broken[np.searchsorted(broken, rec.truth.foot_off_s - 1e-9)]
    assert np.all((first >= rec.truth.foot_off_s) & (first < rec.truth.foot_off_s + 1 / rate_hz + 1e-9))
    edges = np.concatenate([rec.truth.contact_s, rec.truth.foot_off_s])
    every = np.concatenate([made, broken])
    late = (every[:, None] - edges).astype(float)
    assert np.all(((late >= 0) & (late <= 0.004 + 1 / rate_hz)).any(axis=1))
    assert stands[0]
    assert stands[-1]


def test_switches_bounce():
    rec = simulate(rate_hz=10_000.0, n_cycles=10)
    for closed in _closed(rec).values():
        made = np.count_nonzero(np.diff(closed.astype(int)) == 1)
        assert 15 < made <= 40  # ten steps, and up to two further makes at either end of each


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("typical", [sites.HEEL, sites.FIFTH_METATARSAL, sites.FIRST_METATARSAL, sites.TOE]),
        ("flat_first", [sites.HEEL, sites.FIFTH_METATARSAL, sites.FIRST_METATARSAL, sites.TOE]),
        ("toe_first", [sites.TOE, sites.FIRST_METATARSAL, sites.FIFTH_METATARSAL, sites.HEEL]),
    ],
)
def test_switches_close_in_the_order_of_their_pattern(pattern, expected):
    rec = simulate(contact_pattern=pattern, n_cycles=4, foot_off_sd_pct=0.0, seed=3)
    at = np.arange(rec.emg_uv.size) / rec.rate_hz
    cycle = (at > rec.truth.contact_s[1] - 0.1) & (at < rec.truth.foot_off_s[2])
    closing = {site: at[cycle & closed][0] for site, closed in _closed(rec).items()}
    if pattern == "flat_first":  # heel and forefoot touch within a few percent of stance
        del closing[sites.TOE]
        assert min(closing, key=closing.get) == sites.HEEL
        assert max(closing.values()) - min(closing.values()) < 0.04
    else:
        assert sorted(closing, key=closing.get) == expected


def test_coded_channel_is_the_sum_of_the_separate_ones():
    levels = {"heel": 0.5, "fifth_metatarsal": 1.0, "first_metatarsal": 2.0, "toe": 4.0}
    separate, coded = simulate(), simulate(switches="coded", levels_v=levels)
    assert list(coded.switches) == [sites.CODED]
    expected = sum(levels[site] * closed for site, closed in _closed(separate).items())
    np.testing.assert_allclose(coded.switches[sites.CODED].voltage_v, expected, atol=0.07)


def test_events_of_both_feet():
    rec = simulate(side="right", n_cycles=9)
    events = rec.events
    own = events[(events.side == "right") & (events.kind == "foot_contact")].time_s
    np.testing.assert_array_equal(own, rec.truth.contact_s)
    own = events[(events.side == "right") & (events.kind == "foot_off")].time_s
    np.testing.assert_array_equal(own, rec.truth.foot_off_s)
    other = events[(events.side == "left") & (events.kind == "foot_contact")].time_s.to_numpy()
    phase = _position(rec, other)
    np.testing.assert_allclose(phase[np.isfinite(phase)] % 100, 50, atol=2.5)
    # one foot is always on the ground in walking
    off = events[(events.side == "left") & (events.kind == "foot_off")].time_s.to_numpy()
    np.testing.assert_array_less(rec.truth.contact_s, off)
    np.testing.assert_array_less(off, other)


def test_standing_before_and_after():
    rec = simulate(bursts_pct=((10.0, 60.0),))
    assert rec.events.time_s.min() > 1.0
    assert rec.events.time_s.max() < rec.duration_s - 0.7
    assert rec.duration_s == int(rec.duration_s)


def test_repetitions():
    rec = simulate(
        activity="repetitions", muscle="FCU", n_cycles=15, cycle_s=2.0, cycle_sd_s=0.1, pause_s=1.5
    )
    start, end = rec.truth.contact_s, rec.truth.foot_off_s
    assert rec.muscle == "flexor_carpi_ulnaris"
    assert rec.label == "FCU_L"
    assert dict(rec.switches) == {}
    assert set(rec.events.kind) == {"repetition_start", "repetition_end"}
    assert start.size == end.size == rec.truth.onset_s.size == 15
    assert np.all((start[1:] - end[:-1] > 1.0) & (start[1:] - end[:-1] < 2.0))
    phase = 100 * (rec.truth.onset_s - start) / (end - start)
    assert np.mean(phase) == pytest.approx(15, abs=1.5)
    assert np.all(rec.truth.offset_s <= end)


def test_without_events_or_switches():
    rec = simulate(events=False, switches="none")
    assert len(rec.events) == 0
    assert dict(rec.switches) == {}
    assert rec.truth.contact_s.size == 21


def test_silent_muscle():
    rec = simulate(bursts_pct=())
    assert rec.truth.onset_s.size == 0
    assert rec.truth.parameters["snr_of_signal_db"] is None
    assert np.std(rec.emg_uv) < 15
