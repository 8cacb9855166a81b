"""Arguments and options that several commands share, and what is wrong with a call."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emgkit.sites import SITES
from emgkit.units import ACCEPTED as VOLTAGES
from emgkit.units import is_voltage

if TYPE_CHECKING:
    from emgkit.settings import Settings


def path_of(given: str) -> Path:
    """Return a path; an empty one, as of a variable of the shell that is not set, would be this folder."""
    if not given:
        raise typer.BadParameter("it is empty; this folder is '.'")
    return Path(given)


Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
RecordingFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="A C3D, EDF, EDF+ or BDF file.", show_default=False, parser=path_of),
]
Wire = Annotated[
    str | None,
    typer.Option("--emg", metavar="LABEL", help="Channel of the wire. Needed unless just one qualifies."),
]
WireSide = Annotated[
    str | None,
    typer.Option(
        "--side",
        metavar="left|right",
        help="Side of the wire. Needed where its label does not say; wins over it.",
    ),
]
EmgUnit = Annotated[
    str | None,
    typer.Option("--emg-unit", metavar="UNIT", help="V, mV or uV; wins over what the file states."),
]
Out = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="Folder to write to; made if needed.", parser=path_of)
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        metavar="TOML",
        help="Settings that differ from the defaults; see docs/settings.md.",
        parser=path_of,
    ),
]


def check_options(side: str | None, emg_unit: str | None) -> None:
    """Refuse a side or a unit that is none; a wrong call, so exit 2."""
    if side not in (None, "left", "right"):
        raise typer.BadParameter(f"{side!r} is neither left nor right", param_hint="--side")
    if emg_unit is not None and not is_voltage(emg_unit):
        raise typer.BadParameter(f"{emg_unit!r} is none of {VOLTAGES}", param_hint="--emg-unit")


def pairs(values: list[str], option: str) -> dict[str, str]:
    """Return the labels of foot switches by site, from NAME=LABEL."""
    found: dict[str, str] = {}
    for value in values:
        name, equals, label = value.partition("=")
        if not (name and equals and label):
            raise typer.BadParameter(f"{value!r} is not NAME=LABEL, such as heel=FSW_HEEL", param_hint=option)
        if name not in SITES:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(SITES)}", param_hint=option)
        if name in found:
            raise typer.BadParameter(f"{name!r} is given twice", param_hint=option)
        found[name] = label
    return found


def of_repetitions(chosen: Settings | None) -> Settings:
    """Return settings by which annotated repetitions bound the cycles, unless they name something else."""
    from emgkit.settings import as_settings

    given = as_settings(chosen)
    if given.gait.source != "auto":
        return given
    return given.model_copy(update={"gait": given.gait.model_copy(update={"source": "repetitions"})})


def load_settings(path: Path | None) -> Settings | None:
    """Read a file of settings, if one is given."""
    if path is None:
        return None
    from emgkit.io import settings_file

    return settings_file.load_settings(path)


def refuse_session_folder(out: Path, option: str = "--out") -> None:
    """Nothing is ever written into a session's own folder; a wrong call, so exit 2."""
    from emgkit.io.files import session_around

    session = session_around(out)
    if session is not None:
        raise typer.BadParameter(
            f"it lies in the session's own folder ({session.name}), into which nothing is written",
            param_hint=option,
        )


def check_out(out: Path) -> None:
    """Refuse a folder into which no result of one session is written; a wrong call, so exit 2."""
    from emgkit.io.files import refuse_archive, refuse_unwritable

    refuse_session_folder(out)
    with as_wrong_call("--out"):
        refuse_archive(out)
    refuse_unwritable(out)


@contextlib.contextmanager
def as_wrong_call(option: str) -> Iterator[None]:
    """Say of an option what an error of the input says, so that it ends with exit 2."""
    from emgkit.errors import InputError

    try:
        yield
    except InputError as error:
        raise typer.BadParameter(error.what, param_hint=option) from error
