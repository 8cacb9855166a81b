"""How often the 95 % interval of a mean edge holds the true mean, by simulation.

    python benchmarks/mean_interval.py

writes docs/validation/mean_interval.md. Fixed seed; takes some minutes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from emgkit.measures.bootstrap import interval
from emgkit.measures.mean_interval import OWN_LEVEL_Z, mean_of_edges
from emgkit.measures.variability import cv_of, spread_of
from emgkit.model import FloatArray

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "validation" / "mean_interval.md"
WALKS, WALKS_OF_SPREAD = 4000, 1000
STRIDES = (5, 10, 30)
SPREAD_STRIDES = (10, 20, 30, 100)
MIDDLES = (50.0, 0.0)

Draw = Callable[[np.random.Generator, int], tuple[FloatArray, FloatArray, FloatArray, FloatArray]]
"""Returns true position, its error, and the standard deviations below and above that the detector states."""

ABOUT = f"""\
For each row {WALKS} walks are drawn. The true edge of a stride is normal about the true mean, the detector
adds an error and states its own 95 % interval, and `emgkit.measures.mean_interval.mean_of_edges` gives the
interval of the mean. The numbers say in how many percent of the walks it holds the true mean (with a standard
error of 0.3).
The true mean lies at 50 % of the cycle, or at the contact (0 %), where half of the edges lie before and half
after it; the same walks are drawn for both. In brackets the mean half width in percent of the cycle. The
standard deviation of the strides is 3 % of the cycle where not stated otherwise."""

READ = """\
- With errors that are equal or differ between strides, of the size that detectors state (some tenths of a
  percent of the cycle to a few percent), the interval holds the truth in 95 to 96 %.
- It holds it more often than it says where the strides do not vary at all (the edges' own errors are then
  counted in full, whatever the spread), where one stride of few has an error far larger than the spread, and
  where all edges lean far to one side (the interval then reaches further on that side, and not less on the
  other). Too wide is the safe side: such an interval finds nothing rather than too much.
