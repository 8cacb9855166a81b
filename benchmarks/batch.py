"""How fast an archive of sessions is analysed, in how much memory, and whether time grows with it.

    python benchmarks/batch.py             200 sessions, some 4 GB in a passing folder; 5 minutes
    python benchmarks/batch.py --large     nothing but growth, up to 10,000 sessions; half an hour

Writes simulated sessions as a gait laboratory has them (one walk of 60 s, 2000 Hz, 32 analog channels, 40
markers, C3D), runs `emgkit batch` on them as a user does, and measures its parts alone in this run. The page
is docs/validation/batch.md, or batch_large.md.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from threading import Event, Thread

from walks import LABELS, write_walk

PAGES = Path(__file__).resolve().parent.parent / "docs" / "validation"
DISTINCT = 8
"""Walks that are simulated; the others are copies of them with one sample of another channel changed."""
FEW, MANY, HUGE = 20, 200, 10_000
LEAST_SPEED_UP, MOST_TO_PARTS, LEAST_A_SECOND, LEAST_REPORTS_A_SECOND = 1.8, 2.0, 10.0, 0.8
MOST_MEMORY_MB, MOST_NONLINEAR = 400.0, 1.1

MANIFEST = """[session]
id = "{id}"
date = 2025-03-04
[electrode]
muscle = "tibialis_anterior"
side = "left"
[channels]
emg = "TIBANT_L"
switches = {{ {switches} }}
[trials]
walk = ["walk.c3d"]
"""

SWITCHES = ", ".join(f'{site} = "{label}"' for site, label in LABELS.items())

_PARTS = """
import hashlib, json, sys, time
import emgkit

def parts(path):
    start = time.process_time()
    hashlib.sha256(open(path, "rb").read()).hexdigest()
    hashed = time.process_time()
    rec = emgkit.read(path, emg="TIBANT_L", side="left")
    read = time.process_time()
    emgkit.analyze(rec)
    return hashed - start, read - hashed, time.process_time() - read

for path in sys.argv[1:3]:
    parts(path)
