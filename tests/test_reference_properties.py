"""The definitions of the findings on every muscle of the reference, against a count of points on a circle.

What is tested: the reference's own timing is no finding, a pattern that is moved is exactly the finding that
the definition names, and neither depends on where the circle is cut. What is not: whether the reference is
right.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_reference_findings import TOL, found, make, same, terms

from emgkit.reference import Reference, ReferenceSet, ReferenceWindow, find, scaled_pct, shipped

HALF = 0.2
"""Half the width of the interval of each mean edge."""
(PERRY,) = shipped().references
VARIANTS = sorted({(w.muscle, w.variant) for w in PERRY.windows})


def windows_of(muscle, variant):
    return tuple(w for w in PERRY.windows if (w.muscle, w.variant) == (muscle, variant))


def only(windows):
    """Return a reference of these windows alone."""
    return ReferenceSet((replace(PERRY, windows=tuple(windows)),))


def pattern_of(windows, foot_off, move=0.0):
    """Return the bursts of the windows, scaled to the foot-off and moved, each from 0 to below 100 on."""
    pattern = []
    for w in windows:
        on, off = (scaled_pct(edge, foot_off) for edge in (w.onset_pct, w.offset_pct))
        length = (off - on) % 100 or 100.0
        start = (on + move) % 100
        pattern.append((start, start + length))
    return sorted(pattern)


def marked(on, off):
    """Second implementation of an arc: the points of a circle of 20 000 that it covers."""
    circle = np.zeros(20_000, dtype=bool)
    circle[np.arange(round(on * 200), round(off * 200)) % 20_000] = True
    return circle


def shares(window, foot_off, burst):
    """Return how much of the window the burst covers, and how much of it is in the opposite phase."""
    (reference,) = pattern_of([window], foot_off)
    here, there, stance = marked(*burst), marked(*reference), marked(0, foot_off)
    opposite = ~stance if (there & stance).sum() >= (there & ~stance).sum() else stance
    return (here & there).sum() / there.sum(), (here & opposite).sum() / here.sum()


def expected_edges(window, move):
    """Return the terms of onset and offset of a burst that is moved, as the vocabulary defines them."""
    if abs(move) <= TOL:
        return ["within tolerance"] * 2
    if move < 0:
        return ["not determinable" if window.onset_pct == 0 else "premature", "curtailed"]
    return ["delayed", "not determinable" if window.offset_pct == 100 else "prolonged"]


@pytest.mark.parametrize(("muscle", "variant"), VARIANTS)
@pytest.mark.parametrize("foot_off", [45.0, 75.0])
def test_the_reference_s_own_timing_is_no_finding(muscle, variant, foot_off):
    pattern = pattern_of(windows_of(muscle, variant), foot_off)
    frame = found(muscle, same(pattern, 5), foot_off=foot_off, half=HALF)
    assert set(terms(frame)) == {"within tolerance"}
    assert len(frame) >= 2
    np.testing.assert_allclose(frame["value"], 0, atol=1e-9)
    assert (frame["n_cycles"] == 5).all()


def on_a_limit(window, move, foot_off):
    """Tell whether a burst that is moved lies so near to a limit that points do not decide."""
    (burst,) = pattern_of([window], foot_off, move)
    covered, opposite = shares(window, foot_off, burst)
    length = (burst[1] - burst[0]) / 100
    near_phase = min(abs(covered - 0.2) * length, abs(opposite - 0.5) * length) <= 0.001
    barely = 0 < covered * length <= 0.001
    return length >= 0.9 or near_phase or barely or TOL - 0.05 < abs(move) < TOL + HALF + 0.05


def holds_when_moved(window, move, foot_off):
    """Compare a burst that is moved with what the definitions name."""
    (burst,) = pattern_of([window], foot_off, move)
    covered, opposite = shares(window, foot_off, burst)
    reference = only([window])
    frame = found(window.muscle, same([burst], 5), foot_off=foot_off, half=HALF, reference=reference)
    if opposite >= 0.5 and covered < 0.2:
        expected = ["out of phase"]
    elif covered == 0:
        expected = ["outside the reference"]
    else:
        expected = expected_edges(window, move)
        np.testing.assert_allclose(frame["value"], move, atol=1e-9)
    assert terms(frame) == expected + (["not detected"] if covered == 0 else [])


SINGLE = [w for w in PERRY.windows if len(windows_of(w.muscle, w.variant)) == 1]


@pytest.mark.parametrize("window", SINGLE, ids=lambda w: f"{w.muscle}-{w.variant}")
def test_a_pattern_that_is_moved_about_the_tolerance_is_the_finding_that_the_definition_names(window):
    for move in (-TOL - 0.3, -TOL + 0.1, TOL - 0.1, TOL + 0.3):
        assert not on_a_limit(window, move, 61.0)
        holds_when_moved(window, move, 61.0)


@given(window=st.sampled_from(SINGLE), move=st.floats(-49, 49), foot_off=st.floats(40, 80))
@settings(deadline=None, max_examples=60)
def test_a_pattern_that_is_moved_anywhere_is_the_finding_that_the_definition_names(window, move, foot_off):
    assume(not on_a_limit(window, move, foot_off))
    holds_when_moved(window, move, foot_off)


@given(move=st.floats(-8, 8), foot_off=st.floats(50, 75))
@settings(deadline=None, max_examples=30)
def test_two_bursts_that_are_moved_are_each_compared_with_their_own_window(move, foot_off):
    assume(abs(abs(move) - TOL) > 0.05 and not TOL < abs(move) < TOL + HALF + 0.05)
    windows = windows_of("tibialis_posterior", "usual")
    frame = found(
        "tibialis_posterior",
        same(pattern_of(windows, foot_off, move)),
        foot_off=foot_off,
        half=HALF,
        reference=only(windows),
    )
    edges = [expected_edges(w, move) for w in windows]
    # moved before the contact, the burst of the first window is the second of the cycle
    assert sorted(terms(frame)) == sorted(edges[0] + edges[1])


@given(
    muscle=st.sampled_from(sorted({m for m, v in VARIANTS if v == "alternate"})),
    onset=st.floats(0, 99.9),
    length=st.floats(4, 70),
    foot_off=st.floats(45, 75),
)
@settings(deadline=None, max_examples=25)
def test_a_finding_differs_from_the_usual_pattern_and_from_every_alternate(muscle, onset, length, foot_off):
    def said(reference):
        return found(
            muscle, same([(onset, onset + length)]), foot_off=foot_off, half=HALF, reference=reference
        )

    by_variant = [said(only(windows_of(muscle, v))) for m, v in VARIANTS if m == muscle]
    both = said(shipped())
    for edge in ("Onset", "Offset"):
        rows = [frame[frame["statement"].str.startswith(edge)] for frame in by_variant]
        together = both[both["statement"].str.startswith(edge)]
        beyond = {"premature", "delayed", "prolonged", "curtailed"}
        if set(together["term"]) & beyond:
            values = np.concatenate([row["value"] for row in rows if len(row)])
            assert (np.abs(values) > TOL).all()
            assert len(set(np.sign(values))) == 1, "early by one pattern and late by the other"
        if any(set(row["term"]) == {"within tolerance"} for row in rows) and len(together):
            assert set(together["term"]) == {"within tolerance"}


PATTERNS = st.lists(st.tuples(st.floats(0, 99.9), st.floats(0.5, 60)), min_size=1, max_size=3)


@given(
    st.sampled_from(VARIANTS), PATTERNS, st.floats(35, 80), st.floats(0.1, 4), st.sampled_from([3.0, 5.0, 12])
)
@settings(deadline=None, max_examples=50)
def test_early_and_late_exclude_each_other_for_every_burst(variant, bursts, foot_off, half, tolerance):
    pattern = sorted((on, on + length) for on, length in bursts)
    frame = found(variant[0], same(pattern), foot_off=foot_off, half=half, tolerance=tolerance)
    for number in range(1, len(pattern) + 1):
        for edge, excluding in (
            ("Onset", {"premature", "delayed"}),
            ("Offset", {"prolonged", "curtailed"}),
        ):
            said = frame[frame["statement"].str.startswith(f"{edge} of burst {number} ")]
            assert len(said) <= 1
            assert set(said["term"]) <= excluding | {"within tolerance", "undecided", "not determinable"}
    assert (frame["value"][frame["term"].isin(["premature", "curtailed"])] < -tolerance).all()
    assert (frame["value"][frame["term"].isin(["delayed", "prolonged"])] > tolerance).all()
    assert (frame["unit"].eq("none") == frame["value"].isna()).all()


def a_reference(on, off):
    window = ReferenceWindow("soleus", "usual", 1, on % 100, off % 100, "a test", "made up")
    return ReferenceSet((Reference("test", "1", "none", "made up", (window,), "test.csv", "0" * 64),))


@given(
    st.floats(5, 90),
    st.floats(8, 60),
    st.floats(-15, 15),
    st.floats(-15, 15),
    st.floats(1, 98),
    st.floats(1, 9),
)
@settings(deadline=None, max_examples=30)
def test_neither_term_nor_value_depends_on_where_the_circle_is_cut(on, length, early, late, turn, tolerance):
    """Burst and window are turned together; both keep most of the window, so no phase rule applies."""
    assume(length + late - early > 0.5 * length and length + min(late, 0) - max(early, 0) > 0.25 * length)
    for edge in (on, on + length, on + turn, on + length + turn):
        assume(0.01 < edge % 100 < 99.99)  # at 0 and 100 the reference would give no edge
    frames = []
    for by in (0.0, turn):
        start = (on + by + early) % 100
        frames.append(
            found(
                "soleus",
                same([(start, start + length + late - early)]),
                half=HALF,
                tolerance=tolerance,
                reference=a_reference(on + by, on + length + by),
            )
        )
    near = [abs(abs(d) - t) < 1e-6 for d in (early, late) for t in (tolerance, tolerance + HALF)]
    assume(not any(near))
    assert terms(frames[0]) == terms(frames[1])
    np.testing.assert_allclose(frames[0]["value"], frames[1]["value"], atol=1e-6)
    np.testing.assert_allclose(frames[0]["value"], [early, late], atol=1e-6)


@given(st.floats(90, 100), st.integers(5, 20), st.data())
@settings(deadline=None, max_examples=25)
def test_continuous_takes_ninety_percent_of_the_cycle_in_eighty_percent_of_the_cycles(active, n, data):
    muscle, _ = data.draw(st.sampled_from(VARIANTS))
    n_full = data.draw(st.integers(0, n))
    pattern = [[(0.0, active)]] * n_full + [[(0.0, 30.0)]] * (n - n_full)
    said = terms(found(muscle, pattern))
    assert (said == ["continuous"]) == (100 * n_full >= 80 * n)


def test_a_reference_that_is_itself_on_all_the_time_makes_no_continuous_finding():
    window = ReferenceWindow("soleus", "usual", 1, 0.0, 100.0, "a test", "made up")
    reference = ReferenceSet((Reference("test", "1", "none", "s", (window,), "test.csv", "0" * 64),))
    assert set(terms(found("soleus", same([(0, 99)]), reference=reference))) == {"within tolerance"}


@pytest.mark.parametrize(("credible", "expected"), [(False, "not detected"), (True, "absent")])
def test_absent_takes_a_credible_maximum_test(credible, expected):
    for n_silent, said in ((8, expected), (7, "not determinable")):
        tables = make([[]] * n_silent + [[(3, 52)]] * (10 - n_silent))
        frame = find(*tables, "soleus", TOL, maximum_credible=credible)
        assert terms(frame) == [said]
        if n_silent == 8:
            assert (frame["n_cycles"][0], frame["of_cycles"][0]) == (8, 10)
            assert frame["rule"][0] == ("timing.absent" if credible else "timing.not_detected")
