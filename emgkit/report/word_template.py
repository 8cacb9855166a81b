"""The starter of a Word template: everything that the report says, in plain styles to change in Word."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from emgkit.report.extras import needed
from emgkit.report.zipped import without_times

_HEADING, _SUBHEADING = "Heading 1", "Heading 2"


def starter_template() -> bytes:
    """Return a Word template (.docx) that says what the HTML and PDF reports say.

    Raises
    ------
    InputError
        If the extra `docx` is not installed.
    """
    docx = needed("docx", "docx")
    word = docx.Document()
    page = word.sections[0]
    page.page_width, page.page_height = docx.shared.Mm(210), docx.shared.Mm(297)
    page.left_margin = page.right_margin = docx.shared.Mm(22)
    page.top_margin = page.bottom_margin = docx.shared.Mm(20)
    word.styles["Normal"].font.size = docx.shared.Pt(9)
    page.header.paragraphs[0].text = "{{ status }}"
    page.footer.paragraphs[0].text = "{{ footer }}"
    word.add_paragraph("{{ title }}", style="Title")
    _pairs(word, "strip")
    word.add_paragraph("{%p for section in sections %}")
    _when(word, "if section.part")
    word.add_paragraph("{{ section.part }}", style="Subtitle")
    _when(word, "endif")
    word.add_paragraph("{{ section.title }}", style=_HEADING)
    word.add_paragraph("{%p for block in section.blocks %}")
    _blocks(word)
    word.add_paragraph("{%p endfor %}")
    word.add_paragraph("{%p endfor %}")
    properties = word.core_properties
    properties.author, properties.title, properties.comments = "emgkit", "", ""
    properties.created = properties.modified = datetime(1980, 1, 1)
    saved = io.BytesIO()
    word.save(saved)
    return without_times(saved.getvalue())


def _blocks(word: Any) -> None:
    """Add what each kind of block looks like."""
    _when(word, "if block.kind == 'paragraph' and block.tone == 'heading'")
    word.add_paragraph("{{ block.text }}", style=_SUBHEADING)
    _when(word, "elif block.kind == 'paragraph' and block.tone == 'caution'")
    word.add_paragraph().add_run("{{ block.text }}").bold = True
    _when(word, "elif block.kind == 'paragraph'")
    word.add_paragraph("{{ block.text }}")
    _when(word, "elif block.kind == 'facts' and block.rows")  # Word opens no table without rows
    _title(word)
    _pairs(word, "block.rows")
    _when(word, "elif block.kind == 'table'")
    _title(word)
    _table(word)
    _when(word, "elif block.kind == 'picture'")
    word.add_paragraph("{{ figures[block.name] }}")
    word.add_paragraph("{{ block.caption }}", style="Caption")
    _when(word, "elif block.kind == 'verdicts'")
    _each(
        word,
        "item in block['items']",
        "{{ item.mark }} {{ item.verdict }}: {{ item.label }}. {{ item.text }}",
    )
    _when(word, "elif block.kind == 'bullets'")
    _each(word, "lead, text in block['items']", "{% if lead %}{{ lead }} {% endif %}{{ text }}")
    _when(word, "elif block.kind == 'blank'")
    word.add_paragraph("{{ block.title }}", style=_SUBHEADING)
    _each(word, "text in block.given", "{{ text }}", style=None)
    _each(word, "line in range(block.lines)", "_" * 60, style=None)
    _when(word, "elif block.kind == 'signature'")
    _each(word, "field in block.fields", "{{ field }}: " + "_" * 40, style=None)
    word.add_paragraph("{{ block.status }}")
    _when(word, "endif")


def _when(word: Any, tag: str) -> None:
    word.add_paragraph(f"{{%p {tag} %}}")


def _title(word: Any) -> None:
    _when(word, "if block.title")
    word.add_paragraph("{{ block.title }}", style=_SUBHEADING)
    _when(word, "endif")


def _each(word: Any, loop: str, text: str, style: str | None = "List Bullet") -> None:
    _when(word, f"for {loop}")
    word.add_paragraph(text, style=style)
    _when(word, "endfor")


def _pairs(word: Any, rows: str) -> None:
    """Add a table of names and values."""
    _cells(
        word,
        (f"{{%tr for name, value in {rows} %}}", ""),
        ("{{ name }}", "{{ value }}"),
        ("{%tr endfor %}", ""),
    )


def _table(word: Any) -> None:
    """Add a table with as many columns as the block has."""
    _cells(
        word,
        ("{%tc for column in block.columns %}", "{{ column.title }}", "{%tc endfor %}"),
        ("{%tr for row in block.rows %}", "", ""),
        ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    )


def _cells(word: Any, *rows: tuple[str, ...]) -> None:
    table = word.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for texts in rows:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    word.add_paragraph()  # two tables that touch would be one in Word
