"""What emgkit says of every real recording at hand.

    python benchmarks/shared_recordings.py

looks for C3D, EDF and BDF files in ../shared/data and writes docs/validation/shared_recordings.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import emgkit
from emgkit import io
from emgkit.errors import InputError

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "validation" / "shared_recordings.md"
LONGEST = 110
HEAD = (
    "file",
    "format",
    "s",
    "EMG / switch / other",
    "Hz",
    "events: known / not",
    "`read` takes",
    "`read_events` finds",
    "notes",
)


def short(text: str) -> str:
    """Return a text that fits a cell."""
    text = text.replace("|", "/")
    return text if len(text) <= LONGEST else text[: LONGEST - 3].rstrip() + "..."


def picked(path: Path) -> str:
    """Say what `read` takes when it is given the file and nothing else, or why nothing."""
    try:
        recording = emgkit.read(path)
    except InputError as error:
        return short(f"none: {error.what.split(',')[0]}")
    muscle = (recording.muscle or "muscle not named").replace("_", " ")
    return short(f"{recording.label} ({muscle}, {recording.side or 'side not known'})")


def found_events(path: Path) -> tuple[str, list[str]]:
    """Where contacts come from, and what was not used."""
    try:
        events = emgkit.read_events(path)
    except InputError as error:
        return short(f"none: {error.what}"), []
    counts = events.groupby("source").size().to_dict()
    names = {"switch": "from foot switches", "c3d": "of the file", "edf": "of the file"}
    text = ", ".join(f"{n} {names[source]}" for source, n in sorted(counts.items()))
    return text or "none", list(events.attrs["notes"])


def row(path: Path) -> tuple[str, ...]:
    """One line of the table."""
    name = f"{path.parent.name}/{path.name}"
    try:
        file = io.open_file(path)
    except InputError as error:
        return (name, "refused", *[""] * 6, short(error.what))
    kinds = emgkit.list_channels(path)["kind"]
    rates = sorted({channel.rate_hz for channel in file.channels})
    text, more = found_events(path)
    notes = list(dict.fromkeys([*file.notes, *more]))
    return (
        name,
        file.format,
        f"{file.duration_s:.2f}",
        " / ".join(str((kinds == kind).sum()) for kind in ("emg", "switch", "other")),
        ", ".join(f"{rate:g}" for rate in rates),
        f"{len(file.events)} / {len(file.unknown_events)}",
        picked(path),
        text,
        "; ".join(short(note) for note in notes),
    )


def main() -> None:
    paths = sorted(p for p in FOLDER.rglob("*") if p.suffix.lower() in (".c3d", ".edf", ".bdf"))
    if not paths:
        sys.exit("no recordings: ../shared/data is not beside the project")
    rows = [row(path) for path in paths]
    opened = sum(line[1] != "refused" for line in rows)
    lines = [
        "# Real recordings",
        "",
        f"{len(rows)} files of many laboratories; {opened} are read, {len(rows) - opened} refused, with the",
        "reason. `read` is given the file and nothing else: it takes a channel only if exactly one says that",
        "it is EMG. Events: those that the file states, by number of known ones, and of different words that",
        "are not.",
        "",
        f"| {' | '.join(HEAD)} |",
        "|" + "---|" * len(HEAD),
        *(f"| {' | '.join(line)} |" for line in rows),
    ]
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
