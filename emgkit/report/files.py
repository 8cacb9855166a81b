"""The files of a report, made in memory and then written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from emgkit import tables
from emgkit.result import Analysis

if TYPE_CHECKING:
    from os import PathLike

Format = Literal["tables", "json", "html", "pdf", "model", "fhir"]
FORMATS: tuple[Format, ...] = ("tables", "json", "html", "pdf")
"""What is written if nothing else is asked."""
MORE_FORMATS: tuple[Format, ...] = (*FORMATS, "model", "fhir")


def write_report(
    an: Analysis, folder: str | PathLike[str], *, formats: Collection[Format] = FORMATS
) -> list[Path]:
    """Write the tables, the result and the physician's report of an analysis.

    Parameters
    ----------
    an : Analysis
    folder : path
        Is made if it does not exist. Files of the same name are replaced.
    formats : collection of {"tables", "json", "html", "pdf", "model", "fhir"}
        What to write: the tables as CSV, `result.json`, `report.html`, `report.pdf`; `report_model.json`, for
        a report generator of your own; `report.fhir.json`, which needs the extra `fhir`.

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
    unknown = [name for name in formats if not isinstance(name, str) or name not in MORE_FORMATS]
    if unknown:
        raise InputError("no such format of a report", found=unknown, accepted=MORE_FORMATS)
    found: dict[str, bytes] = {}
    if "tables" in formats:
        found |= {f"{name}.csv": csv_bytes(getattr(an, name)) for name in tables.TABLES}
    if "json" in formats:
        found["result.json"] = an.to_json().encode()
    if set(formats) <= {"tables", "json"}:
        return found
    from emgkit.report.data import report_model

    model = report_model(an)
    if "html" in formats:
        from emgkit.report.html import render_html

        found["report.html"] = render_html(model["document"])
    if "pdf" in formats or "fhir" in formats:
        from emgkit.report.pdf import render_pdf

        pdf = render_pdf(model["document"])
        found |= {"report.pdf": pdf} if "pdf" in formats else {}
    if "fhir" in formats:
        from emgkit.report.fhir import render_fhir

        found["report.fhir.json"] = render_fhir(an, pdf)
    if "model" in formats:
        found["report_model.json"] = (json.dumps(model, indent=1, ensure_ascii=False) + "\n").encode()
    return found


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8: numbers with nine significant digits, the rest in words."""
    words = tables.to_text(table).map(_cell)
    return str(words.to_csv(index=False, lineterminator="\n")).encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.9g}" if abs(value) != float("inf") else tables.NOT_DETERMINABLE
    return str(value)
