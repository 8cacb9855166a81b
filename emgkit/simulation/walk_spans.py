"""Arithmetic of spans of time, arrays of shape (n, 2) in seconds, in order and apart."""

from __future__ import annotations

import numpy as np

from emgkit.model import BoolArray, FloatArray

EMPTY: FloatArray = np.zeros((0, 2))


def union(spans: FloatArray) -> FloatArray:
    """Return spans in order; those that meet are one."""
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    reach = np.maximum.accumulate(spans[:, 1])
    apart = spans[1:, 0] > reach[:-1]
    head, tail = np.append(True, apart)[: len(spans)], np.append(apart, True)[: len(spans)]
    return np.column_stack([spans[head, 0], reach[tail]])


def without(spans: FloatArray, holes: FloatArray) -> FloatArray:
    """Return what of `spans` lies in none of the `holes`."""
    return _outside(union(np.concatenate([_outside(spans), holes])))


def _outside(spans: FloatArray) -> FloatArray:
    edges = np.concatenate([[-np.inf], spans.ravel(), [np.inf]]).reshape(-1, 2)
    return edges[edges[:, 1] > edges[:, 0]]


def holds(spans: FloatArray, time_s: FloatArray | float) -> BoolArray:
    """Tell which times lie in one of the spans, [start, stop)."""
    before = np.searchsorted(spans[:, 0], time_s, side="right")
    after = np.searchsorted(spans[:, 1], time_s, side="right")
    return np.asarray(before > after)


def inside(spans: FloatArray, end_s: float) -> FloatArray:
    """Return the spans that reach into the time from 0 to `end_s`; they are not cut."""
    return spans[(spans[:, 1] > 0) & (spans[:, 0] < end_s)]
