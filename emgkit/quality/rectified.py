"""Input that is no raw EMG: already rectified, or already an envelope."""

import numpy as np

from emgkit.quality.rows import Check, Row
from emgkit.quality.signal import Signal, power

LIMIT = 0.28
"""Rectified noise alone has 0.26, rectified bursts less; raw EMG, of wire or surface, has 0.4 to 1."""
ENVELOPE_PART = 0.05
"""An envelope has less than this part of its power above 20 Hz."""

RECTIFIED = Check(
    "rectified",
    "",
    f"good above {LIMIT:g}, not usable up to there",
    "reach of the signal from its median to its shorter side over that to its longer one (0.1 % left out at "
    "either end)",
)


def rectified(s: Signal) -> Row:
    """Check whether the signal lies on one side only, as it does once it is rectified.

    Notes
    -----
    EMG goes to either side of zero. After rectification the median lies close to the lower end: of a
    rectified Gaussian it lies at 0.67 and the 99.9th percentile at 3.29 standard deviations, which gives 0.26.
    """
    low, middle, high = (float(q) for q in np.quantile(s.emg_uv, [0.001, 0.5, 0.999]))
    below, above = middle - low, high - middle
    if not max(below, above) > 0:
        return RECTIFIED.unknown("The signal is constant.", s.trial)
    value = min(below, above) / max(below, above)
    if value > LIMIT:
        return RECTIFIED.row("good", value, "No action needed.", s.trial)
    smooth = s.fast_uv is not None and power(s.fast_uv) < ENVELOPE_PART * float(np.var(s.emg_uv))
    advice = (
        f"The signal lies on one side of its median: it is {'an envelope' if smooth else 'rectified'}, or cut "
        "off at one end. Spectrum, noise and amplitudes are not those of EMG: export the raw signal."
    )
    return RECTIFIED.row("not usable", value, advice, s.trial)
