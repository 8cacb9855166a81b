"""Where the time of one walk goes, before and after it was looked at, and beside a script written by hand.

    python benchmarks/performance.py

Analyses one simulated walk of 60 s (benchmarks/walks.py) with this tree, with the tree of an older commit,
which is taken from the history, and with benchmarks/by_hand.py; all in this run, in processes of their own.
Times are those of the processor, which a busy machine changes less than the clock's; linear algebra has one
thread. The result goes to docs/performance.md.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from walks import DURATION_S, LABELS, write_walk

import emgkit

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "performance.md"
BEFORE = "a5e62e3"
"""The last commit before the work on speed."""
RUNS = 9
LEAST_SHARE = 0.01
"""Steps of the analysis that take less of it, before and now, are one row."""

# In both trees alike, so it calls nothing that the older one lacks.
_STEPS = """
import hashlib, json, signal, statistics, sys, tempfile, time
from collections import defaultdict
from pathlib import Path
import emgkit
from emgkit.io.files import write_files
from emgkit.report.files import render

path, runs = sys.argv[1], int(sys.argv[2])
cpu = time.process_time
taken, inside, last = defaultdict(list), defaultdict(float), cpu()

def timed(name, call):
    start = cpu()
    value = call()
    taken[name].append(cpu() - start)
    return value

def step(frame):
    # the outermost function that analyze calls in a room of its own
    found = "analysis.py"
    while frame:
        place = frame.f_code.co_filename.rpartition("/emgkit/")[2]
        if place != frame.f_code.co_filename and place not in CHAIN:
            found = place
        frame = frame.f_back
    return found

CHAIN = {"analysis.py", "trials.py", "trial_checks.py", "__init__.py"}

def sample(number, frame):
    global last
    now = cpu()
    inside[step(frame)] += now - last  # time since the last one: none interrupts compiled code
    last = now

def one(first):
    timed("hash", lambda: hashlib.sha256(Path(path).read_bytes()))
    rec = timed("read", lambda: emgkit.read(path, emg="TIBANT_L", side="left"))
    return timed("analyze", lambda: emgkit.analyze(rec))

start = cpu()
an = one(True)
first = cpu() - start
taken.clear()
for _ in range(runs):
    an = one(False)
for _ in range(3):
    files = timed("tables", lambda: render(an, formats=["tables", "json"]))
    timed("html", lambda: render(an, formats=["html"]))
    timed("pdf", lambda: render(an, formats=["pdf"]))
with tempfile.TemporaryDirectory() as folder:
    for _ in range(3):
        timed("write", lambda: write_files(folder, files))
rec = emgkit.read(path, emg="TIBANT_L", side="left")
rec.source.sha256
signal.signal(signal.SIGPROF, sample)
last = cpu()
signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
for _ in range(runs):
    emgkit.analyze(rec)
signal.setitimer(signal.ITIMER_PROF, 0)
print(json.dumps({
    "first": first,
    "steps": {name: statistics.median(values) for name, values in taken.items()},
    "inside": {name: seconds / runs for name, seconds in inside.items()},
}))
"""
_BY_HAND = """
import json, resource, statistics, sys, time
from pathlib import Path
from by_hand import analyse

taken = []
for _ in range(4):
    start = time.process_time()
    analyse(Path(sys.argv[1]), Path(sys.argv[2]))
    taken.append(time.process_time() - start)
print(json.dumps({"first": taken[0], "seconds": statistics.median(taken[1:]), "memory": MEMORY}))
"""
_OURS = """
import json, statistics, sys, time
import emgkit

taken = []
for _ in range(4):
    start = time.process_time()
    an = emgkit.analyze(emgkit.read(sys.argv[1], emg="TIBANT_L", side="left"))
    emgkit.write_report(an, sys.argv[2], formats=["tables"])
    taken.append(time.process_time() - start)
