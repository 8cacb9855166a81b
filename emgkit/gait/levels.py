"""One switch on one channel: its open and closed level, its thresholds, and what is no switch."""

from dataclasses import dataclass
from itertools import compress
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from emgkit.errors import InputError
from emgkit.gait.refusals import refusal, shown_v
from emgkit.gait.runs import Runs, debounced, gaps, hysteresis, in_all
from emgkit.model import FloatArray, Switch
from emgkit.quantiles import median, of_ordered, quantile

MOST_V = 1e30
"""Far above any voltage, far below where squares of it overflow."""
MIN_SPAN_V = 0.2
"""A switch whose two levels are closer than this is dead."""
CLOSE, RELEASE = 0.2, 0.1
"""A switch closes above and opens below these parts of its span. Low, because a force cell under the heel
rises over 20 to 30 ms, and the contact is where it begins to."""
NOISE_MARGIN = 1.4
"""Over noise or hum on the open level, the thresholds rise to this many times its 95th percentile."""
MAX_NOISE = 0.35
"""In parts of the span; above, noise on both levels comes near the thresholds."""
MAX_CHATTER = 0.2
"""Largest share of the time in states shorter than the debounce; two long chatters a stride are 5 %."""
MAX_DRIFT = 0.4
"""Largest range of the open level, in parts of the span; beyond half, one level is where the other was."""
STEADY, MIN_STEADY = 0.08, 0.5
"""An open switch is this near to its open level, in parts of the span, for this share of the time.
A sine is for less than half of it; a force cell is low for a while before and after each stance."""
DIP, NEIGHBOURS = 0.2, 5
"""A low piece this much higher, in parts of the span, than the lowest of so many around it is a dip."""
MAX_SPIKE_S, ALONE_S = 0.001, 0.01
"""A closing so brief, with no other so near, is a spike."""
EDGE_S = 0.04
"""What is nearer to a change than this does not show a level: a force cell still rises or falls."""
PIECE_S = 1.0
"""Longest piece with one level; over longer ones it is interpolated."""
BLOCK = 8192
"""Samples of which the running median is taken at once."""
MAINS_HZ = (40.0, 70.0)


Volts: TypeAlias = npt.NDArray[np.floating]
"""Voltages, in single or double precision."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels and thresholds of one separate switch, in volts as they stand in the file."""

    open_v: float
    closed_v: float
    closes_v: float
    """The switch closes beyond this, towards the closed level."""
    opens_v: float
    """It opens beyond this, towards the open level."""
    drift_v: float
    """Range over which the open level moves; the thresholds move with it."""
    given: bool
    """Whether the threshold was given."""

    def __str__(self) -> str:
        closes, opens = ("above", "below") if self.closed_v > self.open_v else ("below", "above")
        text = (
            f"open at {shown_v(self.open_v)} V, closed at {shown_v(self.closed_v)} V; "
            f"closes {closes} {shown_v(self.closes_v)} V{' (given)' if self.given else ''}, "
            f"opens {opens} {shown_v(self.opens_v)} V"
        )
        if self.drift_v > RELEASE * abs(self.closed_v - self.open_v):
            text += f"; its open level moves over {self.drift_v:.2g} V, and the thresholds with it"
        return text


