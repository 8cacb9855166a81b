"""Slow drift of the quiet level: what is followed, and what is left alone because it is activity."""

import numpy as np
import pytest

from emgkit.detectors import _drift

STEP_S = 0.001


def power(level_db, seed=0):
    """Chi-square power of 1-ms blocks about a level, shape as `level_db`."""
    return np.random.default_rng(seed).gamma(1.0, 10 ** (np.asarray(level_db) / 10))


def bursts(seconds, height_db=15.0):
    return np.where(np.arange(round(seconds / STEP_S)) * STEP_S % 1.1 < 0.4, height_db, 0.0)


def test_a_level_that_rises_evenly_is_followed_under_bursts():
    rising = np.linspace(-3, 3, 120_000)
    found = 10 * np.log10(_drift.quiet_drift(power(rising + bursts(120)), STEP_S))
    inner = slice(10_000, -10_000)  # at the ends the level of the outer windows is kept
    np.testing.assert_allclose(found[inner], rising[inner], atol=0.5)


@pytest.mark.parametrize("seconds", [20.0, 29.9])
def test_a_short_recording_has_no_drift(seconds):
    rising = np.linspace(-3, 3, round(seconds / STEP_S))
    assert _drift.quiet_drift(power(rising), STEP_S) is None


@pytest.mark.parametrize("seed", range(5))
def test_a_steady_level_is_left_as_it_is(seed):
    assert _drift.quiet_drift(power(bursts(300), seed), STEP_S) is None


def test_activity_of_half_a_minute_is_no_drift():
    level = bursts(120)
    level[40_000:70_000] = 15.0
    drift = _drift.quiet_drift(power(level), STEP_S)
    assert drift is None or np.abs(10 * np.log10(drift)).max() < 1.5


@pytest.mark.parametrize("first", [0.0, 15.0])
@pytest.mark.parametrize("seconds", [40.0, 80.0])
def test_activity_of_half_the_recording_is_no_drift(seconds, first):
    """No window lies in the middle of those with and without activity."""
    level = np.repeat([first, 15.0 - first], round(seconds / 2 / STEP_S))
    assert _drift.quiet_drift(power(level), STEP_S) is None


def test_drift_beside_activity_of_half_the_recording_is_followed():
    drifting = np.linspace(0, 4, 60_000)
    level = np.concatenate((drifting, np.full(60_000, 25.0)))
    found = 10 * np.log10(_drift.quiet_drift(power(level), STEP_S))[10_000:45_000]
    np.testing.assert_allclose(np.ptp(found), np.ptp(drifting[10_000:45_000]), atol=0.5)
    assert np.abs(found).max() < 5
