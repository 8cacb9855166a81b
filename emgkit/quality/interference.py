"""Hum of the mains, and other tones."""

import functools
import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from emgkit.model import BoolArray, FloatArray, IntArray
from emgkit.quality.rows import Check, Row, Verdict
from emgkit.quality.signal import Signal

MAINS_HZ = (50.0, 60.0)
TRIED_HZ = np.arange(-5, 6) / 10
"""The mains is looked for so far to either side: the clock of the recorder is not exact either."""
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
    if x is None or s.power_uv2 == 0:
        return MAINS_HZ[0], 0.0
    mask = _usable(s.quiet, s.rate_hz)
    if np.count_nonzero(mask) < MIN_TOTAL_S * s.rate_hz:
        mask = _usable(np.ones_like(s.quiet), s.rate_hz)
    best, best_hz = 0.0, MAINS_HZ[0]
    blocks = _blocks(x, mask, s.rate_hz)
    waves = np.fft.rfft(blocks.samples, axis=1)  # at each multiple of 1 Hz
    for nominal in MAINS_HZ:
        f0 = _fundamental(blocks, nominal)
        n_harmonics = int(min(HIGHEST_HUM_HZ, 0.5 * s.rate_hz - 20) / f0)
        harmonics = f0 * np.arange(1.0, n_harmonics + 1)
        lines = np.rint((harmonics + BESIDE_HZ[:, None]) * BLOCK_S).astype(np.int64)
        beside = blocks.power_of(waves[:, lines.ravel()]).reshape(lines.shape)
        low = blocks.power_at(harmonics[:LOWEST])
        if low.sum() <= beside[:, :LOWEST].sum(axis=1).max():
            continue
        line = np.concatenate([low, blocks.power_at(harmonics[LOWEST:])])
        excess = line - beside.mean(axis=0)
        whole = float(excess.sum())
        if excess[:LOWEST].sum() >= LOWEST_SHARE * whole and whole > best:
            best, best_hz = whole, f0
    return best_hz, best / s.power_uv2


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
    if s.power_uv2 == 0:
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


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """Spectrum of a trial above 20 Hz; arrays of shape (n_frequencies,), 1 Hz apart."""

    freq_hz: FloatArray
    density: FloatArray
    floor: FloatArray
    """Running median of the density over 20 Hz to either side."""

    @property
    def lines(self) -> BoolArray:
        """Where a narrow line stands out from its surroundings."""
        return (self.density > TONE_OVER_MEDIAN * self.floor) & (self.freq_hz >= LOWEST_TONE_HZ)


