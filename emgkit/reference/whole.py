"""What holds for the whole cycle: continuous, absent, not detected."""

from typing import Any

import numpy as np

from emgkit.found import MIN_CYCLES
from emgkit.model import FloatArray
from emgkit.reference import rules
from emgkit.reference.case import Case, row


def continuous(case: Case) -> dict[str, Any] | None:
    """Return the row of a muscle that is on for nearly the whole of nearly every cycle, else None."""
    active = _active_pct(case)
    n = int(np.count_nonzero(active >= rules.CONTINUOUS_ACTIVE_PCT))
    if active.size < MIN_CYCLES or 100 * n < rules.PREVALENCE_PCT * active.size:
        return None
    longest = max(sum(w.arc.length for w in windows) for windows in case.variants.values())
    if longest >= rules.CONTINUOUS_ACTIVE_PCT:  # the reference is so, too
        return None
    middle = float(np.median(active))
    statement = (
        f"On for {rules.CONTINUOUS_ACTIVE_PCT:g} % of the cycle or more in {n} of {active.size} cycles "
        f"(median {middle:.1f} %); the reference is on for {longest:.1f} % at most."
    )
    return row(case, rules.CONTINUOUS, statement, n, active.size, value=middle - longest)


def nothing(case: Case) -> dict[str, Any] | None:
    """Return the row of a muscle without activity: absent with a credible maximum test, else not detected."""
    active = _active_pct(case)
    n = int(np.count_nonzero(active == 0))
    if active.size < MIN_CYCLES or 100 * n < rules.PREVALENCE_PCT * active.size:
        return None
    statement = f"No activity was detected in {n} of {active.size} cycles."
    if case.maximum_credible:
        statement += " The maximum test is credible: there the wire recorded the muscle."
        return row(case, rules.ABSENT, statement, n, active.size)
    statement += " Whether it is absent cannot be said without a credible maximum test."
    return row(case, rules.NOT_DETECTED, statement, n, active.size)


def _active_pct(case: Case) -> FloatArray:
    """Return for how much of each cycle the muscle is on, where that is known."""
    active = case.cycles["active_pct"].to_numpy(dtype=np.float64)
    return np.asarray(active[~np.isnan(active)])
