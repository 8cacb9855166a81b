"""Readers and writers - one file per format. Submodules load when a name is first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emgkit.io.files import write_files
    from emgkit.io.handle import RecordingFile, open_file
    from emgkit.io.listing import channel_table, list_channels, read_file_events
    from emgkit.io.recording import read, read_events_and_switches, read_foot_switches
    from emgkit.io.session import load_session
    from emgkit.io.settings_file import load_settings

_HOME = {
    "RecordingFile": "emgkit.io.handle",
    "channel_table": "emgkit.io.listing",
    "list_channels": "emgkit.io.listing",
    "load_session": "emgkit.io.session",
    "load_settings": "emgkit.io.settings_file",
    "open_file": "emgkit.io.handle",
    "read": "emgkit.io.recording",
    "read_events_and_switches": "emgkit.io.recording",
    "read_file_events": "emgkit.io.listing",
    "read_foot_switches": "emgkit.io.recording",
    "write_files": "emgkit.io.files",
}

__all__ = [
    "RecordingFile",
    "channel_table",
    "list_channels",
    "load_session",
    "load_settings",
    "open_file",
    "read",
    "read_events_and_switches",
    "read_file_events",
    "read_foot_switches",
    "write_files",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'emgkit.io' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
