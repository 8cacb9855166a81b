"""What a report says, without how it looks: sections of text, tables and pictures.

HTML and PDF are both rendered from the plain data of a `Document`, so that they cannot say different things.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar, Literal, TypeAlias

Align = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more; a caution must not be missed, a note stands in small print."""

    kind: ClassVar[str] = "paragraph"
    text: str
    tone: Literal["normal", "note", "caution", "heading"] = "normal"


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and what is known about it."""

    kind: ClassVar[str] = "facts"
    rows: tuple[tuple[str, str], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Heading of a table's column; `share` is its part of the width, 0 for as wide as its content."""

    title: str
    align: Align = "left"
    share: int = 1
    mono: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text; each row has one cell per column."""

    kind: ClassVar[str] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Axes within a picture: where they stand, in shares of its size from its upper left corner."""

    label: str
    left: float
    top: float
    right: float
    bottom: float
    first_pct: float
    last_pct: float
    """What the left and right end are, in percent of the cycle."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure as SVG text that needs no font and no network."""

    kind: ClassVar[str] = "picture"
    name: str
    svg: str
    alt: str
    caption: str
    title: str = ""
    windows: tuple[Window, ...] = ()
    """Axes of the cycle in it, for a reader who points at a place; paper leaves them out."""


@dataclass(frozen=True, slots=True)
class Player:
    """A sound to be played; paper leaves it out."""

    kind: ClassVar[str] = "player"
    wav: str
    """The file, in base 64."""
    label: str
    caption: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of one quality check, in words; `mark` is a sign that differs without colour."""

    label: str
    verdict: str
    mark: str
    tone: Literal["good", "limited", "bad", "unknown"]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verdicts in a row (`compact`) or each on its line with its text."""

    kind: ClassVar[str] = "verdicts"
    items: tuple[Verdict, ...]
    compact: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences, each on its own; `lead` is set in bold before the sentence."""

    kind: ClassVar[str] = "bullets"
    items: tuple[tuple[str, str], ...]
    """Pairs of lead and sentence; the lead may be empty."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A heading of the physician's part: what the manifest says, then lines to write on."""

    kind: ClassVar[str] = "blank"
    title: str
    given: tuple[str, ...]
    lines: int


@dataclass(frozen=True, slots=True)
class Signature:
    """Places for name, date and signature, left empty; `status` says what the document is without them."""

    kind: ClassVar[str] = "signature"
    fields: tuple[str, ...]
    status: str


Block: TypeAlias = Paragraph | Facts | Table | Picture | Player | Verdicts | Bullets | Blank | Signature


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; a `part` is named before the first of its sections."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    new_page: bool = False
    part: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report."""

    title: str
    status: str
    """Draft, or signed by whom and when; stands on every page."""
    strip: tuple[tuple[str, str], ...]
    """Identification: pairs of name and value at the head of the first page."""
    sections: tuple[Section, ...]
    footer: str
    signed: bool = False


def as_data(document: Document | Mapping[str, Any]) -> dict[str, Any]:
    """Return a document as plain data: dicts, lists, text, numbers and flags; each block with its `kind`.

    One that is plain data already is returned as it is, so that what was stored can be rendered again.
    """
    return dict(document) if isinstance(document, Mapping) else _plain(document)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        kind = {"kind": value.kind} if hasattr(value, "kind") else {}
        return kind | {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
