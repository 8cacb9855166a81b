"""What a person waits for before a command begins.

    python benchmarks/start_up.py

Each in a process of its own, its files in the cache; seconds of the processor, medians. The result goes to
docs/validation/start_up.md.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "start_up.md"
RUNS = 11
MOST_HELP_S, MOST_IMPORT = 0.35, 1.3
WALK = "sample_data/tibialis_anterior_walking/walk_1.c3d"
_COMMAND = "import sys; sys.argv[0] = 'emgkit'; from emgkit.cli import main; main()"
_MEASURED = {
    "`import numpy`": ("import numpy",),
    "`import emgkit`": ("import emgkit",),
    "`import pandas`": ("import pandas",),
    "`emgkit --help`": (_COMMAND, "--help"),
    "`emgkit analyze --help`": (_COMMAND, "analyze", "--help"),
    "`emgkit inspect` of a walk of 14 s": (_COMMAND, "inspect", WALK),
    "`import emgkit.analysis`, as every analysis does": ("import emgkit.analysis",),
    "`import emgkit.batch.collect`": ("import emgkit.batch.collect",),
}


def seconds(arguments: tuple[str, ...]) -> float:
    """Return the processor time of a Python process, the median."""
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
    taken = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-c", *arguments]
        subprocess.run(command, cwd=ROOT, env=os.environ | threads, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken)


def main() -> None:
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    found = {name: seconds(arguments) for name, arguments in _MEASURED.items()}
    ratio = found["`import emgkit`"] / found["`import numpy`"]
    kept = ratio <= MOST_IMPORT and found["`emgkit --help`"] <= MOST_HELP_S
    page = _PAGE.format(
        runs=RUNS,
        rows="\n".join(f"| {name} | {taken:.2f} s |" for name, taken in found.items()),
        ratio=f"{ratio:.2f}",
        most_import=MOST_IMPORT,
        most_help=MOST_HELP_S,
        kept="Both are kept." if kept else "Not both are kept.",
        versions=", ".join(f"{name} {version(name)}" for name in ("emgkit", "numpy", "pandas", "typer")),
    )
    PAGE.write_text(page, encoding="utf-8")
    print(page)


_PAGE = """# Start-up

`python benchmarks/start_up.py`: processor time of a fresh process, from Python's start to its end, files
in the cache, medians of {runs}.

| | time |
|---|---|
{rows}

Promised: `emgkit --help` within {most_help:g} s, and `import emgkit` within {most_import:g} times `import
numpy`; it takes {ratio} times. {kept}

Parts load when they are used: a test names, for each command, what must not be loaded. What is left of
`inspect` is pandas, for its tables, and scipy's image filters, which decode the foot switches; of an
analysis, also scipy's signal processing and numba, by which the detector is compiled.

Versions: {versions}.
"""

if __name__ == "__main__":
    main()
