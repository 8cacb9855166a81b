"""Fixtures that every room shares."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real recordings beside the checkout; never part of it."""
    folder = ROOT.parent / "shared" / "data"
    if folder.is_dir():
        return folder
    if os.environ.get("CI"):
        pytest.fail(f"real recordings are missing: {folder.name} is not beside the checkout")
    pytest.skip("real recordings are not here: ../shared/data from the project's root")


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """The three simulated session folders of the project."""
    return ROOT / "sample_data"
