"""Turns of a signal: the peaks and troughs that remain when smaller swings are disregarded."""

from __future__ import annotations

import numpy as np

from emgkit.model import FloatArray, IntArray

_ROUNDING = 1e-9
"""The play falls short of the threshold by this part, so that a swing of the threshold itself moves it."""


def turns(samples_uv: FloatArray, threshold_uv: float) -> IntArray:
    """Return where the signal turns by at least a threshold.

    Parameters
    ----------
    samples_uv : array of shape (n_samples,), in microvolts
    threshold_uv : float
        Swings smaller than this do not count as a change of direction.

    Returns
    -------
    array of shape (n_turns,)
        Samples of alternating peaks and troughs; neighbours differ by the threshold or more. The ends of the
        signal are no turns: a first peak needs a rise of the threshold before it, a last one a fall after it.

    Notes
    -----
    A pointer with a play of the threshold follows the signal x: y[n] = min(max(y[n-1], x[n] - threshold),
    x[n]). It rises only beyond what the play allows, so it changes its direction exactly where the signal
    has turned by the threshold, and it rests on a peak at that peak's own sample. Each step clips y to an
    interval; such steps compose to one of the same kind, so that all of them are found in log2(n) passes.

    References
    ----------
    Willison 1964, Analysis of electrical activity in healthy and dystrophic muscle in man, J Neurol Neurosurg
    Psychiatry 27:386-394, DOI 10.1136/jnnp.27.5.386.

    Examples
    --------
    >>> turns(np.array([0.0, 150.0, 120.0, 140.0, 0.0, 130.0, 0.0]), 100.0).tolist()
    [1, 4, 5]
    """
    if samples_uv.size < 3:
        return np.zeros(0, dtype=np.int64)
    play_uv = (1 - _ROUNDING) * threshold_uv
    low, high = samples_uv - play_uv, samples_uv.copy()
    step = 1
    while step < samples_uv.size:  # after each pass, (low, high) clips over the last 2 * step samples
        before_low, before_high = low[:-step].copy(), high[:-step].copy()
        low[step:], high[step:] = (
            np.clip(before_low, low[step:], high[step:]),
            np.clip(before_high, low[step:], high[step:]),
        )
        step *= 2
    pointer = np.clip(samples_uv[0] - play_uv / 2, low, high)
    change = np.sign(np.diff(pointer, prepend=samples_uv[0] - play_uv / 2))
    moves = np.flatnonzero(change)
    last = np.flatnonzero(np.diff(change[moves]) != 0)  # last move before the direction changes
    found = moves[last].astype(np.int64)
    if found.size and np.ptp(samples_uv[: found[0] + 1]) < play_uv:
        return found[1:]  # what comes before it is too small a swing
    return found
