"""A figure as small SVG text: whole numbers, shapes for letters, the same bytes on every run.

matplotlib's own writer names every artist, writes numbers to six places and measures each text anew: it takes
several times as long, and as many bytes.
"""

from __future__ import annotations

from functools import cache
from html import escape
from os.path import basename
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, Transform

from emgkit.report.glyphs import folder
from emgkit.report.style import Titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

UNITS = 100
"""Units to a point: a hundredth of a point is far below what paper or screen shows."""
_EM = 2048
"""Units to an em, those of DejaVu."""
_SHAPED_FROM = 0x0590
"""From Hebrew on, letters join or run from right to left; matplotlib shapes such a text."""
_COMBINING = range(0x0300, 0x0370)
_MINUS = "\u2212"
_FACES = {"DejaVuSans.ttf": "gr", "DejaVuSans-Bold.ttf": "gb", "DejaVuSans-Oblique.ttf": "go"}
"""What the names of their glyphs begin with."""
_MOVE, _LINE = int(Path.MOVETO), int(Path.LINETO)
_LETTERS = {_MOVE: "M", _LINE: "l", int(Path.CURVE3): "Q", int(Path.CURVE4): "C", int(Path.CLOSEPOLY): "z"}
_LETTERS[int(Path.STOP)] = ""
_CAPS = {"projecting": "square"}
_HATCH = 72 * UNITS
_LONG = 20
"""Points from which on arrays are quicker than a loop."""


def figure_svg(fig: Figure) -> str:
    """Return the figure as SVG text.

    Notes
    -----
    Identifiers are those of glyphs (`g...`), clips (`clip-...`) and hatches (`hatch-...`), and the `gid` of
    artists, whose shapes then stand in a group of their own.
    """
    dpi = fig.dpi
    fig.dpi = 72
    try:
        renderer = SvgRenderer(*fig.get_size_inches())
        fig.draw(renderer)
    finally:
        fig.dpi = dpi
    return renderer.text()


