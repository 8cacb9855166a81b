"""An open wire, or an input without one: hum and drift instead of the muscle, or even noise."""

import numpy as np

from emgkit.model import FloatArray
from emgkit.quality.interference import MAINS_HZ, Spectrum
from emgkit.quality.located import Located, runs
from emgkit.quality.rows import Check, Row, Verdict
from emgkit.quality.signal import Signal

BLOCK_LONG_S = 1.0
HARMONICS = 5
OPEN_PART = 0.9
"""Drift and hum hold nine tenths of the power: what a muscle adds is lost in them."""
HUM_PART = 0.5
"""Hum holds half of the power above 20 Hz: a loose wire is an aerial."""
HUM_OF_LOUD = 0.3
"""Hum near the level of the bursts; less lies below them and is judged by `hum`."""
LIMITED_PCT = 2.0
NOT_USABLE_PCT = 50.0
LEFT_OUT_PCT = 10.0
"""As for a flat line: a cycle without a burst in it means nothing."""
WHOLE_PCT = 90.0
"""From there on the trial is judged as a whole: no part is worth keeping, so that none is left out."""

EVEN = 2.7
"""The loudest twentieth of the blocks over the quietest fifth: bursts of 8 dB, the limit of a good SNR,
reach it. Inputs without a wire, with the clicks of their
converter, stay below 2.65."""
WHITE = (0.5, 2.0)
"""Density just below half the rate over that of the middle of the band: muscle falls off there."""

OPEN_WIRE = Check(
    "open_wire",
    "%",
    f"good below {LIMITED_PCT:g} %, limited from there, not usable from {NOT_USABLE_PCT:g} %; not usable if "
    "bursts were found in even white noise, not determinable if none were",
    "share of the seconds in which hum and drift hold nine tenths of the power and hum is as large as bursts",
)


def find(s: Signal) -> Located:
    """Find the seconds in which hum and drift stand in for the muscle."""
    assert s.fast_uv is not None
    size = round(BLOCK_LONG_S * s.rate_hz)
    n_blocks = s.emg_uv.size // size
    fast = s.fast_uv[: n_blocks * size].reshape(n_blocks, size)
    slow = (s.emg_uv - s.emg_uv.mean() - s.fast_uv)[: n_blocks * size].reshape(n_blocks, size)
    hum = _hum_power(fast)
    above, below = np.square(fast).mean(axis=1), np.square(slow).mean(axis=1)
    is_open = (
        (below + hum >= OPEN_PART * (below + above))
        & (hum >= HUM_PART * above)
        & (np.sqrt(hum) >= HUM_OF_LOUD * s.loud_uv)
    )
    start, stop = runs(is_open)
    share_pct = 100 * float(is_open.mean()) if n_blocks else float("nan")
    return Located(
        check=OPEN_WIRE.name,
        words="hum and drift instead of the muscle",
        start=start * size,
        stop=np.where(stop == n_blocks, s.emg_uv.size, stop * size),
        rate_hz=s.rate_hz,
        limit_pct=LEFT_OUT_PCT if share_pct < WHOLE_PCT else None,
        value=share_pct,
    )


def _hum_power(blocks: FloatArray) -> FloatArray:
    """Return the power at the mains and its harmonics in each block of 1 s, of shape (n_blocks,).

    Of the mains of 50 and of 60 Hz the stronger; 1 Hz to either side belongs to it, because it drifts.
    """
    waves = np.fft.rfft(blocks, axis=1)
    power = np.zeros(blocks.shape[0])
    for nominal in MAINS_HZ:
        lines = (nominal * np.arange(1, HARMONICS + 1)[:, None] + np.arange(-1, 2)).ravel().astype(np.int64)
        mains = waves[:, lines[lines < waves.shape[1]]]
        square = 2 * (np.square(mains.real) + np.square(mains.imag)) / blocks.shape[1] ** 2
        power = np.maximum(power, square.sum(axis=1))
    return power


def open_wire(s: Signal, found: Located | None, spectrum: Spectrum | None, *, bursts: bool = True) -> Row:
    """Judge the seconds without muscle, and whether there is anything but the noise of an input at all.

    Parameters
    ----------
    s : Signal
    found : Located or None
        From `find`.
    spectrum : Spectrum or None
        Of the whole trial, from `interference.spectrum`.
    bursts : bool
        Whether bursts were found. Without any, a silent muscle and an input without a wire look alike.

    Notes
    -----
    Noise of even strength that is white up to half the rate comes from the input itself. A silent muscle adds
    nothing to it: the two cannot be told apart, and bursts in it are those of chance.
    """
    if found is None or np.isnan(found.value):
        return OPEN_WIRE.unknown(s.why_no_fast, s.trial)
    if found.value >= LIMITED_PCT:
        verdict: Verdict = "limited" if found.value < NOT_USABLE_PCT else "not usable"
        advice = (
            "Hum and drift take the place of the muscle there: the wire is open or pulled out. A cycle "
            "without a burst there means nothing"
            + ("; such cycles are left out" if found.limit_pct is not None else "")
            + ". Check wire, plug and ground."
        )
        return OPEN_WIRE.row(verdict, found.value, advice, s.trial, found.where)
    if spectrum is not None and _is_input_noise(s, spectrum.freq_hz, spectrum.density):
        if bursts:
            advice = (
                "The signal is noise, white up to half the rate and of nearly even strength, as of an input "
                "without a wire: the bursts in it are those of chance or clicks of the converter, whatever "
                "`activity` says. Check wire and plug, and record again."
            )
            return OPEN_WIRE.row("not usable", found.value, advice, s.trial)
        why = (
            "The signal is noise, white up to half the rate and of nearly even strength: a silent muscle, or "
            "an input without a wire. A maximum test or stimulation through the wire tells."
        )
        return OPEN_WIRE.unknown(why, s.trial)
    return OPEN_WIRE.row("good", found.value, "No action needed.", s.trial, found.where)


def _is_input_noise(s: Signal, freq_hz: FloatArray, density: FloatArray) -> bool:
    if not s.rms_uv.size:
        return False
    quiet, loud = np.percentile(s.rms_uv, [20, 95])
    top = (freq_hz > 0.35 * s.rate_hz) & (freq_hz < 0.43 * s.rate_hz)
    middle = (freq_hz > 60) & (freq_hz < 0.2 * s.rate_hz)
    if not (top.any() and middle.any() and quiet > 0):
        return False
    ratio = float(np.median(density[top]) / max(float(np.median(density[middle])), np.finfo(float).tiny))
    return bool(loud < EVEN * quiet and WHITE[0] < ratio < WHITE[1])