print(json.dumps({"first": taken[0], "seconds": statistics.median(taken[1:]), "memory": MEMORY}))
"""
_MEMORY = (
    "int(next(l for l in open('/proc/self/status') if l.startswith('VmHWM')).split()[1]) / 1024"  # kB to MB
)
_NAMES = {
    "hash": "SHA-256 of the file",
    "read": "`emgkit.read`",
    "analyze": "`emgkit.analyze`, with the hash",
    "tables": "tables and `result.json` in memory",
    "write": "these files written, each whole",
    "html": "report as HTML, in memory",
    "pdf": "report as PDF, in memory",
}


def run(code: str, *arguments: object, tree: Path = HERE.parent) -> dict[str, Any]:
    """Run code in a process of its own on a tree, and return what it prints."""
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
    # -P: or the folder of the caller would come before the tree that is asked for
    command = [sys.executable, "-P", "-c", code.replace("MEMORY", _MEMORY), *map(str, arguments)]
    where = os.pathsep.join([str(tree), str(HERE)])
    done = subprocess.run(
        command, env=os.environ | threads | {"PYTHONPATH": where}, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return dict(json.loads(done.stdout))


def older(commit: str, folder: Path) -> Path:
    """Lay the package of an older commit into a folder."""
    command = ["git", "-C", str(HERE.parent), "archive", commit, "emgkit"]
    archive = subprocess.run(command, capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return folder


def found(bursts: pd.DataFrame, truth: emgkit.Recording) -> str:
    """Say how many bursts there are, and how far the onsets of true bursts are from the nearest of them."""
    assert truth.truth is not None
    onset_s = truth.truth.onset_s[truth.truth.onset_s < DURATION_S - 1]
    off_ms = [1000 * float(np.abs(bursts["onset_s"].to_numpy() - true).min()) for true in onset_s]
    return f"{len(bursts)} | {np.median(off_ms):.0f} ms | {np.max(off_ms):.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--before", default=BEFORE, metavar="COMMIT", help="what to compare with")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        walk, ours, by_hand = (Path(folder, name) for name in ("walk.c3d", "ours", "by_hand"))
        truth = write_walk(walk, seed=1)
        trees = older(given.before, Path(folder, "before")), HERE.parent
        for tree in trees:
            run(_STEPS, walk, 1, tree=tree)  # compiles what is compiled, which is kept on disk
        old, new = (run(_STEPS, walk, RUNS, tree=tree) for tree in trees)
        pairs = {"emgkit": run(_OURS, walk, ours), "by hand": run(_BY_HAND, walk, by_hand)}
        bursts = {"emgkit": pd.read_csv(ours / "bursts.csv"), "by hand": pd.read_csv(by_hand / "bursts.csv")}
        page = _PAGE.format(
            before=given.before,
            duration=DURATION_S,
            runs=RUNS,
            switches=len(LABELS),
            steps=steps(old, new),
            inside=inside(old["inside"], new["inside"]),
            side_by_side="\n".join(
                f"| {name} | {ms(one['seconds'])} | {one['memory']:.0f} MB | {found(bursts[name], truth)} |"
                for name, one in pairs.items()
            ),
            faster=f"{pairs['by hand']['seconds'] / pairs['emgkit']['seconds']:.1f}",
            n_true=int((truth.truth.onset_s < DURATION_S).sum()),
            versions=", ".join(
                f"{name} {version(name)}" for name in ("emgkit", "numpy", "scipy", "neurokit2", "ezc3d")
            ),
        )
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def steps(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return the rows of the steps of a session, before and now."""
    rows = [(words, old["steps"][name], new["steps"][name]) for name, words in _NAMES.items()]
    rows.append(("first reading and analysis in a new process, modules loaded", old["first"], new["first"]))
    return "\n".join(f"| {words} | {ms(a)} | {ms(b)} | {a / b:.1f} |" for words, a, b in rows)


def inside(old: Mapping[str, float], new: Mapping[str, float]) -> str:
    """Return the rows of the steps of the analysis, those that took longest first."""
    names = sorted(old.keys() | new.keys(), key=lambda name: -max(old.get(name, 0), new.get(name, 0)))
    large = [
        name
        for name in names
        if old.get(name, 0) >= LEAST_SHARE * sum(old.values())
        or new.get(name, 0) >= 5 * LEAST_SHARE * sum(new.values())
    ]
    rows = [(f"`{name}`", old.get(name, 0.0), new.get(name, 0.0)) for name in large]
    rest = [sum(v for name, v in tree.items() if name not in large) for tree in (old, new)]
    rows += [("all others", *rest), ("together", sum(old.values()), sum(new.values()))]
    return "\n".join(f"| {name} | {ms(a)} | {ms(b)} |" for name, a, b in rows)


def ms(seconds: float) -> str:
    """Return seconds as milliseconds in words."""
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.01 else f"{1000 * seconds:.1f} ms"


_PAGE = """# Where the time goes

`python benchmarks/performance.py`: one simulated walk of {duration} s, one wire and {switches} foot
switches at 2000 Hz among 32 analog channels, 40 markers, C3D of 19 MB. Times are of the processor,
medians of {runs} or 3 runs in one process, after a first; both trees and the script by hand are measured
in this run. "Before" is commit {before}.

## A session, step by step

| step | before | now | times faster |
|---|---|---|---|
{steps}

The rate of a whole archive, with start-up, reading, hashing and writing, on one and two cores, and its
memory: [validation/batch.md](validation/batch.md), of 10,000 sessions
[validation/batch_large.md](validation/batch_large.md). Reading alone:
[validation/reading.md](validation/reading.md). The detector alone:
[validation/detection_speed.md](validation/detection_speed.md). What a person waits for before a command
begins: [validation/start_up.md](validation/start_up.md).

## Inside `emgkit.analyze`

Time by the file that the analysis calls first, with all that it calls, from samples of the running process,
taken every millisecond of the processor's time that the system allows, or where compiled code ends.

| file | before | now |
|---|---|---|
{inside}

## Beside a script written by hand

[`benchmarks/by_hand.py`](../benchmarks/by_hand.py) is what a laboratory writes with ezc3d and NeuroKit2:
the same C3D, the wire and the switches, filter, envelope, bursts by NeuroKit2's threshold, contacts of
any switch without bounces, on and off in percent of the cycle, magnitude of cycles and bursts, two CSV
files. emgkit reads the same and writes all its tables, with an interval on every edge, every burst looked
for again with other settings and a second detector, the checks of quality and the comparison with the
reference. The walk has {n_true} bursts; an onset is off by its distance from the nearest that was found.

| | from C3D to CSV | highest memory | bursts found | onset off, median | onset off, worst |
|---|---|---|---|---|---|
{side_by_side}

emgkit is {faster} times as fast. Most of the time by hand is NeuroKit2's `emg_activation`, which goes
through the samples one by one. Its threshold is the default, which marks noise between the bursts, too; a
laboratory would tune it, which changes the bursts and not the time. How far detectors are from the truth
over many kinds of signal: [validation/detection_protocol.md](validation/detection_protocol.md).

Versions: {versions}.
"""

if __name__ == "__main__":
    main()
