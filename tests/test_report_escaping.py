"""Texts of files and manifests in every output: shown as text, obeyed by nothing.

What is tested: whatever a text is, the page has the same elements, the PDF compiles and shows the text, and
no cell of a CSV begins a formula; and a cell reads back as it was. What is not: what a spreadsheet does with
a file that it is told to read in its own way.
"""

import dataclasses
import io
import re

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from report_fakes import MANIFEST, fake
from test_report_html import Page, without_sound

from emgkit.report import pdf
from emgkit.report.build import build
from emgkit.report.files import csv_bytes, render, text_of_cell
from emgkit.report.html import _css_string, render_html
from emgkit.report.model import Document, Player

OURS = {"svg", "name", "key", "tone", "align", "wav", "mark"}
"""Fields that no text of a file reaches."""
ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title></script><svg onload=alert(1)>",
    "{{ 7*7 }} {% include 'x' %}",
    '#read("/etc/hostname")',
    '#panic("x")',
    "$ #sys.inputs $ *b* _i_ `c` @l <l> // \\",
    "=cmd|' /C calc'!A0",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'=1",
    "\u202eabc\u2066",
]
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


def with_text(value, text):
    """Return a part of the document with `text` in place of every text that is not ours."""
    if isinstance(value, str):
        return text
    if isinstance(value, tuple):
        return tuple(with_text(item, text) for item in value)
    if isinstance(value, Document) or (dataclasses.is_dataclass(value) and not isinstance(value, type)):
        changed = {
            f.name: with_text(getattr(value, f.name), text)
            for f in dataclasses.fields(value)
            if f.name not in OURS and f.init
        }
        return dataclasses.replace(value, **changed)
    return value


def elements(page: str) -> list[tuple[str, list[str]]]:
    # a long value of the head stands on a line of its own: a class, and no more
    return [(tag, sorted(set(names) - {"class"})) for tag, names in Page(page).tags]


def without_figures(document: Document) -> Document:
    """Leave out the shapes, in which no text stands: the tests are ten times as fast."""
    sections = tuple(
        dataclasses.replace(
            part,
            blocks=tuple(
                dataclasses.replace(b, svg="<svg></svg>") if hasattr(b, "svg") else b for b in part.blocks
            ),
        )
        for part in document.sections
    )
    return dataclasses.replace(document, sections=sections)


DOCUMENT = without_figures(build(fake(2)))
PLAIN = elements(without_sound(render_html(with_text(DOCUMENT, "x")).decode()))


@settings(max_examples=30, deadline=None)
@given(TEXTS)
@example("<b>")
@example("]]>-->")
@example("not recorded")
def test_whatever_a_text_is_the_page_has_the_same_elements(text):
    page = without_sound(render_html(with_text(DOCUMENT, f"a{text}")).decode())
    found = elements(page)
    # what is absent is set apart in a span of its own
    assert [e for e in found if e[0] != "span"] == [e for e in PLAIN if e[0] != "span"]
    shown = re.sub(r"[\x00-\x08\x0b-\x1f]", "", f"a{text}".replace("\r", ""))
    assert shown in "".join(Page(page).text).replace("\r", "")


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_shown_in_the_page_as_it_stands(text):
    page = without_sound(render_html(with_text(DOCUMENT, text)).decode())
    assert elements(page) == PLAIN
    shown = text.replace("\r", "")
    assert shown in "".join(Page(page).text)


@settings(max_examples=50)
@given(st.text())
def test_a_string_of_the_style_sheet_ends_nowhere(text):
    inside = _css_string(text)
    assert re.fullmatch(r"([A-Za-z0-9]|\\[0-9a-f]{6})*", inside)
    back = re.sub(r"\\([0-9a-f]{6})", lambda m: chr(int(m[1], 16)), inside)
    assert back == re.sub(r"[\x00-\x08\x0b-\x1f]", "", text)


def printed(made: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


def small(text: str) -> Document:
    """The kinds of block that hold texts, each once."""
    kinds = {}
    for part in DOCUMENT.sections:
        for block in part.blocks:
            if not isinstance(block, Player) and not hasattr(block, "svg"):
                kinds.setdefault(type(block), block)
    section = dataclasses.replace(DOCUMENT.sections[0], blocks=tuple(kinds.values()))
    return with_text(dataclasses.replace(DOCUMENT, sections=(section,)), text)


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_printed_as_it_stands(text):
    shown = re.sub(r"\s", "", printed(pdf.render_pdf(small(text))))
    wanted = re.sub(r"\s", "", "".join(c if c.isprintable() else "\ufffd" for c in text.strip()))
    assert wanted in shown  # long ones are broken between lines, and nothing is put in


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_whatever_a_text_is_it_is_printed(text):
    assert pdf.render_pdf(small(f"a{text}")).startswith(b"%PDF")


@pytest.mark.parametrize("text", ATTACKS)
def test_no_cell_of_any_csv_of_a_report_begins_a_formula(text):
    an = fake(2)
    trial = {name: getattr(an, name).assign(trial=text) for name in ("cycles", "bursts", "quality")}
    an = dataclasses.replace(an, **trial, findings=an.findings.assign(statement=text))
    for name, made in render(an, formats=["tables"]).items():
        cells = pd.read_csv(io.BytesIO(made), dtype=str, keep_default_na=False, lineterminator=None)
        for cell in cells.to_numpy().ravel():
            assert not cell.startswith(("=", "+", "@", "\t", "\r", "\n")), name
            if cell.startswith("-"):
                float(cell)


# no reader of CSV keeps a null character, and no manifest may hold one
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=5), st.floats(-1e6, -1e-3))
@example(["\r=1", "a\r\nb", "-1", "'", ""], -1.0)
def test_a_cell_reads_back_as_it_was_and_a_number_as_itself(texts, number):
    table = pd.DataFrame({"text": texts, "number": [number] * len(texts)})
    read = pd.read_csv(io.BytesIO(csv_bytes(table)), dtype={"text": str}, keep_default_na=False)
    ended = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    assert list(read["text"].map(text_of_cell)) == ended
    assert read["number"].tolist() == pytest.approx([number] * len(texts), rel=5e-9)


def test_texts_of_a_manifest_reach_the_report_as_they_stand():
    said = '<b>bold</b> & #read("x") =cmd {{ x }}'
    manifest = {
        **MANIFEST,
        "study": {
            "indication": said,
            "history": said,
            "other_tests": [said],
            "assessment": said,
            "plan": said,
        },
        "electrode": {**MANIFEST["electrode"], "wire": said, "insertion": said, "confirmation": said},
        "signature": {"by": said, "date": "2025-03-04"},
    }
    made = render(fake(2, manifest=manifest), formats=["html", "pdf"])
    page = Page(without_sound(made["report.html"].decode()))
    assert "".join(page.text).count(said) >= 9
    assert printed(made["report.pdf"]).count("=cmd {{ x }}") >= 9
