"""The files: whole, complete, the same on every run."""

import csv
import gc
import hashlib
import io
import json
import math
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from report_fakes import fake

import emgkit
from emgkit import tables
from emgkit.errors import InputError
from emgkit.report.files import FORMATS, csv_bytes, render, write_report
from emgkit.result import Analysis

NAMES = {f"{name}.csv" for name in tables.TABLES} | {"result.json", "report.html", "report.pdf"}


def test_all_files_of_the_contract_appear(tmp_path):
    emgkit.write_report(fake(3), tmp_path / "new" / "folder")
    assert {p.name for p in (tmp_path / "new" / "folder").iterdir()} == NAMES


@pytest.mark.parametrize("name", tables.TABLES)
def test_numbers_in_the_csv_are_those_of_the_analysis(name):
    table = getattr(fake(9), name)
    rows = list(csv.DictReader(io.StringIO(csv_bytes(table).decode())))
    assert len(rows) == len(table)
    declared = {c.name: c for c in tables.TABLES[name]}
    for row, expected in zip(rows, table.to_dict("records"), strict=True):
        assert list(row) == list(declared)
        for key, text in row.items():
            value = expected[key]
            if pd.isna(value):
                assert text == tables.NOT_DETERMINABLE
            elif declared[key].dtype == "float64":
                assert float(text) == pytest.approx(value, rel=5e-9)
            else:
                assert text == str(value)


def test_a_number_that_is_infinite_is_not_determinable():
    cycles = fake(3).cycles.assign(snr_db=math.inf)
    assert b"inf" not in csv_bytes(cycles)


def test_text_of_a_csv_is_quoted_not_changed():
    an = fake(3, hostile=True)
    rows = list(csv.DictReader(io.StringIO(csv_bytes(an.cycles).decode())))
    assert [r["trial"] for r in rows] == list(an.cycles["trial"])


def test_result_json_reads_back():
    files = render(fake(3), formats=["json"])
    assert set(files) == {"result.json"}
    back = Analysis.from_json(files["result.json"].decode())
    assert json.loads(back.to_json()) == json.loads(files["result.json"])


def test_same_bytes_in_this_and_in_another_process():
    digests = {k: hashlib.sha256(v).hexdigest() for k, v in sorted(render(fake(4, trials=2)).items())}
    assert digests == {k: hashlib.sha256(v).hexdigest() for k, v in sorted(render(fake(4, trials=2)).items())}
    code = (
        "import sys, json, hashlib; sys.path.insert(0, sys.argv[1])\n"
        "from report_fakes import fake; from emgkit.report.files import render\n"
        "files = sorted(render(fake(4, trials=2)).items())\n"
        "print(json.dumps({k: hashlib.sha256(v).hexdigest() for k, v in files}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "123", "PATH": "", "TZ": "Pacific/Auckland", "HOME": "/nonexistent"},
    )
    assert json.loads(done.stdout) == digests


@pytest.mark.parametrize("renderer", ["html.render_html", "pdf.render_pdf"])
def test_nothing_appears_when_one_part_fails(tmp_path, monkeypatch, renderer):
    def fail(document):
        raise RuntimeError("no")

    monkeypatch.setattr(f"emgkit.report.{renderer}", fail)
    with pytest.raises(RuntimeError):
        write_report(fake(2), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_formats_can_be_chosen(tmp_path):
    write_report(fake(2), tmp_path, formats=("tables", "json"))
    assert {p.name for p in tmp_path.iterdir()} == {n for n in NAMES if not n.startswith("report")}


@pytest.mark.parametrize("formats", [("doc",), "pdf", ("html", "PDF")])
def test_unknown_formats_say_what_is_accepted(tmp_path, formats):
    with pytest.raises(InputError, match="tables, json, html, pdf"):
        write_report(fake(1), tmp_path / "out", formats=formats)
    assert not (tmp_path / "out").exists()
    assert FORMATS == ("tables", "json", "html", "pdf")


def test_a_file_in_the_place_of_the_folder_is_an_input_error(tmp_path):
    (tmp_path / "taken").write_text("here")
    with pytest.raises(InputError):
        write_report(fake(1), tmp_path / "taken", formats=("tables",))
    assert (tmp_path / "taken").read_text() == "here"


def test_the_report_of_a_long_walk_is_small_and_the_garbage_collector_stays_on():
    assert gc.isenabled()
    made = render(fake(200), formats=("html", "pdf"))
    assert gc.isenabled()
    assert all(len(file) < 3_000_000 for file in made.values())
