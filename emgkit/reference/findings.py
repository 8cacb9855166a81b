"""From measures to timing findings: what differs from the reference, with its numbers; never a cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from emgkit import tables
from emgkit.errors import InputError
from emgkit.reference import cases, rules
from emgkit.reference.arcs import Arc
from emgkit.reference.compare import Comparison, Edge, Window, compare, out_of_phase, scale
from emgkit.reference.rules import Rule
from emgkit.reference.windows import NAME, NOMINAL_FOOT_OFF_PCT, VERSION, windows_for

_EDGE_RULES = {
    ("onset", False): rules.PREMATURE,
    ("onset", True): rules.DELAYED,
    ("offset", False): rules.CURTAILED,
    ("offset", True): rules.PROLONGED,
}


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """What all rules look at."""

    muscle: str
    cycles: pd.DataFrame
    """The used cycles."""
    bursts: pd.DataFrame
    """The bursts of the used cycles; the offset may not be known."""
    all_bursts: pd.DataFrame
    variants: Mapping[str, list[Window]]
    foot_off_pct: float
    foot_off_words: str
    tolerance_pct: float
    confidence: float


def find(
    summary: pd.DataFrame,
    cycles: pd.DataFrame,
    bursts: pd.DataFrame,
    muscle: str | None,
    tolerance_pct: float,
    *,
    counted: pd.DataFrame | None = None,
    walking: bool = True,
    confidence: float = 0.95,
    doubt: str | None = None,
) -> pd.DataFrame:
    """Compare the timing of the most frequent modality with the reference of the muscle.

    Parameters
    ----------
    summary, cycles, bursts : DataFrame
        Tables of the analysis, as declared in `emgkit.tables`.
    muscle : str or None
        Full name in snake case.
    tolerance_pct : float
        Deviation from the reference that is within tolerance, in percent of the cycle.
    counted : DataFrame, optional
        The bursts with the cycles that they count with in `summary`, where that is not the cycle in which
        they start: about the contact, a burst counts with the cycle after it.
    walking : bool
        False for repetitions of another movement, for which there is no reference.
    confidence : float
        Level of the intervals in `summary`, for the sentences.
    doubt : str, optional
        Why the signal or the cycles are not to be compared, as a sentence; then nothing is.

    Returns
    -------
    DataFrame
        The table `findings`; never empty: what cannot be said is a row too.

    Raises
    ------
    InputError
        If the tolerance is not a positive number.

    Notes
    -----
    The rules stand in `emgkit.reference.rules`. The reference is scaled to the mean foot-off of the used
    cycles, stance and swing separately. Where it has alternate patterns, each edge is compared with the
    nearest, so that a finding differs from the usual pattern and from every alternate.
    """
    if not np.isfinite(tolerance_pct) or tolerance_pct <= 0:
        raise InputError("the tolerance is not a positive number", found=tolerance_pct)
    used = cycles[cycles["used"].astype("bool")]
    reason = _why_not(muscle, walking, len(used)) or doubt
    if reason is not None or muscle is None:
        return tables.build("findings", [_unsaid(reason or "", len(used))])
    case = _case(muscle, used, bursts, tolerance_pct, confidence)
    if counted is not None:
        case = replace(case, bursts=cases.in_used(counted, used))
    whole = _continuous(case) or _nothing(case)
    if whole is not None:
        return tables.build("findings", [whole])
    return tables.build("findings", _per_burst(case, summary))


def _why_not(muscle: str | None, walking: bool, n_used: int) -> str | None:
    if not walking:
        return "The movement is not walking: there is no timing reference for it."
    if muscle is None:
        return "The muscle is not named, so there is no reference to compare with."
    if not windows_for(muscle):
        return f"The reference {NAME} has no timing for {_plain(muscle)}."
    if n_used < rules.MIN_CYCLES:
        return f"Too few strides: {n_used} used, {rules.MIN_CYCLES} needed to state timing."
    return None


def _case(
    muscle: str, used: pd.DataFrame, bursts: pd.DataFrame, tolerance_pct: float, confidence: float
) -> _Case:
    own = used["foot_off_pct"].dropna().to_numpy(dtype=np.float64)
    own = own[(own > 0) & (own < 100)]
    foot_off = float(own.mean()) if own.size else NOMINAL_FOOT_OFF_PCT
    words = (
        f"scaled to the mean foot-off of {foot_off:.1f} %"
        if own.size
        else f"not scaled, foot-off not determinable (nominal {foot_off:g} %)"
    )
    return _Case(
        muscle=muscle,
        cycles=used,
        bursts=cases.in_used(bursts, used),
        all_bursts=bursts,
        variants=scale(windows_for(muscle), foot_off),
        foot_off_pct=foot_off,
        foot_off_words=words,
        tolerance_pct=tolerance_pct,
        confidence=confidence,
    )


def _continuous(case: _Case) -> dict[str, Any] | None:
    active = case.cycles["active_pct"].dropna().to_numpy(dtype=np.float64)
    n = int(np.count_nonzero(active >= rules.CONTINUOUS_ACTIVE_PCT))
    if active.size < rules.MIN_CYCLES or 100 * n < rules.PREVALENCE_PCT * active.size:
        return None
    longest = max(sum(w.arc.length for w in windows) for windows in case.variants.values())
    middle = float(np.median(active))
    statement = (
        f"On for {rules.CONTINUOUS_ACTIVE_PCT:g} % of the cycle or more in {n} of {active.size} cycles "
        f"(median {middle:.1f} %); the reference is on for {longest:.1f} % at most."
    )
    return _row(rules.CONTINUOUS, statement, middle - longest, None, n, active.size, case)


def _nothing(case: _Case) -> dict[str, Any] | None:
    active = case.cycles["active_pct"].dropna().to_numpy(dtype=np.float64)
    n = int(np.count_nonzero(active == 0))
    if active.size < rules.MIN_CYCLES or 100 * n < rules.PREVALENCE_PCT * active.size:
        return None
    statement = (
        f"No activity was detected in {n} of {active.size} cycles. Whether it is absent cannot be said "
        "without a credible maximum test."
    )
    return _row(rules.NOT_DETECTED, statement, np.nan, None, n, active.size, case)


def _per_burst(case: _Case, summary: pd.DataFrame) -> list[dict[str, Any]]:
    rows, why = cases.dominant(summary)
    if why is not None:
        return [_row(rules.NOT_DETERMINABLE, why, np.nan, None, 0, len(case.cycles), case)]
    arcs = [Arc(row["onset_pct"], row["offset_pct"]) for row in rows]
    against = {name: compare(arcs, windows) for name, windows in case.variants.items()}
    out: list[dict[str, Any]] = []
    for i, (burst, row) in enumerate(zip(arcs, rows, strict=True)):
        compared = [comparisons[i] for comparisons in against.values()]
        stray = _stray(case, burst, row, matched=any(c is not None for c in compared))
        if stray is not None:
            out.append(stray)
            continue
        matched = [c for c in compared if c is not None]
        for name in ("onset", "offset"):
            edges = [getattr(c, name) for c in matched]
            # shared with another burst in one of the variants: nothing differs there
            if None not in edges:
                nearest = min(edges, key=lambda e: abs(e.deviation))
                out.append(_edge(case, burst, row, name, nearest))
        out.extend(_pauses(case, burst, row, matched))
    return out + _missing(case)


def _stray(case: _Case, burst: Arc, row: Mapping[str, Any], *, matched: bool) -> dict[str, Any] | None:
    """Return the row of a burst that is out of phase or outside every variant, None for any other."""

    def opposed(one: Arc) -> bool:
        return all(out_of_phase(one, windows, case.foot_off_pct) for windows in case.variants.values())

    near, of = cases.alike(case.bursts, burst), len(case.cycles)
    place = f"Burst {row['burst']} from {_at(burst.on)} to {_at(burst.off)} % of the cycle"
    if opposed(burst):
        n = sum(opposed(one) for one in near)
        certain = n > 0 and 100 * n >= rules.PREVALENCE_PCT * row["n_cycles"]
        statement = (
            f"{place} lies for the most part in the phase opposite to the reference, and covers less than "
            f"{rules.COVERED_PCT:g} % of it; so do {n} of {of} used cycles one by one."
        )
        if not certain:
            statement += " Too few for a finding."
        rule = rules.OUT_OF_PHASE if certain else rules.UNDECIDED
        return _row(rule, statement, np.nan, _usual(case), n, of, case)
    if matched:
        return None
    statement = f"{place} overlaps no burst of the reference."
    return _row(rules.OUTSIDE, statement, np.nan, _usual(case), len(near), of, case)


def _edge(case: _Case, burst: Arc, row: Mapping[str, Any], name: str, edge: Edge) -> dict[str, Any]:
    mean, low, high = (row[f"{name}_{part}"] for part in ("pct", "ci_low_pct", "ci_high_pct"))
    d, tol = edge.difference, case.tolerance_pct
    each = cases.differences(case.bursts, burst, name) + d
    unknown = len(cases.alike(case.bursts, burst, whole=False)) - len(cases.alike(case.bursts, burst))
    of = len(case.cycles) - (unknown if name == "offset" else 0)
    where = "used cycles" if of == len(case.cycles) else f"used cycles whose {name} is known"
    late = d > 0
    # the end of the interval that is nearer to the reference; not known where the interval is not
    nearest_end = d - (mean - low) if late else d + (high - mean)
    n = int(np.count_nonzero(each > tol if late else each < -tol))
    if abs(d) <= tol:
        rule, n = rules.WITHIN, int(np.count_nonzero(np.abs(each) <= tol))
        ending = "Within it"
    elif edge.deviation == 0:
        rule = rules.NOT_DETERMINABLE
        ending = f"The reference gives no limit for {'a later' if late else 'an earlier'} {name}. Beyond it"
    elif (nearest_end if late else -nearest_end) > tol:
        rule, ending = _EDGE_RULES[name, late], "Beyond it"
    else:
        rule, ending = rules.UNDECIDED, "The mean is beyond the tolerance, its interval is not. Beyond it"
    turn = mean - mean % 100  # mean and interval are shown on one axis
    interval = (
        f"{100 * case.confidence:g} % interval of the mean {low - turn:.1f} to {high - turn:.1f}"
        if np.isfinite(low) and np.isfinite(high)
        else "interval of the mean not determinable"
    )
    reference = edge.window.arc.on if name == "onset" else edge.window.arc.off
    statement = (
        f"{name.capitalize()} of burst {row['burst']} at {_at(mean)} % of the cycle ({interval}), "
        f"{abs(d):.1f} % {'after' if late else 'before'} the {_variant(case, edge.window)}reference of "
        f"{_at(reference)} %; tolerance {tol:g} %. {ending} in {n} of {of} {where}."
    )
    return _row(rule, statement, d, edge.window, n, of, case)


def _pauses(
    case: _Case, burst: Arc, row: Mapping[str, Any], matched: Sequence[Comparison]
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
            f"Burst {row['burst']} goes on through the reference's pause from {_at(gap.on)} to "
            f"{_at(gap.off)} % of the cycle; tolerance {case.tolerance_pct:g} %. "
            f"So do {n} of {len(case.cycles)} used cycles."
        )
        out.append(_row(rules.PROLONGED, statement, length, before, n, len(case.cycles), case))
    return out


def _missing(case: _Case) -> list[dict[str, Any]]:
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
        _row(
            rules.NOT_DETECTED,
            f"No activity was detected in the reference's burst from {_at(w.arc.on)} to {_at(w.arc.off)} % "
            f"of the cycle ({w.of.variant}) in {n} of {of} cycles.",
            np.nan,
            w,
            n,
            of,
            case,
        )
        for w, n, of in min(per_variant, key=len)
    ]


def _usual(case: _Case) -> Window:
    return next(iter(case.variants.values()))[0]


def _variant(case: _Case, window: Window) -> str:
    return f"{window.of.variant} (nearest of {len(case.variants)}) " if len(case.variants) > 1 else ""


def _at(pct: float) -> str:
    if pct == 100:  # a window that ends with swing
        return "100.0"
    text = f"{pct % 100:.1f}"
    return "0.0" if text == "100.0" else text


def _plain(muscle: str) -> str:
    return muscle.replace("_", " ")


def _row(
    rule: Rule, statement: str, value: float, window: Window | None, n: int, of: int, case: _Case
) -> dict[str, Any]:
    first = (window or _usual(case)).of
    chosen = [window] if window else [w for windows in case.variants.values() for w in windows]
    name = _plain(first.muscle)
    if first.muscle != case.muscle:
        name += f" as a whole (none of its own for {_plain(case.muscle)})"
    shown = "; ".join(
        f"{w.of.variant} burst {w.of.burst}: {w.of.onset_pct:g}-{w.of.offset_pct:g} %, here "
        f"{_at(w.arc.on)}-{_at(w.arc.off)} %"
        for w in chosen
    )
    return {
        "rule": rule.id,
        "term": rule.term,
        "statement": statement,
        "value": value,
        "reference": f"{NAME} version {VERSION}, {name}, {shown} ({case.foot_off_words})",
        "source": f"{first.source} ({first.status})",
        "n_cycles": n,
        "of_cycles": of,
    }


def _unsaid(reason: str, n_used: int) -> dict[str, Any]:
    return {
        "rule": rules.NOT_DETERMINABLE.id,
        "term": rules.NOT_DETERMINABLE.term,
        "statement": reason,
        "value": np.nan,
        "reference": "none",
        "source": "none",
        "n_cycles": 0,
        "of_cycles": n_used,
    }
