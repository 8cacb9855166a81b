"""The sessions of a batch on this machine, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emgkit.batch.one import Task
from emgkit.batch.sandbox import Sandboxes
from emgkit.batch.state import Outcome


def run_local(tasks: Sequence[Task], jobs: int | None, limit_s: float) -> Iterator[Outcome]:
    """Do sessions in processes of this machine; yield what became of each as soon as it is known.

    Parameters
    ----------
    tasks : sequence of Task
    jobs : int or None
        How many at a time; None for one on each processor that this process may use.
    limit_s : float
        Seconds that a session may take.

    Notes
    -----
    joblib hands the sessions to threads, and each thread only waits for a process of its own. joblib's own
    processes would all be lost, with every session that waits, when one of them is killed.
    """
    from joblib import Parallel, cpu_count, delayed

    sandboxes = Sandboxes(limit_s)
    parallel = Parallel(
        n_jobs=min(jobs or cpu_count(), max(len(tasks), 1)),
        backend="threading",
        return_as="generator_unordered",
        batch_size=1,
    )
    try:
        yield from parallel(delayed(sandboxes)(task) for task in tasks)
    finally:
        sandboxes.close()
