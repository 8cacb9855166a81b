"""From an analysis to the document: what is said, in which order."""

from __future__ import annotations

from emgkit.report import (
    documentation,
    edits,
    evidence,
    faults,
    first_page,
    gait,
    in_force,
    lines,
    physician,
    record,
    stimulation,
    variability,
)
from emgkit.report.model import Block, Column, Document, Facts, Section, Table
from emgkit.report.style import house_style
from emgkit.report.words import Words, named, stated, words_for
from emgkit.result import Analysis
from emgkit.tables import NOT_RECORDED

RECORD = "Record"


def build(an: Analysis) -> Document:
    """Return the document of an analysis, figures drawn.

    Parameters
    ----------
    an : Analysis
        One read back with `from_json` has no traces; the report then says so in their place.

    Notes
    -----
    The first page answers the question; then comes the evidence for it, then the record, last the physician's
    part.
    """
    words = words_for(an.study.activity)
    muscle = named(an.study.muscle) if an.study.muscle else "muscle not recorded"
    side = an.study.side or "side not recorded"
    strip = record.identification(an, words)
    status, signed = physician.status(an)
    with house_style():  # once, not for each figure
        return Document(
            title=f"Dynamic fine-wire EMG: {muscle}, {side}, {words.activity}",
            status=status,
            strip=strip,
            sections=tuple(
                edits.marked(an, one, words)
                for one in (
                    *first_page.sections(an, words),
                    evidence.signal(an, words),
                    evidence.raster(an, words),
                    evidence.ledger(an, words),
                    evidence.second_opinion(an, words),
                    variability.section(an, words),
                    evidence.magnitudes(an, words),
                    stimulation.section(an),
                    gait.section(an, words),
                    evidence.notes(an),
                    _acquisition(an, words),
                    _checks(an, words),
                    _settings(an),
                    edits.section(an, words),
                    documentation.section(an),
                    physician.section(an),
                )
            ),
            footer=f"{strip[0][0]} {strip[0][1]} \u00b7 emgkit {an.versions.get('emgkit', NOT_RECORDED)}",
            signed=signed,
        )


def _acquisition(an: Analysis, words: Words) -> Section:
    return Section("record", "Record of the acquisition", record.acquisition(an, words), part=RECORD)


def _checks(an: Analysis, words: Words) -> Section:
    return Section("checks", "Quality checks", (lines.quality_table(an), *faults.blocks(an, words)))


def _settings(an: Analysis) -> Section:
    versions = Facts(tuple((name, str(value)) for name, value in an.versions.items()), title="Versions")
    inputs: Block = lines.inputs_table(an)
    if not an.inputs:
        inputs = Table((Column("File"),), ((NOT_RECORDED,),), title="Inputs", small=True)
    return Section(
        "settings",
        "Settings, versions and inputs",
        (*in_force.blocks(an), versions, inputs, *_trials(an)),
    )


def _trials(an: Analysis) -> tuple[Facts, ...]:
    """Return which files the manifest names for which purpose."""
    trials = (an.manifest or {}).get("trials") or {}
    rows = tuple((named(role), stated(files)) for role, files in trials.items() if files)
    return (Facts(rows, title="Trials named in the manifest"),) if rows else ()
