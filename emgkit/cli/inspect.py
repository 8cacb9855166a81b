"""What `emgkit inspect` prints."""

from pathlib import Path

from emgkit import io
from emgkit.errors import InputError
from emgkit.tables import NOT_RECORDED


def describe(path: Path) -> str:
    """Return channels, events and the channel that would be picked, as text."""
    file = io.open_file(path)
    channels = io.list_channels(path)
    lines = [f"{path.name}: {file.format}, {file.duration_s:.3f} s, {len(channels)} channels", ""]
    if len(channels):
        rows = zip(
            channels["number"],
            channels["label"],
            channels["kind"],
            channels["rate_hz"].map("{:g} Hz".format),
            channels["unit"].replace("", "no unit"),
            channels["why"],
            strict=True,
        )
        lines += [*aligned([(*map(str, row),) for row in rows]), ""]
    lines += ["Events", *_events(file), ""]
    lines += ["The wire", *_pick(path, file.notes), ""]
    lines += [f"Note: {note}" for note in file.notes]
    return "\n".join(lines).rstrip()


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows of cells as indented lines whose columns stand under one another."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _events(file: io.RecordingFile) -> list[str]:
    counts = file.events.fillna({"side": "no side"}).groupby(["kind", "side"]).size()
    lines = [
        f"  {count} {kind} ({side})"
        for kind, side, count in counts.reset_index().itertuples(index=False, name=None)
    ]
    if file.unknown_events:
        known = ", ".join(repr(label) for label in sorted(set(file.unknown_events)))
        lines.append(f"  not understood, and not used: {known}")
    return lines or [f"  {NOT_RECORDED}"]


def _pick(path: Path, of_file: tuple[str, ...]) -> list[str]:
    try:
        recording = io.read(path)
    except InputError as error:
        return [f"  none is picked: {error}"]
    sites = ", ".join(f"{site} = {switch.label}" for site, switch in recording.switches.items())
    return [
        f"  channel: {recording.label} ({recording.rate_hz:g} Hz, {recording.source.unit})",
        f"  muscle: {recording.muscle or 'not known from the label'}",
        f"  side: {recording.side or 'not known from the label; give --side'}",
        f"  foot switches: {sites or 'none picked'}",
        *[f"  note: {note}" for note in recording.notes if note not in of_file],
    ]
