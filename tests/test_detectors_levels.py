"""Learning of the levels: what is expected of the blocks, by the definition, and what is learned of them."""

import numpy as np
import pytest

from emgkit.detectors import _levels, _markov

STEP_S = 0.002


def recording(level_db, seed=0, n=15_000, shape=1.6):
    """Power of blocks about a quiet level of 3, and which are on."""
    rng = np.random.default_rng(seed)
    on = np.arange(n) % 500 < 200
    gain = np.where(on, 10 ** (level_db / 10), 1.0)
    return 3.0 * gain * rng.gamma(shape, 1 / shape, n), on


def model():
    weights = np.full(_levels.LEVELS_DB.size, 0.9 / (_levels.LEVELS_DB.size - 1))
    weights[0] = 0.1
    return _levels.Levels(3.0, 1.6, weights)


def test_what_is_expected_is_that_of_the_definition():
    power, _ = recording(12.0)
    levels, transition = model(), _markov.transition_matrix(1.0, 1.0, STEP_S)
    found = _levels._expect(_levels._Blocks(power), levels, transition, 10)

    ratio = _levels.GRID[_levels.cell(10 * np.log10(power / levels.floor))]
    gain = 10 ** (_levels.LEVELS_DB / 10)
    # gamma densities of one shape about each level, over that about the quiet level
    each = gain**-levels.shape * np.exp(levels.shape * ratio[:, None] * (1 - 1 / gain))
    odds = np.exp(np.clip(np.log(each @ levels.weights), -60, 60))
    on = np.empty(power.size)
    _markov.smooth(np.arange(power.size), odds, transition[0, 1], transition[1, 0], on)
    np.testing.assert_allclose(_levels.probability(power, levels, transition), on, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(found.most, on.reshape(-1, 10).max(axis=1), rtol=1e-6, atol=1e-12)
    assert found.quiet == pytest.approx((1 - on).sum(), rel=1e-9)
    assert found.quiet_power == pytest.approx(((1 - on) * power).sum(), rel=1e-9)
    assert found.mass.sum() == pytest.approx(on.sum(), rel=1e-9)

    before = levels.weights
    responsible = each * before / (each @ before)[:, None]
    counts = (on[:, None] * responsible).sum(axis=0) + _levels._PRIOR_WEIGHTS * 0.5 / STEP_S
    np.testing.assert_allclose(
        _levels._learned_weights(before, found, STEP_S), counts / counts.sum(), rtol=1e-5
    )


def test_quiet_level_and_shape_are_learned():
    power, on = recording(12.0, seed=4)
    transition = _markov.transition_matrix(1.0, 1.0, STEP_S)
    levels = _levels.learn(power, STEP_S, 4, transition, 10.0, 8)
    assert levels.floor == pytest.approx(3.0, rel=0.03)
    assert levels.shape == pytest.approx(1.6, rel=0.15)
    near = np.abs(_levels.LEVELS_DB - 12) < 3
    assert levels.weights[near].sum() > 0.6
    found = _levels.probability(power, levels, transition) > 0.5
    assert np.mean(found == on) > 0.995


def test_a_ratio_beyond_the_grid_counts_as_its_end():
    power = np.concatenate((np.full(2000, 3.0), np.full(500, 1e12), np.full(500, 1e-9), np.full(2000, 3.0)))
    levels, transition = model(), _markov.transition_matrix(1.0, 1.0, STEP_S)
    on = _levels.probability(power, levels, transition)
    assert (on[2000:2500] > 0.999).all()
    assert (on[2510:3000] < 0.01).all()  # a few blocks after the turn
