"""The chain of levels: against the textbook's loop with the whole transition matrix, and closed forms."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from emgkit.detectors import _activity, _chain, _compiled, _edges, _levels

N = _chain.N_ON


def rates(rng):
    entry, jump_to = rng.dirichlet(np.ones(N - 1)), rng.dirichlet(np.ones(N))
    return _chain.Rates(
        onset_hz=rng.uniform(0.1, 5),
        entry=np.append(0.0, entry),
        offset_hz=np.append(0.0, rng.uniform(0.1, 5, N - 1)),
        step_hz=rng.uniform(1, 60),
        jump_hz=rng.uniform(1, 300, N),
        jump_to=jump_to,
    )


def moves(r, step_s):
    """Probability of each kind of move from each state in one step, as `Rates` and the notes describe them.

    State 0 is quiet, 1 silent, then the levels. Shapes (N + 1, N + 1): jumps, and all moves together.
    """
    jumps, matrix = np.zeros((N + 1, N + 1)), np.zeros((N + 1, N + 1))
    matrix[0, 1:] = (1 - np.exp(-r.onset_hz * step_s)) * r.entry
    for j in range(N):
        hz = np.zeros(N + 1)
        hz[0] = r.offset_hz[j]
        # what steps beyond the silent state or the highest level stays where it is
        n_neighbours = 0
        for neighbour in (j - 1, j + 1):
            if j > 0 and 1 <= neighbour < N:
                hz[1 + neighbour] += r.step_hz
                n_neighbours += 1
        total = r.offset_hz[j] + r.jump_hz[j] + r.step_hz * n_neighbours
        left = 1 - np.exp(-total * step_s)
        jumps[1 + j, 1:] = left * r.jump_hz[j] / total * r.jump_to
        matrix[1 + j] = left * hz / total + jumps[1 + j]
    matrix[np.diag_indices(N + 1)] += 1 - matrix.sum(axis=1)
    return jumps, matrix


def textbook(likelihood, r, step_s):
    """Forward-backward as in Rabiner 1989: P of each state, and of each pair of states at each step."""
    jumps, matrix = moves(r, step_s)
    n = len(likelihood)
    forward, backward = np.empty(likelihood.shape), np.ones(likelihood.shape)
    forward[0] = 0.5 * np.append(1.0, r.jump_to) * likelihood[0]
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
    scale = pairs.sum(axis=(1, 2), keepdims=True)
    jumped = forward[:-1, :, None] * jumps * (likelihood * backward)[1:, None, :] / scale
    return both, pairs / scale, jumped.sum()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 120), st.integers(0, 10**6), st.floats(0.2e-3, 5e-3))
def test_agrees_with_the_textbook(n, seed, step_s):
    rng = np.random.default_rng(seed)
    quiet, active = rng.uniform(0.01, 1, 50), rng.uniform(0.01, 1, (50, N))
    cell = rng.integers(0, 50, n).astype(np.int32)
    said, r = np.column_stack((active, quiet)), rates(rng)
    found = _chain.smooth(cell, said, r, step_s, count=True)
    both, pairs, jumped = textbook(np.column_stack((quiet, active))[cell], r, step_s)
    close = {"rtol": 1e-4, "atol": 1e-6}  # the forward probabilities are kept in single precision
    np.testing.assert_allclose(found.on, both[:, 1:].sum(axis=1), **close)
    np.testing.assert_allclose(found.entries, pairs[:, 0, 1:].sum(axis=0), **close)
    np.testing.assert_allclose(found.exits, pairs[:, 1:, 0].sum(axis=0), **close)
    np.testing.assert_allclose(found.spent, both[:-1, 1:].sum(axis=0), **close)
    np.testing.assert_allclose(found.jumps, jumped, **close)
    uncounted = _chain.smooth(cell, said, r, step_s)
    np.testing.assert_array_equal(uncounted.on, found.on)
    assert not uncounted.entries.any()


@pytest.mark.parametrize(
    "evidence",
    [
        pytest.param(1.0, id="forgets at once"),
        pytest.param(0.05, id="forgets over seconds"),
        pytest.param(0.0, id="never hears anything"),
    ],
)
def test_the_parts_of_a_long_recording_meet(evidence):
    """Each is begun some time before its part; where the chain forgets slowly, earlier."""
    rng = np.random.default_rng(2)
    n, step_s = 20_000, 0.001
    said = np.exp(evidence * rng.normal(0, 1, (50, N + 1)))
    cell = rng.integers(0, 50, n).astype(np.int32)
    slow = rates(rng)
    slow = _chain.Rates(0.02, slow.entry, slow.offset_hz / 100, slow.step_hz, slow.jump_hz, slow.jump_to)
    for r in (rates(rng), slow):
        found = _chain.smooth(cell, said, r, step_s, count=True)
        both, pairs, jumped = textbook(said[cell][:, [N, *range(N)]], r, step_s)
        np.testing.assert_allclose(found.on, both[:, 1:].sum(axis=1), rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(found.entries, pairs[:, 0, 1:].sum(axis=0), rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(found.exits, pairs[:, 1:, 0].sum(axis=0), rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(found.jumps, jumped, rtol=1e-6)


def test_extreme_likelihoods_do_not_overflow():
    """Ten minutes in which every block speaks with e^200 for one state or the other."""
    cell = np.repeat(np.arange(600) % 2, 1000).astype(np.int32)
    quiet, active = np.array([1.0, 1e-87]), np.outer([1e-87, 1.0], np.ones(N))
    found = _chain.smooth(
        cell, np.column_stack((active, quiet)), rates(np.random.default_rng(0)), 0.001, count=True
    )
    np.testing.assert_allclose(found.on, cell, atol=1e-6)
    assert found.entries.sum() == pytest.approx(300, rel=1e-4)
    assert found.exits.sum() == pytest.approx(299, rel=1e-4)


def model(shape=0.9, **changes):
    before = _activity.before_learning(1.0, shape, 1.0, 1.0, 20.0)
    return _activity.replace(before, **changes)


def learned(relative, shape=0.9):
    heard = _activity.hear_coarsely(relative, 1.0, shape, 0.001)
    return _activity.learn(heard, model(shape), 0.001)


def test_extreme_power_is_quiet_or_active_beyond_doubt():
    relative = np.concatenate((np.full(300, 1e-6), np.full(300, 1e8), np.full(300, 1e-6)))
    found = _activity.smooth(_activity.hear(relative, 1.0, 1.0), learned(relative, 1.0), 0.001)
    np.testing.assert_array_equal(found.on > 0.5, relative > 1)
    assert np.isfinite(found.on).all()


def gamma(level_db, shape, rng):
    return rng.gamma(shape, 10 ** (level_db / 10) / shape)


def test_how_bursts_begin_is_learned():
    rng = np.random.default_rng(0)
    time = np.arange(30_000) % 1000
    abrupt = np.where((time > 300) & (time < 700), 15.0, 0.0)
    ramp = np.clip(15 - np.abs(time - 500) / 20, 0, None)
    low = _activity.ACTIVE_DB <= 5
    share = [learned(gamma(level, 0.9, rng)).edge_levels[low].sum() for level in (abrupt, ramp)]
    assert share[0] < 0.15
    assert share[1] > 0.5


def test_how_smooth_activity_is_is_learned():
    """A level that holds jumps less often than one that is drawn anew every 5 ms."""
    rng = np.random.default_rng(0)
    on = np.arange(30_000) % 1000 < 500
    levels = (np.full(30_000, 15.0), np.repeat(rng.uniform(3, 35, 6000), 5))
    steady, restless = (learned(gamma(np.where(on, level, 0.0), 0.9, rng)).jump_hz for level in levels)
    assert steady < 0.9 * restless


def test_a_ramp_is_followed_further_down_than_abrupt_bursts_would_be():
    """The same faint stretch before a burst: part of it where bursts rise slowly, quiet where they do not."""
    rng = np.random.default_rng(1)
    relative = gamma(np.concatenate((np.zeros(1500), np.full(60, 2.0), np.full(400, 14.0))), 0.9, rng)
    heard = _activity.hear(relative, 1.0, 0.9)
    probability = []
    for faint in (0.001, 0.9):
        edges = np.where(_activity.ACTIVE_DB < 4, faint / 2, (1 - faint) / 8)
        found = _activity.smooth(heard, model(edge_levels=edges, jump_hz=20.0), 0.001)
        probability.append(found.on[1500:1560].mean())
    assert probability[0] < probability[1]


def test_what_cannot_be_kept_on_disk_is_compiled_all_the_same(monkeypatch):
    from numba.core import caching

    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])  # no folder can be written

    def double(value):
        return 2 * value

    assert _compiled.compiled(double)(21) == 42


def test_cells_are_the_nearest_of_the_grid():
    ratio = np.array([1e-9, 0.5, 1.0, 3.3, 1e12])
    nearest = np.abs(np.log(_levels.GRID[:, None] / ratio)).argmin(axis=0)
    np.testing.assert_array_equal(_levels.cell(10 * np.log10(ratio)), nearest)


def test_quantiles_of_an_edge_in_closed_form():
    """Of the 10 % outside an interval of 90 %, 15 % lie before the onset's and after the offset's bounds."""
    on = np.zeros(1000)
    on[290:310] = np.arange(1, 21) / 20  # even over [290, 310)
    on[310:600] = 1.0
    on[400:420] = 0.1  # a doubt within the burst moves no edge
    burst = np.array([[299, 600]])
    edges = _edges.locate(burst, burst, on, 0.9, 0.0)
    np.testing.assert_allclose(edges[0], [[290.3, 300, 308.3], [599.085, 599.5, 599.985]])
    wider = _edges.locate(burst, burst, on, 0.9, 2.0)
    np.testing.assert_allclose(wider - edges, [[[-2, 0, 0], [0, 0, 2]]])
