"""Where edges lie: against the definition spelled out with NumPy."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from emgkit.detectors import _edges, intervals


def probabilities(seed):
    """Probability of activity that wanders between off and on, with doubts and plateaus."""
    rng = np.random.default_rng(seed)
    on = np.clip(np.cumsum(rng.normal(0, rng.choice([0.02, 0.1, 0.4]), 400)) + rng.uniform(0, 1), 0, 1)
    return np.round(on, 3) if rng.random() < 0.5 else on


def reached(part, wanted):
    """Places in a stretch at which the highest value so far reaches these parts of the last one."""
    highest = np.concatenate(([0.0], np.maximum.accumulate(part)))
    at = np.searchsorted(highest, wanted * highest[-1])
    return at - 1 + (wanted * highest[-1] - highest[at - 1]) / (highest[at] - highest[at - 1])


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 10**6), st.floats(0.5, 0.999))
def test_edges_are_those_of_the_definition(seed, interval):
    on = probabilities(seed)
    runs = intervals.from_mask(on > 0.5)
    edges = _edges.locate(runs, runs, on, interval, 0.0)
    outer = 0.15 * (1 - interval)
    wanted = np.array([outer, 0.5, interval + outer])
    borders = [0, *runs.ravel(), on.size]
    for i, (start, stop) in enumerate(runs):
        quiet_before, middle, quiet_after = (
            (borders[2 * i + k] + borders[2 * i + k + 1]) // 2 for k in range(3)
        )
        onset = quiet_before + reached(on[quiet_before : middle + 1], wanted)
        offset = quiet_after - reached(on[middle:quiet_after][::-1], wanted)[::-1]
        expected = [[0] * 3 if start == 0 else onset, [on.size] * 3 if stop == on.size else offset]
        np.testing.assert_allclose(edges[i], expected, rtol=0, atol=1e-9)


def test_no_bursts_have_no_edges():
    nothing = np.empty((0, 2), dtype=np.int64)
    assert _edges.locate(nothing, nothing, np.zeros(10), 0.95, 1.0).shape == (0, 2, 3)
