"""What a burst depends on: against cases worked out by hand, and against what must not matter."""

from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from emgkit import tables
from emgkit.detectors import METHODS, Search, detect
from emgkit.detectors.sensitivity import ALTERNATES, SECOND, alternates, assess, compare, judge
from emgkit.found import Detection
from emgkit.model import frozen

RATE = 1000.0
TOLERANCE_S = 0.055


def detection(bursts, half=np.nan, method="hmm", **parameters):
    edges = np.array(bursts, dtype=np.float64).reshape(-1, 2)
    bounds = (frozen(edges[:, k] + sign * half) for k in (0, 1) for sign in (-1, 1))
    return Detection(frozen(edges[:, 0]), frozen(edges[:, 1]), *bounds, method, parameters)


def signal(snr_db=25.0):
    samples = np.random.default_rng(0).normal(0, 5, 10_000)
    time = np.arange(samples.size) / RATE
    samples[(time % 1 >= 0.3) & (time % 1 < 0.6)] *= 10 ** (snr_db / 20)
    return samples


@pytest.mark.parametrize(
    ("other", "holds", "onset_ms", "offset_ms", "further"),
    [
        ([(1.0, 1.5), (2.0, 2.5)], [True, True], [0, 0], [0, 0], 0),
        ([(1.02, 1.49), (2.0, 2.5)], [True, True], [20, 0], [-10, 0], 0),
        ([(1.031, 1.5), (2.0, 2.469)], [False, False], [31, 0], [0, -31], 0),
        ([(2.0, 2.5)], [False, True], [np.nan, 0], [np.nan, 0], 0),
        ([], [False, False], [np.nan] * 2, [np.nan] * 2, 0),
        ([(1.0, 1.2), (1.25, 1.5), (2.0, 2.5)], [True, True], [0, 0], [0, 0], 0),  # a gap of 50 ms
        ([(1.0, 1.2), (1.26, 1.5), (2.0, 2.5)], [False, True], [0, 0], [0, 0], 0),  # of 60 ms
        ([(1.0, 2.5)], [False, False], [0, np.nan], [np.nan, 0], 0),  # runs into its neighbour
        ([(0.2, 0.3), (1.0, 1.5), (1.7, 1.8), (2.0, 2.5), (3, 4)], [True, True], [0, 0], [0, 0], 3),
        ([(0.5, 1.0), (1.5, 1.9)], [False, False], [np.nan] * 2, [np.nan] * 2, 2),  # touching is no overlap
    ],
)
def test_cases_by_hand(other, holds, onset_ms, offset_ms, further):
    found = compare(detection([(1.0, 1.5), (2.0, 2.5)]), detection(other), TOLERANCE_S)
    assert found.holds.tolist() == holds
    np.testing.assert_allclose(1000 * found.onset_shift_s, onset_ms, atol=1e-6)
    np.testing.assert_allclose(1000 * found.offset_shift_s, offset_ms, atol=1e-6)
    assert found.further == further


def test_limits_are_the_interval_and_the_cycle():
    chosen = detection([(1.0, 1.5)], half=0.015)
    for move, holds in ((0.044, True), (0.046, False), (-0.044, True), (-0.046, False)):
        assert compare(chosen, detection([(1 + move, 1.5)]), TOLERANCE_S).holds.tolist() == [holds]
    wide = detection([(1.0, 1.5)], half=0.2)  # an interval that covers the move does not make it small
    for move, holds in ((0.054, True), (0.056, False)):
        assert compare(wide, detection([(1 + move, 1.5)]), TOLERANCE_S).holds.tolist() == [holds]


