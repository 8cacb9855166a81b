"""The chain of levels: against the textbook's loop with the whole transition matrix, and closed forms."""

import hypothesis.strategies as st
import numpy as np
from hypothesis import given, settings

from emgkit.detectors import _activity, _chain, _edges, _levels


def rates(n_levels=3, n_quiet=2, **changes):
    even = np.full(n_levels, 1 / n_levels)
    given = {
        "onset_hz": 1.0,
        "offset_hz": np.linspace(0.5, 3.0, n_levels),
        "wander_hz": 4.0,
        "step_hz": 30.0,
        "jump_hz": np.linspace(5.0, 25.0, n_levels),
        "wake_hz": 20.0,
        "entry": even,
        "quiet": np.full(n_quiet, 1 / n_quiet),
        "jump_to": np.concatenate(([0.1], 0.9 * even)),
    }
    return _chain.Rates(**(given | changes))


def transition_matrix(r, step_s):
    """All moves of one step, state by state, as `Rates` describes them."""
    q, m = r.quiet.size, r.entry.size

    def p(rate):
        return 1 - np.exp(-rate * step_s)

    matrix = np.zeros((q + 1 + m, q + 1 + m))
    for i in range(q):
        matrix[i, :q] += p(r.wander_hz) * r.quiet
        matrix[i, q + 1 :] += p(r.onset_hz) * r.entry
        matrix[i, i] += 1 - p(r.wander_hz) - p(r.onset_hz)
    matrix[q, q + 1 :] = p(r.wake_hz) * r.jump_to[1:] / r.jump_to[1:].sum()
    matrix[q, q] = 1 - p(r.wake_hz)
    for j in range(m):
        state = q + 1 + j
        matrix[state, :q] += p(r.offset_hz[j]) * r.quiet
        matrix[state, q:] += p(r.jump_hz[j]) * r.jump_to
        stay = 1 - p(r.offset_hz[j]) - p(r.jump_hz[j])
        for neighbour in {j - 1, j + 1} & set(range(m)):
            matrix[state, q + 1 + neighbour] += p(r.step_hz)
            stay -= p(r.step_hz)
        matrix[state, state] += stay
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    return matrix


def textbook(likelihood, r, step_s):
    """Forward-backward as in Rabiner 1989: P(on), and P of each pair of states at each step."""
    matrix, q, n = transition_matrix(r, step_s), r.quiet.size, len(likelihood)
    forward, backward = np.empty(likelihood.shape), np.ones(likelihood.shape)
    forward[0] = 0.5 * np.concatenate((r.quiet, r.jump_to)) * likelihood[0]
    forward[0] /= forward[0].sum()
    for k in range(1, n):
        forward[k] = likelihood[k] * (forward[k - 1] @ matrix)
        forward[k] /= forward[k].sum()
    for k in range(n - 2, -1, -1):
        backward[k] = matrix @ (likelihood[k + 1] * backward[k + 1])
        backward[k] /= backward[k].sum()
    both = forward * backward
    both /= both.sum(axis=1, keepdims=True)
    pairs = forward[:-1, :, None] * matrix * (likelihood * backward)[1:, None, :]
    pairs /= pairs.sum(axis=(1, 2), keepdims=True)
    return both, pairs, q


@settings(deadline=None, max_examples=40)
@given(
    st.integers(1, 120), st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 3), st.floats(0.2e-3, 5e-3)
)
def test_agrees_with_the_textbook(n, seed, n_levels, n_quiet, step_s):
    rng = np.random.default_rng(seed)
    table = rng.uniform(0.01, 1, (50, n_quiet + 1 + n_levels))
    cell = rng.integers(0, 50, n)
    r = rates(n_levels, n_quiet)
    found = _chain.smooth(cell, table, r, step_s)
    both, pairs, q = textbook(table[cell], r, step_s)
    close = {"rtol": 1e-4, "atol": 1e-7}  # the forward probabilities are kept in single precision
    np.testing.assert_allclose(found.quiet, both[:, :q], **close)
    np.testing.assert_allclose(found.on, both[:, q:].sum(axis=1), **close)
    np.testing.assert_allclose(found.turn_on[1:], pairs[:, :q, q:].sum(axis=(1, 2)), **close)
    np.testing.assert_allclose(found.turn_off[1:], pairs[:, q:, :q].sum(axis=(1, 2)), **close)
    np.testing.assert_allclose(found.spent, both[:, q + 1 :].sum(axis=0), **close)
    np.testing.assert_allclose(found.entries, pairs[:, :q, q + 1 :].sum(axis=(0, 1)), **close)
    np.testing.assert_allclose(found.exits, pairs[:, q + 1 :, :q].sum(axis=(0, 2)), **close)


