"""Bursts with a truncated Gaussian envelope in noise: errors of the edges by shape and signal-to-noise ratio.

    python benchmarks/detection_protocol.py [--method hmm ...]

writes docs/validation/detection_protocol.md and its figures (not with --method). Fixed seeds: the same page
on every run.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
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

from emgkit.detectors import detect
from emgkit.model import FloatArray

PAGE = Path(__file__).resolve().parent.parent / "docs" / "validation" / "detection_protocol.md"
RATE_HZ = 2000.0
BAND_HZ = (20.0, 450.0)
NOISE_UV = 5.0
CYCLE_S = 1.0
N_CYCLES = 12
SIGMAS_S = (0.05, 0.1, 0.15)
ALPHAS = (1.0, 1.5, 2.0, 2.4)
SNRS_DB = (3, 6, 10, 13, 16, 20, 23, 26, 30)
BESIDES = ((1.0, 8), (1.5, 8), (1.5, 15))
"""Cells beside the nine ratios, for what is promised of them; not in the pooled F1."""
PROTOCOL = f"""\
Zero-mean Gaussian noise of {NOISE_UV:g} uV and bursts of Gaussian noise times exp(-t^2 / 2 sigma^2), cut at
|t| = alpha sigma, both {BAND_HZ[0]:g}-{BAND_HZ[1]:g} Hz at {RATE_HZ:g} Hz; sigma 50, 100 and 150 ms
together; one burst in each {CYCLE_S:g}-s cycle, at a random place; {N_CYCLES} cycles a recording. SNR is that
of the *peak* of the envelope. The truth is the edge of the support, and there the burst is weaker than at its
peak: by 4.3, 9.8, 17.4 and 25 dB for alpha 1, 1.5, 2 and 2.4. Where that puts the edge under the noise it
cannot be seen, and a detector that invents nothing is late at the onset and early at the offset: read each
alpha for itself.

{MATCHING}

**Wished for**: at 10 dB and alpha 1 a bias within 2 ms and an SD within 5 ms; at 15 dB and alpha 1.5 within 4
and 5 ms; wrong patterns at most 1 % from 8 dB on; F1 over the nine SNRs and all alphas at least .91; 92 to
98 % of the edges covered, for alpha 1 from 8 dB on and alpha 1.5 from 15 dB on. `hmm` reaches all of these
but the F1, which is .909: at alpha 2 and 2.4 most edges lie under the noise. Two detectors have a higher F1
here, where noise is Gaussian and steady as they assume: `aglr`, whose bursts are stretched (at 15 dB and
alpha 1.5 by 9 ms in front and 7 ms behind), and `change_point`, which is better by .005. On motor units and
on bursts drawn by hand both fall behind (the other two pages).

**In sample.** The constants of `hmm` were chosen with these figures, the simulated motor units and the bursts
drawn by hand in sight; expect a little less elsewhere.

**Not tested**: noise that is not Gaussian or not steady, bursts closer than 100 ms, other rates."""

F1_FIGURE, ERROR_FIGURE = "detection_protocol_f1.svg", "detection_protocol_errors.svg"

Cells = dict[tuple[str, float, int], Cell]


def band_limited(rng: np.random.Generator, n: int) -> FloatArray:
    from scipy.signal import butter, sosfilt

    margin = int(RATE_HZ)
    sos = butter(4, BAND_HZ, "bandpass", fs=RATE_HZ, output="sos")
    values = sosfilt(sos, rng.normal(size=n + margin))[margin:]
    return np.asarray(values / values.std())


def simulate(alpha: float, sigma_s: float, snr_db: float, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return the signal in microvolts and the true bursts in seconds, shape (n_bursts, 2)."""
    rng = np.random.default_rng(seed)
    n = round(N_CYCLES * CYCLE_S * RATE_HZ)
    half = alpha * sigma_s
    room = CYCLE_S - 2 * half - 0.1
    start = np.arange(N_CYCLES) * CYCLE_S + 0.05 + rng.uniform(0, room, N_CYCLES)
    time = np.arange(n) / RATE_HZ
    away = time - (start + half)[np.minimum((time / CYCLE_S).astype(np.int64), N_CYCLES - 1)]
    envelope = np.where(np.abs(away) <= half, np.exp(-(away**2) / (2 * sigma_s**2)), 0.0)
    burst = 10 ** (snr_db / 20) * band_limited(rng, n) * envelope
    return NOISE_UV * (band_limited(rng, n) + burst), np.column_stack((start, start + 2 * half))


