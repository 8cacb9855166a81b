"""How figures look, and how they become SVG text that is the same on every run."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from emgkit.report.glyphs import folder

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

# Okabe and Ito (2008): told apart by colour-blind readers, and by their lightness in black and white.
ACCENT = "#0072B2"
SECOND = "#C24F00"
"""Their vermillion, darker: it is read as text, too."""
INK = "#222222"
GREY = "#6E6E6E"
LIGHT = "#BFBFBF"
SWING = "#E9E9E9"
TINT = "#CFE3F1"

WIDTH_IN = 6.85
"""Width of the text of an A4 page, 174 mm; figures share their margins so that their axes line up."""
LEFT_IN, RIGHT_IN = 1.05, 0.85

FAMILY = "emgkit DejaVu Sans"
"""Name under which the fonts that matplotlib carries are known to it a second time."""

Line = tuple[tuple[float, float], tuple[float, float]]

_RC: dict[str, Any] = {
    "font.family": FAMILY,
    "font.size": 7.0,
    "axes.labelsize": 7.0,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "axes.linewidth": 0.6,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.limits": (
        -99,
        99,
    ),  # a tick tells its value alone: a power of ten above the axes may be cut
    "axes.formatter.useoffset": False,
    "path.simplify": True,
    "text.parse_math": False,  # names of channels and files are not formulas
    "text.usetex": False,
}


class Titled(str):
    """An identifier of a group (`Artist.set_gid`) with words that a browser shows over it."""

    words: str

    def __new__(cls, gid: str, words: str) -> Titled:
        """Return the identifier `gid` with its words."""
        found = super().__new__(cls, gid)
        found.words = words
        return found


@contextlib.contextmanager
def house_style() -> Iterator[None]:
    """Draw in the report's own style whatever the user's matplotlib is set to."""
    from matplotlib import rcParams, style

    if rcParams["font.family"] == [FAMILY]:  # no one else's name: this is within another `house_style`
        yield
        return
    _know_fonts()
    with style.context(["default", _RC]):
        yield


@cache
def _know_fonts() -> None:
    # A system may hold other versions of DejaVu Sans, and matplotlib takes the one or the other as chance has
    # it: their glyphs are numbered differently, and the same analysis would not give the same bytes
    from matplotlib.font_manager import fontManager, ttfFontProperty
    from matplotlib.ft2font import FT2Font

    for file in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"):
        entry = ttfFontProperty(FT2Font(f"{folder()}/{file}"))
        fontManager.ttflist.append(replace(entry, name=FAMILY))


def new_figure(height_in: float, width_in: float = WIDTH_IN) -> Figure:
    """Return an empty figure that no global state knows of; it shows itself in Jupyter as SVG."""
    return _figure_class()(figsize=(width_in, height_in))


@cache
def _figure_class() -> type[Figure]:
    from matplotlib.figure import Figure

    class SvgFigure(Figure):
        def _repr_svg_(self) -> str:
            return to_svg(self)

    return SvgFigure


def add_bars(ax: Axes, y: float, height: float, pieces: Iterable[tuple[float, float]], **look: Any) -> None:
    """Draw a bar from each start to each stop, about `y`; some ten times as fast as `Axes.barh`.

    The limits of the axes do not follow; everything here sets them itself.
    """
    from matplotlib.patches import Rectangle

    for start, stop in pieces:
        ax.add_artist(Rectangle((start, y - height / 2), stop - start, height, **look))


def add_lines(ax: Axes, lines: Sequence[Line], **look: Any) -> None:
    """Draw lines that look alike as one artist; some ten times as fast as `Axes.vlines`."""
    from matplotlib.collections import LineCollection

    if lines:
        ax.add_collection(LineCollection(lines, capstyle="butt", **look), autolim=False)


def size_in(ax: Axes) -> tuple[float, float]:
    """Return width and height of axes in inches."""
    box = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted())
    return float(box.width), float(box.height)


def tick_points(axis: Axis) -> float:
    """Return the size of the numbers at an axis."""
    return float(axis.get_major_ticks(1)[0].label1.get_fontsize())


def across_in(points: float) -> float:
    """Return the room that a number of three digits needs beside another."""
    return 2.6 * points / 72


def above_in(points: float) -> float:
    """Return the room that a number needs above another."""
    return 1.2 * points / 72


def tick_step(steps: Sequence[int], per_inch: float, needed_in: float) -> int:
    """Return the smallest step at which the numbers of an axis do not meet, or the last.

    Parameters
    ----------
    per_inch : float
        Units of the axis in an inch.
    needed_in : float
        Room for a number.

    Examples
    --------
    >>> [tick_step((10, 20, 50), 100 / width_in, across_in(6.5)) for width_in in (5, 2, 0.5)]
    [10, 20, 50]
    """
    return next((step for step in steps if step / per_inch > needed_in), steps[-1])


def add_axes(fig: Figure, bottom_in: float, height_in: float) -> Axes:
    """Add axes between the shared margins, `bottom_in` above the figure's lower edge."""
    width, height = fig.get_size_inches()
    return fig.add_axes(
        (LEFT_IN / width, bottom_in / height, (width - LEFT_IN - RIGHT_IN) / width, height_in / height)
    )


def to_svg(fig: Figure) -> str:
    """Return the figure as SVG text, see `emgkit.report.svg`."""
    from emgkit.report.svg import figure_svg

    with house_style():
        return figure_svg(fig)


def for_html(svg: str, name: str) -> str:
    """Return SVG to stand inside an HTML page: identifiers made unique by `name`, no name spaces."""
    head, end, shapes = svg.partition(">")  # quotes within words are escaped: what has one is an attribute
    shapes = shapes.replace(' id="', f' id="{name}-').replace(' xlink:href="#', f' href="#{name}-')
    shapes = shapes.replace('="url(#', f'="url(#{name}-')
    return re.sub(r'\s+xmlns(:xlink)?="[^"]*"', "", head) + end + shapes
