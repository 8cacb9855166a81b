"""What `emgkit batch` does and prints."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from emgkit.batch import run_batch
from emgkit.batch.progress import Shown
from emgkit.batch.run import check_out
from emgkit.batch.state import Outcome
from emgkit.cli.inspect import aligned
from emgkit.cli.options import as_wrong_call
from emgkit.report.files import FORMATS, Format

_MOST_REASONS = 20
_INTERRUPTED = 130


def perform(
    root: Path,
    out: Path,
    *,
    jobs: int | None,
    dask: str | None,
    resume: bool,
    formats: tuple[Format, ...],
    time_limit_s: float,
    dry_run: bool,
) -> None:
    """Run the batch, show how far it is, and print what became of the sessions; see `run_batch`.

    Raises
    ------
    typer.BadParameter
        If `out` is no folder for results.
    typer.Exit
        With 1 if a session failed, 130 if it was interrupted.
    """
    with as_wrong_call("--out"):
        check_out(root, out)
    if dask is not None:
        logging.disable()  # Dask logs, with tracebacks, what is said in a sentence here
    try:
        with Shown() as progress:
            outcomes = run_batch(
                root,
                out,
                jobs=jobs,
                dask=dask,
                resume=resume,
                formats=formats,
                time_limit_s=time_limit_s,
                dry_run=dry_run,
                progress=progress,
            )
    except KeyboardInterrupt:
        print_error(
            f"interrupted after {progress.pace.line()}. What is done is kept; run the same command again for "
            "the rest and for the tables over all sessions"
        )
        raise typer.Exit(_INTERRUPTED) from None
    print(listing(outcomes) if dry_run else summary(outcomes))
    if any(one.failed for one in outcomes):
        raise typer.Exit(1)


def print_error(text: str) -> None:
    """Print one paragraph on standard error."""
    typer.echo(f"emgkit: {text}.", err=True)


def listing(outcomes: Sequence[Outcome]) -> str:
    """Return a line for each session: id, folder, what would be done."""
    rows: list[tuple[str, ...]] = [
        ("id", "folder", "would be"),
        *((o.id, o.folder, _would_be(o)) for o in outcomes),
    ]
    return "\n".join(aligned(rows))


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return how many sessions there are of each status and reason, the most frequent first."""
    counts = Counter((o.status.replace("_", " "), o.kind.replace("_", " "), o.reason) for o in outcomes)
    rows = [(status, kind, str(n), reason) for (status, kind, reason), n in counts.most_common()]
    rows.sort(key=lambda row: row[0] == "failed")  # stable: failures last, each part by number
    failures = [row for row in rows if row[0] == "failed"]
    shown = [*(row for row in rows if row[0] != "failed"), *failures[:_MOST_REASONS]]
    lines = aligned([("status", "kind", "sessions", "reason"), *shown])
    if len(failures) > _MOST_REASONS:
        lines.append(f"and {len(failures) - _MOST_REASONS} more reasons; sessions.csv has all of them")
    return "\n".join(lines)


def checked_formats(given: str) -> tuple[Format, ...]:
    """Return the formats of a list with commas.

    Raises
    ------
    typer.BadParameter
        If one is not known.
    """
    names = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        raise typer.BadParameter(f"{given!r} is no list of {_listed(FORMATS)}", param_hint="--formats")
    return tuple(name for name in FORMATS if name in names)


def checked_limit(seconds: float) -> float:
    """Return a time limit.

    Raises
    ------
    typer.BadParameter
        If it is none.
    """
    if not (math.isfinite(seconds) and seconds > 0):
        raise typer.BadParameter(f"{seconds:g} is no number of seconds above 0", param_hint="--time-limit")
    return seconds


def _would_be(one: Outcome) -> str:
    words = {"to_do": "done", "up_to_date": "left as it is (up to date)"}
    return words.get(one.status) or f"a failure: {one.reason}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
