"""Faults of the wire, the amplifier and the converter that the samples themselves show."""

import numpy as np

from emgkit.model import FloatArray, IntArray
from emgkit.quality.located import Located, runs
from emgkit.quality.rows import Check, Row, Verdict
from emgkit.quality.signal import HIGH_PASS_HZ, Signal, power
from emgkit.quantiles import median

RAIL_TOLERANCES = (1e-3, 1.5e-3, 2.2e-3, 3.3e-3, 5e-3, 7.5e-3, 1.1e-2, 1.7e-2, 2.5e-2, 4e-2)
"""A converter's rail flickers by a count or two: within the first part of the range it is the rail. A soft
rail is that of an amplifier below the converter's end, with noise on it. The narrowest that shows a heap
counts."""
RAIL_OF_NEXT = 2.3
"""Times as many as in the next three widths. A smooth top has as many in both, because it is a parabola."""
RAIL_SOFT = 3e-3
"""Part of the range from which on the next three widths will do: narrower ones do not reach from one sample
of a smooth top to the next."""
RAIL_OF_BULK = 0.25
RAIL_LEAST = 5
"""Samples at an extreme; fewer can be one rounded peak."""
CLIP_LIMITED_PCT = 0.1
"""A muscle on a third of the time then loses 0.3 % of its root mean square (Gaussian), more of its peaks."""
CLIP_NOT_USABLE_PCT = 5.0
"""A muscle on a third of the time then loses 13 % of its root mean square, and its peaks are not known."""
MIN_LEVELS = 8
"""With fewer distinct values (3 bits) a run at an extreme does not tell clipping from coarse steps."""

FLAT_RUN_S = 0.05
"""The noise of any amplifier moves a sample within this time, unless the steps are too coarse to show it."""
FLAT_LIMITED_PCT = 1.0
FLAT_NOT_USABLE_PCT = 10.0
"""Cycles in the flat stretch would count as cycles without a burst."""

COARSE_STEPS = 1.5
"""Flat stretches that begin and end with smaller changes, in steps of the converter, are of quiet signal."""

OFFSET_LIMIT = 5.0
"""A normal offset is smaller than the signal; five times as large speaks for a fault of the contact."""
DRIFT_LIMIT = 1.0
"""More movement below 20 Hz than signal above: the contact of the wire or its cable moves."""
AMPLITUDE_LIMIT_UV = 20_000.0
"""Larger than motor unit potentials get, even large polyphasic ones at a needle (10-20 mV)."""

CLIPPING = Check(
    "clipping",
    "%",
    f"good below {CLIP_LIMITED_PCT:g} %, limited from there, not usable from {CLIP_NOT_USABLE_PCT:g} %",
    "share of the samples heaped at the trial's largest or smallest value",
    concerns="magnitude",
)
FLAT_LINE = Check(
    "flat_line",
    "%",
    f"good below {FLAT_LIMITED_PCT:g} %, limited from there, not usable from {FLAT_NOT_USABLE_PCT:g} %",
    "share of the trial in which the signal does not change at all for 50 ms or longer",
)
OFFSET = Check(
    "offset",
    "",
    f"good up to {OFFSET_LIMIT:g}, limited above",
    "mean of the signal in multiples of its root mean square above 20 Hz",
)
DRIFT = Check(
    "drift",
    "",
    f"good up to {DRIFT_LIMIT:g}, limited above",
    "root mean square of the signal below 20 Hz, without its mean, in multiples of that above 20 Hz",
)
AMPLITUDE = Check(
    "amplitude",
    "uV",
    f"good up to {AMPLITUDE_LIMIT_UV:g} uV, limited above",
    "99.9th percentile of the distance of the samples from their median",
    concerns="magnitude",
)


def find_clipping(s: Signal) -> Located | None:
    """Find the samples that are heaped at the trial's largest and smallest value; None with too few values.

    Notes
    -----
    Samples within 0.1 % of the range of an extreme count as clipped if there are at least 5 of them and
    more than in the ten times wider band (or the three distinct values) next to it. If they do not, wider
    bands up to 4 % are tried; from 0.3 % on, 2.3 times as many as in the next three widths will do, too.
    The values of a signal that is not clipped thin out towards its extremes, and those of a smooth wave are
    fewer there than beside; those of a clipped one heap up. A band wider than a quarter of the bulk of the
    values (5th to 95th percentile) tells nothing: a single spike stretches the range. Clipping inside the
    amplifier, before a filter, leaves no such heap and is not seen.
    """
    if s.levels_uv.size < MIN_LEVELS:
        return None
    low, high = s.quantiles(0.05, 0.95)
    upper = _rail(s.ordered_uv, s.levels_uv, high - low)
    lower = -_rail(-s.ordered_uv[::-1], -s.levels_uv[::-1], high - low)
    bad = (s.emg_uv >= upper) | (s.emg_uv <= lower)
    share_pct = 100 * float(bad.mean())
    return Located(CLIPPING.name, "clipped", *runs(bad), s.rate_hz, CLIP_NOT_USABLE_PCT, share_pct)


