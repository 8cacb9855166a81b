"""One model of what is said, and its outputs: tables, JSON, HTML and PDF."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emgkit.report.files import write_report

__all__ = ["write_report"]


def __getattr__(name: str) -> Any:
    if name != "write_report":
        raise AttributeError(f"module 'emgkit.report' has no attribute {name!r}")
    value = globals()[name] = import_module("emgkit.report.files").write_report
    return value
