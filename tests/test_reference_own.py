"""A laboratory's own reference: what the file may say, what wins, and where it shows in a result."""

import hashlib
import json
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_reference_findings import found, same, terms
from typer.testing import CliRunner

import emgkit
from emgkit import InputError
from emgkit.cli.app import app
from emgkit.reference import shipped
from emgkit.reference.table import parse

HEAD = "muscle,variant,burst,onset_pct,offset_pct,source,status"
ROW = "soleus,usual,1,10,50,Lab 2026,measured here"


def write(folder, text, name="own.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def own(tmp_path, *rows, head=HEAD, **options):
    return emgkit.read_reference(write(tmp_path, "\n".join([head, *rows]) + "\n"), **options)


def test_the_shipped_reference_says_what_it_is():
    (reference,) = shipped().references
    assert (reference.name, reference.version) == ("perry_1992", "1")
    assert "check against the book" in reference.status
    assert len({w.muscle for w in reference.windows}) == 27
    assert len(reference.sha256) == 64
    assert shipped().sources() == ()


def test_an_own_file_wins_for_the_muscles_that_it_names_and_no_others(tmp_path):
    added = own(tmp_path, ROW, name="lab", version="3", population="12 adults, wire")
    reference, windows = added.find("soleus")
    assert (reference.name, reference.version, reference.population) == ("lab", "3", "12 adults, wire")
    assert [(w.onset_pct, w.offset_pct) for w in windows] == [(10.0, 50.0)]
    assert added.find("tibialis_anterior")[0].name == "perry_1992"
    alone = own(tmp_path, ROW, mode="replace")
    assert alone.find("soleus")[0].name == "own"
    assert alone.find("soleus")[0].version == "not recorded"
    assert alone.find("tibialis_anterior") is None


def test_a_muscle_that_is_named_is_taken_as_a_whole_without_the_shipped_alternates(tmp_path):
    added = own(tmp_path, "TA,usual,1,56,12,Lab,measured here")
    assert [w.variant for w in added.find("tibialis_anterior")[1]] == ["usual"]
    # prolonged by the file, though within tolerance of the shipped alternate
    assert terms(found("tibialis_anterior", same([(56, 120)]), reference=added))[1] == "prolonged"
    assert terms(found("tibialis_anterior", same([(56, 120)])))[1] == "within tolerance"


def test_the_whole_gastrocnemius_of_the_file_wins_over_the_shipped_one(tmp_path):
    added = own(tmp_path, "gastrocnemius,usual,1,8,45,Lab,measured here")
    assert added.find("gastrocnemius_medialis")[1][0].onset_pct == 8
    head = own(
        tmp_path, ROW.replace("soleus", "gastrocnemius_medialis"), "gastrocnemius,usual,1,8,45,Lab,here"
    )
    assert head.find("gastrocnemius_medialis")[1][0].onset_pct == 10
    assert head.find("gastrocnemius_lateralis")[1][0].onset_pct == 8


def test_a_finding_names_the_file_that_it_was_compared_with(tmp_path):
    frame = found("soleus", same([(3, 50)]), reference=own(tmp_path, ROW, name="lab", version="3"))
    assert terms(frame) == ["premature", "within tolerance"]
    assert frame["reference"][0].startswith("lab version 3, soleus, usual burst 1: 10-50 %")
    assert frame["source"][0] == "Lab 2026 (measured here)"
    missing = found("gracilis", same([(3, 50)]), reference=own(tmp_path, ROW, mode="replace"))
    assert missing["statement"][0] == "The reference (own version not recorded) has no timing for gracilis."


@pytest.mark.parametrize(("spread", "expected"), [("4", "premature"), ("8", "within tolerance")])
def test_the_reference_s_own_spread_is_the_tolerance_where_it_is_larger(tmp_path, spread, expected):
    reference = own(tmp_path, f"{ROW},{spread},", head=f"{HEAD},onset_sd_pct,offset_sd_pct")
    frame = found("soleus", same([(3, 50)]), reference=reference)
    assert terms(frame) == [expected, "within tolerance"]
    words = "tolerance 5 %." if spread == "4" else "tolerance 8 % (spread of the reference)."
    assert words in frame["statement"][0]
    assert "tolerance 5 %." in frame["statement"][1]


def test_windows_of_another_foot_off_are_scaled_from_there(tmp_path):
    reference = own(tmp_path, f"{ROW},50", head=f"{HEAD},foot_off_pct")
    # foot-off at 60 instead of 50 %: 10 becomes 12, 50 becomes 60
    frame = found("soleus", same([(12, 60)]), foot_off=60.0, reference=reference)
    np.testing.assert_allclose(frame["value"], [0, 0], atol=1e-9)
    unknown = found("soleus", same([(10, 50)]), foot_off=np.nan, reference=reference)
    np.testing.assert_allclose(unknown["value"], [0, 0], atol=1e-9)
    assert "nominal 50 %" in unknown["reference"][0]


def test_a_nearer_variant_within_tolerance_comes_before_one_without_a_limit(tmp_path):
    reference = own(
        tmp_path, "soleus,usual,1,0,50,Lab,here", "soleus,alternate,1,97,50,Lab,here", mode="replace"
    )
    # 7 % before 0, where the usual pattern gives no limit, but 4 % before the alternate
    row = found("soleus", same([(93, 150)]), reference=reference).iloc[0]
    assert (row["term"], row["value"]) == ("within tolerance", pytest.approx(-4.0))


def test_a_file_of_spreadsheet_software_is_read(tmp_path):
    text = (
        "\ufeff"
        + HEAD
        + ',abbreviation\r\n"SOL", usual ,1,10.0,50,"Lab, 2026",measured here,SOL\r\n,,,,,,,\r\n'
    )
    (window,) = emgkit.read_reference(write(tmp_path, text)).references[0].windows
    assert (window.muscle, window.variant, window.source) == ("soleus", "usual", "Lab, 2026")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["sol eus x,usual,1,10,50,Lab,here"], ["line 2, muscle", "not a known muscle", "near it: soleus"]),
        ([ROW.replace("usual", "")], ["line 2, variant", "empty"]),
        ([ROW.replace("usual", "other")], ["line 2, variant", "soleus has no usual one", "'other'"]),
        ([ROW.replace(",1,", ",0,")], ["line 2, burst", "whole number from 1", "'0'"]),
        ([ROW.replace(",1,", ",1.5,")], ["line 2, burst", "'1.5'"]),
        ([ROW.replace(",1,", f",{'9' * 5000},")], ["line 2, burst", "whole number from 1"]),
        ([ROW.replace(",1,", ",\u0661,")], ["line 2, burst", "whole number from 1"]),
        ([ROW.replace("10,50", f"10,{'9' * 5000}")], ["line 2, offset_pct", "above 0, to 100"]),
        ([ROW.replace("10,50", "10,\u0665\u0660")], ["line 2, offset_pct", "above 0, to 100"]),
        ([ROW.replace(",1,", ",2,")], ["line 2, burst", "numbered 1 to 1"]),
        ([ROW, ROW.replace("10,50", "60,70")], ["line 2, burst", "found 1, 1"]),
        ([ROW.replace("10,50", "100,50")], ["line 2, onset_pct", "0 to below 100", "'100'"]),
        ([ROW.replace("10,50", "-1,50")], ["line 2, onset_pct", "'-1'"]),
        ([ROW.replace("10,50", "1e1,50")], ["line 2, onset_pct", "'1e1'"]),
        ([ROW.replace("10,50", "nan,50")], ["line 2, onset_pct", "'nan'"]),
        ([ROW.replace("10,50", "10,")], ["line 2, offset_pct", "above 0, to 100", "''"]),
        ([ROW.replace("10,50", "10,0")], ["line 2, offset_pct", "'0'"]),
        ([ROW.replace("10,50", "10,101")], ["line 2, offset_pct", "'101'"]),
        ([ROW.replace("10,50", "10,10")], ["line 2, offset_pct", "ends where it begins"]),
        ([ROW.replace("Lab 2026", " ")], ["line 2, source", "empty"]),
        ([ROW.replace("measured here", "")], ["line 2, status", "empty"]),
        (["", ROW.replace("10,50", "ten,50")], ["line 3, onset_pct", "'ten'"]),
        (
            [ROW, ROW.replace(",1,10,50", ",2,45,60")],
            ["line 3, onset_pct", "overlaps that of line 2", "45 to 60 and 10 to 50"],
        ),
        ([ROW.replace("10,50", "10,5,50")], ["line 2: the line has another number of cells", "Found: 8"]),
        (['"soleus,usual'], ["line 2", "no CSV"]),
    ],
)
def test_a_fault_is_named_with_line_column_and_value(tmp_path, rows, words):
    with pytest.raises(InputError) as caught:
        own(tmp_path, *rows)
    assert str(caught.value).startswith("own.csv")
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    ("column", "cells", "words"),
    [
        ("onset_sd_pct", "51", "from 0 to 50"),
        ("offset_sd_pct", "-1", "from 0 to 50"),
        ("foot_off_pct", "100", "above 0 and below 100"),
        ("mean_low_pct_ref,normalisation", "x,maximum", "from 0 to 10000"),
        ("mean_low_pct_ref,mean_high_pct_ref,normalisation", "30,20,maximum", "not above mean_low_pct_ref"),
        ("mean_low_pct_ref,normalisation", "10,", "one of maximum, task_peak, task_mean"),
        ("normalisation", "mvc", "one of maximum, task_peak, task_mean"),
    ],
)
def test_faults_of_the_optional_columns(tmp_path, column, cells, words):
    with pytest.raises(InputError, match=f"line 2, .*{words}"):
        own(tmp_path, f"{ROW},{cells}", head=f"{HEAD},{column}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the column muscle is missing"),
        (HEAD, "holds no row"),
        (HEAD.replace(",", ";") + "\n" + ROW.replace(",", ";"), "by commas"),
        (HEAD + ",tolerance\n" + ROW + ",5", "the column 'tolerance' is not known"),
        (HEAD + ",burst\n" + ROW + ",1", "the column burst stands there twice"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        (b"a" * 1_000_001, "too large"),
        (
            HEAD + f",foot_off_pct\n{ROW},60\n{ROW.replace(',1,10,50', ',2,60,70')},62",
            "differs within soleus",
        ),
    ],
)
def test_a_file_that_is_no_reference_is_refused(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        emgkit.read_reference(write(tmp_path, text))


def test_all_faults_are_said_at_once_but_not_hundreds(tmp_path):
    with pytest.raises(InputError, match=r"6 entries cannot be used: .*and 35 more"):
        own(tmp_path, *[ROW.replace("10,50", "x,y")] * 20)


@pytest.mark.parametrize("path", [None, 3, "", "a\0b"])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(InputError, match="no path"):
        emgkit.read_reference(path)


def test_a_missing_file_and_a_wrong_mode_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"own\.csv: the reference cannot be read \(No such file"):
        emgkit.read_reference(tmp_path / "own.csv")
    with pytest.raises(InputError, match="no mode of a reference"):
        own(tmp_path, ROW, mode="both")
    with pytest.raises(InputError, match="no reference\\. Found"):
        emgkit.analyze(emgkit.simulate(n_cycles=2), reference="own.csv")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(deadline=None, max_examples=200)
