"""Wire EMG and foot switches with known truth."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emgkit.simulation.recording import simulate
    from emgkit.simulation.session import KINDS, write_session
    from emgkit.simulation.stimulation import simulate_stimulation
    from emgkit.simulation.walk_kinds import WALKS
    from emgkit.simulation.walks import random_walk

_HOME = {
    "KINDS": "emgkit.simulation.session",
    "WALKS": "emgkit.simulation.walk_kinds",
    "random_walk": "emgkit.simulation.walks",
    "simulate": "emgkit.simulation.recording",
    "simulate_stimulation": "emgkit.simulation.stimulation",
    "write_session": "emgkit.simulation.session",
}

__all__ = ["KINDS", "WALKS", "random_walk", "simulate", "simulate_stimulation", "write_session"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'emgkit.simulation' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