def spectrum(s: Signal) -> Spectrum | None:
    """Return the spectrum of the trial above 20 Hz; None if there is nothing.

    References
    ----------
    P. D. Welch (1967), IEEE Trans Audio Electroacoust 15(2), 70-73, doi:10.1109/TAU.1967.1161901.
    """
    from scipy import fft, ndimage, signal

    if s.fast_uv is None or s.power_uv2 == 0:
        return None
    size = min(round(s.rate_hz), s.fast_uv.size)
    freq = fft.rfftfreq(size, 1 / s.rate_hz)
    window = signal.windows.hann(size, sym=False)
    # seconds that overlap by half, all at once: scipy.signal.welch takes them one by one, in thrice the time
    seconds = np.lib.stride_tricks.sliding_window_view(s.fast_uv, size)[:: size - size // 2]
    waves = fft.rfft(seconds * window, axis=1)
    density = (np.square(waves.real) + np.square(waves.imag)).mean(axis=0)
    floor = ndimage.median_filter(density, 2 * TONE_SURROUND_HZ + 1, mode="nearest")
    return Spectrum(freq, density, floor)


def tones(s: Signal, mains_hz: float, share: float, found: Spectrum | None) -> Row:
    """Check the power in narrow spectral lines other than the mains, which `mains` has found.

    Notes
    -----
    `found` is from `spectrum`. A line is where it exceeds 8 times the running median over
    20 Hz to either side; what lies over the median is summed, above 40 Hz and more than 1.5 Hz away from the
    mains and its harmonics.
    """
    if s.fast_uv is None or s.fast_uv.size < TONE_MIN_S * s.rate_hz:
        return TONES.unknown(
            f"The recording is shorter than {TONE_MIN_S:g} s or its rate is too low.", s.trial
        )
    if found is None:
        return TONES.unknown("The signal is constant.", s.trial)
    freq, line = found.freq_hz, found.lines
    if share > 0:  # the mains is judged by `hum`
        line &= np.abs(freq - mains_hz * np.round(freq / mains_hz)) > 1.5
    excess = np.where(line, found.density - found.floor, 0.0)
    value = float(100 * excess.sum() / found.density.sum())
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


def without_lines(s: Signal, mains_hz: float, share: float, found: Spectrum | None) -> FloatArray | None:
    """Return the part above 20 Hz without the mains and other tones; None where there is no such part.

    All that lies within 3 Hz of a harmonic of the mains, or 2 Hz of another line, is taken out, and so is
    what the mains does slowly. The samples of a signal without lines are returned as they are. `found` is
    from `spectrum`.
    """
    from scipy import fft, ndimage

    x = s.fast_uv
    if x is None or found is None or x.size < TONE_MIN_S * s.rate_hz:
        return x
    freq, line = found.freq_hz, found.lines
    if share <= LEAST_SHARE and not line.any():
        return x
    size = fft.next_fast_len(x.size, real=True)
    waves = fft.rfft(x, size)
    at = np.arange(waves.size) * (s.rate_hz / size)
    near = ndimage.binary_dilation(line, iterations=LINE_HZ)
    taken = near[np.minimum(np.rint(at / freq[1]).astype(np.int64), freq.size - 1)]
    if share > LEAST_SHARE:
        order = np.round(at / mains_hz)
        taken |= (np.abs(at - order * mains_hz) < MAINS_WIDTH_HZ) & (order > 0)
    waves[taken] = 0
    return np.asarray(fft.irfft(waves, size)[: x.size], dtype=np.float64)


def _usable(mask: BoolArray, rate_hz: float) -> BoolArray:
    """Keep of the mask only the blocks in which enough of it lies."""
    block = round(BLOCK_S * rate_hz)
    n_blocks = mask.size // block
    kept = np.zeros_like(mask)
    inside = mask[: n_blocks * block].reshape(n_blocks, block)
    enough = inside.sum(axis=1) >= MIN_IN_BLOCK_S * rate_hz
    kept[: n_blocks * block] = (inside & enough[:, None]).ravel()
    return kept


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """Blocks of 1 s, zero outside the mask; `weight`, of shape (n_blocks,), counts the samples inside."""

    samples: FloatArray
    weight: IntArray
    rate_hz: float

    def power_at(self, freq_hz: FloatArray) -> FloatArray:
        """Return the mean power at each frequency: amplitude squared over two."""
        phase = 2 * np.pi * np.outer(np.arange(self.samples.shape[1]) / self.rate_hz, freq_hz)
        return self._mean(np.square(self.samples @ np.cos(phase)) + np.square(self.samples @ np.sin(phase)))

    def power_of(self, waves: npt.NDArray[np.complex128]) -> FloatArray:
        """Return the same of columns of the Fourier transform of the blocks."""
        return self._mean(np.square(waves.real) + np.square(waves.imag))

    def _mean(self, square: FloatArray) -> FloatArray:
        scaled = 2 * square / np.square(np.maximum(self.weight, 1))[:, None]
        return np.asarray(np.average(scaled, axis=0, weights=self.weight), dtype=np.float64)


def _blocks(x: FloatArray, mask: BoolArray, rate_hz: float) -> _Blocks:
    size = round(BLOCK_S * rate_hz)
    n_blocks = x.size // size
    inside = mask[: n_blocks * size].reshape(n_blocks, size)
    samples = np.where(inside, x[: n_blocks * size].reshape(n_blocks, size), 0.0)
    return _Blocks(samples, inside.sum(axis=1), rate_hz)


def _fundamental(blocks: _Blocks, nominal_hz: float) -> float:
    """Return the frequency near the nominal one whose first harmonics hold most power.

    Each block is projected on the nominal harmonics in ten pieces; a frequency nearby turns the pieces
    against one another. Within a piece it turns by half a radian at most, which costs under 1 % of the power.
    """
    ends, waves, turn = _nominal(nominal_hz, blocks.samples.shape[1], blocks.rate_hz)
    parts = np.stack([blocks.samples[:, a:b] @ waves[a:b] for a, b in itertools.pairwise(ends)], axis=-1)
    pieces = parts[:, :LOWEST] + 1j * parts[:, LOWEST:]
    turned = np.einsum("bhp,fhp->fbh", pieces, turn)
    square = np.square(turned.real) + np.square(turned.imag)
    weight = blocks.weight / np.square(np.maximum(blocks.weight, 1))
    tried = nominal_hz + TRIED_HZ
    return float(tried[np.argmax((square * weight[:, None]).sum(axis=(1, 2)))])


@functools.lru_cache(maxsize=8)
def _nominal(
    nominal_hz: float, size: int, rate_hz: float
) -> tuple[IntArray, FloatArray, npt.NDArray[np.complex128]]:
    """Return the ends of ten pieces of a block of `size` samples, and what is to be multiplied with them.

    That is the nominal harmonics, of shape (size, 2 harmonics), cosines and then negative sines, and how far
    each frequency tried turns each piece of each harmonic.
    """
    number = np.arange(1, LOWEST + 1)
    ends = np.linspace(0, size, 11).astype(np.int64)
    phase = 2 * np.pi * nominal_hz * np.outer(np.arange(size) / rate_hz, number)
    middle_s = (ends[:-1] + ends[1:]) / 2 / rate_hz
    turn = np.exp(-2j * np.pi * np.multiply.outer(TRIED_HZ, np.outer(number, middle_s)))
    return ends, np.hstack([np.cos(phase), -np.sin(phase)]), turn