def separate(
    switch: Switch, *, shortest_s: float, threshold_v: float | None = None, inverted: bool = False
) -> tuple[Runs, Levels]:
    """Decode a switch that is alone on its channel.

    Parameters
    ----------
    switch : Switch
    shortest_s : float
        Shorter openings and closings are bounce.
    threshold_v : float, optional
        The switch closes here. Without it, at a fifth of the way from the open to the closed level, higher
        over noise.
    inverted : bool
        Whether it is high while it is open.

    Returns
    -------
    closed : start and stop of each closing, in samples
        Not yet debounced.
    levels : Levels

    Raises
    ------
    InputError
        If the channel is dead, hums, floats, drifts, or is too noisy, or the threshold does not lie between
        its levels.

    Notes
    -----
    The two levels are first told apart where the variance between them is largest (Otsu). The open level is
    then that of each opening, or of each second of a long one, and is interpolated between: it may drift.
    The span is the distance from there to the median of the closings.

    References
    ----------
    Otsu, N. (1979). A threshold selection method from gray-level histograms. IEEE Transactions on Systems,
    Man, and Cybernetics 9(1), 62-66. doi:10.1109/TSMC.1979.4310076
    """
    from scipy.ndimage import uniform_filter1d

    sign = -1.0 if inverted else 1.0
    rate_hz, size = switch.rate_hz, switch.voltage_v.size
    raw_v = -finite(switch) if inverted else finite(switch)
    smooth = _smooth(_narrow(raw_v), round(MAX_SPIKE_S * rate_hz))
    volts = smooth.astype(np.float64)
    rough, span = _split(switch, volts, np.sort(smooth).astype(np.float64), shortest_s * rate_hz)
    high = debounced(rough, size, shortest_s * rate_hz)
    calm = uniform_filter1d(volts, max(1, round(EDGE_S * rate_hz)))  # without hum, that is judged as noise
    in_open = _pieces(gaps(high, size), size, rate_hz)
    open_v = _open_level(calm, in_open, span)
    in_closed = _pieces(high, size, rate_hz)
    above = [volts[at] - open_v[at] for at in _slices(in_closed)]
    span = float(np.median([_ranked(piece, 0.5) for piece in above]))
    if span < MIN_SPAN_V:
        raise dead(switch, span)
    # a foot that drags closes the switch for less than its debounce: that is no noise of the open level
    rests = in_all([in_open, gaps(rough, size)])
    noise = _check_open(switch, volts, calm, open_v, rests, span)
    middle_v = median(open_v)
    if threshold_v is None:
        release = max(RELEASE, NOISE_MARGIN * noise)
        close = release + CLOSE - RELEASE
    else:
        close = (sign * threshold_v - middle_v) / span
        release = close / 2
        _check_given(switch, threshold_v, close, noise, sign * middle_v, sign * (middle_v + span))
    part = raw_v - open_v
    part /= span
    closed = _without_spikes(hysteresis(part, release, close), rate_hz)
    shown = [sign * (middle_v + span * part) for part in (0.0, 1.0, close, release)]
    return closed, Levels(
        shown[0],
        shown[1],
        shown[2],
        shown[3],
        float(np.ptp(_inside(open_v, in_open))),
        given=threshold_v is not None,
    )


def finite(switch: Switch) -> FloatArray:
    """Return the voltage; refuse one with samples that are no numbers, or none of a voltage."""
    known = np.isfinite(switch.voltage_v)
    if not known.all():
        lost = int(np.count_nonzero(~known))
        raise refusal(switch, "it holds samples that are no numbers", f"{lost} of {switch.voltage_v.size}")
    largest_v = max(-float(switch.voltage_v.min()), float(switch.voltage_v.max()))
    if largest_v > MOST_V:
        raise refusal(switch, "its numbers are no voltages", f"up to {largest_v:.3g} V")
    return switch.voltage_v


def _without_spikes(closed: Runs, rate_hz: float) -> Runs:
    """Return the closings without single short ones; the first closing of a chatter has others beside it."""
    start, stop = closed
    brief = stop - start <= MAX_SPIKE_S * rate_hz
    before = np.append(np.inf, start[1:] - stop[:-1])[: start.size]
    after = np.append(start[1:] - stop[:-1], np.inf)[: start.size]
    keep = ~(brief & (np.minimum(before, after) > ALONE_S * rate_hz))
    return start[keep], stop[keep]


def _narrow(volts: FloatArray) -> Volts:
    """Return the values in single precision where it holds them, as it does those of most files.

    To order them, and to find the middle of a few, takes half as long then.
    """
    with np.errstate(over="ignore"):
        narrow = volts.astype(np.float32)
    return narrow if np.array_equal(narrow, volts) else volts


def _smooth(volts: Volts, longest: int) -> Volts:
    """Return a running median that takes out spikes and dropouts of up to `longest` samples."""
    from scipy.ndimage import median_filter

    if (
        longest == 2
    ):  # of 2 kHz, the usual rate: the median of five in a few comparisons, a quarter of the time
        return _median_of_five(volts)
    return np.asarray(median_filter(volts, 2 * longest + 1, mode="nearest")) if longest else volts


def _median_of_five(volts: Volts) -> Volts:
    """Return the median of each value and its two neighbours to both sides; the ends go on as they are."""
    around = np.pad(volts, 2, mode="edge")
    # in blocks that stay in the cache of the processor
    blocks = (around[at : at + BLOCK + 4] for at in range(0, volts.size, BLOCK))
    return np.concatenate([_middle_of_five(block) for block in blocks])


def _middle_of_five(around: Volts) -> Volts:
    """Return the median of each five values in a row, shape (n - 4,)."""
    low, high = np.minimum(around[:-1], around[1:]), np.maximum(around[:-1], around[1:])
    # of two pairs, the lower of the lows and the higher of the highs are not the middle of five; of the other
    # two and the fifth it is the middle
    first, last = np.maximum(low[:-3], low[2:-1]), np.minimum(high[:-3], high[2:-1])
    return np.maximum(np.minimum(first, last), np.minimum(np.maximum(first, last), around[4:]))


