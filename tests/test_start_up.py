"""What a person waits for before anything happens: heavy parts load when they are used, not before.

Told by the modules that a fresh process has loaded; benchmarks/start_up.py takes the time.
"""

import subprocess
import sys
from pathlib import Path

import pytest

WALK = Path(__file__).resolve().parent.parent / "sample_data" / "tibialis_anterior_walking" / "walk_1.c3d"
COMMAND = (
    "import sys; sys.argv = ['emgkit', {}]; from emgkit.cli import main\ntry: main()\nexcept SystemExit: pass"
)
ARRAYS = {"numpy", "pandas", "scipy"}
HEAVY = {"matplotlib", "numba", "scipy.signal", "neurokit2", "sklearn", "jinja2", "typst", "pyarrow.parquet"}


def loaded(code):
    """Names of the modules that a fresh process has after the code."""
    show = "\nprint('loaded:', *sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", "import sys\n" + code + show], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("loaded: ")
    return set(last.split()[1:])


@pytest.mark.parametrize(
    ("code", "not_needed"),
    [
        pytest.param("import emgkit", ARRAYS | HEAVY | {"pydantic", "typer", "rich"}, id="import"),
        pytest.param(COMMAND.format("'--help'"), ARRAYS | HEAVY | {"pydantic", "rich"}, id="help"),
        pytest.param(COMMAND.format("'analyze', '--help'"), ARRAYS | HEAVY | {"rich"}, id="help_of_one"),
        pytest.param(COMMAND.format(f"'inspect', {str(WALK)!r}"), HEAVY | {"ezc3d", "edfio"}, id="inspect"),
        pytest.param("import emgkit.batch.collect", HEAVY, id="collect"),
        pytest.param(
            f"import emgkit; emgkit.analyze(emgkit.read({str(WALK)!r}))",
            {"matplotlib", "neurokit2", "sklearn", "jinja2", "typst", "ezc3d", "edfio", "typer", "rich"},
            id="analyze",
        ),
    ],
)
def test_what_is_not_used_is_not_loaded(code, not_needed):
    assert sorted(loaded(code) & not_needed) == []
