"""The document as one HTML file that needs nothing beside it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from emgkit.report.model import Document, Window, as_data
from emgkit.report.style import for_html

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


def render_html(document: Document | Mapping[str, Any]) -> bytes:
    """Return the page as UTF-8; every text is escaped, figures stand inline.

    Notes
    -----
    All is read without a script. The one that the page carries adds zoom and a readout to the figures; the
    page's policy allows this script by its hash, and nothing from elsewhere.
    """
    from markupsafe import Markup

    script = files("emgkit.report").joinpath("templates/report.js").read_text(encoding="utf-8")
    text = _template().render(
        document=as_data(document),
        script=Markup(script),  # ours, not a text of a file
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )
    # control characters are not allowed in HTML, escaped or not
    return _CONTROL.sub("", text).encode("utf-8", "replace")


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("emgkit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["inline_svg"] = _inline
    environment.filters["css_string"] = _css_string
    environment.filters["places"] = _places
    return environment.get_template("report.html.j2")


def _inline(picture: Mapping[str, Any]) -> Markup:
    """Return a figure to stand in the page; it is drawn by us: shapes only, no text of a file."""
    from markupsafe import Markup

    name, alt = picture["name"], picture["alt"]
    svg = Markup(for_html(picture["svg"], name))
    head, _, rest = svg.partition("<svg")
    start, _, shapes = rest.partition(">")
    described = Markup('{}<svg role="img" aria-labelledby="{}-desc"{}><desc id="{}-desc">{}</desc>{}')
    return described.format(head, name, start, name, alt, shapes)


def _places(picture: Mapping[str, Any]) -> list[list[Any]]:
    """Return the windows of a picture in the order in which the script reads them."""
    return [[window[part.name] for part in fields(Window)] for window in picture["windows"]]


def _css_string(text: str) -> str:
    """Return `text` as the inside of a CSS string: letters, digits and escapes, so that it ends nowhere."""
    return "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in _CONTROL.sub("", text))
