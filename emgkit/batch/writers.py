"""Tables that are written as they come: CSV, and Parquet in groups of rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, BinaryIO, Protocol

from emgkit import tables
from emgkit.batch.archived import Cell, Columns
from emgkit.errors import InputError
from emgkit.report.files import csv_rows

GROUP_ROWS = 20_000
"""Rows of a Parquet file that are read at once by those who look for a few of them."""


class Writer(Protocol):
    """A table that grows."""

    def add(self, columns: Columns) -> None:
        """Append rows; None is what is not determinable."""

    def close(self) -> None:
        """Write what is still held back; the stream stays open."""


class CsvWriter:
    """CSV in UTF-8, each cell as in the tables of one session: nine significant digits, the rest in words."""

    def __init__(self, stream: BinaryIO, declared: Sequence[tables.Column]) -> None:
        self._names = [column.name for column in declared]
        self._text = io.TextIOWrapper(stream, encoding="utf-8", errors="replace", newline="")
        self._text.write(",".join(self._names) + "\n")

    def add(self, columns: Columns) -> None:
        """Append rows."""
        self._text.writelines(csv_rows(columns[name] for name in self._names))

    def close(self) -> None:
        """Hand everything to the stream, which stays open."""
        self._text.detach()


class ParquetWriter:
    """Parquet with the declared types; what is not determinable is null.

    Unit and meaning of a column stand in its metadata.
    """

    def __init__(self, stream: BinaryIO, declared: Sequence[tables.Column]) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        types = {"float64": pa.float64(), "Int64": pa.int64(), "bool": pa.bool_(), "str": pa.string()}
        self._schema = pa.schema(
            [
                pa.field(c.name, types[c.dtype], metadata={"unit": c.unit, "meaning": c.meaning})
                for c in declared
            ]
        )
        self._file = pq.ParquetWriter(stream, self._schema, compression="zstd")
        self._held: list[Any] = []
        self._n_held = 0

    def add(self, columns: Columns) -> None:
        """Append rows, which are held back until they make a group."""
        import pyarrow as pa

        arrays = [pa.array([_storable(v) for v in columns[f.name]], f.type) for f in self._schema]
        self._held.append(pa.record_batch(arrays, schema=self._schema))
        self._n_held += self._held[-1].num_rows
        if self._n_held >= GROUP_ROWS:
            self._write_group()

    def close(self) -> None:
        """Write the last group and the footer."""
        self._write_group()
        self._file.close()

    def _write_group(self) -> None:
        import pyarrow as pa

        if self._n_held:
            self._file.write_table(pa.Table.from_batches(self._held), row_group_size=self._n_held)
        self._held, self._n_held = [], 0


def require_parquet() -> None:
    """Refuse to go on without what Parquet needs.

    Raises
    ------
    InputError
        If pyarrow is not installed.
    """
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise InputError(
            "Parquet needs pyarrow, which is not installed", mend="run pip install 'emgkit[parquet]'"
        ) from None


def _storable(value: Cell) -> Cell:
    """Replace what UTF-8 cannot hold, as the CSV does."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
