"""Bursts of one signal: one algorithm a file behind one small interface.

An algorithm is loaded when it is first used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

import numpy.typing as npt

from emgkit.detectors import _drop_outs
from emgkit.detectors._steps import Steps
from emgkit.detectors.base import Detector, Parameters, check_signal
from emgkit.errors import InputError
from emgkit.found import Detection

__all__ = ["METHODS", "Search", "detect"]

# method: (module, parameters, function)
_HOME = {
    "hmm": ("hmm", "HmmParameters", "find_bursts"),
    "double_threshold": ("double_threshold", "DoubleThresholdParameters", "find_bursts"),
    "hodges_bui": ("hodges_bui", "HodgesBuiParameters", "find_bursts"),
    "tkeo": ("tkeo", "TkeoParameters", "find_bursts"),
    "aglr": ("aglr", "AglrParameters", "find_bursts"),
    "lidierth": ("lidierth", "LidierthParameters", "find_bursts"),
    "change_point": ("change_point", "ChangePointParameters", "find_bursts"),
    "rancho": ("rancho", "RanchoParameters", "find_bursts"),
    "neurokit": ("neurokit", "NeurokitParameters", "find_bursts"),
}
_SHARING = frozenset({"hmm", "double_threshold"})
"""Methods that share steps; these are handed to them."""


class _Methods(Mapping[str, type[Parameters]]):
    """Name of each method and its dataclass of parameters."""

    def __getitem__(self, name: str) -> type[Parameters]:
        module, parameters, _ = _HOME[name]
        return cast(type[Parameters], getattr(import_module(f"{__name__}.{module}"), parameters))

    def __iter__(self) -> Iterator[str]:
        return iter(_HOME)

    def __len__(self) -> int:
        return len(_HOME)


METHODS: Mapping[str, type[Parameters]] = _Methods()


def detect(samples_uv: npt.ArrayLike, rate_hz: float, method: str = "hmm", **parameters: Any) -> Detection:
    """Find the bursts in a raw signal.

    Parameters
    ----------
    samples_uv : array-like of shape (n_samples,), in microvolts
        The signal as recorded, with whatever offset and drift; each method conditions it by itself. It is not
        changed.
    rate_hz : float
    method : str
        A name in `METHODS`.
    **parameters
        Parameters of the method where they differ from its defaults; `METHODS[method].describe()` lists them.

    Returns
    -------
    Detection
        Its `parameters` hold every parameter in force, and what was learned under ``learned_...``.

    Raises
    ------
    InputError
        If the samples, the rate, the method or a parameter cannot be used.
    InsufficientDataError
        If the signal is too short.

    Examples
    --------
    >>> import numpy as np
    >>> signal = np.random.default_rng(1).normal(0, 5, 4000)
    >>> signal[2000:2600] *= 10
    >>> detect(signal, 2000.0).onset_s.round(2).tolist()
    [1.0]
    """
    _chosen(method, parameters)  # an unknown method is told before anything about the samples
    return Search(samples_uv, rate_hz).detect(method, **parameters)


class Search:
    """One signal that is searched with several methods or settings; what these share is computed once.

    Parameters
    ----------
    samples_uv, rate_hz
        As for `detect`.

    Raises
    ------
    InputError
        If they cannot be used.
    """

    def __init__(self, samples_uv: npt.ArrayLike, rate_hz: float) -> None:
        self._samples_uv, self._rate_hz = check_signal(samples_uv, rate_hz)
        self._lost = _drop_outs.find(self._samples_uv, self._rate_hz)
        if len(self._lost):
            self._samples_uv = _drop_outs.bridged(self._samples_uv, self._lost)
        self._steps = Steps()

    def detect(self, method: str = "hmm", **parameters: Any) -> Detection:
        """Find the bursts; see `emgkit.detectors.detect`."""
        chosen = _chosen(method, parameters)
        module, _, function = _HOME[method]
        run = cast(Detector, getattr(import_module(f"{__name__}.{module}"), function))
        shared = (self._steps,) if method in _SHARING else ()
        found = run(self._samples_uv, self._rate_hz, chosen, *shared)
        return _drop_outs.unknown_inside(found, self._lost, self._rate_hz) if len(self._lost) else found


def _chosen(method: str, parameters: Mapping[str, Any]) -> Parameters:
    """Return the parameters in force; refuse a method or a parameter that there is not."""
    if not isinstance(method, str) or method not in _HOME:
        raise InputError("there is no such detector", found=method, accepted=list(_HOME))
    kind = METHODS[method]
    unknown = sorted(set(parameters) - set(kind.names()))
    if unknown:
        raise InputError(
            f"detector {method!r} has no parameter {unknown[0]!r}", found=unknown[0], accepted=kind.names()
        )
    return kind(**parameters)
