"""The report through a laboratory's own Word template: tags of jinja2 in a .docx file (extra `docx`)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from os import PathLike
from typing import Any

from emgkit import tables
from emgkit.errors import InputError
from emgkit.io.files import as_path
from emgkit.io.handle import unreadable
from emgkit.report.extras import needed
from emgkit.report.picture import pictures, to_png
from emgkit.report.word_template import starter_template
from emgkit.report.words import number
from emgkit.report.zipped import without_times

WIDTH_MM = 165.0
"""Width of a figure on an A4 page with the margins of the starter template."""
_MAX_BYTES = 100_000_000
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLOCKS = ("for", "if", "filter", "macro", "call")
_TAG = re.compile(r"\{[{%].*?[%}]\}")


def read_template(path: str | PathLike[str]) -> bytes:
    """Return the bytes of a Word template.

    Raises
    ------
    InputError
        If it is not there, cannot be read or is no .docx file.
    """
    place = as_path(path, what="Word template")
    try:
        content = place.read_bytes()
    except FileNotFoundError:
        raise InputError("there is no such template", where=place.name, accepted="a .docx file") from None
    except OSError as error:
        raise unreadable(place, error) from error
    _check(content, place.name)
    return content


def render_docx(model: Mapping[str, Any], template: bytes | None = None, *, name: str = "template") -> bytes:
    """Return the report as a Word file.

    Parameters
    ----------
    model : mapping
        What `report_model` returned, with figures.
    template : bytes, optional
        A .docx file with tags; without it, the starter template.
    name : str
        Name of the template for errors.

    Raises
    ------
    InputError
        If the extra `docx` is not installed, the template is no Word file, or a tag in it cannot be filled;
        it names the tag.

    Notes
    -----
    The template is a file from outside: its tags run in jinja2's sandbox, see plain data and nothing of
    Python or the file system, and all text is escaped. The same model and template give the same bytes.
    Author and dates of the template do not go into the report.
    """
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    docxtpl = needed("docxtpl", "docx")
    content = starter_template() if template is None else template
    _check(content, name)

    class Template(docxtpl.DocxTemplate):  # type: ignore[misc, name-defined]
        """Keeps the text that is being filled, to find the tag of an error."""

        source = ""

        def render_xml_part(self, src_xml: str, *more: Any, **named: Any) -> Any:
            self.source = re.sub(r"<w:p([ >])", r"\n<w:p\1", src_xml)
            return super().render_xml_part(src_xml, *more, **named)

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"number": _number, "width": _resized}
    word = Template(io.BytesIO(content))
    try:
        word.render(_context(model, word), environment, autoescape=True)
    except InputError:
        raise
    except Exception as error:  # a template may hold anything
        raise _of_tag(error, word.source, name) from error
    _anonymous(word.docx.core_properties, model)
    saved = io.BytesIO()
    word.save(saved)
    return without_times(saved.getvalue())


def _context(model: Mapping[str, Any], word: Any) -> dict[str, Any]:
    """Return what the tags of a template can name."""
    result, document = _clean(model["result"]), _clean(model["document"])
    columns = result["tables"]
    return {
        **document,
        "section": {section["key"]: section for section in document["sections"]},
        "figures": {name: _Figure(word, b["svg"], b["alt"]) for name, b in pictures(model).items()},
        "tables": {
            name: [dict(zip(table, cells, strict=True)) for cells in zip(*table.values(), strict=True)]
            for name, table in columns.items()
        },
        **{key: result[key] for key in ("study", "settings", "inputs", "versions", "notes")},
        "manifest": result["manifest"] or {},
    }


class _Figure:
    """A picture of the report; all that a template can do with it is to show it, and to say how wide."""

    __slots__ = ("_alt", "_svg", "_width_mm", "_word")

    def __init__(self, word: Any, svg: str, alt: str, width_mm: float = WIDTH_MM) -> None:
        self._word, self._svg, self._alt, self._width_mm = word, svg, alt, width_mm

    def __html__(self) -> str:
        from docx.shared import Mm

        part = self._word.current_rendering_part
        inline = part.new_pic_inline(io.BytesIO(to_png(self._svg)), Mm(self._width_mm), None)
        inline.docPr.set("descr", _clean(self._alt))
        drawing = f"<w:r><w:drawing>{inline.xml}</w:drawing></w:r>"
        return f'</w:t></w:r>{drawing}<w:r><w:t xml:space="preserve">'

    __str__ = __html__


def _resized(figure: object, width_mm: float) -> _Figure:
    if not isinstance(figure, _Figure):
        raise TypeError("only a figure has a width")
    if isinstance(width_mm, bool) or not isinstance(width_mm, int | float) or not 10 <= width_mm <= 1000:
        raise ValueError("the width of a figure is 10 to 1000 mm")
    return _Figure(figure._word, figure._svg, figure._alt, float(width_mm))


def _number(value: object, decimals: int = 1, unit: str = "") -> str:
    """Return a number as the report prints it; what is no number as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return number(value, decimals, unit)


def _of_tag(error: Exception, source: str, name: str) -> InputError:
    """Return an error that names the tags of the paragraph in which a template failed."""
    line = getattr(error, "lineno", None)
    trace = error.__traceback__
    while line is None and trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
            break
        trace = trace.tb_next
    lines = source.splitlines()
    text = re.sub(r"<[^>]+>", "", lines[line - 1]) if line and line <= len(lines) else ""
    said = str(getattr(error, "message", None) or error or type(error).__name__).rstrip(".")
    tags = [_left_open(source)] if said.startswith("Unexpected end of template") else _TAG.findall(text)
    return InputError(
        f"a tag of the Word template cannot be filled: {said[:300]}",
        where=name,
        found=" ".join(tags) or None,
        mend="see docs/report_generators.md for what a tag can name",
    )


def _left_open(source: str) -> str:
    """Return the innermost tag that opens a block and is not closed."""
    found: list[str] = []
    for tag in _TAG.findall(re.sub(r"<[^>]+>", "", source)):
        word = re.match(r"\{%[-+]?\s*(\w+)", tag)
        if word and word[1] in _BLOCKS:
            found.append(tag)
        elif word and word[1].startswith("end") and found:
            found.pop()
    return found[-1] if found else ""


def _check(content: bytes, name: str) -> None:
    """Refuse what is no Word file, or would not fit into memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.getinfo("word/document.xml")
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise InputError("this is no Word file", where=name, accepted="a .docx file") from None
    if size > _MAX_BYTES:
        raise InputError(
            "the Word template is too large",
            where=name,
            found=f"{size} bytes",
            accepted=f"at most {_MAX_BYTES} bytes",
        )


def _anonymous(properties: Any, model: Mapping[str, Any]) -> None:
    """Replace what the template says of its author, and the dates, by what belongs to the report."""
    result = model["result"]
    session = (result["manifest"] or {}).get("session") or {}
    day = datetime.fromisoformat(session.get("date", "1980-01-01"))
    properties.title = _clean(model["document"]["title"])[:255]
    properties.author = f"emgkit {result['versions'].get('emgkit', tables.NOT_RECORDED)}"[:255]
    properties.last_modified_by = ""
    properties.created = properties.modified = properties.last_printed = day


def _clean(value: Any) -> Any:
    """Return plain data without the characters that XML cannot hold."""
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return _NOT_XML.sub("", value) if isinstance(value, str) else value
