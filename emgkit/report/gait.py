"""The section of time parameters and phases of gait, or of the times of repetitions."""

from __future__ import annotations

from typing import Any

from emgkit.report import style
from emgkit.report.footsteps import footsteps_figure
from emgkit.report.model import Block, Column, Facts, Paragraph, Picture, Section, Table
from emgkit.report.words import Words, integer, missing, named, number, percent, records, sentence
from emgkit.result import Analysis, Footsteps
from emgkit.tables import NOMINAL, NOT_DETERMINABLE, OWN_EVENTS, SCALED

_PACE = ("cadence", "stride_time", "stride_time_cv")
_REPETITIONS = ("repetition_time", "repetition_rate", "rest_between")
_PARTS = (
    "stance",
    "swing",
    "single_support",
    "double_support_initial",
    "double_support_terminal",
    "double_support_total",
    "step",
)
_NAMES = {
    "stride_time_cv": "variability of the stride time (SD in percent of the mean)",
    "double_support_initial": "initial double support",
    "double_support_terminal": "terminal double support",
    "double_support_total": "double support, total",
    "rest_between": "rest between repetitions",
}
_SEQUENCE = "contact_sequence_"
_SHOWN_SEQUENCES = 4
_PHASES_NOTE = (
    "A start from own events is the patient's: contact, foot-off and contact of the other foot, rise of the"
    " heel, foot-off. A scaled one is the nominal place (Perry and Burnfield 2010), stretched between the own"
    " events before and after it; it was not measured."
)
_HEEL_NOTE = " The heel rises here when its switch opens, which may be later than a camera sees it."


def section(an: Analysis, words: Words) -> Section:
    """Return the section; a result of an older version says that it has no such tables."""
    title = "Times and phases of gait" if words.gait else f"Times of the {words.many}"
    if an.gait.empty:
        text = "They are not part of this stored result; analyse the recording again to see them."
        return Section("gait", title, (Paragraph(text, "caution"),))
    rows = {(row["parameter"], row["side"]): row for row in records(an.gait)}
    blocks: list[Block] = [_pace(rows, words)]
    if words.gait:
        blocks += [_parts(rows, words), *_remarks(rows), _sequences(rows, words), *_phases(an, words)]
        blocks += _switches(an)
    else:
        blocks += _remarks(rows)
    return Section("gait", title, tuple(blocks))


def _name(parameter: str) -> str:
    part = parameter.removesuffix("_time") if parameter.removesuffix("_time") in _PARTS else parameter
    return _NAMES.get(part, named(part))


def _pace(rows: dict[Any, Any], words: Words) -> Facts:
    shown = _PACE if words.gait else _REPETITIONS
    facts = []
    for name in shown:
        row = next((row for (parameter, _), row in rows.items() if parameter == name), None)
        facts.append((sentence(_name(name)), NOT_DETERMINABLE if row is None else _fact(row, words)))
    return Facts(tuple(facts), title="Pace")


def _fact(row: dict[str, Any], words: Words) -> str:
    if missing(row["value"]):
        return NOT_DETERMINABLE
    decimals = 3 if row["unit"] == "s" else 1
    unit = "steps/min" if row["parameter"] == "cadence" else str(row["unit"])
    value = number(row["value"], decimals, unit)
    spread = "" if missing(row["sd"]) else f", SD {number(row['sd'], decimals, unit)}"
    return f"{value}{spread} ({words.count(int(row['n']))})"


def _parts(rows: dict[Any, Any], words: Words) -> Table:
    """Return time and share of each part of the stride, with its spread."""
    out = []
    for name in _PARTS:
        for (parameter, side), share in rows.items():
            if parameter != name:
                continue
            time = rows[f"{name}_time", side]
            out.append(
                (
                    sentence(_name(name)),
                    str(side),
                    number(time["value"], 3, "s"),
                    number(time["sd"], 3, "s"),
                    percent(share["value"]),
                    percent(share["sd"]),
                    integer(share["n"]),
                )
            )
    columns = (
        Column(f"Part of the {words.one}", share=56),
        Column("Side", share=30),
        Column("Time, mean", "right", share=41),
        Column("SD", "right", share=41),
        Column(f"% of the {words.one}", "right", share=41),
        Column("SD", "right", share=41),
        Column(sentence(words.many), "right", share=24),
    )
    return Table(columns, tuple(out), title=f"Parts of the {words.one}", small=True)


