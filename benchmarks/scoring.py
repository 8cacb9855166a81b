"""What the simulated protocols count: edges, intervals, wrong patterns and frames of one detector."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TypeVar

import numpy as np

from emgkit.detectors import METHODS, intervals
from emgkit.found import Detection
from emgkit.model import FloatArray

C = TypeVar("C")
FRAME_HZ = 1000.0
MATCHING = """\
A burst is found if a detected one overlaps it, and its edges are those of the first and last that do; one
that no detected burst overlaps is missed, one that several do is split. A detected burst that overlaps none
is extra, one that overlaps several merges them. Wrong patterns are missed, extra, split and merging bursts
together, in % of the true ones. F1 is counted over frames of 1 ms. Positive errors are late. Coverage is the
share of the true edges inside the 95 % intervals of the bursts found."""


@dataclass
class Cell:
    """Counts of one detector; errors and widths in milliseconds."""

    onset_ms: list[float] = field(default_factory=list)
    offset_ms: list[float] = field(default_factory=list)
    covered_onset: list[bool] = field(default_factory=list)
    covered_offset: list[bool] = field(default_factory=list)
    width_ms: list[float] = field(default_factory=list)
    bursts: int = 0
    missed: int = 0
    extra: int = 0
    split: int = 0
    merged: int = 0
    both: int = 0
    either: int = 0

    @property
    def f1(self) -> float:
        """F1 over frames."""
        return 2 * self.both / max(2 * self.both + self.either, 1)

    @property
    def wrong_pct(self) -> float:
        """Wrong patterns in percent of the true bursts."""
        return 100 * (self.missed + self.extra + self.split + self.merged) / max(self.bursts, 1)

    def add(self, found: Detection, truth: FloatArray, duration_s: float) -> None:
        """Compare a detection with the true bursts in seconds, shape (n_bursts, 2)."""
        spans = np.column_stack((found.onset_s, found.offset_s))
        overlap = (spans[None, :, 0] < truth[:, None, 1]) & (spans[None, :, 1] > truth[:, None, 0])
        met = overlap.any(axis=1)
        self.bursts += len(truth)
        self.missed += int(np.count_nonzero(~met))
        self.extra += int(np.count_nonzero(~overlap.any(axis=0)))
        self.split += int(np.count_nonzero(overlap.sum(axis=1) > 1))
        self.merged += int(np.count_nonzero(overlap.sum(axis=0) > 1))
        if met.any():
            first = overlap[met].argmax(axis=1)
            last = overlap.shape[1] - 1 - overlap[met][:, ::-1].argmax(axis=1)
            self._edges(
                found.onset_s[first],
                found.onset_low_s[first],
                found.onset_high_s[first],
                truth[met, 0],
                self.onset_ms,
                self.covered_onset,
            )
            self._edges(
                found.offset_s[last],
                found.offset_low_s[last],
                found.offset_high_s[last],
                truth[met, 1],
                self.offset_ms,
                self.covered_offset,
            )
        n = int(duration_s * FRAME_HZ)
        detected, true = (
            intervals.to_mask(np.rint(s * FRAME_HZ).astype(np.int64).reshape(-1, 2), n)
            for s in (spans, truth)
        )
        self.both += int(np.count_nonzero(detected & true))
        self.either += int(np.count_nonzero(detected ^ true))

    def _edges(
        self,
        edge: FloatArray,
        low: FloatArray,
        high: FloatArray,
        true: FloatArray,
        errors: list[float],
        covered: list[bool],
    ) -> None:
        errors += (1000 * (edge - true)).tolist()
        if np.isfinite(low).all():
            covered += ((low <= true) & (true <= high)).tolist()
            self.width_ms += (1000 * (high - low)).tolist()


def together(cells: Iterable[Cell]) -> Cell:
    """Return the counts of several cells as one."""
    total = Cell()
    for cell in cells:
        for one in fields(Cell):
            setattr(total, one.name, getattr(total, one.name) + getattr(cell, one.name))
    return total


def errors(cell: Cell) -> str:
    """Write mean, SD and median absolute error of onset and of offset."""
    if not cell.onset_ms:
        return "-"
    return " / ".join(
        f"{np.mean(ms):+.1f} ({np.std(ms):.1f}), {np.median(np.abs(ms)):.1f}"
        for ms in (cell.onset_ms, cell.offset_ms)
    )


def median_error_ms(cell: Cell) -> float:
    """Return the median absolute error of all edges; NaN where no burst was found."""
    errors_ms = cell.onset_ms + cell.offset_ms
    return float(np.median(np.abs(errors_ms))) if errors_ms else float("nan")


def coverage(cell: Cell) -> str:
    """Write the coverage of onsets and of offsets, and the median width."""
    if not cell.covered_onset:
        return "-"
    shares = " / ".join(f"{100 * np.mean(c):.1f} %" for c in (cell.covered_onset, cell.covered_offset))
    return f"{shares}, {np.median(cell.width_ms):.0f} ms"


def patterns(cell: Cell) -> str:
    """Write missed, extra, split and merging bursts."""
    return f"{cell.wrong_pct:.1f} % ({cell.missed}, {cell.extra}, {cell.split}, {cell.merged})"


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    """Write a table."""
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def plot(
    path: Path,
    titles: Sequence[str],
    axis: tuple[str, Sequence[float]],
    quantity: str,
    panels: Sequence[dict[str, list[float]]],
    *,
    logarithmic: bool = False,
) -> None:
    """Draw one panel for each title, one line for each detector; the default detector is drawn thick."""
    import matplotlib
    from matplotlib.figure import Figure

    name, values = axis
    # text as text and nothing of the moment: the same file on every run
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "emgkit", "font.size": 8}):
        figure = Figure(figsize=(2.4 * len(titles), 3.2), layout="constrained")
        axes = figure.subplots(1, len(titles), sharey=True, squeeze=False)[0]
        for place, title, lines in zip(axes, titles, panels, strict=True):
            for detector, line in lines.items():
                place.plot(values, line, label=detector, linewidth=2.5 if detector == "hmm" else 1)
            place.set_title(title)
            place.set_xlabel(name)
            if logarithmic:
                place.set_yscale("log")
        axes[0].set_ylabel(quantity)
        figure.legend(
            *axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=5, frameon=False
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})


def command(
    about: str,
    run: Callable[[list[str]], C],
    page: Callable[[C, list[str]], str],
    draw: Callable[[C, list[str]], None],
    path: Path,
    arguments: list[str] | None,
) -> None:
    """Run a protocol from the command line; write its page and figures if all detectors were run."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--method", action="append", choices=list(METHODS), help="default: all")
    chosen = parser.parse_args(arguments).method
    methods = chosen or list(METHODS)
    cells = run(methods)
    written = page(cells, methods)
    print(written)
    if chosen is None:  # a partial run does not replace the page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, encoding="utf-8")
        draw(cells, methods)
