"""Input that is no raw EMG: already rectified, or already an envelope."""

import numpy as np

from emgkit.model import FloatArray
from emgkit.quality.interference import Spectrum
from emgkit.quality.rows import Check, Row
from emgkit.quality.signal import Signal

LIMIT = 0.28
"""Rectified noise alone has 0.26, rectified bursts less; raw EMG, of wire or surface, has 0.4 to 1."""
ENVELOPE_HZ = 40.0
"""Median frequency of what lies above 20 Hz: of an envelope next to nothing is faster, of EMG most is."""

RECTIFIED = Check(
    "rectified",
    "",
    f"good above {LIMIT:g}, not usable up to there",
    "reach of the signal from its median to its shorter side over that to its longer one (0.1 % left out at "
    "either end); 0 for an envelope, on one side of zero and without anything faster than 40 Hz",
)


def rectified(s: Signal, spectrum: Spectrum | None) -> Row:
    """Check whether the signal lies on one side only, as it does once it is rectified.

    `spectrum` is that of the trial, from `interference.spectrum`.

    Notes
    -----
    EMG goes to either side of zero. After rectification the median lies close to the lower end: of a
    rectified Gaussian it lies at 0.67 and the 99.9th percentile at 3.29 standard deviations: 0.26.
    """
    low, middle, high = s.quantiles(0.001, 0.5, 0.999)
    below, above = middle - low, high - middle
    if not max(below, above) > 0:
        return RECTIFIED.unknown("The signal is constant.", s.trial)
    smooth = (
        spectrum is not None
        and _median_hz(spectrum.freq_hz, spectrum.density) < ENVELOPE_HZ
        and (low >= 0 or high <= 0)
    )
    value = 0.0 if smooth else min(below, above) / max(below, above)
    if value > LIMIT:
        return RECTIFIED.row("good", value, "No action needed.", s.trial)
    advice = (
        f"The signal lies on one side of its median: it is {'an envelope' if smooth else 'rectified'}, or "
        "cut off at one end. Spectrum, noise and amplitudes are not those of EMG: export the raw signal."
    )
    return RECTIFIED.row("not usable", value, advice, s.trial)


def _median_hz(freq_hz: FloatArray, density: FloatArray) -> float:
    total = np.cumsum(density)
    return float(freq_hz[np.searchsorted(total, total[-1] / 2)])
