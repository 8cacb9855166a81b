"""The intensity-filtered average of Bogey, Barnes and Perry 1992: what is low or short is left out."""

import numpy as np

from emgkit.found import AmplitudeReference
from emgkit.measures.magnitude import sample_at
from emgkit.measures.trial import Signal
from emgkit.model import FloatArray

INTENSITY_PCT = 5.0
"""Of the reference: less is left out."""
PACKET_PCT = 5
"""Of the cycle: a shorter packet is left out."""


def in_each_percent(signal: Signal, times_s: FloatArray) -> FloatArray:
    """Return the mean of the rectified signal in each percent of each cycle.

    Parameters
    ----------
    times_s : array of shape (n_cycles, 101)
        When each percent begins, and the end of the cycle.

    Returns
    -------
    array of shape (n_cycles, 100), in microvolts
        NaN where a percent of a cycle holds no sample.
    """
    border = sample_at(times_s, signal.rate_hz, signal.emg_uv.size)
    return signal.rectified.over(border[:, :-1], border[:, 1:])


def filtered_average(average_uv: FloatArray, reference_uv: float, *, cyclic: bool) -> FloatArray:
    """Leave out of an average over the cycle what is low or short.

    Parameters
    ----------
    average_uv : array of shape (100,)
        Mean over the cycles of the rectified signal in each percent.
    reference_uv : float
        What the 5 % are of; NaN gives NaN, since nothing says then what is low.
    cyclic : bool
        Whether a packet may go on across the end of the cycle, as in walking.

    Returns
    -------
    array of shape (100,), in microvolts
        0 where it was left out; NaN throughout where a percent holds no sample.

    Notes
    -----
    Percents in which the average is below 5 % of the reference are left out; of the packets that remain,
    those shorter than 5 % of the cycle. In the paper the reference is a manual maximum test.

    References
    ----------
    Bogey RA, Barnes LA, Perry J. Arch Phys Med Rehabil 1992;73:835-841.

    Examples
    --------
    >>> average = np.zeros(100)
    >>> average[10:20], average[40:43], average[70:90] = 50.0, 80.0, 4.0
    >>> np.flatnonzero(filtered_average(average, 100.0, cyclic=True)).tolist()
    [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]
    """
    if not reference_uv > 0 or np.isnan(average_uv).any():
        return np.full(average_uv.shape, np.nan)
    loud = average_uv >= INTENSITY_PCT / 100 * reference_uv
    if loud.all() or not loud.any():
        return np.where(loud, average_uv, 0.0)
    # turned so that it begins in silence: then no packet is cut by the end of the cycle
    shift = int(np.argmin(loud)) if cyclic else 0
    edges = np.diff(np.concatenate([[0], np.roll(loud, -shift), [0]]))
    start, stop = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    long = stop - start >= PACKET_PCT
    steps = np.zeros(average_uv.size + 1)
    steps[start[long]], steps[stop[long]] = 1, -1
    kept = np.roll(np.cumsum(steps[:-1]) > 0, shift)
    return np.where(kept, average_uv, 0.0)


def intensity_words(reference: AmplitudeReference, noise_uv: float) -> str:
    """Return what the 5 % of the intensity filter are of, as a sentence.

    Parameters
    ----------
    noise_uv : float
        Root mean square of the quiet signal; NaN if not known.
    """
    if not reference.mean_uv > 0:
        return "The intensity-filtered average is not determinable: there is no reference amplitude."
    threshold = INTENSITY_PCT / 100 * reference.mean_uv
    words = (
        f"Intensity-filtered average: less than {INTENSITY_PCT:g} % of the {reference.short} and packets "
        f"shorter than {PACKET_PCT:g} % of the cycle are left out"
    )
    if reference.kind != "maximum":
        words += "; the method states percent of a maximum test, which is not the reference here"
    if threshold <= noise_uv * np.sqrt(2 / np.pi):
        words += f"; {threshold:.1f} uV lie within the noise floor of {noise_uv:.1f} uV: noise stays in"
    return words + "."
