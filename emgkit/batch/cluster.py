"""The sessions of a batch on the workers of a Dask cluster."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from emgkit.batch.one import Task
from emgkit.batch.sandbox import Sandboxes
from emgkit.batch.state import Outcome
from emgkit.errors import InputError

if TYPE_CHECKING:
    from distributed import Client

CONNECT_S = 15.0
_ADDRESS = "an address such as tcp://10.0.0.1:8786"


def run_on_cluster(tasks: Sequence[Task], address: str, limit_s: float) -> Iterator[Outcome]:
    """Do sessions on a cluster; yield what became of each as soon as it is known.

    Each thread of a worker does a session at a time, in a process of its own, so that a session ends no
    worker. The sessions of a worker that is lost are given to another. One that has lost more workers than
    the scheduler allows (``distributed.scheduler.allowed-failures``) is done once more, alone, and has failed
    if that costs as many workers again.

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
        from distributed import Client
    except ImportError:
        raise InputError(
            "to work on a cluster needs Dask, which is not installed",
            mend="run pip install 'emgkit[cluster]'",
        ) from None
    _check_address(address)
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False)
    except OSError as error:
        raise InputError(
            f"the scheduler of the cluster does not answer ({type(error).__name__})",
            where="--dask",
            found=address,
            accepted=_ADDRESS,
        ) from None
    with client:
        given_up: list[Task] = []
        yield from _one_pass(client, tasks, limit_s, given_up)
        # the scheduler also gives up what only waited on the workers that were lost; alone, it shows which
        for task in given_up:
            again: list[Task] = []
            yield from _one_pass(client, [task], limit_s, again)
            if again:
                yield task.failed(
                    "crash", "Every worker of the cluster to which the session was given was lost."
                )


def _check_address(address: str) -> None:
    """Refuse what is no address: a client of Dask that is given it waits half a minute when it is let go."""
    from distributed.comm.addressing import parse_address, parse_host_port
    from distributed.comm.registry import get_backend

    try:
        scheme, place = parse_address(address)
        get_backend(scheme)
        parse_host_port(place)
    except ValueError:
        raise InputError(
            "this is no address of a scheduler", where="--dask", found=address, accepted=_ADDRESS
        ) from None


def _one_pass(
    client: Client, tasks: Sequence[Task], limit_s: float, given_up: list[Task]
) -> Iterator[Outcome]:
    """Do sessions; yield what became of each but those that the scheduler gives up, which are noted."""
    from distributed import CancelledError, KilledWorker, as_completed

    futures = client.map(functools.partial(do_here, limit_s=limit_s), tasks, pure=False)
    by_key = {future.key: task for future, task in zip(futures, tasks, strict=True)}
    for future in as_completed(futures, loop=client.loop, raise_errors=False):
        task = by_key[future.key]
        try:
            outcome: Outcome = future.result()
        except KilledWorker:
            given_up.append(task)
            continue
        except (CancelledError, OSError) as error:
            raise InputError(
                "the scheduler of the cluster is lost", where="--dask", mend="run again: what is done is kept"
            ) from error
        except Exception as error:
            outcome = task.failed("crash", f"The worker of the cluster failed ({type(error).__name__}).")
        future.release()
        yield outcome


def do_here(task: Task, limit_s: float) -> Outcome:
    """Do a session in a process of this thread of a worker."""
    return _sandboxes(limit_s)(task)


@functools.cache
def _sandboxes(limit_s: float) -> Sandboxes:
    """Return those of this worker; their processes end by themselves when they are idle."""
    return Sandboxes(limit_s)