def _remarks(rows: dict[Any, Any]) -> tuple[Paragraph, ...]:
    """Return why parameters are not determinable, or not in every stride; the same why stands once."""
    grouped: dict[str, list[str]] = {}
    for (parameter, _), row in rows.items():
        if row["why"] != "none" and not parameter.startswith(_SEQUENCE):
            grouped.setdefault(str(row["why"]), []).append(_name(parameter))
    return tuple(
        Paragraph(f"{sentence(', '.join(dict.fromkeys(names)))}: {why}.") for why, names in grouped.items()
    )


def _sequences(rows: dict[Any, Any], words: Words) -> Paragraph:
    head = "Order of the contact states (H heel, F flat, P push-off, S swing)"
    found = [row for (parameter, _), row in rows.items() if parameter.startswith(_SEQUENCE)]
    typical = next((row for row in found if row["parameter"] == f"{_SEQUENCE}typical"), None)
    if typical is None or missing(typical["value"]):
        why = "" if typical is None else f", because {typical['why']}"
        return Paragraph(f"{head}: {NOT_DETERMINABLE}{why}.")
    others = [row for row in found if row is not typical]
    shown = [
        f"{row['parameter'].removeprefix(_SEQUENCE)} in {percent(row['value'])}"
        for row in others[:_SHOWN_SEQUENCES]
    ]
    more = len(others) - len(shown)
    rarer = f", {more} rarer in gait.csv" if more else ""
    some = "" if typical["why"] == "none" else f"; {typical['why']}"
    return Paragraph(
        f"{head}: {', '.join(shown)}{rarer} of {words.count(int(typical['n']))}{some}."
        f" HFPS is the typical one; another is information, no reason to leave a {words.one} out."
    )


def _phases(an: Analysis, words: Words) -> tuple[Block, ...]:
    rows = []
    for row in records(an.phases):
        basis, why = str(row["start_basis"]), str(row["why"])
        rows.append(
            (
                f"{sentence(row['phase'])} ({row['code']})",
                percent(row["start_pct"]),
                "not measured" if basis in (SCALED, NOMINAL) else percent(row["start_sd_pct"]),
                percent(row["end_pct"]),
                integer(row["n_cycles"]),
                sentence(basis if why == "none" else f"{basis}: {why}"),
            )
        )
    columns = (
        Column("Phase", share=52),
        Column("Start", "right", share=41),
        Column("SD", "right", share=41),
        Column("End", "right", share=41),
        Column(sentence(words.many), "right", share=24),
        Column("Start from", share=75),
    )
    table = Table(columns, tuple(rows), title=f"Phases, in percent of the {words.one}", small=True)
    by_switch = an.phases.loc[an.phases["code"] == "TSt", "start_basis"].eq(OWN_EVENTS).any()
    return (table, Paragraph(_PHASES_NOTE + _HEEL_NOTE * bool(by_switch), "note"))


def _switches(an: Analysis) -> tuple[Block, ...]:
    steps = an.footsteps
    if steps is None:
        text = "The voltages of the foot switches are not part of a stored result."
        return (Paragraph(text, "caution"),) if an.study.foot_switches and not an.traces else ()
    caption = (
        f"Foot switches in {steps.trial}. Line: contact, dashed: foot-off, as they bound the strides"
        f" ({an.study.cycle_source})."
        + (" Dashed across: thresholds." if any(s.threshold_v for s in steps.switches) else "")
        + _letters(steps)
        + (" Grey: the other foot on the ground." if steps.opposite else "")
        + (f" The switches could not be decoded: {steps.refused}." if steps.refused else "")
    )
    alt = f"Voltages of {len(steps.switches)} foot switches with the contacts and foot-offs of some strides."
    svg = style.to_svg(footsteps_figure(steps))
    picture = Picture("footsteps", svg, alt, caption)
    levels = [text.partition(": ") for text in steps.levels]
    shown = sentence("; ".join(f"{named(site)}: {words}" for site, _, words in levels))
    return (
        Paragraph("Foot switches", "heading"),
        picture,
        *((Paragraph(f"{shown}.", "note"),) if shown else ()),
    )


def _letters(steps: Footsteps) -> str:
    found = {letter for *_, letter in steps.states}
    stuck = ", ? while a switch is stuck" if "?" in found else ""
    return f" H heel, F flat, P push-off{stuck}." if found & set("HFP?") else ""