def dead(switch: Switch, span: float) -> InputError:
    """Return the refusal of a channel that holds one level."""
    level = round(float(np.median(switch.voltage_v)), 1)  # coarse: it may hold noise of some millivolts
    return refusal(
        switch,
        f"it is dead, or stuck at {shown_v(level)} V",
        f"{span:.3g} V between its lowest and highest level",
    )


def _split(switch: Switch, volts: FloatArray, ordered: FloatArray, shortest: float) -> tuple[Runs, float]:
    """Return when it is high, roughly, and the volts between high and low; `ordered` are sorted volts."""
    threshold, low, high = _otsu(ordered)
    if high - low < MIN_SPAN_V:
        raise dead(switch, high - low)
    margin = 0.1 * (high - low)
    rough = hysteresis(volts, threshold - margin, threshold + margin)
    low_runs = gaps(rough, volts.size)
    length = np.concatenate([stop - start for start, stop in (rough, low_runs)])
    chatter = float(length[length < shortest].sum() / volts.size)
    if chatter > MAX_CHATTER:
        raise _humming(switch, volts) or _floats(
            switch, f"{100 * chatter:.0f} % of the time in states that are shorter than its debounce"
        )
    start, stop = debounced(rough, volts.size, shortest)
    if start.size == 0:  # spikes only
        raise dead(switch, float(np.ptp(np.quantile(volts, [0.02, 0.98]))))
    if stop[0] - start[0] == volts.size:
        longest_s = float(np.max(low_runs[1] - low_runs[0], initial=0) / switch.rate_hz)
        raise refusal(
            switch,
            "it is never open for longer than its debounce",
            f"openings of {1e3 * longest_s:.3g} ms at most",
        )
    return rough, high - low


