"""The section of stimulation: what was measured beside what the physician saw; never a conclusion."""

from __future__ import annotations

from typing import Any

from emgkit import reference
from emgkit.report import style
from emgkit.report.magnitude import CAUTION
from emgkit.report.model import Block, Column, Paragraph, Picture, Section, Table, Verdict, Verdicts
from emgkit.report.responses import response_figure
from emgkit.report.words import integer, missing, named, number, records, remark, significant, stated
from emgkit.report.words import sentence as begun
from emgkit.result import Analysis, ResponseTrace
from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED

TITLE = "Stimulation through the wire"
NO_CONCLUSION = (
    "Movements that confirm or refute the place of a wire are those of anatomy, from secondary knowledge;"
    " check them. Neither the movement that was seen nor the response is judged by the software."
)
_NAMES = {
    "pulse_rate": "rate of the pulses",
    "regular_intervals": "regular intervals",
    "missed_pulses": "missed pulses",
    "saturation": "amplifier saturated after the pulse",
    "blanking": "hidden by the artefact, after the pulse",
    "chance_limit": "99 % of stacks without a response stay below",
    "observed": "stack after the pulse, peak to peak",
    "chance_share": "share of stacks without a response that are as large",
    "least_response": "least response that must have been seen to say there is none",
    "latency": "latency of the response",
    "amplitude": "amplitude of the response, peak to peak",
    "amplitude_sd": "its standard deviation over the pulses",
    "duration": "duration of the response",
    "pulses_with_response": "pulses with a response",
    "correlation": "correlation of a pulse with the others, median",
    "twitch_follows": "motion keeps step with the pulses",
    "twitch_rate": "rate of twitches",
    "twitches_of_pulses": "pulses followed by a twitch",
}
_MARKS: dict[str, tuple[str, Any]] = {
    "present": ("\u25cf", "good"),
    "absent": ("\u25b2", "limited"),
    NOT_DETERMINABLE: ("?", "unknown"),
}
_SAME_RATE = 0.02
_SET = (
    ("current_ma", "current", "mA"),
    ("pulse_width_ms", "pulse width", "ms"),
    ("rate_hz", "rate", "Hz"),
)


def section(an: Analysis) -> Section:
    """Return the section; without a trial it says so, and still shows what was seen."""
    if an.manifest is None and an.stimulation.empty:
        text = f"Stimulation: {NOT_RECORDED}. It belongs to a session, of which this recording tells nothing."
        return Section("stimulation", TITLE, (Paragraph(text, "note"),))
    blocks: list[Block] = []
    if an.stimulation.empty:
        blocks.append(Paragraph(f"Stimulation trial: {NOT_RECORDED}."))
    for trial in an.stimulation["trial"].unique():
        rows = {row["measure"]: row for row in records(an.stimulation) if row["trial"] == trial}
        response = rows["response"]
        mark, tone = _MARKS[response["word"]]
        said = (
            f"Response in {trial}",
            f"response {response['word']}",
            mark,
            tone,
            remark(str(response["why"])),
        )
        blocks.append(Verdicts((Verdict(*said),)))
    blocks.append(_side_by_side(an))
    blocks += _another_rate(an)
    blocks.append(_actions(an))
    blocks.append(Paragraph(NO_CONCLUSION, "note"))
    blocks += [_picture(trace, k) for k, trace in enumerate(an.responses, start=1)]
    if not an.traces and not an.stimulation.empty:
        blocks.append(Paragraph("The figure of the pulses is not part of a stored result.", "caution"))
    blocks += [_measures(an, str(trial)) for trial in an.stimulation["trial"].unique()]
    if not an.stimulation.empty:
        blocks.append(CAUTION)
    return Section("stimulation", TITLE, tuple(blocks))


def _side_by_side(an: Analysis) -> Table:
    """Return what was measured beside what the manifest says; what is missing says so."""
    manifest = an.manifest or {}
    given = manifest.get("stimulation") or {}
    seen = given.get("seen") or (manifest.get("electrode") or {}).get("confirmation")
    rows: list[tuple[str, str, str]] = []
    for key, name, unit in _SET:
        value = given.get(key)
        as_set = NOT_RECORDED if value is None else f"{stated(value)} {unit}"
        measured = _all(an, "pulse_rate") if key == "rate_hz" else "not measured"
        rows.append((begun(name), measured, as_set))
    rows.append(("Response of the muscle", _all(an, "response"), stated(seen)))
    rows.append(("Twitch", _all(an, "twitch_rate"), "the entry above"))
    rows.append(("Responses excluded", "not measured", stated(given.get("excluded"))))
    rows.append(("Judged by", "not measured", stated(given.get("by"))))
    columns = (
        Column("", share=3),
        Column("Measured", share=5),
        Column("Set, or seen by the physician", share=6),
    )
    return Table(columns, tuple(rows), title="Measured, and seen")


