"""A whole batch: find, name, do what is not up to date, gather."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from emgkit import __version__
from emgkit.batch.find import find_sessions
from emgkit.batch.local import run_local
from emgkit.batch.lock import locked
from emgkit.batch.names import Named, name_sessions
from emgkit.batch.one import Task, record
from emgkit.batch.state import SCHEMA_VERSION, STATE, Outcome, clear_passing, read_state, to_bytes, withdraw
from emgkit.errors import InputError
from emgkit.io.files import (
    BATCH,
    MANIFEST,
    as_path,
    refuse_result,
    refuse_session_folder,
    sync_folder,
    write_files,
)
from emgkit.report.files import FORMATS, Format

if TYPE_CHECKING:
    from os import PathLike

TIME_LIMIT_S = 1800.0

Progress = Callable[[Outcome | None, int], object]


def run_batch(
    root: str | PathLike[str],
    out: str | PathLike[str],
    *,
    jobs: int | None = None,
    dask: str | None = None,
    resume: bool = True,
    formats: Collection[Format] = FORMATS,
    time_limit_s: float = TIME_LIMIT_S,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> tuple[Outcome, ...]:
    """Analyse every session below a folder, each in isolation, and gather their tables.

    A session that cannot be used is one with a reason; it never ends the batch. What was done before and of
    which nothing changed is not done again. The sessions' own folders are only read.

    Parameters
    ----------
    root : path
        The folder with the session folders, at any depth.
    out : path
        Folder of the results; is made if it does not exist. It belongs to one root.
    jobs : int, optional
        Sessions at a time; by default one for each processor.
    dask : str, optional
        Address of the scheduler of a Dask cluster, "tcp://10.0.0.1:8786"; then `jobs` does not count.
    resume : bool
        Whether to leave as it is what is up to date.
    formats : collection of {"tables", "json", "html", "pdf"}
        What to write of each session; "json" always is, because the tables of the batch are made from it.
    time_limit_s : float
        Seconds that one session may take.
    dry_run : bool
        Whether to tell only what would be done, and write nothing.
    progress : callable, optional
        Called with None and the number of sessions at the start, then with what became of each session, in
        the order of finishing, and that number.

    Returns
    -------
    tuple of Outcome
        One for each session, sorted by id, each with id, folder, status, kind and reason.

    Raises
    ------
    InputError
        If the root holds no session, the results cannot be written, an argument cannot be used, another
        batch writes into the same folder, or the cluster does not answer.

    Notes
    -----
    `docs/batch.md` says what stands where, when a session counts as unchanged, and what happens when a batch
    is interrupted. The same sessions give the same bytes, in whatever order and number of runs they are done.

    Examples
    --------
    >>> import emgkit
    >>> for one in emgkit.run_batch("sample_data", "out", dry_run=True):
    ...     print(one.id, one.status)
    SIM-FCU-01 to_do
    SIM-TA-01 to_do
    SIM-VI-01 to_do
    """
    _check(jobs, dask, time_limit_s)
    wanted = _formats(formats)
    source, place = as_path(root, what="folder"), as_path(out, what="folder")
    check_out(source, place)
    named = name_sessions(find_sessions(source, place))
    if not named:
        raise InputError(
            "no session is below this folder",
            where=source.name or str(source),
            accepted=f"folders with a {MANIFEST}",
            mend="name another folder with --out: the one of the results is not looked into"
            if place.exists() and place.samefile(source)
            else None,
        )
    say = progress or (lambda outcome, total: None)
    say(None, len(named))
    tasks = [_task(one, place, wanted, resume=resume, dry_run=dry_run) for one in named]
    refused = [
        (task, task.failed("input", _sentence(one.fault)))
        for task, one in zip(tasks, named, strict=True)
        if one.fault
    ]
    sound = [task for task, one in zip(tasks, named, strict=True) if not one.fault]
    with contextlib.nullcontext() if dry_run else _prepared(place, tasks):
        outcomes = [outcome if dry_run else record(task, outcome) for task, outcome in refused]
        for outcome in outcomes:
            say(outcome, len(named))
        for outcome in _run(sound, jobs, dask, time_limit_s):
            outcomes.append(outcome)
            say(outcome, len(named))
        found = tuple(sorted(outcomes, key=lambda one: one.id))
        if not dry_run:
            _gather(place, found, wanted)
    return found


def check_out(root: Path, out: Path) -> None:
    """Refuse a folder of results that something else lies in.

    Raises
    ------
    InputError
        If it is a session's or in one, holds the root, or holds the result of one session.
    """
    refuse_session_folder(out)
    refuse_result(out)
    if Path(os.path.realpath(out)) in Path(os.path.realpath(root)).parents:
        raise InputError(
            "the folder of the sessions lies in it, so that results would stand among what was recorded",
            where=out.name or str(out),
            mend="name a folder for the results alone with --out",
        )


def _run(tasks: Sequence[Task], jobs: int | None, dask: str | None, limit_s: float) -> Iterator[Outcome]:
    if dask is None:
        outcomes = run_local(tasks, jobs, limit_s)
    else:
        from emgkit.batch.cluster import run_on_cluster

        outcomes = run_on_cluster(tasks, dask, limit_s)
    by_id = {task.id: task for task in tasks}
    with contextlib.closing(outcomes):  # type: ignore[type-var]
        for outcome in outcomes:
            task = by_id[outcome.id]
            # the process that should have written it down is no more
            lost = outcome.kind in ("crash", "time_limit") and not task.dry_run
            yield record(task, outcome) if lost else outcome


@contextlib.contextmanager
def _prepared(place: Path, tasks: Iterable[Task]) -> Iterator[None]:
    """Hold the folder of results, without what an interrupted batch left and what no longer holds."""
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"the folder cannot be made ({error.strerror or 'error of the system'})",
            where=place.name or str(place),
            mend="name another folder with --out",
        ) from error
    with locked(place):
        try:
            (place / BATCH).unlink(missing_ok=True)
            clear_passing(place)
            sync_folder(place)
        except OSError as error:
            raise InputError(
                f"it cannot be replaced ({error.strerror or 'error of the system'})",
                where=place.name or str(place),
            ) from error
        ids = {task.folder: task.id for task in tasks}
        for one, before in _earlier(place):
            # the folder goes by another id now; under the old one it would count as a session more
            if ids.get(before.folder, before.id) != before.id:
                withdraw(one)
                with contextlib.suppress(OSError):  # something else is in it
                    one.rmdir()
        yield


def _earlier(place: Path) -> Iterator[tuple[Path, Outcome]]:
    for path in sorted(place.glob(f"*/{STATE}")):
        before = read_state(path.parent)
        if before is not None:
            yield path.parent, before


def _gather(place: Path, outcomes: Sequence[Outcome], formats: tuple[str, ...]) -> None:
    """Write the tables over all sessions, and last what the batch was."""
    from emgkit.batch.collect import collect

    collect(place, allow_empty=True)
    ids = {outcome.id for outcome in outcomes}
    # whether a session was done in this run or an earlier one makes no difference to what stands there
    rows = [replace(o, status="done") if o.status == "up_to_date" else o for o in outcomes]
    counts = Counter(f"{row.status} {row.kind}".strip() for row in rows)
    document = {
        "schema_version": SCHEMA_VERSION,
        "emgkit": __version__,
        "formats": list(formats),
        "counts": dict(sorted(counts.items())),
        "sessions": [
            {key: value for key, value in asdict(row).items() if key not in ("files", "formats")}
            for row in rows
        ],
        "kept_of_earlier_runs": [path.name for path, _ in _earlier(place) if path.name not in ids],
    }
    write_files(place, {BATCH: to_bytes(document)})


def _task(one: Named, place: Path, formats: tuple[Format, ...], *, resume: bool, dry_run: bool) -> Task:
    return Task(
        id=one.name,
        folder=one.found.folder,
        path=os.path.abspath(one.found.path),
        out=os.path.abspath(place / one.name),
        formats=formats,
        resume=resume,
        dry_run=dry_run,
    )


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."


def _formats(given: Collection[Format]) -> tuple[Format, ...]:
    if isinstance(given, str) or not isinstance(given, Collection):
        raise InputError("these are no formats of a report", found=given, accepted=FORMATS)
    unknown = [name for name in given if name not in FORMATS]
    if unknown:
        raise InputError("no such format of a report", found=unknown, accepted=FORMATS)
    return tuple(name for name in FORMATS if name in given or name == "json")


def _check(jobs: object, dask: object, time_limit_s: object) -> None:
    if jobs is not None and (not isinstance(jobs, int) or isinstance(jobs, bool) or jobs < 1):
        raise InputError("this is no number of jobs", found=jobs, accepted="a whole number from 1")
    if dask is not None and not (isinstance(dask, str) and dask.strip()):
        raise InputError(
            "this is no address of a scheduler", found=dask, accepted="such as tcp://10.0.0.1:8786"
        )
    number = isinstance(time_limit_s, int | float) and not isinstance(time_limit_s, bool)
    if not number or not 0 < time_limit_s <= threading.TIMEOUT_MAX:  # type: ignore[operator]
        raise InputError("this is no time limit", found=time_limit_s, accepted="seconds, more than 0")
