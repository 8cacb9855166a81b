"""The process in which sessions are done, one after the other.

It reads a task a line from standard input and answers on standard output with two lines for each: that it has
begun, and what became of it. Whatever else is printed on the way goes to standard error. It ends, wherever it
is, when the process that started it does.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import signal
import threading
from dataclasses import asdict
from typing import TextIO

from emgkit.batch import lighter

IDLE_S = 60.0
"""Without a task for so long it ends by itself: a worker of a cluster outlives many batches."""

BEGUN = {"begun": True}

_DRAWN = frozenset({"html", "pdf"})
"""Formats with figures, of which much memory is left over."""


def main() -> None:
    """Do the tasks of standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the process that started this one
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    tasks = os.fdopen(os.dup(0), "r", encoding="utf-8")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)

    given: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(tasks, given), daemon=True).start()

    lighter.leave_out()
    from emgkit.batch.one import Task, do
    from emgkit.report.memory import give_back

    while True:
        try:
            line = given.get(timeout=IDLE_S)
        except queue.Empty:
            break
        _say(answers, BEGUN)
        task = Task.from_dict(json.loads(line))
        outcome = do(task)
        _say(answers, asdict(outcome))
        if outcome.kind == "memory":
            break  # what is left of this process is not to be relied on
        if not _DRAWN.isdisjoint(task.formats):  # the next session would only ask for it again
            give_back()
        if not gc.get_freeze_count():
            # what the first session has loaded stays, so the collector need not look through it ever again
            gc.collect()
            gc.freeze()
    answers.flush()
    os._exit(0)  # the thread that reads may not be waited for


def _read(tasks: TextIO, given: queue.SimpleQueue[str]) -> None:
    for line in tasks:
        given.put(line)
    os._exit(1)  # nobody is left who would hear the answer


def _say(answers: TextIO, what: object) -> None:
    answers.write(json.dumps(what) + "\n")
    answers.flush()
