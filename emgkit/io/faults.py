"""Faults in a TOML file: all of them at once, each with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from emgkit.errors import InputError
from emgkit.faults import Fault, joined

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
"""Of tables and lists in one another; what emgkit reads has four."""
_MAX_SHOWN = 40
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_HEADER = re.compile(r"\s*\[\[?([^\[\]]+)\]\]?\s*(#.*)?\r?$")
_KEY_START = re.compile(r"\s*[\w\[\"']")
_LONG_TEXT = re.compile(r'"""[\s\S]*?"""|\'\'\'[\s\S]*?\'\'\'')
_PLACE = re.compile(r"(?P<what>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)", re.DOTALL)
# the parser's words, and what they mean to who writes a manifest; others are passed on
_PLAINLY = (
    ("Cannot overwrite a value", "the key {key} stands twice"),
    ("Cannot declare", "the section {key} stands twice"),
    ("Cannot mutate immutable", "{key} is given both in braces and as a section"),
    ("Illegal character '\\n'", "a text does not end in the line in which it begins; close it with a quote"),
    ("Unterminated string", "a text is not closed with a quote"),
    ("Invalid value", "a value that TOML does not know; texts stand in quotes, dates are 2025-03-04"),
    ("Invalid date or datetime", "there is no such date; dates are 2025-03-04"),
    ("Unescaped '\\'", "a backslash in double quotes; write \\\\ or use single quotes"),
    ("Unclosed array", "a list is not closed with ]"),
    ("Unclosed inline table", "a table in braces is not closed with }} in its line"),
    ("Duplicate inline table key", "a key in braces stands twice"),
    ("Expected newline or end of document", "more stands in the line than a key and its value"),
    ("Expected '=' after a key", "a key without = and a value; names of sections stand in [ ]"),
)


def parse(path: Path) -> tuple[str, dict[str, Any]]:
    """Return (text, content) of a TOML file.

    Raises
    ------
    InputError
        If it is no file, too large, no text in UTF-8 or no valid TOML. TOML is read up to its first fault,
        so that one alone is named. Errors of the operating system pass through.
    """
    if path.exists() and not path.is_file():
        what = "a folder" if path.is_dir() else "no file that can be read"
        raise InputError(f"this is {what}", where=path.name, accepted="a text file in TOML")
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InputError(
            "the file is too large for what it is for",
            where=path.name,
            accepted=f"{MAX_BYTES // 1000} kB at most",
        )
    text = _decoded(content, path.name)
    # such a key takes the parser a time that grows with the square of its parts
    for number, line in enumerate(text.split("\n"), 1):
        if _KEY_START.match(line) and line.partition("=")[0].count(".") > MAX_DEPTH:
            raise _too_deep(path.name, f"; line {number}")
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _no_toml(text, error, path.name) from None
    except RecursionError:
        raise _too_deep(path.name) from None
    except ValueError:  # Python reads no decimal number of thousands of digits
        raise InputError(
            "this is no usable TOML: it holds a number of too many digits", where=path.name
        ) from None
    if _is_deeper(given, MAX_DEPTH):
        raise _too_deep(path.name)
    return text, given


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            found = "it looks like UTF-16"
        else:
            line = content.count(b"\n", 0, error.start) + 1
            found = f"line {line} holds a byte of another encoding"
        raise InputError(
            f"this is no text in UTF-8: {found}", where=file, mend="save it as UTF-8 in the editor"
        ) from None


def _no_toml(text: str, error: tomllib.TOMLDecodeError, file: str) -> InputError:
    found = _PLACE.fullmatch(str(error))
    what, line = (found["what"], found["line"]) if found else (str(error), None)
    number = int(line) if line else None
    for theirs, ours in _PLAINLY:
        if what.startswith(theirs):
            what = ours.format(key=_key_in(text, number))
            break
    else:
        what = what[:1].lower() + what[1:]
    place = f"line {number}" if number else "at its end"
    return InputError(
        f"this is no valid TOML; {place}: {what}", where=file, mend="put it right and run again"
    )


def _key_in(text: str, number: int | None) -> str:
    line = text.split("\n")[number - 1] if number else ""
    if header := _HEADER.match(line):
        return f"[{header.group(1).strip()}]"
    key = _KEY.match(line)
    return key.group(1) if key else "in it"


def _too_deep(where: str, line: str = "") -> InputError:
    return InputError(
        f"this is no usable TOML: it is nested too deeply{line}",
        where=where,
        accepted=f"{MAX_DEPTH} levels at most",
    )


def _is_deeper(given: object, levels: int) -> bool:
    layer: list[Any] = [given]
    for _ in range(levels):
        inner = [value.values() if isinstance(value, Mapping) else value for value in layer]
        layer = [v for values in inner for v in values if isinstance(v, Mapping | list)]
    return bool(layer)


def error_of(text: str, faults: list[Fault], file: str) -> InputError:
    """Return one error that names every fault, in the order of the lines of `text`."""
    lines = _lines(text)
    said: dict[str, None] = {}
    for line, fault in sorted(((_line(lines, f.place), f) for f in faults), key=lambda pair: pair[0]):
        said[f"{f'line {line}, ' if line else ''}{fault.key or 'the file'}: {fault.text}"] = None
    it = "it" if len(said) == 1 else "them"
    return InputError(joined(list(said), _MAX_SHOWN), where=file, mend=f"put {it} right and run again")


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Return the first line of each key and section; tomllib does not keep it."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    # what looks like a key within a long text is none
    bare = _LONG_TEXT.sub(lambda long: "\n" * long.group().count("\n"), text)
    for number, line in enumerate(bare.split("\n"), 1):
        if header := _HEADER.match(line):
            table = _dotted(header.group(1))
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            path = table + _dotted(key.group(1))
            for length in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:length], number)
    return found


def _line(lines: Mapping[tuple[str, ...], int], place: tuple[str | int, ...]) -> int:
    """Return the line of a key, or of the nearest key or section around it; 0 without one."""
    keys = tuple(part for part in place if isinstance(part, str))
    return next((lines[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in lines), 0)


def _dotted(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in key.split("."))
