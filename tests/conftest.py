"""Fixtures that every room shares."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# the same examples on every run and every machine, however busy it is; "--hypothesis-profile=search" looks
# for new ones
BUSY = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("same", derandomize=True, **BUSY)
settings.register_profile("search", max_examples=1000, **BUSY)
settings.load_profile("same")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of real recordings beside the checkout; never part of it."""
    return _shared("data", "real recordings")


@pytest.fixture(scope="session")
def shared_reference() -> Path:
    """Folder of the clinical facts that the project's tables were taken from, beside the checkout."""
    return _shared("reference", "clinical facts")


def _shared(name: str, what: str) -> Path:
    folder = ROOT.parent / "shared" / name
    if folder.is_dir():
        return folder
    if os.environ.get("CI"):
        pytest.fail(f"{what} are missing: {folder.name} is not beside the checkout")
    pytest.skip(f"{what} are not here: ../shared/{name} from the project's root")


@pytest.fixture(scope="session")
def sample_data() -> Path:
    """The three simulated session folders of the project."""
    return ROOT / "sample_data"