def _another_rate(an: Analysis) -> tuple[Paragraph, ...]:
    """Say where the rate that was measured is not the one that was set; a pacemaker has its own."""
    as_set = ((an.manifest or {}).get("stimulation") or {}).get("rate_hz")
    found = [row for row in records(an.stimulation) if row["measure"] == "pulse_rate"]
    off = [
        f"{row['trial']} ({number(row['value'], 2, 'Hz')})"
        for row in found
        if as_set is not None and not missing(row["value"]) and abs(row["value"] / as_set - 1) > _SAME_RATE
    ]
    if not off:
        return ()
    text = (
        f"The pulses that were found do not come at the rate that was set, {as_set:g} Hz: {', '.join(off)}."
    )
    return (Paragraph(text, "caution"),)


def _all(an: Analysis, measure: str) -> str:
    """Return a measure of every stimulation trial; "not recorded" without one."""
    found = [row for row in records(an.stimulation) if row["measure"] == measure]
    several = len(found) > 1
    words = [(f"{row['trial']}: " if several else "") + _value(row) for row in found]
    return "; ".join(words) or NOT_RECORDED


def _value(row: dict[str, Any]) -> str:
    if row["measure"] == "response":
        return str(row["word"])
    if row["measure"] == "twitch_follows":
        return str(row["word"])
    if missing(row["value"]):
        return f"{NOT_DETERMINABLE}: {row['why']}" if row["why"] != "none" else NOT_DETERMINABLE
    unit = "" if row["unit"] == "none" else str(row["unit"])
    if row["measure"] in ("pulses", "missed_pulses"):
        text = integer(row["value"])
    elif unit == "uV":
        text = significant(row["value"], "\u00b5V")
    elif unit in ("ms", "%"):
        text = number(row["value"], 1, unit)
    elif row["measure"] == "chance_share":
        text = f"{row['value']:.1g}" if row["value"] >= 1e-4 else "below 0.0001"
    else:
        text = number(row["value"], 2, unit)
    return text if row["word"] == "none" else f"{text} ({row['word']})"


def _measures(an: Analysis, trial: str) -> Table:
    rows = tuple(
        (begun(_NAMES.get(row["measure"], named(row["measure"]))), remark(_value(row)), integer(row["n"]))
        for row in records(an.stimulation)
        if row["trial"] == trial and row["measure"] != "response"
    )
    columns = (Column("Measure", share=7), Column("Value", share=8), Column("Pulses", "right", share=2))
    return Table(columns, rows, title=f"Stimulation, measured in {trial}", small=True)


def _actions(an: Analysis) -> Table:
    """Return the movements that confirm and refute the place of the wire, beside what was seen."""
    manifest = an.manifest or {}
    given = manifest.get("stimulation") or {}
    seen = given.get("seen") or (manifest.get("electrode") or {}).get("confirmation")
    action = reference.action_of(an.study.muscle) if an.study.muscle else None
    confirms, refutes, source = (
        (action.confirms, action.refutes, f"{action.source} ({action.status})")
        if action
        else ("no entry for this muscle",) * 3
    )
    columns = (
        Column("Confirms", share=4),
        Column("Refutes", share=5),
        Column("Seen by the physician", share=4),
        Column("Source of the movements", share=5),
    )
    title = f"What moves when {named(an.study.muscle)} is stimulated"
    return Table(columns, ((confirms, refutes, stated(seen), source),), title=title)


def _picture(trace: ResponseTrace, k: int) -> Picture:
    shown = len(trace.single_uv)
    few = f" ({shown} of them drawn)" if shown < trace.n_pulses else ""
    hides = (
        f"Grey: the {1000 * trace.blank_s:.1f} ms after the pulse that the artefact hides."
        if trace.blank_s < trace.until_s
        else "Grey: hidden by the artefact."
    )
    whose = "all" if trace.n_mean == trace.n_pulses else f"the {trace.n_mean} with a response"
    edges = " Dashed upright: start and end of the response." if trace.verdict == "present" else ""
    caption = (
        f"Stimulation trial {trace.trial}: {trace.n_pulses} pulses{few} laid on one another; blue: mean"
        f" of {whose}."
        f" {hides} Dashed across: what 99 % of stacks without a response stay within,"
        f" {trace.limit_uv:.1f} \u00b5V peak to peak. Dotted: a response is looked for up to here.{edges}"
    )
    alt = f"Mean of {trace.n_pulses} pulses of stimulation: response {trace.verdict}."
    return Picture(f"response-{k}", style.to_svg(response_figure(trace)), alt, caption)
