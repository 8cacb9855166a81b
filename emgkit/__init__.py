"""emgkit: timing and magnitude of one muscle per gait cycle, from dynamic fine-wire EMG.

Conventions: time in seconds from the first sample (`_s`), rates in hertz (`_hz`), phase in percent of the
cycle (`_pct`), amplitude in microvolts (`_uv`), foot-switch voltage in volts (`_v`).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emgkit.analysis import analyze, detect
    from emgkit.batch import run_batch
    from emgkit.comparison import compare
    from emgkit.errors import EmgkitError, InputError, InsufficientDataError
    from emgkit.events import read_events
    from emgkit.io import list_channels, load_session, read
    from emgkit.measures.interference_pattern import interference_pattern
    from emgkit.model import Recording, Session
    from emgkit.reference import read_reference
    from emgkit.report import report_model, write_report
    from emgkit.result import Analysis
    from emgkit.session import analyze_session
    from emgkit.settings import Settings
    from emgkit.simulation import simulate
    from emgkit.sound import listen

__version__ = "0.1.0"

# Public names load when they are first used: `import emgkit` itself costs nothing.
_HOME = {
    "Analysis": "emgkit.result",
    "EmgkitError": "emgkit.errors",
    "InputError": "emgkit.errors",
    "InsufficientDataError": "emgkit.errors",
    "Recording": "emgkit.model",
    "Session": "emgkit.model",
    "Settings": "emgkit.settings",
    "analyze": "emgkit.analysis",
    "analyze_session": "emgkit.session",
    "compare": "emgkit.comparison",
    "detect": "emgkit.analysis",
    "interference_pattern": "emgkit.measures.interference_pattern",
    "list_channels": "emgkit.io",
    "listen": "emgkit.sound",
    "load_session": "emgkit.io",
    "read": "emgkit.io",
    "read_events": "emgkit.events",
    "read_reference": "emgkit.reference",
    "report_model": "emgkit.report",
    "run_batch": "emgkit.batch",
    "simulate": "emgkit.simulation",
    "write_report": "emgkit.report",
}

__all__ = [
    "Analysis",
    "EmgkitError",
    "InputError",
    "InsufficientDataError",
    "Recording",
    "Session",
    "Settings",
    "__version__",
    "analyze",
    "analyze_session",
    "compare",
    "detect",
    "interference_pattern",
    "list_channels",
    "listen",
    "load_session",
    "read",
    "read_events",
    "read_reference",
    "report_model",
    "run_batch",
    "simulate",
    "write_report",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'emgkit' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
