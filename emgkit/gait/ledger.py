"""The ledger: every cycle is used, or left out for one stated reason, with the numbers behind it.

Each function leaves out some of the cycles that are still used; what an earlier one said stands. Nothing here
looks at the form of a contact: a stride is never left out because its contact pattern is unusual. Turns are
not looked for: the contacts of one foot do not show them.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from emgkit.found import Cycles
from emgkit.model import BoolArray, FloatArray, IntArray
from emgkit.settings import GaitSettings

MIN_CYCLES_FOR_MEDIAN = 3
"""A median of fewer durations cannot tell which of them is the odd one."""
NEIGHBOURS = 5
"""Cycles before and after whose median a long one is held against: a change of speed is no outlier."""
SPREADS = 4.0
"""A cycle within this many robust standard deviations of its neighbours is one of them."""
MIN_BESIDE_EDGE = 5
"""Cycles that must be left for those at the ends of the recording to be left out: what timing needs."""
MAD_TO_SD = 1.4826
"""Of a Gaussian: its standard deviation over the median of its absolute deviations from the median."""


def leave_out(cycles: Cycles, which: BoolArray, reason: str, detail: Callable[[int], str]) -> Cycles:
    """Leave out those cycles of `which` that are still used.

    Parameters
    ----------
    which : bool array of shape (n_cycles,)
    reason : str
        A word of `emgkit.found.REASONS`.
    detail : callable
        Returns the numbers in words for the index of a cycle; called only for those that are left out.
    """
    details = cycles.reason_detail or ("none",) * cycles.start_s.size
    now = which & cycles.used
    if not now.any():
        return replace(cycles, reason_detail=details)
    return replace(
        cycles,
        reason=tuple(reason if new else old for new, old in zip(now, cycles.reason, strict=True)),
        reason_detail=tuple(detail(k) if new else details[k] for k, new in enumerate(now)),
    )


def leave_out_incomplete(cycles: Cycles, duration_s: float) -> Cycles:
    """Leave out cycles that have no end, or that are not recorded whole."""
    start, end = cycles.start_s, cycles.end_s
    gait = cycles.kind == "gait"

    def no_end(k: int) -> str:
        after = "contact" if gait else "start"
        return f"the recording ends {duration_s - start[k]:.2f} s after this {after}"

    def beyond(k: int) -> str:
        if start[k] < 0:
            return f"it begins {-start[k]:.3f} s before the recording"
        return f"it ends {end[k] - duration_s:.3f} s after the recording"

    cycles = leave_out(cycles, np.isnan(end), "no_next_contact", no_end)
    return leave_out(cycles, (start < 0) | (end > duration_s), "outside_recording", beyond)


def leave_out_pauses(cycles: Cycles, settings: GaitSettings) -> Cycles:
    """Leave out cycles that are longer than the stated pause."""
    pause_s = settings.pause_s
    if pause_s is None:
        return cycles
    length = cycles.end_s - cycles.start_s
    return leave_out(
        cycles,
        length > pause_s,
        "pause",
        lambda k: f"{length[k]:.2f} s; a pause is longer than {pause_s:g} s",
    )


def leave_out_outliers(cycles: Cycles, settings: GaitSettings) -> Cycles:
    """Leave out cycles whose duration says that a contact was missed, or was none.

    Notes
    -----
    Two rules, both from `MIN_CYCLES_FOR_MEDIAN` cycles on. A cycle is an outlier if its duration is outside
    `min_duration_ratio` to `max_duration_ratio` times the median of the trial. And it is one if it is longer
    than h times the median of its (up to ten) neighbours without itself, where ::

        h = clip(1 + 4 s, max_neighbour_ratio, max_duration_ratio),    s = 1.4826 MAD(duration / neighbours)

    The first holds whatever the order. The second finds a single missed contact in a walk that is regular
    enough to tell it, and spares a slow part of a walk of several speeds, whose neighbours are slow too.
    Where the durations vary by some 20 % or more, only the first is left. Of two cycles neither can be held
    against the other; where they differ as much, a note says so.
    """
    length = cycles.end_s - cycles.start_s
    at = np.flatnonzero(cycles.used)
    whole = length[at]
    if at.size < MIN_CYCLES_FOR_MEDIAN:
        if at.size and whole.max() > settings.max_duration_ratio * whole.min():
            lasts = " and ".join(f"{length_s:.2f}" for length_s in whole)
            note = (
                f"the two cycles last {lasts} s: which of them is the odd one cannot be told, so neither is "
                "left out for it"
            )
            return replace(cycles, notes=(*cycles.notes, note))
        return cycles
    median = float(np.median(whole))
    low, high = settings.min_duration_ratio * median, settings.max_duration_ratio * median
    cycles = leave_out(
        cycles,
        (length < low) | (length > high),
        "duration_outlier",
        lambda k: (
            f"{length[k]:.2f} s; the trial's median is {median:.2f} s, accepted {low:.2f} to {high:.2f} s"
        ),
    )
    beside = np.full(length.shape, np.nan)
    beside[at] = _median_beside(whole)
    ratio = whole / beside[at]
    spread = MAD_TO_SD * float(np.median(np.abs(ratio - np.median(ratio))))
    least = settings.max_neighbour_ratio
    most = beside * min(max(1 + SPREADS * spread, least), max(least, settings.max_duration_ratio))
    return leave_out(
        cycles,
        length > most,
        "duration_outlier",
        lambda k: (
            f"{length[k]:.2f} s; the median of the cycles beside it is {beside[k]:.2f} s, "
            f"accepted up to {most[k]:.2f} s"
        ),
    )


def _median_beside(duration_s: FloatArray) -> FloatArray:
    """Return for each duration the median of up to `NEIGHBOURS` before and after it, without itself."""
    padded = np.pad(duration_s, NEIGHBOURS, constant_values=np.nan)
    window = np.lib.stride_tricks.sliding_window_view(padded, 2 * NEIGHBOURS + 1)
    others = np.delete(window, NEIGHBOURS, axis=1)
    ordered = np.sort(others, axis=1)  # NaN comes last
    known = np.count_nonzero(~np.isnan(ordered), axis=1)
    row = np.arange(duration_s.size)
    return np.asarray((ordered[row, (known - 1) // 2] + ordered[row, known // 2]) / 2)


def leave_out_ends_of_passes(cycles: Cycles, settings: GaitSettings) -> Cycles:
    """Leave out the first and last cycles of every pass, as many as the settings say.

    A pass ends where the recording does, and in walking at every cycle that was left out because it is too
    long: it holds a pause, a turn or a missed contact. It does not end at one that is too short.
    """
    n = cycles.start_s.size
    if n == 0 or not (settings.skip_first or settings.skip_last):
        return cycles
    length = cycles.end_s - cycles.start_s
    left_out = ~cycles.used
    if cycles.kind == "gait" and cycles.used.any():
        left_out &= ~(length <= np.median(length[cycles.used]))
    else:
        left_out &= np.isnan(length)
    number = np.arange(n)
    before = np.maximum.accumulate(np.where(left_out, number, -1))
    after = np.minimum.accumulate(np.where(left_out, number, n)[::-1])[::-1]
    one = "stride" if cycles.kind == "gait" else "repetition"
    for name, place, skip in (
        ("first", number - before, settings.skip_first),
        ("last", after - number, settings.skip_last),
    ):
        cycles = leave_out(cycles, place <= skip, f"{name}_of_pass", _place(name, place, one, skip))
    return cycles


def _place(name: str, place: IntArray, one: str, skip: int) -> Callable[[int], str]:
    edge = "start" if name == "first" else "end"
    return lambda k: f"{one} {place[k]} from the {edge} of its pass; gait.skip_{name} is {skip}"


def leave_out_faults(
    cycles: Cycles, bad: BoolArray, rate_hz: float, *, limit_pct: float, words: str
) -> Cycles:
    """Leave out cycles in which too much of the signal is bad.

    Parameters
    ----------
    bad : bool array of shape (n_samples,)
        Samples of the EMG with one kind of fault.
    limit_pct : float
        Share of the cycle from which it is not usable.
    words : str
        What is wrong with the samples, such as "clipped".
    """
    at = np.flatnonzero(bad)
    # a sample belongs to the cycle that its time lies in
    start, end = (
        np.ceil(np.nan_to_num(time_s) * rate_hz - 1e-6).clip(0, bad.size).astype(np.int64)
        for time_s in (cycles.start_s, cycles.end_s)
    )
    n_bad = np.searchsorted(at, end) - np.searchsorted(at, start)
    share_pct = 100.0 * n_bad / np.maximum(end - start, 1)
    return leave_out(
        cycles,
        share_pct >= limit_pct,
        "signal_fault",
        lambda k: f"{words} for {share_pct[k]:.1f} % of it, accepted below {limit_pct:g} %",
    )


def leave_out_touched(cycles: Cycles, start_s: FloatArray, end_s: FloatArray, *, words: str) -> Cycles:
    """Leave out cycles in which a fault lies that spoils a cycle however short it is.

    Parameters
    ----------
    start_s, end_s : arrays of shape (n_places,)
        Where the fault lies, in order and without overlap.
    words : str
        What is wrong there, such as "a step of the baseline".
    """
    # the first place that ends after the cycle starts is the only one that needs looking at
    first = np.searchsorted(end_s, cycles.start_s, side="right")
    at_s = np.append(start_s, np.inf)[first]
    return leave_out(
        cycles,
        at_s < cycles.end_s,
        "signal_fault",
        lambda k: f"{words} {at_s[k]:.2f} to {end_s[first[k]]:.2f} s after the start of the recording",
    )


def leave_out_edges(cycles: Cycles, reach_s: float, duration_s: float, *, least: int = 0) -> Cycles:
    """Leave out cycles that come closer than `reach_s` to an end of the recording.

    There the filters of the magnitudes work on signal that they have to invent.

    Parameters
    ----------
    least : int
        The cycles stay, and a note says it, where fewer than so many others are left: a trial is often cut
        close to its only strides, and their timing does not depend on these filters.
    """
    room = np.fmin(cycles.start_s, duration_s - cycles.end_s)
    close = cycles.used & (room < reach_s)
    n_close, n_others = int(close.sum()), int((cycles.used & ~close).sum())
    if n_close and n_others < least:
        note = (
            f"{n_close} used cycles come closer than {reach_s:.2f} s to an end of the recording, where the "
            f"filters lack signal; they stay, because only {n_others} others are left"
        )
        return replace(cycles, notes=(*cycles.notes, note))
    return leave_out(
        cycles,
        close,
        "filter_edge",
        lambda k: f"{room[k]:.3f} s from an end of the recording; the filters reach {reach_s:.3f} s",
    )
