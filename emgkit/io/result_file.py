"""Results that were written before, read back from their file."""

from __future__ import annotations

from os import PathLike

from emgkit.errors import InputError, within
from emgkit.io.files import RESULT, as_path
from emgkit.io.handle import unreadable
from emgkit.result import Analysis


def load_result(path: str | PathLike[str]) -> Analysis:
    """Read a `result.json`, or the one in a folder.

    Raises
    ------
    InputError
        If there is none, it cannot be read, or it is no result of emgkit.
    """
    place = as_path(path, what="result.json, or of a folder that holds one")
    where = place.name or str(place)
    try:
        if place.is_dir():
            place = place / RESULT
            where = f"{where}/{RESULT}"
        text = place.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError("there is no such result", where=where, accepted=f"a {RESULT}") from None
    except UnicodeDecodeError:
        raise InputError("this is no result of emgkit", where=where, accepted=f"a {RESULT}") from None
    except OSError as error:
        raise unreadable(place, error) from error
    try:
        return Analysis.from_json(text)
    except InputError as error:
        raise within(error, where) from None
