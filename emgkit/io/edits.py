"""`edits.toml`: what a person changed in the automatic result, beside `session.toml`.

All that is wrong with it is said at once, each with its line. Whether an edit fits the recording is seen when
it is applied.
"""

from __future__ import annotations

import datetime
import difflib
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from emgkit.errors import InputError
from emgkit.faults import Fault, joined, model_faults, short
from emgkit.io.faults import parse
from emgkit.io.files import as_path, write_files
from emgkit.io.handle import unreadable
from emgkit.model import Edit, EditAction, Source

FILE = "edits.toml"
FORMAT = "TOML (edits)"
_HEADER = re.compile(r"\s*\[\[\s*edit\s*\]\]\s*(#.*)?")
_CODE = re.compile(r"[^\W_][\w.-]{0,15}")
_DIGITS = re.compile(r"[0-9a-f]{12,64}")
_DECIMALS = 6
_FIRST_DIGITS = 16

_UNDER_HEADERS = "write each edit under [[edit]], not in one line"

Seconds = Annotated[float, Field(ge=-1e6, le=1e6)]


class _Entry(BaseModel):
    """What every edit says."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, str_strip_whitespace=True, allow_inf_nan=False
    )

    action: EditAction = Field(description="what is done; the table says which other keys it takes")
    trial: str = Field(description="name of the recording, without its ending", min_length=1)
    recording_sha256: str = Field(description="first digits of the SHA-256 of the recording, 12 at least")
    by: str = Field(description="who edits: a code or initials, never a name")
    when: datetime.datetime = Field(description="date and time, such as 2025-03-04T15:30:00+01:00")
    why: str = Field(description="the reason, in words", min_length=1, max_length=1000)

    @field_validator("recording_sha256")
    @classmethod
    def _hexadecimal(cls, value: str) -> str:
        if not _DIGITS.fullmatch(value):
            raise ValueError("12 to 64 of the digits 0-9 and a-f are needed")
        return value

    @field_validator("by")
    @classmethod
    def _code(cls, value: str) -> str:
        if not _CODE.fullmatch(value):
            raise ValueError("a code or initials without spaces are needed, 16 characters at most")
        return value

    @field_validator("when", mode="before")
    @classmethod
    def _moment(cls, value: object) -> object:
        if isinstance(value, datetime.datetime):
            return value
        try:
            if not isinstance(value, str) or len(value) <= len("2025-03-04"):
                raise ValueError
            return datetime.datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("a date and time as 2025-03-04T15:30:00+01:00 is needed") from None


class _OfBurst(_Entry):
    found_onset_s: Seconds = Field(description="onset that was found automatically")
    found_offset_s: Seconds = Field(description="offset that was found automatically")


class MoveOnset(_OfBurst):
    """The onset of an automatic burst lies elsewhere."""

    onset_s: Seconds = Field(description="where the onset is")


class MoveOffset(_OfBurst):
    """The offset of an automatic burst lies elsewhere."""

    offset_s: Seconds = Field(description="where the offset is")


class DeleteBurst(_OfBurst):
    """An automatic burst is none."""


class AddBurst(_Entry):
    """There is a burst where none was found."""

    onset_s: Seconds = Field(description="where the onset is")
    offset_s: Seconds = Field(description="where the offset is")


class LeaveOut(_Entry):
    """A cycle that was used is left out."""

    cycle: int = Field(description="number of the cycle in the ledger of its trial", ge=1)
    found_start_s: Seconds = Field(description="start of the cycle that was found automatically")
    found_end_s: Seconds = Field(description="end of the cycle that was found automatically")


class TakeIn(LeaveOut):
    """A cycle that was left out is used."""

    found_reason: str = Field(description="word of the ledger for which it was left out", min_length=1)


ACTIONS: Mapping[EditAction, type[_Entry]] = {
    "move_onset": MoveOnset,
    "move_offset": MoveOffset,
    "add_burst": AddBurst,
    "delete_burst": DeleteBurst,
    "leave_out": LeaveOut,
    "take_in": TakeIn,
}
_FIELDS = {
    "cycle": ("cycle",),
    "found_start_s": ("found_onset_s", "found_start_s"),
    "found_end_s": ("found_offset_s", "found_end_s"),
    "start_s": ("onset_s",),
    "end_s": ("offset_s",),
    "found_reason": ("found_reason",),
}
"""Fields of an `Edit`, and the keys that they stand under."""


@dataclass(frozen=True, slots=True)
class EditsFile:
    """The edits of a session with the file that holds them."""

    text: str
    edits: tuple[Edit, ...]
    source: Source | None
    """None if there is no file."""


def read_edits(folder: Path) -> EditsFile:
    """Read the edits of a session folder; one without `edits.toml` has none.

    Raises
    ------
    InputError
        If the file cannot be read or used: it names every fault with its line.
    """
    path = folder / FILE
    try:
        if not path.exists() and not path.is_symlink():
            return EditsFile("", (), None)
        if not path.resolve(strict=True).is_relative_to(folder.resolve(strict=True)):
            raise InputError("the file lies outside the folder of the session", where=FILE)
        text, given = parse(path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise unreadable(path, error) from error
    return EditsFile(text, edits_of(text, given), Source(FILE, sha256, FORMAT, unit="none"))


def edits_of(text: str, given: Mapping[str, Any]) -> tuple[Edit, ...]:
    """Return the edits of a parsed `edits.toml`.

    Raises
    ------
    InputError
        Naming every fault with its line.
    """
    entries = given.get("edit", [])
    said = [f"{key}: unknown key; accepted: [[edit]]" for key in given if key != "edit"]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        said.append("edit: a table for each edit is needed, each under [[edit]]")
        entries = []
    lines = _headers(text, len(entries))
    found = []
    for number, (entry, line) in enumerate(zip(entries, lines, strict=True), start=1):
        model = next((model for name, model in ACTIONS.items() if name == entry.get("action")), None)
        faults = [("action", _no_action(entry))]
        if model is not None:
            faults = [(fault.key, fault.text) for fault in model_faults(model, entry)]
            if not faults:
                found.append(_edit(number, line, model.model_validate(entry)))
        for key, words in faults:
            at = _key_line(text, line, key)
            said.append(f"{f'line {at}, ' if at else ''}edit {number}, {key}: {words}")
    if said:
        it = "it" if len(said) == 1 else "them"
        raise InputError(joined(said), where=FILE, mend=f"put {it} right and run again")
    return tuple(found)


def entry_text(edit: Edit) -> str:
    """Return an edit as it stands in the file.

    Examples
    --------
    >>> print(entry_text(Edit(1, None, "add_burst", "walk_1", "0123456789ab", "AB",
    ...     "2025-03-04T15:30:00+01:00", "a burst that was missed", start_s=3.2, end_s=3.45)))
    [[edit]]
    action = "add_burst"
    trial = "walk_1"
    recording_sha256 = "0123456789ab"
    onset_s = 3.2
    offset_s = 3.45
    by = "AB"
    when = 2025-03-04T15:30:00+01:00
    why = "a burst that was missed"
    <BLANKLINE>
    """
    values: dict[str, str] = {
        "action": _quoted(edit.action),
        "trial": _quoted(edit.trial),
        "recording_sha256": _quoted(edit.recording_sha256),
    }
    declared = ACTIONS[edit.action].model_fields
    for name, keys in _FIELDS.items():
        value = getattr(edit, name)
        value = round(float(value), _DECIMALS) if isinstance(value, float) else value
        for key in (key for key in keys if key in declared):
            values[key] = _quoted(value) if isinstance(value, str) else str(value)
    values |= {"by": _quoted(edit.by), "when": edit.when, "why": _quoted(edit.why)}
    return "\n".join(["[[edit]]", *(f"{key} = {value}" for key, value in values.items()), ""])


def check_who_and_why(by: str, why: str) -> None:
    """Refuse a person's code or a reason that no edit can have, before the work that an edit is.

    Raises
    ------
    InputError
        As `append_edit` does.
    """
    given = {"by": by, "why": why}
    _refuse([fault for fault in model_faults(_Entry, given) if fault.key in given])


def _refuse(faults: list[Fault]) -> None:
    """Raise what is wrong with a new edit, which stands in no line of the file yet."""
    if faults:
        said = joined([f"{fault.key}: {fault.text}" for fault in faults])
        it = "it" if len(faults) == 1 else "them"
        raise InputError(said, where="the new edit", mend=f"put {it} right and run again")


def append_edit(folder: Path, edit: Edit) -> tuple[Edit, ...]:
    """Add an edit at the end of the file, all else in it as it was; return the edits as they are now.

    Raises
    ------
    InputError
        If the edit cannot be used, or the file cannot be read or written, or be added to.
    """
    before = read_edits(folder)
    (entry,) = tomllib.loads(entry_text(edit))["edit"]
    _refuse(model_faults(ACTIONS[edit.action], entry))
    gap = "" if not before.text else "\n" if before.text.endswith("\n") else "\n\n"
    text = before.text + gap + entry_text(edit)
    try:
        after = edits_of(text, tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        after = ()
    if after[:-1] != before.edits or len(after) != len(before.edits) + 1:
        raise InputError("an edit cannot be added to it", where=FILE, mend=_UNDER_HEADERS)
    _replace(folder, before, text)
    return after


def drop_last(folder: Path) -> dict[str, Any]:
    """Take the last edit out of the file, all else in it as it was; return what it said.

    Comments under the last edit stay. The edits need not fit, and need not be valid.

    Raises
    ------
    InputError
        If there is no edit, or it cannot be told where the last one stands.
    """
    path = folder / FILE
    try:
        if not path.exists():
            raise InputError("there is no edit to undo", where=FILE)
        text, given = parse(path)
    except OSError as error:
        raise unreadable(path, error) from error
    entries = given.get("edit", [])
    if not isinstance(entries, list) or not entries:
        raise InputError("there is no edit to undo", where=FILE)
    first = _headers(text, len(entries))[-1]
    by_hand = InputError(
        "it cannot be told where the last edit stands", where=FILE, mend="take it out by hand"
    )
    if first is None:
        raise by_hand
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    head, rest = lines[: first - 1], lines[first - 1 :]
    while rest and (not rest[-1].strip() or rest[-1].lstrip().startswith("#")):
        rest.pop()
    tail = lines[len(head) + len(rest) :]
    if head and not head[-1].strip() and not "".join(tail).strip():
        head, tail = head[:-1], []
    left = "".join(head + tail)
    others = {key: value for key, value in given.items() if key != "edit"}
    try:
        if tomllib.loads(left) != (others | {"edit": entries[:-1]} if entries[1:] else others):
            raise by_hand
    except tomllib.TOMLDecodeError:
        raise by_hand from None
    _replace(folder, EditsFile(text, (), None), left)
    return dict(entries[-1])


def digits_of(sha256: str) -> str:
    """Return as many digits of a SHA-256 as an edit that is written here holds."""
    return sha256[:_FIRST_DIGITS]


def _replace(folder: Path, before: EditsFile, text: str) -> None:
    """Write the file anew, unless somebody else has changed it in the meantime."""
    path = folder / FILE
    try:
        now = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
    except OSError as error:
        raise unreadable(path, error) from error
    if now != before.text:
        raise InputError("the file was changed in the meantime", where=FILE, mend="look at it and try again")
    write_files(as_path(folder, what="folder"), {FILE: text.encode()}, session_file=True)


def _edit(number: int, line: int | None, entry: _Entry) -> Edit:
    given = entry.model_dump()
    fields = {name: given[key] for name, keys in _FIELDS.items() for key in keys if key in given}
    common = ("action", "trial", "recording_sha256", "by", "why")
    return Edit(
        number=number,
        line=line,
        when=entry.when.isoformat(),
        **{key: given[key] for key in common},
        **fields,
    )


def _no_action(entry: Mapping[str, Any]) -> str:
    given = entry.get("action")
    if given is None:
        return f"missing; accepted: {', '.join(ACTIONS)}"
    near = difflib.get_close_matches(str(given), ACTIONS, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"no action (found {short(given)}); {hint}accepted: {', '.join(ACTIONS)}"


def _headers(text: str, n: int) -> list[int] | list[None]:
    """Return the line of each [[edit]], None for all where a text or an array in one line hides them."""
    found = [k for k, line in enumerate(text.split("\n"), 1) if _HEADER.fullmatch(line)]
    return found if len(found) == n else [None] * n


def _key_line(text: str, header: int | None, key: str) -> int | None:
    """Return the line of a key of the edit whose header stands at `header`, or of the header."""
    if header is None:
        return None
    for number, line in enumerate(text.split("\n")[header:], header + 1):
        if _HEADER.fullmatch(line):
            break
        if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return header


def _quoted(value: str) -> str:
    """Return a basic string of TOML, whose escapes are those of JSON but for one."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
