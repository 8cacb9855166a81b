"""What `emgkit collect` says and how it ends."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from emgkit.batch.collect import gather

_NAMED = 10
"""Damaged sessions that are named; the rest is counted."""


def rebuild(folder: Path, *, parquet: bool) -> None:
    """Rebuild the tables, print their names, and end with 1 if a result cannot be read."""
    found = gather(folder, parquet=parquet)
    for path in found.paths:
        print(path)
    failed = f", {found.n_failed} failed" if found.n_failed else ""
    done = found.n_sessions - found.n_failed - len(found.damaged)
    if sys.stderr.isatty():
        print(f"{found.n_sessions} sessions: {done} done{failed}", file=sys.stderr)
    if found.damaged:
        more = len(found.damaged) - _NAMED
        names = ", ".join(found.damaged[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        print(
            f"emgkit: {len(found.damaged)} of {found.n_sessions} results cannot be read: {names}. "
            "Their rows in sessions.csv say why. Analyse these sessions again.",
            file=sys.stderr,
        )
        raise typer.Exit(1)