def run(methods: list[str]) -> Cells:
    """Return the counts of every method at every alpha and SNR."""
    grid = [(alpha, snr) for alpha in ALPHAS for snr in SNRS_DB] + list(BESIDES)
    cells = {(method, *cell): Cell() for method in methods for cell in grid}
    seed = 0
    for alpha, snr in grid:
        for sigma in SIGMAS_S:
            seed += 1
            samples, truth = simulate(alpha, sigma, snr, seed)
            for method in methods:
                cells[method, alpha, snr].add(detect(samples, RATE_HZ, method), truth, samples.size / RATE_HZ)
    return cells


def page(cells: Cells, methods: list[str]) -> str:
    def pooled(method: str, alphas: tuple[float, ...], least_db: int = 0, besides: bool = True) -> Cell:
        return together(
            cell
            for (name, alpha, snr), cell in cells.items()
            if name == method
            and alpha in alphas
            and snr >= least_db
            and (besides or (alpha, snr) not in BESIDES)
        )

    text = ["# Truncated Gaussian bursts in noise", PROTOCOL, "## In short"]
    text.append(
        table(
            ["detector", "F1 over nine SNRs and all alphas", "wrong patterns at 8 dB and more"]
            + [f"F1, alpha {a:g}" for a in ALPHAS],
            (
                [m, f"{pooled(m, ALPHAS, besides=False).f1:.3f}", patterns(pooled(m, ALPHAS, 8))]
                + [f"{pooled(m, (a,), besides=False).f1:.3f}" for a in ALPHAS]
                for m in methods
            ),
        )
    )
    text.append("Wrong patterns: all (missed, extra, split, merging).")
    text.append(
        table(
            ["detector", "10 dB, alpha 1", "15 dB, alpha 1.5"],
            ([m, errors(cells[m, 1.0, 10]), errors(cells[m, 1.5, 15])] for m in methods),
        )
    )
    text.append("Mean error (SD), median absolute error of onset / offset, in ms.")
    text.append(
        table(
            ["detector", "coverage, alpha 1 from 8 dB", "coverage, alpha 1.5 from 15 dB"],
            ([m, coverage(pooled(m, (1.0,), 8)), coverage(pooled(m, (1.5,), 15))] for m in methods),
        )
    )
    text.append("Coverage of onsets / offsets and median width of the intervals. - : it gives none.")
    text += [f"![F1 by SNR]({F1_FIGURE})", f"![Errors by SNR]({ERROR_FIGURE})"]
    text.append("## Every cell")
    text.append("As above; wrong patterns; F1.")
    for alpha in ALPHAS:
        text.append(f"### alpha {alpha:g}")
        snrs = sorted(snr for name, a, snr in cells if name == methods[0] and a == alpha)
        rows = []
        for snr in snrs:
            of = [cells[m, alpha, snr] for m in methods]
            rows.append([str(snr), *(f"{errors(c)}; {patterns(c)}; {c.f1:.2f}" for c in of)])
        text.append(table(["SNR, dB", *methods], rows))
    text.append("## Coverage and width of the 95 % intervals of hmm, by cell")
    rows = [
        [str(snr), *(coverage(cells["hmm", alpha, snr]) for alpha in ALPHAS)]
        for snr in SNRS_DB
        if "hmm" in methods
    ]
    text.append(table(["SNR, dB", *(f"alpha {a:g}" for a in ALPHAS)], rows))
    packages = ("emgkit", "numpy", "scipy", "neurokit2")
    text.append("Versions: " + ", ".join(f"{p} {importlib.metadata.version(p)}" for p in packages) + ".")
    return "\n\n".join(text) + "\n"


def figures(cells: Cells, methods: list[str]) -> None:
    """Draw F1 and the median absolute error of all edges against the SNR, one panel for each alpha."""

    def by_snr(figure: Callable[[Cell], float]) -> list[dict[str, list[float]]]:
        return [{m: [figure(cells[m, a, snr]) for snr in SNRS_DB] for m in methods} for a in ALPHAS]

    titles = [f"alpha {alpha:g}" for alpha in ALPHAS]
    axis = ("SNR of the peak, dB", SNRS_DB)
    plot(PAGE.parent / F1_FIGURE, titles, axis, "F1", by_snr(lambda cell: cell.f1))
    error = "median absolute error, ms"
    plot(PAGE.parent / ERROR_FIGURE, titles, axis, error, by_snr(median_error_ms), logarithmic=True)


def main(arguments: list[str] | None = None) -> None:
    command(__doc__, run, page, figures, PAGE, arguments)


if __name__ == "__main__":
    main()
