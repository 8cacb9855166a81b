"""Where references come from: the one that emgkit brings with it, and a laboratory's own file."""

from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

from emgkit.errors import InputError
from emgkit.reference.sets import ReferenceSet
from emgkit.reference.table import MAX_BYTES, parse
from emgkit.tables import NOT_RECORDED

Mode = Literal["add", "replace"]
MODES: tuple[Mode, ...] = ("add", "replace")


@cache
def shipped() -> ReferenceSet:
    """Return the reference that emgkit brings with it."""
    file = "perry_1992.csv"
    content = resources.files("emgkit.reference").joinpath(file).read_bytes()
    reference = parse(
        content,
        file,
        name="perry_1992",
        version="1",
        population="not recorded in the transcription that the table was taken from",
        status="secondary transcription; check against the book before clinical use",
    )
    return ReferenceSet((replace(reference, is_shipped=True),))


def read_reference(
    path: str | Path,
    *,
    mode: Mode = "add",
    name: str | None = None,
    version: str | None = None,
    population: str | None = None,
) -> ReferenceSet:
    """Read a laboratory's own timing reference from a CSV file.

    Parameters
    ----------
    path : str or Path
        A CSV file in UTF-8, separated by commas; docs/reference.md lists its columns.
    mode : {"add", "replace"}
        "add": for the muscles that the file names it is taken as a whole, for all others the reference that
        emgkit brings with it. "replace": the file alone; other muscles have no reference.
    name, version, population : str, optional
        What the reference is called in every finding, and whom it was measured on. Without a name, it is that
        of the file; what is not given is "not recorded".

    Returns
    -------
    ReferenceSet
        For `emgkit.analyze(recording, reference=...)`.

    Raises
    ------
    InputError
        If the file cannot be read or used: it names file, line, column, what was found and what is accepted.
    """
    if mode not in MODES:
        raise InputError("this is no mode of a reference", found=mode, accepted=MODES)
    if not isinstance(path, str | Path) or not str(path) or "\0" in str(path):
        raise InputError("this is no path", found=path, accepted="path of a CSV file")
    path = Path(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(
            f"the reference cannot be read ({error.strerror or 'error of the system'})", where=path.name
        ) from error
    own = parse(
        content,
        path.name,
        name=name or path.stem,
        version=version or NOT_RECORDED,
        population=population or NOT_RECORDED,
        status=f"given by the user in {path.name}; not checked by emgkit",
    )
    return ReferenceSet((own, *(shipped().references if mode == "add" else ())))
