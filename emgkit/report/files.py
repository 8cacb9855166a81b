"""The files of a report, made in memory and then written whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from emgkit import tables
from emgkit.result import Analysis

if TYPE_CHECKING:
    from os import PathLike

Format = Literal["tables", "json", "html", "pdf"]
FORMATS: tuple[Format, ...] = ("tables", "json", "html", "pdf")

_QUOTED = re.compile(r'[,"\r\n]')


def write_report(
    an: Analysis, folder: str | PathLike[str], *, formats: Collection[Format] = FORMATS
) -> list[Path]:
    """Write the tables, the result and the physician's report of an analysis.

    Parameters
    ----------
    an : Analysis
    folder : path
        Is made if it does not exist. Files of the same name are replaced.
    formats : collection of {"tables", "json", "html", "pdf"}
        What to write: the tables as CSV, `result.json`, `report.html`, `report.pdf`.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    InputError
        If `an` is no analysis, a format is not known, or the folder cannot be written to or is a session's.

    Notes
    -----
    Every file is made before the first is written; where one cannot be made, none appears. The same analysis
    gives the same bytes. Numbers in the CSV files have nine significant digits.

    Examples
    --------
    >>> import emgkit, tempfile, os
    >>> an = emgkit.analyze(emgkit.simulate(n_cycles=5))  # doctest: +SKIP
    >>> emgkit.write_report(an, "out")  # doctest: +SKIP
    """
    from emgkit.io.files import as_path, refuse_session_folder, write_files

    place = as_path(folder, what="folder")
    refuse_session_folder(place)  # before the work, not after it
    return write_files(place, render(an, formats=formats))


def render(an: Analysis, *, formats: Collection[Format] = FORMATS) -> dict[str, bytes]:
    """Return the files of a report as bytes by name, without writing them; see `write_report`."""
    from emgkit.errors import InputError

    if not isinstance(an, Analysis):
        raise InputError("this is no analysis", found=type(an).__name__, accepted="what analyze returns")
    if isinstance(formats, str) or not isinstance(formats, Collection):
        raise InputError("these are no formats of a report", found=formats, accepted=FORMATS)
    unknown = [name for name in formats if not isinstance(name, str) or name not in FORMATS]
    if unknown:
        raise InputError("no such format of a report", found=unknown, accepted=FORMATS)
    found: dict[str, bytes] = {}
    if "tables" in formats:
        found |= {f"{name}.csv": csv_bytes(getattr(an, name)) for name in tables.TABLES}
    if "json" in formats:
        found["result.json"] = an.to_json().encode()
    if "html" in formats or "pdf" in formats:
        from emgkit.report.build import build

        document = build(an)
    if "html" in formats:
        from emgkit.report.html import render_html

        found["report.html"] = render_html(document)
    if "pdf" in formats:
        from emgkit.report.pdf import render_pdf

        found["report.pdf"] = render_pdf(document)
    return found


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8: numbers with nine significant digits, the rest in words."""
    rows = csv_rows(tables.to_words(table).values())
    return "".join([",".join(table.columns) + "\n", *rows]).encode("utf-8", "replace")


def csv_rows(columns: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the rows of a table as lines of CSV, cells as in every table that emgkit writes.

    Numbers have nine significant digits; None is what is not determinable.
    """
    cells = ([_cell(value) for value in column] for column in columns)
    return (",".join(row) + "\n" for row in zip(*cells, strict=True))


def _cell(value: Any) -> str:
    if value is None:
        return tables.NOT_DETERMINABLE
    if isinstance(value, float):
        return f"{value:.9g}"
    text = str(value)
    # not the csv module: it leaves a carriage return unquoted, at which a reader ends the row
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
