"""One model of what is said, and its outputs: tables, JSON, HTML and PDF."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emgkit.report.data import report_model
    from emgkit.report.files import write_report
    from emgkit.report.picture import figure

__all__ = ["figure", "report_model", "write_report"]
_HOME = {
    "figure": "emgkit.report.picture",
    "report_model": "emgkit.report.data",
    "write_report": "emgkit.report.files",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'emgkit.report' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value
