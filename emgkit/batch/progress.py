"""How far a batch is: a bar where somebody looks, else a plain line every so often."""

from __future__ import annotations

import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from emgkit.batch.state import Outcome

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

LINE_EVERY_S = 30.0
_WINDOW_S = 300.0


class Pace:
    """Counts what is finished, and how fast.

    Parameters
    ----------
    clock : callable
        Returns seconds.

    Notes
    -----
    The rate is that of the last five minutes, over the sessions that were worked on: those that were up to
    date take no time to speak of and come at once.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._ends: deque[float] = deque()
        self.total = self.n_finished = self.n_failed = 0

    def __call__(self, outcome: Outcome | None, total: int) -> None:
        """Count one more session; None before the first."""
        self.total = total
        if outcome is None:
            self._began = self._clock()
            return
        self.n_finished += 1
        self.n_failed += outcome.failed
        if outcome.status != "up_to_date":
            self._ends.append(self._clock())

    def per_minute(self) -> float | None:
        """Return sessions a minute, None if none is finished."""
        now = self._clock()
        while self._ends and self._ends[0] < now - _WINDOW_S:
            self._ends.popleft()
        span_s = now - max(self._began, now - _WINDOW_S)
        return 60 * len(self._ends) / span_s if self._ends and span_s > 0 else None

    def words(self) -> str:
        """Return rate, time left and failures."""
        rate = self.per_minute()
        words = ["rate not known yet"]
        if rate is not None:
            left_s = round(60 * (self.total - self.n_finished) / rate)
            words = [f"{rate:.3g} a minute", f"{left_s // 3600}:{left_s // 60 % 60:02}:{left_s % 60:02} left"]
        return ", ".join([*words, f"{self.n_failed} failed"])

    def line(self) -> str:
        """Return all of it as one line."""
        return f"{self.n_finished} of {self.total} sessions, {self.words()}"


class Shown:
    """Shows how far a batch is on standard error; a context, and the `progress` of `run_batch`."""

    def __init__(self) -> None:
        self.pace = Pace()
        self._over = threading.Event()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Shown:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            self._bar = Progress(
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.description}", markup=False),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
            self._task = self._bar.add_task("looking for sessions", total=None)
        else:
            threading.Thread(target=self._lines, daemon=True).start()
        return self

    def __call__(self, outcome: Outcome | None, total: int) -> None:
        """Count one more session; None before the first."""
        self.pace(outcome, total)
        if self._bar is not None and self._task is not None:
            self._bar.update(
                self._task, total=total, completed=self.pace.n_finished, description=self.pace.words()
            )

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        if self._bar is not None:
            self._bar.stop()

    def _lines(self) -> None:
        while not self._over.wait(LINE_EVERY_S):
            if self.pace.total:
                print(f"emgkit: {self.pace.line()}", file=sys.stderr, flush=True)