def clipping(s: Signal, found: Located | None) -> Row:
    """Judge how many samples are clipped, in percent of all."""
    if found is None:
        return CLIPPING.unknown(
            f"The signal has fewer than {MIN_LEVELS} distinct values; see quantisation.", s.trial
        )
    value = found.value
    verdict = _grade(value, CLIP_LIMITED_PCT, CLIP_NOT_USABLE_PCT)
    advice = {
        "good": "No action needed.",
        "limited": "The tops of the signal are cut off: amplitudes are too low, timing is little affected. "
        "Lower the gain and record again if magnitude matters.",
        "not usable": "The signal is cut off at the end of the range of the recorder: amplitudes are wrong "
        "and bursts may be artefacts. Check wire and gain, and record again.",
    }[verdict]
    return CLIPPING.row(verdict, value, advice, s.trial, found.where)


def flat_line(s: Signal) -> Row:
    """Check how much of the trial has no change at all for 50 ms or longer, in percent.

    An open wire that picks up hum is not flat: `hum`, `tones` and `snr` see it.
    """
    if s.emg_uv.size < FLAT_RUN_S * s.rate_hz:
        return FLAT_LINE.unknown(s.why_no_fast, s.trial)
    n_levels = s.levels_uv.size
    if 1 < n_levels < MIN_LEVELS:
        return FLAT_LINE.unknown(
            f"The signal has fewer than {MIN_LEVELS} distinct values; see quantisation.", s.trial
        )
    n = s.emg_uv.size
    start, stop = (np.array([0]), np.array([n])) if n_levels == 1 else _flat(s.emg_uv, s.rate_hz)
    value = 100 * float((stop - start).sum() / n)
    verdict = _grade(value, FLAT_LIMITED_PCT, FLAT_NOT_USABLE_PCT)
    advice = {
        "good": "No action needed.",
        "limited": "The signal is flat for part of the recording: cycles there show no burst although "
        "nothing was recorded. Look at the trace and leave them out.",
        "not usable": "The signal is flat for much of the recording: the channel is not connected or "
        "dropped out. Cycles without a burst mean nothing here.",
    }[verdict]
    where = Located(FLAT_LINE.name, "flat", start, stop, s.rate_hz, None).where
    return FLAT_LINE.row(verdict, value, advice, s.trial, where)


def offset(s: Signal) -> Row:
    """Check the mean of the signal against its root mean square above 20 Hz."""
    rms = None if s.fast_uv is None else np.sqrt(s.power_uv2)
    if not rms:
        return OFFSET.unknown(s.why_no_fast if rms is None else "The signal is constant.", s.trial)
    value = float(abs(s.emg_uv.mean()) / rms)
    if value <= OFFSET_LIMIT:
        return OFFSET.row("good", value, "No action needed.", s.trial)
    advice = (
        "The signal rides on a large constant voltage, which is removed before analysis but speaks for a "
        "poor contact or a signal that is far too small. Check the wire."
    )
    return OFFSET.row("limited", value, advice, s.trial)


def drift(s: Signal) -> Row:
    """Check the root mean square below 20 Hz, without the mean, against that above 20 Hz."""
    rms = None if s.fast_uv is None else np.sqrt(s.power_uv2)
    if s.fast_uv is None or not rms:
        return DRIFT.unknown(s.why_no_fast if rms is None else "The signal is constant.", s.trial)
    slow = s.emg_uv - s.emg_uv.mean() - s.fast_uv
    value = float(np.sqrt(power(slow)) / rms)
    if value <= DRIFT_LIMIT:
        return DRIFT.row("good", value, "No action needed.", s.trial)
    advice = (
        f"The baseline moves more than the signal itself. What lies below {HIGH_PASS_HZ:g} Hz is removed "
        "before analysis, but a moving wire or cable makes faster artefacts too: compare the bursts with "
        "the trace."
    )
    return DRIFT.row("limited", value, advice, s.trial)


