"""Which characters the report's font can print: figures and PDF use DejaVu Sans and no font of the system."""

from __future__ import annotations

from functools import cache

from emgkit.report.words import NBSP, shorten

REPLACEMENT = "\ufffd"


def folder() -> str:
    """Return the folder of the fonts that matplotlib carries."""
    import matplotlib

    return f"{matplotlib.get_data_path()}/fonts/ttf"


@cache
def _known() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(f"{folder()}/DejaVuSans.ttf").get_charmap())


def printable(text: str) -> str:
    """Return `text` with each character that cannot be printed replaced by U+FFFD, on one line."""
    if text.isascii() and text.isprintable():
        return text
    known = _known()
    line = "".join(" " if c in "\t\r\n\f\v" else c for c in text)
    return "".join(c if ord(c) in known and (c.isprintable() or c == NBSP) else REPLACEMENT for c in line)


def drawn(text: str, length: int) -> str:
    """Return `text` as it can stand in a figure, shortened to `length` characters."""
    return shorten(printable(text), length)
