"""Compilation of what has to go through samples or blocks one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

# sums may be taken in any order, so that they run side by side; nothing else of fast arithmetic
_ANY_ORDER = {"fastmath": {"reassoc", "nsz", "contract"}}


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays and numbers when it is first called, and keep the result on disk."""
    return _compiled(function, _ANY_ORDER)


def compiled_as_written(function: Callable[P, R]) -> Callable[P, R]:
    """Do the same with every operation in its order, so that the numbers are those of the loop in C."""
    return _compiled(function, {})


def _compiled(function: Callable[P, R], options: dict[str, Any]) -> Callable[P, R]:
    options = {"error_model": "numpy", **options}
    try:
        return cast(Callable[P, R], numba.njit(cache=True, **options)(function))
    except RuntimeError:  # no folder to keep it in: it is compiled anew in every process
        return cast(Callable[P, R], numba.njit(**options)(function))
