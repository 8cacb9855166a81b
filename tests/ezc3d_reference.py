"""C3D files as ezc3d reads them, in a process of its own: a damaged file can end it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_SCRIPT = """
import resource, signal, sys, numpy as np, ezc3d
folder, begin, *paths = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_AS, (2**32, 2**32))
for i, path in enumerate(paths[int(begin):], int(begin)):
    print(f"begin {i}", flush=True)
    signal.setitimer(signal.ITIMER_PROF, 5)  # ends the process, whatever the library is doing
    try:
        c3d = ezc3d.c3d(path)
        np.savez(
            f"{folder}/{i}.npz",
            samples=c3d["data"]["analogs"][0],
            labels=np.array(c3d["parameters"]["ANALOG"]["LABELS"]["value"], dtype=str),
            rate_hz=np.array(c3d["parameters"]["ANALOG"]["RATE"]["value"], dtype=float),
        )
    except Exception as error:
        print(f"raises {i} {type(error).__name__}", flush=True)
"""


@dataclass(frozen=True)
class Reference:
    """What ezc3d makes of a file; `fate` is "read", "raises", "dies" or "hangs"."""

    fate: str
    samples: np.ndarray | None = None
    """Shape (channels, samples)."""
    labels: tuple[str, ...] = ()
    rate_hz: float = float("nan")


def ezc3d_reads(paths: Sequence[Path], folder: Path) -> list[Reference]:
    """Read every file with ezc3d; when one ends its process, another goes on behind it."""
    fates = ["read"] * len(paths)
    begin = 0
    while begin < len(paths):
        arguments = [str(folder), str(begin), *map(str, paths)]
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        lines = [line.split() for line in done.stdout.splitlines() if line[:6] in ("begin ", "raises")]
        for line in lines:
            if line[0] == "raises":
                fates[int(line[1])] = "raises"
        if done.returncode == 0:
            break
        last = max((int(line[1]) for line in lines if line[0] == "begin"), default=begin)
        fates[last] = "hangs" if done.returncode == -signal.SIGPROF else "dies"
        begin = last + 1
    return [_load(fate, folder / f"{i}.npz") for i, fate in enumerate(fates)]


def _load(fate: str, path: Path) -> Reference:
    if fate != "read":
        return Reference(fate)
    with np.load(path) as held:
        rate = held["rate_hz"]
        return Reference(
            fate, held["samples"], tuple(held["labels"]), float(rate[0]) if rate.size else float("nan")
        )
