"""The tables over an archive, rebuilt at any time from the results that lie in it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from emgkit import tables
from emgkit.batch.archived import DAMAGED, FAILED, is_archived, read_archived
from emgkit.batch.whole import growing
from emgkit.batch.writers import CsvWriter, ParquetWriter, Writer, require_parquet
from emgkit.errors import InputError
from emgkit.io.files import as_path, refuse_result, refuse_session_folder


@dataclass(frozen=True, slots=True)
class Collected:
    """What was gathered: the files written, and how many sessions there are."""

    paths: tuple[Path, ...]
    n_sessions: int
    n_failed: int
    """Could not be analysed."""
    damaged: tuple[str, ...]
    """Sessions whose result cannot be read; their rows say why."""


def collect(folder: str | PathLike[str], *, parquet: bool = False, allow_empty: bool = False) -> list[Path]:
    """Rebuild `sessions.csv`, `cycles.csv` and `bursts.csv` of an archive; see `gather`.

    Returns
    -------
    list of Path
        The files that were written.
    """
    return list(gather(folder, parquet=parquet, allow_empty=allow_empty).paths)


def gather(folder: str | PathLike[str], *, parquet: bool = False, allow_empty: bool = False) -> Collected:
    """Rebuild the tables over an archive from the `result.json` of each session.

    Parameters
    ----------
    folder : path
        Holds a folder for each session, named by its identifier, as `emgkit batch` leaves them; the tables
        are written into it. Folders made by hand are as good; what is no session is passed over.
    parquet : bool
        Write each table as Parquet, too.
    allow_empty : bool
        Write tables without rows where no session has a result, instead of refusing.

    Raises
    ------
    InputError
        If the folder is not there, has no session in it, is a session's own, holds one result, or cannot be
        written to; if pyarrow is not installed and `parquet` is asked for.

    Notes
    -----
    One result is in memory at a time. Sessions stand in the order of their identifiers, whatever the order in
    which they were done, so that the same results give the same bytes. A result that cannot be read is a row
    of `sessions` with the reason, and has no rows in the other tables. Parquet files of an earlier run are
    removed if `parquet` is not asked for: what lies in an archive is of one state.
    """
    place = as_path(folder, what="folder")
    refuse_session_folder(place)
    refuse_result(place)
    if parquet:
        require_parquet()
    sessions = _sessions(place, allow_empty=allow_empty)
    kinds: dict[str, type[CsvWriter] | type[ParquetWriter]] = {"csv": CsvWriter}
    if parquet:
        kinds["parquet"] = ParquetWriter
    made = [(name, f"{name}.{ending}", kind) for ending, kind in kinds.items() for name in tables.ARCHIVE]
    n_failed, damaged = 0, []
    with growing(place, [file for _, file, _ in made]) as streams, contextlib.ExitStack() as ends:
        writers: list[tuple[str, Writer]] = [
            (name, ends.enter_context(contextlib.closing(kind(stream, tables.ARCHIVE[name]))))
            for (name, _, kind), stream in zip(made, streams, strict=True)
        ]
        for session in sessions:
            found = read_archived(session)
            n_failed += found.row["status"] == FAILED
            damaged += [session.name] if found.row["status"] == DAMAGED else []
            for name, writer in writers:
                if name == "sessions":
                    writer.add({column: [value] for column, value in found.row.items()})
                elif name in found.tables:
                    writer.add(found.tables[name])
    for name in tables.ARCHIVE if not parquet else ():
        with contextlib.suppress(OSError):
            (place / f"{name}.parquet").unlink(missing_ok=True)
    return Collected(tuple(place / file for _, file, _ in made), len(sessions), n_failed, tuple(damaged))


def _sessions(place: Path, *, allow_empty: bool) -> list[Path]:
    """Return the folders of sessions, in the order of their names."""
    where = place.name or str(place)
    try:
        found = sorted((p for p in place.iterdir() if p.is_dir() and is_archived(p)), key=lambda p: p.name)
    except FileNotFoundError:
        raise InputError("there is no such folder", where=where) from None
    except OSError as error:
        raise InputError(f"the folder cannot be read ({error.strerror})", where=where) from error
    if not found and not allow_empty:
        raise InputError(
            "no session has a result here",
            where=where,
            accepted="a folder that emgkit batch wrote: DIR/<session id>/result.json",
        )
    return found
