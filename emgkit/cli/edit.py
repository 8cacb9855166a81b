"""`emgkit edit`: change the automatic result by hand, with a trail."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emgkit.cli.options import path_of
from emgkit.cli.plain import in_one_line

if TYPE_CHECKING:
    from emgkit.model import Edit, EditAction
    from emgkit.trials import Trial

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help=(
        "Change the automatic result of a session by hand: move an edge, add or delete a burst, leave a "
        "stride out or take it in.\n\n"
        "The edit is written into edits.toml in FOLDER, with who, when and why, and applied on every run "
        "over the automatic result, which stays beside it. It is tried on the recording first; one that does "
        "not fit is not written. Times are in seconds of the recording, or in percent of a stride: "
        "--to 62.5% --stride 4. docs/edits.md has the rules.\n\n"
        'Example: emgkit edit FOLDER move-onset --trial walk_1 --burst-at 3.42 --to 3.45 --by AB --why "..."'
    ),
)

Trial_ = Annotated[
    str | None,
    typer.Option(
        "--trial", metavar="NAME", help="Recording, without its ending; not needed for the only one."
    ),
]
By = Annotated[str, typer.Option("--by", metavar="CODE", help="Who edits: a code or initials, never a name.")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, in words; no names in it.")]
BurstAt = Annotated[
    str, typer.Option("--burst-at", metavar="TIME", help="A time within the burst, e.g. 3.42 or 60%.")
]
To = Annotated[str, typer.Option("--to", metavar="TIME", help="Where the edge is, e.g. 3.45 or 62.5%.")]
OfStride = Annotated[
    int | None,
    typer.Option("--stride", "--cycle", metavar="N", help="The stride whose percent are meant.", min=1),
]
Stride = Annotated[
    int, typer.Option("--stride", "--cycle", metavar="N", help="Number of the stride in the ledger.", min=1)
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


@app.callback()
def _folder(
    ctx: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER",
            help="A folder with session.toml and its recordings.",
            show_default=False,
            parser=path_of,
        ),
    ],
) -> None:
    ctx.obj = folder


@app.command(
    "move-offset",
    help="Move the offset of a burst.\n\n"
    'Example: emgkit edit FOLDER move-offset --burst-at 60% --to 64% --stride 4 --by AB --why "..."',
)
@app.command(
    "move-onset",
    help="Move the onset of a burst.\n\n"
    'Example: emgkit edit FOLDER move-onset --burst-at 3.42 --to 3.45 --by AB --why "..."',
)
def move(
    ctx: typer.Context,
    burst_at: BurstAt,
    to: To,
    by: By,
    why: Why,
    trial: Trial_ = None,
    stride: OfStride = None,
    debug: Debug = False,
) -> None:
    """Move that edge of a burst which the command names."""
    _check_times(stride, burst_at=burst_at, to=to)
    action: EditAction = "move_onset" if ctx.command.name == "move-onset" else "move_offset"
    _add(ctx.obj, trial, by, why, lambda t: _moved(t, action, burst_at, to, stride))


@app.command("add-burst")
def add_burst(
    ctx: typer.Context,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="Its onset, e.g. 3.42 or 60%.")],
    to: Annotated[str, typer.Option("--to", metavar="TIME", help="Its offset, e.g. 3.65 or 75%.")],
    by: By,
    why: Why,
    trial: Trial_ = None,
    stride: OfStride = None,
    debug: Debug = False,
) -> None:
    """Add a burst where none was found.

    Example: emgkit edit FOLDER add-burst --from 3.42 --to 3.65 --by AB --why "..."
    """
    _check_times(stride, **{"from": start, "to": to})

    def build(t: Trial) -> dict[str, Any]:
        onset, offset = _time(t, start, "--from", stride), _time(t, to, "--to", stride)
        return {"action": "add_burst", "start_s": onset, "end_s": offset}

    _add(ctx.obj, trial, by, why, build)


@app.command("delete-burst")
def delete_burst(
    ctx: typer.Context,
    burst_at: BurstAt,
    by: By,
    why: Why,
    trial: Trial_ = None,
    stride: OfStride = None,
    debug: Debug = False,
) -> None:
    """Delete a burst that is none.

    Example: emgkit edit FOLDER delete-burst --burst-at 3.42 --by AB --why "..."
    """
    _check_times(stride, burst_at=burst_at)
    _add(ctx.obj, trial, by, why, lambda t: {"action": "delete_burst", **_found_burst(t, burst_at, stride)})


@app.command("leave-out")
def leave_out(
    ctx: typer.Context, stride: Stride, by: By, why: Why, trial: Trial_ = None, debug: Debug = False
) -> None:
    """Leave out a stride that is used.

    Example: emgkit edit FOLDER leave-out --trial walk_1 --stride 4 --by AB --why "stumbled"
    """
    _add(ctx.obj, trial, by, why, lambda t: {"action": "leave_out", **_found_cycle(t, stride)})


@app.command("take-in")
def take_in(
    ctx: typer.Context, stride: Stride, by: By, why: Why, trial: Trial_ = None, debug: Debug = False
) -> None:
    """Take in a stride that was left out for its length or its place, if its signal can be used.

    Example: emgkit edit FOLDER take-in --stride 9 --by AB --why "slow, but a whole stride"
    """

    def build(t: Trial) -> dict[str, Any]:
        found = _found_cycle(t, stride)
        return {"action": "take_in", **found, "found_reason": t.cycles.reason[stride - 1]}

    _add(ctx.obj, trial, by, why, build)


@app.command("list")
def list_(ctx: typer.Context, debug: Debug = False) -> None:
    """Show the edits of the session in the order of the file.

    Example: emgkit edit FOLDER list
    """
    from emgkit.io import load_session

    edits = load_session(ctx.obj).edits
    print("\n".join(_said(edit) for edit in edits) or "There are no edits.")


@app.command()
def undo(ctx: typer.Context, debug: Debug = False) -> None:
    """Take the last edit out of edits.toml.

    Example: emgkit edit FOLDER undo
    """
    from emgkit.io.edits import drop_last
    from emgkit.io.session import require_session

    gone = drop_last(require_session(ctx.obj))
    print(in_one_line("Taken out: " + ", ".join(f"{key} = {value}" for key, value in gone.items())))


def _add(folder: Path, name: str | None, by: str, why: str, build: Callable[[Trial], dict[str, Any]]) -> None:
    """Try an edit on the automatic result and with the edits that are there; then write it."""
    from emgkit.editing import edited
    from emgkit.io import load_session
    from emgkit.io.edits import FILE, append_edit, check_who_and_why, digits_of
    from emgkit.model import Edit
    from emgkit.session import automatic_trial

    check_who_and_why(by, why)
    ses = load_session(folder)
    t = automatic_trial(ses, name)
    rec = t.recording
    edit = Edit(
        number=len(ses.edits) + 1,
        line=None,
        trial=rec.trial,
        recording_sha256=digits_of(rec.source.sha256),
        by=by,
        when=datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        why=why,
        **build(t),
    )
    others = [other for other in ses.edits if other.trial == rec.trial]
    (now,) = edited([t], [*others, edit], ses.settings)
    append_edit(Path(ses.folder), edit)
    for line in _change(now, edit):
        print(line)
    print(f"Edit {edit.number} was added to {FILE}. It is applied whenever the session is analysed.")


def _moved(t: Trial, action: EditAction, burst_at: str, to: str, stride: int | None) -> dict[str, Any]:
    edge = "start_s" if action == "move_onset" else "end_s"
    found = _found_burst(t, burst_at, stride)
    return {"action": action, **found, edge: _time(t, to, "--to", stride)}


def _found_burst(t: Trial, given: str, stride: int | None) -> dict[str, float]:
    """Return the edges of the automatic burst at a time."""
    from emgkit.editing import TOLERANCE_S
    from emgkit.errors import InputError

    at_s = _time(t, given, "--burst-at", stride)
    onset_s, offset_s = t.detection.onset_s, t.detection.offset_s
    for onset, offset in zip(onset_s, offset_s, strict=True):
        if onset - TOLERANCE_S <= at_s <= offset + TOLERANCE_S:
            return {"found_start_s": float(onset), "found_end_s": float(offset)}
    away_s = abs((onset_s + offset_s) / 2 - at_s)
    near = [f"{onset_s[k]:.4f} to {offset_s[k]:.4f} s" for k in sorted(away_s.argsort()[:2])]
    raise InputError(
        f"there is no automatic burst at {at_s:.4f} s",
        where=t.signal.trial,
        accepted=f"a time within a burst; near it: {', '.join(near) or 'none, the trial has no burst'}",
    )


def _found_cycle(t: Trial, number: int) -> dict[str, Any]:
    from emgkit.errors import InputError

    n = len(t.cycles.reason)
    if number > n:
        raise InputError("there is no such stride", where=t.signal.trial, found=number, accepted=f"1 to {n}")
    start_s, end_s = float(t.cycles.start_s[number - 1]), float(t.cycles.end_s[number - 1])
    if math.isnan(end_s):
        raise InputError(
            "the stride has no end, so it cannot be used and need not be left out",
            where=t.signal.trial,
            found=number,
        )
    return {"cycle": number, "found_start_s": start_s, "found_end_s": end_s}


def _check_times(stride: int | None, **given: str) -> None:
    """Refuse times that are none before the recording is analysed; a wrong call, so exit 2."""
    for option, time in given.items():
        _number(time, f"--{option.replace('_', '-')}", stride)


def _number(given: str, option: str, stride: int | None) -> float:
    """Return the number of "3.42" or "60%"."""
    try:
        value = float(given.removesuffix("%"))
        if not math.isfinite(value):
            raise ValueError
    except ValueError:
        raise typer.BadParameter(
            f"{given!r} is neither seconds, such as 3.42, nor percent, such as 60%", param_hint=option
        ) from None
    if given.endswith("%") and stride is None:
        raise typer.BadParameter(f"{given!r} is in percent: name the stride with --stride", param_hint=option)
    return value


def _time(t: Trial, given: str, option: str, stride: int | None) -> float:
    """Return a time in seconds from "3.42", or from "60%" of a stride; 104 % is 4 % of the next stride."""
    value = _number(given, option, stride)
    if stride is None or not given.endswith("%"):
        return value
    from emgkit.errors import InputError
    from emgkit.gait.phases import time_of

    at_s = time_of(stride - 1, value, t.cycles)
    if math.isnan(at_s):
        raise InputError(
            f"{given} of stride {stride} is no place in the trial",
            where=t.signal.trial,
            accepted="a stride that is recorded whole, with the next one for more than 100 %",
            mend="give the time in seconds",
        )
    return at_s


def _change(now: Trial, edit: Edit) -> list[str]:
    """Return what an edit changes: the automatic value, and that after it."""
    if now.edited is None:
        return []
    row = next(row for row in now.edited.rows if row["number"] == edit.number)
    if edit.cycle is not None:
        words = {"none": "used", "edited_out": "left out by a person"}
        was, is_ = (words.get(row[key], row[key]) for key in ("found_reason", "reason"))
        return [f"{edit.trial}, stride {edit.cycle}: {was} (automatic) -> {is_} (edited)"]
    before, after = now.edited.automatic, now
    place = "outside every stride" if row["cycle"] is None else f"stride {row['cycle']}"
    lines = []
    for edge in ("onset", "offset"):
        was, is_ = row[f"found_{edge}_s"], row[f"{edge}_s"]
        if was == is_:
            continue
        shift = is_ - was
        moved = (
            "" if math.isnan(shift) else f", {abs(1000 * shift):.1f} ms {'later' if shift > 0 else 'earlier'}"
        )
        lines.append(
            f"{edit.trial}, {place}, {edge}: {_at(before, edge, was)} (automatic) -> {_at(after, edge, is_)}"
            f" (edited){moved}"
        )
    return lines


def _at(t: Trial, edge: str, time_s: float) -> str:
    """Return an edge of a trial in seconds and in percent of its stride."""
    if math.isnan(time_s):
        return "none"
    times = t.detection.onset_s if edge == "onset" else t.detection.offset_s
    pcts = t.assigned.onset_pct if edge == "onset" else t.assigned.offset_pct
    (pct,) = pcts[times == time_s][:1]
    return f"{time_s:.4f} s" + ("" if math.isnan(pct) else f" ({pct:.1f} %)")


def _said(edit: Edit) -> str:
    """Return one edit as a line."""
    values = [f"stride {edit.cycle}"] if edit.cycle else []
    if not math.isnan(edit.found_start_s):
        values.append(f"found {edit.found_start_s:.4f} to {edit.found_end_s:.4f} s")
    for name, value in (("onset", edit.start_s), ("offset", edit.end_s)):
        values += [] if math.isnan(value) else [f"{name} {value:.4f} s"]
    what = ", ".join(values)
    return in_one_line(
        f"{edit.number}. {edit.trial}, {edit.action}: {what}. {edit.by}, {edit.when}: {edit.why}"
    )
