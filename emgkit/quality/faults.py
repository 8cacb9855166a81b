"""Faults of the wire, the amplifier and the converter that the samples themselves show."""

from dataclasses import dataclass

import numpy as np

from emgkit.model import BoolArray, FloatArray
from emgkit.quality.rows import Check, Row, Verdict
from emgkit.quality.signal import HIGH_PASS_HZ, Signal, power

RAIL_TOLERANCE = 1e-3
"""A converter's rail flickers by a count or two: within this part of the range it is the rail."""
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


def clipping(s: Signal) -> Row:
    """Check how many samples are heaped at the trial's largest and smallest value, in percent of all.

    Notes
    -----
    Samples within 0.1 % of the range of an extreme count as clipped if there are at least 5 of them and more
    than in the ten times wider band (or the three distinct values) next to it. The values of a signal that is
    not clipped thin out towards its extremes; those of a clipped one heap up there. Clipping inside the
    amplifier, before a filter, leaves no such heap and is not seen.
    """
    if np.unique(s.emg_uv).size < MIN_LEVELS:
        return CLIPPING.unknown(
            f"The signal has fewer than {MIN_LEVELS} distinct values; see quantisation.", s.trial
        )
    value = 100 * float(np.mean(_heaped(s.emg_uv) | _heaped(-s.emg_uv)))
    verdict = _grade(value, CLIP_LIMITED_PCT, CLIP_NOT_USABLE_PCT)
    advice = {
        "good": "No action needed.",
        "limited": "The tops of the signal are cut off: amplitudes are too low, timing is little affected. "
        "Lower the gain and record again if magnitude matters.",
        "not usable": "The signal is cut off at the end of the range of the recorder: amplitudes are wrong "
        "and bursts may be artefacts. Check wire and gain, and record again.",
    }[verdict]
    return CLIPPING.row(verdict, value, advice, s.trial)


def flat_line(s: Signal) -> Row:
    """Check how much of the trial has no change at all for 50 ms or longer, in percent.

    An open wire that picks up hum is not flat: `hum`, `tones` and `snr` see it.
    """
    if s.emg_uv.size < FLAT_RUN_S * s.rate_hz:
        return FLAT_LINE.unknown(s.why_no_fast, s.trial)
    n_levels = np.unique(s.emg_uv).size
    if 1 < n_levels < MIN_LEVELS:
        return FLAT_LINE.unknown(
            f"The signal has fewer than {MIN_LEVELS} distinct values; see quantisation.", s.trial
        )
    value = 100.0 if n_levels == 1 else 100 * float(_flat(s.emg_uv, s.rate_hz).mean())
    verdict = _grade(value, FLAT_LIMITED_PCT, FLAT_NOT_USABLE_PCT)
    advice = {
        "good": "No action needed.",
        "limited": "The signal is flat for part of the recording: cycles there show no burst although "
        "nothing was recorded. Look at the trace and leave them out.",
        "not usable": "The signal is flat for much of the recording: the channel is not connected or "
        "dropped out. Cycles without a burst mean nothing here.",
    }[verdict]
    return FLAT_LINE.row(verdict, value, advice, s.trial)


def offset(s: Signal) -> Row:
    """Check the mean of the signal against its root mean square above 20 Hz."""
    rms = None if s.fast_uv is None else np.sqrt(power(s.fast_uv))
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
    rms = None if s.fast_uv is None else np.sqrt(power(s.fast_uv))
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
    value = float(np.percentile(np.abs(s.emg_uv - np.median(s.emg_uv)), 99.9))
    if value <= AMPLITUDE_LIMIT_UV:
        return AMPLITUDE.row("good", value, "No action needed.", s.trial)
    advice = (
        "This is more than muscle gives at a wire: the gain of the amplifier is probably not taken out of "
        "the file. Do not read amplitudes as microvolts; timing is not affected."
    )
    return AMPLITUDE.row("limited", value, advice, s.trial)


def _grade(value: float, limited: float, not_usable: float) -> Verdict:
    return "good" if value < limited else "limited" if value < not_usable else "not usable"


