"""What all rules look at, and the row that a finding becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from emgkit.reference import cases, rules
from emgkit.reference.compare import Window, scale
from emgkit.reference.rules import Rule
from emgkit.reference.sets import Reference
from emgkit.reference.windows import ReferenceWindow

CYCLE_PCT, AMPLITUDE_PCT, HERTZ = "% of the cycle", "% of the reference amplitude", "Hz"
"""Units of the value of a finding."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """The cycles, the bursts, and the windows of the muscle scaled to the patient's foot-off."""

    muscle: str
    reference: Reference
    cycles: pd.DataFrame
    """The used cycles."""
    bursts: pd.DataFrame
    """The bursts of the used cycles, each with the cycle it counts with; the offset may not be known."""
    all_bursts: pd.DataFrame
    variants: Mapping[str, list[Window]]
    foot_off_pct: float
    foot_off_words: str
    tolerance_pct: float
    confidence: float
    maximum_credible: bool
    normalisation: str | None
    """What `mean_pct_ref` is a percentage of; None if it is not determinable."""

    @property
    def usual(self) -> Window:
        """First window of the usual variant."""
        return next(iter(self.variants.values()))[0]

    @property
    def n_cycles(self) -> int:
        """Number of used cycles."""
        return len(self.cycles)

    def variant(self, window: Window) -> str:
        """Return the words that say which of several variants a window is of."""
        return f"{window.of.variant} (nearest of {len(self.variants)}) " if len(self.variants) > 1 else ""


def make_case(
    muscle: str,
    reference: Reference,
    windows: tuple[ReferenceWindow, ...],
    used: pd.DataFrame,
    bursts: pd.DataFrame,
    counted: pd.DataFrame,
    tolerance_pct: float,
    confidence: float,
    *,
    maximum_credible: bool,
    normalisation: str | None,
) -> Case:
    """Return the case with the reference scaled to the mean foot-off of the used cycles."""
    own = used["foot_off_pct"].to_numpy(dtype=np.float64)
    own = own[(own > 0) & (own < 100)]
    foot_off = float(own.mean()) if own.size else windows[0].foot_off_pct
    words = (
        f"scaled to the mean foot-off of {foot_off:.1f} %"
        if own.size
        else f"not scaled, foot-off not determinable (nominal {foot_off:g} %)"
    )
    return Case(
        muscle=muscle,
        reference=reference,
        cycles=used,
        bursts=cases.in_used(counted, used),
        all_bursts=bursts,
        variants=scale(windows, foot_off),
        foot_off_pct=foot_off,
        foot_off_words=words,
        tolerance_pct=tolerance_pct,
        confidence=confidence,
        maximum_credible=maximum_credible,
        normalisation=normalisation,
    )


def at(pct: float) -> str:
    """Return a position as it is printed, 0 to below 100."""
    if pct == 100:  # a window that ends with swing
        return "100.0"
    text = f"{pct % 100:.1f}"
    return "0.0" if text == "100.0" else text


def plain(muscle: str) -> str:
    """Return the name of a muscle in words."""
    return muscle.replace("_", " ")


def row(
    case: Case,
    rule: Rule,
    statement: str,
    n_cycles: int,
    of_cycles: int,
    *,
    value: float = np.nan,
    unit: str = CYCLE_PCT,
    window: Window | None = None,
) -> dict[str, Any]:
    """Return the row of a finding; without a window it was compared with the whole pattern."""
    first = (window or case.usual).of
    chosen = [window] if window else [w for windows in case.variants.values() for w in windows]
    name = plain(first.muscle)
    if first.muscle != case.muscle:
        name += f" as a whole (none of its own for {plain(case.muscle)})"
    shown = "; ".join(
        f"{w.of.variant} burst {w.of.burst}: {w.of.onset_pct:g}-{w.of.offset_pct:g} %, here "
        f"{at(w.arc.on)}-{at(w.arc.off)} %"
        for w in chosen
    )
    return {
        "rule": rule.id,
        "term": rule.term,
        "statement": statement,
        "value": value,
        "reference": f"{case.reference.name} version {case.reference.version}, {name}, {shown} "
        f"({case.foot_off_words})",
        "source": f"{first.source} ({first.status})",
        "n_cycles": n_cycles,
        "of_cycles": of_cycles,
        "unit": "none" if np.isnan(value) else unit,
    }


def row_without_reference(
    rule: Rule, statement: str, n_cycles: int, of_cycles: int, *, value: float = np.nan, unit: str = "none"
) -> dict[str, Any]:
    """Return the row of what was said, or could not be said, without a reference."""
    return {
        "rule": rule.id,
        "term": rule.term,
        "statement": statement,
        "value": value,
        "reference": "none",
        "source": "none",
        "n_cycles": n_cycles,
        "of_cycles": of_cycles,
        "unit": unit,
    }


def unsaid(reason: str, n_used: int) -> dict[str, Any]:
    """Return the row that says why nothing could be compared."""
    return row_without_reference(rules.NOT_DETERMINABLE, reason, 0, n_used)
