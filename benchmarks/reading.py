"""How fast, and in how much memory, one wire and its foot switches are read from a C3D file.

    python benchmarks/reading.py

Writes two files as a gait laboratory has them (60 s and 600 s, 32 analog channels at 2000 Hz, 40 markers),
reads them with `emgkit.read` and with `ezc3d.c3d`, and reads their bytes, all in this run; each in a process
of its own, files warm in the cache. The result goes to docs/validation/reading.md.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import numpy as np

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation" / "reading.md"
DURATIONS_S = (60, 600)
RATE_HZ, FRAME_RATE_HZ, CHANNELS, MARKERS = 2000, 100, 32, 40
SWITCHES = ("FSW_HEEL", "FSW_5MT", "FSW_1MT", "FSW_TOE")
REPEATS = 9
LEAST_FASTER, MOST_TO_BYTES, MOST_MEMORY = 15.0, 2.5, 3.0

_MEASURE = """
import json, sys, time
from pathlib import Path

def status(key):
    line = next(l for l in open("/proc/self/status") if l.startswith(key))
    return int(line.split()[1]) * 1024

def measure(call, warm_up):
    warm_up()                                  # what is imported late is imported now
    open("/proc/self/clear_refs", "w").write("5")  # forget the highest memory so far
    before = status("VmRSS")
    call()
    memory = status("VmHWM") - before
    times = []
    for _ in range(int(sys.argv[4])):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    print(json.dumps({"seconds": min(times), "memory": memory}))

what, path, small = sys.argv[1], sys.argv[2], sys.argv[3]
if what == "bytes":
    measure(lambda: Path(path).read_bytes(), lambda: Path(small).read_bytes())
elif what == "ezc3d":
    import ezc3d
    measure(lambda: ezc3d.c3d(path), lambda: ezc3d.c3d(small))
elif what == "hash":
    import emgkit.io
    measure(lambda: emgkit.io.open_file(path).fingerprint(), lambda: emgkit.io.open_file(small).fingerprint())
else:
    import emgkit
    none = {"switches": {}} if what == "wire" else {}
    measure(lambda: emgkit.read(path, **none), lambda: emgkit.read(small, **none))
"""


def write(path: Path, duration_s: float) -> None:
    """Write a walk with 40 markers, one wire, four foot switches and 27 other channels, by ezc3d."""
    import ezc3d

    rng = np.random.default_rng(1)
    frames, samples = int(duration_s * FRAME_RATE_HZ), int(duration_s * RATE_HZ)
    other = [f"Force.Fz{i}" for i in range(CHANNELS - 1 - len(SWITCHES))]
    c3d = ezc3d.c3d()
    c3d["parameters"]["POINT"]["RATE"]["value"] = [float(FRAME_RATE_HZ)]
    c3d["parameters"]["POINT"]["LABELS"]["value"] = [f"M{i}" for i in range(MARKERS)]
    c3d["parameters"]["ANALOG"]["RATE"]["value"] = [float(RATE_HZ)]
    c3d["parameters"]["ANALOG"]["LABELS"]["value"] = ["TIBPOST_L", *SWITCHES, *other]
    c3d["parameters"]["ANALOG"]["UNITS"]["value"] = ["V"] * (1 + len(SWITCHES)) + ["N"] * len(other)
    c3d["data"]["points"] = rng.standard_normal((4, MARKERS, frames))
    c3d["data"]["analogs"] = rng.standard_normal((1, CHANNELS, samples))
    c3d.write(str(path))


def measured(what: str, path: Path, small: Path) -> dict[str, float]:
    """Run one reading in a process of its own: seconds (the best), and bytes above what stood before."""
    command = [sys.executable, "-c", _MEASURE, what, str(path), str(small), str(REPEATS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def main() -> None:
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    rows, promises = [], []
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "small.c3d"
        write(small, 2)
        for duration_s in DURATIONS_S:
            path = Path(folder) / f"walk_{duration_s}.c3d"
            write(path, duration_s)
            megabytes = path.stat().st_size / 1e6
            found = {what: measured(what, path, small) for what in ("bytes", "ezc3d", "wire", "all", "hash")}
            path.unlink()
            for what, n_channels in (("wire", 1), ("all", 1 + len(SWITCHES))):
                asked = n_channels * duration_s * RATE_HZ * 8
                ours = found[what]
                faster = found["ezc3d"]["seconds"] / ours["seconds"]
                to_bytes = ours["seconds"] / found["bytes"]["seconds"]
                memory = ours["memory"] / asked
                promises.append(
                    faster >= LEAST_FASTER and to_bytes <= MOST_TO_BYTES and memory <= MOST_MEMORY
                )
                cells = (
                    f"{duration_s} s, {megabytes:.0f} MB",
                    n_channels,
                    *(f"{1000 * found[k]['seconds']:.0f} ms" for k in (what, "bytes", "ezc3d")),
                    f"{faster:.0f}",
                    f"{to_bytes:.2f}",
                    *(f"{found[k]['memory'] / 1e6:.1f} MB" for k in (what, "ezc3d")),
                    f"{memory:.2f}",
                    f"{1000 * found['hash']['seconds']:.0f} ms",
                )
                rows.append(f"| {' | '.join(map(str, cells))} |")
    page = _PAGE.format(
        head=f"| {' | '.join(_HEAD)} |\n|{'---|' * len(_HEAD)}",
        rows="\n".join(rows),
        kept="All are kept." if all(promises) else "Not all are kept.",
        versions=f"emgkit {version('emgkit')}, ezc3d {version('ezc3d')}, numpy {np.__version__}",
        repeats=REPEATS, faster=LEAST_FASTER, to_bytes=MOST_TO_BYTES, memory=MOST_MEMORY,
    )  # fmt: skip
    PAGE.write_text(page, encoding="utf-8")
    print(page)


_HEAD = (
    "file",
    "channels",
    "`emgkit.read`",
    "bytes of the file",
    "`ezc3d.c3d`",
    "times faster than ezc3d",
    "times the bytes",
    "memory",
    "memory of ezc3d",
    "times the channels",
    "SHA-256",
)
_PAGE = """# Reading a C3D file

`python benchmarks/reading.py`: files as a gait laboratory has them, 32 analog channels at 2000 Hz and 40
markers as real numbers, written by ezc3d; one wire with no or with four foot switches is read. The best of
{repeats} readings, each kind in a process of its own, files warm in the cache. Memory is the highest of the
process while reading, less what it had before with all modules loaded; times the channels: as a multiple of
what is asked for, 8 bytes a sample.

{head}
{rows}

Promised: at least {faster:g} times faster than ezc3d, at most {to_bytes:g} times the bytes, memory at most
{memory:g} times the channels. {kept}

`emgkit.read` does not take the SHA-256 of the file; `Source.sha256` does when it is asked for, and
`emgkit.analyze` asks. Its time stands in the last column. ezc3d reads all channels and markers, which is what
it is for.

Versions: {versions}.
"""

if __name__ == "__main__":
    main()