class SvgRenderer(RendererBase):
    """Writes what artists draw; `text` returns it."""

    def __init__(self, width_in: float, height_in: float) -> None:
        super().__init__()
        self.width, self.height = 72 * width_in, 72 * height_in
        self._flip = Affine2D().scale(UNITS, -UNITS).translate(0, UNITS * self.height)
        self._body: list[str] = []
        self._defs: dict[str, str] = {}
        self._open: list[tuple[str, bool]] = []
        self._files: dict[FontProperties, str] = {}
        self._clips: dict[tuple[float, ...], str] = {}

    def text(self) -> str:
        """Return the document."""
        size = f'width="{_short(self.width)}pt" height="{_short(self.height)}pt"'
        box = f'viewBox="0 0 {round(UNITS * self.width)} {round(UNITS * self.height)}"'
        names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        look = 'version="1.1" stroke-linejoin="round"'
        defs = ["<defs>", *self._defs.values(), "</defs>"] if self._defs else []
        return "\n".join([f"<svg {names} {size} {box} {look}>", *defs, *self._body, "</svg>"])

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size in points."""
        return self.width, self.height

    def open_group(self, s: str, gid: str | None = None) -> None:
        """Open a group for an artist that has an identifier."""
        self._open.append((s, bool(gid)))
        if gid:
            named = isinstance(gid, Titled)
            # an empty box is named, too
            self._body.append(f'<g id="{escaped(gid)}"' + ' pointer-events="all"' * named + ">")
            if isinstance(gid, Titled):
                self._body.append(f"<title>{escaped(gid.words)}</title>")

    def close_group(self, s: str) -> None:
        """Close the group, and those within it that were left open."""
        while self._open:
            name, written = self._open.pop()
            if written:
                self._body.append("</g>")
            if name == s:
                return

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803 - matplotlib's name
    ) -> None:
        """Draw one path."""
        stroked = rgbFace is None and gc.get_hatch() is None
        data = self._data(path, transform, lines=stroked)
        self._element(data, gc, rgbFace)

    def draw_path_collection(
        self,
        gc: GraphicsContextBase,
        master_transform: Transform,
        paths: Any,
        all_transforms: Any,
        offsets: Any,
        offset_trans: Any,
        facecolors: Any,
        edgecolors: Any,
        linewidths: Any,
        linestyles: Any,
        *args: Any,
        **more: Any,
    ) -> None:
        """Draw opaque lines that all look the same as one path."""
        looks = (facecolors, edgecolors, linewidths, linestyles)
        if not (
            len(facecolors) == len(all_transforms) == 0
            and len(edgecolors) == len(linewidths) == len(linestyles) == 1
            and edgecolors[0][3] == 1
            and gc.get_hatch() is None
            and not np.any(offset_trans.transform(offsets))
        ):
            super().draw_path_collection(
                gc, master_transform, paths, all_transforms, offsets, offset_trans, *looks, *args, **more
            )
            return
        one = self.new_gc()
        one.copy_properties(gc)
        one.set_foreground(edgecolors[0], isRGBA=True)
        one.set_linewidth(linewidths[0])
        one.set_dashes(*linestyles[0])
        if len(paths):
            path = Path.make_compound_path(*paths)
            self._element(self._data(path, master_transform, lines=True), one, None)

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Return the size of a text in points."""
        if not self._simple(s, prop, ismath):
            found: tuple[float, float, float] = super().get_text_width_height_descent(s, prop, ismath)
            return found
        file = self._file(prop)
        drawn = [_glyph(file, ord(c)) for c in s]
        scale = prop.get_size_in_points() / _EM
        descent = -min((bottom for *_, bottom, _ in drawn), default=0)
        top = max((top for *_, top in drawn), default=0)
        return scale * sum(advance for _, advance, *_ in drawn), scale * (top + descent), scale * descent

    def _get_font_height_metrics(
        self, prop: FontProperties
    ) -> tuple[float, float, float] | tuple[None, None, None]:
        """Return ascent, descent and gap of a line.

        Matplotlib 3.11 asks its writers for them, and reads the font for each text where there is no answer.
        """
        if (file := self._file(prop)) not in _ours():
            return None, None, None
        scale = prop.get_size_in_points() / _EM
        ascent, descent, gap = (scale * units for units in _line_units(file))
        return ascent, descent, gap

    def draw_text(
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Any = None,
    ) -> None:
        """Draw a text as the shapes of its letters."""
        if not s.strip():
            return
        if not self._simple(s, prop, ismath):
            with matplotlib.rc_context({"text.parse_math": bool(ismath)}):
                path = TextPath((0, 0), s, prop=prop, usetex=ismath == "TeX")
            place = Affine2D().rotate_deg(angle).translate(x, self.height - y)
            one = self.new_gc()
            one.copy_properties(gc)
            one.set_linewidth(0.0)
            self.draw_path(one, path, place, gc.get_rgb())
            return
        file = self._file(prop)
        at, uses = 0.0, []
        for character in s:
            data, advance, *_ = _glyph(file, ord(character))
            if data:
                name = f"{_FACES[basename(file)]}{ord(character):x}"
                self._defs.setdefault(name, f'<path id="{name}" d="{data}"/>')
                uses.append(f'<use x="{round(at)}" xlink:href="#{name}"/>')
            at += advance
        scale = UNITS * prop.get_size_in_points() / _EM
        turn = f" rotate({_short(-angle)})" if angle else ""
        place_ = f"translate({round(UNITS * x)} {round(UNITS * y)}){turn} scale({scale:.5g} {-scale:.5g})"
        fill = _paint("fill", gc.get_rgb(), gc)
        self._body.append(f'<g transform="{place_}"{fill}{self._clip(gc)}>{"".join(uses)}</g>')

    def _element(self, data: str, gc: Any, face: Any) -> None:
        if not data:
            return
        look = ' fill="none"' if face is None else _paint("fill", face, gc)
        if gc.get_linewidth() and gc.get_rgb()[3]:
            look += _paint("stroke", gc.get_rgb(), gc)
            look += f' stroke-width="{round(UNITS * gc.get_linewidth())}"'
            offset, dashes = gc.get_dashes()
            if dashes is not None:
                look += f' stroke-dasharray="{" ".join(str(round(UNITS * part)) for part in dashes)}"'
                look += f' stroke-dashoffset="{round(UNITS * offset)}"' if offset else ""
            join, cap = gc.get_joinstyle(), gc.get_capstyle()
            look += f' stroke-linejoin="{join}"' if join != "round" else ""
            look += f' stroke-linecap="{_CAPS.get(cap, cap)}"' if cap != "butt" else ""
        clip = self._clip(gc)
        self._body.append(f'<path d="{data}"{look}{clip}/>')
        if gc.get_hatch() is not None:
            self._body.append(f'<path d="{data}" fill="url(#{self._hatch(gc)})"{clip}/>')

    def _hatch(self, gc: Any) -> str:
        """Return the name of the pattern of a hatch."""
        path = gc.get_hatch_path()
        colour = to_hex(gc.get_hatch_color())
        # a hatch is drawn in a square of one unit, which stands for an inch
        data = _data(path.transformed(Affine2D().scale(_HATCH, -_HATCH).translate(0, _HATCH)))
        width = round(UNITS * gc.get_hatch_linewidth())
        look = f'<path d="{data}" fill="{colour}" stroke="{colour}" stroke-width="{width}"/>'
        pattern = f'patternUnits="userSpaceOnUse" width="{_HATCH}" height="{_HATCH}">{look}</pattern>'
        return self._defined("hatch", "<pattern", pattern)

    def _clip(self, gc: Any) -> str:
        """Return the attribute that clips to what the artist is clipped to."""
        path, transform = gc.get_clip_path()
        box = gc.get_clip_rectangle()
        if path is not None:
            data = _data(path.transformed(transform + self._flip))
        elif box is not None:
            if (found := self._clips.get(box.bounds)) is not None:
                return found
            data = _data(Path.unit_rectangle().transformed(_onto(box) + self._flip))
        else:
            return ""
        name = self._defined("clip", "<clipPath", f'><path d="{data}"/></clipPath>')
        clip = f' clip-path="url(#{name})"'
        if path is None:
            self._clips[box.bounds] = clip
        return clip

    def _defined(self, kind: str, begin: str, rest: str) -> str:
        """Return the name of a definition that is written once."""
        known = [name for name in self._defs if name.startswith(kind)]
        for name in known:
            if self._defs[name] == f'{begin} id="{name}" {rest}':
                return name
        name = f"{kind}-{len(known) + 1}"
        self._defs[name] = f'{begin} id="{name}" {rest}'
        return name

    def _simple(self, text: str, prop: FontProperties, ismath: Any) -> bool:
        """Tell whether a text is one letter after the other in one of our fonts."""
        plain = text.isascii() or all(_is_letter(c) for c in text)
        return plain and not ismath and self._file(prop) in _ours()

    def _file(self, prop: FontProperties) -> str:
        """Return the file of a font; which it is does not change while a figure is drawn."""
        if prop not in self._files:
            self._files[prop] = str(findfont(prop))
        return self._files[prop]

    def _data(self, path: Path, transform: Transform, *, lines: bool) -> str:
        box = (0.0, 0.0, UNITS * self.width, UNITS * self.height) if lines else None
        return _data(
            path.cleaned(
                transform + self._flip,
                remove_nans=True,
                clip=box,
                simplify=lines and path.should_simplify,
                curves=True,
            )
        )


