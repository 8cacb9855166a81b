"""How large a stack of pulses is where no response is: the noise that a response is held against."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emgkit.model import FloatArray

QUIET_FROM_S = 0.045
"""From here on after a pulse no response is expected."""
FLIPS = 400
LEVEL = 0.99
MIN_QUIET_S = 0.02
CLEAR = 2.0
"""A response is so many times larger than what chance does; nearer to it, neither its presence nor its size
is sure."""


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """Peak-to-peak amplitudes of stacks made between the pulses."""

    flipped_uv: FloatArray
    """Of stacks in which each pulse was given a sign by lot."""
    shifted_uv: FloatArray
    """Of the stack itself, in every window between the pulses."""
    mean_sd_uv: float
    """Standard deviation of the stack between the pulses."""
    single_sd_uv: float
    """Standard deviation of a single pulse there."""

    @property
    def limit_uv(self) -> float:
        """Peak-to-peak amplitude that a stack without a response stays below.

        The larger of the 99th percentile over the lots and the largest window of the stack itself: the lots
        know the noise, the windows also know hum that keeps step with the pulses.
        """
        return float(max(np.quantile(self.flipped_uv, LEVEL), self.shifted_uv.max()))

    @property
    def clear_uv(self) -> float:
        """Return the amplitude from which on a response is said to be present."""
        return CLEAR * self.limit_uv

    def share(self, amplitude_uv: float) -> float:
        """Return the share of stacks without a response that are at least as large."""
        larger = np.count_nonzero(self.flipped_uv >= amplitude_uv)
        return float((1 + larger) / (1 + self.flipped_uv.size))


def chance(uv: FloatArray, time_s: FloatArray, window_s: float) -> Chance | None:
    """Measure the stacks between the pulses; None if the pulses leave too little between them.

    Parameters
    ----------
    uv : array of shape (n_pulses, n_samples), in microvolts
    time_s : array of shape (n_samples,)
        From the pulse.
    window_s : float
        Length of the window in which a response is looked for.

    Notes
    -----
    The lots are drawn with a fixed seed. All windows have the length of the search; a stack's amplitude is
    its largest less its smallest value in one window, so no level has to be known.
    """
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    step_s = float(time_s[1] - time_s[0])
    quiet = time_s >= QUIET_FROM_S
    n_window = round(window_s / step_s)
    if np.count_nonzero(quiet) < n_window + 1 or np.count_nonzero(quiet) * step_s < MIN_QUIET_S:
        return None
    x = uv[:, quiet]
    x = x - x.mean(axis=1, keepdims=True)
    mean = x.mean(axis=0)
    signs = np.random.default_rng(0).choice([-1.0, 1.0], (FLIPS, x.shape[0]))
    stacks = np.vstack([mean, signs @ x / x.shape[0]])
    low = n_window // 2
    valid = slice(low, stacks.shape[1] - (n_window - low) + 1)
    spans = maximum_filter1d(stacks, n_window, axis=1)[:, valid]
    spans -= minimum_filter1d(stacks, n_window, axis=1)[:, valid]
    return Chance(
        flipped_uv=spans[1:, :: max(n_window, 1)].ravel(),
        shifted_uv=spans[0],
        mean_sd_uv=float(mean.std()),
        single_sd_uv=float(np.sqrt(np.mean(x.var(axis=1)))),
    )
