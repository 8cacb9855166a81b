"""The values of a table: held to its declaration, written as words, and read back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

from emgkit.errors import InputError
from emgkit.tables import BESIDE, LATER, NOT_DETERMINABLE, TABLES, Column, Dtype

if TYPE_CHECKING:
    import pandas as pd

_PANDAS = {"float64": "float64", "Int64": "Int64", "bool": "bool", "str": "object"}


def build(name: str, columns: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Make a table from its columns, or from its rows, holding it to its declaration.

    Parameters
    ----------
    name : str
        A key of `TABLES` or `BESIDE`.
    columns : mapping of str to array, or sequence of mappings
        Exactly the declared columns; NaN or None where a number is not determinable.

    Raises
    ------
    KeyError
        If a column is missing or not declared: a fault of the caller, never of the input.
    """
    import pandas as pd

    declared = TABLES[name] if name in TABLES else BESIDE[name]
    if not isinstance(columns, Mapping):
        columns = {key: [row.get(key) for row in columns] for key in dict.fromkeys(chain(*columns))}
    columns = columns or {c.name: [] for c in declared}
    if set(columns) != {c.name for c in declared}:
        raise KeyError(f"table {name!r}: {sorted(set(columns) ^ {c.name for c in declared})}")
    # not copied: each column is an array of its own already
    return pd.DataFrame({c.name: _typed(columns[c.name], c.dtype) for c in declared}, copy=False)


def _typed(values: Any, dtype: Dtype) -> Any:
    """Return a column as an array of its type; pandas does the same, but takes a table apart to do it."""
    import numpy as np
    import pandas as pd

    if not isinstance(values, list | np.ndarray):  # a column of another table
        if isinstance(values, pd.arrays.IntegerArray) and dtype == "Int64":
            return values.copy()
        return pd.Series(values).astype(cast(Any, _PANDAS[dtype])).array
    if dtype == "float64":
        return np.array(values, dtype=np.float64)
    if dtype == "Int64":
        number = np.array(values, dtype=np.float64)
        missing = np.isnan(number)
        number[missing] = 0
        if (number == np.rint(number)).all():
            return pd.arrays.IntegerArray(number.astype(np.int64), missing)
        return pd.array(values, dtype="Int64")  # refuses a fraction
    array = np.array(values, dtype=np.object_)
    return array.astype(np.bool_) if dtype == "bool" else array


def to_words(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Return the columns for writing, in which what is not determinable says so instead of being empty.

    That is also so for a number beyond all bounds, which is the quotient of something and nothing.
    """
    return {str(name): _in_words(column) for name, column in table.items()}


def _in_words(column: pd.Series[Any]) -> list[Any]:
    values = column.tolist()
    if column.dtype.kind == "f":
        return [value if math.isfinite(value) else NOT_DETERMINABLE for value in values]
    return [
        NOT_DETERMINABLE if lacks or (isinstance(value, float) and math.isinf(value)) else value
        for value, lacks in zip(values, column.array.isna().tolist(), strict=True)
    ]


def to_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return a copy as `to_words` writes it."""
    import pandas as pd

    return pd.DataFrame(to_words(table), index=table.index, dtype="object")


def from_text(name: str, columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Undo `to_words` for the table `name`; columns of `LATER` may lack.

    Raises
    ------
    InputError
        If a cell is not of the type that its column declares.
    """
    for column in TABLES[name]:
        _check_cells(name, column, columns.get(column.name, ()))
    n_rows = len(next(iter(columns.values()), ()))
    flags = {c.name for c in TABLES[name] if c.dtype == "bool"}
    lacking: dict[str, Any] = {
        key: [False if key in flags else NOT_DETERMINABLE] * n_rows for key in LATER.get(name, ())
    }
    columns = lacking | dict(columns)
    numeric = {c.name for c in TABLES[name] if c.dtype in ("float64", "Int64")}
    return build(
        name,
        {
            key: [None if key in numeric and v == NOT_DETERMINABLE else v for v in values]
            for key, values in columns.items()
        },
    )


_CELLS: Mapping[Dtype, tuple[tuple[type, ...], str]] = {
    "float64": ((int, float), f"a number, or {NOT_DETERMINABLE!r}"),
    "Int64": ((int,), f"a whole number, or {NOT_DETERMINABLE!r}"),
    "bool": ((bool,), "true or false"),
    "str": ((str,), "text"),
}
"""Types that the cells of a stored column may have, and how that is said."""


def _check_cells(table: str, column: Column, cells: Sequence[Any]) -> None:
    types, accepted = _CELLS[column.dtype]
    for cell in cells:
        # true would pass for 1
        fits = isinstance(cell, types) and (column.dtype == "bool" or not isinstance(cell, bool))
        if not fits and not (column.dtype in ("float64", "Int64") and cell == NOT_DETERMINABLE):
            raise InputError(
                "the result is damaged", where=f"{table}.{column.name}", found=cell, accepted=accepted
            )
