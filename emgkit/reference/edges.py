"""One mean edge against one edge of the reference: premature, delayed, prolonged, curtailed."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from emgkit.reference import cases, rules
from emgkit.reference.arcs import Arc
from emgkit.reference.case import Case, at, row
from emgkit.reference.compare import Edge
from emgkit.reference.rules import Rule

_BEYOND = {
    ("onset", False): rules.PREMATURE,
    ("onset", True): rules.DELAYED,
    ("offset", False): rules.CURTAILED,
    ("offset", True): rules.PROLONGED,
}


def nearest(edges: Sequence[Edge], setting_pct: float) -> Edge:
    """Return the edge of the variant that the measured one is nearest to, beyond that variant's tolerance.

    Of several within tolerance it is the nearest. One without a limit on that side is within nothing, but
    nothing differs from it either: it comes before every edge that is differed from.
    """

    def distance(edge: Edge) -> tuple[bool, float, float]:
        tol = edge.tolerance_pct(setting_pct)
        beyond = max(abs(edge.deviation) - tol, 0.0)
        return abs(edge.difference) > tol, beyond, abs(edge.difference)

    return min(edges, key=distance)


def edge_row(case: Case, burst: Arc, of: Mapping[str, Any], edges: Sequence[Edge]) -> dict[str, Any]:
    """Return the row of one edge of the burst `of` of the summary, against that edge of every variant.

    `burst` is the mean burst.
    """
    edge = nearest(edges, case.tolerance_pct)
    name = edge.name
    mean, low, high = (of[f"{name}_{part}"] for part in ("pct", "ci_low_pct", "ci_high_pct"))
    d, tol = edge.difference, edge.tolerance_pct(case.tolerance_pct)
    each = cases.differences(case.bursts, burst, name) + d
    n_unknown = 0 if name == "onset" else len(cases.alike(case.bursts, burst, whole=False)) - each.size
    n_looked = case.n_cycles - n_unknown
    where = "used cycles" if n_looked == case.n_cycles else f"used cycles whose {name} is known"
    late = d > 0
    n = int(np.count_nonzero(each > tol if late else each < -tol))
    rule, ending = _judged(edge, tol, late, nearest_end=d - (mean - low) if late else d + (high - mean))
    beside = _beside(edges, edge)
    if rule not in (rules.WITHIN, rules.NOT_DETERMINABLE) and beside is not None:
        rule, ending = rules.UNDECIDED, _between(beside)
    if rule is rules.WITHIN:
        n = int(np.count_nonzero(np.abs(each) <= tol))
    turn = mean - mean % 100  # mean and interval are shown on one axis
    interval = (
        f"{100 * case.confidence:g} % interval of the mean {low - turn:.1f} to {high - turn:.1f}"
        if np.isfinite(low) and np.isfinite(high)
        else "interval of the mean not determinable"
    )
    spread = " (spread of the reference)" if tol > case.tolerance_pct else ""
    statement = (
        f"{name.capitalize()} of burst {of['burst']} at {at(mean)} % of the cycle ({interval}), "
        f"{abs(d):.1f} % {'after' if late else 'before'} the {case.variant(edge.window)}reference of "
        f"{at(edge.reference_pct)} %; tolerance {tol:g} %{spread}. {ending} in {n} of {n_looked} {where}."
    )
    return row(case, rule, statement, n, n_looked, value=d, window=edge.window)


def _beside(edges: Sequence[Edge], chosen: Edge) -> Edge | None:
    """Return the nearest edge on the other side of the measured one, None if there is none."""
    others = [e for e in edges if e.deviation * chosen.deviation < 0]
    return min(others, key=lambda e: abs(e.deviation), default=None)


def _between(beside: Edge) -> str:
    side = "after" if beside.difference > 0 else "before"
    return (
        f"It is {abs(beside.difference):.1f} % {side} that of the {beside.window.of.variant} pattern, "
        f"{at(beside.reference_pct)} %, and so lies between the two. Beyond the nearer one"
    )


def _judged(edge: Edge, tol: float, late: bool, *, nearest_end: float) -> tuple[Rule, str]:
    """Return the rule and how its sentence ends.

    `nearest_end` is the deviation of the end of the interval that is nearer to the reference; NaN where
    the interval is not known, and then nothing is beyond the tolerance.
    """
    if abs(edge.difference) <= tol:
        return rules.WITHIN, "Within it"
    if edge.deviation == 0:
        side = "a later" if late else "an earlier"
        return rules.NOT_DETERMINABLE, f"The reference gives no limit for {side} {edge.name}. Beyond it"
    if (nearest_end if late else -nearest_end) > tol:
        return _BEYOND[edge.name, late], "Beyond it"
    return rules.UNDECIDED, "The mean is beyond the tolerance, its interval is not. Beyond it"
