"""Time parameters of gait, and of repetitions that are not walking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from emgkit import tables
from emgkit.found import Cycles
from emgkit.gait import states, strides
from emgkit.model import OTHER, FloatArray

BOTH = "both"
SEQUENCE = "contact_sequence_"
"""Head of the name of a parameter that says how often one sequence of contact states occurs."""


def gait_rows(trials: Sequence[Cycles]) -> list[dict[str, Any]]:
    """Return the rows of the table `gait` of walking: each parameter over the used strides of all trials.

    Parameters
    ----------
    trials : sequence of Cycles
        Gait cycles of one foot.

    Notes
    -----
    With T the time from one contact of the foot to the next: cadence is 2 * 60 / mean(T), two steps a stride,
    and its standard deviation that of 120 / T; the variability of T is 100 * SD(T) / mean(T). Stance lasts
    from contact to foot-off, swing from foot-off to the next contact. A step ends with the contact of the
    side that it is named after. The initial double support lasts from contact to the foot-off of the other
    foot, single support from there to its contact, the terminal double support from there to foot-off; the
    total is the sum of both. Standard deviations are over strides, with n - 1. The share of a sequence of
    contact states is of the strides whose sequence is determinable.

    References
    ----------
    Perry and Burnfield 2010, Gait Analysis: Normal and Pathological Function, ISBN 978-1-55642-766-4.
    Hausdorff 2005, Gait variability: methods, modeling and meaning, DOI 10.1186/1743-0003-2-19.
    Agostini, Balestra and Knaflitz 2014, Segmentation and classification of gait cycles,
    DOI 10.1109/TNSRE.2013.2291907.
    """
    s = strides.join(trials)
    if s.size == 0:
        return []
    own = trials[0].side
    other = OTHER[own] if own else None
    length, part = s.duration_s, s.duration_s / 100
    foot_off, opposite_off, opposite_contact = (
        s.foot_off_pct,
        s.opposite_foot_off_pct,
        s.opposite_contact_pct,
    )
    if s.often_disordered:
        opposite_off = opposite_contact = np.full(s.size, np.nan)
    initial, terminal = opposite_off, foot_off - opposite_contact
    alone = _why(_unknown("foot-off", foot_off), s.doubt)
    rows = [
        _row("strides_used", own, np.full(1, float(s.size)), "none", n=s.size),
        _cadence(own, length),
        _row("stride_time", own, length, "s"),
        _variability(own, length),
        _row("stance_time", own, foot_off * part, "s") | {"why": alone},
        _row("stance", own, foot_off, "%") | {"why": alone},
        _row("swing_time", own, (100 - foot_off) * part, "s") | {"why": alone},
        _row("swing", own, 100 - foot_off, "%") | {"why": alone},
    ]
    for name, side, values in (
        ("step", other, opposite_contact),
        ("step", own, 100 - opposite_contact),
        ("double_support_initial", BOTH, initial),
        ("double_support_terminal", BOTH, terminal),
        ("double_support_total", BOTH, initial + terminal),
        ("single_support", own, opposite_contact - opposite_off),
    ):
        why = _why_both(s, values)
        rows.append(_row(f"{name}_time", side, values * part, "s") | {"why": why})
        rows.append(_row(name, side, values, "%") | {"why": why})
    return rows + _sequences(own, s.sequence)


def repetition_rows(trials: Sequence[Cycles]) -> list[dict[str, Any]]:
    """Return the rows of the table `gait` of repetitions: their duration, rate and the rest between them.

    Notes
    -----
    The rate is 60 / mean(I), with I the time from one start to the next; rest is the time from the end of one
    to the start of the next. Both only between neighbours in the ledger that are both used.
    """
    side = trials[0].side if trials else None
    length = _joined([(t.end_s - t.start_s)[t.used] for t in trials])
    if length.size == 0:
        return []
    neighbours = [t.used[1:] & t.used[:-1] for t in trials]
    interval = _joined([np.diff(t.start_s)[two] for t, two in zip(trials, neighbours, strict=True)])
    rest = _joined([(t.start_s[1:] - t.end_s[:-1])[two] for t, two in zip(trials, neighbours, strict=True)])
    single = "there are no two repetitions in a row"
    rate = _row("repetition_rate", side, 60 / interval, "1/min", single)
    if interval.size:
        rate["value"] = 60 / interval.mean()
    return [
        _row("repetitions_used", side, np.full(1, float(length.size)), "none", n=length.size),
        _row("repetition_time", side, length, "s"),
        rate,
        _row("rest_between", side, rest, "s", single),
    ]


def _row(
    name: str, side: str | None, values: FloatArray, unit: str, why: str = "none", *, n: int | None = None
) -> dict[str, Any]:
    """Return mean and standard deviation of the known values; `why` stands where some are not known."""
    mean, sd, known = strides.mean_sd(values)
    return {
        "parameter": name,
        "side": side or tables.NOT_RECORDED,
        "value": mean,
        "sd": sd,
        "unit": unit,
        "n": known if n is None else n,
        "why": "none" if 0 < known == values.size else why,
    }


def _unknown(what: str, values: FloatArray) -> str:
    n = np.count_nonzero(np.isnan(values))
    return f"{what} is not known in {n} of {values.size} strides" if n else ""


def _why_both(s: strides.Strides, values: FloatArray) -> str:
    """Return why what takes both feet is not determinable, or not in every stride, or doubtful."""
    if not s.opposite_recorded:
        return "the other foot was not recorded"
    lost = _unknown("contact or foot-off of one of the feet", values)
    return _why(lost and (s.disorder or lost), s.doubt, s.opposite_doubt)


def _why(*reasons: str) -> str:
    return "; ".join(filter(None, reasons)) or "none"


def _cadence(side: str | None, length: FloatArray) -> dict[str, Any]:
    row = _row("cadence", side, 120 / length, "1/min")
    return row | {"value": 120 / length.mean()}  # steps by time, not the mean of the strides' own cadences


def _variability(side: str | None, length: FloatArray) -> dict[str, Any]:
    row = _row("stride_time_cv", side, np.zeros(0), "%", "needs two strides", n=length.size)
    if length.size < 2:
        return row
    return row | {"value": 100 * length.std(ddof=1) / length.mean(), "why": "none"}


def _sequences(side: str | None, found: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the share of the typical sequence of contact states and of each that occurs, the usual first."""
    known = [sequence for sequence in found if sequence != tables.NOT_DETERMINABLE]
    if not known:
        why = "the foot switches do not tell the contact states"
        return [_row(f"{SEQUENCE}typical", side, np.zeros(0), "%", why)]
    unknown = len(found) - len(known)
    why = f"not determinable in {unknown} of {len(found)} strides" if unknown else "none"
    counts = sorted(Counter(known).items(), key=lambda item: (-item[1], item[0]))
    typical = sum(n for sequence, n in counts if states.form(sequence) == "typical")
    return [
        _row(name, side, np.full(1, 100 * n / len(known)), "%", n=len(known)) | {"why": why}
        for name, n in ((f"{SEQUENCE}typical", typical), *((SEQUENCE + text, n) for text, n in counts))
    ]


def _joined(parts: list[FloatArray]) -> FloatArray:
    return np.concatenate(parts) if parts else np.zeros(0)