def escaped(text: str) -> str:
    """Return text as it can stand in XML, also where identifiers are looked for."""
    return escape(text)  # not that of `xml.sax.saxutils`, which loads what fetches from the network


def _onto(box: Any) -> Affine2D:
    return Affine2D().scale(box.width, box.height).translate(box.x0, box.y0)


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _paint(attribute: str, colour: Any, gc: GraphicsContextBase) -> str:
    alpha = gc.get_alpha() if gc.get_forced_alpha() else (colour[3] if len(colour) == 4 else 1.0)
    opacity = f' {attribute}-opacity="{_short(alpha)}"' if alpha not in (None, 1) else ""
    return f' {attribute}="{to_hex(colour[:3])}"{opacity}'


def _data(path: Path) -> str:
    """Return the commands of a path in whole units; lines relative to the point before."""
    vertices = np.rint(path.vertices).astype(np.int64)
    if len(vertices) > _LONG and path.codes is not None and _is_one_line(path.codes):
        return _line(vertices[:-1])
    points = vertices.tolist()
    codes = [_MOVE] + [_LINE] * (len(points) - 1) if path.codes is None else np.asarray(path.codes).tolist()
    parts: list[str] = []
    before, start, (x0, y0) = "", (0, 0), (0, 0)
    for (x, y), code in zip(points, codes, strict=True):
        letter = _LETTERS[code]
        if letter == "l":
            if x == x0 and y == y0:
                continue
            parts.append(f"{' ' if before == 'l' else 'l'}{x - x0} {y - y0}")
        elif letter in ("Q", "C"):  # stands at each of the points of a curve
            parts.append(f"{' ' if before == letter else letter}{x} {y}")
        elif letter == "M":
            parts.append(f"M{x} {y}")
            start = (x, y)
        elif letter == "z":
            parts.append("z")
            x, y = start
        before, x0, y0 = letter, x, y
    return "".join(parts).replace(" -", "-")


def _is_one_line(codes: Any) -> bool:
    """Tell whether a path is one line without a gap; a cleaned path ends with a stop."""
    return codes[0] == _MOVE and codes[-1] == Path.STOP and bool((codes[1:-1] == _LINE).all())


def _line(points: npt.NDArray[np.int64]) -> str:
    """Return what `_data` does, for a signal of many points."""
    steps = np.diff(points, axis=0)
    steps = steps[steps.any(axis=1)]
    start = f"M{points[0, 0]} {points[0, 1]}" + "l" * bool(steps.size)
    return (start + " ".join(map(str, steps.ravel().tolist()))).replace(" -", "-")


def _is_letter(character: str) -> bool:
    """Tell whether a character stands for itself, whatever stands beside it."""
    code = ord(character)
    return (code < _SHAPED_FROM and code not in _COMBINING) or character == _MINUS


@cache
def _ours() -> frozenset[str]:
    return frozenset(f"{folder()}/{file}" for file in _FACES)


@cache
def _font(file: str) -> FT2Font:
    font = FT2Font(file)
    font.set_size(_EM, 72)
    return font


@cache
def _line_units(file: str) -> tuple[int, int, int]:
    """Return ascent, descent and gap of a line in units of the font, as its typographer set them."""
    table = _font(file).get_sfnt_table("OS/2")
    assert table is not None  # every DejaVu has it
    return table["sTypoAscender"], -table["sTypoDescender"], table["sTypoLineGap"]


@cache
def _glyph(file: str, code: int) -> tuple[str, float, int, int]:
    """Return the outline of a character, its advance, and how far it reaches below and above its line."""
    font = _font(file)
    glyph = font.load_char(code)
    vertices, codes = font.get_path()
    data = _data(Path(vertices, codes)) if len(codes) else ""
    _, bottom, _, top = (round(edge / 64) for edge in glyph.bbox)
    return data, glyph.linearHoriAdvance / 65536, bottom, top
