"""emgkit compare: two stored results side by side."""

import pytest
from report_fakes import fake
from test_cli_commands import run
from test_comparison_measures import moved

from emgkit.errors import InputError
from emgkit.io.result_file import load_result


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("results")
    for name, an in (("barefoot", fake(12)), ("brace", moved(fake(12), 4.0, 4.0))):
        (place / name).mkdir()
        (place / name / "result.json").write_text(an.to_json(), encoding="utf-8")
    (place / "torn.json").write_text(fake(12).to_json()[:5000], encoding="utf-8")
    (place / "bytes.json").write_bytes(b"\xff\xfe\x00")
    (place / "empty").mkdir()
    return place


def test_it_takes_folders_and_files_and_writes_both_files(folder):
    done = run(
        "compare",
        "barefoot",
        "brace/result.json",
        "--labels",
        "barefoot",
        "brace",
        "--out",
        "out",
        cwd=folder,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["out/comparison.csv", "out/comparison.html"]
    lines = (folder / "out" / "comparison.csv").read_text().splitlines()
    onset = next(line for line in lines if line.startswith("onset,1"))
    assert onset.endswith("yes")
    assert onset.split(",")[12] == "4"
    assert "brace" in (folder / "out" / "comparison.html").read_text()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nowhere", "there is no such result"),
        ("empty", "there is no such result"),
        ("torn.json", "this is no result of emgkit"),
        ("bytes.json", "this is no result of emgkit"),
    ],
)
def test_what_is_no_result_is_named(folder, name, why):
    with pytest.raises(InputError, match=f"{name.split('.')[0]}.*{why}"):
        load_result(folder / name)


def test_bad_input_is_one_paragraph_and_leaves_nothing(folder):
    done = run("compare", "barefoot", "torn.json", "--out", "none", cwd=folder)
    assert done.returncode == 1
    assert done.stderr.startswith("emgkit: torn.json: this is no result of emgkit.")
    assert "Traceback" not in done.stderr
    assert not (folder / "none").exists()


def test_a_wrong_call(folder):
    assert run("compare", "barefoot", "--out", "none", cwd=folder).returncode == 2
    assert run("compare", "barefoot", "brace", "--labels", "one", "--out", "x", cwd=folder).returncode in (
        1,
        2,
    )


def test_help_teaches():
    text = run("compare", "--help").stdout
    assert "Example: emgkit compare" in text
    assert "only within one insertion" in " ".join(text.split())


def test_one_label_for_both_is_a_wrong_call(folder):
    said = run("compare", "barefoot", "brace", "--labels", "x", "x ", "--out", "same", cwd=folder)
    assert said.returncode == 2
    assert "--labels" in said.stderr
    assert not (folder / "same").exists()
