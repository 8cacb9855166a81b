"""What has to be documented and is not recorded, and codes that are not reported together."""

from __future__ import annotations

from emgkit.reference import code_remarks
from emgkit.report.model import Block, Column, Paragraph, Section, Table
from emgkit.report.words import records, sentence
from emgkit.result import Analysis
from emgkit.tables import NOT_RECORDED

TITLE = "Documentation"
_SCOPE = (
    "The list says what the session's manifest gives, not whether it suffices. It is no legal or billing"
    " advice."
)


def section(an: Analysis) -> Section:
    """Return the section: counts, the missing items with the key under which each is given, and the codes."""
    rows = records(an.documentation)
    if not rows:
        return Section("documentation", TITLE, (Paragraph("Not part of this stored result.", "note"),))
    missing = [row for row in rows if row["status"] == NOT_RECORDED]
    blocks: list[Block] = []
    if missing:
        blocks += [
            Paragraph(f"{len(missing)} of {len(rows)} items that have to be documented are not recorded."),
            Table(
                (
                    Column("Not recorded", share=3),
                    Column("Needed for", share=2),
                    Column("Key", share=3, mono=True),
                ),
                tuple(
                    (f"{row['group']}: {row['item']}", sentence(str(row["required_by"])), str(row["where"]))
                    for row in missing
                ),
                small=True,
            ),
        ]
    else:
        blocks.append(Paragraph(f"All {len(rows)} items that have to be documented are recorded."))
    codes = ((an.manifest or {}).get("study") or {}).get("codes") or ()
    blocks += [Paragraph(remark, "caution") for remark in code_remarks(codes)]
    return Section("documentation", TITLE, (*blocks, Paragraph(_SCOPE, "note")))
