"""Hum of the mains, and other tones."""

import numpy as np

from emgkit.model import BoolArray, FloatArray
from emgkit.quality.rows import Check, Row, Verdict
from emgkit.quality.signal import Signal, power

MAINS_HZ = (50.0, 60.0)
SEARCH_HZ = 0.5
"""The mains is looked for this far to either side: the clock of the recorder is not exact either."""
HIGHEST_HUM_HZ = 500.0
LOWEST = 3
LOWEST_SHARE = 0.1
"""The first three harmonics hold at least this part of any hum; if not, another tone was met."""
BLOCK_S = 1.0
MIN_IN_BLOCK_S = 0.3
"""Blocks with less quiet signal cannot tell a line from its neighbours 8 Hz away."""
MIN_TOTAL_S = 1.0
BESIDE_HZ = np.array([-17.0, -14.0, -11.0, -8.0, 8.0, 11.0, 14.0, 17.0])
"""Where the EMG's own power beside each line is measured."""
LIMITED_PCT = 5.0
"""Hum of 5 % of the power holds the SNR of a muscle that is on half the time to 16 dB at most."""
NOT_USABLE_PCT = 50.0
"""More power in hum than in everything else."""

LOWEST_TONE_HZ = 40.0
"""Below, the regular firing of a single motor unit makes spectral lines of its own (5-20 Hz, harmonics)."""
TONE_MIN_S = 2.0
TONE_OVER_MEDIAN = 8.0
"""A line stands out if it exceeds the median of its surroundings this many times."""
TONE_SURROUND_HZ = 20
TONE_LIMITED_PCT = 10.0
"""Above what chance alone puts over the threshold in a recording of 2 s (about 5 % of the power)."""

LEAST_SHARE = 0.01
"""Less of the power in the mains is not worth taking out."""
MAINS_WIDTH_HZ = 3.0
LINE_HZ = 2
"""What is taken out to either side of a line: the mains fluctuates with the movement of the patient."""

HUM = Check(
    "hum",
    "%",
    f"good below {LIMITED_PCT:g} %, limited from there, not usable from {NOT_USABLE_PCT:g} %",
    "power at the mains frequency found (near 50 or 60 Hz) and its harmonics up to 500 Hz, over what lies "
    "beside them, in percent of the power above 20 Hz of the whole trial",
)
TONES = Check(
    "tones",
    "%",
    f"good below {TONE_LIMITED_PCT:g} %, limited from there, not usable from {NOT_USABLE_PCT:g} %",
    "power in narrow spectral lines above 40 Hz other than the mains, in percent of the power above 20 Hz",
)


def mains(s: Signal) -> tuple[float, float]:
    """Return the frequency of the mains and its share of the power above 20 Hz, 0 if there is none."""
    x = s.fast_uv
    if x is None or (total := power(x)) == 0:
        return MAINS_HZ[0], 0.0
    mask = _usable(s.quiet, s.rate_hz)
    if np.count_nonzero(mask) < MIN_TOTAL_S * s.rate_hz:
        mask = _usable(np.ones_like(s.quiet), s.rate_hz)
    best, best_hz = 0.0, MAINS_HZ[0]
    blocks, weight = _blocks(x, mask, s.rate_hz)
    for nominal in MAINS_HZ:
        order = np.arange(1, int(min(HIGHEST_HUM_HZ, 0.5 * s.rate_hz - 20) / nominal) + 1)
        tried = nominal + np.arange(-5, 6) * SEARCH_HZ / 5
        f0 = float(
            tried[
                np.argmax(_power_at(blocks, weight, s.rate_hz, np.outer(tried, order[:LOWEST])).sum(axis=1))
            ]
        )
        found = _power_at(blocks, weight, s.rate_hz, np.append(0.0, BESIDE_HZ)[:, None] + f0 * order)
        line, beside = found[0], found[1:]
        excess = line - beside.mean(axis=0)
        low, whole = excess[:LOWEST].sum(), excess.sum()
        stands_out = line[:LOWEST].sum() > beside[:, :LOWEST].sum(axis=1).max()
        if stands_out and low >= LOWEST_SHARE * whole and whole > best:
            best, best_hz = float(whole), f0
    return best_hz, best / total


