"""Bursts of a wire's motor units: errors of the edges by number of units, excitation and ratio to the noise.

    python benchmarks/motor_unit_protocol.py [--method hmm ...]

writes docs/validation/motor_unit_protocol.md and its figure (not with --method). Fixed seeds: the same page
on every run.
"""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import numpy as np
from scoring import (
    MATCHING,
    Cell,
    command,
    coverage,
    errors,
    median_error_ms,
    patterns,
    plot,
    table,
    together,
)

import emgkit
from emgkit.detectors import detect

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation" / "motor_unit_protocol.md"
UNITS = (3, 6, 12, 25, 40)
SNRS_DB = (6, 10, 15, 20, 26)
DRIVES = ((0.15, 0.02), (0.3, 0.04), (0.6, 0.08), (0.9, 0.12))
"""Highest excitation of a burst, 0 to 1, and length of its rise and fall in seconds."""
N_CYCLES = 10
PROTOCOL = f"""\
Walks simulated by `emgkit.simulate`: {N_CYCLES} cycles of 1.1 s, one burst from 54 to 109 % of each, at
2000 Hz. A pool of {UNITS[0]} to {UNITS[-1]} motor units within the pick-up of the wire, with thresholds,
rates that rise with the excitation, irregular intervals, and potentials of 4 to 8 ms that fall with the
square of the distance. The excitation of a burst rises linearly to its highest value, arches and falls. The
truth of a burst is its first discharge and the end of its last potential.
Noise: amplifier 5 uV, hum 0.5 uV, drift 3 uV, movement artefacts of 20 uV at the contacts.
**SNR** is the mean power over the middle halves of the bursts
over that of the noise: with few units the potentials themselves stand far higher, and in a slow rise of many
units the first discharges far lower.

{MATCHING}

**Wished for**: a median absolute error within 4 ms for both edges, splits and misses at most 1 %, and 92 to
98 % of the edges covered, down to 3 units and 6 dB. `hmm` reaches all of these over all cells together. At
6 dB alone the median error is larger, and fewer of the offsets are covered: the last potentials of a slow
fall lie under the noise.

**In sample.** The constants of `hmm` were chosen with these figures, the bursts of Gaussian noise and the
bursts drawn by hand in sight; expect a little less elsewhere.

**Not tested**: interference of units that the wire hardly sees, units that change as the wire moves,
spasticity and clonus, other rates."""

FIGURE = "motor_unit_protocol.svg"

Cells = dict[tuple[str, int, int, float], Cell]


def run(methods: list[str]) -> Cells:
    """Return the counts of every method by units, SNR and excitation."""
    cells: Cells = {}
    seed = 0
    for units in UNITS:
        for snr in SNRS_DB:
            for excitation, ramp_s in DRIVES:
                seed += 1
                rec = emgkit.simulate(
                    n_units=units, snr_db=snr, excitation=excitation, ramp_s=ramp_s, n_cycles=N_CYCLES,
                    hum_uv=0.5, artefact_uv=20.0, seed=seed,
                )  # fmt: skip
                assert rec.truth is not None
                truth = np.column_stack((rec.truth.onset_s, rec.truth.offset_s))
                for method in methods:
                    cell = cells.setdefault((method, units, snr, excitation), Cell())
                    cell.add(detect(rec.emg_uv, rec.rate_hz, method), truth, rec.duration_s)
    return cells


def page(cells: Cells, methods: list[str]) -> str:
    columns = [
        "mean error (SD), median absolute error, ms: onset / offset",
        "wrong patterns",
        "F1",
        "coverage",
    ]

    def row(name: list[str], chosen: list[Cell]) -> list[str]:
        cell = together(chosen)
        return [*name, errors(cell), patterns(cell), f"{cell.f1:.3f}", coverage(cell)]

    text = ["# Bursts of motor units", PROTOCOL, "## All together"]
    text.append(
        table(["detector", *columns], (row([m], [c for k, c in cells.items() if k[0] == m]) for m in methods))
    )
    text.append(
        "Wrong patterns: all (missed, extra, split, merging). Coverage: onsets / offsets, median width."
    )
    text.append(f"![Errors by SNR]({FIGURE})")
    names = ("motor units", "SNR, dB", "highest excitation")
    for place, (name, values) in enumerate(zip(names, (UNITS, SNRS_DB, [d[0] for d in DRIVES]), strict=True)):
        text.append(f"## By {name}")
        rows = []
        for value in values:
            for method in methods:
                chosen = [c for k, c in cells.items() if k[0] == method and k[place + 1] == value]
                rows.append(row([f"{value:g}", method], chosen))
        text.append(table([name, "detector", *columns], rows))
    packages = ("emgkit", "numpy", "scipy", "neurokit2")
    text.append("Versions: " + ", ".join(f"{p} {importlib.metadata.version(p)}" for p in packages) + ".")
    return "\n\n".join(text) + "\n"


def figure(cells: Cells, methods: list[str]) -> None:
    """Draw the median absolute error of all edges against the SNR, one panel for each number of units."""
    panels = [
        {
            m: [
                median_error_ms(together(c for k, c in cells.items() if k[:3] == (m, units, snr)))
                for snr in SNRS_DB
            ]
            for m in methods
        }
        for units in UNITS
    ]
    path = PAGE.parent / FIGURE
    titles = [f"{units} motor units" for units in UNITS]
    plot(path, titles, ("SNR, dB", SNRS_DB), "median absolute error, ms", panels, logarithmic=True)


def main(arguments: list[str] | None = None) -> None:
    command(__doc__, run, page, figure, PAGE, arguments)


if __name__ == "__main__":
    main()
