"""What a user installs: the wheel, made from the source distribution, is the package and nothing else."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

import emgkit

ROOT = Path(__file__).resolve().parent.parent
PASSING = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist", "report", "out")


def files(folder):
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The source distribution, and the wheel that is made from it, of a copy of this tree."""
    place = tmp_path_factory.mktemp("packaging")
    source = place / "source"
    source.mkdir()
    for folder in ("emgkit", "tests", "docs", "benchmarks", "sample_data"):
        ignored = PASSING if folder != "emgkit" else shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, source / folder, ignore=ignored)
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, source)
    command = [sys.executable, "-m", "build", "--outdir", str(place / "dist"), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=place)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    (sdist,) = (place / "dist").glob("*.tar.gz")
    (wheel,) = (place / "dist").glob("*.whl")
    return sdist, wheel


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(built):
    names = {name for name in zipfile.ZipFile(built[1]).namelist() if ".dist-info/" not in name}
    assert names == files("emgkit")


def test_the_source_distribution_holds_what_its_tests_need(built):
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("emgkit", "tests", "sample_data", "docs", "benchmarks"):
        assert files(folder) <= names
    assert {"CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "README.md"} <= names


def test_the_metadata_say_version_licence_pythons_and_extras(built):
    with zipfile.ZipFile(built[1]) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(wheel.read(name))
        entry_points = wheel.read(name.replace("METADATA", "entry_points.txt")).decode()
    assert metadata["Version"] == emgkit.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Requires-Python"] == ">=3.11"
    pythons = {c.rpartition(":: ")[2] for c in metadata.get_all("Classifier") if "Python :: 3." in c}
    assert pythons == {"3.11", "3.12", "3.13"}
    assert "parquet" in metadata.get_all("Provides-Extra")
    assert "emgkit = emgkit.cli:main" in entry_points


def test_the_version_stands_once():
    quoted = f'"{emgkit.__version__}"'
    files_with_it = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pyproject.toml", ROOT / "CITATION.cff", *sorted((ROOT / "emgkit").rglob("*.py")))
        if quoted in path.read_text(encoding="utf-8")
    ]
    assert files_with_it == ["emgkit/__init__.py"]
