"""The two-state chain against the textbook's loop and against closed forms."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.linalg import expm

from emgkit.detectors import _markov


def smooth(llr, transition):
    on, cell = np.empty(llr.size), np.arange(llr.size)
    _markov.smooth(cell, _markov.odds(llr), transition[0, 1], transition[1, 0], on)
    return on


def textbook(llr, transition):
    """Forward-backward as in Rabiner 1989, with matrices."""
    n = llr.size
    emission = np.column_stack((np.ones(n), np.exp(llr)))
    stationary = np.array([transition[1, 0], transition[0, 1]]) / (transition[1, 0] + transition[0, 1])
    forward, backward = np.empty((n, 2)), np.ones((n, 2))
    forward[0] = stationary * emission[0] / (stationary * emission[0]).sum()
    for k in range(1, n):
        forward[k] = emission[k] * (forward[k - 1] @ transition)
        forward[k] /= forward[k].sum()
    for k in range(n - 2, -1, -1):
        backward[k] = transition @ (emission[k + 1] * backward[k + 1])
        backward[k] /= backward[k].sum()
    both = forward * backward
    return both[:, 1] / both.sum(axis=1)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 300), st.integers(0, 10**6), st.floats(0.1, 20), st.floats(0.1, 50))
def test_agrees_with_the_textbook(n, seed, scale, rate):
    llr = np.clip(np.random.default_rng(seed).normal(0, scale, n), -50, 50)
    transition = _markov.transition_matrix(rate, 2 * rate, 0.001)
    np.testing.assert_allclose(smooth(llr, transition), textbook(llr, transition), rtol=1e-6, atol=1e-12)


def test_without_evidence_the_prior_stands():
    on = smooth(np.zeros(500), _markov.transition_matrix(1.0, 3.0, 0.001))
    np.testing.assert_allclose(on, 0.25, rtol=1e-10)


@pytest.mark.parametrize("step_s", [0.0005, 0.001, 0.1, 10.0])
def test_transition_matrix_is_that_of_continuous_time(step_s):
    generator = np.array([[-1.5, 1.5], [4.0, -4.0]])
    np.testing.assert_allclose(
        _markov.transition_matrix(1.5, 4.0, step_s), expm(generator * step_s), rtol=1e-9
    )


def test_extreme_evidence_does_not_overflow():
    llr = np.concatenate((np.full(500, -1e6), np.full(500, 1e6), np.full(500, -1e6)))
    on = smooth(llr, _markov.transition_matrix(1, 1, 0.001))
    np.testing.assert_array_equal(on > 0.5, llr > 0)
