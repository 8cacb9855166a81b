"""JSON and CSV are written without json's own indentation and without pandas: the same bytes."""

import json

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from emgkit import table_values, tables
from emgkit.report.files import _FORMULA, csv_bytes
from emgkit.result import indented

LEAF = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e9, 1e9) | st.text(max_size=8)
TREE = st.recursive(
    LEAF,
    lambda child: st.lists(child, max_size=4) | st.dictionaries(st.text(max_size=5), child, max_size=4),
    max_leaves=20,
)


@given(TREE)
def test_indented_json_is_that_of_json(value):
    assert indented(value) == json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)


def test_json_has_no_word_for_nan():
    with pytest.raises(ValueError, match="JSON"):
        indented({"a": [1.0, float("nan")]})


@given(
    st.lists(
        st.tuples(
            st.floats(-1e6, 1e6) | st.sampled_from([np.nan, np.inf]),
            st.integers(-5, 5) | st.none(),
            st.booleans(),
            st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=6),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_csv_is_that_of_pandas(rows):
    number, count, flag, text = zip(*rows, strict=True)
    table = pd.DataFrame(
        {"number": number, "count": pd.array(count, dtype="Int64"), "flag": flag, "text": text}
    )

    def cell(value):
        if isinstance(value, float):
            return f"{value:.9g}"
        return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else str(value)

    expected = table_values.to_text(table).map(cell).to_csv(index=False, lineterminator="\n")
    assert csv_bytes(table) == expected.encode()


def test_columns_have_the_types_that_are_declared():
    row = {c.name: None for c in tables.GAIT} | {"parameter": "cadence", "side": "both", "why": "none"}
    built = table_values.build("gait", [row | {"value": 1, "n": 3.0, "unit": "Hz"}, row | {"unit": "none"}])
    assert built["n"].tolist() == [3, pd.NA]
    assert built["value"].isna().tolist() == [False, True]
    assert {str(kind) for kind in built.dtypes} == {"object", "float64", "Int64"}
    empty = table_values.build("gait", [])
    assert empty.dtypes.to_dict() == built.dtypes.to_dict()
    with pytest.raises(TypeError):
        table_values.build("gait", [row | {"n": 2.5}])
    with pytest.raises(KeyError, match="unheard_of"):
        table_values.build("gait", [row | {"unheard_of": 1}])
