"""Faults in a TOML file: all of them at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from emgkit.errors import InputError
from emgkit.faults import Fault, joined

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")


def parse(path: Path) -> tuple[str, dict[str, Any]]:
    """Return (text, content) of a TOML file.

    Raises
    ------
    InputError
        If it is no text in UTF-8 or no valid TOML. Errors of the operating system pass through.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this is no text in UTF-8", where=path.name) from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"this is no valid TOML: {error}", where=path.name) from None
    except RecursionError:
        raise InputError("this is no usable TOML: it is nested too deeply", where=path.name) from None


def error_of(text: str, faults: list[Fault], file: str) -> InputError:
    """Return one error that names every fault, in the order of the lines of `text`."""
    said: dict[str, None] = {}
    for fault in sorted(faults, key=lambda f: _line(text, f.place) or 0):
        line = _line(text, fault.place)
        said[f"{f'line {line}, ' if line else ''}{fault.key or 'the file'}: {fault.text}"] = None
    it = "it" if len(said) == 1 else "them"
    return InputError(joined(list(said)), where=file, mend=f"put {it} right and run again")


def _line(text: str, place: tuple[str | int, ...]) -> int | None:
    """Return the line of a key, or of the nearest key or table around it; tomllib does not keep it."""
    keys = [p for p in place if isinstance(p, str)]
    best: tuple[int, int | None] = (0, None)
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?([^\[\]]+)\]\]?\s*(#.*)?$", line)
        if header:
            table = _dotted(header.group(1))
            path = table
        else:
            key = _KEY.match(line)
            if not key:
                continue
            path = table + _dotted(key.group(1))
        if path == keys[: len(path)] and len(path) > best[0]:
            best = (len(path), number)
    return best[1]


def _dotted(key: str) -> list[str]:
    return [part.strip().strip("\"'") for part in key.split(".")]
