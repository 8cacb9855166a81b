"""Libraries that others load and no session calls; a process that only does sessions goes without them."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_STATS = "scipy.stats"


def leave_out() -> None:
    """Put off what takes most memory: pyarrow 37 MB, scipy.stats 16 MB.

    pandas loads pyarrow wherever it is installed; scipy.signal loads scipy.stats for one function, of a
    search for peaks by wavelets.
    """
    sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]
    sys.modules.setdefault(_STATS, _Later(_STATS))


class _Later(ModuleType):
    """Stands for scipy.stats until something of it is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import asks whether it is a package
            raise AttributeError(name)
        return _percentile if name == "scoreatpercentile" else getattr(_whole(), name)


def _percentile(*args: Any, **named: Any) -> Any:
    """Stand for the function that scipy.signal takes when it is loaded."""
    return _whole().scoreatpercentile(*args, **named)


def _whole() -> ModuleType:
    if isinstance(sys.modules.get(_STATS), _Later):
        del sys.modules[_STATS]
    return import_module(_STATS)