def test_no_content_raises_anything_but_an_input_error(content):
    for given_content in (content, f"{HEAD}\n{ROW}\n".encode() + content):
        try:
            parse(given_content, "own.csv", name="n", version="1", population="p", status="s")
        except InputError as error:
            assert "own.csv" in str(error)  # noqa: PT017 - most contents are refused, some are not


@pytest.fixture
def session(tmp_path, sample_data):
    """A session folder with its own reference beside the recordings."""
    source = sample_data / "tibialis_anterior_walking"
    folder = tmp_path / "session"
    folder.mkdir()
    for path in source.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    add_section(folder, '\n[settings.detect]\nsensitivity = "off"\n')
    write(folder, f"{HEAD}\nTA,usual,1,20,40,Lab 2026,measured here\n")
    return folder


def add_section(folder, text):
    path = folder / "session.toml"
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_session_with_its_own_reference_says_so_in_result_and_report(session, tmp_path):
    add_section(session, '\n[reference]\nfile = "own.csv"\nname = "lab"\nversion = "2"\n')
    out = CliRunner().invoke(app, ["report", str(session), "--out", str(tmp_path / "out")])
    assert out.exit_code == 0, out.output
    document = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    sha = hashlib.sha256((session / "own.csv").read_bytes()).hexdigest()
    assert document["inputs"][-1] | {"unit_given": None} == {
        "name": "own.csv",
        "sha256": sha,
        "format": "CSV (timing reference)",
        "unit": "none",
        "unit_given": None,
    }
    about = document["study"]["timing_reference"]
    assert (about["name"], about["version"], about["sha256"]) == ("lab", "2", sha)
    assert all("lab version 2" in text for text in document["tables"]["findings"]["reference"])
    html = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert sha in html
    assert "given by the user in own.csv; not checked by emgkit" in html
    assert "lab, version 2" in html
    back = emgkit.Analysis.from_json((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert back.study.timing_reference["name"] == "lab"


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ('file = "../own.csv"', r"reference\.file: not a path inside the folder"),
        ('file = "/own.csv"', r"reference\.file: not a path inside the folder"),
        ('file = "none.csv"', r"reference\.file: there is no such file"),
        ('file = "*.csv"', r"reference\.file: there is no such file"),
        ('mode = "add"', r"reference\.file: missing"),
        ('file = "own.csv"\nmode = "both"', r"reference\.mode: .*'both'"),
        ('file = ["own.csv"]', r"reference\.file"),
        ('file = "own.csv"\ncolour = "red"', r"reference\.colour: unknown key"),
        ('file = "out.csv"', r"the file lies outside the folder"),
    ],
)
def test_a_manifest_that_names_no_file_of_the_folder_is_refused_with_its_line(session, section, words):
    (session.parent / "elsewhere.csv").write_text(f"{HEAD}\n{ROW}\n", encoding="utf-8")
    (session / "out.csv").symlink_to(session.parent / "elsewhere.csv")
    add_section(session, f"\n[reference]\n{section}\n")
    with pytest.raises(InputError, match=rf"session\.toml: .*line \d+, .*{words}"):
        emgkit.load_session(session)


