"""The PDF as a document to be kept and to be read aloud: what it claims, and what can be checked of it.

What is tested: the claims in its metadata (PDF/A-2a, PDF/UA-1), tags, language, title, a text for every
figure, embedded fonts, an output intent, status and number on every page, no heading at the foot of a page.
What is not: every clause of the two standards; the typesetter refuses what it knows to break one.
"""

import io
import re
from dataclasses import replace
from functools import cache

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from report_fakes import MANIFEST, fake

from emgkit.report import pdf
from emgkit.report.build import build
from emgkit.report.model import Blank, Bullets, Column, Document, Paragraph, Picture, Section, Table

STATUS = "Draft, not reviewed by a physician"


def repetitions():
    an = fake(9)
    whole = an.magnitude.iloc[:1].assign(phase="whole repetition")
    return replace(an, study=replace(an.study, activity="repetitions", reference=()), magnitude=whole)


ANALYSES = {
    "1 stride": lambda: fake(1),
    "5 strides": lambda: fake(5),
    "13 strides": lambda: fake(13),
    "30 strides of 2 trials": lambda: fake(30, trials=2),
    "no bursts": lambda: fake(8, bursts=False),
    "hostile": lambda: fake(6, hostile=True),
    "repetitions": repetitions,
}


@cache
def made(name: str) -> tuple[Document, bytes]:
    document = build(ANALYSES[name]())
    return document, pdf.render_pdf(document)


def read(name: str = "13 strides") -> PdfReader:
    return PdfReader(io.BytesIO(made(name)[1]))


def test_it_claims_both_standards():
    xmp = read().trailer["/Root"]["/Metadata"].get_data().decode()
    for claim in ("pdfaid:part>2<", "pdfaid:conformance>A<", "pdfuaid:part>1<"):
        assert claim in xmp
    assert made("13 strides")[0].title in xmp


def test_it_is_tagged_with_language_and_title():
    reader = read()
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == made("13 strides")[0].title
    assert reader.outline


def elements(node, found):
    """Collect the structure elements beneath `node`."""
    node = node.get_object()
    if isinstance(node, ArrayObject):
        for child in node:
            elements(child, found)
    elif isinstance(node, DictionaryObject) and "/S" in node:
        found.append(node)
        if "/K" in node:
            elements(node["/K"], found)
    return found


@pytest.mark.parametrize("name", ["13 strides", "hostile"])
def test_every_figure_has_its_text_and_every_heading_and_table_its_tag(name):
    document, _ = made(name)
    found = elements(read(name).trailer["/Root"]["/StructTreeRoot"]["/K"], [])
    kinds = [str(element["/S"]) for element in found]
    pictures = [b for s in document.sections for b in s.blocks if isinstance(b, Picture)]
    alts = [str(element["/Alt"]) for element in found if element["/S"] == "/Figure"]
    assert sorted(alts) == sorted(picture.alt for picture in pictures)
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == len(document.sections)
    assert kinds.count("/Table") >= 8
    assert kinds.count("/TH") >= kinds.count("/Table")


def test_every_font_is_inside_and_the_colours_have_their_profile():
    reader = read()
    assert reader.trailer["/Root"]["/OutputIntents"][0]["/DestOutputProfile"]
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            font = font.get_object()
            below = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            fonts[str(font["/BaseFont"])] = below["/FontDescriptor"].get_object()
            assert "/ToUnicode" in font
    assert len(fonts) >= 2
    for name, descriptor in fonts.items():
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), name


@pytest.mark.parametrize("name", ANALYSES)
def test_every_page_has_status_and_number(name):
    pages = [page.extract_text() for page in read(name).pages]
    for number, text in enumerate(pages, start=1):
        assert STATUS in text
        assert f"{number} of {len(pages)}" in text
    sizes = {tuple(round(float(x)) for x in page.mediabox) for page in read(name).pages}
    assert sizes == {(0, 0, 595, 842)}


def test_signed_stands_on_every_page_in_place_of_the_draft():
    an = fake(3, manifest={**MANIFEST, "signature": {"by": "Dr-07", "date": "2025-03-11"}})
    reader = PdfReader(io.BytesIO(pdf.render_pdf(build(an))))
    for page in reader.pages:
        text = page.extract_text()
        assert "Signed by Dr-07 on 2025-03-11" in text
        assert "Draft" not in text


def headings(document: Document) -> set[str]:
    found = {s.title for s in document.sections} | {s.part.upper() for s in document.sections if s.part}
    for part in document.sections:
        for block in part.blocks:
            if isinstance(block, Paragraph):
                found |= {block.text} if block.tone == "heading" else set()
            elif not isinstance(block, Bullets | Picture) and (title := getattr(block, "title", "")):
                found.add(title)
    return {squeezed(text) for text in found}


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def last_lines(document: Document, pdf_bytes: bytes) -> list[str]:
    """Return the last line of each page above its foot."""
    footer = squeezed(document.footer)
    found = []
    for page in PdfReader(io.BytesIO(pdf_bytes)).pages:
        lines = [squeezed(line) for line in page.extract_text().splitlines()]
        # the foot of the page comes last: the footer and the number, in one line or in several
        body = [line for line in lines if re.sub(r"\d+of\d+$", "", line) not in footer]
        found.append(body[-1])
    return found


@pytest.mark.parametrize("name", ANALYSES)
def test_no_heading_stands_alone_at_the_foot_of_a_page(name):
    document, pdf_bytes = made(name)
    last = last_lines(document, pdf_bytes)
    assert len(last) > 5
    assert not headings(document) & set(last)


def test_headings_keep_with_what_follows_wherever_on_the_page_they_come():
    blocks = []
    for k in range(120):  # every distance from the foot of a page
        text = (
            "Line of a paragraph that takes the whole width of the page and a little of the next line, too."
        )
        blocks += [Paragraph(f"Heading {k}", "heading"), *[Paragraph(text)] * (1 + k % 5)]
        blocks += [Table((Column("A"),), (("x",), ("y",)), title=f"Table {k}")] * (k % 3)
    sections = tuple(Section(f"s{k}", f"Section {k}", tuple(blocks[k::40][:9])) for k in range(40))
    document = Document(
        "T", STATUS, (("File", "x"),), (Section("all", "All", tuple(blocks)), *sections), "Foot"
    )
    last = last_lines(document, pdf.render_pdf(document))
    assert len(last) > 20
    assert not headings(document) & set(last)


@pytest.mark.parametrize("name", ["5 strides", "13 strides", "30 strides of 2 trials", "repetitions"])
def test_the_answer_stands_on_the_first_page_and_the_evidence_begins_after_it(name):
    document, _ = made(name)
    first = squeezed(read(name).pages[0].extract_text())
    for section in document.sections[:4]:
        assert squeezed(section.title) in first
    assert "EVIDENCE" not in first


def test_the_physicians_part_is_one_page():
    document, _ = made("13 strides")
    last = squeezed(read().pages[-1].extract_text())
    for block in document.sections[-1].blocks:
        if isinstance(block, Blank):
            assert squeezed(block.title) in last
