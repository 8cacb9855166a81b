"""A coded channel: one voltage to which each closed switch adds its own volts."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from emgkit import sites
from emgkit.errors import InputError
from emgkit.gait.levels import MIN_SPAN_V, dead, finite
from emgkit.gait.refusals import refusal, shown_v
from emgkit.model import BoolArray, FloatArray, IntArray, Switch

NEAR = 0.25
"""How near a sample has to be to its level, in parts of the smallest step."""
STEADY_S = 0.005
"""A sample is steady if the voltage stays near this long before and after it; others may be on their way."""
MAX_OFF = 0.15
"""How far the median of a level that is held may lie from the ladder, in parts of the smallest step."""
MIN_STEADY, MIN_NEAR = 0.6, 0.95
"""Least share of steady samples among all, and of those near a level among the steady."""
MIN_HELD = 0.005
"""A level that is held for less than this share of the recording is a transition."""
MAX_LEVELS, MAX_SITES = 16, 4
MIN_STEP_V = 0.01
BINS = 400
CANDIDATES = 20
"""Differences between levels that are tried as what one switch adds, the most frequent ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Levels of a coded channel, and what they say about the switches."""

    level_v: FloatArray
    weight_v: tuple[float, ...]
    """What each switch adds; empty if no set of switches explains the levels, or several do."""

    def __str__(self) -> str:
        levels = ", ".join(shown_v(v) for v in self.level_v)
        text = f"{self.level_v.size} levels at {levels} V"
        if self.weight_v:
            weights = ", ".join(shown_v(w) for w in self.weight_v)
            return f"{text}: sums of switches of {weights} V, whose sites are not known"
        return f"{text}; what each switch adds cannot be told from them"


def on_ladder(
    switch: Switch, levels_v: Mapping[str, float], *, inverted: bool = False
) -> tuple[dict[str, BoolArray], str]:
    """Decode a coded channel by the volts that each closed switch adds.

    Parameters
    ----------
    switch : Switch
    levels_v : mapping of site to volts
    inverted : bool
        Whether each switch adds its volts while it is open.

    Returns
    -------
    closed : dict of site to array of bool, shape (n_samples,)
        Not yet debounced.
    sentence : str
        The ladder that was in force.

    Raises
    ------
    InputError
        If the ladder cannot be told apart, the channel is dead, or it does not fit the ladder.
    """
    names, weights = list(levels_v), checked(levels_v)
    volts = weights.sum() - finite(switch) if inverted else finite(switch)
    _check_alive(switch)
    combos = _combos(weights.size)
    order = np.argsort(combos @ weights)
    combos, ladder = combos[order], np.sort(combos @ weights)
    near = NEAR * float(np.diff(ladder).min())
    steady = _steady(volts, near, switch.rate_hz)
    lowest = volts[steady & (volts < ladder[1] / 2)]
    offset = float(np.median(lowest)) if lowest.size else 0.0  # of the amplifier, while all are open
    place = _nearest(volts - offset, ladder)
    beyond = volts - offset - ladder[place]
    fits = float(np.mean(np.abs(beyond[steady]) < near)) if steady.any() else 0.0
    held = [beyond[steady & (place == k)] for k in range(ladder.size)]
    off = [float(np.median(h)) if h.size >= max(1, MIN_HELD * volts.size) else 0.0 for h in held]
    worst = int(np.argmax(np.abs(off)))
    misfit = abs(off[worst]) > MAX_OFF / NEAR * near or abs(offset) > near
    if np.mean(steady) < MIN_STEADY or fits < MIN_NEAR or misfit:
        at = ladder[worst] + off[worst] + offset
        raise InputError(
            "the coded foot switch does not fit its levels",
            where=switch.label,
            found=f"{100 * np.mean(steady):.0f} % of the time at a steady level, {100 * fits:.0f} % of that "
            f"at one of {ladder.size} levels" + (f"; {shown_v(at)} V is none of them" if misfit else ""),
            accepted=f"at least {100 * MIN_STEADY:.0f} % and {100 * MIN_NEAR:.0f} %",
            mend="check the volts that each switch adds (levels_v under [footswitch])",
        )
    adds = "adds while open" if inverted else "adds"
    text = ", ".join(
        f"{name} {adds} {shown_v(weight)} V" for name, weight in zip(names, weights, strict=True)
    )
    if abs(offset) > 0.1 * near:
        text += f"; all open at {shown_v(weights.sum() - offset if inverted else offset)} V"
    bits = combos[place].astype(np.bool_)
    return {name: bits[:, k] for k, name in enumerate(names)}, f"{text} (given)"


def without_ladder(switch: Switch, *, inverted: bool = False) -> tuple[BoolArray, str]:
    """Find the levels of a coded channel whose ladder is not known.

    Returns
    -------
    closed : array of bool, shape (n_samples,)
        Whether any switch is closed: whether the voltage is above its lowest level, or below its highest if
        it is inverted.
    sentence : str
        The levels, what each switch adds if they tell it, and the threshold.

    Raises
    ------
    InputError
        If the channel is dead, or has no levels that can be told apart, or more than 16.
    """
    sign = -1.0 if inverted else 1.0
    volts = sign * finite(switch)
    _check_alive(switch)
    level, half_width = _clusters(volts, switch.rate_hz)
    if not 2 <= level.size <= MAX_LEVELS:
        low, high = np.quantile(switch.voltage_v, [0.02, 0.98])
        raise refusal(
            switch,
            "its levels cannot be told apart",
            f"{level.size} levels that are held, between {low:.3g} and {high:.3g} V",
        )
    step = float(np.diff(level).min())
    steady = _steady(volts, NEAR * step, switch.rate_hz)
    near = np.abs(volts - level[_nearest(volts, level)]) < max(half_width, NEAR * step)
    fits = float(np.mean(near[steady])) if steady.any() else 0.0
    if fits < MIN_NEAR or np.mean(steady) < MIN_STEADY:
        raise refusal(
            switch,
            "its levels cannot be told apart",
            f"{100 * np.mean(steady):.0f} % of the time steady, {100 * fits:.0f} % of that near a level",
        )
    threshold = float(level[0] + step / 2)  # half the smallest step: the lightest switch may be held rarely
    found = Found(np.sort(sign * level), _weights(level, step))
    beyond = "below" if inverted else "above"
    return volts > threshold, f"{found}; closed {beyond} {shown_v(sign * threshold)} V"


def checked(levels_v: Mapping[str, float]) -> FloatArray:
    """Return the volts of a ladder; refuse one whose sums cannot be told apart."""
    unknown = [name for name in levels_v if name not in sites.SEPARATE]
    values = np.array(list(levels_v.values()), dtype=np.float64)
    if unknown or not 1 <= values.size <= MAX_SITES:
        raise InputError(
            "these are no sites of a coded foot switch",
            found=unknown or list(levels_v),
            accepted=f"one to {MAX_SITES} of {', '.join(sites.SEPARATE)}",
        )
    sums = _sums(values[None, :])[0]
    if np.any(values <= 0) or np.min(np.diff(np.sort(sums))) < MIN_STEP_V:
        raise InputError(
            "the levels of the coded foot switch cannot be told apart",
            found=dict(levels_v),
            accepted="positive volts, all of whose sums differ, such as 0.5, 1, 2, 4",
        )
    return values


def _sums(weights: FloatArray) -> FloatArray:
    """Return all sums of some of the weights; (n_sets, n_weights) to (n_sets, 2 ** n_weights)."""
    return np.asarray(weights @ _combos(weights.shape[1]).T)


def _combos(n: int) -> IntArray:
    """Return every pattern of `n` switches, 1 where one is closed; shape (2 ** n, n)."""
    return (np.arange(2**n)[:, None] >> np.arange(n)) & 1


def _check_alive(switch: Switch) -> None:
    low, high = np.quantile(switch.voltage_v, [0.005, 0.995])
    if high - low < MIN_SPAN_V:
        raise dead(switch, float(high - low))


def _nearest(volts: FloatArray, level: FloatArray) -> IntArray:
    return np.searchsorted((level[1:] + level[:-1]) / 2, volts)


def _steady(volts: FloatArray, near: float, rate_hz: float) -> BoolArray:
    """Tell where the voltage stays within `near` to both sides, for `STEADY_S` before and after."""
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    size = 2 * max(1, round(STEADY_S * rate_hz)) + 1
    return np.asarray(maximum_filter1d(volts, size) - minimum_filter1d(volts, size) < 2 * near)


def _clusters(volts: FloatArray, rate_hz: float) -> tuple[FloatArray, float]:
    """Return the levels that are held, and half the width of the widest."""
    low, high = np.quantile(volts, [0.001, 0.999])
    width = (high - low) / BINS
    edges = low + width * np.arange(-2, BINS + 3)
    steady = _steady(volts, 10 * width, rate_hz)
    count, _ = np.histogram(volts[steady], edges)
    occupied = count > 0.1 * MIN_HELD * volts.size
    # a bin or two without a sample do not part one level
    occupied |= np.append(occupied[1:], False) & np.append(False, occupied[:-1])
    change = np.diff(np.concatenate([[False], occupied, [False]]).astype(np.int8))
    start, stop = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    total = np.append(0, np.cumsum(count))
    held = total[stop] - total[start] >= MIN_HELD * volts.size
    start, stop = start[held], stop[held]
    ordered = np.sort(volts[steady])
    ends = np.searchsorted(ordered, edges[np.array([start, stop])])
    level = ordered[np.minimum((ends[0] + ends[1]) // 2, ordered.size - 1)] if start.size else edges[:0]
    return level, float(np.max(stop - start, initial=0) * width / 2)


def _weights(level: FloatArray, step: float) -> tuple[float, ...]:
    """Return what each switch adds, if the fewest switches that explain all levels are one set only.

    What one switch adds is the difference between two levels. Of the sets of two to four such differences,
    in which no two sums are alike, those count whose sums hold every level.
    """
    above = level - level[0]
    tolerance = 0.25 * step
    differences = np.sort((above[:, None] - above)[np.triu_indices(level.size, 1)[::-1]])
    new = np.append(True, np.diff(differences) > 0.1 * step)
    group = np.cumsum(new) - 1
    often = np.bincount(group)
    mean = np.bincount(group, differences) / often
    candidates = np.sort(mean[np.argsort(-often, kind="stable")[:CANDIDATES]])
    for n in range(max(2, int(np.ceil(np.log2(level.size)))), MAX_SITES + 1):
        sets = np.array(list(combinations(candidates, n)))
        if sets.size == 0:
            continue
        sums = np.sort(_sums(sets), axis=1)
        apart = np.min(np.diff(sums, axis=1), axis=1) > 2 * tolerance
        holds = np.all(np.min(np.abs(sums[:, :, None] - above), axis=1) < tolerance, axis=1)
        # a set that reaches no higher than the highest level has seen all its switches closed at once
        reached = np.abs(sums[:, -1] - above[-1]) < tolerance
        fits = np.flatnonzero(apart & holds)
        fits = fits[reached[fits]] if reached[fits].any() else fits
        if fits.size:
            return _refined(sets[fits[0]], above) if fits.size == 1 else ()
    return ()


def _refined(weights: FloatArray, above: FloatArray) -> tuple[float, ...]:
    """Return the weights that fit all levels best, each as the sum that it is nearest to."""
    combos = _combos(weights.size)
    nearest = np.argmin(np.abs(combos @ weights - above[:, None]), axis=1)
    fitted = np.linalg.lstsq(combos[nearest].astype(np.float64), above, rcond=None)[0]
    return tuple(float(weight) for weight in fitted)
