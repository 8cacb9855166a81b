"""Steps of detection that several detections of one signal have in common, each taken once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Steps:
    """What has been computed of one signal, by the step and all that it depends on."""

    def __init__(self) -> None:
        self._taken: dict[tuple[Hashable, ...], Any] = {}

    def take(self, step: tuple[Hashable, ...], compute: Callable[[], T]) -> T:
        """Return the result of a step, computed if it was not before; nobody may change it.

        Parameters
        ----------
        step : tuple
            Its name, and every parameter that its result depends on.
        compute : callable
        """
        if step not in self._taken:
            self._taken[step] = compute()
        return cast(T, self._taken[step])
