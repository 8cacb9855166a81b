"""Quantiles of one long array: the numbers of numpy, in a fraction of its time.

numpy orders an array at several ranks at once, one value after the other; at a single rank it does so in
vector instructions.
"""

from typing import TypeVar

import numpy as np

from emgkit.model import FloatArray

_Values = TypeVar("_Values", float, FloatArray)


def quantile(values: FloatArray, part: float) -> float:
    """Return the value below which a part of the values lies, as `numpy.quantile` does.

    Parameters
    ----------
    values : array of shape (n,)
        At least one, all finite.
    part : float
        0 to 1.
    """
    at = part * (values.size - 1)
    return _between(*_neighbours(values, int(at)), at % 1)


def of_ordered(values: FloatArray, part: float) -> float:
    """Return the same of values that are sorted already."""
    at = part * (values.size - 1)
    rank = int(at)
    return _between(float(values[rank]), float(values[min(rank + 1, values.size - 1)]), at % 1)


def of_rows(values: FloatArray, part: float) -> FloatArray:
    """Return the same of each row of an array, shape (n_rows,); orders the rows in place, in part."""
    at = part * (values.shape[1] - 1)
    rank = int(at)
    values.partition(rank, axis=1)
    below, above = values[:, rank].copy(), values[:, rank + 1 :]
    return _between(below, above.min(axis=1) if above.shape[1] else below, at % 1)


def median(values: FloatArray) -> float:
    """Return the median of finite values, as `numpy.median` does.

    Parameters
    ----------
    values : array of shape (n,)
        At least one, all finite.
    """
    below, above = _neighbours(values, (values.size - 1) // 2)
    return below if values.size % 2 else (below + above) / 2


def _between(below: _Values, above: _Values, beyond: float) -> _Values:
    # from the nearer of the two, as numpy does: the ends are met exactly
    step = above - below
    return above - step * (1 - beyond) if beyond >= 0.5 else below + step * beyond


def _neighbours(values: FloatArray, rank: int) -> tuple[float, float]:
    """Return the value of this rank, from 0, and the next larger one; the largest twice."""
    ordered = np.partition(values, rank)
    below = float(ordered[rank])
    return below, float(ordered[rank + 1 :].min()) if rank + 1 < values.size else below
