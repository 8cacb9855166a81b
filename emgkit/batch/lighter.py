"""Libraries that others load and no session calls; a process that only does sessions goes without them."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any


def leave_out() -> None:
    """Put off what takes most memory: pyarrow 37 MB, scipy.stats 16 MB, numpy.f2py 5 MB.

    pandas loads pyarrow wherever it is installed, scipy loads all that numpy names, and scipy.signal loads
    scipy.stats for one function, for a search of peaks by wavelets.
    """
    import numpy

    sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]
    sys.modules.setdefault("scipy.stats", _Later("scipy.stats"))
    vars(numpy).setdefault("f2py", sys.modules.setdefault("numpy.f2py", _Later("numpy.f2py")))


class _Later(ModuleType):
    """Stands for a module until something of it is used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import asks whether it is a package
            raise AttributeError(name)
        return _percentile if name == "scoreatpercentile" else getattr(_whole(self.__name__), name)


def _percentile(*args: Any, **named: Any) -> Any:
    """Stand for the function of scipy.stats that scipy.signal takes when it is loaded."""
    return _whole("scipy.stats").scoreatpercentile(*args, **named)


def _whole(name: str) -> ModuleType:
    if isinstance(sys.modules.get(name), _Later):
        del sys.modules[name]
    return import_module(name)
