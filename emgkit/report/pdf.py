"""The document as a PDF, typeset by typst from data: no text of a file is ever read as markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from emgkit.report import glyphs
from emgkit.report.memory import give_back
from emgkit.report.model import Document, Player, as_data

_KEPT = 10
"""Further documents for which typst keeps in memory what it worked out for one."""


def render_pdf(document: Document | Mapping[str, Any]) -> bytes:
    """Return the PDF: tagged for screen readers (PDF/UA-1, ISO 14289-1), to be kept (PDF/A-2a, ISO 19005-2).

    Notes
    -----
    PDF/A demands a date of creation; so that the same analysis gives the same bytes, it is the first second
    of 1970 and says nothing. The day of the recording and that of the signature stand in the text.
    The fonts are those that matplotlib carries; none of the system is used.
    A character that the font has no glyph for is printed as the replacement character, and the last page says
    so; the HTML has it.
    """
    import typst

    data = _printable(_on_paper(as_data(document)))
    data["replaced"] = glyphs.REPLACEMENT in json.dumps(data, ensure_ascii=False)
    give_back()  # what the figures left, before typst takes its 40 MB
    pdf: bytes = typst.compile(
        files("emgkit.report").joinpath("templates/report.typ").read_bytes(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(data, ensure_ascii=True)},
        timestamp=0,
        pdf_standards=["a-2a", "ua-1"],
    )
    _forget()
    return pdf


@cache
def _fonts() -> Any:
    """Return the fonts of the report, looked for once; those that typst carries would take 5 MB, unused."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[glyphs.folder()])


def _forget() -> None:
    """Let typst drop what it keeps of the document: some 30 MB each, 300 MB in a process that writes many."""
    import typst

    for _ in range(_KEPT):  # it has no call for that; empty documents take 4 ms each
        typst.compile(b"", font_paths=_fonts(), ignore_system_fonts=True)


def _on_paper(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what cannot be printed: sound."""
    sections = [
        section | {"blocks": [block for block in section["blocks"] if block["kind"] != Player.kind]}
        for section in document["sections"]
    ]
    return document | {"sections": sections}


def _printable(value: Any, key: str = "") -> Any:
    """Return the data with texts that the font can print."""
    if isinstance(value, dict):
        return {k: _printable(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_printable(item, key) for item in value]
    return glyphs.printable(value) if isinstance(value, str) and key != "svg" else value