@dataclass(frozen=True, slots=True, eq=False)
class Within:
    """One kind of fault of the signal, and how much of a cycle it may spoil."""

    words: str
    bad: BoolArray
    """Samples with the fault, shape (n_samples,)."""
    limit_pct: float
    """Share of a cycle from which it is not usable: that of the check of the whole trial."""


def faults_within(emg_uv: FloatArray, rate_hz: float) -> tuple[Within, ...]:
    """Return where the signal is clipped or flat.

    Parameters
    ----------
    emg_uv : array of shape (n_samples,), in microvolts
        The signal as recorded, not filtered.

    Returns
    -------
    tuple of Within
        Empty for a signal of fewer than `MIN_LEVELS` values, which the checks of the trial judge as a whole.
        A signal whose steps are too coarse to show its noise is flat whenever the muscle is silent. That is
        no fault of a cycle; its flat stretches begin and end with a single step of the converter.
    """
    if np.unique(emg_uv).size < MIN_LEVELS:
        return ()
    found = [Within("clipped", _heaped(emg_uv) | _heaped(-emg_uv), CLIP_NOT_USABLE_PCT)]
    flat = _flat(emg_uv, rate_hz)
    jump = _jumps(emg_uv, flat)
    if jump.size and np.median(jump) > COARSE_STEPS * step_of(emg_uv):
        found.append(Within("flat", flat, FLAT_NOT_USABLE_PCT))
    return tuple(found)


def _flat(emg_uv: FloatArray, rate_hz: float) -> BoolArray:
    """Return which samples lie in stretches without any change of `FLAT_RUN_S` or longer."""
    same = np.append(False, np.diff(emg_uv) == 0)
    return _in_runs(same, max(2, round(FLAT_RUN_S * rate_hz) - 1))


def _jumps(samples: FloatArray, flat: BoolArray) -> FloatArray:
    """Return by how much the signal changes into and out of its flat stretches."""
    change = np.abs(np.diff(samples))
    # the first sample of a stretch is already like the one before it
    into = np.flatnonzero(flat[1:] & ~flat[:-1]) - 1
    out_of = np.flatnonzero(flat[:-1] & ~flat[1:])
    return np.concatenate([change[into[into >= 0]], change[out_of]])


def _heaped(samples: FloatArray) -> BoolArray:
    """Return which samples are heaped at the largest value; none if they thin out towards it."""
    top, near = float(samples.max()), RAIL_TOLERANCE * float(np.ptp(samples))
    at_top = samples >= top - near
    third = top - near
    for _ in range(3):  # distinct values below the top, without sorting the whole signal
        third = float(np.max(samples, where=samples < third, initial=-np.inf))
    beside = ~at_top & (samples >= min(top - 11 * near, third))
    n_top, n_beside = int(np.count_nonzero(at_top)), int(np.count_nonzero(beside))
    return at_top if n_top >= RAIL_LEAST and n_top > n_beside else np.zeros_like(at_top)


def _in_runs(flags: BoolArray, least: int) -> BoolArray:
    """Return which samples lie in runs of at least `least` true flags."""
    edges = np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))
    start, stop = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    long = stop - start >= least
    change = np.zeros(flags.size + 1, dtype=np.int64)
    change[start[long]] += 1
    change[stop[long]] -= 1
    return np.cumsum(change[:-1]) > 0


def step_of(samples: FloatArray) -> float:
    """Return the step of the converter: the median distance of neighbouring distinct values, 0 if constant.

    Only the middle half of the values is looked at, where the signal visits every level, unless they have too
    few levels; distances below a millionth of the range are rounding of the file's scale factors.
    """
    low, high = np.percentile(samples, [25, 75])
    levels = np.unique(samples[(samples >= low) & (samples <= high)])
    if levels.size < MIN_LEVELS:
        levels = np.unique(samples)
    distance = np.diff(levels)
    distance = distance[distance > 1e-6 * float(np.ptp(samples))]
    return float(np.median(distance)) if distance.size else 0.0
