"""`an.plot`: the figures of an analysis. What they look like stands in `emgkit.report`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from emgkit.model import in_notebook

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


class Plots:
    """Figures of an analysis: `an.plot()`, `an.plot.timing()`, `.raster()`, `.profile()`, `.strides()`.

    Notes
    -----
    Each returns a figure of matplotlib; in Jupyter it shows itself. With `ax`, it is drawn into these axes
    and their figure is returned; fonts, ticks and the colours around the axes are then those of your own
    style, and the axes are white. Words stand at their right; `layout="constrained"` leaves room for them.
    No state of matplotlib is changed: no setting, no backend, no current figure.

    Examples
    --------
    >>> import emgkit
    >>> an = emgkit.analyze(emgkit.simulate(n_cycles=5, seed=1))
    >>> an.plot.timing().get_size_inches()[0]
    np.float64(6.85)

    Beside one another in a figure of your own:

    >>> from matplotlib.figure import Figure
    >>> fig = Figure(figsize=(10, 3), layout="constrained")
    >>> left, right = fig.subplots(1, 2)
    >>> an.plot.raster(ax=left, title="before") is fig
    True
    >>> an.plot.profile(ax=right) is fig
    True
    """

    def __init__(self, analysis: object) -> None:
        self._analysis = analysis

    def __repr__(self) -> str:
        names = [f"plot.{name}()" for name in dir(self) if not name.startswith("_")]
        return f"<figures of {self._analysis!r}: {', '.join(('plot()', *names))}>"

    def __call__(self, *, title: str | None = None) -> Figure:
        """Return reference and mean timing, raster and profile above one another, on one axis of the cycle.

        Parameters
        ----------
        title : str, optional
            Stands above the figure.
        """
        return cast("Figure", in_notebook("overview", self._analysis, title=title))

    def timing(self, *, alternates: bool = True, ax: Axes | None = None, title: str | None = None) -> Figure:
        """Draw phases, reference and mean timing: a row each, over percent of the cycle.

        Parameters
        ----------
        alternates : bool
            Whether each variant of the reference has its row beside the usual one.
        ax : matplotlib Axes, optional
            Where to draw; without it, a new figure.
        title : str, optional

        Raises
        ------
        InsufficientDataError
            If there is neither a mean timing nor a reference nor a phase.
        InputError
            If `ax` are no axes with straight x and y.

        Notes
        -----
        Whiskers are the intervals of the mean edges. Positions are those of `an.summary`; the reference is
        scaled to the mean foot-off as in `an.findings`.
        """
        return cast(
            "Figure", in_notebook("timing", self._analysis, alternates=alternates, ax=ax, title=title)
        )

    def raster(
        self,
        strides: int | Iterable[int] | None = None,
        *,
        trial: str | None = None,
        ax: Axes | None = None,
        title: str | None = None,
    ) -> Figure:
        """Draw a row for each used cycle: on, swing and foot-off, over percent of the cycle.

        Parameters
        ----------
        strides : int or iterable of int, optional
            Numbers of cycles, as in `an.cycles`, in every trial; all used ones without it.
        trial : str, optional
            Only the cycles of this trial.
        ax : matplotlib Axes, optional
            Where to draw; without it, a new figure.
        title : str, optional

        Raises
        ------
        InsufficientDataError
            If no cycle was used.
        InputError
            If a trial or number is not known or its cycle was not used, or `ax` are no axes.

        Examples
        --------
        >>> import emgkit
        >>> an = emgkit.analyze(emgkit.simulate(n_cycles=6, seed=1))
        >>> len(an.plot.raster(range(2, 5)).axes)
        1
        """
        return cast(
            "Figure",
            in_notebook("raster", self._analysis, strides=strides, trial=trial, ax=ax, title=title),
        )

    def profile(self, *, ax: Axes | None = None, title: str | None = None) -> Figure:
        """Draw the envelope over the cycle, in microvolts: mean with interval and deviation, and median.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw; without it, a new figure.
        title : str, optional

        Raises
        ------
        InsufficientDataError
            If no cycle could be used for the profile.
        InputError
            If `ax` are no axes.
        """
        return cast("Figure", in_notebook("profile", self._analysis, ax=ax, title=title))

    def strides(
        self,
        strides: int | Iterable[int] | None = None,
        *,
        trial: str | None = None,
        columns: int = 2,
        ax: Axes | None = None,
        title: str | None = None,
    ) -> Figure:
        """Draw the conditioned signal of cycles with their bursts and the intervals of the edges.

        Parameters
        ----------
        strides : int or iterable of int, optional
            Numbers of cycles, as in `an.cycles`, in every trial, at most 96 cycles. Without it, the first 12
            used ones, or as many of them as fit into `ax`; the figure says which.
        trial : str, optional
            Only the cycles of this trial.
        columns : int
            How many cycles stand side by side, 1 to 4; fewer where `strides` is not given and `ax` is narrow.
        ax : matplotlib Axes, optional
            Where to draw; without it, a new figure.
        title : str, optional

        Raises
        ------
        InsufficientDataError
            If no cycle was used.
        InputError
            If a trial or number is not known or its cycle was not used; if there are more than 96; if `ax`
            are no axes or too small for them; if the signal is not there, as in a result read from a file.

        Notes
        -----
        All have the same axes in microvolts: those of the report, so that a stride looks the same in both.
        """
        return cast(
            "Figure",
            in_notebook(
                "strides",
                self._analysis,
                strides=strides,
                trial=trial,
                columns=columns,
                ax=ax,
                title=title,
            ),
        )
