"""From measures to findings: what differs from the reference, with its numbers; never a cause."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from emgkit import table_values
from emgkit.errors import InputError
from emgkit.found import MIN_CYCLES
from emgkit.model import FloatArray
from emgkit.reference import cases, rules
from emgkit.reference.arcs import Arc
from emgkit.reference.case import Case, make_case, plain, row, unsaid
from emgkit.reference.cases import chosen
from emgkit.reference.clonic import clonic
from emgkit.reference.compare import compare, out_of_phase
from emgkit.reference.edges import edge_row
from emgkit.reference.file import shipped
from emgkit.reference.magnitude import magnitude
from emgkit.reference.placement import missing, pauses, stray
from emgkit.reference.sets import ReferenceSet
from emgkit.reference.whole import continuous, nothing


def find(
    summary: pd.DataFrame,
    cycles: pd.DataFrame,
    bursts: pd.DataFrame,
    muscle: str | None,
    tolerance_pct: float,
    *,
    reference: ReferenceSet | None = None,
    counted: pd.DataFrame | None = None,
    walking: bool = True,
    confidence: float = 0.95,
    doubt: str | None = None,
    beats: Mapping[str, FloatArray] | None = None,
    maximum_credible: bool = False,
    normalisation: str | None = None,
) -> pd.DataFrame:
    """Compare the most frequent modality with the reference of the muscle.

    Parameters
    ----------
    summary, cycles, bursts : DataFrame
        Tables of the analysis, as declared in `emgkit.tables`.
    muscle : str or None
        Full name in snake case.
    tolerance_pct : float
        Deviation from the reference that is within tolerance, in percent of the cycle; where the reference
        states a larger spread of its own, that.
    reference : ReferenceSet, optional
        The one that emgkit brings with it if not given.
    counted : DataFrame, optional
        The bursts with the cycles that they count with in `summary`, where that is not the cycle in which
        they start: about the contact, a burst counts with the cycle after it.
    walking : bool
        False for repetitions of another movement, for which there is no reference.
    confidence : float
        Level of the intervals in `summary`, for the sentences.
    doubt : str, optional
        Why the signal or the cycles are not to be compared, as a sentence; then nothing is.
    beats : mapping of trial to array of shape (n_beats, 2), optional
        Short bursts that repeat and are taken for one in `bursts`, see `Detection.beats_s`.
    maximum_credible : bool
        Whether a maximum test shows that the wire records the muscle. Without it, no muscle is "absent" and
        no amplitude in percent of the maximum test is compared.
    normalisation : str, optional
        What `mean_pct_ref` is a percentage of, a word of `emgkit.reference.NORMALISATIONS`; if not given, no
        amplitude is compared.

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
    references = reference or shipped()
    used = chosen(cycles, cycles["used"].to_numpy(np.bool_))
    reason = _why_nothing(walking, len(used)) or doubt
    if reason is not None:
        return table_values.build("findings", [unsaid(reason, len(used))])
    repeated = clonic(used, bursts, beats or {})
    rows = [] if repeated is None else [repeated]
    taken = references.find(muscle)
    if muscle is None or taken is None:
        why = (
            "The muscle is not named, so there is no reference to compare with."
            if muscle is None
            else f"The reference ({references.words}) has no timing for {plain(muscle)}."
        )
        return table_values.build("findings", [*rows, unsaid(why, len(used))])
    case = make_case(
        muscle,
        *taken,
        used,
        bursts,
        bursts if counted is None else counted,
        tolerance_pct,
        confidence,
        maximum_credible=maximum_credible,
        normalisation=normalisation,
    )
    whole = continuous(case) or nothing(case)
    rows += _per_burst(case, summary) if whole is None else [whole]
    return table_values.build("findings", rows)


def _why_nothing(walking: bool, n_used: int) -> str | None:
    if not walking:
        return "The movement is not walking: there is no timing reference for it."
    if n_used < MIN_CYCLES:
        return f"Too few strides: {n_used} used, {MIN_CYCLES} needed to state timing."
    return None


def _per_burst(case: Case, summary: pd.DataFrame) -> list[dict[str, Any]]:
    rows, why = cases.dominant(summary)
    if why is not None:
        return [row(case, rules.NOT_DETERMINABLE, why, 0, case.n_cycles)]
    arcs = [Arc(of["onset_pct"], of["offset_pct"]) for of in rows]
    against = {name: compare(arcs, windows) for name, windows in case.variants.items()}
    out: list[dict[str, Any]] = []
    for i, (burst, of) in enumerate(zip(arcs, rows, strict=True)):
        # of a pattern to which it is opposed a burst is no early or late part, even if it touches it
        compared = [
            None if out_of_phase(burst, case.variants[name], case.foot_off_pct) else comparisons[i]
            for name, comparisons in against.items()
        ]
        strays = stray(case, burst, of, matched=any(c is not None for c in compared))
        if strays is not None:
            out.append(strays)
            continue
        matched = [c for c in compared if c is not None]
        for edges in ([c.onset for c in matched], [c.offset for c in matched]):
            known = [e for e in edges if e is not None]
            # shared with another burst in one of the variants: nothing differs there
            if len(known) == len(edges):
                out.append(edge_row(case, burst, of, known))
        out.extend(pauses(case, burst, of, matched))
        amplitude = magnitude(case, burst, of, matched)
        out += [] if amplitude is None else [amplitude]
    return out + missing(case)
