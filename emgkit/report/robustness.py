"""What the report says of bursts that depend on the setting or on the detector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emgkit.report.model import Column, Table
from emgkit.report.words import Words, integer, missing, named, stated
from emgkit.result import Analysis
from emgkit.tables import BY_DETECTOR, BY_SETTING, NOT_ASSESSED, NOT_DETERMINABLE, ROBUST


def summary(an: Analysis, words: Words) -> str:
    """Return how many of the bursts in used cycles are robust, and what that means."""
    if an.settings.detect.sensitivity == "off":
        return "Whether the bursts depend on the detector was not assessed: the setting is off."
    compared = [one for one in an.study.sensitivity if not one["not_run"]]
    others = [one for one in compared if one["kind"] == "detector"]
    used = an.cycles.loc[an.cycles["used"], ["trial", "cycle"]]
    bursts = an.bursts.merge(used, on=["trial", "cycle"])
    by_hand = int(bursts["edited"].sum())
    bursts = bursts[~bursts["edited"].astype("bool")]
    seen = bursts["robustness"]
    if seen.empty:
        found = ", ".join(f"the detector {_name(one)} finds {one['bursts']}" for one in others)
        return f"No burst starts in a used {words.one}; {found} in all." if found else ""
    n_settings = len(compared) - len(others)
    settings = "with another setting" if n_settings == 1 else f"with {n_settings} other settings"
    against = [f"{settings} of the detector"] if n_settings else []
    against += [f"with the detector {_name(one)}" for one in others]
    if not against or not seen.isin((ROBUST, BY_SETTING, BY_DETECTOR)).all():
        return f"Whether the bursts depend on the detector is {NOT_DETERMINABLE}."
    n_robust, n_setting, n_detector = (
        int((seen == word).sum()) for word in (ROBUST, BY_SETTING, BY_DETECTOR)
    )
    rest = [
        f"{n} {'depends' if n == 1 else 'depend'} on the {on}"
        for n, on in ((n_setting, "setting"), (n_detector, "detector"))
        if n
    ]
    interval = "beyond its 95 % interval" if bursts["onset_low_s"].notna().any() else "off"
    return (
        f"{n_robust} of {len(seen)} bursts {'is' if n_robust == 1 else 'are'} robust, that is, found again"
        f" {' and '.join(against)}, with no gap and no move of an edge over"
        f" {an.settings.measure.timing_tolerance_pct:g} % of the {words.one}, and no edge over 30 ms"
        f" {interval}."
        + (f" {' and '.join(rest)}: read such edges with caution." if rest else "")
        + (f" Of {by_hand} edited by hand it is not determinable." if by_hand else "")
        + _further(compared, words)
    )


def _further(compared: Sequence[Mapping[str, Any]], words: Words) -> str:
    """Say where the bursts that were found are not all that there may be."""
    most = max(compared, key=lambda one: int(one["further"]))  # of equal ones the first: a setting
    n = int(most["further"])
    if n == 0:
        return ""
    by = "another setting" if most["kind"] == "setting" else f"the detector {_name(most)}"
    return (
        f" Where none is reported, {by} finds {n} further {'burst' if n == 1 else 'bursts'}, in or outside"
        f" used {words.many}."
    )


def _name(compared: Mapping[str, Any]) -> str:
    method = str(compared["method"])
    return "hidden Markov model" if method == "hmm" else named(method)


def cell(row: Mapping[str, Any], an: Analysis) -> str:
    """Return how many of the bursts behind a row of the summary are robust."""
    if an.settings.detect.sensitivity == "off":
        return NOT_ASSESSED
    if missing(row["n_robust"]):
        return NOT_DETERMINABLE
    return f"{integer(row['n_robust'])} of {integer(row['n_onsets'])}"


def table(an: Analysis) -> Table:
    """Return what the bursts were compared with."""
    rows = []
    for one in an.study.sensitivity:
        what = "other setting of" if one["kind"] == "setting" else "second detector,"
        changed = ", ".join(f"{name} = {stated(value)}" for name, value in one["changed"].items())
        counts = (
            (f"not run: {one['not_run']}", NOT_DETERMINABLE, NOT_DETERMINABLE)
            if one["not_run"]
            else (integer(one["bursts"]), integer(one["hold"]), integer(one["further"]))
        )
        rows.append((f"{what} {named(one['method'])}", changed or "its defaults", *counts))
    columns = (
        Column("Bursts were compared with", share=4),
        Column("Parameters", share=4),
        Column("Its bursts", "right", share=3),
        Column("Bursts that hold in it", "right", share=3),
        Column("Further ones of it", "right", share=3),
    )
    return Table(columns, tuple(rows or [(NOT_ASSESSED,) * len(columns)]), small=True)
