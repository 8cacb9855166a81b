"""The files of a report, made in memory and then written whole or not at all."""

from __future__ import annotations

import contextlib
import gc
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from emgkit import table_values, tables
from emgkit.result import Analysis, to_json

if TYPE_CHECKING:
    from os import PathLike

Format = Literal["tables", "json", "html", "pdf", "model", "docx", "fhir"]
FORMATS: tuple[Format, ...] = ("tables", "json", "html", "pdf")
"""What is written if nothing else is asked."""
_EXTRAS = {"docx": "docxtpl", "fhir": "fhir.resources.R4B.bundle"}
"""What the formats of an extra import."""
MORE_FORMATS: tuple[Format, ...] = (*FORMATS, "model", "docx", "fhir")

_QUOTED = re.compile(r'[,"\n]')


def write_report(
    an: Analysis,
    folder: str | PathLike[str],
    *,
    formats: Collection[Format] = FORMATS,
    docx_template: str | PathLike[str] | None = None,
) -> list[Path]:
    """Write the tables, the result and the physician's report of an analysis.

    Parameters
    ----------
    an : Analysis
    folder : path
        Is made if it does not exist. Files of the same name are replaced.
    formats : collection of {"tables", "json", "html", "pdf", "model", "docx", "fhir"}
        What to write: the tables as CSV, `result.json`, `report.html`, `report.pdf`; `report_model.json`, for
        a report generator of your own; `report.docx`, which needs the extra `docx`; `report.fhir.json`, which
        needs the extra `fhir`.
    docx_template : path, optional
        The Word template for `report.docx`; without it, the starter template is filled.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    InputError
        If `an` is no analysis, a format is not known or its extra not installed, the template cannot be
        filled, or the folder cannot be written to, is a session's, or holds the tables over an archive.

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
    from emgkit.io.files import as_path, refuse_archive, refuse_session_folder, write_files

    place = as_path(folder, what="folder")
    refuse_session_folder(place)  # before the work, not after it
    refuse_archive(place)
    return write_files(place, render(an, formats=formats, docx_template=docx_template))


def render(
    an: Analysis,
    *,
    formats: Collection[Format] = FORMATS,
    docx_template: str | PathLike[str] | None = None,
) -> dict[str, bytes]:
    """Return the files of a report as bytes by name, without writing them; see `write_report`."""
    from emgkit.errors import InputError

    if not isinstance(an, Analysis):
        raise InputError("this is no analysis", found=type(an).__name__, accepted="what analyze returns")
    if isinstance(formats, str) or not isinstance(formats, Collection):
        raise InputError("these are no formats of a report", found=formats, accepted=FORMATS)
    unknown = [name for name in formats if not isinstance(name, str) or name not in MORE_FORMATS]
    if unknown:
        raise InputError("no such format of a report", found=unknown, accepted=MORE_FORMATS)
    template, name = prepared(formats, docx_template)
    with _no_collection():
        return _made(an, formats, template, name)


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from looking through all that is loaded, again and again.

    Figures are made of thousands of small objects that refer to one another; a sixth of the time went there.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _made(an: Analysis, formats: Collection[Format], template: bytes | None, name: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    if "tables" in formats or "json" in formats:
        plain = an.to_dict()
        if "tables" in formats:
            found |= {f"{name}.csv": _csv(columns) for name, columns in plain["tables"].items()}
        if "json" in formats:
            found["result.json"] = to_json(plain).encode()
    if set(formats) <= {"tables", "json"}:
        return found
    if "docx" in formats or "model" in formats:
        from emgkit.report.data import report_model

        model = report_model(an)
        document = model["document"]
    else:  # the result as plain data takes its time
        from emgkit.report.build import build
        from emgkit.report.model import as_data

        document = as_data(build(an))
    if "html" in formats:
        from emgkit.report.html import render_html

        found["report.html"] = render_html(document)
    if "pdf" in formats or "fhir" in formats:
        from emgkit.report.pdf import render_pdf

        pdf = render_pdf(document)
        found |= {"report.pdf": pdf} if "pdf" in formats else {}
    if "fhir" in formats:
        from emgkit.report.fhir import render_fhir

        found["report.fhir.json"] = render_fhir(an, pdf)
    if "docx" in formats:
        from emgkit.report.word import render_docx

        found["report.docx"] = render_docx(model, template, name=name)
    if "model" in formats:
        found["report_model.json"] = (json.dumps(model, indent=1, ensure_ascii=False) + "\n").encode()
    return found


def prepared(
    formats: Collection[Format], docx_template: str | PathLike[str] | None
) -> tuple[bytes | None, str]:
    """Return the Word template and its name, having made sure that the extras of the formats are installed.

    Cheap, so that a call that cannot end well fails before the work. No template is the starter.

    Raises
    ------
    InputError
        If an extra is not installed, or the template cannot be read or is given for nothing.
    """
    from emgkit.errors import InputError
    from emgkit.report.extras import needed

    for extra, module in _EXTRAS.items():
        if extra in formats:
            needed(module, extra)
    if docx_template is None:
        return None, "starter template"
    if "docx" not in formats:
        raise InputError(
            "a Word template is given, and no Word report is asked for",
            found=sorted(formats),
            mend='add "docx" to the formats',
        )
    from emgkit.report.word import read_template

    return read_template(docx_template), Path(docx_template).name


_FORMULA = ("=", "+", "-", "@", "\t", "\n", "'")
"""With one of these a spreadsheet begins a formula, or leaves it out and looks at the next; the apostrophe is
among them so that one apostrophe can always be taken off again."""
_NOT_PLAIN = re.compile(r"[,\"\r\n]|\A[=+\-@\t']")
"""What has to be quoted, guarded or brought to one end of line; most texts have nothing of it."""


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8: numbers with nine significant digits, the rest in words.

    Notes
    -----
    A text that a spreadsheet would take for a formula has an apostrophe before it; see `text_of_cell`.
    Numbers have none, negative ones neither. A line within a text ends as the lines of the file do.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"trial": ["=1+1", "walk_1"], "value": [-2.5, 1.0]})).decode().split()
    ['trial,value', "'=1+1,-2.5", 'walk_1,1']
    """
    return _csv(table_values.to_words(table))


def _csv(columns: Mapping[str, Sequence[Any]]) -> bytes:
    rows = csv_rows(columns.values())
    return "".join([",".join(columns) + "\n", *rows]).encode("utf-8", "replace")


def csv_rows(columns: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the rows of a table as lines of CSV, cells as in every table that emgkit writes.

    Numbers have nine significant digits; None is what is not determinable; texts are guarded as in
    `csv_bytes`.
    """
    cells = (
        [f"{value:.9g}" if isinstance(value, float) else _cell(value) for value in column]
        for column in columns
    )
    return (",".join(row) + "\n" for row in zip(*cells, strict=True))


def text_of_cell(cell: str) -> str:
    """Return the text of a cell as it was before `csv_bytes` guarded it.

    Examples
    --------
    >>> text_of_cell("'=1+1"), text_of_cell("walk_1")
    ('=1+1', 'walk_1')
    """
    return cell[1:] if cell.startswith("'") else cell


def _cell(value: Any) -> str:
    """Return the cell of anything but a number with a fraction."""
    if value is None:
        return tables.NOT_DETERMINABLE
    text = str(value)
    if not _NOT_PLAIN.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, str) and text.startswith(_FORMULA):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text
