"""Bursts that lie elsewhere, go on through a pause, or are not there."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from emgkit.reference import cases, rules
from emgkit.reference.arcs import Arc
from emgkit.reference.case import Case, at, row
from emgkit.reference.compare import Comparison, out_of_phase


def stray(case: Case, burst: Arc, of: Mapping[str, Any], *, matched: bool) -> dict[str, Any] | None:
    """Return the row of a burst that is out of phase or outside every variant, None for any other."""

    def opposed(one: Arc) -> bool:
        return all(out_of_phase(one, windows, case.foot_off_pct) for windows in case.variants.values())

    near = cases.alike(case.bursts, burst)
    place = f"Burst {of['burst']} from {at(burst.on)} to {at(burst.off)} % of the cycle"
    if opposed(burst):
        n = sum(opposed(one) for one in near)
        certain = n > 0 and 100 * n >= rules.PREVALENCE_PCT * of["n_cycles"]
        statement = (
            f"{place} lies for the most part in the phase opposite to the reference, and covers less than "
            f"{rules.COVERED_PCT:g} % of each of its bursts; so do {n} of {case.n_cycles} used cycles one "
            "by one."
        )
        if not certain:
            statement += " Too few for a finding."
        rule = rules.OUT_OF_PHASE if certain else rules.UNDECIDED
        return row(case, rule, statement, n, case.n_cycles, window=case.usual)
    if matched:
        return None
    statement = f"{place} overlaps no burst of the reference."
    return row(case, rules.OUTSIDE, statement, len(near), case.n_cycles, window=case.usual)


def pauses(
    case: Case, burst: Arc, of: Mapping[str, Any], matched: Sequence[Comparison]
) -> list[dict[str, Any]]:
    """Return rows for pauses of the reference through which the burst goes on, unless a variant has none."""
    long = [
        [(a, b) for a, b in c.pauses if (b.arc.on - a.arc.off) % 100 > case.tolerance_pct] for c in matched
    ]
    if not all(long):
        return []
    out = []
    for before, after in long[0]:
        length = (after.arc.on - before.arc.off) % 100
        near = cases.alike(case.bursts, burst)
        gap = Arc(before.arc.off, before.arc.off + length)
        n = sum(cases.covers(one, gap) for one in near)
        statement = (
            f"Burst {of['burst']} goes on through the reference's pause from {at(gap.on)} to "
            f"{at(gap.off)} % of the cycle; tolerance {case.tolerance_pct:g} %. "
            f"So do {n} of {case.n_cycles} used cycles."
        )
        out.append(row(case, rules.PROLONGED, statement, n, case.n_cycles, value=length, window=before))
    return out


def missing(case: Case) -> list[dict[str, Any]]:
    """Return rows for bursts of the reference without activity, if every variant misses one."""
    per_variant = []
    for windows in case.variants.values():
        active = [cases.active_in(w.arc, case.cycles, case.all_bursts) for w in windows]
        per_variant.append(
            [
                (w, int(np.count_nonzero(~a)), a.size)
                for w, a in zip(windows, active, strict=True)
                if a.size and 100 * np.count_nonzero(~a) >= rules.PREVALENCE_PCT * a.size
            ]
        )
    if not all(per_variant):
        return []
    return [
        row(
            case,
            rules.NOT_DETECTED,
            f"No activity was detected in the reference's burst from {at(w.arc.on)} to {at(w.arc.off)} % "
            f"of the cycle ({w.of.variant}) in {n} of {of} cycles.",
            n,
            of,
            window=w,
        )
        for w, n, of in min(per_variant, key=len)
    ]
