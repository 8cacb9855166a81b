"""Comparison of decoded foot contacts with the true ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit.model import FloatArray

REACH_S = 0.05
"""A decoded moment that is farther than this from every true one is invented."""


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """How decoded moments compare with the true ones.

    Attributes
    ----------
    error_s : array of shape (n_true,)
        Decoded less true, NaN where the moment was missed.
    invented_s : array of shape (n_invented,)
        Decoded moments to which no true one belongs.
    """

    error_s: FloatArray
    invented_s: FloatArray

    def within(self, tolerance_s: float) -> int:
        """Return how many true moments were found with at most this error."""
        return int(np.count_nonzero(np.abs(self.error_s) <= tolerance_s))


def compare(found_s: FloatArray, true_s: FloatArray) -> Score:
    """Pair decoded with true moments: two belong together if each is the other's nearest, within `REACH_S`.

    Examples
    --------
    >>> score = compare(np.array([1.004, 1.5, 3.0]), np.array([1.0, 2.0, 3.0]))
    >>> score.within(0.01), score.invented_s.tolist()
    (2, [1.5])
    """
    found, true = np.asarray(found_s, dtype=np.float64), np.asarray(true_s, dtype=np.float64)
    error = np.full(true.shape, np.nan)
    if found.size == 0 or true.size == 0:
        return Score(error, found)
    away = np.abs(found[:, None] - true)
    of_true, of_found = away.argmin(axis=0), away.argmin(axis=1)
    at = np.arange(true.size)
    paired = (of_found[of_true] == at) & (away[of_true, at] <= REACH_S)
    error[paired] = found[of_true[paired]] - true[paired]
    return Score(error, np.delete(found, of_true[paired]))
