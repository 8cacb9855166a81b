"""Measure the interference pattern of a healthy and of a myopathic muscle, and the turns that noise makes.

    python benchmarks/interference_pattern.py [--data ../shared/data]

writes docs/validation/interference_pattern.md. The recordings are not part of the project.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

import emgkit
from emgkit.measures.turns import turns

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "interference_pattern.md"
STATED = {
    "turns": "more",
    "amplitude_per_turn": "lower at equal force",
    "turns_amplitude_ratio": "higher",
    "small_segments": "more",
    "activity": "more for the same amplitude",
    "upper_centile_amplitude": "lower at equal force",
    "spikes": "more",
    "mean_frequency": "higher",
    "median_frequency": "higher",
}
ABOUT = """\
Two recordings of tibialis anterior by concentric needle at 4 kHz, gentle contraction, one healthy, one of a
patient with myopathy (PhysioNet, *Examples of Electromyograms*), by `emgkit.interference_pattern` with its
defaults: mean and standard deviation over epochs of 1 s. *Every second sample*: the same after
halving the rate with an anti-aliasing filter.

**Not tested**: walking, fine wires, other muscles, efforts that were measured, more than one recording of a
kind. Force was not controlled, so the amplitudes need not differ as stated at equal force, and they do not;
the ratio of turns to amplitude was proposed for that case. Nearly all segments are below 2 mV at this effort,
so `small_segments` says no more than `turns`. One recording of each kind shows a direction, not a separation:
no limits follow from it."""
NOISE = """\
Turns per second that Gaussian white noise makes by itself, threshold 100 uV, 60 s. Nothing is stated where
the noise is above 12.5 uV, an eighth of the threshold."""


def needle(folder: Path, name: str) -> tuple[np.ndarray, float]:
    """Return samples in microvolts and the rate of a record in format 16."""
    head = (folder / f"{name}.hea").read_text(encoding="ascii").splitlines()
    file, _, gain = head[1].split()[:3]
    counts = np.fromfile(folder / file, dtype="<i2")
    return counts / float(gain.split("/")[0]) * 1000, float(head[0].split()[2])


def cell(row) -> str:
    return f"{row['value']:.0f} ± {row['sd']:.0f}"


def main() -> None:
    from scipy import signal

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    folder = parser.parse_args().data / "intramuscular"
    columns, n_epochs = [], []
    for name in ("emg_healthy", "emg_myopathy"):
        samples, rate_hz = needle(folder, name)
        for x, hz in ((samples, rate_hz), (signal.decimate(samples, 2, ftype="fir"), rate_hz / 2)):
            columns.append(emgkit.interference_pattern(x, hz).set_index("measure"))
        n_epochs.append(int(columns[-1]["n_epochs"].max()))
    head = ["measure", "unit", f"healthy ({n_epochs[0]} epochs)", "every second sample"]
    head += [f"myopathy ({n_epochs[1]} epochs)", "every second sample", "stated of myopathy", "here"]
    lines = ["# Interference pattern", "", ABOUT, "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for measure, stated in STATED.items():
        rows = [table.loc[measure] for table in columns]
        more = rows[2]["value"] > rows[0]["value"]
        here = "more, higher" if more else "fewer, lower"
        cells = [f"`{measure}`", rows[0]["unit"], *map(cell, rows), stated, here]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", NOISE, "", "| noise, RMS in uV | 4 kHz | 10 kHz | 25 kHz |", "|---|---|---|---|"]
    for noise_uv in (12.5, 14.0, 16.0, 20.0, 40.0):
        counts = [
            turns(noise_uv * np.random.default_rng(0).standard_normal(hz * 60), 100.0).size / 60
            for hz in (4000, 10_000, 25_000)
        ]
        lines.append(f"| {noise_uv:g} | " + " | ".join(f"{n:.1f}" for n in counts) + " |")
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(PAGE.name)


if __name__ == "__main__":
    main()
