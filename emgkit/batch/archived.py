"""One session of an archive, read back from its folder for the tables over all sessions."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from emgkit import tables
from emgkit.batch.state import STATE
from emgkit.cautions import cautions
from emgkit.errors import InputError
from emgkit.io.files import RESULT
from emgkit.result import SCHEMA_VERSION

DONE, FAILED, DAMAGED = "done", "failed", "damaged"
NONE = "none"

Cell = str | float | int | bool | None
"""A value of a table; None where it is not determinable."""
Columns = Mapping[str, Sequence[Cell]]

_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Archived:
    """A session's row of `sessions`, and its tables by name; without tables unless it is done."""

    row: Mapping[str, Cell]
    tables: Mapping[str, Columns] = field(default_factory=dict)


def is_archived(folder: Path) -> bool:
    """Return whether the folder holds the result of a session, or the state that `batch` left of one."""
    return (folder / RESULT).exists() or (folder / STATE).exists()


def read_archived(folder: Path) -> Archived:
    """Read the result of a session, or why there is none. Never raises for what the files hold.

    Parameters
    ----------
    folder : Path
        Of the results; its name is the session's identifier. Without a `session.json` the session counts as
        done.
    """
    known: dict[str, Cell] = {"session": folder.name, "folder": tables.NOT_RECORDED}
    try:
        state = _state(folder / STATE)
        known["folder"] = _text(state, "folder", tables.NOT_RECORDED)
        if state["status"] == FAILED:
            known["status"] = FAILED
            return Archived(
                _row(known | {name: _text(state, name, tables.NOT_RECORDED) for name in ("kind", "reason")})
            )
        document = _document(folder / RESULT)
        known |= {"status": DONE, "kind": NONE, "reason": NONE}
        return _of_result(document, known)
    except InputError as error:
        return Archived(_row(known | {"status": DAMAGED, "kind": DAMAGED, "reason": str(error)}))


