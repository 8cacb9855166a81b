"""Words on a terminal: one line, whatever a name or a text of the input holds."""

from __future__ import annotations


def in_one_line(text: str) -> str:
    r"""Return a text with its control characters, line ends among them, and half characters spelled out.

    Names of files may hold any of them; on a terminal they would end the line, or command it.

    Examples
    --------
    >>> print(in_one_line("walk\n1.c3d: there is no such file"))
    walk\n1.c3d: there is no such file
    """
    return "".join(c if c.isprintable() or c == "\N{NO-BREAK SPACE}" else repr(c)[1:-1] for c in text)
