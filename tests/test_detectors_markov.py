"""The chain without a loop over samples, against the textbook's loop and against closed forms."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from scipy.linalg import expm

from emgkit.detectors import _markov


def textbook(llr, transition):
    """Forward-backward as in Rabiner 1989, one sample at a time."""
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
    on = both[:, 1] / both.sum(axis=1)
    turn = np.zeros((n, 2, 2))
    for k in range(1, n):
        turn[k] = forward[k - 1][:, None] * transition * (emission[k] * backward[k])[None]
        turn[k] /= turn[k].sum()
    return on, turn[:, 0, 1], turn[:, 1, 0]


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 300), st.integers(0, 10**6), st.floats(0.1, 20), st.floats(0.1, 50))
def test_agrees_with_the_textbook(n, seed, scale, rate):
    llr = np.clip(np.random.default_rng(seed).normal(0, scale, n), -50, 50)
    transition = _markov.transition_matrix(rate, 2 * rate, 0.001)
    for ours, theirs in zip(_markov.smooth(llr, transition), textbook(llr, transition), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-12)


def test_without_evidence_the_prior_stands():
    on, turn_on, turn_off = _markov.smooth(np.zeros(500), _markov.transition_matrix(1.0, 3.0, 0.001))
    np.testing.assert_allclose(on, 0.25, rtol=1e-10)
    np.testing.assert_allclose(turn_on[1:], turn_off[1:], rtol=1e-9)  # as many onsets as offsets


def test_probabilities_add_up():
    llr = np.random.default_rng(3).normal(-0.2, 1.5, 4000)
    on, turn_on, turn_off = _markov.smooth(llr, _markov.transition_matrix(2, 2, 0.001))
    # what is on now was on before or has just turned on
    np.testing.assert_allclose(np.diff(on), turn_on[1:] - turn_off[1:], atol=1e-12)


@pytest.mark.parametrize("step_s", [0.0005, 0.001, 0.1, 10.0])
def test_transition_matrix_is_that_of_continuous_time(step_s):
    generator = np.array([[-1.5, 1.5], [4.0, -4.0]])
    np.testing.assert_allclose(
        _markov.transition_matrix(1.5, 4.0, step_s), expm(generator * step_s), rtol=1e-9
    )


def test_extreme_evidence_does_not_overflow():
    llr = np.concatenate((np.full(500, -1e6), np.full(500, 1e6), np.full(500, -1e6)))
    on, turn_on, turn_off = _markov.smooth(llr, _markov.transition_matrix(1, 1, 0.001))
    np.testing.assert_array_equal(on > 0.5, llr > 0)
    assert turn_on.argmax() == 500
    assert turn_off.argmax() == 1000
    assert turn_on[500] == pytest.approx(1)
