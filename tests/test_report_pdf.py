"""The PDF: compiles whatever the texts are, without warnings, from data alone."""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from report_fakes import fake

from emgkit.report import pdf
from emgkit.report.build import build
from emgkit.report.model import Bullets, Document, Paragraph, Section


def document(text: str) -> Document:
    blocks = (Paragraph(text), Bullets(((text, text),)))
    return Document(text, "Draft", ((text, text),), (Section("a", text, blocks),), text)


@pytest.fixture
def no_warnings(monkeypatch):
    """Make any warning of the typesetter a failure."""
    import typst

    def compile_(*args, **kwargs):
        made, warnings = typst.compile_with_warnings(*args, **kwargs)
        assert warnings == []
        return made

    monkeypatch.setattr(typst, "compile", compile_)


@pytest.mark.parametrize(
    ("strides", "hostile", "bursts"), [(12, False, True), (3, True, True), (1, False, False)]
)
def test_reports_compile_without_a_warning(no_warnings, strides, hostile, bursts):
    made = pdf.render_pdf(build(fake(strides, hostile=hostile, bursts=bursts)))
    assert made.startswith(b"%PDF-1.7")
    assert made.rstrip().endswith(b"%%EOF")


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=60))
def test_any_text_can_be_printed(text):
    assert pdf.render_pdf(document("a" + text)).startswith(b"%PDF")


@pytest.mark.parametrize(
    "text", ['#panic("x")', '#read("/etc/hostname")', "$ x", "*", "@label", "]", "\\", "`", "//"]
)
def test_markup_in_a_text_is_not_obeyed(no_warnings, text):
    assert pdf.render_pdf(document(text)).startswith(b"%PDF")


def test_characters_without_a_glyph_are_replaced_and_said():
    texts = {"a": ["\u5f20 \x07\u202e", "\u00b5V \u2212 \u00e9\u0142", "tab\tline\n\u00a0%"], "svg": "\x07"}
    assert pdf._printable(texts) == {
        "a": ["\ufffd \ufffd\ufffd", "\u00b5V \u2212 \u00e9\u0142", "tab line \u00a0%"],
        "svg": "\x07",
    }


def test_working_folder_and_clock_do_not_matter(tmp_path, monkeypatch):
    first = pdf.render_pdf(document("x"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "SOURCE_DATE_EPOCH", "1234567890")
    assert pdf.render_pdf(document("x")) == first
