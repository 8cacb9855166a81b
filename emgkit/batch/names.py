"""The name of the folder in which a session's results stand: its id, or made from its folder."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from emgkit.batch.find import Found
from emgkit.errors import InputError
from emgkit.io.faults import parse
from emgkit.io.files import MANIFEST
from emgkit.io.manifest import SessionSection

RESERVED = frozenset(
    {"batch.json"} | {f"{t}.{end}" for t in ("sessions", "cycles", "bursts") for end in ("csv", "parquet")}
)
"""Names of files at the top of the results; no session's folder may have one of them."""

_LONGEST = 55


@dataclass(frozen=True, slots=True)
class Named:
    """A session that was found, with the name of its results.

    Attributes
    ----------
    found : Found
    name : str
        Its id in every table, and its folder in the results.
    fault : str
        Why it cannot be done; "" if it can.
    """

    found: Found
    name: str
    fault: str


def name_sessions(found: Sequence[Found]) -> list[Named]:
    """Name each session: by the id of its manifest, else by its folder; sorted by name.

    Sessions that share an id, upper and lower case taken alike, are all refused and named by their folders:
    which of them is meant cannot be known, and no result may be written over another.

    Raises
    ------
    InputError
        If two names are still alike.
    """
    ids = [None if one.fault else stated_id(one.path) for one in found]
    names = [folder_name(one.folder) if own is None else own for one, own in zip(found, ids, strict=True)]
    alike = Counter(name.casefold() for name in names)
    named = []
    for one, name in zip(found, names, strict=True):
        fault = one.fault
        if alike[name.casefold()] > 1:
            fault = f"the id '{name}' is that of more than one session: " + ", ".join(
                other.folder
                for other, its in zip(found, names, strict=True)
                if its.casefold() == name.casefold()
            )
        elif name.casefold() in RESERVED:
            fault = f"the id '{name}' is the name of a file of the batch"
        named.append(Named(one, folder_name(one.folder, marked=True) if fault else name, fault))
    _require_apart(named)
    return sorted(named, key=lambda one: one.name)


def stated_id(folder: Path) -> str | None:
    """Return the id that the manifest states, None if it states none that can be used or cannot be read."""
    try:
        section = parse(folder / MANIFEST)[1].get("session")
        return (
            SessionSection.model_validate({"id": section.get("id")}).id if isinstance(section, dict) else None
        )
    except (InputError, OSError, ValidationError):
        return None  # what is wrong with the manifest is said when the session is loaded


def folder_name(folder: str, *, marked: bool = False) -> str:
    """Return a plain name made from a relative folder.

    A folder directly below the root that is a plain name keeps it. Otherwise other characters become "_" and
    eight digits of the SHA-256 of the relative folder follow, so that different folders have different names.
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", folder).lstrip("._-")[:_LONGEST]
    if plain == folder and plain.casefold() not in RESERVED and not marked:
        return plain
    return f"{plain or 'root'}-{hashlib.sha256(folder.encode()).hexdigest()[:8]}"


def _require_apart(named: Iterable[Named]) -> None:
    by_name: dict[str, str] = {}
    for one in named:
        other = by_name.setdefault(one.name.casefold(), one.found.folder)
        if other != one.found.folder:
            raise InputError(
                "two sessions have the same name",
                where=one.found.folder,
                found=one.name,
                mend=f"give it, or {other}, another id in its {MANIFEST}",
            )
