"""The document as a PDF, typeset by typst from data: no text of a file is ever read as markup."""

from __future__ import annotations

import dataclasses
import json
from importlib.resources import files
from typing import Any, Literal

from emgkit.report import glyphs
from emgkit.report.memory import give_back
from emgkit.report.model import Document, Player

_STANDARD: Literal["ua-1"] = "ua-1"
_KEPT = 10
"""Further documents for which typst keeps in memory what it worked out for one."""


def render_pdf(document: Document) -> bytes:
    """Return the PDF, tagged for screen readers (PDF/UA-1).

    Notes
    -----
    The fonts are those that typst and matplotlib carry; none of the system is used.
    A character that the font has no glyph for is printed as the replacement character, and the last page says
    so; the HTML has it.
    """
    import typst

    data = _printable(_plain(_on_paper(document)))
    data["replaced"] = glyphs.REPLACEMENT in json.dumps(data, ensure_ascii=False)
    give_back()  # what the figures left, before typst takes its 40 MB
    pdf: bytes = typst.compile(
        files("emgkit.report").joinpath("templates/report.typ").read_bytes(),
        font_paths=typst.Fonts(include_system_fonts=False, font_paths=[glyphs.folder()]),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": json.dumps(data, ensure_ascii=True)},
        timestamp=0,
        pdf_standards=_STANDARD,
    )
    _forget()
    return pdf


def _forget() -> None:
    """Let typst drop what it keeps of the document: some 30 MB each, 300 MB in a process that writes many."""
    import typst

    no_fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
    for _ in range(_KEPT):  # it has no call for that; empty documents take 4 ms each
        typst.compile(b"", font_paths=no_fonts, ignore_system_fonts=True)


def _on_paper(document: Document) -> Document:
    """Leave out what cannot be printed: sound."""
    sections = tuple(
        dataclasses.replace(
            section, blocks=tuple(block for block in section.blocks if not isinstance(block, Player))
        )
        for section in document.sections
    )
    return dataclasses.replace(document, sections=sections)


def _plain(value: Any) -> Any:
    """Return dataclasses as dicts with their `kind`, so that the template can tell the blocks apart."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        found = {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return found | {"kind": value.kind} if hasattr(value, "kind") else found
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _printable(value: Any, key: str = "") -> Any:
    """Return the data with texts that the font can print."""
    if isinstance(value, dict):
        return {k: _printable(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_printable(item, key) for item in value]
    return glyphs.printable(value) if isinstance(value, str) and key != "svg" else value
