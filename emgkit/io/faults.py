"""Faults in a TOML file: all of them at once, each with its line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from emgkit.errors import InputError

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*=")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the key as a path, and the words."""

    place: tuple[str | int, ...]
    text: str


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


def model_faults(
    model: type[BaseModel], given: Mapping[str, Any], prefix: tuple[str, ...] = ()
) -> list[Fault]:
    """Return what a pydantic model finds wrong with plain data."""
    try:
        model.model_validate(given)
    except ValidationError as error:
        return [_fault(model, details, prefix) for details in error.errors(include_url=False)]
    return []


def _fault(model: type[BaseModel], details: Any, prefix: tuple[str, ...]) -> Fault:
    inner = ("[key]", "function-", "list[", "str")  # steps inside pydantic, no keys of the manifest
    place = tuple(p for p in details["loc"] if not str(p).startswith(inner))
    kind, value = details["type"], details["input"]
    if kind == "extra_forbidden":
        known = _keys(model, place[:-1])
        near = difflib.get_close_matches(str(place[-1]), known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        return Fault(prefix + place, f"unknown key; {hint}accepted: {', '.join(known) or 'none'}")
    if kind == "missing":
        return Fault(prefix + place, "missing")
    said = str(details["msg"]).removeprefix("Value error, ").rstrip(".")
    said = said[:1].lower() + said[1:]
    shown = "" if isinstance(value, dict) else f" (found {short(value)})"
    return Fault(prefix + place, f"{said}{shown}")


def short(value: object) -> str:
    """Return a value as it is shown in a fault."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _keys(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    for part in place:
        field = model.model_fields.get(str(part))
        inner = field.annotation if field else None
        options = [inner, *getattr(inner, "__args__", ())]
        models = [o for o in options if isinstance(o, type) and issubclass(o, BaseModel)]
        if not models:
            return []
        model = models[0]
    return list(model.model_fields)


def error_of(text: str, faults: list[Fault], file: str) -> InputError:
    """Return one error that names every fault, in the order of the lines of `text`."""
    said: dict[str, None] = {}
    for fault in sorted(faults, key=lambda f: _line(text, f.place) or 0):
        line = _line(text, fault.place)
        keys = [str(p) if isinstance(p, str) else f"[{p}]" for p in fault.place]
        key = ".".join(keys).replace(".[", "[")
        said[f"{f'line {line}, ' if line else ''}{key or 'the file'}: {fault.text}"] = None
    one = len(said) == 1
    what = (
        next(iter(said))
        if one
        else f"{len(said)} entries cannot be used: "
        + "; ".join(f"({i}) {entry}" for i, entry in enumerate(said, 1))
    )
    return InputError(what, where=file, mend=f"put {'it' if one else 'them'} right and run again")


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
