"""How long a report of the sample session takes, part by part, against two yardsticks of the same run.

The clock of a machine with other work to do tells little; the ratios to one bare figure that matplotlib
writes and to one page that typst sets tell what a part costs.

    OPENBLAS_NUM_THREADS=1 python benchmarks/report_speed.py

writes docs/validation/report_speed.md.
"""

from __future__ import annotations

import io
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import typst
from matplotlib.figure import Figure

import emgkit
from emgkit.report import figures, style, traces
from emgkit.report.build import build
from emgkit.report.files import render
from emgkit.report.html import render_html
from emgkit.report.pdf import render_pdf
from emgkit.result import Analysis

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "validation" / "report_speed.md"
SESSION = ROOT / "sample_data" / "tibialis_anterior_walking"
RUNS = 7


def bare_figure() -> str:
    """Return the SVG that matplotlib writes of one line in one pair of axes."""
    figure = Figure(figsize=(6.85, 2.0))
    figure.add_subplot().plot([0, 1], [0, 1])
    text = io.StringIO()
    figure.savefig(text, format="svg")
    return text.getvalue()


def bare_page() -> bytes:
    """Return the PDF of one word, tagged as the report is."""
    source = b'#set document(title: "page")\npage'
    return bytes(typst.compile(source, format="pdf", timestamp=0, pdf_standards="ua-1"))


def parts(an: Analysis) -> dict[str, Callable[[], object]]:
    """Return what is measured, by its name."""
    document = build(an)
    shown = traces.strips(an)
    return {
        "yardstick: a bare figure of matplotlib": bare_figure,
        "yardstick: a bare page of typst": bare_page,
        "figure of timing": lambda: style.to_svg(figures.timing_figure(an)),
        "figure of the profile": lambda: style.to_svg(figures.profile_figure(an)),
        f"figures of {len(shown)} strides": lambda: [
            style.to_svg(figure) for figure in traces.trace_figures(an, shown)
        ],
        "document with all its figures": partial(build, an),
        "HTML of the document": partial(render_html, document),
        "PDF of the document": partial(render_pdf, document),
        "**report: HTML and PDF**": partial(render, an, formats=("html", "pdf")),
        "all files, with tables and `result.json`": partial(render, an),
    }


def measured(an: Analysis) -> dict[str, tuple[float, float]]:
    """Return the first time and the median of each part in seconds of the processor.

    The parts take turns, so that what else the machine does falls on all of them.
    """
    seconds: dict[str, list[float]] = {}
    todo = parts(an)
    for _ in range(RUNS):
        for name, part in todo.items():
            start = time.process_time()
            part()
            seconds.setdefault(name, []).append(time.process_time() - start)
    return {name: (min(times), statistics.median(times)) for name, times in seconds.items()}


def first_report(an: Analysis) -> float:
    """Return the seconds of the first report of a process, after its imports."""
    start = time.process_time()
    render(an, formats=("html", "pdf"))
    return time.process_time() - start


def page(an: Analysis, first: float, times: dict[str, tuple[float, float]]) -> str:
    """Return the page."""
    yardsticks = [median for name, (_, median) in times.items() if name.startswith("yardstick")]
    made = render(an)
    again = render(an) == made
    used = int(an.cycles["used"].sum())
    length_s = sum(trace.emg_uv.size / trace.rate_hz for trace in an.traces)
    rows = "\n".join(
        f"| {name} | {least:.3f} | {median:.3f} | "
        + " | ".join(f"{median / yardstick:.1f}" for yardstick in yardsticks)
        + " |"
        for name, (least, median) in times.items()
    )
    kinds = "\n".join(
        f"| `{name}` | {len(made[name]) / 1000:.0f} |" for name in ("report.html", "report.pdf")
    )
    return f"""# Speed and size of a report

The sample session `{SESSION.name}`: {len(an.traces)} trials, {length_s:.0f} s of signal, {used} used
strides. Seconds of the processor, least and median of {RUNS} runs in one process in which the parts take
turns. The last two columns are the median over that of the yardsticks; they depend less on the machine and on
what else it does.

| part | least, s | median, s | bare figures | bare pages |
| --- | --- | --- | --- | --- |
{rows}

The first report of the process, after its imports, took {first:.3f} s. Promised are 1.0 s, on a machine that
has nothing else to do: while this was measured, {os.getloadavg()[1]:.1f} processes shared {os.cpu_count()}
processors (mean of five minutes), which slows each of them, in seconds of the processor too.

| file | kB |
| --- | --- |
{kinds}

Promised are 3 MB at most.

Made twice, the bytes are {"the same" if again else "NOT the same"}.

Python {platform.python_version()}, matplotlib {version("matplotlib")}, typst {version("typst")}.
Made by `OPENBLAS_NUM_THREADS=1 python benchmarks/report_speed.py`.
"""


def main() -> int:
    """Measure and write the page."""
    an = emgkit.analyze_session(emgkit.load_session(SESSION))
    first = first_report(an)
    PAGE.write_text(page(an, first, measured(an)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
