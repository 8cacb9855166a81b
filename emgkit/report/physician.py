"""The physician's part, and whether the report is a draft or signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emgkit.report.model import Blank, Block, Paragraph, Section, Signature
from emgkit.report.words import sentence, shorten, stated
from emgkit.result import Analysis, edited_after_signature

DRAFT = "Draft, not reviewed by a physician"
PART = "The physician's part"
_LONGEST = 80
"""Characters of who signed that have room at the head of a page."""
_HEADINGS = (
    ("History", ("history",), 2),
    ("Examination", ("neurological_examination", "clinical_findings"), 2),
    ("Correlation with other tests", ("other_tests",), 3),
    ("Assessment", ("assessment",), 6),
    ("Plan of care", ("plan",), 4),
)


def status(an: Analysis) -> tuple[str, bool]:
    """Return what stands on every page, and whether the report is signed.

    The signature stands in the manifest of a session; with an edit of a later day it is a draft again.
    """
    signature = (an.manifest or {}).get("signature") or {}
    by, date = signature.get("by"), signature.get("date")
    if not (by and date):
        return DRAFT, False
    signed = f"signed by {shorten(stated(by), _LONGEST)} on {stated(date)}"
    return (
        (f"{DRAFT}: changed after it was {signed}", False)
        if edited_after_signature(an)
        else (sentence(signed), True)
    )


def section(an: Analysis) -> Section:
    """Return the last part: what the manifest says, or lines to write on where it is silent."""
    study = (an.manifest or {}).get("study") or {}
    said, signed = status(an)
    blanks = [_blank(title, keys, lines, study) for title, keys, lines in _HEADINGS]
    end: Block = Signature(("Physician", "Date", "Signature"), f"Unsigned. {said}.")
    return Section(
        "interpretation",
        "Interpretation by the physician",
        (
            Paragraph(
                "This part is the physician's. What stands under a heading comes from the session's manifest;"
                " the software adds nothing to it.",
                "note",
            ),
            *blanks,
            Paragraph(f"{said}.", "caution") if signed else end,
        ),
        new_page=True,
        part=PART,
    )


def _blank(title: str, keys: tuple[str, ...], lines: int, study: Mapping[str, Any]) -> Blank:
    values = [study[key] for key in keys if study.get(key)]
    flat = [item for value in values for item in (value if isinstance(value, list | tuple) else (value,))]
    given = tuple(stated(item) for item in flat)
    return Blank(title, given, 0 if given else lines)
