"""Settings from a TOML file, in the shape of `emgkit.Settings`."""

from __future__ import annotations

from pathlib import Path

from emgkit.errors import InputError
from emgkit.faults import model_faults
from emgkit.io.faults import error_of, parse
from emgkit.io.files import as_path
from emgkit.io.handle import unreadable
from emgkit.settings import Settings


def load_settings(path: str | Path) -> Settings:
    """Read settings; what the file does not name keeps its default.

    Parameters
    ----------
    path : str or Path
        A TOML file with tables such as `[detect]` and `[gait]`.

    Raises
    ------
    InputError
        If the file cannot be read, or anything in it is no setting: it names every fault with its line.
    """
    path = as_path(path)
    try:
        text, given = parse(path)
    except FileNotFoundError:
        raise InputError("there is no such file", where=path.name) from None
    except OSError as error:
        raise unreadable(path, error) from error
    faults = model_faults(Settings, given)
    if faults:
        raise error_of(text, faults, path.name)
    return Settings.model_validate(given)
