"""`an.plot`: single figures, in new figures and in axes of one's own."""

import re
import subprocess
import sys
from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from report_fakes import HOSTILE, fake

from emgkit.errors import InputError, InsufficientDataError
from emgkit.result import Analysis

KINDS = ("timing", "raster", "profile", "strides")


def axes(**changes):
    return Figure(figsize=(9, 6)).add_subplot(**changes)


def texts(ax) -> list[str]:
    return [t.get_text() for t in ax.findobj(Text) if t.get_text()]


@pytest.mark.parametrize("kind", KINDS)
def test_each_returns_a_figure_that_shows_itself(kind):
    figure = getattr(fake(5).plot, kind)(title="Before $x$")
    assert len(figure.axes) == 1
    assert figure._repr_svg_().startswith("<svg")
    words = [t.get_text() for t in figure.findobj(Text)]
    assert "Before $x$" in words


def test_the_call_gives_the_overview():
    figure = fake(5).plot(title="Tibialis anterior")
    assert len(figure.axes) == 3
    assert "Tibialis anterior" in [ax.get_title(loc="left") for ax in figure.axes]
    bare = fake(5).plot()
    assert bare.get_size_inches()[1] < figure.get_size_inches()[1]


@pytest.mark.parametrize("kind", KINDS)
def test_with_axes_it_draws_into_them_and_nothing_else_changes(kind):
    fig = Figure(figsize=(12, 5))
    left, right = fig.subplots(1, 2)
    before = dict(matplotlib.rcParams)
    pyplot = "matplotlib.pyplot" in sys.modules
    an = fake(4)
    tables = {name: getattr(an, name).copy() for name in ("cycles", "bursts", "profile", "summary")}
    assert getattr(an.plot, kind)(ax=left, title="left") is fig
    assert left.get_title() == "left"
    assert fig.axes == [left, right]
    assert [*right.texts, *right.lines, *right.patches] == []
    assert dict(matplotlib.rcParams) == before
    assert ("matplotlib.pyplot" in sys.modules) == pyplot
    for name, table in tables.items():
        assert getattr(an, name).equals(table)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("look", ["dark_background", "ggplot", "classic", "grayscale"])
def test_everything_can_be_read_in_any_style(kind, look):
    """No letter has the colour of what is behind it."""
    with matplotlib.style.context(look):
        ax = axes()
        getattr(fake(4).plot, kind)(ax=ax, title="t")
        renderer = FigureCanvasAgg(ax.figure).get_renderer()
        ax.figure.draw(renderer)
    inside = ax.get_window_extent(renderer)
    around = matplotlib.colors.to_rgb(ax.figure.get_facecolor())
    for text in ax.findobj(Text):
        if text.get_text() and text.get_visible():
            box = text.get_window_extent(renderer)
            behind = (1.0, 1.0, 1.0) if inside.contains(box.x0 + 1, (box.y0 + box.y1) / 2) else around
            ink = matplotlib.colors.to_rgb(text.get_color())
            assert abs(np.mean(ink) - np.mean(behind)) > 0.2, text


def test_names_are_no_formulas_in_axes_of_ones_own():
    an = fake(3, trials=2, hostile=True)
    with matplotlib.rc_context({"text.parse_math": True}):
        for kind in KINDS:
            ax = axes()
            getattr(an.plot, kind)(ax=ax, title=HOSTILE)
            ax.figure.draw(FigureCanvasAgg(ax.figure).get_renderer())


def test_the_axes_of_the_cycle_and_their_units_are_named():
    plot = fake(4).plot
    assert plot.profile().axes[0].get_ylabel() == "envelope, \u00b5V"
    for kind in ("timing", "raster", "profile"):
        ax = getattr(plot, kind)().axes[0]
        assert ax.get_xlabel() == "gait cycle, % (0 = foot contact)"
        assert ax.get_xlim() == (0, 100)
    assert {"\u00b5V", "gait cycle, %"} <= set(texts(plot.strides().axes[0]))


def test_alternates_of_the_reference_stand_beside_the_usual_or_not():
    plot = fake(4).plot
    labels = [t.get_text() for t in plot.timing().axes[0].get_yticklabels()]
    assert [label for label in labels if label.startswith("ref")] == ["ref. usual", "ref. alternate"]
    alone = [t.get_text() for t in plot.timing(alternates=False).axes[0].get_yticklabels()]
    assert [label for label in alone if label.startswith("ref")] == ["reference"]


def test_the_strides_that_were_asked_for_are_drawn():
    plot = fake(14, trials=2).plot
    assert len(plot.raster().axes[0].get_children()) > len(plot.raster(3).axes[0].get_children())
    drawn = plot.strides([2, 5], trial="walk_2").axes[0]
    assert [t for t in texts(drawn) if t.startswith("stride")] == ["stride 2 of walk_2", "stride 5 of walk_2"]
    both = plot.strides(np.array([2]), columns=1).axes[0]
    assert [t for t in texts(both) if t.startswith("stride")] == ["stride 2 of walk_1", "stride 2 of walk_2"]
    assert len(plot.strides().axes[0].lines) == 12
    assert len(plot.strides(range(1, 15), columns=4).axes[0].lines) == 28
    rows = [c for c in plot.raster([3, 4]).axes[0].collections if (c.get_gid() or "").startswith("row-")]
    assert [row.get_gid().words.split(":")[0] for row in rows] == [
        f"stride {n} of walk_{trial}" for trial in (1, 2) for n in (3, 4)
    ]


