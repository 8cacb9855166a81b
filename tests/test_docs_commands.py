"""What pages and help tell a reader to type is accepted, what they tell to run runs, every link leads."""

import dataclasses
import pydoc
import re
import shlex
from pathlib import Path

import pytest
import typer

import emgkit
from emgkit.cli.app import app
from emgkit.faults import section_of
from emgkit.io.manifest import Manifest
from emgkit.result import Study
from emgkit.settings import Settings
from emgkit.simulation.files import write_c3d

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "sample_data" / "README.md"])
RUN_HERE = ("README.md", "docs/columns.md", "docs/interference_pattern.md", "docs/reference.md")
RUN_ELSEWHERE = {"docs/archive.md", "docs/report_generators.md"}


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def blocks(page, language):
    text = page.read_text(encoding="utf-8")
    fenced = re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    return [block for its_language, block in fenced if its_language == language]


def leaves(command):
    """Yield every command that has no further ones below it."""
    for below in getattr(command, "commands", {}).values():
        yield from leaves(below) if hasattr(below, "commands") else (below,)


@pytest.fixture
def typed():
    """A call of the command line that is parsed as always, and then does nothing."""
    whole = typer.main.get_command(app)
    for one in leaves(whole):
        one.callback = lambda **_: None

    def call(line):
        program, *words = shlex.split(line, comments=True)
        assert program == "emgkit"
        whole.main(words, standalone_mode=False)

    return call


def lines_to_type():
    for page in PAGES:
        fenced = "".join(blocks(page, ""))
        indented = re.findall(r"^    (emgkit .*)", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for line in [*re.findall(r"^emgkit .*", fenced, flags=re.MULTILINE), *indented]:
            if not re.search(r"(?<!--why) \.\.\.", line):  # more belongs there, which the page leaves out
                yield pytest.param(line, id=f"{name_of(page)}: {line}")


@pytest.mark.parametrize("line", list(lines_to_type()))
def test_a_line_of_the_pages_is_a_call(typed, line):
    typed(line)


def test_the_lines_are_found_and_a_wrong_one_is_none(typed):
    assert len(list(lines_to_type())) > 20
    for wrong in ("emgkit report FOLDER", "emgkit analyse FILE --out DIR", "emgkit edit FOLDER move-edge"):
        with pytest.raises(Exception, match=r"Missing parameter|No such command"):
            typed(wrong)


@pytest.mark.parametrize("command", list(leaves(typer.main.get_command(app))), ids=lambda one: one.name)
def test_the_help_of_every_command_ends_with_an_example_that_is_a_call(typed, command):
    _, _, example = command.help.rpartition("Example: ")
    assert example.startswith("emgkit ")
    typed(" ".join(example.split()).partition(" > ")[0])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", text):
        if target.startswith("http"):
            continue
        there = page.parent / target if target else page
        assert there.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.*)", there.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}


def test_no_page_with_python_is_left_out():
    with_python = {name_of(page) for page in PAGES if blocks(page, "python")}
    assert with_python == {*RUN_HERE, *RUN_ELSEWHERE}


def test_the_python_of_the_pages_runs(tmp_path, monkeypatch):
    rec = emgkit.simulate(n_cycles=6, seed=1, label="TIBPOST_L", muscle="tibialis_posterior")
    write_c3d(rec, tmp_path / "walk_1.c3d")
    (own,) = (block for block in blocks(ROOT / "docs" / "reference.md", "") if block.startswith("muscle,"))
    (tmp_path / "own.csv").write_text(own, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    known = {"recording": rec, "samples_uv": rec.emg_uv, "rate_hz": rec.rate_hz, "rest_rms_uv": 5.0}
    for name in RUN_HERE:
        for block in blocks(ROOT / name, "python"):
            exec(compile(block, name, "exec"), known)
    assert (tmp_path / "out" / "report.pdf").is_file()
    assert set(known["cycles"]["trial"]) == {"walk_1"}
    assert set(known["table"]["measure"]) >= {"turns", "mean_frequency"}


def test_the_detectors_of_the_readme_have_the_figures_that_were_measured():
    measured = (ROOT / "docs" / "validation" / "gait_burst_labels.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| \w+ \| (0\.\d+) \| (0\.\d+) \| [^|]+ \| [^|]+ \| ([\d.]+) \(", measured, re.MULTILINE
    )
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"\| (0\.\d+) \| (0\.\d+) \| ([\d.]+) ms \|", readme)) == sorted(rows)
    assert len(rows) == 9


def test_the_toml_of_the_pages_on_edits_and_on_the_reference_is_accepted(tmp_path):
    (edit,), (own,) = (blocks(ROOT / "docs" / f"{name}.md", "toml") for name in ("edits", "reference"))
    least = '[electrode]\nmuscle = "ta"\nside = "left"\n[trials]\nwalk = ["walk_1.c3d"]\n'
    (tmp_path / "session.toml").write_text(least + own, encoding="utf-8")
    (tmp_path / "edits.toml").write_text(edit, encoding="utf-8")
    for name in ("walk_1.c3d", "own.csv"):
        (tmp_path / name).touch()
    session = emgkit.load_session(tmp_path)
    assert session.manifest["reference"]["name"] == "our_gait_lab"
    assert [(e.action, e.start_s, e.by) for e in session.edits] == [("move_onset", 3.45, "AB")]


def named(pattern):
    """Yield each page with each thing that it names in code by this pattern."""
    for page in PAGES:
        for found in sorted(set(re.findall(rf"`{pattern}", page.read_text(encoding="utf-8")))):
            yield f"{name_of(page)}: {found}", found


def test_every_file_that_a_page_names_is_there():
    files = list(named(r"(?:python )?((?:benchmarks|docs|emgkit|tests|sample_data|\.ci)/[\w./-]+)"))
    assert len(files) > 20
    assert not [where for where, path in files if not (ROOT / path).exists()]


def test_everything_that_a_page_says_emgkit_has_is_there():
    names = list(named(r"(emgkit(?:\.\w+)+)"))
    assert len(names) > 20
    assert not [where for where, name in names if pydoc.locate(name) is None]


def test_every_setting_and_key_that_a_page_names_is_one():
    keys = {
        f"{section}.{key}"
        for whole in (Settings, Manifest)
        for section in whole.model_fields
        for key in getattr(section_of(whole, section), "model_fields", ())
    }
    keys |= {f"study.{field.name}" for field in dataclasses.fields(Study)}  # of result.json
    keys.add("gait.cadence")  # a code of FHIR
    sections = "|".join({key.partition(".")[0] for key in keys})
    names = list(named(rf"((?:{sections})\.(?!toml|json|html|pdf|docx|csv)[a-z_]+)(?= ?[`=])"))
    assert len(names) > 20
    assert not [where for where, name in names if name not in keys]
