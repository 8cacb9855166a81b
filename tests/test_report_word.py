"""The Word report: what the report says, through any template, with nothing of the machine in it."""

import io
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import docx
import pytest
from report_fakes import HOSTILE, MANIFEST, fake

import emgkit
from emgkit.errors import InputError
from emgkit.report.files import render, write_report
from emgkit.report.model import Block, Player
from emgkit.report.picture import pictures
from emgkit.report.word import read_template, render_docx
from emgkit.report.word_template import starter_template


@pytest.fixture(scope="module")
def model():
    return emgkit.report_model(fake(6))


def template(*texts, **header):
    word = docx.Document()
    for text in texts:
        word.add_paragraph(text)
    if header:
        word.sections[0].header.paragraphs[0].text = header["header"]
    word.core_properties.author = "A. Person"
    made = io.BytesIO()
    word.save(made)
    return made.getvalue()


def texts(content):
    """Return all text of a Word file in order, cells included."""
    word = docx.Document(io.BytesIO(content))
    found = []
    for item in word.iter_inner_content():
        if isinstance(item, docx.table.Table):
            found += [cell.text for row in item.rows for cell in row.cells]
        else:
            found.append(item.text)
    return found


def said(document):
    """Yield every text of the report that has to stand in the Word file."""
    yield from (document["title"], document["status"], *(text for pair in document["strip"] for text in pair))
    for section in document["sections"]:
        yield section["title"]
        yield section["part"]
        for block in section["blocks"]:
            if block["kind"] == Player.kind:
                continue
            for key in ("text", "title", "caption", "status"):
                yield block.get(key, "")
            yield from block.get("given", ())
            yield from (column["title"] for column in block.get("columns", ()))
            yield from (cell for row in block.get("rows", ()) for cell in row)
            for item in block.get("items", ()):
                yield from (item["label"], item["text"]) if isinstance(item, dict) else item


def test_the_starter_says_all_that_the_report_says(model):
    filled = "\n".join(texts(render_docx(model)))
    missing = [text for text in said(model["document"]) if text not in filled]
    assert missing == []
    assert "{{" not in filled
    assert "{%" not in filled


def test_the_starter_knows_every_kind_of_block():
    text = "\n".join(texts(starter_template()))
    assert {kind.kind for kind in get_args(Block) if kind is not Player} == set(
        re.findall(r"block\.kind == '(\w+)'", text)
    )


def test_every_picture_stands_in_it_with_its_text(model):
    word = docx.Document(io.BytesIO(render_docx(model)))
    shown = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert shown == [picture["alt"] for picture in pictures(model).values()]
    assert all(shape.width.mm == pytest.approx(165, abs=0.1) for shape in word.inline_shapes)


@pytest.mark.parametrize("options", [{}, {"bursts": False}, {"manifest": None}], ids=str)
def test_tables_and_pictures_are_as_word_wants_them(options):
    word = docx.Document(io.BytesIO(render_docx(emgkit.report_model(fake(2, **options)))))
    for table in word.tables:
        assert len(table.rows) > 0
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}
        assert all(cell.paragraphs for row in table.rows for cell in row.cells)
    ids = word.element.xpath("//wp:docPr/@id")
    assert len(ids) == len(set(ids)) == len(word.inline_shapes)


def test_facts_without_rows_make_no_table(model):
    empty = {"kind": "facts", "rows": [], "title": "Nothing here"}
    section = {"key": "x", "title": "X", "blocks": [empty], "new_page": False, "part": ""}
    word = docx.Document(
        io.BytesIO(render_docx({**model, "document": {**model["document"], "sections": [section]}}))
    )
    assert len(word.tables) == 1


def test_a_template_of_a_laboratory_is_filled(model):
    own = template(
        "Session {{ manifest.session.id }}: {{ study.muscle }}",
        "{%p for row in tables.summary %}",
        "{{ row.burst }} from {{ row.onset_pct|number(1, \u201c%\u201d) }}",
        "{%p endfor %}",
        "{{ figures.timing|width(80) }}",
        "{{ section.timing.title }}",
        header="{{ status }}",
    )
    content = render_docx(model, own)
    word = docx.Document(io.BytesIO(content))
    assert word.sections[0].header.paragraphs[0].text == model["document"]["status"]
    (shape,) = word.inline_shapes
    assert shape.width.mm == pytest.approx(80, abs=0.1)
    found = texts(content)
    assert found[0] == "Session GL-0417: tibialis_anterior"
    rows = model["result"]["tables"]["summary"]
    for burst, onset in zip(rows["burst"], rows["onset_pct"], strict=True):
        shown = onset if isinstance(onset, str) else f"{onset:.1f}\u00a0%"
        assert f"{burst} from {shown}" in found
    assert "not determinable from not determinable" in found
    assert "Timing and profile" in found