def hum(s: Signal, mains_hz: float, share: float) -> Row:
    """Check the power of the mains and its harmonics against the power of the whole trial above 20 Hz.

    Parameters
    ----------
    s : Signal
    mains_hz, share : float
        From `mains`.

    Notes
    -----
    The frequency is the one in 49.5-50.5 or 59.5-60.5 Hz whose first three harmonics hold most power. In
    blocks of 1 s the signal is projected on each harmonic, over the quiet samples only where there is at
    least 1 s of them; the mean of the same projection 8 to 17 Hz to either side is subtracted, because EMG
    has power there too. It counts as hum only if the first three harmonics exceed every one of those beside
    them, and hold a tenth of the whole.
    """
    if s.fast_uv is None:
        return HUM.unknown(s.why_no_fast, s.trial)
    if power(s.fast_uv) == 0:
        return HUM.unknown("The signal is constant.", s.trial)
    value = 100 * min(share, 1.0)
    verdict: Verdict = (
        "good" if value < LIMITED_PCT else "limited" if value < NOT_USABLE_PCT else "not usable"
    )
    advice = {
        "good": "No action needed.",
        "limited": f"Hum at {mains_hz:.1f} Hz raises the noise. Check the ground electrode and cables; there "
        "is no notch filter by default, because it removes EMG too.",
        "not usable": f"Most of the signal is hum at {mains_hz:.1f} Hz, not EMG. Check the wire, the ground "
        "electrode and whether this is the right channel, and record again.",
    }[verdict]
    return HUM.row(verdict, value, advice, s.trial)


def tones(s: Signal, mains_hz: float, share: float) -> Row:
    """Check the power in narrow spectral lines other than the mains, which `mains` has found.

    Notes
    -----
    Spectrum after Welch (1967) in segments of 1 s; a line is where it exceeds 8 times the running median over
    20 Hz to either side; what lies over the median is summed, above 40 Hz and more than 1.5 Hz away from the
    mains and its harmonics.
    """
    if s.fast_uv is None or s.fast_uv.size < TONE_MIN_S * s.rate_hz:
        return TONES.unknown(
            f"The recording is shorter than {TONE_MIN_S:g} s or its rate is too low.", s.trial
        )
    if power(s.fast_uv) == 0:
        return TONES.unknown("The signal is constant.", s.trial)
    freq, density, floor = _spectrum(s.fast_uv, s.rate_hz)
    line = _stands_out(freq, density, floor)
    if share > 0:  # the mains is judged by `hum`
        line &= np.abs(freq - mains_hz * np.round(freq / mains_hz)) > 1.5
    excess = np.where(line, density - floor, 0.0)
    value = float(100 * excess.sum() / density.sum())
    verdict: Verdict = (
        "good" if value < TONE_LIMITED_PCT else "limited" if value < NOT_USABLE_PCT else "not usable"
    )
    at = f"{freq[np.argmax(excess)]:.0f} Hz"
    advice = {
        "good": "No action needed.",
        "limited": f"A steady tone (strongest at {at}) lies over the signal: look for a device nearby or a "
        "fault of the recorder.",
        "not usable": f"Most of the signal is a steady tone (strongest at {at}), not EMG. Check the wire "
        "and whether this is the right channel, and record again.",
    }[verdict]
    return TONES.row(verdict, value, advice, s.trial)


