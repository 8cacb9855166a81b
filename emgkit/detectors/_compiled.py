"""Compilation of what has to go through the blocks one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")

# sums may be taken in any order, so that they run side by side; nothing else of fast arithmetic
_OPTIONS = {"error_model": "numpy", "fastmath": {"reassoc", "nsz", "contract"}}


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function of arrays and numbers when it is first called, and keep the result on disk."""
    try:
        return cast(Callable[P, R], numba.njit(cache=True, **_OPTIONS)(function))
    except RuntimeError:  # no folder to keep it in: it is compiled anew in every process
        return cast(Callable[P, R], numba.njit(**_OPTIONS)(function))