def test_text_of_a_file_stays_text():
    an = fake(2, hostile=True, manifest=MANIFEST | {"study": {"history": HOSTILE + "{{ 7 * 7 }} & <w:t>"}})
    own = template("{{ manifest.study.history }}")
    (found,) = texts(render_docx(emgkit.report_model(an), own))
    assert found == HOSTILE.replace("\x07", "") + "{{ 7 * 7 }} & <w:t>"
    assert any(HOSTILE.replace("\x07", "") in text for text in texts(render_docx(emgkit.report_model(an))))


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{{ study.nothing }}", "nothing"),
        ("{% for x in %}", "Expected an expression"),
        ("{%p for s in sections %}", "endfor"),
        ("{{ 1/0 }}", "division by zero"),
        ("{{ figures.nothing }}", "nothing"),
        ("{{ title|width(3) }}", "only a figure"),
        ("{{ figures.timing|width(3) }}", "10 to 1000 mm"),
        # nothing of Python, the file system or the network
        ("{{ ''.__class__.__mro__ }}", "unsafe"),
        ("{{ figures.timing._word }}", "unsafe"),
        ("{{ figures.timing.__html__.__globals__ }}", "unsafe"),
        ("{{ sections.append(1) }}", "unsafe"),
        ("{% include '/etc/passwd' %}", "no loader"),
        ("{{ range(10**9) }}", "Range too big"),
    ],
)
def test_a_tag_that_cannot_be_filled_is_named(model, tag, why):
    with pytest.raises(InputError) as caught:
        render_docx(model, template("Before", f"In {tag} it", "{{ title }}"), name="lab.docx")
    text = str(caught.value)
    assert text.startswith("lab.docx: a tag of the Word template cannot be filled")
    assert why in text
    shown = tag.replace("{%p", "{%")
    assert shown in text or repr(shown)[1:-1] in text
    assert "{{ title }}" not in text


def test_the_same_bytes_and_no_person_or_time_of_the_run(model, monkeypatch):
    own = template("{{ title }}")
    first = render_docx(model, own), render_docx(model), starter_template()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert (render_docx(model, own), render_docx(model), starter_template()) == first
    for content in first:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b"Person" not in b"".join(archive.read(entry) for entry in archive.infolist())
    properties = docx.Document(io.BytesIO(first[0])).core_properties
    assert properties.created == properties.modified == datetime(2025, 3, 4, tzinfo=UTC)
    assert properties.title == model["document"]["title"]
    assert properties.author == "emgkit 0.1.0"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7", starter_template()[:2000]])
def test_what_is_no_word_file_is_an_input_error(model, tmp_path, content):
    (tmp_path / "no.docx").write_bytes(content)
    with pytest.raises(InputError, match=r"no\.docx: this is no Word file"):
        read_template(tmp_path / "no.docx")
    with pytest.raises(InputError, match="this is no Word file"):
        render_docx(model, content)


def test_a_zip_file_with_a_broken_document_is_an_input_error(model):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<broken")
    with pytest.raises(InputError, match="template"):
        render_docx(model, made.getvalue())


def test_a_template_that_would_fill_the_memory_is_refused(model):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 101_000_000)
    with pytest.raises(InputError, match="too large"):
        render_docx(model, made.getvalue())


def test_it_is_written_beside_the_others(tmp_path, model):
    (tmp_path / "lab.docx").write_bytes(template("{{ title }}"))
    out = tmp_path / "out"
    write_report(fake(6), out, formats=("json", "docx"), docx_template=tmp_path / "lab.docx")
    assert {p.name for p in out.iterdir()} == {"result.json", "report.docx"}
    assert texts((out / "report.docx").read_bytes()) == [model["document"]["title"]]
    with pytest.raises(InputError, match="no such template"):
        write_report(fake(6), out, formats=("docx",), docx_template=tmp_path / "absent.docx")
    with pytest.raises(InputError, match='Add "docx" to the formats'):
        write_report(fake(6), out, docx_template=tmp_path / "lab.docx")


def test_without_the_extra_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "docxtpl", None)
    with pytest.raises(InputError, match=r"pip install 'emgkit\[docx\]'"):
        render(fake(2), formats=("docx",))
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(InputError, match=r"pip install 'emgkit\[docx\]'"):
        starter_template()


def run(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", "from emgkit.cli import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        check=False,
        env={"PYTHONPATH": str(Path(emgkit.__file__).parents[1]), "PATH": ""},
    )


def test_the_commands_write_the_starter_the_word_report_and_fhir(sample_data, tmp_path):
    done = run("docx-template", "lab.docx", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "lab.docx\n")
    assert (tmp_path / "lab.docx").read_bytes() == starter_template()
    assert run("docx-template", "lab.docx", cwd=tmp_path).returncode == 2
    assert run("docx-template", "lab.doc", cwd=tmp_path).returncode == 2
    session = sample_data / "flexor_carpi_ulnaris_hand_movement"
    done = run("report", session, "--out", "out", "--docx", "lab.docx", "--fhir", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"report.docx", "report.fhir.json"} <= {p.name for p in (tmp_path / "out").iterdir()}
    assert "out/report.docx" in done.stdout
    done = run("report", session, "--out", "none", "--docx", "absent.docx", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "no such template" in done.stderr
    assert not (tmp_path / "none").exists()