def test_what_turns_on_and_off_is_what_changes():
    rng = np.random.default_rng(3)
    found = _chain.smooth(rng.integers(0, 9, 3000), rng.uniform(0.1, 1, (9, 6)), rates(), 0.001)
    np.testing.assert_allclose(np.diff(found.on), (found.turn_on - found.turn_off)[1:], atol=1e-5)


def test_extreme_evidence_does_not_overflow():
    relative = np.concatenate((np.full(300, 1e-6), np.full(300, 1e8), np.full(300, 1e-6)))
    model = _activity.learn(relative, 1.0, 1.0, 1.0, 0.001)
    found = _activity.smooth(relative, model)
    np.testing.assert_array_equal(found.on > 0.5, relative > 1)
    assert np.isfinite(found.on).all()
    assert found.turn_on.argmax() == 300
    assert found.turn_off.argmax() == 600


def gamma(level_db, shape, rng):
    return rng.gamma(shape, 10 ** (level_db / 10) / shape)


def test_how_bursts_begin_is_learned():
    rng = np.random.default_rng(0)
    time = np.arange(30_000) % 1000
    abrupt = np.where((time > 300) & (time < 700), 15.0, 0.0)
    ramp = np.clip(15 - np.abs(time - 500) / 20, 0, None)
    low = _activity.ACTIVE_DB <= 5
    share = [
        _activity.learn(gamma(level, 0.9, rng), 0.9, 1.0, 1.0, 0.001).edge_levels[low].sum()
        for level in (abrupt, ramp)
    ]
    assert share[0] < 0.15
    assert share[1] > 0.5


def test_a_ramp_is_followed_further_down_than_abrupt_bursts_would_be():
    """The same faint stretch before a burst: part of it where bursts rise slowly, quiet where they do not."""
    rng = np.random.default_rng(1)
    relative = gamma(np.concatenate((np.zeros(1500), np.full(60, 2.0), np.full(400, 14.0))), 0.9, rng)
    probability = []
    for faint in (0.001, 0.9):
        edges = np.where(_activity.ACTIVE_DB < 4, faint / 2, (1 - faint) / 8)
        model = _activity.Activity(0.9, 0.001, 1.0, 1.0, edges, np.array([0.95, 0.05]), np.full(10, 0.1))
        probability.append(_activity.smooth(relative, model).on[1500:1560].mean())
    assert probability[0] < probability[1]


def test_cells_are_the_nearest_of_the_grid():
    ratio = np.array([1e-9, 0.5, 1.0, 3.3, 1e12])
    nearest = np.abs(np.log(_levels.GRID[:, None] / ratio)).argmin(axis=0)
    np.testing.assert_array_equal(_levels.cell(10 * np.log10(ratio)), nearest)


def test_quantiles_of_an_edge_in_closed_form():
    on = np.zeros(1000)
    on[290:310] = np.arange(1, 21) / 20  # even over [290, 310)
    on[310:600] = 1.0
    on[400:420] = 0.1  # a doubt within the burst moves no edge
    burst = np.array([[299, 600]])
    edges = _edges.locate(burst, burst, on, 0.9, 0.0)
    np.testing.assert_allclose(edges[0], [[291, 300, 309], [599.05, 599.5, 599.95]])
    wider = _edges.locate(burst, burst, on, 0.9, 2.0)
    np.testing.assert_allclose(wider - edges, [[[-2, 0, 2]] * 2])
