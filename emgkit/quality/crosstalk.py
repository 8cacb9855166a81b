"""Cross-talk: how much of the bursts a scaled, shifted copy of a neighbouring channel explains. A hint."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from emgkit.errors import InputError
from emgkit.model import BoolArray, FloatArray
from emgkit.quality import interference
from emgkit.quality.look import Look
from emgkit.quality.rows import Check, Row
from emgkit.quality.signal import power, prepare

LAG_S = 0.005
"""Conduction in the volume is immediate; along fibres it takes 2.5 ms a centimetre at 4 m/s."""
LEAST_ACTIVE_S = 0.5
LIMITED_PCT = 5.0
"""A copy of 22 % of the amplitude. Independent simulated muscles of one pattern reach 0.3 % by chance in 8
strides; half a second of bursts, of 300 Hz of bandwidth, 2 to 3 %."""

CROSSTALK = Check(
    "crosstalk",
    "%",
    f"good below {LIMITED_PCT:g} %, limited from there; a hint, never not usable",
    "largest share of the power of the bursts, above 20 Hz and without mains and tones, that a copy of a "
    f"neighbouring channel explains, scaled and shifted by up to {1000 * LAG_S:g} ms, less what it explains "
    "of the quiet signal; one row for each neighbour that is named",
)


def crosstalk(seen: Look, neighbours: Mapping[str, FloatArray]) -> list[Row]:
    """Compare the waveform of the wire with that of each neighbouring channel.

    Parameters
    ----------
    seen : Look
        What was found in the wire's signal.
    neighbours : mapping of label to array of shape (n_samples,), in microvolts
        Recorded at the same time and rate, not filtered.

    Returns
    -------
    list of rows of the table `quality`, one for each neighbour

    Raises
    ------
    InputError
        If a neighbour is not as long as the wire, or has samples that are no numbers.

    Notes
    -----
    With x the wire and y the neighbour, both above 20 Hz and without the lines of the mains and of tones,
    the copy g y(t - d) that fits best in the samples A of the bursts explains the power ::

        E(A, d) = (mean of x(t) y(t - d) over A)^2 / (mean of y(t - d)^2 over A)

    of x. The share is max over d of (E(A, d) - E(Q, d)) / (mean of x^2 over A), with Q the quiet samples:
    noise that both channels have in common is there as well. Without the second term it is the square of the
    normalised cross-correlation. Muscles that work together share an envelope but no waveform, so that their
    share is that of chance; cross-correlation as a measure of cross-talk: Winter, Fuglevand and Archer
    (1994). Filtering by the tissue makes a copy less like its source: a low share is no proof.

    References
    ----------
    Winter DA, Fuglevand AJ, Archer SE (1994). Crosstalk in surface electromyography: theoretical and
    practical estimates. J Electromyogr Kinesiol 4(1), 15-26.
    """
    return [_row(seen, label, neighbour_uv) for label, neighbour_uv in neighbours.items()]


def _row(seen: Look, label: str, neighbour_uv: FloatArray) -> Row:
    s = seen.signal
    if np.shape(neighbour_uv) != s.emg_uv.shape:
        raise InputError(
            f"the neighbour {label!r} is not as long as the wire",
            where=s.trial,
            found=np.shape(neighbour_uv),
            accepted=str(s.emg_uv.shape),
        )
    beside = prepare(neighbour_uv, s.rate_hz, quiet=s.quiet, active=s.active, trial=f"{s.trial}, {label}")
    wire = interference.without_lines(s, *seen.mains, seen.spectrum)
    mains = interference.mains(beside)
    other = interference.without_lines(beside, *mains, interference.spectrum(beside))
    why = ""
    if wire is None or other is None:
        why = s.why_no_fast
    elif np.count_nonzero(s.active) < LEAST_ACTIVE_S * s.rate_hz:
        why = f"There is less than {LEAST_ACTIVE_S:g} s of signal in detected bursts."
    elif power(other[s.active]) == 0 or power(wire[s.active]) == 0:
        why = "One of the two signals is constant."
    if wire is None or other is None or why:
        return CROSSTALK.unknown(f"Neighbour {label}: {why}", s.trial)
    share, lag_s = _share(wire, other, s.active, s.quiet, s.rate_hz)
    value = 100 * share
    if value < LIMITED_PCT:
        advice = (
            f"Neighbour {label}: no action needed. Its waveform is hardly found in the bursts; a copy that "
            "the tissue has filtered, or a faint burst beside loud ones, would not show."
        )
        return CROSSTALK.row("good", value, advice, s.trial)
    advice = (
        f"Neighbour {label}: a copy of it, shifted by {1000 * lag_s:.1f} ms, explains {value:.0f} % of the "
        "power of the bursts. Muscles that work together share no waveform at a wire, a common copy does: "
        "part of the signal may be cross-talk, or a lead or reference that both channels share. Which is the "
        "source cannot be told. Compare the traces before timing or magnitude is read."
    )
    return CROSSTALK.row("limited", value, advice, s.trial)


def _share(
    x: FloatArray, y: FloatArray, active: BoolArray, quiet: BoolArray, rate_hz: float
) -> tuple[float, float]:
    """Return the share of the power of x in the bursts that y explains, and the delay of x in seconds."""
    reach = round(LAG_S * rate_hz)
    explained = _explained(x, y, active, reach)
    if quiet.any():
        explained = explained - _explained(x, y, quiet, reach)
    best = int(np.argmax(explained))
    return float(np.clip(explained[best] / power(x[active]), 0.0, 1.0)), (reach - best) / rate_hz


def _explained(x: FloatArray, y: FloatArray, mask: BoolArray, reach: int) -> FloatArray:
    """Return the power of x in the mask that y explains, for delays of x from `reach` to -`reach` samples."""
    inside = np.where(mask, x, 0.0)
    weight = mask.astype(np.float64)
    padded = np.pad(y, reach)
    square = np.square(padded)
    places = [slice(first, first + x.size) for first in range(2 * reach + 1)]
    product = np.array([inside @ padded[place] for place in places])
    energy = np.array([weight @ square[place] for place in places])
    whole = np.square(product) / np.where(energy > 0, energy, np.inf)
    return np.asarray(whole / np.count_nonzero(mask), dtype=np.float64)