def _state(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        return {"status": DONE}
    state = _object(path)
    if state.get("status") not in (DONE, FAILED):
        raise InputError(
            "the status is not known", where=STATE, found=state.get("status"), accepted=(DONE, FAILED)
        )
    return state


def _document(path: Path) -> Mapping[str, Any]:
    document = _object(path)
    if document.get("schema_version") != SCHEMA_VERSION:
        raise InputError(
            "the result has a schema that this version does not know",
            where=RESULT,
            found=document.get("schema_version"),
            accepted=str(SCHEMA_VERSION),
            mend="analyse the session again",
        )
    return document


def _object(path: Path) -> Mapping[str, Any]:
    try:
        value = json.loads(path.read_bytes(), parse_constant=_refuse)
    except FileNotFoundError:
        raise InputError("there is no such file", where=path.name) from None
    except OSError as error:
        raise InputError(f"it cannot be read ({error.strerror})", where=path.name) from error
    except (ValueError, RecursionError):
        raise InputError("it is damaged: this is no JSON", where=path.name) from None
    if not isinstance(value, dict):
        raise InputError("it is damaged: this is no JSON object", where=path.name)
    return value


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _of_result(document: Mapping[str, Any], known: Mapping[str, Cell]) -> Archived:
    read = {
        name: _columns(_member(document, "tables"), name)
        for name in ("cycles", "bursts", "summary", "findings", "quality")
    }
    study, versions = _member(document, "study"), _member(document, "versions")
    manifest = document.get("manifest")
    about = manifest.get("session") if isinstance(manifest, Mapping) else None
    cycles, verdicts = read["cycles"], read["quality"]["verdict"]
    rules = list(dict.fromkeys(read["findings"]["rule"]))
    row = {
        **known,
        "date": _text(about if isinstance(about, Mapping) else {}, "date", tables.NOT_RECORDED),
        **{name: _text(study, name, tables.NOT_RECORDED) for name in ("muscle", "side", "activity")},
        **{name: _text(study, name, tables.NOT_ASSESSED) for name in ("verdict", "verdict_why")},
        "cautions": "; ".join(cautions(_notes(document))) or NONE,
        "n_trials": len(set(cycles["trial"])),
        "n_cycles": len(cycles["used"]),
        "n_used": sum(map(bool, cycles["used"])),
        "n_bursts": len(read["bursts"]["edited"]),
        "n_edited": sum(map(bool, read["bursts"]["edited"])),
        "n_good": verdicts.count("good"),
        "n_limited": verdicts.count("limited"),
        "n_not_usable": verdicts.count("not usable"),
        "n_not_determinable": verdicts.count(None),
        "noise_uv": _number(study, "noise_uv"),
        "snr_db": _median(cycles["snr_db"], cycles["used"]),
        "normalisation": _text(study, "normalisation", tables.NOT_RECORDED),
        **_timing(read["summary"]),
        "n_findings": len(read["findings"]["rule"]),
        "findings": ", ".join(map(str, rules)) or NONE,
        "cycle_source": _text(study, "cycle_source", tables.NOT_RECORDED),
        "detector": _text(_member(study, "detector"), "method", tables.NOT_RECORDED),
        "rate_hz": _number(study, "rate_hz"),
        "emgkit": _text(versions, "emgkit", tables.NOT_RECORDED),
        "schema_version": document["schema_version"],
    }
    return Archived(
        _row(row),
        {
            name: {"session": [known["session"]] * len(read[name]["trial"]), **read[name]}
            for name in ("cycles", "bursts")
        },
    )


def _row(values: Mapping[str, Cell]) -> Mapping[str, Cell]:
    """Return the values in the order of the columns; what is not there is not determinable."""
    return {c.name: values.get(c.name) for c in tables.SESSIONS}


def _timing(summary: Columns) -> Mapping[str, Cell]:
    """Return the timing of the first burst in the most frequent modality that has a burst."""
    firsts = [
        row
        for row in (dict(zip(summary, values, strict=True)) for values in zip(*summary.values(), strict=True))
        if row["burst"] == 1
    ]
    if not firsts:
        return {"timing_why": "no used cycle has a burst"}
    best = min(firsts, key=lambda row: (-(row["n_cycles"] or 0), row["modality"] or 0))
    edges = [c.name for c in tables.SESSIONS if c.name.startswith(("onset_", "offset_"))]
    return {
        **{name: best[name] for name in ("modality", "frequency_pct", *edges)},
        "n_modality": best["n_cycles"],
        "timing_why": best["why"],
    }


def _median(values: Sequence[Cell], used: Sequence[Cell]) -> float | None:
    found = [v for v, u in zip(values, used, strict=True) if u and isinstance(v, float | int)]
    return statistics.median(found) if found else None


def _columns(stored: Mapping[str, Any], name: str) -> dict[str, list[Cell]]:
    """Return a stored table, held to its declaration: every column, as long as the others, of its type.

    Columns that an older version did not store are not determinable.
    """
    given = _member(stored, name)
    lengths = {len(values) for values in given.values() if isinstance(values, list)}
    if len(lengths) > 1:
        raise InputError("it is damaged: the columns of a table differ in length", where=RESULT, found=name)
    n_rows = next(iter(lengths), 0)
    found: dict[str, list[Cell]] = {}
    for column in tables.TABLES[name]:
        if column.name not in given and column.name in tables.LATER.get(name, ()):
            found[column.name] = [None] * n_rows
            continue
        values = given.get(column.name)
        fits = _FITS[column.dtype]
        if not isinstance(values, list) or not all(v == tables.NOT_DETERMINABLE or fits(v) for v in values):
            raise InputError(
                "it is damaged: a column of a table is missing or does not hold what it should",
                where=RESULT,
                found=f"{name}.{column.name}",
            )
        found[column.name] = [None if v == tables.NOT_DETERMINABLE else v for v in values]
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST


_FITS: Mapping[str, Callable[[object], bool]] = {
    "float64": _is_number,
    "Int64": _is_integer,
    "bool": lambda value: isinstance(value, bool),
    "str": lambda value: isinstance(value, str),
}


def _notes(document: Mapping[str, Any]) -> Sequence[str]:
    notes = document.get("notes")
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise InputError("it is damaged: the notes are no list of texts", where=RESULT, found=notes)
    return notes


def _member(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = document.get(name)
    if not isinstance(value, Mapping):
        raise InputError("it is damaged: a part is missing", where=RESULT, found=name)
    return value


def _text(values: Mapping[str, Any], name: str, otherwise: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) and value else otherwise


def _number(values: Mapping[str, Any], name: str) -> float | None:
    value = values.get(name)
    return float(value) if isinstance(value, float | int) and _is_number(value) else None
