"""Figures one by one, into axes of one's own or a new figure; see `emgkit.plots`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from emgkit.errors import InputError, InsufficientDataError
from emgkit.report import figures, panels, style, traces
from emgkit.report.glyphs import drawn
from emgkit.report.words import Words, words_for
from emgkit.result import Analysis

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_HEAD_IN = 0.22
_COLUMNS = range(1, 5)
_TITLE_LENGTH = 100


def overview(an: Analysis, *, title: str | None) -> Figure:
    """Return reference windows and mean timing, raster, and profile."""
    fig = figures.overview_figure(an, head_in=_HEAD_IN if title else 0.0)
    if title:
        with style.house_style():
            fig.axes[1].set_title(_title(title), loc="left", size=7.5)
    return fig


def timing(an: Analysis, *, alternates: bool, ax: Axes | None, title: str | None) -> Figure:
    """Draw phases, reference and mean timing."""
    rows = figures.rows_above(an, alternates=alternates)
    if not (rows.variants or rows.modalities or figures.phases_drawn(an)):
        raise InsufficientDataError(
            "the mean timing is not determinable and there is no reference", found=0, needed=1
        )
    with _axes(ax, figures.above_height_in(an, rows), title) as on:
        figures.draw_above(on, an, rows)
        figures.cycle_axis(on, an)
    return on.figure  # type: ignore[return-value]


def raster(
    an: Analysis,
    *,
    strides: int | Iterable[int] | None,
    trial: str | None,
    ax: Axes | None,
    title: str | None,
) -> Figure:
    """Draw a row for each cycle."""
    cycles = _chosen(an, strides, trial)
    with _axes(ax, figures.raster_height_in(len(cycles)), title) as on:
        figures.draw_raster(on, an, cycles)
        figures.cycle_axis(on, an)
    return on.figure  # type: ignore[return-value]


def profile(an: Analysis, *, ax: Axes | None, title: str | None) -> Figure:
    """Draw the envelope over the cycle."""
    if not an.profile["mean_uv"].notna().any():
        one = words_for(an.study.activity).one
        raise InsufficientDataError(
            f"the profile is not determinable: no {one} could be used for it", found=0, needed=1
        )
    with _axes(ax, figures.PROFILE_IN, title) as on:
        figures.draw_profile(on, an)
    return on.figure  # type: ignore[return-value]


def strides(
    an: Analysis,
    *,
    strides: int | Iterable[int] | None,
    trial: str | None,
    columns: int,
    ax: Axes | None,
    title: str | None,
) -> Figure:
    """Draw the signal of cycles."""
    words = words_for(an.study.activity)
    used = cycles = _chosen(an, strides, trial)
    if strides is None:
        cycles = cycles.head(traces.PER_PAGE)
    if isinstance(columns, bool) or columns not in _COLUMNS:
        raise InputError("this is no number of columns", found=columns, accepted="1 to 4")
    if len(cycles) > traces.MAX_SHOWN:
        raise InputError(
            f"these are too many {words.many} for one figure",
            found=len(cycles),
            accepted=f"up to {traces.MAX_SHOWN}",
            mend="draw them in several figures",
        )
    missing = [name for name in cycles["trial"].unique() if name not in {t.trial for t in an.traces}]
    if missing:
        raise InputError(
            "the signal is not part of a result that was read from a file",
            where=", ".join(map(str, missing)),
            mend="analyse the recording again to see it",
        )
    page = traces.strips(an, cycles)
    limit = traces.common_limit(traces.strips(an))
    label = traces.axis_label(an)
    if ax is None:
        note, head_in = _which(page, used, words), _HEAD_IN if title else 0.0
        fig = panels.page_figure(page, limit, label, columns=columns, head_in=head_in, note=note)
        on = fig.axes[0]
        if title:
            with style.house_style():
                fig.text(style.LEFT_IN / 2 / style.WIDTH_IN, 0.995, _title(title), size=7.5, va="top")
        return fig
    with _axes(ax, 0.0, title) as on:
        beside, above = panels.room(on, limit)
        if strides is None:  # how many was left to us
            columns = min(columns, max(beside, 1))
            page = page[: columns * max(above, 1)]
        panels.draw_page(on, page, limit, label, columns, _which(page, used, words))
    return on.figure  # type: ignore[return-value]


def _which(page: tuple[panels.Strip, ...], used: pd.DataFrame, words: Words) -> str:
    """Return that these are only the first of the cycles, nothing if they are all."""
    n = len(page)
    some = "the first" if n == 1 else f"the first {n}"
    return f"{some} of {words.count(len(used))}" if n < len(used) else ""


def _chosen(an: Analysis, strides: int | Iterable[int] | None, trial: str | None) -> pd.DataFrame:
    """Return the used cycles of these numbers and this trial, in the order of the table."""
    words = words_for(an.study.activity)
    used = figures.used_cycles(an)
    if used.empty:
        raise InsufficientDataError(f"no {words.one} was used", found=0, needed=1)
    if trial is not None:
        names = list(dict.fromkeys(an.cycles["trial"]))
        if trial not in names:
            raise InputError("no such trial", found=trial, accepted=[str(name) for name in names])
        used = used[used["trial"] == trial]
        if used.empty:
            raise InsufficientDataError(f"no {words.one} was used", where=trial, found=0, needed=1)
    if strides is None:
        return used
    wanted = _numbers(strides, words.many)
    known = set(used["cycle"].astype(int))
    for number in wanted:
        if number not in known:
            rows = an.cycles[
                (an.cycles["cycle"] == number) & ((an.cycles["trial"] == trial) | (trial is None))
            ]
            raise InputError(
                f"{words.one} {number} was not used: {rows['reason'].iloc[0]}"
                if len(rows)
                else f"no such {words.one}",
                where=trial,
                found=number,
                accepted=f"the numbers of used {words.many} in `cycles`, {min(known)} to {max(known)}",
            )
    return used[used["cycle"].astype(int).isin(wanted)]


def _numbers(given: object, many: str) -> list[int]:
    """Return numbers of cycles; text and fractions are none."""
    several = isinstance(given, Iterable) and not isinstance(given, str | bytes)
    values: list[Any] = list(given) if several else [given]  # type: ignore[call-overload]
    whole = [int(value) for value in values if not isinstance(value, bool) and hasattr(value, "__index__")]
    if len(whole) < len(values) or not whole:
        raise InputError(f"these are no numbers of {many}", found=given, accepted="an int or several")
    return whole


@contextlib.contextmanager
def _axes(ax: Axes | None, height_in: float, title: str | None) -> Iterator[Axes]:
    """Give axes to draw into: the user's in the user's style, or those of a new figure in ours."""
    if ax is None:
        with style.house_style():
            head = _HEAD_IN if title else 0.05
            fig = style.new_figure(figures.FOOT_IN + height_in + head)
            on = style.add_axes(fig, figures.FOOT_IN, height_in)
            if title:
                on.set_title(_title(title), loc="left", size=7.5)
            yield on
        return
    import matplotlib
    from matplotlib.axes import Axes as AxesClass
    from matplotlib.text import Text

    if not isinstance(ax, AxesClass) or ax.name != "rectilinear":
        raise InputError(
            "these are no axes to draw into",
            found=ax,
            accepted="matplotlib Axes with straight x and y",
            mend="make them with `fig, ax = plt.subplots()`",
        )
    # names of channels and files are no formulas; within the axes all is drawn on white
    with matplotlib.rc_context({"text.parse_math": False, "text.usetex": False, "text.color": style.INK}):
        before = set(ax.texts)
        ax.set_facecolor("white")
        ax.set_axisbelow(True)
        yield ax
        if title:
            ax.set_title(_title(title))
        around = ax.xaxis.label.get_color()
        for text in ax.findobj(Text):
            text.set(parse_math=False, usetex=False)
        for text in set(ax.texts) - before:
            beside = text.get_position()[0] > 1 and text.get_transform() is not ax.transData
            if beside and text.get_color() in (style.INK, style.GREY):
                text.set_color(around)


def _title(text: object) -> str:
    return drawn(str(text), _TITLE_LENGTH)
