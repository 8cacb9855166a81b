"""`emgkit new-session` and `emgkit schema`: how a session folder begins."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emgkit.cli.options import Debug, Wire, check_options, path_of


def new_session(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="A folder with recordings.", show_default=False, parser=path_of
        ),
    ],
    muscle: Annotated[
        str | None, typer.Option("--muscle", metavar="NAME", help="Muscle of the wire, such as ta.")
    ] = None,
    side: Annotated[
        str | None, typer.Option("--side", metavar="left|right", help="Side of the wire.")
    ] = None,
    emg: Wire = None,
    session_id: Annotated[
        str | None, typer.Option("--id", metavar="CODE", help="Code of the session, never a name.")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Day of the recording.")
    ] = None,
    stdout: Annotated[bool, typer.Option("--stdout", help="Print it instead of writing it.")] = False,
    debug: Debug = False,
) -> None:
    """Write a commented session.toml into a folder of recordings; one that is there is never replaced.

    Which file is which trial is proposed from the names and events of the files, and marked as a proposal.
    What no recording says, and no option here, reads "???" and has to be replaced.

    Example: emgkit new-session recordings/GL-0417 --muscle tibialis_posterior --side left
    """
    check_options(side, None)
    from emgkit.cli.clock import of_the_future
    from emgkit.errors import InputError
    from emgkit.io import load_session
    from emgkit.io.new_session import new_manifest, write_new_session

    given = {"muscle": muscle, "side": side, "emg": emg, "session_id": session_id, "date": date}
    if stdout:
        print(new_manifest(folder, **given), end="")
        return
    print(write_new_session(folder, **given))
    try:
        session = load_session(folder)
        notes = (*session.notes, *of_the_future(session))
    except InputError as error:
        print(f"Next: {error}")
    else:
        print("\n".join(f"Warning: {note}" for note in notes) or "It can be read; check what it proposes.")


def schema() -> None:
    """Print the JSON Schema of session.toml, for an editor that checks TOML while it is typed.

    Example: emgkit schema > session.schema.json
    """
    from importlib import resources

    from emgkit.io.manifest_schema import FILE

    print(resources.files("emgkit").joinpath("schemas", FILE).read_text(encoding="utf-8"), end="")
