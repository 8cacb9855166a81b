"""What is wrong with settings or a manifest: every fault at once, each with its key."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

_STEPS = ("[key]", "function-", "list[", "dict[")
# the words of pydantic that name types of Python, as who writes a file would say them
_PLAINLY = {
    "string_type": "a text in quotes is needed",
    "string_too_short": "it is empty; leave the key out if there is nothing to say",
    "model_type": "a section with keys is needed",
    "model_attributes_type": "a section with keys is needed",
    "dict_type": "a table of keys and values is needed",
    "list_type": "a list is needed",
    "tuple_type": "a list is needed",
    "float_type": "a number is needed",
    "float_parsing": "a number is needed",
    "int_type": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "finite_number": "a finite number is needed",
    "date_type": "a date as 2025-03-04 is needed",
    "bool_type": "true or false is needed",
}
PRIVATE = "private"
"""Type of a pydantic error whose value is not shown: it may name a person."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: the key as a path, and the words."""

    place: tuple[str | int, ...]
    text: str

    @property
    def key(self) -> str:
        """The key as a user writes it, such as "trials.walk[0]"."""
        keys = [part if isinstance(part, str) else f"[{part}]" for part in self.place]
        return ".".join(keys).replace(".[", "[")


def model_faults(
    model: type[BaseModel], given: Mapping[str, Any], prefix: tuple[str, ...] = ()
) -> list[Fault]:
    """Return what a pydantic model finds wrong with plain data."""
    try:
        model.model_validate(given)
    except ValidationError as error:
        return faults_of(model, error, prefix)
    return []


def faults_of(model: type[BaseModel], error: ValidationError, prefix: tuple[str, ...] = ()) -> list[Fault]:
    """Return what a pydantic error says, in the words of emgkit."""
    return [_fault(model, details, prefix) for details in error.errors(include_url=False)]


def _fault(model: type[BaseModel], details: Any, prefix: tuple[str, ...]) -> Fault:
    kind, value, place = details["type"], details["input"], tuple(details["loc"])
    if kind != "extra_forbidden":  # the others may hold steps inside pydantic, which are no keys
        place = tuple(p for p in place if p != "str" and not str(p).startswith(_STEPS))
    if kind == "extra_forbidden":
        known = _keys(model, place[:-1])
        near = difflib.get_close_matches(str(place[-1]), known, n=1)
        hint = f"did you mean {near[0]}? " if near else _elsewhere(model, place)
        return Fault(prefix + place, f"unknown key; {hint}accepted: {', '.join(known) or 'none'}")
    if kind == "missing":
        return Fault(prefix + place, "missing" + _meaning(model, place))
    if kind == "string_too_short" and _required(model, place):
        return Fault(prefix + place, "it is empty" + _meaning(model, place))
    said = _PLAINLY.get(kind) or str(details["msg"]).removeprefix("Value error, ").rstrip(".")
    said = (said[:1].lower() + said[1:]).replace("input should be", "it has to be")
    shown = "" if isinstance(value, dict) or kind == PRIVATE else f" (found {short(value)})"
    return Fault(prefix + place, f"{said}{shown}")


def short(value: object) -> str:
    """Return a value as it is shown in a fault: as a file spells it, and not at full length."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    try:
        text = repr(value)
    except ValueError:  # Python shows no number of thousands of digits
        return "a number of very many digits"
    return text if len(text) <= 60 else text[:57] + "..."


def section_of(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """Return the model of a section, None if the key is none."""
    field = model.model_fields.get(key)
    inner = field.annotation if field else None
    options = (inner, *getattr(inner, "__args__", ()))
    return next((o for o in options if isinstance(o, type) and issubclass(o, BaseModel)), None)


def _keys(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    found: type[BaseModel] | None = model
    for part in place:
        found = None if found is None else section_of(found, str(part))
    return [] if found is None else list(found.model_fields)


def _elsewhere(model: type[BaseModel], place: tuple[str | int, ...]) -> str:
    """Say in which sections a key is known that is unknown where it stands."""
    homes = [name for name in model.model_fields if place[-1] in _keys(model, (name,))]
    return f"it belongs under {' or '.join(f'[{name}]' for name in homes)}; " if homes else ""


def _meaning(model: type[BaseModel], place: tuple[str | int, ...]) -> str:
    field = _field(model, place)
    if field is None or not field.description:
        return f" (a section [{place[-1]}] is needed)" if len(place) == 1 else ""
    return f" ({field.description})"


def _required(model: type[BaseModel], place: tuple[str | int, ...]) -> bool:
    field = _field(model, place)
    return field is not None and field.is_required()


def _field(model: type[BaseModel], place: tuple[str | int, ...]) -> FieldInfo | None:
    found: type[BaseModel] | None = model
    for name in place[:-1]:
        found = None if found is None else section_of(found, str(name))
    return None if found is None else found.model_fields.get(str(place[-1]))


def joined(entries: Sequence[str], at_most: int | None = None) -> str:
    """Return one clause that says all entries, or the first of very many."""
    if len(entries) == 1:
        return entries[0]
    shown = [f"({i}) {entry}" for i, entry in enumerate(entries[:at_most], 1)]
    more = [f"and {len(entries) - len(shown)} more"] if len(shown) < len(entries) else []
    return f"{len(entries)} entries cannot be used: " + "; ".join([*shown, *more])
