"""Intermittent contact: the wire loses the muscle and finds it again, which crackles."""

import numpy as np
from scipy import ndimage

from emgkit.masks import filled
from emgkit.model import BoolArray, FloatArray
from emgkit.quality.faults import COARSE_STEPS, FLAT_NOT_USABLE_PCT, step_of
from emgkit.quality.located import Located, joined, largest_within, runs
from emgkit.quality.rows import Check, Row, Verdict
from emgkit.quality.signal import MIN_STRETCH_S, Signal
from emgkit.quality.steps import NEAR_S, NOISE_TIMES, change
from emgkit.quantiles import median

SPIKE_TIMES = 15.0
"""A peak so many times the level of the bursts: motor units, single ones included, stay below 13."""
JUMP_TIMES = 6.0
"""A change of level within 12 ms, so many times the level of the bursts: those of muscle stay below 4."""
ABRUPT = 0.4
"""Part of a jump that lies within 1 ms; the swing of a cable has a tenth of it there."""
DROP_OUT = 0.1
"""Less than this part of the quiet signal is no electrode: its own thermal noise is missing."""
DROP_OUT_S = 0.01
DROP_OUT_SAMPLES = 16
"""White noise falls so low over so many samples once in 10^9."""
QUIETEST_PCT = 5
"""Where no quiet signal is known, the quietest twentieth stands for it."""
GAP_S = 0.1
"""Crackle within this time is one event."""
LEAST = 2
"""One event can be a blow on the cable."""
LIMITED_PER_MIN = 5.0
"""One stride in ten at an ordinary cadence."""
NOT_USABLE_PER_MIN = 30.0
"""Every second stride."""
MANY = 10
"""Fewer events do not condemn a trial, however short it is."""

INTERMITTENT_CONTACT = Check(
    "intermittent_contact",
    "per min",
    f"limited from {LEAST} events and {LIMITED_PER_MIN:g} per min, not usable from {MANY} "
    f"events and {NOT_USABLE_PER_MIN:g} per min",
    f"drop-outs of 10 ms or longer, peaks over {SPIKE_TIMES:g} times and jumps over {JUMP_TIMES:g} times the "
    "level of the bursts; those within 0.1 s are one",
)


def find(s: Signal, total: FloatArray, steps: Located, rails: Located | None) -> Located:
    """Find drop-outs, jumps that do not last, and peaks beyond what the muscle gives.

    Parameters
    ----------
    s : Signal
    total : array of shape (n_samples + 1,)
        From `steps.running_sum`.
    steps : Located
        Lasting steps, which are judged by themselves.
    rails : Located or None
        Samples on a rail of the converter, which are judged as clipping.
    """
    n = s.emg_uv.size
    rail = np.zeros(n, dtype=np.bool_) if rails is None else rails.marked(n)
    crackle = _peaks(s) | (_jumps(s, total) & ~steps.marked(n))
    start, stop = joined(*runs(_drop_outs(s, rail) | crackle), GAP_S * s.rate_hz)
    return Located(
        check=INTERMITTENT_CONTACT.name,
        words="intermittent contact",
        start=start,
        stop=stop,
        rate_hz=s.rate_hz,
        limit_pct=FLAT_NOT_USABLE_PCT,
        value=60 * start.size / (n / s.rate_hz),
        # a short gap hides little of a stride, crackle makes bursts of its own
        spoils=(largest_within(crackle.astype(np.float64), start, stop) > 0) & (start.size >= LEAST),
    )


def intermittent_contact(s: Signal, found: Located | None) -> Row:
    """Judge the events that were found, per minute."""
    check = INTERMITTENT_CONTACT
    if found is None:
        return check.unknown(s.why_no_fast, s.trial)
    if found.start.size < LEAST or found.value < LIMITED_PER_MIN:
        advice = "No action needed."
        if found.start.size:
            advice = "Few events: look at the places named before a burst there is believed."
        return check.row("good", found.value, advice, s.trial, found.where)
    many = found.start.size >= MANY and found.value >= NOT_USABLE_PER_MIN
    verdict: Verdict = "not usable" if many else "limited"
    advice = (
        "The contact of the wire comes and goes: look at plug, spring and cable. Strides with crackle, "
        "and those with gaps of a tenth, are left out; what looks like a burst beside them may be crackle."
    )
    return check.row(verdict, found.value, advice, s.trial, found.where)


def _drop_outs(s: Signal, rail: BoolArray) -> BoolArray:
    """Return where the signal falls far below its own noise, for `DROP_OUT_S` or longer."""
    change_uv = np.diff(s.emg_uv, append=s.emg_uv[-1])
    size = max(round(DROP_OUT_S * s.rate_hz), DROP_OUT_SAMPLES)
    square = np.square(change_uv)
    local = ndimage.uniform_filter1d(square, size)
    if np.count_nonzero(s.quiet) >= MIN_STRETCH_S * s.rate_hz:
        usual = median(local[s.quiet])
    else:
        usual = float(np.percentile(local[:: max(1, size // 2)], QUIETEST_PCT))
    low = local < DROP_OUT**2 * usual
    if not low.any() or usual <= (COARSE_STEPS * step_of(s)) ** 2:
        return np.zeros(s.emg_uv.size, dtype=np.bool_)  # such noise is not seen between coarse steps
    # the window lies wholly inside the drop-out, which is longer by half of it to either side
    low = ndimage.binary_dilation(low, iterations=size // 2)
    # at an end of the recording it is padding, and on a rail the signal stands still for another reason
    start, stop = runs(low)
    inside = (
        (start > size)
        & (stop < low.size - size)
        & (largest_within(rail.astype(np.float64), start, stop) == 0)
    )
    return filled(start[inside], stop[inside], low.size)


def _peaks(s: Signal) -> BoolArray:
    assert s.fast_uv is not None
    return np.asarray(np.abs(s.fast_uv) > max(SPIKE_TIMES * s.loud_uv, 2 * NOISE_TIMES * s.noise_uv))


def _jumps(s: Signal, total: FloatArray) -> BoolArray:
    """Return where the level changes within 12 ms by more than it does in the bursts, and abruptly."""
    jump = np.abs(change(total, s.rate_hz, NEAR_S))
    large = jump > max(JUMP_TIMES * s.loud_uv, NOISE_TIMES * s.noise_uv)
    if not large.any():
        return large
    ms = max(1, round(0.001 * s.rate_hz))
    slope = np.zeros(s.emg_uv.size)
    slope[ms:] = np.abs(s.emg_uv[ms:] - s.emg_uv[:-ms])
    steepest = ndimage.maximum_filter1d(slope, 2 * round(NEAR_S[1] * s.rate_hz) + 1)
    return np.asarray(large & (steepest >= ABRUPT * jump))
