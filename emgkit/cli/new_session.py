"""What `emgkit new-session` and `emgkit schema` print."""

from importlib import resources
from pathlib import Path

from emgkit.errors import InputError
from emgkit.io import load_session
from emgkit.io.manifest_schema import FILE
from emgkit.io.new_session import new_manifest, write_new_session


def run(folder: Path, stdout: bool, **given: str | None) -> None:
    """Print the manifest, or write it and say what is left to do."""
    if stdout:
        print(new_manifest(folder, **given), end="")
        return
    print(write_new_session(folder, **given))
    try:
        notes = load_session(folder).notes
    except InputError as error:
        print(f"Next: {error}")
    else:
        print("\n".join(f"Warning: {note}" for note in notes) or "It can be read; check what it proposes.")


def schema_text() -> str:
    """Return the schema of a manifest as it is shipped."""
    return resources.files("emgkit").joinpath("schemas", FILE).read_text(encoding="utf-8")
