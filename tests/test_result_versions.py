"""A result that an older version wrote is read, and says what it lacks."""

import json
from pathlib import Path

import numpy as np
import pytest
from test_report_build import said, section

from emgkit import tables
from emgkit.errors import InputError
from emgkit.report.build import build
from emgkit.result import Analysis

LATER_TABLES = (
    *(
        "gait",
        "phases",
        "magnitude",
        "variability",
        "principal",
        "stimulation",
        "faults",
        "edits",
        "documentation",
    ),
)
STORED = Path(__file__).parent / "result_without_gait.json"


@pytest.fixture(scope="module")
def stored():
    return Analysis.from_json(STORED.read_text(encoding="utf-8"))


def test_tables_that_came_later_are_empty_and_the_others_are_there(stored):
    for name in tables.TABLES:
        assert list(getattr(stored, name).columns) == [c.name for c in tables.TABLES[name]]
        assert getattr(stored, name).empty == (name in LATER_TABLES) or name == "findings"
    later = stored.cycles[list(tables.LATER["cycles"])]
    assert not later.pop("edited").any()  # it could not be edited yet
    assert ((later == tables.NOT_DETERMINABLE) | later.isna()).all(axis=None)
    assert stored.cycles.used.sum() == 3
    np.testing.assert_allclose(stored.cycles.duration_s[:3].mean(), 1.1, atol=0.05)


@pytest.mark.parametrize("lacking", ["cycles", "bursts", "findings"])
def test_a_table_that_was_always_there_must_be_there(lacking):
    document = json.loads(STORED.read_text(encoding="utf-8"))
    del document["tables"][lacking]
    with pytest.raises(InputError, match="damaged"):
        Analysis.from_json(json.dumps(document))


def test_a_column_that_was_always_there_must_be_there():
    document = json.loads(STORED.read_text(encoding="utf-8"))
    del document["tables"]["cycles"]["start_s"]
    with pytest.raises(InputError, match="start_s"):
        Analysis.from_json(json.dumps(document))


def test_it_can_be_written_again_and_reported(stored):
    back = Analysis.from_json(stored.to_json())
    assert back.to_json() == stored.to_json()
    document = build(stored)
    for name in ("gait", "variability"):
        assert "not part of this stored result" in said(section(document, name))