spans = st.lists(st.floats(0.01, 0.6), min_size=0, max_size=24).map(
    lambda steps: np.cumsum(steps[: len(steps) // 2 * 2]).reshape(-1, 2)
)


@settings(deadline=None, max_examples=150)
@given(spans, spans)
def test_against_the_definition_burst_by_burst(ours, theirs):
    chosen, other = detection(ours), detection(theirs)
    found = compare(chosen, other, TOLERANCE_S)
    for k, (start, stop) in enumerate(ours):
        met = [b for b in theirs if b[0] < stop and b[1] > start]
        if not met:
            assert np.isnan(found.onset_shift_s[k])
            assert np.isnan(found.offset_shift_s[k])
            assert not found.holds[k]
            continue
        back = k > 0 and met[0][0] < ours[k - 1][1]
        on = k + 1 < len(ours) and met[-1][1] > ours[k + 1][0]
        onset, offset = met[0][0] - start, met[-1][1] - stop
        np.testing.assert_allclose(found.onset_shift_s[k], np.nan if back else onset)
        np.testing.assert_allclose(found.offset_shift_s[k], np.nan if on else offset)
        gaps = [b[0] - a[1] for a, b in pairwise(met)]
        near = abs(onset) <= 0.03 and abs(offset) <= 0.03 and max(gaps, default=0) <= TOLERANCE_S
        assert found.holds[k] == (near and not back and not on)
    assert found.further == sum(not any(a < b[1] and z > b[0] for a, z in ours) for b in theirs)


@settings(deadline=None, max_examples=50)
@given(spans, st.floats(-5, 5))
def test_a_detection_holds_in_itself_wherever_it_lies(ours, shift):
    chosen = detection(ours + shift)
    found = compare(chosen, chosen, TOLERANCE_S)
    assert found.holds.all()
    assert not found.onset_shift_s.any()
    assert found.further == 0


def test_largest_move_is_signed_and_a_setting_weighs_more_than_a_detector():
    chosen = detection([(1, 1.5), (2, 2.5), (3, 3.5), (4, 4.5)])
    near = compare(chosen, detection([(1.01, 1.5), (2.01, 2.5), (3, 3.5), (3.9, 4.5)]), TOLERANCE_S)
    far = compare(chosen, detection([(0.98, 1.5), (1.9, 2.5), (4.1, 4.5)]), TOLERANCE_S)
    found = judge([("setting", near), ("detector", far)], 4)
    assert found.robustness == (
        tables.ROBUST,
        tables.BY_DETECTOR,
        tables.BY_DETECTOR,
        tables.BY_SETTING,
    )
    np.testing.assert_allclose(1000 * found.onset_shift_s, [-20, -100, np.nan, -100], atol=1e-6)
    assert not found.onset_shift_s.flags.writeable


def test_nothing_to_compare_with_is_not_determinable():
    found = judge([], 2)
    assert found.robustness == (tables.NOT_DETERMINABLE,) * 2
    assert np.isnan(found.onset_shift_s).all()


def test_every_method_has_alternates_that_it_accepts():
    assert set(ALTERNATES) == set(METHODS)
    for method in METHODS:
        chosen = detection([], method=method, **METHODS[method]().to_dict())
        found = alternates(chosen)
        assert [one.kind for one in found] == ["setting"] * len(ALTERNATES[method]) + ["detector"]
        assert found[-1].method == ("hmm" if method == SECOND else SECOND)
        for one in found:
            METHODS[one.method](**one.changed)


def test_alternates_start_from_what_was_chosen():
    chosen = detect(signal(), RATE, "hmm", band_low_hz=60, min_gap_s=0, onset_rate_hz=50)
    changed = [one.changed for one in alternates(chosen)]
    # no gap to vary, and 200 onsets a second are not accepted
    assert changed == [{"band_low_hz": 100.0}, {}]


def test_clear_bursts_are_robust_and_weak_ones_are_not():
    clear = detect(signal(), RATE)
    found = assess(Search(signal(), RATE), clear, {}, TOLERANCE_S)
    assert set(found.robustness) == {tables.ROBUST}
    assert np.nanmax(np.abs(found.onset_shift_s)) < 0.03
    assert [row["hold"] for row in found.alternates] == [10] * 4
    weak = detect(signal(4), RATE)
    assert set(assess(Search(signal(4), RATE), weak, {}, TOLERANCE_S).robustness) != {tables.ROBUST}


def test_an_alternate_that_cannot_run_is_listed_with_its_reason():
    rate = 300.0
    samples = np.random.default_rng(1).normal(0, 5, 3000)
    samples[1000:1300] *= 15
    found = assess(Search(samples, rate), detect(samples, rate), {}, TOLERANCE_S)
    reasons = [row["not_run"] for row in found.alternates]
    assert "rate is too low" in reasons[0]
    assert reasons[1:] == ["", "", ""]
    assert len(found.robustness) == found.onset_shift_s.size == 1


def test_detections_that_share_steps_are_those_that_share_none():
    samples = signal(3)
    search = Search(samples, RATE)
    chosen = search.detect()
    runs = [(one.method, dict(one.changed)) for one in alternates(chosen)] + [("hmm", {"whitening_s": 0.0})]
    for method, changed in (*runs, ("hmm", {})):
        together, alone = search.detect(method, **changed), detect(samples, RATE, method, **changed)
        for name in ("onset_s", "offset_s", "onset_low_s", "offset_high_s", "probability"):
            np.testing.assert_array_equal(getattr(together, name), getattr(alone, name))
        assert together.parameters == alone.parameters
