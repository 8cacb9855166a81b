"""Libraries that others load and no session calls; a process that only does sessions goes without them."""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_STATS = "scipy.stats"


def leave_out() -> None:
    """Keep pandas from loading pyarrow and scipy.signal from loading scipy.stats: 37 and 18 MB."""
    sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]
    sys.modules.setdefault(_STATS, _Stats(_STATS))


class _Stats(ModuleType):
    """Stands for scipy.stats until something of it is used.

    scipy.signal asks it for one function, for a search of peaks by wavelets.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import asks whether it is a package
            raise AttributeError(name)
        return _percentile if name == "scoreatpercentile" else getattr(_whole(), name)


def _percentile(*args: Any, **named: Any) -> Any:
    return _whole().scoreatpercentile(*args, **named)


def _whole() -> ModuleType:
    if isinstance(sys.modules.get(_STATS), _Stats):
        del sys.modules[_STATS]
    return import_module(_STATS)
