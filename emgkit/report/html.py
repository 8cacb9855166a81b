"""The document as one HTML file that needs nothing beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emgkit.report.model import Document, as_data
from emgkit.report.style import for_html

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")


def render_html(document: Document | Mapping[str, Any]) -> bytes:
    """Return the page as UTF-8; every text is escaped, figures stand inline."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("emgkit.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def inline(svg: str, name: str) -> Markup:
        return Markup(for_html(svg, name))  # drawn by us: shapes only, no text of a file

    environment.filters["inline_svg"] = inline
    text = environment.get_template("report.html.j2").render(document=as_data(document))
    # control characters are not allowed in HTML, escaped or not
    return _CONTROL.sub("", text).encode("utf-8", "replace")
