"""Interval arithmetic: against the mask, sample by sample."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from emgkit.detectors import intervals

masks = st.lists(st.booleans(), min_size=0, max_size=80).map(lambda bits: np.array(bits, dtype=bool))
relaxed = settings(deadline=None, max_examples=150)


@relaxed
@given(masks)
def test_mask_round_trip(mask):
    spans = intervals.from_mask(mask)
    assert spans.dtype == np.int64
    assert spans.shape[1] == 2
    np.testing.assert_array_equal(intervals.to_mask(spans, mask.size), mask)
    assert intervals.total(spans) == mask.sum()
    assert (intervals.gaps(spans) > 0).all()


@relaxed
@given(masks, st.integers(0, 12))
def test_close_gaps_fills_exactly_the_short_inner_gaps(mask, min_gap):
    expected = mask.copy()
    inner = intervals.from_mask(~mask)
    for start, stop in inner:  # the definition, spelled out
        if start > 0 and stop < mask.size and stop - start < min_gap:
            expected[start:stop] = True
    closed = intervals.close_gaps(intervals.from_mask(mask), min_gap)
    np.testing.assert_array_equal(intervals.to_mask(closed, mask.size), expected)


@relaxed
@given(masks, st.integers(0, 12))
def test_drop_short_keeps_exactly_the_long_runs(mask, min_length):
    spans = intervals.from_mask(mask)
    kept = intervals.drop_short(spans, min_length)
    assert kept.tolist() == [span for span in spans.tolist() if span[1] - span[0] >= min_length]


@relaxed
@given(masks, masks)
def test_intersect_is_and(first, second):
    n = min(first.size, second.size)
    first, second = first[:n], second[:n]
    both = intervals.intersect(intervals.from_mask(first), intervals.from_mask(second))
    np.testing.assert_array_equal(both, intervals.from_mask(first & second))
    assert both.dtype == np.int64


def test_known_case():
    spans = np.array([[2, 5], [7, 9], [20, 21]])
    assert intervals.close_gaps(spans, 3).tolist() == [[2, 9], [20, 21]]
    assert intervals.close_gaps(spans, 2).tolist() == spans.tolist()
    assert intervals.drop_short(spans, 2).tolist() == [[2, 5], [7, 9]]
    assert intervals.join(spans, [False, True]).tolist() == [[2, 5], [7, 21]]
    assert intervals.total(spans) == 6


@pytest.mark.parametrize("n", [0, 5])
def test_empty_sets(n):
    empty = intervals.from_mask(np.zeros(n, dtype=bool))
    assert empty.shape == (0, 2)
    assert intervals.close_gaps(empty, 3).shape == (0, 2)
    assert intervals.gaps(empty).shape == (0,)
    assert intervals.intersect(empty, np.array([[0, 3]])).shape == (0, 2)
    assert not intervals.to_mask(empty, n).any()


@relaxed
@given(masks)
def test_complement_is_what_the_mask_leaves(mask):
    between = intervals.complement(intervals.from_mask(mask), mask.size)
    np.testing.assert_array_equal(between, intervals.from_mask(~mask))


@relaxed
@given(masks)
def test_sums_and_values_inside(mask):
    values = np.arange(1.0, mask.size + 1)
    spans = intervals.from_mask(mask)
    total = np.concatenate(([0.0], np.cumsum(values)))
    np.testing.assert_array_equal(
        intervals.sums(total, spans), [values[start:stop].sum() for start, stop in spans]
    )
    np.testing.assert_array_equal(intervals.inside(values, spans), values[mask])
