"""Random walks: the truth is in order, agrees with itself, and the voltages show it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emgkit import sites
from emgkit.errors import InputError
from emgkit.simulation import WALKS, random_walk
from emgkit.simulation.walk_plan import CLEAR_S, DRAG_S
from emgkit.simulation.walk_score import compare
from emgkit.simulation.walk_spans import holds, union, without
from emgkit.simulation.walk_strides import LEAST_STANCE_S, LEAST_SWING_S, STRIDE_LIMITS_S

EPS = 1e-9
KINDS = list(WALKS)
HARD = [k for k in KINDS if WALKS[k].decodable and WALKS[k].wiring.rise_s is None]
WORST_BOUNCE_S = 0.015


def stances(plan, duration_s):
    """Stances as spans; the first and the last may be cut by the recording."""
    contact, off = plan.contact_s, plan.foot_off_s
    if off.size and (contact.size == 0 or off[0] < contact[0]):
        contact = np.append(0.0, contact)
    if contact.size > off.size:
        off = np.append(off, duration_s)
    return np.column_stack([contact, off])


def both(walk):
    return [walk.foot, walk.opposite]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_contacts_and_foot_offs_alternate_with_possible_stances_and_swings(kind, seed):
    walk = random_walk(kind, seed=seed, opposite=True)
    for foot in both(walk):
        plan = foot.plan
        time = np.concatenate([plan.contact_s, plan.foot_off_s])
        is_contact = np.append(np.ones(plan.contact_s.size), np.zeros(plan.foot_off_s.size))
        order = np.argsort(time)
        length, is_contact = np.diff(time[order]), is_contact[order]
        assert np.all(np.diff(is_contact) != 0)
        assert np.all(length[is_contact[:-1] == 0] >= LEAST_SWING_S - EPS)
        # a stance is that of the switches that work: a heel or toe that is missing shortens it
        assert np.all(length[is_contact[:-1] == 1] >= 0.5 * LEAST_STANCE_S)
        assert time.min() >= CLEAR_S - EPS
        assert time.max() <= walk.duration_s - CLEAR_S + EPS
        assert plan.contact_s.size >= 2


@pytest.mark.parametrize("kind", KINDS)
def test_a_contact_is_the_first_closing_and_a_foot_off_the_last_opening_of_a_working_switch(kind):
    walk = random_walk(kind, seed=3, opposite=True)
    for foot in both(walk):
        plan = foot.plan
        spans = np.concatenate([plan.closed_s[site] for site in foot.working])
        assert np.all(np.isin(plan.contact_s, spans[:, 0]))
        assert np.all(np.isin(plan.foot_off_s, spans[:, 1]))
        stance = stances(plan, walk.duration_s)
        swing = np.column_stack([stance[:-1, 1], stance[1:, 0]])
        middle = spans.mean(axis=1)
        in_swing = spans[holds(swing, middle)]
        # in swing, nothing closes but drags
        np.testing.assert_allclose(in_swing[np.argsort(in_swing[:, 0])], plan.drag_s)
        ground = union(np.concatenate([spans[~holds(swing, middle)]]))
        gap = ground[1:, 0] - ground[:-1, 1]
        # openings of all switches are swings, or too short to be one
        np.testing.assert_allclose(np.sort(gap[gap > 0.06]), np.sort(swing[:, 1] - swing[:, 0]))


@pytest.mark.parametrize("kind", KINDS)
def test_states_tile_the_recording_and_swing_is_what_lies_between_the_stances(kind):
    walk = random_walk(kind, seed=4, opposite=True)
    for foot in both(walk):
        plan = foot.plan
        assert plan.state_s.size == len(plan.states) + 1
        assert (plan.state_s[0], plan.state_s[-1]) == (0.0, walk.duration_s)
        assert np.all(np.diff(plan.state_s) > 0)
        letters = np.array(list(plan.states))
        assert np.all(letters[1:] != letters[:-1])
        assert set(plan.states) <= set("HFPS")
        begins, ends = plan.state_s[:-1][letters == "S"], plan.state_s[1:][letters == "S"]
        np.testing.assert_array_equal(ends[ends < walk.duration_s], plan.contact_s)
        np.testing.assert_array_equal(begins[begins > 0], plan.foot_off_s)
        for letter, heel, forefoot in (("H", True, False), ("F", True, True)):
            middle = (plan.state_s[1:] + plan.state_s[:-1])[letters == letter] / 2
            own = {site: holds(plan.closed_s[site], middle) for site in foot.working}
            assert np.all(own.get(sites.HEEL, False) == np.full(middle.size, heel))
            any_forefoot = np.any([own[s] for s in own if s != sites.HEEL], axis=0)
            assert np.all(any_forefoot == forefoot)


def test_free_walking_goes_through_its_states_in_order():
    states = random_walk("free", seed=1).foot.plan.states
    assert "HFPSHFPSHFPSHFPS" in states
    toe = random_walk("toe_walking", seed=1).foot.plan.states
    assert "SH" not in toe
    assert "SP" in toe


@pytest.mark.parametrize("kind", HARD)
def test_the_voltage_shows_the_stances(kind):
    """Read with the wiring known: closed in the stances but for chatter, open in the swings but for drags."""
    walk = random_walk(kind, seed=6)
    plan, foot = walk.foot.plan, walk.foot
    volts = {s: w.voltage_v for s, w in foot.switches.items() if s not in foot.faults}
    time = np.arange(next(iter(volts.values())).size) / walk.rate_hz
    assert time.size == round(walk.duration_s * walk.rate_hz)
    spans = {s: np.quantile(v, [0.01, 0.99]) for s, v in volts.items()}
    # the smallest step of a ladder is 0.25 V; a heel may hardly ever close, so all go by the widest channel
    half = 0.13 if sites.CODED in volts else max(np.ptp(span) for span in spans.values()) / 2
    closed = np.any([v > spans[s][0] + half for s, v in volts.items()], axis=0)
    stance = stances(plan, walk.duration_s)
    room = 2 / walk.rate_hz
    swing = np.column_stack([stance[:-1, 1] + room, stance[1:, 0] - room])
    drags = plan.drag_s + np.array([-room, room])
    in_swing = holds(swing, time) & ~holds(drags, time)
    # noise reaches half of a step once in a long while
    assert np.mean(closed[in_swing]) < 1e-3
    firm = stance + np.array([1, -1]) * (WORST_BOUNCE_S + room)
    in_stance = holds(firm[firm[:, 1] > firm[:, 0]], time)
    assert np.mean(~closed[in_stance]) < 0.01  # dropouts and rockers between heel rise and toe
    first = np.array([time[np.argmax(closed & (time >= c - EPS))] for c in plan.contact_s]) - plan.contact_s
    assert np.quantile(first, 0.9) < 0.008 + room
    assert np.all(first >= -EPS)


def test_a_closing_chatters_in_its_first_15_ms_only_and_every_one_does():
    walk = random_walk("bounce", seed=5)
    toggles = 0
    for site, switch in walk.foot.switches.items():
        closed = switch.voltage_v > switch.voltage_v.max() / 2
        at = (np.flatnonzero(np.diff(closed)) + 1) / walk.rate_hz
        spans = walk.foot.plan.closed_s[site]
        since = at[:, None] - spans[:, 0]
        before = spans[:, 1] - at[:, None]
        room = 1 / walk.rate_hz
        near = ((since >= 0) & (since <= WORST_BOUNCE_S + room)) | (
            (before >= -room) & (before <= WORST_BOUNCE_S + room)
        )
        assert near.any(axis=1).all()
        toggles += at.size
    edges = 2 * sum(spans.shape[0] for spans in walk.foot.plan.closed_s.values())
    assert toggles > 2 * edges


def test_a_force_cell_leaves_its_level_at_the_contact_and_rises_within_30_ms():
    walk = random_walk("force_cells", seed=8)
    heights = {10: [], 30: []}
    for site, switch in walk.foot.switches.items():
        low, high = np.quantile(switch.voltage_v, [0.02, 0.98])
        part = (switch.voltage_v - low) / (high - low)
        start, stop = walk.foot.plan.closed_s[site].T
        start = start[(start > 0.05) & (stop - start > 0.1)]
        for ms, found in heights.items():
            found += part[np.ceil((start + ms / 1000) * walk.rate_hz).astype(int)].tolist()
        before = part[np.floor((start - 0.002) * walk.rate_hz).astype(int)]
        assert np.abs(before).max() < 0.12
    assert 0.2 < np.median(heights[10]) < 0.8
    assert np.min(heights[30]) > 0.88


def test_a_sagging_cell_differs_from_stance_to_stance_and_is_lower_in_the_middle_of_most():
    walk = random_walk("sagging_cells", seed=1)
    switch = walk.foot.switches[sites.FIRST_METATARSAL]
    start, stop = walk.foot.plan.closed_s[sites.FIRST_METATARSAL].T
    whole = (start > 0) & (stop < walk.duration_s) & (stop - start > 0.2)
    middle, shoulder = (
        switch.voltage_v[((start + part * (stop - start))[whole] * walk.rate_hz).astype(int)]
        for part in (0.5, 0.15)
    )
    assert np.mean(middle < shoulder) > 0.7
    assert np.ptp(shoulder) > 0.15 * shoulder.max()
    assert middle.min() > 0.4 * shoulder.max()


def test_coded_levels_are_sums_of_the_ladder():
    walk = random_walk("coded", seed=2)
    volts = np.array(list(walk.foot.levels_v.values()))
    assert 2 <= volts.size <= 4
    sums = np.sort(((np.arange(2**volts.size)[:, None] >> np.arange(volts.size)) & 1) @ volts)
    assert np.diff(sums).min() >= 0.25 - EPS
    plan, channel = walk.foot.plan, walk.foot.switches[sites.CODED]
    edges = np.sort(np.concatenate([plan.closed_s[site].ravel() for site in walk.foot.working]))
    long = np.diff(edges) > 0.02
    middle = ((edges[1:] + edges[:-1]) / 2)[long]
    middle = middle[(middle > 0) & (middle < walk.duration_s)]
    true = sum(walk.foot.levels_v[site] * holds(plan.closed_s[site], middle) for site in walk.foot.working)
    measured = channel.voltage_v[(middle * walk.rate_hz).astype(int)]
    assert np.abs(measured - true).max() < 0.3 * volts.min()
    assert random_walk("coded_unknown", seed=2).foot.levels_v is None


def test_faults_are_what_they_are_called():
    for seed in range(8):
        for site, fault in (walk := random_walk("missing", seed=seed)).foot.faults.items():
            assert site not in walk.foot.working
            assert (fault == "not_wired") == (site not in walk.foot.switches)
            if fault != "not_wired":
                assert np.std(walk.foot.switches[site].voltage_v) < 0.1
                level = walk.foot.switches[site].voltage_v.mean()
                assert level < 0.3 if fault == "dead" else level > 2.5
        assert 2 <= len(walk.foot.working) <= 3
    assert all(f == "inverted" for f in random_walk("all_inverted", seed=1).foot.faults.values())
    true, given_v = random_walk("coded", seed=1).foot, random_walk("coded_off_ladder", seed=1).foot
    assert given_v.faults == {sites.CODED: "off_ladder"}
    assert not true.faults


def test_an_inverted_channel_is_the_mirror_of_a_right_one():
    walk = random_walk("joined_inverted", seed=3)
    volts = walk.foot.switches[sites.CONTACT].voltage_v
    time = np.arange(volts.size) / walk.rate_hz
    letters = np.array(list(walk.foot.plan.states))
    swing = np.column_stack([walk.foot.plan.state_s[:-1], walk.foot.plan.state_s[1:]])[letters == "S"]
    in_swing = holds(swing, time)
    assert np.median(volts[in_swing]) > np.median(volts[~in_swing]) + 2.5


def test_pauses_are_stood_with_shifts_of_weight_and_the_foot_stays_on_the_ground():
    shifted = 0
    for seed in range(5):
        walk = random_walk("pauses", seed=seed)
        stance = stances(walk.foot.plan, walk.duration_s)
        standing = stance[np.ptp(stance, axis=1) > 2.5]
        for begin, end in standing:
            toggles = [
                np.count_nonzero((spans > begin) & (spans < end))
                for spans in walk.foot.plan.closed_s.values()
            ]
            shifted += max(toggles) > 3
        edges = np.diff(union(np.concatenate(list(walk.foot.plan.closed_s.values()))), axis=1)
        assert edges.max() > 1.0
    assert shifted > 0


def test_drags_are_short_lie_in_swing_and_away_from_the_stances():
    drags = 0
    for seed in range(4):
        plan = random_walk("shuffling", seed=seed).foot.plan
        moments = np.concatenate([plan.contact_s, plan.foot_off_s])
        for start, stop in plan.drag_s:
            assert DRAG_S[0] - EPS <= stop - start <= DRAG_S[1] + EPS
            assert np.abs(moments - start).min() >= CLEAR_S - EPS
            assert np.abs(moments - stop).min() >= CLEAR_S - EPS
            assert plan.states[np.searchsorted(plan.state_s, start, side="right") - 1] == "S"
        drags += len(plan.drag_s)
    assert drags > 10


@pytest.mark.parametrize("kind", ["free", "slow", "shuffling", "turns"])
def test_in_walking_one_foot_is_always_on_the_ground(kind):
    walk = random_walk(kind, seed=9, opposite=True)
    ground = union(np.concatenate([stances(foot.plan, walk.duration_s) for foot in both(walk)]))
    assert ground[0, 0] == 0
    assert ground[-1, 1] == walk.duration_s
    assert len(ground) == 1


def test_strides_last_from_0_4_to_3_s():
    running = np.concatenate([np.diff(random_walk("fast", seed=s).foot.plan.contact_s) for s in range(12)])
    slow = np.concatenate([np.diff(random_walk("slow", seed=s).foot.plan.contact_s) for s in range(12)])
    assert STRIDE_LIMITS_S[0] - 0.03 < running.min() < 0.5
    assert slow.max() > 2.5


def test_same_seed_same_walk_and_the_other_foot_changes_nothing():
    one, twin = random_walk("mixed", seed=5), random_walk("mixed", seed=5, opposite=True)
    other = random_walk("mixed", seed=6)
    assert one.opposite is None
    np.testing.assert_array_equal(one.foot.plan.contact_s, twin.foot.plan.contact_s)
    assert one.foot.plan.states == twin.foot.plan.states
    for site, switch in one.foot.switches.items():
        np.testing.assert_array_equal(switch.voltage_v, twin.foot.switches[site].voltage_v)
    assert not np.array_equal(one.foot.plan.contact_s, other.foot.plan.contact_s)
    assert not np.array_equal(one.foot.plan.contact_s, twin.opposite.plan.contact_s)


@pytest.mark.parametrize(
    ("kind", "seed", "word"),
    [("moonwalk", 0, "kind"), (3, 0, "kind"), ("free", -1, "seed"), ("free", 1.5, "seed")],
)
def test_no_such_kind_or_seed(kind, seed, word):
    with pytest.raises(InputError, match=f"(?i){word}"):
        random_walk(kind, seed=seed)


@given(
    steps=st.lists(st.floats(0.2, 3), min_size=1, max_size=30),
    shifts=st.lists(st.floats(-0.04, 0.04), min_size=30, max_size=30),
    missed=st.sets(st.integers(0, 29)),
)
def test_score_of_shifted_missed_and_invented_moments(steps, shifts, missed):
    true = np.cumsum(steps)
    shift = np.array(shifts)[: true.size]
    lost = np.array([i for i in missed if i < true.size], dtype=int)
    kept = np.delete(np.arange(true.size), lost)
    score = compare((true + shift)[kept], true)
    np.testing.assert_allclose(score.error_s[kept], shift[kept], atol=1e-9)
    assert np.isnan(score.error_s[lost]).all()
    assert score.invented_s.size == 0
    assert score.within(0.02) == np.count_nonzero(np.abs((true + shift) - true)[kept] <= 0.02)
    more = np.concatenate([(true + shift)[kept], true[:-1] + np.diff(true) / 2, [true[-1] + 9]])
    again = compare(np.sort(more), true)
    assert again.invented_s.size == true.size
    assert again.within(0.05) == kept.size


def test_score_without_moments():
    none = np.zeros(0)
    assert compare(none, np.array([1.0])).within(1.0) == 0
    assert compare(np.array([1.0]), none).invented_s.tolist() == [1.0]
    double = compare(np.array([1.0, 1.01]), np.array([1.001]))
    assert (double.within(0.01), double.invented_s.tolist()) == (1, [1.01])


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)), max_size=12),
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 15)), max_size=12),
)
def test_spans_are_as_masks_are(one, other):
    def mask(pairs):
        marked = np.zeros(80, dtype=bool)
        for start, length in pairs:
            marked[start : start + length] = True
        return marked

    spans, holes = (
        np.array([[a, a + n] for a, n in pairs], dtype=float).reshape(-1, 2) for pairs in (one, other)
    )
    time = np.arange(80.0)
    np.testing.assert_array_equal(holds(union(spans), time), mask(one))
    np.testing.assert_array_equal(holds(without(union(spans), union(holes)), time), mask(one) & ~mask(other))
