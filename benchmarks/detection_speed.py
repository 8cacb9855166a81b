"""Time and memory of the default detector against a filter of the same samples and against NeuroKit2.

    python benchmarks/detection_speed.py

writes docs/validation/detection_speed.md. Ten minutes at 2000 Hz, from raw samples to bursts with intervals.
Processor time of one process, the least of three runs; a busy machine changes it less than the clock's.
Linear algebra runs in one thread, so that processor time and time are the same.
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

# before numpy is imported, which reads them once
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from emgkit.detectors import detect
from emgkit.model import FloatArray

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation" / "detection_speed.md"
RATE_HZ = 2000.0
RUNS = 3


def simulate(duration_s: float, rate_hz: float) -> FloatArray:
    samples = np.random.default_rng(0).normal(0, 5, round(duration_s * rate_hz))
    samples[np.arange(samples.size) / rate_hz % 1.1 < 0.4] *= 8
    return samples


def seconds(function: Callable[[], object], runs: int = RUNS) -> float:
    taken = []
    for _ in range(runs):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
    return min(taken)


def _used_by_children_s() -> float:
    times = os.times()
    return times.children_user + times.children_system


def first_use() -> tuple[float, float]:
    """Return the processor time of a detection where nothing is compiled yet, and in the next process."""
    code = "import numpy as np, emgkit; emgkit.detect(np.random.default_rng(0).normal(size=10000), 2000.0)"
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
        taken = []
        for _ in range(2):
            start = _used_by_children_s()
            subprocess.run([sys.executable, "-c", code], env=environment, check=True)
            taken.append(_used_by_children_s() - start)
    return taken[0], taken[1]


def main() -> None:
    from neurokit2 import emg_process
    from scipy.signal import butter, sosfilt, sosfiltfilt

    detect(simulate(5, RATE_HZ), RATE_HZ)  # compiles
    ten = simulate(600, RATE_HZ)
    sos = butter(4, (20, 450), "bandpass", fs=RATE_HZ, output="sos")
    reference = seconds(lambda: sosfiltfilt(sos, ten))
    ours = seconds(lambda: detect(ten, RATE_HZ))
    high_pass = butter(4, 30, "highpass", fs=RATE_HZ, output="sos")
    both_ways = seconds(lambda: (sosfilt(high_pass, ten), sosfilt(high_pass, ten[::-1])))
    tenth = simulate(60, RATE_HZ)
    neurokit = 10 * seconds(lambda: emg_process(tenth, int(RATE_HZ)), 1)
    rows = []
    for minutes in (5, 10, 20):
        samples = simulate(60 * minutes, RATE_HZ)
        tracemalloc.start()
        detect(samples, RATE_HZ)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        rows.append(f"| {minutes} | {peak:.0f} |")
    hour = simulate(3600, 4000.0)
    hour_s = seconds(lambda: detect(hour, 4000.0), 1)
    first_s, again_s = first_use()
    versions = ", ".join(
        f"{p} {importlib.metadata.version(p)}" for p in ("numpy", "scipy", "numba", "neurokit2")
    )
    page = f"""# Speed of the default detector

{__doc__.split("    python")[0].strip()}
Ten minutes at 2000 Hz, from raw samples to bursts with intervals; processor time of one process, the least of
{RUNS} runs. NeuroKit2 is timed on one minute and taken tenfold, which favours it if it is not linear.

| what | seconds | times the filter |
|---|---|---|
| `scipy.signal.sosfiltfilt`, band-pass of order 4 | {reference:.3f} | 1 |
| its high-pass alone, once each way | {both_ways:.3f} | {both_ways / reference:.1f} |
| `detect`, hmm | {ours:.2f} | {ours / reference:.1f} |
| `neurokit2.emg_process` | {neurokit:.1f} | {neurokit / reference:.0f} |

NeuroKit2 takes {neurokit / ours:.0f} times as long as hmm. Wished for: at most 5 times the filter
({"reached" if ours <= 5 * reference else "not reached"}), and at least 100 times as fast as NeuroKit2
({"reached" if 100 * ours <= neurokit else "not reached"}).

Two filters, the whitening of both and the power of their blocks come before the chain, and the chain goes
through every block twice, with twelve states.
One hour at 4000 Hz takes {hour_s:.1f} s.

| minutes at 2000 Hz | largest memory beside the samples, MiB |
|---|---|
{chr(10).join(rows)}

The recurrence is compiled when it is first used (numba), and kept on disk: {first_s:.1f} s once after the
installation, {again_s:.1f} s in each later process, both of processor time, with all imports and a detection
of five seconds.

Versions: {versions}.
"""
    print(page)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
