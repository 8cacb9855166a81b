"""A process in which sessions are done, and the one that survives whatever happens in it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from typing import Any

from emgkit.batch.one import Task
from emgkit.batch.state import Outcome

START_LIMIT_S = 300.0
"""For the imports of a process on a cold disk; no session's time runs meanwhile."""

_LAST_WORDS_S = 10.0
"""From the end of its output to its own."""

_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
_KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(2**25), "MALLOC_TRIM_THRESHOLD_": str(2**27)}
"""The C library of Linux would fetch each array of a minute anew, page for page, and give it back at once."""
_ENVIRONMENT = dict.fromkeys(_ONE_THREAD, "1") | _KEPT_MEMORY | {"MPLBACKEND": "agg"}
_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from emgkit.batch.worker import main; main()"
)


class Sandbox:
    """Does one session at a time in a process of its own, which it renews when it has ended.

    A process that dies or exceeds the limit costs the session that it was doing, and is replaced for the
    next. It is not one of a pool that breaks as a whole, so which session it was is never in doubt.

    Parameters
    ----------
    limit_s : float
        Seconds that a session may take.
    """

    def __init__(self, limit_s: float) -> None:
        self.limit_s = limit_s
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self._busy = threading.Lock()
        self._closed = False

    def __call__(self, task: Task) -> Outcome:
        """Return what became of a session; of one whose process ended, that it failed."""
        with self._busy:
            return self._outcome(task)

    def _outcome(self, task: Task) -> Outcome:
        why = ""
        for _ in range(2):  # an idle process may end by itself just when it is given a task
            process = self._running()
            if process is None:
                break
            if self._begins(process, task):
                return self._ends(process, task)
            _end(process)
            why = f" It {_how_ended(process)}."
        return task.failed("crash", f"The process that should do the session did not start.{why}")

    def close(self) -> None:
        """End the process, whatever it is doing."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                _end(self._process)
        with self._busy:  # it hears of the end first
            self._forget()

    def _running(self) -> subprocess.Popen[str] | None:
        """Return the process, a new one if it has ended; None if this is closed."""
        with self._lock:
            if self._closed:
                return None
            if self._process is None or self._process.poll() is not None:
                self._forget()
                self._process = _started()
            return self._process

    def _begins(self, process: subprocess.Popen[str], task: Task) -> bool:
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(task.to_dict()) + "\n")
            process.stdin.flush()
        except OSError:
            return False
        return self._answer(process, START_LIMIT_S)[0] is not None

    def _ends(self, process: subprocess.Popen[str], task: Task) -> Outcome:
        answer, too_long = self._answer(process, self.limit_s)
        if answer is not None:
            return Outcome(**{**answer, "formats": tuple(answer["formats"])})
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_LAST_WORDS_S)  # how it ends by itself is the reason, not how it is ended here
        _end(process)
        if too_long:
            return task.failed("time_limit", f"The time limit of {self.limit_s:g} s was exceeded.")
        return task.failed("crash", f"The process that did the session {_how_ended(process)}.")

    def _answer(self, process: subprocess.Popen[str], limit_s: float) -> tuple[dict[str, Any] | None, bool]:
        """Return a line that the process says, None if it ended first, and whether the limit ended it."""
        assert process.stdout is not None
        too_long = threading.Event()

        def end() -> None:
            too_long.set()
            _kill(process)

        timer = threading.Timer(limit_s, end)
        timer.daemon = True
        timer.start()
        line = process.stdout.readline()
        timer.cancel()
        # an end without a new line is the beginning of what a dying process was saying
        return (json.loads(line), False) if line.endswith("\n") else (None, too_long.is_set())

    def _forget(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdout.close()
            with contextlib.suppress(OSError):  # what was still to be said to a dead process
                self._process.stdin.close()
            self._process = None


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, json.dumps(sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=os.environ | _ENVIRONMENT,
        start_new_session=True,  # an interrupt from the terminal is for the process that waits
    )


def _kill(process: subprocess.Popen[str]) -> None:
    """End a process with all that it started, which would keep its output open."""
    if sys.platform != "win32" and process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _end(process: subprocess.Popen[str]) -> None:
    _kill(process)
    process.wait()


def _how_ended(process: subprocess.Popen[str]) -> str:
    code = process.returncode
    if code >= 0:
        return f"ended with exit code {code}"
    name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
    usual = {"SIGKILL": ", as the system does when memory runs out", "SIGSEGV": ", a crash in native code"}
    return f"was ended by {name}{usual.get(name, '')}"


class Sandboxes:
    """A sandbox for each thread that asks.

    Parameters
    ----------
    limit_s : float
        Seconds that a session may take.
    """

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._own = threading.local()
        self._all: list[Sandbox] = []
        self._lock = threading.Lock()
        self._closed = False

    def __call__(self, task: Task) -> Outcome:
        """Return what became of a session, done in the sandbox of this thread."""
        sandbox: Sandbox | None = getattr(self._own, "sandbox", None)
        if sandbox is None:
            with self._lock:
                sandbox = self._own.sandbox = Sandbox(self._limit_s)
                self._all.append(sandbox)
                if self._closed:
                    sandbox.close()
        return sandbox(task)

    def close(self) -> None:
        """End all of them; a thread that asks afterwards gets one that does nothing."""
        with self._lock:
            self._closed = True
            for sandbox in self._all:
                sandbox.close()
