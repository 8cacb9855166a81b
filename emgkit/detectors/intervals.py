"""Arithmetic on half-open intervals [start, stop) of the sample axis.

A set of intervals is an int64 array of shape (n, 2), sorted, not empty and not touching each other; that is
what `from_mask` gives and what every function here returns.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from emgkit.masks import filled
from emgkit.model import BoolArray, FloatArray, IntArray


def from_mask(mask: npt.ArrayLike) -> IntArray:
    """Return the runs of True in `mask` (shape (n_samples,)) as intervals."""
    padded = np.concatenate(([False], np.asarray(mask, dtype=np.bool_), [False]))
    return np.flatnonzero(padded[1:] != padded[:-1]).astype(np.int64).reshape(-1, 2)


def to_mask(intervals: IntArray, n_samples: int) -> BoolArray:
    """Return an array of shape (n_samples,) that is True inside the intervals."""
    start, stop = np.clip(intervals, 0, n_samples).T
    return filled(start, stop, n_samples)


def total(intervals: IntArray) -> int:
    """Return the number of samples inside the intervals."""
    return int((intervals[:, 1] - intervals[:, 0]).sum())


def complement(intervals: IntArray, n_samples: int) -> IntArray:
    """Return what lies between the intervals, and before and after them."""
    borders = np.concatenate(([0], intervals.ravel(), [n_samples])).reshape(-1, 2)
    return borders[borders[:, 1] > borders[:, 0]]


def inside(values: FloatArray, intervals: IntArray) -> FloatArray:
    """Return the values inside the intervals, one after the other; of one interval, a view."""
    parts = [values[start:stop] for start, stop in intervals]
    return parts[0] if len(parts) == 1 else np.concatenate((values[:0], *parts))


def sums(total: FloatArray, intervals: IntArray) -> FloatArray:
    """Return the sum inside each interval, from the sums up to each sample, `total` of shape (n + 1,)."""
    return np.asarray(total[intervals[:, 1]] - total[intervals[:, 0]])


def gaps(intervals: IntArray) -> IntArray:
    """Return the lengths of the gaps between neighbours, shape (n - 1,) or (0,)."""
    return intervals[1:, 0] - intervals[:-1, 1]


def join(intervals: IntArray, closed: npt.ArrayLike) -> IntArray:
    """Join neighbours across each gap for which `closed` (shape (n - 1,)) is True."""
    if len(intervals) == 0:
        return intervals.copy()
    open_ = ~np.asarray(closed, dtype=np.bool_)
    starts = intervals[np.concatenate(([True], open_)), 0]
    stops = intervals[np.concatenate((open_, [True])), 1]
    return np.column_stack((starts, stops))


def close_gaps(intervals: IntArray, min_gap: float) -> IntArray:
    """Join neighbours that are less than `min_gap` samples apart."""
    return join(intervals, gaps(intervals) < min_gap)


def drop_short(intervals: IntArray, min_length: float) -> IntArray:
    """Leave out intervals shorter than `min_length` samples."""
    return intervals[intervals[:, 1] - intervals[:, 0] >= min_length]


def intersect(first: IntArray, second: IntArray) -> IntArray:
    """Return what lies in both sets."""
    if len(first) == 0 or len(second) == 0:
        return np.empty((0, 2), dtype=np.int64)
    # each interval of `first` meets a run of neighbours in `second`: those that end after it starts ...
    begin = np.searchsorted(second[:, 1], first[:, 0], side="right")
    end = np.searchsorted(second[:, 0], first[:, 1], side="left")  # ... and start before it ends
    count = np.maximum(end - begin, 0)
    left = np.repeat(np.arange(len(first)), count)
    right = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(begin, count)
    starts = np.maximum(first[left, 0], second[right, 0])
    stops = np.minimum(first[left, 1], second[right, 1])
    return np.column_stack((starts, stops))
