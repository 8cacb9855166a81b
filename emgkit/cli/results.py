"""What a command leaves of an analysis, and what it says on the terminal."""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from emgkit.cautions import cautions
from emgkit.cli.plain import in_one_line
from emgkit.tables import NOT_RECORDED

if TYPE_CHECKING:
    from emgkit.report.files import Format
    from emgkit.result import Analysis


def write(
    result: Analysis, out: Path, formats: Collection[Format] | None = None, docx: Path | None = None
) -> None:
    """Write the files of a report, print their names, and say in a line what was found."""
    from emgkit.report.files import FORMATS, write_report

    # that it looks for the fonts of the machine, once and for some seconds, is no warning
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    for path in write_report(result, out, formats=formats or FORMATS, docx_template=docx):
        print(out / path.name)
    warn(cautions(result.notes))
    if sys.stderr.isatty() or result.study.verdict == "C":
        print(last_line(result), file=sys.stderr)


def warn(notes: Iterable[str]) -> None:
    """Print each note as a warning on standard error: it is no progress, so never silent."""
    for note in notes:
        print(f"emgkit: warning: {in_one_line(note.removesuffix('.'))}.", file=sys.stderr)


def last_line(result: Analysis) -> str:
    """Return what the terminal says of an analysis."""
    used, total = int(result.cycles["used"].sum()), len(result.cycles)
    verdicts: list[Literal["limited", "not usable"]] = ["not usable", "limited"]
    counts = result.quality["verdict"].value_counts()
    marks = [f"{counts[v]} {v}" for v in verdicts if v in counts]
    quality = f"quality checks: {', '.join(marks)}" if marks else "quality checks: all good"
    lacking = int((result.documentation["status"] == NOT_RECORDED).sum())
    return (
        f"{used} of {total} cycles used, {len(result.bursts)} bursts; {quality}. "
        f"{lacking} of {len(result.documentation)} items of the documentation not recorded. "
        f"Verdict {result.study.verdict}: {result.study.verdict_why}"
    )


class FileBar:
    """A bar on standard error; silent where that is no terminal."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        console = Console(stderr=True)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._total = total

    def __enter__(self) -> FileBar:
        self._bar.start()
        self._task = self._bar.add_task("", total=self._total)
        return self

    def __call__(self, name: str) -> None:
        """Name the file that comes next."""
        self._bar.update(self._task, advance=1, description=name)

    def __exit__(self, *exception: object) -> None:
        self._bar.stop()
