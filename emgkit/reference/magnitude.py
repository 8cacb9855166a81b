"""The normalised amplitude of a burst against the limits that a reference states: excessive, inadequate."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from emgkit.found import MIN_CYCLES
from emgkit.model import FloatArray
from emgkit.reference import cases, rules
from emgkit.reference.arcs import Arc
from emgkit.reference.case import AMPLITUDE_PCT, Case, row
from emgkit.reference.compare import Comparison, Window


def magnitude(
    case: Case, burst: Arc, of: Mapping[str, Any], matched: Sequence[Comparison]
) -> dict[str, Any] | None:
    """Return the row on the amplitude of one burst; None where the reference states no amplitude for it.

    Where several variants state limits, a finding differs from each of them.
    """
    matched = [c for c in matched if any(w.has_amplitude for w in c.windows)]
    windows = [w for c in matched for w in c.windows if w.has_amplitude]
    if not windows:
        return None
    why = _why_not(case, windows, matched)
    each = cases.amplitudes(case.bursts, burst)
    if why is None and each.size < MIN_CYCLES:
        why = f"{each.size} bursts have one, {MIN_CYCLES} needed"
    if why is not None:
        statement = f"The amplitude of burst {of['burst']} was not compared with the reference: {why}."
        return row(case, rules.NOT_DETERMINABLE, statement, 0, case.n_cycles, window=windows[0])
    mean = float(each.mean())
    half = _half_width(each, case.confidence)
    window = min(windows, key=lambda w: abs(_beyond(mean, w)))
    beyond = _beyond(mean, window)
    low, high = window.of.mean_low_pct_ref, window.of.mean_high_pct_ref
    if beyond == 0:
        rule, ending, shows = rules.WITHIN, "Between them", ~((each < low) | (each > high))
    else:
        rule = rules.EXCESSIVE if beyond > 0 else rules.INADEQUATE
        ending, shows = ("Above", each > high) if beyond > 0 else ("Below", each < low)
        if not abs(beyond) > half:
            rule = rules.UNDECIDED
            ending = f"The mean is {ending.lower()}, its interval is not. {ending}"
        elif any(_beyond(mean, w) * beyond < 0 for w in windows):
            rule = rules.UNDECIDED
            ending = f"It lies between the limits of two patterns. {ending} the nearer ones"
    n = int(np.count_nonzero(shows))
    statement = (
        f"Mean amplitude of burst {of['burst']} {mean:.0f} % of the {_words(window)} "
        f"({100 * case.confidence:g} % interval of the mean {mean - half:.0f} to {mean + half:.0f}); usual "
        f"by the {case.variant(window)}reference: {_limits(low, high)}. {ending} in {n} of {case.n_cycles} "
        "used cycles."
    )
    return row(case, rule, statement, n, case.n_cycles, value=beyond, unit=AMPLITUDE_PCT, window=window)


def _why_not(case: Case, windows: Sequence[Window], matched: Sequence[Comparison]) -> str | None:
    if case.normalisation is None:
        return "it is not normalised"
    if any(w.of.normalisation != case.normalisation for w in windows):
        stated = ", ".join(dict.fromkeys(_words(w) for w in windows))
        return f"the reference is in percent of the {stated}, the recording is not"
    if case.normalisation == "maximum" and not case.maximum_credible:
        return "the maximum test is not known to be credible"
    if any(len(c.windows) != 1 or c.onset is None or c.offset is None for c in matched):
        return "the bursts do not answer to those of the reference one by one"
    return None


def _beyond(mean: float, window: Window) -> float:
    """Return by how much the mean lies above (positive) or below the limits; a limit may be NaN."""
    if mean > window.of.mean_high_pct_ref:
        return mean - window.of.mean_high_pct_ref
    return mean - window.of.mean_low_pct_ref if mean < window.of.mean_low_pct_ref else 0.0


def _half_width(each: FloatArray, confidence: float) -> float:
    from scipy.special import stdtrit

    spread = float(each.std(ddof=1)) / np.sqrt(each.size)
    return float(stdtrit(each.size - 1, 0.5 + confidence / 2) * spread)


def _words(window: Window) -> str:
    return {"maximum": "maximum test", "task_peak": "peak of the task", "task_mean": "mean of the task"}[
        window.of.normalisation
    ]


def _limits(low: float, high: float) -> str:
    if np.isnan(high):
        return f"{low:g} % or more"
    return f"up to {high:g} %" if np.isnan(low) else f"{low:g} to {high:g} %"
