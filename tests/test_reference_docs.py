"""The generated parts of the documentation say what the code declares."""

import importlib.util
import re
from pathlib import Path

import pytest

from emgkit import quality, reference, tables
from emgkit.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def generated():
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.pages()


def test_generated_pages_are_up_to_date(generated):
    assert {"columns.md", "settings.md", "quality.md", "session.md"} < set(generated)
    for name, text in generated.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, "run: python docs/generate.py"


def test_every_column_setting_check_and_rule_is_there(generated):
    every = {**tables.TABLES, **tables.BESIDE}
    names = [c.name for declared in every.values() for c in declared]
    assert all(f"| `{name}` |" in generated["columns.md"] for name in names)
    sections = [getattr(Settings(), name) for name in Settings.model_fields]
    assert all(f"| `{key}` |" in generated["settings.md"] for s in sections for key in type(s).model_fields)
    assert all(f"| `{check.name}` |" in generated["quality.md"] for check in quality.CHECKS)
    assert all(f"| `{rule.id}` |" in generated["findings.md"] for rule in reference.RULES)
    columns = (*reference.COLUMNS, *reference.OPTIONAL_COLUMNS)
    assert all(f"| `{name}` |" in generated["reference.md"] for name in columns)


def test_the_manifest_that_is_shown_is_one_that_is_accepted(tmp_path):
    from emgkit.io.session import load_session

    text = (ROOT / "docs" / "session.md").read_text(encoding="utf-8")
    first, coded, repeated, stimulated, changed = re.findall(r"```toml\n(.*?)```", text, flags=re.DOTALL)
    for name in ("walk_1.c3d", "rest.c3d", "mmt_1.c3d", "mmt_2.c3d", "stim.c3d"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "session.toml").write_text(first + changed, encoding="utf-8")
    assert load_session(tmp_path).settings.condition.band_low_hz == 30.0
    without_channels = re.sub(r"\[channels\].*?(?=\[trials\])", "", first, flags=re.DOTALL)
    (tmp_path / "session.toml").write_text(without_channels + coded, encoding="utf-8")
    assert load_session(tmp_path).settings.gait.coded_levels_v["toe"] == 4.0
    (tmp_path / "session.toml").write_text(without_channels + repeated, encoding="utf-8")
    assert load_session(tmp_path).settings.repetitions.phases["grasp"] == (40.0, 100.0)
    (tmp_path / "session.toml").write_text(first + stimulated, encoding="utf-8")
    assert load_session(tmp_path).manifest["stimulation"]["rate_hz"] == 2.0