- Where strides with large errors really lie elsewhere (weak bursts that start late), a mean that is weighted
  by the errors' variances, as in a random-effects meta-analysis, leaves out what the weak bursts say. The
  second table has the coverage of such an interval (Paule and Mandel, with Hartung and Knapp's variance) on
  the same walks; it is the worse, the more strides there are. That is why all cycles weigh the same here.

**Not covered**: an error that is the same in every stride and that no interval states. The edges of a burst
that rises slowly out of the noise are found late ([detection_protocol.md](detection_protocol.md)); no number
of strides shows that. Nor is the dependence of strides on one another: they are taken as independent."""


def equal(own: float, spread: float = 3.0) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        s = np.full(n, own)
        return spread * rng.normal(size=n), s * rng.normal(size=n), s, s

    return draw


def unequal(own: float, log_sd: float, spread: float = 3.0, pull: float = 0.0) -> Draw:
    """Errors that differ between strides; with `pull`, strides with large errors lie later."""

    def draw(rng: np.random.Generator, n: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        log = log_sd * rng.normal(size=n)
        s = own * np.exp(log)
        return spread * rng.normal(size=n) + pull * log, s * rng.normal(size=n), s, s

    return draw


def one_wide(own: float, wide: float, spread: float = 3.0) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        s = np.full(n, own)
        s[0] = wide
        return spread * rng.normal(size=n), s * rng.normal(size=n), s, s

    return draw


def leaning(below: float, above: float, spread: float = 3.0) -> Draw:
    """Errors with another standard deviation to each side, as the detector states them."""

    def draw(rng: np.random.Generator, n: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        later = rng.random(n) < above / (below + above)
        truth = np.abs(rng.normal(size=n)) * np.where(later, above, -below)
        return spread * rng.normal(size=n), -truth, np.full(n, below), np.full(n, above)

    return draw


CASES: tuple[tuple[str, Draw], ...] = (
    ("no own error", equal(0.0)),
    ("equal, 0.3 %", equal(0.3)),
    ("equal, 3 %", equal(3.0)),
    ("unequal, 0.1 to 1 % (log SD 0.6)", unequal(0.3, 0.6)),
    ("unequal, 0.5 to 5 % (log SD 0.6)", unequal(1.5, 0.6)),
    ("one stride 9 %, the others 0.3 %", one_wide(0.3, 9.0)),
    ("leaning, 0.3 % before and 0.1 % after", leaning(0.3, 0.1)),
    ("leaning, 3 % before and 1 % after", leaning(3.0, 1.0)),
    ("equal, 3 %; SD of strides 0", equal(3.0, spread=0.0)),
    ("equal, 0.3 %; SD of strides 10 %", equal(0.3, spread=10.0)),
)


def coverage(draw: Draw, n: int, middle: float) -> tuple[float, float]:
    """Return how often the interval holds the true mean in percent, and its mean half width."""
    rng = np.random.default_rng(20261123)
    inside, half = np.zeros(WALKS, dtype=bool), np.zeros(WALKS)
    for walk in range(WALKS):
        truth, error, below, above = draw(rng, n)
        edge = (middle + truth + error) % 100
        found = mean_of_edges(
            edge, edge - OWN_LEVEL_Z * below, edge + OWN_LEVEL_Z * above, cyclic=True, confidence=0.95
        )
        width = found.high_pct - found.low_pct
        inside[walk] = (middle - found.low_pct) % 100 <= width
        half[walk] = width / 2
    return 100 * float(inside.mean()), float(half.mean())


def weighted_coverage(draw: Draw, n: int) -> float:
    """Return the coverage of the random-effects interval that is not used, on a line."""
    from scipy import stats

    rng = np.random.default_rng(20261123)
    t = stats.t.ppf(0.975, n - 1)
    inside = 0
    for _ in range(WALKS):
        truth, error, below, _above = draw(rng, n)
        x, variance = truth + error, below**2
        low, high = 0.0, 10 * float(np.var(x)) + 1.0
        for _step in range(50):  # Paule and Mandel: the variance of strides at which Q is n - 1
            between = (low + high) / 2
            w = 1 / (variance + between)
            mean = np.sum(w * x) / np.sum(w)
            q = np.sum(w * (x - mean) ** 2)
            low, high = (between, high) if q > n - 1 else (low, between)
        inside += abs(mean) <= t * np.sqrt(q / (n - 1) / np.sum(w))
    return 100 * inside / WALKS


def spread_coverage(n: int, *, skewed: bool) -> float:
    """Return how often the bootstrap interval of a spread holds the true one.

    Normal onsets with a standard deviation of 3 %, or lognormal amplitudes with a coefficient of variation of
    53 %.
    """
    rng = np.random.default_rng(20261123)
    truth = 100 * np.sqrt(np.exp(0.25) - 1) if skewed else 3.0
    inside = 0
    for _ in range(WALKS_OF_SPREAD):
        drawn = rng.normal(size=n)
        statistic = cv_of(np.exp(0.5 * drawn)) if skewed else spread_of(3.0 * drawn, cyclic=True)
        low, high = interval(statistic, n, 0.95)
        inside += low <= truth <= high
    return 100 * inside / WALKS_OF_SPREAD


def table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows])


def main() -> None:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    head = ["own error of the edges", *(f"{n} strides, at {m:g} %" for n in STRIDES for m in MIDDLES)]
    rows = []
    for name, draw in CASES:
        found = [coverage(draw, n, m) for n in STRIDES for m in MIDDLES]
        rows.append([name, *(f"{share:.1f} (\u00b1 {half:.2f})" for share, half in found)])
    late = unequal(1.5, 0.7, pull=1.5)
    beside = [
        ["all cycles alike (used)", *(f"{coverage(late, n, 50.0)[0]:.1f}" for n in (*STRIDES, 100))],
        ["weighted by the errors", *(f"{weighted_coverage(late, n):.1f}" for n in (*STRIDES, 100))],
    ]
    spread = [
        [name, *(f"{spread_coverage(n, skewed=skewed):.1f}" for n in SPREAD_STRIDES)]
        for name, skewed in (("SD of normal onsets", False), ("CV of lognormal amplitudes", True))
    ]
    page = "\n\n".join(
        [
            "# The interval of a mean edge",
            ABOUT,
            table(head, rows),
            READ,
            "Strides with larger errors lie later, coverage in percent:",
            table(["mean", *(f"{n} strides" for n in (*STRIDES, 100))], beside),
            "## The interval of a spread",
            f"How often the bootstrap interval of `variability` holds the true spread, in percent of"
            f" {WALKS_OF_SPREAD} walks (standard error about 1):",
            table(["spread", *(f"{n} strides" for n in SPREAD_STRIDES)], spread),
            "Amplitudes that are very skewed are the hard case: a few large bursts make the spread, and few\n"
            "strides may hold none of them.",
        ]
    )
    print(page)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