def _otsu(ordered: FloatArray) -> tuple[float, float, float]:
    """Return the threshold with the largest variance between what it separates, and the means of both."""
    low, high = of_ordered(ordered, 0.0005), of_ordered(ordered, 0.9995)
    if high <= low:
        return low, low, low
    edges = np.linspace(low, high, 257)
    # the last bin holds its upper edge
    count = np.diff(np.append(np.searchsorted(ordered, edges[:-1]), np.searchsorted(ordered, high, "right")))
    middle = (edges[1:] + edges[:-1]) / 2
    below = np.cumsum(count)[:-1].astype(np.float64)
    above = count.sum() - below
    total = np.cumsum(count * middle)
    some = (below > 0) & (above > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_low, mean_high = total[:-1] / below, (total[-1] - total[:-1]) / above
        between = np.where(some, below * above * (mean_high - mean_low) ** 2, 0.0)
    # between levels with nothing in the gap every threshold is as good: the middle one
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    at = int(best[best.size // 2])
    return float((edges[best[0] + 1] + edges[best[-1] + 1]) / 2), float(mean_low[at]), float(mean_high[at])


def _pieces(spells: Runs, size: int, rate_hz: float) -> Runs:
    """Return what lies well inside the spells, in pieces of at most `PIECE_S`."""
    start, stop = spells
    trim = EDGE_S * rate_hz
    first = np.where(start == 0, start, np.ceil(start + trim)).astype(np.int64)
    last = np.where(stop == size, stop, np.ceil(stop - trim)).astype(np.int64)
    some = last > first
    if not some.any():  # short spells only: what there is
        first, last, some = start, stop, stop > start
    start, first, last = start[some], first[some], last[some]
    # pieces are counted from where the spell begins, so that the first of them is trimmed
    longest = PIECE_S * rate_hz
    lowest = (first - start) // longest
    n = ((last - 1 - start) // longest - lowest).astype(np.int64) + 1
    spell = np.repeat(np.arange(start.size), n)
    number = lowest[spell] + np.arange(spell.size) - np.repeat(np.cumsum(n) - n, n)
    begin = np.ceil(number * longest).astype(np.int64) + start[spell]
    end = np.ceil((number + 1) * longest).astype(np.int64) + start[spell]
    return np.maximum(begin, first[spell]), np.minimum(end, last[spell])


def _slices(pieces: Runs) -> list[slice]:
    return [slice(start, stop) for start, stop in zip(*(bound.tolist() for bound in pieces), strict=True)]


def _inside(values: FloatArray, pieces: Runs) -> FloatArray:
    """Return the values inside the pieces, one after the other."""
    return np.concatenate([values[at] for at in _slices(pieces)] or [values[:0]])


def _ranked(values: FloatArray, part: float) -> float:
    """Return the value of the rank below a part of the values; orders them in place."""
    rank = int(part * (values.size - 1))
    values.partition(rank)
    return float(values[rank])


def _open_level(volts: FloatArray, pieces: Runs, span: float) -> FloatArray:
    """Return the open level everywhere, from pieces of the openings.

    A force cell is also low while it is loaded or unloaded, and in dips within a stance. So each piece is
    first taken by its 20th percentile; one that lies above its neighbours by `DIP` spans is a dip.
    """
    from scipy.ndimage import minimum_filter1d

    where = _slices(pieces)
    low = np.array([_ranked(volts[at].copy(), 0.2) for at in where])
    reaches = low <= minimum_filter1d(low, NEIGHBOURS, mode="nearest") + DIP * span
    centre, level_v = [], []
    for at, low_v in zip(compress(where, reaches), low[reaches].tolist(), strict=True):
        piece = volts[at]
        # the median of what is near the percentile, which is one of them
        near = (np.abs(piece - low_v) < DIP * span).nonzero()[0]
        level_v.append(_ranked(piece[near], 0.5))
        centre.append((int(near.sum()) + at.start * near.size) / near.size)
    return _interpolated(np.array(centre), np.array(level_v), volts.size)


def _interpolated(centre: FloatArray, level_v: FloatArray, size: int) -> FloatArray:
    """Return the level at each of `size` samples, as `numpy.interp` does: line by line, in half its time."""
    slope = np.diff(level_v) / np.diff(centre)
    # before the first and after the last the level stays
    origin = np.concatenate([level_v[:1], level_v[:-1] - slope * centre[:-1], level_v[-1:]])
    slope = np.concatenate([[0.0], slope, [0.0]])
    sizes = np.diff(np.concatenate([[0], np.ceil(centre).astype(np.int64), [size]]))
    found = np.arange(size, dtype=np.float64)
    found *= np.repeat(slope, sizes)
    found += np.repeat(origin, sizes)
    return found


def _check_open(
    switch: Switch, volts: FloatArray, calm: FloatArray, open_v: FloatArray, in_open: Runs, span: float
) -> float:
    """Refuse a channel whose open level is none; return its noise in parts of the span."""
    level_v = _inside(open_v, in_open)
    away_v = _inside(calm, in_open) - level_v
    rests = np.abs(away_v, out=away_v) < STEADY * span
    steady = float(np.count_nonzero(rests) / max(1, level_v.size))
    if steady < MIN_STEADY:
        raise _humming(switch, switch.voltage_v) or _floats(
            switch, f"{100 * steady:.0f} % of the open time at its open level"
        )
    moves = float(np.ptp(level_v)) / span
    if moves > MAX_DRIFT:
        raise refusal(
            switch,
            "its levels drift",
            f"the open level moves over {100 * moves:.0f} % of the distance to the closed one",
        )
    away_v = _inside(volts, in_open) - level_v
    noise = quantile(np.abs(away_v, out=away_v)[rests], 0.95) / span
    if noise > MAX_NOISE:
        raise _humming(switch, switch.voltage_v) or refusal(
            switch, "it is too noisy", f"noise of {100 * noise:.0f} % of the distance between its levels"
        )
    return noise


def _check_given(
    switch: Switch, threshold_v: float, close: float, noise: float, open_v: float, closed_v: float
) -> None:
    if not max(noise, 0.0) < close < 1:
        raise InputError(
            "the threshold that is given does not lie between the levels of the foot switch",
            where=switch.label,
            found=f"{threshold_v:g} V; open at {open_v:.3g} V, closed at {closed_v:.3g} V, noise "
            f"{noise * abs(closed_v - open_v):.2g} V",
            accepted="volts between the levels, beyond the noise",
            mend="correct thresholds_v under [settings.gait], or leave it out: it is then found",
        )


def _floats(switch: Switch, found: str) -> InputError:
    return refusal(switch, "it floats, or is high while it is open", found)


def _humming(switch: Switch, volts: FloatArray) -> InputError | None:
    """Return the refusal of a channel on which mains are the most of what changes fast."""
    power = np.abs(np.fft.rfft(volts - volts.mean())) ** 2
    hz = np.fft.rfftfreq(volts.size, 1 / switch.rate_hz)
    fast = hz > MAINS_HZ[0] / 2
    if not fast.any():
        return None
    at = float(hz[np.argmax(np.where(fast, power, 0.0))])
    line = np.abs(hz - at) <= 1.0
    if not MAINS_HZ[0] <= at <= MAINS_HZ[1] or power[line].sum() < 0.5 * power[fast].sum():
        return None
    peak_v = float(2 * np.sqrt(power[line].sum()) / volts.size)
    return refusal(switch, f"it hums at {at:.1f} Hz", f"an amplitude of {peak_v:.2g} V")
