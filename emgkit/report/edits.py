"""What a person changed: the section with both values, and the marks on all that rests on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from emgkit.found import REASONS
from emgkit.report.model import Block, Column, Paragraph, Picture, Section, Table
from emgkit.report.words import Words, integer, missing, named, number, records, shorten
from emgkit.result import Analysis, edited_after_signature, edited_words

_RESULTS = frozenset(("traces", "raster", "ledger", "variability", "magnitude", "gait"))
"""Keys of the sections whose numbers rest on the bursts and cycles; those of the first page say it in words
of their own."""


def near_verdict(an: Analysis, words: Words) -> tuple[Block, ...]:
    """Return the sentence on the first page that not all is automatic, nothing if all is."""
    if an.edits.empty:
        return ()
    n = len(an.edits)
    said = f"{n} edit{'s' * (n != 1)} by hand; the verdict is on the signal and does not judge them."
    blocks = [Paragraph(f"{said} {edited_words(an.cycles, words.many)}".rstrip(), "caution")]
    if edited_after_signature(an):
        blocks.append(Paragraph("It was edited after the day of the signature.", "caution"))
    return tuple(blocks)


def marked(an: Analysis, section: Section, words: Words) -> Section:
    """Return a section of results with the sentence on its edits; any other section as it is.

    It stands first, or under the figures where the section begins with them, so that no heading is left alone
    and figures that share an axis stay together.
    """
    said = edited_words(an.cycles, words.many)
    if not said or section.key not in _RESULTS:
        return section
    at = next(
        (k for k, block in enumerate(section.blocks) if not isinstance(block, Picture)), len(section.blocks)
    )
    return replace(section, blocks=(*section.blocks[:at], Paragraph(said), *section.blocks[at:]))


def counted_caption(an: Analysis) -> tuple[str, ...]:
    """Return what the number of edited bursts beside the bars of the means is, nothing if there is none."""
    if not (an.summary["n_edited"] > 0).fillna(False).any():
        return ()
    return ("In brackets: bursts behind these means that were moved or added by hand.",)


def raster_caption(an: Analysis, words: Words) -> tuple[str, ...]:
    """Return what the marks in the raster mean, nothing if there are none."""
    used = an.cycles[an.cycles["used"]]
    if not used["edited"].any():
        return ()
    return (f"Pale with a black outline: edited by hand; diamond: a {words.one} with an edit.",)


def trace_caption(an: Analysis) -> str:
    """Return what the marks in the traces mean, empty if no burst was edited."""
    if an.edits["reason"].isin(REASONS).all():
        return ""
    return (
        " Black bar at the top: edited by hand; an edge that was has no interval. Dotted: the automatic edge"
        " that was replaced."
    )


def replaced_pct(an: Analysis, cycle: pd.Series, axis: tuple[float, float]) -> tuple[float, ...]:
    """Return the places in a cycle, in percent, of the automatic edges that a person moved or deleted."""
    if an.edits.empty:
        return ()
    mine = an.edits[an.edits["trial"] == cycle["trial"]]
    times_s = np.concatenate(
        [
            mine.loc[mine[f"found_{edge}_s"] != mine[f"{edge}_s"], f"found_{edge}_s"].to_numpy(
                dtype=np.float64
            )
            for edge in ("onset", "offset")
        ]
    )
    pct = 100 * (times_s - cycle["start_s"]) / (cycle["end_s"] - cycle["start_s"])
    return tuple(pct[(pct >= axis[0]) & (pct <= axis[1])].tolist())  # of no burst it is NaN, and not inside


def section(an: Analysis, words: Words) -> Section:
    """Return every edit with what was found automatically and what it is now."""
    title = "Edits by hand"
    if an.edits.empty:
        return Section("edits", title, (Paragraph("Nothing was edited by hand."),))
    rows = [
        (
            integer(row["number"]),
            shorten(str(row["trial"]), 60),
            "outside all" if missing(row["cycle"]) else integer(row["cycle"]),
            named(str(row["action"])),
            _state(row, "found_"),
            _state(row, ""),
            str(row["by"]),
            str(row["when"]).replace("T", " ", 1),
            str(row["why"]),
        )
        for row in records(an.edits)
    ]
    columns = (
        Column("No.", "right", share=2),
        Column("Recording", share=5),
        Column(words.one.capitalize(), "right", share=4),
        Column("Edit", share=5),
        Column("Found automatically", share=7),
        Column("Now", share=7),
        Column("By", share=3),
        Column("When", share=6),
        Column("Why", share=10),
    )
    note = (
        "An edge that was moved or added has no interval, and its burst no probability and no robustness:"
        " these are the detector's. Checks of quality and noise floor rest on the automatic bursts."
    )
    return Section("edits", title, (Table(columns, tuple(rows), small=True), Paragraph(note, "note")))


def _state(row: Mapping[str, Any], when: str) -> str:
    """Return a burst or a cycle before ("found_") or after an edit."""
    if row["reason"] in REASONS:
        reason = str(row[f"{when}reason"])
        return "used" if reason == "none" else REASONS.get(reason, reason)
    onset, offset = row[f"{when}onset_s"], row[f"{when}offset_s"]
    return "no burst" if missing(onset) else f"{number(onset, 3)} to {number(offset, 3, 's')}"
