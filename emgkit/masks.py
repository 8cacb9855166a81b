"""From runs of samples to the mask that is True inside them."""

import numpy as np

from emgkit.model import BoolArray, IntArray


def filled(start: IntArray, stop: IntArray, n_samples: int) -> BoolArray:
    """Return which samples lie in any [start, stop), shape (n_samples,).

    Parameters
    ----------
    start, stop : arrays of shape (n_runs,)
        From 0 to `n_samples`, no stop before its start; the runs may overlap, in any order.
    n_samples : int

    Notes
    -----
    The depth, in how many runs a sample lies, changes at their edges only: it is summed over these, not over
    the samples.

    Examples
    --------
    >>> filled(np.array([3, 1]), np.array([4, 2]), 5).tolist()
    [False, True, False, True, False]
    """
    edges = np.concatenate([start, stop]).astype(np.int64)
    order = np.argsort(edges)
    depth = np.cumsum(np.where(order < len(start), 1, -1))
    bounds = np.concatenate([[0], edges[order], [n_samples]])
    return np.repeat(np.append(False, depth > 0), np.diff(bounds))
