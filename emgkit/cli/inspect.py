"""What `emgkit inspect` prints."""

from collections import Counter
from pathlib import Path

from emgkit import io
from emgkit.errors import InputError
from emgkit.gait.states import sequences
from emgkit.gait.switches import decode
from emgkit.settings import GaitSettings
from emgkit.tables import NOT_DETERMINABLE, NOT_RECORDED


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
    feet = _feet(path)
    lines += ["Foot switches", *feet, ""] if feet else []
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


def _feet(path: Path) -> list[str]:
    """Say what the foot switches show: contacts, the order of the contact states, levels and thresholds."""
    switches, notes = io.read_foot_switches(path)
    lines = []
    for side, channels in switches.items():
        foot = side or "side not stated"
        try:
            found = decode(channels, GaitSettings())
        except InputError as error:
            lines.append(f"  {foot}: {error}")
            continue
        orders = Counter(sequences(found.states, found.contact_s[:-1], found.contact_s[1:]))
        del orders[NOT_DETERMINABLE]
        told = ", ".join(f"{order} {n} times" for order, n in orders.most_common(3))
        lines.append(
            f"  {foot}: {found.contact_s.size} contacts, {found.foot_off_s.size} foot-offs; "
            + (f"contact states {told}" if told else f"contact states {NOT_DETERMINABLE}")
        )
        lines += [f"    {words}" for words in (*found.levels, *found.notes)]
    return lines + [f"  {note}" for note in notes]


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
