"""A single figure of the report as a file: SVG, or PNG drawn from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from emgkit.errors import InputError
from emgkit.report.data import report_model
from emgkit.report.model import Picture
from emgkit.result import Analysis

DPI = 200
_FORMATS = ("svg", "png")
_PAGE = b"""
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")
"""


def pictures(model: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the pictures of a report model by name."""
    blocks = [block for section in model["document"]["sections"] for block in section["blocks"]]
    return {block["name"]: block for block in blocks if block["kind"] == Picture.kind}


def figure(
    an: Analysis | Mapping[str, Any], name: str, *, format: Literal["svg", "png"] = "svg", dpi: float = DPI
) -> bytes:
    """Return a figure of the report as the bytes of a file.

    Parameters
    ----------
    an : Analysis or mapping
        Or what `report_model` returned for it, which is quicker for several figures.
    name : str
        As the picture is called in the report model: "timing", "profile", "traces-1" ...
    format : {"svg", "png"}
    dpi : float
        Pixels per inch of a PNG, 36 to 1200; a figure is 6.85 inches (174 mm) wide.

    Raises
    ------
    InputError
        If the report has no such figure, or the format or the resolution cannot be had.

    Notes
    -----
    The same analysis gives the same bytes. Letters are shapes, so no font is needed to show them.

    Examples
    --------
    >>> import emgkit
    >>> from emgkit.report import figure
    >>> an = emgkit.analyze(emgkit.simulate(n_cycles=5))
    >>> figure(an, "timing", format="png", dpi=300)[1:4]
    b'PNG'
    """
    if format not in _FORMATS:
        raise InputError("no such format of a figure", found=format, accepted=_FORMATS)
    found = pictures(an if isinstance(an, Mapping) else report_model(an))
    if not isinstance(name, str) or name not in found:
        raise InputError("the report has no such figure", found=name, accepted=found)
    svg: str = found[name]["svg"]
    return svg.encode() if format == "svg" else to_png(svg, dpi=dpi)


def to_png(svg: str, *, dpi: float = DPI) -> bytes:
    """Return a figure as PNG on white; see `figure`."""
    import typst

    if isinstance(dpi, bool) or not isinstance(dpi, int | float) or not 36 <= dpi <= 1200:
        raise InputError("this resolution cannot be drawn", found=dpi, accepted="36 to 1200 dpi")
    png = typst.compile(
        _PAGE, format="png", ppi=float(dpi), sys_inputs={"svg": svg}, ignore_system_fonts=True
    )
    assert isinstance(png, bytes)  # one page, one file
    return png