def without_lines(s: Signal, mains_hz: float, share: float) -> FloatArray | None:
    """Return the part above 20 Hz without the mains and other tones; None where there is no such part.

    All that lies within 3 Hz of a harmonic of the mains, or 2 Hz of another line, is taken out, and so is
    what the mains does slowly. The samples of a signal without lines are returned as they are.
    """
    from scipy import fft, ndimage

    x = s.fast_uv
    if x is None or x.size < TONE_MIN_S * s.rate_hz:
        return x
    freq, density, floor = _spectrum(x, s.rate_hz)
    line = _stands_out(freq, density, floor)
    if share <= LEAST_SHARE and not line.any():
        return x
    size = fft.next_fast_len(x.size, real=True)
    spectrum = fft.rfft(x, size)
    at = np.arange(spectrum.size) * (s.rate_hz / size)
    near = ndimage.binary_dilation(line, iterations=LINE_HZ)
    taken = near[np.minimum(np.rint(at / freq[1]).astype(np.int64), freq.size - 1)]
    if share > LEAST_SHARE:
        order = np.round(at / mains_hz)
        taken |= (np.abs(at - order * mains_hz) < MAINS_WIDTH_HZ) & (order > 0)
    spectrum[taken] = 0
    return np.asarray(fft.irfft(spectrum, size)[: x.size], dtype=np.float64)


def _spectrum(x: FloatArray, rate_hz: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return frequencies 1 Hz apart, density, and the running median of the density."""
    from scipy import ndimage, signal

    freq, density = signal.welch(x, rate_hz, nperseg=round(rate_hz))
    return freq, density, ndimage.median_filter(density, 2 * TONE_SURROUND_HZ + 1, mode="nearest")


def _stands_out(freq: FloatArray, density: FloatArray, floor: FloatArray) -> BoolArray:
    return np.asarray((density > TONE_OVER_MEDIAN * floor) & (freq >= LOWEST_TONE_HZ))


def _usable(mask: BoolArray, rate_hz: float) -> BoolArray:
    """Keep of the mask only the blocks in which enough of it lies."""
    block = round(BLOCK_S * rate_hz)
    n_blocks = mask.size // block
    kept = np.zeros_like(mask)
    inside = mask[: n_blocks * block].reshape(n_blocks, block)
    enough = inside.sum(axis=1) >= MIN_IN_BLOCK_S * rate_hz
    kept[: n_blocks * block] = (inside & enough[:, None]).ravel()
    return kept


def _blocks(x: FloatArray, mask: BoolArray, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Return the signal in blocks, zero outside the mask, and how many samples of each lie in it."""
    block = round(BLOCK_S * rate_hz)
    n_blocks = x.size // block
    inside = mask[: n_blocks * block].reshape(n_blocks, block)
    samples = np.where(inside, x[: n_blocks * block].reshape(n_blocks, block), 0.0)
    return samples, inside.sum(axis=1).astype(np.float64)


def _power_at(blocks: FloatArray, weight: FloatArray, rate_hz: float, frequency_hz: FloatArray) -> FloatArray:
    """Return the power of a wave of each frequency: amplitude squared over two; of the same shape.

    A wave is the product of a coarse and a fine one, which takes far fewer exponentials than samples.
    """
    n, frequency = blocks.shape[1], frequency_hz.ravel() / rate_hz
    step = int(np.ceil(np.sqrt(n)))
    coarse = np.exp(-2j * np.pi * np.outer(np.arange(step) * step, frequency))
    fine = np.exp(-2j * np.pi * np.outer(np.arange(step), frequency))
    wave = (coarse[:, None, :] * fine[None, :, :]).reshape(-1, frequency.size)[:n]
    # two products of real numbers, for which their parts have to lie side by side
    both = blocks @ np.ascontiguousarray(wave.view(np.float64))
    amplitude = 2 * np.hypot(both[:, ::2], both[:, 1::2]) / np.maximum(weight, 1)[:, None]
    mean: FloatArray = np.average(amplitude**2 / 2, axis=0, weights=weight)
    return mean.reshape(frequency_hz.shape)
