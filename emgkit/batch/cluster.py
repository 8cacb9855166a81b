"""The sessions of a batch on the workers of a Dask cluster."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

from emgkit.batch.one import Task
from emgkit.batch.sandbox import Sandboxes
from emgkit.batch.state import Outcome
from emgkit.errors import InputError

CONNECT_S = 15.0


def run_on_cluster(tasks: Sequence[Task], address: str, limit_s: float) -> Iterator[Outcome]:
    """Do sessions on a cluster; yield what became of each as soon as it is known.

    Each thread of a worker does a session at a time, in a process of its own, so that a session ends no
    worker. The sessions of a worker that is lost are given to another; one that has lost more workers than
    the scheduler allows (``distributed.scheduler.allowed-failures``) has failed.

    Parameters
    ----------
    tasks : sequence of Task
        The folders in them have to be there, by the same paths, on every worker.
    address : str
        Of the scheduler, such as "tcp://10.0.0.1:8786".
    limit_s : float
        Seconds that a session may take.

    Raises
    ------
    InputError
        If Dask is not installed, the scheduler does not answer, or it is lost on the way.

    Notes
    -----
    Dask is called itself and not through joblib: of a task that the scheduler gives up, joblib's backend
    for Dask never hears, and waits for ever.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise InputError(
            "to work on a cluster needs Dask, which is not installed",
            mend="run: pip install 'emgkit[cluster]'",
        ) from None
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"the scheduler of the cluster does not answer ({type(error).__name__})",
            where="--dask",
            found=address,
            accepted="an address such as tcp://10.0.0.1:8786",
        ) from None
    with client:
        futures = client.map(functools.partial(do_here, limit_s=limit_s), tasks, pure=False)
        by_key = {future.key: task for future, task in zip(futures, tasks, strict=True)}
        for future in as_completed(futures, raise_errors=False):
            task = by_key[future.key]
            if future.status == "finished":
                yield future.result()
            elif future.status == "error":
                yield task.failed("crash", _why_given_up(future.exception()))
            else:
                raise InputError(
                    "the scheduler of the cluster is lost",
                    where="--dask",
                    found=address,
                    mend="run again: what is done is kept",
                )
            future.release()


def do_here(task: Task, limit_s: float) -> Outcome:
    """Do a session in a process of this thread of a worker."""
    return _sandboxes(limit_s)(task)


@functools.cache
def _sandboxes(limit_s: float) -> Sandboxes:
    """Return those of this worker; their processes end by themselves when they are idle."""
    return Sandboxes(limit_s)


def _why_given_up(error: BaseException | None) -> str:
    if type(error).__name__ == "KilledWorker":
        return "Every worker of the cluster to which the session was given was lost."
    return f"The worker of the cluster failed ({type(error).__name__})."
