"""Two results side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import pandas as pd

from emgkit import table_values
from emgkit.comparison.conditions import conditions, require_alike
from emgkit.comparison.measures import rows
from emgkit.errors import InputError
from emgkit.model import in_notebook
from emgkit.result import Analysis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two results side by side; differences are B - A.

    Attributes
    ----------
    labels : tuple of two str
        What A and B are called.
    table : DataFrame
        One row per measure, as declared in `emgkit.tables`. Where `comparable` is not "yes" it says why, and
        there is no difference.
    remarks : tuple of str
        Sentences on which bursts are compared, and on what differs between the results besides.
    a, b : Analysis
    """

    labels: tuple[str, str]
    table: pd.DataFrame = field(repr=False)
    remarks: tuple[str, ...]
    a: Analysis = field(repr=False)
    b: Analysis = field(repr=False)

    def plot(self) -> Figure:
        """Return a figure: mean timing, rasters, and profiles over one another."""
        return cast("Figure", in_notebook("plot_comparison", self))

    def _repr_html_(self) -> str:
        return cast(str, in_notebook("comparison_html", self))


def compare(a: Analysis, b: Analysis, labels: Sequence[str] | None = None) -> Comparison:
    """Lay two results of the same muscle and side beside each other: barefoot and brace, before and after.

    Parameters
    ----------
    a, b : Analysis
        From `analyze`, `analyze_session` or `Analysis.from_json`.
    labels : two str, optional
        What they are called; "A" and "B" if not given.

    Returns
    -------
    Comparison
        Numbers with intervals. It tests nothing and says nothing of what a difference means.

    Raises
    ------
    InputError
        If one is no analysis, the labels are no two names, or the results are of two muscles, sides or
        activities.

    Notes
    -----
    Timing compares between days and insertions of the wire, amplitudes within one insertion only; the column
    `comparable` says for each row whether and why not. See `docs/timing.md`.

    Examples
    --------
    >>> import emgkit
    >>> slow, fast = (emgkit.analyze(emgkit.simulate(n_cycles=8, seed=s)) for s in (1, 2))  # doctest: +SKIP
    >>> emgkit.compare(slow, fast, labels=("slow", "fast")).table  # doctest: +SKIP
    """
    for one in (a, b):
        if not isinstance(one, Analysis):
            raise InputError("this is no analysis", found=type(one).__name__, accepted="what analyze returns")
    names = _names(labels)
    require_alike(a, b, names)
    allowed = conditions(a, b, names)
    found, which = rows(a, b, names, allowed)
    return Comparison(
        labels=names,
        table=table_values.build("comparison", found),
        remarks=(which, *allowed.remarks),
        a=a,
        b=b,
    )


def _names(labels: Sequence[str] | None) -> tuple[str, str]:
    if labels is None:
        return "A", "B"
    given = list(labels) if isinstance(labels, list | tuple) else []
    if len(given) != 2 or not all(isinstance(name, str) and name.strip() for name in given):
        raise InputError("these are no labels", found=labels, accepted="two names")
    first, second = given
    if first.strip() == second.strip():
        raise InputError("both results have the same label", found=first, accepted="two different names")
    return first.strip(), second.strip()