def test_a_stride_looks_the_same_alone_as_among_all():
    an = fake(6)
    alone, all_ = (an.plot.strides(which).axes[0].lines for which in (4, None))
    heights = [np.ptp(line.get_ydata()) for line in (alone[0], all_[3])]
    assert heights[0] == pytest.approx(heights[1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda p: p.raster(99), "no such stride. Found: 99"),
        (lambda p: p.raster(5, trial="walk_1"), "stride 5 was not used: duration_outlier"),
        (lambda p: p.raster(trial="x"), "no such trial. Found: 'x'. Accepted: walk_1"),
        (lambda p: p.raster([1.5]), "no numbers of strides"),
        (lambda p: p.raster("12"), "no numbers of strides"),
        (lambda p: p.raster([]), "no numbers of strides"),
        (lambda p: p.raster(True), "no numbers of strides"),
        (lambda p: p.strides(columns=0), "no number of columns"),
        (lambda p: p.strides(columns="2"), "no number of columns"),
        (lambda p: p.timing(ax="left"), "no axes to draw into"),
        (lambda p: p.profile(ax=axes(projection="polar")), "no axes to draw into"),
        (lambda p: p.strides(ax=Figure((1.5, 1.5)).add_subplot()), "too small for 1 cycle. "),
        (lambda p: p.strides(range(1, 5), ax=Figure((4, 2)).add_subplot()), "for 4 cycles in 2 columns"),
    ],
)
def test_what_cannot_be_drawn_is_an_error_that_says_why(call, words):
    with pytest.raises(InputError, match="(?i)" + words.replace(".", r"\.")):
        call(fake(4).plot)


@pytest.mark.parametrize(("size", "n"), [((9, 6), 10), ((4, 2.6), 4), ((2.5, 2.2), 1), ((2.5, 7), 7)])
def test_small_axes_show_as_many_strides_as_fit_and_say_so(size, n):
    ax = Figure(size).add_subplot()
    fake(14).plot.strides(ax=ax)
    shown = [t for t in texts(ax) if t.startswith("stride")]
    assert len(shown) == len(ax.lines) == n
    assert f"the first {n} of 14 strides".replace("first 1 ", "first ") in texts(ax)


def test_a_new_figure_says_that_it_has_not_all():
    plot = fake(14).plot
    assert "the first 12 of 14 strides" in texts(plot.strides().axes[0])
    assert not [t for t in texts(plot.strides(range(1, 15)).axes[0]) if "first" in t]


def test_the_error_of_axes_that_are_too_small_names_a_size_that_suffices():
    plot = fake(14).plot
    with pytest.raises(InputError) as caught:
        plot.strides(range(1, 15), columns=3, ax=Figure((4, 2)).add_subplot())
    width, height = map(float, re.search(r"figsize=\(([\d.]+), ([\d.]+)\)", str(caught.value)).groups())
    assert len(plot.strides(range(1, 15), columns=3, ax=Figure((width, height)).add_subplot()).axes) == 1
    with pytest.raises(InputError):
        plot.strides(range(1, 15), columns=3, ax=Figure((width - 1, height)).add_subplot())
    with pytest.raises(InputError):
        plot.strides(range(1, 15), columns=3, ax=Figure((width, height - 1)).add_subplot())


@pytest.mark.parametrize("size", [(10, 6), (4, 3), (2.2, 1.8), (2, 8), (9, 1.6)])
@pytest.mark.parametrize("kind", ["timing", "raster", "profile", "strides"])
@pytest.mark.parametrize("n", [4, 60])
def test_no_two_numbers_of_an_axis_meet(kind, size, n):
    """Nor those of a stride, whatever the size of the axes."""
    if kind == "strides" and size == (9, 1.6):
        size = (9, 2)
    ax = Figure(size, layout="constrained").add_subplot()
    getattr(fake(n).plot, kind)(ax=ax)
    renderer = FigureCanvasAgg(ax.figure).get_renderer()
    ax.figure.draw(renderer)
    labels = (ax.get_xticklabels(), ax.get_yticklabels() if kind == "raster" else [])
    inside = [t for t in ax.texts if kind == "strides" and t.get_text().isdigit()]
    for several in (*labels, inside):
        boxes = [t.get_window_extent(renderer) for t in several if t.get_text() and t.get_visible()]
        assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])


def test_a_result_that_was_read_has_all_but_the_signal():
    read = Analysis.from_json(fake(4).to_json())
    for kind in ("timing", "raster", "profile"):
        assert getattr(read.plot, kind)().axes
    with pytest.raises(InputError, match=r"(?i)the signal is not part.*analyse the recording again"):
        read.plot.strides()


def test_too_many_strides_for_a_figure():
    with pytest.raises(InputError, match=r"(?i)too many strides.*Found: 100\. Accepted: up to 96"):
        fake(100).plot.strides(range(1, 101))


def test_without_cycles_nothing_is_drawn():
    an = fake(3)
    empty = replace(
        an,
        cycles=an.cycles.assign(used=False),
        summary=an.summary.iloc[:0],
        phases=an.phases.iloc[:0],
        study=replace(an.study, reference=()),
        profile=an.profile.assign(mean_uv=np.nan),
    )
    for kind in KINDS:
        with pytest.raises(InsufficientDataError, match=r"Found: 0\. Needed: 1"):
            getattr(empty.plot, kind)()
    assert "no stride was used" in texts(empty.plot().axes[0])


def test_no_backend_is_chosen():
    code = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from report_fakes import fake\n"
        "fake(3).plot.raster()._repr_svg_()\n"
        "print('matplotlib.pyplot' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_it_names_its_figures():
    assert repr(fake(3).plot).endswith(
        "plot(), plot.profile(), plot.raster(), plot.strides(), plot.timing()>"
    )