print(json.dumps([parts(path) for path in sys.argv[1:]]))
"""


@dataclass(frozen=True)
class Run:
    """One call of `emgkit batch`."""

    seconds: float
    cpu_s: float
    """Of all its processes together."""
    memory_mb: float
    """The most that one of its processes held."""


def sessions(folder: Path, n: int) -> Path:
    """Add sessions to a folder until it holds `n`; beyond the 200th, files are links to the first."""
    for i in range(n):
        place = folder / f"{i // 100:03}" / f"S{i:05}"
        if place.exists():
            continue
        place.mkdir(parents=True)
        (place / "session.toml").write_text(MANIFEST.format(id=place.name, switches=SWITCHES))
        if i < DISTINCT:
            write_walk(place / "walk.c3d", seed=i)
        elif i < MANY:
            shutil.copyfile(folder / "000" / f"S{i % DISTINCT:05}" / "walk.c3d", place / "walk.c3d")
            change_last_sample(place / "walk.c3d", i)
        else:
            os.link(folder / f"{i % MANY // 100:03}" / f"S{i % MANY:05}" / "walk.c3d", place / "walk.c3d")
    return folder


def change_last_sample(path: Path, number: int) -> None:
    """Change the last sample of the last channel, so that the file has a SHA-256 of its own."""
    with path.open("r+b") as stream:
        header = stream.read(24)
        first, last = (int.from_bytes(header[at : at + 2], "little") for at in (6, 8))
        n_markers, per_frame = (int.from_bytes(header[at : at + 2], "little") for at in (2, 4))
        start = (int.from_bytes(header[16:18], "little") - 1) * 512
        end = start + 4 * (last - first + 1) * (4 * n_markers + per_frame)
        stream.seek(end - 4)
        stream.write(number.to_bytes(4, "little"))  # a denormal number: next to nothing


@contextlib.contextmanager
def first(root: Path, n: int) -> Iterator[Path]:
    """Make a folder with links to the first `n` sessions."""
    with tempfile.TemporaryDirectory(dir=root.parent) as folder:
        for place in sorted(path.parent for path in root.glob("*/*/session.toml"))[:n]:
            shutil.copytree(place, Path(folder, place.name), copy_function=os.link)
        yield Path(folder)


def batch(root: Path, n: int, *, jobs: int, formats: str = "tables") -> Run:
    """Run `emgkit batch` on the first `n` sessions, from nothing."""
    with first(root, n) as source, tempfile.TemporaryDirectory(dir=root.parent) as out:
        command = [sys.executable, "-c", "from emgkit.cli import main; main()", "batch", str(source)]
        command += ["--out", out, "--jobs", str(jobs), "--formats", formats]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        with (
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run,
            highest_memory(run.pid) as memory,
        ):
            _, said = run.communicate()
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        done = len(list(Path(out).glob("*/result.json")))
        if run.returncode or done != n:
            raise SystemExit(f"the batch did {done} of {n} sessions:\n{said[-2000:]}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, cpu_s, max(memory.values()) / 1024)


@contextlib.contextmanager
def highest_memory(pid: int) -> Iterator[dict[int, int]]:
    """Watch a process and all below it; give the highest memory that each has had, in kB."""
    found: dict[int, int] = {pid: 0}
    ended = Event()

    def watch() -> None:
        while not ended.wait(0.2):
            for one in below(pid):
                with contextlib.suppress(OSError, StopIteration):
                    lines = Path(f"/proc/{one}/status").read_text().splitlines()
                    found[one] = int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

    thread = Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def below(pid: int) -> list[int]:
    """Return a process and all that it has started, and they."""
    found = [pid]
    for one in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def a_session(few: Run, many: Run, more: int) -> tuple[float, float]:
    """Return seconds, and seconds of processor, a session after start-up: what `more` sessions cost more."""
    return (many.seconds - few.seconds) / more, (many.cpu_s - few.cpu_s) / more


def parts_alone(root: Path) -> list[float]:
    """Return seconds of processor of hashing, reading and analysing, medians over the distinct walks."""
    paths = [str(path) for path in sorted(root.glob("000/*/walk.c3d"))[:DISTINCT]]
    pinned = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
    done = subprocess.run(
        [sys.executable, "-c", _PARTS, *paths],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | pinned,
    )
    rows = json.loads(done.stdout)
    return [sorted(column)[len(column) // 2] for column in zip(*rows, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true", help="only how time grows, up to 10,000 sessions")
    parser.add_argument(
        "--folder", type=Path, help="where the passing folder lies; else where the system has its"
    )
    parser.add_argument("--try", action="store_true", dest="trial", help="a few sessions; writes no page")
    given = parser.parse_args()
    few, many, huge = (2, 6, 10) if given.trial else (FEW, MANY, HUGE)
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        root = Path(folder, "archive")
        page = grown(root, few, many, huge) if given.large else measured(sessions(root, many), few, many)
    if not given.trial:
        (PAGES / ("batch_large.md" if given.large else "batch.md")).write_text(page, encoding="utf-8")
    print(page)


def grown(root: Path, few: int, many: int, huge: int) -> str:
    """Measure how time and memory grow with the archive, and return the page."""
    batch(sessions(root, many), few, jobs=1)  # compiled functions are kept on disk from now on
    runs = {n: batch(sessions(root, n), n, jobs=2) for n in (few, many, huge // 10, huge)}
    _, early_s = a_session(runs[few], runs[many], many - few)
    _, late_s = a_session(runs[huge // 10], runs[huge], huge - huge // 10)
    name = f"processor time a session beyond {huge // 10}, times that up to {many}"
    return _LARGE_PAGE.format(
        promises="\n".join(
            (
                at_most(name, late_s / early_s, MOST_NONLINEAR),
                at_most("MB of a process", largest(list(runs.values())), MOST_MEMORY_MB),
            )
        ),
        sizes="\n".join(size_row(n, run) for n, run in runs.items()),
        copies=MANY,
        **machine(),
    )


def measured(root: Path, few: int, many: int) -> str:
    """Measure everything but a large archive, and return the page."""
    batch(root, few, jobs=1)  # compiled functions are kept on disk from now on
    parts = parts_alone(root)
    one = [batch(root, n, jobs=1) for n in (few, many)]
    two = [batch(root, n, jobs=2) for n in (few, many)]
    n_reports = few, few + 3 * few // 2
    reports = [batch(root, n, jobs=1, formats="tables,json,html,pdf") for n in n_reports]
    wall_s, cpu_s = a_session(*one, many - few)
    wall_two_s, _ = a_session(*two, many - few)
    report_s, _ = a_session(*reports, n_reports[1] - n_reports[0])
    rows = [
        at_least("two cores, times the rate of one", wall_s / wall_two_s, LEAST_SPEED_UP),
        at_most("processor time, times the sum of the parts", cpu_s / sum(parts), MOST_TO_PARTS),
        at_least("tables only, sessions a second and core", 1 / wall_s, LEAST_A_SECOND),
        at_least("with HTML and PDF, sessions a second and core", 1 / report_s, LEAST_REPORTS_A_SECOND),
        at_most("tables only, MB of a process", largest(one + two), MOST_MEMORY_MB),
        at_most("with HTML and PDF, MB of a process", largest(reports), MOST_MEMORY_MB),
    ]
    times_ms = [1000 * seconds for seconds in (*parts, sum(parts), cpu_s, wall_s)]
    return _PAGE.format(
        many=many,
        distinct=DISTINCT,
        few=few,
        reported="{} and {}".format(*n_reports),
        promises="\n".join(rows),
        parts=row(*(f"{ms:.0f} ms" for ms in times_ms)),
        sizes="\n".join(map(size_row, (few, many), two)),
        **machine(),
    )


def machine() -> dict[str, str]:
    """Return what a page says of where it was measured."""
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "load": f"{os.getloadavg()[0]:.1f}",
        "versions": ", ".join(f"{name} {version(name)}" for name in ("emgkit", "numpy", "scipy", "numba")),
    }


def size_row(n: int, run: Run) -> str:
    """Return a row of the table of sizes."""
    rate = f"{n / run.seconds:.1f}"
    return row(n, f"{run.seconds:.1f} s", f"{run.cpu_s:.1f} s", rate, f"{run.memory_mb:.0f} MB")


def largest(runs: list[Run]) -> float:
    """Return the most memory of a process, in MB."""
    return max(run.memory_mb for run in runs)


def at_least(name: str, found: float, limit: float) -> str:
    """Return a row of the table of promises."""
    return row(name, f"{found:.3g}", f"at least {limit:g}", "yes" if found >= limit else "no")


def at_most(name: str, found: float, limit: float) -> str:
    """Return a row of the table of promises."""
    return row(name, f"{found:.3g}", f"at most {limit:g}", "yes" if found <= limit else "no")


def row(*cells: object) -> str:
    """Return a row of a table."""
    return f"| {' | '.join(map(str, cells))} |"


_PAGE = """# Batch

