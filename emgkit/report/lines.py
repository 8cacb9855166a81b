"""The tables of an analysis as a physician reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from emgkit.found import FILLED_PCT, REASONS
from emgkit.report import magnitude, robustness
from emgkit.report.model import Column, Table, Verdict
from emgkit.report.words import (
    MICRO,
    NBSP,
    Words,
    edge,
    integer,
    interval,
    missing,
    number,
    percent,
    records,
    remark,
    sentence,
    shorten,
    significant,
)
from emgkit.result import Analysis
from emgkit.tables import NOT_DETERMINABLE

_MARKS: Mapping[str, tuple[str, Any]] = {
    "good": ("\u25cf", "good"),
    "limited": ("\u25b2", "limited"),
    "not usable": ("\u2715", "bad"),
    NOT_DETERMINABLE: ("?", "unknown"),
}


_NUMBER = 41
"""Share of a column of numbers in half millimetres of the page: "determinable" fits on a line of it."""
NO_BURST = "no burst starts"
"""Of a cycle without a burst of its own; one that started before it may still go on in it."""


def verdicts(an: Analysis) -> tuple[Verdict, ...]:
    """Return the checks in the order of the table; trials with the same verdict and words stand together."""
    return tuple(_verdict(group) for group in _grouped(an))


def poor_verdicts(an: Analysis) -> tuple[Verdict, ...]:
    """Return the checks that are not good, the worst first."""
    order = {"bad": 0, "limited": 1, "unknown": 2}
    return tuple(sorted((v for v in verdicts(an) if v.tone != "good"), key=lambda item: order[item.tone]))


def _grouped(an: Analysis) -> list[list[dict[str, Any]]]:
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in records(an.quality):
        key = tuple(str(row[name]) for name in ("check", "verdict", "unit", "limit", "advice"))
        groups.setdefault(key, []).append(row)
    return list(groups.values())


def _verdict(group: list[dict[str, Any]]) -> Verdict:
    first = group[0]
    mark, tone = _MARKS.get(first["verdict"], ("?", "unknown"))
    label = _check_name(str(first["check"]))
    trials = [str(row["trial"]) for row in group if row["trial"] not in ("all", "")]
    if trials:
        label += f" ({', '.join(trials[:3])}{f' and {len(trials) - 3} more' if trials[3:] else ''})"
    advice = "" if str(first["advice"]) in ("none", "") else str(first["advice"])
    return Verdict(label, str(first["verdict"]), mark, tone, sentence(remark(advice)))


def _check_name(check: str) -> str:
    name = check.replace("_", " ")
    return name.upper() if name == "snr" else sentence(name)


def _values(group: list[dict[str, Any]]) -> str:
    """Return the value, or the lowest and highest of several trials, with the unit."""
    unit = str(group[0]["unit"]).replace("uV", MICRO)
    known = [float(row["value"]) for row in group if not missing(row["value"])]
    if len(known) < len(group):
        return NOT_DETERMINABLE
    shown = [number(v, 0) if v.is_integer() else significant(v) for v in (min(known), max(known))]
    text = " to ".join(dict.fromkeys(shown))
    return f"{text}{NBSP}{unit}" if unit else text


def quality_table(an: Analysis) -> Table:
    """Return all checks with value, limit and advice."""
    rows = []
    for group, seen in zip(_grouped(an), verdicts(an), strict=True):
        rows.append(
            (
                seen.label,
                f"{seen.mark} {seen.verdict}",
                _values(group),
                sentence(remark(str(group[0]["limit"]))),
                seen.text or "no advice",
            )
        )
    columns = (
        Column("Check", share=4),
        Column("Verdict", share=3),
        Column("Value", "right", share=3),
        Column("Limit", share=6),
        Column("What it means", share=6),
    )
    return Table(columns, tuple(rows), small=True)


def burst_table(an: Analysis, words: Words) -> Table:
    """Return timing and magnitude of each burst of each modality, and how many of the bursts are robust."""
    rows = []
    for row in records(an.summary):
        none = row["modality"] == 0
        rows.append(
            (
                "none" if none else f"{integer(row['burst'])}{NBSP}of{NBSP}{integer(row['modality'])}",
                f"{integer(row['n_cycles'])} ({percent(row['frequency_pct'])})",
                *((NO_BURST,) * 2 if none else (_timing(row, edge, words) for edge in ("onset", "offset"))),
                *((NO_BURST,) * 3 if none else _magnitude(row, an)),
            )
        )
    level = f"mean ({100 * an.settings.measure.confidence:g} % interval), SD"
    columns = (
        Column("Burst", share=24),
        Column(sentence(words.many), share=42),
        Column(f"Onset: {level}", share=72),
        Column(f"Offset: {level}", share=72),
        Column(f"Mean, {MICRO}", "right", share=_NUMBER),
        Column(f"Mean, {magnitude.percent_of(an)}", "right", share=56),
        Column("Robust", "right", share=_NUMBER),
    )
    return Table(columns, tuple(rows), small=True)


def partly_on(an: Analysis, words: Words) -> str:
    """Return a sentence on the cycles in which no burst starts and one from before goes on, else nothing.

    One that is filled by it counts as a cycle with a burst, which is said elsewhere.
    """
    none = an.cycles[an.cycles["used"] & (an.cycles["n_bursts"] == 0).fillna(False)]
    none = none[~(none["active_pct"] >= FILLED_PCT).fillna(False)]
    n = int((none["active_pct"] > 0).sum())
    if not n:
        return ""
    all_of = "all " if len(none) > 1 else "the "
    which = all_of if n == len(none) else f"{n} of the "
    return (
        f"In {which}{words.count(len(none))} in which no burst starts the muscle is partly on: a burst"
        " that started before goes on."
    )


def edge_counts(an: Analysis, words: Words) -> str:
    """Return a sentence on the means that rest on fewer edges than cycles, empty if there are none."""
    found = []
    for row in records(an.summary):
        if row["modality"] == 0 or _filled(row):
            continue
        n_cycles = int(row["n_cycles"])
        few = [
            f"{name} from {int(row[f'n_{name}s'])} of {words.count(n_cycles)}"
            for name in ("onset", "offset")
            if not missing(row[f"n_{name}s"]) and row[f"n_{name}s"] < n_cycles
        ]
        if few:
            of = (
                ""
                if row["modality"] == 1
                else f"burst {integer(row['burst'])} of {integer(row['modality'])}: "
            )
            found.append(of + ", ".join(few))
    return (
        f"Fewer edges than {words.many} where an edge is {NOT_DETERMINABLE}: {'; '.join(found)}."
        if found
        else ""
    )


def _filled(row: Mapping[str, Any]) -> bool:
    """Tell whether the row is of cycles that an earlier burst fills: a burst, but neither of its edges."""
    counts = [row["n_onsets"], row["n_offsets"]]
    return bool(row["modality"] > 0) and not any(missing(n) or n > 0 for n in counts)


def _timing(row: Mapping[str, Any], name: str, words: Words) -> str:
    """Return the mean place of an edge with its interval and its spread, in one cell."""
    if _filled(row):
        return f"{NOT_DETERMINABLE} (on throughout: no edge)"
    mean, low, high, sd = (row[f"{name}_{end}"] for end in ("pct", "ci_low_pct", "ci_high_pct", "sd_pct"))
    if missing(mean):
        return NOT_DETERMINABLE
    bounds = f"interval {NOT_DETERMINABLE}" if missing(low) or missing(high) else interval(low, high)
    return f"{edge(mean, words)} ({bounds}), SD{NBSP}{percent(sd)}"


def _magnitude(row: Mapping[str, Any], an: Analysis) -> tuple[str, str, str]:
    return significant(row["mean_uv"]), percent(row["mean_pct_ref"]), robustness.cell(row, an)


def spread_table(an: Analysis, words: Words) -> Table:
    """Return median, lowest and highest of each magnitude over the used cycles."""
    used = an.cycles[an.cycles["used"]]
    rows = []
    for name, label in (
        ("mean_uv", f"mean of the rectified signal, {MICRO}"),
        ("peak_uv", f"peak of the envelope, {MICRO}"),
        ("rms_uv", f"root mean square, {MICRO}"),
        ("iemg_uvs", f"integral of the rectified signal, {MICRO} s"),
        ("active_pct", f"muscle on, % of the {words.one}"),
        ("snr_db", "signal to noise, dB"),
    ):
        known = used[name].dropna()
        form = significant if name.endswith(("uv", "uvs")) else _one_decimal
        values = [form(known.median()), form(known.min()), form(known.max())] if len(known) else []
        rows.append((sentence(label), *(values or [NOT_DETERMINABLE] * 3), f"{len(known)} of {len(used)}"))
    columns = (
        Column(f"Over each {words.one}", share=4),
        Column("Median", "right"),
        Column("Lowest", "right"),
        Column("Highest", "right"),
        Column(sentence(words.many), "right"),
    )
    return Table(columns, tuple(rows), title=f"Over the whole {words.one}")


def _one_decimal(value: Any) -> str:
    return number(value, 1)


def ledger(an: Analysis, words: Words) -> Table:
    """Return one row per cycle, used or not, with the reason in words."""
    rows = []
    for row in records(an.cycles):
        cells = [
            shorten(str(row["trial"]), 60),
            integer(row["cycle"]),
            number(row["start_s"], 2, "s"),
            number(row["duration_s"], 3, "s"),
            percent(row["foot_off_pct"]),
            integer(row["n_bursts"]),
            percent(row["active_pct"]),
            significant(row["mean_uv"], MICRO),
            ("Used, edited" if row["edited"] else "Used") if row["used"] else _short(row["reason"]),
        ]
        if not words.gait:
            del cells[4]
        rows.append(tuple(cells))
    columns = [
        Column("Recording", share=44),
        Column(sentence(words.one), "right", share=24 if words.gait else 38),
        Column("Start", "right", share=30),
        Column("Duration", "right", share=_NUMBER),
        Column("Foot-off", "right", share=_NUMBER),
        Column("Bursts", "right", share=_NUMBER),
        Column("On", "right", share=_NUMBER),
        Column("Mean", "right", share=_NUMBER),
        Column("Used, or why not", share=45 if words.gait else 72),
    ]
    if not words.gait:
        del columns[4]
    return Table(tuple(columns), tuple(rows), small=True)


def left_out(an: Analysis, words: Words) -> tuple[tuple[str, str], ...]:
    """Return each cycle that is not used, and why, with the numbers."""
    return tuple(
        (f"{shorten(str(row['trial']), 60)}, {words.one} {row['cycle']}.", _why(row))
        for row in records(an.cycles)
        if not row["used"]
    )


def _why(row: Mapping[str, Any]) -> str:
    detail = str(row["reason_detail"])
    if detail in ("none", NOT_DETERMINABLE):
        return f"{sentence(REASONS.get(row['reason'], str(row['reason'])))}."
    return f"{_short(row['reason'])}: {detail}."


def _short(reason: object) -> str:
    return sentence(str(reason).replace("_", " "))


def inputs_table(an: Analysis) -> Table:
    """Return the files that were read, with their hashes."""
    rows = [(s.name, s.format, s.unit, s.unit_given or "not given", s.sha256) for s in an.inputs]
    columns = (
        Column("File", share=4),
        Column("Format", share=2),
        Column("Unit in the file", share=2),
        Column("Unit given", share=2),
        Column("SHA-256", share=11, mono=True),
    )
    return Table(columns, tuple(rows), title="Inputs", small=True)


def burst_remarks(bursts: pd.DataFrame) -> tuple[str, ...]:
    """Return sentences on bursts that a person edited or that the recording cuts, if there are any."""
    edited, cut = int(bursts["edited"].sum()), int((bursts["cut"] != "none").sum())
    found = []
    if edited:
        found.append(f"{edited} burst{'s were' if edited > 1 else ' was'} moved or added by a person.")
    if cut:
        found.append(f"{cut} burst{'s are' if cut > 1 else ' is'} cut by an end of the recording.")
    return tuple(found)
