"""Libraries that only some outputs need: an extra of the package each."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from emgkit.errors import InputError


def needed(module: str, extra: str) -> Any:
    """Return a module of an extra.

    Raises
    ------
    InputError
        If it is not installed; it says how it is.
    """
    try:
        return import_module(module)
    except ImportError:
        raise InputError(
            f"the extra {extra!r} of emgkit is not installed", mend=f"run pip install 'emgkit[{extra}]'"
        ) from None
