"""What is wrong with settings or a manifest: every fault at once, each with its key."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

_STEPS = ("[key]", "function-", "list[", "dict[")


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
        hint = f"did you mean {near[0]}? " if near else ""
        return Fault(prefix + place, f"unknown key; {hint}accepted: {', '.join(known) or 'none'}")
    if kind == "missing":
        return Fault(prefix + place, "missing")
    said = str(details["msg"]).removeprefix("Value error, ").rstrip(".")
    said = said[:1].lower() + said[1:]
    shown = "" if isinstance(value, dict) else f" (found {short(value)})"
    return Fault(prefix + place, f"{said}{shown}")


def short(value: object) -> str:
    """Return a value as it is shown in a fault."""
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _keys(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    for part in place:
        field = model.model_fields.get(str(part))
        inner = field.annotation if field else None
        options = [inner, *getattr(inner, "__args__", ())]
        models = [o for o in options if isinstance(o, type) and issubclass(o, BaseModel)]
        if not models:
            return []
        model = models[0]
    return list(model.model_fields)


def joined(entries: Sequence[str]) -> str:
    """Return one clause that says all entries."""
    if len(entries) == 1:
        return entries[0]
    return f"{len(entries)} entries cannot be used: " + "; ".join(
        f"({i}) {entry}" for i, entry in enumerate(entries, 1)
    )
