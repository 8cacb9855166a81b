"""The figures of the documentation stand in its pages, and its notebook runs from a fresh kernel."""

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LARGEST_FIGURE_BYTES = 60_000


def script(name):
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_figure_is_small_and_stands_in_a_page_with_a_text_for_those_who_do_not_see_it():
    pages = "".join(page.read_text(encoding="utf-8") for page in sorted(DOCS.glob("*.md")))
    texts = {name: text for text, name in re.findall(r"!\[([^\]]*)\]\(images/(\w+)\.svg\)", pages)}
    stored = {path.stem: path.stat().st_size for path in (DOCS / "images").glob("*.svg")}
    assert set(script("figures").FIGURES) == set(stored) == set(texts)
    assert max(stored.values()) < LARGEST_FIGURE_BYTES
    assert all(len(text) > 20 for text in texts.values())


def test_every_measure_of_a_session_is_defined_in_its_page():
    an = script("figures").session()
    pages = {
        "gait.md": an.gait["parameter"],
        "timing.md": an.variability["measure"],
        "stimulation.md": an.stimulation["measure"],
    }
    for page, measures in pages.items():
        text = (DOCS / page).read_text(encoding="utf-8")
        sequences = measures.str.startswith("contact_sequence_")
        assert not [name for name in measures[~sequences] if f"`{name}`" not in text]
        assert not sequences.any() or "`contact_sequence_...`" in text


@pytest.mark.parametrize("name", ["principal", "interference_pattern"])
def test_a_figure_is_the_same_on_every_run(name):
    figures = script("figures")
    assert figures.svg(name) == figures.svg(name)


@pytest.fixture(scope="module")
def executed():
    """Every cell has run: one that fails raises here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))  # the kernel imports what is tested
        return script("walkthrough").executed()


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


def test_the_notebook_runs_and_its_figures_are_small(executed):
    assert not [o for o in outputs(executed) if o.output_type == "error" or o.get("name") == "stderr"]
    figures = [o.data["image/svg+xml"] for o in outputs(executed) if "image/svg+xml" in o.get("data", {})]
    assert len(figures) == 3
    assert max(len(figure) for figure in figures) < 100_000


def test_the_stored_notebook_is_executed_and_knows_nothing_of_the_machine(executed):
    stored = nbformat.read(DOCS / "session_walkthrough.ipynb", as_version=4)
    nbformat.validate(stored)
    assert [c.source for c in stored.cells] == [c.source for c in executed.cells]
    assert stored.metadata == executed.metadata
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    for text in (nbformat.writes(stored), nbformat.writes(executed)):
        assert str(ROOT) not in text
        assert str(Path.home()) + "/" not in text
        assert not re.search(r" at 0x[0-9a-f]{6}|/tmp/|/home/|[A-Z]:\\\\Users", text)


def test_the_examples_for_report_generators_run(tmp_path, monkeypatch, capsys):
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    monkeypatch.chdir(tmp_path)
    text = (DOCS / "report_generators.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    known = {}
    for block in blocks:
        exec(compile(block, "report_generators.md", "exec"), known)
    assert known["report"]["status"] == "preliminary"
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"report.docx", "report.pdf", "report.fhir.json"}
    assert (tmp_path / "timing.png").stat().st_size > 10_000
    printed = {tuple(line.split()) for line in capsys.readouterr().out.splitlines()}
    assert ("timing", "picture") in printed
    assert {kind for _, kind in printed} <= set(re.findall(r"`(\w+)`", text))