def test_a_bad_file_ends_the_session_before_a_recording_is_read(session):
    (session / "own.csv").write_text(f"{HEAD}\nTA,usual,1,120,40,Lab,here\n", encoding="utf-8")
    add_section(session, '\n[reference]\nfile = "own.csv"\n')
    read = []
    with pytest.raises(InputError, match=r"own\.csv: line 2, onset_pct"):
        emgkit.analyze_session(emgkit.load_session(session), progress=read.append)
    assert read == ["own.csv"]


def test_analyze_takes_a_reference_in_python_and_on_the_command_line(session, tmp_path):
    file = session / "walk_1.c3d"
    assert file.exists()
    call = ["analyze", str(file), "--reference", str(session / "own.csv"), "--out", str(tmp_path / "out")]
    call += ["--settings", str(write(tmp_path, '[detect]\nsensitivity = "off"\n', "quick.toml"))]
    out = CliRunner().invoke(app, call)
    assert out.exit_code == 0, out.output
    document = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert document["study"]["timing_reference"]["name"] == "own"
    rec = emgkit.simulate(n_cycles=6)
    reference = emgkit.read_reference(session / "own.csv")
    quick = {"detect": {"sensitivity": "off"}}
    assert emgkit.analyze(rec, quick, reference=reference).study.timing_reference["name"] == "own"
    assert emgkit.analyze(rec, quick).study.timing_reference["name"] == "perry_1992"