def amplitude(s: Signal) -> Row:
    """Check whether the amplitudes can be those of wire EMG, in microvolts at the electrode."""
    (middle,) = s.quantiles(0.5)
    n_ends = int(0.001 * s.emg_uv.size) + 2  # the farthest thousandth lies at either end
    ends = np.concatenate([s.ordered_uv[:n_ends], s.ordered_uv[-n_ends:]])
    farthest = np.sort(np.abs(ends - middle))[::-1]
    value = float(np.interp(0.001 * (s.emg_uv.size - 1), np.arange(farthest.size), farthest))
    if value <= AMPLITUDE_LIMIT_UV:
        return AMPLITUDE.row("good", value, "No action needed.", s.trial)
    advice = (
        "This is more than muscle gives at a wire: the gain of the amplifier is probably not taken out of "
        "the file. Do not read amplitudes as microvolts; timing is not affected."
    )
    return AMPLITUDE.row("limited", value, advice, s.trial)


def _grade(value: float, limited: float, not_usable: float) -> Verdict:
    return "good" if value < limited else "limited" if value < not_usable else "not usable"


def find_flat(s: Signal) -> Located | None:
    """Find the flat stretches that are a fault of the signal.

    None with fewer than `MIN_LEVELS` values, which the checks of the trial judge as a whole, and for a signal
    whose steps are too coarse to show its noise: it is flat whenever the muscle is silent. That is no fault
    of a cycle; such flat stretches begin and end with a single step of the converter.
    """
    if s.emg_uv.size < FLAT_RUN_S * s.rate_hz or s.levels_uv.size < MIN_LEVELS:
        return None
    start, stop = _flat(s.emg_uv, s.rate_hz)
    jump = _jumps(s.emg_uv, start, stop)
    if not jump.size or np.median(jump) <= COARSE_STEPS * step_of(s):
        return None
    share_pct = 100 * float((stop - start).sum() / s.emg_uv.size)
    return Located(FLAT_LINE.name, "flat", start, stop, s.rate_hz, FLAT_NOT_USABLE_PCT, share_pct)


def _flat(emg_uv: FloatArray, rate_hz: float) -> tuple[IntArray, IntArray]:
    """Return start and stop of the stretches without any change of `FLAT_RUN_S` or longer, in samples."""
    # a sample that is like the one before it: the first of a stretch is left out
    start, stop = runs(emg_uv[1:] == emg_uv[:-1])
    long = stop - start >= max(2, round(FLAT_RUN_S * rate_hz) - 1)
    return start[long] + 1, stop[long] + 1


def _jumps(samples: FloatArray, start: IntArray, stop: IntArray) -> FloatArray:
    """Return by how much the signal changes into and out of its flat stretches."""
    # the first sample of a stretch is already like the one before it
    last_before = np.concatenate([start[start > 1] - 2, stop[stop < samples.size] - 1])
    return np.asarray(np.abs(samples[last_before + 1] - samples[last_before]), dtype=np.float64)


def _rail(ordered: FloatArray, levels: FloatArray, bulk: float) -> float:
    """Return the value from which on the samples are heaped at the largest; infinite if they thin out.

    `ordered` are the samples and `levels` their distinct values, both sorted.
    """
    top, spread = float(ordered[-1]), float(ordered[-1] - ordered[0])

    def count(least: float) -> int:
        return int(ordered.size - np.searchsorted(ordered, least))

    for part in RAIL_TOLERANCES:
        near = part * spread
        if near > RAIL_OF_BULK * bulk:
            break
        n_levels_beside = int(np.searchsorted(levels, top - near))
        # of coarse counts, the three distinct values below the top if they reach farther than the band
        third = float(levels[n_levels_beside - 3]) if n_levels_beside >= 3 else -np.inf
        n_top = count(top - near)
        heaped = n_top > count(min(top - 11 * near, third)) - n_top
        if part >= RAIL_SOFT:
            heaped |= n_top > RAIL_OF_NEXT * (count(min(top - 4 * near, third)) - n_top)
        if n_top >= RAIL_LEAST and heaped:
            return top - near
    return float("inf")


def step_of(s: Signal) -> float:
    """Return the step of the converter: the median distance of neighbouring distinct values, 0 if constant.

    Only the middle half of the values is looked at, where the signal visits every level, unless they have too
    few levels; distances below a millionth of the range are rounding of the file's scale factors.
    """
    low, high = s.quantiles(0.25, 0.75)
    levels = s.levels_uv[np.searchsorted(s.levels_uv, low) : np.searchsorted(s.levels_uv, high, "right")]
    if levels.size < MIN_LEVELS:
        levels = s.levels_uv
    distance = np.diff(levels)
    distance = distance[distance > 1e-6 * (s.ordered_uv[-1] - s.ordered_uv[0])]
    return median(distance) if distance.size else 0.0
