"""Where in time the faults of the signal lie, and which cycles they touch."""

from __future__ import annotations

from emgkit.report.model import Block, Column, Paragraph, Table
from emgkit.report.words import Words, named, records
from emgkit.result import Analysis

_PLACES = 4
"""Places and cycles that are named; it says how many more there are."""


def blocks(an: Analysis, words: Words) -> tuple[Block, ...]:
    """Return a table with a row per fault and trial; nothing where no fault lies at a place."""
    if an.faults.empty:
        return ()
    rows = []
    for (check, trial), found in an.faults.groupby(["check", "trial"], sort=False):
        places = [f"{row['start_s']:.2f} to {row['end_s']:.2f} s" for row in records(found)]
        inside = {k for text in found["cycles"] if text != "none" for k in str(text).split(", ")}
        cycles = sorted(inside, key=int)
        rows.append((named(str(check)), str(trial), str(len(places)), _some(places), _some(cycles) or "none"))
    columns = (
        Column("Found by", share=4),
        Column("Trial", share=3),
        Column("Places", "right", share=2),
        Column("Where", share=7),
        Column(words.many.capitalize(), share=4),
    )
    return (
        Paragraph("Faults that lie at a place in time", "heading"),
        Table(columns, tuple(rows), small=True),
        Paragraph(
            f"Which {words.many} are left out for it stands in the ledger; faults.csv has every place."
        ),
    )


def _some(names: list[str]) -> str:
    more = len(names) - _PLACES
    return ", ".join(names[:_PLACES]) + (f" and {more} more" if more > 0 else "")
