"""The PDF: compiles whatever the texts are, without warnings, from data alone."""

import io
import os
import re
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from pypdf import PdfReader
from report_fakes import fake

from emgkit import table_values, tables
from emgkit.report import pdf
from emgkit.report.build import build
from emgkit.report.model import Bullets, Column, Document, Paragraph, Section, Table
from emgkit.result import Analysis


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


def test_a_broken_name_is_found_whole():
    names = ("a_name_of_several_parts_" * 4, "d" * 90, "ma\u00df_" * 8)
    columns = tuple(Column("Name") for _ in range(6))
    table = Table(columns, tuple((name, *("",) * 5) for name in names))
    sections = (Section("a", "T", (table, *(Paragraph(name * 3) for name in names))),)
    made = pdf.render_pdf(Document("T", "Draft", (), sections, "T"))
    texts = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    assert "\u200b" not in texts
    assert all("".join(texts.split()).count(name) == 4 for name in names)
    first = next(line for line in texts.splitlines() if line.startswith("a_"))
    assert first.strip() in {"a_", "a_name_", "a_name_of_"}  # after an underscore


@cache
def width_mm(text: str, points: float, *, bold: bool = False) -> float:
    """Width on paper in the font of the report."""
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal", size=points)
    return float(TextPath((0, 0), text, prop=font).get_extents().x1) * 25.4 / 72


def pieces(text: str) -> list[str]:
    """What cannot be broken between lines: the template breaks long names, after underscores first."""
    words = [
        part
        for word in re.split(r"[ \n]", text)
        for part in (re.split("_", word) if len(word) > 13 else [word])
    ]
    return [part for word in words for part in word.split("-") if 0 < len(part) < 16]


def tables_of(an: Analysis) -> list[Table]:
    return [b for s in build(an).sections for b in s.blocks if isinstance(b, Table)]


@pytest.mark.parametrize("activity", ["walking", "repetitions"])
def test_no_word_of_a_table_is_wider_than_its_column(activity):
    an = fake(14)
    unknown = {c.name: None for c in tables.SUMMARY if c.dtype == "float64"}
    rows = an.summary.to_dict("records")
    filled = [row | unknown | {"n_onsets": 0, "n_offsets": 0} for row in rows]
    cycles = an.cycles.to_dict("records")
    bare = [row | {"foot_off_pct": None, "n_bursts": None, "mean_uv": None} for row in cycles]
    an = replace(
        an,
        study=replace(an.study, activity=activity),
        cycles=table_values.build("cycles", cycles + bare),
        summary=table_values.build("summary", [*rows, *(row | unknown for row in rows), *filled]),
    )
    for table in tables_of(an):
        points, whole = 7.2 if table.small else 8.0, sum(column.share for column in table.columns)
        for k, column in enumerate(table.columns):
            beside = (k > 0) + (k < len(table.columns) - 1)
            room = 174.0 * column.share / whole - 1.4 * beside
            assert max((width_mm(p, 7.0, bold=True) for p in pieces(column.title)), default=0) <= room
            for row in () if column.mono else table.rows:
                assert max((width_mm(p, points) for p in pieces(row[k])), default=0) <= room, row[k]


def test_long_advice_and_long_cells_compile_without_a_warning(no_warnings):
    an = fake(3)
    advice = "A site was left out, for its channel never closes in this recording at all. "
    quality = an.quality.assign(
        check="foot_switches", verdict="limited", advice=[advice * n for n in (1, 5, 10, 40, 120)]
    )
    study = replace(an.study, detector={"levels": list(range(4000))})
    assert pdf.render_pdf(build(replace(an, quality=quality, study=study))).startswith(b"%PDF")


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


def pages(an: Analysis) -> list[str]:
    made = PdfReader(io.BytesIO(pdf.render_pdf(build(an))))
    return [" ".join(page.extract_text().split()) for page in made.pages]


ANSWER = (
    "Quality",
    "Timing and profile",
    "Findings",
    "Bursts: timing and magnitude",
    "Robust",
    "in the next.",
)


@pytest.mark.parametrize("hostile", [False, True])
def test_the_first_page_holds_the_answer_and_nothing_else(no_warnings, hostile):
    first, second, *_ = pages(fake(14, hostile=hostile))
    assert all(text in first for text in ANSWER)
    assert "does not hold all" not in first
    assert "EVIDENCE" in second
    assert not any(text in second for text in ANSWER[2:])


def test_what_does_not_fit_on_the_first_page_is_named_there(no_warnings):
    an = fake(14)
    first, second, third, *_ = pages(replace(an, findings=an.findings.loc[an.findings.index.repeat(24)]))
    assert "This page does not hold all: Findings and Bursts: timing and magnitude, see page 2." in first
    assert "Robust" in second
    assert "EVIDENCE" in third


def test_the_record_follows_the_evidence_on_the_same_page():
    (page,) = (text for text in pages(fake(3)) if "Notes of the analysis" in text)
    assert (
        page.index("Notes of the analysis") < page.index("RECORD") < page.index("Record of the acquisition")
    )


@pytest.mark.parametrize("strides", [6, 7, 8])
def test_the_list_of_what_is_not_recorded_is_not_torn(strides):
    (page,) = (
        text for text in pages(fake(strides, manifest=None)) if "Signature" not in text and "Key" in text
    )
    assert "items that have to be documented are not recorded" in page
    assert "It is no legal or billing advice." in page