def test_the_example_of_the_documentation_is_one_that_is_accepted(tmp_path, request):
    text = (request.config.rootpath / "docs" / "reference.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"```\n(muscle,.*?)```", text, flags=re.DOTALL)
    windows = emgkit.read_reference(write(tmp_path, table)).references[0].windows
    assert [(w.burst, w.onset_pct, w.foot_off_pct, w.onset_sd_pct) for w in windows] == [
        (1, 2.0, 60.5, 3.1),
        (2, 25.0, 60.5, 4.4),
    ]


@given(st.integers(1, 8), st.data())
@settings(deadline=None, max_examples=40)
def test_the_line_and_column_that_are_named_are_those_that_are_wrong(n_rows, data):
    muscles = [w.muscle for w in shipped().references[0].windows if w.variant == "usual" and w.burst == 1]
    rows = [[muscle, "usual", "1", "10", "50", "Lab", "here"] for muscle in muscles[:n_rows]]
    n_blank = data.draw(st.integers(0, 3))
    wrong = data.draw(st.integers(0, n_rows - 1))
    column = data.draw(st.sampled_from(HEAD.split(",")))
    rows[wrong][HEAD.split(",").index(column)] = "" if column in ("variant", "source", "status") else "?"
    text = "\n".join([HEAD] + [""] * n_blank + [",".join(row) for row in rows])
    with pytest.raises(InputError, match=rf"own\.csv: line {2 + n_blank + wrong}, {column}: "):
        parse(text.encode(), "own.csv", name="n", version="1", population="p", status="s")
