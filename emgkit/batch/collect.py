"""The tables over all sessions, made from the results that stand in a folder."""

from __future__ import annotations

import io
from pathlib import Path

from emgkit.batch.state import STATE, read_state
from emgkit.io.files import write_files


def collect(folder: Path) -> list[Path]:
    """Write `sessions.csv` from what became of each session."""
    import csv

    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["id", "folder", "status", "kind", "reason"])
    for path in sorted(folder.glob(f"*/{STATE}")):
        one = read_state(path.parent)
        if one is not None:
            rows.writerow([one.id, one.folder, one.status, one.kind, one.reason])
    return write_files(folder, {"sessions.csv": text.getvalue().encode("utf-8", "backslashreplace")})