`python benchmarks/batch.py`: {many} sessions of one walk each: 60 s, one wire and four foot switches at
2000 Hz among 32 analog channels, 40 markers, C3D of 19 MB. {distinct} walks are simulated; the others are
copies with one sample of another channel changed. `emgkit batch` runs on them from nothing, as a user runs
it, files warm in the cache. Times a session are those of the run with {many} sessions less those of the run
with {few}, so start-up is not in them; with HTML and PDF, {reported} sessions.

| | found | promised | kept |
|---|---|---|---|
{promises}

Where the time of a session goes, tables only: the parts alone, each warm and in one process, medians over the
distinct walks, in time of the processor; and a session of the batch. A batch hashes every file, reads and
analyses it, renders and writes the tables and `result.json`, and gathers the tables over all sessions.

| hashing | `emgkit.read` | `emgkit.analyze` | sum | session of the batch | the same by the clock |
|---|---|---|---|---|---|
{parts}

Two processes, tables only, start-up included:

| sessions | by the clock | processor | a second | largest process |
|---|---|---|---|---|
{sizes}

An archive of 10,000 sessions has [a page of its own](batch_large.md). Memory is the highest that any one
process held.

Processors: {cores}; load at the end {load}. Where others use the machine, times by the clock are too long.
Versions: {versions}.
"""

_LARGE_PAGE = """# Batch of a large archive

`python benchmarks/batch.py --large`: the sessions of [the other page](batch.md), tables only, two processes,
start-up included; beyond {copies} sessions, links to the same files stand for copies, which would not fit on
a small disk. Each run begins from nothing, and ends with the tables over all its sessions.

| | found | promised | kept |
|---|---|---|---|
{promises}

| sessions | by the clock | processor | a second | largest process |
|---|---|---|---|---|
{sizes}

Memory is the highest that any one process held.

Processors: {cores}; load at the end {load}. Where others use the machine, times by the clock are too long.
Versions: {versions}.
"""

if __name__ == "__main__":
    main()
